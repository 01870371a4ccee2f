/*
 * simd.h - the one place that knows vector instructions.
 *
 * A table of functions for each instruction set, chosen once at run time; the portable twin says what each means, and the
 * tests hold the others against it.
 */
#ifndef DPSLOG_JSON_SIMD_H
#define DPSLOG_JSON_SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bit i is byte i of 64. */
struct simd_masks {
	uint64_t quote;      /* " */
	uint64_t backslash;
	uint64_t open;       /* { [ */
	uint64_t close;      /* } ] */
};

/* The same of text in cells. */
struct simd_cells {
	uint64_t quote;      /* " */
	uint64_t parity;     /* the quotes up to there, its own included, are odd */
	uint64_t delimiter;
	uint64_t newline;
};

/* Of several words. */
struct simd_sums {
	size_t newlines;
	bool high;           /* a byte above ASCII is in them */
};

/* What a text may hold that yajl does not check. */
enum {
	SEEN_HIGH = 1,       /* a byte above ASCII */
	SEEN_CONTROL = 2,    /* \v or \f, which yajl takes for white space */
	SEEN_SURROGATE = 4   /* \ud or \uD: an escape that may be half of a pair */
};

struct simd {
	const char *name;
	/* Exactly 64 readable bytes. */
	void (*classify)(const char *p, struct simd_masks *out);
	/* The first of n bytes that a plain string cannot pass over: a quote, a backslash, a control, or above ASCII; n: none. */
	size_t (*string_stop)(const char *p, size_t n);
	/* SEEN_* of n bytes. */
	unsigned (*suspicious)(const char *p, size_t n);
	/* How many of n bytes are newlines. */
	size_t (*newlines)(const char *p, size_t n);
	/* Words of 64 readable bytes, as text in cells. */
	struct simd_sums (*cells)(const char *p, size_t words, char delimiter, struct simd_cells *out);
	/* The places of the bits from place `from` to before `to`; how many. `out` has room for as many, and SIMD_BITS_ROOM more. */
	size_t (*bits)(const uint64_t *words, size_t from, size_t to, uint32_t *out);
};

enum { SIMD_BITS_ROOM = 8 };

/* Of SIMD_NEAR readable bytes, inlined, with what every processor of the kind has: */
enum { SIMD_NEAR = 16 };
/* string_stop at p: most strings end there. SIMD_NEAR: none. */
static inline unsigned simd_string_stop_near(const char *p);
/* Which of them are the same: bit i is byte i. */
static inline unsigned simd_same_near(const char *a, const char *b);

/* Bit i: the exclusive-or of the bits 0 to i. */
static inline uint64_t simd_running_xor(uint64_t x)
{
	for (unsigned shift = 1; shift < 64; shift *= 2)
		x ^= x << shift;
	return x;
}

extern const struct simd simd_portable;
/* The best of what this processor has. */
const struct simd *simd_best(void);
/* All that this processor can run, for the tests; NULL-terminated. */
const struct simd *const *simd_all(void);

#if defined(__SSE2__)
#include <emmintrin.h>

static inline unsigned simd_string_stop_near(const char *p)
{
	const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	/* as signed numbers controls and bytes above ASCII are both less than a blank */
	const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))),
	                                 _mm_cmplt_epi8(v, _mm_set1_epi8(0x20)));

	return (unsigned)__builtin_ctz((unsigned)_mm_movemask_epi8(hit) | 1U << SIMD_NEAR);
}

static inline unsigned simd_same_near(const char *a, const char *b)
{
	const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)a), y = _mm_loadu_si128((const __m128i *)(const void *)b);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y));
}
#else
static inline unsigned simd_string_stop_near(const char *p)
{
	unsigned i = 0;

	while (i < SIMD_NEAR && p[i] != '"' && p[i] != '\\' && (signed char)p[i] >= 0x20)
		i++;
	return i;
}

static inline unsigned simd_same_near(const char *a, const char *b)
{
	unsigned same = 0;

	for (unsigned i = 0; i < SIMD_NEAR; i++)
		same |= (unsigned)(a[i] == b[i]) << i;
	return same;
}
#endif

#endif
