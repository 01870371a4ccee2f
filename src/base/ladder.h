/*
 * ladder.h - an array that grows without its elements moving.
 *
 * It has rungs of equal length; only the first one is short in the beginning, and moves until it has that length. Large tables that are
 * copied as they grow touch fresh memory again and again, and those that double are half idle: with many of them that is what a
 * run takes.
 */
#ifndef DPSLOG_BASE_LADDER_H
#define DPSLOG_BASE_LADDER_H

#include "base/pool.h"

enum { LADDER_FIRST = 16, LADDER_RUNG = 128 };

/* {0}: empty. Who owns it knows how many elements it has, and of what size, and from which pool they are. */
struct ladder {
	char **rungs;
};

/* Element i, which was added. */
static inline void *ladder_at(const struct ladder *l, size_t i, size_t size)
{
	return l->rungs[i / LADDER_RUNG] + i % LADDER_RUNG * size;
}

/* Element i, the first that was not added yet, uninitialised. The first one of a rung lies at a line of the cache. */
void *ladder_add(struct ladder *l, struct pool *pool, size_t i, size_t size);
/* Of n elements, or empty. */
void ladder_free(struct ladder *l, struct pool *pool, size_t n, size_t size);

#endif
