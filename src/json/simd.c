/*
 * simd.c - finding the bytes that give JSON its structure, 64 at a time.
 *
 * `{` and `[` differ only in the bit 0x20, as do `}` and `]`, so one comparison of (byte | 0x20) finds both.
 */
#include "json/simd.h"

#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#define VECTORISED __attribute__((optimize("O3")))
#else
#define VECTORISED
#endif

/* One pass without branches, that the compiler turns into the vector code of the function it is inlined into. */
static inline __attribute__((always_inline)) unsigned suspicious_bytes(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	const size_t last = n < 2 ? 0 : n - 2;
	unsigned char high = 0, control = 0, surrogate = 0;

	for (size_t i = 0; i < last; i++) {
		high |= p[i];
		control |= (unsigned char)((p[i] == 0x0b) | (p[i] == 0x0c));
		surrogate |= (unsigned char)((p[i] == '\\') & (p[i + 1] == 'u') & ((p[i + 2] | 0x20) == 'd'));
	}
	for (size_t i = last; i < n; i++) {
		high |= p[i];
		control |= (unsigned char)((p[i] == 0x0b) | (p[i] == 0x0c));
	}
	return (high & 0x80 ? SEEN_HIGH : 0U) | (control ? SEEN_CONTROL : 0U) | (surrogate ? SEEN_SURROGATE : 0U);
}

VECTORISED static unsigned portable_suspicious(const char *p, size_t n)
{
	return suspicious_bytes(p, n);
}

static inline __attribute__((always_inline)) bool plain_bytes(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned char odd = 0;

	for (size_t i = 0; i < n; i++)
		odd |= (unsigned char)(p[i] >> 7) | (unsigned char)((p[i] < 0x20) & (p[i] != '\n') & (p[i] != '\r') & (p[i] != '\t'));
	return odd == 0;
}

VECTORISED static bool portable_plain(const char *p, size_t n)
{
	return plain_bytes(p, n);
}

/* Counted in bytes that cannot overflow, so that a vector counts as many at once as it holds. */
static inline __attribute__((always_inline)) size_t newline_bytes(const char *p, size_t n)
{
	size_t total = 0;

	for (size_t at = 0; at < n;) {
		const size_t to = n - at < 192 ? n : at + 192;
		unsigned char some = 0;

		for (; at < to; at++)
			some = (unsigned char)(some + (p[at] == '\n'));
		total += some;
	}
	return total;
}

VECTORISED static size_t portable_newlines(const char *p, size_t n)
{
	return newline_bytes(p, n);
}

/* What the brackets of a word are found by: bit i is byte i. */
struct json_marks {
	uint64_t quote, backslash, open, close;
};

/* Bits of the characters that a backslash before them escapes. */
static inline uint64_t escaped_bits(uint64_t backslash, uint64_t *carry)
{
	const uint64_t even = UINT64_C(0x5555555555555555);

	if (backslash == 0) {
		const uint64_t first = *carry;

		*carry = 0;
		return first;
	}
	backslash &= ~*carry;
	const uint64_t follows = backslash << 1 | *carry;
	/* Sequences that begin at odd places: adding their start carries through the run and flips the parity behind it. */
	const uint64_t odd_starts = backslash & ~even & ~follows;
	uint64_t even_sequences;

	*carry = __builtin_add_overflow(odd_starts, backslash, &even_sequences);
	return (even ^ (even_sequences << 1)) & follows;
}

/* `in_string`: of the bytes of the word, as if none were before it. Whether there is a bracket outside. */
static inline bool put_brackets(const struct json_marks *m, uint64_t in_string, struct simd_strings *strings, struct simd_brackets *out)
{
	in_string ^= strings->inside;
	strings->inside = (uint64_t)((int64_t)in_string >> 63);
	if (((m->open | m->close) & ~in_string) == 0)
		return false;
	*out = (struct simd_brackets){ m->open & ~in_string, m->close & ~in_string };
	return true;
}

static size_t portable_brackets(const char *p, size_t words, struct simd_strings *strings, struct simd_brackets *out)
{
	for (size_t w = 0; w < words; w++) {
		struct json_marks m = { 0 };

		for (unsigned i = 0; i < 64; i++) {
			const uint64_t bit = UINT64_C(1) << i;
			const char c = p[64 * w + i];

			if (c == '"')
				m.quote |= bit;
			else if (c == '\\')
				m.backslash |= bit;
			else if (((unsigned char)c | 0x20) == '{')
				m.open |= bit;
			else if (((unsigned char)c | 0x20) == '}')
				m.close |= bit;
		}
		m.quote &= ~escaped_bits(m.backslash, &strings->escaped);
		if (put_brackets(&m, simd_running_xor(m.quote), strings, out))
			return w;
	}
	return words;
}

static size_t portable_stops(const char *p, size_t words, uint16_t *at)
{
	size_t n = 0;

	for (size_t i = 0; i < 64 * words; i++) {
		at[n] = (uint16_t)i;
		n += simd_is_stop(p[i]);
	}
	return n;
}

