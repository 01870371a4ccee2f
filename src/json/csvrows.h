/*
 * csvrows.h - the rows and cells of regular CSV text, found 64 bytes at a time.
 *
 * Text that begins with a row is regular as long as every quote in it opens a cell (behind a delimiter or a newline), closes one
 * (before a delimiter, a newline or CR LF), or is one of two inside of one. In such text the quotes before a byte, odd or even, say
 * whether it is quoted, and the newlines that are not are the ends of exactly the rows that csv_next finds, if none can be longer
 * than its limit: each state that csv_next can be in is told by the quotes so far. All other text is left to csvframe.h.
 *
 * The text is looked at once. What that finds is kept in a map of two bits for each byte, a quarter of the text, until its rows
 * have been walked over.
 */
#ifndef DPSLOG_JSON_CSVROWS_H
#define DPSLOG_JSON_CSVROWS_H

#include "base/arena.h"
#include "base/slice.h"
#include "json/simd.h"

/* Of one text. Zero before the first; csv_map_free. */
struct csv_map {
	uint64_t *ends;          /* bit i of word j: byte 64 * j + i is behind a cell */
	uint64_t *rows;          /* it is the newline behind a row */
	size_t cap;              /* words */
	size_t end;              /* behind the last row */
	bool *high;              /* a byte above ASCII is in that stretch */
	size_t high_cap;
	bool any_high;           /* in one of them */
	size_t newlines;         /* in the rows, quoted or not */
};

enum { CSV_STRETCH = 64 };       /* words of 64 bytes that are looked at together */

/*
 * Maps the text (at most 4 GiB), which begins with a row. How much of it is whole regular rows, newlines included; 0: not even the first.
 */
size_t csv_map(struct csv_map *m, const struct simd *simd, struct slice text, char delimiter);
void csv_map_free(struct csv_map *m);

/* A row of regular text. */
struct csv_row {
	struct slice text;       /* without its line end */
	size_t at;               /* of `text` in the whole */
	size_t n;                /* cells */
	const char *whole;
	const uint32_t *ends;    /* before the first cell, and of each, in the whole; until csv_walk_next */
	bool high;               /* a byte above ASCII may be in it */
};

/* Walks over the rows of a map. Zero before the first csv_walk_begin; csv_walk_free. */
struct csv_walk {
	const struct csv_map *map;
	const struct simd *simd;
	const char *whole;
	bool cells;
	size_t at;               /* where the next row begins */
	uint32_t *ends;          /* of the row before it */
	size_t cap;
};

/* CSV_ROWS: only where rows begin and end is asked, so each seems to be one cell (csv_cell finds one of the first). */
enum csv_asked { CSV_ROWS, CSV_CELLS };
/* `map` is of a text that begins at `whole`. */
void csv_walk_begin(struct csv_walk *w, const struct simd *simd, const struct csv_map *map, const char *whole, enum csv_asked asked);
/* The next row, blank lines passed over; false: the end. */
bool csv_walk_next(struct csv_walk *w, struct csv_row *out);
void csv_walk_free(struct csv_walk *w);

/* The i-th cell (of row->n) as it stands there, quotes and all. */
static inline struct slice csv_row_cell(const struct csv_row *row, size_t i)
{
	const uint32_t begin = row->ends[i] + 1; /* before the first of all there may be -1 */

	return slice_of(row->whole + begin, row->ends[i + 1] - begin);
}

#endif
