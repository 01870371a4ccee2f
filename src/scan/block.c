/*
 * block.c - taking blocks: in the turn of one worker with the source, so nothing here looks at a record longer than it must.
 */
#include "scan/block.h"

#include <stdlib.h>

#include "base/mem.h"

/* The first line may be long and is looked at as a whole; its memory is not needed for what is left of a block later. */
enum { CARRY_KEPT = 4 * BLOCK_SIZE };

void block_free(struct block *b)
{
	buf_free(&b->data);
	csv_map_free(&b->map);
	free(b->frames);
	arena_free(&b->arena);
}

void leaf_read(struct leaf *l, struct stream *stream, struct buf *data, size_t want)
{
	while (!l->ended && data->n < want) {
		const ssize_t n = stream_read(stream, buf_reserve(data, want - data->n), want - data->n);

		if (n <= 0) {
			l->ended = true;
			break; /* a failure is asked of the stream later */
		}
		data->n += (size_t)n;
	}
}

/* The same of what is to be handed out: first what was read already. */
static void fill(struct leaf *l, struct stream *stream, struct block *b, size_t want)
{
	const size_t waiting = l->carry.n - l->handed, missing = want - b->data.n;
	const size_t n = waiting < missing ? waiting : missing;

	if (n > 0 && l->blocks == 0 && b->data.n == 0 && n == l->carry.n && l->carry.cap <= CARRY_KEPT) {
		const struct buf beginning = l->carry; /* all of a small source: not copied */

		l->carry = b->data;
		b->data = beginning;
		l->carry.n = l->handed = 0;
	} else if (n > 0) {
		buf_add(&b->data, l->carry.p + l->handed, n);
		l->handed += n;
	}
	leaf_read(l, stream, &b->data, want);
}

/* Nothing comes behind what was handed out. */
static bool at_end(const struct leaf *l)
{
	return l->ended && l->handed == l->carry.n;
}

/* More than there is, by half of it or a block. */
static void fill_more(struct leaf *l, struct stream *stream, struct block *b)
{
	const size_t more = b->data.n / 2 > BLOCK_SIZE ? b->data.n / 2 : (size_t)BLOCK_SIZE;

	fill(l, stream, b, b->data.n + more);
}

/* The block ends at n; what is behind it waits for the next. */
static void cut(struct leaf *l, struct block *b, size_t n)
{
	l->seen = b->data.n - n;
	if (l->handed < l->carry.n) {
		l->handed -= l->seen; /* it came from there and lies there still */
	} else {
		if (l->carry.cap > CARRY_KEPT)
			buf_free(&l->carry);
		l->carry.n = l->handed = 0;
		buf_add(&l->carry, b->data.p + n, l->seen);
	}
	b->data.n = n;
	l->at += n;
}

/* ---- whole lines ---- */

/* The start of the line that ends before `end` (which is behind its newline). */
static size_t line_start(struct slice text, size_t end)
{
	const char *newline = end < 2 ? NULL : memrchr(text.p, '\n', end - 1);

	return newline == NULL ? 0 : (size_t)(newline - text.p) + 1;
}

/* Behind the last line of the block that stands for itself, whose opening is remembered; 0 if there is none. */
static size_t last_unit(struct leaf *l, const struct cutter *c, struct slice text)
{
	const char *newline = text.n == 0 ? NULL : memrchr(text.p, '\n', text.n);
	size_t end = newline == NULL ? 0 : (size_t)(newline - text.p) + 1;

	while (end > 0) {
		const size_t start = line_start(text, end);
		const struct slice line = slice_of(text.p + start, end - start);

		if (frame_is_unit(c->simd, line, c->max_record)) {
			opening_of_unit(&l->opening, line);
			return end;
		}
		end = start;
	}
	return 0;
}

/* ---- frames ---- */

struct block_frame block_frame_of(const struct frame *f, size_t shift, const struct columns *columns)
{
	return (struct block_frame){
		.at = shift + f->at, .n = f->n, .kind = (uint8_t)f->kind, .reason = (uint8_t)f->reason, .count = (uint8_t)f->count,
		.final = f->final, .bounded = f->bounded, .text = f->text, .columns = f->kind == FRAME_ROW ? columns : NULL,
		.outer = f->outer,
	};
}

static void add_frame(struct leaf *l, struct block *b, const struct frame *f)
{
	if (b->n_frames == b->frames_cap) {
		b->frames_cap = mem_grow(b->frames_cap, b->n_frames + 1);
		b->frames = mem_rearray(b->frames, b->frames_cap, sizeof *b->frames);
	}
	struct block_frame *added = &b->frames[b->n_frames++];

	*added = block_frame_of(f, 0, l->columns);
	added->outer = arena_copy(&b->arena, f->outer);
	if (l->form == LEAF_CSV)
		added->columns = l->columns;
}

/* Moves the gate over lines that are no units; false when it stands before one (the run ends there). */
static bool move_gate(struct leaf *l, const struct cutter *c, struct slice text)
{
	while (l->gate < text.n) {
		const struct slice rest = slice_of(text.p + l->gate, text.n - l->gate);
		const char *newline = memchr(rest.p, '\n', rest.n);
		const struct slice line = slice_of(rest.p, newline == NULL ? rest.n : (size_t)(newline - rest.p) + 1);

		if (!l->gate_in_line) {
			if (newline == NULL && !at_end(l) && rest.n <= c->max_record)
				return true; /* undecided */
			if (frame_is_unit(c->simd, line, c->max_record))
				return false;
		}
		l->gate += line.n;
		l->gate_in_line = newline == NULL;
	}
	return true;
}

