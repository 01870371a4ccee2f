/*
 * tally.c - adding records to cells, devices and minutes, and adding tallies to each other.
 */
#include "tally/tally.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tally/runs.h"
#include "tally/spill.h"

struct tally *tally_new(const struct tally_plan *plan)
{
	struct tally *t = mem_zalloc(sizeof *t);

	t->plan = plan;
	t->first = t->last = TIME_NONE;
	for (size_t i = 0; i < PARTITIONS; i++)
		t->parts[i].pool = plan->pool;
	return t;
}

void tally_empty(struct tally *t)
{
	for (size_t i = 0; i < PARTITIONS; i++)
		partition_free(&t->parts[i]);
	dict_free(&t->outcomes);
	dict_free(&t->values);
	memset(t->last_value, 0, sizeof t->last_value);
	memset(t->recent, 0, sizeof t->recent);
}

void tally_free(struct tally *t)
{
	if (t == NULL)
		return;
	tally_empty(t);
	runs_free(t->runs);
	dict_free(&t->minutes);
	free(t->minute_counts);
	buf_free(&t->scratch);
	arena_free(&t->pending_text);
	free(t->outcome_map);
	free(t->value_map);
	free(t);
}

/* ---- devices and cells ---- */

/* The number of a value, plus 1; 0 for none. Values repeat from record to record. */
static uint32_t value_of(struct tally *t, size_t i, struct record *r)
{
	const struct slice text = keys_text(&t->plan->devices.newest, i, r);

	if (text.n == 0)
		return 0;
	if (t->last_value[i] == 0 || !slice_eq(dict_text(&t->values, t->last_value[i] - 1), text))
		t->last_value[i] = dict_number(&t->values, text, t->plan->seed) + 1;
	return t->last_value[i];
}

static struct device_event event_of(struct tally *t, struct record *r, bool counted, uint32_t *text)
{
	const struct devices_plan *plan = &t->plan->devices;
	struct device_event e = { .time = r->time, .failure = r->failure, .dps = r->service == SERVICE_DPS, .counted = counted, .text = text };

	if (plan->expected)
		e.sign = (uint8_t)device_sign_of(r);
	for (size_t i = 0; i < plan->newest.n; i++)
		text[i] = counted ? value_of(t, i, r) : 0;
	return e;
}

uint32_t tally_device(struct tally *t, size_t part, struct slice device)
{
	struct roll_id id;

	roll_id_set(&id, device);
	return partition_device(&t->parts[part], &id, dict_hash(device, t->plan->seed), &t->plan->devices);
}

struct tally_cell *tally_cell_of(struct tally *t, size_t part, uint32_t device, struct slice outcome)
{
	return partition_cell_of(&t->parts[part], device, dict_number(&t->outcomes, outcome, t->plan->seed));
}

/* ---- outcomes and minutes ---- */

/* The texts of all keys but the device; how many. */
static size_t texts_of(const struct keys *keys, struct record *r, struct slice *texts)
{
	size_t n = 0;

	for (size_t i = 0; i < keys->n; i++)
		if ((int)i != keys->device)
			texts[n++] = keys_text(keys, i, r);
	return n;
}

static void pack_key(struct slice text, struct buf *out)
{
	const uint32_t n = (uint32_t)text.n;

	buf_add(out, &n, sizeof n);
	buf_slice(out, text);
}

static void pack_texts(const struct slice *texts, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		pack_key(texts[i], out);
}

void outcome_pack(const struct keys *keys, struct record *r, struct buf *out)
{
	struct slice texts[KEYS_MOST];

	pack_texts(texts, texts_of(keys, r, texts), out);
}

/* Whether an outcome has these n texts. */
static bool is_outcome(const struct slice *texts, size_t n, struct slice outcome)
{
	const char *p = outcome.p;

	for (size_t i = 0; i < n; i++) {
		uint32_t size;

		memcpy(&size, p, sizeof size);
		p += sizeof size;
		if (!slice_eq(texts[i], slice_of(p, size)))
			return false;
		p += size;
	}
	return true;
}

