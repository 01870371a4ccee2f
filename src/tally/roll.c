/*
 * roll.c - open addressing with linear probing, as in dict.c; the rows lie at lines of the cache.
 */
#include "tally/roll.h"

_Static_assert(sizeof(struct roll_row) == ROLL_LINE, "a row is a line of the cache");

enum { SLOTS_FIRST = 16 };

void roll_free(struct roll *r, struct pool *pool)
{
	arena_free(&r->text);
	ladder_free(&r->rows, pool, r->n, sizeof(struct roll_row));
	pool_give(pool, r->slots, r->n_slots * sizeof *r->slots);
	*r = (struct roll){ 0 };
}

static uint64_t slot_of(uint64_t half, size_t number)
{
	return half << 32 | (number + 1);
}

static void grow_slots(struct roll *r, struct pool *pool)
{
	const size_t n = r->n_slots == 0 ? SLOTS_FIRST : r->n_slots * 2;
	uint64_t *slots = pool_zeros(pool, n * sizeof *slots);

	for (size_t i = 0; i < r->n_slots; i++) {
		size_t at = (r->slots[i] >> 32) & (n - 1);

		if (r->slots[i] == 0)
			continue;
		while (slots[at] != 0)
			at = (at + 1) & (n - 1);
		slots[at] = r->slots[i];
	}
	pool_give(pool, r->slots, r->n_slots * sizeof *slots);
	r->slots = slots;
	r->n_slots = n;
}

static uint32_t append(struct roll *r, struct pool *pool, const struct roll_id *id)
{
	if (r->n >= UINT32_MAX - 1)
		mem_fail(SIZE_MAX);
	struct roll_row *row = ladder_add(&r->rows, pool, r->n, sizeof *row);

	*row = (struct roll_row){ .state = DEVICE_STATE_NONE, .id = *id };
	if (id->n > ROLL_NEAR)
		row->id.far = arena_copy(&r->text, slice_of(id->far, id->n)).p;
	return (uint32_t)r->n++;
}

uint32_t roll_append(struct roll *r, struct pool *pool, const struct roll_id *id, uint64_t hash)
{
	if ((r->n + 1) * 10 > r->n_slots * 7)
		grow_slots(r, pool);
	size_t at = (hash >> 32) & (r->n_slots - 1);

	while (r->slots[at] != 0)
		at = (at + 1) & (r->n_slots - 1);
	const uint32_t number = append(r, pool, id);

	r->slots[at] = slot_of(hash >> 32, number);
	return number;
}

size_t roll_size(const struct roll *r)
{
	return r->text.size + r->n * sizeof(struct roll_row) + r->n_slots * sizeof *r->slots;
}
