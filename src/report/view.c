/*
 * view.c - finding columns, the order of cells, and rates.
 */
#include "report/view.h"

#include "base/decimal.h"

int columns_find(const struct column *columns, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(slice_str(columns[i].name), name))
			return (int)i;
	return -1;
}

static int compare_rates(const struct cell *a, const struct cell *b)
{
	const double x = (double)a->rate.num / (double)a->rate.den, y = (double)b->rate.num / (double)b->rate.den;

	return (x > y) - (x < y);
}

/* By the first number of each; none before any. */
static int compare_numbers(struct slice a, struct slice b)
{
	struct decimal x, y;
	const bool has_x = decimal_parse(slice_of(a.p, slice_find(a, SLICE(";"))), &x);
	const bool has_y = decimal_parse(slice_of(b.p, slice_find(b, SLICE(";"))), &y);

	if (!has_x || !has_y)
		return has_x - has_y;
	return decimal_cmp(x, y);
}

int cell_compare(enum column_type type, const struct cell *a, const struct cell *b)
{
	switch (type) {
	case COLUMN_TEXT:
	case COLUMN_WORD:
		return slice_cmp(a->text, b->text);
	case COLUMN_NUMBER:
		return compare_numbers(a->text, b->text);
	case COLUMN_COUNT:
		return (a->count > b->count) - (a->count < b->count);
	case COLUMN_RATE:
		return compare_rates(a, b);
	case COLUMN_TIME:
		return (a->time > b->time) - (a->time < b->time);
	}
	return 0;
}

void cell_rate(struct buf *out, uint64_t num, uint64_t den)
{
	if (num == den)
		buf_str(out, "1.000000"); /* most are, and printf is slow */
	else
		buf_printf(out, "%.6f", (double)num / (double)den);
}