static bool portable_fits(const char *from, const uint16_t *at, const struct simd_piece *pieces, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *const p = from + at[pieces[i].stop] + pieces[i].distance;

		for (size_t k = 0; k < SIMD_PIECE; k++)
			if (p[k] != pieces[i].text[k] && pieces[i].ignored[k] == 0)
				return false;
	}
	return true;
}

/* What stands in a word of text in cells. */
struct marks {
	uint64_t quote, delimiter, newline;
};

/* Puts the i-th word; `parity`: the quotes up to each byte, its own included, are odd. What is strange. */
static inline __attribute__((always_inline)) uint64_t put_cells(const struct marks *m, uint64_t parity, struct simd_quoting *q,
                                                                const struct simd_cells *out, size_t i)
{
	const uint64_t inside = parity ^ q->inside, ends = m->delimiter | m->newline, edges = m->quote | ends;
	const uint64_t opening = m->quote & inside, closing = m->quote & ~inside;
	/* an opening quote behind a quote is the second of two: the cell goes on */
	const uint64_t strange = (opening & ~(edges << 1 | q->edges >> 63)) | ((closing << 1 | q->closing >> 63) & ~edges);

	out->ends[i] = ends & ~inside;
	out->rows[i] = m->newline & ~inside;
	out->strange[i] = strange;
	*q = (struct simd_quoting){ (uint64_t)((int64_t)inside >> 63), edges, closing };
	return strange;
}

static struct simd_sums portable_cells(const char *p, size_t words, char delimiter, struct simd_quoting *q, struct simd_cells out)
{
	unsigned char any = 0;
	uint64_t strange = 0;

	for (size_t w = 0; w < words; w++) {
		struct marks found = { 0 };

		for (unsigned i = 0; i < 64; i++) {
			const char c = p[64 * w + i];

			found.quote |= (uint64_t)(c == '"') << i;
			found.delimiter |= (uint64_t)(c == delimiter) << i;
			found.newline |= (uint64_t)(c == '\n') << i;
			any |= (unsigned char)c;
		}
		strange |= put_cells(&found, simd_running_xor(found.quote), q, &out, w);
	}
	return (struct simd_sums){ portable_newlines(p, 64 * words), any >= 0x80, strange != 0 };
}

/* The words from `i` to the last, without the bits that are not asked for. */
struct bits {
	const uint64_t *words;
	size_t i, last;
	uint64_t word, last_mask;
};

static inline __attribute__((always_inline)) struct bits bits_begin(const uint64_t *words, size_t from, size_t to)
{
	struct bits b = { words, from / 64, (to - 1) / 64, 0, UINT64_MAX >> (63 - (to - 1) % 64) };

	b.word = words[b.i] & UINT64_MAX << from % 64 & (b.i == b.last ? b.last_mask : UINT64_MAX);
	return b;
}

static inline __attribute__((always_inline)) bool bits_next(struct bits *b)
{
	if (b->i == b->last)
		return false;
	b->word = b->words[++b->i];
	if (b->i == b->last)
		b->word &= b->last_mask;
	return true;
}

static size_t portable_bits(const uint64_t *words, size_t from, size_t to, uint32_t *out)
{
	struct bits b = bits_begin(words, from, to);
	size_t n = 0;

	do
		for (; b.word != 0; b.word &= b.word - 1)
			out[n++] = (uint32_t)(64 * b.i + (unsigned)__builtin_ctzll(b.word));
	while (bits_next(&b));
	return n;
}

static size_t portable_undouble(const char *p, size_t n, char *out)
{
	size_t k = 0;
	bool second = false;

	for (size_t i = 0; i < n; i++) {
		const bool quote = p[i] == '"';

		out[k] = p[i];
		k += !(quote & second);
		second ^= quote;
	}
	return k;
}

const struct simd simd_portable = { "portable", portable_brackets, portable_suspicious, portable_plain,
	portable_newlines, portable_cells, portable_stops, portable_fits, portable_bits, portable_undouble };

#if defined(__x86_64__) || defined(__aarch64__)
/* The places of the bits of one word; behind the last. */
static inline uint16_t *put_places(uint64_t word, size_t base, uint16_t *at)
{
	for (; word != 0; word &= word - 1)
		*at++ = (uint16_t)(base + (unsigned)__builtin_ctzll(word));
	return at;
}

#endif

#if defined(__x86_64__)
#include <immintrin.h>

static size_t sse2_brackets(const char *p, size_t words, struct simd_strings *strings, struct simd_brackets *out)
{
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
	const __m128i bit = _mm_set1_epi8(0x20), open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}');

	for (size_t w = 0; w < words; w++) {
		struct json_marks m = { 0 };

		for (unsigned i = 0; i < 64; i += 16) {
			const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 64 * w + i));
			const __m128i low = _mm_or_si128(v, bit);

			m.quote |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, quote)) << i;
			m.backslash |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, backslash)) << i;
			m.open |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(low, open)) << i;
			m.close |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(low, close)) << i;
		}
		m.quote &= ~escaped_bits(m.backslash, &strings->escaped);
		if (put_brackets(&m, simd_running_xor(m.quote), strings, out))
			return w;
	}
	return words;
}

