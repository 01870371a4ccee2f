/*
 * arena.c - chunks in a list, filled from the front.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/mem.h"

enum { CHUNK_FIRST = 4096, CHUNK_MOST = 1 << 20, ALIGN = alignof(max_align_t) };

struct arena_chunk {
	struct arena_chunk *older;
	size_t size; /* of the whole chunk, this header included */
	alignas(max_align_t) char bytes[];
};

static void add_chunk(struct arena *a, size_t need)
{
	size_t size = a->chunk == NULL ? (size_t)CHUNK_FIRST : a->chunk->size * 2;

	if (size > CHUNK_MOST)
		size = CHUNK_MOST;
	if (need > size - sizeof(struct arena_chunk)) {
		if (__builtin_add_overflow(need, sizeof(struct arena_chunk) + ALIGN, &size))
			mem_fail(need);
	}
	struct arena_chunk *chunk = mem_alloc(size);

	chunk->older = a->chunk;
	chunk->size = size;
	a->chunk = chunk;
	a->at = chunk->bytes;
	a->end = (char *)chunk + size;
	a->size += size;
}

char *arena_bytes(struct arena *a, size_t n)
{
	if (n > (size_t)(a->end - a->at) || a->chunk == NULL)
		add_chunk(a, n);
	char *p = a->at;

	a->at += n;
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	const size_t off = (size_t)(-(intptr_t)a->at & (ALIGN - 1));

	if (a->chunk == NULL || off + n < n || off + n > (size_t)(a->end - a->at)) {
		add_chunk(a, n);
		return arena_bytes(a, n);
	}
	a->at += off;
	return arena_bytes(a, n);
}

struct slice arena_copy(struct arena *a, struct slice s)
{
	char *p = arena_bytes(a, s.n);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return slice_of(p, s.n);
}

bool arena_holds(const struct arena *a, const char *p, size_t n)
{
	if (a->chunk == NULL)
		return false;
	/* as numbers: p may be of any other object */
	const uintptr_t from = (uintptr_t)a->chunk->bytes, at = (uintptr_t)p, to = (uintptr_t)a->at;

	return at >= from && at <= to && n <= to - at;
}

static void free_chunks(struct arena_chunk *chunk)
{
	while (chunk != NULL) {
		struct arena_chunk *older = chunk->older;

		free(chunk);
		chunk = older;
	}
}

void arena_reset(struct arena *a)
{
	if (a->chunk == NULL)
		return;
	free_chunks(a->chunk->older);
	a->chunk->older = NULL;
	a->size = a->chunk->size;
	a->at = a->chunk->bytes;
}

void arena_free(struct arena *a)
{
	free_chunks(a->chunk);
	*a = ARENA_INIT;
}
