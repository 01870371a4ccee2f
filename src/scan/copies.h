/*
 * copies.h - which sources have equal content: found by a hash of what was read, so that nobody counts an export twice unawares.
 *
 * A source is remembered once it has ended, if it held log records. What is compared is the decoded text, so a file and its gz are
 * copies, too. Their records count as often as they were read (dpslog-records(7), LEDGER).
 */
#ifndef DPSLOG_SCAN_COPIES_H
#define DPSLOG_SCAN_COPIES_H

#include "base/slice.h"

struct copies;

/* The content of a source, built up block by block in any order. */
struct content {
	uint64_t hash, bytes, logs;
};
/* Adds a block: its text, its number in the source, the log records in it. */
void content_add(struct content *c, struct slice text, uint64_t number, uint64_t logs);
void content_join(struct content *c, const struct content *part);

struct copies *copies_new(void);
void copies_free(struct copies *c);
/* Thread-safe. The names are copied. */
void copies_add(struct copies *c, const char *file, const char *member, const struct content *content);

/* Sources of equal content, each as `FILE` or `FILE: MEMBER`, bytewise ascending; at least two. */
struct copy_group {
	const char *const *names;
	size_t n;
};
/* The groups, ordered by their first names. Not while workers run; they live as long as c, until the next call. */
size_t copies_groups(struct copies *c, const struct copy_group **groups);

#endif
