/*
 * ladder.c - making rungs.
 */
#include "base/ladder.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is_power(size_t n)
{
	return (n & (n - 1)) == 0;
}

/* Elements for which the first rung has room when there are n. */
static size_t first_length(size_t n)
{
	size_t length = LADDER_FIRST;

	while (length < n && length < LADDER_RUNG)
		length *= 2;
	return length;
}

/* Makes the first rung twice as long. */
static void lengthen(struct ladder *l, struct pool *pool, size_t n, size_t size)
{
	char *const rung = pool_take(pool, 2 * n * size);

	memcpy(rung, l->rungs[0], n * size);
	pool_give(pool, l->rungs[0], n * size);
	l->rungs[0] = rung;
}

/* Room for as many rungs as the next power of two is made when there is one. */
static void add_rung(struct ladder *l, struct pool *pool, size_t number, size_t size)
{
	if (number == 0)
		l->rungs = mem_array(1, sizeof *l->rungs);
	else if (is_power(number))
		l->rungs = mem_rearray(l->rungs, 2 * number, sizeof *l->rungs);
	l->rungs[number] = pool_take(pool, (number == 0 ? LADDER_FIRST : LADDER_RUNG) * size);
}

void *ladder_add(struct ladder *l, struct pool *pool, size_t i, size_t size)
{
	if (i % LADDER_RUNG == 0)
		add_rung(l, pool, i / LADDER_RUNG, size);
	else if (i < LADDER_RUNG && i >= LADDER_FIRST && is_power(i))
		lengthen(l, pool, i, size);
	return ladder_at(l, i, size);
}

void ladder_free(struct ladder *l, struct pool *pool, size_t n, size_t size)
{
	for (size_t i = 0; l->rungs != NULL && i * LADDER_RUNG < n; i++)
		pool_give(pool, l->rungs[i], (i == 0 ? first_length(n) : LADDER_RUNG) * size);
	free(l->rungs);
	*l = (struct ladder){ 0 };
}
