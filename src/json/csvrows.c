/*
 * csvrows.c - whether a byte is quoted, for 64 bytes at once: the exclusive-or of all bits before it in the word of the quotes.
 */
#include "json/csvrows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { WORD = 64 };

/* The part of the map for the words from `at` on. */
static struct simd_cells cells_at(const struct csv_map *m, size_t at, uint64_t *strange)
{
	return (struct simd_cells){ m->ends + at / WORD, m->rows + at / WORD, strange };
}

/* Maps a stretch of the text from `at` on; bytes beyond the text are nothing. How many words. */
static size_t map_stretch(struct csv_map *m, const struct simd *simd, struct slice text, size_t at, char delimiter,
                          struct simd_quoting *q, uint64_t *strange, struct simd_sums *sums)
{
	const size_t left = text.n - at, whole = left / WORD;

	if (whole >= CSV_STRETCH) {
		*sums = simd->cells(text.p + at, CSV_STRETCH, delimiter, q, cells_at(m, at, strange));
		return CSV_STRETCH;
	}
	*sums = simd->cells(text.p + at, whole, delimiter, q, cells_at(m, at, strange));
	if (left % WORD == 0)
		return whole;
	char last[WORD] = { 0 };

	memcpy(last, text.p + at + whole * WORD, left % WORD);
	const struct simd_sums rest = simd->cells(last, 1, delimiter, q, cells_at(m, at + whole * WORD, strange + whole));

	sums->high |= rest.high;
	sums->strange |= rest.strange;
	sums->newlines += rest.newlines;
	return whole + 1;
}

/* ---- the map ---- */

/* What is strange in a word from `at` on must be the CR of a line end behind a closing quote. */
static bool are_line_ends(struct slice text, size_t at, uint64_t strange)
{
	for (; strange != 0; strange &= strange - 1) {
		const size_t i = at + (unsigned)__builtin_ctzll(strange);

		if (i + 1 >= text.n || text.p[i] != '\r' || text.p[i + 1] != '\n')
			return false;
	}
	return true;
}

/* Of the n words from `at` on those before one that is not regular. */
static size_t regular_words(struct slice text, size_t at, const uint64_t *strange, size_t n)
{
	size_t i = 0;

	while (i < n && are_line_ends(text, at + i * WORD, strange[i]))
		i++;
	return i;
}

/* Behind the last row in so many words. */
static size_t rows_end(const struct csv_map *m, size_t words)
{
	while (words > 0 && m->rows[words - 1] == 0)
		words--;
	return words == 0 ? 0 : words * WORD - (unsigned)__builtin_clzll(m->rows[words - 1]);
}

static void make_room(struct csv_map *m, size_t text)
{
	const size_t words = text / WORD + 1, stretches = words / CSV_STRETCH + 1;

	if (words > m->cap) {
		m->cap = words;
		free(m->ends);
		free(m->rows);
		m->ends = mem_array(m->cap, sizeof *m->ends);
		m->rows = mem_array(m->cap, sizeof *m->rows);
	}
	if (stretches > m->high_cap) {
		m->high_cap = stretches;
		free(m->high);
		m->high = mem_array(m->high_cap, sizeof *m->high);
	}
}

size_t csv_map(struct csv_map *m, const struct simd *simd, struct slice text, char delimiter)
{
	uint64_t strange[CSV_STRETCH];
	struct simd_quoting q = { .edges = UINT64_MAX };
	size_t at = 0, n, regular, words = 0;

	make_room(m, text.n);
	m->newlines = 0;
	m->any_high = false;
	do {
		struct simd_sums sums;

		n = map_stretch(m, simd, text, at, delimiter, &q, strange, &sums);
		regular = sums.strange ? regular_words(text, at, strange, n) : n;
		m->high[at / (CSV_STRETCH * WORD)] = sums.high;
		m->any_high |= sums.high;
		m->newlines += sums.newlines;
		words += regular;
		at += n * WORD;
	} while (regular == n && at < text.n);
	m->end = rows_end(m, words);
	if (at > text.n)
		at = text.n;
	m->newlines -= simd->newlines(text.p + m->end, at - m->end);
	return m->end;
}

void csv_map_free(struct csv_map *m)
{
	free(m->ends);
	free(m->rows);
	free(m->high);
}

/* ---- rows ---- */

void csv_walk_begin(struct csv_walk *w, const struct simd *simd, const struct csv_map *map, const char *whole, enum csv_asked asked)
{
	w->map = map;
	w->simd = simd;
	w->whole = whole;
	w->cells = asked == CSV_CELLS;
	w->at = 0;
}

void csv_walk_free(struct csv_walk *w)
{
	free(w->ends);
}

/* The row from `at` to its newline, without its line end and what is blank before it. */
static struct slice row_text(const char *whole, size_t at, size_t end)
{
	while (at < end && whole[at] == '\r')
		at++;
	if (end > at && whole[end - 1] == '\r')
		end--;
	return slice_of(whole + at, end - at);
}

static void find_cells(struct csv_walk *w, struct csv_row *out, size_t begin, size_t newline)
{
	const size_t most = 1 + newline + 1 - begin + SIMD_BITS_ROOM;

	if (__builtin_expect(most > w->cap, false)) {
		w->cap = mem_grow(w->cap, most);
		free(w->ends);
		w->ends = mem_array(w->cap, sizeof *w->ends);
	}
	out->n = w->simd->bits(w->map->ends, begin, newline + 1, w->ends + 1);
	w->ends[0] = (uint32_t)out->at - 1;
	w->ends[out->n] = (uint32_t)(out->at + out->text.n);
	out->ends = w->ends;
}

static bool is_high(const struct csv_map *m, size_t from, size_t to)
{
	bool high = false;

	for (size_t i = from / (CSV_STRETCH * WORD); i <= to / (CSV_STRETCH * WORD); i++)
		high |= m->high[i];
	return high;
}

/* The newline behind the row that begins at `at`, before the end of the last. */
static size_t next_newline(const struct csv_map *m, size_t at)
{
	const uint64_t *rows = m->rows + at / WORD;
	uint64_t word = *rows & UINT64_MAX << at % WORD;

	while (word == 0)
		word = *++rows;
	return (size_t)(rows - m->rows) * WORD + (unsigned)__builtin_ctzll(word);
}

bool csv_walk_next(struct csv_walk *w, struct csv_row *out)
{
	const struct csv_map *m = w->map;

	while (w->at < m->end) {
		const size_t begin = w->at, newline = next_newline(m, begin);

		w->at = newline + 1;
		out->text = row_text(w->whole, begin, newline);
		if (out->text.n == 0)
			continue;
		out->whole = w->whole;
		out->at = (size_t)(out->text.p - w->whole);
		out->high = m->any_high && is_high(m, begin, newline);
		out->n = 1;
		if (w->cells)
			find_cells(w, out, begin, newline);
		return true;
	}
	return false;
}
