/*
 * kql_time_functions.c - ago, now, bin, startofday and the rest that counts with time.
 *
 * The time of now is that of the newest record (or what --now says), so none of it is a constant before the input is
 * known.
 */
#include "select/kql_functions.h"
#include "select/kql_lex.h"
#include "select/kql_time.h"

static struct kql_value shifted(struct kql_run *run, int64_t by, bool back)
{
	struct kql_value v = { 0 };

	if (!run->now_known ||
	    (back ? __builtin_sub_overflow(run->now, by, &v.i) : __builtin_add_overflow(run->now, by, &v.i)) ||
	    !kql_time_is_datetime(v.i))
		return kql_null();
	return v;
}

struct kql_value kql_eval_ago(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value span = kql_eval(n->args[0], run);

	return span.null ? span : shifted(run, span.i, true);
}

struct kql_value kql_eval_now(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value span = n->n_args > 0 ? kql_eval(n->args[0], run) : kql_long(0);

	return span.null ? span : shifted(run, span.i, false);
}

bool kql_check_now(struct kql_checker *c, struct kql_node *n)
{
	(void)n;
	c->k->needs_now = true;
	return true;
}

static struct kql_value start_of(struct kql_value t, int64_t span)
{
	return t.null ? t : kql_long(kql_time_bin(t.i, span, 0));
}

struct kql_value kql_eval_startofhour(const struct kql_node *n, struct kql_run *run)
{
	return start_of(kql_eval(n->args[0], run), TICK_HOUR);
}

/* The second argument moves it by so many days. */
struct kql_value kql_eval_startofday(const struct kql_node *n, struct kql_run *run)
{
	struct kql_value day = start_of(kql_eval(n->args[0], run), TICK_DAY);
	const struct kql_value by = n->n_args > 1 ? kql_eval(n->args[1], run) : kql_long(0);
	int64_t shift;

	if (day.null || by.null || __builtin_mul_overflow(by.i, TICK_DAY, &shift) ||
	    __builtin_add_overflow(day.i, shift, &day.i) ||
	    !kql_time_is_datetime(day.i))
		return kql_null();
	return day;
}

struct kql_value kql_eval_hourofday(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value t = kql_eval(n->args[0], run);

	return t.null ? t : kql_long((t.i - kql_time_bin(t.i, TICK_DAY, 0)) / TICK_HOUR);
}

struct kql_value kql_eval_dayofweek(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value t = kql_eval(n->args[0], run);

	return t.null ? t : kql_long(kql_time_weekday(t.i));
}

/* ---- bin ---- */

/* Whole numbers and spans are counted from 0, datetimes from the year 1. */
static struct kql_value eval_bin(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run), size = kql_eval(n->args[1], run);

	if (v.null || size.null || size.i <= 0)
		return kql_null();
	return kql_long(kql_time_bin(v.i, size.i, n->type == KQL_DATETIME ? TICK_FIRST : 0));
}

static double real_of(const struct kql_node *n, struct kql_value v)
{
	return n->type == KQL_REAL ? v.r : (double)v.i;
}

/* The C library's floor is in a library of its own, which clang asks for. From 2^53 on reals have no fraction. */
static double round_down(double x)
{
	if (!(x > -0x1p53 && x < 0x1p53))
		return x;
	const double whole = (double)(int64_t)x;

	return whole > x ? whole - 1 : whole;
}

static struct kql_value eval_bin_real(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run), size = kql_eval(n->args[1], run);

	if (v.null || size.null)
		return kql_null();
	const double step = real_of(n->args[1], size);

	return step > 0 ? kql_real(round_down(real_of(n->args[0], v) / step) * step) : kql_null();
}

bool kql_check_bin(struct kql_checker *c, struct kql_node *n)
{
	const enum kql_type v = n->args[0]->type, size = n->args[1]->type;
	const bool time = v == KQL_DATETIME || v == KQL_TIMESPAN;

	if (time ? size != KQL_TIMESPAN : !kql_is_number(v) || !kql_is_number(size))
		return kql_fail_node(c, n,
		                     "bin() rounds a number down to a multiple of a number, or a datetime or timespan "
		                     "to one of a "
		                     "timespan; this is %s and %s", kql_type_name(v), kql_type_name(size));
	const bool real = v == KQL_REAL || size == KQL_REAL;

	n->type = real ? KQL_REAL : v;
	n->eval = real ? eval_bin_real : eval_bin;
	return true;
}

/* ---- datetime_diff ---- */

static struct kql_value eval_datetime_diff(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value a = kql_eval(n->args[1], run), b = kql_eval(n->args[2], run);

	return a.null || b.null ? kql_null() : kql_long(kql_time_diff((int)n->number, a.i, b.i));
}

bool kql_check_datetime_diff(struct kql_checker *c, struct kql_node *n)
{
	n->number = kql_time_part(n->args[0]->value.s);
	n->eval = eval_datetime_diff;
	return n->number >= 0 || kql_fail_node(c, n->args[0], "expected one of: %s", kql_time_parts);
}
