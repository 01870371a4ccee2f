/*
 * view.h - a result as a plain table, whatever it is about; a renderer needs nothing else and computes nothing.
 *
 * A view does not hold its rows: it makes the cells of row i on demand, so that ten million rows cost no memory. Cells are
 * valid until the next row is made.
 */
#ifndef DPSLOG_REPORT_VIEW_H
#define DPSLOG_REPORT_VIEW_H

#include "base/buf.h"

enum column_type {
	COLUMN_TEXT,    /* text of the input: escaped and guarded by every sink */
	COLUMN_WORD,    /* a word of our own (a state): never guarded */
	COLUMN_COUNT,
	COLUMN_NUMBER,  /* a number of our own as exact text, or several joined by `;`; empty: none */
	COLUMN_RATE,    /* num / den, printed with six digits (C's %.6f of the quotient of two doubles) */
	COLUMN_TIME     /* TIME_NONE is none */
};

struct column {
	const char *name;        /* as in CSV and JSON */
	const char *heading;     /* for people; NULL: the name */
	enum column_type type;
};

struct cell {
	union {
		struct slice text;
		uint64_t count;
		struct { uint64_t num, den; } rate;
		int64_t time;
	};
};

/* Which of n columns is called so; -1: none. */
int columns_find(const struct column *columns, size_t n, struct slice name);
/* Ascending: texts bytewise, numbers and times by their value, TIME_NONE first. */
int cell_compare(enum column_type type, const struct cell *a, const struct cell *b);

/* A COLUMN_RATE as data formats have it; den is not 0. */
void cell_rate(struct buf *out, uint64_t num, uint64_t den);

struct view {
	const struct column *columns;
	size_t n_columns;
	uint64_t n_rows;
	uint64_t left_out;   /* rows that --top cut off, for a note */
	void (*row)(void *ctx, uint64_t i, struct cell *cells); /* cheapest in ascending order */
	void *ctx;
	int (*error)(void *ctx); /* errno, if rows were made from a file that failed, else 0; NULL: they are not */
	bool apart;          /* several threads may make rows at once; the cells of one do not depend on others being made */
};

#endif
