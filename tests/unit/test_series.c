/*
 * test_series.c - metrics, points, and the store of measurements: what counts, which source, merging, buckets.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "json/reader.h"
#include "tally/points.h"
#include "tally/series.h"

/* ---- points ---- */

struct item {
	uint64_t key, n;
};

Test(points, keys_order_lines_then_time)
{
	const int64_t first = time_parse(SLICE("0001-01-01T00:00:00Z")), last = time_parse(SLICE("9999-12-31T23:59:59Z"));
	const int64_t old = time_parse(SLICE("1969-12-31T23:59:30Z"));

	cr_expect_eq(point_time(point_key(0, first)), first);
	cr_expect_eq(point_time(point_key(POINT_LINES_MOST - 1, last)), time_floor(last, TIME_MINUTE));
	cr_expect_eq(point_line(point_key(POINT_LINES_MOST - 1, last)), POINT_LINES_MOST - 1);
	cr_expect_eq(point_time(point_key(7, old)), time_floor(old, TIME_MINUTE));
	cr_expect_lt(point_key(1, last), point_key(2, first));
	cr_expect_lt(point_key(1, first), point_key(1, first + TIME_MINUTE));
}

Test(points, found_again_and_sorted)
{
	struct points p;
	uint64_t state = 11;
	bool added;

	points_init(&p, sizeof(struct item));
	for (size_t i = 0; i < 5000; i++) {
		state = state * 6364136223846793005U + 1442695040888963407U;
		((struct item *)points_at(&p, state >> 52, &added))->n++;
	}
	points_sort(&p);
	uint64_t sum = 0;

	for (size_t i = 0; i < p.n; i++) {
		sum += ((struct item *)points_item(&p, i))->n;
		cr_expect(i == 0 || point_key_at(&p, i - 1) < point_key_at(&p, i));
		cr_expect_eq(points_from(&p, point_key_at(&p, i)), i);
	}
	cr_expect_eq(sum, 5000);
	cr_expect_eq(points_from(&p, UINT64_MAX), p.n);
	points_free(&p);
}

/* ---- the store ---- */

#define DPS "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/"
#define HUB "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/"

struct fixture {
	struct series_plan plan;
	struct metric metrics[4];
	struct fields *fields;
	struct reader *reader;
	struct record record;
	struct series *s;
};

static void begin(struct fixture *f, size_t n_metrics, const char *const *metrics, size_t n, const char *const *dimensions)
{
	struct wants w;

	*f = (struct fixture){ .plan.metrics = f->metrics, .plan.n_metrics = n_metrics };
	for (size_t i = 0; i < n_metrics; i++)
		f->metrics[i] = metric_named(slice_str(metrics[i]));
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(series_plan_dimension(&f->plan, slice_str(dimensions[i])), (int)i);
	wants_init(&w);
	series_kind.want(&f->plan, &w);
	f->fields = fields_new(&w);
	series_kind.bind(&f->plan, &(struct accumulator_terms){ f->fields, 5, 0, NULL });
	f->reader = reader_new(true);
	record_init(&f->record, f->fields, f->reader);
	f->s = series_kind.make(&f->plan);
}

static void end(struct fixture *f)
{
	series_kind.free(f->s);
	record_free(&f->record);
	reader_free(f->reader);
	fields_free(f->fields);
}

static void add_to(struct fixture *f, struct series *s, const char *text)
{
	struct read_error error;

	record_begin(&f->record);
	cr_assert_eq(record_read(&f->record, slice_str(text), false, &error), READ_OK, "%s", text);
	record_finish(&f->record);
	if (f->record.kind == RECORD_METRIC)
		series_kind.add_metric(s, &f->record);
	else if (f->record.kind == RECORD_LOG)
		series_kind.add(s, &f->record, true);
}

static void add(struct fixture *f, const char *text)
{
	add_to(f, f->s, text);
}

