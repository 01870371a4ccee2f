/*
 * window.h - the measurements of a time series in a window that moves forward.
 *
 * Moving it over the whole series costs as much as looking at each minute once: sums are added and taken away exactly, and of
 * minima and maxima those minutes are kept in line that no later one outdoes.
 */
#ifndef DPSLOG_INSIGHT_WINDOW_H
#define DPSLOG_INSIGHT_WINDOW_H

#include "tally/measure.h"

/* A minute (its number since 1970) and what was measured in it. */
struct point {
	int64_t minute;
	struct measure measure;
};

/* The points are the caller's, ascending, and outlive the window. */
struct window {
	const struct point *points;
	size_t n;
	size_t from, to;             /* the points inside */
	struct decimal count, total; /* of those */
	size_t *least, *greatest;    /* points inside that may become the minimum, the maximum; places [from_, to_) */
	size_t least_from, least_to, greatest_from, greatest_to;
};

void window_init(struct window *w, const struct point *points, size_t n);
void window_free(struct window *w);
/* Moves it to the minutes [from, to), neither earlier than before. Whether anything was measured there. */
bool window_move(struct window *w, int64_t from, int64_t to, struct measure *out);
/* The last minute with a measurement before the window; INT64_MIN: none. */
int64_t window_before(const struct window *w);
/* The first minute with a measurement behind the window; INT64_MAX: none. */
int64_t window_next(const struct window *w);

#endif
