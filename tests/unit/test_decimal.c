/*
 * test_decimal.c - exact decimals: what is a number, where it is cut, what it is compared with.
 */
#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/decimal.h"

/* The number read and written again; "no" if it is none. */
static const char *again(const char *text, char *out)
{
	struct decimal d;

	if (!decimal_parse(slice_str(text), &d))
		return "no";
	decimal_format(d, out);
	return out;
}

static void expect(const char *text, const char *want)
{
	char out[DECIMAL_TEXT_MAX];

	cr_expect_str_eq(again(text, out), want, "%s: got %s", text, again(text, out));
}

Test(decimal, numbers)
{
	expect("0", "0");
	expect("-0", "0");
	expect("250", "250");
	expect("2.25", "2.25");
	expect("2.250", "2.25");
	expect("-0.5", "-0.5");
	expect(".5", "0.5");
	expect("5.", "5");
	expect("+7", "7");
	expect("007", "7");
	expect("1200", "1200");
	expect("1e3", "1000");
	expect("1.5E+3", "1500");
	expect("125e-2", "1.25");
	expect("0.000000001", "0.000000001");
	expect("1000000000000000000", "1000000000000000000");
	expect("-1e18", "-1000000000000000000");
	expect("0e999999999999", "0");
}

Test(decimal, further_places_are_cut)
{
	expect("0.0000000019", "0.000000001");
	expect("-0.0000000019", "-0.000000001");
	expect("-0.0000000009", "0");
	expect("1e-10", "0");
	expect("12345e-11", "0.000000123");
	expect("9e-99999999999999999999", "0");
	expect("123456789.1234567891", "123456789.123456789");
}

Test(decimal, no_numbers)
{
	static const char *const texts[] = { "", "-", ".", "e5", "1e", "1e+", "1.2.3", "1,5", " 1", "1 ", "0x10", "NaN", "--1", "1e1.5" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect(texts[i], "no");
}

Test(decimal, too_large)
{
	expect("1000000000000000000.000000001", "no");
	expect("1e19", "no");
	expect("1e400", "no");
	expect("-99999999999999999999999999999999999999999999999999", "no");
	expect("1e99999999999999999999", "no");
	expect("100000000000000000000e-2", "1000000000000000000");
}

/* What fails leaves the number as it was. */
Test(decimal, failure_keeps)
{
	struct decimal d = decimal_of(3);

	cr_assert_not(decimal_parse(SLICE("1e19"), &d));
	cr_expect_eq(decimal_cmp(d, decimal_of(3)), 0);
}

static struct decimal number(const char *text)
{
	struct decimal d = decimal_of(0);

	cr_assert(decimal_parse(slice_str(text), &d), "%s", text);
	return d;
}

Test(decimal, sums_and_order)
{
	cr_expect_eq(decimal_cmp(decimal_add(number("0.1"), number("0.2")), number("0.3")), 0);
	cr_expect_lt(decimal_cmp(number("-1"), number("0.000000001")), 0);
	cr_expect_gt(decimal_cmp(number("1.000000001"), number("1")), 0);
}

static int compare(const char *a, const char *b, const char *c, const char *d)
{
	return fraction_cmp((struct fraction){ number(a), number(b) }, (struct fraction){ number(c), number(d) });
}

Test(decimal, fractions_are_exact)
{
	cr_expect_eq(compare("1", "3", "2", "6"), 0);
	cr_expect_gt(compare("1", "3", "0.333333333", "1"), 0);
	cr_expect_lt(compare("-1", "3", "-0.333333333", "1"), 0);
	cr_expect_eq(compare("1", "-3", "-1", "3"), 0);
	cr_expect_eq(compare("0", "5", "0", "-7"), 0);
	cr_expect_lt(compare("-1", "5", "0", "7"), 0);
	cr_expect_gt(compare("1e18", "999999999999999999.999999999", "1", "1"), 0);
	cr_expect_lt(compare("1e18", "3", "1e18", "2.999999999"), 0);
}

static void expect_cut(const char *num, const char *den, const char *want)
{
	char out[DECIMAL_TEXT_MAX];

	decimal_format(fraction_cut((struct fraction){ number(num), number(den) }), out);
	cr_expect_str_eq(out, want, "%s / %s: got %s", num, den, out);
}

Test(decimal, fractions_are_cut)
{
	expect_cut("2", "3", "0.666666666");
	expect_cut("-2", "3", "-0.666666666");
	expect_cut("2", "-3", "-0.666666666");
	expect_cut("9", "4", "2.25");
	expect_cut("0", "4", "0");
	expect_cut("1e18", "3", "333333333333333333.333333333");
	expect_cut("1e18", "0.000000007", "142857142857142857142857142.857142857");
}

/* Sums of many large numbers: the products and quotients of 256 bits. */
Test(decimal, large_sums)
{
	char out[DECIMAL_TEXT_MAX];
	struct fraction most = { { ~(unsigned __int128)0 >> 1 }, { ~(unsigned __int128)0 >> 1 } };

	cr_expect_eq(fraction_cmp(most, fraction_of(decimal_of(1))), 0);
	decimal_format(fraction_cut(most), out);
	cr_expect_str_eq(out, "1");
	most.den.units = 1;
	decimal_format(fraction_cut(most), out);
	cr_expect_str_eq(out, "170141183460469231731687303715.884105727");
	most.num.units = -most.num.units - 1;
	decimal_format(most.num, out);
	cr_expect_str_eq(out, "-170141183460469231731687303715.884105728");
}
