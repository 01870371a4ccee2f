/*
 * records.h - the records themselves, as lines, while they are read: an accumulator that keeps nothing and speaks.
 *
 * As exported: an object byte for byte but for line breaks between its tokens; a row of a table as the object that its columns
 * name. Or only some fields of each, as CSV or JSON.
 */
#ifndef DPSLOG_REPORT_RECORDS_H
#define DPSLOG_REPORT_RECORDS_H

#include "record/keys.h"
#include "tally/accumulator.h"

enum { RECORD_FIELDS_MOST = KEYS_MOST };

enum records_form { RECORDS_AS_EXPORTED, RECORDS_CSV, RECORDS_JSON };

struct record_extra;

/* One field as the user asked for it: a key, or what records have beside keys. */
struct record_field {
	struct slice name;                /* as given */
	const struct record_extra *extra; /* NULL: a key */
	size_t key;                       /* its index */
};

struct records_plan {
	enum records_form form;
	struct record_field field[RECORD_FIELDS_MOST]; /* of RECORDS_CSV and RECORDS_JSON */
	size_t n;
	struct keys keys;
	bool guard;              /* of CSV */
	bool terminal;           /* control characters are escaped */
	bool limited;            /* one worker; it has enough after `most` records */
	uint64_t most;
};

struct records;

/* As an accumulator of the scan; its plan is a struct records_plan. */
extern const struct accumulator_kind records_kind;

/* Adds a field. False: there is none of that name. `name` must outlive the plan, which has room for it. */
bool records_add_field(struct records_plan *plan, struct slice name);
/* The names that are not keys, NULL at the end. */
const char *const *records_extra_names(void);
/* The line of CSV before all others. */
void records_header(const struct records_plan *plan, struct buf *out);
/* How many cells got a guard. */
uint64_t records_guarded(const struct records *r);

#endif
