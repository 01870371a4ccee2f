/*
 * test_simd.c - every set of vector functions that this processor has, held against what the header says of each, byte by byte.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "json/simd.h"
#include "random.h"

enum { LONGEST = 300 };

/* The bytes that mean something, and their neighbours. */
static const char telling[] = "\"\\{}[]ud\\uD\\\v\f\n\r\t\x1f\x1e \x7f\x80\xff!#[]Z^z|~U\0{";

struct page {
	char *base;
	size_t size;
};

/* Memory that ends where none follows: a byte read too far is a fault. */
static struct page page_new(void)
{
	struct page g = { .size = (size_t)sysconf(_SC_PAGESIZE) };

	g.base = mmap(NULL, 2 * g.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cr_assert(g.base != MAP_FAILED);
	cr_assert_eq(mprotect(g.base + g.size, g.size, PROT_NONE), 0);
	return g;
}

static void page_free(struct page g)
{
	munmap(g.base, 2 * g.size);
}

/* n bytes that end where the page does. */
static char *page_last(struct page g, size_t n)
{
	return g.base + g.size - n;
}

/* Mostly plain text with `one_in` telling bytes; 1: nothing else. */
static void fill(char *p, size_t n, size_t one_in, uint64_t *state)
{
	for (size_t i = 0; i < n; i++)
		p[i] = random_below(state, one_in) == 0 ? telling[random_below(state, sizeof telling)] :
		       (char)('a' + random_below(state, 26));
}

/* Byte by byte; *inside and *escaped are what is known before p, and then behind it. */
static struct simd_brackets brackets_of(const char *p, bool *inside, bool *escaped)
{
	struct simd_brackets b = { 0 };

	for (unsigned i = 0; i < 64; i++) {
		const uint64_t bit = UINT64_C(1) << i;

		if (p[i] == '"' && !*escaped)
			*inside = !*inside;
		b.open |= !*inside && (p[i] == '{' || p[i] == '[') ? bit : 0;
		b.close |= !*inside && (p[i] == '}' || p[i] == ']') ? bit : 0;
		*escaped = p[i] == '\\' && !*escaped;
	}
	return b;
}

/* All words with brackets, one after the other. */
static void compare_brackets(const struct simd *simd, const char *p, size_t words, uint64_t seed)
{
	struct simd_strings strings = { 0 };
	bool inside = false, escaped = false;

	for (size_t at = 0; at < words; at++) {
		struct simd_brackets found = { 0 };
		const size_t next = at + simd->brackets(p + 64 * at, words - at, &strings, &found);

		for (; at <= next && at < words; at++) {
			const struct simd_brackets expected = brackets_of(p + 64 * at, &inside, &escaped);

			if (at < next)
				cr_assert((expected.open | expected.close) == 0, "%s: brackets, word %zu is passed over (seed %llu)", simd->name, at,
				          (unsigned long long)seed);
			else
				cr_assert(found.open == expected.open && found.close == expected.close && (found.open | found.close) != 0,
				          "%s: brackets, word %zu (seed %llu)", simd->name, at, (unsigned long long)seed);
		}
		at--;
	}
}

static bool is_stop(char c)
{
	return c == '"' || c == '\\' || (unsigned char)c < 0x20 || (unsigned char)c >= 0x80;
}

static unsigned seen_in(const char *p, size_t n)
{
	unsigned seen = 0;

	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)p[i] >= 0x80)
			seen |= SEEN_HIGH;
		if (p[i] == '\v' || p[i] == '\f')
			seen |= SEEN_CONTROL;
		if (n - i >= 3 && p[i] == '\\' && p[i + 1] == 'u' && (p[i + 2] == 'd' || p[i + 2] == 'D'))
			seen |= SEEN_SURROGATE;
	}
	return seen;
}

static bool is_plain(const char *p, size_t n)
{
	bool plain = true;

	for (size_t i = 0; i < n; i++)
		plain &= ((unsigned char)p[i] >= 0x20 && (unsigned char)p[i] < 0x80) || p[i] == '\n' || p[i] == '\r' || p[i] == '\t';
	return plain;
}