static struct simd_sums sse2_cells(const char *p, size_t words, char delimiter, struct simd_quoting *quoting, struct simd_cells out)
{
	const __m128i quote = _mm_set1_epi8('"'), between = _mm_set1_epi8(delimiter), newline = _mm_set1_epi8('\n');
	__m128i any = _mm_setzero_si128();
	uint64_t strange = 0;

	for (size_t w = 0; w < words; w++) {
		struct marks found = { 0 };

		for (unsigned i = 0; i < 64; i += 16) {
			const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 64 * w + i));

			found.quote |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, quote)) << i;
			found.delimiter |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, between)) << i;
			found.newline |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, newline)) << i;
			any = _mm_or_si128(any, v);
		}
		strange |= put_cells(&found, simd_running_xor(found.quote), quoting, &out, w);
	}
	return (struct simd_sums){ portable_newlines(p, 64 * words), _mm_movemask_epi8(any) != 0, strange != 0 };
}

/* As signed numbers controls and bytes above ASCII are both less than a blank. */
static inline unsigned sse2_stop_mask(const char *p)
{
	const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
		_mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))), _mm_cmplt_epi8(v, _mm_set1_epi8(0x20))));
}

static bool sse2_fits(const char *from, const uint16_t *at, const struct simd_piece *pieces, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const __m128i *const p = (const __m128i *)(const void *)(from + at[pieces[i].stop] + pieces[i].distance);
		const __m128i *const text = (const __m128i *)(const void *)pieces[i].text, *const ignored = (const __m128i *)(const void *)pieces[i].ignored;
		const __m128i first = _mm_or_si128(_mm_cmpeq_epi8(_mm_loadu_si128(p), text[0]), ignored[0]);
		const __m128i second = _mm_or_si128(_mm_cmpeq_epi8(_mm_loadu_si128(p + 1), text[1]), ignored[1]);

		if (_mm_movemask_epi8(_mm_and_si128(first, second)) != 0xffff)
			return false;
	}
	return true;
}

static size_t sse2_stops(const char *p, size_t words, uint16_t *at)
{
	uint16_t *next = at;

	for (size_t w = 0; w < words; w++, p += 64) {
		uint64_t word = 0;

		for (unsigned i = 0; i < 64; i += 16)
			word |= (uint64_t)sse2_stop_mask(p + i) << i;
		next = put_places(word, 64 * w, next);
	}
	return (size_t)(next - at);
}

__attribute__((target("avx2"))) static inline unsigned avx2_stop_mask(const char *p)
{
	const __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);

	return (unsigned)_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('"')),
		_mm256_cmpeq_epi8(v, _mm256_set1_epi8('\\'))), _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), v)));
}

/* put_places, four and four whether there are as many or not: a branch for each would be guessed wrong once in a word. */
__attribute__((target("bmi,popcnt"))) static inline uint16_t *put_bmi_places(uint64_t word, size_t base, uint16_t *at)
{
	uint16_t *const behind = at + __builtin_popcountll(word);

	for (; at < behind; at += 4) {
		at[0] = (uint16_t)(base + _tzcnt_u64(word));
		word = _blsr_u64(word);
		at[1] = (uint16_t)(base + _tzcnt_u64(word));
		word = _blsr_u64(word);
		at[2] = (uint16_t)(base + _tzcnt_u64(word));
		word = _blsr_u64(word);
		at[3] = (uint16_t)(base + _tzcnt_u64(word));
		word = _blsr_u64(word);
	}
	return behind;
}

/* Several at a time: one by one there would be as many branches as there are comparisons. */
__attribute__((target("avx2"))) static bool avx2_fits(const char *from, const uint16_t *at, const struct simd_piece *pieces, size_t n)
{
	for (size_t i = 0; i < n;) {
		const size_t to = n - i < 8 ? n : i + 8;
		__m256i good = _mm256_set1_epi8(-1);

		for (; i < to; i++) {
			const __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(from + at[pieces[i].stop] + pieces[i].distance));
			const __m256i text = _mm256_loadu_si256((const __m256i *)(const void *)pieces[i].text);
			const __m256i ignored = _mm256_loadu_si256((const __m256i *)(const void *)pieces[i].ignored);

			good = _mm256_and_si256(good, _mm256_or_si256(_mm256_cmpeq_epi8(v, text), ignored));
		}
		if (_mm256_movemask_epi8(good) != -1)
			return false;
	}
	return true;
}

