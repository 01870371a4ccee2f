/*
 * evaluate.c - from rules and lines to firings.
 *
 * For each condition the lines that it takes are gathered into candidates: a resource, the values of the dimensions that the
 * condition names, and the lines that add up to them. Candidates of several conditions are joined; each join is a series.
 */
#include "insight/evaluate.h"

#include <stdlib.h>

#include "base/duration.h"
#include "base/mem.h"
#include "insight/dimension.h"
#include "insight/scope.h"

const char *const alert_state_names[] = {
	[ALERT_OK] = "ok", [ALERT_FIRED] = "fired", [ALERT_RESOLVED] = "resolved", [ALERT_DISABLED] = "disabled",
	[ALERT_NOT_EVALUATED] = "not evaluated",
};

bool alert_row_fired(const struct alert_row *row)
{
	return row->state == ALERT_FIRED || row->state == ALERT_RESOLVED;
}

struct candidate {
	size_t resource;
	struct slice *values;       /* of the condition's dimensions, in its order */
	const struct series_line **lines;
	size_t n_lines, cap;
};

struct candidates {
	struct candidate *items;
	size_t n, cap;
};

/* Why a condition has no candidates: the furthest that any resource came. */
enum stage { STAGE_RESOURCE, STAGE_METRIC, STAGE_DIMENSION, STAGE_VALUE, STAGE_FOUND };

struct evaluation {
	const struct rule *rule;
	const struct measured *m;
	const struct series *s;
	struct alert_report *out;
	struct candidates of[CONDITIONS_MOST];
	const struct candidate *chosen[CONDITIONS_MOST];
	struct firings firings;
	size_t first_row;
	enum stage stage;           /* of the condition that came least far */
	const struct condition *stopped; /* and which that is */
	struct slice missing;       /* STAGE_DIMENSION: its name */
	uint64_t joined;            /* series that were checked */
	/* Instead of checking: */
	void (*each)(void *ctx, size_t resource, const struct alert_line *line);
	void *ctx;
};

/* ---- what must be measured ---- */

static const struct slice status_name = SLICE("Status"), result_name = SLICE("resultType");

static bool plan_metric(struct metric *metrics, struct series_plan *plan, struct slice name)
{
	for (size_t i = 0; i < plan->n_metrics; i++)
		if (slice_eq_nocase(metrics[i].name, name))
			return true;
	if (plan->n_metrics == METRICS_MOST)
		return false;
	metrics[plan->n_metrics++] = metric_named(name);
	return true;
}

/* Log records may be named by their resultType where a rule says Status. */
static bool plan_dimension(struct series_plan *plan, struct slice name)
{
	return series_plan_dimension(plan, name) >= 0 &&
	       (!slice_eq_nocase(name, status_name) || series_plan_dimension(plan, result_name) >= 0);
}

bool evaluate_plan(const struct rules *rules, struct metric *metrics, struct series_plan *plan)
{
	plan->metrics = metrics;
	for (size_t i = 0; i < rules->n; i++) {
		const struct rule *rule = &rules->items[i];

		for (size_t k = 0; rule->enabled && rule->unsupported == NULL && k < rule->n_conditions; k++) {
			const struct condition *c = &rule->conditions[k];

			if (!plan_metric(metrics, plan, c->metric))
				return false;
			for (size_t d = 0; d < c->n_dimensions; d++)
				if (!plan_dimension(plan, c->dimensions[d].name))
					return false;
		}
	}
	return true;
}

static size_t planned(const struct measured *m, struct slice dimension)
{
	size_t i = 0;

	while (i < m->plan->n_dimensions && !slice_eq_nocase(m->plan->dimensions[i].name, dimension))
		i++;
	return i;
}

/* ---- which lines a condition takes ---- */

/* Whether values are as the records have them, and not as the rule does. */
static bool is_as_logged(const struct dimension *d, struct slice value)
{
	for (size_t i = 0; d->match == MATCH_INCLUDE && i < d->n; i++)
		if (!dimension_is_star(d->values[i]) && slice_eq(d->values[i], value))
			return false;
	return true;
}

static bool same_values(const struct condition *c, const struct slice *a, const struct slice *b)
{
	for (size_t i = 0; i < c->n_dimensions; i++)
		if (!slice_eq_nocase(a[i], b[i]))
			return false;
	return true;
}

static struct candidate *candidate_for(struct evaluation *e, size_t condition, size_t resource, const struct slice *values)
{
	const struct condition *c = &e->rule->conditions[condition];
	struct candidates *all = &e->of[condition];

