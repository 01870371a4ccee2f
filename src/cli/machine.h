/*
 * machine.h - how much of the machine this process may use.
 */
#ifndef DPSLOG_CLI_MACHINE_H
#define DPSLOG_CLI_MACHINE_H

#include <stdint.h>

enum { JOBS_MOST = 256 };

/* The processors that it is bound to, less where a control group allows less time; at least 1, at most JOBS_MOST. */
unsigned machine_processors(void);
/* Bytes: what the machine has, less where the control group may have less. */
uint64_t machine_memory(void);

#endif
