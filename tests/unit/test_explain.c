/*
 * test_explain.c - what a word asks for, the sheet that answers it, and whether the commands of the catalogue exist.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "cli/parse.h"
#include "record/keys.h"
#include "report/explain.h"
#include "report/groups.h"

enum { WORDS_MOST = 16 };

/* Whether asking for `word` finds the codes in `codes` (`401002 dps, 401002 hub`), and how. */
static void check(const char *word, enum codes_match how, bool by_name, const char *codes)
{
	struct codes_answer a;
	struct buf found = BUF_INIT;

	cr_expect(codes_ask(slice_str(word), &a), "%s", word);
	cr_expect_eq(a.how, how, "%s", word);
	cr_expect_eq(a.by_name, by_name, "%s", word);
	for (size_t i = 0; i < a.n; i++) {
		buf_printf(&found, "%s%.*s %.*s", i > 0 ? ", " : "", SLICE_ARG(codes_field(a.entry[i], CODES_CODE)),
			   SLICE_ARG(codes_field(a.entry[i], CODES_SERVICE)));
	}
	cr_expect_str_eq(buf_cstr(&found), codes, "%s", word);
	buf_free(&found);
}

Test(explain, a_code_asks_for_the_entries_of_both_services)
{
	check("401002", CODES_EXACT, false, "401002 dps, 401002 hub");
	check("404104", CODES_EXACT, false, "404104 hub");
	check("404201", CODES_EXACT, false, "404201 dps");
	check("429", CODES_EXACT, false, "429 dps, 429 hub");
	check("408", CODES_EXACT, false, "408 any");
	check("4XX", CODES_EXACT, false, "4XX any");
	check("5xx", CODES_EXACT, false, "5XX any");
}

Test(explain, an_unknown_code_is_explained_by_its_digits)
{
	check("401999", CODES_BY_STATUS, false, "401 dps, 401 hub");
	check("503007", CODES_BY_STATUS, false, "503 dps, 503 hub");
	check("418", CODES_BY_CLASS, false, "4XX any");
	check("507123", CODES_BY_CLASS, false, "5XX any");
}

Test(explain, a_name_asks_for_all_that_bear_it)
{
	check("IoTHubUnauthorized", CODES_EXACT, true, "401003 hub");
	check("iothubunauthorized", CODES_EXACT, true, "401003 hub");
	check("IotHubUnauthorizedAccess", CODES_EXACT, true, "401002 dps, 401002 hub");
	check("Too Many Requests", CODES_EXACT, true, "429 dps, 429 hub");
	check("toomanyrequests", CODES_EXACT, true, "429 dps, 429 hub");
	check("DeviceNotOnline", CODES_EXACT, true, "404102 hub, 404103 hub");
	check("precondition_failed", CODES_EXACT, true, "409203 dps, 412 dps, 412 hub, 412001 hub");
	check("ClientError", CODES_EXACT, true, "- dps");
}

Test(explain, what_is_neither_is_unknown)
{
	static const char *const words[] = { "", "-", "200", "40", "4010021", "40100x", "6XX", "Nothing", "DeviceNot" };
	struct codes_answer a;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		cr_expect(!codes_ask(slice_str(words[i]), &a), "%s", words[i]);
		cr_expect_eq(a.n, 0);
		cr_expect_eq(a.how, CODES_UNKNOWN);
	}
}

Test(explain, every_name_and_every_code_can_be_asked_for)
{
	struct codes_answer a;
	struct slice name;

	for (size_t i = 0; (name = codes_name_at(i)).p != NULL; i++)
		cr_expect(codes_ask(name, &a), "%s", name.p);
	for (size_t i = 0; i < codes_count(); i++) {
		name = codes_field(codes_at(i), CODES_CODE);
		cr_expect(slice_eq(name, SLICE("-")) || (codes_ask(name, &a) && a.how == CODES_EXACT), "%.*s", SLICE_ARG(name));
	}
}

Test(explain, codes_within_a_status)
{
	const struct code_entry *status = codes_find(SLICE("404"), SLICE("dps"));
	const struct code_entry *e = codes_within(status, NULL);

	cr_assert(slice_eq(codes_field(e, CODES_CODE), SLICE("404201")));
	e = codes_within(status, e);
	cr_assert(slice_eq(codes_field(e, CODES_CODE), SLICE("404202")));
	e = codes_within(status, codes_within(status, e));
	cr_assert_null(e);
	cr_assert_null(codes_within(codes_find(SLICE("404104"), SLICE("hub")), NULL));
	cr_assert_null(codes_within(codes_find(SLICE("4XX"), SLICE("any")), NULL));
}

/* ---- the sheet ---- */

static void sheet(struct output *out, const char *word, size_t width)
{
	struct codes_answer a;

	cr_assert(codes_ask(slice_str(word), &a), "%s", word);
	*out = (struct output){ .fd = -1 };
	explain_text(out, &a, (struct explain_text_options){ .width = width });
}

/* No line is longer, except where there is one word or a command on it, which must stay whole. */
static void check_width(const char *word, size_t width, bool commands_too)
{
	struct output out;
	struct slice rest;

	sheet(&out, word, width);
	for (rest = buf_view(&out.text); rest.n > 0;) {
		const size_t n = slice_find(rest, SLICE("\n"));
		const struct slice line = slice_trim(slice_of(rest.p, n));
		const bool whole = slice_starts_nocase(line, SLICE("dpslog ")) || slice_find(line, SLICE(" ")) == line.n;

		cr_expect(n <= width || (whole && !commands_too), "%s: %.*s", word, (int)n, rest.p);
		rest = slice_of(rest.p + n + 1, rest.n - n - 1);
	}
	buf_free(&out.text);
}

