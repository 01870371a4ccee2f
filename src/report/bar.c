/*
 * bar.c - bars of block characters.
 */
#include "report/bar.h"

#include "report/axis.h"

size_t bar_height(struct decimal value, struct decimal top, size_t rows)
{
	const size_t height = (size_t)axis_scale(value, top, 8 * rows);

	return height == 0 && value.units > 0 ? 1 : height;
}

const char *bar_cell(size_t height, size_t row)
{
	static const char *const eighths[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	const size_t below = 8 * row;

	return eighths[height <= below ? 0 : height - below < 8 ? height - below : 8];
}