__attribute__((target("avx2,bmi,popcnt"))) static size_t avx2_stops(const char *p, size_t words, uint16_t *at)
{
	uint16_t *next = at;

	for (size_t w = 0; w < words; w++, p += 64)
		next = put_bmi_places(avx2_stop_mask(p) | (uint64_t)avx2_stop_mask(p + 32) << 32, 64 * w, next);
	return (size_t)(next - at);
}

/* simd_running_xor as one product without carries. */
__attribute__((target("pclmul"))) static inline uint64_t carryless_xor(uint64_t x)
{
	const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((int64_t)x), _mm_set1_epi8(-1), 0);

	return (uint64_t)_mm_cvtsi128_si64(product);
}

/* Which of 64 bytes are the same as those of c. */
__attribute__((target("avx2"))) static inline uint64_t avx2_same(__m256i low, __m256i high, __m256i c)
{
	return (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, c)) |
	       (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, c)) << 32;
}

__attribute__((target("avx2,pclmul,bmi"))) static size_t avx2_brackets(const char *p, size_t words, struct simd_strings *strings, struct simd_brackets *out)
{
	const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\');
	const __m256i bit = _mm256_set1_epi8(0x20), open = _mm256_set1_epi8('{'), close = _mm256_set1_epi8('}');
	struct simd_strings s = *strings;
	size_t w = 0;

	for (; w < words; w++) {
		const __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)(p + 64 * w));
		const __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(p + 64 * w + 32));
		const __m256i low_a = _mm256_or_si256(a, bit), low_b = _mm256_or_si256(b, bit);
		struct json_marks m = { avx2_same(a, b, quote), avx2_same(a, b, backslash), avx2_same(low_a, low_b, open), avx2_same(low_a, low_b, close) };

		m.quote &= ~escaped_bits(m.backslash, &s.escaped);
		if (put_brackets(&m, carryless_xor(m.quote), &s, out))
			break;
	}
	*strings = s;
	return w;
}

__attribute__((target("avx2,pclmul,bmi,popcnt"))) static struct simd_sums avx2_cells(const char *p, size_t words, char delimiter, struct simd_quoting *quoting, struct simd_cells out)
{
	const __m256i quote = _mm256_set1_epi8('"'), between = _mm256_set1_epi8(delimiter), newline = _mm256_set1_epi8('\n');
	struct simd_quoting q = *quoting;
	__m256i any = _mm256_setzero_si256();
	uint64_t strange = 0;
	size_t newlines = 0;

	for (size_t w = 0; w < words; w++) {
		const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)(p + 64 * w));
		const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(p + 64 * w + 32));
		const struct marks found = { avx2_same(low, high, quote), avx2_same(low, high, between), avx2_same(low, high, newline) };

		any = _mm256_or_si256(any, _mm256_or_si256(low, high));
		newlines += (size_t)__builtin_popcountll(found.newline);
		strange |= put_cells(&found, carryless_xor(found.quote), &q, &out, w);
	}
	*quoting = q;
	return (struct simd_sums){ newlines, _mm256_movemask_epi8(any) != 0, strange != 0 };
}

/*
 * Four and four places at once, whether there are as many or not: a branch for each would be guessed wrong once in a word. What is
 * written too much is written over, or lies in the room behind.
 */
__attribute__((target("bmi,popcnt"))) static inline uint32_t *put_bmi_bits(uint64_t word, size_t i, uint32_t *out)
{
	const uint32_t base = (uint32_t)(64 * i);
	uint32_t *const behind = out + __builtin_popcountll(word);

	for (; out < behind; out += 4) {
		out[0] = base + (uint32_t)_tzcnt_u64(word);
		word = _blsr_u64(word);
		out[1] = base + (uint32_t)_tzcnt_u64(word);
		word = _blsr_u64(word);
		out[2] = base + (uint32_t)_tzcnt_u64(word);
		word = _blsr_u64(word);
		out[3] = base + (uint32_t)_tzcnt_u64(word);
		word = _blsr_u64(word);
	}
	return behind;
}

__attribute__((target("bmi,popcnt"))) static size_t bmi_bits(const uint64_t *words, size_t from, size_t to, uint32_t *out)
{
	struct bits b = bits_begin(words, from, to);
	uint32_t *next = out;

	for (; b.i < b.last; b.word = words[++b.i])
		next = put_bmi_bits(b.word, b.i, next);
	return (size_t)(put_bmi_bits(b.word & b.last_mask, b.i, next) - out);
}

