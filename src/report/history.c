/*
 * history.c - from events to a story.
 *
 * Equal outcomes in a row are one step. The state after each step is worked out by the same rule as that of the device
 * (tally/devices.h), over the records so far.
 */
#include "report/history.h"

#include <stdlib.h>

#include "base/mem.h"
#include "insight/codes.h"
#include "select/pattern.h"
#include "tally/spill.h"

void history_want(struct tally_plan *tally, struct events_plan *events, struct slice glob)
{
	static const char *const names[HISTORY_KEYS] = { "service", "resource", "category", "operationName", "resultType", "code" };

	roster_want(tally);
	*events = (struct events_plan){ .glob = glob, .most = HISTORY_EVENTS, .keys = { .n = HISTORY_KEYS, .device = -1 } };
	for (size_t i = 0; i < HISTORY_KEYS; i++)
		key_find(slice_str(names[i]), &events->keys.key[i]);
}

/* ---- who ---- */

/* How many devices with a value are in each state. */
struct census {
	struct dict values;
	struct history_neighbours *counts;
	size_t cap;
};

static void census_add(struct census *c, struct slice value, enum state state)
{
	bool added;

	if (value.n == 0)
		return;
	const uint32_t i = dict_add(&c->values, value, dict_hash(value, 0), &added);

	if (added) {
		if (i >= c->cap) {
			c->cap = mem_grow(c->cap, (size_t)i + 1);
			c->counts = mem_rearray(c->counts, c->cap, sizeof *c->counts);
		}
		c->counts[i] = (struct history_neighbours){ .value = value };
	}
	c->counts[i].states[state]++;
}

/* All with this value but the device itself. */
static struct history_neighbours census_ask(struct census *c, struct slice value, enum state own)
{
	if (value.n == 0)
		return (struct history_neighbours){ .value = value };
	struct history_neighbours found = c->counts[dict_number(&c->values, value, 0)];

	found.value = value;
	found.states[own]--;
	return found;
}

static void census_free(struct census *c)
{
	dict_free(&c->values);
	free(c->counts);
}

static enum state state_of(const struct cell *cells)
{
	enum state s = STATE_HEALTHY;

	while (s < STATE_FAILING && !slice_eq(cells[ROSTER_STATE].text, slice_str(state_name(s))))
		s++;
	return s;
}

static void add_device(struct history *h, const struct cell *cells)
{
	if (h->n == h->cap) {
		h->cap = mem_grow(h->cap, h->n + 1);
		h->devices = mem_rearray(h->devices, h->cap, sizeof *h->devices);
	}
	struct history_device *d = &h->devices[h->n++];

	*d = (struct history_device){ 0 };
	memcpy(d->cells, cells, sizeof d->cells);
	for (size_t i = 0; i < ROSTER_COLUMNS; i++)
		if (roster_columns[i].type == COLUMN_TEXT)
			d->cells[i].text = arena_copy(&h->arena, cells[i].text);
}

static int compare_devices(const void *x, const void *y)
{
	const struct history_device *a = x, *b = y;

	return slice_cmp(a->cells[ROSTER_DEVICE].text, b->cells[ROSTER_DEVICE].text);
}

static void find_devices(struct history *h, struct tally *t, struct slice glob, struct census *census)
{
	struct tally_pieces *pieces = tally_pieces_new(t, false);
	const struct tally *piece;
	struct cell cells[ROSTER_COLUMNS];
	size_t part;

	while (tally_pieces_next(pieces, &piece, &part)) {
		for (size_t i = 0; i < piece->parts[part].n_cells; i++) {
			roster_cells(piece, part, i, cells);
			if (cells[ROSTER_DEVICE].text.n == 0)
				continue;
			census_add(&census[HISTORY_BY_ENROLLMENT], cells[ROSTER_ENROLLMENT].text, state_of(cells));
			census_add(&census[HISTORY_BY_LOCATION], cells[ROSTER_LOCATION].text, state_of(cells));
			if (pattern_glob(glob, cells[ROSTER_DEVICE].text, false))
				add_device(h, cells);
		}
	}
	tally_pieces_free(pieces);
	if (h->n > 1)
		qsort(h->devices, h->n, sizeof *h->devices, compare_devices);
	h->matching = h->n;
}

