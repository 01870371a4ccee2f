/*
 * points.c - open addressing with linear probing over an array of items.
 */
#include "tally/points.h"

#include <stdlib.h>

#include "base/mem.h"

enum { SLOTS_FIRST = 64 };

/* The start of 0001-01-01. */
#define FIRST_TIME (-INT64_C(719162) * TIME_DAY)
#define MINUTE_MASK ((UINT64_C(1) << POINT_MINUTE_BITS) - 1)

uint64_t point_key(uint32_t line, int64_t time)
{
	return (uint64_t)line << POINT_MINUTE_BITS | (uint64_t)((time - FIRST_TIME) / TIME_MINUTE);
}

uint32_t point_line(uint64_t key)
{
	return (uint32_t)(key >> POINT_MINUTE_BITS);
}

int64_t point_time(uint64_t key)
{
	return (int64_t)(key & MINUTE_MASK) * TIME_MINUTE + FIRST_TIME;
}

void points_init(struct points *p, size_t item)
{
	*p = (struct points){ .item = item };
}

void points_free(struct points *p)
{
	free(p->items);
	free(p->slots);
	points_init(p, p->item);
}

/* A multiplication by an odd constant; its high bits. */
static size_t first_slot(const struct points *p, uint64_t key)
{
	const uint64_t x = (key ^ key >> POINT_MINUTE_BITS) * UINT64_C(0x9E3779B97F4A7C15);

	return (size_t)(x >> 32 ^ x >> 15) & (p->n_slots - 1);
}

static void grow_slots(struct points *p)
{
	p->n_slots = p->n_slots == 0 ? SLOTS_FIRST : p->n_slots * 2;
	free(p->slots);
	p->slots = mem_zalloc(p->n_slots * sizeof *p->slots);
	for (size_t i = 0; i < p->n; i++) {
		size_t at = first_slot(p, point_key_at(p, i));

		while (p->slots[at] != 0)
			at = (at + 1) & (p->n_slots - 1);
		p->slots[at] = (uint32_t)i + 1;
	}
}

void *points_at(struct points *p, uint64_t key, bool *added)
{
	*added = false;
	if ((p->n + 1) * 10 > p->n_slots * 7)
		grow_slots(p);
	size_t at = first_slot(p, key);

	for (; p->slots[at] != 0; at = (at + 1) & (p->n_slots - 1))
		if (point_key_at(p, p->slots[at] - 1) == key)
			return points_item(p, p->slots[at] - 1);
	if (p->n == p->cap) {
		if (p->n >= UINT32_MAX - 1)
			mem_fail(SIZE_MAX);
		p->cap = mem_grow(p->cap, p->n + 1);
		p->items = mem_rearray(p->items, p->cap, p->item);
	}
	char *item = points_item(p, p->n);

	*added = true;
	memset(item, 0, p->item);
	memcpy(item, &key, sizeof key);
	p->slots[at] = (uint32_t)++p->n;
	return item;
}

static int by_key(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

void points_sort(struct points *p)
{
	free(p->slots);
	p->slots = NULL;
	p->n_slots = 0;
	if (p->n > 1)
		qsort(p->items, p->n, p->item, by_key);
}

size_t points_from(const struct points *p, uint64_t key)
{
	size_t from = 0, to = p->n;

	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (point_key_at(p, middle) < key)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

size_t points_size(const struct points *p)
{
	return p->cap * p->item + p->n_slots * sizeof *p->slots;
}
