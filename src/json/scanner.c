/*
 * scanner.c - the bracket scanner.
 *
 * For each 64 bytes: which quotes are real (not escaped), which bytes lie inside strings (a running exclusive-or over the
 * quotes), and then only the brackets outside strings are looked at one by one. The kind of each open bracket is one bit of
 * a stack; below SCAN_LEVELS levels kinds are no longer compared, since the reader refuses such depth anyway.
 */
#include "json/scanner.h"

enum { SCAN_LEVELS = 256 };

struct state {
	uint64_t escaped;    /* 1 if the first byte of the next block is escaped */
	uint64_t in_string;  /* all ones if the next block begins inside a string */
	size_t depth;
	uint64_t squares[SCAN_LEVELS / 64]; /* bit d: the bracket at depth d is [ */
};

/* Bits of the characters that a backslash before them escapes. */
static uint64_t escaped_bits(uint64_t backslash, uint64_t *carry)
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

/* The brackets of one block; true if the scan is over. */
static bool brackets(struct state *st, struct slice s, size_t base, uint64_t open, uint64_t close,
                     const struct scan_watch *watch, enum scan_result *result, size_t *end, unsigned *member)
{
	for (uint64_t both = open | close; both != 0; both &= both - 1) {
		const unsigned bit = (unsigned)__builtin_ctzll(both);
		const size_t at = base + bit;
		const bool square = ((unsigned char)s.p[at] & 0x20) == 0;

		if (open >> bit & 1) {
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
	enum scan_result result;

	if (!inside && s.n > 0 && s.p[0] == '"')
		return scan_string(s, end);
	for (size_t base = 0; base < s.n; base += 64) {
		struct simd_masks m;
		char tail[64];
		const char *p = s.p + base;

		if (s.n - base < 64) {
			memset(tail, ' ', sizeof tail);
			memcpy(tail, p, s.n - base);
			p = tail;
		}
		simd->classify(p, &m);
		m.quote &= ~escaped_bits(m.backslash, &st.escaped);
		const uint64_t in_string = simd_running_xor(m.quote) ^ st.in_string;

		st.in_string = (uint64_t)((int64_t)in_string >> 63);
		if (brackets(&st, s, base, m.open & ~in_string, m.close & ~in_string, watch, &result, end, member))
			return result;
	}
	*end = s.n;
	return SCAN_OPEN;
}