Test(explain, every_sheet_fits_its_width)
{
	for (size_t i = 0; i < codes_count(); i++) {
		const struct slice code = codes_field(codes_at(i), CODES_CODE);
		const struct slice name = codes_part(codes_at(i), CODES_NAME, 0);
		char word[64] = "";

		memcpy(word, slice_eq(code, SLICE("-")) ? name.p : code.p, slice_eq(code, SLICE("-")) ? name.n : code.n);
		check_width(word, 80, true);
		check_width(word, 100, true);
		check_width(word, 40, false);
	}
}

static void expect_in(const struct output *out, const char *text)
{
	cr_expect_lt(slice_find(buf_view(&out->text), slice_str(text)), out->text.n, "%s", text);
}

Test(explain, the_sheet_of_an_unknown_code_says_so_and_asks_for_it)
{
	struct output out;

	sheet(&out, "401999", 0);
	expect_in(&out, "401999 is not in the catalogue. This is what its first three digits say.\n\n401  Unauthorized  (DPS)\n");
	expect_in(&out, "\n  dpslog failures --code 401999 --by category,operationName,message PATH\n");
	buf_free(&out.text);
	sheet(&out, "418001", 0);
	expect_in(&out, "418001 is not in the catalogue. This is what its first digit says.\n\n4XX");
	buf_free(&out.text);
}

Test(explain, colour_is_only_bold)
{
	struct output plain, coloured = { .fd = -1 };
	struct codes_answer a;
	struct buf stripped = BUF_INIT;

	sheet(&plain, "429", 80);
	codes_ask(SLICE("429"), &a);
	explain_text(&coloured, &a, (struct explain_text_options){ .width = 80, .color = true });
	for (size_t i = 0; i < coloured.text.n; i++) {
		if (coloured.text.p[i] == '\033')
			i = i + slice_find(slice_of(coloured.text.p + i, coloured.text.n - i), SLICE("m"));
		else
			buf_byte(&stripped, coloured.text.p[i]);
	}
	cr_assert_gt(coloured.text.n, plain.text.n);
	cr_assert(slice_eq(buf_view(&stripped), buf_view(&plain.text)));
	buf_free(&stripped);
	buf_free(&plain.text);
	buf_free(&coloured.text);
}

/* ---- the commands of the catalogue ---- */

/* Takes a command line apart as a shell does: blanks, and '...'. Returns how many words there are; line is changed. */
static int split(char *line, char **words)
{
	int n = 0;

	for (char *at = line; *at != '\0';) {
		const char end = *at == '\'' ? '\'' : ' ';

		cr_assert_lt(n, WORDS_MOST);
		words[n++] = at += end == '\'';
		at += strcspn(at, end == '\'' ? "'" : " ");
		if (*at != '\0')
			*at++ = '\0';
		if (end == '\'' && *at == ' ')
			at++;
	}
	return n;
}

static void check_keys(const struct options *o, const char *look)
{
	struct keys keys = { .device = -1 };

	for (size_t i = 0; i < o->by.n; i++) {
		cr_expect(key_find(o->by.items[i], &keys.key[keys.n]), "%s", look);
		if (slice_eq_nocase(o->by.items[i], SLICE("device")))
			keys.device = (int)keys.n;
		keys.n++;
	}
	if (o->sort.column.p != NULL)
		cr_expect_geq(groups_column(&keys, o->sort.column), 0, "%s", look);
}

/* The codes that a command selects are those of the entry; an entry without a number may ask for records without one. */
static void check_codes(const struct options *o, const struct code_entry *e, const char *look)
{
	const struct slice code = codes_field(e, CODES_CODE);

	for (size_t i = 0; i < o->code.n; i++)
		cr_expect(slice_eq(o->code.items[i], slice_is_digits(code, code.n) ? code : SLICE("")), "%s", look);
	cr_expect(o->code.n > 0 || o->result.n > 0, "%s selects nothing", look);
}

Test(explain, every_command_of_the_catalogue_is_one_of_the_program)
{
	const struct terminal piped = { .columns = 80 };

	for (size_t i = 0; i < codes_count(); i++) {
		const struct slice look = codes_field(codes_at(i), CODES_LOOK);
		char *line = strndup(look.p, look.n), *words[WORDS_MOST];
		const int n = split(line, words);
		struct options o;
		struct buf error = BUF_INIT;

		cr_expect_leq(look.n, 76, "%.*s", SLICE_ARG(look));
		cr_assert_str_eq(words[0], "dpslog");
		cr_assert_eq(options_parse(&o, n, words, piped, &error), OPTIONS_RUN, "%.*s: %s", SLICE_ARG(look),
			     buf_cstr(&error));
		cr_expect(o.command_given && o.command->operands == NULL, "%.*s", SLICE_ARG(look));
		cr_expect(o.n_paths == 1 && strcmp(o.paths[0], "PATH") == 0, "%.*s", SLICE_ARG(look));
		check_keys(&o, look.p);
		check_codes(&o, codes_at(i), look.p);
		options_free(&o);
		buf_free(&error);
		free(line);
	}
}
