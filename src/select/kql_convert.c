/*
 * kql_convert.c - conversions: a table of what can become what. One that fails is null.
 */
#include "select/kql_convert.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "select/kql_time.h"

/* ---- text ---- */

bool kql_text_long(struct slice s, int64_t *out)
{
	const bool sign = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'), negative = sign && s.p[0] == '-';
	size_t i = sign;
	const bool hex = s.n - i > 2 && s.p[i] == '0' && ascii_lower(s.p[i + 1]) == 'x';

	*out = 0;
	i += hex ? 2 : 0;
	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		const int digit = ascii_hex(s.p[i]);

		if (digit < 0 || (digit > 9 && !hex))
			return false;
		if (__builtin_mul_overflow(*out, (int64_t)(hex ? 16 : 10), out) ||
		    __builtin_add_overflow(*out, (int64_t)(negative ? -digit : digit), out))
			return false;
	}
	return true;
}

bool kql_text_real(struct slice s, double *out)
{
	enum { LONGEST = 400 };
	char z[LONGEST + 1];
	bool digit = false;
	char *end;

	if (s.n == 0 || s.n > LONGEST)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (memchr("+-.eE0123456789", s.p[i], 15) == NULL)
			return false;
		digit |= ascii_is_digit(s.p[i]);
	}
	memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	*out = strtod(z, &end);
	return digit && *end == '\0' && isfinite(*out);
}

struct slice kql_value_text(enum kql_type type, struct kql_value v, struct arena *a)
{
	struct buf text = BUF_INIT;

	if (kql_is_text(type))
		return v.s;
	if (v.null)
		return slice_of(NULL, 0);
	switch (type) {
	case KQL_BOOL:
		return v.b ? SLICE("true") : SLICE("false");
	case KQL_LONG:
		buf_printf(&text, "%" PRId64, v.i);
		break;
	case KQL_DATETIME:
		kql_time_datetime_text(&text, v.i);
		break;
	default:
		kql_time_timespan_text(&text, v.i);
		break;
	}
	const struct slice copy = arena_copy(a, buf_view(&text));

	buf_free(&text);
	return copy;
}

/* ---- what evaluates them; args[0] is the value ---- */

static struct kql_value same(const struct kql_node *n, struct kql_run *run)
{
	return kql_eval(n->args[0], run);
}

static struct kql_value to_text(const struct kql_node *n, struct kql_run *run)
{
	return kql_text(kql_value_text(n->args[0]->type, kql_eval(n->args[0], run), run->arena));
}

static struct kql_value text_to_long(const struct kql_node *n, struct kql_run *run)
{
	struct kql_value v = { 0 };

	return kql_text_long(kql_eval(n->args[0], run).s, &v.i) ? v : kql_null();
}

static struct kql_value int_of(struct kql_value v)
{
	return v.null || v.i < INT32_MIN || v.i > INT32_MAX ? kql_null() : v;
}

static struct kql_value text_to_int(const struct kql_node *n, struct kql_run *run)
{
	return int_of(text_to_long(n, run));
}

static struct kql_value long_to_int(const struct kql_node *n, struct kql_run *run)
{
	return int_of(kql_eval(n->args[0], run));
}

static struct kql_value real_to_long(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run);

	/* 2^63 is exact as a double. */
	return v.null || !(v.r >= -0x1p63 && v.r < 0x1p63) ? kql_null() : kql_long((int64_t)v.r);
}

static struct kql_value real_to_int(const struct kql_node *n, struct kql_run *run)
{
	return int_of(real_to_long(n, run));
}

static struct kql_value bool_to_long(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run);

	return v.null ? v : kql_long(v.b);
}

static struct kql_value text_to_real(const struct kql_node *n, struct kql_run *run)
{
	struct kql_value v = { 0 };

	return kql_text_real(kql_eval(n->args[0], run).s, &v.r) ? v : kql_null();
}

static struct kql_value long_to_real(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run);

	return v.null ? v : kql_real((double)v.i);
}

static struct kql_value bool_to_real(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run);

	return v.null ? v : kql_real(v.b);
}

static struct kql_value text_to_bool(const struct kql_node *n, struct kql_run *run)
{
	const struct slice s = kql_eval(n->args[0], run).s;

	if (slice_eq_nocase(s, SLICE("true")))
		return kql_bool(true);
	return slice_eq_nocase(s, SLICE("false")) ? kql_bool(false) : kql_null();
}

static struct kql_value long_to_bool(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run);

	return v.null ? v : kql_bool(v.i != 0);
}

static struct kql_value real_to_bool(const struct kql_node *n, struct kql_run *run)
{
	const struct kql_value v = kql_eval(n->args[0], run);

	return v.null ? v : kql_bool(v.r != 0);
}

static struct kql_value text_to_datetime(const struct kql_node *n, struct kql_run *run)
{
	struct kql_value v = { 0 };

	return kql_time_datetime(kql_eval(n->args[0], run).s, &v.i) ? v : kql_null();
}

static struct kql_value text_to_timespan(const struct kql_node *n, struct kql_run *run)
{
	struct kql_value v = { 0 };

	return kql_time_timespan(kql_eval(n->args[0], run).s, &v.i) ? v : kql_null();
}

/* [to][from]; of a whole number the narrow one is a 32-bit int. */
static const kql_eval_fn conversions[KQL_TYPES][KQL_TYPES] = {
	[KQL_LONG] = { [KQL_TEXT] = text_to_long, [KQL_MEMBER] = text_to_long, [KQL_LONG] = same,
	              [KQL_REAL] = real_to_long,
		[KQL_BOOL] = bool_to_long },
	[KQL_REAL] = { [KQL_TEXT] = text_to_real, [KQL_MEMBER] = text_to_real, [KQL_LONG] = long_to_real,
	              [KQL_REAL] = same,
		[KQL_BOOL] = bool_to_real },
	[KQL_BOOL] = { [KQL_TEXT] = text_to_bool, [KQL_MEMBER] = text_to_bool, [KQL_LONG] = long_to_bool,
		[KQL_REAL] = real_to_bool, [KQL_BOOL] = same },
	[KQL_DATETIME] = { [KQL_TEXT] = text_to_datetime, [KQL_MEMBER] = text_to_datetime, [KQL_DATETIME] = same },
	[KQL_TIMESPAN] = { [KQL_TEXT] = text_to_timespan, [KQL_MEMBER] = text_to_timespan, [KQL_TIMESPAN] = same },
	[KQL_TEXT] = { [KQL_TEXT] = same, [KQL_MEMBER] = to_text, [KQL_LONG] = to_text, [KQL_BOOL] = to_text,
		[KQL_DATETIME] = to_text, [KQL_TIMESPAN] = to_text },
};

static const kql_eval_fn narrow_conversions[KQL_TYPES] = {
	[KQL_TEXT] = text_to_int, [KQL_MEMBER] = text_to_int, [KQL_LONG] = long_to_int, [KQL_REAL] = real_to_int,
	[KQL_BOOL] = bool_to_long,
};

kql_eval_fn kql_convert_to(enum kql_type to, enum kql_type from, bool narrow)
{
	return narrow ? narrow_conversions[from] : conversions[to][from];
}
