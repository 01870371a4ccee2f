/*
 * suggest.h - thresholds from the past: for each metric, what rules at several thresholds and windows would have done.
 *
 * An incident is a stretch of time in which a resource had more failures than is usual for it. A rule is good if each incident
 * falls into one of its firings, and few firings into none.
 */
#ifndef DPSLOG_INSIGHT_SUGGEST_H
#define DPSLOG_INSIGHT_SUGGEST_H

#include "insight/evaluate.h"

/* One rule that was tried. */
struct trial {
	struct rule rule;          /* one condition; in the arena of the suggestions' rules */
	uint64_t firings, checks;  /* checks that were met */
	uint64_t incidents, caught;
	uint64_t others;           /* firings in which there was no incident */
	bool suggested;            /* the best of its metric and dimensions */
};

struct suggestions {
	struct rules rules;        /* those suggested, ready to be written */
	struct trial *trials;      /* by metric and dimensions, window, threshold */
	size_t n, cap;
	uint64_t incidents;
};

/* What must be measured; as evaluate_plan. */
void suggest_plan(struct metric *metrics, struct series_plan *plan);
struct suggestions *suggest(const struct measured *m);
void suggestions_free(struct suggestions *s);

#endif
