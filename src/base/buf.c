/*
 * buf.c - a byte string that grows.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

char *buf_grow(struct buf *b, size_t n)
{
	size_t need;

	if (__builtin_add_overflow(b->n, n, &need))
		mem_fail(n);
	if (need > b->cap) {
		b->cap = mem_grow(b->cap, need);
		b->p = mem_realloc(b->p, b->cap);
	}
	return b->p + b->n;
}

void buf_str(struct buf *b, const char *z)
{
	buf_add(b, z, strlen(z));
}

void buf_byte(struct buf *b, char c)
{
	*buf_reserve(b, 1) = c;
	b->n++;
}

void buf_u64(struct buf *b, uint64_t n)
{
	char digits[20];
	size_t i = sizeof digits;

	do {
		digits[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	buf_add(b, digits + i, sizeof digits - i);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	const int n = vsnprintf(NULL, 0, format, args);

	va_end(args);
	if (n > 0) {
		vsnprintf(buf_reserve(b, (size_t)n + 1), (size_t)n + 1, format, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

const char *buf_cstr(struct buf *b)
{
	*buf_reserve(b, 1) = '\0';
	return b->p;
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = BUF_INIT;
}
