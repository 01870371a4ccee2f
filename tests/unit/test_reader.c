/*
 * test_reader.c - the two readers cannot be told apart: what a recording sink hears of regular, odd and damaged values; and
 * what stands round yajl (depth, UTF-8, surrogates, controls).
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "generate.h"
#include "json/reader.h"

/* ---- a sink that writes down what it is told ---- */

struct recorder {
	struct event_sink sink;
	struct buf log;
	struct arena arena;
	unsigned again;
	size_t room;     /* behind a text, that may be looked at */
};

/* Names with a place; all others are stepped over. The place says which; the level of an object is its place. */
static const char *const names[] = { "time", "category", "level", "properties", "deviceId", "id", "a", "", "records", "tables" };

enum { ENVELOPES_FROM = 8, NAMES = sizeof names / sizeof *names };

static int on_key(void *ctx, int level, struct slice name)
{
	(void)ctx;
	for (int i = 0; i < NAMES; i++)
		if (slice_eq_nocase(name, slice_str(names[i])))
			return i >= ENVELOPES_FROM ? (level == 0 ? PLACE_ENVELOPE : PLACE_SKIP) : level * 100 + i;
	return PLACE_SKIP;
}

static int on_element(void *ctx, size_t i)
{
	(void)ctx;
	return i % 3 == 2 ? PLACE_SKIP : 1000 + (int)i;
}

static void on_value(void *ctx, int place, enum json_type type, struct slice text, unsigned flags)
{
	struct recorder *r = ctx;
	const struct slice decoded = event_text(text, flags, &r->arena);

	buf_printf(&r->log, "%d: type %d, %zu bytes <", place, (int)type, decoded.n);
	buf_slice(&r->log, decoded);
	buf_str(&r->log, ">\n");
}

/* Objects in places 3, 5 and 6 are looked into, three levels deep. */
static int on_open(void *ctx, int place, enum json_type type)
{
	struct recorder *r = ctx;
	const int name = place % 100, level = place / 100;

	buf_printf(&r->log, "%d: opens %d\n", place, (int)type);
	return type == JSON_OBJECT && name >= 3 && level < 300 && (name == 3 || name == 5 || name == 6) ? level * 3 + name : LEVEL_NOWHERE;
}

static void on_again(void *ctx)
{
	struct recorder *r = ctx;

	r->log.n = 0;
	r->again++;
}

static void recorder_init(struct recorder *r, bool fixed)
{
	*r = (struct recorder){ .sink = { .key = on_key, .element = on_element, .value = on_value, .open = on_open, .again = on_again,
		.ctx = r, .envelopes = true, .fixed = fixed } };
}

static void recorder_free(struct recorder *r)
{
	buf_free(&r->log);
	arena_free(&r->arena);
}

/* ---- both readers, side by side for ever ---- */

struct pair {
	struct reader *fast, *yajl;
	struct recorder a, b;
	unsigned ok;
};

static void pair_init(struct pair *p, bool fixed)
{
	*p = (struct pair){ .fast = reader_new(true), .yajl = reader_new(false) };
	recorder_init(&p->a, fixed);
	recorder_init(&p->b, fixed);
}

/* How many values the fast reader has behind it when it begins anew: with and without much to remember. */
enum { MEMORY = 7 };

static void pair_renew(struct pair *p)
{
	reader_free(p->fast);
	p->fast = reader_new(true);
}

static void pair_free(struct pair *p)
{
	reader_free(p->fast);
	reader_free(p->yajl);
	recorder_free(&p->a);
	recorder_free(&p->b);
}

static enum read_status read_one(struct reader *reader, struct recorder *r, struct slice text, bool *repaired,
                                 struct read_error *error)
{
	r->log.n = 0;
	arena_reset(&r->arena);
	reader_begin(reader);
	*repaired = false;
	*error = (struct read_error){ .reason = REASONS };
	return reader_read_roomy(reader, text, r->room, 0, &r->sink, repaired, error);
}

static void compare(struct pair *p, struct slice text, uint64_t seed)
{
	struct read_error error, expected_error;
	bool repaired, expected_repaired;
	const enum read_status status = read_one(p->fast, &p->a, text, &repaired, &error);
	const enum read_status expected = read_one(p->yajl, &p->b, text, &expected_repaired, &expected_error);

	cr_assert_eq(status, expected, "seed %llu: %d, not %d: %.*s", (unsigned long long)seed, (int)status, (int)expected,
	             SLICE_ARG(text));
	if (status == READ_BAD)
		cr_assert(error.reason == expected_error.reason && error.text == expected_error.text && error.at == expected_error.at,
		          "seed %llu: another error: %.*s", (unsigned long long)seed, SLICE_ARG(text));
	if (status != READ_OK)
		return;
	p->ok++;
	cr_assert_eq(repaired, expected_repaired, "seed %llu: repaired: %.*s", (unsigned long long)seed, SLICE_ARG(text));
	cr_assert(slice_eq(buf_view(&p->a.log), buf_view(&p->b.log)), "seed %llu: %.*s\n---- fast\n%s---- yajl\n%s",
	          (unsigned long long)seed, SLICE_ARG(text), buf_cstr(&p->a.log), buf_cstr(&p->b.log));
}

