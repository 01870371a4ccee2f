/*
 * record.h - one record: the values that were read, and what they mean.
 *
 * A record is filled through its event sink (or cell by cell), finished once, and asked. Nothing is copied that can stay where
 * it is: all text lives until the next record_begin. The rules are those of dpslog-records(7).
 */
#ifndef DPSLOG_RECORD_RECORD_H
#define DPSLOG_RECORD_RECORD_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/time.h"
#include "json/csvframe.h"
#include "json/csvrows.h"
#include "json/reader.h"
#include "record/classify.h"
#include "record/fields.h"

enum record_kind { RECORD_OTHER, RECORD_LOG, RECORD_METRIC };
enum service { SERVICE_NONE, SERVICE_DPS, SERVICE_HUB };

/* A resource id that was taken apart lately: exports repeat one or a few of them on every line. */
struct resource_cache {
	char *text;
	size_t n, cap;
	struct resource_id id;   /* into text */
	bool ours;               /* the provider is Microsoft.Devices */
	enum service service;    /* by its type */
};

enum { RESOURCES_KEPT = 4 };

/* The header of a table. */
struct row_columns {
	int *places;             /* where the value of each cell goes, or PLACE_SKIP */
	struct slice *names;
	size_t n;
	struct wanted_column {
		size_t column;
		int place;
	} *wanted;               /* the columns whose cells have a place, in their order */
	size_t n_wanted;
	char delimiter;          /* of CSV text; else 0 */
};

struct record {
	/* given */
	const struct fields *fields;
	struct reader *reader;
	struct event_sink sink;
	int reading;             /* the level that is being read; LEVEL_NOWHERE for a row */
	const struct row_columns *columns; /* of a row; NULL for an object */
	size_t n_cells;
	enum date_order date_order;
	bool portal_dates;       /* M/D/YYYY and D/M/YYYY are times: CSV only */

	/* read */
	struct arena scratch;
	uint64_t present[LEVELS];
	struct event_slot values[LEVELS * SLOTS]; /* by place; trimmed if they are not rough; a text is empty for none */
	bool tabular;
	bool repaired;           /* its text had to be mended */
	bool local_time;         /* its time came from a column in local time */

	/* where it was read; until the next record_begin */
	struct slice raw;        /* the bytes of the object, or of the row: an array, or cells of CSV */
	struct slice copies;     /* of cells with doubled quotes, in the scratch, */
	const char *copies_end;  /* if that still ends there */
	struct cells cells;      /* scratch of record_cells */

	/* meant: after record_finish */
	enum record_kind kind;
	int64_t time;            /* TIME_NONE: untimed */
	struct time_minute minute; /* of the last time */
	struct time_portal_hour portal_hour; /* of the last time that is a portal's date */
	enum service service;
	int properties;          /* the level of the properties, or LEVEL_NOWHERE */
	bool properties_unreadable;
	struct resource_cache resources[RESOURCES_KEPT];
	unsigned next_resource;  /* which is forgotten for the next */
	const struct resource_cache *resource; /* the one it names, which may be empty */
	struct slice device, enrollment, code;
	struct outcome_fields outcome;
	bool failure;
	int64_t minute_at, hour_at, day_at; /* scratch of the keys of that name */
	struct buf message;
};

/* `fields` and `reader` must outlive it. */
void record_init(struct record *r, const struct fields *fields, struct reader *reader);
void record_free(struct record *r);

/* Forgets the record before. */
void record_begin(struct record *r);
/* Reads one object; READ_BAD and READ_ENVELOPE as reader_read. */
enum read_status record_read(struct record *r, struct slice text, bool unwraps, struct read_error *error);
/*
 * Reads the object with which `text` begins, if it is ordinary and on one line, and no envelope; *end is behind it. False: record_begin,
 * and read the whole line. (reader_read_on_line)
 */
bool record_read_on_line(struct record *r, struct slice text, size_t *end);
/* Reads one row of a REST table: a JSON array. Not READ_OK with reason row_width: its cells are not as many as the columns. */
enum read_status record_read_row(struct record *r, struct slice text, const struct row_columns *columns,
                                 struct read_error *error);
/*
 * It is a row of CSV with as many cells as columns, whose wanted ones are taken next. The row, as it stands there but for repairs,
 * lives until record_begin, and so does the text of the cells.
 */
void record_begin_cells(struct record *r, struct slice row, const struct row_columns *columns, enum date_order order);
void record_take_cell(struct record *r, struct slice text, int place);
/* All wanted cells of a row of regular text. */
void record_take_cells(struct record *r, const struct csv_row *row);
/* All cells of a row of CSV, as many as columns; NULL: it is none. Until record_begin. */
const struct slice *record_cells(struct record *r);
/* What it means; once, after reading. */
void record_finish(struct record *r);

/* The value of a member of the record, none if empty. */
struct slice record_field(const struct record *r, enum field f);
/* The value of a member of properties by its slot (enum member, or fields_member). */
struct slice record_member(const struct record *r, int slot);
/* Of a metric record: the value of a dimension, none if it carries none. */
struct slice record_dimension(const struct record *r, struct dimension_slots slots);
/* The resource id as logged. */
struct slice record_id(const struct record *r);
/* The level as its canonical word, or as logged. */
struct slice record_level(const struct record *r);
struct slice record_location(const struct record *r);
struct slice record_caller_ip(const struct record *r);
/* In upper case. */
struct slice record_resource(struct record *r);
struct slice record_service(const struct record *r);
/* The message as a template; until the next call. */
struct slice record_message(struct record *r);

#endif
