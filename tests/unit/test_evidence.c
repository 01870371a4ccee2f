/*
 * test_evidence.c - which failures are behind a firing: rules on records made by hand, from the first reading to the answer, and to what is
 * said of it in a table.
 */
#include <criterion/criterion.h>

#include <stdio.h>

#include "insight/condition.h"
#include "insight/evidence.h"
#include "json/reader.h"
#include "report/alerts.h"

#define DPS "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/"

/* ---- of a firing made by hand ---- */

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

/* ---- of records ---- */

enum { EVENTS_MOST = 12 };

struct trial {
	const char *conditions[CONDITIONS_MOST];
	const char *events[EVENTS_MOST];  /* `MINUTE OPERATION RESULT DEVICE PROTOCOL` of 1970-01-01, `-` for an empty text */
	const char *metrics[EVENTS_MOST]; /* `MINUTE NAME TOTAL ZONE`, of metric records */
	unsigned window;                  /* the rule is checked each minute */
	bool keeps;                       /* autoMitigate is false */
	const char *name;                 /* of the rule */
	size_t width;                     /* to show as a table's text in so many columns; 0: to describe */
};

#define MINUTE "\"time\":\"1970-01-01T%02d:%02d:30Z\",\"resourceId\":\"" DPS "A\","

static void log_text(const char *event, struct buf *out)
{
	char operation[32], result[32], device[32], protocol[32];
	int minute;

	cr_assert_eq(sscanf(event, "%d %31s %31s %31s %31s", &minute, operation, result, device, protocol), 5);
	buf_printf(out, "{" MINUTE "\"category\":\"DeviceOperations\",\"operationName\":\"%s\",\"resultType\":\"%s\","
	           "\"properties\":{\"deviceId\":\"%s\",\"protocol\":\"%s\"}}", minute / 60, minute % 60, operation, result,
	           device[0] == '-' ? "" : device, protocol[0] == '-' ? "" : protocol);
}

static void metric_text(const char *event, struct buf *out)
{
	char name[32], total[32], zone[32];
	int minute;

	cr_assert_eq(sscanf(event, "%d %31s %31s %31s", &minute, name, total, zone), 4);
	buf_printf(out, "{" MINUTE "\"metricName\":\"%s\",\"count\":1,\"total\":%s,\"timeGrain\":\"PT1M\","
	           "\"dimensions\":{\"Zone\":\"%s\"}}", minute / 60, minute % 60, name, total, zone[0] == '-' ? "" : zone);
}

static void read_text(struct record *r, struct buf *text)
{
	struct read_error error;

	record_begin(r);
	cr_assert_eq(record_read(r, buf_view(text), false, &error), READ_OK);
	record_finish(r);
}

static void add_all(const struct trial *t, const struct accumulator_kind *kind, void *accumulator, struct record *r)
{
	for (size_t i = 0; i < EVENTS_MOST && t->events[i] != NULL; i++) {
		struct buf text = BUF_INIT;

		log_text(t->events[i], &text);
		read_text(r, &text);
		kind->add(accumulator, r, true);
		buf_free(&text);
	}
	for (size_t i = 0; kind->add_metric != NULL && i < EVENTS_MOST && t->metrics[i] != NULL; i++) {
		struct buf text = BUF_INIT;

		metric_text(t->metrics[i], &text);
		read_text(r, &text);
		kind->add_metric(accumulator, r);
		buf_free(&text);
	}
}

/* Reads all into one accumulator, which is the caller's. */
static void *read_events(const struct trial *t, const struct accumulator_kind *kind, void *plan)
{
	struct wants w;
	struct record record;

	wants_init(&w);
	kind->want(plan, &w);
	struct fields *fields = fields_new(&w);
	struct reader *reader = reader_new(true);

	kind->bind(plan, &(struct accumulator_terms){ fields, 3, 0, NULL });
	record_init(&record, fields, reader);
	void *accumulator = kind->make(plan);

	add_all(t, kind, accumulator, &record);
	record_free(&record);
	reader_free(reader);
	fields_free(fields);
	return accumulator;
}

/* `FIRED-RESOLVED SERIES N: CODE=N ... DEVICE=N ...` */
static void describe(const struct alert_report *report, const struct evidence_question *q, struct buf *out)
{
	for (size_t i = 0; i < report->n; i++) {
		const struct firing *f = &report->rows[i].firing;
		struct evidence e;

		if (!evidence_of(q, i, &e))
			continue;
		buf_printf(out, "%s%d-", out->n > 0 ? "; " : "", (int)f->fired_at);
		if (f->resolved_at != MINUTE_NONE)
			buf_printf(out, "%d", (int)f->resolved_at);
		buf_printf(out, " [%.*s] %d:", SLICE_ARG(report->rows[i].series), (int)e.failures);
		for (size_t c = 0; c < e.n_codes; c++)
			buf_printf(out, " %.*s=%d", SLICE_ARG(e.codes[c].code), (int)e.codes[c].failures);
		for (size_t d = 0; d < e.n_worst; d++)
			buf_printf(out, " %.*s=%d", SLICE_ARG(e.worst[d].device), (int)e.worst[d].failures);
	}
}

