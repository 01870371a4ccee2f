/*
 * reconcile.h - whether log records and metric records of the same minutes say the same.
 *
 * Only for a look: which of them counts is decided by what there is (tally/series.h), never by what they say.
 */
#ifndef DPSLOG_INSIGHT_RECONCILE_H
#define DPSLOG_INSIGHT_RECONCILE_H

#include "tally/series.h"

struct reconciliation {
	int64_t first, last;          /* the first and last minute of the metric records */
	uint64_t minutes, differing;  /* minutes in which either measured something, from the later first to the earlier last */
	struct decimal logs, metrics; /* the totals in these */
	uint64_t outside;             /* log records before the first or after the last minute of the metric records */
};

/* Of one metric of one resource. False: there are not both. */
bool reconcile(const struct series *s, size_t metric, size_t resource, struct reconciliation *out);

#endif
