/*
 * share.c - threads that take part after part until none is left.
 */
#include "base/share.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"

struct sharing {
	void (*part)(void *ctx, size_t i);
	void *ctx;
	size_t n;
	_Atomic size_t next;
};

static void *take_parts(void *arg)
{
	struct sharing *s = arg;
	size_t i;

	while ((i = atomic_fetch_add(&s->next, 1)) < s->n)
		s->part(s->ctx, i);
	return NULL;
}

void share_out(unsigned threads, size_t n, void (*part)(void *ctx, size_t i), void *ctx)
{
	struct sharing s = { .part = part, .ctx = ctx, .n = n };
	const size_t others = n < 2 || threads < 2 ? 0 : n < threads ? n - 1 : threads - 1;
	pthread_t *thread = mem_array(others, sizeof *thread);
	size_t started = 0;

	while (started < others && pthread_create(&thread[started], NULL, take_parts, &s) == 0)
		started++;
	take_parts(&s);
	for (size_t i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	free(thread);
}
