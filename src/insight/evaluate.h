/*
 * evaluate.h - all rules on all that was measured: which resources and time series a rule is about, and what became of it.
 *
 * evaluate_plan says what must be measured; the scan measures it; evaluate_rule asks. The rules of dpslog-alerts(1) say which
 * lines of the measurements add up to a series of a rule.
 */
#ifndef DPSLOG_INSIGHT_EVALUATE_H
#define DPSLOG_INSIGHT_EVALUATE_H

#include "insight/alert.h"
#include "tally/series.h"

enum alert_state { ALERT_OK, ALERT_FIRED, ALERT_RESOLVED, ALERT_DISABLED, ALERT_NOT_EVALUATED };
extern const char *const alert_state_names[];

struct alert_row {
	const struct rule *rule;
	enum alert_state state;
	struct slice series;        /* `NAME=VALUE;...`; of firings */
	size_t resource;            /* of firings */
	const struct slice **values; /* of firings: those of the dimensions of each condition, in its order */
	struct firing firing;       /* of firings */
	bool no_data;               /* ok because a metric of log records never occurs */
	struct slice reason;        /* why not evaluated; holds text of the rule */
};

/* A rule fired, and is what the row is about. */
bool alert_row_fired(const struct alert_row *row);

/* Rules as given, then by fired_at, then by series. Text lives in the arena, in the rules or in what was measured. */
struct alert_report {
	struct arena arena;
	struct alert_row *rows;
	size_t n, cap;
	bool advise_total;           /* log records were averaged, or their minimum or maximum taken */
	size_t fired, not_evaluated; /* rows that are firings; rules that were not evaluated */
};

#define ALERT_REPORT_INIT ((struct alert_report){ .n = 0 })

/* Everything is the caller's and outlives the evaluation. */
struct measured {
	const struct series *series;      /* finished */
	const struct series_plan *plan;
	struct alert_span span;           /* first > last: nothing is timed */
	bool estimate;                    /* dynamic thresholds are estimated; else such rules are not evaluated */
};

/*
 * What the rules need: the metrics go to `metrics` (METRICS_MOST), which outlives the plan. False: they need more metrics or
 * dimensions than can be measured at once.
 */
bool evaluate_plan(const struct rules *rules, struct metric *metrics, struct series_plan *plan);
/* Adds the rows of one rule. */
void evaluate_rule(const struct rule *rule, const struct measured *m, struct alert_report *out);
/* The series of a rule with one condition instead of its rows: each resource and what was measured there. */
void evaluate_each(const struct rule *rule, const struct measured *m,
                   void (*series)(void *ctx, size_t resource, const struct alert_line *line), void *ctx);
void alert_report_free(struct alert_report *r);

#endif
