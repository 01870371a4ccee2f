/*
 * csvrows.h - the rows and cells of regular CSV text, found 64 bytes at a time.
 *
 * Text that begins with a row is regular as long as every quote in it opens a cell (behind a delimiter or a newline), closes one
 * (before a delimiter, a newline or CR LF), or is one of two inside of one. In such text the quotes before a byte, odd or even, say
 * whether it is quoted, and the newlines that are not are the ends of exactly the rows that csv_next finds, if none can be longer
 * than its limit: each state that csv_next can be in is told by the quotes so far. All other text is left to csvframe.h.
 */
#ifndef DPSLOG_JSON_CSVROWS_H
#define DPSLOG_JSON_CSVROWS_H

#include "base/arena.h"
#include "base/slice.h"
#include "json/simd.h"

/* How much of the text, which begins with a row, is whole regular rows, newlines included; 0: not even the first. */
size_t csv_regular(const struct simd *simd, struct slice text, char delimiter);

/* A row of regular text. */
struct csv_row {
	struct slice text;       /* without its line end */
	size_t at;               /* of `text` in the whole */
	size_t n;                /* cells */
	const char *whole;
	const uint32_t *ends;    /* of the cells, in the whole; until csv_rows_next */
	bool high;               /* a byte above ASCII may be in it */
};

enum { CSV_STRETCH = 64 };       /* words of 64 bytes that are looked at together */

/* Walks over regular text. Zero before the first csv_rows_begin. */
struct csv_rows {
	const struct simd *simd;
	struct slice text;
	char delimiter;
	bool cells;
	size_t stretch, scanned; /* where the newest stretch begins and ends */
	uint64_t inside;         /* all ones: the byte at `scanned` is quoted */
	bool high, high_before;  /* a byte above ASCII in the newest stretch; in those before it, if the row began there */
	uint32_t *ends;          /* of the cells that were found */
	size_t n_ends, cap;
	size_t next_end;         /* of the next row */
	size_t row;              /* where it begins */
	uint32_t rows[CSV_STRETCH * 64]; /* for each row that was found, the cells up to its end */
	size_t n_rows, next_row;
};

/*
 * `text`: what csv_regular said, at most 4 GiB. CSV_ROWS: only where rows begin and end is asked, so each seems to be one cell
 * (csv_cell finds one of the first).
 */
enum csv_asked { CSV_ROWS, CSV_CELLS };
void csv_rows_begin(struct csv_rows *r, const struct simd *simd, struct slice text, char delimiter, enum csv_asked asked);
/* The next row, blank lines passed over; false: the end. */
bool csv_rows_next(struct csv_rows *r, struct csv_row *out);
void csv_rows_free(struct csv_rows *r);

/* The i-th cell (of row->n) as it stands there, quotes and all. */
static inline struct slice csv_row_cell(const struct csv_row *row, size_t i)
{
	const char *begin = i == 0 ? row->text.p : row->whole + row->ends[i - 1] + 1;
	const char *end = i + 1 == row->n ? row->text.p + row->text.n : row->whole + row->ends[i];

	return slice_of(begin, (size_t)(end - begin));
}

#endif
