/*
 * test_kql.c - predicates over records: what they mean, what is refused, and where the mistake is said to be.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "base/mem.h"
#include "select/kql.h"
#include "select/kql_lex.h"
#include "select/kql_regex.h"
#include "select/kql_time.h"

static const char record_text[] =
	"{\"time\":\"2026-11-02T03:14:07.5Z\",\"resourceId\":\"/subscriptions/s-1/resourceGroups/rg/providers/Microsoft.Devices/"
	"provisioningServices/dps\",\"category\":\"DeviceOperations\",\"operationName\":\"Register\",\"level\":\"Information\","
	"\"resultType\":\"ClientError\",\"resultDescription\":\"Unauthorized (401002)\",\"durationMs\":\"226\","
	"\"properties\":\"{\\\"registrationId\\\":\\\"press-0417\\\",\\\"protocol\\\":\\\"Mqtt\\\",\\\"count\\\":5}\"}";

/* What the predicate says of that record; -1: it does not compile. */
static int ask(const char *predicate)
{
	struct kql_error error;
	struct kql *k = kql_compile(slice_str(predicate), &error);
	struct record record;
	struct wants wants;
	struct read_error read_error;

	if (k == NULL) {
		kql_error_free(&error);
		return -1;
	}
	wants_init(&wants);
	cr_assert(kql_want(k, &wants));
	struct fields *fields = fields_new(&wants);
	struct reader *reader = reader_new(false);
	struct kql_scratch *scratch = kql_scratch_new();

	record_init(&record, fields, reader);
	record_begin(&record);
	cr_assert_eq(record_read(&record, slice_str(record_text), false, &read_error), READ_OK);
	record_finish(&record);
	kql_bind(k, fields);
	kql_set_now(k, record.time);
	const int answer = (int)kql_ask(k, &record, scratch);

	kql_scratch_free(scratch);
	record_free(&record);
	reader_free(reader);
	fields_free(fields);
	kql_free(k);
	return answer;
}

#define YES(predicate) cr_expect_eq(ask(predicate), KQL_YES, "%s", predicate)
#define NO(predicate) cr_expect_eq(ask(predicate), KQL_NO, "%s", predicate)

/* It is refused with a sentence that holds `part`, at this place. */
static void refused(const char *predicate, size_t at, size_t n, const char *part)
{
	struct kql_error error;
	struct kql *k = kql_compile(slice_str(predicate), &error);

	cr_assert_null(k, "%s", predicate);
	cr_expect(strstr(buf_cstr(&error.text), part) != NULL, "%s: %s", predicate, buf_cstr(&error.text));
	cr_expect(error.at == at && error.n == n, "%s: %zu, %zu", predicate, error.at, error.n);
	kql_error_free(&error);
}

Test(kql, fields)
{
	YES("ResultType == 'ClientError'");
	YES("resulttype == 'ClientError' and RESULTTYPE == 'ClientError'");
	YES("code == '401002' and device == 'press-0417' and service == 'dps'");
	YES("properties.protocol == 'Mqtt' and properties['protocol'] == 'Mqtt' and properties_protocol_s == 'Mqtt'");
	YES("parse_json(properties_s).protocol == 'Mqtt' and tostring(todynamic(properties_s)['protocol']) == 'Mqtt'");
	YES("ResourceProvider == 'MICROSOFT.DEVICES' and ResourceType == 'PROVISIONINGSERVICES' and Resource == 'DPS'");
	YES("SubscriptionId == 's-1' and ResourceGroup == 'RG' and Type == 'AzureDiagnostics'");
	YES("_ResourceId endswith_cs '/provisioningservices/dps' and ResourceId endswith_cs "
	    "'/provisioningServices/dps'");
	YES("TimeGenerated == datetime(2026-11-02 03:14:07.5) and time == TimeGenerated");
	YES("column_ifexists('Level', 'x') != 'x' and column_ifexists('Levle', 'x') == 'x'");
	YES("toint(DurationMs) == 226 and properties_count_d == 5");
	YES("location_s == '' and isempty(location_s) and not(isnull(location_s)) and location_s != 'x'");
	YES("isnull(properties.none) and isempty(properties.none) and properties.none == '' and "
	    "isnotnull(properties.protocol)");
}