	for (size_t i = 0; i < all->n; i++) {
		if (all->items[i].resource == resource && same_values(c, all->items[i].values, values)) {
			for (size_t d = 0; d < c->n_dimensions; d++)
				if (slice_cmp(values[d], all->items[i].values[d]) < 0 && is_as_logged(&c->dimensions[d], values[d]))
					all->items[i].values[d] = values[d];
			return &all->items[i];
		}
	}
	if (all->n == all->cap) {
		all->cap = mem_grow(all->cap, all->n + 1);
		all->items = mem_rearray(all->items, all->cap, sizeof(*all->items));
	}
	all->items[all->n] = (struct candidate){ .resource = resource };
	all->items[all->n].values = arena_alloc(&e->out->arena, (c->n_dimensions + 1) * sizeof(*values));
	if (c->n_dimensions > 0)
		memcpy(all->items[all->n].values, values, c->n_dimensions * sizeof(*values));
	return &all->items[all->n++];
}

/* The value of a dimension in a line, and what else it may be called there. */
static struct slice value_in(const struct evaluation *e, const struct series_line *line, struct slice dimension, struct slice *other)
{
	*other = slice_of(NULL, 0);
	if (line->source == SERIES_LOGS && slice_eq_nocase(dimension, status_name))
		*other = series_value(e->s, line->tuple, planned(e->m, result_name));
	return series_value(e->s, line->tuple, planned(e->m, dimension));
}

static void add_line(struct evaluation *e, size_t condition, const struct series_line *line, struct slice *values)
{
	const struct condition *c = &e->rule->conditions[condition];

	for (size_t i = 0; i < c->n_dimensions; i++) {
		struct slice other;
		const struct slice value = value_in(e, line, c->dimensions[i].name, &other);

		if (!dimension_take(&c->dimensions[i], value, other, &values[i]))
			return;
	}
	struct candidate *found = candidate_for(e, condition, line->resource, values);

	if (found->n_lines == found->cap) {
		found->cap = mem_grow(found->cap, found->n_lines + 1);
		found->lines = mem_rearray(found->lines, found->cap, sizeof(*found->lines));
	}
	found->lines[found->n_lines++] = line;
}

/* The number of the condition's metric. It is planned. */
static size_t metric_of(const struct evaluation *e, const struct condition *c)
{
	size_t i = 0;

	while (i < series_metrics(e->s) && !slice_eq_nocase(series_metric(e->s, i), c->metric))
		i++;
	return i;
}

static bool has_line(const struct evaluation *e, const struct condition *c, size_t resource)
{
	const struct series_choice all = series_choose(e->s, metric_of(e, c), resource, 0);

	return all.source != SERIES_NONE;
}

/* Log records have few dimensions that a rule can name; ProvisioningServiceName only where that is what they are of. */
static bool logs_know(const struct evaluation *e, size_t resource, struct slice dimension)
{
	if (slice_eq_nocase(dimension, SLICE("ProvisioningServiceName")))
		return !scope_is_hub(series_resource(e->s, resource));
	return slice_eq_nocase(dimension, status_name) || slice_eq_nocase(dimension, SLICE("Protocol"));
}

/* The lines of one resource that measure the condition's metric; `missing` gets a dimension that none of them has. */
static struct series_choice choose(const struct evaluation *e, const struct condition *c, size_t resource, struct slice *missing)
{
	uint32_t named = 0;
	struct series_choice choice;

	for (size_t i = 0; i < c->n_dimensions; i++)
		named |= UINT32_C(1) << planned(e->m, c->dimensions[i].name);
	choice = series_choose(e->s, metric_of(e, c), resource, named);
	for (size_t i = 0; i < c->n_dimensions; i++) {
		const struct slice name = c->dimensions[i].name;

		if (choice.source == SERIES_LOGS && !logs_know(e, resource, name)) {
			choice = (struct series_choice){ .source = SERIES_NONE };
			*missing = name;
		}
		if (choice.source == SERIES_NONE && missing->n == 0)
			*missing = name;
	}
	return choice;
}

/* How far the condition comes in one resource; its candidates are added. */
static enum stage gather_resource(struct evaluation *e, size_t condition, size_t resource, struct slice *missing)
{
	const struct condition *c = &e->rule->conditions[condition];
	const size_t before = e->of[condition].n;
	struct series_choice choice;
	struct slice *values;

	if (!has_line(e, c, resource))
		return STAGE_METRIC;
	choice = choose(e, c, resource, missing);
	if (choice.source == SERIES_NONE)
		return STAGE_DIMENSION;
	values = mem_array(c->n_dimensions, sizeof(*values));
	for (size_t i = 0; i < choice.n; i++)
		add_line(e, condition, &choice.lines[i], values);
	free(values);
	return e->of[condition].n > before ? STAGE_FOUND : STAGE_VALUE;
}