static void expect(const struct measure *m, const char *count, const char *total, const char *minimum, const char *maximum)
{
	const struct { enum aggregation aggregation; const char *want; } all[] = { { AGGREGATION_COUNT, count },
		{ AGGREGATION_TOTAL, total }, { AGGREGATION_MINIMUM, minimum }, { AGGREGATION_MAXIMUM, maximum } };

	for (size_t i = 0; i < 4; i++) {
		char text[DECIMAL_TEXT_MAX] = "none";
		struct fraction value;

		if (measure_value(m, all[i].aggregation, &value))
			decimal_format(fraction_cut(value), text);
		cr_expect_str_eq(text, all[i].want, "aggregation %d: %s, not %s", (int)all[i].aggregation, text, all[i].want);
	}
}

static struct measure sum(const struct series *s, struct series_choice c)
{
	struct measure all = { .has_minimum = false }, one;

	for (size_t i = 0; i < c.n; i++) {
		for (size_t k = 0; k < c.lines[i].n; k++) {
			series_point(s, &c.lines[i], k, &one);
			measure_add(&all, &one);
		}
	}
	return all;
}

Test(series, log_records_are_counted_by_minute)
{
	static const char *const metrics[] = { "FAILURES", "deviceassignments", "records" };
	struct fixture f;

	begin(&f, 3, metrics, 0, NULL);
	add(&f, "{\"time\":\"2026-11-02T03:00:59.9Z\",\"resourceId\":\"" DPS "A\",\"operationName\":\"deviceAssigned\"}");
	add(&f, "{\"time\":\"2026-11-02T03:01:00Z\",\"resourceId\":\"" DPS "a//\",\"operationName\":\"Assign\"}");
	add(&f, "{\"time\":\"2026-11-02T03:01:10Z\",\"resourceId\":\"" DPS "A\",\"operationName\":\"Assign\",\"resultType\":\"404\"}");
	add(&f, "{\"time\":\"bad\",\"resourceId\":\"" DPS "A\",\"operationName\":\"Assign\"}");
	series_finish(f.s);
	cr_expect_eq(series_resources(f.s), 1, "an id in any spelling is one resource");
	cr_expect_eq(series_untimed(f.s), 1);
	const struct series_choice assigned = series_choose(f.s, 1, 0, 0), failed = series_choose(f.s, 0, 0, 0);
	struct measure m;

	cr_assert_eq(assigned.source, SERIES_LOGS);
	cr_assert_eq(assigned.n, 1);
	cr_assert_eq(assigned.lines[0].n, 2, "two minutes");
	cr_expect_eq(series_point(f.s, assigned.lines, 1, &m), time_parse(SLICE("2026-11-02T03:01:00Z")));
	expect(&m, "1", "1", "1", "1");
	m = sum(f.s, failed);
	expect(&m, "1", "1", "1", "1");
	m = sum(f.s, series_choose(f.s, 2, 0, 0));
	expect(&m, "3", "3", "1", "1");
	cr_expect(slice_eq(series_metric(f.s, 1), SLICE("deviceAssignments")), "the table's spelling");
	end(&f);
}

#define METRIC(rest) "{\"metricName\":\"AttestationAttempts\",\"resourceId\":\"" DPS "A\",\"time\":\"2026-11-02T03:00:00Z\"," rest "}"

