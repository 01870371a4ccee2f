/*
 * alerts.h - what became of alert rules as rows: the table of `alerts`; and rules as the ARM template that Azure takes.
 */
#ifndef DPSLOG_REPORT_ALERTS_H
#define DPSLOG_REPORT_ALERTS_H

#include "insight/evaluate.h"
#include "report/json.h"

enum alerts_column {
	ALERTS_RULE, ALERTS_SEVERITY, ALERTS_CONDITION, ALERTS_SERIES, ALERTS_STATE, ALERTS_FIRED_AT, ALERTS_RESOLVED_AT,
	ALERTS_DURATION, ALERTS_CHECKS, ALERTS_PEAK, ALERTS_THRESHOLD, ALERTS_NOTE,
	ALERTS_COLUMNS
};

extern const struct column alerts_columns[ALERTS_COLUMNS];

struct alerts;

/* `column`: by which to order; -1: as the report is. `top`: how many rows at most, 0: all. The report must outlive it. */
struct alerts *alerts_new(const struct alert_report *report, int column, bool descending, uint64_t top);
void alerts_free(struct alerts *a);
/* Lives as long as a. */
const struct view *alerts_view(const struct alerts *a);

/* Conditions as text, joined by ` and `. */
void alerts_condition(const struct rule *rule, struct buf *out);
/* The rules that can be evaluated as one ARM template, that rules_read reads back as the same. */
void alerts_write_arm(struct json *j, const struct rules *rules);

#endif
