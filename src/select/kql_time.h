/*
 * kql_time.h - datetimes and timespans of the selection language: ticks of 100 nanoseconds, datetimes since 1970 in
 * UTC.
 *
 * What is read is cut to microseconds, as the times of records are; spans are exact.
 */
#ifndef DPSLOG_SELECT_KQL_TIME_H
#define DPSLOG_SELECT_KQL_TIME_H

#include "base/buf.h"

#define TICK_MICROSECOND INT64_C(10)
#define TICK_SECOND (1000000 * TICK_MICROSECOND)
#define TICK_MINUTE (60 * TICK_SECOND)
#define TICK_HOUR (60 * TICK_MINUTE)
#define TICK_DAY (24 * TICK_HOUR)
/* 0001-01-01 and the last tick of 9999-12-31. */
#define TICK_FIRST (INT64_C(-719162) * TICK_DAY)
#define TICK_LAST (INT64_C(2932897) * TICK_DAY - 1)

static inline bool kql_time_is_datetime(int64_t ticks)
{
	return ticks >= TICK_FIRST && ticks <= TICK_LAST;
}

/*
 * `YYYY-MM-DD`, alone or with `T` or a blank and `HH:MM` or `HH:MM:SS`, a fraction and a zone behind seconds. False: it
 * is none.
 */
bool kql_time_datetime(struct slice s, int64_t *ticks);
/* `[-][d.]hh:mm:ss[.fffffff]`, `1d`, `1.5h`, `15 seconds`, or a number of days. */
bool kql_time_timespan(struct slice s, int64_t *ticks);
/* `1.5` and a unit (`h`, `hours`): false for another unit, or if it is too long a span. */
bool kql_time_span(struct slice number, struct slice unit, int64_t *ticks);

/* The start of the span that holds t, counted from `origin`. span > 0. */
int64_t kql_time_bin(int64_t t, int64_t span, int64_t origin);
/* The start of the day as ticks since Sunday. */
int64_t kql_time_weekday(int64_t t);

/* The parts of a date that datetime_diff counts, in the order of kql_time_parts; -1: none of that name. */
int kql_time_part(struct slice name);
/* How many boundaries of that part lie between b and a. */
int64_t kql_time_diff(int part, int64_t a, int64_t b);
/* Their names, for a sentence. */
extern const char kql_time_parts[];

/* As tostring() writes them. */
void kql_time_datetime_text(struct buf *out, int64_t ticks);
void kql_time_timespan_text(struct buf *out, int64_t ticks);

#endif
