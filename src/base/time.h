/*
 * time.h - instants as microseconds since 1970-01-01 UTC, and the ways Azure writes them.
 *
 * Everything is integer arithmetic on the proleptic Gregorian calendar; nothing depends on the locale or on TZ except
 * zone_*, which is only for people. The rules are those of dpslog-records(7), TIMES.
 */
#ifndef DPSLOG_BASE_TIME_H
#define DPSLOG_BASE_TIME_H

#include "base/slice.h"

#define TIME_NONE INT64_MIN
#define TIME_SECOND INT64_C(1000000)
#define TIME_MINUTE (60 * TIME_SECOND)
#define TIME_HOUR (60 * TIME_MINUTE)
#define TIME_DAY (24 * TIME_HOUR)

/* The newer and the older of two times, of which one or both may be TIME_NONE: then the other. */
static inline int64_t time_later(int64_t a, int64_t b)
{
	return a > b ? a : b; /* TIME_NONE is the least of all */
}

static inline int64_t time_earlier(int64_t a, int64_t b)
{
	if (a == TIME_NONE || b == TIME_NONE)
		return time_later(a, b);
	return a < b ? a : b;
}

/*
 * `YYYY-MM-DD`, `T`, `t` or a blank, `HH:MM:SS` (seconds 00..59), any number of fraction digits (cut to six), then `Z`, `z`,
 * `+-HH:MM` (at most 23:59) or nothing (UTC). The text is trimmed already. TIME_NONE if it is anything else, not a date of
 * the calendar, or outside the years 1..9999 (after the offset is applied).
 */
int64_t time_parse(struct slice s);

/* The minute of a time that was read, as it is written: most times are of the minute of the time before. {0}: none yet. */
struct time_minute {
	char text[16];
	int64_t t;
};
/* As time_parse, remembering the minute. */
int64_t time_parse_next(struct slice s, struct time_minute *m);

/* Which of the first two numbers of a portal date is the day. */
enum date_order { DATE_MONTH_FIRST, DATE_DAY_FIRST };

/* What a cell says of the order: it is no portal date, it fits both, only one. */
enum date_evidence { DATE_NOT_PORTAL, DATE_EITHER, DATE_ONLY_MONTH_FIRST, DATE_ONLY_DAY_FIRST };

/*
 * `M/D/YYYY, h:mm:ss AM` and `D/M/YYYY, H:mm:ss.fff`: comma and fraction optional, AM/PM (any case) after a blank or U+202F
 * with hours 1..12, without it hours 0..23. TIME_NONE if the text is not of that form or impossible under the order.
 */
int64_t time_parse_portal(struct slice s, enum date_order order);
/* Only what begins like this can be such a date, and no other time begins so. */
static inline bool time_may_be_portal(struct slice s)
{
	return s.n > 2 && (s.p[1] == '/' || s.p[2] == '/');
}

/* The hour of a portal date that was read, as it is written, and what stands behind all numbers. {0}: none yet. */
struct time_portal_hour {
	char text[sizeof "12/31/2000, 12:" - 1];
	char half[sizeof "\xE2\x80\xAF" "AM" - 1];
	uint8_t n, half_n;
	enum date_order order;
	int64_t t;
};
/* As time_parse_portal, remembering the hour. */
int64_t time_parse_portal_next(struct slice s, enum date_order order, struct time_portal_hour *h);
/* By the first two numbers alone: above 12 in the first means only day first, in the second only month first. */
enum date_evidence time_portal_evidence(struct slice s);

/* Start of the span (TIME_MINUTE, TIME_HOUR, TIME_DAY: aligned to UTC midnight) that holds t; floors before 1970 as well. TIME_NONE stays. */
int64_t time_floor(int64_t t, int64_t span);

/* For people's options: an RFC 3339 time, a date (midnight), with `offset_us` for times without a zone. TIME_NONE if neither. */
int64_t time_parse_option(struct slice s, int64_t offset_us);
/* `7d`, `36h`, `90m`, `30s`, also summed (`1d12h`): microseconds, or TIME_NONE. */
int64_t time_parse_span(struct slice s);

enum { TIME_TEXT_MAX = 40 };

/* `YYYY-MM-DDTHH:MM:SS.ffffffZ` into out (TIME_TEXT_MAX bytes), NUL-terminated; returns the length. */
size_t time_format(int64_t t, char *out);

/* A zone for display. "UTC", "+HH:MM" / "-HH:MM", or a name of the system's zone database. */
struct zone;
/* NULL if there is no such zone. The caller calls zone_free. Read-only after; usable from several threads. */
struct zone *zone_open(struct slice name);
void zone_free(struct zone *z);
/* Seconds east of UTC at t (microseconds), for zone == NULL 0. */
int64_t zone_offset(const struct zone *z, int64_t t);
/* For a local wall-clock time given as if it were UTC: the instant (microseconds); where the clock jumps, the earlier offset. */
int64_t zone_to_utc(const struct zone *z, int64_t wall);
/* `MM-DD HH:MM` and `YYYY-MM-DD HH:MM` in the zone; same buffer rule as time_format. */
size_t time_format_short(int64_t t, const struct zone *z, char *out);
size_t time_format_minute(int64_t t, const struct zone *z, char *out);

#endif
