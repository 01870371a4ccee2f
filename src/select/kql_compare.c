/*
 * kql_compare.c - equality, order, in, between: which types go together, what a null means, and what to write instead.
 *
 * One side null: == and in are false, != and !in true, an order is null. Both null: null. Text is never null here.
 */
#include "base/escape.h"
#include "select/kql_checks.h"
#include "select/kql_operators.h"
#include "select/kql_fields.h"
#include "select/kql_parse.h"

/* Types of one class are compared. */
enum class { CLASS_BOOL, CLASS_NUMBER, CLASS_DATETIME, CLASS_TIMESPAN, CLASS_TEXT, CLASS_NONE };

static enum class class_of(enum kql_type t)
{
	static const enum class classes[KQL_TYPES] = {
		[KQL_BOOL] = CLASS_BOOL, [KQL_LONG] = CLASS_NUMBER, [KQL_REAL] = CLASS_NUMBER,
		[KQL_DATETIME] = CLASS_DATETIME,
		[KQL_TIMESPAN] = CLASS_TIMESPAN, [KQL_TEXT] = CLASS_TEXT, [KQL_MEMBER] = CLASS_TEXT,
		[KQL_ARRAY] = CLASS_NONE,
	};

	return classes[t];
}

/* ---- what is wrong ---- */

static const char *conversion_to(enum kql_type t)
{
	switch (class_of(t)) {
	case CLASS_NUMBER:
		return t == KQL_REAL ? "todouble" : "toint";
	case CLASS_DATETIME:
		return "todatetime";
	case CLASS_TIMESPAN:
		return "totimespan";
	default:
		return "tobool";
	}
}

/* `text` is no constant and `other` something else. */
static bool fail_text(struct kql_checker *c, const struct kql_node *n, const struct kql_node *text,
                      const struct kql_node *other)
{
	struct buf name = BUF_INIT, value = BUF_INIT;
	const bool order = n->op->level == LEVEL_RELATION || n->op->right == RIGHT_RANGE;

	escape_text(&name, kql_source(c, text));
	escape_text(&value, kql_source(c, other));
	if (!order && other->kind == NODE_LITERAL && kql_is_number(other->type) && n->op->right == RIGHT_LIST)
		kql_fail_node(c, other, "%s is text: write \"%s\", or toint(%s)", buf_cstr(&name), buf_cstr(&value),
		              buf_cstr(&name));
	else if (!order && other->kind == NODE_LITERAL && kql_is_number(other->type))
		kql_fail_node(c, other, "%s is text: write %s \"%s\", or toint(%s)", buf_cstr(&name), n->op->name,
		              buf_cstr(&value), buf_cstr(&name));
	else
		kql_fail_node(c, text, "%s is text, and is compared with %s: write %s(%s)", buf_cstr(&name),
		              kql_type_name(other->type),
		              conversion_to(other->type), buf_cstr(&name));
	buf_free(&name);
	buf_free(&value);
	return false;
}

/* A constant text beside something else. */
static bool fail_constant(struct kql_checker *c, const struct kql_node *text, const struct kql_node *other)
{
	struct buf value = BUF_INIT;

	escape_text(&value, text->value.s);
	switch (class_of(other->type)) {
	case CLASS_NUMBER:
		kql_fail_node(c, text, "a number is compared with text: write the number without quotes");
		break;
	case CLASS_DATETIME:
		kql_fail_node(c, text, "a datetime is compared with text: write datetime(%s)", buf_cstr(&value));
		break;
	case CLASS_TIMESPAN:
		kql_fail_node(c, text, "a timespan is compared with text: write timespan(%s)", buf_cstr(&value));
		break;
	default:
		kql_fail_node(c, text, "%s is compared with text", kql_type_name(other->type));
		break;
	}
	buf_free(&value);
	return false;
}

bool kql_fail_types(struct kql_checker *c, const struct kql_node *n, const struct kql_node *a, const struct kql_node *b)
{
	const bool a_text = kql_is_text(a->type), b_text = kql_is_text(b->type);

	if (a->type == KQL_ARRAY || b->type == KQL_ARRAY)
		return kql_fail_node(c, a->type == KQL_ARRAY ? a : b,
		                     "a list is not compared: take a value of it with [0], or use in");
	if (a_text && !b_text)
		return a->constant ? fail_constant(c, a, b) : fail_text(c, n, a, b);
	if (b_text && !a_text)
		return b->constant ? fail_constant(c, b, a) : fail_text(c, n, b, a);
	return kql_fail_node(c, n, "%s cannot be compared with %s", kql_type_name(a->type), kql_type_name(b->type));
}

