/*
 * roll.h - the devices of a partition: each id once, as a small number, with its state.
 *
 * With many devices every line of the cache that a record needs is a miss, and their number is the time that a record takes. So what is
 * wanted of a device with each record is one line: the id if it is short, the state, and the cell that was added to last. The rest is
 * as in a dict: numbers in the order of arrival, slots with number + 1 beside half a hash, at most seven of ten taken.
 */
#ifndef DPSLOG_TALLY_ROLL_H
#define DPSLOG_TALLY_ROLL_H

#include "base/arena.h"
#include "base/ladder.h"
#include "base/mem.h"
#include "tally/state.h"

enum { ROLL_NEAR = 16, ROLL_LINE = 64 };

/* An id. */
struct __attribute__((packed, aligned(4))) roll_id {
	uint32_t n;
	union {
		char near[ROLL_NEAR];  /* up to ROLL_NEAR bytes: all, and NULs behind them */
		const char *far;       /* more: where they lie */
	};
};

struct roll_row {
	uint32_t cell, outcome;    /* of the cell that was added to last: its number + 1 (0: none), and of what outcome it is */
	struct device_state state;
	struct roll_id id;
};

/* {0}: empty. What takes or gives back memory gets the pool that all of it is from. */
struct roll {
	struct ladder rows;        /* struct roll_row, at lines of the cache */
	uint64_t *slots;
	size_t n, n_slots;
	struct arena text;         /* of long ids */
};

static inline struct roll_row *roll_row(const struct roll *r, size_t number)
{
	return ladder_at(&r->rows, number, sizeof(struct roll_row));
}

void roll_free(struct roll *r, struct pool *pool);
/* Adds a device that is not in it. */
uint32_t roll_append(struct roll *r, struct pool *pool, const struct roll_id *id, uint64_t hash);
/* Bytes in use, for the memory budget. */
size_t roll_size(const struct roll *r);

/* The first slot from `at` on that may be the device's, or is empty: halves of hashes are compared, no row is looked at. */
static inline size_t roll_probe(const struct roll *r, uint64_t half, size_t at)
{
	while (r->slots[at & (r->n_slots - 1)] != 0 && r->slots[at & (r->n_slots - 1)] >> 32 != half)
		at++;
	return at & (r->n_slots - 1);
}

/*
 * What roll_add will look at, fetched ahead: with many devices each of the two is a miss of the cache. To be called in this order for a
 * batch, each step for all of it before the next.
 */
MEM_FETCHES roll_fetch_slot(const struct roll *r, uint64_t hash)
{
	if (r->n_slots > 0)
		__builtin_prefetch(&r->slots[(hash >> 32) & (r->n_slots - 1)]);
}

MEM_FETCHES roll_fetch_row(const struct roll *r, uint64_t hash)
{
	const uint64_t slot = r->n_slots == 0 ? 0 : r->slots[roll_probe(r, hash >> 32, hash >> 32)];

	if (slot != 0)
		__builtin_prefetch(roll_row(r, (uint32_t)slot - 1), 1);
}

static inline bool roll_is_same(const struct roll_id *a, const struct roll_id *b)
{
	if (a->n != b->n)
		return false;
	return a->n <= ROLL_NEAR ? memcmp(a->near, b->near, ROLL_NEAR) == 0 : memcmp(a->far, b->far, a->n) == 0;
}

/* The number of a device, which is added if it is new (*added). `hash` is dict_hash(id). */
static inline uint32_t roll_add(struct roll *r, struct pool *pool, const struct roll_id *id, uint64_t hash, bool *added)
{
	const uint64_t half = hash >> 32;

	*added = false;
	for (size_t at = half; r->n_slots > 0; at++) {
		at = roll_probe(r, half, at);
		if (r->slots[at] == 0)
			break;
		if (roll_is_same(&roll_row(r, (uint32_t)r->slots[at] - 1)->id, id))
			return (uint32_t)r->slots[at] - 1;
	}
	*added = true;
	return roll_append(r, pool, id, hash);
}

/* The id as it is looked for. It is put where it will lie: to be copied it would wait for its own parts. */
static inline void roll_id_set(struct roll_id *to, struct slice id)
{
	if (id.n > UINT32_MAX)
		mem_fail(id.n);
	memset(to->near, 0, sizeof to->near);
	to->n = (uint32_t)id.n;
	if (id.n > ROLL_NEAR) {
		to->far = id.p;
	} else if (id.n >= ROLL_NEAR / 2) { /* two words, which may overlap */
		memcpy(to->near, id.p, ROLL_NEAR / 2);
		memcpy(to->near + id.n - ROLL_NEAR / 2, id.p + id.n - ROLL_NEAR / 2, ROLL_NEAR / 2);
	} else if (id.n > 0) {
		memcpy(to->near, id.p, id.n);
	}
}

static inline struct slice roll_id_text(const struct roll_id *id)
{
	return slice_of(id->n <= ROLL_NEAR ? id->near : id->far, id->n);
}

/* The id, until another device is added. */
static inline struct slice roll_text(const struct roll *r, uint32_t number)
{
	return roll_id_text(&roll_row(r, number)->id);
}

#endif
