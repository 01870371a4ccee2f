/*
 * scan.h - one reading of the whole input.
 *
 * The only parallelism there is: workers take blocks from sources that are open, and open further ones. What comes out does
 * not depend on how many there are.
 */
#ifndef DPSLOG_SCAN_SCAN_H
#define DPSLOG_SCAN_SCAN_H

#include "scan/copies.h"
#include "scan/plan.h"

struct scan_result {
	void *kept[WISHES_MOST];  /* the accumulators, as the plan wished; NULL after a survey; scan_result_free's */
	struct ledger ledger;
	struct copies *copies;    /* never NULL; scan_result_free's */
	uint64_t named_foreign;   /* files that the user named and that are none of ours */
	bool stopped;             /* the reading ended early: the speaker had enough, or the sink failed */
	struct reader_share share; /* between the two readers */
	int64_t newest;           /* log record; TIME_NONE: none is timed */
};

/*
 * Reads all paths by the plan (finished). Problems and notes go to the sink. A CSV whose dates turn out to be in another order than
 * was guessed makes all of it void: then everything is read again, and no order guessed.
 */
void scan_run(const struct scan_plan *plan, struct paths *paths, struct diag *diag, struct scan_result *out);
void scan_result_free(struct scan_result *r, const struct scan_plan *plan);

#endif
