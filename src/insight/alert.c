/*
 * alert.c - one rule on one time series, check by check.
 */
#include "insight/alert.h"

#include <stdlib.h>

#include "base/mem.h"
#include "insight/dynamic.h"

enum { RESOLVED_AFTER = 3 };       /* checks in a row that are not met */

enum verdict { VERDICT_UNKNOWN, VERDICT_NOT_MET, VERDICT_MET };

/* One check: of all conditions together, and the value of each. */
struct check {
	enum verdict verdict;
	struct fraction values[CONDITIONS_MOST];
	struct fraction thresholds[CONDITIONS_MOST];
	unsigned notes;
	int64_t idle_until;        /* before this minute is over no condition has anything to go by */
};

/* A series on its way through the checks. */
struct walk {
	const struct rule *rule;
	struct alert_span span;
	struct window windows[CONDITIONS_MOST];
	struct firings *out;
	struct firing *current;    /* the one that lasts, or NULL */
	unsigned healthy;          /* checks in a row that were not met */
};

struct firing *firings_add(struct firings *f)
{
	if (f->n == f->cap) {
		f->cap = mem_grow(f->cap, f->n + 1);
		f->items = mem_rearray(f->items, f->cap, sizeof(*f->items));
	}
	f->items[f->n] = (struct firing){ .resolved_at = MINUTE_NONE };
	return &f->items[f->n++];
}

void firings_free(struct firings *f)
{
	free(f->items);
	*f = FIRINGS_INIT;
}

bool alert_holds(enum comparison comparison, struct fraction value, struct fraction threshold)
{
	const int order = fraction_cmp(value, threshold);

	switch (comparison) {
	case COMPARE_EQUAL:
		return order == 0;
	case COMPARE_GREATER:
		return order > 0;
	case COMPARE_GREATER_EQUAL:
		return order >= 0;
	case COMPARE_LESS:
		return order < 0;
	case COMPARE_LESS_EQUAL:
		return order <= 0;
	case COMPARE_NOT_EQUAL:
	case COMPARE_OUTSIDE:
		break;
	}
	return order != 0;
}

/* Whether more data in the window could not make a met condition unmet. */
static bool is_final(const struct condition *c)
{
	const bool upward = c->comparison == COMPARE_GREATER || c->comparison == COMPARE_GREATER_EQUAL;
	const bool downward = c->comparison == COMPARE_LESS || c->comparison == COMPARE_LESS_EQUAL;

	switch (c->aggregation) {
	case AGGREGATION_TOTAL:
	case AGGREGATION_COUNT:
	case AGGREGATION_MAXIMUM:
		return upward;
	case AGGREGATION_MINIMUM:
		return downward;
	case AGGREGATION_AVERAGE:
	case AGGREGATIONS:
		break;
	}
	return false;
}

static enum verdict judge(struct walk *w, size_t i, int64_t from, int64_t to, struct check *check)
{
	const struct condition *c = &w->rule->conditions[i];
	struct window *window = &w->windows[i];
	const bool cut = from < w->span.first || to > w->span.last + 1;
	struct measure m;
	bool met;

	if (!window_move(window, from, to, &m)) {
		const int64_t before = window_before(window);

		if (before == INT64_MIN || before < from - MINUTES_A_DAY) {
			if (window_next(window) < check->idle_until)
				check->idle_until = window_next(window);
			return VERDICT_UNKNOWN;
		}
		check->notes |= ALERT_ASSUMED_ZERO;
	}
	check->idle_until = INT64_MIN;
	check->thresholds[i] = fraction_of(c->threshold);
	met = measure_value(&m, c->aggregation, &check->values[i]) &&
	      alert_holds(c->comparison, check->values[i], check->thresholds[i]);
	if (!cut)
		return met ? VERDICT_MET : VERDICT_NOT_MET;
	check->notes |= ALERT_PARTIAL;
	return met && is_final(c) ? VERDICT_MET : VERDICT_UNKNOWN;
}

static struct check check_at(struct walk *w, int64_t t)
{
	struct check check = { .verdict = VERDICT_MET, .idle_until = INT64_MAX };

	for (size_t i = 0; i < w->rule->n_conditions; i++) {
		const enum verdict v = judge(w, i, t - w->rule->window, t, &check);

		if (v == VERDICT_NOT_MET || (v == VERDICT_UNKNOWN && check.verdict == VERDICT_MET))
			check.verdict = v;
	}
	return check;
}

