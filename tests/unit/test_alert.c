/*
 * test_alert.c - rules on series made by hand: when they fire, when they resolve, what is not known.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "insight/alert.h"
#include "insight/condition.h"

/* ---- measures and windows ---- */

static struct measure measure(int64_t count, int64_t total, int64_t minimum, int64_t maximum)
{
	return (struct measure){ decimal_of(count), decimal_of(total), decimal_of(minimum), decimal_of(maximum), count != 0, count != 0 };
}

static void expect_value(const struct measure *m, enum aggregation a, const char *want)
{
	char text[DECIMAL_TEXT_MAX] = "none";
	struct fraction value;

	if (measure_value(m, a, &value))
		decimal_format(fraction_cut(value), text);
	cr_expect_str_eq(text, want, "aggregation %d: %s", (int)a, text);
}

Test(measure, sums)
{
	struct measure sum = { .has_minimum = false }, zero = { .has_minimum = false };
	const struct measure a = measure(2, 9, 4, 5), b = measure(1, -3, -3, -3), records = measure_of_records(4), none = measure_of_records(0);

	expect_value(&sum, AGGREGATION_TOTAL, "0");
	expect_value(&sum, AGGREGATION_AVERAGE, "none");
	expect_value(&sum, AGGREGATION_MINIMUM, "none");
	measure_add(&sum, &a);
	measure_add(&sum, &zero);
	measure_add(&sum, &none);
	measure_add(&sum, &b);
	expect_value(&sum, AGGREGATION_TOTAL, "6");
	expect_value(&sum, AGGREGATION_COUNT, "3");
	expect_value(&sum, AGGREGATION_AVERAGE, "2");
	expect_value(&sum, AGGREGATION_MINIMUM, "-3");
	expect_value(&sum, AGGREGATION_MAXIMUM, "5");
	expect_value(&records, AGGREGATION_TOTAL, "4");
	expect_value(&records, AGGREGATION_AVERAGE, "1");
	expect_value(&records, AGGREGATION_MAXIMUM, "1");
}

/* Against adding up the window anew each time. The numbers repeat, so that equal minima meet. */
Test(window, moves_as_if_added_anew)
{
	struct point points[200];
	struct window w;
	uint64_t state = 7;

	for (size_t i = 0; i < 200; i++) {
		state = state * 6364136223846793005U + 1442695040888963407U;
		const int64_t value = (int64_t)(state >> 60);

		points[i].minute = (int64_t)i * 3 / 2;
		points[i].measure = value == 3 ? measure(0, 5, 0, 0) : measure(1, value, value, value);
	}
	window_init(&w, points, 200);
	for (int64_t from = -20; from < 320; from += 1 + (from & 3)) {
		struct measure want = { .has_minimum = false }, got;
		bool any = false;

		for (size_t i = 0; i < 200; i++) {
			if (points[i].minute >= from && points[i].minute < from + 15) {
				measure_add(&want, &points[i].measure);
				any = true;
			}
		}
		cr_expect_eq(window_move(&w, from, from + 15, &got), any);
		cr_expect_eq(decimal_cmp(got.count, want.count), 0);
		cr_expect_eq(decimal_cmp(got.total, want.total), 0);
		cr_expect_eq(got.has_minimum, want.has_minimum);
		cr_expect_eq(got.has_maximum, want.has_maximum);
		cr_expect(!want.has_minimum || decimal_cmp(got.minimum, want.minimum) == 0, "minimum from %d", (int)from);
		cr_expect(!want.has_maximum || decimal_cmp(got.maximum, want.maximum) == 0, "maximum from %d", (int)from);
	}
	window_free(&w);
}

/* ---- rules ---- */

enum { POINTS_MOST = 64, LINES_MOST = 3 };

/* `MINUTE=VALUE ...`: n records in a minute; `MINUTE:VALUE` one measurement of that value. */
static size_t points_of(const char *text, struct point *points)
{
	size_t n = 0;

	while (*text != '\0') {
		char *end;
		const long long minute = strtoll(text, &end, 10);
		const bool records = *end == '=';
		const long long value = strtoll(end + 1, &end, 10);

		points[n].minute = minute;
		points[n++].measure = records ? measure_of_records((uint64_t)value) : measure(1, value, value, value);
		text = end + (*end == ' ');
	}
	return n;
}

