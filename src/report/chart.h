/*
 * chart.h - something over time as a picture: the plain model, and two renderers that know nothing of what is drawn.
 *
 * A chart is one quantity in buckets of equal length, in one series or several that share its scale; what makes a bucket's
 * value is the caller's. A renderer only decides what fits: where there are more buckets than room it draws the largest
 * of several and says so. Values are decimals, and places are integers, so that every number that is written is exact and
 * every picture is the same bytes everywhere. All slices are raw text of the input or words of our own; renderers escape
 * them. Everything is the caller's and is only read.
 */
#ifndef DPSLOG_REPORT_CHART_H
#define DPSLOG_REPORT_CHART_H

#include "base/decimal.h"
#include "base/time.h"
#include "report/output.h"

/* The value of a bucket that has none. What is below 0 is drawn as 0. */
#define CHART_GAP ((struct decimal){ -((__int128)1 << 126) * 2 })

static inline bool chart_is_gap(struct decimal value)
{
	return value.units == CHART_GAP.units;
}

struct chart_series {
	struct slice name;             /* empty where it is the only one */
	const struct decimal *values;  /* n of them */
};

struct chart_threshold {
	struct slice name;
	struct decimal value;
};

struct chart_firing {
	struct slice name;             /* firings of one name share a row */
	int64_t from, to;              /* to == TIME_NONE: it lasts */
};

struct chart {
	struct slice title;            /* `AttestationAttempts` */
	struct slice unit;             /* what a value is: `total`, `ms, average`; may be empty */
	int64_t start, every;          /* of the first bucket; length of each, > 0; microseconds */
	size_t n;
	const struct chart_series *series;
	size_t n_series;
	bool stacked;                  /* the series are parts of a whole: SVG draws areas upon each other, else lines */
	const struct chart_threshold *thresholds;
	size_t n_thresholds;
	const struct chart_firing *firings;
	size_t n_firings;
};

struct chart_options {
	size_t width;                  /* columns of text (0: 80), or pixels (0: 960) */
	bool color;                    /* of text */
	const struct zone *zone;       /* NULL: UTC */
	struct slice zone_name;        /* empty: UTC */
};

/*
 * For terminals: one below the other, each in lines of at most `width` columns (at least 32). Nothing needs colour to be
 * understood.
 */
void chart_text(struct output *out, const struct chart *charts, size_t n, struct chart_options options);

/*
 * One SVG document with all charts, one below the other: no script, no font or anything else from elsewhere, its own
 * colours for light, dark and print, a title and a description in words, and where there are few enough of them (some
 * hundred buckets) the exact values under the pointer. It may stand in an HTML page as it is.
 */
void chart_svg(struct output *out, const struct chart *charts, size_t n, struct chart_options options);

#endif
