/*
 * axis.h - round numbers for the two axes of a chart, and where a value or a time lies on them. Integers only.
 */
#ifndef DPSLOG_REPORT_AXIS_H
#define DPSLOG_REPORT_AXIS_H

#include "report/chart.h"

/* Ticks at 0, step, 2 step ... n step, which is the top. */
struct axis {
	struct decimal step, top;
	size_t n;
};

/*
 * From 0 to at least `most`, in steps of 1, 2 or 5 times a power of ten, at most `ticks` (> 0) of them; `whole`: no step
 * below 1. Where there is nothing but 0, one step of 1.
 */
struct axis axis_values(struct decimal most, bool whole, size_t ticks);
/* The number at tick i: `1,500`, `0.25`; where the top has eight digits or more with a prefix: `20 M`. */
void axis_label(struct buf *out, const struct axis *a, size_t i);

/* part of whole in `units` (below 2^31), rounded; below 0 it is 0, above the whole all of them. whole > 0. */
uint64_t axis_scale(struct decimal part, struct decimal whole, uint64_t units);

enum { AXIS_TIMES = 64, AXIS_LABEL = 8 };

struct axis_time {
	int64_t time;
	bool date;                 /* the label is one of a date: `11-02`, `2026-11`, `2026`; else `06:00` */
	char label[AXIS_LABEL];    /* NUL-terminated */
};

/*
 * Round times of the zone (NULL: UTC) from `from` up to and with `to`, ascending, into out (AXIS_TIMES of them): minutes,
 * hours, days, weeks from Monday, months, years. `character` is the time that passes in the width of one character of a
 * label; labels that are centred on their ticks keep one character between them. No step is below `every`. If nothing round
 * lies in between, `from` alone. Returns how many.
 */
size_t axis_times(int64_t from, int64_t to, int64_t every, int64_t character, const struct zone *zone,
	struct axis_time *out);

#endif
