/*
 * evidence.h - the failures behind firings: which records they are, and which devices and codes they name.
 *
 * A firing says which minutes it rests on and what its rule counts; a second reading counts, for each firing, the failed records
 * of its resource in these minutes that a condition takes (tally/spans.h). The rules are those of dpslog-alerts(1), THE FAILURES
 * BEHIND A FIRING.
 */
#ifndef DPSLOG_INSIGHT_EVIDENCE_H
#define DPSLOG_INSIGHT_EVIDENCE_H

#include "insight/evaluate.h"
#include "tally/spans.h"

/* What of each list is told. */
enum { EVIDENCE_MOST = 10 };

/* Text lives as long as what was counted, or the program. */
struct evidence_code {
	struct slice code;           /* or the resultType of failures without a code, or empty */
	struct slice meaning;        /* empty: nothing is known */
	uint64_t failures, devices;
};

struct evidence_device {
	struct slice device;         /* never the empty one */
	uint64_t failures;
	struct evidence_code codes[EVIDENCE_MOST]; /* of this device */
	size_t n_codes;
};

/* Both lists: most failures first, then bytewise. */
struct evidence {
	uint64_t failures;
	uint64_t no_device;          /* failures among them that name no device */
	uint64_t devices;            /* with a failure; the empty one is none */
	struct evidence_code codes[EVIDENCE_MOST];
	size_t n_codes;
	uint64_t more_codes;         /* that did not find room */
	struct evidence_device worst[EVIDENCE_MOST];
	size_t n_worst;
	uint64_t more_devices;
};

/* What one condition of a firing takes of the failed records of its resource. */
struct evidence_filter {
	bool all;                    /* every one of them; else those that this metric counts and the dimensions take */
	struct metric metric;
};
struct evidence_filter evidence_filter_of(const struct alert_row *row, size_t condition);

/* What all its conditions take together, among the failures of all resources, as a predicate of --where; nothing: all of them. */
void evidence_where(const struct alert_row *row, const struct series *s, struct buf *out);

/* The minutes that a firing rests on: from `begin` up to, but without, `end`. */
struct alert_minutes {
	int64_t begin, end;
};
struct alert_minutes evidence_minutes(const struct alert_row *row);

struct evidence_question;

/*
 * The question of all firings of the report; NULL: there is none. The report and the series that it rests on must outlive it. The plan of
 * the second reading is evidence_plan's; `minutes` gets those in which anything can count.
 */
struct evidence_question *evidence_ask(const struct alert_report *report, const struct series *s, struct alert_minutes *minutes);
struct spans_plan *evidence_plan(struct evidence_question *q);
/* What was counted, merged: it is finished here, and the caller's. */
void evidence_counted(struct evidence_question *q, struct spans *counted);
/* Of a row of the report, by its number. False: it is no firing. */
bool evidence_of(const struct evidence_question *q, size_t row, struct evidence *out);
void evidence_free(struct evidence_question *q);

#endif
