/*
 * ladder.h - an array that grows without its elements moving.
 *
 * It has rungs, each twice as long as the one before. Large tables that are copied as they grow touch fresh pages again and again, and give the
 * old ones back: with several threads that costs more than what is put into them.
 */
#ifndef DPSLOG_BASE_LADDER_H
#define DPSLOG_BASE_LADDER_H

#include "base/mem.h"

enum { LADDER_FIRST = 16, LADDER_RUNGS = 28 };

/* {0}: empty. Who owns it knows how many elements it has, and of what size. */
struct ladder {
	char *rung[LADDER_RUNGS];
};

/* The rung of an element: 0 for the first LADDER_FIRST, 1 for twice as many, and so on. */
static inline unsigned ladder_rung(size_t i)
{
	return 63 - (unsigned)__builtin_clzll(i / LADDER_FIRST + 1);
}

/* Element i, which was added. */
static inline void *ladder_at(const struct ladder *l, size_t i, size_t size)
{
	const unsigned rung = ladder_rung(i);

	return l->rung[rung] + (i - ((((size_t)1 << rung) - 1) * LADDER_FIRST)) * size;
}

/* Element i, the first that was not added yet: uninitialised, at a multiple of `alignment` if the size is one. */
void *ladder_add(struct ladder *l, size_t i, size_t size, size_t alignment);
void ladder_free(struct ladder *l);

#endif
