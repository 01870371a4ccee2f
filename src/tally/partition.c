/*
 * partition.c - finding the cell of a device and an outcome: along its ring, or by its hash in an open table with linear probing.
 */
#include "tally/partition.h"

#include "base/mem.h"

void partition_free(struct partition *p)
{
	roll_free(&p->devices, p->pool);
	device_rows_free(&p->rows, p->pool);
	ladder_free(&p->cells, p->pool, p->n_cells, sizeof(struct tally_cell));
	ladder_free(&p->times, p->pool, p->n_times, sizeof(struct failure_times));
	pool_give(p->pool, p->slots, p->n_slots * sizeof *p->slots);
	*p = (struct partition){ .pool = p->pool };
}

uint32_t partition_device(struct partition *p, const struct roll_id *device, uint64_t hash, const struct devices_plan *plan)
{
	bool added;
	const uint32_t number = roll_add(&p->devices, p->pool, device, hash, &added);

	if (added)
		device_rows_begin(&p->rows, p->pool, plan);
	return number;
}

/* ---- cells ---- */

static uint64_t cell_slot(uint64_t hash, size_t number)
{
	return (hash >> 32) << 32 | (number + 1);
}

/* The first slot from the hash on that may be the cell's, or is empty: the tags are compared, no cell is looked at. */
static size_t probe_cell(const struct partition *p, uint64_t hash, size_t at)
{
	while (p->slots[at & (p->n_slots - 1)] != 0 && p->slots[at & (p->n_slots - 1)] >> 32 != hash >> 32)
		at++;
	return at & (p->n_slots - 1);
}

/* Of a cell that is in none. */
static void put_in_slot(struct partition *p, size_t number)
{
	const struct tally_cell *const c = partition_cell(p, number);
	const uint64_t hash = partition_cell_hash(c->device, c->outcome);
	size_t at = hash & (p->n_slots - 1);

	while (p->slots[at] != 0)
		at = (at + 1) & (p->n_slots - 1);
	p->slots[at] = cell_slot(hash, number);
}

static void grow_cell_slots(struct partition *p)
{
	const size_t n = p->n_slots == 0 ? 16 : p->n_slots * 2;

	pool_give(p->pool, p->slots, p->n_slots * sizeof *p->slots);
	p->slots = pool_zeros(p->pool, n * sizeof *p->slots);
	p->n_slots = n;
	for (size_t i = 0; i < p->n_cells; i++)
		if (partition_cell(p, i)->next == CELL_HASHED)
			put_in_slot(p, i);
}

static void hash_cell(struct partition *p, uint32_t number)
{
	partition_cell(p, number)->next = CELL_HASHED;
	if (++p->n_hashed * 10 > p->n_slots * 7)
		grow_cell_slots(p);
	else
		put_in_slot(p, number);
}

/* In a ring of its own. */
static uint32_t add_cell(struct partition *p, uint32_t device, uint32_t outcome)
{
	if (p->n_cells >= CELL_HASHED - 1)
		mem_fail(SIZE_MAX);
	const uint32_t number = (uint32_t)p->n_cells;
	struct tally_cell *const c = ladder_add(&p->cells, p->pool, p->n_cells++, sizeof *c);

	*c = (struct tally_cell){ .device = device, .outcome = outcome, .next = number };
	return number;
}

static uint32_t hashed_cell(struct partition *p, uint32_t device, uint32_t outcome)
{
	const uint64_t hash = partition_cell_hash(device, outcome);

	for (size_t at = probe_cell(p, hash, hash); p->slots[at] != 0; at = probe_cell(p, hash, at + 1)) {
		const uint32_t number = (uint32_t)p->slots[at] - 1;
		const struct tally_cell *c = partition_cell(p, number);

		if (c->device == device && c->outcome == outcome)
			return number;
	}
	const uint32_t number = add_cell(p, device, outcome);

	hash_cell(p, number);
	return number;
}

/* The cells of a full ring are found by their hash from now on. */
static void leave_ring(struct partition *p, uint32_t first)
{
	uint32_t at = first;

	do {
		const uint32_t next = partition_cell(p, at)->next;

		hash_cell(p, at);
		at = next;
	} while (at != first);
}

static uint32_t ring_cell(struct partition *p, uint32_t first, uint32_t device, uint32_t outcome)
{
	uint32_t at = first;
	unsigned n = 0;

	do {
		if (partition_cell(p, at)->outcome == outcome)
			return at;
		at = partition_cell(p, at)->next;
		n++;
	} while (at != first);
	if (n == RING_MOST) {
		leave_ring(p, first);
		return hashed_cell(p, device, outcome);
	}
	const uint32_t number = add_cell(p, device, outcome);

	partition_cell(p, number)->next = partition_cell(p, first)->next;
	partition_cell(p, first)->next = number;
	return number;
}

void partition_turn_to(struct partition *p, uint32_t device, uint32_t outcome)
{
	struct roll_row *const row = roll_row(&p->devices, device);
	uint32_t number;

	if (row->cell == 0)
		number = add_cell(p, device, outcome);
	else if (partition_cell(p, row->cell - 1)->next == CELL_HASHED)
		number = hashed_cell(p, device, outcome);
	else
		number = ring_cell(p, row->cell - 1, device, outcome);
	row->cell = number + 1;
	row->outcome = outcome;
}

/* ---- counts ---- */

struct tally_count partition_count_of(const struct partition *p, const struct tally_cell *c)
{
	return (struct tally_count){ c->records, c->failures,
		c->times == 0 ? (struct failure_times){ TIME_NONE, TIME_NONE } : *partition_times(p, c) };
}

/* The times of a cell's failures, made if there were none. */
static struct failure_times *times_of(struct partition *p, struct tally_cell *c)
{
	if (c->times == 0) {
		struct failure_times *const times = ladder_add(&p->times, p->pool, p->n_times, sizeof *times);

		*times = (struct failure_times){ TIME_NONE, TIME_NONE };
		c->times = (uint32_t)++p->n_times;
	}
	return partition_times(p, c);
}

void partition_add_failures(struct partition *p, struct tally_cell *c, const struct tally_count *count)
{
	struct failure_times *const into = times_of(p, c);

	c->failures += count->failures;
	into->first = time_earlier(into->first, count->times.first);
	into->last = time_later(into->last, count->times.last);
}

size_t partition_size(const struct partition *p)
{
	return roll_size(&p->devices) + device_rows_size(&p->rows) + p->n_cells * sizeof(struct tally_cell) +
	       p->n_times * sizeof(struct failure_times) + p->n_slots * sizeof *p->slots;
}
