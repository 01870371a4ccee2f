/*
 * work.h - one worker: from a block to the accumulators.
 *
 * A worker owns its reader, its record, its ledger and its tally and shares nothing until they are merged.
 */
#ifndef DPSLOG_SCAN_WORK_H
#define DPSLOG_SCAN_WORK_H

#include "scan/block.h"
#include "scan/plan.h"

struct worker {
	const struct scan_plan *plan;
	struct diag *diag;
	struct cutter cutter;
	struct reader *reader;
	struct record record;
	struct cells cells;
	struct csv_walk rows;
	struct kql_scratch *scratch; /* of the selection */
	bool selects_base, selects_outcome; /* else every record passes */
	void *kept[WISHES_MOST];     /* accumulators; none in a survey */
	size_t n_kept;
	bool compares;               /* sources with each other; else only those of one file */
	struct ledger ledger;
	int64_t newest;              /* log record */
	/* the block that is being worked on */
	const struct block *block;
	uint64_t accounted;          /* bytes that are records, malformed or cut */
	struct dates dates;          /* that were heard in it, if the order of its leaf was guessed */
	struct opening opening;
	struct slice ordinary;       /* the last line, if `opening` does not know of it yet */
};

void worker_init(struct worker *w, const struct scan_plan *plan, const struct simd *simd, struct diag *diag);
void worker_free(struct worker *w);
/* After the last block: what waits in the accumulators is added. */
void worker_settle(struct worker *w);
/* Works on a block that was taken. */
struct leaf_share worker_run(struct worker *w, const struct block *b);

#endif
