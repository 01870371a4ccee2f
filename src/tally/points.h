/*
 * points.h - small things that belong to a line and a minute: a hash table while they are added, ascending when all are there.
 *
 * An item is of any size and begins with its key, which is the line (31 bits) above the minute (33 bits, from the year 1 on), so
 * that the order of keys is that of lines and, within a line, of time. A new item is all zero but for its key.
 */
#ifndef DPSLOG_TALLY_POINTS_H
#define DPSLOG_TALLY_POINTS_H

#include "base/time.h"

struct points {
	char *items;
	size_t item;            /* bytes of one */
	size_t n, cap;
	uint32_t *slots;        /* number of the item + 1, by the hash of its key; 0: empty */
	size_t n_slots;
};

enum { POINT_MINUTE_BITS = 33 };
#define POINT_LINES_MOST (UINT32_C(1) << (64 - POINT_MINUTE_BITS))

uint64_t point_key(uint32_t line, int64_t time);
uint32_t point_line(uint64_t key);
/* The start of the minute. */
int64_t point_time(uint64_t key);

void points_init(struct points *p, size_t item);
void points_free(struct points *p);
/* The item of that key, added if it is new (*added); until the next one is added. */
void *points_at(struct points *p, uint64_t key, bool *added);
/* Ascending from now on; no more can be added. */
void points_sort(struct points *p);
/* Sorted: the first item whose key is not below this one; p->n if there is none. */
size_t points_from(const struct points *p, uint64_t key);
size_t points_size(const struct points *p);

static inline void *points_item(const struct points *p, size_t i)
{
	return p->items + i * p->item;
}

static inline uint64_t point_key_at(const struct points *p, size_t i)
{
	uint64_t key;

	memcpy(&key, points_item(p, i), sizeof key);
	return key;
}

#endif