static size_t newlines_in(const char *p, size_t n)
{
	size_t lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	return lines;
}

static unsigned same_of(const char *a, const char *b)
{
	unsigned same = 0;

	for (unsigned i = 0; i < SIMD_NEAR; i++)
		same |= a[i] == b[i] ? 1U << i : 0;
	return same;
}

static void compare_stops(const struct simd *simd, const char *p, size_t words, uint64_t seed)
{
	uint16_t at[LONGEST + SIMD_STOPS_ROOM];
	const size_t n = simd->stops(p, words, at);
	size_t k = 0;

	for (size_t i = 0; i < 64 * words; i++) {
		cr_assert_eq(simd_is_stop(p[i]), is_stop(p[i]));
		cr_assert(!is_stop(p[i]) || (k < n && at[k] == i), "%s: stop %zu (seed %llu)", simd->name, k, (unsigned long long)seed);
		k += is_stop(p[i]);
	}
	cr_assert_eq(n, k, "%s (seed %llu)", simd->name, (unsigned long long)seed);
}

static void compare(const struct simd *simd, const char *p, size_t n, uint64_t seed)
{
	const unsigned seen = simd->suspicious(p, n), expected_seen = seen_in(p, n);

	cr_assert_eq(seen, expected_seen, "%s: suspicious of %zu bytes is %u, not %u (seed %llu)", simd->name, n, seen,
	             expected_seen, (unsigned long long)seed);
	/* of each byte alone, too: few texts are plain */
	cr_assert_eq(simd->plain(p, n), is_plain(p, n), "%s: plain, %zu bytes (seed %llu)", simd->name, n, (unsigned long long)seed);
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(simd->plain(p + i, 1), is_plain(p + i, 1), "%s: plain, byte %d", simd->name, p[i]);
	cr_assert_eq(simd->newlines(p, n), newlines_in(p, n), "%s: newlines in %zu bytes (seed %llu)", simd->name, n,
	             (unsigned long long)seed);
	for (size_t i = 0; i + SIMD_NEAR <= n; i++) {
		_Alignas(SIMD_NEAR) char aligned[SIMD_NEAR];

		memcpy(aligned, p + i, sizeof aligned);
		cr_assert_eq(simd_same_near(p, aligned), same_of(p, p + i), "the same as %zu bytes on (seed %llu)", i, (unsigned long long)seed);
	}
	if (n < 64)
		return;
	compare_stops(simd, p, n / 64, seed);
	compare_brackets(simd, p, n / 64, seed);
}

/* Words of text in cells, as many as n bytes hold, in two steps. */
static void compare_cells(const struct simd *simd, const char *p, size_t n, char delimiter, uint64_t seed)
{
	uint64_t ends[LONGEST / 64], rows[LONGEST / 64], strange[LONGEST / 64];
	const size_t words = n / 64, first = words == 0 ? 0 : seed % words;
	struct simd_quoting quoting = { .edges = UINT64_MAX };
	bool high = false, any_strange = false, inside = false, edge = true, closing = false;
	size_t newlines = 0;

	cr_assert_leq(n, LONGEST);
	const struct simd_sums some = simd->cells(p, first, delimiter, &quoting, (struct simd_cells){ ends, rows, strange });
	const struct simd_sums rest = simd->cells(p + 64 * first, words - first, delimiter, &quoting,
		(struct simd_cells){ ends + first, rows + first, strange + first });

	for (size_t i = 0; i < 64 * words; i++) {
		const bool quote = p[i] == '"', end = p[i] == delimiter || p[i] == '\n';

		inside ^= quote;
		const bool is_strange = quote && inside ? !edge : closing && !quote && !end;

		high |= (unsigned char)p[i] >= 0x80;
		newlines += p[i] == '\n';
		any_strange |= is_strange;
		cr_assert((ends[i / 64] >> i % 64 & 1) == (end && !inside) && (rows[i / 64] >> i % 64 & 1) == (p[i] == '\n' && !inside) &&
		          (strange[i / 64] >> i % 64 & 1) == is_strange, "%s: cells, byte %zu (seed %llu)", simd->name, i, (unsigned long long)seed);
		edge = quote || end;
		closing = quote && !inside;
	}
	cr_assert(words == 0 || ((quoting.inside == UINT64_MAX) == inside && quoting.edges >> 63 == edge && quoting.closing >> 63 == closing));
	cr_assert((some.high || rest.high) == high && some.newlines + rest.newlines == newlines && (some.strange || rest.strange) == any_strange,
	          "%s: cells (seed %llu)", simd->name, (unsigned long long)seed);
}