struct trial {
	const char *conditions[LINES_MOST];
	const char *series[LINES_MOST];   /* of each condition */
	unsigned window, frequency;
	int64_t first, last;
	bool keeps;                       /* autoMitigate is false */
};

static void describe(const struct firings *f, size_t n_conditions, struct buf *out)
{
	char text[DECIMAL_TEXT_MAX];

	for (size_t i = 0; i < f->n; i++) {
		const struct firing *x = &f->items[i];

		buf_printf(out, "%s%d-", i == 0 ? "" : ", ", (int)x->fired_at);
		if (x->resolved_at != MINUTE_NONE)
			buf_printf(out, "%d", (int)x->resolved_at);
		buf_printf(out, " %u of", (unsigned)x->checks);
		for (size_t c = 0; c < n_conditions; c++) {
			decimal_format(fraction_cut(x->peak[c]), text);
			buf_printf(out, " %s", text);
		}
		buf_printf(out, "%s%s", x->notes & ALERT_ASSUMED_ZERO ? " zero" : "", x->notes & ALERT_PARTIAL ? " partial" : "");
	}
	buf_printf(out, "; %u", (unsigned)f->evaluated);
}

/* Firings as `FIRED-RESOLVED CHECKS of PEAK...`, then how many checks had a result. */
static void expect_firings(struct trial t, const char *want)
{
	struct point points[LINES_MOST][POINTS_MOST];
	struct alert_line lines[LINES_MOST];
	struct condition conditions[LINES_MOST];
	struct arena arena = ARENA_INIT;
	struct buf out = BUF_INIT;
	struct firings f = FIRINGS_INIT;
	struct rule rule = RULE_INIT;

	for (; rule.n_conditions < LINES_MOST && t.conditions[rule.n_conditions] != NULL; rule.n_conditions++) {
		const size_t i = rule.n_conditions;

		cr_assert(condition_parse(slice_str(t.conditions[i]), &arena, &conditions[i], &out));
		lines[i] = (struct alert_line){ points[i], points_of(t.series[i], points[i]) };
	}
	rule.conditions = conditions;
	rule.window = t.window;
	rule.frequency = t.frequency;
	rule.auto_mitigate = !t.keeps;
	alert_check(&rule, (struct alert_span){ t.first, t.last }, lines, &f);
	describe(&f, rule.n_conditions, &out);
	cr_expect_str_eq(buf_cstr(&out), want, "%s on %s\n  got  %s\n  want %s", t.conditions[0], t.series[0], buf_cstr(&out), want);
	firings_free(&f);
	buf_free(&out);
	arena_free(&arena);
}

Test(alert, storm_and_resolution)
{
	/* Met at 3, 4, 5 (the window holds the storm); then three that are not. */
	expect_firings((struct trial){ .conditions = { "total M > 10" }, { "0=1 2=20 20=1" }, 3, 1, 0, 20 }, "3-8 3 of 21; 19");
	/* A check that is met again before the third healthy one starts the count anew. */
	expect_firings((struct trial){ .conditions = { "total M > 10" }, { "0=1 2=20 5=30 20=1" }, 1, 1, 0, 20 }, "3-9 2 of 30; 21");
	expect_firings((struct trial){ .conditions = { "total M > 10" }, { "0=1 2=20 6=30 20=1" }, 1, 1, 0, 20 }, "3-6 1 of 20, 7-10 1 of 30; 21");
	/* It lasts to the end: two healthy checks do not resolve it. */
	expect_firings((struct trial){ .conditions = { "total M > 10" }, { "0=1 18=20 20=1" }, 1, 1, 0, 20 }, "19- 1 of 20; 21");
}

Test(alert, without_mitigation_each_run_is_one)
{
	expect_firings((struct trial){ .conditions = { "total M > 10" }, { "0=1 2=20 3=11 5=30 20=1" }, 1, 1, 0, 20, true },
		"3- 2 of 20, 6- 1 of 30; 21");
}

