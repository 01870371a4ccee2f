/*
 * decimal.c - exact decimals of nine places, and fractions of two of them by products of 256 bits.
 */
#include "base/decimal.h"

typedef unsigned __int128 u128;

/* An exponent beyond this is as good as any: no text has as many digits. */
enum { EXPONENT_MOST = 1 << 30 };

#define UNITS_MOST ((u128)DECIMAL_MOST * DECIMAL_ONE)
#define HOLDS_MOST (~(u128)0 >> 1)

/* ---- text ---- */

struct scan {
	struct slice s;
	size_t at;
};

static bool scan_byte(struct scan *c, char a, char b)
{
	if (c->at == c->s.n || (c->s.p[c->at] != a && c->s.p[c->at] != b))
		return false;
	c->at++;
	return true;
}

static struct slice scan_digits(struct scan *c)
{
	const size_t from = c->at;

	while (c->at < c->s.n && ascii_is_digit(c->s.p[c->at]))
		c->at++;
	return slice_of(c->s.p + from, c->at - from);
}

/* A minus, or a plus, or nothing: whether it is the minus. */
static bool scan_minus(struct scan *c)
{
	return scan_byte(c, '-', '-') || (scan_byte(c, '+', '+') && false);
}

/* `e`, a sign, digits; 0 where there is none. */
static bool scan_exponent(struct scan *c, int64_t *exponent)
{
	bool minus;
	struct slice digits;

	*exponent = 0;
	if (!scan_byte(c, 'e', 'E'))
		return true;
	minus = scan_minus(c);
	digits = scan_digits(c);
	for (size_t i = 0; i < digits.n && *exponent < EXPONENT_MOST; i++)
		*exponent = *exponent * 10 + (digits.p[i] - '0');
	if (minus)
		*exponent = -*exponent;
	return digits.n > 0;
}

/* One more digit, of the power 10^`power` units; those below the last unit are cut. */
static bool take_digit(u128 *units, char digit, int64_t power)
{
	if (power < 0)
		return true;
	*units = *units * 10 + (unsigned char)(digit - '0');
	return *units <= UNITS_MOST;
}

static bool take_digits(u128 *units, struct slice digits, int64_t *power)
{
	for (size_t i = 0; i < digits.n; i++)
		if (!take_digit(units, digits.p[i], --*power))
			return false;
	return true;
}

bool decimal_parse(struct slice s, struct decimal *out)
{
	struct scan c = { s, 0 };
	const bool minus = scan_minus(&c);
	const struct slice whole = scan_digits(&c);
	const struct slice part = scan_byte(&c, '.', '.') ? scan_digits(&c) : slice_of(NULL, 0);
	int64_t exponent, power;
	u128 units = 0;

	if (whole.n + part.n == 0 || !scan_exponent(&c, &exponent) || c.at != s.n)
		return false;
	power = (int64_t)whole.n + exponent + 9;
	if (!take_digits(&units, whole, &power) || !take_digits(&units, part, &power))
		return false;
	for (; units != 0 && power > 0; power--)
		if (!take_digit(&units, '0', 0))
			return false;
	out->units = minus ? -(__int128)units : (__int128)units;
	return true;
}

size_t decimal_format(struct decimal d, char *out)
{
	char digits[DECIMAL_TEXT_MAX];
	const bool minus = d.units < 0;
	u128 units = minus ? -(u128)d.units : (u128)d.units;
	size_t n = 0, at = 0, places = 9;

	for (; places > 0 && units % 10 == 0; places--)
		units /= 10;
	/* From the last digit on; a number below 1 has a 0 before its point. */
	for (; units != 0 || n <= places; units /= 10)
		digits[n++] = (char)('0' + (int)(units % 10));
	if (minus)
		out[at++] = '-';
	while (n > 0) {
		out[at++] = digits[--n];
		if (n == places && n > 0)
			out[at++] = '.';
	}
	out[at] = '\0';
	return at;
}

/* ---- fractions ---- */

struct wide {
	u128 high, low;
};

static u128 magnitude(struct decimal d)
{
	return d.units < 0 ? -(u128)d.units : (u128)d.units;
}

static struct wide wide_product(u128 a, u128 b)
{
	const u128 mask = UINT64_MAX;
	const u128 low = (a & mask) * (b & mask), cross_a = (a >> 64) * (b & mask), cross_b = (a & mask) * (b >> 64);
	const u128 middle = (low >> 64) + (cross_a & mask) + (cross_b & mask);

	return (struct wide){
		.high = (a >> 64) * (b >> 64) + (cross_a >> 64) + (cross_b >> 64) + (middle >> 64),
		.low = (middle << 64) | (low & mask),
	};
}

static int wide_cmp(struct wide a, struct wide b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return a.low < b.low ? -1 : a.low > b.low;
}

/* The quotient by long division, bit by bit; ~0 if it does not fit. */
static u128 wide_quotient(struct wide a, u128 by)
{
	u128 rest = a.high, quotient = 0;

	if (a.high == 0)
		return a.low / by;
	if (a.high >= by)
		return ~(u128)0;
	for (int bit = 127; bit >= 0; bit--) {
		const bool carry = rest >> 127 != 0;

		rest = (rest << 1) | (a.low >> bit & 1);
		if (carry || rest >= by) {
			rest -= by;
			quotient |= (u128)1 << bit;
		}
	}
	return quotient;
}

/* -1, 0, 1 */
static int fraction_sign(struct fraction f)
{
	if (f.num.units == 0)
		return 0;
	return (f.num.units < 0) == (f.den.units < 0) ? 1 : -1;
}

int fraction_cmp(struct fraction a, struct fraction b)
{
	const int sign = fraction_sign(a);

	if (a.den.units == b.den.units && a.den.units > 0)
		return decimal_cmp(a.num, b.num);
	if (sign != fraction_sign(b))
		return sign < fraction_sign(b) ? -1 : 1;
	return sign * wide_cmp(wide_product(magnitude(a.num), magnitude(b.den)), wide_product(magnitude(b.num), magnitude(a.den)));
}

struct decimal fraction_cut(struct fraction f)
{
	u128 units = wide_quotient(wide_product(magnitude(f.num), DECIMAL_ONE), magnitude(f.den));

	if (units > HOLDS_MOST)
		units = HOLDS_MOST;
	return (struct decimal){ fraction_sign(f) < 0 ? -(__int128)units : (__int128)units };
}
