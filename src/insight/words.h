/*
 * words.h - closed sets of words, as rules have them: one table for reading, writing and saying what was expected.
 */
#ifndef DPSLOG_INSIGHT_WORDS_H
#define DPSLOG_INSIGHT_WORDS_H

#include "base/buf.h"

/* One of the words; a table ends with a NULL name. */
struct words_entry {
	const char *name;    /* in Azure's JSON */
	const char *sign;    /* in conditions; NULL: none */
};

/* The number of the word, without regard to case; -1: none. */
int words_find_name(const struct words_entry *table, struct slice s);
int words_find_sign(const struct words_entry *table, struct slice s);
/* All names as `A, B or C`. */
void words_list_names(const struct words_entry *table, struct buf *out);
void words_list_signs(const struct words_entry *table, struct buf *out);

#endif
