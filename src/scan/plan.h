/*
 * plan.h - what a command wants of its input: which fields are read, which accumulators are kept, what is selected.
 */
#ifndef DPSLOG_SCAN_PLAN_H
#define DPSLOG_SCAN_PLAN_H

#include "input/container.h"
#include "scan/emit.h"
#include "scan/progress.h"
#include "select/select.h"
#include "tally/accumulator.h"

enum { RECORD_MOST = 16 << 20 };
/* What one compressed file or member may decode to: far beyond real exports, so that a bomb ends. */
#define EXPANSION_MOST (UINT64_C(64) << 30)

enum { WISHES_MOST = 4 };

struct scan_plan {
	struct accumulator_wish wishes[WISHES_MOST];
	size_t n_wishes;
	struct selection selection;
	struct emit_sink sink;     /* where the speaker is heard while the input is read; without `write`: nothing is said */
	size_t speaker;            /* the wish whose accumulators speak */
	bool survey;               /* only the ledger and the newest record: the first of two readings */
	size_t max_record;
	bool fast;                 /* the fast reader, with yajl for what it leaves; else yajl for all */
	unsigned jobs;             /* workers, at least 1 */
	size_t memory;             /* for each accumulator of each worker (accumulator.h) */
	struct container_limits limits;
	struct scan_progress *progress; /* zero at the beginning of a scan; NULL: nobody looks */
	bool stateless;            /* device states were wanted, but the selection leaves none; by plan_finish */
	/* made by plan_finish */
	struct fields *fields;
	struct pool *pool;         /* for the tables of all accumulators, which are freed before it */
};

/* An accumulator of this kind is wanted; its number. The plan of the accumulator is the caller's and outlives the scan. */
size_t plan_wish(struct scan_plan *plan, const struct accumulator_kind *kind, void *accumulator_plan);
/* Everything wanted is set: makes the table of fields and binds what is wanted to it. */
void plan_finish(struct scan_plan *plan);
void plan_free(struct scan_plan *plan);

#endif
