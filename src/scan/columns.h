/*
 * columns.h - the header of tabular text: for each cell of a row, the place where its value goes.
 *
 * Immutable once made; rows in the hands of several workers share it, its source owns it.
 */
#ifndef DPSLOG_SCAN_COLUMNS_H
#define DPSLOG_SCAN_COLUMNS_H

#include "json/csvframe.h"
#include "json/reader.h"
#include "record/record.h"

struct columns {
	struct row_columns row;
	struct arena text;   /* of the names */
	int time;            /* index of the column that is the time, or -1 */
	bool local_time;     /* that column says it is local */
	struct columns *older; /* of the same source: a list to free */
};

/*
 * From the first lines of a text: `sep=` and `#TYPE` lines, then a header with at least one known column, cut by the comma,
 * semicolon or TAB that gives such. NULL: the text is no such table. *end: where the rows begin.
 */
struct columns *columns_from_csv(struct slice text, const struct fields *fields, size_t *end);
/* From the `columns` array of a REST table. NULL: it is none. */
struct columns *columns_from_json(struct slice array, const struct fields *fields, struct reader *reader);
/* Puts a newer header before the list; NULL changes nothing. */
void columns_add(struct columns **list, struct columns *newer);
/* Frees the list. */
void columns_free(struct columns *c);

#endif