/* From anywhere to anywhere, in words with few bits and with many; nothing is written beyond the room. */
Test(simd, bits)
{
	enum { WORDS = 5, PLACES = WORDS * 64 };
	uint64_t words[WORDS], state = 1;

	for (unsigned round = 0; round < 20000; round++) {
		const size_t from = random_below(&state, PLACES), to = from + 1 + random_below(&state, PLACES - from);
		uint32_t expected[PLACES], *found = mem_array(to - from + SIMD_BITS_ROOM, sizeof *found);
		size_t n = 0;

		for (size_t i = 0; i < WORDS; i++) {
			words[i] = UINT64_MAX;
			for (size_t k = random_below(&state, 8); k > 0; k--)
				words[i] &= random_next(&state);
		}
		for (size_t i = from; i < to; i++)
			if ((words[i / 64] >> i % 64 & 1) != 0)
				expected[n++] = (uint32_t)i;
		for (const struct simd *const *simd = simd_all(); *simd != NULL; simd++) {
			cr_assert_eq((*simd)->bits(words, from, to, found), n, "%s, round %u", (*simd)->name, round);
			cr_assert(n == 0 || memcmp(found, expected, n * sizeof *found) == 0, "%s, round %u", (*simd)->name, round);
		}
		free(found);
	}
}

/* Quotes in pairs and others, few and many; nothing is read beyond the text, or written beyond the room. */
Test(simd, undouble)
{
	const struct page g = page_new();
	uint64_t state = 1;

	for (unsigned round = 0; round < 30000; round++) {
		const size_t n = random_below(&state, LONGEST), one_in = 1 + random_below(&state, 40);
		char *const p = page_last(g, n), expected[LONGEST], *const found = mem_array(n + SIMD_UNDOUBLE_ROOM, 1);
		size_t k = 0, quotes = 0;

		for (size_t i = 0; i < n; i++)
			p[i] = random_below(&state, one_in) == 0 ? '"' : (char)('a' + random_below(&state, 26));
		for (size_t i = 0; i + 1 < n && round % 2 == 0; i++)
			if (p[i] == '"')
				p[++i] = '"';
		for (size_t i = 0; i < n; i++)
			if (p[i] != '"' || quotes++ % 2 == 0)
				expected[k++] = p[i];
		for (const struct simd *const *simd = simd_all(); *simd != NULL; simd++) {
			memset(found, '!', n + SIMD_UNDOUBLE_ROOM);
			cr_assert_eq((*simd)->undouble(p, n, found), k, "%s, round %u", (*simd)->name, round);
			cr_assert_eq(memcmp(found, expected, k), 0, "%s, round %u", (*simd)->name, round);
		}
		free(found);
	}
	page_free(g);
}

Test(simd, the_best_is_one_of_all_and_the_portable_one_too)
{
	const struct simd *last = NULL;

	cr_assert_eq(simd_best(), simd_all()[0]);
	for (const struct simd *const *s = simd_all(); *s != NULL; s++)
		last = *s;
	cr_assert_eq(last, &simd_portable);
}

