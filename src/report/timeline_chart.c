/*
 * timeline_chart.c - a timeline as pictures: one for each metric, a series in it for each band.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "report/timeline_impl.h"

/* The values of a band, joined, behind the names before it. */
static size_t add_name(struct timeline *t, const struct band *b)
{
	const size_t before = t->names.n;

	for (size_t i = 0; i < (b->rest ? 1 : t->plan->n_dimensions); i++) {
		char time[TIME_TEXT_MAX];
		const struct slice value = band_value(t, b, i, time);

		buf_str(&t->names, i > 0 ? ", " : "");
		buf_slice(&t->names, value.n > 0 ? value : SLICE("(none)"));
	}
	return t->names.n - before;
}

static void add_values(struct timeline *t, size_t band, struct decimal *values)
{
	for (uint64_t i = 0; i < t->n_buckets; i++)
		if (!band_measure(t, band, i, &values[i]))
			values[i] = CHART_GAP;
}

/* Totals and counts of all bands are parts of the metric's; averages, minima and maxima are not. */
static bool is_stacked(const struct timeline *t)
{
	return t->plan->n_dimensions > 0 &&
	       (t->wish.aggregation == AGGREGATION_TOTAL || t->wish.aggregation == AGGREGATION_COUNT);
}

static void add_chart(struct timeline *t, size_t from, size_t n)
{
	t->charts[t->n_charts++] = (struct chart){ .title = series_metric(t->s, t->bands[from].metric),
		.unit = timeline_aggregations[t->wish.aggregation], .start = t->start, .every = t->every, .n = (size_t)t->n_buckets,
		.series = t->series + from, .n_series = n, .stacked = is_stacked(t) };
}

const struct chart *timeline_charts(struct timeline *t, size_t *n)
{
	size_t *lengths = mem_array(t->n_bands, sizeof *lengths);

	timeline_free_charts(t);
	t->charts = mem_array(t->n_bands, sizeof *t->charts);
	t->series = mem_array(t->n_bands, sizeof *t->series);
	t->values = mem_array(t->n_bands, (size_t)t->n_buckets * sizeof *t->values);
	for (size_t i = 0; i < t->n_bands; i++) {
		struct decimal *values = t->values + i * t->n_buckets;

		lengths[i] = add_name(t, &t->bands[i]);
		add_values(t, i, values);
		t->series[i].values = values;
	}
	size_t at = 0;

	for (size_t i = 0; i < t->n_bands; at += lengths[i++])
		t->series[i].name = lengths[i] == 0 ? slice_of(NULL, 0) : slice_of(t->names.p + at, lengths[i]);
	for (size_t i = 0, k; t->n_buckets > 0 && i < t->n_bands; i = k) {
		for (k = i + 1; k < t->n_bands && t->bands[k].rank == t->bands[i].rank; k++)
			;
		add_chart(t, i, k - i);
	}
	free(lengths);
	*n = t->n_charts;
	return t->charts;
}

void timeline_free_charts(struct timeline *t)
{
	free(t->charts);
	free(t->series);
	free(t->values);
	buf_free(&t->names);
	t->charts = NULL;
	t->series = NULL;
	t->values = NULL;
	t->n_charts = 0;
}
