/*
 * test_scanner.c - where a value ends: against a scanner that looks at one byte after the other, with every set of vector
 * functions, and the members that a scan stops at.
 */
#include <criterion/criterion.h>

#include "json/scanner.h"
#include "random.h"

enum { LONGEST = 400 };

/* As the header says: strings, escapes, two kinds of brackets. */
static enum scan_result plainly(struct slice s, bool inside, size_t *end)
{
	char open[LONGEST + 1];
	size_t depth = 0;
	bool in_string = false;

	if (inside)
		open[depth++] = '{';
	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i];

		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == '{' || c == '['))
			open[depth++] = c;
		else if (!in_string && (c == '}' || c == ']')) {
			if (open[--depth] != (c == '}' ? '{' : '[')) {
				*end = i;
				return SCAN_MISMATCH;
			}
		}
		if (depth == 0 && !in_string) {
			*end = i + 1;
			return SCAN_CLOSED;
		}
	}
	*end = s.n;
	return SCAN_OPEN;
}

static void compare(struct slice s, bool inside, uint64_t seed)
{
	size_t expected_end;
	const enum scan_result expected = plainly(s, inside, &expected_end);

	for (const struct simd *const *simd = simd_all(); *simd != NULL; simd++) {
		size_t end = SIZE_MAX;
		unsigned member;
		const enum scan_result result = scanner_value(*simd, s, inside, NULL, &end, &member);

		cr_assert(result == expected && end == expected_end, "%s, seed %llu: %d at %zu, not %d at %zu: %.*s", (*simd)->name,
		          (unsigned long long)seed, (int)result, end, (int)expected, expected_end, SLICE_ARG(s));
	}
}

/* Strings full of brackets, quotes and runs of backslashes, of which none stands outside a string. `first`: p[0] is given. */
static size_t generate(char *p, size_t n, bool first, uint64_t *state)
{
	static const char outside[] = "{}[]{[:, 1\n", inside[] = "{}[]a,: \n";
	size_t i = first ? 1 : 0;
	bool in_string = first && p[0] == '"';

	while (i < n) {
		const size_t choice = random_below(state, 12);

		if (choice == 0) {
			in_string = !in_string;
			p[i++] = '"';
		} else if (in_string && choice < 4) {
			for (size_t run = 1 + random_below(state, 5); run > 0 && i + 1 < n; run--) {
				p[i++] = '\\';
				p[i++] = "\\\"n{"[random_below(state, 4)];
			}
			if (i + 1 == n)
				p[i++] = 'x';
		} else {
			p[i++] = in_string ? inside[random_below(state, sizeof inside - 1)] : outside[random_below(state, sizeof outside - 1)];
		}
	}
	return n;
}

Test(scanner, random_text)
{
	static const char first[] = "{[\"";
	char text[LONGEST];

	for (uint64_t seed = 1; seed <= 40000; seed++) {
		uint64_t state = seed * UINT64_C(0x9E3779B97F4A7C15);
		const bool inside = random_below(&state, 4) == 0;

		text[0] = first[random_below(&state, 3)];
		compare(slice_of(text, generate(text, 1 + random_below(&state, LONGEST), !inside, &state)), inside, seed);
	}
}

/* A run of backslashes before a quote, of every length, over every boundary of 64. */
Test(scanner, backslashes_over_boundaries)
{
	char text[LONGEST];

	for (size_t pad = 0; pad < 130; pad++) {
		for (size_t run = 0; run < 70; run++) {
			size_t n = 0;

			text[n++] = '[';
			text[n++] = '"';
			memset(text + n, 'a', pad);
			n += pad;
			memset(text + n, '\\', run);
			n += run;
			memcpy(text + n, "\"]\"]", 4);
			compare(slice_of(text, n + 4), false, pad * 1000 + run);
		}
	}
}

static enum scan_result scan(struct slice s, const struct scan_watch *watch, size_t *end, unsigned *member)
{
	return scanner_value(simd_best(), s, false, watch, end, member);
}

Test(scanner, strings)
{
	size_t end;
	unsigned member;

	cr_assert_eq(scan(SLICE("\"{[\" }"), NULL, &end, &member), SCAN_CLOSED);
	cr_assert_eq(end, 4);
	cr_assert_eq(scan(SLICE("\"a\\\""), NULL, &end, &member), SCAN_OPEN);
	cr_assert_eq(end, 4);
	cr_assert_eq(scan(SLICE("\"a\\\\\"b"), NULL, &end, &member), SCAN_CLOSED);
	cr_assert_eq(end, 5);
}

/* Deeper than kinds are compared: still balanced by number. */
Test(scanner, very_deep)
{
	enum { DEEP = 5000 };
	static char text[2 * DEEP];
	size_t end;
	unsigned member;

	memset(text, '[', DEEP);
	memset(text + DEEP, ']', DEEP);
	cr_assert_eq(scan(slice_of(text, sizeof text), NULL, &end, &member), SCAN_CLOSED);
	cr_assert_eq(end, sizeof text);
	cr_assert_eq(scan(slice_of(text, sizeof text - 1), NULL, &end, &member), SCAN_OPEN);
}

Test(scanner, watched_members)
{
	static const struct scan_watch watch = { { { "records", 7 }, { "tables", 6 } } };
	static const struct {
		const char *text;
		int member; /* -1: not stopped */
	} cases[] = {
		{ "{\"records\":[1]}", 0 },
		{ "{\"Records\" : \n\t [1]}", 0 },
		{ "{\"a\":[{}],\"TABLES\":[]}", 1 },
		{ "{\"\\u0072ecords\":[1]}", 0 },
		{ "{\"records\":{\"records\":[1]}}", -1 },       /* only members of the outermost object */
		{ "{\"records\":\"[\",\"a\":[1]}", -1 },
		{ "{\"a\":\"records\",\"b\":[1]}", -1 },
		{ "{\"a\":\"\\\"records\",\"b\\\"records\":[1]}", -1 },
		{ "{\"record\":[1],\"recordss\":[1]}", -1 },
		{ "[\"records\",[1]]", -1 },
		{ "[[\"records\",[1]]]", -1 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct slice s = slice_str(cases[i].text);
		size_t end = 0;
		unsigned member = 99;
		const enum scan_result result = scan(s, &watch, &end, &member);

		if (cases[i].member < 0) {
			cr_expect(result == SCAN_CLOSED && end == s.n, "%s", cases[i].text);
			continue;
		}
		cr_expect(result == SCAN_MEMBER && member == (unsigned)cases[i].member, "%s", cases[i].text);
		cr_expect_eq(s.p[end], '[', "%s", cases[i].text);
	}
}

/* From behind the `{` of an object: its own `}` ends it. */
Test(scanner, inside_an_object)
{
	size_t end;
	unsigned member;

	cr_assert_eq(scanner_value(simd_best(), SLICE(",\"a\":{}} ]"), true, NULL, &end, &member), SCAN_CLOSED);
	cr_assert_eq(end, 8);
	cr_assert_eq(scanner_value(simd_best(), SLICE(",\"a\":1]"), true, NULL, &end, &member), SCAN_MISMATCH);
	cr_assert_eq(end, 6);
}
