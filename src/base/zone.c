/*
 * zone.c - offsets of time zones, read from the system's zone database.
 *
 * The C library's own way, TZ and tzset, is one state for the whole process; a report may need two zones while workers run.
 * So a zone is a value: the transitions of a TZif file (RFC 8536) and the rule for the time behind the last of them.
 * Whatever of a file does not hold together makes it no zone.
 */
#include <endian.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/time.h"

enum {
	DAY_SECONDS = 86400,
	FILE_MOST = 1 << 18,       /* the largest file of the database has some thousand bytes */
	HEADER = 44,
	OFFSET_MOST = 26 * 3600,   /* RFC 8536, 3.2: more is no offset of a clock */
	RULE_HOURS_MOST = 167
};

/* A day of the year on which a clock changes, and when on that day. */
struct rule_day {
	enum { DAY_JULIAN, DAY_OF_YEAR, DAY_OF_MONTH } kind; /* Jn, n, Mm.w.d of POSIX */
	int month, week, day;
	int64_t seconds;
};

/* What the footer says: std, and dst between two days if there is one. */
struct rule {
	int64_t std, dst;
	bool has_dst;
	struct rule_day start, end;
};

struct zone {
	size_t n;
	int64_t *at;          /* seconds since 1970, ascending */
	int32_t *offset;      /* from at[i] on */
	int64_t first;        /* before at[0] */
	bool has_rule;        /* holds from at[n - 1] on */
	struct rule rule;
};

/* ---- the footer: a POSIX TZ text ---- */

struct cursor {
	const char *p, *end;
};

static bool take(struct cursor *c, char want)
{
	if (c->p == c->end || *c->p != want)
		return false;
	c->p++;
	return true;
}

static bool take_number(struct cursor *c, int most, int *n)
{
	const char *const start = c->p;

	*n = 0;
	for (; c->p < c->end && ascii_is_digit(*c->p) && *n <= most; c->p++)
		*n = *n * 10 + (*c->p - '0');
	return c->p > start && *n <= most;
}

/* `CET` or `<+03>`. */
static bool take_name(struct cursor *c)
{
	const char *const start = c->p;

	if (take(c, '<')) {
		while (c->p < c->end && *c->p != '>')
			c->p++;
		return take(c, '>');
	}
	while (c->p < c->end && ascii_is_alpha(*c->p))
		c->p++;
	return c->p > start;
}

/* `[+-]h[:mm[:ss]]` as seconds. */
static bool take_clock(struct cursor *c, int64_t *seconds)
{
	const bool negative = take(c, '-');
	int h, m = 0, s = 0;

	if (!negative)
		take(c, '+');
	if (!take_number(c, RULE_HOURS_MOST, &h))
		return false;
	if (take(c, ':') && (!take_number(c, 59, &m) || (take(c, ':') && !take_number(c, 59, &s))))
		return false;
	*seconds = (int64_t)h * 3600 + m * 60 + s;
	if (negative)
		*seconds = -*seconds;
	return true;
}

/* `,Mm.w.d[/time]`, `,Jn[/time]`, `,n[/time]`. */
static bool take_day(struct cursor *c, struct rule_day *d)
{
	*d = (struct rule_day){ .kind = DAY_OF_YEAR, .seconds = 2 * 3600 };
	if (!take(c, ','))
		return false;
	if (take(c, 'M')) {
		d->kind = DAY_OF_MONTH;
		if (!take_number(c, 12, &d->month) || !take(c, '.') || !take_number(c, 5, &d->week) || !take(c, '.') ||
		    !take_number(c, 6, &d->day) || d->month < 1 || d->week < 1)
			return false;
	} else if (take(c, 'J')) {
		d->kind = DAY_JULIAN;
		if (!take_number(c, 365, &d->day) || d->day < 1)
			return false;
	} else if (!take_number(c, 365, &d->day)) {
		return false;
	}
	return !take(c, '/') || take_clock(c, &d->seconds);
}

