/*
 * test_base_text.c - UTF-8 and its repair, and hostile text at each kind of sink.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "base/utf8.h"

#define FFFD "\xEF\xBF\xBD"

static void expect_bytes(const char *what, struct buf *got, struct slice want)
{
	struct buf shown = BUF_INIT;

	escape_text(&shown, buf_view(got));
	cr_expect(slice_eq(buf_view(got), want), "%s: got %s", what, buf_cstr(&shown));
	buf_free(&shown);
	buf_free(got);
}

/* ---- UTF-8 ---- */

static void check_repair(const char *what, struct slice in, struct slice want, size_t parts)
{
	struct buf out = BUF_INIT;
	char *exact = mem_alloc(in.n); /* nothing behind it: a sanitizer sees what is read beyond */

	memcpy(exact, in.p, in.n);
	in.p = exact;
	const size_t n = utf8_repair(in, &out);

	cr_expect_eq(n, parts, "%s: %zu parts, not %zu", what, n, parts);
	cr_expect_eq(utf8_valid(in), parts == 0, "%s: valid", what);
	cr_expect(utf8_valid(buf_view(&out)), "%s: the repaired text is valid", what);
	expect_bytes(what, &out, want);
	free(exact);
}

#define REPAIR(in, want, parts) check_repair(#in, SLICE(in), SLICE(want), parts)

Test(utf8, valid_text_stays)
{
	REPAIR("", "", 0);
	REPAIR("plain", "plain", 0);
	REPAIR("a\0b", "a\0b", 0);
	REPAIR("\x7F", "\x7F", 0);
	REPAIR("\xC2\x80", "\xC2\x80", 0);
	REPAIR("\xDF\xBF", "\xDF\xBF", 0);
	REPAIR("\xE0\xA0\x80", "\xE0\xA0\x80", 0);
	REPAIR("\xED\x9F\xBF", "\xED\x9F\xBF", 0);
	REPAIR("\xEE\x80\x80", "\xEE\x80\x80", 0);
	REPAIR("\xEF\xBF\xBF", "\xEF\xBF\xBF", 0);
	REPAIR("\xF0\x90\x80\x80", "\xF0\x90\x80\x80", 0);
	REPAIR("\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF", 0);
}

Test(utf8, maximal_subparts)
{
	/* Unicode 3.9, tables 3-8 to 3-11. */
	REPAIR("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A", 8);
	REPAIR("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A", 8);
	REPAIR("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", FFFD FFFD FFFD FFFD FFFD "A" FFFD FFFD "B", 7);
	REPAIR("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", FFFD FFFD FFFD FFFD "A", 4);
}

Test(utf8, cut_characters)
{
	REPAIR("x\xC3", "x" FFFD, 1);
	REPAIR("x\xE2\x82", "x" FFFD, 1);
	REPAIR("x\xF0\x9F\x92", "x" FFFD, 1);
	REPAIR("\xE2\x82\xE2\x82\xAC", FFFD "\xE2\x82\xAC", 1);
	REPAIR("\xF5\x80", FFFD FFFD, 2);
	REPAIR("\xC1\xBF", FFFD FFFD, 2);
	REPAIR("\xE0\x9F\xBF", FFFD FFFD FFFD, 3);
	REPAIR("\xF0\x8F\xBF\xBF", FFFD FFFD FFFD FFFD, 4);
}

/* A bad byte is seen wherever it stands to the words and blocks that the fast way reads. */
Test(utf8, every_place_of_a_long_text)
{
	for (size_t n = 1; n <= 200; n += 7) {
		char *text = mem_alloc(n);

		for (size_t at = 0; at < n; at++) {
			memset(text, 'a', n);
			cr_assert(utf8_valid(slice_of(text, n)));
			text[at] = '\x80';
			cr_assert_not(utf8_valid(slice_of(text, n)), "%zu of %zu", at, n);
		}
		free(text);
	}
}

Test(utf8, decode_and_encode_are_inverse)
{
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char text[4];
		size_t len;
		bool valid;

		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		const size_t n = utf8_encode(c, text);
		const uint32_t back = utf8_decode(slice_of(text, n), &len, &valid);

		cr_assert(valid && back == c && len == n, "U+%04X", (unsigned)c);
	}
}

Test(utf8, decode_tells_the_length_of_an_invalid_part)
{
	size_t len;
	bool valid;

	cr_expect_eq(utf8_decode(SLICE("\xF0\x9F\x92x"), &len, &valid), 0xFFFD);
	cr_expect(!valid && len == 3);
}

