/*
 * time.c - instants: read, cut, written. Zones are in zone.c.
 *
 * Every record has a time, and nearly every time looks the same, so the first 16 bytes are checked and turned into numbers
 * as two words of eight bytes: exclusive-or with the expected text leaves the digits' values and zeros for the separators.
 */
#include "base/time.h"

#include <endian.h>
#include <stdio.h>

enum { DAYS_TO_1970 = 719162 }; /* from 0001-01-01 */

#define TIME_LEAST (-(int64_t)DAYS_TO_1970 * TIME_DAY)
#define TIME_MOST (INT64_C(2932897) * TIME_DAY - 1) /* up to 10000-01-01 */

static bool is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days since 1970 for a date of the years 1..9999; false if there is no such day. */
static inline bool days_of(unsigned year, unsigned month, unsigned day, int64_t *days)
{
	static const uint16_t before[14] = { 0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 };

	if (year < 1 || year > 9999 || month < 1 || month > 12)
		return false;
	const bool leap = is_leap(year);
	const unsigned length = (unsigned)before[month + 1] - before[month] + (leap && month == 2);

	if (day < 1 || day > length)
		return false;
	const unsigned past = year - 1;

	*days = (int64_t)(past * 365 + past / 4 - past / 100 + past / 400 + before[month] + (leap && month > 2) + day - 1) -
		DAYS_TO_1970;
	return true;
}

static inline uint64_t load_word(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return le64toh(w);
}

#define HIGH_BITS UINT64_C(0x8080808080808080)

/*
 * Words that spell, first byte lowest: text "0000-00-" and "00?00:00", and what must not carry a byte's value into its
 * high bit: digits (0x76: nothing above 9) and separators (0x7F: nothing but 0).
 */
#define DATE_TEXT UINT64_C(0x2D30302D30303030)
#define DATE_LIMIT UINT64_C(0x7F76767F76767676)
#define CLOCK_TEXT UINT64_C(0x30303A3030003030)
#define CLOCK_LIMIT UINT64_C(0x76767F7676007676)
#define CLOCK_LETTER UINT64_C(0x0000000000FF0000)
#define ZERO_TEXT UINT64_C(0x3030303030303030)
#define ZERO_LIMIT UINT64_C(0x7676767676767676)

/* In byte i the two-digit number of bytes i and i + 1. */
static inline uint64_t pairs(uint64_t digits)
{
	return digits * 10 + (digits >> 8);
}

static inline unsigned byte_of(uint64_t word, unsigned i)
{
	return (unsigned)(word >> (8 * i)) & 0xFF;
}

static inline unsigned digit_of(char c)
{
	return (unsigned)(unsigned char)c - '0';
}