/* Outcomes repeat from record to record: the last few are compared before all are asked. */
static uint32_t outcome_of(struct tally *t, struct record *r)
{
	const size_t n = texts_of(&t->plan->keys, r, t->texts);

	for (size_t i = 0; i < OUTCOMES_RECENT && t->recent[i] > 0; i++)
		if (is_outcome(t->texts, n, dict_text(&t->outcomes, t->recent[i] - 1)))
			return t->recent[i] - 1;
	t->scratch.n = 0;
	pack_texts(t->texts, n, &t->scratch);
	const uint32_t outcome = dict_number(&t->outcomes, buf_view(&t->scratch), t->plan->seed);

	t->recent[t->next_recent] = outcome + 1;
	t->next_recent = (t->next_recent + 1) % OUTCOMES_RECENT;
	return outcome;
}

struct slice outcome_key(const struct keys *keys, struct slice outcome, size_t i)
{
	const char *p = outcome.p;

	for (size_t k = 0;; k++) {
		uint32_t n;

		if ((int)k == keys->device)
			continue;
		memcpy(&n, p, sizeof n);
		p += sizeof n;
		if (k == i)
			return slice_of(p, n);
		p += n;
	}
}

/* Records come nearly in the order of time: the minute of the one before is asked first. */
static struct minute_counts *minute_at(struct tally *t, int64_t minute)
{
	if (t->last_number > 0 && t->last_minute == minute)
		return &t->minute_counts[t->last_number - 1];
	const struct slice key = slice_of((const char *)&minute, sizeof minute);
	bool added;
	const uint32_t i = dict_add(&t->minutes, key, dict_hash(key, t->plan->seed), &added);

	if (added) {
		if (t->minute_cap <= i) {
			t->minute_cap = mem_grow(t->minute_cap, (size_t)i + 1);
			t->minute_counts = mem_rearray(t->minute_counts, t->minute_cap, sizeof *t->minute_counts);
		}
		t->minute_counts[i] = (struct minute_counts){ 0, 0 };
	}
	t->last_minute = minute;
	t->last_number = i + 1;
	return &t->minute_counts[i];
}

/* ---- adding ---- */

static void find_device(const struct devices_plan *plan, struct tally_pending *r)
{
	struct partition *const p = r->part;

	r->number = partition_device(p, &r->device, r->hash, plan);
	struct roll_row *const row = roll_row(&p->devices, r->number);

	if (plan->states)
		device_state_add(&row->state, r->event.failure, r->event.dps, r->event.time);
	if (r->event.counted)
		partition_fetch_last(p, row);
	if (devices_plan_rows(plan))
		device_rows_fetch(&p->rows, r->number);
}

static void add_to_cell(struct partition *p, const struct tally_pending *r)
{
	partition_add(p, partition_cell_of(p, r->number, r->outcome),
	              &(struct tally_count){ 1, r->event.failure, { r->event.time, r->event.time } });
}

static void add_pending(struct tally *t, const struct tally_pending *r)
{
	const struct devices_plan *const plan = &t->plan->devices;

	if (devices_plan_rows(plan))
		device_rows_add(&r->part->rows, plan, r->number, &r->event, &t->values);
	if (r->event.counted)
		add_to_cell(r->part, r);
}

void tally_settle(struct tally *t)
{
	struct tally_pending *r = t->pending;
	const size_t n = t->n_pending;

	for (size_t i = 0; i < n; i++) {
		r[i].hash = dict_hash(roll_id_text(&r[i].device), t->plan->seed);
		r[i].part = &t->parts[r[i].hash % PARTITIONS];
		roll_fetch_slot(&r[i].part->devices, r[i].hash);
	}
	for (size_t i = 0; i < n; i++)
		roll_fetch_row(&r[i].part->devices, r[i].hash);
	for (size_t i = 0; i < n; i++)
		find_device(&t->plan->devices, &r[i]);
	for (size_t i = 0; i < n; i++)
		if (r[i].event.counted)
			partition_fetch_behind(r[i].part, r[i].number, r[i].outcome, r[i].event.failure);
	for (size_t i = 0; i < n; i++)
		add_pending(t, &r[i]);
	t->n_pending = 0;
	arena_reset(&t->pending_text);
	if (t->plan->memory > 0 && tally_size(t) > t->plan->memory)
		tally_spill(t);
}