Test(kql, levels_have_several_spellings)
{
	YES("Level == 'Information'");
	YES("Level == 'Informational'");
	YES("Level in ('Error', 'Information') and Level in~ ('INFORMATION') and Level =~ 'information'");
	NO("Level != 'Information'");
	YES("Level == '4'");
	NO("Level == 'information'");
	NO("Level == 'INFORMATIONAL'");
}

Test(kql, literals)
{
	YES("'it\\'s' == \"it's\" and @'a\\d' == 'a\\\\d' and @'a''b' == \"a'b\" and 'a' \"b\" == 'ab' and h'x' == "
	    "'x'");
	YES("'\\x41\\u00e9\\101' == 'A\xC3\xA9" "A' and ```a\"'b``` == 'a\"\\'b'");
	YES("0x1F == 31 and 1e3 == 1000 and 1.5 == real(1.5) and 5. == 5 and long(-5) == -5 and true == True");
	YES("1d == 24h and 1.5h == 90min and 100ms == 0.1s and 1tick * 10 == 1microsecond and time(1.02:03:04) == 1d + "
	    "2h + 3m + 4s");
	YES("timespan(15 seconds) == 15s and timespan(2) == 2d and timespan(00:00:00.5) == 500ms");
	YES("datetime(2026-11-02) == datetime(2026-11-02 00:00) and datetime('2026-11-02T01:00:00+01:00') == "
	    "datetime(2026-11-02)");
	YES("isnull(int(null)) and isnull(datetime(null)) and isnull(dynamic(null))");
	YES("'b' in (dynamic(['a', 'b'])) and 2 in (dynamic([1, 2])) // the rest is said");
}

Test(kql, nulls)
{
	NO("int(null) == 1");
	YES("int(null) != 1");
	NO("int(null) < 1");
	NO("not(int(null) < 1)");
	NO("int(null) == int(null)");
	NO("int(null) != int(null)");
	YES("int(null) < 1 or true");
	NO("int(null) < 1 and true");
	YES("not(int(null) < 1 and false)");
	NO("int(null) in (1, 2)");
	YES("int(null) !in (1, 2)");
	NO("toint('x') between (1 .. 2)");
	NO("not(toint('x') between (1 .. 2))");
	YES("not(toint('3') between (1 .. int(null))) == false or true");
}

Test(kql, text)
{
	YES("'aBc' == 'aBc' and 'aBc' != 'abc' and 'aBc' =~ 'AbC' and 'aBc' !~ 'abd'");
	YES("'\xC3\x89t\xC3\xA9' =~ '\xC3\xA9T\xC3\x89' and '\xC3\xA9' != 'e\\u0301' and 'stra\\u00dfe' !~ 'strasse'");
	YES("'\\u212A' =~ 'k' and 'x\\u017F' contains 'S'");
	YES("'FabriKam' contains 'BRik' and 'FabriKam' !contains_cs 'BRik' and 'FabriKam' startswith 'fab' and "
	    "'FabriKam' endswith 'KAM'");
	YES("'North America' has 'america' and 'NorthAmerica' !has 'america' and 'North America' !has_cs 'america'");
	YES("'version=1.2.3' has '2.3' and 'a_b' has 'a' and 'ab' !has 'a' and 'x' has '' and not('x' !has '')");
	YES("'North America' hasprefix 'ame' and 'North America' hassuffix 'rth' and 'North America' !hasprefix 'rth'");
	YES("'North America' has_any ('x', 'north') and 'North America' has_all ('america', 'north') and 'a' !in~ "
	    "('B', 'C')");
	YES("'' contains '' and '' startswith '' and '' has '' and not('' has 'x')");
}

Test(kql, patterns)
{
	YES("'abc1' matches regex '^abc\\\\d$' and 'x' matches regex ''");
	NO("'abc\\n' matches regex 'abc$'");
	YES("'\\u0663' matches regex @'^\\d$'");
	YES("'ABC' matches regex '(?i)abc'");
	YES("extract('a(.)c', 1, 'xabcx') == 'b' and extract('v(\\\\d+)', 1, 'v12', typeof(long)) == 12 and "
	    "extract('z', 0, 'a') == ''");
	YES("trim('--', '----a--b--') == 'a--b' and trim(@'[^\\w]+', '%%a b%%') == 'a b' and trim('a', 'aaa') == ''");
}

