/*
 * test_share.c - work in parts: each is done once, by no more threads than were asked for, and all of it before the call returns.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/share.h"

enum { PARTS = 1000, THREADS = 9 };

struct work {
	_Atomic unsigned done[PARTS];
	pthread_mutex_t lock;
	pthread_t seen[THREADS + 1];
	size_t n_seen;
};

static void do_part(void *ctx, size_t i)
{
	struct work *w = ctx;
	size_t k = 0;

	atomic_fetch_add(&w->done[i], 1);
	pthread_mutex_lock(&w->lock);
	while (k < w->n_seen && !pthread_equal(w->seen[k], pthread_self()))
		k++;
	if (k == w->n_seen && w->n_seen <= THREADS)
		w->seen[w->n_seen++] = pthread_self();
	pthread_mutex_unlock(&w->lock);
}

Test(share, each_part_once)
{
	static const size_t counts[] = { 0, 1, 2, 3, 64, PARTS };

	for (unsigned threads = 0; threads <= THREADS; threads++) {
		for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
			static struct work w;

			memset(&w, 0, sizeof w);
			pthread_mutex_init(&w.lock, NULL);
			share_out(threads, counts[c], do_part, &w);
			for (size_t i = 0; i < PARTS; i++)
				cr_assert_eq(atomic_load(&w.done[i]), i < counts[c], "%u threads, part %zu of %zu", threads, i, counts[c]);
			cr_assert_leq(w.n_seen, threads == 0 ? 1 : threads);
			cr_assert(counts[c] != 1 || pthread_equal(w.seen[0], pthread_self()), "one part needs no thread");
			pthread_mutex_destroy(&w.lock);
		}
	}
}