/* Two digits at p, or a number above 99. */
static inline unsigned two_digits(const char *p)
{
	const unsigned tens = digit_of(p[0]), ones = digit_of(p[1]);

	return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/* `YYYY-MM-DD?HH:MM:SS`, 19 bytes at p. */
static inline bool read_moment(const char *p, int64_t *t)
{
	const uint64_t date = load_word(p) ^ DATE_TEXT;
	const uint64_t clock = (load_word(p + 8) ^ CLOCK_TEXT) & ~CLOCK_LETTER;
	const unsigned second = two_digits(p + 17);
	int64_t days;

	if (((((date + DATE_LIMIT) | date) | ((clock + CLOCK_LIMIT) | clock)) & HIGH_BITS) != 0)
		return false;
	if ((p[10] | 0x20) != 't' && p[10] != ' ')
		return false;
	const uint64_t d = pairs(date), c = pairs(clock);
	const unsigned hour = byte_of(c, 3), minute = byte_of(c, 6);

	if (p[16] != ':' || second > 59 || hour > 23 || minute > 59)
		return false;
	if (!days_of(byte_of(d, 0) * 100 + byte_of(d, 2), byte_of(d, 5), byte_of(c, 0), &days))
		return false;
	*t = (days * 86400 + (int64_t)(hour * 3600 + minute * 60 + second)) * TIME_SECOND;
	return true;
}

/* Behind the dot at p: the end of its digits, or NULL if there is none; the first six as microseconds. */
static const char *read_fraction_slowly(const char *p, const char *end, int64_t *us)
{
	const char *const start = p;
	int64_t n = 0, unit = 100000;

	for (; p < end && ascii_is_digit(*p); p++) {
		n += unit * (int64_t)digit_of(*p);
		unit /= 10;
	}
	*us = n;
	return p == start ? NULL : p;
}

static inline const char *read_fraction(const char *p, const char *end, int64_t *us)
{
	if (end - p < 8)
		return read_fraction_slowly(p, end, us);
	uint64_t w = load_word(p) ^ ZERO_TEXT;
	const uint64_t bad = ((w + ZERO_LIMIT) | w) & HIGH_BITS;

	if (bad == 0) /* eight digits or more */
		return read_fraction_slowly(p, end, us);
	/* Above the first bad byte carries may have made others bad: only the lowest counts. */
	const unsigned digits = (unsigned)__builtin_ctzll(bad) / 8;

	if (digits == 0)
		return NULL;
	w &= (UINT64_C(1) << (8 * digits)) - 1;
	const uint64_t two = pairs(w);

	*us = (int64_t)(byte_of(two, 0) * 10000 + byte_of(two, 2) * 100 + byte_of(two, 4));
	return p + digits;
}

/* `+HH:MM` or `-HH:MM`, exactly, as microseconds. */
static bool read_offset(struct slice s, int64_t *offset)
{
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':')
		return false;
	const unsigned hours = two_digits(s.p + 1), minutes = two_digits(s.p + 4);

	if (hours > 23 || minutes > 59)
		return false;
	const int64_t us = (int64_t)(hours * 60 + minutes) * TIME_MINUTE;

	*offset = s.p[0] == '-' ? -us : us;
	return true;
}

static inline int64_t in_range(int64_t t)
{
	return t >= TIME_LEAST && t <= TIME_MOST ? t : TIME_NONE;
}

/* What stands behind the seconds, which are t: the time. `offset`: what a time without one has. */
static inline int64_t parse_rest(struct slice s, int64_t t, int64_t offset)
{
	int64_t us = 0;
	const char *p = s.p + 19, *const end = s.p + s.n;

	if (p < end && *p == '.') {
		p = read_fraction(p + 1, end, &us);
		if (p == NULL)
			return TIME_NONE;
	}
	t += us;
	if (end - p == 1 && (*p | 0x20) == 'z')
		return t;
	if (p < end && !read_offset(slice_of(p, (size_t)(end - p)), &offset))
		return TIME_NONE;
	return in_range(t - offset);
}

static inline int64_t parse(struct slice s, int64_t offset)
{
	int64_t t;

	return s.n < 19 || !read_moment(s.p, &t) ? TIME_NONE : parse_rest(s, t, offset);
}

int64_t time_parse(struct slice s)
{
	return parse(s, 0);
}

int64_t time_parse_next(struct slice s, struct time_minute *m)
{
	int64_t t;

	if (s.n < 19)
		return TIME_NONE;
	const unsigned second = two_digits(s.p + 17);

	if (s.p[4] == '-' && memcmp(s.p, m->text, sizeof m->text) == 0 && s.p[16] == ':' && second <= 59)
		return parse_rest(s, m->t + second * TIME_SECOND, 0);
	if (!read_moment(s.p, &t))
		return TIME_NONE;
	memcpy(m->text, s.p, sizeof m->text);
	m->t = t - second * TIME_SECOND;
	return parse_rest(s, t, 0);
}

/* ---- the portal's dates ---- */

