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

/* Brackets of one word: bit i is byte i of 64. */
struct simd_brackets {
	uint64_t open;       /* { [ */
	uint64_t close;      /* } ] */
};

/* What is known of the bytes before a word of JSON. */
struct simd_strings {
	uint64_t inside;     /* all ones: they end inside a string */
	uint64_t escaped;    /* 1: a backslash before it escapes its first byte */
};

/* Of text in cells, words of one bit for each byte: */
struct simd_cells {
	uint64_t *ends;      /* delimiters and newlines that are not quoted */
	uint64_t *rows;      /* those of them that are newlines */
	uint64_t *strange;   /* quotes that open no cell, and what stands behind a closing one and is neither of these */
};

/* What is known of the bytes before a word. */
struct simd_quoting {
	uint64_t inside;     /* all ones: they end quoted */
	uint64_t edges;      /* of the word before: delimiters, newlines and quotes; the highest bit counts */
	uint64_t closing;    /* closing quotes; likewise */
};

/* Of several words. */
struct simd_sums {
	size_t newlines;     /* quoted or not */
	bool high;           /* a byte above ASCII is in them */
	bool strange;        /* a strange one is */
};

/* What a text may hold that yajl does not check. */
enum {
	SEEN_HIGH = 1,       /* a byte above ASCII */
	SEEN_CONTROL = 2,    /* \v or \f, which yajl takes for white space */
	SEEN_SURROGATE = 4   /* \ud or \uD: an escape that may be half of a pair */
};

/* Bytes that must stand at a distance from a place of a list; where `ignored` is all ones, any. */
enum { SIMD_PIECE = 32, SIMD_NEAR = 16 };

struct simd_piece {
	_Alignas(SIMD_NEAR) char text[SIMD_PIECE]; /* as memory from malloc lies */
	char ignored[SIMD_PIECE];
	size_t stop;          /* which place */
	ptrdiff_t distance;
};

struct simd {
	const char *name;
	/*
	 * The first of some words of 64 readable bytes in which a bracket stands outside of strings, and these; `words` if there is none. *strings is
	 * what is known before them, and then behind the last one that was looked at.
	 */
	size_t (*brackets)(const char *p, size_t words, struct simd_strings *strings, struct simd_brackets *out);
	/* SEEN_* of n bytes. */
	unsigned (*suspicious)(const char *p, size_t n);
	/* Whether n bytes are ASCII without controls but those that text is made of: tabs, newlines and carriage returns. */
	bool (*plain)(const char *p, size_t n);
	/* How many of n bytes are newlines. */
	size_t (*newlines)(const char *p, size_t n);
	/* Words of 64 readable bytes, as text in cells. *q is what is known before them, and then behind them. */
	struct simd_sums (*cells)(const char *p, size_t words, char delimiter, struct simd_quoting *q, struct simd_cells out);
	/*
	 * In words of 64 readable bytes the places that a plain string cannot pass over (SIMD_STOPS_WORDS at most); how many. `at` has room for
	 * all bytes, and SIMD_STOPS_ROOM more.
	 */
	size_t (*stops)(const char *p, size_t words, uint16_t *at);
	/* Whether all n pieces stand where they must, places counted from `from`; SIMD_PIECE bytes are readable at each. */
	bool (*fits)(const char *from, const uint16_t *at, const struct simd_piece *pieces, size_t n);
	/* The places of the bits from place `from` to before `to`; how many. `out` has room for as many, and SIMD_BITS_ROOM more. */
	size_t (*bits)(const uint64_t *words, size_t from, size_t to, uint32_t *out);
	/*
	 * Copies n bytes, of whose quotes each second one is left out; how many are left. `out` has room for n bytes and SIMD_UNDOUBLE_ROOM
	 * more, which may be written over, too.
	 */
	size_t (*undouble)(const char *p, size_t n, char *out);
};

enum { SIMD_BITS_ROOM = 16, SIMD_UNDOUBLE_ROOM = 64, SIMD_STOPS_WORDS = 1024, SIMD_STOPS_ROOM = 32 };

/* Of SIMD_NEAR readable bytes, inlined, with what every processor of the kind has: */
/* Which of them are the same: bit i is byte i. `b` lies at a multiple of SIMD_NEAR. */
static inline unsigned simd_same_near(const char *a, const char *b);

/* A quote, a backslash, a control or a byte above ASCII: what a plain string cannot pass over. */
static inline bool simd_is_stop(char c)
{
	return c == '"' || c == '\\' || (signed char)c < 0x20;
}

/* Bit i: the exclusive-or of the bits 0 to i. */
static inline uint64_t simd_running_xor(uint64_t x)
{
	for (unsigned shift = 1; shift < 64; shift *= 2)
		x ^= x << shift;
	return x;
}

extern const struct simd simd_portable;
/* All that this processor can run, the best first; NULL-terminated. */
const struct simd *const *simd_all(void);

/* What is to be used. */
static inline const struct simd *simd_best(void)
{
	return simd_all()[0];
}

#if defined(__SSE2__)
#include <emmintrin.h>

static inline unsigned simd_same_near(const char *a, const char *b)
{
	const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)a), y = _mm_load_si128((const __m128i *)(const void *)b);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y));
}
#elif defined(__aarch64__)
#include <arm_neon.h>

static inline unsigned simd_same_near(const char *a, const char *b)
{
	static const uint8_t bits[SIMD_NEAR] = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
	const uint8x16_t same = vandq_u8(vceqq_u8(vld1q_u8((const uint8_t *)a), vld1q_u8((const uint8_t *)b)), vld1q_u8(bits));

	return vaddv_u8(vget_low_u8(same)) | (unsigned)vaddv_u8(vget_high_u8(same)) << 8;
}
#else
static inline unsigned simd_same_near(const char *a, const char *b)
{
	unsigned same = 0;

	for (unsigned i = 0; i < SIMD_NEAR; i++)
		same |= (unsigned)(a[i] == b[i]) << i;
	return same;
}
#endif

#endif
