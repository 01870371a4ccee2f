/*
 * kql_functions.c - the table of functions, what checks their arguments, and those that choose between values.
 */
#include "select/kql_functions.h"

#include "base/escape.h"
#include "select/kql_convert.h"
#include "select/kql_fields.h"
#include "select/kql_lex.h"

/* ---- conversions ---- */

static bool check_convert(struct kql_checker *c, struct kql_node *n)
{
	const enum kql_type from = n->args[0]->type;

	n->eval = kql_convert_to(n->type, from, slice_eq(n->text, SLICE("toint")));
	if (n->eval == NULL)
		return kql_fail_node(c, n->args[0], "%.*s() does not take %s", SLICE_ARG(n->text), kql_type_name(from));
	return true;
}

/* ---- null and empty ---- */

static struct kql_value eval_isnull(const struct kql_node *n, struct kql_run *run)
{
	/* Text is never null. */
	return kql_bool(n->args[0]->type != KQL_TEXT && kql_eval(n->args[0], run).null);
}

static struct kql_value eval_isnotnull(const struct kql_node *n, struct kql_run *run)
{
	return kql_bool(!eval_isnull(n, run).b);
}

static struct kql_value eval_isempty(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run);

	return kql_bool(kql_is_text(n->args[0]->type) ? v.s.n == 0 : v.null);
}

static struct kql_value eval_isnotempty(const struct kql_node *n, struct kql_run *run)
{
	return kql_bool(!eval_isempty(n, run).b);
}

static struct kql_value eval_not(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run);

	return v.null ? v : kql_bool(!v.b);
}

/* ---- iff, case, coalesce ---- */

/* A value on its way out of n, whose type may be wider. */
static struct kql_value widened(const struct kql_node *n, const struct kql_node *arg, struct kql_run *run)
{
	const struct kql_value v = kql_eval(arg, run);

	return n->type == KQL_REAL && arg->type == KQL_LONG && !v.null ? kql_real((double)v.i) : v;
}

/* Conditions and values in turn, at last the value that is left. */
static struct kql_value eval_case(const struct kql_node *n, struct kql_run *run)
{
	size_t i = 0;

	while (i + 1 < n->n_args && !kql_is_true(kql_eval(n->args[i], run)))
		i += 2;
	return widened(n, n->args[i + 1 < n->n_args ? i + 1 : n->n_args - 1], run);
}

static struct kql_value eval_coalesce(const struct kql_node *n, struct kql_run *run)
{
	for (size_t i = 0; i < n->n_args; i++) {
		const struct kql_value v = widened(n, n->args[i], run);

		if (n->type == KQL_TEXT ? v.s.n > 0 : !v.null)
			return v;
	}
	return kql_null();
}

/* The type of n becomes one that takes `arg`, too. */
static bool widen(struct kql_checker *c, struct kql_node *n, const struct kql_node *arg)
{
	if (arg->type == n->type || (n->type == KQL_REAL && arg->type == KQL_LONG))
		return true;
	if (n->type == KQL_LONG && arg->type == KQL_REAL) {
		n->type = KQL_REAL;
		return true;
	}
	if (kql_is_text(n->type) && kql_is_text(arg->type))
		return kql_fail_node(c, n,
		                     "%.*s() gives text here and a member of properties there: write tostring(...) "
		                     "around the member",
		                     SLICE_ARG(n->text));
	return kql_fail_node(c, arg, "%.*s() gives %s here and %s there: its values must be of one type",
	                     SLICE_ARG(n->text),
	                     kql_type_name(arg->type), kql_type_name(n->type));
}

static bool check_case(struct kql_checker *c, struct kql_node *n)
{
	if (n->n_args % 2 == 0)
		return kql_fail_node(c, n,
		                     "case() takes conditions and values in turn, and a last value for everything "
		                     "else");
	for (size_t i = 0; i + 1 < n->n_args; i += 2)
		if (n->args[i]->type != KQL_BOOL)
			return kql_fail_node(c, n->args[i], "a condition is expected here, and this is %s",
			                     kql_type_name(n->args[i]->type));
	n->type = n->args[n->n_args - 1]->type;
	for (size_t i = 1; i < n->n_args; i += 2)
		if (!widen(c, n, n->args[i]))
			return false;
	return true;
}

static bool check_coalesce(struct kql_checker *c, struct kql_node *n)
{
	n->type = n->args[0]->type;
	for (size_t i = 1; i < n->n_args; i++)
		if (!widen(c, n, n->args[i]))
			return false;
	return true;
}

/* ---- names ---- */

bool kql_function_parses_json(struct slice name)
{
	static const char *const names[] = { "parse_json", "todynamic", "parsejson", "toobject" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_eq(name, slice_str(names[i])))
			return true;
	return false;
}