/* The numbers of the bits that are set in a byte, one a byte, the lowest first; the rest is zeros. */
#define BIT_NUMBER(byte, i, behind) ((behind) << (((byte) >> (i) & 1) * 8) | (uint64_t)(((byte) >> (i) & 1) * (i)))
#define BIT_NUMBERS_HIGH(byte) BIT_NUMBER(byte, 4, BIT_NUMBER(byte, 5, BIT_NUMBER(byte, 6, BIT_NUMBER(byte, 7, UINT64_C(0)))))
#define BIT_NUMBERS(byte) BIT_NUMBER(byte, 0, BIT_NUMBER(byte, 1, BIT_NUMBER(byte, 2, BIT_NUMBER(byte, 3, BIT_NUMBERS_HIGH(byte)))))
#define BIT_NUMBERS_4(byte) BIT_NUMBERS(byte), BIT_NUMBERS(byte + 1), BIT_NUMBERS(byte + 2), BIT_NUMBERS(byte + 3)
#define BIT_NUMBERS_16(byte) BIT_NUMBERS_4(byte), BIT_NUMBERS_4(byte + 4), BIT_NUMBERS_4(byte + 8), BIT_NUMBERS_4(byte + 12)
#define BIT_NUMBERS_64(byte) BIT_NUMBERS_16(byte), BIT_NUMBERS_16(byte + 16), BIT_NUMBERS_16(byte + 32), BIT_NUMBERS_16(byte + 48)

/* Of the first n of 64 bytes, by eight; *odd: all ones if the quotes before them are. Behind what was written. */
__attribute__((target("avx2,pclmul,popcnt"))) static inline char *avx2_undouble_word(const char *p, size_t n, uint64_t *odd, char *out)
{
	static const uint64_t numbers[256] = { BIT_NUMBERS_64(0), BIT_NUMBERS_64(64), BIT_NUMBERS_64(128), BIT_NUMBERS_64(192) };
	const uint64_t quotes = avx2_same(_mm256_loadu_si256((const __m256i *)(const void *)p),
		_mm256_loadu_si256((const __m256i *)(const void *)(p + 32)), _mm256_set1_epi8('"'));
	const uint64_t parity = carryless_xor(quotes) ^ *odd;
	uint64_t stay = ~(quotes & ~parity);

	for (size_t i = 0; i < n; i += 8, stay >>= 8) {
		const uint64_t some = stay & 0xff;
		const __m128i v = _mm_loadl_epi64((const __m128i *)(const void *)(p + i));

		_mm_storel_epi64((__m128i *)(void *)out, _mm_shuffle_epi8(v, _mm_loadl_epi64((const __m128i *)(const void *)&numbers[some])));
		out += __builtin_popcountll(some);
	}
	*odd = (uint64_t)((int64_t)parity >> 63);
	return out;
}

__attribute__((target("avx2,pclmul,popcnt"))) static size_t avx2_undouble(const char *p, size_t n, char *out)
{
	char last[64] = { 0 }, *next = out;
	uint64_t odd = 0;

	for (; n >= 64; p += 64, n -= 64)
		next = avx2_undouble_word(p, 64, &odd, next);
	memcpy(last, p, n);
	return (size_t)(avx2_undouble_word(last, n, &odd, next) - out) - (-n & 7);
}

/* Texts are short: the last bytes are looked at twice rather than one by one. */
__attribute__((target("avx2"))) static unsigned avx2_suspicious(const char *p, size_t n)
{
	enum { BEHIND = 2, STEP = 32 + BEHIND }; /* bytes, and those of an escape that may begin in them */
	const __m256i backslash = _mm256_set1_epi8('\\'), u = _mm256_set1_epi8('u'), d = _mm256_set1_epi8('d');
	const __m256i bit = _mm256_set1_epi8(0x20), vt = _mm256_set1_epi8(0x0b), ff = _mm256_set1_epi8(0x0c);
	__m256i high = _mm256_setzero_si256(), control = high, surrogate = high;

	if (n < STEP)
		return suspicious_bytes(p, n);
	for (size_t i = 0, last = n - STEP; i <= last; i = i == last || last - i >= 32 ? i + 32 : last) {
		const __m256i a = _mm256_loadu_si256((const __m256i *)(p + i)), b = _mm256_loadu_si256((const __m256i *)(p + i + 1));
		const __m256i c = _mm256_loadu_si256((const __m256i *)(p + i + 2));
		const __m256i escape = _mm256_and_si256(_mm256_cmpeq_epi8(a, backslash), _mm256_cmpeq_epi8(b, u));

		high = _mm256_or_si256(high, a);
		control = _mm256_or_si256(control, _mm256_or_si256(_mm256_cmpeq_epi8(a, vt), _mm256_cmpeq_epi8(a, ff)));
		surrogate = _mm256_or_si256(surrogate, _mm256_and_si256(escape, _mm256_cmpeq_epi8(_mm256_or_si256(c, bit), d)));
	}
	return (_mm256_movemask_epi8(high) != 0 ? SEEN_HIGH : 0U) | (_mm256_movemask_epi8(control) != 0 ? SEEN_CONTROL : 0U) |
		(_mm256_movemask_epi8(surrogate) != 0 ? SEEN_SURROGATE : 0U) | suspicious_bytes(p + n - BEHIND, BEHIND);
}

VECTORISED __attribute__((target("avx2"))) static bool avx2_plain(const char *p, size_t n)
{
	return plain_bytes(p, n);
}

