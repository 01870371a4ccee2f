/*
 * partition.h - the devices of a tally whose hashes have the same last bits, with their groups.
 *
 * A device is a row of the roll, and one of the rows behind it if the plan wants such. Its groups are cells, each of one outcome.
 */
#ifndef DPSLOG_TALLY_PARTITION_H
#define DPSLOG_TALLY_PARTITION_H

#include "tally/devices.h"
#include "tally/roll.h"

/*
 * One group of one device. Two of them lie in a line of the cache. Most devices have few cells: those are a ring, that the row of the device
 * leads to; only where there are more than RING_MOST all of them are found by their hash.
 */
struct tally_cell {
	uint32_t device;        /* number in its partition */
	uint32_t outcome;
	uint64_t records, failures;
	uint32_t times;         /* of its failures: number + 1; 0: there are none */
	uint32_t next;          /* of the ring: its number; CELL_HASHED: it is in none */
};

enum { RING_MOST = 4 };
#define CELL_HASHED UINT32_MAX

struct failure_times {
	int64_t first, last;    /* TIME_NONE: no failure is timed */
};

/* What a cell says. */
struct tally_count {
	uint64_t records, failures;
	struct failure_times times;
};

/* {0}, but for the pool: empty. */
struct partition {
	struct pool *pool;            /* what all of it is from; NULL: malloc */
	struct roll devices;
	struct device_rows rows;      /* one for each device */
	struct ladder cells;          /* struct tally_cell, two to a line of the cache */
	struct ladder times;          /* struct failure_times */
	uint64_t *slots;              /* of cells in no ring: half a hash of (device, outcome) and cell number + 1; 0: empty */
	size_t n_cells, n_times, n_hashed, n_slots;
};

/* All but the pool. */
void partition_free(struct partition *p);
/* The number of a device, which is added if it is new. `hash` is dict_hash(device). */
uint32_t partition_device(struct partition *p, const struct roll_id *device, uint64_t hash, const struct devices_plan *plan);

/* Cell i of a partition, until another cell is added. */
static inline struct tally_cell *partition_cell(const struct partition *p, size_t i)
{
	return ladder_at(&p->cells, i, sizeof(struct tally_cell));
}

/* The times of a cell that has some. */
static inline struct failure_times *partition_times(const struct partition *p, const struct tally_cell *c)
{
	return ladder_at(&p->times, c->times - 1, sizeof(struct failure_times));
}

/* Whether the cell that the device added to last is that of the outcome, as it nearly always is. */
static inline bool partition_is_last(const struct roll_row *row, uint32_t outcome)
{
	return row->cell > 0 && row->outcome == outcome;
}

/* The rest of partition_cell_of: it is another one. */
void partition_turn_to(struct partition *p, uint32_t device, uint32_t outcome);

/* The cell of a device and an outcome, added if it is new; until another one is added. */
static inline struct tally_cell *partition_cell_of(struct partition *p, uint32_t device, uint32_t outcome)
{
	const struct roll_row *const row = roll_row(&p->devices, device);

	if (!partition_is_last(row, outcome))
		partition_turn_to(p, device, outcome);
	return partition_cell(p, row->cell - 1);
}

struct tally_count partition_count_of(const struct partition *p, const struct tally_cell *c);
/* The rest of partition_add. */
void partition_add_failures(struct partition *p, struct tally_cell *c, const struct tally_count *count);

/* `c` is a cell of p. */
static inline void partition_add(struct partition *p, struct tally_cell *c, const struct tally_count *count)
{
	c->records += count->records;
	if (count->failures > 0)
		partition_add_failures(p, c, count);
}

/* Mixes the two numbers so that neighbouring devices and outcomes spread (a multiplication by an odd constant, high bits). */
static inline uint64_t partition_cell_hash(uint32_t device, uint32_t outcome)
{
	const uint64_t x = ((uint64_t)device << 32 | outcome) * UINT64_C(0x9E3779B97F4A7C15);

	return x ^ x >> 29;
}

/*
 * What partition_cell_of will look at, fetched ahead, in this order for a batch: the last cell, which is that of the outcome or leads to it;
 * then, if it is another one, what it leads to, and of failures where their times are.
 */
MEM_FETCHES partition_fetch_last(const struct partition *p, const struct roll_row *row)
{
	if (row->cell > 0)
		__builtin_prefetch(partition_cell(p, row->cell - 1), 1);
}

MEM_FETCHES partition_fetch_behind(const struct partition *p, uint32_t device, uint32_t outcome, bool failure)
{
	const struct roll_row *const row = roll_row(&p->devices, device);

	if (row->cell == 0)
		return;
	const struct tally_cell *const c = partition_cell(p, row->cell - 1);

	if (partition_is_last(row, outcome)) {
		if (failure && c->times > 0)
			__builtin_prefetch(partition_times(p, c), 1);
	} else if (c->next == CELL_HASHED) {
		__builtin_prefetch(&p->slots[partition_cell_hash(device, outcome) & (p->n_slots - 1)]);
	} else {
		__builtin_prefetch(partition_cell(p, c->next), 1);
	}
}

/* Bytes in use, for the memory budget. */
size_t partition_size(const struct partition *p);

#endif