static void add_minute(struct tally *t, const struct record *r)
{
	struct minute_counts *m = minute_at(t, time_floor(r->time, TIME_MINUTE));

	m->records++;
	m->failures += r->failure;
	t->first = time_earlier(t->first, r->time);
	t->last = time_later(t->last, r->time);
}

void tally_add(struct tally *t, struct record *r, bool counted)
{
	if (!counted && !t->plan->devices.states)
		return;
	if (t->n_pending == TALLY_BATCH)
		tally_settle(t);
	struct tally_pending *const p = &t->pending[t->n_pending];

	roll_id_set(&p->device, r->device.n <= ROLL_NEAR ? r->device : arena_copy(&t->pending_text, r->device));
	p->outcome = counted ? outcome_of(t, r) : 0;
	p->event = event_of(t, r, counted, t->pending_values[t->n_pending]);
	t->n_pending++;
	if (counted && t->plan->minutes && r->time != TIME_NONE)
		add_minute(t, r);
}

/* ---- merging ---- */

/* The numbers in `into` of all texts of `from`, which are added; free() it. */
static uint32_t *map_texts(struct dict *into, const struct dict *from, uint64_t seed)
{
	uint32_t *map = mem_array(from->n, sizeof *map);

	for (size_t i = 0; i < from->n; i++)
		map[i] = dict_number(into, dict_text(from, (uint32_t)i), seed);
	return map;
}

/* Of an outcome of `from`, the one that it is in `into` with its fewer keys. */
static uint32_t rolled_outcome(struct tally *into, const struct tally *from, uint32_t outcome)
{
	const struct keys *keys = &into->plan->keys, *all = &from->plan->keys;

	into->scratch.n = 0;
	for (size_t i = 0; i < keys->n; i++) {
		if ((int)i == keys->device)
			continue;
		size_t k = 0;

		while (!slice_eq(all->key[k].name, keys->key[i].name))
			k++;
		pack_key(outcome_key(all, dict_text(&from->outcomes, outcome), k), &into->scratch);
	}
	return dict_number(&into->outcomes, buf_view(&into->scratch), into->plan->seed);
}

enum { MERGE_AHEAD = 32 };

/* What the next devices will look at, and their hashes. */
static void fetch_devices(const struct partition *p, const struct roll *from, size_t at, uint64_t seed, uint64_t *hashes)
{
	const size_t n = from->n - at < MERGE_AHEAD ? from->n - at : (size_t)MERGE_AHEAD;

	for (size_t i = 0; i < n; i++) {
		hashes[i] = dict_hash(roll_text(from, (uint32_t)(at + i)), seed);
		roll_fetch_slot(&p->devices, hashes[i]);
	}
	for (size_t i = 0; i < n; i++)
		roll_fetch_row(&p->devices, hashes[i]);
}

static void merge_partition(struct tally *into, const struct tally *from, size_t part, const uint32_t *outcomes,
                            const uint32_t *values)
{
	const struct devices_plan *plan = &into->plan->devices;
	struct partition *p = &into->parts[part];
	const struct partition *q = &from->parts[part];
	uint32_t *devices = mem_array(q->devices.n, sizeof *devices);
	uint64_t hashes[MERGE_AHEAD];

	for (size_t i = 0; i < q->devices.n; i++) {
		const struct roll_row *row = roll_row(&q->devices, i);

		if (i % MERGE_AHEAD == 0)
			fetch_devices(p, &q->devices, i, into->plan->seed, hashes);
		devices[i] = partition_device(p, &row->id, hashes[i % MERGE_AHEAD], plan);
		device_state_merge(&roll_row(&p->devices, devices[i])->state, &row->state);
		device_rows_merge(&p->rows, plan, devices[i], &q->rows, (uint32_t)i, &into->values, values);
	}
	for (size_t i = 0; i < q->n_cells; i++) {
		const struct tally_cell *c = partition_cell(q, i);
		const struct tally_count count = partition_count_of(q, c);

		if (i + MERGE_AHEAD < q->n_cells)
			partition_fetch_last(p, roll_row(&p->devices, devices[partition_cell(q, i + MERGE_AHEAD)->device]));
		partition_add(p, partition_cell_of(p, devices[c->device], outcomes[c->outcome]), &count);
	}
	free(devices);
}

