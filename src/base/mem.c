/*
 * mem.c - allocation that either succeeds or ends the run through one handler (mem.h says why).
 *
 * The handler is the one piece of state that outlives start-up; it is written once, before threads, and only read after.
 */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* From MEM_LARGE bytes on there is a whole huge page in a block, wherever it lies. */
enum { MEM_SMALL = 4096, MEM_LARGE = 2 * MEM_HUGE };

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

/*
 * All small pages that it touches, so that a mapping that malloc made for it stays one: it could not be made longer otherwise. Where huge
 * pages are refused they are small: no matter.
 */
static void advise_huge(char *p, size_t n)
{
	const size_t before = (uintptr_t)p % MEM_SMALL;

	(void)madvise(p - before, (n + before + MEM_SMALL - 1) / MEM_SMALL * MEM_SMALL, MADV_HUGEPAGE);
}

void *mem_alloc(size_t n)
{
	void *p = malloc(n == 0 ? 1 : n);

	if (p == NULL)
		mem_fail(n);
	if (n >= MEM_LARGE)
		advise_huge(p, n);
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
	if (n >= MEM_LARGE)
		advise_huge(p, n);
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

/* Where the kernel puts a mapping is up to it: one that is larger holds one in the right place, and the ends go back. */
void *mem_map_huge(size_t n)
{
	if (n > SIZE_MAX - MEM_HUGE)
		mem_fail(n);
	char *const all = mmap(NULL, n + MEM_HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (all == MAP_FAILED)
		mem_fail(n);
	const size_t before = -(uintptr_t)all % MEM_HUGE;

	if (before > 0)
		mem_unmap(all, before);
	mem_unmap(all + before + n, MEM_HUGE - before);
	advise_huge(all + before, n);
	return all + before;
}

void mem_unmap(void *p, size_t n)
{
	munmap(p, n);
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
