/*
 * csvframe.c - rows by looking for line ends and, only where a line holds a quote, for cells.
 */
#include "json/csvframe.h"

#include <stdlib.h>

#include "base/mem.h"
#include "json/simd.h"

_Static_assert((int)CSV_ROOM >= (int)SIMD_UNDOUBLE_ROOM, "what is written over");

enum row_end { ROW_ENDS, ROW_OPEN, ROW_BROKEN };

/* Behind the closing quote of the cell whose opening quote is at text.p[i]; text.n if there is none. */
static size_t quoted_end(struct slice text, size_t i)
{
	for (i++; i < text.n;) {
		const char *quote = memchr(text.p + i, '"', text.n - i);

		if (quote == NULL)
			return text.n + 1;
		i = (size_t)(quote - text.p) + 1;
		if (i == text.n || text.p[i] != '"')
			return i;
		i++;
	}
	return text.n + 1;
}

static const char *plain_end(struct slice text, size_t i, char delimiter)
{
	const char *p = text.p + i, *end = text.p + text.n;

	while (p < end && *p != delimiter && *p != '\n')
		p++;
	return p;
}

/* Where the row that begins at text.p[0] ends (its line end excluded); cell by cell, since it holds quotes. */
static enum row_end quoted_row(struct slice text, char delimiter, size_t *end)
{
	size_t i = 0;

	for (;;) {
		if (i < text.n && text.p[i] == '"') {
			i = quoted_end(text, i);
			if (i > text.n)
				return ROW_OPEN;
			if (i < text.n && text.p[i] == '\r' && (i + 1 == text.n || text.p[i + 1] == '\n'))
				i++;
		} else {
			i = (size_t)(plain_end(text, i, delimiter) - text.p);
		}
		if (i == text.n || text.p[i] == '\n') {
			*end = i;
			return ROW_ENDS;
		}
		if (text.p[i] != delimiter)
			return ROW_BROKEN;
		i++;
	}
}

static struct frame row_frame(size_t at, size_t end, struct slice text)
{
	if (end > at && text.p[end - 1] == '\r')
		end--;
	return (struct frame){ .kind = FRAME_VALUE, .at = at, .n = end - at };
}

/* A CR before it belongs to the line end only if it is there: what is cut by the limit must not depend on where the text ends. */
static struct frame bad_row(size_t at, size_t end, struct slice text, enum reason reason, const char *why)
{
	const size_t n = end < text.n && text.p[end] == '\n' ? row_frame(at, end, text).n : end - at;

	return (struct frame){ .kind = FRAME_BAD, .at = at, .n = n, .reason = reason, .text = why, .count = 1 };
}

static size_t skip_blank_lines(struct slice text, size_t i)
{
	while (i < text.n && (text.p[i] == '\n' || text.p[i] == '\r'))
		i++;
	return i;
}

/* More of a line that is too long. A CR at the end of the text waits for what follows it. */
static enum framer_status rest_of_line(struct csv_framer *c, struct slice text, enum text_end end, size_t *at, struct frame *out)
{
	const char *newline = memchr(text.p + *at, '\n', text.n - *at);
	size_t to = newline == NULL ? text.n : (size_t)(newline - text.p);

	if (newline == NULL && end == TEXT_GOES_ON && text.p[to - 1] == '\r')
		to--;
	if (to == *at && newline == NULL)
		return FRAMER_MORE;
	*out = bad_row(*at, to, text, REASON_SIZE, NULL);
	out->count = 0;
	*at = to;
	c->in_long_line = newline == NULL;
	return FRAMER_FRAME;
}

/* A row is lost to the end of its first line (or of the text that may be looked at), which is returned. */
static size_t lose_line(struct csv_framer *c, struct slice text, size_t at, size_t end, enum row_end how, struct frame *out)
{
	const bool ends = end < text.n && text.p[end] == '\n';

	if (row_frame(at, end, text).n > c->max_record) {
		*out = bad_row(at, end, text, REASON_SIZE, NULL);
		c->in_long_line = !ends;
	} else if (!ends && how == ROW_OPEN) {
		*out = bad_row(at, end, text, REASON_CUT_AT_END, NULL);
	} else {
		*out = bad_row(at, end, text, REASON_QUOTE, how == ROW_BROKEN ? "text behind a closing quote" : NULL);
	}
	return end;
}