static void gather(struct evaluation *e, size_t condition)
{
	const struct condition *c = &e->rule->conditions[condition];
	enum stage best = STAGE_RESOURCE;
	struct slice missing = { NULL, 0 };

	for (size_t i = 0; i < series_resources(e->s); i++) {
		enum stage came;

		if (!scope_takes(e->rule, c, series_resource(e->s, i)))
			continue;
		came = gather_resource(e, condition, i, &missing);
		best = came > best ? came : best;
	}
	if (e->stopped == NULL || best < e->stage) {
		e->stage = best;
		e->stopped = c;
		e->missing = missing;
	}
}

/* ---- series ---- */

static int by_minute(const void *a, const void *b)
{
	const int64_t x = ((const struct point *)a)->minute, y = ((const struct point *)b)->minute;

	return x < y ? -1 : x > y;
}

/* The points of all lines of a candidate, minute by minute. The caller frees them. */
static struct point *add_up(const struct series *s, const struct candidate *c, size_t *n)
{
	size_t all = 0, at = 0;
	struct point *points;

	for (size_t i = 0; i < c->n_lines; i++)
		all += c->lines[i]->n;
	points = mem_array(all, sizeof(*points));
	for (size_t i = 0; i < c->n_lines; i++)
		for (size_t k = 0; k < c->lines[i]->n; k++, at++)
			points[at].minute = series_point(s, c->lines[i], k, &points[at].measure) / TIME_MINUTE;
	if (c->n_lines > 1)
		qsort(points, all, sizeof(*points), by_minute);
	*n = 0;
	for (size_t i = 0; i < all; i++) {
		if (*n > 0 && points[*n - 1].minute == points[i].minute)
			measure_add(&points[*n - 1].measure, &points[i].measure);
		else
			points[(*n)++] = points[i];
	}
	return points;
}

static bool is_single(const struct dimension *d)
{
	return d->match == MATCH_INCLUDE && d->n == 1 && !dimension_is_star(d->values[0]);
}

/* Whether the values of a dimension that both conditions name must be the same. */
static bool is_shared(const struct dimension *a, const struct dimension *b)
{
	return slice_eq_nocase(a->name, b->name) && !(is_single(a) && is_single(b));
}

static bool agree(const struct evaluation *e, size_t i, size_t j)
{
	const struct condition *a = &e->rule->conditions[i], *b = &e->rule->conditions[j];

	if (e->chosen[i]->resource != e->chosen[j]->resource)
		return false;
	for (size_t x = 0; x < a->n_dimensions; x++)
		for (size_t y = 0; y < b->n_dimensions; y++)
			if (is_shared(&a->dimensions[x], &b->dimensions[y]) &&
			    !slice_eq_nocase(e->chosen[i]->values[x], e->chosen[j]->values[y]))
				return false;
	return true;
}

/* Whether an earlier condition has said this name with this value. */
static bool is_said(const struct evaluation *e, size_t condition, size_t dimension)
{
	const struct slice name = e->rule->conditions[condition].dimensions[dimension].name;
	const struct slice value = e->chosen[condition]->values[dimension];

	for (size_t i = 0; i < condition; i++) {
		const struct condition *c = &e->rule->conditions[i];

		for (size_t d = 0; d < c->n_dimensions; d++)
			if (slice_eq_nocase(c->dimensions[d].name, name) && slice_eq_nocase(e->chosen[i]->values[d], value))
				return true;
	}
	return false;
}

static void name_resource(const struct evaluation *e, struct buf *out)
{
	const struct series_resource r = series_resource(e->s, e->chosen[0]->resource);
	bool shared = false;

	for (size_t i = 0; i < series_resources(e->s); i++)
		shared |= i != e->chosen[0]->resource && slice_eq(series_resource(e->s, i).name, r.name);
	buf_printf(out, "%sresource=", out->n > 0 ? ";" : "");
	buf_slice(out, shared && r.id.n > 0 ? r.id : r.name);
}

static struct slice name_series(struct evaluation *e)
{
	struct buf text = BUF_INIT;
	bool names_resource = series_resources(e->s) < 2;
	struct slice out;

