/*
 * test_axis.c - round numbers and round times, and that their labels keep apart.
 */
#include <criterion/criterion.h>

#include "report/axis.h"
#include "report/number.h"

#define T0 INT64_C(1793577600000000) /* 2026-11-02T00:00:00Z, a Monday */

static struct decimal d(const char *text)
{
	struct decimal value = { 0 };

	cr_assert(decimal_parse(slice_str(text), &value), "%s", text);
	return value;
}

/* The labels of the axis, each followed by a bar. */
static void expect_values(const char *most, bool whole, size_t ticks, const char *expected)
{
	const struct axis a = axis_values(d(most), whole, ticks);
	struct buf labels = BUF_INIT;

	cr_assert_geq(a.top.units, d(most).units);
	for (size_t i = 0; i <= a.n; i++) {
		axis_label(&labels, &a, i);
		buf_byte(&labels, '|');
	}
	cr_assert_str_eq(buf_cstr(&labels), expected, "%s: %s", most, buf_cstr(&labels));
	buf_free(&labels);
}

Test(axis, round_values)
{
	expect_values("0", true, 5, "0|1|");
	expect_values("0", false, 5, "0|1|");
	expect_values("-3", true, 5, "0|1|");
	expect_values("1", true, 5, "0|1|");
	expect_values("1", false, 5, "0|0.2|0.4|0.6|0.8|1|");
	expect_values("3", true, 5, "0|1|2|3|");
	expect_values("12", true, 5, "0|5|10|15|");
	expect_values("1204", true, 5, "0|500|1,000|1,500|");
	expect_values("1204", true, 1, "0|2,000|");
	expect_values("0.000000001", false, 5, "0|0.000000001|");
	expect_values("9999999", true, 5, "0|2 M|4 M|6 M|8 M|10 M|");
}

Test(axis, large_values_have_prefixes)
{
	expect_values("12000000", true, 5, "0|5 M|10 M|15 M|");
	expect_values("1000000000000000", true, 5, "0|200 T|400 T|600 T|800 T|1,000 T|");
	expect_values("1000000000000000000", true, 2, "0|500 P|1,000 P|");
}

Test(axis, the_largest_decimal)
{
	const struct decimal most = { (__int128)(~(unsigned __int128)0 >> 1) / 2 };
	const struct axis a = axis_values(most, true, 5);

	cr_assert_geq(a.top.units, most.units);
	cr_assert_leq(a.n, 5);
	cr_assert_eq(axis_scale(most, a.top, 1000), 851);
}

Test(axis, scale)
{
	cr_assert_eq(axis_scale(d("0"), d("10"), 80), 0);
	cr_assert_eq(axis_scale(d("-4"), d("10"), 80), 0);
	cr_assert_eq(axis_scale(d("5"), d("10"), 80), 40);
	cr_assert_eq(axis_scale(d("5.0624"), d("10"), 80), 40);
	cr_assert_eq(axis_scale(d("5.0625"), d("10"), 80), 41);
	cr_assert_eq(axis_scale(d("11"), d("10"), 80), 80);
	cr_assert_eq(axis_scale(d("1"), d("1000000000000000000"), 80), 0);
	cr_assert_eq(axis_scale(d("500000000000000000"), d("1000000000000000000"), UINT64_C(1) << 30), UINT64_C(1) << 29);
}

Test(axis, decimals_are_grouped)
{
	struct buf out = BUF_INIT;

	number_decimal(&out, d("-1234567.25"));
	buf_byte(&out, ' ');
	number_decimal(&out, d("999.000000001"));
	buf_byte(&out, ' ');
	number_decimal(&out, d("0"));
	cr_assert_str_eq(buf_cstr(&out), "-1,234,567.25 999.000000001 0");
	buf_free(&out);
}

static void expect_times(int64_t from, int64_t to, int64_t every, size_t characters, const struct zone *zone, const char *expected)
{
	struct axis_time ticks[AXIS_TIMES];
	const size_t n = axis_times(from, to, every, (to - from) / (int64_t)characters, zone, ticks);
	struct buf labels = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_printf(&labels, "%s%s", i > 0 ? " " : "", ticks[i].label);
	cr_assert_str_eq(buf_cstr(&labels), expected, "%s", buf_cstr(&labels));
	buf_free(&labels);
}

