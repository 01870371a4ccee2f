/*
 * kql_time.c - reading, counting and writing times in ticks, on the calendar of base/time.h.
 */
#include "select/kql_time.h"

#include <inttypes.h>

#include "base/time.h"
#include "select/kql_text.h"

enum { FRACTION_DIGITS = 7 };

/* ---- datetimes ---- */

bool kql_time_datetime(struct slice s, int64_t *ticks)
{
	enum { DATE = 10, TO_MINUTE = 16 };
	char whole[DATE + 9];

	s = slice_trim(s);
	if (s.n == DATE || s.n == TO_MINUTE) {
		memcpy(whole, s.p, s.n);
		memcpy(whole + s.n, s.n == DATE ? "T00:00:00" : ":00", s.n == DATE ? 9 : 3);
		s = slice_of(whole, s.n == DATE ? DATE + 9 : TO_MINUTE + 3);
	}
	const int64_t t = time_parse(s);

	if (t == TIME_NONE)
		return false;
	*ticks = t * TICK_MICROSECOND;
	return true;
}

/* ---- timespans ---- */

static const struct {
	const char *names; /* between blanks */
	int64_t ticks;
} units[] = {
	{ " d day days ", TICK_DAY },
	{ " h hr hrs hour hours ", TICK_HOUR },
	{ " m min minute minutes ", TICK_MINUTE },
	{ " s sec second seconds ", TICK_SECOND },
	{ " ms milli millis millisecond milliseconds ", 1000 * TICK_MICROSECOND },
	{ " micro micros microsecond microseconds ", TICK_MICROSECOND },
	{ " tick ticks ", 1 },
};

/* Digits from *i on; false if there is none or it is too large. */
static bool take_number(struct slice s, size_t *i, int64_t *out)
{
	const size_t start = *i;

	*out = 0;
	for (; *i < s.n && ascii_is_digit(s.p[*i]); ++*i)
		if (__builtin_mul_overflow(*out, INT64_C(10), out) || __builtin_add_overflow(*out, s.p[*i] - '0', out))
			return false;
	return *i > start;
}

/* A fraction of `unit` behind a point, cut to whole ticks. */
static bool take_fraction(struct slice s, size_t *i, int64_t unit, int64_t *out)
{
	const size_t start = *i;
	__int128 digits = 0, scale = 1;

	for (; *i < s.n && ascii_is_digit(s.p[*i]); ++*i) {
		if (*i - start >= 18)
			continue;
		digits = digits * 10 + (s.p[*i] - '0');
		scale *= 10;
	}
	*out = (int64_t)(digits * unit / scale);
	return *i > start;
}

bool kql_time_span(struct slice number, struct slice unit, int64_t *ticks)
{
	size_t i = 0;
	int64_t whole, fraction = 0, size = 0;

	for (size_t k = 0; unit.n > 0 && k < sizeof units / sizeof *units; k++)
		if (kql_text_is_among(units[k].names, unit))
			size = units[k].ticks;
	if (size == 0 || !take_number(number, &i, &whole))
		return false;
	if (i < number.n && (number.p[i++] != '.' || !take_fraction(number, &i, size, &fraction)))
		return false;
	return i == number.n && !__builtin_mul_overflow(whole, size, ticks) &&
	       !__builtin_add_overflow(*ticks, fraction, ticks);
}

static bool take_two(struct slice s, size_t *i, int64_t most, int64_t *out)
{
	const size_t start = *i;

	return take_number(s, i, out) && *i - start <= 2 && *out <= most;
}

static bool take(struct slice s, size_t *i, char c)
{
	if (*i == s.n || s.p[*i] != c)
		return false;
	++*i;
	return true;
}

/* `[d.]hh:mm:ss[.fffffff]` */
static bool clock_span(struct slice s, int64_t *ticks)
{
	int64_t days = 0, hours, minutes, seconds, fraction = 0;
	size_t i = 0, point = 0;

	while (point < s.n && ascii_is_digit(s.p[point]))
		point++;
	if (point < s.n && s.p[point] == '.' && (!take_number(s, &i, &days) || !take(s, &i, '.')))
		return false;
	if (!take_two(s, &i, 23, &hours) || !take(s, &i, ':') || !take_two(s, &i, 59, &minutes) || !take(s, &i, ':') ||
	    !take_two(s, &i, 59, &seconds))
		return false;
	if (take(s, &i, '.') && !take_fraction(s, &i, TICK_SECOND, &fraction))
		return false;
	const int64_t of_day = hours * TICK_HOUR + minutes * TICK_MINUTE + seconds * TICK_SECOND + fraction;

	return i == s.n && !__builtin_mul_overflow(days, TICK_DAY, ticks) && !__builtin_add_overflow(*ticks, of_day, ticks);
}

