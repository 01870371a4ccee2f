/*
 * rules.c - any bytes are files of alert rules or a condition, or are refused in words; what is read can be written and read again.
 */
#include "fuzz.h"
#include "insight/condition.h"
#include "insight/rule_json.h"

#define CONDITION "{\"metricName\":\"M\",\"metricNamespace\":\"Microsoft.Devices/IotHubs\",\"operator\":\"GreaterThan\",\"threshold\":5," \
	"\"timeAggregation\":\"Total\",\"name\":\"c\",\"dimensions\":[{\"name\":\"Status\",\"operator\":\"Include\",\"values\":[\"*\",200]}]}"
#define RULE "\"severity\":3,\"enabled\":true,\"scopes\":[\"/S/x\"],\"windowSize\":\"PT5M\",\"evaluationFrequency\":\"PT1M\"," \
	"\"criteria\":{\"odata.type\":\"Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria\",\"allOf\":[" CONDITION "]}"

static const char *const seeds[] = {
	"{\"name\":\"a\",\"type\":\"Microsoft.Insights/metricAlerts\",\"properties\":{\"description\":null," RULE "}}",
	"[{\"name\":\"b\"," RULE "}, {\"value\":[{" RULE "}]}] // rules",
	"{\"$schema\":\"x\",\"parameters\":{\"n\":{\"type\":\"string\"},\"s\":{\"defaultValue\":1}},\"variables\":{\"v\":\"[parameters('s')]\"},"
	"\"resources\":[{\"type\":\"Microsoft.Insights/metricAlerts\",\"name\":\"[parameters('n')]\",\"properties\":{\"x\":\"[[v]\"," RULE "}}]}\x1e"
	"{\"$schema\":\"deploymentParameters.json#\",\"parameters\":{\"N\":{\"value\":\"named\"},\"S\":{\"value\":2}}}",
	"{\"criteria\":{\"allOf\":[{\"criterionType\":\"DynamicThresholdCriterion\",\"metricName\":\"M\",\"operator\":\"GreaterOrLessThan\","
	"\"alertSensitivity\":\"High\",\"failingPeriods\":{\"numberOfEvaluationPeriods\":4,\"minFailingPeriodsToAlert\":3},\"timeAggregation\":\"Average\"}]},"
	"\"windowSize\":\"0:05:00\",\"evaluationFrequency\":\"0:05:00\"}",
	"avg x >< dynamic medium 3 of 4 since 2026-11-02 where A includes * with skipMetricValidation",
	"total Microsoft.Devices/IotHubs.d2c.x >= -2.50 where \"A-b\" includes \"or\" or '' or w-1:2, B excludes d and C startswith e",
	"count ns.'a \"b\" c' != 1e3 where A includes a, b c and 'B' excludes \"it's\"",
	NULL
};
static const char *const words[] = {
	"avg", "min", "max", "total", "count", "where", "includes", "excludes", "startswith", "and", "or", ",", "with", "skipMetricValidation", "dynamic",
	"Low", "High", "of", "since", "2026-11-02T03:00:00Z", "=", "!=", ">", ">=", "><", "\"", "'", "''", "*", ".", "-", "0", "1e38", "1e-9",
	"0.0000000001", "99999999999999999999999999999999999999", "-0", " ", "\n", "//", "/*", "*/", "null", "true", "{", "}", "[", "]", ":", "\"name\":",
	"\"type\":\"Microsoft.Insights/metricAlerts\",", "\"type\":\"Microsoft.Insights/scheduledQueryRules\",", "\"properties\":{", "\"criteria\":{",
	"\"allOf\":[", "\"values\":[", "\"resources\":[", "\"value\":", "\"defaultValue\":", "[parameters('n')]", "[variables('v')]", "[[", "[concat('a')]",
	"PT1M", "PT90S", "P1D", "P1DT1H", "\xc3\xa9", "\xff", "\xe2\x80\xaf", "\\u0000", "\\ud800", "\x1b[31m", NULL
};
const struct fuzz_target fuzz_target = { seeds, words, false };

enum { FILES_MOST = 4 };

/* Conditions know no escapes: a text with quotes of both kinds cannot be written. */
static bool has_both_quotes(struct slice s)
{
	return s.n > 0 && memchr(s.p, '"', s.n) != NULL && memchr(s.p, '\'', s.n) != NULL;
}

static bool can_be_written(const struct condition *c)
{
	bool can = !has_both_quotes(c->metric);

	for (size_t i = 0; i < c->n_dimensions; i++) {
		can &= !has_both_quotes(c->dimensions[i].name);
		for (size_t v = 0; v < c->dimensions[i].n; v++)
			can &= !has_both_quotes(c->dimensions[i].values[v]);
	}
	return can;
}

/* A condition that was written reads as the same. */
static void write_again(const struct condition *c, struct buf *written)
{
	struct arena arena = ARENA_INIT;
	struct buf error = BUF_INIT, again = BUF_INIT;
	struct condition back;

	written->n = 0;
	condition_format(c, written);
	if (!can_be_written(c))
		return;
	if (!condition_parse(buf_view(written), &arena, &back, &error))
		fuzz_failed("a condition that was written as %s cannot be read: %s", buf_cstr(written), buf_cstr(&error));
	condition_format(&back, &again);
	fuzz_same("a condition changes when it is written and read", written, &again);
	buf_free(&error);
	buf_free(&again);
	arena_free(&arena);
}

static void try_condition(struct slice text)
{
	struct arena arena = ARENA_INIT;
	struct buf error = BUF_INIT, written = BUF_INIT;
	struct condition c;

	if (condition_parse(text, &arena, &c, &error))
		write_again(&c, &written);
	else if (error.n == 0)
		fuzz_failed("a condition is refused without a word");
	buf_free(&error);
	buf_free(&written);
	arena_free(&arena);
}

static void check_rule(const struct rule *r, struct buf *out)
{
	struct buf written = BUF_INIT;

	buf_printf(out, "%u %u/%u %zu %s ", r->severity, r->frequency, r->window, r->n_scopes, r->unsupported == NULL ? "" : r->unsupported);
	buf_slice(out, r->name);
	if (r->unsupported == NULL && (rule_frequency_wrong(r->frequency) != NULL || rule_window_wrong(r->window, r->frequency) != NULL))
		fuzz_failed("a rule with a frequency of %u and a window of %u minutes", r->frequency, r->window);
	for (size_t i = 0; i < r->n_conditions; i++) {
		write_again(&r->conditions[i], &written);
		buf_slice(out, buf_view(&written));
	}
	buf_byte(out, '\n');
	buf_free(&written);
}

static void read_rules(struct slice rest, struct buf *out)
{
	static const char *const paths[FILES_MOST] = { "a.json", "x/b", "c.json", "" };
	struct rule_file files[FILES_MOST];
	struct rules rules = RULES_INIT;
	size_t n = 0;

	for (; n < FILES_MOST && fuzz_next_text(&rest, &files[n].text); n++)
		files[n].path = paths[n];
	rules_read(&rules, files, n);
	for (size_t i = 0; i < rules.n; i++)
		check_rule(&rules.items[i], out);
	for (size_t i = 0; i < rules.n_problems; i++)
		buf_slice(out, rules.problems[i]);
	rules_free(&rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct slice text = slice_of((const char *)data, n);
	struct buf once = BUF_INIT, again = BUF_INIT;

	try_condition(text);
	read_rules(text, &once);
	read_rules(text, &again);
	fuzz_same("the same rules are read otherwise", &once, &again);
	buf_free(&once);
	buf_free(&again);
	return 0;
}