static void show(const struct alert_report *report, const struct evidence_question *q, const struct series *s, size_t width,
                 struct buf *to)
{
	struct output out = { .text = BUF_INIT, .fd = -1 };
	const struct alerts_evidence evidence = { q, s, TIME_NONE, TIME_NONE, SLICE(""), SLICE(" PATH") };
	struct alerts *alerts = alerts_new(report, &evidence, false, (struct alerts_order){ -1, false, 0 });

	alerts_evidence_text(&out, alerts, (struct table_options){ .width = width });
	buf_slice(to, buf_view(&out.text));
	buf_free(&out.text);
	alerts_free(alerts);
}

static void find_evidence(const struct trial *t, const struct alert_report *report, const struct series *s, struct buf *out)
{
	struct alert_minutes minutes;
	struct evidence_question *q = evidence_ask(report, s, &minutes);

	if (q == NULL)
		return;
	struct spans *spans = read_events(t, &spans_kind, evidence_plan(q));

	evidence_counted(q, spans);
	if (t->width > 0)
		show(report, q, s, t->width, out);
	else
		describe(report, q, out);
	spans_kind.free(spans);
	evidence_free(q);
}

/* Time goes from minute 0 to the end of minute 59. */
static void expect_evidence(struct trial t, const char *want)
{
	struct condition conditions[CONDITIONS_MOST];
	struct rule rule = RULE_INIT;
	struct rules rules = RULES_INIT;
	struct alert_report report = ALERT_REPORT_INIT;
	struct metric metrics[METRICS_MOST];
	struct series_plan plan = { 0 };
	struct buf out = BUF_INIT;

	rule.name = slice_str(t.name != NULL ? t.name : "r");
	rule.window = t.window;
	rule.auto_mitigate = !t.keeps;
	rule.conditions = conditions;
	for (; rule.n_conditions < CONDITIONS_MOST && t.conditions[rule.n_conditions] != NULL; rule.n_conditions++)
		cr_assert(condition_parse(slice_str(t.conditions[rule.n_conditions]), &rules.arena, &conditions[rule.n_conditions], &out));
	rules_add(&rules, &rule);
	cr_assert(evaluate_plan(&rules, metrics, &plan));
	struct series *s = read_events(&t, &series_kind, &plan);

	series_finish(s);
	evaluate_rule(&rules.items[0], &(struct measured){ s, &plan, { 0, 59 }, false }, &report);
	find_evidence(&t, &report, s, &out);
	cr_expect_str_eq(buf_cstr(&out), want, "%s\n  got  %s\n  want %s", t.conditions[0], buf_cstr(&out), want);
	buf_free(&out);
	alert_report_free(&report);
	series_kind.free(s);
	rules_free(&rules);
}

/* Of what is both `Failed` and its resultType, the word of the rule decides under which it counts. */
Test(evidence, dimensions_take_records_by_match)
{
#define EVENTS { "9 Assign 401002 a Mqtt", "9 Assign 401003 b MQTTWS", "9 Assign 404201 c Amqp", "9 Assign Success d Mqtt" }
	expect_evidence((struct trial){ .conditions = { "total failures > 0 where Protocol startswith mqtt" }, .events = EVENTS, .window = 1 },
		"10-13 [Protocol=MQTTWS] 1: 401003=1 b=1; 10-13 [Protocol=Mqtt] 1: 401002=1 a=1");
	expect_evidence((struct trial){ .conditions = { "total failures > 0 where Protocol excludes mqtt" }, .events = EVENTS, .window = 1 },
		"10-13 [Protocol=Amqp] 1: 404201=1 c=1; 10-13 [Protocol=MQTTWS] 1: 401003=1 b=1");
	expect_evidence((struct trial){ .conditions = { "total failures > 0 where Status startswith 4010" }, .events = EVENTS, .window = 1 },
		"10-13 [Status=401002] 1: 401002=1 a=1; 10-13 [Status=401003] 1: 401003=1 b=1");
	expect_evidence((struct trial){ .conditions = { "total failures > 0 where Status excludes 401002 or Succeeded" },
		.events = EVENTS, .window = 1 },
		"10-13 [Status=Failed] 2: 401003=1 404201=1 b=1 c=1");
	expect_evidence((struct trial){ .conditions = { "total records > 0 where Status startswith F or 4" }, .events = EVENTS, .window = 1 },
		"10-13 [Status=Failed] 3: 401002=1 401003=1 404201=1 a=1 b=1 c=1");
#undef EVENTS
}

