/*
 * mem.h - memory that is there, or the run ends in order.
 *
 * Nearly every function of the program would have to pass "out of memory" through, and yajl cannot: it never checks
 * malloc. So these functions do not return when memory ends; they call the handler that the program installed once at
 * start-up, before any thread, which says so, removes temporary files and leaves with the status of a limit (4).
 * Without a handler (tests) they abort.
 */
#ifndef DPSLOG_BASE_MEM_H
#define DPSLOG_BASE_MEM_H

#include <stddef.h>

typedef void (*mem_failure_fn)(size_t wanted);

/* Called once, before threads start; the handler must not return. */
void mem_on_failure(mem_failure_fn handler);
/* Calls the handler: for sizes that cannot be (an overflow) and for libraries that answer NULL. */
_Noreturn void mem_fail(size_t wanted);

/*
 * Each returns memory for the caller to free(), never NULL; a size of 0 counts as 1. For 4 MiB and more of mem_alloc, mem_realloc and their arrays
 * the kernel is asked for huge pages: page by page, the first touch of 16 MiB took 60 ms on a virtual machine.
 */
void *mem_alloc(size_t n) __attribute__((malloc, returns_nonnull));
void *mem_zalloc(size_t n) __attribute__((malloc, returns_nonnull));
/*
 * Zeros that were written: for tables that are looked into before anything is put there. Pages that are read first cost two faults each,
 * and with several threads a word to all processors.
 */
void *mem_zeros(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *mem_realloc(void *p, size_t n) __attribute__((returns_nonnull));
/* count * size and count * size + extra with the overflow checked. */
void *mem_array(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *mem_rearray(void *p, size_t count, size_t size) __attribute__((returns_nonnull));
/* count * size bytes at a multiple of `alignment`, a power of two. */
void *mem_aligned(size_t alignment, size_t count, size_t size) __attribute__((malloc, returns_nonnull));
char *mem_strdup(const char *z) __attribute__((malloc, returns_nonnull));
/* A NUL-terminated copy of n bytes. */
char *mem_copyz(const char *p, size_t n) __attribute__((malloc, returns_nonnull));

enum { MEM_HUGE = 2 << 20 };
/*
 * n bytes of zeros, a multiple of MEM_HUGE, at a multiple of it, for the caller to mem_unmap; never NULL. The kernel gives huge pages of them
 * where it can.
 */
void *mem_map_huge(size_t n) __attribute__((malloc, returns_nonnull));
void mem_unmap(void *p, size_t n);

/*
 * Begins a function that only fetches memory into the cache. It is inlined whatever the compiler thinks: to gcc such a function has no
 * effect, and it leaves out the call.
 */
#define MEM_FETCHES static inline __attribute__((always_inline)) void

/*
 * The next capacity of a growing array: at least `need`, at least half as much again as `have`, so that n appends
 * cost O(n) copies and no more than a third is idle.
 */
size_t mem_grow(size_t have, size_t need);

#endif
