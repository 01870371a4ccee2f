/*
 * run.h - what every command that reads does: from options to a plan, one reading or two, the ledger, the exit status.
 *
 *     run_begin, set the plan's keys and accumulators, run_read, render from `result`, run_end
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
	struct diag *diag;
	int64_t a_since;             /* --a-since, once run_read knows the newest record; TIME_NONE: not given, or nothing is timed */
	struct scan_result result;
	struct meter meter;
};

/* The selection and limits of the options. */
void run_begin(struct run *r, const struct options *o);
/* Reads the input; 0, or the exit status of a run that cannot be (what is wrong is said). */
int run_read(struct run *r);
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