Test(kql, numbers)
{
	YES("1 + 2 * 3 == 7 and (1 + 2) * 3 == 9 and 7 / 2 == 3 and -7 / 2 == -3 and 7 / 2.0 == 3.5");
	YES("14 % 12 == 2 and -14 % 12 == 10 and 14 % -12 == 2 and -14 % -12 == 10");
	YES("isnull(1 / 0) and isnull(9223372036854775807 + 1) and -5 < 3 and - 5 == 0 - 5");
	YES("1d / 5h == 4.8 and 1.5 * 1h == 90m and 1d / 2 == 12h and 2h - 30m == 1.5h");
	YES("toint('12') == 12 and isnull(toint('1.5')) and isnull(toint('3000000000')) and tolong('3000000000') == "
	    "3000000000");
	YES("toint('0x1f') == 31 and todouble('1e3') == 1000 and toint(2.9) == 2 and tobool('TRUE') and "
	    "isnull(tobool('x')) and tobool(2)");
	YES("bin(7, 5) == 5 and bin(-7, 5) == -10 and bin(7.5, 2) == 6.0 and bin(5h, 2h) == 4h");
}

Test(kql, times)
{
	YES("time > ago(1s) and now() == time and now(-1h) == ago(1h) and time - 1h < time");
	YES("time between (datetime(2026-11-02) .. 1d) and time !between (datetime(2026-11-03) .. 1d)");
	YES("bin(time, 1h) == datetime(2026-11-02 03:00) and startofhour(time) == bin(time, 1h) and startofday(time) "
	    "== datetime(2026-11-02)");
	YES("startofday(time, -1) == datetime(2026-11-01) and hourofday(time) == 3 and dayofweek(time) == 1d");
	YES("bin(datetime(2026-11-05), 7d) == datetime(2026-11-02)");
	YES("datetime_diff('year', datetime(2017-01-01), datetime(2000-12-31)) == 17");
	YES("datetime_diff('quarter', datetime(2017-07-01), datetime(2017-03-30)) == 2");
	YES("datetime_diff('month', datetime(2017-01-01), datetime(2015-12-30)) == 13");
	YES("datetime_diff('week', datetime(2017-10-29 00:00), datetime(2017-10-28 23:59)) == 1");
	YES("datetime_diff('hour', datetime(2017-10-31 01:00), datetime(2017-10-30 23:59)) == 2");
	YES("isnull(totimespan('')) and isnull(totimespan(dynamic(null))) and isnull(todatetime(dynamic(null)))");
	YES("todatetime('2026-11-02 03:14') == datetime(2026-11-02 03:14) and isnull(todatetime('yesterday')) and "
	    "totimespan('1.00:00:00') == 1d");
	YES("tostring(time) == '2026-11-02T03:14:07.5000000Z' and tostring(1d + 1tick) == '1.00:00:00.0000001' and "
	    "tostring(-1h) == '-01:00:00'");
}

Test(kql, functions)
{
	YES("strlen('\xC3\xA9t') == 2 and substring('\xC3\xA9t\xC3\xA9', 1) == 't\xC3\xA9' and substring('abc', -2, 1) "
	    "== 'b' and substring('abc', 9) == ''");
	YES("indexof('abcb', 'b') == 1 and indexof('abcb', 'b', 2) == 3 and indexof('abc', 'z') == -1 and "
	    "tolower('A\xC3\x89') == 'a\xC3\xA9'");
	YES("split('a,b,,c', ',')[1] == 'b' and split('a,b', ',')[-1] == 'b' and isnull(split('a', ',')[1]) and "
	    "split('a,,b', ',')[1] == ''");
	YES("strcat('a', 5, true, 1h) == 'a5true01:00:00' and strcat(properties.none, 'x') == 'x'");
	YES("iff(1 < 2, 'a', 'b') == 'a' and iif(int(null) == 1, 1, 2.5) == 2.5 and case(false, 'a', true, 'b', 'c') "
	    "== 'b'");
	YES("toupper('stra\u00dfe') == 'STRA\u00dfE' and '\u00df' =~ '\u1E9E'");
	YES("coalesce('', 'x') == 'x' and coalesce(toint('x'), 5) == 5 and isnull(coalesce(toint('x'), int(null)))");
}

