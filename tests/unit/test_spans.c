/*
 * test_spans.c - failures within spans: edges, overlaps, resources, merging; and which failures are behind a firing.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#include "insight/condition.h"
#include "insight/evidence.h"

#define DPS "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/"

struct fixture {
	struct spans_plan plan;
	struct fields *fields;
	struct reader *reader;
	struct record record;
	struct spans *s;
};

/* Filter 0 takes everything, filter 1 only what a device of this name did. */
static bool takes(const void *ctx, size_t filter, struct record *r)
{
	return filter == 0 || slice_eq(r->device, slice_str(ctx));
}

static void begin(struct fixture *f, const struct span *spans, size_t n)
{
	struct wants w;

	*f = (struct fixture){ .plan = { .spans = spans, .n = n, .takes = takes, .ctx = "one" } };
	wants_init(&w);
	spans_kind.want(&f->plan, &w);
	f->fields = fields_new(&w);
	spans_kind.bind(&f->plan, &(struct accumulator_terms){ f->fields, 7, 0 });
	f->reader = reader_new(true);
	record_init(&f->record, f->fields, f->reader);
	f->s = spans_kind.make(&f->plan);
}

static void end(struct fixture *f)
{
	spans_kind.free(f->s);
	spans_plan_free(&f->plan);
	record_free(&f->record);
	reader_free(f->reader);
	fields_free(f->fields);
}

/* `time` is that of 1970-01-01. */
static void add(struct fixture *f, struct spans *s, const char *resource, const char *time, const char *device, const char *result)
{
	struct buf text = BUF_INIT;
	struct read_error error;

	buf_printf(&text, "{\"time\":\"1970-01-01T%sZ\",\"category\":\"DeviceOperations\",\"resourceId\":\"%s%s\",\"resultType\":\"%s\","
	           "\"properties\":{\"deviceId\":\"%s\"}}", time, DPS, resource, result, device);
	record_begin(&f->record);
	cr_assert_eq(record_read(&f->record, buf_view(&text), false, &error), READ_OK);
	record_finish(&f->record);
	spans_kind.add(s, &f->record, true);
	buf_free(&text);
}

/* `DEVICE/CODE=N` of a span, in the order of the texts; few of them. */
static void expect_span(const struct spans *s, size_t span, const char *expected)
{
	struct buf text = BUF_INIT;
	size_t n;
	const struct span_count *counts = spans_counts(s, span, &n);

	for (size_t i = 0; i < n; i++) {
		const struct slice device = spans_device(s, counts[i].device), code = spans_code(s, counts[i].code);

		buf_printf(&text, "%.*s/%.*s=%d ", SLICE_ARG(device), SLICE_ARG(code), (int)counts[i].failures);
	}
	cr_expect_str_eq(buf_cstr(&text), expected, "span %zu", span);
	buf_free(&text);
}

Test(spans, edges_filters_and_resources)
{
	const struct span spans[] = {
		{ 10, 20, SLICE(DPS "A"), 0 }, { 15, 30, SLICE(DPS "A"), 1 }, { 10, 20, SLICE(DPS "B"), 0 }, { 20, 20, SLICE(DPS "A"), 0 },
	};
	struct fixture f;

	begin(&f, spans, 4);
	add(&f, f.s, "a", "00:09:59.999999", "one", "401002");
	add(&f, f.s, "a", "00:10:00", "one", "401002");
	add(&f, f.s, "A", "00:19:59.999999", "one", "401002");
	add(&f, f.s, "A", "00:20:00", "one", "ClientError");
	add(&f, f.s, "A", "00:15:00", "two", "429");
	add(&f, f.s, "A", "00:30:00", "one", "429");
	add(&f, f.s, "B", "00:12:00", "", "429");
	add(&f, f.s, "B", "00:12:30", "", "Success");
	add(&f, f.s, "C", "00:12:30", "one", "429");
	spans_finish(f.s);
	expect_span(f.s, 0, "one/401002=2 two/429=1 ");
	expect_span(f.s, 1, "one/401002=1 one/ClientError=1 ");
	expect_span(f.s, 2, "/429=1 ");
	expect_span(f.s, 3, "");
	end(&f);
}