/* ---- generated values ---- */

/* A copy of exactly its size: what is read beyond it is found by the sanitizer. */
static void compare_exactly(struct pair *p, struct slice text, uint64_t seed)
{
	char *copy = malloc(text.n + 1);

	cr_assert(copy != NULL);
	memcpy(copy + 1, text.p, text.n);
	compare(p, slice_of(copy + 1, text.n), seed);
	free(copy);
}

static void compare_many(struct pair *p, unsigned count, size_t odd_one_in, bool damaged)
{
	struct generator g = { .odd = odd_one_in };

	for (uint64_t seed = 1; seed <= count; seed++) {
		if (seed % MEMORY == 0)
			pair_renew(p);
		generate_value(&g, seed);
		if (damaged)
			generate_damage(&g);
		compare_exactly(p, buf_view(&g.out), seed);
	}
	buf_free(&g.out);
}

Test(reader, both_tell_the_same_of_regular_values)
{
	for (int fixed = 0; fixed < 2; fixed++) {
		struct pair p;

		pair_init(&p, fixed);
		compare_many(&p, 6000, 400, false);
		cr_assert_gt(p.ok, 5000);
		cr_assert_lt(p.a.again, 3000, "the fast reader leaves %u of 6000 regular values", p.a.again);
		pair_free(&p);
	}
}

Test(reader, both_tell_the_same_of_odd_values)
{
	struct pair p;

	pair_init(&p, true);
	compare_many(&p, 8000, 12, false);
	cr_assert_gt(p.ok, 2000);
	compare_many(&p, 8000, 4, false);
	pair_free(&p);
}

Test(reader, both_tell_the_same_of_damaged_values)
{
	struct pair p;

	pair_init(&p, true);
	compare_many(&p, 20000, 200, true);
	compare_many(&p, 20000, 8, true);
	cr_assert_gt(p.ok, 100);
	pair_free(&p);
}

static const char record[] = "{\"time\":\"2026-11-02T03:14:07Z\",\"resourceId\":\"/S\",\"category\":\"DeviceOperations\",\"level\":\"Error\","
	"\"properties\":{\"id\":\"press\\/0417\",\"a\":-1.5e3,\"x\":[1,{\"id\":null}]},\"id\":{\"deviceId\":\"d\"},\"a\":true}";

/* Each byte of a record changed to each byte that matters; each prefix of it. */
Test(reader, both_tell_the_same_of_a_record_changed_at_every_place)
{
	static const char bytes[] = "\"\\{}[],:09-e.+t \n\v\x01\x80\xffx";
	char text[sizeof record];
	struct pair p;

	pair_init(&p, true);
	for (size_t at = 0; at < sizeof record - 1; at++) {
		compare_exactly(&p, slice_of(record, at), at);
		for (size_t i = 0; i < sizeof bytes - 1; i++) {
			memcpy(text, record, sizeof record);
			text[at] = bytes[i];
			compare_exactly(&p, slice_of(text, sizeof record - 1), at * 1000 + i);
			compare_exactly(&p, slice_of(record, sizeof record - 1), at * 1000 + i); /* and the memory of it is not spoilt */
		}
	}
	pair_free(&p);
}

/* Members with names and values of these lengths, and enough behind them that the fast reader goes by what it remembers. */
static size_t long_record(char *out, size_t name, size_t value)
{
	static const char tail[] = "\",\"properties\":\"{\\\"id\\\":\\\"press-0417\\\",\\\"statusCode\\\":\\\"200\\\"}\",\"level\":\"Error\","
		"\"resultDescription\":\"The device may not connect: it is not in the enrollment list of this service any more.\"}";
	static const char head[] = "{\"time\":\"2\",\"";
	size_t n = sizeof head - 1;

	memcpy(out, head, n);
	memset(out + n, 'n', name);
	n += name;
	memcpy(out + n, "\":\"", 3);
	n += 3;
	memset(out + n, 'v', value);
	n += value;
	memcpy(out + n, tail, sizeof tail - 1);
	return n + sizeof tail - 1;
}

