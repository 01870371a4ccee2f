/*
 * buf.h - a byte string that grows.
 *
 * Invariants: p[0..n) is what was written, cap >= n, p may be NULL while cap is 0. It is not NUL-terminated; buf_cstr adds
 * one behind the end. The owner calls buf_free.
 */
#ifndef DPSLOG_BASE_BUF_H
#define DPSLOG_BASE_BUF_H

#include "base/slice.h"

struct buf {
	char *p;
	size_t n;
	size_t cap;
};

#define BUF_INIT ((struct buf){ 0 })

/* The rest of buf_reserve: there is no room yet. */
char *buf_grow(struct buf *b, size_t n);

/* Room for n more bytes; returns where they go (buf->n is not moved). */
static inline char *buf_reserve(struct buf *b, size_t n)
{
	return n <= b->cap - b->n && b->p != NULL ? b->p + b->n : buf_grow(b, n);
}

static inline void buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	memcpy(buf_reserve(b, n), p, n);
	b->n += n;
}

static inline void buf_slice(struct buf *b, struct slice s)
{
	buf_add(b, s.p, s.n);
}

void buf_str(struct buf *b, const char *z);
void buf_byte(struct buf *b, char c);
void buf_u64(struct buf *b, uint64_t n);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds a NUL behind the end (not counted in n); valid until the next change. */
const char *buf_cstr(struct buf *b);
void buf_free(struct buf *b);

static inline struct slice buf_view(const struct buf *b)
{
	return slice_of(b->p, b->n);
}

#endif
