/*
 * chart_parts.h - what both renderers of a chart ask of it: its scale, its columns, and its words.
 */
#ifndef DPSLOG_REPORT_CHART_PARTS_H
#define DPSLOG_REPORT_CHART_PARTS_H

#include "report/axis.h"
#include "report/chart.h"

/* The buckets [from, from + n). */
struct chart_span {
	size_t from, n;
};

/* Whether there is a value at all. */
bool chart_has_values(const struct chart *c);
/* Of one series in a span: where its largest value is (the first of equal ones); the span's end if it has none. */
size_t chart_peak(const struct chart *c, size_t series, struct chart_span span);
/* Where the sum of all series is largest; the span's end if no series has a value. */
size_t chart_peak_sum(const struct chart *c, struct chart_span span);
/* The largest value of all (`sums`: of the sums of all series) as it is drawn. */
struct decimal chart_most(const struct chart *c, bool sums);
/* The value as it is drawn: 0 for a gap and below 0, and never so large that sums of all series overflow. */
struct decimal chart_drawn(struct decimal value);

/*
 * The axis of all values (`sums`: of the sums of all series) and of those thresholds that do not make the values flat:
 * up to three times the largest value.
 */
struct axis chart_axis(const struct chart *c, bool sums, size_t ticks);
/* Characters of the longest label. */
size_t chart_gutter(const struct axis *a);
/* The buckets that column k of `columns` shows: at least one, and each bucket in at least one column. */
struct chart_span chart_column(const struct chart *c, size_t columns, size_t k);
int64_t chart_end(const struct chart *c);

/* Distinct names of firings in their order, into an array that the caller frees; NULL if there are none. */
struct slice *chart_firing_names(const struct chart *c, size_t *n);

/* Words, harmless for terminals (escape_text). `AttestationAttempts, total` */
void chart_heading(struct buf *out, const struct chart *c);
/* `2026-11-02 00:00 to 2026-11-02 06:00 UTC` */
void chart_range(struct buf *out, const struct chart *c, const struct chart_options *o);
/* `5 min each`, and if there are fewer columns than buckets, what is drawn of those that share one. */
void chart_each(struct buf *out, const struct chart *c, size_t columns);
/* `most 1,204 at 11-02 03:15`, `all 0`, `no values` */
void chart_peak_words(struct buf *out, const struct chart *c, size_t series, const struct chart_options *o);
/* `storm, 250`, and that it is above the chart where it is. */
void chart_threshold_words(struct buf *out, const struct chart_threshold *t, const struct axis *a);
/* `storm from 2026-11-02 03:00 to 2026-11-02 05:00` */
void chart_firing_words(struct buf *out, const struct chart_firing *f, const struct chart_options *o);
/* All of the chart in sentences, without its values but the largest ones. */
void chart_describe(struct buf *out, const struct chart *c, const struct chart_options *o);

#endif