Test(kql, refused)
{
	refused("ResultType == 401002", 14, 6, "ResultType is text: write == \"401002\", or toint(ResultType)");
	refused("ResultType in ('a', 5)", 20, 1, "write \"5\", or toint(ResultType)");
	refused("ResultType > 5", 0, 10, "write toint(ResultType)");
	refused("ResultType < 'b'", 0, 16, "text has no order");
	refused("time > '2026-01-01'", 7, 12, "write datetime(2026-01-01)");
	refused("toint(code) has '5'", 0, 11, "write tostring(toint(code))");
	refused("toint(code) =~ '5'", 0, 11, "write tostring(toint(code))");
	refused("5", 0, 1, "a number, not a condition");
	refused("ResultType", 0, 10, "not a condition");
	refused("Resulttyp == 'a'", 0, 9, "did you mean 'resultType'?");
	refused("Level = 'a'", 6, 1, "write ==");
	refused("Level == 'a' AND Level == 'b'", 13, 3, "did you mean 'and'?");
	refused("Level hass 'a'", 6, 4, "did you mean 'has'?");
	refused("Level == ", 9, 0, "expected a name, a value or (");
	refused("(Level == 'a'", 13, 0, "closing parenthesis");
	refused("Level == 'a", 9, 2, "does not end");
	refused("Level == 'a\\q'", 11, 2, "escape");
	refused("strlan(Level) == 1", 0, 6, "did you mean 'strlen'?");
	refused("strlen() == 1", 0, 8, "strlen(text)");
	refused("Level matches regex 'a(?=b)'", 22, 1, "look-around");
	refused("properties.a.b == 'x'", 0, 14, "not a path");
	refused("properties == 'x'", 0, 10, "name a member");
	refused("1 == 1 == true", 7, 2, "do not follow each other");
	refused("int(code) == 5", 0, 9, "write toint(code)");
	refused("datetime(2026-13-01) < now()", 0, 20, "no datetime");
	refused("Level == 5x", 9, 2, "neither a number nor a span");
	refused("9223372036854775808 == 1", 0, 19, "too large");
	refused("\xFF == 1", 0, 0, "UTF-8");
}

Test(kql, depth_and_length_are_bounded)
{
	struct buf text = BUF_INIT;

	for (int i = 0; i < 5000; i++)
		buf_byte(&text, '(');
	cr_expect_eq(ask(buf_cstr(&text)), -1);
	text.n = 0;
	buf_str(&text, "1 == 1");
	for (int i = 0; i < 5000; i++)
		buf_str(&text, " and 1==1");
	YES(buf_cstr(&text));
	text.n = 0;
	buf_str(&text, "1");
	for (int i = 0; i < 5000; i++)
		buf_str(&text, "+1");
	buf_str(&text, " > 1");
	cr_expect_eq(ask(buf_cstr(&text)), -1);
	buf_free(&text);
}

