/*
 * view.c - the order of cells.
 */
#include "report/view.h"

static int compare_rates(const struct cell *a, const struct cell *b)
{
	const double x = (double)a->rate.num / (double)a->rate.den, y = (double)b->rate.num / (double)b->rate.den;

	return (x > y) - (x < y);
}

int cell_compare(enum column_type type, const struct cell *a, const struct cell *b)
{
	switch (type) {
	case COLUMN_TEXT:
	case COLUMN_WORD:
		return slice_cmp(a->text, b->text);
	case COLUMN_COUNT:
		return (a->count > b->count) - (a->count < b->count);
	case COLUMN_RATE:
		return compare_rates(a, b);
	case COLUMN_TIME:
		return (a->time > b->time) - (a->time < b->time);
	}
	return 0;
}
