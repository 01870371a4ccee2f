/*
 * test_ladder.c - elements are where they were put, at their alignment, and beyond the first rung they do not move as more are added.
 */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ladder.h"
#include "base/mem.h"

static void fill(struct pool *pool, size_t n, size_t size)
{
	struct ladder l = { 0 };
	uint64_t **at = mem_array(n, sizeof *at);

	for (size_t i = 0; i < n; i++) {
		at[i] = ladder_add(&l, pool, i, size);
		memset(at[i], 0xaa, size); /* up to its end */
		*at[i] = i;
		cr_assert_eq(*(uint64_t *)ladder_at(&l, i / 2, size), i / 2);
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t *const now = ladder_at(&l, i, size);

		cr_assert(i < LADDER_RUNG || now == at[i]);
		cr_assert_eq(*now, i);
		cr_assert((uintptr_t)now % 64 == 0 || (i % LADDER_RUNG != 0 && size % 64 != 0));
	}
	free(at);
	ladder_free(&l, pool, n, size);
}

/* What is given back must be what was taken: the pool and the address sanitizer see to that. */
Test(ladder, elements_stay)
{
	static const size_t sizes[] = { 64, 32, 16, 8, 72 }, counts[] = { 0, 1, 15, 16, 17, 33, 127, 128, 129, 257, 1000, 70000 };

	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
			struct pool *pool = pool_new();

			fill(pool, counts[i], sizes[k]);
			fill(NULL, counts[i], sizes[k]);
			pool_free(pool);
		}
	}
}
