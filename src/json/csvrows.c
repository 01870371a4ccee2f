/*
 * csvrows.c - whether a byte is quoted, for 64 bytes at once: the exclusive-or of all bits before it in the word of the quotes.
 */
#include "json/csvrows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { WORD = 64 };

/* Bit i: the exclusive-or of the bits 0 to i. */
static inline uint64_t running_xor(uint64_t x)
{
	for (unsigned shift = 1; shift < WORD; shift *= 2)
		x ^= x << shift;
	return x;
}

/* All ones if the highest bit is set. */
static inline uint64_t spread_last(uint64_t x)
{
	return (uint64_t)((int64_t)x >> (WORD - 1));
}

/* The words of a stretch of the text from `at` on; bytes beyond the text are none of the three. *n: how many words. */
static bool stretch(const struct simd *simd, struct slice text, size_t at, char delimiter, struct simd_cells *out, size_t *n)
{
	const size_t left = text.n - at, whole = left / WORD;
	bool high;

	if (whole >= CSV_STRETCH) {
		*n = CSV_STRETCH;
		return simd->cells(text.p + at, CSV_STRETCH, delimiter, out);
	}
	high = simd->cells(text.p + at, whole, delimiter, out);
	*n = whole;
	if (left % WORD != 0) {
		char last[WORD] = { 0 };

		memcpy(last, text.p + at + whole * WORD, left % WORD);
		high |= simd->cells(last, 1, delimiter, out + (*n)++);
	}
	return high;
}

/* ---- is it regular ---- */

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

/* Looks at a word, which begins at `at`; *rows are the ends of rows in it. */
static inline bool is_regular(struct quoting *q, const struct simd_cells *c, struct slice text, size_t at, uint64_t *rows)
{
	const uint64_t inside = running_xor(c->quote) ^ q->inside;
	const uint64_t opening = c->quote & inside, closing = c->quote & ~inside;
	const uint64_t edge = c->quote | c->delimiter | c->newline;
	const uint64_t odd = (closing << 1 | q->closing) & ~edge;

	/* an opening quote behind a quote is the second of two: the cell goes on */
	if ((opening & ~(edge << 1 | q->edge)) != 0 || (odd != 0 && !are_line_ends(text, at, odd)))
		return false;
	*rows = c->newline & ~inside;
	*q = (struct quoting){ spread_last(inside), edge >> (WORD - 1), closing >> (WORD - 1) };
	return true;
}

size_t csv_regular(const struct simd *simd, struct slice text, char delimiter)
{
	struct simd_cells words[CSV_STRETCH];
	struct quoting q = { .edge = 1 };
	size_t end = 0, n;

	for (size_t at = 0; at < text.n; at += n * WORD) {
		stretch(simd, text, at, delimiter, words, &n);
		for (size_t i = 0; i < n; i++) {
			uint64_t rows;

			if (!is_regular(&q, &words[i], text, at + i * WORD, &rows))
				return end;
			if (rows != 0)
				end = at + i * WORD + (WORD - (unsigned)__builtin_clzll(rows));
		}
	}
	return end;
}

/* ---- rows ---- */

void csv_rows_begin(struct csv_rows *r, const struct simd *simd, struct slice text, char delimiter, enum csv_asked asked)
{
	r->simd = simd;
	r->text = text;
	r->delimiter = delimiter;
	r->cells = asked == CSV_CELLS;
	r->stretch = r->scanned = r->row = 0;
	r->inside = 0;
	r->high = r->high_before = false;
	r->n_ends = r->next_end = 0;
	r->n_rows = r->next_row = 0;
}

void csv_rows_free(struct csv_rows *r)
{
	free(r->ends);
}

/* Adds the ends of the cells in a word. */
static inline void add_ends(struct csv_rows *r, uint64_t cells, uint64_t rows, size_t at)
{
	uint32_t *out = r->ends + r->n_ends;

	for (; cells != 0; cells &= cells - 1) {
		const uint64_t lowest = cells & -cells;

		*out++ = (uint32_t)at + (unsigned)__builtin_ctzll(cells);
		if ((rows & lowest) != 0)
			r->rows[r->n_rows++] = (uint32_t)(out - r->ends);
	}
	r->n_ends = (size_t)(out - r->ends);
}

/* Finds the cells of the next stretch; those of the row that was begun move to the front. */
static void scan_stretch(struct csv_rows *r)
{
	struct simd_cells words[CSV_STRETCH];
	const size_t begun = r->n_ends - r->next_end;
	size_t n;

	if (begun > 0)
		memmove(r->ends, r->ends + r->next_end, begun * sizeof *r->ends);
	r->n_ends = begun;
	r->next_end = r->next_row = r->n_rows = 0;
	if (begun + CSV_STRETCH * WORD > r->cap) {
		r->cap = mem_grow(r->cap, begun + CSV_STRETCH * WORD);
		r->ends = mem_rearray(r->ends, r->cap, sizeof *r->ends);
	}
	r->high_before = r->high || (r->high_before && r->row < r->stretch);
	r->stretch = r->scanned;
	r->high = stretch(r->simd, r->text, r->scanned, r->delimiter, words, &n);
	for (size_t i = 0; i < n; i++) {
		const uint64_t inside = running_xor(words[i].quote) ^ r->inside, rows = words[i].newline & ~inside;

		add_ends(r, r->cells ? (words[i].delimiter & ~inside) | rows : rows, rows, r->scanned + i * WORD);
		r->inside = spread_last(inside);
	}
	r->scanned += n * WORD;
}

/* The row whose last cell ends at `newline`, without its line end and what is blank before it. */
static struct slice row_text(const struct csv_rows *r, size_t newline)
{
	size_t at = r->row, end = newline;

	while (at < end && r->text.p[at] == '\r')
		at++;
	if (end > at && r->text.p[end - 1] == '\r')
		end--;
	return slice_of(r->text.p + at, end - at);
}

bool csv_rows_next(struct csv_rows *r, struct csv_row *out)
{
	do {
		while (r->next_row == r->n_rows) {
			if (r->scanned >= r->text.n)
				return false;
			scan_stretch(r);
		}
		const size_t behind = r->rows[r->next_row++];
		const size_t newline = r->ends[behind - 1];

		out->text = row_text(r, newline);
		out->ends = r->ends + r->next_end;
		out->n = behind - r->next_end;
		r->next_end = behind;
		r->row = newline + 1;
	} while (out->text.n == 0);
	out->whole = r->text.p;
	out->at = (size_t)(out->text.p - r->text.p);
	out->high = r->high || r->high_before;
	return true;
}