/* Text has no order in KQL. */
static bool fail_order(struct kql_checker *c, const struct kql_node *n)
{
	struct buf name = BUF_INIT;

	escape_text(&name, kql_source(c, n->args[0]));
	kql_fail_node(c, n, "text has no order: %s compares numbers, datetimes and timespans; write toint(%s) or "
	                    "todatetime(%s)", n->op->name,
	              buf_cstr(&name), buf_cstr(&name));
	buf_free(&name);
	return false;
}

/* Of two dynamic values Log Analytics does not know how to compare them; of one that is null it compares nothing. */
static bool check_dynamic(struct kql_checker *c, const struct kql_node *a, const struct kql_node *b)
{
	const struct kql_node *both[] = { a, b };

	for (size_t i = 0; i < 2; i++)
		if (both[i]->type == KQL_MEMBER && both[i]->constant && both[i]->value.null)
			return kql_fail_node(c, both[i], "nothing is compared with dynamic(null): write isnull(...)");
	if (a->type != KQL_MEMBER || b->type != KQL_MEMBER)
		return true;
	return kql_fail_node(c, b, "two dynamic values are not compared: write tostring(%.*s)",
	                     SLICE_ARG(kql_source(c, b)));
}

/* ---- values ---- */

static unsigned relation_of(int order)
{
	return order < 0 ? RELATION_LESS : order > 0 ? RELATION_GREATER : RELATION_EQUAL;
}

static double as_real(enum kql_type t, struct kql_value v)
{
	return t == KQL_REAL ? v.r : (double)v.i;
}

/* Neither is null; of one class. */
static unsigned relate(enum kql_type at, struct kql_value a, enum kql_type bt, struct kql_value b)
{
	if (kql_is_text(at))
		return slice_eq(a.s, b.s) ? RELATION_EQUAL : RELATION_NONE;
	if (at == KQL_BOOL)
		return a.b == b.b ? RELATION_EQUAL : RELATION_NONE;
	if (at == KQL_REAL || bt == KQL_REAL) {
		const double x = as_real(at, a), y = as_real(bt, b);

		if (x != x || y != y)
			return RELATION_NONE;
		return relation_of((x > y) - (x < y));
	}
	return relation_of((a.i > b.i) - (a.i < b.i));
}

/* ---- == and the order ---- */

static struct kql_value eval_equal_text(const struct kql_node *n, struct kql_run *run)
{
	const struct slice a = kql_eval(n->args[0], run).s, b = kql_eval(n->args[1], run).s;

	return kql_bool(slice_eq(a, b) != n->op->negated);
}

static struct kql_value eval_equality(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value a = kql_eval(n->args[0], run), b = kql_eval(n->args[1], run);

	if (a.null && b.null)
		return kql_null();
	if (a.null || b.null)
		return kql_bool(n->op->negated);
	return kql_bool((n->op->how & relate(n->args[0]->type, a, n->args[1]->type, b)) != 0);
}

static struct kql_value eval_order(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value a = kql_eval(n->args[0], run), b = kql_eval(n->args[1], run);

	if (a.null || b.null)
		return kql_null();
	return kql_bool((n->op->how & relate(n->args[0]->type, a, n->args[1]->type, b)) != 0);
}

void kql_canonical(struct kql_node *n, bool nocase)
{
	const struct kql_field *field = NULL;

	for (size_t i = 0; i < n->n_args; i++)
		if (n->args[i]->field != NULL && n->args[i]->field->canonical != NULL)
			field = n->args[i]->field;
	for (size_t i = 0; field != NULL && i < n->n_args; i++)
		if (n->args[i]->constant && n->args[i]->type == KQL_TEXT)
			n->args[i]->value.s = field->canonical(n->args[i]->value.s, nocase);
}

bool kql_check_equality(struct kql_checker *c, struct kql_node *n)
{
	const struct kql_node *a = n->args[0], *b = n->args[1];

	if (class_of(a->type) != class_of(b->type) || class_of(a->type) == CLASS_NONE)
		return kql_fail_types(c, n, a, b);
	if (!check_dynamic(c, a, b))
		return false;
	kql_canonical(n, false);
	n->type = KQL_BOOL;
	n->eval = kql_is_text(a->type) ? eval_equal_text : eval_equality;
	return true;
}

