/*
 * mem.c - allocation that either succeeds or ends the run through one handler (mem.h says why).
 *
 * The handler is the one piece of state that outlives start-up; it is written once, before threads, and only read after.
 */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static mem_failure_fn on_failure;

void mem_on_failure(mem_failure_fn handler)
{
	on_failure = handler;
}

void mem_fail(size_t wanted)
{
	if (on_failure != NULL)
		on_failure(wanted);
	abort();
}

void *mem_alloc(size_t n)
{
	void *p = malloc(n == 0 ? 1 : n);

	if (p == NULL)
		mem_fail(n);
	return p;
}

void *mem_zalloc(size_t n)
{
	void *p = calloc(1, n == 0 ? 1 : n);

	if (p == NULL)
		mem_fail(n);
	return p;
}

void *mem_realloc(void *old, size_t n)
{
	void *p = realloc(old, n == 0 ? 1 : n);

	if (p == NULL)
		mem_fail(n);
	return p;
}

static size_t product(size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		mem_fail(SIZE_MAX);
	return n;
}

void *mem_array(size_t count, size_t size)
{
	return mem_alloc(product(count, size));
}

void *mem_rearray(void *old, size_t count, size_t size)
{
	return mem_realloc(old, product(count, size));
}

void *mem_aligned(size_t alignment, size_t count, size_t size)
{
	const size_t n = product(count, size);
	void *p = NULL;

	if (posix_memalign(&p, alignment, n == 0 ? 1 : n) != 0)
		mem_fail(n);
	return p;
}

void *mem_zeros(size_t count, size_t size)
{
	void *p = mem_array(count, size);

	/* a compiler that sees both makes calloc of them */
	__asm__ volatile("" : "+r"(p));
	memset(p, 0, count * size);
	return p;
}

char *mem_strdup(const char *z)
{
	return mem_copyz(z, strlen(z));
}

char *mem_copyz(const char *p, size_t n)
{
	char *z = mem_alloc(n + 1);

	if (n > 0)
		memcpy(z, p, n);
	z[n] = '\0';
	return z;
}

size_t mem_grow(size_t have, size_t need)
{
	size_t next = have + have / 2;

	if (next < have)
		mem_fail(SIZE_MAX);
	if (next < 16)
		next = 16;
	return next < need ? need : next;
}
