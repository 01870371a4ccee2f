/*
 * cmd_series.c - how did it go over time: metrics by buckets of time, as rows or as a chart.
 */
#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/messages.h"
#include "cli/rows.h"
#include "cli/series_notes.h"

/* What a command line asks for. The texts are argv's. */
struct question {
	struct series_plan plan;
	struct metric metrics[METRICS_MOST];
	struct slice *operations;  /* of metrics that are defined anew */
	size_t n_operations;
	bool all;                  /* every metric that occurs */
	int sort;
};

static int usage(struct buf *text)
{
	const int status = message_usage(&command_series, buf_view(text));

	buf_free(text);
	return status;
}

/* `before`, the text as quoted, `after`. */
static int mistake(const char *before, struct slice text, const char *after)
{
	struct buf sentence = BUF_INIT;

	buf_str(&sentence, before);
	buf_byte(&sentence, '\'');
	escape_text(&sentence, text);
	buf_byte(&sentence, '\'');
	buf_str(&sentence, after);
	return usage(&sentence);
}

/* ---- metrics ---- */

static int add_metric(struct question *q, struct metric m)
{
	struct buf text = BUF_INIT;

	if (m.name.n == 0)
		return mistake("--metric: the name of a metric is expected, not ", m.name, "");
	for (size_t i = 0; i < q->plan.n_metrics; i++)
		if (slice_eq_nocase(q->metrics[i].name, m.name))
			return mistake("--metric: the metric ", m.name, " is given twice");
	if (q->plan.n_metrics == METRICS_MOST) {
		buf_printf(&text, "--metric: at most %d metrics", METRICS_MOST);
		return usage(&text);
	}
	q->metrics[q->plan.n_metrics++] = m;
	return STATUS_GOOD;
}

/* The next of a list separated by commas, taken off it; false: there is none left. */
static bool next_item(struct slice *list, struct slice *item)
{
	if (list->p == NULL)
		return false;
	const size_t n = slice_find(*list, SLICE(","));

	*item = slice_trim(slice_of(list->p, n));
	*list = n == list->n ? slice_of(NULL, 0) : slice_of(list->p + n + 1, list->n - n - 1);
	return true;
}

/* NAME=OPERATION,... */
static int define_metric(struct question *q, struct slice name, struct slice list)
{
	struct metric m = metric_named(slice_trim(name));
	struct slice item;

	if (slice_find(name, SLICE(",")) < name.n)
		return mistake("--metric: NAME=OPERATION,... defines one metric; repeat --metric for others than ", m.name, "");
	m.operations = q->operations + q->n_operations;
	while (next_item(&list, &item)) {
		if (item.n == 0)
			return mistake("--metric: behind ", name,
			               " and = the names of operations are expected, separated by commas");
		q->operations[q->n_operations++] = item;
		m.n_operations++;
	}
	return add_metric(q, m);
}

static int name_metrics(struct question *q, struct slice list)
{
	int status = STATUS_GOOD;
	struct slice item;

	while (status == STATUS_GOOD && next_item(&list, &item)) {
		if (slice_eq_nocase(item, SLICE("all")))
			q->all = true;
		else
			status = add_metric(q, metric_named(item));
	}
	return status;
}

/* As many operations as there can be in what was given. */
static size_t count_operations(const struct option_list *given)
{
	size_t n = 0;

	for (size_t i = 0; i < given->n; i++) {
		n++;
		for (size_t k = 0; k < given->items[i].n; k++)
			n += given->items[i].p[k] == ',';
	}
	return n;
}

/* With `all`, also those of the table that nobody named. */
static void add_known_metrics(struct question *q)
{
	for (size_t i = 0; i < metric_table_n; i++) {
		const struct metric m = metric_named(slice_str(metric_table[i].name));
		bool named = false;

		for (size_t k = 0; k < q->plan.n_metrics; k++)
			named = named || slice_eq_nocase(q->metrics[k].name, m.name);
		if (!named && q->plan.n_metrics < METRICS_MOST)
			q->metrics[q->plan.n_metrics++] = m;
	}
}

static int find_metrics(struct question *q, const struct option_list *given)
{
	int status = STATUS_GOOD;

	q->operations = mem_array(count_operations(given), sizeof *q->operations);
	for (size_t i = 0; status == STATUS_GOOD && i < given->n; i++) {
		const struct slice text = given->items[i];
		const size_t equals = slice_find(text, SLICE("="));

		if (equals < text.n)
			status = define_metric(q, slice_of(text.p, equals), slice_of(text.p + equals + 1, text.n - equals - 1));
		else
			status = name_metrics(q, text);
	}
	if (given->n == 0)
		status = name_metrics(q, SLICE("attestationAttempts,registrationAttempts,deviceAssignments,failures"));
	if (q->all)
		add_known_metrics(q);
	q->plan.metrics = q->metrics;
	q->plan.all = q->all;
	return status;
}

/* ---- the rest of the question ---- */

static int find_split(struct question *q, const struct option_list *split)
{
	for (size_t i = 0; i < split->n; i++) {
		const size_t before = q->plan.n_dimensions;
		struct buf text = BUF_INIT;

		if (split->items[i].n == 0)
			return mistake("--split: the name of a key or a dimension is expected, not ", split->items[i], "");
		if (series_plan_dimension(&q->plan, split->items[i]) < 0) {
			buf_printf(&text, "--split: at most %d keys", DIMENSIONS_MOST);
			return usage(&text);
		}
		if (q->plan.n_dimensions == before)
			return mistake("--split: the key ", split->items[i], " is given twice");
	}
	return STATUS_GOOD;
}