struct portal {
	unsigned first, second, year, hour, minute, second_of_minute;
	int64_t us;
	char half; /* 'a', 'p', or 0 without AM and PM */
	size_t hour_n, half_n; /* bytes before the minute, and behind all numbers */
};

/* One or two digits at *p, which moves behind them. */
static bool read_short(const char **p, const char *end, unsigned *n)
{
	if (*p == end || !ascii_is_digit(**p))
		return false;
	*n = digit_of(*(*p)++);
	if (*p < end && ascii_is_digit(**p))
		*n = *n * 10 + digit_of(*(*p)++);
	return true;
}

static bool read_two(const char **p, const char *end, unsigned *n)
{
	if (end - *p < 2)
		return false;
	*n = two_digits(*p);
	*p += 2;
	return *n <= 99;
}

static bool read_char(const char **p, const char *end, char c)
{
	if (*p == end || **p != c)
		return false;
	(*p)++;
	return true;
}

static bool read_portal_date(const char **p, const char *end, struct portal *d)
{
	unsigned century, year;

	if (!read_short(p, end, &d->first) || !read_char(p, end, '/') || !read_short(p, end, &d->second) ||
	    !read_char(p, end, '/') || !read_two(p, end, &century) || !read_two(p, end, &year))
		return false;
	d->year = century * 100 + year;
	return true;
}

/* `begin`: where the date began. */
static bool read_portal_clock(const char *begin, const char **p, const char *end, struct portal *d)
{
	if (!read_short(p, end, &d->hour) || !read_char(p, end, ':'))
		return false;
	d->hour_n = (size_t)(*p - begin);
	if (!read_two(p, end, &d->minute) || !read_char(p, end, ':') || !read_two(p, end, &d->second_of_minute))
		return false;
	d->us = 0;
	if (read_char(p, end, '.'))
		*p = read_fraction(*p, end, &d->us);
	return *p != NULL;
}

/* What is left is nothing, or AM or PM behind a blank or U+202F. */
static bool read_portal_half(struct slice rest, struct portal *d)
{
	d->half = 0;
	d->half_n = rest.n;
	if (rest.n == 0)
		return true;
	const size_t blank = rest.p[0] == ' ' ? 1 : 3;

	if (rest.n != blank + 2 || (blank == 3 && memcmp(rest.p, "\xE2\x80\xAF", 3) != 0))
		return false;
	d->half = ascii_lower(rest.p[blank]);
	return (d->half == 'a' || d->half == 'p') && ascii_lower(rest.p[blank + 1]) == 'm';
}

/* The form alone; whether the numbers are possible is not asked. */
static bool read_portal(struct slice s, struct portal *d)
{
	if (s.n < sizeof "1/1/2000 0:00:00" - 1)
		return false;
	const char *p = s.p, *const end = s.p + s.n;

	if (!read_portal_date(&p, end, d))
		return false;
	read_char(&p, end, ',');
	if (!read_char(&p, end, ' ') || !read_portal_clock(s.p, &p, end, d))
		return false;
	return read_portal_half(slice_of(p, (size_t)(end - p)), d);
}

/* The time of what was read, under the order. */
static int64_t portal_time(struct portal d, enum date_order order)
{
	const bool day_first = order == DATE_DAY_FIRST;
	int64_t days;

	if (d.half != 0) {
		if (d.hour < 1 || d.hour > 12)
			return TIME_NONE;
		d.hour = d.hour % 12 + (d.half == 'p' ? 12 : 0);
	}
	if (d.hour > 23 || d.minute > 59 || d.second_of_minute > 59)
		return TIME_NONE;
	if (!days_of(d.year, day_first ? d.second : d.first, day_first ? d.first : d.second, &days))
		return TIME_NONE;
	return (days * 86400 + (int64_t)(d.hour * 3600 + d.minute * 60 + d.second_of_minute)) * TIME_SECOND + d.us;
}

int64_t time_parse_portal(struct slice s, enum date_order order)
{
	struct portal d;

	return read_portal(s, &d) ? portal_time(d, order) : TIME_NONE;
}

