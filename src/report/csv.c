/*
 * csv.c - a view as CSV. Only COLUMN_TEXT comes from the input, so only it is guarded.
 */
#include "report/csv.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "base/time.h"

static bool csv_cell(struct buf *out, enum column_type type, const struct cell *cell, bool guard)
{
	char time[TIME_TEXT_MAX];

	switch (type) {
	case COLUMN_TEXT:
		return escape_csv(out, cell->text, guard);
	case COLUMN_WORD:
	case COLUMN_NUMBER:
		escape_csv(out, cell->text, false);
		break;
	case COLUMN_COUNT:
		buf_u64(out, cell->count);
		break;
	case COLUMN_RATE:
		if (cell->rate.den != 0)
			cell_rate(out, cell->rate.num, cell->rate.den);
		break;
	case COLUMN_TIME:
		if (cell->time != TIME_NONE)
			buf_add(out, time, time_format(cell->time, time));
		break;
	}
	return false;
}

static void csv_header(struct buf *out, const struct view *v)
{
	for (size_t i = 0; i < v->n_columns; i++) {
		if (i > 0)
			buf_byte(out, ',');
		escape_csv(out, slice_str(v->columns[i].name), false);
	}
	buf_byte(out, '\n');
}

uint64_t csv_write(struct output *out, const struct view *v, struct csv_options options)
{
	struct cell *cells = mem_array(v->n_columns, sizeof(*cells));
	struct buf *text = &out->text;
	uint64_t guarded = 0;

	if (options.header)
		csv_header(text, v);
	for (uint64_t row = 0; row < v->n_rows && out->error == 0; row++) {
		size_t begin = text->n;

		v->row(v->ctx, row, cells);
		for (size_t i = 0; i < v->n_columns; i++) {
			if (i > 0)
				buf_byte(text, ',');
			guarded += csv_cell(text, v->columns[i].type, &cells[i], options.guard);
		}
		/* A row of one empty cell would be a blank line, which readers pass over. */
		if (text->n == begin)
			buf_str(text, "\"\"");
		buf_byte(text, '\n');
		output_pass(out);
	}
	free(cells);
	return guarded;
}
