/*
 * devices.c - rows of devices: adding a record, adding a row of another tally, and what a row says of its device.
 */
#include "tally/devices.h"

#include "base/mem.h"

void device_rows_begin(struct device_rows *rows, struct pool *pool, const struct devices_plan *plan)
{
	if (plan->expected)
		*(struct device_signs *)ladder_add(&rows->signs, pool, rows->n, sizeof(struct device_signs)) =
			(struct device_signs){ .first = TIME_NONE, .last = TIME_NONE };
	if (plan->newest.n > 0) {
		struct device_newest *const newest = ladder_add(&rows->newest, pool, rows->n, sizeof *newest);

		*newest = (struct device_newest){ .first = TIME_NONE, .last = TIME_NONE };
		for (size_t i = 0; i < plan->newest.n; i++)
			newest->time[i] = TIME_NONE;
	}
	rows->n++;
}

/* A row may lie across two lines of the cache: both its ends are fetched. */
MEM_FETCHES fetch(const void *row, size_t size)
{
	__builtin_prefetch(row);
	__builtin_prefetch((const char *)row + size - 1);
}

void device_rows_fetch(const struct device_rows *rows, uint32_t number)
{
	if (rows->signs.rungs != NULL)
		fetch(device_rows_signs(rows, number), sizeof(struct device_signs));
	if (rows->newest.rungs != NULL)
		fetch(device_rows_newest(rows, number), sizeof(struct device_newest));
}

void device_rows_free(struct device_rows *rows, struct pool *pool)
{
	ladder_free(&rows->signs, pool, rows->n, sizeof(struct device_signs));
	ladder_free(&rows->newest, pool, rows->n, sizeof(struct device_newest));
	*rows = (struct device_rows){ 0 };
}

size_t device_rows_size(const struct device_rows *rows)
{
	size_t each = 0;

	each += rows->signs.rungs == NULL ? 0 : sizeof(struct device_signs);
	each += rows->newest.rungs == NULL ? 0 : sizeof(struct device_newest);
	return each * rows->n;
}

/* ---- failures that are expected ---- */

enum device_sign device_sign_of(const struct record *r)
{
	if (r->service == SERVICE_DPS) {
		if (!r->failure)
			return SIGN_ASSIGNED;
		return r->code.n >= 3 && memcmp(r->code.p, "401", 3) == 0 ? SIGN_CHALLENGED : SIGN_REFUSED;
	}
	if (!r->failure)
		return slice_eq_nocase(record_field(r, F_OPERATION_NAME), SLICE("deviceConnect")) ? SIGN_CONNECTED : SIGN_NONE;
	if (slice_eq(r->code, SLICE("401003")))
		return SIGN_RENEWED;
	return slice_eq(r->code, SLICE("404104")) ? SIGN_CLOSED : SIGN_NONE;
}

/* It stops at the largest value: an estimate needs no more, and the order of adding still does not matter. */
static void add_count(uint32_t *into, uint32_t n)
{
	if (__builtin_add_overflow(*into, n, into))
		*into = UINT32_MAX;
}

static void add_sign(struct device_signs *s, const struct device_event *e)
{
	s->first = time_earlier(s->first, e->time);
	s->last = time_later(s->last, e->time);
	add_count(&s->seen[e->sign], 1);
	add_count(&s->counted[e->sign], e->counted);
}

