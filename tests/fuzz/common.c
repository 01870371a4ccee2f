/*
 * common.c - what all fuzz targets need.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

bool fuzz_next_text(struct slice *rest, struct slice *text)
{
	if (rest->p == NULL)
		return false;
	const char *mark = rest->n == 0 ? NULL : memchr(rest->p, FUZZ_NEXT, rest->n);

	*text = *rest;
	if (mark == NULL) {
		*rest = slice_of(NULL, 0);
		return true;
	}
	text->n = (size_t)(mark - rest->p);
	*rest = slice_of(mark + 1, rest->n - text->n - 1);
	return true;
}

_Noreturn void fuzz_failed(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	abort();
}

void fuzz_same(const char *what, struct buf *a, struct buf *b)
{
	if (!slice_eq(buf_view(a), buf_view(b)))
		fuzz_failed("%s\n---- the one\n%s\n---- the other\n%s", what, buf_cstr(a), buf_cstr(b));
}

uint64_t fuzz_state(struct slice bytes)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < bytes.n; i++)
		hash = (hash ^ (unsigned char)bytes.p[i]) * UINT64_C(0x100000001b3);
	return hash | 1;
}
