/*
 * duration.h - spans of time as rules and metrics have them.
 */
#ifndef DPSLOG_BASE_DURATION_H
#define DPSLOG_BASE_DURATION_H

#include "base/buf.h"

/*
 * ISO 8601 (`PT5M`, `P1D`, `PT1H30M`), `0:05:00` and `1 day, 0:00:00` as older versions of Azure's command line print it, and
 * `5m`, `1h30m` as it takes them. False if it is none of these or not whole minutes.
 */
bool duration_parse(struct slice s, uint64_t *minutes);
/* In ISO 8601 as Azure writes it: `PT1M`, `PT1H`, `PT1H30M`, `P1D`. At least a minute. */
void duration_format(uint64_t minutes, struct buf *out);

#endif