static bool parse_rule(struct slice text, struct rule *r)
{
	struct cursor c = { text.p, text.p + text.n };
	int64_t west;

	if (!take_name(&c) || !take_clock(&c, &west))
		return false;
	r->std = -west; /* POSIX counts westward */
	r->has_dst = c.p < c.end;
	if (!r->has_dst)
		return true;
	r->dst = r->std + 3600;
	if (!take_name(&c))
		return false;
	if (c.p < c.end && *c.p != ',') {
		if (!take_clock(&c, &west))
			return false;
		r->dst = -west;
	}
	return take_day(&c, &r->start) && take_day(&c, &r->end) && c.p == c.end;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 1970-01-01 to the first of January. */
static int64_t days_to_year(int64_t year)
{
	const int64_t past = year - 1;

	return past * 365 + floor_div(past, 4) - floor_div(past, 100) + floor_div(past, 400) - 719162;
}

static int64_t year_of(int64_t seconds)
{
	const int64_t day = floor_div(seconds, DAY_SECONDS);
	int64_t year = 1970 + floor_div(day * 400, 146097);

	while (days_to_year(year) > day)
		year--;
	while (days_to_year(year + 1) <= day)
		year++;
	return year;
}

/* Days from the first of January to the day of the rule. */
static int64_t day_in_year(const struct rule_day *d, int64_t year)
{
	static const int before[13] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 };
	const int leap = is_leap(year);

	if (d->kind == DAY_OF_YEAR)
		return d->day;
	if (d->kind == DAY_JULIAN) /* 29 February has no number */
		return d->day - 1 + (leap && d->day >= 60);
	const int first = before[d->month - 1] + (leap && d->month > 2);
	const int next = before[d->month] + (leap && d->month > 1);
	const int64_t since_thursday = days_to_year(year) + first; /* 1970 began with one */
	const int weekday = (int)(since_thursday + 4 - 7 * floor_div(since_thursday + 4, 7));
	int day = first + (d->day - weekday + 7) % 7 + 7 * (d->week - 1);

	while (day >= next) /* week 5 is the last there is */
		day -= 7;
	return day;
}

static int64_t rule_offset(const struct rule *r, int64_t seconds)
{
	if (!r->has_dst)
		return r->std;
	const int64_t year = year_of(seconds + r->std);
	const int64_t origin = days_to_year(year) * DAY_SECONDS;
	const int64_t start = origin + day_in_year(&r->start, year) * DAY_SECONDS + r->start.seconds - r->std;
	const int64_t end = origin + day_in_year(&r->end, year) * DAY_SECONDS + r->end.seconds - r->dst;
	const bool in_dst = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end;

	return in_dst ? r->dst : r->std;
}

/* ---- the file ---- */

struct tzif {
	uint64_t isut, isstd, leap, times, types, chars;
	size_t size;      /* of the data behind the header */
	unsigned width;   /* of a time: 4 or 8 */
	const char *data;
};

static uint32_t read_u32(const char *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof n);
	return be32toh(n);
}

static int64_t read_time(const char *p, unsigned width)
{
	uint64_t n;

	if (width == 4)
		return (int32_t)read_u32(p);
	memcpy(&n, p, sizeof n);
	return (int64_t)be64toh(n);
}

/* The header and data at s; false if they are not whole. Counts are 32 bits, so no sum below can overflow. */
static bool read_block(struct slice s, unsigned width, struct tzif *f)
{
	if (s.n < HEADER || memcmp(s.p, "TZif", 4) != 0)
		return false;
	*f = (struct tzif){
		.isut = read_u32(s.p + 20), .isstd = read_u32(s.p + 24), .leap = read_u32(s.p + 28),
		.times = read_u32(s.p + 32), .types = read_u32(s.p + 36), .chars = read_u32(s.p + 40),
		.width = width, .data = s.p + HEADER,
	};
	const uint64_t size = f->times * (width + 1) + f->types * 6 + f->chars + f->leap * (width + 4) + f->isstd + f->isut;

	f->size = (size_t)size;
	return size <= s.n - HEADER;
}

static bool type_offset(const struct tzif *f, unsigned type, int32_t *offset)
{
	if (type >= f->types)
		return false;
	*offset = (int32_t)read_u32(f->data + f->times * (f->width + 1) + type * 6);
	return *offset >= -OFFSET_MOST && *offset <= OFFSET_MOST;
}

static bool fill_transitions(struct zone *z, const struct tzif *f)
{
	int32_t offset;

	if (f->leap > 0) /* counts seconds that UTC, as the logs have it, does not */
		return false;
	if (!type_offset(f, 0, &offset))
		return false;
	z->first = offset;
	z->n = (size_t)f->times;
	z->at = mem_array(z->n, sizeof *z->at);
	z->offset = mem_array(z->n, sizeof *z->offset);
	for (size_t i = 0; i < z->n; i++) {
		const unsigned type = (unsigned char)f->data[z->n * f->width + i];

		z->at[i] = read_time(f->data + i * f->width, f->width);
		if (!type_offset(f, type, &z->offset[i]) || (i > 0 && z->at[i] <= z->at[i - 1]))
			return false;
	}
	return true;
}

/* Between two newlines behind the second block. None, or one not understood: the last offset stays. */
static void read_footer(struct zone *z, struct slice s)
{
	if (s.n < 2 || s.p[0] != '\n')
		return;
	const char *end = memchr(s.p + 1, '\n', s.n - 1);

	if (end != NULL)
		z->has_rule = parse_rule(slice_of(s.p + 1, (size_t)(end - s.p) - 1), &z->rule);
}

