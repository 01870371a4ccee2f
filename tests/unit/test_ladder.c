/*
 * test_ladder.c - elements are where they were put, at their alignment, and do not move as more are added.
 */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ladder.h"

Test(ladder, elements_stay)
{
	static const struct { size_t size, alignment; } kinds[] = { { 64, 64 }, { 32, 64 }, { 8, 8 }, { 48, 16 } };
	enum { N = 70000 };

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		struct ladder l = { 0 };
		uint64_t **at = mem_array(N, sizeof *at);
		const size_t size = kinds[k].size;

		for (size_t i = 0; i < N; i++) {
			at[i] = ladder_add(&l, i, size, kinds[k].alignment);
			memset(at[i], 0xaa, size); /* up to its end */
			*at[i] = i;
		}
		for (size_t i = 0; i < N; i++) {
			cr_assert_eq(ladder_at(&l, i, size), at[i]);
			cr_assert_eq(*at[i], i);
			cr_assert_eq((uintptr_t)at[i] % (size < kinds[k].alignment ? size : kinds[k].alignment), 0);
		}
		free(at);
		ladder_free(&l);
	}
}