bool kql_check_order(struct kql_checker *c, struct kql_node *n)
{
	const struct kql_node *a = n->args[0], *b = n->args[1];

	if (kql_is_text(a->type) && kql_is_text(b->type))
		return fail_order(c, n);
	if (class_of(a->type) != class_of(b->type) || class_of(a->type) == CLASS_NONE)
		return kql_fail_types(c, n, a, b);
	if (a->type == KQL_BOOL)
		return kql_fail_node(c, n, "true and false have no order");
	n->type = KQL_BOOL;
	n->eval = eval_order;
	return true;
}

/* ---- in ---- */

void kql_unfold_lists(struct kql_checker *c, struct kql_node *n)
{
	struct kql_node flat = { 0 };

	for (size_t i = 0; i < n->n_args; i++) {
		if (i == 0 || n->args[i]->type != KQL_ARRAY || n->args[i]->kind != NODE_LITERAL)
			kql_node_add(&c->k->arena, &flat, n->args[i]);
		else
			for (size_t k = 0; k < n->args[i]->n_args; k++)
				kql_node_add(&c->k->arena, &flat, n->args[i]->args[k]);
	}
	n->args = flat.args;
	n->n_args = flat.n_args;
}

static struct kql_value eval_in_text(const struct kql_node *n, struct kql_run *run)
{
	const struct slice s = kql_eval(n->args[0], run).s;

	for (size_t i = 1; i < n->n_args; i++)
		if (slice_eq(s, kql_eval(n->args[i], run).s))
			return kql_bool(!n->op->negated);
	return kql_bool(n->op->negated);
}

static struct kql_value eval_in(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run);
	bool null = false;

	for (size_t i = 1; i < n->n_args; i++) {
		const struct kql_value item = kql_eval(n->args[i], run);

		if (!v.null && !item.null && relate(n->args[0]->type, v, n->args[i]->type, item) == RELATION_EQUAL)
			return kql_bool(!n->op->negated);
		null |= v.null && item.null;
	}
	return null ? kql_null() : kql_bool(n->op->negated);
}

bool kql_check_in(struct kql_checker *c, struct kql_node *n)
{
	kql_unfold_lists(c, n);
	const struct kql_node *v = n->args[0];

	for (size_t i = 1; i < n->n_args; i++) {
		if (class_of(v->type) != class_of(n->args[i]->type) || class_of(v->type) == CLASS_NONE)
			return kql_fail_types(c, n, v, n->args[i]);
		if (!check_dynamic(c, v, n->args[i]))
			return false;
	}
	kql_canonical(n, false);
	n->type = KQL_BOOL;
	n->eval = kql_is_text(v->type) ? eval_in_text : eval_in;
	return true;
}

/* ---- between ---- */

/* From the second of args to the third, both inclusive; the third may be a span behind the second. */
static struct kql_value eval_between(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run), low = kql_eval(n->args[1], run);
	struct kql_value high = kql_eval(n->args[2], run);
	enum kql_type high_type = n->args[2]->type;
	const unsigned below = RELATION_LESS | RELATION_NONE, above = RELATION_GREATER | RELATION_NONE;

	if (high_type == KQL_TIMESPAN && n->args[1]->type == KQL_DATETIME) {
		high_type = KQL_DATETIME;
		high.null |= low.null || __builtin_add_overflow(low.i, high.i, &high.i);
	}
	/* The two comparisons, joined by and. */
	const bool under = !v.null && !low.null && (relate(n->args[0]->type, v, n->args[1]->type, low) & below);
	const bool over = !v.null && !high.null && (relate(n->args[0]->type, v, high_type, high) & above);

	if (under || over)
		return kql_bool(n->op->negated);
	return v.null || low.null || high.null ? kql_null() : kql_bool(!n->op->negated);
}

bool kql_check_between(struct kql_checker *c, struct kql_node *n)
{
	const struct kql_node *v = n->args[0], *low = n->args[1], *high = n->args[2];
	const bool span = low->type == KQL_DATETIME && high->type == KQL_TIMESPAN;

	if (kql_is_text(v->type) && kql_is_text(low->type))
		return fail_order(c, n);
	if (v->type == KQL_BOOL || class_of(v->type) != class_of(low->type) || class_of(v->type) == CLASS_NONE)
		return kql_fail_types(c, n, v, low);
	if (!span && class_of(v->type) != class_of(high->type))
		return kql_fail_types(c, n, v, high);
	n->type = KQL_BOOL;
	n->eval = eval_between;
	return true;
}