/* The column if there is one of that name, else the other value. */
static bool check_column_ifexists(struct kql_checker *c, struct kql_node *n)
{
	struct kql_node name = { .kind = NODE_NAME, .at = n->at, .n = n->n, .text = n->args[0]->value.s, .slot = -1 };
	struct kql_field field;
	struct slice member;
	enum kql_type type;

	if (!kql_field_find(name.text, &field) && !kql_field_column(name.text, &member, &type)) {
		*n = *n->args[1];
		return true;
	}
	*n = name;
	return kql_check_node(c, n);
}

static bool check_parse_json(struct kql_checker *c, struct kql_node *n)
{
	return kql_fail_node(c, n, "%.*s() is read member by member: write %.*s(properties_s).NAME", SLICE_ARG(n->text),
	                     SLICE_ARG(n->text));
}

/* ---- the table ---- */

#define CONVERT(name, type) { name, 1, 1, "a", type, NULL, check_convert, name "(value)" }
#define JSON(name) { name, 1, 1, "T", KQL_MEMBER, NULL, check_parse_json, name "(properties_s).NAME" }

static const struct kql_function functions[] = {
	CONVERT("tostring", KQL_TEXT),
	CONVERT("toint", KQL_LONG),
	CONVERT("tolong", KQL_LONG),
	CONVERT("todouble", KQL_REAL),
	CONVERT("toreal", KQL_REAL),
	CONVERT("tobool", KQL_BOOL),
	CONVERT("todatetime", KQL_DATETIME),
	CONVERT("totimespan", KQL_TIMESPAN),
	{ "tolower", 1, 1, "s", KQL_TEXT, kql_eval_lower, NULL, "tolower(text)" },
	{ "toupper", 1, 1, "s", KQL_TEXT, kql_eval_upper, NULL, "toupper(text)" },
	{ "strlen", 1, 1, "s", KQL_LONG, kql_eval_length, NULL, "strlen(text)" },
	{ "trim", 2, 2, "Ss", KQL_TEXT, NULL, kql_check_trim, "trim(pattern, text)" },
	{ "substring", 2, 3, "sii", KQL_TEXT, kql_eval_substring, NULL, "substring(text, start[, length])" },
	{ "split", 2, 2, "ss", KQL_ARRAY, NULL, kql_check_split, "split(text, separator)[i]" },
	{ "strcat", 1, FUNCTION_ANY, "a", KQL_TEXT, kql_eval_strcat, kql_check_strcat, "strcat(value, ...)" },
	{ "extract", 3, 4, "SIsT", KQL_TEXT, NULL, kql_check_extract, "extract(pattern, group, text[, typeof(type)])" },
	{ "indexof", 2, 3, "ssi", KQL_LONG, kql_eval_indexof, NULL, "indexof(text, part[, start])" },
	{ "isempty", 1, 1, "a", KQL_BOOL, eval_isempty, NULL, "isempty(value)" },
	{ "isnotempty", 1, 1, "a", KQL_BOOL, eval_isnotempty, NULL, "isnotempty(value)" },
	{ "isnull", 1, 1, "a", KQL_BOOL, eval_isnull, NULL, "isnull(value)" },
	{ "isnotnull", 1, 1, "a", KQL_BOOL, eval_isnotnull, NULL, "isnotnull(value)" },
	{ "iff", 3, 3, "baa", KQL_TEXT, eval_case, check_case, "iff(condition, value, other)" },
	{ "iif", 3, 3, "baa", KQL_TEXT, eval_case, check_case, "iif(condition, value, other)" },
	{ "case", 3, FUNCTION_ANY, "a", KQL_TEXT, eval_case, check_case, "case(condition, value, ..., other)" },
	{ "coalesce", 2, FUNCTION_ANY, "a", KQL_TEXT, eval_coalesce, check_coalesce, "coalesce(value, other, ...)" },
	{ "not", 1, 1, "b", KQL_BOOL, eval_not, NULL, "not(condition)" },
	JSON("parse_json"),
	JSON("todynamic"),
	JSON("parsejson"),
	JSON("toobject"),
	{ "column_ifexists", 2, 2, "Sa", KQL_TEXT, NULL, check_column_ifexists, "column_ifexists(\"name\", other)" },
	{ "columnifexists", 2, 2, "Sa", KQL_TEXT, NULL, check_column_ifexists, "columnifexists(\"name\", other)" },
	{ "ago", 1, 1, "d", KQL_DATETIME, kql_eval_ago, kql_check_now, "ago(timespan)" },
	{ "now", 0, 1, "d", KQL_DATETIME, kql_eval_now, kql_check_now, "now([timespan])" },
	{ "bin", 2, 2, "aa", KQL_LONG, NULL, kql_check_bin, "bin(value, size)" },
	{ "startofhour", 1, 1, "t", KQL_DATETIME, kql_eval_startofhour, NULL, "startofhour(datetime)" },
	{ "startofday", 1, 2, "ti", KQL_DATETIME, kql_eval_startofday, NULL, "startofday(datetime[, days])" },
	{ "hourofday", 1, 1, "t", KQL_LONG, kql_eval_hourofday, NULL, "hourofday(datetime)" },
	{ "dayofweek", 1, 1, "t", KQL_TIMESPAN, kql_eval_dayofweek, NULL, "dayofweek(datetime)" },
	{ "datetime_diff", 3, 3, "Stt", KQL_LONG, NULL, kql_check_datetime_diff,
	 "datetime_diff(\"day\", datetime, datetime)" },
};