/* Around the lengths at which another way is taken: what is remembered, and strings that end near. Each byte is changed to others. */
Test(reader, both_tell_the_same_of_members_of_every_length)
{
	static const char bytes[] = "\"\\,\n\x01\x80x";
	char text[600], changed[600];
	struct pair p;

	pair_init(&p, true);
	for (size_t length = 0; length <= 70; length++) {
		const size_t n = length % 2 == 0 ? long_record(text, 5, length) : long_record(text, length, 3);

		compare_exactly(&p, slice_of(text, n), length);
		compare_exactly(&p, slice_of(text, n), length);
		for (size_t at = 12; at < 110; at++) {
			memcpy(changed, text, n);
			changed[at] = bytes[(at + length) % (sizeof bytes - 1)];
			compare_exactly(&p, slice_of(changed, n), length * 1000 + at);
		}
	}
	cr_assert_gt(p.ok, 1000);
	pair_free(&p);
}

/* What stands behind a text may be looked at, but is none of it: each prefix, with the rest behind it. */
Test(reader, nothing_is_taken_from_behind_the_text)
{
	char text[600];
	struct pair p;

	pair_init(&p, true);
	for (size_t length = 0; length <= 40; length += 5) {
		const size_t n = long_record(text, 3 + length / 2, length);

		reader_within(p.fast, slice_of(text, n));
		for (size_t to = 0; to <= n; to++) {
			compare(&p, slice_of(text, n), length);
			compare(&p, slice_of(text, to), to);
		}
	}
	pair_free(&p);
}

/* The same of texts that lie apart, with the rest or with blanks behind them. */
Test(reader, nothing_is_taken_from_the_room_behind_a_text)
{
	enum { ROOM = 112 };
	char text[600], padded[600 + ROOM];
	struct pair p;

	pair_init(&p, true);
	for (size_t length = 0; length <= 40; length += 5) {
		const size_t n = long_record(text, 3 + length / 2, length);

		for (size_t to = 0; to <= n; to++) {
			p.a.room = 0;
			compare(&p, slice_of(text, n), length);
			p.a.room = n - to;
			compare(&p, slice_of(text, to), to);
			memset(padded, ' ', sizeof padded);
			memcpy(padded, text, to);
			p.a.room = ROOM - to % 64;
			compare(&p, slice_of(padded, to), to);
		}
	}
	pair_free(&p);
}

/* An object that was read so often that it is known as a whole, and something behind it: white space alone is good. */
Test(reader, what_stands_behind_a_known_object)
{
	static const char *const behind[] = { "", " ", "\n", " \r\n\t ", "x", " x", ",", "}", "]", "{}", " {}", "\v", "\"", "\"abc", " \"", "12", " -1", "tru" };
	char text[600];
	struct pair p;

	pair_init(&p, true);
	const size_t n = long_record(text, 5, 9);

	for (int i = 0; i < 3; i++)
		compare(&p, slice_of(text, n), 0);
	cr_assert_eq(p.a.again, 0, "it was read fast");
	for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
		strcpy(text + n, behind[i]);
		reader_within(p.fast, slice_of(text, sizeof text));
		compare(&p, slice_str(text), i);
		reader_within(p.fast, slice_of(NULL, 0));
		compare_exactly(&p, slice_str(text), i);
	}
	cr_assert_eq(p.ok, 3 + 2 * 4, "%u", p.ok);
	pair_free(&p);
}

/* What the fast reader takes from the beginning of a line is the value there, with the same events; the rest it leaves. */
Test(reader, the_value_at_the_beginning_of_a_line)
{
	static const char *const behind[] = { "", "\n", "\n{\"a\":1}\n", ",", " x", "}", "\"" };
	struct generator g = { .odd = 100 };
	struct pair p;
	unsigned taken = 0;

	pair_init(&p, true);
	for (uint64_t seed = 1; seed <= 8000; seed++) {
		struct read_error error;
		bool repaired = false;
		size_t end = SIZE_MAX;

		if (seed % MEMORY == 0)
			pair_renew(&p);
		generate_value(&g, seed);
		if (seed % 4 == 0)
			generate_damage(&g);
		const size_t n = g.out.n;

		buf_str(&g.out, behind[seed % (sizeof behind / sizeof *behind)]);
		p.a.log.n = 0;
		if (!reader_read_on_line(p.fast, buf_view(&g.out), 0, &p.a.sink, &end))
			continue;
		taken++;
		cr_assert(end <= g.out.n && memchr(g.out.p, '\n', end) == NULL, "seed %llu", (unsigned long long)seed);
		cr_assert(seed % 4 == 0 || end == n, "seed %llu", (unsigned long long)seed);
		cr_assert_eq(read_one(p.yajl, &p.b, slice_of(g.out.p, end), &repaired, &error), READ_OK, "seed %llu", (unsigned long long)seed);
		cr_assert(slice_eq(buf_view(&p.a.log), buf_view(&p.b.log)) && !repaired, "seed %llu", (unsigned long long)seed);
	}
	cr_assert_gt(taken, 100);
	buf_free(&g.out);
	pair_free(&p);
}

