/*
 * test_rules.c - rules read from conditions and from Azure's JSON, and what is said of those that cannot be.
 */
#include <criterion/criterion.h>

#include "base/duration.h"
#include "base/time.h"
#include "insight/condition.h"
#include "insight/rule_json.h"
#include "json/tree.h"

/* ---- trees ---- */

static const struct tree *tree_of(const char *text, struct arena *arena, struct tree_error *error)
{
	return tree_parse(slice_str(text), arena, error);
}

static void expect_path(const struct tree *t, const char *want)
{
	struct buf path = BUF_INIT;

	tree_path(t, &path);
	cr_expect_str_eq(buf_cstr(&path), want);
	buf_free(&path);
}

Test(tree, members_and_paths)
{
	struct arena arena = ARENA_INIT;
	struct tree_error error;
	const struct tree *t = tree_of("", &arena, &error);

	cr_expect_null(t);
	t = tree_of("// one\n{ \"a\": [ 1.50, { \"B\": \"x // y /* z */\" } ], /* two\n */ \"a2\": null, \"c\": 1, \"C\": 2 } // end", &arena, &error);
	cr_assert_not_null(t);
	cr_expect_eq(t->type, JSON_OBJECT);
	expect_path(t, "");
	const struct tree *a = tree_member(t, SLICE("A"));

	cr_assert_not_null(a);
	expect_path(a, "a");
	cr_expect(slice_eq(a->child->text, SLICE("1.50")));
	const struct tree *b = tree_member(a->child->next, SLICE("b"));

	cr_assert_not_null(b);
	expect_path(b, "a[1].B");
	cr_expect(slice_eq(b->text, SLICE("x // y /* z */")));
	cr_expect_null(tree_member(t, SLICE("a2")));
	cr_expect_null(tree_member(b, SLICE("a")));
	cr_expect(slice_eq(tree_member(t, SLICE("c"))->text, SLICE("2")));
	arena_free(&arena);
}

static void expect_no_tree(const char *text, const char *words, size_t line)
{
	struct arena arena = ARENA_INIT;
	struct tree_error error;

	cr_assert_null(tree_of(text, &arena, &error), "%s", text);
	cr_expect_str_eq(error.text, words, "%s", text);
	cr_expect_eq(error.line, line, "%s: line %zu", text, error.line);
	arena_free(&arena);
}

Test(tree, errors)
{
	char deep[400];

	expect_no_tree("", "it is empty", 1);
	expect_no_tree(" \n ", "it is empty", 2);
	expect_no_tree("- name: x\n", "it is not JSON", 1);
	expect_no_tree("{\n\"a\": 1,\n}", "it is not JSON", 3);
	expect_no_tree("{\n\"a\": 1", "it is not JSON", 2);
	expect_no_tree("{} {}", "it is not JSON", 1);
	expect_no_tree("[\"\xff\"]", "it is not JSON", 1);
	memset(deep, '[', sizeof(deep));
	deep[sizeof(deep) - 1] = '\0';
	expect_no_tree(deep, "it is nested too deeply", 1);
}

/* ---- durations ---- */

static void expect_duration(const char *text, int64_t want)
{
	uint64_t minutes = 0;
	const bool good = duration_parse(slice_str(text), &minutes);

	cr_expect_eq(good, want >= 0, "%s", text);
	if (good && want >= 0)
		cr_expect_eq(minutes, (uint64_t)want, "%s: %d", text, (int)minutes);
}

