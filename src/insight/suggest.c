/*
 * suggest.c - rules tried on the past.
 *
 * The thresholds that are tried are values that occurred: the median, high percentiles and the maximum of all windows, and the
 * highest one that still catches every incident. Each is evaluated as any other rule, so that a suggestion fires as it says.
 */
#include "insight/suggest.h"

#include <stdlib.h>

#include "base/duration.h"
#include "base/mem.h"

enum { BUCKET = 5, INCIDENT_LEAST = 5, HEALTHY_BUCKETS = 3, THRESHOLDS_MOST = 8 };

/* Minutes [begin, end) in which a resource had unusually many failures. */
struct incident {
	size_t resource;
	int64_t begin, end;
};

static const struct {
	unsigned window, frequency;
} spans[] = { { 1, 1 }, { 5, 1 }, { 15, 5 }, { 60, 15 } };

struct search {
	const struct measured *m;
	struct suggestions *out;
	struct incident *incidents;
	size_t n_incidents, incidents_cap;
	/* of the rule that is tried */
	const struct rule *rule;
	struct decimal *values;    /* of all windows */
	size_t n_values, values_cap;
	struct decimal *peaks;     /* one for each incident; the greatest value of a window that touches it */
};

/* ---- incidents ---- */

static void add_incident(struct search *s, size_t resource, int64_t bucket)
{
	struct incident *last = s->n_incidents > 0 ? &s->incidents[s->n_incidents - 1] : NULL;

	if (last != NULL && last->resource == resource && bucket < last->end + HEALTHY_BUCKETS * BUCKET) {
		last->end = bucket + BUCKET;
		return;
	}
	if (s->n_incidents == s->incidents_cap) {
		s->incidents_cap = mem_grow(s->incidents_cap, s->n_incidents + 1);
		s->incidents = mem_rearray(s->incidents, s->incidents_cap, sizeof(*s->incidents));
	}
	s->incidents[s->n_incidents++] = (struct incident){ resource, bucket, bucket + BUCKET };
}

static int by_value(const void *a, const void *b)
{
	return decimal_cmp(*(const struct decimal *)a, *(const struct decimal *)b);
}

/* What is more than usual: three times the distance of the quartiles above the third, and a few failures in any case. */
static struct decimal unusual(const struct decimal *counts, size_t n)
{
	struct decimal *sorted = mem_array(n, sizeof(*sorted));
	struct decimal bound;

	memcpy(sorted, counts, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_value);
	bound.units = sorted[n * 3 / 4].units + 3 * (sorted[n * 3 / 4].units - sorted[n / 4].units);
	free(sorted);
	return decimal_cmp(bound, decimal_of(INCIDENT_LEAST)) < 0 ? decimal_of(INCIDENT_LEAST) : bound;
}

static void find_incidents(void *ctx, size_t resource, const struct alert_line *line)
{
	struct search *s = ctx;
	const int64_t first = s->m->span.first - (s->m->span.first % BUCKET + BUCKET) % BUCKET;
	const size_t n = (size_t)((s->m->span.last - first) / BUCKET + 1);
	struct decimal *counts = mem_zalloc(n * sizeof(*counts)), bound;

	for (size_t i = 0; i < line->n; i++) {
		const int64_t at = (line->points[i].minute - first) / BUCKET;

		if (at >= 0 && (size_t)at < n)
			counts[at] = decimal_add(counts[at], line->points[i].measure.total);
	}
	bound = unusual(counts, n);
	for (size_t i = 0; i < n; i++)
		if (decimal_cmp(counts[i], bound) > 0)
			add_incident(s, resource, first + (int64_t)i * BUCKET);
	free(counts);
}

/* ---- thresholds ---- */

static void add_value(struct search *s, struct decimal value)
{
	if (s->n_values == s->values_cap) {
		s->values_cap = mem_grow(s->values_cap, s->n_values + 1);
		s->values = mem_rearray(s->values, s->values_cap, sizeof(*s->values));
	}
	s->values[s->n_values++] = value;
}

/* The values of all windows that have one, and the peak of each incident. */
static void gather_values(void *ctx, size_t resource, const struct alert_line *line)
{
	struct search *s = ctx;
	const struct alert_checks checks = alert_checks_of(s->rule, s->m->span);
	struct window window;
	struct measure m;
	struct fraction f;

	window_init(&window, line->points, line->n);
	for (int64_t t = checks.begin; t < checks.end; t += s->rule->frequency) {
		const int64_t from = t - s->rule->window;

		if (!window_move(&window, from, t, &m) || !measure_value(&m, s->rule->conditions[0].aggregation, &f))
			continue;
		add_value(s, fraction_cut(f));
		for (size_t i = 0; i < s->n_incidents; i++)
			if (s->incidents[i].resource == resource && from < s->incidents[i].end && t > s->incidents[i].begin &&
			    decimal_cmp(s->values[s->n_values - 1], s->peaks[i]) > 0)
				s->peaks[i] = s->values[s->n_values - 1];
	}
	window_free(&window);
}