Test(alert, windows_end_before_the_check)
{
	/* What happened in minute 5 is not in the window [0, 5) but in [5, 10). */
	expect_firings((struct trial){ .conditions = { "total M > 0" }, { "5=1" }, 5, 5, 0, 9 }, "10- 1 of 1; 1");
	expect_firings((struct trial){ .conditions = { "total M > 0" }, { "4=1" }, 5, 5, 0, 9 }, "5- 1 of 1; 2");
	/* The checks lie on multiples of the frequency, also before 1970 and over the end of a day. */
	expect_firings((struct trial){ .conditions = { "total M > 0" }, { "-3=1" }, 5, 5, -5, -1 }, "0- 1 of 1; 1");
	expect_firings((struct trial){ .conditions = { "total M > 1" }, { "1439=1 1440=1" }, 5, 1, 1430, 1450 }, "1441-1447 4 of 2; 12");
}

Test(alert, one_minute_of_input)
{
	expect_firings((struct trial){ .conditions = { "total M > 3" }, { "7=4" }, 1, 1, 7, 7 }, "8- 1 of 4; 1");
	/* The window of five minutes is cut on both sides: more data could only add. */
	expect_firings((struct trial){ .conditions = { "total M > 3" }, { "7=4" }, 5, 5, 7, 7 }, "10- 1 of 4 partial; 1");
	expect_firings((struct trial){ .conditions = { "total M < 5" }, { "7=4" }, 5, 5, 7, 7 }, "; 0");
	expect_firings((struct trial){ .conditions = { "avg M > 0" }, { "7=4" }, 5, 5, 7, 7 }, "; 0");
	expect_firings((struct trial){ .conditions = { "min M <= 1" }, { "7=4" }, 5, 5, 7, 7 }, "10- 1 of 1 partial; 1");
	expect_firings((struct trial){ .conditions = { "min M > 0" }, { "7=4" }, 5, 5, 7, 7 }, "; 0");
	expect_firings((struct trial){ .conditions = { "max M = 1" }, { "7=4" }, 5, 5, 7, 7 }, "; 0");
}

Test(alert, unknown_checks_neither_heal_nor_break)
{
	/* Healthy at 4 and 5, the last window is cut and not met: not known, so still fired. */
	expect_firings((struct trial){ .conditions = { "total M > 3" }, { "1=4 2=4 7=1" }, 2, 2, 0, 8 }, "2- 2 of 4; 4");
	expect_firings((struct trial){ .conditions = { "total M > 3" }, { "0=1 2=4" }, 2, 2, 0, 6 }, "4- 1 of 4; 3");
}

Test(alert, gaps)
{
	/* Empty windows are 0 while there was a measurement within a day before them. */
	expect_firings((struct trial){ .conditions = { "total M < 1" }, { "0=1 9=1" }, 2, 1, 0, 9 }, "3- 7 of 0 zero; 9");
	expect_firings((struct trial){ .conditions = { "count M = 0" }, { "0=1 4=1" }, 1, 1, 0, 4 }, "2- 3 of 0 zero; 5");
	/* Before the first measurement nothing is known. */
	expect_firings((struct trial){ .conditions = { "total M < 1" }, { "8=5" }, 1, 1, 0, 9 }, "10- 1 of 0 zero; 2");
	/* No average, minimum, maximum: not met. */
	expect_firings((struct trial){ .conditions = { "avg M < 5" }, { "0:1 9:9" }, 1, 1, 0, 9 }, "1-4 1 of 1; 10");
	/* The day before the window [1441, 1442) still holds minute 1, that before [1442, 1443) no longer. */
	expect_firings((struct trial){ .conditions = { "total M < 1" }, { "1=7" }, 1, 1, 0, 1500 }, "3- 1440 of 0 zero; 1441");
}

Test(alert, average_is_exact)
{
	expect_firings((struct trial){ .conditions = { "avg M > 0.333333333" }, { "0:0 1:0 2:1" }, 3, 3, 0, 2 }, "3- 1 of 0.333333333; 1");
	expect_firings((struct trial){ .conditions = { "avg M >= 0.333333334" }, { "0:0 1:0 2:1" }, 3, 3, 0, 2 }, "; 1");
}

