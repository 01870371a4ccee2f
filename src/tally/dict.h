/*
 * dict.h - each distinct text once, as a small number.
 *
 * Numbers are given in the order of arrival, 0, 1, 2 ...; text stays where it is put until dict_free. Invariants: entries[0..n)
 * are the texts; slots hold number + 1 beside 32 bits of the hash, 0 for empty; at most seven of ten slots are taken.
 * The hash is XXH3 with a seed that the caller chooses at random, so that nobody can prepare ids that collide; no order
 * that a user sees may depend on it.
 */
#ifndef DPSLOG_TALLY_DICT_H
#define DPSLOG_TALLY_DICT_H

#include "base/arena.h"

struct dict_entry {
	const char *p;
	uint32_t n;
	uint32_t hash;          /* the high half */
};

struct dict {
	struct arena text;
	struct dict_entry *entries;
	uint64_t *slots;
	size_t n, cap, n_slots;
};

void dict_free(struct dict *d);
uint64_t dict_hash(struct slice s, uint64_t seed);
/* The number of s, which is added if it is new (*added). `hash` is dict_hash(s). */
uint32_t dict_add(struct dict *d, struct slice s, uint64_t hash, bool *added);
/* The same for who does not care whether it is new. */
uint32_t dict_number(struct dict *d, struct slice s, uint64_t seed);
/* Bytes in use, for the memory budget. */
size_t dict_size(const struct dict *d);

static inline struct slice dict_text(const struct dict *d, uint32_t i)
{
	return slice_of(d->entries[i].p, d->entries[i].n);
}

#endif