const struct kql_function *kql_function_find(struct slice name)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (slice_eq(slice_str(functions[i].name), name))
			return &functions[i];
	return NULL;
}

void kql_functions_offer(struct nearest *n)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		nearest_offer(n, functions[i].name);
}

/* ---- calls ---- */

static const struct param {
	char letter;
	bool constant;
	unsigned types;          /* bits of enum kql_type */
	const char *what, *convert;
} params[] = {
#define ONE(t) (1U << (t))
	{ 's', false, ONE(KQL_TEXT) | ONE(KQL_MEMBER), "text", "tostring" },
	{ 'S', true, ONE(KQL_TEXT), "a text in quotes", NULL },
	{ 'i', false, ONE(KQL_LONG), "a whole number", "toint" },
	{ 'I', true, ONE(KQL_LONG), "a whole number as a constant", NULL },
	{ 'n', false, ONE(KQL_LONG) | ONE(KQL_REAL), "a number", "todouble" },
	{ 't', false, ONE(KQL_DATETIME), "a datetime", "todatetime" },
	{ 'd', false, ONE(KQL_TIMESPAN), "a timespan such as 1h", "totimespan" },
	{ 'b', false, ONE(KQL_BOOL), "a condition", NULL },
	{ 'a', false, ~ONE(KQL_ARRAY), "a value", NULL },
};

static const struct param *param_find(char letter)
{
	for (size_t i = 0; i < sizeof params / sizeof *params; i++)
		if (params[i].letter == letter)
			return &params[i];
	return NULL;
}

static bool check_argument(struct kql_checker *c, const struct kql_function *f, char letter, struct kql_node *arg)
{
	const struct param *p = param_find(letter);
	struct buf source = BUF_INIT;

	if (p == NULL) /* a type */
		return true;
	if (!kql_check_node(c, arg))
		return false;
	if ((p->types & ONE(arg->type)) != 0 && (!p->constant || (arg->constant && !arg->value.null)))
		return true;
	escape_text(&source, kql_source(c, arg));
	if (p->convert != NULL && kql_is_text(arg->type) && !arg->constant)
		kql_fail_node(c, arg, "%s: %s is expected here, and this is %s: write %s(%s)", f->usage, p->what,
		              kql_type_name(arg->type),
		              p->convert, buf_cstr(&source));
	else if (p->constant && (p->types & ONE(arg->type)) != 0)
		kql_fail_node(c, arg, "%s: %s is expected here", f->usage, p->what);
	else
		kql_fail_node(c, arg, "%s: %s is expected here, and this is %s", f->usage, p->what,
		              kql_type_name(arg->type));
	buf_free(&source);
	return false;
}

static bool fail_unknown(struct kql_checker *c, const struct kql_node *n)
{
	struct nearest near = nearest_begin(n->text);
	struct buf name = BUF_INIT;

	kql_functions_offer(&near);
	escape_text(&name, n->text);
	if (near.best != NULL)
		kql_fail(c->error, n->at, n->text.n, "there is no function '%s' here; did you mean '%s'?",
		         buf_cstr(&name), near.best);
	else
		kql_fail(c->error, n->at, n->text.n,
		         "there is no function '%s' here; dpslog-kql(7) lists those there are", buf_cstr(&name));
	buf_free(&name);
	return false;
}

bool kql_check_call(struct kql_checker *c, struct kql_node *n)
{
	const struct kql_function *f = kql_function_find(n->text);

	if (f == NULL)
		return fail_unknown(c, n);
	if (n->n_args < f->least || n->n_args > f->most)
		return kql_fail_node(c, n, "it is written %s", f->usage);
	const size_t letters = strlen(f->params);

	for (size_t i = 0; i < n->n_args; i++)
		if (!check_argument(c, f, f->params[i < letters ? i : letters - 1], n->args[i]))
			return false;
	n->type = f->result;
	n->eval = f->eval;
	return f->check == NULL || f->check(c, n);
}