/* Each byte there is at each place of a text of each length. */
Test(simd, one_byte_at_every_place)
{
	const struct page g = page_new();

	for (const struct simd *const *s = simd_all(); *s != NULL; s++) {
		for (size_t n = 0; n <= 130; n++) {
			char *p = page_last(g, n);

			memset(p, 'a', n);
			compare(*s, p, n, 0);
			for (size_t at = 0; at < n; at++) {
				for (size_t t = 0; t < sizeof telling; t++) {
					p[at] = telling[t];
					compare(*s, p, n, 0);
				}
				p[at] = 'a';
			}
		}
		char *p = page_last(g, 64);

		memset(p, ' ', 64);
		for (int byte = 0; byte < 256; byte++) {
			p[byte % 64] = (char)byte;
			compare(*s, p, 64, 0);
			p[byte % 64] = ' ';
		}
	}
	page_free(g);
}

/* An escape that may be half of a pair, across every boundary; one that the end cuts short is none. */
Test(simd, surrogates_at_every_place)
{
	const struct page g = page_new();

	for (const struct simd *const *s = simd_all(); *s != NULL; s++) {
		for (size_t n = 3; n <= 150; n++) {
			for (size_t at = 0; at + 1 < n; at++) {
				char *p = page_last(g, n);

				memset(p, 'a', n);
				memcpy(p + at, "\\uD8", n - at < 4 ? n - at : 4);
				compare(*s, p, n, 0);
			}
		}
	}
	page_free(g);
}

/* As many words as there may be, each byte of them a stop, or every second one. */
Test(simd, nothing_but_stops)
{
	enum { MOST = 64 * SIMD_STOPS_WORDS };
	char *text = mem_array(MOST, 1);
	uint16_t *at = mem_array(MOST + SIMD_STOPS_ROOM, sizeof *at);

	for (size_t step = 1; step <= 2; step++) {
		memset(text, ' ', MOST);
		for (size_t i = 0; i < MOST; i += step)
			text[i] = '"';
		for (const struct simd *const *s = simd_all(); *s != NULL; s++) {
			cr_assert_eq((*s)->stops(text, SIMD_STOPS_WORDS, at), MOST / step, "%s", (*s)->name);
			for (size_t k = 0; k < MOST / step; k++)
				cr_assert_eq(at[k], k * step, "%s", (*s)->name);
		}
	}
	free(text);
	free(at);
}

/* Counters of bytes that would overflow. */
Test(simd, nothing_but_newlines)
{
	static char text[70000];

	memset(text, '\n', sizeof text);
	for (const struct simd *const *s = simd_all(); *s != NULL; s++)
		for (size_t n = sizeof text - 300; n <= sizeof text; n++)
			cr_assert_eq((*s)->newlines(text, n), n, "%s: %zu", (*s)->name, n);
}

/* ---- pieces ---- */

/* What the header says of `fits`. */
static bool pieces_stand(const char *from, const uint16_t *at, const struct simd_piece *pieces, size_t n)
{
	bool good = true;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < SIMD_PIECE; k++)
			good &= pieces[i].ignored[k] != 0 || from[(ptrdiff_t)at[pieces[i].stop] + pieces[i].distance + (ptrdiff_t)k] == pieces[i].text[k];
	return good;
}

static void compare_fits(const char *from, const uint16_t *at, const struct simd_piece *pieces, size_t n, bool expected, uint64_t seed)
{
	cr_assert_eq(pieces_stand(from, at, pieces, n), expected, "seed %llu", (unsigned long long)seed);
	for (const struct simd *const *s = simd_all(); *s != NULL; s++)
		cr_assert_eq((*s)->fits(from, at, pieces, n), expected, "%s: %zu pieces (seed %llu)", (*s)->name, n, (unsigned long long)seed);
}

/* The first n bytes there; what is ignored is something else. */
static struct simd_piece piece_of(const char *p, size_t n, size_t stop, ptrdiff_t distance)
{
	struct simd_piece piece = { .stop = stop, .distance = distance };

	memset(piece.ignored, -1, sizeof piece.ignored);
	memset(piece.ignored, 0, n);
	for (size_t k = 0; k < SIMD_PIECE; k++)
		piece.text[k] = k < n ? p[k] : (char)~p[k];
	return piece;
}