Test(series, the_source_is_decided_for_each_resource)
{
	static const char *const metrics[] = { "attestationAttempts" }, *const dimensions[] = { "Protocol", "Status", "IotHubName" };
	struct fixture f;

	begin(&f, 1, metrics, 3, dimensions);
	add(&f, "{\"time\":\"2026-11-02T03:00:10Z\",\"resourceId\":\"" DPS "A\",\"operationName\":\"AttestationAttempt\","
	        "\"properties\":{\"protocol\":\"Mqtt\"}}");
	add(&f, METRIC("\"total\":7,\"count\":2,\"minimum\":3,\"maximum\":4,\"dimensions\":{\"protocol\":\"Amqp\"}"));
	add(&f, METRIC("\"total\":90,\"count\":9,\"timeGrain\":\"PT1H\""));
	add(&f, METRIC("\"total\":5,\"timeGrain\":\"PT1M\""));
	add(&f, METRIC("\"total\":6,\"count\":0,\"minimum\":6,\"protocol\":\"Http\""));
	series_finish(f.s);
	struct series_choice c = series_choose(f.s, 0, 0, 0);

	cr_expect_eq(c.source, SERIES_METRICS);
	cr_expect(c.coarser);
	cr_expect_eq(c.n, 2, "Amqp and Http");
	struct measure m = sum(f.s, c);

	expect(&m, "2", "7", "3", "4");
	c = series_choose(f.s, 0, 0, 1);
	cr_expect_eq(c.source, SERIES_METRICS, "they carry Protocol");
	c = series_choose(f.s, 0, 0, 3);
	cr_expect_eq(c.source, SERIES_LOGS, "Status is lost");
	cr_expect(c.lost);
	cr_expect(slice_eq(series_value(f.s, c.lines[0].tuple, 0), SLICE("Mqtt")));
	cr_expect(slice_eq(series_value(f.s, c.lines[0].tuple, 1), SLICE("Succeeded")));
	cr_expect_eq(series_choose(f.s, 0, 0, 4).source, SERIES_NONE, "log records know no IotHubName");
	end(&f);
}

/* Values that 64 bits of billionths hold, alone or together, and such that they don't. */
Test(series, exact_whatever_the_size)
{
	static const char *const metrics[] = { "AttestationAttempts" };
	struct fixture f;

	begin(&f, 1, metrics, 0, NULL);
	add(&f, METRIC("\"total\":9000000000,\"count\":1,\"minimum\":1,\"maximum\":9000000000"));
	add(&f, METRIC("\"total\":9000000000,\"count\":1,\"minimum\":0.0000000019,\"maximum\":5"));
	add(&f, METRIC("\"total\":\"1e18\",\"count\":1,\"minimum\":1e18,\"maximum\":1e18"));
	add(&f, METRIC("\"total\":-0.5,\"count\":1,\"minimum\":-3"));
	add(&f, METRIC("\"total\":1e19,\"count\":1,\"minimum\":-9"));
	series_finish(f.s);
	struct measure m;

	series_point(f.s, series_choose(f.s, 0, 0, 0).lines, 0, &m);
	expect(&m, "4", "1000000017999999999.5", "-3", "1000000000000000000");
	end(&f);
}

static const char *const several[] = {
	METRIC("\"total\":7,\"count\":2,\"minimum\":3,\"maximum\":4"), METRIC("\"total\":1e18,\"count\":1,\"minimum\":0,\"maximum\":9"),
	METRIC("\"total\":3,\"count\":2,\"minimum\":-3,\"maximum\":4,\"protocol\":\"x\""),
	METRIC("\"total\":1,\"count\":1,\"timeGrain\":\"PT5M\""),
	"{\"metricName\":\"Further\",\"count\":1,\"total\":2,\"ResourceType\":\"iothubs\",\"Resource\":\"h\",\"time\":\"2026-11-02T00:00:00Z\"}",
	"{\"metricName\":\"FURTHER\",\"count\":1,\"total\":2,\"ResourceType\":\"IOTHUBS\",\"Resource\":\"H\",\"time\":\"2026-11-02T04:00:00Z\"}",
	"{\"time\":\"2026-11-02T03:01:10Z\",\"resourceId\":\"" HUB "A\",\"category\":\"TwinQueries\",\"resultType\":\"404\"}",
	"{\"time\":\"2026-11-02T03:01:20Z\",\"resourceId\":\"" HUB "B\",\"category\":\"TwinQueries\",\"resultType\":\"404\"}",
	"{\"time\":\"2026-11-02T03:01:20Z\",\"resourceId\":\"" HUB "A\",\"category\":\"TwinQueries\",\"resultType\":\"404\"}",
};