Test(evidence, a_record_of_two_conditions_counts_once)
{
	expect_evidence((struct trial){ .conditions = { "total failures > 1", "total AttestationAttempts > 0" },
		.events = { "9 AttestationAttempt 401002 a Mqtt", "9 Assign 429 b Mqtt", "9 AttestationAttempt Success c Mqtt" }, .window = 1 },
		"10-13 [] 2: 401002=1 429=1 a=1 b=1");
	/* What neither of them counts is not behind it. */
	expect_evidence((struct trial){ .conditions = { "total throttled > 0", "total AttestationAttempts > 0" },
		.events = { "9 AttestationAttempt 401002 a Mqtt", "9 AttestationAttempt 429001 a Mqtt", "9 Assign 404201 b Mqtt" }, .window = 1 },
		"10-13 [] 2: 401002=1 429001=1 a=2");
}

/* Each run of checks that are met is a row of its own; what lies between two is behind neither. */
Test(evidence, without_mitigation_each_run_has_its_own)
{
	expect_evidence((struct trial){ .conditions = { "total failures > 1" },
		.events = { "9 Assign 429 a -", "9 Assign 429 b -", "10 Assign 429 a -", "10 Assign 429 a -", "11 Assign 401002 x -",
		  "12 Assign 404201 c -", "12 Assign 404201 - -" }, .window = 1, .keeps = true },
		"10- [] 4: 429=4 a=3 b=1; 13- [] 2: 404201=2 c=1");
	/* Of four minutes: met at 10, 11, 14 and 15, and not where both failures are in the window. */
	expect_evidence((struct trial){ .conditions = { "total failures = 1" }, .window = 4, .keeps = true,
		.events = { "9 Assign 429 a -", "11 Assign 401002 b -", "20 Assign Success c -" } },
		"10- [] 1: 429=1 a=1; 14- [] 1: 401002=1 b=1");
}

/* Few of one thing: whatever failed may be why. */
Test(evidence, a_condition_met_by_few_takes_all_failures)
{
	expect_evidence((struct trial){ .conditions = { "total DeviceAssignments < 1" },
		.events = { "8 Assign Success d -", "9 AttestationAttempt 401002 a Mqtt", "9 Upsert ClientError b -", "10 Assign Success d -",
		  "11 Assign Success d -", "12 Assign Success d -" }, .window = 1 },
		"10-13 [] 2: 401002=1 ClientError=1 a=1 b=1; 14- [] 0:");
}

/* No record has a Zone: nothing is measured under it; where metric records have one, it leaves no failure out. */
Test(evidence, a_dimension_that_logs_lack)
{
	expect_evidence((struct trial){ .conditions = { "total failures > 0 where Zone includes *" },
		.events = { "9 Assign 429 a Mqtt" }, .window = 1 }, "");
	expect_evidence((struct trial){ .conditions = { "total AttestationAttempts > 0 where Zone includes *" },
		.metrics = { "9 AttestationAttempts 4 west", "9 AttestationAttempts 1 -" },
		.events = { "9 AttestationAttempt 401002 a Mqtt", "9 Assign 429 b Mqtt" }, .window = 1 },
		"10-13 [Zone=] 1: 401002=1 a=1; 10-13 [Zone=west] 1: 401002=1 a=1");
}

/* ---- in words ---- */

#define COMMAND "  dpslog failures --since 1970-01-01T00:09:00Z --until 1970-01-01T00:10:00Z"
#define TIMES "1970-01-01 00:10 to 1970-01-01 00:13"

/* The head takes more lines or is cut; the command stays whole, to be copied. */
Test(evidence, the_head_keeps_to_the_width)
{
	struct trial t = { .conditions = { "total failures > 0 where Protocol includes *" }, .window = 1, .width = 72,
		.events = { "9 Assign 429 a Mqtt-over-WebSockets" } };
	const char *const rest = "  1 failure on 1 device\n  code 429 Throttled: 1\n  device a: 1\n" COMMAND
	                         " --where 'protocol =~ \"Mqtt-over-WebSockets\"' PATH\n";
	static const struct {
		const char *name;
		size_t width;
		const char *head;
	} cases[] = {
		{ "rule", 73, "rule  " TIMES "  Protocol=Mqtt-over-WebSockets\n" },
		{ "rule", 72, "rule  " TIMES "\n  Protocol=Mqtt-over-WebSockets\n" },
		{ "a rule", 42, "a rule\n  " TIMES "\n  Protocol=Mqtt-over-WebSockets\n" },
		{ "failures of the whole fleet, north and south", 30,
			"failures of the whole fleet, \u2026\n  " TIMES "\n  Protocol=Mqtt-over-WebSocke\u2026\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf want = BUF_INIT;

		buf_printf(&want, "\n%s%s", cases[i].head, rest);
		t.name = cases[i].name;
		t.width = cases[i].width;
		expect_evidence(t, buf_cstr(&want));
		buf_free(&want);
	}
}
