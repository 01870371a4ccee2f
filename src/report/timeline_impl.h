/*
 * timeline_impl.h - what a timeline is made of, for its rows (timeline.c) and its charts (timeline_chart.c).
 */
#ifndef DPSLOG_REPORT_TIMELINE_IMPL_H
#define DPSLOG_REPORT_TIMELINE_IMPL_H

#include "base/buf.h"
#include "report/timeline.h"
#include "tally/points.h"

struct band {
	uint32_t rank;           /* of its metric among those that may have rows */
	uint32_t metric;         /* number of the series */
	uint32_t tuple;          /* one of those that have its values */
	uint8_t sources;         /* enum series_source */
	bool rest, hidden;
	struct decimal total;    /* only if there is a top */
};

struct timeline {
	struct series *s;
	const struct series_plan *plan;
	struct timeline_wish wish;
	int64_t every, start;
	uint64_t n_buckets, rest;
	uint32_t *metrics;
	size_t n_metrics;
	struct band *bands;      /* in the order of the rows; the number is that of the series' group */
	size_t n_bands, bands_cap;
	struct column *columns;
	struct view view;
	uint64_t *order;         /* of the rows; NULL: as they are */
	char times[DIMENSIONS_MOST][TIME_TEXT_MAX]; /* of the row that was made last */
	char number[DECIMAL_TEXT_MAX];
	/* charts */
	struct chart *charts;
	struct chart_series *series;
	struct decimal *values;
	struct buf names;
	size_t n_charts;
};

static inline int64_t band_time(struct slice value)
{
	int64_t time;

	memcpy(&time, value.p, sizeof time);
	return time;
}

/* The value of a dimension; `time` (TIME_TEXT_MAX bytes) is for those that are times. */
struct slice band_value(const struct timeline *t, const struct band *b, size_t dimension, char *time);
/* False: the bucket has no such value. */
bool band_measure(const struct timeline *t, size_t band, uint64_t bucket, struct decimal *out);
void timeline_free_charts(struct timeline *t);

#endif
