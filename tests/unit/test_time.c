/*
 * test_time.c - times as they are logged, spans of them, and zones.
 *
 * Zones come from a folder that the test makes (TZDIR), so that no version of the system's database matters.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/time.h"

/* 2026-11-02T03:14:07Z */
#define MOMENT (INT64_C(1793589247) * TIME_SECOND)

/* A copy without a byte behind it, so that a sanitizer sees what is read beyond the end. */
static char *exact(struct slice s)
{
	char *p = mem_alloc(s.n);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return p;
}

static int64_t iso_slice(struct slice s)
{
	char *p = exact(s);
	const int64_t t = time_parse(slice_of(p, s.n));

	free(p);
	return t;
}

static int64_t iso(const char *z)
{
	return iso_slice(slice_str(z));
}

static void expect_text(int64_t t, const char *want)
{
	char text[TIME_TEXT_MAX];
	const size_t n = time_format(t, text);

	cr_expect_str_eq(text, want);
	cr_expect_eq(n, strlen(want), "%s: length", want);
}

/* ---- ISO ---- */

Test(time_parse, forms)
{
	cr_expect_eq(iso("2026-11-02T03:14:07Z"), MOMENT);
	cr_expect_eq(iso("2026-11-02t03:14:07z"), MOMENT);
	cr_expect_eq(iso("2026-11-02 03:14:07Z"), MOMENT);
	cr_expect_eq(iso("2026-11-02T03:14:07"), MOMENT);
	cr_expect_eq(iso("2026-11-02T03:14:07.1234567Z"), MOMENT + 123456);
	cr_expect_eq(iso("1970-01-01T00:00:00Z"), 0);
	cr_expect_eq(iso("1969-12-31T23:59:59.999999Z"), -1);
}