Test(duration, notations)
{
	static const struct {
		const char *text;
		int64_t want;
	} cases[] = {
		{ "PT1M", 1 }, { "PT5M", 5 }, { "pt1h", 60 }, { "PT1H30M", 90 }, { "P1D", 1440 }, { "PT24H", 1440 },
		{ "P1DT1M", 1441 }, { "P1W", 10080 }, { "PT60S", 1 }, { "PT90S", -1 }, { "PT0M", 0 },
		{ "0:05:00", 5 }, { "00:01:00", 1 }, { "1:00:00", 60 }, { "1 day, 0:00:00", 1440 }, { "2 days, 1:00:00", 2940 },
		{ "0:00:30", -1 }, { "0:5:00", -1 }, { "0:60:00", -1 }, { "0:05", -1 }, { "1 day", -1 },
		{ "5m", 5 }, { "1h30m", 90 }, { "1d", 1440 }, { "120s", 2 }, { "90s", -1 },
		{ "", -1 }, { "P", -1 }, { "PT", -1 }, { "P1DT", -1 }, { "P5M", -1 }, { "PT5", -1 }, { "PT5M1H", -1 }, { "PT1.5H", -1 },
		{ "-PT5M", -1 }, { "PT5M ", -1 }, { "5", -1 }, { "five", -1 }, { "PT99999999999999999999M", -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_duration(cases[i].text, cases[i].want);
}

Test(duration, written)
{
	static const struct {
		uint64_t minutes;
		const char *want;
	} cases[] = { { 1, "PT1M" }, { 60, "PT1H" }, { 90, "PT1H30M" }, { 1440, "P1D" }, { 1445, "P1DT5M" } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out = BUF_INIT;
		uint64_t back;

		duration_format(cases[i].minutes, &out);
		cr_expect_str_eq(buf_cstr(&out), cases[i].want);
		cr_expect(duration_parse(buf_view(&out), &back) && back == cases[i].minutes);
		buf_free(&out);
	}
}

/* ---- conditions ---- */

/* A condition as its parts, or what was expected. */
static void describe(const char *text, struct buf *out)
{
	struct arena arena = ARENA_INIT;
	struct condition c;
	char number[DECIMAL_TEXT_MAX];

	if (condition_parse(slice_str(text), &arena, &c, out)) {
		decimal_format(c.threshold, number);
		buf_printf(out, "%s|%.*s|%.*s|%s|%s", aggregation_words[c.aggregation].name, SLICE_ARG(c.space), SLICE_ARG(c.metric),
		           comparison_words[c.comparison].name, c.is_dynamic ? sensitivity_words[c.dynamic.sensitivity].name : number);
		for (size_t i = 0; i < c.n_dimensions; i++) {
			buf_printf(out, "|%.*s %s", SLICE_ARG(c.dimensions[i].name), match_words[c.dimensions[i].match].name);
			for (size_t v = 0; v < c.dimensions[i].n; v++)
				buf_printf(out, " <%.*s>", SLICE_ARG(c.dimensions[i].values[v]));
		}
	}
	arena_free(&arena);
}

static void expect_condition(const char *text, const char *want)
{
	struct buf out = BUF_INIT;

	describe(text, &out);
	cr_expect_str_eq(buf_cstr(&out), want, "%s\n  got  %s\n  want %s", text, buf_cstr(&out), want);
	buf_free(&out);
}

Test(condition, grammar)
{
	expect_condition("avg ns.\"CPU Percent\" > 90", "Average|ns|CPU Percent|GreaterThan|90");
	expect_condition("avg ns.\"a.b/c_d\" > 90", "Average|ns|a.b/c_d|GreaterThan|90");
	expect_condition("avg CPU Percent > 90", "Average||CPU Percent|GreaterThan|90");
	expect_condition("avg 'a.b/c_d' > 90", "Average||a.b/c_d|GreaterThan|90");
	expect_condition("avg ns.foo/bar_doo > 90", "Average|ns|foo/bar_doo|GreaterThan|90");
	expect_condition("avg a.b.c > 90", "Average|a.b|c|GreaterThan|90");
	expect_condition("avg Microsoft.Devices/IotHubs.x < 1", "Average|Microsoft.Devices/IotHubs|x|LessThan|1");
	expect_condition("AVG x>=1.50", "Average||x|GreaterThanOrEqual|1.5");
	expect_condition("min x<=-2", "Minimum||x|LessThanOrEqual|-2");
	expect_condition("max x != 1e3", "Maximum||x|NotEquals|1000");
	expect_condition("count x = 0 with skipmetricvalidation", "Count||x|Equals|0");
	expect_condition("total x > 1 where ApiName includes GetBlob or PutBlob",
	                 "Total||x|GreaterThan|1|ApiName Include <GetBlob> <PutBlob>");
	expect_condition("total x > 1 where A includes a, b c, B excludes d and C startswith e with skipMetricValidation",
	                 "Total||x|GreaterThan|1|A Include <a> <b c>|B Exclude <d>|C StartsWith <e>");
	expect_condition("total x > 1 where \"A-b\" includes \"or\" or '' or * or w-1:2", "Total||x|GreaterThan|1|A-b Include <or> <> <*> <w-1:2>");
	expect_condition("avg x >< dynamic medium 3 of 4 since 2026-11-02 where A includes *",
	                 "Average||x|GreaterOrLessThan|Medium|A Include <*>");
}

Test(condition, errors)
{
	expect_condition("", "expected avg, min, max, total or count at its end");
	expect_condition("average x > 1", "expected avg, min, max, total or count at 'average x > 1'");
	expect_condition("avg blah\"what > 90", "expected the name of a metric (in quotes, if it holds dots or other marks) at 'blah\"what > 90'");
	expect_condition("avg Wra!!ga * woo", "expected =, !=, >, >=, <, <= or >< at '!!ga * woo'");
	expect_condition("avg x", "expected =, !=, >, >=, <, <= or >< at its end");
	expect_condition("avg x => 1", "expected =, !=, >, >=, <, <= or >< at '=> 1'");
	expect_condition("avg x > many", "expected a number, or dynamic at 'many'");
	expect_condition("avg x >< 5", "expected dynamic (a number takes =, !=, >, >=, < or <=) at '5'");
	expect_condition("avg x = dynamic Low 1 of 1", "expected a number (a dynamic threshold takes >, < or ><) at 'Low 1 of 1'");
	expect_condition("avg x > dynamic Low 5 of 4", "expected no more failing periods than there are periods at 'Low 5 of 4'");
	expect_condition("avg x > dynamic Low 0 of 4", "expected a number of periods from 1 to 6 at '0 of 4'");
	expect_condition("avg x > 1 were", "expected where, or nothing more at 'were'");
	expect_condition("avg x > 1 where", "expected the name of a dimension at its end");
	expect_condition("avg x > 1 where A has b", "expected includes, excludes or startswith at its end");
	expect_condition("avg x > 1 where A includes", "expected a value at its end");
	expect_condition("avg x > 1 where A includes b or", "expected a value at its end");
	expect_condition("avg x > 1 where A includes \"b", "expected a value at '\"b'");
	expect_condition("avg x > 1 where A includes b \"c\"", "expected or, and, or nothing more at '\"c\"'");
}

static void expect_written(const char *text, const char *want)
{
	struct arena arena = ARENA_INIT;
	struct buf out = BUF_INIT, error = BUF_INIT;
	struct condition c;

	cr_assert(condition_parse(slice_str(text), &arena, &c, &error), "%s", text);
	condition_format(&c, &out);
	cr_expect_str_eq(buf_cstr(&out), want);
	buf_free(&out);
	buf_free(&error);
	arena_free(&arena);
}

Test(condition, written)
{
	expect_written("total ns.AttestationAttempts > 100.0 where Status includes Failed",
	               "total AttestationAttempts > 100 where Status includes Failed");
	expect_written("TOTAL 'd2c.x' >= 2.250", "total \"d2c.x\" >= 2.25");
	expect_written("avg CPU Percent != 1 where 'A-b' excludes \"or\" or ' x' or '' or a b or 1,2 and B startswith *",
	               "avg CPU Percent != 1 where \"A-b\" excludes \"or\" or \" x\" or \"\" or a b or 1 or 2 and B startswith *");
	expect_written("avg x > 1 where A includes 'say \"x\"'", "avg x > 1 where A includes 'say \"x\"'");
	expect_written("avg 'x ' > 1 where ' A' includes b and 'or' includes c", "avg \"x \" > 1 where \" A\" includes b and \"or\" includes c");
	expect_written("avg M >< dynamic medium 3 of 4", "avg M >< dynamic Medium 3 of 4");
	expect_written("avg M < dynamic HIGH 1 of 6 since 2026-11-02T01:00:00Z",
	               "avg M < dynamic High 1 of 6 since 2026-11-02T01:00:00.000000Z");
}

/* ---- JSON ---- */

struct sources {
	const char *texts[4];
	const char *paths[4];
};

static void read_all(const struct sources *s, struct rules *rules)
{
	struct rule_file files[4];
	size_t n = 0;

	for (; n < 4 && s->texts[n] != NULL; n++)
		files[n] = (struct rule_file){ s->paths[n] != NULL ? s->paths[n] : "dir/file.json", slice_str(s->texts[n]) };
	*rules = RULES_INIT;
	rules_read(rules, files, n);
}

static void describe_rule(const struct rule *r, struct buf *out)
{
	buf_printf(out, "%.*s s%u %s%s %u/%u", SLICE_ARG(r->name), r->severity, r->enabled ? "" : "disabled ",
	           r->auto_mitigate ? "mitigate" : "keep", r->window, r->frequency);
	for (size_t i = 0; i < r->n_scopes; i++)
		buf_printf(out, " @%.*s", SLICE_ARG(r->scopes[i]));
	if (r->unsupported != NULL)
		buf_printf(out, " (%s)", r->unsupported);
	for (size_t i = 0; i < r->n_conditions; i++) {
		buf_str(out, i == 0 ? ": " : " and ");
		condition_format(&r->conditions[i], out);
	}
}

/* The rules a line each, then the problems. */
static void expect_rules(struct sources s, const char *want)
{
	struct rules rules;
	struct buf out = BUF_INIT;

	read_all(&s, &rules);
	for (size_t i = 0; i < rules.n; i++) {
		describe_rule(&rules.items[i], &out);
		buf_byte(&out, '\n');
	}
	for (size_t i = 0; i < rules.n_problems; i++) {
		buf_slice(&out, rules.problems[i]);
		buf_byte(&out, '\n');
	}
	cr_expect_str_eq(buf_cstr(&out), want, "got\n%swant\n%s", buf_cstr(&out), want);
	buf_free(&out);
	rules_free(&rules);
}

#define CONDITION(rest) "{ \"metricName\": \"M\", \"operator\": \"GreaterThan\", \"threshold\": 5, \"timeAggregation\": \"Total\"" rest "}"
#define CRITERIA(conditions) "\"criteria\": { \"allOf\": [" conditions "] }"
#define TIMES "\"windowSize\": \"PT5M\", \"evaluationFrequency\": \"PT1M\", "

Test(rule_json, nested_and_flat)
{
	expect_rules((struct sources){ .texts = { "{\"name\": \"a\", \"properties\": { \"severity\": 3, \"enabled\": false, \"autoMitigate\": false,"
		"\"scopes\": [\"/S/x\"], \"windowSize\": \"P1D\", \"evaluationFrequency\": \"PT1H\", " CRITERIA(CONDITION("")) "}}" } },
		"a s3 disabled keep 1440/60 @/S/x: total M > 5\n");
	expect_rules((struct sources){ .texts = { "[{\"name\": \"a\", \"type\": \"Microsoft.Insights/metricAlerts\", \"severity\": \"4\", \"description\": null,"
		"\"windowSize\": \"0:05:00\", \"evaluationFrequency\": \"0:01:00\", \"criteria\": { \"odata.type\": "
		"\"Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria\", \"allOf\": [" CONDITION(", \"dimensions\": null") ", "
		CONDITION(", \"dimensions\": [{\"name\": \"Status\", \"operator\": \"include\", \"values\": [\"*\", 200]}]") "]}}]" } },
		"a s4 mitigate 5/1: total M > 5 and total M > 5 where Status includes * or 200\n");
	/* As REST lists them; a rule without a name takes the file's. */
	expect_rules((struct sources){ .texts = { "{\"value\": [{" TIMES CRITERIA(CONDITION("")) "}]}" }, { "/x/storm.json" } },
		"storm s2 mitigate 5/1: total M > 5\n");
}

#define TEMPLATE(parameters, variables, resources) "{\"$schema\": \"x\", \"parameters\": {" parameters "}, \"variables\": {" \
	variables "}, \"resources\": [" resources "]}"
#define TEMPLATE_RULE(more) "{\"type\": \"Microsoft.Insights/metricAlerts\", \"name\": \"[parameters('n')]\", \"properties\": {" \
	"\"scopes\": [\"[resourceId('a', 'b')]\"], \"severity\": \"[parameters('s')]\", " more TIMES \
	"\"criteria\": {\"allOf\": [{\"metricName\": \"[[M]\", \"operator\": \"LessThan\", \"timeAggregation\": \"Total\"," \
	"\"threshold\": \"[ Variables( 'v' ) ]\"}]}}}"

Test(rule_json, templates)
{
	const char *template = TEMPLATE("\"n\": {\"type\": \"string\"}, \"s\": {\"defaultValue\": 1}, \"t\": {\"defaultValue\": \"7.0\"}",
		"\"v\": \"[parameters('t')]\"", TEMPLATE_RULE("") ", {\"type\": \"Microsoft.Resources/deployments\", \"name\": \"x\"}");

	expect_rules((struct sources){ .texts = { template } }, "file s1 mitigate 5/1: total \"[M]\" < 7\n");
	expect_rules((struct sources){ .texts = { template, "{\"$schema\": \"deploymentParameters.json#\", \"parameters\": {\"N\": {\"value\": \"named\"},"
		"\"T\": {\"value\": 8}}}" } }, "named s1 mitigate 5/1: total \"[M]\" < 8\n");
}

Test(rule_json, template_errors)
{
	expect_rules((struct sources){ .texts = { TEMPLATE("", "\"v\": \"[concat('a')]\"", TEMPLATE_RULE("")) }, { "t.json" } },
		"t.json: resources[0].properties.severity: expected a number from 0 to 4, found the parameter 's' has no value "
		"(a parameter file can give it)\n"
		"t.json: resources[0].properties.criteria.allOf[0].threshold: expected a number, found the expression [concat('a')] "
		"(only parameters('x') and variables('x') are read)\n");
	expect_rules((struct sources){ .texts = { TEMPLATE("\"s\": {\"defaultValue\": 1}", "\"v\": \"[variables('v')]\"", TEMPLATE_RULE("")) }, { "t.json" } },
		"t.json: resources[0].properties.criteria.allOf[0].threshold: expected a number, found the expression [variables('v')], "
		"which never ends\n");
	expect_rules((struct sources){ .texts = { TEMPLATE("", "", "{\"type\": \"Microsoft.Web/sites\"}") }, { "t.json" } },
		"t.json: expected a metric alert rule, an array of them, an ARM template or a parameter file, found no rule\n");
}

Test(rule_json, errors_and_the_others)
{
	expect_rules((struct sources){ .texts = { "[{" TIMES CRITERIA("{\"metricName\": \"\", \"operator\": \"Above\", \"threshold\": \"x\"}") "}, {\"name\": \"good\", "
		TIMES CRITERIA(CONDITION("")) "}]", "- yaml\n" }, { "a.json", "b.yaml" } },
		"good s2 mitigate 5/1: total M > 5\n"
		"b.yaml: line 1: expected a rule as JSON, but it is not JSON\n"
		"a.json: [0].criteria.allOf[0].metricName: expected a text, found \"\"\n"
		"a.json: [0].criteria.allOf[0].timeAggregation: expected Average, Minimum, Maximum, Total or Count, it is missing\n"
		"a.json: [0].criteria.allOf[0].operator: expected Equals, NotEquals, GreaterThan, GreaterThanOrEqual, LessThan or "
		"LessThanOrEqual, found \"Above\"\n"
		"a.json: [0].criteria.allOf[0].threshold: expected a number, found \"x\"\n");
	expect_rules((struct sources){ .texts = { "{\"windowSize\": \"PT5M\", \"evaluationFrequency\": \"PT7M\", " CRITERIA(CONDITION("")) "}" }, { "a" } },
		"a: evaluationFrequency: expected minutes that divide a day, such as PT1M, PT5M or PT1H, found \"PT7M\"\n");
	expect_rules((struct sources){ .texts = { "{\"windowSize\": \"PT5M\", \"evaluationFrequency\": \"PT15M\", " CRITERIA(CONDITION("")) "}" }, { "a" } },
		"a: windowSize: expected at least as long as the evaluation frequency, found \"PT5M\"\n");
	expect_rules((struct sources){ .texts = { "{\"windowSize\": \"P2D\", \"evaluationFrequency\": \"five\", " CRITERIA("") "}" }, { "a" } },
		"a: evaluationFrequency: expected a duration of whole minutes, such as PT5M, found \"five\"\n"
		"a: criteria.allOf: expected an array of 1 to 5 conditions, found an array\n");
	expect_rules((struct sources){ .texts = { "{\"severity\": 5, \"enabled\": \"maybe\", \"windowSize\": \"P2D\", \"evaluationFrequency\": \"PT1H\", "
		CRITERIA(CONDITION(", \"dimensions\": [{\"name\": \"D\", \"operator\": \"Is\", \"values\": []}]")) "}" }, { "a" } },
		"a: severity: expected a number from 0 to 4, found 5\n"
		"a: enabled: expected true or false, found \"maybe\"\n"
		"a: windowSize: expected at most a day, as P1D, found \"P2D\"\n"
		"a: criteria.allOf[0].dimensions[0].operator: expected Include, Exclude or StartsWith, found \"Is\"\n"
		"a: criteria.allOf[0].dimensions[0].values: expected an array of values, found an array\n");
}

Test(rule_json, other_kinds)
{
	expect_rules((struct sources){ .texts = { "{\"properties\": {\"name\": \"old\", \"isEnabled\": false, \"condition\": {\"dataSource\": {}}}}" } },
		"old s2 disabled mitigate 5/1 (it is a classic alert rule (alertRules), which Azure has retired: write it as a metric alert)\n");
	expect_rules((struct sources){ .texts = { "{\"name\": \"q\", \"severity\": 1, " CRITERIA("{\"query\": \"T | count\"}") "}" } },
		"q s1 mitigate 5/1 (it is a log search alert (scheduledQueryRules): queries are not evaluated)\n");
	expect_rules((struct sources){ .texts = { "{\"name\": \"w\", \"type\": \"Microsoft.Insights/metricAlerts\", \"criteria\": {\"odata.type\": "
		"\"Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria\"}}" } },
		"w s2 mitigate 5/1 (it is an alert on a web test, which diagnostic logs do not hold)\n");
}

Test(rule_json, dynamic)
{
	expect_rules((struct sources){ .texts = { "{\"name\": \"d\", " TIMES CRITERIA("{\"criterionType\": \"DynamicThresholdCriterion\", \"metricName\": \"M\","
		"\"operator\": \"GreaterOrLessThan\", \"timeAggregation\": \"Average\", \"alertSensitivity\": \"low\", \"failingPeriods\": "
		"{\"numberOfEvaluationPeriods\": 4, \"minFailingPeriodsToAlert\": \"3\"}}") "}" } },
		"d s2 mitigate 5/1: avg M >< dynamic Low 3 of 4\n");
	expect_rules((struct sources){ .texts = { "{" TIMES CRITERIA("{\"criterionType\": \"DynamicThresholdCriterion\", \"metricName\": \"M\","
		"\"operator\": \"Equals\", \"timeAggregation\": \"Average\", \"alertSensitivity\": \"low\"}") "}" }, { "a" } },
		"a: criteria.allOf[0].operator: expected GreaterThan, LessThan or GreaterOrLessThan, found \"Equals\"\n"
		"a: criteria.allOf[0].failingPeriods: expected an object with numberOfEvaluationPeriods and minFailingPeriodsToAlert, "
		"it is missing\n");
}
