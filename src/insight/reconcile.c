/*
 * reconcile.c - two sources side by side, minute by minute; a minute without a measurement is 0.
 */
#include "insight/reconcile.h"

#include <stdlib.h>

#include "base/mem.h"

struct total {
	int64_t time;
	struct decimal value;
};

struct totals {
	struct total *items;
	size_t n;
};

static int by_time(const void *a, const void *b)
{
	const int64_t x = ((const struct total *)a)->time, y = ((const struct total *)b)->time;

	return (x > y) - (x < y);
}

/* One total for each minute of all these lines, ascending. */
static struct totals totals_of(const struct series *s, const struct series_line *lines, size_t n)
{
	struct totals t = { NULL, 0 };
	size_t all = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		all += lines[i].n;
	t.items = mem_array(all, sizeof *t.items);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < lines[i].n; k++) {
			struct measure m;
			const int64_t time = series_point(s, &lines[i], k, &m);

			t.items[t.n++] = (struct total){ time, m.total };
		}
	}
	if (n > 1)
		qsort(t.items, t.n, sizeof *t.items, by_time);
	for (size_t i = 0; i < t.n; i++) {
		if (kept > 0 && t.items[kept - 1].time == t.items[i].time)
			t.items[kept - 1].value = decimal_add(t.items[kept - 1].value, t.items[i].value);
		else
			t.items[kept++] = t.items[i];
	}
	t.n = kept;
	return t;
}

static uint64_t whole(struct decimal d)
{
	return (uint64_t)(d.units / DECIMAL_ONE);
}

static void compare(const struct totals *logs, const struct totals *metrics, struct reconciliation *out)
{
	const int64_t last = logs->items[logs->n - 1].time < out->last ? logs->items[logs->n - 1].time : out->last;
	const int64_t first = logs->items[0].time > out->first ? logs->items[0].time : out->first;
	size_t i = 0, k = 0;

	while (i < logs->n || k < metrics->n) {
		const bool of_log = i < logs->n && (k == metrics->n || logs->items[i].time <= metrics->items[k].time);
		const bool of_metric = k < metrics->n && (i == logs->n || metrics->items[k].time <= logs->items[i].time);
		const int64_t time = of_log ? logs->items[i].time : metrics->items[k].time;
		const struct decimal log = of_log ? logs->items[i++].value : decimal_of(0);
		const struct decimal metric = of_metric ? metrics->items[k++].value : decimal_of(0);

		if (time < out->first || time > out->last)
			out->outside += whole(log);
		if (time < first || time > last)
			continue;
		out->minutes++;
		out->differing += decimal_cmp(log, metric) != 0;
		out->logs = decimal_add(out->logs, log);
		out->metrics = decimal_add(out->metrics, metric);
	}
}

bool reconcile(const struct series *s, size_t metric, size_t resource, struct reconciliation *out)
{
	size_t n_logs, n_metrics;
	const struct series_line *log_lines = series_source_lines(s, metric, resource, SERIES_LOGS, &n_logs);
	const struct series_line *metric_lines = series_source_lines(s, metric, resource, SERIES_METRICS, &n_metrics);

	*out = (struct reconciliation){ 0 };
	if (n_logs == 0 || n_metrics == 0)
		return false;
	const struct totals logs = totals_of(s, log_lines, n_logs), metrics = totals_of(s, metric_lines, n_metrics);

	out->first = metrics.items[0].time;
	out->last = metrics.items[metrics.n - 1].time;
	compare(&logs, &metrics, out);
	free(logs.items);
	free(metrics.items);
	return true;
}
