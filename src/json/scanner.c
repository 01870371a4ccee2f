/*
 * scanner.c - the bracket scanner.
 *
 * Words of 64 bytes without a bracket outside of strings are passed over in vectors (simd.h); in the others these brackets are looked at one
 * by one. The kind of each open bracket is one bit of a stack; below SCAN_LEVELS levels kinds are no longer compared, since the reader refuses
 * such depth anyway.
 */
#include "json/scanner.h"

enum { SCAN_LEVELS = 256 };

struct state {
	size_t depth;
	uint64_t squares[SCAN_LEVELS / 64]; /* bit d: the bracket at depth d is [ */
};

static void push(struct state *st, bool square)
{
	if (st->depth < SCAN_LEVELS) {
		const uint64_t bit = UINT64_C(1) << (st->depth % 64);
		uint64_t *word = &st->squares[st->depth / 64];

		*word = square ? *word | bit : *word & ~bit;
	}
	st->depth++;
}

/* False if the bracket closes one of the other kind. */
static bool pop(struct state *st, bool square)
{
	st->depth--;
	if (st->depth >= SCAN_LEVELS)
		return true;
	return (st->squares[st->depth / 64] >> (st->depth % 64) & 1) == square;
}

/* The character at *i of a key, escaped as \u00XX or not; *i moves behind it. Other escapes are in no name: -1. */
static int key_char(struct slice key, size_t *i)
{
	if (key.p[*i] != '\\')
		return key.p[(*i)++];
	if (key.n - *i < 6 || memcmp(key.p + *i, "\\u00", 4) != 0)
		return -1;
	const int high = ascii_hex(key.p[*i + 4]), low = ascii_hex(key.p[*i + 5]);

	*i += 6;
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static bool key_is(struct slice key, struct slice name)
{
	size_t i = 0, n = 0;

	for (; i < key.n && n < name.n; n++) {
		const int c = key_char(key, &i);

		if (c < 0 || ascii_lower((char)c) != name.p[n])
			return false;
	}
	return i == key.n && n == name.n;
}

/* Which watched name stands before the `[` at s.p[at], as a key; -1 for none. */
static int watched(struct slice s, size_t at, const struct scan_watch *watch)
{
	while (at > 0 && ascii_is_space(s.p[at - 1]))
		at--;
	if (at == 0 || s.p[at - 1] != ':')
		return -1;
	at--;
	while (at > 0 && ascii_is_space(s.p[at - 1]))
		at--;
	if (at < 2 || s.p[at - 1] != '"')
		return -1;
	const char *quote = memrchr(s.p, '"', at - 1);

	if (quote == NULL || (quote > s.p && quote[-1] == '\\'))
		return -1; /* a name that holds a quote is none of these */
	const struct slice key = slice_of(quote + 1, at - 2 - (size_t)(quote - s.p));

	for (int i = 0; i < 2; i++)
		if (watch->name[i].n > 0 && key_is(key, watch->name[i]))
			return i;
	return -1;
}

/* The brackets of one word; true if the scan is over. */
static bool brackets(struct state *st, struct slice s, size_t base, struct simd_brackets found,
                     const struct scan_watch *watch, enum scan_result *result, size_t *end, unsigned *member)
{
	for (uint64_t both = found.open | found.close; both != 0; both &= both - 1) {
		const unsigned bit = (unsigned)__builtin_ctzll(both);
		const size_t at = base + bit;
		const bool square = ((unsigned char)s.p[at] & 0x20) == 0;

		if (found.open >> bit & 1) {
			if (watch != NULL && square && st->depth == 1 && (st->squares[0] & 1) == 0) {
				const int which = watched(s, at, watch);

				if (which >= 0) {
					*end = at;
					*member = (unsigned)which;
					*result = SCAN_MEMBER;
					return true;
				}
			}
			push(st, square);
			continue;
		}
		if (!pop(st, square)) {
			*end = at;
			*result = SCAN_MISMATCH;
			return true;
		}
		if (st->depth == 0) {
			*end = at + 1;
			*result = SCAN_CLOSED;
			return true;
		}
	}
	return false;
}

/* A string by itself: brackets mean nothing, the second real quote ends it. */
static enum scan_result scan_string(struct slice s, size_t *end)
{
	size_t at = 1;

	while (at < s.n) {
		const char *quote = memchr(s.p + at, '"', s.n - at);

		if (quote == NULL)
			break;
		size_t slashes = 0;

		while (quote[-1 - (ptrdiff_t)slashes] == '\\')
			slashes++;
		at = (size_t)(quote - s.p) + 1;
		if (slashes % 2 == 0) {
			*end = at;
			return SCAN_CLOSED;
		}
	}
	*end = s.n;
	return SCAN_OPEN;
}

enum scan_result scanner_value(const struct simd *simd, struct slice s, bool inside, const struct scan_watch *watch,
                               size_t *end, unsigned *member)
{
	struct state st = { .depth = inside ? 1 : 0 };
	struct simd_strings strings = { 0 };
	struct simd_brackets found;
	enum scan_result result;
	char tail[64];
	size_t at = 0;

	if (!inside && s.n > 0 && s.p[0] == '"')
		return scan_string(s, end);
	while (at < s.n) {
		const char *p = s.p + at;
		size_t words = (s.n - at) / sizeof tail;

		if (words == 0) { /* what is left of the text, and blanks */
			memset(tail, ' ', sizeof tail);
			memcpy(tail, p, s.n - at);
			p = tail;
			words = 1;
		}
		const size_t word = simd->brackets(p, words, &strings, &found);

		at += 64 * word;
		if (word == words)
			continue;
		if (brackets(&st, s, at, found, watch, &result, end, member))
			return result;
		at += 64;
	}
	*end = s.n;
	return SCAN_OPEN;
}
