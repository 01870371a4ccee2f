/*
 * number.c - numbers as people read them, by integer arithmetic only, so that no locale and no rounding mode shows.
 */
#include "report/number.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"

/* n digits with a comma before each three. */
static void group(struct buf *out, const char *digits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buf_byte(out, ',');
		buf_byte(out, digits[i]);
	}
}

void number_group(struct buf *out, uint64_t n)
{
	char digits[24];

	group(out, digits, (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n));
}

void number_decimal(struct buf *out, struct decimal d)
{
	char text[DECIMAL_TEXT_MAX];
	const char *p = text;
	size_t whole;

	decimal_format(d, text);
	if (*p == '-')
		buf_byte(out, *p++);
	whole = strcspn(p, ".");
	group(out, p, whole);
	buf_str(out, p + whole);
}

void number_percent(struct buf *out, uint64_t part, uint64_t whole, unsigned places)
{
	const uint64_t scale = places == 0 ? 100 : 1000; /* one in units of the last place */
	uint64_t units;

	if (whole == 0) {
		buf_str(out, "-");
		return;
	}
	units = (uint64_t)(((unsigned __int128)part * scale * 2 + whole) / ((unsigned __int128)whole * 2));
	if (units == 0 && part > 0) {
		buf_str(out, places == 0 ? "<1 %" : "<0.1 %");
		return;
	}
	if (units >= scale && part < whole)
		units = scale - 1;
	if (places == 0) {
		number_group(out, units);
	} else {
		number_group(out, units / 10);
		buf_printf(out, ".%u", (unsigned)(units % 10));
	}
	buf_str(out, " %");
}

void number_bytes(struct buf *out, uint64_t n)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB", "PB", "EB" };
	uint64_t unit = 1000, tenths;
	size_t i = 0;

	if (n < 1000) {
		buf_printf(out, "%u B", (unsigned)n);
		return;
	}
	/* The next unit is due where this one would round up to 1000. */
	while (i + 1 < sizeof(units) / sizeof(units[0]) && n >= unit * 1000 - unit / 2) {
		unit *= 1000;
		i++;
	}
	tenths = n / unit * 10 + (n % unit * 10 + unit / 2) / unit;
	if (tenths < 100)
		buf_printf(out, "%u.%u %s", (unsigned)(tenths / 10), (unsigned)(tenths % 10), units[i]);
	else
		buf_printf(out, "%u %s", (unsigned)(n / unit + (n % unit + unit / 2) / unit), units[i]);
}

void number_span(struct buf *out, int64_t microseconds)
{
	static const struct {
		int64_t size;
		const char *name;
	} units[] = { { TIME_DAY, "d" }, { TIME_HOUR, "h" }, { TIME_MINUTE, "min" }, { TIME_SECOND, "s" } };
	enum { UNITS = sizeof(units) / sizeof(units[0]) };
	size_t i = 0;
	int64_t rest;

	if (microseconds < 0)
		microseconds = 0;
	while (i + 1 < UNITS && microseconds < units[i].size)
		i++;
	buf_printf(out, "%" PRId64 " %s", microseconds / units[i].size, units[i].name);
	rest = microseconds % units[i].size;
	if (i + 1 < UNITS && rest >= units[i + 1].size)
		buf_printf(out, " %" PRId64 " %s", rest / units[i + 1].size, units[i + 1].name);
}

void number_of(struct buf *out, uint64_t n, const char *one, const char *many)
{
	number_group(out, n);
	buf_byte(out, ' ');
	buf_str(out, n == 1 ? one : many);
}

void number_minute(struct buf *out, int64_t t, const struct zone *zone)
{
	char text[TIME_TEXT_MAX];

	buf_add(out, text, time_format_minute(t, zone, text));
}