static void merge_signs(struct device_signs *into, const struct device_signs *from)
{
	into->first = time_earlier(into->first, from->first);
	into->last = time_later(into->last, from->last);
	for (size_t i = 0; i < SIGNS; i++) {
		add_count(&into->seen[i], from->seen[i]);
		add_count(&into->counted[i], from->counted[i]);
	}
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

struct expected_failures device_expected(const struct device_state *d, const struct device_signs *s)
{
	if (device_state_of(d) != STATE_RECOVERED)
		return (struct expected_failures){ 0, 0 };
	/* A token is good for five minutes at least: between two renewals lies as much. */
	const uint64_t spans = s->first == TIME_NONE ? 0 : (uint64_t)(s->last - s->first) / (5 * TIME_MINUTE);
	const uint64_t renewals = least(least(s->seen[SIGN_RENEWED], s->seen[SIGN_CLOSED]),
	                                least(s->seen[SIGN_CONNECTED], 1 + spans));
	const uint64_t challenges = s->seen[SIGN_REFUSED] > 0 ? 0 : least(s->seen[SIGN_CHALLENGED], s->seen[SIGN_ASSIGNED]);

	return (struct expected_failures){ least(renewals, s->counted[SIGN_RENEWED]) + least(renewals, s->counted[SIGN_CLOSED]),
		least(challenges, s->counted[SIGN_CHALLENGED]) };
}

/* ---- newest values ---- */

/* The newer value stays, of equal times the bytewise greatest. */
static void newer_value(struct device_newest *d, size_t i, int64_t time, uint32_t text, const struct dict *values)
{
	if (text == 0 || text == d->text[i]) {
		if (text != 0)
			d->time[i] = time_later(d->time[i], time);
		return;
	}
	if (d->text[i] != 0 && (time < d->time[i] || (time == d->time[i] &&
	    slice_cmp(dict_text(values, text - 1), dict_text(values, d->text[i] - 1)) < 0)))
		return;
	d->time[i] = time;
	d->text[i] = text;
}

static void add_newest(struct device_newest *d, const struct devices_plan *plan, const struct device_event *e,
                       const struct dict *values)
{
	d->first = time_earlier(d->first, e->time);
	d->last = time_later(d->last, e->time);
	for (size_t i = 0; i < plan->newest.n; i++)
		newer_value(d, i, e->time, e->text[i], values);
}

/* `map`: NULL if their texts have the numbers that they have here. */
static void merge_newest(struct device_newest *into, const struct devices_plan *plan, const struct device_newest *from,
                         const struct dict *values, const uint32_t *map)
{
	into->first = time_earlier(into->first, from->first);
	into->last = time_later(into->last, from->last);
	for (size_t i = 0; i < plan->newest.n; i++)
		newer_value(into, i, from->time[i], from->text[i] == 0 || map == NULL ? from->text[i] : map[from->text[i] - 1] + 1,
		            values);
}

/* ---- rows ---- */

void device_rows_add(struct device_rows *rows, const struct devices_plan *plan, uint32_t number, const struct device_event *e,
                     const struct dict *values)
{
	if (plan->expected)
		add_sign(device_rows_signs(rows, number), e);
	if (plan->newest.n > 0 && e->counted)
		add_newest(device_rows_newest(rows, number), plan, e, values);
}

void device_rows_merge(struct device_rows *rows, const struct devices_plan *plan, uint32_t number,
                       const struct device_rows *from, uint32_t other, const struct dict *values, const uint32_t *map)
{
	if (plan->expected)
		merge_signs(device_rows_signs(rows, number), device_rows_signs(from, other));
	if (plan->newest.n > 0)
		merge_newest(device_rows_newest(rows, number), plan, device_rows_newest(from, other), values, map);
}

/* ---- rows as bytes ---- */

static void take(struct slice *bytes, void *out, size_t n)
{
	memcpy(out, bytes->p, n);
	*bytes = slice_of(bytes->p + n, bytes->n - n);
}

void device_rows_write(const struct device_rows *rows, const struct devices_plan *plan, uint32_t number, const struct device_state *state,
                       const struct dict *values, struct buf *out)
{
	if (plan->states)
		buf_add(out, state, sizeof *state);
	if (plan->expected)
		buf_add(out, device_rows_signs(rows, number), sizeof(struct device_signs));
	if (plan->newest.n == 0)
		return;
	const struct device_newest *d = device_rows_newest(rows, number);

	buf_add(out, d, sizeof *d);
	for (size_t i = 0; i < plan->newest.n; i++) {
		const struct slice text = d->text[i] == 0 ? slice_of("", 0) : dict_text(values, d->text[i] - 1);

		buf_add(out, &text.n, sizeof text.n);
		buf_slice(out, text);
	}
}

void device_rows_read(struct device_rows *rows, const struct devices_plan *plan, uint32_t number, struct device_state *state,
                      struct slice bytes, struct dict *values, uint64_t seed)
{
	struct device_state read;
	struct device_signs signs;
	struct device_newest d;

	if (plan->states) {
		take(&bytes, &read, sizeof read);
		device_state_merge(state, &read);
	}
	if (plan->expected) {
		take(&bytes, &signs, sizeof signs);
		merge_signs(device_rows_signs(rows, number), &signs);
	}
	if (plan->newest.n == 0)
		return;
	take(&bytes, &d, sizeof d);
	for (size_t i = 0; i < plan->newest.n; i++) {
		struct slice text;

		take(&bytes, &text.n, sizeof text.n);
		text.p = bytes.p;
		bytes = slice_of(bytes.p + text.n, bytes.n - text.n);
		d.text[i] = text.n == 0 ? 0 : dict_number(values, text, seed) + 1;
	}
	merge_newest(device_rows_newest(rows, number), plan, &d, values, NULL);
}

/* ---- of rows ---- */

struct expected_failures device_row_expected(const struct device_rows *rows, uint32_t number, const struct device_state *state)
{
	return rows->signs.rungs == NULL ? (struct expected_failures){ 0, 0 } : device_expected(state, device_rows_signs(rows, number));
}