Test(kql, what_a_predicate_names)
{
	static const struct { const char *text; bool outcome, now; size_t members; } cases[] = {
		{ "device == 'a'", false, false, 0 },
		{ "Level == 'a'", true, false, 0 },
		{ "time > ago(1h)", false, true, 0 },
		{ "properties.statusCode == '5'", true, false, 1 },
		{ "properties.a == 'x' or properties_b_d > 1", false, false, 2 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct kql_error error;
		struct kql *k = kql_compile(slice_str(cases[i].text), &error);

		cr_assert_not_null(k, "%s", cases[i].text);
		cr_expect_eq(kql_names_outcome(k), cases[i].outcome, "%s", cases[i].text);
		cr_expect_eq(kql_needs_now(k), cases[i].now, "%s", cases[i].text);
		cr_expect_eq(kql_members(k), cases[i].members, "%s", cases[i].text);
		kql_free(k);
	}
}

Test(kql, a_pattern_that_gives_up_decides_nothing)
{
	static const char slow[] = "strcat('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', Level) matches regex '^(a+)+$'";
	struct buf text = BUF_INIT;

	cr_expect_eq(ask(slow), KQL_UNDECIDED);
	buf_printf(&text, "not(%s)", slow);
	cr_expect_eq(ask(buf_cstr(&text)), KQL_UNDECIDED);
	text.n = 0;
	buf_printf(&text, "%s and device == 'x'", slow);
	NO(buf_cstr(&text));
	text.n = 0;
	buf_printf(&text, "%s or device != 'x'", slow);
	YES(buf_cstr(&text));
	buf_free(&text);
}

Test(kql, dialect)
{
	static const char *const good[] = { "a|b", "(?:a)(?P<n>b)(?<m>c)", "(?i)a(?-i:b)", "a{2}b{2,}c{2,3}?", "[]a]",
	                                   "[^]a-]", "[a-z\\]\\d]",
		"\\p{L}\\pN\\x41\\x{e9}", "^\\bA\\B\\z", "a??b*?", "[a-]", "\\.\\[\\-" };
	static const char *const bad[] = { "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(a)\\1", "\\k<n>", "\\g1",
	                                  "a++", "a*+", "a?+", "a{2}+",
		"[a&&b]", "[a--b]", "[a~~b]", "[[:alpha:]]", "[a[b]]", "\\Qa\\E", "(?C)", "(?R)", "(?1)", "(?P>n)",
			"(?|a)", "(*ACCEPT)",
		"(?#x)", "\\Z", "\\K", "\\h", "\\v", "\\R", "a{", "a{,2}", "\\", "[a", "(", "\\cA", "\\0", "(?xx)a",
			"\\<a", "[\\b]" };

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct buf why = BUF_INIT;
		size_t at;
		struct kql_regex *r = kql_regex_new(slice_str(good[i]), &why, &at);

		cr_expect_not_null(r, "%s: %s", good[i], buf_cstr(&why));
		kql_regex_free_list(r);
		buf_free(&why);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct buf why = BUF_INIT;
		size_t at = SIZE_MAX;
		struct kql_regex *r = kql_regex_new(slice_str(bad[i]), &why, &at);

		cr_expect_null(r, "%s", bad[i]);
		cr_expect(at <= strlen(bad[i]) && why.n > 0, "%s", bad[i]);
		kql_regex_free_list(r);
		buf_free(&why);
	}
}

Test(kql, tokens)
{
	struct arena arena = ARENA_INIT;
	struct kql_error error = { 0 };
	struct kql_lexer l = { SLICE("a !in~(1..2) matches regex'x' // b\n1.5h datetime( 2026-11-02 )"), 0, &arena,
	                      &error };
	static const struct { enum kql_token_kind kind; const char *text; size_t at, n; } expected[] = {
		{ TOKEN_WORD, "a", 0, 1 }, { TOKEN_WORD, "!in~", 2, 4 }, { TOKEN_SYMBOL, "(", 6, 1 },
			{ TOKEN_VALUE, NULL, 7, 1 },
		{ TOKEN_SYMBOL, "..", 8, 2 }, { TOKEN_VALUE, NULL, 10, 1 }, { TOKEN_SYMBOL, ")", 11, 1 },
		{ TOKEN_WORD, "matches regex", 13, 13 }, { TOKEN_TEXT, "x", 26, 3 }, { TOKEN_VALUE, NULL, 35, 4 },
		{ TOKEN_TYPED, "2026-11-02", 40, 22 }, { TOKEN_END, NULL, 62, 0 },
	};
	struct kql_token t;

	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		cr_assert(kql_lex(&l, &t), "%s", buf_cstr(&error.text));
		cr_expect(t.kind == expected[i].kind && t.at == expected[i].at && t.n == expected[i].n,
		          "%zu: %d at %zu, %zu", i, (int)t.kind,
		          t.at, t.n);
		if (expected[i].text != NULL)
			cr_expect(slice_eq(t.text, slice_str(expected[i].text)), "%zu: %.*s", i, SLICE_ARG(t.text));
	}
	arena_free(&arena);
}
