/*
 * pattern.c - shell globs over bytes, without recursion.
 *
 * Only the last star can matter when something behind it does not fit: all earlier ones have taken the least already. So there
 * is one place to go back to, and time is bounded by text times glob whatever both hold.
 */
#include "select/pattern.h"

static inline char fold(char c, bool nocase)
{
	return nocase ? ascii_lower(c) : c;
}

/* One character of a bracket expression at *i; a backslash takes the next as it is. */
static unsigned char set_char(struct slice g, size_t *i)
{
	if (g.p[*i] == '\\' && *i + 1 < g.n)
		(*i)++;
	return (unsigned char)g.p[(*i)++];
}

static bool in_range(unsigned char c, unsigned char first, unsigned char last, bool nocase)
{
	if (c >= first && c <= last)
		return true;
	if (!nocase)
		return false;
	const unsigned char lower = (unsigned char)ascii_lower((char)c), upper = (unsigned char)ascii_upper((char)c);

	return (lower >= first && lower <= last) || (upper >= first && upper <= last);
}

/*
 * The bracket expression that begins at g.p[at]: the place behind its end, and whether c is in it. 0: it has no end, and the
 * bracket stands for itself. A ] right behind the beginning is one of the characters.
 */
static size_t match_set(struct slice g, size_t at, char c, bool nocase, bool *match)
{
	size_t i = at + 1;
	bool in = false;
	const bool negated = i < g.n && (g.p[i] == '!' || g.p[i] == '^');

	i += negated;
	for (const size_t start = i; i < g.n && (g.p[i] != ']' || i == start);) {
		const unsigned char first = set_char(g, &i);
		unsigned char last = first;

		if (i + 1 < g.n && g.p[i] == '-' && g.p[i + 1] != ']') {
			i++;
			last = set_char(g, &i);
		}
		in = in || in_range((unsigned char)c, first, last, nocase);
	}
	*match = in != negated;
	return i < g.n ? i + 1 : 0;
}

/* Whether c fits the element at g.p[at], which is no star; *next is the place behind the element. */
static bool match_one(struct slice g, size_t at, char c, bool nocase, size_t *next)
{
	const char want = g.p[at];
	bool match;

	*next = at + 1;
	if (want == '?')
		return true;
	if (want == '[') {
		const size_t end = match_set(g, at, c, nocase, &match);

		if (end > 0) {
			*next = end;
			return match;
		}
	}
	if (want == '\\' && at + 1 < g.n) {
		*next = at + 2;
		return fold(c, nocase) == fold(g.p[at + 1], nocase);
	}
	return fold(c, nocase) == fold(want, nocase);
}

bool pattern_glob(struct slice glob, struct slice text, bool nocase)
{
	size_t g = 0, t = 0, next;
	size_t star = glob.n, star_text = 0; /* behind the last star, and what it has not taken yet */
	bool starred = false;

	while (t < text.n) {
		if (g < glob.n && glob.p[g] == '*') {
			star = ++g;
			star_text = t;
			starred = true;
		} else if (g < glob.n && match_one(glob, g, text.p[t], nocase, &next)) {
			g = next;
			t++;
		} else if (starred) {
			g = star;
			t = ++star_text;
		} else {
			return false;
		}
	}
	while (g < glob.n && glob.p[g] == '*')
		g++;
	return g == glob.n;
}

bool pattern_is_glob(struct slice glob)
{
	for (size_t i = 0; i < glob.n; i++)
		if (memchr("*?[\\", glob.p[i], 4) != NULL)
			return true;
	return false;
}
