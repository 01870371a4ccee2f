/*
 * timeline.h - metrics by buckets of time: the rows and the charts of `series`.
 *
 * A band is what is drawn as one line: a metric, or one combination of the values that it is split by. Every band has a row for
 * every bucket, measured or not. Making a timeline is the end of the lines of its series (series_regroup), which must outlive it,
 * as must its plan.
 */
#ifndef DPSLOG_REPORT_TIMELINE_H
#define DPSLOG_REPORT_TIMELINE_H

#include "report/chart.h"
#include "report/view.h"
#include "tally/series.h"

enum { TIMELINE_BUCKETS = 200 };  /* if nobody says how long one is */

/* What the values of those that --top does not show are called together. */
#define TIMELINE_REST "(rest)"

struct timeline_wish {
	bool present;                 /* every metric that occurs, bytewise; else those of the plan in its order */
	enum aggregation aggregation;
	int64_t every;                /* length of a bucket, of timeline_spans; 0: so that there are at most ... */
	uint64_t buckets;             /* ... this many, if a day is not too short for that */
	int64_t first, last;          /* the first and the last instant; TIME_NONE: there are no buckets */
	uint64_t top;                 /* bands of a metric; those with the smallest totals are added up. 0: all */
	int sort;                     /* column to order the rows by, before all else; -1: none */
	bool descending;
};

/* The lengths that a bucket can have, and as many names of them, `auto` (0) first; and the names of aggregations. */
extern const int64_t timeline_spans[];
extern const struct slice timeline_aggregations[AGGREGATIONS];
#define TIMELINE_SPAN_WORDS "auto 1m 5m 15m 30m 1h 2h 3h 4h 6h 12h 1d"

struct timeline;

struct timeline *timeline_new(struct series *s, const struct series_plan *plan, struct timeline_wish wish);
void timeline_free(struct timeline *t);

/* The length of a bucket, as TIMELINE_SPAN_WORDS has it. */
struct slice timeline_every(const struct timeline *t);
/* How many bands stand in those called TIMELINE_REST. */
uint64_t timeline_rest(const struct timeline *t);
/* Number of columns, and their names, with these dimensions. */
size_t timeline_columns(const struct series_plan *plan);
struct slice timeline_column(const struct series_plan *plan, size_t i);

/* Live as long as the timeline. */
const struct view *timeline_view(struct timeline *t);
/* One chart for each metric that has rows. */
const struct chart *timeline_charts(struct timeline *t, size_t *n);

#endif
