/*
 * alerts.h - what became of alert rules as rows: the table of `alerts`; and rules as the ARM template that Azure takes.
 */
#ifndef DPSLOG_REPORT_ALERTS_H
#define DPSLOG_REPORT_ALERTS_H

#include "insight/evidence.h"
#include "report/json.h"
#include "report/table.h"

enum alerts_column {
	ALERTS_RULE, ALERTS_SEVERITY, ALERTS_CONDITION, ALERTS_SERIES, ALERTS_STATE, ALERTS_FIRED_AT, ALERTS_RESOLVED_AT,
	ALERTS_DURATION, ALERTS_CHECKS, ALERTS_PEAK, ALERTS_THRESHOLD, ALERTS_NOTE,
	ALERTS_PLAIN,                /* so many without those of the evidence */
	ALERTS_FAILURES = ALERTS_PLAIN, ALERTS_DEVICES, ALERTS_CODES, ALERTS_WORST,
	ALERTS_COLUMNS
};

extern const struct column alerts_columns[ALERTS_COLUMNS];

struct alerts;

/* What was found behind the firings, and how to ask for more of it. All of it outlives the rows. */
struct alerts_evidence {
	const struct evidence_question *question;
	const struct series *series;
	int64_t since, until;        /* of the selection: TIME_NONE, there is none */
	struct slice selection;      /* the other options that select, for a shell, each behind a blank */
	struct slice paths;          /* the input, for a shell, each path behind a blank */
};

struct alerts_order {
	int column;                  /* by which to order; -1: as the report is */
	bool descending;
	uint64_t top;                /* how many rows at most, 0: all */
};

/* `evidence`: NULL, if nobody asked; `columns`: it is shown in columns. The report must outlive it. */
struct alerts *alerts_new(const struct alert_report *report, const struct alerts_evidence *evidence, bool columns,
                          struct alerts_order order);
void alerts_free(struct alerts *a);
/* Lives as long as a. */
const struct view *alerts_view(const struct alerts *a);
/* The evidence of row i, in the members of its JSON object. */
void alerts_evidence_json(struct json *j, const struct alerts *a, uint64_t i);
/* That of all rows in words. */
void alerts_evidence_text(struct output *out, const struct alerts *a, struct table_options options);

/* Conditions as text, joined by ` and `. */
void alerts_condition(const struct rule *rule, struct buf *out);
/* The rules that can be evaluated as one ARM template, that rules_read reads back as the same. */
void alerts_write_arm(struct json *j, const struct rules *rules);

#endif
