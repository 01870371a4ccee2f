/*
 * run.h - what every command that reads does: from options to a plan, one reading or two, the ledger, the exit status.
 *
 *     run_begin, set the plan's keys and accumulators, run_read, perhaps run_read_again, render from `result`, run_end
 */
#ifndef DPSLOG_CLI_RUN_H
#define DPSLOG_CLI_RUN_H

#include "cli/options.h"
#include "cli/meter.h"
#include "report/json.h"
#include "scan/scan.h"

struct run {
	const struct options *options;
	struct scan_plan plan;
	struct paths *paths;
	bool keep;                   /* what cannot be read twice is kept for run_read_again: to be set before run_read */
	struct diag *diag;
	int64_t a_since;             /* --a-since, once run_read knows the newest record; TIME_NONE: not given, or nothing is timed */
	struct scan_result result;
	struct meter meter;
};

/* The selection and limits of the options. */
void run_begin(struct run *r, const struct options *o);
/* Reads the input; 0, or the exit status of a run that cannot be (what is wrong is said). */
int run_read(struct run *r);
/*
 * After run_read: whether all of the input is still there to be read again, and one more reading of it. Its plan has the
 * selection and the limits of the first, and no wishes; `out` is the caller's (scan_result_free), the plan, too (plan_free). The
 * ledger, what is said and the copies stay those of the first reading. The predicates of the selection belong to the new plan from
 * then on. `what` is a few words for the meter.
 */
bool run_can_read_again(const struct run *r);
struct scan_plan run_plan_again(const struct run *r);
void run_read_again(struct run *r, struct scan_plan *plan, const char *what, struct scan_result *out);
/* The exit status for the errno of the temporary files of accumulators (0: STATUS_GOOD), which is said. */
int run_temporary_status(int error);
/* All of the input was read: nothing was lost, and it was read to its end. */
bool run_is_complete(const struct run *r);
/* The first and the last instant of what the answer is about: as asked for, or of the records. TIME_NONE: there is none. */
int64_t run_first(const struct run *r);
int64_t run_last(const struct run *r);
/* The ledger as the value of "input". */
void run_json_input(const struct run *r, struct json *j);
/*
 * Writes the ledger file and what there is to say, frees everything, and returns the exit status; `status` is that of the
 * command's own outputs so far.
 */
int run_end(struct run *r, int status);

#endif