/* ---- what ---- */

static void add_step(struct history *h, struct history_device *d, const struct events *e, const struct event *event)
{
	struct history_step *s;

	if ((d->n_steps & (d->n_steps - 1)) == 0)
		d->steps = mem_rearray(d->steps, d->n_steps * 2 + 1, sizeof *d->steps);
	s = &d->steps[d->n_steps];
	*s = (struct history_step){ .from = event->time, .to = event->time, .gap = TIME_NONE, .records = 1,
		.failure = event->failure };
	if (d->n_steps++ > 0)
		s->gap = event->time - s[-1].to;
	for (size_t i = 0; i < HISTORY_KEYS; i++)
		s->key[i] = arena_copy(&h->arena, outcome_key(&e->plan->keys, dict_text(&e->outcomes, event->outcome), i));
	const struct code_entry *code = codes_explain(s->key[HISTORY_CODE], s->key[HISTORY_SERVICE], NULL);

	if (code != NULL)
		s->meaning = codes_field(code, CODES_MEANING);
}

static void add_steps(struct history *h, struct history_device *d, const struct events *e, uint32_t number)
{
	const struct event *before = NULL;
	struct device_state sum = DEVICE_STATE_NONE;
	enum state state = STATE_NONE;

	for (size_t i = 0; i < e->n; i++) {
		const struct event *event = &e->event[i];

		if (event->device != number)
			continue;
		device_state_add(&sum, event->failure, event->dps, event->time);
		const enum state now = device_state_of(&sum);

		d->told++;
		if (before != NULL && before->outcome == event->outcome && before->failure == event->failure && now == state) {
			d->steps[d->n_steps - 1].to = event->time;
			d->steps[d->n_steps - 1].records++;
		} else {
			add_step(h, d, e, event);
			d->steps[d->n_steps - 1].state = now;
			d->steps[d->n_steps - 1].changed = now != state;
		}
		state = now;
		before = event;
	}
}

/* ---- sessions ---- */

static bool is_operation(const struct history_step *s, struct slice name)
{
	return slice_eq_nocase(s->key[HISTORY_OPERATION], name);
}

static void add_session(struct history_device *d, const struct history_step *connect, const struct history_step *disconnect)
{
	if ((d->n_sessions & (d->n_sessions - 1)) == 0)
		d->sessions = mem_rearray(d->sessions, d->n_sessions * 2 + 1, sizeof *d->sessions);
	d->sessions[d->n_sessions++] = (struct history_session){ connect->to, disconnect->from,
		disconnect->key[HISTORY_RESOURCE], disconnect->key[HISTORY_CODE] };
	d->connected += disconnect->from - connect->to;
}

/* Of several connects in a row the last begins the session, of several disconnects the first ends it. */
static void find_sessions(struct history_device *d)
{
	const struct history_step *open = NULL;

	for (size_t i = 0; i < d->n_steps; i++) {
		const struct history_step *s = &d->steps[i];

		if (is_operation(s, SLICE("deviceConnect")) && !s->failure) {
			open = s;
		} else if (open != NULL && is_operation(s, SLICE("deviceDisconnect")) &&
		           slice_eq(s->key[HISTORY_RESOURCE], open->key[HISTORY_RESOURCE])) {
			add_session(d, open, s);
			open = NULL;
		}
	}
}

static bool same_key(const struct history_step *a, const struct history_step *b)
{
	for (size_t i = 0; i < HISTORY_KEYS; i++)
		if (!slice_eq(a->key[i], b->key[i]))
			return false;
	return a->failure == b->failure && a->state == b->state;
}