/* The highest whole number that every incident exceeds, if there is one. */
static bool catches_all(const struct search *s, struct decimal *out)
{
	struct decimal least;

	if (s->n_incidents == 0)
		return false;
	least = s->peaks[0];
	for (size_t i = 1; i < s->n_incidents; i++)
		if (decimal_cmp(s->peaks[i], least) < 0)
			least = s->peaks[i];
	out->units = (least.units - 1) / DECIMAL_ONE * DECIMAL_ONE;
	return least.units > 0;
}

/* Ascending, each once; how many. */
static size_t find_thresholds(struct search *s, struct decimal *out)
{
	static const unsigned thousandths[] = { 500, 900, 990, 999 };
	size_t n = 0, kept = 0;

	qsort(s->values, s->n_values, sizeof(*s->values), by_value);
	for (size_t i = 0; i < sizeof(thousandths) / sizeof(thousandths[0]); i++)
		out[n++] = s->values[s->n_values * thousandths[i] / 1000];
	out[n++] = s->values[s->n_values - 1];
	n += catches_all(s, &out[n]);
	qsort(out, n, sizeof(*out), by_value);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || decimal_cmp(out[kept - 1], out[i]) != 0)
			out[kept++] = out[i];
	return kept;
}

/* ---- trials ---- */

static bool touches(const struct incident *i, const struct alert_row *row, unsigned window)
{
	const bool lasts = row->firing.resolved_at == MINUTE_NONE;

	return i->resource == row->resource && row->firing.fired_at - window < i->end &&
	       (lasts || row->firing.resolved_at > i->begin);
}

static void judge(const struct search *s, struct trial *t)
{
	struct alert_report report = ALERT_REPORT_INIT;

	evaluate_rule(&t->rule, s->m, &report);
	t->incidents = s->n_incidents;
	t->firings = report.fired;
	for (size_t i = 0; i < s->n_incidents; i++) {
		bool caught = false;

		for (size_t r = 0; !caught && r < report.fired; r++)
			caught = touches(&s->incidents[i], &report.rows[r], t->rule.window);
		t->caught += caught;
	}
	for (size_t r = 0; r < report.fired; r++) {
		bool other = true;

		t->checks += report.rows[r].firing.checks;
		for (size_t i = 0; other && i < s->n_incidents; i++)
			other = !touches(&s->incidents[i], &report.rows[r], t->rule.window);
		t->others += other;
	}
	alert_report_free(&report);
}

static void name_rule(struct search *s, struct rule *rule)
{
	struct buf name = BUF_INIT;

	buf_str(&name, "suggested ");
	buf_slice(&name, rule->conditions[0].metric);
	for (size_t i = 0; i < rule->conditions[0].n_dimensions; i++) {
		buf_byte(&name, ' ');
		buf_slice(&name, rule->conditions[0].dimensions[i].values[0]);
	}
	buf_byte(&name, ' ');
	duration_format(rule->window, &name);
	rule->name = arena_copy(&s->out->rules.arena, buf_view(&name));
	buf_free(&name);
}

static void add_trial(struct search *s, struct decimal threshold)
{
	struct suggestions *out = s->out;
	struct trial t = { .rule = *s->rule };

	t.rule.conditions = arena_alloc(&out->rules.arena, sizeof(*t.rule.conditions));
	t.rule.conditions[0] = s->rule->conditions[0];
	t.rule.conditions[0].threshold = threshold;
	name_rule(s, &t.rule);
	judge(s, &t);
	if (out->n == out->cap) {
		out->cap = mem_grow(out->cap, out->n + 1);
		out->trials = mem_rearray(out->trials, out->cap, sizeof(*out->trials));
	}
	out->trials[out->n++] = t;
}

/*
 * More incidents, then fewer other firings, then the shorter window, which stands first and tells sooner, then fewer firings, then
 * the higher threshold, which stands later.
 */
static bool is_better(const struct trial *a, const struct trial *b)
{
	if (a->caught != b->caught)
		return a->caught > b->caught;
	if (a->others != b->others)
		return a->others < b->others;
	return a->rule.window == b->rule.window && a->firings <= b->firings;
}

