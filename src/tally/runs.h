/*
 * runs.h - entries that do not fit into memory: sorted runs in temporary files, and reading them merged.
 *
 * An entry is a key and a value, both bytes. A run is written in ascending bytewise order of its keys; reading gives the entries
 * of all runs in that order, those of equal keys one after the other in no order that means anything: joining them is the
 * reader's. The files are unlinked (base/io.h) and made when the first run is. What fails is remembered: writing then drops
 * what it gets, reading ends, and runs_error says why. A struct runs belongs to one thread.
 */
#ifndef DPSLOG_TALLY_RUNS_H
#define DPSLOG_TALLY_RUNS_H

#include "base/buf.h"

struct runs;

/* Memory for reading or merging, whatever is in the files: about 4 MiB. */
struct runs *runs_new(void);
void runs_free(struct runs *r);

/* One run: begin, its entries in order, end. */
void runs_begin(struct runs *r);
void runs_add(struct runs *r, struct slice key, struct slice value);
void runs_end(struct runs *r);
/* All runs of `from`, which is freed. */
void runs_take(struct runs *r, struct runs *from);

/* From the first entry, as often as wanted; no more runs after the first time. */
void runs_rewind(struct runs *r);
/* The next entry, until the next call. False: there is none, or reading failed. */
bool runs_next(struct runs *r, struct slice *key, struct slice *value);

/* errno of what failed first; 0: nothing did. */
int runs_error(const struct runs *r);

#endif
