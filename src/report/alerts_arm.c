/*
 * alerts_arm.c - rules as an ARM template: what Azure's command line deploys and what the reader of rules reads.
 */
#include "report/alerts.h"

#include "base/duration.h"
#include "base/time.h"

/* ARM takes a text that begins with a bracket for an expression, unless there are two of them. */
static void write_text(struct json *j, const char *name, struct slice s)
{
	struct buf text = BUF_INIT;

	if (s.n > 0 && s.p[0] == '[')
		buf_byte(&text, '[');
	buf_slice(&text, s);
	json_member_text(j, name, buf_view(&text));
	buf_free(&text);
}

static void write_decimal(struct json *j, const char *name, struct decimal d)
{
	char text[DECIMAL_TEXT_MAX];

	json_key(j, name);
	json_number(j, slice_of(text, decimal_format(d, text)));
}

static void write_duration(struct json *j, const char *name, uint64_t minutes)
{
	struct buf text = BUF_INIT;

	duration_format(minutes, &text);
	json_member_text(j, name, buf_view(&text));
	buf_free(&text);
}

static void write_bool(struct json *j, const char *name, bool b)
{
	json_key(j, name);
	json_bool(j, b);
}

static void write_texts(struct json *j, const char *name, const struct slice *texts, size_t n)
{
	json_key(j, name);
	json_begin_array(j, false);
	for (size_t i = 0; i < n; i++)
		json_text(j, texts[i]);
	json_end_array(j);
}

static void write_dimensions(struct json *j, const struct condition *c)
{
	json_key(j, "dimensions");
	json_begin_array(j, false);
	for (size_t i = 0; i < c->n_dimensions; i++) {
		const struct dimension *d = &c->dimensions[i];

		json_begin_object(j);
		write_text(j, "name", d->name);
		json_member_text(j, "operator", slice_str(match_words[d->match].name));
		write_texts(j, "values", d->values, d->n);
		json_end_object(j);
	}
	json_end_array(j);
}

static void write_dynamic(struct json *j, const struct dynamic *d)
{
	char time[TIME_TEXT_MAX];

	json_member_text(j, "alertSensitivity", slice_str(sensitivity_words[d->sensitivity].name));
	json_key(j, "failingPeriods");
	json_begin_object(j);
	json_member_u64(j, "numberOfEvaluationPeriods", d->periods);
	json_member_u64(j, "minFailingPeriodsToAlert", d->failing);
	json_end_object(j);
	if (d->since != TIME_NONE)
		json_member_text(j, "ignoreDataBefore", slice_of(time, time_format(d->since, time)));
}

static void write_condition(struct json *j, const struct condition *c, size_t number)
{
	struct buf name = BUF_INIT;

	json_begin_object(j);
	buf_printf(&name, "condition %zu", number);
	write_text(j, "name", c->name.n > 0 ? c->name : buf_view(&name));
	buf_free(&name);
	json_member_text(j, "criterionType", c->is_dynamic ? SLICE("DynamicThresholdCriterion") : SLICE("StaticThresholdCriterion"));
	write_text(j, "metricName", c->metric);
	if (c->space.n > 0)
		write_text(j, "metricNamespace", c->space);
	json_member_text(j, "timeAggregation", slice_str(aggregation_words[c->aggregation].name));
	json_member_text(j, "operator", slice_str(comparison_words[c->comparison].name));
	if (c->is_dynamic)
		write_dynamic(j, &c->dynamic);
	else
		write_decimal(j, "threshold", c->threshold);
	write_dimensions(j, c);
	json_end_object(j);
}

static void write_criteria(struct json *j, const struct rule *rule)
{
	json_key(j, "criteria");
	json_begin_object(j);
	json_member_text(j, "odata.type", SLICE("Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria"));
	json_key(j, "allOf");
	json_begin_array(j, true);
	for (size_t i = 0; i < rule->n_conditions; i++)
		write_condition(j, &rule->conditions[i], i + 1);
	json_end_array(j);
	json_end_object(j);
}

/* Without scopes the template asks for them. */
static void write_scopes(struct json *j, const struct rule *rule)
{
	if (rule->n_scopes > 0)
		write_texts(j, "scopes", rule->scopes, rule->n_scopes);
	else
		json_member_text(j, "scopes", SLICE("[parameters('scopes')]"));
}

static void write_rule(struct json *j, const struct rule *rule)
{
	json_begin_object(j);
	json_member_text(j, "type", SLICE("Microsoft.Insights/metricAlerts"));
	json_member_text(j, "apiVersion", SLICE("2018-03-01"));
	write_text(j, "name", rule->name);
	json_member_text(j, "location", SLICE("global"));
	json_key(j, "properties");
	json_begin_object(j);
	if (rule->description.n > 0)
		write_text(j, "description", rule->description);
	json_member_u64(j, "severity", rule->severity);
	write_bool(j, "enabled", rule->enabled);
	write_scopes(j, rule);
	if (rule->target_type.n > 0)
		write_text(j, "targetResourceType", rule->target_type);
	write_duration(j, "evaluationFrequency", rule->frequency);
	write_duration(j, "windowSize", rule->window);
	write_criteria(j, rule);
	write_bool(j, "autoMitigate", rule->auto_mitigate);
	json_end_object(j);
	json_end_object(j);
}

static void write_parameters(struct json *j, const struct rules *rules)
{
	bool asks = false;

	for (size_t i = 0; i < rules->n; i++)
		asks |= rules->items[i].n_scopes == 0 && rules->items[i].unsupported == NULL;
	json_key(j, "parameters");
	json_begin_object(j);
	if (asks) {
		json_key(j, "scopes");
		json_begin_object(j);
		json_member_text(j, "type", SLICE("array"));
		json_key(j, "metadata");
		json_begin_object(j);
		json_member_text(j, "description", SLICE("Full ids of the resources that the rules watch"));
		json_end_object(j);
		json_end_object(j);
	}
	json_end_object(j);
}

void alerts_write_arm(struct json *j, const struct rules *rules)
{
	json_begin_object(j);
	json_member_text(j, "$schema", SLICE("https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"));
	json_member_text(j, "contentVersion", SLICE("1.0.0.0"));
	write_parameters(j, rules);
	json_key(j, "resources");
	json_begin_array(j, true);
	for (size_t i = 0; i < rules->n; i++)
		if (rules->items[i].unsupported == NULL)
			write_rule(j, &rules->items[i]);
	json_end_array(j);
	json_end_object(j);
	json_finish(j);
}