/* All that can be asked, in an order of its own. */
static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void describe(const struct series *s, struct buf *out)
{
	size_t n;
	const struct series_line *lines = series_lines(s, &n);
	char *texts[64];

	cr_assert_leq(n, 64);
	for (size_t i = 0; i < n; i++) {
		struct buf text = BUF_INIT;
		const struct series_resource r = series_resource(s, lines[i].resource);

		buf_slice(&text, series_metric(s, lines[i].metric));
		buf_printf(&text, " %.*s %.*s %.*s %d %u ", SLICE_ARG(r.id), SLICE_ARG(r.type), SLICE_ARG(r.name), (int)lines[i].source,
		           lines[i].grain);
		buf_slice(&text, series_value(s, lines[i].tuple, 0));
		for (size_t k = 0; k < lines[i].n; k++) {
			struct measure m;

			buf_printf(&text, " %lld", (long long)series_point(s, &lines[i], k, &m));
			buf_printf(&text, " %llx %llx", (unsigned long long)m.total.units, (unsigned long long)m.count.units);
			buf_printf(&text, " %llx %d", (unsigned long long)m.minimum.units, m.has_minimum);
		}
		texts[i] = strdup(buf_cstr(&text));
		buf_free(&text);
	}
	qsort(texts, n, sizeof *texts, compare_texts);
	for (size_t i = 0; i < n; i++) {
		buf_str(out, texts[i]);
		buf_byte(out, '\n');
		free(texts[i]);
	}
}

Test(series, parts_merge_into_the_whole)
{
	static const char *const metrics[] = { "attestationAttempts", "twinQueries.failure" }, *const dimensions[] = { "protocol" };
	enum { N = sizeof several / sizeof *several };

	for (unsigned mask = 0; mask < 1U << N; mask += 7) {
		struct fixture f;
		struct buf whole = BUF_INIT, merged = BUF_INIT;

		begin(&f, 2, metrics, 1, dimensions);
		f.plan.all = true;
		struct series *a = series_kind.make(&f.plan), *b = series_kind.make(&f.plan);

		for (size_t i = 0; i < N; i++) {
			add(&f, several[i]);
			add_to(&f, mask >> i & 1 ? a : b, several[N - 1 - i]);
		}
		series_kind.merge(a, b);
		series_finish(a);
		series_finish(f.s);
		describe(f.s, &whole);
		describe(a, &merged);
		cr_expect_str_eq(buf_cstr(&merged), buf_cstr(&whole), "mask %u", mask);
		cr_expect(slice_find(buf_view(&whole), SLICE("FURTHER  IOTHUBS H")) < whole.n, "the least spelling");
		buf_free(&whole);
		buf_free(&merged);
		series_kind.free(a);
		series_kind.free(b);
		end(&f);
	}
}

Test(series, buckets_of_groups)
{
	static const char *const metrics[] = { "attestationAttempts", "twinQueries.failure" };
	const int64_t start = time_parse(SLICE("2026-11-02T03:00:00Z"));
	struct fixture f;
	struct measure m;
	uint32_t group[8];
	size_t n;

	begin(&f, 2, metrics, 0, NULL);
	for (size_t i = 0; i < sizeof several / sizeof *several; i++)
		add(&f, several[i]);
	series_finish(f.s);
	const struct series_line *lines = series_lines(f.s, &n);

	cr_assert_eq(n, 4);
	for (size_t i = 0; i < n; i++)
		group[i] = lines[i].grain > 1 ? SERIES_DROPPED : 3;
	series_regroup(f.s, group, TIME_HOUR);
	cr_expect(series_bucket(f.s, 3, start, &m));
	expect(&m, "8", "1000000000000000013", "-3", "9");
	cr_expect_not(series_bucket(f.s, 3, start + TIME_HOUR, &m));
	cr_expect_not(series_bucket(f.s, 2, start, &m));
	end(&f);
}