	for (size_t i = 0; i < e->rule->n_conditions; i++) {
		const struct condition *c = &e->rule->conditions[i];

		for (size_t d = 0; d < c->n_dimensions; d++) {
			names_resource |= slice_eq_nocase(c->dimensions[d].name, SLICE("ProvisioningServiceName"));
			if (is_said(e, i, d))
				continue;
			if (text.n > 0)
				buf_byte(&text, ';');
			buf_slice(&text, c->dimensions[d].name);
			buf_byte(&text, '=');
			buf_slice(&text, e->chosen[i]->values[d]);
		}
	}
	if (!names_resource)
		name_resource(e, &text);
	out = arena_copy(&e->out->arena, buf_view(&text));
	buf_free(&text);
	return out;
}

static struct alert_row *add_row(struct evaluation *e, enum alert_state state)
{
	struct alert_report *r = e->out;

	if (r->n == r->cap) {
		r->cap = mem_grow(r->cap, r->n + 1);
		r->rows = mem_rearray(r->rows, r->cap, sizeof(*r->rows));
	}
	r->rows[r->n] = (struct alert_row){ .rule = e->rule, .state = state, .series = SLICE(""), .reason = SLICE("") };
	return &r->rows[r->n++];
}

static bool takes_no_sum(enum aggregation a)
{
	return a == AGGREGATION_AVERAGE || a == AGGREGATION_MINIMUM || a == AGGREGATION_MAXIMUM;
}

/* The values of the dimensions of what was chosen, condition by condition. */
static const struct slice **chosen_values(struct evaluation *e)
{
	const struct slice **values = arena_alloc(&e->out->arena, e->rule->n_conditions * sizeof(*values));

	for (size_t i = 0; i < e->rule->n_conditions; i++)
		values[i] = e->chosen[i]->values;
	return values;
}

static void check_series(struct evaluation *e)
{
	struct alert_line lines[CONDITIONS_MOST];
	struct point *points[CONDITIONS_MOST];
	const size_t before = e->firings.n;
	const struct slice **values = NULL;
	struct slice name = SLICE("");

	for (size_t i = 0; i < e->rule->n_conditions; i++) {
		points[i] = add_up(e->s, e->chosen[i], &lines[i].n);
		lines[i].points = points[i];
		e->out->advise_total |= e->chosen[i]->lines[0]->source == SERIES_LOGS && takes_no_sum(e->rule->conditions[i].aggregation);
	}
	e->joined++;
	if (e->each != NULL)
		e->each(e->ctx, e->chosen[0]->resource, lines);
	else
		alert_check(e->rule, e->m->span, lines, &e->firings);
	for (size_t i = 0; i < e->rule->n_conditions; i++)
		free(points[i]);
	if (e->firings.n > before) {
		name = name_series(e);
		values = chosen_values(e);
	}
	for (size_t i = before; i < e->firings.n; i++) {
		const bool resolved = e->firings.items[i].resolved_at != MINUTE_NONE;
		struct alert_row *row = add_row(e, resolved ? ALERT_RESOLVED : ALERT_FIRED);

		row->series = name;
		row->values = values;
		row->resource = e->chosen[0]->resource;
		row->firing = e->firings.items[i];
	}
}

/* All ways to choose candidates that agree, from condition `depth` on. */
static void join(struct evaluation *e, size_t depth)
{
	if (depth == e->rule->n_conditions) {
		check_series(e);
		return;
	}
	for (size_t i = 0; i < e->of[depth].n; i++) {
		bool good = true;

		e->chosen[depth] = &e->of[depth].items[i];
		for (size_t j = 0; good && j < depth; j++)
			good = agree(e, j, depth);
		if (good)
			join(e, depth + 1);
	}
}

static int by_firing(const void *a, const void *b)
{
	const struct alert_row *x = a, *y = b;

	if (x->firing.fired_at != y->firing.fired_at)
		return x->firing.fired_at < y->firing.fired_at ? -1 : 1;
	return slice_cmp(x->series, y->series);
}

/* ---- rules that did not fire ---- */

static bool zero_meets(const struct condition *c)
{
	return alert_holds(c->comparison, fraction_of(decimal_of(0)), fraction_of(c->threshold));
}

/* The resources in scope have log records, and in none of them there is anything of the condition's metric. */
static bool is_silent(const struct evaluation *e, const struct condition *c, bool hub_only)
{
	bool any = false;

	for (size_t i = 0; i < series_resources(e->s); i++) {
		const struct series_resource r = series_resource(e->s, i);

		if (!scope_takes(e->rule, c, r))
			continue;
		if (has_line(e, c, i))
			return false;
		any |= r.logs && (!hub_only || scope_is_hub(r));
	}
	return any;
}