/* The text begins with the hour, and `MM:SS` fits behind it. An hour is 11 to 15 bytes: two words of eight are all of it. */
static inline bool is_portal_hour(const struct time_portal_hour *h, struct slice s)
{
	return h->n > 0 && s.n >= (size_t)h->n + 5 && memcmp(s.p, h->text, 8) == 0 && memcmp(s.p + h->n - 8, h->text + h->n - 8, 8) == 0;
}

static inline bool is_portal_half(const struct time_portal_hour *h, const char *p, const char *end)
{
	if (end - p != h->half_n)
		return false;
	for (unsigned i = 0; i < h->half_n; i++)
		if (p[i] != h->half[i])
			return false;
	return true;
}

/* What stands behind the hour that is remembered: the time; TIME_NONE: it is to be read as a whole. */
static inline int64_t in_portal_hour(const struct time_portal_hour *h, const char *p, const char *end)
{
	const unsigned minute = two_digits(p), second = two_digits(p + 3);
	int64_t us = 0;

	if (minute > 59 || second > 59 || p[2] != ':')
		return TIME_NONE;
	p += 5;
	if (p < end && *p == '.')
		p = read_fraction(p + 1, end, &us);
	return p != NULL && is_portal_half(h, p, end) ? h->t + (int64_t)(minute * 60 + second) * TIME_SECOND + us : TIME_NONE;
}

/* Of a good date. */
static void remember_hour(struct time_portal_hour *h, struct slice s, const struct portal *d, enum date_order order, int64_t t)
{
	h->n = (uint8_t)d->hour_n;
	memcpy(h->text, s.p, d->hour_n);
	h->half_n = (uint8_t)d->half_n;
	memcpy(h->half, s.p + s.n - d->half_n, d->half_n);
	h->order = order;
	h->t = t - d->us - (int64_t)(d->minute * 60 + d->second_of_minute) * TIME_SECOND;
}

int64_t time_parse_portal_next(struct slice s, enum date_order order, struct time_portal_hour *h)
{
	struct portal d;
	int64_t t = TIME_NONE;

	if (h->order == order && is_portal_hour(h, s))
		t = in_portal_hour(h, s.p + h->n, s.p + s.n);
	if (t != TIME_NONE || !read_portal(s, &d))
		return t;
	t = portal_time(d, order);
	if (t != TIME_NONE)
		remember_hour(h, s, &d, order, t);
	return t;
}

enum date_evidence time_portal_evidence(struct slice s)
{
	struct portal d;

	if (!read_portal(s, &d))
		return DATE_NOT_PORTAL;
	if (d.first > 12)
		return DATE_ONLY_DAY_FIRST;
	return d.second > 12 ? DATE_ONLY_MONTH_FIRST : DATE_EITHER;
}

/* ---- spans and options ---- */

int64_t time_floor(int64_t t, int64_t span)
{
	const int64_t past = t % span;
	int64_t start;

	return __builtin_sub_overflow(t, past < 0 ? past + span : past, &start) ? TIME_NONE : start;
}

int64_t time_parse_option(struct slice s, int64_t offset_us)
{
	char midnight[19] = "YYYY-MM-DDT00:00:00";

	if (s.n != 10)
		return parse(s, offset_us);
	memcpy(midnight, s.p, 10);
	return parse(slice_of(midnight, sizeof midnight), offset_us);
}

int64_t time_parse_span(struct slice s)
{
	int64_t sum = 0;
	size_t i = 0;

	if (s.n == 0)
		return TIME_NONE;
	while (i < s.n) {
		const size_t start = i;
		int64_t n = 0;

		for (; i < s.n && ascii_is_digit(s.p[i]); i++)
			if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, s.p[i] - '0', &n))
				return TIME_NONE;
		if (i == start || i == s.n)
			return TIME_NONE;
		const char unit = s.p[i++];
		const int64_t us = unit == 'd' ? TIME_DAY : unit == 'h' ? TIME_HOUR : unit == 'm' ? TIME_MINUTE :
			unit == 's' ? TIME_SECOND : 0;

		if (us == 0 || __builtin_mul_overflow(n, us, &n) || __builtin_add_overflow(sum, n, &sum))
			return TIME_NONE;
	}
	return sum;
}

