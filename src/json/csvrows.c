/*
 * csvrows.c - whether a byte is quoted, for 64 bytes at once: the exclusive-or of all bits before it in the word of the quotes.
 */
#include "json/csvrows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { WORD = 64 };

/* All ones if the highest bit is set. */
static inline uint64_t spread_last(uint64_t x)
{
	return (uint64_t)((int64_t)x >> (WORD - 1));
}

/* The words of a stretch of the text from `at` on; bytes beyond the text are none of the three. How many words. */
static size_t stretch(const struct simd *simd, struct slice text, size_t at, char delimiter, struct simd_cells *out,
                      struct simd_sums *sums)
{
	const size_t left = text.n - at, whole = left / WORD;

	if (whole >= CSV_STRETCH) {
		*sums = simd->cells(text.p + at, CSV_STRETCH, delimiter, out);
		return CSV_STRETCH;
	}
	*sums = simd->cells(text.p + at, whole, delimiter, out);
	if (left % WORD == 0)
		return whole;
	char last[WORD] = { 0 };

	memcpy(last, text.p + at + whole * WORD, left % WORD);
	const struct simd_sums rest = simd->cells(last, 1, delimiter, out + whole);

	sums->high |= rest.high;
	sums->newlines += rest.newlines;
	return whole + 1;
}

/* ---- the map ---- */

struct quoting {
	uint64_t inside;  /* all ones: the byte before is quoted */
	uint64_t edge;    /* 1: it is a delimiter, a newline or a quote */
	uint64_t closing; /* 1: it is a closing quote */
};

/* Those of the bytes behind closing quotes that are no edges must be the CR of a line end. */
static bool are_line_ends(struct slice text, size_t at, uint64_t odd)
{
	for (; odd != 0; odd &= odd - 1) {
		const size_t i = at + (unsigned)__builtin_ctzll(odd);

		if (i + 1 >= text.n || text.p[i] != '\r' || text.p[i + 1] != '\n')
			return false;
	}
	return true;
}

/* Looks at a word, which begins at `at`: the bytes in it that are not quoted; false: it is not regular. */
static inline bool is_regular(struct quoting *q, const struct simd_cells *c, struct slice text, size_t at, uint64_t *bare)
{
	const uint64_t inside = c->parity ^ q->inside;
	const uint64_t opening = c->quote & inside, closing = c->quote & ~inside;
	const uint64_t edge = c->quote | c->delimiter | c->newline;
	const uint64_t odd = (closing << 1 | q->closing) & ~edge;

	/* an opening quote behind a quote is the second of two: the cell goes on */
	if ((opening & ~(edge << 1 | q->edge)) != 0 || (odd != 0 && !are_line_ends(text, at, odd)))
		return false;
	*bare = ~inside;
	*q = (struct quoting){ spread_last(inside), edge >> (WORD - 1), closing >> (WORD - 1) };
	return true;
}

/* Adds the ends of the rows in a word. There is room for those of a stretch, and mostly there is one or none. */
static inline void add_rows(struct csv_map *m, uint64_t rows, size_t at)
{
	m->rows[m->n_rows] = (uint32_t)(at + (unsigned)__builtin_ctzll(rows | UINT64_C(1) << (WORD - 1)));
	m->n_rows += rows != 0;
	for (rows &= rows - 1; __builtin_expect(rows != 0, false); rows &= rows - 1)
		m->rows[m->n_rows++] = (uint32_t)(at + (unsigned)__builtin_ctzll(rows));
}

/* Maps the words of a stretch, up to one that is not regular; how many. */
static size_t map_stretch(struct csv_map *m, struct quoting *quoting, const struct simd_cells *words, size_t n, struct slice text,
                          size_t at)
{
	uint64_t *ends = m->ends + at / WORD;
	struct quoting q = *quoting;
	size_t i;

	for (i = 0; i < n; i++) {
		uint64_t bare;

		if (!is_regular(&q, &words[i], text, at + i * WORD, &bare))
			break;
		ends[i] = (words[i].delimiter | words[i].newline) & bare;
		add_rows(m, words[i].newline & bare, at + i * WORD);
	}
	*quoting = q;
	return i;
}

static void make_room(struct csv_map *m, size_t text)
{
	const size_t words = text / WORD + 1, stretches = words / CSV_STRETCH + 1;

	if (words > m->ends_cap) {
		m->ends_cap = words;
		free(m->ends);
		m->ends = mem_array(m->ends_cap, sizeof *m->ends);
	}
	if (stretches > m->high_cap) {
		m->high_cap = stretches;
		free(m->high);
		m->high = mem_array(m->high_cap, sizeof *m->high);
	}
}

size_t csv_map(struct csv_map *m, const struct simd *simd, struct slice text, char delimiter)
{
	struct simd_cells words[CSV_STRETCH];
	struct quoting q = { .edge = 1 };
	size_t at = 0, n, mapped;

	make_room(m, text.n);
	m->n_rows = m->newlines = 0;
	do {
		struct simd_sums sums;

		if (m->n_rows + CSV_STRETCH * WORD + 1 > m->rows_cap) {
			m->rows_cap = mem_grow(m->rows_cap, m->n_rows + CSV_STRETCH * WORD + 1);
			m->rows = mem_rearray(m->rows, m->rows_cap, sizeof *m->rows);
		}
		n = stretch(simd, text, at, delimiter, words, &sums);
		mapped = map_stretch(m, &q, words, n, text, at);
		m->high[at / (CSV_STRETCH * WORD)] = sums.high;
		m->newlines += sums.newlines;
		at += n * WORD;
	} while (mapped == n && at < text.n);
	const size_t end = m->n_rows == 0 ? 0 : m->rows[m->n_rows - 1] + (size_t)1;

	if (at > text.n)
		at = text.n;
	m->newlines -= simd->newlines(text.p + end, at - end);
	return end;
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
	w->next = w->at = 0;
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

static void find_cells(struct csv_walk *w, struct csv_row *out, size_t newline)
{
	const size_t most = 1 + newline + 1 - w->at + SIMD_BITS_ROOM;

	if (__builtin_expect(most > w->cap, false)) {
		w->cap = mem_grow(w->cap, most);
		free(w->ends);
		w->ends = mem_array(w->cap, sizeof *w->ends);
	}
	out->n = w->simd->bits(w->map->ends, w->at, newline + 1, w->ends + 1);
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

bool csv_walk_next(struct csv_walk *w, struct csv_row *out)
{
	const struct csv_map *m = w->map;

	for (; w->next < m->n_rows; w->at = m->rows[w->next++] + (size_t)1) {
		const size_t newline = m->rows[w->next];

		out->text = row_text(w->whole, w->at, newline);
		if (out->text.n == 0)
			continue;
		out->whole = w->whole;
		out->at = (size_t)(out->text.p - w->whole);
		out->high = is_high(m, w->at, newline);
		if (w->cells)
			find_cells(w, out, newline);
		else
			out->n = 1;
		w->at = newline + 1;
		w->next++;
		return true;
	}
	return false;
}