/* Nothing was checked because something that log records would show never happened. */
static bool is_healthy_silence(const struct evaluation *e)
{
	for (size_t i = 0; i < e->rule->n_conditions; i++) {
		const struct condition *c = &e->rule->conditions[i];
		const struct metric_entry *known = metric_named(c->metric).entry;

		if (known != NULL && !c->is_dynamic && !zero_meets(c) && is_silent(e, c, known->hub))
			return true;
	}
	return false;
}

static bool has_dynamic(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_conditions; i++)
		if (rule->conditions[i].is_dynamic)
			return true;
	return false;
}

static void explain(const struct evaluation *e, struct buf *out)
{
	const struct condition *c = e->stopped;

	switch (e->stage) {
	case STAGE_RESOURCE:
		buf_str(out, series_resources(e->s) == 0 ? "the input has no records of a service" : "no resource of the input is in its scope");
		break;
	case STAGE_METRIC:
		buf_str(out, "the input has no metric '");
		buf_slice(out, c->metric);
		buf_byte(out, '\'');
		if (c->space.n > 0 && slice_find(c->space, SLICE("/")) == c->space.n)
			buf_str(out, " (a name that holds dots needs quotes)");
		break;
	case STAGE_DIMENSION:
		buf_str(out, "the metric '");
		buf_slice(out, c->metric);
		buf_str(out, "' has no dimension '");
		buf_slice(out, e->missing);
		buf_str(out, "' in the input");
		break;
	case STAGE_VALUE:
		buf_str(out, "no record has the dimensions that it names");
		break;
	case STAGE_FOUND:
		if (e->joined == 0) {
			buf_str(out, "its conditions have no resource and dimensions in common");
		} else if (has_dynamic(e->rule)) {
			buf_str(out, "an estimate of its threshold needs 30 windows on three days before");
		} else {
			buf_str(out, "the input covers no window of ");
			duration_format(e->rule->window, out);
		}
		break;
	}
}

static void add_not_evaluated(struct evaluation *e, struct slice reason)
{
	struct alert_row *row = add_row(e, ALERT_NOT_EVALUATED);

	row->reason = arena_copy(&e->out->arena, reason);
	e->out->not_evaluated++;
}

static void add_quiet(struct evaluation *e)
{
	struct buf reason = BUF_INIT;

	if (e->firings.evaluated > 0) {
		add_row(e, ALERT_OK);
	} else if (is_healthy_silence(e)) {
		add_row(e, ALERT_OK)->no_data = true;
	} else {
		explain(e, &reason);
		add_not_evaluated(e, buf_view(&reason));
	}
	buf_free(&reason);
}

static void free_candidates(struct evaluation *e)
{
	for (size_t c = 0; c < e->rule->n_conditions; c++) {
		for (size_t i = 0; i < e->of[c].n; i++)
			free(e->of[c].items[i].lines);
		free(e->of[c].items);
	}
}

static void evaluate(struct evaluation *e)
{
	for (size_t i = 0; i < e->rule->n_conditions; i++)
		gather(e, i);
	e->first_row = e->out->n;
	if (e->m->span.first <= e->m->span.last)
		join(e, 0);
	if (e->out->n == e->first_row) {
		add_quiet(e);
	} else {
		qsort(e->out->rows + e->first_row, e->out->n - e->first_row, sizeof(*e->out->rows), by_firing);
		e->out->fired += e->out->n - e->first_row;
	}
	free_candidates(e);
	firings_free(&e->firings);
}

void evaluate_rule(const struct rule *rule, const struct measured *m, struct alert_report *out)
{
	struct evaluation e = { .rule = rule, .m = m, .s = m->series, .out = out };

	if (!rule->enabled)
		add_row(&e, ALERT_DISABLED);
	else if (rule->unsupported != NULL)
		add_not_evaluated(&e, slice_str(rule->unsupported));
	else if (has_dynamic(rule) && !m->estimate)
		add_not_evaluated(&e, SLICE("Azure learns a dynamic threshold from its own data (--dynamic estimate estimates one)"));
	else
		evaluate(&e);
}

void evaluate_each(const struct rule *rule, const struct measured *m,
                   void (*series)(void *ctx, size_t resource, const struct alert_line *line), void *ctx)
{
	struct alert_report unused = ALERT_REPORT_INIT;
	struct evaluation e = { .rule = rule, .m = m, .s = m->series, .out = &unused, .each = series, .ctx = ctx };

	gather(&e, 0);
	join(&e, 0);
	free_candidates(&e);
	alert_report_free(&unused);
}

void alert_report_free(struct alert_report *r)
{
	free(r->rows);
	arena_free(&r->arena);
	*r = ALERT_REPORT_INIT;
}
