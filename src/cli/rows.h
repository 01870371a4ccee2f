/*
 * rows.h - writing a view as a command's result: as a table, CSV or the JSON document, with the notes that go with it.
 */
#ifndef DPSLOG_CLI_ROWS_H
#define DPSLOG_CLI_ROWS_H

#include "cli/run.h"
#include "report/table.h"

/* What a row is called: `1 group`, `12 groups`. */
struct rows_words {
	const char *one, *many;
};

/*
 * Writes all rows to the output of the options in their format. `members` adds what the JSON document has between `command`
 * and `rows`; NULL: nothing. Returns the exit status of the output.
 */
int rows_write(struct run *r, const struct view *view, struct rows_words words, void (*members)(struct json *j, const void *ctx),
               const void *ctx);
/* What a command has to say beyond its rows; each may be NULL. */
struct rows_more {
	void (*members)(struct json *j, const void *ctx);            /* as rows_write */
	void (*row)(struct json *j, const void *ctx, uint64_t i);    /* adds members to the JSON of row i */
	void (*below)(struct output *out, const void *ctx, struct table_options options); /* below the table */
	const void *ctx;
};
int rows_write_with(struct run *r, const struct view *view, struct rows_words words, struct rows_more more);
/* So many cells of CSV got a guard: into the ledger, and said. */
void rows_guarded(struct run *r, uint64_t guarded);
/* The column that --sort names; -1: it is not given. 0, or the exit status of a mistake. */
int rows_order(const struct options *o, const struct column *columns, size_t n, int *column);
/* --sort names no column; `columns` are those there are, as harmless text. Returns the exit status. */
int rows_no_column(const struct command *c, struct slice name, struct slice columns);

#endif
