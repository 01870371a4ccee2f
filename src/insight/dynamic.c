/*
 * dynamic.c - bounds of what is usual at a time of day.
 */
#include "insight/dynamic.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"

enum { DAYS_BACK = 10, BESIDE = 5, SAMPLES_MOST = DAYS_BACK * (2 * BESIDE + 1), SAMPLES_LEAST = 30, DAYS_LEAST = 3 };

/* How many widths between the quartiles beyond them is still usual. */
static const int widths[] = { [SENSITIVITY_LOW] = 3, [SENSITIVITY_MEDIUM] = 2, [SENSITIVITY_HIGH] = 1 };

struct estimation {
	const struct rule *rule;
	const struct condition *condition;
	int64_t n;                 /* checks */
	struct dynamic_check *checks;
};

/* The value of each window that the input covers. */
static void measure_all(struct estimation *e, struct alert_span span, struct alert_line line)
{
	const int64_t begin = alert_checks_of(e->rule, span).begin;
	const int64_t since = e->condition->dynamic.since == TIME_NONE ? INT64_MIN : e->condition->dynamic.since / TIME_MINUTE;
	struct window window;

	window_init(&window, line.points, line.n);
	for (int64_t i = 0; i < e->n; i++) {
		const int64_t to = begin + i * e->rule->frequency, from = to - e->rule->window;
		struct measure m;
		const bool any = window_move(&window, from, to, &m), whole = from >= span.first && to <= span.last + 1;
		const int64_t before = window_before(&window);
		const bool known = any || (before != INT64_MIN && before >= from - MINUTES_A_DAY);
		struct fraction value;

		e->checks[i] = (struct dynamic_check){ .verdict = DYNAMIC_UNKNOWN };
		if (!whole || !known || from < since || !measure_value(&m, e->condition->aggregation, &value))
			continue;
		e->checks[i].has_value = true;
		e->checks[i].value = fraction_cut(value);
	}
	window_free(&window);
}

static int by_value(const void *a, const void *b)
{
	return decimal_cmp(*(const struct decimal *)a, *(const struct decimal *)b);
}

/* The values at that time of day on the days before, ascending; 0: too few. */
static size_t gather(const struct estimation *e, int64_t check, struct decimal *out)
{
	const int64_t day = MINUTES_A_DAY / e->rule->frequency;
	const int64_t step = (e->rule->window + e->rule->frequency - 1) / e->rule->frequency;
	size_t n = 0, days = 0;

	for (int64_t k = 1; k <= DAYS_BACK; k++) {
		const size_t before = n;

		for (int64_t j = -BESIDE; j <= BESIDE; j++) {
			const int64_t at = check - k * day + j * step;

			/* Windows of a day lie further apart than the days: none may be the one that is judged, or later. */
			if (at >= 0 && at <= check - step && e->checks[at].has_value)
				out[n++] = e->checks[at].value;
		}
		days += n > before;
	}
	qsort(out, n, sizeof(*out), by_value);
	return n >= SAMPLES_LEAST && days >= DAYS_LEAST ? n : 0;
}

static void judge(struct estimation *e, int64_t i)
{
	struct dynamic_check *c = &e->checks[i];
	const enum comparison comparison = e->condition->comparison;
	struct decimal samples[SAMPLES_MOST], low, high, width;
	const size_t n = c->has_value ? gather(e, i, samples) : 0;

	if (n == 0)
		return;
	width.units = (samples[n * 3 / 4].units - samples[n / 4].units) * widths[e->condition->dynamic.sensitivity];
	low.units = samples[n / 4].units - width.units;
	high.units = samples[n * 3 / 4].units + width.units;
	c->verdict = DYNAMIC_USUAL;
	c->bound = comparison == COMPARE_LESS ? low : high;
	if (comparison != COMPARE_LESS && decimal_cmp(c->value, high) > 0) {
		c->verdict = DYNAMIC_UNUSUAL;
	} else if (comparison != COMPARE_GREATER && decimal_cmp(c->value, low) < 0) {
		c->verdict = DYNAMIC_UNUSUAL;
		c->bound = low;
	}
}

/* Whether enough of the last windows are unusual, this one among them. */
static bool is_met(const struct estimation *e, int64_t i)
{
	const struct dynamic *d = &e->condition->dynamic;
	unsigned unusual = 0;

	for (int64_t k = i; k >= 0 && k > i - (int64_t)d->periods; k--)
		unusual += e->checks[k].verdict == DYNAMIC_UNUSUAL;
	return unusual >= d->failing;
}

struct dynamic_check *dynamic_checks(const struct rule *rule, struct alert_span span, struct alert_line line)
{
	const struct alert_checks checks = alert_checks_of(rule, span);
	struct estimation e = { .rule = rule, .condition = &rule->conditions[0] };

	e.n = (checks.end - checks.begin) / rule->frequency;
	e.checks = mem_array((size_t)e.n, sizeof(*e.checks));
	measure_all(&e, span, line);
	for (int64_t i = 0; i < e.n; i++)
		judge(&e, i);
	for (int64_t i = 0; i < e.n; i++)
		e.checks[i].met = is_met(&e, i);
	return e.checks;
}
