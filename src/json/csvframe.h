/*
 * csvframe.h - cutting CSV and TSV into rows and rows into cells (RFC 4180, with the liberties of real exports).
 *
 * A quote counts only at the beginning of a cell. A row that is damaged (text behind a closing quote, a quote that never
 * closes) costs its first line: the next row begins on the line after it, so that one stray quote cannot swallow a file.
 */
#ifndef DPSLOG_JSON_CSVFRAME_H
#define DPSLOG_JSON_CSVFRAME_H

#include "base/arena.h"
#include "json/frame.h"

struct csv_framer {
	char delimiter;
	size_t max_record;
	bool in_long_line;   /* the limit was passed: what is left of the line is lost with it */
};

/*
 * The next row of text, from *at on (FRAME_VALUE or FRAME_BAD, without its line end), blank lines passed over; statuses as
 * framer_next has them. Where a line is longer than the limit, frames of count 0 follow for the rest of it.
 */
enum framer_status csv_next(struct csv_framer *c, struct slice text, enum text_end end, size_t *at, struct frame *out);

struct cells {
	struct slice *cell;
	size_t n, cap;
};

/*
 * Cuts one row (a FRAME_VALUE of csv_next). Cells point into the row, or into the arena where doubled quotes had to be undone.
 */
void csv_cells(struct slice row, char delimiter, struct arena *arena, struct cells *out);
/* The i-th cell of such a row as it stands there, quotes and all; none: it has fewer. */
struct slice csv_cell(struct slice row, char delimiter, size_t i);
void cells_free(struct cells *c);
/*
 * The text of one cell as it stands in a good row. It lies in the cell, or in the arena where doubled quotes had to be undone: then
 * CSV_ROOM blanks are behind it, room for a reader (reader_read_roomy).
 */
enum { CSV_ROOM_LEAST = 48, CSV_ROOM = CSV_ROOM_LEAST + 64 };
struct slice csv_quoted_text(struct slice cell, struct arena *arena);

static inline struct slice csv_cell_text(struct slice cell, struct arena *arena)
{
	return cell.n > 0 && cell.p[0] == '"' ? csv_quoted_text(cell, arena) : cell;
}

/* What a reader of so many bytes makes use of: with it they are whole words. */
static inline size_t csv_room(size_t n)
{
	return CSV_ROOM_LEAST + (-(n + CSV_ROOM_LEAST) & 63);
}

#endif
