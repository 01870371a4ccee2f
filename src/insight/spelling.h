/*
 * spelling.h - closed sets of words, as rules have them: one table for reading, writing and saying what was expected.
 */
#ifndef DPSLOG_INSIGHT_SPELLING_H
#define DPSLOG_INSIGHT_SPELLING_H

#include "base/buf.h"

/* One of the words; a table ends with a NULL name. */
struct spelling_entry {
	const char *name;    /* in Azure's JSON */
	const char *sign;    /* in conditions; NULL: none */
};

/* The number of the word, without regard to case; -1: none. */
int spelling_find_name(const struct spelling_entry *table, struct slice s);
int spelling_find_sign(const struct spelling_entry *table, struct slice s);
/* All names as `A, B or C`. */
void spelling_list_names(const struct spelling_entry *table, struct buf *out);
void spelling_list_signs(const struct spelling_entry *table, struct buf *out);

#endif
