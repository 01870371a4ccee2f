/*
 * test_spans.c - failures within spans: edges, overlaps, resources, merging.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#include "json/reader.h"
#include "random.h"
#include "tally/spans.h"

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
	spans_kind.bind(&f->plan, &(struct accumulator_terms){ f->fields, 7, 0, NULL });
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

/* ---- against a plain double loop ---- */

enum { SPANS_MANY = 1500, RECORDS_MANY = 500, MINUTES_MANY = 240 };

/* One failure; `resource` is A or B, the device is named by one letter. */
struct failed {
	int64_t second;
	char resource, device;
};

static struct span random_span(uint64_t *state)
{
	const int64_t begin = (int64_t)random_below(state, MINUTES_MANY);
	const int64_t most = random_below(state, 4) == 0 ? MINUTES_MANY : 12;
	const struct slice resource = random_below(state, 3) == 0 ? SLICE(DPS "B") : SLICE(DPS "A");

	return (struct span){ begin, begin + (int64_t)random_below(state, (size_t)most), resource, random_below(state, 2) };
}

static void add_failed(struct fixture *f, struct spans *s, const struct failed *x)
{
	const char resource[] = { x->resource, '\0' };
	char time[16], device[8];

	snprintf(time, sizeof time, "%02d:%02d:%02d", (int)(x->second / 3600), (int)(x->second / 60 % 60), (int)(x->second % 60));
	snprintf(device, sizeof device, "%s", x->device == 'o' ? "one" : (const char[]){ x->device, '\0' });
	add(f, s, resource, time, device, "429");
}

static uint64_t failures_within(const struct span *span, const struct failed *failed, size_t n)
{
	uint64_t failures = 0;

	for (size_t i = 0; i < n; i++) {
		const int64_t minute = failed[i].second / 60;

		failures += span->begin <= minute && minute < span->end && span->resource.p[span->resource.n - 1] == failed[i].resource &&
		            (span->filter == 0 || failed[i].device == 'o');
	}
	return failures;
}

static void expect_as_in_loop(const struct spans *s, const struct span *spans, const struct failed *failed, unsigned seed)
{
	for (size_t i = 0; i < SPANS_MANY; i++) {
		const uint64_t want = failures_within(&spans[i], failed, RECORDS_MANY);
		uint64_t got = 0;
		size_t n;
		const struct span_count *counts = spans_counts(s, i, &n);

		for (size_t c = 0; c < n; c++)
			got += counts[c].failures;
		cr_assert_eq(got, want, "seed %u, span %zu: %d, not %d", seed, i, (int)got, (int)want);
	}
}

Test(spans, random_ones_as_in_a_double_loop)
{
	struct span *spans = calloc(SPANS_MANY, sizeof *spans);
	struct failed *failed = calloc(RECORDS_MANY, sizeof *failed);

	for (unsigned seed = 1; seed <= 6; seed++) {
		uint64_t state = seed;
		struct fixture f;

		for (size_t i = 0; i < SPANS_MANY; i++)
			spans[i] = random_span(&state);
		begin(&f, spans, SPANS_MANY);
		struct spans *other = spans_kind.make(&f.plan);

		for (size_t i = 0; i < RECORDS_MANY; i++) {
			failed[i] = (struct failed){ (int64_t)random_below(&state, MINUTES_MANY * 60 + 600), "AAB"[random_below(&state, 3)],
				"oopq"[random_below(&state, 4)] };
			add_failed(&f, random_below(&state, 3) == 0 ? other : f.s, &failed[i]);
		}
		spans_kind.merge(f.s, other);
		spans_finish(f.s);
		expect_as_in_loop(f.s, spans, failed, seed);
		spans_kind.free(other);
		end(&f);
	}
	free(failed);
	free(spans);
}
