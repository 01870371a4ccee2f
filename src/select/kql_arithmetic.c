/*
 * kql_arithmetic.c - sums and products of numbers, datetimes and timespans: a table of which types go together.
 *
 * What is null, too large, or a whole number divided by zero gives null.
 */
#include "base/escape.h"
#include "select/kql_checks.h"
#include "select/kql_operators.h"
#include "select/kql_time.h"

struct rule {
	enum kql_type left, right, result;
	/* Neither is null. */
	struct kql_value (*apply)(struct kql_value a, struct kql_value b);
};

/* ---- whole numbers, spans ---- */

static struct kql_value add(struct kql_value a, struct kql_value b)
{
	struct kql_value v = { 0 };

	v.null = __builtin_add_overflow(a.i, b.i, &v.i);
	return v;
}

static struct kql_value subtract(struct kql_value a, struct kql_value b)
{
	struct kql_value v = { 0 };

	v.null = __builtin_sub_overflow(a.i, b.i, &v.i);
	return v;
}

static struct kql_value multiply(struct kql_value a, struct kql_value b)
{
	struct kql_value v = { 0 };

	v.null = __builtin_mul_overflow(a.i, b.i, &v.i);
	return v;
}

static struct kql_value divide(struct kql_value a, struct kql_value b)
{
	return b.i == 0 || (a.i == INT64_MIN && b.i == -1) ? kql_null() : kql_long(a.i / b.i);
}

/* Never negative. */
static struct kql_value modulo(struct kql_value a, struct kql_value b)
{
	if (b.i == 0)
		return kql_null();
	if (b.i == -1)
		return kql_long(0);
	const int64_t rest = a.i % b.i;

	return rest >= 0 ? kql_long(rest) : kql_long(b.i < 0 ? rest - b.i : rest + b.i);
}

/* ---- datetimes ---- */

static struct kql_value in_calendar(struct kql_value v)
{
	return v.null || !kql_time_is_datetime(v.i) ? kql_null() : v;
}

static struct kql_value add_time(struct kql_value a, struct kql_value b)
{
	return in_calendar(add(a, b));
}

static struct kql_value subtract_time(struct kql_value a, struct kql_value b)
{
	return in_calendar(subtract(a, b));
}

/* ---- decimals ---- */

static struct kql_value add_real(struct kql_value a, struct kql_value b)
{
	return kql_real(a.r + b.r);
}

static struct kql_value subtract_real(struct kql_value a, struct kql_value b)
{
	return kql_real(a.r - b.r);
}

static struct kql_value multiply_real(struct kql_value a, struct kql_value b)
{
	return kql_real(a.r * b.r);
}

static struct kql_value divide_real(struct kql_value a, struct kql_value b)
{
	return kql_real(a.r / b.r);
}

static struct kql_value span_of(double ticks)
{
	return ticks >= -0x1p63 && ticks < 0x1p63 ? kql_long((int64_t)ticks) : kql_null();
}

static struct kql_value span_times_real(struct kql_value a, struct kql_value b)
{
	return span_of((double)a.i * b.r);
}

static struct kql_value real_times_span(struct kql_value a, struct kql_value b)
{
	return span_of(a.r * (double)b.i);
}

static struct kql_value span_by_real(struct kql_value a, struct kql_value b)
{
	return span_of((double)a.i / b.r);
}

static struct kql_value span_by_span(struct kql_value a, struct kql_value b)
{
	return kql_real((double)a.i / (double)b.i);
}

/* ---- the tables; whole numbers become decimals where no rule takes them as they are ---- */

static const struct rule plus[] = {
	{ KQL_LONG, KQL_LONG, KQL_LONG, add }, { KQL_REAL, KQL_REAL, KQL_REAL, add_real },
	{ KQL_TIMESPAN, KQL_TIMESPAN, KQL_TIMESPAN, add }, { KQL_DATETIME, KQL_TIMESPAN, KQL_DATETIME, add_time },
	{ KQL_TIMESPAN, KQL_DATETIME, KQL_DATETIME, add_time }, { 0 },
};

static const struct rule minus[] = {
	{ KQL_LONG, KQL_LONG, KQL_LONG, subtract }, { KQL_REAL, KQL_REAL, KQL_REAL, subtract_real },
	{ KQL_TIMESPAN, KQL_TIMESPAN, KQL_TIMESPAN, subtract },
		{ KQL_DATETIME, KQL_TIMESPAN, KQL_DATETIME, subtract_time },
	{ KQL_DATETIME, KQL_DATETIME, KQL_TIMESPAN, subtract }, { 0 },
};

