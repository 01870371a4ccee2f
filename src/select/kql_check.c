/*
 * kql_check.c - names, members and types; what is the same for every record is worked out here, once.
 */
#include "select/kql_check.h"

#include "base/escape.h"
#include "select/kql_convert.h"
#include "select/kql_fields.h"
#include "select/kql_functions.h"
#include "select/kql_operators.h"
#include "select/kql_parse.h"
#include "select/kql_regex.h"
#include "select/kql_time.h"

/* ---- for all checks ---- */

struct slice kql_source(const struct kql_checker *c, const struct kql_node *n)
{
	return slice_of(c->k->text.p + n->at, n->n);
}

const char *kql_type_name(enum kql_type t)
{
	static const char *const names[KQL_TYPES] = {
		[KQL_BOOL] = "a condition", [KQL_LONG] = "a number", [KQL_REAL] = "a decimal number",
		[KQL_DATETIME] = "a datetime",
		[KQL_TIMESPAN] = "a timespan", [KQL_TEXT] = "text", [KQL_MEMBER] = "text", [KQL_ARRAY] = "a list",
	};

	return names[t];
}

bool kql_constant_text(struct kql_checker *c, const struct kql_node *n, const char *what)
{
	return (n->constant && n->type == KQL_TEXT) || kql_fail_node(c, n, "%s must be a text in quotes", what);
}

const struct kql_regex *kql_check_regex(struct kql_checker *c, const struct kql_node *n)
{
	struct buf why = BUF_INIT;
	size_t at = 0;
	struct kql_regex *r = kql_regex_new(n->value.s, &why, &at);

	if (r != NULL) {
		c->k->regexes = kql_regex_push(r, c->k->regexes);
	} else {
		/* Where the pattern stands in the text as it is, the caret can stand in it. */
		const size_t found = slice_find(kql_source(c, n), n->value.s);

		if (n->value.s.n > 0 && found < n->n)
			kql_fail(c->error, n->at + found + at, at < n->value.s.n, "the pattern is not understood: %s",
			         buf_cstr(&why));
		else
			kql_fail_node(c, n, "the pattern is not understood: %s", buf_cstr(&why));
	}
	buf_free(&why);
	return r;
}

struct kql_node *kql_node_copy(struct kql_checker *c, const struct kql_node *n)
{
	struct kql_node *copy = arena_alloc(&c->k->arena, sizeof *copy);

	*copy = *n;
	return copy;
}

/* ---- names ---- */

static struct kql_value eval_text(const struct kql_node *n, struct kql_run *run)
{
	return kql_text(n->field->text(run->record));
}

static struct kql_value eval_time(const struct kql_node *n, struct kql_run *run)
{
	(void)n;
	return run->record->time == TIME_NONE ? kql_null() : kql_long(run->record->time * TICK_MICROSECOND);
}

static struct kql_value eval_member(const struct kql_node *n, struct kql_run *run)
{
	const struct slice s = n->slot < 0 ? slice_of(NULL, 0) : record_member(run->record, n->slot);

	return (struct kql_value){ .null = s.n == 0, .s = s };
}

/* n becomes the member `name` of properties. */
static void make_member(struct kql_checker *c, struct kql_node *n, struct slice name, enum kql_type type)
{
	struct kql *k = c->k;

	n->text = name;
	n->type = type;
	n->eval = eval_member;
	k->names_outcome |= kql_field_is_outcome_member(name);
	kql_node_add(&k->arena, &k->members, n);
}

/* A column whose suffix says that it is no text: the member, converted. */
static void make_column(struct kql_checker *c, struct kql_node *n, struct slice name, enum kql_type type)
{
	if (type == KQL_TEXT) {
		make_member(c, n, name, KQL_TEXT);
		return;
	}
	struct kql_node *member = kql_node_copy(c, n);

	make_member(c, member, name, KQL_TEXT);
	kql_node_add(&c->k->arena, n, member);
	n->type = type;
	n->eval = kql_convert_to(type, KQL_TEXT, false);
}

static bool is_properties(struct slice name)
{
	return slice_eq_nocase(name, SLICE("properties")) || slice_eq_nocase(name, SLICE("properties_s"));
}

static bool fail_name(struct kql_checker *c, const struct kql_node *n)
{
	struct nearest near = nearest_begin(n->text);
	struct buf name = BUF_INIT;

	if (is_properties(n->text))
		return kql_fail_node(c, n, "properties is not compared as a whole: name a member, as properties.NAME");
	kql_fields_offer(&near);
	escape_text(&name, n->text);
	if (near.best != NULL)
		kql_fail_node(c, n, "there is no field '%s'; did you mean '%s'?", buf_cstr(&name), near.best);
	else
		kql_fail_node(c, n, "there is no field '%s'; members of properties are written properties.%s",
		              buf_cstr(&name), buf_cstr(&name));
	buf_free(&name);
	return false;
}

