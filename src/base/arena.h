/*
 * arena.h - memory that is given back all at once.
 *
 * For what lives exactly as long as something else: the text of a tally, the scratch of one record. Chunks grow from
 * 4 KiB to 1 MiB; nothing moves, so pointers stay valid until arena_reset or arena_free. Not for several threads.
 */
#ifndef DPSLOG_BASE_ARENA_H
#define DPSLOG_BASE_ARENA_H

#include "base/slice.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk; /* the newest, to which the two below belong */
	char *at;
	char *end;
	size_t size;               /* bytes taken from the system, for the memory budget */
};

#define ARENA_INIT ((struct arena){ 0 })

/* Uninitialised memory, aligned for any type. Never NULL (mem.h). */
void *arena_alloc(struct arena *a, size_t n);
/* The same without alignment, for text. */
char *arena_bytes(struct arena *a, size_t n);
/* A copy of s that lives in the arena. */
struct slice arena_copy(struct arena *a, struct slice s);
/* Whether the n bytes at p were handed out, as far as the newest chunk tells: true means that they can be read. */
bool arena_holds(const struct arena *a, const char *p, size_t n);
/* Forgets everything but keeps the newest chunk, so that a scratch arena settles at what one record needs. */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);

#endif