/* ---- writing ---- */

struct parts {
	int64_t year;
	unsigned month, day, hour, minute, second, us;
};

/* Counted in years that begin with March, so that the leap day is the last of its year. */
static struct parts parts_of(int64_t t)
{
	const int64_t day = t / TIME_DAY - (t % TIME_DAY < 0);
	const uint64_t us = (uint64_t)t - (uint64_t)day * (uint64_t)TIME_DAY; /* the product alone may overflow */
	const int64_t from_march = day + 719468; /* from 0000-03-01 */
	const int64_t era = (from_march >= 0 ? from_march : from_march - 146096) / 146097;
	const unsigned in_era = (unsigned)(from_march - era * 146097);
	const unsigned year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	const unsigned in_year = in_era - (365 * year + year / 4 - year / 100);
	const unsigned month = (5 * in_year + 2) / 153;
	const unsigned seconds = (unsigned)(us / 1000000);

	return (struct parts){
		.year = era * 400 + year + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = in_year - (153 * month + 2) / 5 + 1,
		.hour = seconds / 3600,
		.minute = seconds / 60 % 60,
		.second = seconds % 60,
		.us = (unsigned)(us % 1000000),
	};
}

static char *put_two(char *out, unsigned n)
{
	out[0] = (char)('0' + n / 10 % 10);
	out[1] = (char)('0' + n % 10);
	return out + 2;
}

static char *put_char(char *out, char c)
{
	*out = c;
	return out + 1;
}

/* Four digits; years outside 0..9999, which no record has, as they are. */
static char *put_year(char *out, int64_t year)
{
	if (year < 0 || year > 9999)
		return out + snprintf(out, 24, "%lld", (long long)year);
	return put_two(put_two(out, (unsigned)year / 100), (unsigned)year % 100);
}

static char *put_date(char *out, const struct parts *d)
{
	out = put_char(put_year(out, d->year), '-');
	out = put_char(put_two(out, d->month), '-');
	return put_two(out, d->day);
}

static char *put_minute(char *out, const struct parts *d)
{
	out = put_char(put_two(out, d->hour), ':');
	return put_two(out, d->minute);
}

size_t time_format(int64_t t, char *out)
{
	char *p = out;

	if (t != TIME_NONE) {
		const struct parts d = parts_of(t);

		p = put_char(put_date(p, &d), 'T');
		p = put_char(put_minute(p, &d), ':');
		p = put_char(put_two(p, d.second), '.');
		p = put_two(put_two(put_two(p, d.us / 10000), d.us / 100), d.us);
		p = put_char(p, 'Z');
	}
	*p = '\0';
	return (size_t)(p - out);
}

size_t time_format_short(int64_t t, const struct zone *z, char *out)
{
	char *p = out;

	if (t != TIME_NONE) {
		const struct parts d = parts_of(t + zone_offset(z, t) * TIME_SECOND);

		p = put_char(put_two(p, d.month), '-');
		p = put_char(put_two(p, d.day), ' ');
		p = put_minute(p, &d);
	}
	*p = '\0';
	return (size_t)(p - out);
}

size_t time_format_minute(int64_t t, const struct zone *z, char *out)
{
	char *p = out;

	if (t != TIME_NONE) {
		const struct parts d = parts_of(t + zone_offset(z, t) * TIME_SECOND);

		p = put_char(put_date(p, &d), ' ');
		p = put_minute(p, &d);
	}
	*p = '\0';
	return (size_t)(p - out);
}