Test(time_parse, fraction_is_cut_not_rounded)
{
	cr_expect_eq(iso("2026-11-02T03:14:07.1Z"), MOMENT + 100000);
	cr_expect_eq(iso("2026-11-02T03:14:07.12"), MOMENT + 120000);
	cr_expect_eq(iso("2026-11-02T03:14:07.000001Z"), MOMENT + 1);
	cr_expect_eq(iso("2026-11-02T03:14:07.9999999Z"), MOMENT + 999999);
	cr_expect_eq(iso("2026-11-02T03:14:07.99999999"), MOMENT + 999999);
	cr_expect_eq(iso("2026-11-02T03:14:07.0000009999999999999999999999Z"), MOMENT);
	cr_expect_eq(iso("2026-11-02T03:14:07.12345+00:00"), MOMENT + 123450);
	cr_expect_eq(iso("2026-11-02T03:14:07.Z"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T03:14:07.+00:00xx"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T03:14:07."), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T03:14:07,5Z"), TIME_NONE);
}

/* Every number of digits gives the same as the number before it with the digit added. */
Test(time_parse, fractions_of_every_length)
{
	static const char digits[] = "987654321987654321";
	static const char *const ends[] = { "", "Z", "+01:00", "-23:59" };
	int64_t want = 0, unit = 100000;

	for (int n = 1; n < (int)sizeof digits; n++) {
		want += unit * (digits[n - 1] - '0');
		unit /= 10;
		for (size_t e = 0; e < sizeof ends / sizeof *ends; e++) {
			char whole[64], without[64];

			snprintf(whole, sizeof whole, "2026-11-02T03:14:07.%.*s%s", n, digits, ends[e]);
			snprintf(without, sizeof without, "2026-11-02T03:14:07%s", ends[e]);
			cr_expect_eq(iso(whole), iso(without) + want, "%s", whole);
		}
	}
}

Test(time_parse, offsets)
{
	cr_expect_eq(iso("2026-11-02T03:14:07+00:00"), MOMENT);
	cr_expect_eq(iso("2026-11-02T04:14:07+01:00"), MOMENT);
	cr_expect_eq(iso("2026-11-01T21:44:07-05:30"), MOMENT);
	cr_expect_eq(iso("2026-11-03T03:13:07+23:59"), MOMENT);
	cr_expect_eq(iso("2026-11-02T03:14:07+24:00"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T03:14:07+23:60"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T03:14:07+0100"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T03:14:07+01"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T03:14:07+01:00Z"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T03:14:07 +01:00"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T03:14:07ZZ"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T03:14:07Zx"), TIME_NONE);
}

Test(time_parse, bounds_of_each_number)
{
	cr_expect_neq(iso("2026-11-02T23:59:59Z"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T24:00:00Z"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T23:60:00Z"), TIME_NONE);
	cr_expect_eq(iso("2026-11-02T23:59:60Z"), TIME_NONE, "no leap seconds");
	cr_expect_eq(iso("2026-00-02T00:00:00Z"), TIME_NONE);
	cr_expect_eq(iso("2026-13-02T00:00:00Z"), TIME_NONE);
	cr_expect_eq(iso("2026-11-00T00:00:00Z"), TIME_NONE);
	cr_expect_eq(iso("2026-11-31T00:00:00Z"), TIME_NONE);
	cr_expect_eq(iso("2026-04-31T00:00:00Z"), TIME_NONE);
	cr_expect_neq(iso("2026-12-31T00:00:00Z"), TIME_NONE);
	cr_expect_eq(iso("2026-12-32T00:00:00Z"), TIME_NONE);
}

Test(time_parse, leap_years)
{
	cr_expect_neq(iso("2024-02-29T00:00:00Z"), TIME_NONE);
	cr_expect_eq(iso("2024-02-30T00:00:00Z"), TIME_NONE);
	cr_expect_eq(iso("2023-02-29T00:00:00Z"), TIME_NONE);
	cr_expect_eq(iso("1900-02-29T00:00:00Z"), TIME_NONE);
	cr_expect_neq(iso("2000-02-29T00:00:00Z"), TIME_NONE);
	cr_expect_eq(iso("2024-03-01T00:00:00Z") - iso("2024-02-28T00:00:00Z"), 2 * TIME_DAY);
	cr_expect_eq(iso("2025-03-01T00:00:00Z") - iso("2025-02-28T00:00:00Z"), TIME_DAY);
}

Test(time_parse, years_1_to_9999)
{
	const int64_t first = INT64_C(-62135596800) * TIME_SECOND, last = INT64_C(253402300800) * TIME_SECOND - 1;

	cr_expect_eq(iso("0001-01-01T00:00:00Z"), first);
	cr_expect_eq(iso("9999-12-31T23:59:59.9999999Z"), last);
	cr_expect_eq(iso("0000-12-31T23:59:59Z"), TIME_NONE);
	cr_expect_eq(iso("0000-12-31T23:30:00-01:00"), TIME_NONE);
	cr_expect_eq(iso("0001-01-01T00:30:00+00:30"), first);
	cr_expect_eq(iso("0001-01-01T00:30:00+00:31"), TIME_NONE);
	cr_expect_eq(iso("9999-12-31T23:58:59.999999-00:01"), last);
	cr_expect_eq(iso("9999-12-31T23:59:00-00:01"), TIME_NONE);
	cr_expect_eq(iso("10000-01-01T00:00:00Z"), TIME_NONE);
}

/* A byte that is neither the digit nor the separator is seen at every place. */
Test(time_parse, every_byte_at_every_place)
{
	static const char good[] = "2026-11-12T13:14:15Z";

	for (size_t at = 0; at < sizeof good - 1; at++) {
		for (int c = 0; c < 256; c++) {
			char text[sizeof good];

			memcpy(text, good, sizeof good);
			text[at] = (char)c;
			const bool same_kind = at == 10 ? strchr("Tt ", c) != NULL && c != 0 :
				at == 19 ? c == 'Z' || c == 'z' :
				ascii_is_digit(good[at]) ? c >= '0' && c <= '9' : c == good[at];

			if (!same_kind)
				cr_assert_eq(time_parse(slice_of(text, sizeof good - 1)), TIME_NONE, "%02X at %zu", c, at);
		}
	}
}

Test(time_parse, every_prefix)
{
	static const char good[] = "2026-11-12T13:14:15";

	cr_expect_eq(time_parse(slice_of(NULL, 0)), TIME_NONE);
	for (size_t n = 0; n < sizeof good - 1; n++)
		cr_expect_eq(iso_slice(slice_of(good, n)), TIME_NONE, "%zu", n);
	cr_expect_eq(iso(" 2026-11-12T13:14:15"), TIME_NONE);
	cr_expect_eq(iso("2026/11/12T13:14:15"), TIME_NONE);
	cr_expect_eq(iso("2026-11-12"), TIME_NONE);
}

/* The minute before is remembered: the same minute, another, one that is none, and a text of NULs before there was one. */
Test(time_parse, after_another)
{
	static const char *const texts[] = {
		"2026-11-02T03:14:07Z", "2026-11-02T03:14:08.5+01:00", "2026-11-02T03:14:60Z", "2026-11-02T03:14x08Z", "2026-11-02T03:14:5",
		"2026-11-02T03:15:07.25", "2026-11-02T03:15:0x", "2026-11-02T24:15:07Z", "2026-11-02 03:15:59", "2026-11-02T03:15:00Zz",
		"2026-02-30T03:15:07Z", "2026-02-30T03:15:08Z", "0001-01-01T00:00:00+01:00", "0001-01-01T00:00:30-01:00",
	};
	static const char nul[] = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0:07Z";
	struct time_minute minute = { .t = 0 };

	cr_expect_eq(time_parse_next(slice_of(nul, sizeof nul - 1), &minute), TIME_NONE);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
			time_parse_next(slice_str(texts[i]), &minute);
			cr_expect_eq(time_parse_next(slice_str(texts[k]), &minute), iso(texts[k]), "%s behind %s", texts[k], texts[i]);
		}
}

/* Each day from 0001 to 9999: one more than the day before, and back to the same text. */
Test(time_parse, every_day_of_the_calendar)
{
	int64_t t = iso("0001-01-01T00:00:00Z");

	for (int64_t days = 0; days < 3652059; days++, t += TIME_DAY) {
		char text[TIME_TEXT_MAX];
		const size_t n = time_format(t, text);

		cr_assert_eq(time_parse(slice_of(text, n)), t, "%s", text);
	}
	cr_expect_eq(t - 1, iso("9999-12-31T23:59:59.999999Z"));
}

/* ---- the portal ---- */

static int64_t portal_slice(struct slice s, enum date_order order)
{
	char *p = exact(s);
	const int64_t t = time_parse_portal(slice_of(p, s.n), order);

	free(p);
	return t;
}

static int64_t portal(const char *z, enum date_order order)
{
	return portal_slice(slice_str(z), order);
}

Test(time_portal, both_orders)
{
	cr_expect_eq(portal("11/2/2026, 3:14:07 AM", DATE_MONTH_FIRST), MOMENT);
	cr_expect_eq(portal("2/11/2026, 3:14:07.000", DATE_DAY_FIRST), MOMENT);
	cr_expect_eq(portal("02/11/2026 03:14:07", DATE_DAY_FIRST), MOMENT);
	cr_expect_eq(portal("11/2/2026, 3:14:07 AM", DATE_DAY_FIRST), iso("2026-02-11T03:14:07Z"));
	cr_expect_eq(portal("11/13/2026, 3:14:07 AM", DATE_DAY_FIRST), TIME_NONE);
	cr_expect_eq(portal("13/11/2026, 3:14:07 AM", DATE_MONTH_FIRST), TIME_NONE);
}

Test(time_portal, morning_and_afternoon)
{
	const int64_t midnight = iso("2026-11-02T00:00:00Z");

	cr_expect_eq(portal("11/2/2026, 12:00:00 AM", DATE_MONTH_FIRST), midnight);
	cr_expect_eq(portal("11/2/2026, 12:00:00 PM", DATE_MONTH_FIRST), midnight + 12 * TIME_HOUR);
	cr_expect_eq(portal("11/2/2026, 1:00:00 PM", DATE_MONTH_FIRST), midnight + 13 * TIME_HOUR);
	cr_expect_eq(portal("11/2/2026, 1:00:00 pm", DATE_MONTH_FIRST), midnight + 13 * TIME_HOUR);
	cr_expect_eq(portal("11/2/2026, 11:59:59\xE2\x80\xAFPM", DATE_MONTH_FIRST), midnight + TIME_DAY - TIME_SECOND);
	cr_expect_eq(portal("11/2/2026, 0:00:00 AM", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026, 13:00:00 PM", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026, 1:00:00PM", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026, 1:00:00\xE2\x80\xAEPM", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026, 1:00:00 XM", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026, 1:00:00 P", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026, 0:00:00", DATE_MONTH_FIRST), midnight);
	cr_expect_eq(portal("11/2/2026, 23:00:00", DATE_MONTH_FIRST), midnight + 23 * TIME_HOUR);
	cr_expect_eq(portal("11/2/2026, 24:00:00", DATE_MONTH_FIRST), TIME_NONE);
}

Test(time_portal, form)
{
	cr_expect_eq(portal("1/2/2026 3:04:05", DATE_MONTH_FIRST), iso("2026-01-02T03:04:05Z"));
	cr_expect_eq(portal("11/2/2026 3:14:07.1234567 AM", DATE_MONTH_FIRST), MOMENT + 123456);
	cr_expect_eq(portal("11/2/2026,3:14:07", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026  3:14:07", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/26, 3:14:07 AM", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("111/2/2026, 3:14:07", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026, 3:1:07", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026, 3:14:60", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026, 3:60:07", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026, 3:14:07.", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("11/2/2026, 3:14:07Z", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("1/1/0000, 0:00:00", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("2026-11-02T03:14:07Z", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_eq(portal("2/29/2023, 0:00:00", DATE_MONTH_FIRST), TIME_NONE);
	cr_expect_neq(portal("2/29/2024, 0:00:00", DATE_MONTH_FIRST), TIME_NONE);
}

Test(time_portal, every_prefix)
{
	static const char good[] = "11/12/2026, 11:14:07.5\xE2\x80\xAF" "PM";

	cr_expect_eq(time_parse_portal(slice_of(NULL, 0), DATE_MONTH_FIRST), TIME_NONE);
	for (size_t n = 0; n < sizeof good - 1; n++)
		if (n != 20 && n != 22) /* whole without the fraction, and without AM and PM */
			cr_expect_eq(portal_slice(slice_of(good, n), DATE_MONTH_FIRST), TIME_NONE, "%zu", n);
}

/*
 * The hour before is remembered: the same, another, one in the other order, with AM, PM or neither, longer, shorter, cut and none;
 * as read without a memory, and alike if only the last one is remembered or all that came before.
 */
Test(time_portal, after_another)
{
	static const char *const texts[] = {
		"11/2/2026, 12:00:00 AM", "11/2/2026, 12:00:20 AM", "11/2/2026, 12:59:59 AM", "11/2/2026, 12:00:20 PM", "11/2/2026, 12:00:20",
		"11/2/2026, 12:00:20 am", "11/2/2026, 12:00:20\xE2\x80\xAF" "AM", "11/2/2026, 12:00:20\xE2\x80\xAF" "PM", "11/2/2026, 12:00:20 XM",
		"11/2/2026, 12:00:60 AM", "11/2/2026, 12:60:00 AM", "11/2/2026, 12:00:2 AM", "11/2/2026, 12:00 AM", "11/2/2026, 12:00:", "11/2/2026, 12:",
		"11/2/2026, 12:00x20 AM", "11/2/2026, 12:0a:20 AM", "11/2/2026, 12:00:20  AM", "11/2/2026, 12:00:20 A", "11/2/2026, 12:00:20 AMx",
		"11/2/2026, 12:00:20.5 AM", "11/2/2026, 12:00:20.1234567", "11/2/2026, 12:00:20. AM", "11/2/2026, 12:00:20.", "11/2/2026, 12:00:20.5",
		"11/2/2026 12:00:20 AM", "11/2/2026 12:00:20", "11/12/2026, 12:00:20 AM", "2/11/2026, 12:00:20 AM", "1/2/2026, 12:00:20 AM",
		"1/1/2000 0:00:00", "1/1/2000 0:59:59", "1/1/2000 1:00:00", "1/1/2000 0:00:00 AM", "12/31/2000, 12:34:56 PM", "31/12/2000, 12:34:56 PM",
		"31/12/2000, 23:34:56.789", "12/31/2000, 23:34:56.789", "12/31/2001, 23:34:56.789", "2/30/2026, 12:00:20 AM", "1/1/0000, 0:00:00",
		"2026-11-02T03:14:07Z", "", "1", "11/",
	};
	enum { TEXTS = sizeof texts / sizeof *texts };
	struct time_portal_hour all = { .n = 0 };

	for (size_t i = 0; i < 4 * TEXTS * TEXTS; i++) {
		const char *const first = texts[i % TEXTS], *const second = texts[i / TEXTS % TEXTS];
		const enum date_order orders[] = { i / TEXTS / TEXTS % 2 == 0 ? DATE_MONTH_FIRST : DATE_DAY_FIRST,
			i / TEXTS / TEXTS < 2 ? DATE_MONTH_FIRST : DATE_DAY_FIRST };
		struct time_portal_hour one = { .n = 0 };
		const int64_t t = portal(second, orders[1]);

		time_parse_portal_next(slice_str(first), orders[0], &one);
		time_parse_portal_next(slice_str(first), orders[0], &all);
		cr_expect_eq(time_parse_portal_next(slice_str(second), orders[1], &one), t, "%s behind %s", second, first);
		cr_expect_eq(time_parse_portal_next(slice_str(second), orders[1], &all), t, "%s behind others and %s", second, first);
		cr_expect(t == TIME_NONE || (time_may_be_portal(slice_str(second)) && time_parse(slice_str(second)) == TIME_NONE), "%s", second);
	}
}

Test(time_portal, evidence)
{
	cr_expect_eq(time_portal_evidence(SLICE("12/12/2026, 3:14:07")), DATE_EITHER);
	cr_expect_eq(time_portal_evidence(SLICE("13/12/2026, 3:14:07")), DATE_ONLY_DAY_FIRST);
	cr_expect_eq(time_portal_evidence(SLICE("12/13/2026, 3:14:07 AM")), DATE_ONLY_MONTH_FIRST);
	cr_expect_eq(time_portal_evidence(SLICE("31/31/2026, 3:14:07")), DATE_ONLY_DAY_FIRST);
	cr_expect_eq(time_portal_evidence(SLICE("13/12/2026")), DATE_NOT_PORTAL);
	cr_expect_eq(time_portal_evidence(SLICE("2026-11-02T03:14:07Z")), DATE_NOT_PORTAL);
	cr_expect_eq(time_portal_evidence(SLICE("")), DATE_NOT_PORTAL);
}

/* ---- spans, options, text ---- */

Test(time, floor)
{
	cr_expect_eq(time_floor(MOMENT + 123456, TIME_MINUTE), iso("2026-11-02T03:14:00Z"));
	cr_expect_eq(time_floor(MOMENT, TIME_HOUR), iso("2026-11-02T03:00:00Z"));
	cr_expect_eq(time_floor(MOMENT, TIME_DAY), iso("2026-11-02T00:00:00Z"));
	cr_expect_eq(time_floor(iso("2026-11-02T00:00:00Z"), TIME_DAY), iso("2026-11-02T00:00:00Z"));
	cr_expect_eq(time_floor(-1, TIME_DAY), -TIME_DAY);
	cr_expect_eq(time_floor(-TIME_DAY, TIME_DAY), -TIME_DAY);
	cr_expect_eq(time_floor(TIME_NONE, TIME_DAY), TIME_NONE);
	cr_expect_eq(time_floor(TIME_NONE, TIME_SECOND), TIME_NONE);
	cr_expect_eq(time_floor(TIME_NONE + 1, TIME_DAY), TIME_NONE, "there is no such day");
}

Test(time, option)
{
	cr_expect_eq(time_parse_option(SLICE("2026-11-02T03:14:07Z"), TIME_HOUR), MOMENT);
	cr_expect_eq(time_parse_option(SLICE("2026-11-02T03:14:07"), TIME_HOUR), MOMENT - TIME_HOUR);
	cr_expect_eq(time_parse_option(SLICE("2026-11-02T03:14:07+00:00"), TIME_HOUR), MOMENT);
	cr_expect_eq(time_parse_option(SLICE("2026-11-02"), 0), iso("2026-11-02T00:00:00Z"));
	cr_expect_eq(time_parse_option(SLICE("2026-11-02"), -TIME_HOUR), iso("2026-11-02T01:00:00Z"));
	cr_expect_eq(time_parse_option(SLICE("2026-02-30"), 0), TIME_NONE);
	cr_expect_eq(time_parse_option(SLICE("2026-11-2"), 0), TIME_NONE);
	cr_expect_eq(time_parse_option(SLICE("yesterday!"), 0), TIME_NONE);
	cr_expect_eq(time_parse_option(SLICE("-7d"), 0), TIME_NONE);
	cr_expect_eq(time_parse_option(SLICE(""), 0), TIME_NONE);
}

Test(time, span)
{
	cr_expect_eq(time_parse_span(SLICE("7d")), 7 * TIME_DAY);
	cr_expect_eq(time_parse_span(SLICE("36h")), 36 * TIME_HOUR);
	cr_expect_eq(time_parse_span(SLICE("90m")), 90 * TIME_MINUTE);
	cr_expect_eq(time_parse_span(SLICE("30s")), 30 * TIME_SECOND);
	cr_expect_eq(time_parse_span(SLICE("1d12h")), 36 * TIME_HOUR);
	cr_expect_eq(time_parse_span(SLICE("")), TIME_NONE);
	cr_expect_eq(time_parse_span(SLICE("7")), TIME_NONE);
	cr_expect_eq(time_parse_span(SLICE("d")), TIME_NONE);
	cr_expect_eq(time_parse_span(SLICE("7d ")), TIME_NONE);
	cr_expect_eq(time_parse_span(SLICE("-7d")), TIME_NONE);
	cr_expect_eq(time_parse_span(SLICE("7D")), TIME_NONE);
	cr_expect_eq(time_parse_span(SLICE("1d12")), TIME_NONE);
	cr_expect_eq(time_parse_span(SLICE("99999999999999999999d")), TIME_NONE);
	cr_expect_eq(time_parse_span(SLICE("106751992d")), TIME_NONE);
	cr_expect_eq(time_parse_span(SLICE("106751991d106751991d")), TIME_NONE);
}

Test(time, format)
{
	expect_text(MOMENT + 123456, "2026-11-02T03:14:07.123456Z");
	expect_text(0, "1970-01-01T00:00:00.000000Z");
	expect_text(-1, "1969-12-31T23:59:59.999999Z");
	expect_text(iso("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00.000000Z");
	expect_text(iso("2000-02-29T12:00:00Z"), "2000-02-29T12:00:00.000000Z");
	expect_text(iso("9999-12-31T23:59:59.999999Z"), "9999-12-31T23:59:59.999999Z");
	expect_text(iso("9999-12-31T23:59:59.999999Z") + 1, "10000-01-01T00:00:00.000000Z");
	expect_text(iso("0001-01-01T00:00:00Z") - 1, "0000-12-31T23:59:59.999999Z");
	expect_text(TIME_NONE, "");
	expect_text(INT64_MAX, "294247-01-10T04:00:54.775807Z");
	expect_text(INT64_MIN + 1, "-290308-12-21T19:59:05.224193Z");
}

/* ---- zones ---- */

struct transition {
	int64_t at;
	unsigned char type;
};

static void put_u32(struct buf *b, uint32_t n)
{
	const char bytes[4] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };

	buf_add(b, bytes, 4);
}

static void put_i64(struct buf *b, int64_t n)
{
	put_u32(b, (uint32_t)((uint64_t)n >> 32));
	put_u32(b, (uint32_t)n);
}

/* flags: how many bytes the standard/wall and the UT/local indicators have, each. */
static void put_header(struct buf *b, char version, uint32_t times, uint32_t types, uint32_t flags)
{
	buf_str(b, "TZif");
	buf_byte(b, version);
	memset(buf_reserve(b, 15), 0, 15);
	b->n += 15;
	put_u32(b, flags); /* isut */
	put_u32(b, flags); /* isstd */
	put_u32(b, 0); /* leap */
	put_u32(b, times);
	put_u32(b, types);
	put_u32(b, 4); /* chars */
}

/* A version 2 file: a first block without transitions, then the transitions, types of the given offsets, the footer. */
static void make_tzif(struct buf *b, const struct transition *list, uint32_t n, const int32_t *offsets, uint32_t types,
	const char *footer)
{
	put_header(b, '2', 0, 1, 1);
	put_u32(b, 0);
	buf_add(b, "\0\0", 2);
	buf_add(b, "UTC", 4);
	buf_add(b, "\0\0", 2);
	put_header(b, '2', n, types, 0);
	for (uint32_t i = 0; i < n; i++)
		put_i64(b, list[i].at);
	for (uint32_t i = 0; i < n; i++)
		buf_byte(b, (char)list[i].type);
	for (uint32_t i = 0; i < types; i++) {
		put_u32(b, (uint32_t)offsets[i]);
		buf_add(b, "\0\0", 2);
	}
	buf_add(b, "XXX", 4);
	buf_byte(b, '\n');
	buf_str(b, footer);
	buf_byte(b, '\n');
}

static char zone_dir[] = "/tmp/dpslog-test-zones-XXXXXX";

static void write_zone(const char *name, const struct buf *content)
{
	struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%s", zone_dir, name);
	FILE *f = fopen(buf_cstr(&path), "wb");

	cr_assert_not_null(f);
	cr_assert_eq(fwrite(content->p, 1, content->n, f), content->n);
	fclose(f);
	buf_free(&path);
}

static void zones_setup(void)
{
	cr_assert_not_null(mkdtemp(zone_dir));
	setenv("TZDIR", zone_dir, 1);
}

static void zones_teardown(void)
{
	struct io_name *names;
	const ssize_t n = io_list(zone_dir, &names);

	for (ssize_t i = 0; i < n; i++) {
		struct buf path = BUF_INIT;

		buf_printf(&path, "%s/%s", zone_dir, names[i].z);
		unlink(buf_cstr(&path));
		buf_free(&path);
		free(names[i].z);
	}
	free(names);
	rmdir(zone_dir);
}

TestSuite(zone, .init = zones_setup, .fini = zones_teardown);

/* A zone of that footer alone. */
static struct zone *ruled(const char *footer)
{
	static const int32_t offsets[] = { 0 };
	struct buf b = BUF_INIT;

	make_tzif(&b, NULL, 0, offsets, 1, footer);
	write_zone("Ruled", &b);
	buf_free(&b);
	return zone_open(SLICE("Ruled"));
}

static void expect_offset(const struct zone *z, const char *time, int64_t seconds)
{
	const int64_t got = zone_offset(z, iso(time));

	cr_expect_eq(got, seconds, "%s: %lld, not %lld", time, (long long)got, (long long)seconds);
}

Test(zone, fixed)
{
	struct zone *utc = zone_open(SLICE("UTC")), *east = zone_open(SLICE("+05:30")), *west = zone_open(SLICE("-08:00"));

	expect_offset(NULL, "2026-11-02T03:14:07Z", 0);
	expect_offset(utc, "2026-11-02T03:14:07Z", 0);
	expect_offset(east, "2026-11-02T03:14:07Z", 19800);
	expect_offset(west, "2026-11-02T03:14:07Z", -28800);
	cr_expect_eq(zone_to_utc(east, MOMENT), MOMENT - 19800 * TIME_SECOND);
	cr_expect_null(zone_open(SLICE("+24:00")));
	cr_expect_null(zone_open(SLICE("+05:60")));
	cr_expect_null(zone_open(SLICE("+5:30")));
	cr_expect_null(zone_open(SLICE("+05300")));
	zone_free(utc);
	zone_free(east);
	zone_free(west);
	zone_free(NULL);
}

Test(zone, names_stay_in_the_database)
{
	static const int32_t offsets[] = { 3600 };
	struct buf b = BUF_INIT;

	make_tzif(&b, NULL, 0, offsets, 1, "");
	write_zone("Good", &b);
	write_zone(".hidden", &b);
	buf_free(&b);
	struct buf sub = BUF_INIT;

	buf_printf(&sub, "%s/sub", zone_dir);
	cr_assert_eq(mkdir(buf_cstr(&sub), 0700), 0);
	struct zone *z = zone_open(SLICE("Good"));

	cr_assert_not_null(z);
	zone_free(z);
	cr_expect_null(zone_open(SLICE("sub/../Good")));
	cr_expect_null(zone_open(SLICE("sub")));
	rmdir(buf_cstr(&sub));
	buf_free(&sub);
	cr_expect_null(zone_open(SLICE("")));
	cr_expect_null(zone_open(SLICE("Missing")));
	cr_expect_null(zone_open(SLICE("Good/")));
	cr_expect_null(zone_open(SLICE("/Good")));
	cr_expect_null(zone_open(SLICE("./Good")));
	cr_expect_null(zone_open(SLICE(".hidden")));
	cr_expect_null(zone_open(SLICE("Good\0")));
	cr_expect_null(zone_open(SLICE("Go od")));
	cr_expect_null(zone_open(slice_str(zone_dir)));
}

Test(zone, transitions)
{
	static const struct transition list[] = { { -1000, 1 }, { 0, 0 }, { 5000, 2 } };
	static const int32_t offsets[] = { 3600, 7200, -1800 };
	struct buf b = BUF_INIT;

	make_tzif(&b, list, 3, offsets, 3, "");
	write_zone("Three", &b);
	buf_free(&b);
	struct zone *z = zone_open(SLICE("Three"));

	cr_assert_not_null(z);
	cr_expect_eq(zone_offset(z, -1000 * TIME_SECOND - 1), 3600, "before the first: type 0");
	cr_expect_eq(zone_offset(z, -1000 * TIME_SECOND), 7200);
	cr_expect_eq(zone_offset(z, -1), 7200);
	cr_expect_eq(zone_offset(z, 0), 3600);
	cr_expect_eq(zone_offset(z, 5000 * TIME_SECOND - 1), 3600);
	cr_expect_eq(zone_offset(z, 5000 * TIME_SECOND), -1800);
	cr_expect_eq(zone_offset(z, MOMENT), -1800, "without a footer the last stays");
	zone_free(z);
}

Test(zone, the_footer_holds_behind_the_last_transition)
{
	static const struct transition list[] = { { 0, 0 } };
	static const int32_t offsets[] = { -3600 };
	struct buf b = BUF_INIT;

	make_tzif(&b, list, 1, offsets, 1, "CET-1CEST,M3.5.0,M10.5.0/3");
	write_zone("Footer", &b);
	buf_free(&b);
	struct zone *z = zone_open(SLICE("Footer"));

	cr_assert_not_null(z);
	cr_expect_eq(zone_offset(z, -1), -3600);
	expect_offset(z, "2026-03-29T00:59:59Z", 3600);
	expect_offset(z, "2026-03-29T01:00:00Z", 7200);
	expect_offset(z, "2026-10-25T00:59:59Z", 7200);
	expect_offset(z, "2026-10-25T01:00:00Z", 3600);
	zone_free(z);
}

Test(zone, rules)
{
	struct zone *z = ruled("<-03>3");

	expect_offset(z, "2026-07-01T00:00:00Z", -10800);
	zone_free(z);
	z = ruled("EST5EDT,M3.2.0,M11.1.0");
	expect_offset(z, "2026-03-08T06:59:59Z", -18000);
	expect_offset(z, "2026-03-08T07:00:00Z", -14400);
	expect_offset(z, "2026-11-01T05:59:59Z", -14400);
	expect_offset(z, "2026-11-01T06:00:00Z", -18000);
	zone_free(z);
	z = ruled("AEST-10AEDT,M10.1.0,M4.1.0/3"); /* summer over the new year */
	expect_offset(z, "2026-01-01T00:00:00Z", 39600);
	expect_offset(z, "2026-07-01T00:00:00Z", 36000);
	expect_offset(z, "2026-12-31T23:59:59Z", 39600);
	zone_free(z);
	z = ruled("IST-1GMT0,M10.5.0,M3.5.0/1"); /* "summer" is behind */
	expect_offset(z, "2026-01-01T00:00:00Z", 0);
	expect_offset(z, "2026-07-01T00:00:00Z", 3600);
	zone_free(z);
	z = ruled("<+0545>-5:45");
	expect_offset(z, "2026-07-01T00:00:00Z", 20700);
	zone_free(z);
	z = ruled("XXX0YYY,J60/0,J61/0"); /* 1 March, in leap years too */
	expect_offset(z, "2024-02-29T12:00:00Z", 0);
	expect_offset(z, "2024-03-01T12:00:00Z", 3600);
	expect_offset(z, "2000-03-01T12:00:00Z", 3600);
	expect_offset(z, "2100-03-01T12:00:00Z", 3600);
	expect_offset(z, "2100-03-02T12:00:00Z", 0);
	expect_offset(z, "2025-03-01T12:00:00Z", 3600);
	zone_free(z);
	z = ruled("XXX0YYY,59/0,60/0"); /* the 60th day */
	expect_offset(z, "2024-02-29T12:00:00Z", 3600);
	expect_offset(z, "2025-03-01T12:00:00Z", 3600);
	zone_free(z);
	z = ruled("XXX0YYY,M7.1.0/0,M8.1.0/1");
	expect_offset(z, "2026-07-04T23:59:59Z", 0);
	expect_offset(z, "2026-07-05T00:00:00Z", 3600);
	expect_offset(z, "2026-08-01T23:59:59Z", 3600);
	expect_offset(z, "2026-08-02T00:00:00Z", 0);
	zone_free(z);
	z = ruled("CET-1CEST,M3.5.0,M10.5.0/3"); /* behind a year that is no leap year */
	expect_offset(z, "2110-03-30T00:59:59Z", 3600);
	expect_offset(z, "2110-03-30T01:00:00Z", 7200);
	zone_free(z);
	z = ruled("XXX0YYY,M3.5.0/-2,M10.5.0"); /* the day before */
	expect_offset(z, "2026-03-28T21:59:59Z", 0);
	expect_offset(z, "2026-03-28T22:00:00Z", 3600);
	zone_free(z);
}

Test(zone, a_footer_not_understood_is_none)
{
	static const char *const footers[] = {
		"", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
		"CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0x", "CET-168", "<CET-1", "CET-1CEST,J0,J5", "CET-1CEST,J366,J5",
	};

	for (size_t i = 0; i < sizeof footers / sizeof *footers; i++) {
		struct zone *z = ruled(footers[i]);

		cr_assert_not_null(z, "%s", footers[i]);
		cr_expect_eq(zone_offset(z, MOMENT), 0, "%s", footers[i]);
		zone_free(z);
	}
}

Test(zone, wall_clock_times)
{
	struct zone *z = ruled("CET-1CEST,M3.5.0,M10.5.0/3");

	cr_expect_eq(zone_to_utc(z, iso("2026-07-01T12:00:00Z")), iso("2026-07-01T10:00:00Z"));
	cr_expect_eq(zone_to_utc(z, iso("2026-01-01T12:00:00Z")), iso("2026-01-01T11:00:00Z"));
	cr_expect_eq(zone_to_utc(z, iso("2026-03-29T01:59:59Z")), iso("2026-03-29T00:59:59Z"));
	cr_expect_eq(zone_to_utc(z, iso("2026-03-29T02:30:00Z")), iso("2026-03-29T01:30:00Z"), "never shown");
	cr_expect_eq(zone_to_utc(z, iso("2026-03-29T03:00:00Z")), iso("2026-03-29T01:00:00Z"));
	cr_expect_eq(zone_to_utc(z, iso("2026-10-25T02:30:00Z")), iso("2026-10-25T00:30:00Z"), "shown twice");
	cr_expect_eq(zone_to_utc(z, iso("2026-10-25T03:00:00Z")), iso("2026-10-25T02:00:00Z"));
	cr_expect_eq(zone_to_utc(NULL, MOMENT), MOMENT);
	zone_free(z);
}

Test(zone, version_1_files)
{
	struct buf b = BUF_INIT;

	put_header(&b, '\0', 1, 2, 0);
	put_u32(&b, (uint32_t)-10);
	buf_byte(&b, 1);
	put_u32(&b, 60);
	buf_add(&b, "\0\0", 2);
	put_u32(&b, (uint32_t)-60);
	buf_add(&b, "\0\0", 2);
	buf_add(&b, "XXX", 4);
	write_zone("One", &b);
	buf_free(&b);
	struct zone *z = zone_open(SLICE("One"));

	cr_assert_not_null(z);
	cr_expect_eq(zone_offset(z, -11 * TIME_SECOND), 60);
	cr_expect_eq(zone_offset(z, -10 * TIME_SECOND), -60);
	zone_free(z);
}

/* Every prefix and every changed byte of a file: a zone or none, and nothing read beyond it. */
Test(zone, damaged_files)
{
	static const struct transition list[] = { { -1000, 1 }, { 0, 0 } };
	static const int32_t offsets[] = { 3600, 7200 };
	static const char footer[] = "CET-1CEST,M3.5.0,M10.5.0/3";
	struct buf b = BUF_INIT;

	make_tzif(&b, list, 2, offsets, 2, footer);
	for (size_t n = 0; n < b.n; n++) {
		const struct buf cut = { b.p, n, n };

		write_zone("Damaged", &cut);
		struct zone *z = zone_open(SLICE("Damaged"));

		if (n < b.n - (sizeof footer + 1)) /* the footer and its newlines may be missing */
			cr_expect_null(z, "%zu", n);
		zone_free(z);
	}
	for (size_t at = 0; at < b.n; at++) {
		for (int bit = 0; bit < 8; bit++) {
			b.p[at] = (char)(b.p[at] ^ 1 << bit);
			write_zone("Damaged", &b);
			b.p[at] = (char)(b.p[at] ^ 1 << bit);
			struct zone *z = zone_open(SLICE("Damaged"));

			if (z != NULL)
				zone_to_utc(z, MOMENT);
			zone_free(z);
		}
	}
	buf_free(&b);
}

Test(zone, what_does_not_hold_together_is_no_zone)
{
	static const struct transition falling[] = { { 5, 0 }, { 5, 0 } }, no_type[] = { { 5, 1 } };
	static const int32_t offsets[] = { 0 }, far[] = { 100000 };
	struct buf b = BUF_INIT;

	make_tzif(&b, falling, 2, offsets, 1, "");
	write_zone("Bad", &b);
	cr_expect_null(zone_open(SLICE("Bad")));
	b.n = 0;
	make_tzif(&b, no_type, 1, offsets, 1, "");
	write_zone("Bad", &b);
	cr_expect_null(zone_open(SLICE("Bad")));
	b.n = 0;
	make_tzif(&b, NULL, 0, far, 1, "");
	write_zone("Bad", &b);
	cr_expect_null(zone_open(SLICE("Bad")));
	b.n = 0;
	put_header(&b, '\0', 0, 1, 0);
	b.p[31] = 1; /* a leap second: such zones count what UTC does not */
	put_u32(&b, 0);
	buf_add(&b, "\0\0", 2);
	buf_add(&b, "XXX", 4);
	put_i64(&b, 0);
	write_zone("Bad", &b);
	cr_expect_null(zone_open(SLICE("Bad")));
	b.p[31] = 0;
	write_zone("Bad", &b);
	struct zone *z = zone_open(SLICE("Bad"));

	cr_expect_not_null(z, "without it the same is good");
	zone_free(z);
	buf_free(&b);
}

Test(zone, text_for_people)
{
	struct zone *z = ruled("CET-1CEST,M3.5.0,M10.5.0/3");
	char text[TIME_TEXT_MAX];

	cr_expect_eq(time_format_short(MOMENT, NULL, text), 11);
	cr_expect_str_eq(text, "11-02 03:14");
	time_format_short(MOMENT, z, text);
	cr_expect_str_eq(text, "11-02 04:14");
	cr_expect_eq(time_format_minute(iso("2025-12-31T23:00:00Z"), z, text), 16);
	cr_expect_str_eq(text, "2026-01-01 00:00");
	time_format_minute(iso("2026-07-01T00:00:00Z"), NULL, text);
	cr_expect_str_eq(text, "2026-07-01 00:00");
	cr_expect_eq(time_format_short(TIME_NONE, z, text), 0);
	cr_expect_str_eq(text, "");
	cr_expect_eq(time_format_minute(TIME_NONE, z, text), 0);
	zone_free(z);
}