bool kql_time_timespan(struct slice s, int64_t *ticks)
{
	size_t number = 0;
	bool negative = false, good;

	s = slice_trim(s);
	if (s.n == 0)
		return false;
	if (s.p[0] == '-' || s.p[0] == '+') {
		negative = s.p[0] == '-';
		s = slice_of(s.p + 1, s.n - 1);
	}
	while (number < s.n && (ascii_is_digit(s.p[number]) || s.p[number] == '.'))
		number++;
	if (memchr(s.p, ':', s.n) != NULL)
		good = clock_span(s, ticks);
	else if (number == s.n)
		good = memchr(s.p, '.', s.n) == NULL && kql_time_span(s, SLICE("d"), ticks);
	else
		good = kql_time_span(slice_of(s.p, number), slice_trim(slice_of(s.p + number, s.n - number)), ticks);
	if (good && negative)
		*ticks = -*ticks;
	return good;
}

/* ---- counting ---- */

int64_t kql_time_bin(int64_t t, int64_t span, int64_t origin)
{
	const __int128 from = (__int128)t - origin;
	const __int128 rest = from % span;

	return (int64_t)(from - rest - (rest < 0 ? span : 0) + origin);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t kql_time_weekday(int64_t t)
{
	/* 1970-01-01 was a Thursday. */
	const int64_t day = (floor_div(t, TICK_DAY) + 4) % 7;

	return (day < 0 ? day + 7 : day) * TICK_DAY;
}

/* Months since year 0, from days since 1970: by the civil calendar of 400-year eras. */
static int64_t months_of(int64_t days)
{
	const int64_t z = days + 719468, era = floor_div(z, 146097), doe = z - era * 146097;
	const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	const int64_t month = mp < 10 ? mp + 3 : mp - 9;

	return (yoe + era * 400 + (month <= 2)) * 12 + month - 1;
}

const char kql_time_parts[] = "year, quarter, month, week, day, hour, minute, second, millisecond, microsecond";

/* `months`: of the calendar; else a span that begins at `origin`. */
static const struct {
	struct slice name;
	int64_t months, span, origin;
} parts[] = {
	{ { "year", 4 }, 12, 0, 0 },
	{ { "quarter", 7 }, 3, 0, 0 },
	{ { "month", 5 }, 1, 0, 0 },
	{ { "week", 4 }, 0, 7 * TICK_DAY, -4 * TICK_DAY }, /* a Sunday */
	{ { "day", 3 }, 0, TICK_DAY, 0 },
	{ { "hour", 4 }, 0, TICK_HOUR, 0 },
	{ { "minute", 6 }, 0, TICK_MINUTE, 0 },
	{ { "second", 6 }, 0, TICK_SECOND, 0 },
	{ { "millisecond", 11 }, 0, 1000 * TICK_MICROSECOND, 0 },
	{ { "microsecond", 11 }, 0, TICK_MICROSECOND, 0 },
};

int kql_time_part(struct slice name)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (slice_eq_nocase(parts[i].name, name))
			return (int)i;
	return -1;
}

static int64_t part_number(int part, int64_t t)
{
	if (parts[part].months > 0)
		return months_of(floor_div(t, TICK_DAY)) / parts[part].months;
	return floor_div(t - parts[part].origin, parts[part].span);
}

int64_t kql_time_diff(int part, int64_t a, int64_t b)
{
	return part_number(part, a) - part_number(part, b);
}

/* ---- writing ---- */

void kql_time_datetime_text(struct buf *out, int64_t ticks)
{
	char text[TIME_TEXT_MAX];
	const int64_t micros = floor_div(ticks, TICK_MICROSECOND);
	const size_t n = time_format(micros, text);

	buf_add(out, text, n - 1); /* without Z */
	buf_printf(out, "%dZ", (int)(ticks - micros * TICK_MICROSECOND));
}

void kql_time_timespan_text(struct buf *out, int64_t ticks)
{
	const bool negative = ticks < 0;
	const uint64_t n = negative ? -(uint64_t)ticks : (uint64_t)ticks;
	const uint64_t days = n / (uint64_t)TICK_DAY, seconds = n % (uint64_t)TICK_DAY / (uint64_t)TICK_SECOND;
	const uint64_t fraction = n % (uint64_t)TICK_SECOND;

	if (negative)
		buf_byte(out, '-');
	if (days > 0)
		buf_printf(out, "%" PRIu64 ".", days);
	buf_printf(out, "%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64, seconds / 3600, seconds / 60 % 60, seconds % 60);
	if (fraction > 0)
		buf_printf(out, ".%0*" PRIu64, FRACTION_DIGITS, fraction);
}
