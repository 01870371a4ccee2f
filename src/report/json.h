/*
 * json.h - writing JSON: always well-formed, always strict UTF-8, one row a line.
 *
 * A json borrows its output and holds nothing else. The caller's calls must nest as JSON does (asserted); commas, quotes and
 * escapes are the emitter's.
 */
#ifndef DPSLOG_REPORT_JSON_H
#define DPSLOG_REPORT_JSON_H

#include "report/output.h"
#include "report/view.h"

enum { JSON_DEPTH = 32 };

struct json {
	struct output *out;
	unsigned depth;
	uint32_t filled; /* bit d: the container of depth d has an element */
	uint32_t lines;  /* bit d: each of its elements begins a line */
	uint32_t array;  /* bit d: it is an array */
	bool keyed;      /* a key was written, its value is due */
};

void json_init(struct json *j, struct output *out);
/* Ends the document with a line feed. */
void json_finish(struct json *j);
/* Begins the document of a command: its object, with `schema` and `command`. */
void json_begin_document(struct json *j, struct output *out, const char *command);
void json_end_document(struct json *j);

void json_begin_object(struct json *j);
void json_end_object(struct json *j);
/* `lines`: every element stands on a line of its own, so that rows can be read, compared and cut by line tools. */
void json_begin_array(struct json *j, bool lines);
void json_end_array(struct json *j);

/* The name of the next value, in an object. */
void json_key(struct json *j, const char *name);

void json_text(struct json *j, struct slice s);
void json_u64(struct json *j, uint64_t n);
/* The text of a number; null if it is empty; as a text if it is several joined by `;`. */
void json_number(struct json *j, struct slice s);
void json_bool(struct json *j, bool b);
void json_null(struct json *j);
/* num / den with six digits; null without a den. */
void json_rate(struct json *j, uint64_t num, uint64_t den);
/* A time as text, null for TIME_NONE. */
void json_time(struct json *j, int64_t t);

/* Key and value at once, for the commonest. */
void json_member_text(struct json *j, const char *name, struct slice s);
void json_member_u64(struct json *j, const char *name, uint64_t n);

/* A cell of a view. */
void json_cell(struct json *j, enum column_type type, const struct cell *cell);
/* All rows of a view as an array of objects named by the columns. */
void json_rows(struct json *j, const struct view *v);
/* The same; `more` adds members behind those of row i. */
void json_rows_with(struct json *j, const struct view *v, void (*more)(struct json *j, const void *ctx, uint64_t i), const void *ctx);

#endif