static bool check_name(struct kql_checker *c, struct kql_node *n)
{
	struct kql_field *field = arena_alloc(&c->k->arena, sizeof *field);
	struct slice member;
	enum kql_type type;

	if (kql_field_column(n->text, &member, &type)) {
		make_column(c, n, member, type);
		return true;
	}
	if (!kql_field_find(n->text, field))
		return fail_name(c, n);
	n->field = field;
	n->type = field->type;
	n->eval = field->type == KQL_DATETIME ? eval_time : eval_text;
	c->k->fields |= field->fields;
	c->k->member_bits |= field->members;
	c->k->names_outcome |= field->of_outcome;
	return true;
}

/* ---- members and parts ---- */

/* properties, properties_s, parse_json(properties_s) */
static bool is_bag(const struct kql_node *n)
{
	if (n->kind == NODE_CALL && kql_function_parses_json(n->text) && n->n_args == 1)
		n = n->args[0];
	else if (n->kind == NODE_NAME && !slice_eq_nocase(n->text, SLICE("properties")))
		return false;
	return n->kind == NODE_NAME && is_properties(n->text);
}

static bool check_path(struct kql_checker *c, struct kql_node *n)
{
	const struct kql_node *of = n->args[0];

	if (is_bag(of)) {
		make_member(c, n, n->text, KQL_MEMBER);
		return true;
	}
	if (of->kind == NODE_PATH)
		return kql_fail_node(c, n, "a member of properties is one name, not a path");
	if (of->kind == NODE_NAME && slice_eq_nocase(of->text, SLICE("properties_s")))
		return kql_fail_node(c, n,
		                     "properties_s is text: write parse_json(properties_s).NAME, or properties.NAME");
	return kql_fail_node(c, n,
	                     "only properties has members: write properties.NAME or parse_json(properties_s).NAME");
}

static struct kql_value eval_index(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_node *list = n->args[0];
	const struct kql_value i = kql_eval(n->args[1], run);

	if (i.null)
		return i;
	if (list->kind == NODE_CALL)
		return kql_split_part(list, i.i, run);
	const int64_t at = i.i < 0 ? i.i + (int64_t)list->n_args : i.i;

	if (at < 0 || at >= (int64_t)list->n_args || list->args[at]->type != KQL_TEXT)
		return kql_null();
	return list->args[at]->value;
}

static bool check_index(struct kql_checker *c, struct kql_node *n)
{
	if (n->args[0]->kind == NODE_PATH || is_bag(n->args[0]))
		return kql_fail_node(c, n, "a member of properties is one name, not a path");
	if (!kql_check_node(c, n->args[0]) || !kql_check_node(c, n->args[1]))
		return false;
	if (n->args[0]->type != KQL_ARRAY)
		return kql_fail_node(c, n, "only a list, such as split(text, \",\"), has parts");
	if (n->args[1]->type != KQL_LONG)
		return kql_fail_node(c, n->args[1], "a whole number is expected here, and this is %s",
		                     kql_type_name(n->args[1]->type));
	n->type = KQL_MEMBER;
	n->eval = eval_index;
	return true;
}

static bool check_operation(struct kql_checker *c, struct kql_node *n)
{
	for (size_t i = 0; i < n->n_args; i++)
		if (!kql_check_node(c, n->args[i]))
			return false;
	return n->op->check(c, n);
}

/* ---- constants ---- */

/* All it is made of is constant, and it has a value: then that is what it is. */
static void fold(struct kql_checker *c, struct kql_node *n)
{
	struct kql_run run = { .arena = &c->k->arena, .scratch = NULL };

	if (n->constant || n->eval == NULL || n->type == KQL_ARRAY || n->n_args == 0 || n->regex != NULL ||
	    n->eval == eval_index || n->eval == kql_eval_ago || n->eval == kql_eval_now)
		return;
	for (size_t i = 0; i < n->n_args; i++)
		if (!n->args[i]->constant)
			return;
	n->value = n->eval(n, &run);
	n->constant = true;
}

bool kql_check_node(struct kql_checker *c, struct kql_node *n)
{
	static bool (*const checks[])(struct kql_checker *, struct kql_node *) = {
		[NODE_NAME] = check_name, [NODE_PATH] = check_path, [NODE_INDEX] = check_index,
		[NODE_CALL] = kql_check_call,
		[NODE_OPERATION] = check_operation,
	};

	if (n->kind == NODE_LITERAL)
		return true;
	if (!checks[n->kind](c, n))
		return false;
	fold(c, n);
	return true;
}

static bool fail_no_condition(struct kql_checker *c, const struct kql_node *n)
{
	struct buf source = BUF_INIT;

	escape_text(&source, kql_source(c, n));
	if (n->constant)
		kql_fail_node(c, n, "this is %s, not a condition: compare it with something", kql_type_name(n->type));
	else if (kql_is_text(n->type))
		kql_fail_node(c, n, "this is text, not a condition: write %s == \"...\", or isnotempty(%s)",
		              buf_cstr(&source), buf_cstr(&source));
	else
		kql_fail_node(c, n, "this is %s, not a condition: compare it with something", kql_type_name(n->type));
	buf_free(&source);
	return false;
}

bool kql_check(struct kql *k, struct kql_error *error)
{
	struct kql_checker c = { k, error };

	if (!kql_check_node(&c, k->root))
		return false;
	return k->root->type == KQL_BOOL || fail_no_condition(&c, k->root);
}
