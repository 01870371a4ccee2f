/*
 * test_pattern.c - globs as the shell has them, over bytes, and never slower than text times pattern.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "base/mem.h"
#include "select/pattern.h"

/* From copies without a byte behind them, so that a sanitizer sees what is read beyond the end. */
static bool match(const char *glob, const char *text, bool nocase)
{
	const size_t glob_n = strlen(glob), text_n = strlen(text);
	char *g = mem_alloc(glob_n), *t = mem_alloc(text_n);

	memcpy(g, glob, glob_n);
	memcpy(t, text, text_n);
	const bool fits = pattern_glob(slice_of(g, glob_n), slice_of(t, text_n), nocase);

	free(g);
	free(t);
	return fits;
}

static bool fits(const char *glob, const char *text)
{
	return match(glob, text, false);
}

static bool fits_nocase(const char *glob, const char *text)
{
	return match(glob, text, true);
}

Test(pattern, literal)
{
	cr_expect(fits("", ""));
	cr_expect_not(fits("", "a"));
	cr_expect_not(fits("a", ""));
	cr_expect(fits("press-0417", "press-0417"));
	cr_expect_not(fits("press-0417", "press-0418"));
	cr_expect_not(fits("press-041", "press-0417"));
	cr_expect_not(fits("press-0417", "press-041"));
	cr_expect(fits("a.b", "a.b"));
	cr_expect_not(fits("a.b", "axb"));
}

Test(pattern, star)
{
	cr_expect(fits("*", ""));
	cr_expect(fits("*", "anything/at.all"));
	cr_expect(fits("press-*", "press-"));
	cr_expect(fits("press-*", "press-0417"));
	cr_expect_not(fits("press-*", "xpress-0417"));
	cr_expect(fits("*-0417", "press-0417"));
	cr_expect_not(fits("*-0417", "press-0417x"));
	cr_expect(fits("a*b*c", "aXbXbXc"));
	cr_expect_not(fits("a*b*c", "aXcXb"));
	cr_expect(fits("*ab", "aaab"));
	cr_expect(fits("**a**", "a"));
	cr_expect(fits("a*", "a\nb"));
	cr_expect_not(fits("a*a", "a"));
}

Test(pattern, question_mark)
{
	cr_expect(fits("?", "a"));
	cr_expect_not(fits("?", ""));
	cr_expect_not(fits("?", "ab"));
	cr_expect(fits("a?c", "abc"));
	cr_expect(fits("*?", "a"));
	cr_expect_not(fits("*?", ""));
	cr_expect_not(fits("?", "\xC3\xBC"), "bytes, not characters");
	cr_expect(fits("??", "\xC3\xBC"));
}

Test(pattern, sets)
{
	cr_expect(fits("[abc]", "b"));
	cr_expect_not(fits("[abc]", "d"));
	cr_expect_not(fits("[abc]", ""));
	cr_expect(fits("[a-c]x", "bx"));
	cr_expect_not(fits("[a-c]", "d"));
	cr_expect_not(fits("[a-c]", "-"));
	cr_expect(fits("[!a-c]", "d"));
	cr_expect(fits("[^a-c]", "d"));
	cr_expect_not(fits("[!a-c]", "b"));
	cr_expect(fits("[]a]", "]"));
	cr_expect(fits("[!]a]", "b"));
	cr_expect_not(fits("[!]a]", "]"));
	cr_expect(fits("[a-]", "-"));
	cr_expect(fits("[-a]", "-"));
	cr_expect(fits("[a!]", "!"));
	cr_expect_not(fits("[c-a]", "b"));
	cr_expect(fits("[*?]", "*"));
	cr_expect_not(fits("[*?]", "a"));
	cr_expect(fits("press-[0-9][0-9]*", "press-0417"));
	cr_expect(fits("[\\]a]", "]"));
	cr_expect(fits("[\x80-\xFF]", "\xC3"));
}

Test(pattern, a_set_without_an_end_is_a_bracket)
{
	cr_expect(fits("[", "["));
	cr_expect(fits("[abc", "[abc"));
	cr_expect(fits("a[]", "a[]"));
	cr_expect(fits("[!", "[!"));
	cr_expect_not(fits("[abc", "a"));
	cr_expect(fits("*[x", "a[x"));
}

Test(pattern, backslash)
{
	cr_expect(fits("\\*", "*"));
	cr_expect_not(fits("\\*", "a"));
	cr_expect(fits("\\?", "?"));
	cr_expect(fits("\\[a]", "[a]"));
	cr_expect(fits("a\\\\b", "a\\b"));
	cr_expect(fits("\\a", "a"));
	cr_expect(fits("a\\", "a\\"));
}

Test(pattern, ignoring_case)
{
	cr_expect_not(fits("Assign*", "assigned"));
	cr_expect(fits_nocase("Assign*", "aSSIGNED"));
	cr_expect(fits_nocase("[a-c]", "B"));
	cr_expect(fits_nocase("[A-C]", "b"));
	cr_expect_not(fits_nocase("[!a-c]", "B"));
	cr_expect_not(fits_nocase("[b-c]", "A"));
	cr_expect_not(fits_nocase("[b-c]", "D"));
	cr_expect_not(fits_nocase("[B-C]", "a"));
	cr_expect_not(fits_nocase("[B-C]", "d"));
	cr_expect(fits_nocase("\\A", "a"));
	cr_expect_not(fits("[a-c]", "B"));
	cr_expect_not(fits_nocase("\xC3\xBC", "\xC3\x9C"), "ASCII only");
	cr_expect_not(fits_nocase("[", "{"), "only letters have case");
}

Test(pattern, nul_is_a_byte)
{
	cr_expect(pattern_glob(SLICE("a?b"), SLICE("a\0b"), false));
	cr_expect_not(pattern_glob(SLICE("a"), SLICE("a\0b"), false));
	cr_expect_not(pattern_glob(SLICE("a\0b"), SLICE("a\0c"), false));
}

Test(pattern, is_glob)
{
	cr_expect_not(pattern_is_glob(SLICE("")));
	cr_expect_not(pattern_is_glob(SLICE("press-0417]!^")));
	cr_expect(pattern_is_glob(SLICE("press*")));
	cr_expect(pattern_is_glob(SLICE("?")));
	cr_expect(pattern_is_glob(SLICE("[a]")));
	cr_expect(pattern_is_glob(SLICE("\\*")));
	cr_expect_not(pattern_is_glob(SLICE("\0")));
}

/* Patterns that a matcher which tries all ways would not finish. */
Test(pattern, many_stars, .timeout = 60)
{
	enum { N = 20000, STARS = 50 };
	char *text = mem_alloc(N), glob[2 * STARS + 1];

	memset(text, 'a', N);
	for (size_t i = 0; i < STARS; i++)
		memcpy(glob + 2 * i, "*a", 2);
	glob[2 * STARS] = 'b';
	cr_expect_not(pattern_glob(slice_of(glob, sizeof glob), slice_of(text, N), false));
	text[N - 1] = 'b';
	cr_expect(pattern_glob(slice_of(glob, sizeof glob), slice_of(text, N), false));
	free(text);
}