static void merge_minutes(struct tally *into, const struct tally *from)
{
	into->first = time_earlier(into->first, from->first);
	into->last = time_later(into->last, from->last);
	for (size_t i = 0; i < from->minutes.n; i++) {
		int64_t minute;

		memcpy(&minute, dict_text(&from->minutes, (uint32_t)i).p, sizeof minute);
		struct minute_counts *m = minute_at(into, minute);

		m->records += from->minute_counts[i].records;
		m->failures += from->minute_counts[i].failures;
	}
}

void tally_merge(struct tally *into, struct tally *from)
{
	if (from->runs != NULL) {
		tally_spill(from);
		if (into->runs == NULL)
			into->runs = runs_new();
		runs_take(into->runs, from->runs);
		from->runs = NULL;
	}
	from->outcome_map = map_texts(&into->outcomes, &from->outcomes, into->plan->seed);
	from->value_map = map_texts(&into->values, &from->values, into->plan->seed);
	merge_minutes(into, from);
}

void tally_merge_part(struct tally *into, struct tally *from, size_t part)
{
	merge_partition(into, from, part, from->outcome_map, from->value_map);
	partition_free(&from->parts[part]);
}

struct tally *tally_rollup(const struct tally *t, size_t part, const struct tally_plan *plan)
{
	struct tally *rolled = tally_new(plan);
	uint32_t *outcomes = mem_array(t->outcomes.n, sizeof *outcomes);

	for (size_t i = 0; i < t->outcomes.n; i++)
		outcomes[i] = rolled_outcome(rolled, t, (uint32_t)i);
	merge_partition(rolled, t, part, outcomes, NULL);
	free(outcomes);
	return rolled;
}

static void kind_want(const void *plan, struct wants *w)
{
	const struct tally_plan *p = plan;

	keys_want(&p->keys, w);
	keys_want(&p->devices.newest, w);
}

static void kind_bind(void *plan, const struct accumulator_terms *terms)
{
	struct tally_plan *p = plan;

	keys_bind(&p->keys, terms->fields);
	keys_bind(&p->devices.newest, terms->fields);
	p->seed = terms->seed;
	p->memory = terms->memory;
	p->pool = terms->pool;
}

static void *kind_make(const void *plan)
{
	return tally_new(plan);
}

static void kind_free(void *tally)
{
	tally_free(tally);
}

static void kind_add(void *tally, struct record *r, bool counted)
{
	tally_add(tally, r, counted);
}

static void kind_settle(void *tally)
{
	tally_settle(tally);
}

static void kind_merge(void *into, void *from)
{
	tally_merge(into, from);
}

static void kind_merge_part(void *into, void *from, size_t part)
{
	tally_merge_part(into, from, part);
}

static bool kind_stateless(void *plan)
{
	struct devices_plan *d = &((struct tally_plan *)plan)->devices;
	const bool had = d->states;

	d->states = d->expected = false;
	return had;
}

const struct accumulator_kind tally_kind = {
	.stateless = kind_stateless, .want = kind_want, .bind = kind_bind, .make = kind_make, .free = kind_free, .add = kind_add, .settle = kind_settle,
	.merge = kind_merge, .parts = PARTITIONS, .merge_part = kind_merge_part,
};

size_t tally_size(const struct tally *t)
{
	size_t n = sizeof *t + dict_size(&t->outcomes) + dict_size(&t->values) + dict_size(&t->minutes) + t->minute_cap * sizeof *t->minute_counts;

	for (size_t i = 0; i < PARTITIONS; i++)
		n += partition_size(&t->parts[i]);
	return n;
}
