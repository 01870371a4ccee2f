/*
 * rule_json.c - rules from Azure's own JSON.
 *
 * A rule is read member by member; each reader of a member says itself what it expected. Only what decides how a rule is
 * evaluated can be wrong: expressions in names, scopes and the like that stand for nothing leave the member out.
 */
#include "insight/rule_json.h"

#include <stdlib.h>

#include "base/duration.h"
#include "base/mem.h"
#include "base/time.h"
#include "insight/arm.h"

struct reading {
	struct rules *rules;
	const char *file;
	struct arm arm;
	size_t found;              /* alert rules of any kind, also wrong ones */
};

/* A member of a rule, behind its expression if it is one. */
struct member {
	const struct tree *object; /* that should have it */
	const char *name;
	const struct tree *at;     /* where it stands; NULL: it is absent */
	const struct tree *value;  /* NULL: absent, or `why` */
	struct buf why;            /* the expression that stands for nothing */
};

enum { FOUND_MOST = 60 };      /* of a value in a message */

/* ---- saying what is wrong ---- */

static void say_found(struct buf *out, const struct member *m)
{
	static const char *const kinds[] = { [JSON_NULL] = "null", [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array" };

	if (m->at == NULL) {
		buf_str(out, ", it is missing");
		return;
	}
	buf_str(out, ", found ");
	if (m->value == NULL) {
		buf_slice(out, buf_view(&m->why));
		return;
	}
	if (m->value->type == JSON_STRING) {
		const size_t n = m->value->text.n;

		buf_byte(out, '"');
		buf_add(out, m->value->text.p, n < FOUND_MOST ? n : FOUND_MOST);
		buf_str(out, n < FOUND_MOST ? "\"" : "...\"");
	} else if (m->value->type == JSON_NUMBER || m->value->type == JSON_BOOL) {
		buf_slice(out, m->value->text);
	} else {
		buf_str(out, kinds[m->value->type]);
	}
}

/* Always false. */
static bool expected(const struct reading *r, const struct member *m, const char *what)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s: ", r->file);
	if (m->at != NULL) {
		tree_path(m->at, &text);
	} else {
		const size_t before = text.n;

		tree_path(m->object, &text);
		buf_printf(&text, "%s%s", text.n > before ? "." : "", m->name);
	}
	buf_printf(&text, ": expected %s", what);
	say_found(&text, m);
	rules_problem(r->rules, buf_view(&text));
	buf_free(&text);
	return false;
}

static bool expected_word(const struct reading *r, const struct member *m, const struct spelling_entry *words)
{
	struct buf list = BUF_INIT;

	spelling_list_names(words, &list);
	expected(r, m, buf_cstr(&list));
	buf_free(&list);
	return false;
}

/* ---- members ---- */

static struct member resolve(const struct reading *r, const struct tree *object, const char *name, const struct tree *at)
{
	struct member m = { .object = object, .name = name, .at = at };

	if (at != NULL)
		m.value = arm_value(&r->arm, at, &m.why);
	return m;
}

static struct member get(const struct reading *r, const struct tree *object, const char *name)
{
	return resolve(r, object, name, tree_member(object, slice_str(name)));
}

static void drop(struct member *m)
{
	buf_free(&m->why);
}

static bool is_text(const struct member *m)
{
	return m->value != NULL && (m->value->type == JSON_STRING || m->value->type == JSON_NUMBER || m->value->type == JSON_BOOL);
}

/* Text that may be absent, and that decides nothing if it is an expression. */
static struct slice text_if_any(const struct reading *r, const struct tree *object, const char *name)
{
	struct member m = get(r, object, name);
	const struct slice s = is_text(&m) ? m.value->text : slice_of(NULL, 0);

	drop(&m);
	return s;
}

static bool take_text(const struct reading *r, const struct tree *object, const char *name, bool needed, struct slice *out)
{
	struct member m = get(r, object, name);
	bool good = true;

	if (is_text(&m) && (m.value->text.n > 0 || !needed))
		*out = m.value->text;
	else if (m.at != NULL || needed)
		good = expected(r, &m, "a text");
	drop(&m);
	return good;
}

static bool take_word(const struct reading *r, const struct tree *object, const char *name, const struct spelling_entry *words,
                      int *out)
{
	struct member m = get(r, object, name);

	*out = is_text(&m) ? spelling_find_name(words, m.value->text) : -1;
	if (*out < 0)
		expected_word(r, &m, words);
	drop(&m);
	return *out >= 0;
}

static bool take_bool(const struct reading *r, const struct tree *object, const char *name, bool *out)
{
	struct member m = get(r, object, name);
	bool good = true;

	if (is_text(&m) && slice_eq_nocase(m.value->text, SLICE("true")))
		*out = true;
	else if (is_text(&m) && slice_eq_nocase(m.value->text, SLICE("false")))
		*out = false;
	else if (m.at != NULL)
		good = expected(r, &m, "true or false");
	drop(&m);
	return good;
}

/* A whole number from least to most, also as text and as 2.0. */
static bool is_whole(const struct member *m, unsigned least, unsigned most, unsigned *out)
{
	struct decimal d;

	if (!is_text(m) || !decimal_parse(m->value->text, &d) || d.units % DECIMAL_ONE != 0 ||
	    decimal_cmp(d, decimal_of(least)) < 0 || decimal_cmp(d, decimal_of(most)) > 0)
		return false;
	*out = (unsigned)(d.units / DECIMAL_ONE);
	return true;
}

static bool take_severity(const struct reading *r, const struct tree *object, unsigned *out)
{
	struct member m = get(r, object, "severity");
	const bool good = m.at == NULL || is_whole(&m, 0, SEVERITY_MOST, out) || expected(r, &m, "a number from 0 to 4");

	drop(&m);
	return good;
}

static bool take_periods(const struct reading *r, const struct tree *object, const char *name, unsigned *out)
{
	struct member m = get(r, object, name);
	const bool good = is_whole(&m, 1, PERIODS_MOST, out) || expected(r, &m, "a number from 1 to 6");

	drop(&m);
	return good;
}

static bool take_threshold(const struct reading *r, const struct tree *object, struct decimal *out)
{
	struct member m = get(r, object, "threshold");
	const bool good = (is_text(&m) && decimal_parse(m.value->text, out)) || expected(r, &m, "a number");

	drop(&m);
	return good;
}

static bool take_duration(const struct reading *r, const struct member *m, uint64_t *minutes)
{
	return (is_text(m) && duration_parse(m->value->text, minutes)) ||
	       expected(r, m, "a duration of whole minutes, such as PT5M");
}

static bool take_times(const struct reading *r, const struct tree *object, struct rule *rule)
{
	struct member f = get(r, object, "evaluationFrequency"), w = get(r, object, "windowSize");
	uint64_t frequency = 0, window = 0;
	bool both = take_duration(r, &f, &frequency);

	both &= take_duration(r, &w, &window);
	bool good = both;

	if (both && rule_frequency_wrong(frequency) != NULL)
		good = expected(r, &f, rule_frequency_wrong(frequency));
	else if (both && rule_window_wrong(window, frequency) != NULL)
		good = expected(r, &w, rule_window_wrong(window, frequency));
	rule->frequency = (unsigned)frequency;
	rule->window = (unsigned)window;
	drop(&f);
	drop(&w);
	return good;
}

static size_t count_children(const struct tree *t)
{
	size_t n = 0;

	for (const struct tree *c = t->child; c != NULL; c = c->next)
		n++;
	return n;
}

/* ---- conditions ---- */

static bool take_values(const struct reading *r, const struct tree *object, struct dimension *d)
{
	struct member m = get(r, object, "values");
	bool good = m.value != NULL && m.value->type == JSON_ARRAY && m.value->child != NULL;

	if (!good)
		expected(r, &m, "an array of values");
	d->n = 0;
	d->values = good ? arena_alloc(&r->rules->arena, count_children(m.value) * sizeof(*d->values)) : NULL;
	for (const struct tree *c = good ? m.value->child : NULL; c != NULL; c = c->next) {
		struct member v = resolve(r, m.value, "values", c);

		if (is_text(&v))
			d->values[d->n++] = v.value->text;
		else
			good = expected(r, &v, "a text");
		drop(&v);
	}
	drop(&m);
	return good;
}

static bool take_dimension(const struct reading *r, const struct tree *t, struct dimension *d)
{
	int match = MATCH_INCLUDE;
	bool good = take_text(r, t, "name", true, &d->name);

	good &= take_word(r, t, "operator", match_words, &match);
	d->match = (enum match)match;
	return take_values(r, t, d) && good;
}

static bool take_dimensions(const struct reading *r, const struct tree *object, struct condition *c)
{
	struct member m = get(r, object, "dimensions");
	bool good = true;

	if (m.at != NULL && (m.value == NULL || m.value->type != JSON_ARRAY))
		good = expected(r, &m, "an array of dimensions");
	if (m.value != NULL && good) {
		c->dimensions = arena_alloc(&r->rules->arena, (count_children(m.value) + 1) * sizeof(*c->dimensions));
		for (const struct tree *d = m.value->child; d != NULL; d = d->next) {
			struct member one = resolve(r, m.value, "dimensions", d);

			if (one.value == NULL || one.value->type != JSON_OBJECT)
				good = expected(r, &one, "an object");
			else
				good &= take_dimension(r, one.value, &c->dimensions[c->n_dimensions++]);
			drop(&one);
		}
	}
	drop(&m);
	return good;
}

static bool take_since(const struct reading *r, const struct tree *object, int64_t *out)
{
	struct member m = get(r, object, "ignoreDataBefore");
	bool good = true;

	*out = is_text(&m) ? time_parse_option(m.value->text, 0) : TIME_NONE;
	if (m.at != NULL && *out == TIME_NONE)
		good = expected(r, &m, "a time such as 2026-11-02T03:00:00Z");
	drop(&m);
	return good;
}

static bool take_dynamic(const struct reading *r, const struct tree *t, struct dynamic *d)
{
	struct member periods = get(r, t, "failingPeriods");
	int sensitivity = 0;
	bool good = take_word(r, t, "alertSensitivity", sensitivity_words, &sensitivity);

	d->sensitivity = (enum sensitivity)sensitivity;
	if (periods.value == NULL || periods.value->type != JSON_OBJECT) {
		good = expected(r, &periods, "an object with numberOfEvaluationPeriods and minFailingPeriodsToAlert");
	} else {
		good &= take_periods(r, periods.value, "numberOfEvaluationPeriods", &d->periods);
		good &= take_periods(r, periods.value, "minFailingPeriodsToAlert", &d->failing);
		if (good && d->failing > d->periods) {
			struct member m = get(r, periods.value, "minFailingPeriodsToAlert");

			good = expected(r, &m, "at most as many as numberOfEvaluationPeriods");
			drop(&m);
		}
	}
	drop(&periods);
	return take_since(r, t, &d->since) && good;
}

/* The operators that each kind of threshold has. */
static bool take_comparison(const struct reading *r, const struct tree *t, struct condition *c)
{
	static const struct spelling_entry dynamic_words[] = {
		{ "GreaterThan", NULL }, { "LessThan", NULL }, { "GreaterOrLessThan", NULL }, { NULL, NULL },
	};
	static const enum comparison dynamic_comparisons[] = { COMPARE_GREATER, COMPARE_LESS, COMPARE_OUTSIDE };
	struct spelling_entry static_words[COMPARE_OUTSIDE + 1];
	int found;

	if (c->is_dynamic) {
		if (!take_word(r, t, "operator", dynamic_words, &found))
			return false;
		c->comparison = dynamic_comparisons[found];
		return true;
	}
	memcpy(static_words, comparison_words, sizeof(static_words));
	static_words[COMPARE_OUTSIDE].name = NULL;
	if (!take_word(r, t, "operator", static_words, &found))
		return false;
	c->comparison = (enum comparison)found;
	return true;
}

static bool take_kind(const struct reading *r, const struct tree *t, bool *is_dynamic)
{
	static const struct spelling_entry kinds[] = { { "StaticThresholdCriterion", NULL }, { "DynamicThresholdCriterion", NULL },
		{ NULL, NULL } };
	int found = 0;

	if (tree_member(t, SLICE("criterionType")) != NULL && !take_word(r, t, "criterionType", kinds, &found))
		return false;
	*is_dynamic = found == 1;
	return true;
}

static bool take_condition(const struct reading *r, const struct tree *t, struct condition *c)
{
	int aggregation = 0;
	bool good;

	*c = (struct condition){ .name = text_if_any(r, t, "name"), .dynamic.since = TIME_NONE };
	good = take_kind(r, t, &c->is_dynamic);
	good &= take_text(r, t, "metricName", true, &c->metric);
	good &= take_text(r, t, "metricNamespace", false, &c->space);
	good &= take_word(r, t, "timeAggregation", aggregation_words, &aggregation);
	c->aggregation = (enum aggregation)aggregation;
	good &= take_comparison(r, t, c);
	good &= c->is_dynamic ? take_dynamic(r, t, &c->dynamic) : take_threshold(r, t, &c->threshold);
	return take_dimensions(r, t, c) && good;
}

static bool take_conditions(const struct reading *r, const struct tree *criteria, struct rule *rule)
{
	struct member m = get(r, criteria, "allOf");
	size_t n = m.value != NULL && m.value->type == JSON_ARRAY ? count_children(m.value) : 0;
	bool good = n > 0 && n <= CONDITIONS_MOST;

	if (!good) {
		expected(r, &m, "an array of 1 to 5 conditions");
		n = 0;
	}
	rule->conditions = arena_alloc(&r->rules->arena, (n + 1) * sizeof(*rule->conditions));
	for (const struct tree *c = n > 0 ? m.value->child : NULL; c != NULL; c = c->next) {
		struct member one = resolve(r, m.value, "allOf", c);

		if (one.value == NULL || one.value->type != JSON_OBJECT)
			good = expected(r, &one, "an object");
		else
			good &= take_condition(r, one.value, &rule->conditions[rule->n_conditions++]);
		drop(&one);
	}
	drop(&m);
	return good;
}

/* ---- rules ---- */

/* Kinds of alert rules that are none of metrics; by the end of their type. */
static const struct {
	struct slice type;
	const char *unsupported;
} other_kinds[] = {
	{ SLICE("/scheduledQueryRules"), "it is a log search alert (scheduledQueryRules): queries are not evaluated" },
	{ SLICE("/alertRules"), "it is a classic alert rule (alertRules), which Azure has retired: write it as a metric alert" },
	{ SLICE("/activityLogAlerts"), "it is an alert on the activity log, which diagnostic logs do not hold" },
	{ SLICE("/smartDetectorAlertRules"), "it is a smart detector alert, which Azure alone can evaluate" },
	{ SLICE("/prometheusRuleGroups"), "it is a group of Prometheus rules: queries are not evaluated" },
};
enum { KIND_LOG_SEARCH, KIND_CLASSIC, KINDS = sizeof(other_kinds) / sizeof(other_kinds[0]) };

static const char web_test[] = "it is an alert on a web test, which diagnostic logs do not hold";
static const char promql[] = "it is an alert on a PromQL query: queries are not evaluated";
static const char several_dynamic[] = "a dynamic threshold cannot stand beside another condition";

static const struct tree *properties_of(const struct reading *r, const struct tree *t)
{
	struct member m = get(r, t, "properties");
	const struct tree *found = m.value != NULL && m.value->type == JSON_OBJECT ? m.value : t;

	drop(&m);
	return found;
}

static const struct tree *criteria_of(const struct reading *r, const struct tree *properties)
{
	struct member m = get(r, properties, "criteria");

	drop(&m);
	return m.value;
}

/* What kind of alert the words inside say it is: NULL for one of metrics. */
static const char *unsupported_inside(const struct reading *r, const struct tree *criteria)
{
	const struct slice type = text_if_any(r, criteria, "odata.type");
	struct member all = get(r, criteria, "allOf");
	const struct tree *first = all.value != NULL ? all.value->child : NULL;

	drop(&all);
	if (slice_ends_nocase(type, SLICE("WebtestLocationAvailabilityCriteria")))
		return web_test;
	if (slice_ends_nocase(type, SLICE("PromQLCriteria")))
		return promql;
	return tree_member(first, SLICE("query")) != NULL ? other_kinds[KIND_LOG_SEARCH].unsupported : NULL;
}

static const char *unsupported_type(struct slice type)
{
	for (size_t i = 0; i < KINDS; i++)
		if (slice_ends_nocase(type, other_kinds[i].type))
			return other_kinds[i].unsupported;
	return NULL;
}

/* A rule that says no type: by its members. */
static const char *unsupported_shape(const struct reading *r, const struct tree *properties)
{
	const struct tree *criteria = criteria_of(r, properties);

	if (criteria != NULL)
		return unsupported_inside(r, criteria);
	if (tree_member(tree_member(properties, SLICE("condition")), SLICE("dataSource")) != NULL)
		return other_kinds[KIND_CLASSIC].unsupported;
	return other_kinds[KIND_LOG_SEARCH].unsupported;
}

static struct slice name_of_file(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct slice name = slice_str(slash == NULL ? path : slash + 1);

	if (slice_ends_nocase(name, SLICE(".json")) && name.n > 5)
		name.n -= 5;
	return name;
}

/* The scopes that are texts; one that is an expression without a value makes it every resource. */
static void take_scopes(const struct reading *r, const struct tree *properties, struct rule *rule)
{
	struct member m = get(r, properties, "scopes");

	if (m.value != NULL && m.value->type == JSON_STRING) {
		rule->scopes = arena_alloc(&r->rules->arena, sizeof(*rule->scopes));
		rule->scopes[rule->n_scopes++] = m.value->text;
	} else if (m.value != NULL && m.value->type == JSON_ARRAY) {
		bool every = false;

		rule->scopes = arena_alloc(&r->rules->arena, (count_children(m.value) + 1) * sizeof(*rule->scopes));
		for (const struct tree *c = m.value->child; c != NULL; c = c->next) {
			struct member one = resolve(r, m.value, "scopes", c);

			if (is_text(&one))
				rule->scopes[rule->n_scopes++] = one.value->text;
			every |= one.value == NULL;
			drop(&one);
		}
		if (every)
			rule->n_scopes = 0;
	}
	drop(&m);
}

/* A resource that the template does not deploy is as good as disabled. */
static bool is_deployed(const struct reading *r, const struct tree *t)
{
	struct member m = get(r, t, "condition");
	const bool no = is_text(&m) && slice_eq_nocase(m.value->text, SLICE("false"));

	drop(&m);
	return !no;
}

static bool take_metric_rule(const struct reading *r, const struct tree *properties, struct rule *rule)
{
	struct member m = get(r, properties, "criteria");
	bool good = take_times(r, properties, rule);

	if (m.value == NULL || m.value->type != JSON_OBJECT)
		good = expected(r, &m, "an object with allOf");
	else
		good &= take_conditions(r, m.value, rule);
	drop(&m);
	for (size_t i = 0; good && i < rule->n_conditions; i++)
		if (rule->conditions[i].is_dynamic && rule->n_conditions > 1)
			rule->unsupported = several_dynamic;
	return good;
}

static void read_rule(struct reading *r, const struct tree *t, const char *unsupported)
{
	const struct tree *properties = properties_of(r, t);
	struct rule rule = RULE_INIT;
	bool good;

	r->found++;
	rule.unsupported = unsupported;
	rule.name = text_if_any(r, t, "name");
	if (rule.name.n == 0)
		rule.name = text_if_any(r, properties, "name");
	if (rule.name.n == 0)
		rule.name = arena_copy(&r->rules->arena, name_of_file(r->file));
	rule.description = text_if_any(r, properties, "description");
	rule.target_type = text_if_any(r, properties, "targetResourceType");
	take_scopes(r, properties, &rule);
	good = take_severity(r, properties, &rule.severity);
	good &= take_bool(r, properties, "enabled", &rule.enabled);
	good &= take_bool(r, properties, "isEnabled", &rule.enabled); /* as classic rules have it */
	good &= take_bool(r, properties, "autoMitigate", &rule.auto_mitigate);
	if (!is_deployed(r, t))
		rule.enabled = false;
	if (unsupported == NULL)
		good = take_metric_rule(r, properties, &rule) && good;
	if (good)
		rules_add(r->rules, &rule);
}

static bool is_metric_type(struct slice type)
{
	return slice_ends_nocase(type, SLICE("/metricAlerts"));
}

/* Whether it looks like an alert rule though it says no type. */
static bool is_shaped(const struct reading *r, const struct tree *t)
{
	const struct tree *p = properties_of(r, t), *condition = tree_member(p, SLICE("condition"));

	return tree_member(p, SLICE("criteria")) != NULL || tree_member(condition, SLICE("dataSource")) != NULL ||
	       (tree_member(p, SLICE("source")) != NULL && tree_member(p, SLICE("schedule")) != NULL);
}

static void read_value(struct reading *r, const struct tree *t);

/* Nested deployments bring their own parameters; none that deploys alert rules is passed over in silence. */
static void read_nested(struct reading *r, const struct tree *t)
{
	const struct tree *template = tree_member(properties_of(r, t), SLICE("template"));
	const struct tree *resources = tree_member(template, SLICE("resources"));

	if (resources != NULL && resources->child != NULL)
		read_rule(r, t, "it is a nested deployment: give its template as a file of its own");
}

static void read_object(struct reading *r, const struct tree *t)
{
	const struct slice type = text_if_any(r, t, "type");

	if (is_metric_type(type))
		read_rule(r, t, criteria_of(r, properties_of(r, t)) == NULL ? NULL
				: unsupported_inside(r, criteria_of(r, properties_of(r, t))));
	else if (unsupported_type(type) != NULL)
		read_rule(r, t, unsupported_type(type));
	else if (slice_ends_nocase(type, SLICE("/deployments")))
		read_nested(r, t);
	else if (type.n == 0 && is_shaped(r, t))
		read_rule(r, t, unsupported_shape(r, properties_of(r, t)));
}

static void read_template(struct reading *r, const struct tree *t)
{
	const struct arm outer = r->arm;

	r->arm.parameters = tree_member(t, SLICE("parameters"));
	r->arm.variables = tree_member(t, SLICE("variables"));
	/* Newer templates name their resources: an object instead of an array. */
	for (const struct tree *c = tree_member(t, SLICE("resources"))->child; c != NULL; c = c->next)
		if (c->type == JSON_OBJECT)
			read_object(r, c);
	r->arm = outer;
}

static bool is_list(const struct tree *t)
{
	return t != NULL && (t->type == JSON_ARRAY || t->type == JSON_OBJECT);
}

static void read_value(struct reading *r, const struct tree *t)
{
	if (t->type == JSON_ARRAY) {
		for (const struct tree *c = t->child; c != NULL; c = c->next)
			read_value(r, c);
		return;
	}
	if (t->type != JSON_OBJECT)
		return;
	if (is_list(tree_member(t, SLICE("resources"))))
		read_template(r, t);
	else if (is_list(tree_member(t, SLICE("value"))) && tree_member(t, SLICE("properties")) == NULL)
		read_value(r, tree_member(t, SLICE("value")));
	else
		read_object(r, t);
}

/* ---- files ---- */

static bool is_parameter_file(const struct tree *t)
{
	const struct tree *parameters = tree_member(t, SLICE("parameters"));

	return parameters != NULL && parameters->type == JSON_OBJECT && tree_member(t, SLICE("resources")) == NULL &&
	       tree_member(t, SLICE("properties")) == NULL;
}

static const struct tree *parse(struct rules *rules, const struct rule_file *file)
{
	struct buf text = BUF_INIT;
	struct tree_error error;
	const struct tree *t = tree_parse(file->text, &rules->arena, &error);

	if (t != NULL)
		return t;
	buf_printf(&text, "%s: line %zu: expected a rule as JSON, but %s", file->path, error.line, error.text);
	rules_problem(rules, buf_view(&text));
	buf_free(&text);
	return NULL;
}

static void read_file(struct rules *rules, const char *path, const struct tree *t, const struct tree *const *given, size_t n)
{
	struct reading r = { .rules = rules, .file = path, .arm = { .given = given, .n_given = n, .arena = &rules->arena } };
	struct buf text = BUF_INIT;

	read_value(&r, t);
	if (r.found > 0)
		return;
	buf_printf(&text, "%s: expected a metric alert rule, an array of them, an ARM template or a parameter file, "
	           "found no rule", path);
	rules_problem(rules, buf_view(&text));
	buf_free(&text);
}

void rules_read(struct rules *rules, const struct rule_file *files, size_t n)
{
	const struct tree **documents = mem_array(n, sizeof(*documents)), **given = mem_array(n, sizeof(*given));
	size_t n_given = 0;

	for (size_t i = 0; i < n; i++) {
		documents[i] = parse(rules, &files[i]);
		if (documents[i] != NULL && is_parameter_file(documents[i])) {
			given[n_given++] = tree_member(documents[i], SLICE("parameters"));
			documents[i] = NULL;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (documents[i] != NULL)
			read_file(rules, files[i].path, documents[i], given, n_given);
	free(documents);
	free(given);
}