static const struct rule times[] = {
	{ KQL_LONG, KQL_LONG, KQL_LONG, multiply }, { KQL_REAL, KQL_REAL, KQL_REAL, multiply_real },
	{ KQL_TIMESPAN, KQL_LONG, KQL_TIMESPAN, multiply }, { KQL_LONG, KQL_TIMESPAN, KQL_TIMESPAN, multiply },
	{ KQL_TIMESPAN, KQL_REAL, KQL_TIMESPAN, span_times_real },
		{ KQL_REAL, KQL_TIMESPAN, KQL_TIMESPAN, real_times_span }, { 0 },
};

static const struct rule over[] = {
	{ KQL_LONG, KQL_LONG, KQL_LONG, divide }, { KQL_REAL, KQL_REAL, KQL_REAL, divide_real },
	{ KQL_TIMESPAN, KQL_TIMESPAN, KQL_REAL, span_by_span }, { KQL_TIMESPAN, KQL_LONG, KQL_TIMESPAN, divide },
	{ KQL_TIMESPAN, KQL_REAL, KQL_TIMESPAN, span_by_real }, { 0 },
};

static const struct rule rest[] = { { KQL_LONG, KQL_LONG, KQL_LONG, modulo }, { 0 } };

static const struct rule *rule_find(const struct rule *rules, enum kql_type left, enum kql_type right)
{
	for (; rules->apply != NULL; rules++)
		if (rules->left == left && rules->right == right)
			return rules;
	return NULL;
}

static struct kql_value operand(const struct kql_node *n, enum kql_type wanted, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n, run);

	return wanted == KQL_REAL && n->type == KQL_LONG && !v.null ? kql_real((double)v.i) : v;
}

static const struct rule *const tables[] = { plus, minus, times, over, rest };

static struct kql_value eval_rule(const struct kql_node *n, struct kql_run *run)
{
	const struct rule *r = &tables[n->number >> 8][n->number & 0xFF];
	const struct kql_value a = operand(n->args[0], r->left, run), b = operand(n->args[1], r->right, run);

	return a.null || b.null ? kql_null() : r->apply(a, b);
}

static bool fail_operands(struct kql_checker *c, const struct kql_node *n)
{
	const struct kql_node *a = n->args[0], *b = n->args[1], *text = kql_is_text(a->type) ? a : b;
	struct buf name = BUF_INIT;

	escape_text(&name, kql_source(c, text));
	if (kql_is_text(a->type) && kql_is_text(b->type))
		kql_fail_node(c, n, "text is not calculated with: write strcat(...) to join it, or toint(%s)",
		              buf_cstr(&name));
	else if (kql_is_text(text->type))
		kql_fail_node(c, text, "text is not calculated with: write toint(%s) or todatetime(%s)",
		              buf_cstr(&name), buf_cstr(&name));
	else
		kql_fail_node(c, n, "%s is not defined for %s and %s", n->op->name, kql_type_name(a->type),
		              kql_type_name(b->type));
	buf_free(&name);
	return false;
}

static bool check_rule(struct kql_checker *c, struct kql_node *n, size_t table)
{
	const enum kql_type a = n->args[0]->type, b = n->args[1]->type;
	const struct rule *r = rule_find(tables[table], a, b);

	if (r == NULL && kql_is_number(a) && kql_is_number(b))
		r = rule_find(tables[table], KQL_REAL, KQL_REAL);
	if (r == NULL)
		return fail_operands(c, n);
	n->number = (int64_t)(table << 8) + (r - tables[table]);
	n->type = r->result;
	n->eval = eval_rule;
	return true;
}

bool kql_check_plus(struct kql_checker *c, struct kql_node *n)
{
	return check_rule(c, n, 0);
}

bool kql_check_minus(struct kql_checker *c, struct kql_node *n)
{
	return check_rule(c, n, 1);
}

bool kql_check_times(struct kql_checker *c, struct kql_node *n)
{
	return check_rule(c, n, 2);
}

bool kql_check_divide(struct kql_checker *c, struct kql_node *n)
{
	return check_rule(c, n, 3);
}

bool kql_check_modulo(struct kql_checker *c, struct kql_node *n)
{
	return check_rule(c, n, 4);
}

/* ---- signs ---- */

static struct kql_value eval_sign(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run);

	if (v.null || !n->op->negated)
		return v;
	return n->type == KQL_REAL ? kql_real(-v.r) : subtract(kql_long(0), v);
}

bool kql_check_sign(struct kql_checker *c, struct kql_node *n)
{
	const struct kql_node *v = n->args[0];

	if (!kql_is_number(v->type) && v->type != KQL_TIMESPAN)
		return kql_fail_node(c, n, "a sign stands before a number or a timespan, and this is %s",
		                     kql_type_name(v->type));
	n->type = v->type;
	n->eval = eval_sign;
	return true;
}
