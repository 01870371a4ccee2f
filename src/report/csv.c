/*
 * csv.c - a view as CSV. Only COLUMN_TEXT comes from the input, so only it is guarded.
 */
#include "report/csv.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "base/share.h"
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

/* Adds rows; returns how many cells were guarded. `out` may be NULL: what is added is passed on by the caller. */
static uint64_t csv_rows(struct buf *text, struct output *out, const struct view *v, uint64_t from, uint64_t to, bool guard)
{
	struct cell *cells = mem_array(v->n_columns, sizeof(*cells));
	uint64_t guarded = 0;

	for (uint64_t row = from; row < to && (out == NULL || out->error == 0); row++) {
		const size_t begin = text->n;

		v->row(v->ctx, row, cells);
		for (size_t i = 0; i < v->n_columns; i++) {
			if (i > 0)
				buf_byte(text, ',');
			guarded += csv_cell(text, v->columns[i].type, &cells[i], guard);
		}
		/* A row of one empty cell would be a blank line, which readers pass over. */
		if (text->n == begin)
			buf_str(text, "\"\"");
		buf_byte(text, '\n');
		if (out != NULL)
			output_pass(out);
	}
	free(cells);
	return guarded;
}

/* ---- on several threads ---- */

/* Some pieces are made at a time, and passed on in their order before the next. */
enum { PIECE_ROWS = 1024, PIECES = 32 };

struct pieces {
	const struct view *view;
	bool guard;
	uint64_t from;
	struct buf text[PIECES];
	uint64_t guarded[PIECES];
};

static void make_piece(void *ctx, size_t i)
{
	struct pieces *p = ctx;
	const uint64_t from = p->from + i * PIECE_ROWS, left = p->view->n_rows - from;

	p->text[i].n = 0;
	p->guarded[i] = csv_rows(&p->text[i], NULL, p->view, from, from + (left < PIECE_ROWS ? left : (uint64_t)PIECE_ROWS), p->guard);
}

static uint64_t csv_pieces(struct output *out, const struct view *v, struct csv_options options)
{
	struct pieces p = { .view = v, .guard = options.guard };
	uint64_t guarded = 0;

	for (; p.from < v->n_rows && out->error == 0; p.from += PIECES * PIECE_ROWS) {
		const uint64_t left = (v->n_rows - p.from + PIECE_ROWS - 1) / PIECE_ROWS;
		const size_t n = left < PIECES ? (size_t)left : (size_t)PIECES;

		share_out(options.threads, n, make_piece, &p);
		for (size_t i = 0; i < n; i++) {
			buf_slice(&out->text, buf_view(&p.text[i]));
			guarded += p.guarded[i];
			output_pass(out);
		}
	}
	for (size_t i = 0; i < PIECES; i++)
		buf_free(&p.text[i]);
	return guarded;
}

uint64_t csv_write(struct output *out, const struct view *v, struct csv_options options)
{
	if (options.header)
		csv_header(&out->text, v);
	if (v->apart && options.threads > 1 && v->n_rows > 2 * PIECE_ROWS)
		return csv_pieces(out, v, options);
	return csv_rows(&out->text, out, v, 0, v->n_rows, options.guard);
}
