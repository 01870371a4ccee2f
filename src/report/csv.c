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

/* Adds a row; returns how many cells were guarded. */
static uint64_t csv_row(struct buf *text, const struct view *v, uint64_t row, struct cell *cells, bool guard)
{
	const size_t begin = text->n;
	uint64_t guarded = 0;

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
	return guarded;
}

/* Each row is passed on when it is made. */
static uint64_t pass_rows(struct output *out, const struct view *v, uint64_t from, uint64_t to, bool guard)
{
	struct cell *cells = mem_array(v->n_columns, sizeof(*cells));
	uint64_t guarded = 0;

	for (uint64_t row = from; row < to && out->error == 0; row++) {
		guarded += csv_row(&out->text, v, row, cells, guard);
		output_pass(out);
	}
	free(cells);
	return guarded;
}

/* ---- on several threads ---- */

/*
 * Some pieces are made at a time, and passed on in their order before the next. Where rows are so long that the text of a piece
 * grows beyond PIECE_TEXT it ends there, and the rest of its rows are made when it is passed on: cells may be as long as a record.
 */
enum { PIECE_ROWS = 256, PIECES = 32, PIECE_TEXT = 512 << 10 };

struct piece {
	uint64_t next, end; /* rows: from which on they are not made yet; behind the last */
	struct buf text;
	uint64_t guarded;
};

struct pieces {
	const struct view *view;
	bool guard;
	struct piece piece[PIECES];
};

/* Sets which rows they are, from the first on; returns how many pieces there are. */
static size_t set_pieces(struct pieces *p, uint64_t first)
{
	const uint64_t rows = p->view->n_rows;
	size_t n = 0;

	for (; n < PIECES && first < rows; n++) {
		p->piece[n].next = first;
		first = rows - first < PIECE_ROWS ? rows : first + PIECE_ROWS;
		p->piece[n].end = first;
	}
	return n;
}

static void make_piece(void *ctx, size_t i)
{
	struct pieces *all = ctx;
	struct piece *p = &all->piece[i];
	struct cell *cells = mem_array(all->view->n_columns, sizeof *cells);

	p->text.n = 0;
	for (p->guarded = 0; p->next < p->end && p->text.n < PIECE_TEXT; p->next++)
		p->guarded += csv_row(&p->text, all->view, p->next, cells, all->guard);
	free(cells);
}

static uint64_t pass_piece(struct output *out, const struct pieces *all, const struct piece *p)
{
	buf_slice(&out->text, buf_view(&p->text));
	output_pass(out);
	return p->guarded + pass_rows(out, all->view, p->next, p->end, all->guard);
}

static uint64_t pass_pieces(struct output *out, const struct view *v, struct csv_options options)
{
	struct pieces p = { .view = v, .guard = options.guard };
	uint64_t guarded = 0, row = 0;
	size_t n;

	while (out->error == 0 && (n = set_pieces(&p, row)) > 0) {
		share_out(options.threads, n, make_piece, &p);
		for (size_t i = 0; i < n; i++)
			guarded += pass_piece(out, &p, &p.piece[i]);
		row = p.piece[n - 1].end;
	}
	for (size_t i = 0; i < PIECES; i++)
		buf_free(&p.piece[i].text);
	return guarded;
}

uint64_t csv_write(struct output *out, const struct view *v, struct csv_options options)
{
	if (options.header)
		csv_header(&out->text, v);
	if (v->apart && options.threads > 1 && v->n_rows > 2 * PIECE_ROWS)
		return pass_pieces(out, v, options);
	return pass_rows(out, v, 0, v->n_rows, options.guard);
}
