/*
 * window.c - a window that moves over the points of a series.
 */
#include "insight/window.h"

#include <stdlib.h>

#include "base/mem.h"

void window_init(struct window *w, const struct point *points, size_t n)
{
	*w = (struct window){ .points = points, .n = n };
	w->least = mem_array(n, sizeof(*w->least));
	w->greatest = mem_array(n, sizeof(*w->greatest));
}

void window_free(struct window *w)
{
	free(w->least);
	free(w->greatest);
}

/* Those that the new one outdoes can never be the minimum again. */
static void enter_bounds(struct window *w, size_t i)
{
	const struct measure *m = &w->points[i].measure;

	if (m->has_minimum) {
		while (w->least_to > w->least_from &&
		       decimal_cmp(w->points[w->least[w->least_to - 1]].measure.minimum, m->minimum) >= 0)
			w->least_to--;
		w->least[w->least_to++] = i;
	}
	if (m->has_maximum) {
		while (w->greatest_to > w->greatest_from &&
		       decimal_cmp(w->points[w->greatest[w->greatest_to - 1]].measure.maximum, m->maximum) <= 0)
			w->greatest_to--;
		w->greatest[w->greatest_to++] = i;
	}
}

static void enter(struct window *w)
{
	const struct measure *m = &w->points[w->to].measure;

	w->count = decimal_add(w->count, m->count);
	w->total = decimal_add(w->total, m->total);
	enter_bounds(w, w->to++);
}

static void leave(struct window *w)
{
	const struct measure *m = &w->points[w->from].measure;

	w->count.units -= m->count.units;
	w->total.units -= m->total.units;
	w->least_from += w->least_from < w->least_to && w->least[w->least_from] == w->from;
	w->greatest_from += w->greatest_from < w->greatest_to && w->greatest[w->greatest_from] == w->from;
	w->from++;
}

bool window_move(struct window *w, int64_t from, int64_t to, struct measure *out)
{
	while (w->to < w->n && w->points[w->to].minute < to)
		enter(w);
	while (w->from < w->to && w->points[w->from].minute < from)
		leave(w);
	*out = (struct measure){ .count = w->count, .total = w->total, .has_minimum = w->least_from < w->least_to,
		.has_maximum = w->greatest_from < w->greatest_to };
	if (out->has_minimum)
		out->minimum = w->points[w->least[w->least_from]].measure.minimum;
	if (out->has_maximum)
		out->maximum = w->points[w->greatest[w->greatest_from]].measure.maximum;
	return w->from < w->to;
}

int64_t window_before(const struct window *w)
{
	return w->from == 0 ? INT64_MIN : w->points[w->from - 1].minute;
}

int64_t window_next(const struct window *w)
{
	return w->to == w->n ? INT64_MAX : w->points[w->to].minute;
}