static bool fill(struct zone *z, struct slice file)
{
	struct tzif f;

	if (!read_block(file, 4, &f))
		return false;
	if (file.p[4] < '2')
		return fill_transitions(z, &f);
	const size_t second = HEADER + f.size; /* the same with 64 bits */

	if (!read_block(slice_of(file.p + second, file.n - second), 8, &f) || !fill_transitions(z, &f))
		return false;
	const size_t footer = second + HEADER + f.size;

	read_footer(z, slice_of(file.p + footer, file.n - footer));
	return true;
}

static bool read_regular(int fd, struct buf *out)
{
	struct stat st;
	ssize_t got;

	if (io_fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MOST)
		return false;
	while ((got = io_read(fd, buf_reserve(out, 4096), 4096)) > 0 && out->n <= FILE_MOST)
		out->n += (size_t)got;
	return got == 0;
}

static bool read_file(const char *path, struct buf *out)
{
	const int fd = io_open_read(path, true);
	bool done;

	if (fd < 0)
		return false;
	done = read_regular(fd, out);
	io_close(fd);
	return done;
}

/* A relative path below the database: parts of letters, digits, _ - + . none of which begins with a dot. */
static bool is_name(struct slice s)
{
	if (s.n == 0 || s.n > 255 || s.p[s.n - 1] == '/')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const bool first = i == 0 || s.p[i - 1] == '/';

		if (first && (s.p[i] == '.' || s.p[i] == '/'))
			return false;
		if (!ascii_is_alnum(s.p[i]) && (s.p[i] == '\0' || strchr("_-+./", s.p[i]) == NULL))
			return false;
	}
	return true;
}

static bool fill_from_database(struct zone *z, struct slice name)
{
	const char *dir = getenv("TZDIR");
	struct buf path = BUF_INIT, file = BUF_INIT;

	if (!is_name(name))
		return false;
	buf_str(&path, dir != NULL && *dir != '\0' ? dir : "/usr/share/zoneinfo");
	buf_byte(&path, '/');
	buf_slice(&path, name);
	const bool done = read_file(buf_cstr(&path), &file) && fill(z, buf_view(&file));

	buf_free(&path);
	buf_free(&file);
	return done;
}

/* "UTC" and "+HH:MM" need no database. */
static bool fill_fixed(struct zone *z, struct slice name)
{
	if (slice_eq_nocase(name, SLICE("UTC")) || slice_eq_nocase(name, SLICE("Z")))
		return true;
	if (name.n != 6 || (name.p[0] != '+' && name.p[0] != '-') || name.p[3] != ':' ||
	    !slice_is_digits(slice_of(name.p + 1, 2), 2) || !slice_is_digits(slice_of(name.p + 4, 2), 2))
		return false;
	const int hours = (name.p[1] - '0') * 10 + (name.p[2] - '0');
	const int minutes = (name.p[4] - '0') * 10 + (name.p[5] - '0');

	z->first = (hours * 60 + minutes) * 60;
	if (name.p[0] == '-')
		z->first = -z->first;
	return hours <= 23 && minutes <= 59;
}

struct zone *zone_open(struct slice name)
{
	struct zone *z = mem_zalloc(sizeof *z);

	if (fill_fixed(z, name) || fill_from_database(z, name))
		return z;
	zone_free(z);
	return NULL;
}

void zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	free(z->at);
	free(z->offset);
	free(z);
}

/* ---- asking ---- */

int64_t zone_offset(const struct zone *z, int64_t t)
{
	if (z == NULL)
		return 0;
	const int64_t seconds = floor_div(t, TIME_SECOND);
	size_t low = 0, high = z->n; /* at[low - 1] <= seconds < at[high] */

	if (z->has_rule && (z->n == 0 || seconds >= z->at[z->n - 1]))
		return rule_offset(&z->rule, seconds);
	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (z->at[mid] <= seconds)
			low = mid + 1;
		else
			high = mid;
	}
	return low == 0 ? z->first : z->offset[low - 1];
}

int64_t zone_to_utc(const struct zone *z, int64_t wall)
{
	/* No clock is a day off, and none changes twice within two days: these are the offsets around the instant. */
	const int64_t before = zone_offset(z, wall - TIME_DAY), after = zone_offset(z, wall + TIME_DAY);
	const int64_t earlier = wall - before * TIME_SECOND, later = wall - after * TIME_SECOND;

	if (zone_offset(z, earlier) == before || zone_offset(z, later) != after)
		return earlier; /* the second: the wall clock never showed it */
	return later;
}
