/*
 * metric.h - the metrics that log records make: one entry of one table for each.
 *
 * An entry says which log records are its measurements (each one, of the value 1) and under which names it is known. Everything
 * else that a metric can be is a name in exported metric records. The rules are those of dpslog-series(1), METRICS.
 */
#ifndef DPSLOG_RECORD_METRIC_H
#define DPSLOG_RECORD_METRIC_H

#include "record/record.h"

enum metric_outcome {
	METRIC_ANY,
	METRIC_SUCCESSES,
	METRIC_FAILURES,
	METRIC_THROTTLED,        /* failures with code 429 or 429xxx */
	METRIC_SEND_THROTTLED    /* failures with code 429001 */
};

struct metric_entry {
	const char *name;        /* as it is printed; exported metrics have it in any case */
	bool hub;                /* only of hubs, and an approximation of the exported one */
	enum metric_outcome outcome;
	const char *category;    /* any case; NULL: any */
	const char *operations;  /* any case, separated by a blank; NULL: any */
};

extern const struct metric_entry metric_table[];
extern const size_t metric_table_n;

/* One metric as a command wants it. */
struct metric {
	struct slice name;                /* as asked, or the table's spelling */
	const struct metric_entry *entry; /* what log records make of it; NULL: nothing, or `operations` */
	const struct slice *operations;   /* of a metric defined anew: records with these operation names, any outcome */
	size_t n_operations;
};

enum { METRICS_MOST = 64 };

/* The metric of that name, any case: of the table if it is there. `name` must outlive it. */
struct metric metric_named(struct slice name);
/* Whether log records can make it. */
bool metric_of_logs(const struct metric *m);
/* Which of n metrics (at most METRICS_MOST) have this operation and this category, as a set of bits; else metric_counts decides. */
uint64_t metric_candidates(const struct metric *metrics, size_t n, struct slice operation, struct slice category);
/* Whether a candidate counts this finished log record. */
bool metric_counts(const struct metric *m, const struct record *r);

#endif