VECTORISED __attribute__((target("avx2"))) static size_t avx2_newlines(const char *p, size_t n)
{
	return newline_bytes(p, n);
}

__attribute__((target("avx512bw,pclmul,bmi"))) static size_t avx512_brackets(const char *p, size_t words, struct simd_strings *strings, struct simd_brackets *out)
{
	const __m512i quote = _mm512_set1_epi8('"'), backslash = _mm512_set1_epi8('\\');
	const __m512i bit = _mm512_set1_epi8(0x20), open = _mm512_set1_epi8('{'), close = _mm512_set1_epi8('}');
	struct simd_strings s = *strings;
	size_t w = 0;

	for (; w < words; w++) {
		const __m512i v = _mm512_loadu_si512(p + 64 * w), low = _mm512_or_si512(v, bit);
		struct json_marks m = { _mm512_cmpeq_epi8_mask(v, quote), _mm512_cmpeq_epi8_mask(v, backslash), _mm512_cmpeq_epi8_mask(low, open),
			_mm512_cmpeq_epi8_mask(low, close) };

		m.quote &= ~escaped_bits(m.backslash, &s.escaped);
		if (put_brackets(&m, carryless_xor(m.quote), &s, out))
			break;
	}
	*strings = s;
	return w;
}

__attribute__((target("avx512bw,pclmul,bmi,popcnt"))) static struct simd_sums avx512_cells(const char *p, size_t words, char delimiter, struct simd_quoting *quoting, struct simd_cells out)
{
	const __m512i quote = _mm512_set1_epi8('"'), between = _mm512_set1_epi8(delimiter), newline = _mm512_set1_epi8('\n');
	__m512i any = _mm512_setzero_si512();
	struct simd_quoting q = *quoting;
	uint64_t strange = 0;
	size_t newlines = 0;

	for (size_t w = 0; w < words; w++) {
		const __m512i v = _mm512_loadu_si512(p + 64 * w);
		const struct marks found = { _mm512_cmpeq_epi8_mask(v, quote), _mm512_cmpeq_epi8_mask(v, between), _mm512_cmpeq_epi8_mask(v, newline) };

		newlines += (size_t)__builtin_popcountll(found.newline);
		strange |= put_cells(&found, carryless_xor(found.quote), &q, &out, w);
		any = _mm512_or_si512(any, v);
	}
	*quoting = q;
	return (struct simd_sums){ newlines, _mm512_movepi8_mask(any) != 0, strange != 0 };
}

/* Joined as masks: as words each would have to come out of its mask register, and the sum go back into one. */
__attribute__((target("avx512bw"))) static inline __mmask64 avx512_stop_mask(const char *p)
{
	const __m512i v = _mm512_loadu_si512(p);
	const __mmask64 quotes = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"')), backslashes = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\\'));

	return _kor_mask64(_kor_mask64(quotes, backslashes), _mm512_cmplt_epi8_mask(v, _mm512_set1_epi8(0x20)));
}

/* Of those in `good`, the bytes that are as they must be. */
__attribute__((target("avx512bw,avx512vl"))) static inline __m256i avx512_fitting(__m256i good, const char *from, const uint16_t *at, const struct simd_piece *piece)
{
	const __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(from + at[piece->stop] + piece->distance));
	const __m256i same = _mm256_cmpeq_epi8(v, _mm256_loadu_si256((const __m256i *)(const void *)piece->text));

	return _mm256_ternarylogic_epi64(good, same, _mm256_loadu_si256((const __m256i *)(const void *)piece->ignored), 0xe0); /* a & (b | c) */
}

/* avx2_fits, four in a step. */
__attribute__((target("avx512bw,avx512vl"))) static bool avx512_fits(const char *from, const uint16_t *at, const struct simd_piece *pieces, size_t n)
{
	const __m256i all = _mm256_set1_epi8(-1);
	const struct simd_piece *const end = pieces + n;

	for (; end - pieces >= 4; pieces += 4) {
		const __m256i two = avx512_fitting(avx512_fitting(all, from, at, pieces), from, at, pieces + 1);
		const __m256i four = avx512_fitting(avx512_fitting(two, from, at, pieces + 2), from, at, pieces + 3);

		if (_mm256_movemask_epi8(four) != -1)
			return false;
	}
	__m256i good = all;

	for (; pieces < end; pieces++)
		good = avx512_fitting(good, from, at, pieces);
	return _mm256_movemask_epi8(good) == -1;
}

__attribute__((target("avx512bw,bmi,popcnt"))) static size_t avx512_stops(const char *p, size_t words, uint16_t *at)
{
	uint16_t *next = at;

	for (size_t w = 0; w < words; w++, p += 64)
		next = put_bmi_places(_cvtmask64_u64(avx512_stop_mask(p)), 64 * w, next);
	return (size_t)(next - at);
}

