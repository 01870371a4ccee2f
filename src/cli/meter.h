/*
 * meter.h - how far the reading is, on standard error: on a terminal one line that is written over, elsewhere lines.
 *
 * A thread of its own looks at what the scan counts. It also waits for SIGUSR1 (which main blocks for all threads) and then
 * says a whole line, wherever standard error goes. Between meter_begin and meter_end nothing else may write there;
 * after the end no trace of the line is left on the terminal.
 */
#ifndef DPSLOG_CLI_METER_H
#define DPSLOG_CLI_METER_H

#include <pthread.h>

#include "cli/options.h"
#include "scan/progress.h"

struct meter {
	struct scan_progress counts;   /* for the plan; the first member */
	const char *what;              /* a few words before the numbers, or NULL */
	bool shown;                    /* without being asked for */
	bool to_terminal;
	size_t columns;
	int64_t began;                 /* microseconds of a clock that only goes forward */
	size_t drawn;                  /* columns of the line that stands on the terminal */
	bool running;
	_Atomic bool ended;
	pthread_t thread;
};

/*
 * Does not move until meter_end. `what` may be NULL. `written`: the result is written meanwhile, so that a terminal that gets it
 * has no line to spare.
 */
void meter_begin(struct meter *p, const struct options *o, const char *what, bool written);
void meter_end(struct meter *p);

/* What is shown, in at most so many columns: what does not fit is left out from the right. */
struct meter_state {
	const char *what;
	uint64_t bytes, total, records, failures;
	int64_t us;                    /* since the beginning */
	bool ended;
};
void meter_format(struct buf *out, const struct meter_state *s, size_t columns);

#endif
