/*
 * kql_text.c - folding, terms and search.
 *
 * Nearly all text is ASCII, and then nothing is copied: characters are folded as they are compared. Other text is
 * folded into the arena first; since folding maps letters to letters and keeps everything else, terms are the same
 * there.
 */
#include "select/kql_text.h"

#include <utf8proc.h>

#include "base/utf8.h"

enum { SHARP_S = 0xDF, DOTTED_I = 0x130, UTF8_MOST = 4 };

/* Unicode's simple folding from what utf8proc has: the full one where that is one character, else the lower case. */
static uint32_t fold(uint32_t c)
{
	utf8proc_int32_t full[4];
	int class = 0;
	const utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, full, 4, UTF8PROC_CASEFOLD, &class);

	if (n == 1)
		return (uint32_t)full[0];
	/* Its folding is Turkish or two characters: the simple one leaves it alone. */
	return c == DOTTED_I ? c : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

static uint32_t lower(uint32_t c)
{
	return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

/* Unicode has no single capital for the sharp s; utf8proc has. */
static uint32_t upper(uint32_t c)
{
	return c == SHARP_S ? c : (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
}

static bool is_ascii(struct slice s)
{
	unsigned char any = 0;

	for (size_t i = 0; i < s.n; i++)
		any |= (unsigned char)s.p[i];
	return any < 0x80;
}

static struct slice map(struct slice s, uint32_t (*character)(uint32_t), struct arena *a)
{
	char *out = arena_bytes(a, s.n * UTF8_MOST);
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		size_t len;
		bool valid;

		n += utf8_encode(character(utf8_decode(slice_of(s.p + i, s.n - i), &len, &valid)), out + n);
		i += len;
	}
	return slice_of(out, n);
}

bool kql_text_is_among(const char *words, struct slice word)
{
	const char *at = words;

	while (word.n > 0 && (at = memmem(at, strlen(at), word.p, word.n)) != NULL) {
		if (at[-1] == ' ' && at[word.n] == ' ')
			return true;
		at++;
	}
	return false;
}

struct slice kql_text_lower(struct slice s, struct arena *a)
{
	return map(s, lower, a);
}

struct slice kql_text_upper(struct slice s, struct arena *a)
{
	return map(s, upper, a);
}

int64_t kql_text_length(struct slice s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

size_t kql_text_offset(struct slice s, int64_t i)
{
	size_t at = 0;

	for (; at < s.n && i > 0; i--)
		for (at++; at < s.n && ((unsigned char)s.p[at] & 0xC0) == 0x80;)
			at++;
	return at;
}

/* ---- terms ---- */

static bool in_term(uint32_t c)
{
	if (c < 0x80)
		return ascii_is_alnum((char)c);
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
		return true;
	default:
		return false;
	}
}

static bool begins_in_term(struct slice s)
{
	size_t len;
	bool valid;

	return s.n > 0 && in_term(utf8_decode(s, &len, &valid));
}

static bool ends_in_term(struct slice s)
{
	size_t at = s.n;

	while (at > 0 && ((unsigned char)s.p[--at] & 0xC0) == 0x80)
		;
	return begins_in_term(slice_of(s.p + at, s.n - at));
}

/* ---- needles ---- */

struct kql_needle kql_needle_of(struct slice s, unsigned how, struct arena *a)
{
	if (how & MATCH_FOLD)
		s = map(s, fold, a);
	return (struct kql_needle){ s, is_ascii(s), begins_in_term(s), ends_in_term(s) };
}

static bool same_nocase(const char *text, struct slice needle)
{
	for (size_t i = 0; i < needle.n; i++)
		if (ascii_lower(text[i]) != needle.p[i])
			return false;
	return true;
}

/* The first place from `at` on, or text.n + 1. */
static size_t find(struct slice text, size_t at, struct slice needle, bool nocase)
{
	if (!nocase) {
		const char *found = needle.n == 0 ? text.p + at : memmem(text.p + at, text.n - at, needle.p, needle.n);

		return found == NULL ? text.n + 1 : (size_t)(found - text.p);
	}
	for (; at + needle.n <= text.n; at++)
		if (same_nocase(text.p + at, needle))
			return at;
	return text.n + 1;
}

static bool stands(struct slice text, size_t at, const struct kql_needle *needle, unsigned how)
{
	const size_t end = at + needle->text.n;

	if ((how & MATCH_TERM_BEGINS) && needle->begins_in_term && ends_in_term(slice_of(text.p, at)))
		return false;
	return !((how & MATCH_TERM_ENDS) && needle->ends_in_term &&
	         begins_in_term(slice_of(text.p + end, text.n - end)));
}

bool kql_text_has(struct slice text, const struct kql_needle *needle, unsigned how, struct arena *a)
{
	bool nocase = (how & MATCH_FOLD) != 0;

	if (nocase && !is_ascii(text)) {
		text = map(text, fold, a);
		nocase = false;
	}
	if (needle->text.n > text.n || (nocase && !needle->ascii))
		return false;
	if (text.n == 0)
		return true;
	const size_t last = text.n - needle->text.n;

	if ((how & MATCH_START) && (how & MATCH_END) && last > 0)
		return false;
	if (how & (MATCH_START | MATCH_END)) {
		const size_t at = how & MATCH_START ? 0 : last;

		return nocase ? same_nocase(text.p + at, needle->text) :
		       slice_eq(slice_of(text.p + at, needle->text.n), needle->text);
	}
	for (size_t at = find(text, 0, needle->text, nocase); at <= last; at = find(text, at + 1, needle->text, nocase))
		if (stands(text, at, needle, how))
			return true;
	return false;
}