enum framer_status csv_next(struct csv_framer *c, struct slice text, enum text_end end, size_t *at, struct frame *out)
{
	size_t i = *at = c->in_long_line ? *at : skip_blank_lines(text, *at);

	if (i == text.n)
		return end == TEXT_GOES_ON ? FRAMER_MORE : FRAMER_DONE;
	if (c->in_long_line)
		return rest_of_line(c, text, end, at, out);
	const size_t most = c->max_record + 2; /* with its line end */
	const bool over = text.n - i > most;
	const struct slice row = slice_of(text.p + i, over ? most : text.n - i);
	const bool last = end != TEXT_GOES_ON && !over;
	const char *newline = memchr(row.p, '\n', row.n);
	const size_t line = newline == NULL ? row.n : (size_t)(newline - row.p);
	size_t to = line;
	enum row_end how = newline == NULL && !last ? ROW_OPEN : ROW_ENDS;

	if (memchr(row.p, '"', line) != NULL)
		how = quoted_row(row, c->delimiter, &to);
	if (how == ROW_ENDS && to == row.n && !last)
		how = ROW_OPEN;
	if (how == ROW_OPEN && !over && !last)
		return FRAMER_MORE;
	if (how == ROW_BROKEN && newline == NULL && !over && !last)
		return FRAMER_MORE;
	*out = row_frame(i, i + to, text);
	if (how == ROW_ENDS && out->n <= c->max_record)
		*at = i + to;
	else
		*at = lose_line(c, text, i, i + line, how, out);
	return FRAMER_FRAME;
}

static void add_cell(struct cells *c, struct slice s)
{
	if (c->n == c->cap) {
		c->cap = mem_grow(c->cap, c->n + 1);
		c->cell = mem_rearray(c->cell, c->cap, sizeof *c->cell);
	}
	c->cell[c->n++] = s;
}

/* In pairs. Properties are `{""`, a date is not much longer than a vector: these are told at once. */
static inline bool has_quote(struct slice s)
{
	static const _Alignas(SIMD_NEAR) char quotes[SIMD_NEAR] = { '"', '"', '"', '"', '"', '"', '"', '"', '"', '"', '"', '"', '"', '"', '"', '"' };

	if (s.n < 2 || s.p[1] == '"')
		return s.n >= 2;
	if (s.n < SIMD_NEAR || s.n > 2 * SIMD_NEAR)
		return memchr(s.p, '"', s.n) != NULL;
	return (simd_same_near(s.p, quotes) | simd_same_near(s.p + s.n - SIMD_NEAR, quotes)) != 0;
}

/* With "" made ". */
static __attribute__((noinline)) struct slice undoubled(struct slice inside, struct arena *arena)
{
	char *const copy = arena_bytes(arena, inside.n + CSV_ROOM);
	const size_t n = simd_best()->undouble(inside.p, inside.n, copy);

	memset(copy + n, ' ', CSV_ROOM);
	return slice_of(copy, n);
}

struct slice csv_quoted_text(struct slice cell, struct arena *arena)
{
	const struct slice inside = slice_of(cell.p + 1, cell.n - 2);

	return has_quote(inside) ? undoubled(inside, arena) : inside;
}

/* Where the cell ends that begins at row.p[i]. */
static size_t cell_end(struct slice row, char delimiter, size_t i)
{
	if (i < row.n && row.p[i] == '"')
		return quoted_end(row, i);
	const char *stop = memchr(row.p + i, delimiter, row.n - i);

	return stop == NULL ? row.n : (size_t)(stop - row.p);
}

void csv_cells(struct slice row, char delimiter, struct arena *arena, struct cells *out)
{
	out->n = 0;
	for (size_t i = 0;; i++) {
		const size_t end = cell_end(row, delimiter, i);

		add_cell(out, csv_cell_text(slice_of(row.p + i, end - i), arena));
		if (end >= row.n)
			return;
		i = end;
	}
}

struct slice csv_cell(struct slice row, char delimiter, size_t i)
{
	size_t at = 0;

	for (;; i--) {
		const size_t end = cell_end(row, delimiter, at);

		if (i == 0)
			return slice_of(row.p + at, end - at);
		if (end >= row.n)
			return slice_of(NULL, 0);
		at = end + 1;
	}
}

void cells_free(struct cells *c)
{
	free(c->cell);
	*c = (struct cells){ 0 };
}
