/*
 * pool.c - blocks of whole units, cut from pieces; those given back are kept by size. They are not joined again: tables grow, so that
 * small ones are wanted by others and large ones can be cut.
 */
#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	LINE = 64,
	UNIT = 1024,
	LEAST = 2 * UNIT,        /* what is smaller is malloc's: an input of a few devices needs no huge page */
	MOST = MEM_HUGE / 2,     /* what is larger is mapped on its own */
	SMALL = 64,              /* up to so many units there is a list for each size, above one for each power of two */
	POWERS = 4,
	LISTS = SMALL + POWERS
};

_Static_assert(SMALL * UNIT << POWERS == MOST, "the last list is that of the largest blocks");

/* Of what is not taken. */
struct block {
	struct block *next;
};

struct pool {
	pthread_mutex_t lock;
	void **pieces;
	size_t n_pieces, pieces_cap;
	char *at, *end;          /* what is left of the newest piece: whole units */
	size_t taken;            /* blocks, but those that are mapped on their own */
	struct block *lists[LISTS];
};

/* The address sanitizer sees the ends of what malloc gives: of gcc, and of clang. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { WATCHED = 1 };
#else
enum { WATCHED = 0 };
#endif

struct pool *pool_new(void)
{
	struct pool *p = mem_zalloc(sizeof *p);

	pthread_mutex_init(&p->lock, NULL);
	return p;
}

static void give_pieces(struct pool *p)
{
	while (p->n_pieces > 0)
		mem_unmap(p->pieces[--p->n_pieces], MEM_HUGE);
	p->at = p->end = NULL;
	memset(p->lists, 0, sizeof p->lists);
}

void pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	assert(p->taken == 0);
	give_pieces(p);
	free(p->pieces);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* ---- sizes ---- */

static unsigned list_of(size_t units)
{
	return units <= SMALL ? (unsigned)units - 1 : SMALL + 63 - (unsigned)__builtin_clzll((units - 1) / SMALL);
}

static size_t units_of(unsigned list)
{
	return list < SMALL ? list + 1 : (size_t)SMALL << (list - SMALL + 1);
}

/* The bytes that a block takes: those of the list that it will be in. */
static size_t block_size(size_t n)
{
	return units_of(list_of((n + UNIT - 1) / UNIT)) * UNIT;
}

/* ---- taking ---- */

static void keep(struct pool *p, void *at, unsigned list)
{
	struct block *const b = at;

	b->next = p->lists[list];
	p->lists[list] = b;
}

/* Whole units, as blocks of the largest sizes that there are lists of. (One unit alone is too small for anybody: it is idle.) */
static void keep_rest(struct pool *p, char *at, size_t n)
{
	while (n > 0) {
		unsigned list = list_of(n / UNIT);

		if (units_of(list) > n / UNIT)
			list--;
		keep(p, at, list);
		at += units_of(list) * UNIT;
		n -= units_of(list) * UNIT;
	}
}

static void *take_kept(struct pool *p, size_t n)
{
	for (unsigned list = list_of(n / UNIT); list < LISTS; list++) {
		struct block *const b = p->lists[list];

		if (b == NULL)
			continue;
		p->lists[list] = b->next;
		keep_rest(p, (char *)b + n, units_of(list) * UNIT - n);
		return b;
	}
	return NULL;
}

/* Not touched here, under the lock: the kernel clears all of it then. */
static void add_piece(struct pool *p)
{
	if (p->n_pieces == p->pieces_cap) {
		p->pieces_cap = mem_grow(p->pieces_cap, p->n_pieces + 1);
		p->pieces = mem_rearray(p->pieces, p->pieces_cap, sizeof *p->pieces);
	}
	p->pieces[p->n_pieces++] = p->at = mem_map_huge(MEM_HUGE);
	p->end = p->at + MEM_HUGE;
}

static void *take_new(struct pool *p, size_t n)
{
	if ((size_t)(p->end - p->at) < n) {
		keep_rest(p, p->at, (size_t)(p->end - p->at));
		add_piece(p);
	}
	p->at += n;
	return p->at - n;
}

static bool is_mallocs(const struct pool *p, size_t n)
{
	return p == NULL || n < LEAST || WATCHED;
}

/* Of a block of its own. */
static size_t mapped_size(size_t n)
{
	if (n > SIZE_MAX - MEM_HUGE)
		mem_fail(n);
	return (n + MEM_HUGE - 1) / MEM_HUGE * MEM_HUGE;
}

void *pool_take(struct pool *p, size_t n)
{
	if (is_mallocs(p, n))
		return mem_aligned(LINE, n, 1);
	if (n > MOST)
		return mem_map_huge(mapped_size(n));
	pthread_mutex_lock(&p->lock);
	void *block = take_kept(p, block_size(n));

	if (block == NULL)
		block = take_new(p, block_size(n));
	p->taken++;
	pthread_mutex_unlock(&p->lock);
	return block;
}

void *pool_zeros(struct pool *p, size_t n)
{
	return memset(pool_take(p, n), 0, n);
}

void pool_give(struct pool *p, void *block, size_t n)
{
	if (is_mallocs(p, n)) {
		free(block);
	} else if (block != NULL && n > MOST) {
		mem_unmap(block, mapped_size(n));
	} else if (block != NULL) {
		pthread_mutex_lock(&p->lock);
		keep(p, block, list_of(block_size(n) / UNIT));
		if (--p->taken == 0)
			give_pieces(p);
		pthread_mutex_unlock(&p->lock);
	}
}
