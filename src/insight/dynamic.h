/*
 * dynamic.h - an estimate of what Azure learns for a dynamic threshold, from the past alone.
 *
 * A value is compared with those of the windows at the same time of day on the ten days before, with five windows on either
 * side of each: the quartiles of these, and between them the width of what is usual. Azure's own model is not published; this
 * is named as an estimate wherever it is shown.
 */
#ifndef DPSLOG_INSIGHT_DYNAMIC_H
#define DPSLOG_INSIGHT_DYNAMIC_H

#include "insight/alert.h"

enum dynamic_verdict { DYNAMIC_UNKNOWN, DYNAMIC_USUAL, DYNAMIC_UNUSUAL };

/* One check of a dynamic condition. */
struct dynamic_check {
	enum dynamic_verdict verdict;   /* of this window alone */
	bool met;                       /* enough of the last windows are unusual */
	bool has_value;
	struct decimal value;
	struct decimal bound;           /* the one that it is beyond */
};

/* One for each check of the rule, in order; the caller frees them. The rule has one condition, a dynamic one. */
struct dynamic_check *dynamic_checks(const struct rule *rule, struct alert_span span, struct alert_line line);

#endif