Test(alert, peaks)
{
	expect_firings((struct trial){ .conditions = { "avg M < 5" }, { "0:4 1:2 2:3 3:9 4:9 5:9" }, 1, 1, 0, 5 }, "1-6 3 of 2; 6");
	expect_firings((struct trial){ .conditions = { "max M != 5" }, { "0:4 1:2 2:7 3:5 4:5 5:5" }, 1, 1, 0, 5 }, "1-6 3 of 4; 6");
	expect_firings((struct trial){ .conditions = { "max M = 5" }, { "0:5 1:5 2:7" }, 1, 1, 0, 2 }, "1- 2 of 5; 3");
	expect_firings((struct trial){ .conditions = { "total M >= -1" }, { "0:-5 1:-1 2:-3" }, 1, 1, 0, 2 }, "2- 1 of -1; 3");
}

Test(alert, several_conditions)
{
	expect_firings((struct trial){ .conditions = { "total M > 5", "max N < 3" }, { "0=9 1=9 2=1 3=9", "0:1 1:7 2:1 3:2" }, 1, 1, 0, 3 },
		"1- 2 of 9 1; 4");
	/* Not met if one is not, even if another is unknown. */
	expect_firings((struct trial){ .conditions = { "total M > 5", "max N < 3" }, { "0=9 1=1 2=1 3=1 4=9", "0:1 4:1" }, 1, 1, 0, 4 },
		"1-4 1 of 9 1, 5- 1 of 9 1; 5");
	expect_firings((struct trial){ .conditions = { "total M > 5", "total N < 3" }, { "0=9 1=1", "9=1" }, 1, 1, 0, 1 }, "; 1");
}

/* ---- dynamic thresholds ---- */

/* Ten records an hour and eleven by turns. */
static size_t usual_days(struct point *points, size_t hours)
{
	for (size_t i = 0; i < hours; i++) {
		points[i].minute = (int64_t)i * 60;
		points[i].measure = measure_of_records(10 + i % 2);
	}
	return hours;
}

static void expect_dynamic(const char *condition, uint64_t last, uint64_t before_last, const char *want)
{
	struct point points[122];
	struct arena arena = ARENA_INIT;
	struct buf out = BUF_INIT;
	struct firings f = FIRINGS_INIT;
	struct condition c;
	struct rule rule = RULE_INIT;

	usual_days(points, 122);
	points[120].measure = measure_of_records(before_last);
	points[121].measure = measure_of_records(last);
	cr_assert(condition_parse(slice_str(condition), &arena, &c, &out));
	rule.conditions = &c;
	rule.n_conditions = 1;
	rule.window = rule.frequency = 60;
	alert_check(&rule, (struct alert_span){ 0, 122 * 60 - 1 }, &(struct alert_line){ points, 122 }, &f);
	describe(&f, 1, &out);
	for (size_t i = 0; i < f.n; i++) {
		char text[DECIMAL_TEXT_MAX];

		decimal_format(fraction_cut(f.items[i].threshold[0]), text);
		buf_printf(&out, " beyond %s", text);
	}
	cr_expect_str_eq(buf_cstr(&out), want, "%s: %s", condition, buf_cstr(&out));
	firings_free(&f);
	buf_free(&out);
	arena_free(&arena);
}

Test(alert, dynamic_estimate)
{
	/* The quartiles are 10 and 11; 30 windows on three days are there from the 75th hour on. */
	expect_dynamic("total M > dynamic High 1 of 1", 10, 12, "; 48");
	expect_dynamic("total M > dynamic High 1 of 1", 10, 13, "7260- 1 of 13; 48 beyond 12");
	expect_dynamic("total M > dynamic Low 1 of 1", 10, 14, "; 48");
	expect_dynamic("total M > dynamic Low 1 of 1", 10, 15, "7260- 1 of 15; 48 beyond 14");
	expect_dynamic("total M < dynamic Medium 1 of 1", 7, 15, "7320- 1 of 7; 48 beyond 8");
	expect_dynamic("total M >< dynamic Medium 2 of 2", 7, 14, "7320- 1 of 7; 48 beyond 8");
	expect_dynamic("total M > dynamic Medium 2 of 2", 7, 14, "; 48");
	expect_dynamic("total M > dynamic Medium 1 of 2", 7, 14, "7260- 2 of 14; 48 beyond 13");
	/* What is older than that does not count. */
	expect_dynamic("total M > dynamic High 1 of 1 since 1970-01-04", 10, 99, "; 0");
}
