/*
 * survey.c - rows that are read for their dates alone.
 *
 * Most tables need none of this: their order is guessed, and the reading itself hears all rows. It is for what cannot be taken
 * back: records that come out while they are read, a second try, input that can be read only once.
 */
#include "scan/survey.h"

#include <stdlib.h>

#include "base/mem.h"

enum { PROBE = 64 << 10 };

struct surveyor {
	struct block block;
	struct arena arena;
	struct cells cells;
	struct csv_walk rows;
};

/* Only rows that have as many cells as columns are heard; whether this is one is asked only if it has something new to say. */
static void hear_row(struct surveyor *s, struct slice row, const struct columns *columns, struct dates *found)
{
	const struct slice cell = csv_cell(row, columns->row.delimiter, (size_t)columns->time);

	if (cell.n == 0 || dates_know(found, cell))
		return;
	const struct slice text = csv_cell_text(cell, &s->arena);

	if (time_portal_evidence(slice_trim(text)) == DATE_NOT_PORTAL)
		return;
	csv_cells(row, columns->row.delimiter, &s->arena, &s->cells);
	if (s->cells.n == columns->row.n)
		dates_hear(found, text);
}

static void hear_rows(struct surveyor *s, const struct simd *simd, struct dates *found)
{
	const struct columns *columns = s->block.columns;
	struct csv_row row;

	csv_walk_begin(&s->rows, simd, &s->block.map, s->block.data.p, CSV_ROWS);
	while (csv_walk_next(&s->rows, &row))
		hear_row(s, row.text, columns, found);
}

static void hear_frames(struct surveyor *s, struct dates *found)
{
	for (size_t i = 0; i < s->block.n_frames; i++) {
		const struct block_frame *f = &s->block.frames[i];

		if (f->kind == FRAME_VALUE)
			hear_row(s, slice_of(s->block.data.p + f->at, f->n), f->columns, found);
	}
}

/* Takes blocks of the leaf, all of them or as many as it takes to say all there is to say. */
static void hear_all(struct leaf *l, struct stream *stream, const struct cutter *c, struct dates *found)
{
	struct surveyor *s = mem_zalloc(sizeof *s);

	while (!(found->day_first && found->month_first) && block_take(l, stream, c, &s->block)) {
		arena_reset(&s->arena);
		if (s->block.form == BLOCK_ROWS)
			hear_rows(s, c->simd, found);
		else
			hear_frames(s, found);
	}
	block_free(&s->block);
	arena_free(&s->arena);
	cells_free(&s->cells);
	csv_walk_free(&s->rows);
	free(s);
}

/* Drops the header that was looked at; it is neither a record nor lost. */
static void skip_header(struct leaf *l, struct stream *stream)
{
	size_t left = (size_t)l->at;
	char sink[4096];

	while (left > 0) {
		const ssize_t n = stream_read(stream, sink, left < sizeof sink ? left : sizeof sink);

		if (n <= 0)
			return;
		left -= (size_t)n;
	}
}

/* As if no block had been taken. */
static void begin_again(struct leaf *l, uint64_t header)
{
	l->csv.in_long_line = l->ended = false;
	l->carry.n = l->handed = l->seen = 0;
	l->blocks = 0;
	l->at = header;
}

/* Reads it through and goes back to its beginning. */
static bool survey(struct leaf *l, struct stream **stream, const struct cutter *c, struct diag *diag)
{
	const uint64_t header = l->at;
	struct dates found = { 0 };

	if (!stream_can_rewind(*stream))
		stream_spool(stream); /* if it fails in the middle, what was copied is read, and then it fails again */
	skip_header(l, *stream);
	hear_all(l, *stream, c, &found);
	l->date_order = dates_order(&found);
	const char *note = dates_note(&found);

	if (note != NULL)
		leaf_note(l, diag, note);
	begin_again(l, header);
	return stream_rewind(*stream);
}

/* What the rows say that lie ready. */
static void guess_order(struct leaf *l, struct stream *stream)
{
	struct surveyor s = { 0 };
	struct csv_framer framer = l->csv;
	struct dates found = { 0 };
	struct slice probe;
	struct frame f;
	size_t at = (size_t)l->at;

	l->guessed = true;
	if (!stream_peek(stream, PROBE, &probe))
		return; /* it fails again when it is read */
	while (csv_next(&framer, probe, TEXT_GOES_ON, &at, &f) == FRAMER_FRAME)
		if (f.kind == FRAME_VALUE)
			hear_row(&s, slice_of(probe.p + f.at, f.n), l->columns, &found);
	l->date_order = dates_order(&found);
	arena_free(&s.arena);
	cells_free(&s.cells);
}

bool survey_dates(struct leaf *l, struct stream **stream, const struct cutter *c, bool guess, struct diag *diag)
{
	l->date_order = DATE_MONTH_FIRST;
	if (l->columns->time >= 0) {
		if (guess)
			guess_order(l, *stream);
		else if (!survey(l, stream, c, diag))
			return false;
	}
	skip_header(l, *stream);
	return true;
}
