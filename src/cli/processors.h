/*
 * processors.h - how many processors this process may use.
 */
#ifndef DPSLOG_CLI_PROCESSORS_H
#define DPSLOG_CLI_PROCESSORS_H

enum { JOBS_MOST = 256 };

/* Those that it is bound to, less where a control group allows less time; at least 1, at most JOBS_MOST. */
unsigned processors_usable(void);

#endif