Test(reader, the_events_of_a_record)
{
	for (int fast = 0; fast < 2; fast++) {
		struct reader *reader = reader_new(fast);
		struct recorder r;
		struct read_error error;
		bool repaired;

		recorder_init(&r, true);
		cr_assert_eq(read_one(reader, &r, SLICE("{\"level\":4,\"skip\":[{\"id\":1}],\"PROPERTIES\":{\"id\":\"\\u00e9\\n\",\"a\":{}},"
		                                        "\"a\":[1],\"time\":null,\"category\":\"x\",\"category\":false}"),
		                      &repaired, &error), READ_OK);
		cr_expect_str_eq(buf_cstr(&r.log), "2: type 2, 1 bytes <4>\n3: opens 4\n305: type 3, 3 bytes <\xc3\xa9\n>\n306: opens 4\n"
		                 "6: opens 5\n0: type 0, 0 bytes <>\n1: type 3, 1 bytes <x>\n1: type 1, 5 bytes <false>\n");
		cr_expect(!repaired);
		cr_assert_eq(read_one(reader, &r, SLICE("[\"a\", 1, 2, {}, null]"), &repaired, &error), READ_OK);
		cr_expect_str_eq(buf_cstr(&r.log), "1000: type 3, 1 bytes <a>\n1001: type 2, 1 bytes <1>\n1003: opens 4\n"
		                 "1004: type 0, 0 bytes <>\n");
		reader_free(reader);
		recorder_free(&r);
	}
}

/* Nor at a level of which the fast reader remembers no beginning; with names that are new each time, so that it learns no shape. */
Test(reader, no_comma_before_the_first_member)
{
	enum { ROOM = 64, TIMES = 40 };
	struct buf text = BUF_INIT;
	struct pair p;

	pair_init(&p, true);
	p.a.room = p.b.room = ROOM;
	for (unsigned i = 0; i < TIMES; i++) {
		for (int wrong = 0; wrong < 2; wrong++) {
			text.n = 0;
			buf_printf(&text, "{\"x%u\":1,\"properties\":{\"properties\":{\"properties\":{%s\"a\":\"x\",\"time\":\"y\",\"category\":\"z\"}}}}", i,
			           wrong ? "," : "");
			const size_t n = text.n;

			buf_printf(&text, "%*s", (int)ROOM, "");
			compare(&p, slice_of(text.p, n), i);
		}
	}
	cr_expect_eq(p.ok, TIMES);
	pair_free(&p);
	buf_free(&text);
}

/* Of two kinds of records by turns, as exports hold them, nothing is left to yajl. */
Test(reader, ordinary_records_are_read_fast)
{
	static const char *const records[] = {
		"{\"time\":\"2026-11-02T03:14:07.1234567Z\",\"category\":\"DeviceOperations\",\"level\":\"Error\",\"properties\":"
		"\"{\\\"id\\\":\\\"press-0417\\\",\\\"type\\\":\\\"Registration\\\"}\",\"x\":[1,2,{\"a\":null}],\"id\":7}",
		"{ \"time\": \"2026-11-02T03:20:00Z\", \"category\": \"Connections\", \"properties\": {\"deviceId\": \"press-0417\", "
		"\"text\": \"\xc3\xa9 \\u00e9 \\\"\", \"empty\": {}}, \"id\" : -7.5e3 }\n",
	};
	struct pair p;

	pair_init(&p, true);
	for (unsigned i = 0; i < 50; i++)
		compare_exactly(&p, slice_str(records[i % 2]), i);
	cr_assert_eq(p.ok, 50);
	cr_assert_eq(p.a.again, 0);
	pair_free(&p);
}

Test(reader, an_envelope_is_an_array_in_the_outermost_object)
{
	static const struct { const char *text; enum read_status status; } cases[] = {
		{ "{\"a\":1,\"records\":[{}]}", READ_ENVELOPE },
		{ "{\"RECORDS\":[]}", READ_ENVELOPE },
		{ "{\"records\":{}}", READ_OK },
		{ "{\"records\":\"x\"}", READ_OK },
		{ "{\"a\":{\"records\":[1]}}", READ_OK },
		{ "{\"b\":{\"records\":[1]}}", READ_OK },
	};

	for (int fast = 0; fast < 2; fast++) {
		struct reader *reader = reader_new(fast);
		struct recorder r;

		recorder_init(&r, true);
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			struct read_error error;
			bool repaired;

			cr_expect_eq(read_one(reader, &r, slice_str(cases[i].text), &repaired, &error), cases[i].status, "%s", cases[i].text);
		}
		reader_free(reader);
		recorder_free(&r);
	}
}

