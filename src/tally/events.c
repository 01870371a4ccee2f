/*
 * events.c - keeping the newest events.
 */
#include "tally/events.h"

#include <stdlib.h>

#include "base/mem.h"
#include "select/pattern.h"

bool events_too_many(const struct events *e)
{
	return e->devices.n > EVENTS_DEVICES_MOST;
}

/* Key by key: the lengths in an outcome say nothing of its order. */
static int compare_outcomes(const struct events *e, uint32_t a, uint32_t b)
{
	const struct slice x = dict_text(&e->outcomes, a), y = dict_text(&e->outcomes, b);
	int order = 0;

	for (size_t i = 0; a != b && order == 0 && i < e->plan->keys.n; i++)
		order = slice_cmp(outcome_key(&e->plan->keys, x, i), outcome_key(&e->plan->keys, y, i));
	return order;
}

static int compare(const void *x, const void *y, void *ctx)
{
	const struct event *a = x, *b = y;
	const struct events *e = ctx;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->failure != b->failure)
		return a->failure ? -1 : 1;
	const int order = compare_outcomes(e, a->outcome, b->outcome);

	if (order != 0)
		return order;
	return a->device == b->device ? 0 : slice_cmp(dict_text(&e->devices, a->device), dict_text(&e->devices, b->device));
}

void events_settle(struct events *e)
{
	if (events_too_many(e))
		e->n = 0;
	if (e->n > 1)
		qsort_r(e->event, e->n, sizeof *e->event, compare, e);
	if (e->n <= e->plan->most)
		return;
	memmove(e->event, e->event + (e->n - e->plan->most), e->plan->most * sizeof *e->event);
	e->n = e->plan->most;
}

static void append(struct events *e, struct event event)
{
	/* twice as many as are kept, so that sorting costs little for each */
	if (e->n >= e->plan->most && e->n / 2 >= e->plan->most)
		events_settle(e);
	if (e->n == e->cap) {
		e->cap = mem_grow(e->cap, e->n + 1);
		e->event = mem_rearray(e->event, e->cap, sizeof *e->event);
	}
	e->event[e->n++] = event;
}

static void add(void *accumulator, struct record *r, bool counted)
{
	struct events *e = accumulator;

	if (!counted || r->device.n == 0 || !pattern_glob(e->plan->glob, r->device, false) || events_too_many(e))
		return;
	const uint32_t device = dict_number(&e->devices, r->device, e->plan->seed);

	if (r->time == TIME_NONE || events_too_many(e))
		return;
	e->scratch.n = 0;
	outcome_pack(&e->plan->keys, r, &e->scratch);
	append(e, (struct event){ r->time, device, dict_number(&e->outcomes, buf_view(&e->scratch), e->plan->seed), r->failure,
		r->service == SERVICE_DPS });
}

static void want(const void *plan, struct wants *w)
{
	keys_want(&((const struct events_plan *)plan)->keys, w);
}

static void bind(void *plan, const struct accumulator_terms *terms)
{
	struct events_plan *p = plan;

	keys_bind(&p->keys, terms->fields);
	p->seed = terms->seed;
}

static void *make(const void *plan)
{
	struct events *e = mem_zalloc(sizeof *e);

	e->plan = plan;
	return e;
}

static void free_events(void *accumulator)
{
	struct events *e = accumulator;

	dict_free(&e->devices);
	dict_free(&e->outcomes);
	free(e->event);
	buf_free(&e->scratch);
	free(e);
}

static void settle(void *accumulator)
{
	events_settle(accumulator);
}

static void merge(void *into, void *from)
{
	struct events *e = into;
	const struct events *f = from;

	for (size_t i = 0; i < f->devices.n && !events_too_many(e); i++)
		dict_number(&e->devices, dict_text(&f->devices, (uint32_t)i), e->plan->seed);
	for (size_t i = 0; i < f->n && !events_too_many(e); i++) {
		struct event event = f->event[i];

		event.device = dict_number(&e->devices, dict_text(&f->devices, event.device), e->plan->seed);
		event.outcome = dict_number(&e->outcomes, dict_text(&f->outcomes, event.outcome), e->plan->seed);
		append(e, event);
	}
	events_settle(e);
}

const struct accumulator_kind events_kind = {
	.want = want, .bind = bind, .make = make, .free = free_events, .add = add, .settle = settle, .merge = merge,
};