/* ---- terminals ---- */

static void check_text(const char *what, struct slice in, struct slice want)
{
	struct buf out = BUF_INIT;

	escape_text(&out, in);
	expect_bytes(what, &out, want);
}

#define TEXT(in, want) check_text(#in, SLICE(in), SLICE(want))

Test(escape_xml, references_and_what_xml_cannot_hold)
{
	struct buf out = BUF_INIT;

	escape_xml(&out, SLICE("<a b='\"'>&\x1b\xff\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD"));
	expect_bytes("XML", &out, SLICE("&lt;a b=&#39;&quot;&#39;&gt;&amp;\\x1B\\xFF\\u{FFFE}\\u{FFFF}\xEF\xBF\xBD"));
}

Test(escape_text, control_characters)
{
	TEXT("", "");
	TEXT("plain ~", "plain ~");
	TEXT("\x1B[2J", "\\x1B[2J");
	TEXT("a\0b", "a\\x00b");
	TEXT("a\tb\r\nc", "a\\x09b\\x0D\\x0Ac");
	TEXT("\x7F", "\\x7F");
	TEXT("\xC2\x9B" "31m", "\\x9B31m"); /* C1: a CSI of one character */
	TEXT("\xC2\x80\xC2\x9F\xC2\xA0", "\\x80\\x9F\xC2\xA0");
	TEXT("\x1B]0;title\x07", "\\x1B]0;title\\x07");
}

Test(escape_text, a_backslash_stays)
{
	TEXT("C:\\x1B", "C:\\x1B");
}

Test(escape_text, bidi_controls)
{
	TEXT("\xD8\x9C", "\\u{061C}");
	TEXT("\xE2\x80\x8E\xE2\x80\x8F", "\\u{200E}\\u{200F}");
	TEXT("\xE2\x80\xAA\xE2\x80\xAE", "\\u{202A}\\u{202E}");
	TEXT("\xE2\x81\xA6\xE2\x81\xA9", "\\u{2066}\\u{2069}");
}

Test(escape_text, what_is_not_seen)
{
	TEXT("\xE2\x80\xA8\xE2\x80\xA9", "\\u{2028}\\u{2029}");
	TEXT("\xE2\x80\x8B\xE2\x80\x8C\xE2\x80\x8D", "\\u{200B}\\u{200C}\\u{200D}");
	TEXT("\xE2\x81\xA0\xEF\xBB\xBF", "\\u{2060}\\u{FEFF}");
	TEXT("\xC2\xAD", "\\u{00AD}");
	TEXT("\xF3\xA0\x81\x81", "\\u{E0041}"); /* a tag */
}

Test(escape_text, visible_text_stays)
{
	TEXT("M\xC3\xBCnchen \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x94\xA5", "M\xC3\xBCnchen \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x94\xA5");
	TEXT("\xE2\x80\xAF\xE2\x80\x90\xE2\x80\xA7", "\xE2\x80\xAF\xE2\x80\x90\xE2\x80\xA7"); /* neighbours of the spans */
}

Test(escape_text, invalid_utf8_byte_by_byte)
{
	TEXT("a\xFFz", "a\\xFFz");
	TEXT("\xE2\x80z", "\\xE2\\x80z");
	TEXT("\xED\xA0\x80", "\\xED\\xA0\\x80");
	TEXT("\x9B", "\\x9B");
}

/* Whatever two bytes a text holds, nothing that a terminal obeys is left. */
Test(escape_text, all_pairs_of_bytes)
{
	for (unsigned pair = 0; pair < 0x10000; pair++) {
		const char text[2] = { (char)(pair >> 8), (char)(pair & 0xFF) };
		struct buf out = BUF_INIT;

		escape_text(&out, slice_of(text, 2));
		cr_assert(utf8_valid(buf_view(&out)), "%04X", pair);
		for (size_t i = 0; i < out.n; i++) {
			const unsigned char c = (unsigned char)out.p[i];

			cr_assert(c >= 0x20 && c != 0x7F, "%04X", pair);
			cr_assert_not(c == 0xC2 && (unsigned char)out.p[i + 1] < 0xA0, "%04X", pair);
		}
		buf_free(&out);
	}
}

/* ---- CSV ---- */

static void check_csv(const char *what, struct slice in, bool guard, struct slice want, bool guarded)
{
	struct buf out = BUF_INIT;

	cr_expect_eq(escape_csv(&out, in, guard), guarded, "%s: guarded", what);
	expect_bytes(what, &out, want);
}

