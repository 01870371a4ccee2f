/*
 * ladder.c - making rungs.
 */
#include "base/ladder.h"

#include <stdint.h>
#include <stdlib.h>

void *ladder_add(struct ladder *l, size_t i, size_t size, size_t alignment)
{
	const unsigned rung = ladder_rung(i);

	if (rung >= LADDER_RUNGS)
		mem_fail(SIZE_MAX);
	if (l->rung[rung] == NULL)
		l->rung[rung] = mem_aligned(alignment, (size_t)LADDER_FIRST << rung, size);
	return ladder_at(l, i, size);
}

void ladder_free(struct ladder *l)
{
	for (size_t i = 0; i < LADDER_RUNGS; i++)
		free(l->rung[i]);
	*l = (struct ladder){ 0 };
}