static void choose(struct suggestions *out, size_t first)
{
	struct trial *best = NULL;

	for (size_t i = first; i < out->n; i++)
		if (out->trials[i].caught > 0 && (best == NULL || is_better(&out->trials[i], best)))
			best = &out->trials[i];
	if (best == NULL)
		return;
	best->suggested = true;
	rules_add(&out->rules, &best->rule);
}

/* All windows and thresholds for one metric, of all records or of those with one value of a dimension. */
static void try_condition(struct search *s, const struct condition *c)
{
	const size_t first = s->out->n;
	struct condition condition = *c;
	struct rule rule = RULE_INIT;
	struct decimal thresholds[THRESHOLDS_MOST];

	rule.conditions = &condition;
	rule.n_conditions = 1;
	s->rule = &rule;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		rule.window = spans[i].window;
		rule.frequency = spans[i].frequency;
		s->n_values = 0;
		for (size_t k = 0; k < s->n_incidents; k++)
			s->peaks[k] = decimal_of(0);
		evaluate_each(&rule, s->m, gather_values, s);
		if (s->n_values == 0)
			continue;
		const size_t n = find_thresholds(s, thresholds);

		for (size_t k = 0; k < n; k++)
			add_trial(s, thresholds[k]);
	}
	s->rule = NULL;
	choose(s->out, first);
}

/* As Azure exports the metrics of provisioning. */
static struct slice capitalized(struct arena *arena, struct slice name)
{
	char *text = arena_bytes(arena, name.n);

	memcpy(text, name.p, name.n);
	text[0] = ascii_upper(text[0]);
	return slice_of(text, name.n);
}

static void try_metric(struct search *s, struct slice metric)
{
	static const struct slice status = SLICE("Status");
	const struct metric_entry *known = metric_named(metric).entry;
	struct condition c = { .metric = metric, .comparison = COMPARE_GREATER, .dynamic.since = TIME_NONE };
	struct arena *arena = &s->out->rules.arena;

	if (slice_eq_nocase(metric, SLICE("records")))
		return;
	if (known != NULL && !known->hub && known->operations != NULL)
		c.metric = capitalized(arena, metric);
	c.aggregation = known != NULL ? AGGREGATION_TOTAL : AGGREGATION_MAXIMUM;
	try_condition(s, &c);
	if (!slice_ends_nocase(metric, SLICE("Attempts")))
		return;
	c.dimensions = arena_alloc(arena, sizeof(*c.dimensions));
	c.dimensions[0] = (struct dimension){ .name = status, .match = MATCH_INCLUDE, .n = 1 };
	c.dimensions[0].values = arena_alloc(arena, sizeof(struct slice));
	c.dimensions[0].values[0] = SLICE("Failed");
	c.n_dimensions = 1;
	try_condition(s, &c);
}

void suggest_plan(struct metric *metrics, struct series_plan *plan)
{
	plan->metrics = metrics;
	for (size_t i = 0; i < metric_table_n; i++)
		metrics[plan->n_metrics++] = metric_named(slice_str(metric_table[i].name));
	plan->all = true;
	series_plan_dimension(plan, SLICE("Status"));
	series_plan_dimension(plan, SLICE("resultType"));
}

static int by_name(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

struct suggestions *suggest(const struct measured *m)
{
	struct suggestions *out = mem_zalloc(sizeof(*out));
	struct search s = { .m = m, .out = out };
	struct condition failures = { .metric = SLICE("failures"), .aggregation = AGGREGATION_TOTAL, .dynamic.since = TIME_NONE };
	struct rule rule = RULE_INIT;
	const size_t n = series_metrics(m->series);
	struct slice *names = mem_array(n, sizeof(*names));

	if (m->span.first <= m->span.last) {
		rule.conditions = &failures;
		rule.n_conditions = 1;
		evaluate_each(&rule, m, find_incidents, &s);
		s.peaks = mem_array(s.n_incidents, sizeof(*s.peaks));
		for (size_t i = 0; i < n; i++)
			names[i] = series_metric(m->series, i);
		qsort(names, n, sizeof(*names), by_name);
		for (size_t i = 0; i < n; i++)
			try_metric(&s, names[i]);
	}
	out->incidents = s.n_incidents;
	free(names);
	free(s.values);
	free(s.peaks);
	free(s.incidents);
	return out;
}

void suggestions_free(struct suggestions *s)
{
	if (s == NULL)
		return;
	rules_free(&s->rules);
	free(s->trials);
	free(s);
}