/* The higher one; where the condition asks for less, the lower one; where for equality, the first one. */
static struct fraction peak_of(enum comparison comparison, struct fraction a, struct fraction b)
{
	switch (comparison) {
	case COMPARE_GREATER:
	case COMPARE_GREATER_EQUAL:
		return fraction_cmp(b, a) > 0 ? b : a;
	case COMPARE_LESS:
	case COMPARE_LESS_EQUAL:
		return fraction_cmp(b, a) < 0 ? b : a;
	case COMPARE_EQUAL:
	case COMPARE_NOT_EQUAL:
	case COMPARE_OUTSIDE:
		break;
	}
	return a;
}

static void take_met(struct walk *w, int64_t t, const struct check *check)
{
	const bool begins = w->current == NULL;

	w->healthy = 0;
	if (begins) {
		w->current = firings_add(w->out);
		w->current->fired_at = t;
		w->current->notes = check->notes;
		memcpy(w->current->threshold, check->thresholds, sizeof(check->thresholds));
	}
	w->current->last_met = t;
	w->current->checks++;
	for (size_t i = 0; i < w->rule->n_conditions; i++) {
		struct fraction *peak = &w->current->peak[i];

		*peak = begins ? check->values[i] : peak_of(w->rule->conditions[i].comparison, *peak, check->values[i]);
	}
}

static void take_unmet(struct walk *w, int64_t t)
{
	if (w->current == NULL)
		return;
	/* Azure sends such a rule anew at each check that is met: what it says is a run of them, which nothing resolves. */
	if (!w->rule->auto_mitigate) {
		w->current = NULL;
	} else if (++w->healthy == RESOLVED_AFTER) {
		w->current->resolved_at = t;
		w->current = NULL;
	}
}

/* The next multiple of step above t. */
static int64_t next_multiple(int64_t t, int64_t step)
{
	const int64_t rest = t % step;

	return t - rest + (rest < 0 ? 0 : step);
}

struct alert_checks alert_checks_of(const struct rule *rule, struct alert_span span)
{
	return (struct alert_checks){
		.begin = next_multiple(span.first, rule->frequency),
		.end = next_multiple(span.last, rule->frequency) + rule->frequency,
	};
}

static void take(struct walk *w, int64_t t, const struct check *check)
{
	w->out->evaluated += check->verdict != VERDICT_UNKNOWN;
	if (check->verdict == VERDICT_MET)
		take_met(w, t, check);
	else if (check->verdict == VERDICT_NOT_MET)
		take_unmet(w, t);
}

static void check_dynamic(struct walk *w, struct alert_line line)
{
	const struct alert_checks checks = alert_checks_of(w->rule, w->span);
	struct dynamic_check *all = dynamic_checks(w->rule, w->span, line), *d = all;

	for (int64_t t = checks.begin; t < checks.end; t += w->rule->frequency, d++) {
		const struct check check = {
			.verdict = d->verdict == DYNAMIC_UNKNOWN ? VERDICT_UNKNOWN : d->met ? VERDICT_MET : VERDICT_NOT_MET,
			.values = { fraction_of(d->value) }, .thresholds = { fraction_of(d->bound) }, .notes = ALERT_ESTIMATED,
		};

		take(w, t, &check);
	}
	free(all);
}

void alert_check(const struct rule *rule, struct alert_span span, const struct alert_line *lines, struct firings *out)
{
	struct walk w = { .rule = rule, .span = span, .out = out };
	const struct alert_checks checks = alert_checks_of(rule, span);

	if (rule->conditions[0].is_dynamic) {
		check_dynamic(&w, lines[0]);
		return;
	}
	for (size_t i = 0; i < rule->n_conditions; i++)
		window_init(&w.windows[i], lines[i].points, lines[i].n);
	for (int64_t t = checks.begin; t < checks.end; t += rule->frequency) {
		const struct check check = check_at(&w, t);

		if (check.idle_until >= checks.end)
			break;
		if (check.idle_until > t)
			t = next_multiple(check.idle_until, rule->frequency) - rule->frequency;

		take(&w, t, &check);
	}
	for (size_t i = 0; i < rule->n_conditions; i++)
		window_free(&w.windows[i]);
}