/* A piece of every length, up to the last readable byte, before its stop and behind it; each byte that counts, and each that does not, is wrong. */
Test(simd, a_piece_of_every_length)
{
	enum { TEXT = 200 };
	static const ptrdiff_t distances[] = { -31, -1, 0, 1, 40, TEXT - SIMD_PIECE };
	const struct page g = page_new();
	char *const p = page_last(g, TEXT);

	for (size_t i = 0; i < TEXT; i++)
		p[i] = (char)i;
	for (size_t d = 0; d < sizeof distances / sizeof *distances; d++) {
		const uint16_t at[] = { 7, (uint16_t)(TEXT - SIMD_PIECE - distances[d]) };
		char *const place = p + TEXT - SIMD_PIECE;

		for (size_t n = 0; n <= SIMD_PIECE; n++) {
			const struct simd_piece piece = piece_of(place, n, 1, distances[d]);

			compare_fits(p, at, &piece, 1, true, n);
			for (size_t k = 0; k < SIMD_PIECE; k++) {
				for (unsigned bit = 0; bit < 8; bit++) {
					place[k] = (char)(place[k] ^ 1 << bit);
					compare_fits(p, at, &piece, 1, k >= n, n * 100 + k);
					place[k] = (char)(place[k] ^ 1 << bit);
				}
			}
		}
	}
	page_free(g);
}

/* Any number of them, in memory as malloc gives it; one byte of one of them is wrong. */
Test(simd, pieces_one_of_which_does_not_fit)
{
	enum { TEXT = 3000, MOST = 20, PLACES = 50 };
	const struct page g = page_new();
	char *const p = page_last(g, TEXT);
	uint16_t at[PLACES];

	for (uint64_t seed = 1; seed <= 3000; seed++) {
		uint64_t state = seed * UINT64_C(0x9E3779B97F4A7C15);
		const size_t n = seed % (MOST + 1);
		/* 16 bytes on from a multiple of 32, at times */
		char *const memory = mem_alloc(n * sizeof(struct simd_piece) + SIMD_NEAR);
		struct simd_piece *const pieces = (struct simd_piece *)(void *)(memory + (seed % 2 == 0 ? SIMD_NEAR : 0));

		fill(p, TEXT, 4, &state);
		for (size_t i = 0; i < PLACES; i++)
			at[i] = (uint16_t)random_below(&state, TEXT);
		for (size_t i = 0; i < n; i++) {
			const size_t stop = random_below(&state, PLACES), place = random_below(&state, TEXT - SIMD_PIECE + 1);

			pieces[i] = piece_of(p + place, random_below(&state, SIMD_PIECE + 1), stop, (ptrdiff_t)place - at[stop]);
		}
		compare_fits(p, at, pieces, n, true, seed);
		for (size_t i = 0; i < n; i++) {
			const size_t k = random_below(&state, SIMD_PIECE);

			pieces[i].text[k] = (char)(pieces[i].text[k] ^ 1 << random_below(&state, 8));
			compare_fits(p, at, pieces, n, pieces[i].ignored[k] != 0, seed);
			pieces[i].text[k] = p[at[pieces[i].stop] + pieces[i].distance + (ptrdiff_t)k];
		}
		free(memory);
	}
	page_free(g);
}

Test(simd, random_text)
{
	static const size_t densities[] = { 1, 3, 20, 200, 5000 };
	const struct page g = page_new();

	for (const struct simd *const *s = simd_all(); *s != NULL; s++) {
		for (uint64_t seed = 1; seed <= 4000; seed++) {
			uint64_t state = seed * UINT64_C(0x9E3779B97F4A7C15);
			const size_t n = random_below(&state, LONGEST + 1);
			char *p = page_last(g, n + random_below(&state, 64));

			fill(p, n, densities[seed % (sizeof densities / sizeof *densities)], &state);
			compare(*s, p, n, seed);
			compare_cells(*s, p, n, ",;\t"[seed % 3], seed);
			for (size_t i = 0; i < n; i++)
				p[i] = "ab,;\t\"\n"[random_below(&state, 7)];
			compare_cells(*s, p, n, ",;\t"[seed % 3], seed);
		}
	}
	page_free(g);
}