/* Of the numbers 0 to 63 those whose bits are set, moved together. */
__attribute__((target("avx512bw,avx512vbmi2"))) static inline __m512i numbers_of(__mmask64 word)
{
	static const uint8_t numbers[64] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
		28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59,
		60, 61, 62, 63 };

	return _mm512_maskz_compress_epi8(word, _mm512_loadu_si512(numbers));
}

/* What is written too much lies in the room behind. */
__attribute__((target("avx512bw,avx512vbmi2,popcnt"))) static size_t vbmi2_stops(const char *p, size_t words, uint16_t *at)
{
	__m512i base = _mm512_setzero_si512();
	uint16_t *next = at;

	for (size_t w = 0; w < words; w++, p += 64, base = _mm512_add_epi16(base, _mm512_set1_epi16(64))) {
		const __mmask64 word = avx512_stop_mask(p);
		const size_t n = (size_t)__builtin_popcountll(_cvtmask64_u64(word));
		const __m512i some = numbers_of(word);

		_mm512_storeu_si512(next, _mm512_add_epi16(base, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(some))));
		if (n > 32)
			_mm512_storeu_si512(next + 32, _mm512_add_epi16(base, _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(some, 1))));
		next += n;
	}
	return (size_t)(next - at);
}

/* Sixteen at once, which is mostly all of a word. */
__attribute__((target("avx512bw,avx512vbmi2,popcnt"))) static inline uint32_t *put_vbmi2_bits(uint64_t word, size_t i, uint32_t *out)
{
	const __m512i base = _mm512_set1_epi32((int)(uint32_t)(64 * i));
	const size_t n = (size_t)__builtin_popcountll(word);
	__m512i some = numbers_of(word);

	for (size_t k = 0;; k += 16) {
		_mm512_storeu_si512(out + k, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(some))));
		if (n <= k + 16)
			return out + n;
		some = _mm512_alignr_epi32(some, some, 4);
	}
}

__attribute__((target("avx512bw,avx512vbmi2,popcnt"))) static size_t vbmi2_bits(const uint64_t *words, size_t from, size_t to, uint32_t *out)
{
	struct bits b = bits_begin(words, from, to);
	uint32_t *next = out;

	for (; b.i < b.last; b.word = words[++b.i])
		next = put_vbmi2_bits(b.word, b.i, next);
	return (size_t)(put_vbmi2_bits(b.word & b.last_mask, b.i, next) - out);
}

/* Of those bytes that stay, moved together. */
__attribute__((target("avx512bw,avx512vbmi2,pclmul,popcnt"))) static size_t vbmi2_undouble(const char *p, size_t n, char *out)
{
	char *next = out;
	uint64_t odd = 0;

	for (;; p += 64, n -= 64) {
		const uint64_t here = n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
		const __m512i v = _mm512_maskz_loadu_epi8(here, p);
		const uint64_t quotes = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"')), parity = carryless_xor(quotes) ^ odd;
		const uint64_t stay = here & ~(quotes & ~parity);

		_mm512_storeu_si512(next, _mm512_maskz_compress_epi8(stay, v));
		next += __builtin_popcountll(stay);
		if (n <= 64)
			return (size_t)(next - out);
		odd = (uint64_t)((int64_t)parity >> 63);
	}
}

static const struct simd simd_sse2 = { "sse2", sse2_brackets, portable_suspicious, portable_plain, portable_newlines,
	sse2_cells, sse2_stops, sse2_fits, portable_bits, portable_undouble };
static const struct simd simd_avx2 = { "avx2", avx2_brackets, avx2_suspicious, avx2_plain, avx2_newlines, avx2_cells,
	avx2_stops, avx2_fits, bmi_bits, avx2_undouble };
static const struct simd simd_avx512 = { "avx512", avx512_brackets, avx2_suspicious, avx2_plain, avx2_newlines,
	avx512_cells, avx512_stops, avx512_fits, bmi_bits, avx2_undouble };
static const struct simd simd_vbmi2 = { "avx512vbmi2", avx512_brackets, avx2_suspicious, avx2_plain, avx2_newlines,
	avx512_cells, vbmi2_stops, avx512_fits, vbmi2_bits, vbmi2_undouble };

/* What came with, or long before, the vectors of 32 bytes, but is a bit of its own. */
static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("pclmul") &&
	       __builtin_cpu_supports("popcnt");
}

const struct simd *const *simd_all(void)
{
	static const struct simd *const sets[] = { &simd_vbmi2, &simd_avx512, &simd_avx2, &simd_sse2, &simd_portable, NULL };

	if (!has_avx2())
		return sets + 3;
	if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl"))
		return sets + 2;
	return __builtin_cpu_supports("avx512vbmi2") ? sets : sets + 1;
}

#elif defined(__aarch64__)
#include <arm_neon.h>

