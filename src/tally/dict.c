/*
 * dict.c - open addressing with linear probing; a slot carries half the hash, so that other texts are rarely looked at.
 */
#include "tally/dict.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/mem.h"

enum { SLOTS_FIRST = 16 };

void dict_free(struct dict *d)
{
	arena_free(&d->text);
	free(d->entries);
	free(d->slots);
	*d = (struct dict){ 0 };
}

uint64_t dict_hash(struct slice s, uint64_t seed)
{
	return XXH3_64bits_withSeed(s.n == 0 ? "" : s.p, s.n, seed);
}

static uint64_t slot_of(uint32_t hash, uint32_t number)
{
	return (uint64_t)hash << 32 | (number + 1);
}

static void grow_slots(struct dict *d)
{
	const size_t n = d->n_slots == 0 ? SLOTS_FIRST : d->n_slots * 2;
	uint64_t *slots = mem_zeros(n, sizeof *slots);

	for (size_t i = 0; i < d->n; i++) {
		size_t at = d->entries[i].hash & (n - 1);

		while (slots[at] != 0)
			at = (at + 1) & (n - 1);
		slots[at] = slot_of(d->entries[i].hash, (uint32_t)i);
	}
	free(d->slots);
	d->slots = slots;
	d->n_slots = n;
}

static uint32_t append(struct dict *d, struct slice s, uint32_t hash)
{
	if (d->n == d->cap) {
		d->cap = mem_grow(d->cap, d->n + 1);
		d->entries = mem_rearray(d->entries, d->cap, sizeof *d->entries);
	}
	if (d->n >= UINT32_MAX - 1 || s.n > UINT32_MAX)
		mem_fail(s.n);
	d->entries[d->n] = (struct dict_entry){ arena_copy(&d->text, s).p, (uint32_t)s.n, hash };
	return (uint32_t)d->n++;
}

uint32_t dict_add(struct dict *d, struct slice s, uint64_t full_hash, bool *added)
{
	const uint32_t hash = (uint32_t)(full_hash >> 32);

	if ((d->n + 1) * 10 > d->n_slots * 7)
		grow_slots(d);
	size_t at = hash & (d->n_slots - 1);

	for (; d->slots[at] != 0; at = (at + 1) & (d->n_slots - 1)) {
		const uint32_t number = (uint32_t)d->slots[at] - 1;

		if ((uint32_t)(d->slots[at] >> 32) == hash && slice_eq(dict_text(d, number), s)) {
			*added = false;
			return number;
		}
	}
	const uint32_t number = append(d, s, hash);

	d->slots[at] = slot_of(hash, number);
	*added = true;
	return number;
}

uint32_t dict_number(struct dict *d, struct slice s, uint64_t seed)
{
	bool added;

	return dict_add(d, s, dict_hash(s, seed), &added);
}

size_t dict_size(const struct dict *d)
{
	return d->text.size + d->cap * sizeof *d->entries + d->n_slots * sizeof *d->slots;
}