static void nest(struct buf *b, size_t depth)
{
	b->n = 0;
	for (size_t i = 0; i < depth; i++)
		buf_str(b, i % 2 == 0 ? "{\"a\":" : "[");
	buf_byte(b, '1');
	for (size_t i = depth; i-- > 0;)
		buf_byte(b, i % 2 == 0 ? '}' : ']');
}

Test(reader, depth)
{
	struct buf text = BUF_INIT;

	for (int fast = 0; fast < 2; fast++) {
		struct reader *reader = reader_new(fast);
		struct read_error error;
		bool repaired = false;

		nest(&text, READER_DEPTH);
		cr_expect_eq(reader_read(reader, buf_view(&text), 0, NULL, &repaired, &error), READ_OK);
		nest(&text, READER_DEPTH + 1);
		cr_expect_eq(reader_read(reader, buf_view(&text), 0, NULL, &repaired, &error), READ_BAD);
		cr_expect_eq(error.reason, REASON_DEPTH);
		reader_free(reader);
	}
	buf_free(&text);
}

/* Repairs of text, each as the value of "a": what is read, and whether it is noted. */
Test(reader, repairs)
{
	static const struct { const char *raw, *text; bool repaired; } cases[] = {
		{ "\xc3\xa9", "\xc3\xa9", false },
		{ "x\xffy", "x\xef\xbf\xbdy", true },
		{ "\xe2\x82", "\xef\xbf\xbd", true },            /* one for a maximal part */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", true },
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd", true },
		{ "\\ud83d\\ude00", "\xf0\x9f\x98\x80", false },
		{ "\\ud83d", "\xef\xbf\xbd", true },
		{ "\\ude00\\ud83d", "\xef\xbf\xbd\xef\xbf\xbd", true },
		{ "\\uD83D\\u0041", "\xef\xbf\xbd" "A", true },
		{ "\\\\ud83d", "\\ud83d", false },               /* a backslash, and letters */
		{ "\\ufffd", "\xef\xbf\xbd", false },
	};

	for (int fast = 0; fast < 2; fast++) {
		struct reader *reader = reader_new(fast);
		struct recorder r;

		recorder_init(&r, true);
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			struct buf text = BUF_INIT, expected = BUF_INIT;
			struct read_error error;
			bool repaired;

			buf_printf(&text, "{\"a\":\"%s\"}", cases[i].raw);
			buf_printf(&expected, "6: type 3, %zu bytes <%s>\n", strlen(cases[i].text), cases[i].text);
			cr_expect_eq(read_one(reader, &r, buf_view(&text), &repaired, &error), READ_OK, "case %zu", i);
			cr_expect_str_eq(buf_cstr(&r.log), buf_cstr(&expected), "case %zu", i);
			cr_expect_eq(repaired, cases[i].repaired, "case %zu", i);
			buf_free(&text);
			buf_free(&expected);
		}
		reader_free(reader);
		recorder_free(&r);
	}
}

/* What is refused, though some parsers would not. */
Test(reader, refused)
{
	static const char *const cases[] = { "", " ", "{", "{}}", "{} {}", "{,}", "{\"a\":1,}", "[1,]", "[01]", "[+1]", "[1.]", "[.5]", "[1e]",
		"[NaN]", "[\"\x01\"]", "[\"\n\"]", "{\"a\"\v:1}", "{\"a\":1}\f", "{'a':1}", "{a:1}", "[\"\\x\"]", "[\"\\u12g4\"]", "[tru]", "/**/[]",
		"\xef\xbb\xbf[]", "[\"a\" \"b\"]", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{1:2}", "{}\"", "{\"a\":1}\"b", "[1] \"x", "{}1", "[]-", "{}nul" };

	for (int fast = 0; fast < 2; fast++) {
		struct reader *reader = reader_new(fast);

		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			struct read_error error = { .reason = REASONS };
			bool repaired = false;

			cr_expect_eq(reader_read(reader, slice_str(cases[i]), 0, NULL, &repaired, &error), READ_BAD, "%s", cases[i]);
			cr_expect_eq(error.reason, REASON_SYNTAX, "%s", cases[i]);
		}
		reader_free(reader);
	}
}