/* Spans of many lengths; each minute has one failure. Whoever counts, and whatever is merged into what, it is their length. */
Test(spans, thousands_that_overlap)
{
	enum { SPANS = 3000, MINUTES = 600 };
	struct span *spans = calloc(SPANS, sizeof *spans);
	struct fixture f;

	for (int i = 0; i < SPANS; i++)
		spans[i] = (struct span){ i * 7 % MINUTES, i * 7 % MINUTES + i % 50, SLICE(DPS "A"), 0 };
	begin(&f, spans, SPANS);
	struct spans *other = spans_kind.make(&f.plan);

	for (int m = 0; m < MINUTES * 2; m++) {
		char time[16];

		snprintf(time, sizeof time, "%02d:%02d:00", m / 60, m % 60);
		add(&f, m % 3 == 0 ? other : f.s, m % 5 == 0 ? "a" : "A", time, "one", "429");
	}
	spans_kind.merge(f.s, other);
	spans_finish(f.s);
	for (size_t i = 0; i < SPANS; i++) {
		size_t n;
		const struct span_count *counts = spans_counts(f.s, i, &n);

		cr_expect_eq(n, i % 50 > 0);
		cr_expect_eq(n > 0 ? counts->failures : 0, i % 50, "span %zu", i);
	}
	spans_kind.free(other);
	end(&f);
	free(spans);
}

/* ---- behind a firing ---- */

struct firing_fixture {
	struct arena arena;
	struct condition conditions[CONDITIONS_MOST];
	struct rule rule;
	const struct slice *values[CONDITIONS_MOST];
	struct alert_row row;
};

/* A rule of these conditions that fired at minute 100, and was last met at 103. */
static void fire(struct firing_fixture *f, const char *const *conditions, const struct slice *values, size_t n)
{
	struct buf why = BUF_INIT;

	*f = (struct firing_fixture){ .rule = RULE_INIT };
	f->rule.conditions = f->conditions;
	f->rule.n_conditions = n;
	for (size_t i = 0; i < n; i++) {
		cr_assert(condition_parse(slice_str(conditions[i]), &f->arena, &f->conditions[i], &why), "%s", conditions[i]);
		f->values[i] = &values[i];
	}
	f->row = (struct alert_row){ .rule = &f->rule, .state = ALERT_FIRED, .values = f->values,
		.firing = { .fired_at = 100, .last_met = 103, .resolved_at = MINUTE_NONE } };
}

Test(evidence, minutes_of_a_firing)
{
	const struct slice none = SLICE("");
	struct firing_fixture f;

	fire(&f, (const char *[]){ "total failures > 1" }, &none, 1);
	cr_expect_eq(evidence_minutes(&f.row).begin, 95);
	cr_expect_eq(evidence_minutes(&f.row).end, 103);
	arena_free(&f.arena);
	fire(&f, (const char *[]){ "total failures > dynamic Medium 2 of 4" }, &none, 1);
	cr_expect_eq(evidence_minutes(&f.row).begin, 92, "a check looks at four windows");
	arena_free(&f.arena);
}

Test(evidence, what_a_condition_takes)
{
	static const struct {
		const char *condition, *value;
		bool all;
	} cases[] = {
		{ "total failures > 1", "", false },
		{ "total FAILURES >= 1", "", false },
		{ "total failures < 1", "", true },
		{ "total failures = 1", "", true },
		{ "total latency > 1", "", true },
		{ "total DeviceAssignments > 1", "", true },
		{ "total records > 1", "", false },
		{ "total AttestationAttempts > 1 where Status includes Failed", "Failed", false },
		{ "total AttestationAttempts > 1 where Status includes Succeeded", "Succeeded", true },
		{ "total AttestationAttempts > 1 where Status excludes Failed", "Succeeded", true },
		{ "total AttestationAttempts > 1 where Status includes ClientError", "ClientError", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct slice value = slice_str(cases[i].value);
		struct firing_fixture f;

		fire(&f, &cases[i].condition, &value, 1);
		cr_expect_eq(evidence_filter_of(&f.row, 0).all, cases[i].all, "%s", cases[i].condition);
		arena_free(&f.arena);
	}
}
