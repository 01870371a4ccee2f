/*
 * series_impl.h - what a series is made of, for series.c, which fills it, and series_lines.c, which puts it in order.
 *
 * Resources, tuples and lines are numbers of dictionaries. A tuple is the number of its resource (uint32_t) and for each
 * dimension the length (uint32_t) and the text. The lines of log records need no dictionary: line tuple * metrics + metric.
 */
#ifndef DPSLOG_TALLY_SERIES_IMPL_H
#define DPSLOG_TALLY_SERIES_IMPL_H

#include "base/buf.h"
#include "tally/dict.h"
#include "tally/points.h"
#include "tally/resources.h"
#include "tally/series.h"

enum { MEMO = 16, MEMO_TEXT = 80 };

/* The last operation and category of their kind, and the metrics that are candidates. */
struct series_memo {
	char text[MEMO_TEXT];
	uint8_t operation, category;
	bool used;
	uint64_t candidates;
};

/* Of log records. */
struct counted_point {
	uint64_t key, n;
};

/* Of metric records, in billionths. Without a minimum it is INT64_MAX, without a maximum INT64_MIN. */
struct measured_point {
	uint64_t key;
	int64_t count, total, minimum, maximum;
};

/* Beside a measured_point: what does not fit it. */
struct wide_point {
	uint64_t key;
	struct measure measure;
};

/* A line of metric records, as a text of the dictionary. */
struct measured_line {
	uint32_t tuple, metric, grain;
};

struct series {
	const struct series_plan *plan;
	struct resources resources;
	bool *resource_logs;          /* of each resource, and some that may come */
	size_t n_resource_logs;
	struct dict names;            /* of metrics that the plan does not name, in lower case */
	struct slice *spellings;      /* of the plan's metrics, and of those */
	size_t spelling_cap;
	struct arena text;
	struct dict tuples;
	struct dict measured;         /* struct measured_line */
	struct points counted_points, measured_points, wide_points;
	uint64_t untimed;
	struct series_memo memo[MEMO];
	struct buf scratch, name;
	/* by series_finish */
	struct series_line *lines;
	size_t n_lines;
};

/* The resource of a tuple. */
uint32_t series_tuple_resource(const struct series *s, uint32_t tuple);
struct measured_line series_measured(const struct series *s, uint32_t number);
/* What a point of metric records stands for. */
struct measure series_narrow(const struct measured_point *p);

#endif