/* One bit for each of 64 comparison bytes (0x00 or 0xff), by pairwise addition of one weight for each place. */
static inline uint64_t neon_bits(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d)
{
	static const uint8_t weights[16] = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
	const uint8x16_t w = vld1q_u8(weights);
	uint8x16_t sum = vpaddq_u8(vpaddq_u8(vandq_u8(a, w), vandq_u8(b, w)), vpaddq_u8(vandq_u8(c, w), vandq_u8(d, w)));

	sum = vpaddq_u8(sum, sum);
	return vgetq_lane_u64(vreinterpretq_u64_u8(sum), 0);
}

#define NEON_EQ(x, c) neon_bits(vceqq_u8(x[0], vdupq_n_u8(c)), vceqq_u8(x[1], vdupq_n_u8(c)), \
	vceqq_u8(x[2], vdupq_n_u8(c)), vceqq_u8(x[3], vdupq_n_u8(c)))

static size_t neon_brackets(const char *p, size_t words, struct simd_strings *strings, struct simd_brackets *out)
{
	for (size_t w = 0; w < words; w++) {
		uint8x16_t v[4], low[4];

		for (unsigned i = 0; i < 4; i++) {
			v[i] = vld1q_u8((const uint8_t *)p + 64 * w + 16 * i);
			low[i] = vorrq_u8(v[i], vdupq_n_u8(0x20));
		}
		struct json_marks m = { NEON_EQ(v, '"'), NEON_EQ(v, '\\'), NEON_EQ(low, '{'), NEON_EQ(low, '}') };

		m.quote &= ~escaped_bits(m.backslash, &strings->escaped);
		if (put_brackets(&m, simd_running_xor(m.quote), strings, out))
			return w;
	}
	return words;
}

static struct simd_sums neon_cells(const char *p, size_t words, char delimiter, struct simd_quoting *quoting, struct simd_cells out)
{
	uint8x16_t any = vdupq_n_u8(0);
	uint64_t strange = 0;
	size_t newlines = 0;

	for (size_t w = 0; w < words; w++) {
		uint8x16_t v[4];

		for (unsigned i = 0; i < 4; i++) {
			v[i] = vld1q_u8((const uint8_t *)p + 64 * w + 16 * i);
			any = vorrq_u8(any, v[i]);
		}
		const struct marks found = { NEON_EQ(v, '"'), NEON_EQ(v, (uint8_t)delimiter), NEON_EQ(v, '\n') };

		newlines += (size_t)__builtin_popcountll(found.newline);
		strange |= put_cells(&found, simd_running_xor(found.quote), quoting, &out, w);
	}
	return (struct simd_sums){ newlines, vmaxvq_u8(any) >= 0x80, strange != 0 };
}

static size_t neon_stops(const char *p, size_t words, uint16_t *at)
{
	uint16_t *next = at;

	for (size_t w = 0; w < words; w++) {
		uint8x16_t hit[4];

		for (unsigned i = 0; i < 4; i++) {
			const uint8x16_t v = vld1q_u8((const uint8_t *)p + 64 * w + 16 * i);

			hit[i] = vorrq_u8(vorrq_u8(vceqq_u8(v, vdupq_n_u8('"')), vceqq_u8(v, vdupq_n_u8('\\'))),
			                  vcltq_s8(vreinterpretq_s8_u8(v), vdupq_n_s8(0x20)));
		}
		next = put_places(neon_bits(hit[0], hit[1], hit[2], hit[3]), 64 * w, next);
	}
	return (size_t)(next - at);
}

/* Which of 16 bytes are as they must be. */
static inline uint8x16_t neon_fitting(const char *p, const char *text, const char *ignored)
{
	return vorrq_u8(vceqq_u8(vld1q_u8((const uint8_t *)p), vld1q_u8((const uint8_t *)text)), vld1q_u8((const uint8_t *)ignored));
}

static bool neon_fits(const char *from, const uint16_t *at, const struct simd_piece *pieces, size_t n)
{
	for (size_t i = 0; i < n;) {
		const size_t to = n - i < 8 ? n : i + 8;
		uint8x16_t good = vdupq_n_u8(0xff);

		for (; i < to; i++) {
			const struct simd_piece *const piece = &pieces[i];
			const char *const p = from + at[piece->stop] + piece->distance;

			good = vandq_u8(good, neon_fitting(p, piece->text, piece->ignored));
			good = vandq_u8(good, neon_fitting(p + 16, piece->text + 16, piece->ignored + 16));
		}
		if (vminvq_u8(good) != 0xff)
			return false;
	}
	return true;
}

/* The compiler makes vectors of what is portable here, where each processor has them. */
static const struct simd simd_neon = { "neon", neon_brackets, portable_suspicious, portable_plain, portable_newlines,
	neon_cells, neon_stops, neon_fits, portable_bits, portable_undouble };

const struct simd *const *simd_all(void)
{
	static const struct simd *const sets[] = { &simd_neon, &simd_portable, NULL };

	return sets;
}

#else

const struct simd *const *simd_all(void)
{
	static const struct simd *const sets[] = { &simd_portable, NULL };

	return sets;
}

#endif