static int find_sort(struct question *q, struct slice column)
{
	struct buf text = BUF_INIT;

	q->sort = -1;
	if (column.p == NULL)
		return STATUS_GOOD;
	for (size_t i = 0; i < timeline_columns(&q->plan); i++)
		if (slice_eq(timeline_column(&q->plan, i), column))
			q->sort = (int)i;
	if (q->sort >= 0)
		return STATUS_GOOD;
	for (size_t i = 0; i < timeline_columns(&q->plan); i++) {
		buf_str(&text, i == 0 ? "" : ", ");
		escape_text(&text, timeline_column(&q->plan, i));
	}
	const int status = rows_no_column(&command_series, column, buf_view(&text));

	buf_free(&text);
	return status;
}

/* In a chart of text one column for a bucket, beside the axis. */
static uint64_t buckets_of(const struct options *o)
{
	enum { AXIS = 8, LEAST = 24 };
	const size_t width = o->width == 0 ? (size_t)TERMINAL_COLUMNS : o->width;
	const uint64_t columns = width > AXIS + LEAST ? width - AXIS : LEAST;

	return o->format != FORMAT_TEXT || columns > TIMELINE_BUCKETS ? TIMELINE_BUCKETS : columns;
}

static struct timeline_wish wish_of(const struct question *q, const struct run *r)
{
	static const enum aggregation aggregations[] = { AGGREGATION_TOTAL, AGGREGATION_AVERAGE, AGGREGATION_MINIMUM,
		AGGREGATION_MAXIMUM, AGGREGATION_COUNT };
	const struct options *o = r->options;

	return (struct timeline_wish){ .present = q->all, .aggregation = aggregations[o->aggregation],
		.every = timeline_spans[o->every], .buckets = buckets_of(o), .first = run_first(r), .last = run_last(r),
		.top = o->top.n, .sort = q->sort,
		.descending = o->sort.descending };
}

/* ---- output ---- */

struct members {
	enum aggregation aggregation;
	const struct timeline *timeline;
	const struct series_plan *plan;
};

static void write_members(struct json *j, const void *ctx)
{
	const struct members *m = ctx;

	json_member_text(j, "aggregation", timeline_aggregations[m->aggregation]);
	json_member_text(j, "every", timeline_every(m->timeline));
	json_key(j, "split");
	json_begin_array(j, false);
	for (size_t i = 0; i < m->plan->n_dimensions; i++)
		json_text(j, m->plan->dimensions[i].name);
	json_end_array(j);
}

static int write_chart(const struct options *o, struct timeline *t)
{
	struct output out;
	size_t n;
	const struct chart *charts = timeline_charts(t, &n);
	const struct chart_options chart = { .width = o->width, .color = o->color, .zone = o->time_zone.zone,
		.zone_name = o->time_zone.name };

	output_open(&out, o->output);
	if (o->format == FORMAT_SVG)
		chart_svg(&out, charts, n, (struct chart_options){ .zone = chart.zone, .zone_name = chart.zone_name });
	else
		chart_text(&out, charts, n, chart);
	return cli_output_status(o->output, output_close(&out));
}

static int answer(struct question *q, struct run *r)
{
	const struct options *o = r->options;
	struct series *s = r->result.kept[0];
	const struct timeline_wish wish = wish_of(q, r);

	series_finish(s);
	series_notes(r->diag, s, &q->plan, wish.aggregation);
	struct timeline *t = timeline_new(s, &q->plan, wish);
	const struct members members = { wish.aggregation, t, &q->plan };
	const bool chart = o->format == FORMAT_TEXT || o->format == FORMAT_SVG;
	const int status = chart ? write_chart(o, t) :
	                           rows_write(r, timeline_view(t), (struct rows_words){ "row", "rows" }, write_members, &members);

	series_notes_rest(r->diag, timeline_rest(t));
	timeline_free(t);
	return status;
}

static int series_run(const struct options *o)
{
	struct question *q = mem_zalloc(sizeof *q);
	struct run r;
	int status = find_metrics(q, &o->metric);

	if (status == STATUS_GOOD)
		status = find_split(q, &o->split);
	if (status == STATUS_GOOD)
		status = find_sort(q, o->sort.column);
	if (status == STATUS_GOOD) {
		run_begin(&r, o);
		plan_wish(&r.plan, &series_kind, &q->plan);
		status = run_read(&r);
		if (status == STATUS_GOOD)
			status = answer(q, &r);
		status = run_end(&r, status);
	}
	free(q->operations);
	free(q);
	return status;
}

static const char *const series_options[] = { "metric", "every", "aggregation", "split", NULL };

const struct command command_series = {
	.name = "series",
	.summary = "how did it go over time: metrics and outcomes by time bucket",
	.about = "Metrics are made from log records (attestationAttempts, registrationAttempts, deviceAssignments, failures, "
	         "throttled, records and some of hubs) and taken from exported metric records, which count where there are any.",
	.groups = OPTION_READING,
	.options = series_options,
	.formats = FORMAT_BIT(FORMAT_TEXT) | FORMAT_BIT(FORMAT_TABLE) | FORMAT_BIT(FORMAT_CSV) | FORMAT_BIT(FORMAT_JSON) |
	           FORMAT_BIT(FORMAT_SVG),
	.on_terminal = FORMAT_TEXT,
	.elsewhere = FORMAT_CSV,
	.run = series_run,
};