/* A connect and its disconnect, and nothing else, at this place. */
static bool is_cycle(const struct history_device *d, size_t i)
{
	const struct history_step *s = &d->steps[i];

	return i + 1 < d->n_steps && s->records == 1 && s[1].records == 1 && !s->failure &&
		is_operation(s, SLICE("deviceConnect")) && is_operation(&s[1], SLICE("deviceDisconnect")) &&
		slice_eq(s->key[HISTORY_RESOURCE], s[1].key[HISTORY_RESOURCE]);
}

/* The cycles like the one at i that follow each other there. */
static size_t count_cycles(const struct history_device *d, size_t i)
{
	size_t n = is_cycle(d, i);

	while (n > 0 && is_cycle(d, i + 2 * n) && same_key(&d->steps[i], &d->steps[i + 2 * n]) &&
	       same_key(&d->steps[i + 1], &d->steps[i + 2 * n + 1]))
		n++;
	return n;
}

/* A device that connects and is cut off, again and again, is one step. */
static void fold_sessions(struct history_device *d)
{
	size_t to = 0;

	for (size_t i = 0; i < d->n_steps;) {
		const size_t n = count_cycles(d, i);

		d->steps[to++] = d->steps[i];
		if (n < 2) {
			i++;
			continue;
		}
		const struct history_step *end = &d->steps[i + 2 * n - 1];
		struct history_step *s = &d->steps[to - 1];

		s->to = end->to;
		s->records = 2 * n;
		s->sessions = n;
		s->end_result = end->key[HISTORY_RESULT];
		s->end_code = end->key[HISTORY_CODE];
		s->end_meaning = end->meaning;
		s->changed = to == 1 || end->state != d->steps[to - 2].state;
		s->state = end->state;
		i += 2 * n;
	}
	d->n_steps = to;
}

static void find_resources(struct history_device *d)
{
	for (size_t i = 1; i < d->n_steps && !d->several_resources; i++)
		for (size_t k = 0; k < i && k < 8 && !d->several_resources; k++)
			d->several_resources = slice_eq(d->steps[i].key[HISTORY_SERVICE], d->steps[k].key[HISTORY_SERVICE]) &&
				!slice_eq(d->steps[i].key[HISTORY_RESOURCE], d->steps[k].key[HISTORY_RESOURCE]);
}

/* ---- all ---- */

static void tell(struct history *h, const struct events *e, struct census *census)
{
	for (size_t i = 0; i < h->n; i++) {
		struct history_device *d = &h->devices[i];
		uint32_t number = 0;

		while (number < e->devices.n && !slice_eq(dict_text(&e->devices, number), d->cells[ROSTER_DEVICE].text))
			number++;
		add_steps(h, d, e, number);
		find_sessions(d);
		find_resources(d);
		fold_sessions(d);
		d->neighbours[HISTORY_BY_ENROLLMENT] = census_ask(&census[HISTORY_BY_ENROLLMENT], d->cells[ROSTER_ENROLLMENT].text,
		                                                  state_of(d->cells));
		d->neighbours[HISTORY_BY_LOCATION] = census_ask(&census[HISTORY_BY_LOCATION], d->cells[ROSTER_LOCATION].text,
		                                                state_of(d->cells));
	}
}

int history_make(struct history *h, struct tally *t, const struct events *e)
{
	struct census census[HISTORY_NEIGHBOURS] = { 0 };

	*h = (struct history){ 0 };
	find_devices(h, t, e->plan->glob, census);
	const int error = tally_error(t);

	if (error == 0 && !events_too_many(e))
		tell(h, e, census);
	for (size_t i = 0; i < HISTORY_NEIGHBOURS; i++)
		census_free(&census[i]);
	return error;
}

void history_free(struct history *h)
{
	for (size_t i = 0; i < h->n; i++) {
		free(h->devices[i].steps);
		free(h->devices[i].sessions);
	}
	free(h->devices);
	arena_free(&h->arena);
}
