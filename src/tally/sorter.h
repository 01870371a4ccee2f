/*
 * sorter.h - any number of entries in the order of their keys, within a given memory.
 *
 * Entries are keys and values of bytes. What goes beyond the memory is kept in temporary files (runs.h), whose rules for equal
 * keys and for failures hold here, too.
 */
#ifndef DPSLOG_TALLY_SORTER_H
#define DPSLOG_TALLY_SORTER_H

#include "base/buf.h"

struct sorter;

/* `memory`: bytes of entries to hold at most; one entry is always held. */
struct sorter *sorter_new(size_t memory);
void sorter_free(struct sorter *s);
void sorter_add(struct sorter *s, struct slice key, struct slice value);
/* From the first entry, as often as wanted; nothing can be added after the first time. */
void sorter_rewind(struct sorter *s);
/* The next entry, until the next call. False: there is none, or reading failed. */
bool sorter_next(struct sorter *s, struct slice *key, struct slice *value);
/* errno of what failed first; 0: nothing did. */
int sorter_error(const struct sorter *s);

#endif
