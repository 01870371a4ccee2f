/*
 * alert.h - when a rule would have fired on one time series.
 *
 * The rule is checked at every multiple of its frequency since midnight UTC, on the window before it. All times here are minutes
 * since 1970. The rules are those of dpslog-alerts(1), HOW RULES ARE CHECKED.
 */
#ifndef DPSLOG_INSIGHT_ALERT_H
#define DPSLOG_INSIGHT_ALERT_H

#include "insight/rule.h"
#include "insight/window.h"

#define MINUTE_NONE INT64_MIN

/* The first and the last minute of the input. */
struct alert_span {
	int64_t first, last;
};

/* What one condition looks at: ascending points, the caller's. */
struct alert_line {
	const struct point *points;
	size_t n;
};

/* What a firing rests on. */
enum {
	ALERT_ASSUMED_ZERO = 1,   /* a window without a measurement was taken for 0 */
	ALERT_ESTIMATED = 2,      /* the threshold is an estimate of a dynamic one */
	ALERT_PARTIAL = 4         /* a window that the input does not cover */
};

struct firing {
	int64_t fired_at;
	int64_t resolved_at;      /* MINUTE_NONE: it lasts to the end of the input */
	int64_t last_met;         /* the last check that was met while it was fired */
	uint64_t checks;          /* that were met while it was fired */
	struct fraction peak[CONDITIONS_MOST]; /* of each condition */
	struct fraction threshold[CONDITIONS_MOST]; /* at fired_at */
	unsigned notes;           /* of the check at fired_at */
};

struct firings {
	struct firing *items;
	size_t n, cap;
	uint64_t evaluated;       /* checks that had a result */
};

#define FIRINGS_INIT ((struct firings){ 0 })

bool alert_holds(enum comparison comparison, struct fraction value, struct fraction threshold);

/* The first check and the one behind the last; a multiple of the frequency lies between two. */
struct alert_checks {
	int64_t begin, end;
};
struct alert_checks alert_checks_of(const struct rule *rule, struct alert_span span);

/*
 * Checks the rule on one series, of which lines[i] is what condition i looks at, and adds its firings. The rule's thresholds
 * are static, or it has one condition whose threshold is dynamic and is estimated.
 */
void alert_check(const struct rule *rule, struct alert_span span, const struct alert_line *lines, struct firings *out);
/* Adds one firing. */
struct firing *firings_add(struct firings *f);
void firings_free(struct firings *f);

#endif