#define CSV(in, want) check_csv(#in, SLICE(in), true, SLICE(want), false)
#define CSV_GUARDED(in, want) check_csv(#in, SLICE(in), true, SLICE(want), true)
#define CSV_RAW(in, want) check_csv(#in, SLICE(in), false, SLICE(want), false)

Test(escape_csv, quotes_only_where_needed)
{
	CSV("", "");
	CSV("a b;c'd", "a b;c'd");
	CSV("a,b", "\"a,b\"");
	CSV("a\nb", "\"a\nb\"");
	CSV("a\rb", "\"a\rb\"");
	CSV("\"", "\"\"\"\"");
	CSV("say \"hi\" twice\"", "\"say \"\"hi\"\" twice\"\"\"");
}

Test(escape_csv, formulas_are_guarded)
{
	CSV_GUARDED("=1+1", "'=1+1");
	CSV_GUARDED("+1", "'+1");
	CSV_GUARDED("-1", "'-1");
	CSV_GUARDED("@SUM(1)", "'@SUM(1)");
	CSV_GUARDED("\t=1", "'\t=1");
	CSV_GUARDED("\r=1", "\"'\r=1\"");
	CSV_GUARDED("=HYPERLINK(\"http://x\",1)", "\"'=HYPERLINK(\"\"http://x\"\",1)\"");
	CSV("a=1", "a=1");
	CSV(" =1", " =1");
	CSV("'=1", "'=1");
	CSV("\n=1", "\"\n=1\"");
	CSV("\0=", "\0=");
}

Test(escape_csv, raw_is_not_guarded)
{
	CSV_RAW("=1+1", "=1+1");
	CSV_RAW("-1,2", "\"-1,2\"");
}

Test(escape_csv, invalid_utf8_is_replaced)
{
	CSV("a\xFF", "a" FFFD);
	CSV("\xE2\x82,", "\"" FFFD ",\"");
	CSV("\xC2\xA0", "\xC2\xA0");
}

/* ---- JSON ---- */

static void check_json(const char *what, struct slice in, struct slice want)
{
	struct buf out = BUF_INIT;

	escape_json(&out, in);
	expect_bytes(what, &out, want);
}

#define JSON(in, want) check_json(#in, SLICE(in), SLICE("\"" want "\""))

Test(escape_json, what_must_be_escaped)
{
	JSON("", "");
	JSON("a/b ~!", "a/b ~!");
	JSON("\"\\", "\\\"\\\\");
	JSON("\b\f\n\r\t", "\\b\\f\\n\\r\\t");
	JSON("\0\x01\x1B\x1F", "\\u0000\\u0001\\u001b\\u001f");
	JSON("\x7F", "\\u007f");
	JSON("\xE2\x80\xA8\xE2\x80\xA9", "\\u2028\\u2029");
	JSON("\xC3\xBC\xF0\x9F\x94\xA5", "\xC3\xBC\xF0\x9F\x94\xA5");
	JSON("\xE2\x80\xA7", "\xE2\x80\xA7");
}

Test(escape_json, invalid_utf8_is_replaced)
{
	JSON("\xED\xA0\x80x", FFFD FFFD FFFD "x");
	JSON("\xE2\x80", FFFD);
}

static void expect_terminal(const char *in, const char *expected)
{
	struct buf out = BUF_INIT;

	escape_terminal(&out, slice_str(in));
	cr_expect_str_eq(buf_cstr(&out), expected);
	buf_free(&out);
}

Test(escape_terminal, what_a_terminal_would_act_on)
{
	expect_terminal("{\"a\":\"\\n\xC3\xA9 plain\"}", "{\"a\":\"\\n\xC3\xA9 plain\"}");
	expect_terminal("\x1B[2J\t\r\n\x7F", "\\u001B[2J\\u0009\\u000D\\u000A\\u007F");
	expect_terminal("a\xC2\x9B" "b\xE2\x80\xAE" "c", "a\\u009Bb\\u202Ec");
	expect_terminal("\xF3\xA0\x80\x81|\xF0\x9F\x98\x80", "\\uDB40\\uDC01|\xF0\x9F\x98\x80");
	expect_terminal("x\xFFy\xE2\x80", "x\xEF\xBF\xBDy\xEF\xBF\xBD");
}

Test(escape_json, every_control_character)
{
	for (unsigned c = 0; c < 0x20; c++) {
		const char text = (char)c;
		struct buf out = BUF_INIT;

		escape_json(&out, slice_of(&text, 1));
		cr_expect(out.n >= 4 && out.p[1] == '\\', "%02X", c);
		buf_free(&out);
	}
}
