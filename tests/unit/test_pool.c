/*
 * test_pool.c - blocks are whole and nobody else's, whatever was taken and given back before, and by whom.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "random.h"

enum { HELD = 200 };

struct held {
	unsigned char *p;
	size_t n;
	unsigned char mark;
};

/* Of few bytes, of units and around them, and beyond what a piece holds. */
static size_t some_size(uint64_t *state)
{
	switch (random_below(state, 20)) {
	case 0: return 1 + random_below(state, 3 << 20);
	case 1: return ((size_t)1 << random_below(state, 22)) + random_below(state, 3);
	case 2: return 1 + random_below(state, 4096);
	default: return 1024 * (1 + random_below(state, 70)) - random_below(state, 2) * random_below(state, 1024);
	}
}

/* Whether all n bytes (one at least) are that one. */
static bool all_are(const unsigned char *p, size_t n, unsigned char byte)
{
	return p[0] == byte && memcmp(p, p + 1, n - 1) == 0;
}

static void give(struct pool *pool, struct held *h)
{
	cr_assert(all_are(h->p, h->n, h->mark), "one of %zu bytes was written by another", h->n);
	pool_give(pool, h->p, h->n);
	h->p = NULL;
}

static void take(struct pool *pool, struct held *h, uint64_t *state)
{
	h->n = some_size(state);
	h->mark = (unsigned char)random_below(state, 256);
	if (random_below(state, 4) == 0) {
		h->p = pool_zeros(pool, h->n);
		cr_assert(all_are(h->p, h->n, 0));
	} else {
		h->p = pool_take(pool, h->n);
	}
	cr_assert_eq((uintptr_t)h->p % 64, 0);
	memset(h->p, h->mark, h->n);
}

static void take_and_give(struct pool *pool, uint64_t seed, unsigned rounds)
{
	struct held held[HELD] = { 0 };
	uint64_t state = seed;

	for (unsigned i = 0; i < rounds; i++) {
		struct held *const h = &held[random_below(&state, HELD)];

		if (h->p != NULL)
			give(pool, h);
		else
			take(pool, h, &state);
	}
	for (size_t i = 0; i < HELD; i++)
		if (held[i].p != NULL)
			give(pool, &held[i]);
}

Test(pool, blocks_are_apart)
{
	struct pool *pool = pool_new();

	/* each time all goes back to the kernel, and the pool begins anew */
	for (uint64_t seed = 1; seed <= 4; seed++)
		take_and_give(pool, seed, 6000);
	take_and_give(NULL, 5, 1000);
	pool_give(pool, NULL, 8192);
	pool_give(NULL, NULL, 8192);
	pool_free(pool);
	pool_free(NULL);
}

static void *other(void *pool)
{
	take_and_give(pool, 77, 6000);
	return NULL;
}

Test(pool, threads_share_it)
{
	struct pool *pool = pool_new();
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, other, pool), 0);
	take_and_give(pool, 78, 6000);
	pthread_join(thread, NULL);
	pool_free(pool);
}

Test(pool, what_is_given_back_is_taken_again)
{
	enum { N = 100, SIZE = 8192 };
	struct pool *pool = pool_new();
	void *first[N], *second[N];
	size_t again = 0;

	for (size_t i = 0; i < N; i++)
		first[i] = pool_take(pool, SIZE);
	for (size_t i = 1; i < N; i++)
		pool_give(pool, first[i], SIZE);
	/* smaller ones are cut from them */
	for (size_t i = 1; i < N; i++)
		second[i] = pool_take(pool, SIZE / 2);
	for (size_t i = 1; i < N; i++)
		for (size_t k = 1; k < N; k++)
			again += (uintptr_t)second[i] - (uintptr_t)first[k] < SIZE;
#ifndef __SANITIZE_ADDRESS__ /* there they are malloc's, which keeps what was freed for a while */
	cr_expect_eq(again, N - 1);
#endif
	for (size_t i = 1; i < N; i++)
		pool_give(pool, second[i], SIZE / 2);
	pool_give(pool, first[0], SIZE);
	pool_free(pool);
}
