/*
 * roll.c - open addressing with linear probing, as in dict.c; the rows lie at lines of the cache.
 */
#include "tally/roll.h"

#include <stdlib.h>

_Static_assert(sizeof(struct roll_row) == ROLL_LINE, "a row is a line of the cache");

enum { SLOTS_FIRST = 16 };

void roll_free(struct roll *r)
{
	arena_free(&r->text);
	free(r->rows);
	free(r->slots);
	*r = (struct roll){ 0 };
}

struct roll_id roll_id_of(struct slice id)
{
	struct roll_id r = { .n = (uint32_t)id.n };

	if (id.n > UINT32_MAX)
		mem_fail(id.n);
	if (id.n > ROLL_NEAR)
		r.far = id.p;
	else if (id.n > 0)
		memcpy(r.near, id.p, id.n);
	return r;
}

static inline bool is_same(const struct roll_id *a, const struct roll_id *b)
{
	if (a->n != b->n)
		return false;
	return a->n <= ROLL_NEAR ? memcmp(a->near, b->near, ROLL_NEAR) == 0 : memcmp(a->far, b->far, a->n) == 0;
}

static uint64_t slot_of(uint64_t half, size_t number)
{
	return half << 32 | (number + 1);
}

static void grow_slots(struct roll *r)
{
	const size_t n = r->n_slots == 0 ? SLOTS_FIRST : r->n_slots * 2;
	uint64_t *slots = mem_zalloc(n * sizeof *slots);

	for (size_t i = 0; i < r->n_slots; i++) {
		size_t at = (r->slots[i] >> 32) & (n - 1);

		if (r->slots[i] == 0)
			continue;
		while (slots[at] != 0)
			at = (at + 1) & (n - 1);
		slots[at] = r->slots[i];
	}
	free(r->slots);
	r->slots = slots;
	r->n_slots = n;
}

static uint32_t append(struct roll *r, const struct roll_id *id)
{
	if (r->n == r->cap)
		r->rows = mem_grow_aligned(r->rows, &r->cap, r->n, sizeof *r->rows, ROLL_LINE);
	if (r->n >= UINT32_MAX - 1)
		mem_fail(SIZE_MAX);
	struct roll_row *row = &r->rows[r->n];

	*row = (struct roll_row){ .state = DEVICE_STATE_NONE, .id = *id };
	if (id->n > ROLL_NEAR)
		row->id.far = arena_copy(&r->text, slice_of(id->far, id->n)).p;
	return (uint32_t)r->n++;
}

uint32_t roll_add(struct roll *r, const struct roll_id *id, uint64_t hash, bool *added)
{
	const uint64_t half = hash >> 32;

	if ((r->n + 1) * 10 > r->n_slots * 7)
		grow_slots(r);
	size_t at = roll_probe(r, half, half);

	*added = false;
	for (; r->slots[at] != 0; at = roll_probe(r, half, at + 1)) {
		const uint32_t number = (uint32_t)r->slots[at] - 1;

		if (is_same(&r->rows[number].id, id))
			return number;
	}
	*added = true;
	const uint32_t number = append(r, id);

	r->slots[at] = slot_of(half, number);
	return number;
}

size_t roll_size(const struct roll *r)
{
	return r->text.size + r->cap * sizeof *r->rows + r->n_slots * sizeof *r->slots;
}
