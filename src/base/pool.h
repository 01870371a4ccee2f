/*
 * pool.h - memory for large tables, which the kernel gives in huge pages.
 *
 * A table with a part for each of many devices touches all of its memory once: with small pages that costs a fault for every 4 KiB,
 * which took a sixth of the time of a run with 100,000 devices, and nearly half with a million. So the parts of all tables are cut from common
 * pieces of the size of a huge page: on one of their own most would be idle. What is given back is there for the next who takes, in
 * any table, and goes back to the kernel when nothing is taken any more.
 */
#ifndef DPSLOG_BASE_POOL_H
#define DPSLOG_BASE_POOL_H

#include <stddef.h>

struct pool;

/* The caller frees it, after all that was taken was given back. */
struct pool *pool_new(void);
void pool_free(struct pool *p);

/*
 * n bytes, at least 1, at a multiple of 64, uninitialised; for the caller to give back with the same n. Any thread may take and give. From a pool
 * that is NULL, and for few bytes, they are malloc's.
 */
void *pool_take(struct pool *p, size_t n) __attribute__((returns_nonnull));
/* The same, as zeros that were written (mem_zeros in mem.h says why). */
void *pool_zeros(struct pool *p, size_t n) __attribute__((returns_nonnull));
/* `block`: NULL does nothing. */
void pool_give(struct pool *p, void *block, size_t n);

#endif
