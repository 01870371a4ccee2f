/*
 * keys.h - by what records can be grouped: one entry of one table for each key.
 *
 * An entry says what must be read for it and how its text is got from a finished record; grouping, headers and help follow.
 */
#ifndef DPSLOG_RECORD_KEYS_H
#define DPSLOG_RECORD_KEYS_H

#include "record/record.h"

enum key_type {
	KEY_TEXT,
	KEY_TIME   /* the text is an int64_t: the start of a span, TIME_NONE for untimed */
};

struct key_entry {
	const char *name;
	enum key_type type;
	bool of_outcome;       /* says how a record went: a selection by it leaves no device state */
	uint64_t fields, members; /* what must be read: FIELD_BITs */
	struct slice (*text)(struct record *r);
};

/* One key as the user asked for it. */
struct key {
	const struct key_entry *entry;
	struct slice name;     /* as given: a column's header */
	struct slice member;   /* NAME of properties.NAME, else empty */
	int slot;              /* of that member, after keys_bind */
};

enum { KEYS_MOST = 16 };

struct keys {
	struct key key[KEYS_MOST];
	size_t n;
	int device;            /* index of the key `device`, or -1 */
};

extern const struct key_entry key_table[];
extern const size_t key_table_n;

/* The key of that name (case ignored). False: there is none. `name` must outlive it. */
bool key_find(struct slice name, struct key *out);
/* Adds what the keys need to be read. */
void keys_want(const struct keys *k, struct wants *w);
/* Looks up the slots of named members; once the fields are made. */
void keys_bind(struct keys *k, const struct fields *fields);
/* The text of key i of a finished log record; until record_begin, and for the same key until it is asked for again. */
struct slice keys_text(const struct keys *k, size_t i, struct record *r);

#endif