Test(axis, round_times)
{
	expect_times(T0 + 7 * TIME_MINUTE, T0 + 67 * TIME_MINUTE, TIME_MINUTE, 60, NULL, "00:15 00:30 00:45 01:00");
	expect_times(T0, T0 + 6 * TIME_HOUR, 5 * TIME_MINUTE, 70, NULL, "11-02 01:00 02:00 03:00 04:00 05:00 06:00");
	expect_times(T0, T0 + TIME_DAY, 5 * TIME_MINUTE, 70, NULL, "11-02 03:00 06:00 09:00 12:00 15:00 18:00 21:00 11-03");
	expect_times(T0, T0 + TIME_DAY, 5 * TIME_MINUTE, 30, NULL, "11-02 06:00 12:00 18:00 11-03");
	expect_times(T0 + TIME_DAY, T0 + 35 * TIME_DAY, TIME_DAY, 70, NULL, "11-09 11-16 11-23 11-30 12-07");
	expect_times(T0, T0 + 300 * TIME_DAY, TIME_DAY, 70, NULL, "2027-01 2027-04 2027-07");
	expect_times(T0, T0 + 10000 * TIME_DAY, TIME_DAY, 70, NULL, "2028 2030 2032 2034 2036 2038 2040 2042 2044 2046 2048 2050 2052 2054");
}

Test(axis, no_step_below_a_bucket)
{
	expect_times(T0, T0 + 2 * TIME_DAY, TIME_DAY, 70, NULL, "11-02 11-03 11-04");
	expect_times(T0, T0 + 5 * TIME_MINUTE, 5 * TIME_MINUTE, 70, NULL, "11-02 00:05");
}

Test(axis, one_time_where_nothing_round_lies_in_between)
{
	expect_times(T0 + 7 * TIME_MINUTE, T0 + 14 * TIME_MINUTE, TIME_MINUTE, 8, NULL, "00:07");
	expect_times(T0, T0, TIME_MINUTE, 8, NULL, "11-02");
}

Test(axis, the_zone_decides_what_is_round)
{
	struct zone *india = zone_open(SLICE("+05:30"));

	expect_times(T0, T0 + TIME_DAY, TIME_HOUR, 70, india, "06:00 09:00 12:00 15:00 18:00 21:00 11-03 03:00");
	zone_free(india);
}

/* Over all lengths and widths: ascending, within, apart by a label and one character, and at least one. */
Test(axis, labels_keep_apart)
{
	static const int64_t lengths[] = { TIME_MINUTE, 5 * TIME_MINUTE, TIME_HOUR, TIME_DAY };

	for (size_t l = 0; l < 4; l++)
		for (int64_t n = 1; n <= 10000; n = n * 3 / 2 + 1)
			for (int64_t width = 8; width < 300; width += 13) {
				struct axis_time ticks[AXIS_TIMES];
				const int64_t from = T0 + 7 * lengths[l], to = from + n * lengths[l];
				const int64_t character = (to - from) / width;
				const size_t count = axis_times(from, to, lengths[l], character, NULL, ticks);

				cr_assert(count > 0 && count <= AXIS_TIMES);
				for (size_t i = 0; i < count; i++) {
					cr_assert(ticks[i].time >= from && ticks[i].time <= to);
					if (i > 0)
						cr_assert_geq(ticks[i].time - ticks[i - 1].time,
							(int64_t)(strlen(ticks[i].label) + 1) * character);
				}
			}
}

Test(axis, the_ends_of_the_calendar)
{
	struct axis_time ticks[AXIS_TIMES];
	const int64_t first = time_parse(SLICE("0001-01-01T00:00:00Z")), last = time_parse(SLICE("9999-12-31T23:59:59Z"));
	const size_t n = axis_times(first, last, TIME_DAY, (last - first) / 100, NULL, ticks);

	cr_assert_str_eq(ticks[0].label, "1000");
	cr_assert_str_eq(ticks[n - 1].label, "9000");
}