/* The text that the framer may see, and what follows it. */
static struct slice framable(struct leaf *l, const struct cutter *c, const struct block *b, enum text_end *end)
{
	const struct slice text = buf_view(&b->data);

	*end = at_end(l) ? TEXT_SOURCE_ENDS : TEXT_GOES_ON;
	if (l->form != LEAF_LINES)
		return text;
	if (!move_gate(l, c, text))
		*end = TEXT_RUN_ENDS;
	else if (l->gate < text.n)
		*end = TEXT_GOES_ON;
	return slice_of(text.p, l->gate);
}

static enum framer_status next_frame(struct leaf *l, struct slice text, enum text_end end, size_t *at, struct frame *f)
{
	if (l->form == LEAF_CSV)
		return csv_next(&l->csv, text, end, at, f);
	return framer_next(&l->framer, text, end, at, f);
}

/* Frames of a document, a run or a CSV, until the block is used up. */
static void take_frames(struct leaf *l, struct stream *stream, const struct cutter *c, struct block *b)
{
	enum framer_status status = FRAMER_MORE;
	size_t at = 0;

	b->form = BLOCK_FRAMES;
	for (;;) {
		enum text_end end;
		const struct slice text = framable(l, c, b, &end);
		struct frame f = { 0 };

		while ((status = next_frame(l, text, end, &at, &f)) == FRAMER_FRAME) {
			if (f.kind == FRAME_COLUMNS)
				columns_add(&l->columns, columns_from_json(slice_of(text.p + f.at, f.n), c->fields, c->reader));
			else
				add_frame(l, b, &f);
			f = (struct frame){ 0 };
		}
		if (status == FRAMER_DONE || b->n_frames > 0 || at > BLOCK_SIZE / 2 || (at_end(l) && end != TEXT_GOES_ON))
			break;
		fill_more(l, stream, b);
	}
	if (status == FRAMER_DONE && at_end(l) && at == b->data.n)
		b->end = TEXT_SOURCE_ENDS;
	if (status == FRAMER_DONE && l->form == LEAF_LINES) {
		l->in_run = false;
		l->opening = l->framer.opening;
		framer_free(&l->framer);
	} else if (l->form != LEAF_CSV) {
		framer_shift(&l->framer, at);
		l->gate = l->gate > at ? l->gate - at : 0;
	}
	cut(l, b, at);
}

static void enter_run(struct leaf *l, const struct cutter *c)
{
	framer_init(&l->framer, c->simd, c->max_record, &l->opening);
	l->in_run = true;
	l->gate = 0;
	l->gate_in_line = false;
}

/*
 * Behind the last whole row of the block if the worker can find the rows by itself, else 0: one that is longer than the limit is found
 * here. Behind regular text the damage, or the row that is not whole, begins the next block.
 */
static size_t last_row(const struct leaf *l, const struct cutter *c, struct block *b)
{
	if (c->plain || l->csv.in_long_line || b->data.n > c->max_record)
		return 0;
	return csv_map(&b->map, c->simd, buf_view(&b->data), l->csv.delimiter);
}

/* The block is cut there, and needs no frames. */
static bool take_whole(struct leaf *l, struct block *b, enum block_form form, size_t end)
{
	b->form = form;
	cut(l, b, end);
	b->number = l->blocks++;
	return true;
}

bool block_take(struct leaf *l, struct stream *stream, const struct cutter *c, struct block *b)
{
	b->leaf = l;
	b->byte = l->at;
	b->data.n = 0;
	b->n_frames = 0;
	b->opening = l->form == LEAF_LINES && !l->in_run ? l->opening : l->framer.opening;
	b->end = TEXT_RUN_ENDS;
	arena_reset(&b->arena);
	fill(l, stream, b, l->seen > BLOCK_SIZE ? l->seen : (size_t)BLOCK_SIZE);
	if (b->data.n == 0 && at_end(l) && !l->in_run && l->form == LEAF_LINES)
		return false;
	if (b->data.n == 0 && at_end(l) && l->form == LEAF_CSV)
		return false;
	if (l->form == LEAF_LINES && !l->in_run) {
		const size_t end = at_end(l) ? b->data.n : last_unit(l, c, buf_view(&b->data));

		if (end > 0) {
			b->end = at_end(l) ? TEXT_SOURCE_ENDS : TEXT_RUN_ENDS;
			return take_whole(l, b, BLOCK_LINES, end);
		}
		enter_run(l, c);
	}
	if (l->form == LEAF_CSV) {
		const size_t end = last_row(l, c, b);

		b->columns = l->columns;
		if (end > 0)
			return take_whole(l, b, BLOCK_ROWS, end);
	}
	take_frames(l, stream, c, b);
	if (b->data.n == 0 && b->n_frames == 0 && l->ended && l->carry.n - l->handed == l->seen)
		return false;
	b->number = l->blocks++;
	return true;
}
