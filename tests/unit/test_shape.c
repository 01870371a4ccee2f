/*
 * test_shape.c - records read by their shape: what fits one is JSON with just the events that yajl tells, and no byte is looked at
 * outside of the text and what may be looked at behind it.
 *
 * Asked directly, with what a walk of its own says of how a record is read; and through the reader, where a key that nobody
 * remembers (its name is too long) tells a record that was read by its shape from one that was read member by member.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "json/reader.h"
#include "json/shape.h"
#include "random.h"

/* ---- a sink that writes down what it is told ---- */

/* Levels: of the outermost object, of those in it, of what `properties` holds, and of an object in that. */
enum { TOP, DEEPER, DEEPEST, HELD, HELD_DEEPER };
/* Places of a level. */
enum { NUMBERED = 0, OF_LENGTH = 100, EMPTY = 200, OBJECT, HOLDER, LONG, PLACES = 1000 };

#define LONG_NAME "a name that is longer than what is remembered of names"

struct teller {
	struct event_sink sink;
	struct reader *reader;
	struct buf log;
	struct arena arena;
	struct teller *inside;  /* that tells of objects in strings which were not told in place */
	bool in_place;          /* one is being told, */
	size_t before;          /* and what was told before it */
	unsigned keys;          /* that were asked for */
	bool broken;            /* a promise of event.h */
};

static int place_of_name(struct slice name)
{
	size_t same = 0;

	while (same < name.n && name.p[same] == 'n')
		same++;
	if (name.n == 0)
		return EMPTY;
	if (same == name.n)
		return name.n < EMPTY - OF_LENGTH ? OF_LENGTH + (int)name.n : PLACE_SKIP;
	if (name.n == 3 && name.p[0] == 'w' && ascii_is_digit(name.p[1]) && ascii_is_digit(name.p[2]))
		return NUMBERED + (name.p[1] - '0') * 10 + name.p[2] - '0';
	return slice_eq(name, SLICE("o")) ? OBJECT : slice_eq(name, SLICE("properties")) ? HOLDER :
	       slice_eq(name, SLICE(LONG_NAME)) ? LONG : PLACE_SKIP;
}

static int on_key(void *ctx, int level, struct slice name)
{
	struct teller *t = ctx;
	const int place = place_of_name(name);

	t->keys++;
	if (level == TOP && slice_eq(name, SLICE("records")))
		return PLACE_ENVELOPE;
	return place < 0 ? PLACE_SKIP : level * PLACES + place;
}

static int level_in(int place)
{
	static const int deeper[] = { [TOP] = DEEPER, [DEEPER] = DEEPEST, [DEEPEST] = LEVEL_NOWHERE, [HELD] = HELD_DEEPER,
		[HELD_DEEPER] = LEVEL_NOWHERE };

	return place == HOLDER ? HELD : place % PLACES == OBJECT ? deeper[place / PLACES] : LEVEL_NOWHERE;
}

static int on_open(void *ctx, int place, enum json_type type)
{
	struct teller *t = ctx;

	buf_printf(&t->log, "%d opens %d\n", place, (int)type);
	return type == JSON_OBJECT ? level_in(place) : LEVEL_NOWHERE;
}

static int on_embeds(void *ctx, int place)
{
	(void)ctx;
	return place == HOLDER ? HELD : LEVEL_NOWHERE;
}

static void on_embedded(void *ctx, int level)
{
	struct teller *t = ctx;

	t->broken |= level != HELD;
	if (t->in_place)
		t->log.n = t->before;
	t->before = t->log.n;
	t->in_place = !t->in_place;
}

static enum read_status read_by(struct teller *t, struct slice text, int level, bool *repaired, struct read_error *error)
{
	t->log.n = 0;
	t->in_place = false;
	t->keys = 0;
	arena_reset(&t->arena);
	reader_begin(t->reader);
	*repaired = false;
	*error = (struct read_error){ .reason = REASONS };
	return reader_read(t->reader, text, level, &t->sink, repaired, error);
}

/* An object in a string is told as it is where a reader does that in place: its members, and then the string. */
static void tell_inside(struct teller *t, struct slice text)
{
	struct read_error error;
	bool repaired;

	if (text.n > 0 && text.p[0] == '{' && read_by(t->inside, text, HELD, &repaired, &error) == READ_OK)
		buf_slice(&t->log, buf_view(&t->inside->log));
}

static void write_value(struct teller *t, int place, enum json_type type, struct slice text)
{
	buf_u64(&t->log, (uint64_t)place);
	buf_byte(&t->log, "nbds"[type]);
	buf_u64(&t->log, text.n);
	buf_byte(&t->log, '<');
	buf_slice(&t->log, text);
	buf_str(&t->log, ">\n");
}

static void on_value(void *ctx, int place, enum json_type type, struct slice text, unsigned flags)
{
	struct teller *t = ctx;
	const struct slice decoded = event_text(text, flags, &t->arena);
	const bool told = (flags & TEXT_TOLD) != 0;

	t->broken |= type > JSON_STRING || (told && (!t->in_place || place != HOLDER)) || (!told && place == HOLDER && t->in_place);
	if (told)
		t->in_place = false;
	else if (place == HOLDER && type == JSON_STRING)
		tell_inside(t, decoded);
	write_value(t, place, type, decoded);
}

/* event.h: between their quotes in the text, and not too many. */
static void on_strings(void *ctx, const struct event_string *s, size_t n)
{
	struct teller *t = ctx;

	t->broken |= n == 0 || n > STRINGS_MOST;
	for (size_t i = 0; i < n; i++) {
		const char *const behind = s[i].text.p + s[i].text.n;

		t->broken |= s[i].text.p[-1] != '"' || (*behind != '"' && *behind != '\\');
		on_value(ctx, s[i].place, JSON_STRING, s[i].text, TEXT_STABLE);
	}
}

static void forget(struct teller *t)
{
	t->log.n = 0;
	t->in_place = false;
}

static void on_again(void *ctx)
{
	forget(ctx);
}

static void teller_init(struct teller *t, struct teller *inside, bool fast)
{
	*t = (struct teller){ .reader = reader_new(fast), .inside = inside, .sink = { .key = on_key, .value = on_value, .strings = on_strings,
		.open = on_open, .embeds = on_embeds, .embedded = on_embedded, .again = on_again, .ctx = t, .envelopes = true, .fixed = true } };
}

static void teller_free(struct teller *t)
{
	reader_free(t->reader);
	buf_free(&t->log);
	arena_free(&t->arena);
}

/* ---- both readers ---- */

struct pair {
	struct teller fast, yajl, inside;
	struct reader_share share;
};

static void pair_init(struct pair *p)
{
	teller_init(&p->inside, NULL, false);
	teller_init(&p->fast, &p->inside, true);
	teller_init(&p->yajl, &p->inside, false);
}

static void pair_free(struct pair *p)
{
	teller_free(&p->fast);
	teller_free(&p->yajl);
	teller_free(&p->inside);
}

static void assert_same(struct pair *p, struct slice text, const char *what)
{
	cr_assert(!p->fast.broken, "%s: a promise is broken: %.*s", what, SLICE_ARG(text));
	cr_assert(slice_eq(buf_view(&p->fast.log), buf_view(&p->yajl.log)), "%s: %.*s\n---- fast\n%s---- yajl\n%s", what, SLICE_ARG(text),
	          buf_cstr(&p->fast.log), buf_cstr(&p->yajl.log));
}

static enum read_status compare(struct pair *p, struct slice text)
{
	struct read_error error, expected_error;
	bool repaired, expected_repaired;
	const enum read_status status = read_by(&p->fast, text, TOP, &repaired, &error);
	const enum read_status expected = read_by(&p->yajl, text, TOP, &expected_repaired, &expected_error);

	cr_assert_eq(status, expected, "%d, not %d: %.*s", (int)status, (int)expected, SLICE_ARG(text));
	if (status == READ_BAD)
		cr_assert(error.reason == expected_error.reason && error.text == expected_error.text && error.at == expected_error.at,
		          "another error: %.*s", SLICE_ARG(text));
	if (status != READ_OK)
		return status;
	cr_assert_eq(repaired, expected_repaired, "repaired: %.*s", SLICE_ARG(text));
	assert_same(p, text, "read");
	return status;
}

/* What is taken from the beginning of a line is what yajl takes of just that. */
static bool compare_on_line(struct pair *p, struct slice line)
{
	struct read_error error;
	bool repaired;
	size_t end = SIZE_MAX;

	forget(&p->fast);
	p->fast.keys = 0;
	arena_reset(&p->fast.arena);
	reader_begin(p->fast.reader);
	if (!reader_read_on_line(p->fast.reader, line, TOP, &p->fast.sink, &end))
		return false;
	cr_assert(end <= line.n && memchr(line.p, '\n', end) == NULL, "%.*s", SLICE_ARG(line));
	cr_assert_eq(read_by(&p->yajl, slice_of(line.p, end), TOP, &repaired, &error), READ_OK, "%.*s", SLICE_ARG(line));
	assert_same(p, line, "read on its line");
	return true;
}

/* ---- records ---- */

/* As much as is looked at behind any record here. */
enum { ROOM_MOST = 160 };

#define TABS "\t\t\t\t"
#define BLANKS "                                             "
#define MEMBER(name, value) "\"" name "\":\"" value "\","
#define FIVE(tens) MEMBER("w" tens "0", "a") MEMBER("w" tens "1", "") MEMBER("w" tens "2", "see") MEMBER("w" tens "3", "d e") MEMBER("w" tens "4", "f")
#define LAST "\"" LONG_NAME "\":\"last\"}"

/* All of these have a shape, and a member whose name is too long to be remembered otherwise. */
static const char *const shaped[] = {
	"{\"w01\":\"2026-11-02T03:14:07Z\",\"unwanted\":\"/S\",\"w02\":\"x\",\"w03\":\"Error\",\"properties\":\"{\\\"w01\\\":\\\"press-0417\\\","
	"\\\"x\\\":\\\"Registration\\\",\\\"w02\\\":\\\"\\\"}\"," LAST,
	"{\"w01\":1,\"x\":-2.5e3,\"w02\":true,\"w03\":false,\"y\":null,\"w04\":null,\"o\":{\"w01\":\"a\",\"w02\":0,\"o\":{\"w03\":\"b\",\"o\":{\"w01\":7},"
	"\"w04\":true},\"x\":{\"w05\":\"c\"}},\"w05\":\"d\"," LAST,
	"{\n" TABS "\"w01\" : \"a\",\r\n" BLANKS "\"w02\"\t:\n" BLANKS BLANKS "\"b\"" BLANKS ",\n\n\"o\": {\n  \"w03\": 5\n  },  \n " BLANKS " \"x\" :"
	BLANKS "true\n,\"" LONG_NAME "\" : \"c\"\n}",
	"{" BLANKS "\"w01\" : \"x\" , \"w02\" : 5  , \"o\" : { \"w03\" : null } , \"x\" : \"z\" , \"o\" : { } ,\"" LONG_NAME "\" : \"\" }",
	"{\"\":\"\",\"w01\":\"\",\"w02\":\"\",\"x\":\"\",\"o\":{\"\":\"\"},\"properties\":\"\"," LAST,
	"{\"w01\":\"first\",\"w01\":\"second\",\"w01\":3,\"w01\":\"\",\"o\":{\"w01\":\"x\"},\"o\":{\"w01\":4},\"properties\":\"{\\\"w01\\\":\\\"a\\\"}\","
	"\"properties\":\"{\\\"w02\\\":5}\"," LAST,
	"{\"properties\":\"{}\",\"w01\":\"x\",\"properties\":\"{ \\\"w01\\\" : 17 , \\\"o\\\":{\\\"w02\\\":\\\"y\\\",\\\"w03\\\":null},\\\"x\\\":{\\\"w01\\\":\\\"z\\\"} }\","
	"\"x\":\"y\",\"properties\":{\"w01\":\"a\",\"o\":{\"w02\":1}},\"y\":{\"properties\":\"{}\"}," LAST,
	"{" FIVE("1") FIVE("2") FIVE("3") "\"w99\":9," FIVE("4") FIVE("5") FIVE("6") FIVE("7") FIVE("8") LAST,
	"{\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\":\"a\",\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\":1,\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\":"
	"\"b\",\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\":\"c\",\"w\xc3\xa9\":\"d\",\"properties\":\"{\\\"\xc3\xa9\\\":\\\"e\\\"}\"," LAST,
	"{\"x\":{\"an escape \\u00e9\\\"\":\"a\",\"\\\\\":1},\"" LONG_NAME "\":\"" BLANKS BLANKS "\",\"w01\":\"b\"}",
	"{\"w01\":\"\xc3\xa9t\xc3\xa9\",\"properties\":\"{\\\"w01\\\":\\\"\xc3\xa9\\\",\\\"x\\\":\\\"\\\\/\\\"}\",\"w02\":\"b\"," LAST,
	"{\"w01\":\"a \\\"quoted\\\" word\",\"w02\":5,\"w03\":\"plain\",\"x\":\"\\\\\",\"y\":-10,\"o\":{\"w04\":\"\\u00e9t\xc3\xa9\",\"w05\":true},\"w06\":\"b\"," LAST,
	"{\"w01\":\"\\n\",\"properties\":\"{\\\"x\\\":\\\"an \\\\\\\"inner\\\\\\\" one\\\",\\\"w01\\\":\\\"\xc3\xa9\\\",\\\"w02\\\":77,\\\"y\\\":\\\"\\\\\\\\\\\",\\\"w03\\\":\\\"c\\\"}\","
	"\"w02\":\"\\/\",\"w03\":1.5," LAST,
};

/* The last ones have strings with escapes, and with bytes above ASCII. */
enum { SHAPED = sizeof shaped / sizeof *shaped, ROUGH = SHAPED - 3 };

/* Of these something has none, and all are read member by member. */
static const char *const odd[] = {
	"{\"w01\":\"a\",\"w02\":[\"b\",1,{\"w03\":\"c\"}],\"x\":[],\"o\":{\"w04\":[null]},\"w05\":\"d\"," LAST,
	"{\"w01\":\"a \\\"quoted\\\" word\",\"x\":\"\\\\\",\"properties\":\"{\\\"w01\\\":\\\"an \\\\\\\"inner\\\\\\\" one\\\",\\\"w02\\\":\\\"\\\\n\\\"}\",\"w02\":\"b\"," LAST,
	"{\"properties\":\"{oops}\",\"w01\":\"a\",\"properties\":\"{\",\"properties\":\"{} \"," LAST,
	"{\"properties\":\"{\\\"w01\\\":1,\\\"w02\\\":\\\"a\\\"\",\"properties\":\"{\\\"w01\\\":1,}\",\"w01\":\"a\"," LAST,
	"{\"w01\":\"a\",\"w02\":\"b\",\"w03\":{\"w04\":\"c\"},\"" LONG_NAME "\":7}",
};

enum { ODD = sizeof odd / sizeof *odd };

static const char telling[] = "\"\\{}[],:09-e.+tn \n\t\v\x01\x80\xffx";

/* ---- how a record is read, said once more ---- */

struct walk {
	const char *p;
	struct trail *trail;
	struct teller *teller;
	bool in_string;
};

static bool at_quote(const struct walk *w)
{
	return *w->p == (w->in_string ? '\\' : '"');
}

static bool ends_string(const struct walk *w)
{
	return at_quote(w) && (!w->in_string || w->p[1] == '"');
}

/* In a string in a string each backslash is two. */
static ptrdiff_t escape_length(const struct walk *w)
{
	return !w->in_string ? 2 : w->p[2] == '\\' ? 4 : 3;
}

static void pass_blanks(struct walk *w)
{
	while (ascii_is_space(*w->p))
		w->p++;
}

static struct slice pass_string(struct walk *w)
{
	const ptrdiff_t quote = w->in_string ? 2 : 1;
	const char *const begin = w->p + quote;

	for (w->p = begin; !ends_string(w);)
		w->p += *w->p == '\\' ? escape_length(w) : 1;
	w->p += quote;
	return slice_of(begin, (size_t)(w->p - quote - begin));
}

static void step(struct walk *w, enum step_kind kind, int place, int level, const char *from, const char *to)
{
	trail_add(w->trail, (struct step){ kind, place, level, from, to });
}

static void walk_object(struct walk *w, int level);

static void walk_held(struct walk *w, int place)
{
	const char *const begin = ++w->p;

	step(w, STEP_EMBEDDED, place, HELD, begin, begin);
	w->in_string = true;
	walk_object(w, HELD);
	w->in_string = false;
	step(w, STEP_TOLD, place, LEVEL_NOWHERE, begin, w->p++);
}

static void walk_value(struct walk *w, int place)
{
	const char *const begin = w->p;

	if (at_quote(w) && place == HOLDER && w->p[1] == '{') {
		walk_held(w, place);
	} else if (at_quote(w)) {
		const struct slice text = pass_string(w);

		step(w, STEP_STRING, place, LEVEL_NOWHERE, text.p, text.p + text.n);
	} else if (*w->p == '{') {
		step(w, STEP_OPEN, place, LEVEL_NOWHERE, w->p + 1, w->p + 1);
		walk_object(w, place < 0 ? LEVEL_NOWHERE : level_in(place));
	} else {
		while (ascii_is_alnum(*w->p) || *w->p == '-' || *w->p == '+' || *w->p == '.')
			w->p++;
		step(w, STEP_SCALAR, place, LEVEL_NOWHERE, begin, w->p);
	}
}

static void walk_object(struct walk *w, int level)
{
	for (w->p++, pass_blanks(w); *w->p != '}'; w->p += *w->p == ',', pass_blanks(w)) {
		const struct slice name = pass_string(w);

		pass_blanks(w);
		w->p++;
		pass_blanks(w);
		walk_value(w, level == LEVEL_NOWHERE ? PLACE_SKIP : on_key(w->teller, level, name));
		pass_blanks(w);
	}
	w->p++;
}

static void walk(struct slice text, struct teller *teller, struct trail *trail)
{
	struct walk w = { .p = text.p, .trail = trail, .teller = teller };

	trail->n = 0;
	trail->lost = false;
	walk_object(&w, TOP);
	cr_assert_eq(w.p, text.p + text.n, "walked past the end of %.*s", SLICE_ARG(text));
}

static char some_letter(uint64_t *state)
{
	return "abcxyz 0:,{}[]/'"[random_below(state, 16)];
}

/* What may stand where there was a stop in the string: nothing that must be decoded to be told, where somebody wants it inside a string. */
static void vary_rough(const struct step *s, bool in_string, uint64_t *state, struct buf *out)
{
	static const char *const plain[] = { "", "plain", "\xc3\xa9", "\xf0\x9f\x98\x80", "\\n", "\\\"", "\\\\", "a\\u0041 \\\\\\\"b" };
	static const char *const inner[] = { "", "plain", "\xc3\xa9", "\xf0\x9f\x98\x80", "\\\\n", "\\\\\\\"", "\\\\\\\\", "a\\\\/ \\\\\\\\\\\\\\\"b" };
	const char *const text = (in_string ? inner : plain)[random_below(state, in_string && s->place >= 0 ? 4 : 8)];

	/* also more than is remembered of one */
	for (size_t n = random_below(state, 6) == 0 ? random_below(state, 300) : 1; n > 0; n--)
		buf_str(out, text);
}

static bool has_stop(const struct step *s)
{
	const char *p = s->from;

	while (p < s->to && !simd_is_stop(*p))
		p++;
	return p < s->to;
}

/* The record with other values of the same kinds. */
static void vary(const struct trail *trail, struct slice text, size_t longest, uint64_t *state, struct buf *out)
{
	static const char *const scalars[] = { "0", "-1.50e+7", "true", "false", "null", "12345678901234567890" };
	const char *at = text.p;
	bool in_string = false;

	out->n = 0;
	for (size_t i = 0; i < trail->n; i++) {
		const struct step *s = &trail->steps[i];

		in_string = (in_string || s->kind == STEP_EMBEDDED) && s->kind != STEP_TOLD;
		if (s->kind != STEP_STRING && s->kind != STEP_SCALAR)
			continue;
		buf_add(out, at, (size_t)(s->from - at));
		at = s->to;
		if (s->kind == STEP_SCALAR)
			buf_str(out, scalars[random_below(state, sizeof scalars / sizeof *scalars)]);
		else if (has_stop(s) && random_below(state, 3) == 0)
			buf_add(out, s->from, (size_t)(s->to - s->from)); /* as it was: known */
		else if (has_stop(s))
			vary_rough(s, in_string, state, out);
		else
			for (size_t n = random_below(state, longest + 1); n > 0; n--)
				buf_byte(out, some_letter(state));
	}
	buf_add(out, at, (size_t)(text.p + text.n - at));
}

/* ---- shapes, asked directly ---- */

struct direct {
	struct pair pair;
	struct shapes *shapes;
	struct stops stops;
	struct trail trail;
	unsigned hits;
};

static struct direct *direct_new(void)
{
	struct direct *d = mem_zalloc(sizeof *d);

	pair_init(&d->pair);
	d->stops.simd = simd_best();
	d->shapes = shapes_new(d->stops.simd);
	return d;
}

static void direct_free(struct direct *d)
{
	shapes_free(d->shapes);
	pair_free(&d->pair);
	free(d);
}

static void learn(struct direct *d, struct slice text)
{
	walk(text, &d->pair.fast, &d->trail);
	shapes_learn(d->shapes, TOP, text.p, text.p + text.n, &d->trail);
}

static void assert_stops_after(struct direct *d, const char *p)
{
	const char *next = p;

	while (next < d->stops.end && !simd_is_stop(*next))
		next++;
	cr_assert_eq(stops_next(&d->stops, p), next, "another stop than the next");
}

/* What is read at another level has other places. */
static void ask_elsewhere(struct direct *d, const char *p, const char *end)
{
	bool newline = false;

	cr_assert_null(shapes_read(d->shapes, &d->stops, p, end, DEEPER, &d->pair.fast.sink, &newline));
	cr_assert_eq(d->pair.fast.log.n, 0);
}

/* The object at p in the area, which ends at `end` or before it; how long it is, or 0: it has no shape. */
static size_t ask(struct direct *d, struct slice area, const char *p, const char *end)
{
	struct pair *const t = &d->pair;
	const struct slice rest = slice_of(p, (size_t)(area.p + area.n - p));
	struct read_error error;
	bool newline = false, repaired;

	forget(&t->fast);
	arena_reset(&t->fast.arena);
	stops_begin(&d->stops, area.p, area.p + area.n);
	stops_go(&d->stops, p);
	ask_elsewhere(d, p, end);
	const char *const behind = shapes_read(d->shapes, &d->stops, p, end, TOP, &t->fast.sink, &newline);

	if (behind == NULL) {
		assert_stops_after(d, p);
		cr_assert(t->fast.log.n == 0 && !newline, "something was told of no shape: %.*s", SLICE_ARG(rest));
		return 0;
	}
	const struct slice text = slice_of(p, (size_t)(behind - p));

	d->hits++;
	cr_assert(behind > p && behind <= end, "%.*s", SLICE_ARG(rest));
	cr_assert_eq(read_by(&t->yajl, text, TOP, &repaired, &error), READ_OK, "not JSON, but of a shape: %.*s", SLICE_ARG(text));
	cr_assert(!repaired && newline == (memchr(text.p, '\n', text.n) != NULL), "%.*s", SLICE_ARG(text));
	assert_same(t, text, "read by its shape");
	assert_stops_after(d, behind);
	return text.n;
}

/* Memory of exactly that size: what is read outside of it is found by the sanitizer. */
static char *exactly(struct slice text, size_t behind)
{
	char *const copy = mem_alloc(text.n + behind);

	memcpy(copy, text.p, text.n);
	if (behind > 0)
		memset(copy + text.n, ' ', behind);
	return copy;
}

static size_t ask_exactly(struct direct *d, struct slice text, size_t behind)
{
	char *const copy = exactly(text, behind);
	const size_t n = ask(d, slice_of(copy, text.n + behind), copy, copy + text.n);

	free(copy);
	return n;
}

/* As many bytes as must stand behind the record so that it is read by its shape. */
static size_t room_of(struct direct *d, struct slice text)
{
	size_t room = 0;

	while (ask_exactly(d, text, room) == 0)
		cr_assert_leq(++room, ROOM_MOST, "has no shape: %.*s", SLICE_ARG(text));
	return room;
}

Test(shape, a_record_is_read_by_its_shape_wherever_there_is_room)
{
	for (size_t i = 0; i < SHAPED; i++) {
		struct direct *const d = direct_new();
		const struct slice text = slice_str(shaped[i]);

		cr_assert_eq(ask_exactly(d, text, ROOM_MOST), 0);
		learn(d, text);
		const size_t room = room_of(d, text);

		cr_assert_gt(room, 0, "a byte behind record %zu is looked at that is not there", i);
		for (size_t behind = 0; behind <= ROOM_MOST; behind++)
			cr_assert_eq(ask_exactly(d, text, behind), behind < room ? 0 : text.n, "%zu behind record %zu", behind, i);
		direct_free(d);
	}
}

Test(shape, values_may_be_any)
{
	struct direct *const d = direct_new();
	struct buf varied = BUF_INIT;
	uint64_t state = 1;

	for (size_t i = 0; i < SHAPED; i++) {
		const struct slice text = slice_str(shaped[i]);

		learn(d, text);
		for (unsigned round = 0; round < 500; round++) {
			vary(&d->trail, text, round % 4 == 0 ? 0 : round % 4 == 1 ? 2 : 90, &state, &varied);
			cr_assert_eq(ask_exactly(d, buf_view(&varied), ROOM_MOST), varied.n, "round %u: %s", round, buf_cstr(&varied));
		}
	}
	buf_free(&varied);
	direct_free(d);
}

/* Every way in which one byte may be wrong, told to f: the changed text, of the same memory. */
typedef void changed_fn(void *ctx, struct slice changed);

static void change_everywhere(struct slice text, changed_fn *f, void *ctx)
{
	char *const changed = mem_alloc(text.n + 1);

	for (size_t at = 0; at < text.n; at++) {
		memcpy(changed, text.p, text.n);
		for (size_t i = 0; i < sizeof telling; i++) {
			changed[at] = telling[i];
			f(ctx, slice_of(changed, text.n));
		}
		memcpy(changed + at, text.p + at + 1, text.n - at - 1);
		f(ctx, slice_of(changed, text.n - 1));
		memcpy(changed + at, text.p + at, 1);
		memcpy(changed + at + 1, text.p + at, text.n - at);
		f(ctx, slice_of(changed, text.n + 1));
		f(ctx, slice_of(text.p, at));
	}
	free(changed);
}

struct asking {
	struct direct *d;
	size_t room;
};

static void ask_changed(void *ctx, struct slice changed)
{
	const struct asking *a = ctx;

	ask_exactly(a->d, changed, a->room);
}

Test(shape, one_byte_is_wrong)
{
	for (size_t i = 0; i < SHAPED; i++) {
		struct asking a = { .d = direct_new() };
		const struct slice text = slice_str(shaped[i]);

		learn(a.d, text);
		a.room = room_of(a.d, text);
		a.d->hits = 0;
		change_everywhere(text, ask_changed, &a);
		/* letters in strings, digits: in each record some changes leave its shape, and most do not */
		cr_assert(a.d->hits > 5 && a.d->hits < text.n * sizeof telling / 2, "record %zu: %u", i, a.d->hits);
		direct_free(a.d);
	}
}

/* The object must end where it is told to, though its own end follows. */
Test(shape, the_end_is_not_passed)
{
	struct direct *const d = direct_new();
	char area[2000];

	for (size_t i = 0; i < SHAPED; i++) {
		const struct slice text = slice_str(shaped[i]);

		learn(d, text);
		memcpy(area, text.p, text.n);
		memset(area + text.n, '}', ROOM_MOST);
		for (size_t end = 0; end <= text.n + ROOM_MOST; end++)
			cr_assert_eq(ask(d, slice_of(area, text.n + ROOM_MOST), area, area + end), end < text.n ? 0 : text.n, "%zu, record %zu", end, i);
	}
	direct_free(d);
}

/* ---- what has no shape ---- */

/* As much as is looked at behind anything made here. */
enum { MADE_ROOM = 3000 };

static bool has_shape(struct direct *d, struct slice text)
{
	walk(text, &d->pair.fast, &d->trail);
	struct shapes *const before = d->shapes;

	d->shapes = shapes_new(simd_best());
	shapes_learn(d->shapes, TOP, text.p, text.p + text.n, &d->trail);
	const bool has = ask_exactly(d, text, MADE_ROOM) > 0;

	shapes_free(d->shapes);
	d->shapes = before;
	return has;
}

static void many_members(struct buf *out, size_t n, const char *value)
{
	out->n = 0;
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%c\"w%02zu\":%s", i == 0 ? '{' : ',', i % 100, value);
	buf_byte(out, '}');
}

Test(shape, what_has_none)
{
	enum { SECTIONS_MOST = 12 };
	static const char *const texts[] = { "{}", "{\"w01\":1}", "{\"w01\":\"a\",\"o\":{\"w02\":1}}", "{\"w01\":\"\xc3\xa9\",\"o\":{\"w02\":1}}",
		"{\"w01\":1" BLANKS ",\"w02\":\"x\"}", "{\"w01\":\"\\n\",\"w02\":1" BLANKS ",\"w02\":\"x\"}",
		"{\"w01\":\"\\\\\\\\\\\\\\\\\\\\\\\\\\\\\",\"w02\":1          ,\"w02\":\"x\"}" };
	struct direct *const d = direct_new();
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		cr_assert(!has_shape(d, slice_str(texts[i])), "%s", texts[i]);
	/* the same, but for what makes it have none */
	cr_assert(has_shape(d, SLICE("{\"w01\":1\n}")) && has_shape(d, SLICE("{\"w01\":\"a\",\"o\":{\"w02\":1},\"w03\":\"\"}")));
	cr_assert(has_shape(d, SLICE("{\"w01\":1 ,\"w02\":\"x\"}")));
	for (size_t n = 1; n <= TRAIL_MOST + 2; n++) {
		many_members(&text, n, "\"v\"");
		cr_assert_eq(has_shape(d, buf_view(&text)), n <= TRAIL_MOST, "%zu strings", n);
		many_members(&text, n, "1 \n");
		cr_assert_eq(has_shape(d, buf_view(&text)), n <= TRAIL_MOST, "%zu numbers", n);
		many_members(&text, n, "\"\\n\"");
		cr_assert_eq(has_shape(d, buf_view(&text)), n < SECTIONS_MOST, "%zu escapes", n);
	}
	buf_free(&text);
	direct_free(d);
}

/* {"name":"","name":"",...}: names of all n lengths, so that there are pieces of all lengths. */
Test(shape, names_of_every_length)
{
	struct direct *const d = direct_new();
	struct buf text = BUF_INIT;

	for (size_t n = 0; n <= 75; n++) {
		for (int scalar = 0; scalar < 2; scalar++) {
			text.n = 0;
			buf_str(&text, "{\"");
			memset(buf_reserve(&text, n), 'n', n);
			text.n += n;
			buf_str(&text, scalar ? "\":12 ,\"x\":\"b\"}" : "\":\"a\" , \"x\":\"b\"}");
			struct asking a = { .d = d };

			learn(d, buf_view(&text));
			a.room = room_of(d, buf_view(&text));
			change_everywhere(buf_view(&text), ask_changed, &a);
		}
	}
	buf_free(&text);
	direct_free(d);
}

/* Stops, pieces and bytes: at the most that a shape holds, and beyond. White space is stops and pieces of what always stands there. */
Test(shape, as_large_as_a_shape_may_be)
{
	enum { STOPS_MOST = 1024, PIECES_MOST = 80, STRETCH_MOST = STOPS_STRETCH };
	struct direct *const d = direct_new();
	struct buf text = BUF_INIT;

	for (size_t extra = STOPS_MOST - 60; extra < STOPS_MOST + 20; extra++) {
		text.n = 0;
		buf_str(&text, "{\"w01\":\"a\",\"w02\":\"b\",");
		memset(buf_reserve(&text, extra), '\n', extra);
		text.n += extra;
		buf_str(&text, "\"w03\":\"c\",\"w04\":5\n}");
		cr_assert_eq(has_shape(d, buf_view(&text)), extra + 15 <= STOPS_MOST, "%zu", extra);
	}
	for (size_t blanks = SIMD_PIECE * (PIECES_MOST - 6); blanks < SIMD_PIECE * (PIECES_MOST + 6); blanks++) {
		text.n = 0;
		buf_str(&text, "{\"w01\":\"a\",\"w02\":");
		memset(buf_reserve(&text, blanks), ' ', blanks);
		text.n += blanks;
		buf_str(&text, "\"b\",\"w03\":\"c\"}");
		const size_t held = strlen("\",\"w02\":\"") + blanks, pieces = 3 + (held + SIMD_PIECE - 1) / SIMD_PIECE;

		cr_assert_eq(has_shape(d, buf_view(&text)), pieces <= PIECES_MOST, "%zu blanks", blanks);
	}
	/* a long string: learned up to 32 KiB, but a record is only found in one stretch of stops */
	for (size_t n = 15900; n < 70000; n += n > 16200 && n < 16500 ? 1 : n > 32500 && n < 33000 ? 7 : 197) {
		text.n = 0;
		buf_str(&text, "{\"w01\":\"");
		memset(buf_reserve(&text, n), 'v', n);
		text.n += n;
		buf_str(&text, "\",\"w02\":5,\"w03\":\"c\"}");
		cr_assert_eq(has_shape(d, buf_view(&text)), text.n - 1 <= STRETCH_MOST, "%zu bytes", text.n);
	}
	buf_free(&text);
	direct_free(d);
}

/* A value that is longer than all of what was learned moves all that follows, up to the end of a stretch. */
Test(shape, values_may_grow_to_the_end_of_the_stretch)
{
	struct direct *const d = direct_new();
	struct buf text = BUF_INIT;

	learn(d, SLICE("{\"w01\":\"\",\"w02\":5,\"w03\":\"c\"}"));
	for (size_t n = 16200; n < 70000; n += n < 16500 ? 1 : 997) {
		text.n = 0;
		buf_str(&text, "{\"w01\":\"");
		memset(buf_reserve(&text, n), 'v', n);
		text.n += n;
		buf_str(&text, "\",\"w02\":5,\"w03\":\"c\"}");
		cr_assert_eq(ask_exactly(d, buf_view(&text), SIMD_PIECE) > 0, text.n - 1 <= STOPS_STRETCH, "%zu bytes", text.n);
	}
	buf_free(&text);
	direct_free(d);
}

/* ---- made up at random ---- */

static void make_object(struct buf *out, uint64_t *state, unsigned depth, bool in_string);

static void make_blanks(struct buf *out, uint64_t *state, bool in_string)
{
	for (size_t n = random_below(state, 12) == 0 ? random_below(state, 50) : random_below(state, 8) == 0; n > 0; n--)
		buf_byte(out, in_string ? ' ' : "  \t\n\r"[random_below(state, 5)]);
}

static void make_string(struct buf *out, uint64_t *state, bool in_string, size_t n)
{
	buf_str(out, in_string ? "\\\"" : "\"");
	for (; n > 0; n--)
		buf_byte(out, some_letter(state));
	if (random_below(state, 10) == 0)
		vary_rough(&(struct step){ .place = 0 }, in_string, state, out);
	buf_str(out, in_string ? "\\\"" : "\"");
}

static void make_value(struct buf *out, uint64_t *state, unsigned depth, bool in_string)
{
	static const char *const scalars[] = { "0", "-1", "1.5E7", "true", "false", "null" };

	switch (random_below(state, 5)) {
	case 0:
		buf_str(out, scalars[random_below(state, 6)]);
		return;
	case 1:
		if (depth < 3) {
			make_object(out, state, depth + 1, in_string);
			return;
		}
		break;
	default:
		break;
	}
	make_string(out, state, in_string, random_below(state, 3) == 0 ? 0 : random_below(state, 45));
}

static void make_member(struct buf *out, uint64_t *state, unsigned depth, bool in_string)
{
	static const char *const member_names[] = { "w01", "w02", "w11", "o", "x", "", "unwanted", "properties", "nnnnnnnnnnnnnnnnnnnnn", LONG_NAME };
	const char *const name = member_names[random_below(state, 10)];
	const char *const quote = in_string ? "\\\"" : "\"";

	make_blanks(out, state, in_string);
	buf_printf(out, "%s%s%s", quote, name, quote);
	make_blanks(out, state, in_string);
	buf_byte(out, ':');
	make_blanks(out, state, in_string);
	if (depth == 0 && !in_string && strcmp(name, "properties") == 0) {
		buf_byte(out, '"');
		make_object(out, state, 1, true);
		buf_byte(out, '"');
	} else {
		make_value(out, state, depth, in_string);
	}
	make_blanks(out, state, in_string);
}

static void make_object(struct buf *out, uint64_t *state, unsigned depth, bool in_string)
{
	const size_t n = random_below(state, depth == 0 ? 12 : 4);

	buf_byte(out, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(out, ',');
		make_member(out, state, depth, in_string);
	}
	if (n == 0)
		make_blanks(out, state, in_string);
	buf_byte(out, '}');
}

/* One byte of it is another, gone or twice. */
static void damage(struct buf *text, uint64_t *state)
{
	const size_t at = random_below(state, text->n);

	switch (random_below(state, 4)) {
	case 0:
		memmove(text->p + at, text->p + at + 1, text->n - at - 1);
		text->n--;
		return;
	case 1:
		buf_byte(text, ' ');
		memmove(text->p + at + 1, text->p + at, text->n - at - 1);
		return;
	default:
		text->p[at] = telling[random_below(state, sizeof telling)];
	}
}

static void ask_made(struct direct *d, uint64_t seed)
{
	uint64_t state = seed * UINT64_C(0x9E3779B97F4A7C15);
	struct buf text = BUF_INIT, varied = BUF_INIT;

	make_object(&text, &state, 0, false);
	const bool has = has_shape(d, buf_view(&text)) && text.n > 0;

	learn(d, buf_view(&text));
	for (unsigned round = 0; round < 10 && has; round++) {
		vary(&d->trail, buf_view(&text), 40, &state, &varied);
		cr_assert_eq(ask_exactly(d, buf_view(&varied), MADE_ROOM), varied.n, "seed %llu: %s", (unsigned long long)seed, buf_cstr(&varied));
		for (size_t n = random_below(&state, 3) + 1; n > 0; n--)
			damage(&varied, &state);
		ask_exactly(d, buf_view(&varied), random_below(&state, 80));
		compare(&d->pair, buf_view(&varied));
	}
	buf_free(&text);
	buf_free(&varied);
}

/* Of the shapes above: several wrong bytes, or a blank before a scalar, where what stands before is not what it was last. */
static void ask_damaged(struct direct *d, uint64_t seed)
{
	uint64_t state = seed * UINT64_C(0x9E3779B97F4A7C15);
	const struct slice text = slice_str(shaped[seed % SHAPED]);
	struct buf varied = BUF_INIT;

	learn(d, text);
	for (unsigned round = 0; round < 20; round++) {
		vary(&d->trail, text, 10, &state, &varied);
		for (size_t n = random_below(&state, 3) + 1; n > 0; n--)
			damage(&varied, &state);
		ask_exactly(d, buf_view(&varied), ROOM_MOST);
		compare(&d->pair, buf_view(&varied));
	}
	buf_free(&varied);
}

Test(shape, damaged_records)
{
	struct direct *const d = direct_new();

	for (uint64_t seed = 1; seed <= 4000; seed++)
		ask_damaged(d, seed);
	cr_assert_gt(d->hits, 2000);
	direct_free(d);
}

Test(shape, made_up_records)
{
	struct direct *const d = direct_new();

	for (uint64_t seed = 1; seed <= 4000; seed++)
		ask_made(d, seed);
	cr_assert_gt(d->hits, 10000);
	direct_free(d);
}

/* ---- through the reader ---- */

#define ROOM "\n" BLANKS BLANKS BLANKS BLANKS

/* A text, and what stands behind it in its area. */
struct reading {
	struct pair pair;
	struct slice good;   /* read between any two that are not: its shape is there, and stays */
	struct slice behind;
	unsigned read, on_line;
};

/* In an area of its own: on its line, if that will do, and in any case as a whole. */
static void read_in_area(struct reading *r, struct slice text, struct slice behind)
{
	const size_t n = text.n + behind.n;
	char *const area = mem_alloc(n);

	memcpy(area, text.p, text.n);
	memcpy(area + text.n, behind.p, behind.n);
	reader_within(r->pair.fast.reader, slice_of(area, n));
	r->on_line += compare_on_line(&r->pair, slice_of(area, n));
	compare_on_line(&r->pair, slice_of(area, text.n));
	r->read += compare(&r->pair, slice_of(area, text.n)) == READ_OK;
	reader_within(r->pair.fast.reader, slice_of(NULL, 0));
	free(area);
}

static void read_good(struct reading *r)
{
	read_in_area(r, r->good, SLICE(ROOM));
	cr_assert_eq(r->pair.fast.keys, 0, "not read by its shape: %.*s", SLICE_ARG(r->good));
}

static void read_changed(void *ctx, struct slice changed)
{
	struct reading *r = ctx;

	read_in_area(r, changed, r->behind);
	read_good(r);
}

/* Learns the record. */
static void reading_begin(struct reading *r, const char *text)
{
	*r = (struct reading){ .good = slice_str(text) };
	pair_init(&r->pair);
	read_in_area(r, r->good, SLICE(ROOM));
	read_good(r);
}

/* What stands before it was read by the shape already, and is read again. */
Test(shape, a_record_whose_last_value_leaves_its_shape)
{
	static const char *const texts[] = {
		"{\"w01\":\"a\\n\",\"w02\":\"b\",\"w03\":5,\"" LONG_NAME "\":\"c\"}",
		"{\"w01\":\"another\\n\\n\",\"w02\":\"b\",\"w03\": 5,\"" LONG_NAME "\":\"c\"}",
		"{\"w01\":\"a third\\n\\n\\n\",\"w02\":\"b\",\"w03\":{},\"" LONG_NAME "\":\"c\"}",
	};
	struct reading r;

	reading_begin(&r, texts[0]);
	for (unsigned i = 0; i < 9; i++) {
		read_in_area(&r, slice_str(texts[i % 3]), SLICE(ROOM));
		read_good(&r);
	}
	cr_assert(r.read == 20 && r.on_line == 20, "%u read, %u on their lines", r.read, r.on_line);
	pair_free(&r.pair);
}

/* A string inside a string that somebody wants is told in place only where that is its text. */
Test(shape, a_wanted_string_inside_a_string_that_is_to_be_decoded)
{
	static const char *const texts[] = {
		"{\"w01\":\"a\",\"properties\":\"{\\\"w01\\\":\\\"\xc3\xa9\\\",\\\"w02\\\":2}\",\"" LONG_NAME "\":\"c\"}",
		"{\"w01\":\"a\",\"properties\":\"{\\\"w01\\\":\\\"\\\\n\\\",\\\"w02\\\":2}\",\"" LONG_NAME "\":\"c\"}",
		"{\"w01\":\"a\",\"properties\":\"{\\\"w01\\\":\\\"\\\\\\\"\\\",\\\"w02\\\":2}\",\"" LONG_NAME "\":\"c\"}",
	};
	struct reading r;

	reading_begin(&r, texts[0]);
	for (unsigned i = 0; i < 12; i++) {
		read_in_area(&r, slice_str(texts[i % 3]), SLICE(ROOM));
		read_in_area(&r, slice_str(texts[i % 3]), SLICE(ROOM));
		read_good(&r);
	}
	cr_assert_eq(r.read, 38);
	pair_free(&r.pair);
}

/* What has no shape is not given one, though it is read again and again. */
Test(shape, both_readers_tell_the_same_of_what_has_no_shape)
{
	for (size_t i = 0; i < ODD; i++) {
		struct reading r;

		reading_begin(&r, shaped[i]);
		r.behind = SLICE(ROOM);
		for (unsigned round = 0; round < 3; round++) {
			read_in_area(&r, slice_str(odd[i]), SLICE(ROOM));
			cr_assert_gt(r.pair.fast.keys, 0, "%s", odd[i]);
		}
		change_everywhere(slice_str(odd[i]), read_changed, &r);
		cr_assert_gt(r.read, r.good.n);
		pair_free(&r.pair);
	}
}

/* With as much behind the text as a shape must look at, with as much as hops must, and with none. */
Test(shape, both_readers_tell_the_same_of_a_record_changed_at_every_place)
{
	static const char next[] = "\n{\"w01\":\"the next\",\"w02\":\"record\"}" ROOM;

	for (size_t i = 0; i < SHAPED; i++) {
		struct reading r;

		reading_begin(&r, shaped[i]);
		r.behind = slice_of(next, i % 3 == 0 ? strlen(next) : i % 3 == 1 ? 64 + i : 0);
		change_everywhere(r.good, read_changed, &r);
		cr_assert_gt(r.read, r.good.n);
		pair_free(&r.pair);
	}
}

Test(shape, nothing_is_taken_from_behind_the_text)
{
	for (size_t i = 0; i < SHAPED; i++) {
		for (size_t k = 0; k < SHAPED; k++) {
			struct reading r;
			struct buf both = BUF_INIT;

			reading_begin(&r, shaped[i]);
			buf_str(&both, shaped[i]);
			buf_str(&both, shaped[k]);
			reader_within(r.pair.fast.reader, buf_view(&both));
			for (size_t to = 0; to <= both.n; to += to + 80 < r.good.n || to > r.good.n + 80 ? 7 : 1) {
				cr_assert_eq(compare(&r.pair, slice_of(both.p, to)) == READ_OK, to == r.good.n);
				cr_assert_eq(compare_on_line(&r.pair, slice_of(both.p, to)), to >= r.good.n && memchr(r.good.p, '\n', r.good.n) == NULL);
			}
			pair_free(&r.pair);
			buf_free(&both);
		}
	}
}

/* ---- many records in one area ---- */

struct many {
	struct pair pair;
	struct buf area;
	size_t *begins;         /* of the records in the area, and behind the last of them */
	struct buf *expected;   /* what yajl tells of each */
	size_t n;
};

static void many_init(struct many *m, size_t most)
{
	*m = (struct many){ .begins = mem_array(most + 1, sizeof *m->begins), .expected = mem_array(most, sizeof *m->expected) };
	m->begins[0] = 0;
	pair_init(&m->pair);
}

/* On a line of its own, if it has no newline in it. */
static void many_add(struct many *m, struct slice record)
{
	struct read_error error;
	bool repaired;

	cr_assert_eq(read_by(&m->pair.yajl, record, TOP, &repaired, &error), READ_OK);
	m->expected[m->n] = BUF_INIT;
	buf_slice(&m->expected[m->n], buf_view(&m->pair.yajl.log));
	buf_slice(&m->area, record);
	buf_byte(&m->area, '\n');
	m->begins[++m->n] = m->area.n;
}

static struct slice many_record(const struct many *m, size_t i)
{
	return slice_of(m->area.p + m->begins[i], m->begins[i + 1] - m->begins[i] - 1);
}

/* Of so many shapes, from that one on. */
static void many_shaped(struct many *m, size_t n, size_t from, size_t kinds, size_t longest, uint64_t seed)
{
	struct trail trail;
	struct buf varied = BUF_INIT;
	uint64_t state = seed;

	many_init(m, n);
	for (size_t i = 0; i < n; i++) {
		const struct slice text = slice_str(shaped[from + random_below(&state, kinds)]);

		walk(text, &m->pair.yajl, &trail);
		vary(&trail, text, longest, &state, &varied);
		many_add(m, buf_view(&varied));
	}
	buf_free(&varied);
}

typedef void make_fn(struct buf *out, uint64_t *state);

static void many_made(struct many *m, size_t n, uint64_t seed, make_fn *make)
{
	struct buf made = BUF_INIT;
	uint64_t state = seed;

	many_init(m, n);
	for (size_t i = 0; i < n; i++) {
		made.n = 0;
		make(&made, &state);
		many_add(m, buf_view(&made));
	}
	buf_free(&made);
}

/* Hardly two of them of the same shape. */
static void make_any(struct buf *out, uint64_t *state)
{
	make_object(out, state, 0, false);
}

static void many_free(struct many *m)
{
	for (size_t i = 0; i < m->n; i++)
		buf_free(&m->expected[i]);
	free(m->expected);
	free(m->begins);
	buf_free(&m->area);
	pair_free(&m->pair);
}

static void many_check(struct many *m, size_t i)
{
	struct teller *const t = &m->pair.fast;

	cr_assert(!t->broken && slice_eq(buf_view(&t->log), buf_view(&m->expected[i])), "record %zu: %.*s\n---- fast\n%s---- yajl\n%s", i,
	          SLICE_ARG(many_record(m, i)), buf_cstr(&t->log), buf_cstr(&m->expected[i]));
}

/* As blocks are read: from the beginning of a line, and if that will not do, as a whole. By shape (none of its keys was asked for)? */
static bool many_read(struct many *m, size_t i)
{
	struct teller *const t = &m->pair.fast;
	const struct slice record = many_record(m, i);
	const struct slice rest = slice_of(record.p, (size_t)(m->area.p + m->area.n - record.p));
	const bool one_line = memchr(record.p, '\n', record.n) == NULL;
	struct read_error error;
	bool repaired;
	size_t end = 0;

	forget(t);
	t->keys = 0;
	arena_reset(&t->arena);
	cr_assert_eq(reader_read_on_line(t->reader, rest, TOP, &t->sink, &end), one_line, "record %zu: %.*s", i, SLICE_ARG(record));
	if (one_line) {
		cr_assert_eq(end, record.n);
		many_check(m, i);
		return t->keys == 0;
	}
	cr_assert_eq(read_by(t, record, TOP, &repaired, &error), READ_OK);
	many_check(m, i);
	return t->keys == 0;
}

/* The ends of stretches fall on every byte of a record, and where the next stretch begins depends on how records were read. */
static void read_across(size_t kind)
{
	struct many m;
	size_t by_shape = 0, all = 0;

	many_shaped(&m, 300, kind, 1, 40, 7);
	cr_assert_gt(m.area.n, 3 * STOPS_STRETCH);
	for (size_t from = 0; from < 500; from += 3) {
		/* the area begins in the middle of a record, or before it */
		reader_within(m.pair.fast.reader, slice_of(m.area.p + from, m.area.n - from));
		for (size_t i = from % 2; i < m.n; i++, all++)
			by_shape += many_read(&m, i);
	}
	cr_assert(by_shape > all - all / 50, "%zu of %zu by shape", by_shape, all);
	many_free(&m);
}

Test(shape, records_across_the_ends_of_stretches)
{
	read_across(0);
	for (size_t kind = ROUGH; kind < SHAPED; kind++)
		read_across(kind);
}

/* The same, member by member: what leads from one to the next is known, but not in this order. */
Test(shape, records_without_shapes_across_the_ends_of_stretches)
{
	struct many m;

	many_made(&m, 400, 5, make_any);
	cr_assert_gt(m.area.n, 4 * STOPS_STRETCH);
	for (size_t from = 0; from < 500; from += 3) {
		reader_within(m.pair.fast.reader, slice_of(m.area.p + from, m.area.n - from));
		for (size_t i = 0; i < m.n; i++)
			many_read(&m, i);
	}
	many_free(&m);
}

/* Not in order: back and forth, in areas that begin and end anywhere. */
Test(shape, records_anywhere_in_areas_that_begin_anywhere)
{
	struct many m;
	uint64_t state = 11;

	many_shaped(&m, 300, 0, SHAPED, 60, 11);
	for (unsigned round = 0; round < 30000; round++) {
		if (round % 40 == 0) {
			const size_t from = random_below(&state, m.area.n), n = random_below(&state, m.area.n - from);

			reader_within(m.pair.fast.reader, slice_of(m.area.p + from, n));
		}
		many_read(&m, random_below(&state, m.n));
	}
	many_free(&m);
}

/* ---- members in no order ---- */

/* Values to choose from: most of them strings that end at the next stop. */
static const char *const loose_values[] = { "a", "", "see", "d e", "2026-11-02T03:14:07Z", "/S/X-Y", BLANKS, "{}", "{", "}", ",", "x:y", "[1]" };
static const char *const loose_others[] = { "7", "-2.5e3", "true", "null", "{}", "{\"w01\":\"a\",\"x\":1}", "[1,\"b\"]", "\"a \\\"quoted\\\" word\"",
	"\"\\\\\"", "\"\xc3\xa9\"", "\"\\u00e9\"" };
/* Around the lengths that are remembered, wanted and not, and more that are wanted than strings may wait to be told. */
static const char *const loose_names[] = { "", "x", "unwanted", "o", "properties", "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
	"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", LONG_NAME };

#define CHOSEN(state, from) (from)[random_below(state, sizeof (from) / sizeof *(from))]

static void add_loose_name(struct buf *out, uint64_t *state, const char *quote)
{
	buf_str(out, quote);
	if (random_below(state, 3) > 0)
		buf_printf(out, "w%02zu", random_below(state, 40));
	else
		buf_str(out, CHOSEN(state, loose_names));
	buf_str(out, quote);
}

static void add_loose_members(struct buf *out, uint64_t *state, bool in_string, size_t n)
{
	const char *const quote = in_string ? "\\\"" : "\"";
	const unsigned rare = random_below(state, 3) == 0 ? 8 : 60; /* one in so many is no plain string, and so many have blanks round them */

	buf_byte(out, '{');
	for (size_t i = 0; i < n; i++) {
		buf_str(out, i == 0 ? "" : random_below(state, rare) == 0 ? " , " : ",");
		add_loose_name(out, state, quote);
		buf_str(out, random_below(state, rare) == 0 ? " : " : ":");
		if (random_below(state, rare) > 0)
			buf_printf(out, "%s%s%s", quote, CHOSEN(state, loose_values), quote);
		else
			buf_str(out, in_string ? "17" : CHOSEN(state, loose_others));
		if (!in_string && random_below(state, 12) == 0) {
			buf_str(out, ",\"properties\":\"");
			add_loose_members(out, state, true, random_below(state, 6));
			buf_byte(out, '"');
		}
	}
	buf_str(out, random_below(state, rare) == 0 ? " }" : "}");
}

static void make_loose(struct buf *out, uint64_t *state)
{
	add_loose_members(out, state, false, random_below(state, 60));
}

/* A record, and the one before it, with nothing behind them. */
static void compare_exactly(struct many *m, size_t i)
{
	const size_t from = m->begins[i == 0 ? 0 : i - 1], to = m->begins[i + 1] - 1, begin = m->begins[i] - from;
	char *const copy = exactly(slice_of(m->area.p + from, to - from), 0);

	reader_within(m->pair.fast.reader, slice_of(copy, to - from));
	cr_assert_eq(compare(&m->pair, slice_of(copy + begin, to - from - begin)), READ_OK);
	compare_on_line(&m->pair, slice_of(copy + begin, to - from - begin));
	reader_within(m->pair.fast.reader, slice_of(NULL, 0));
	free(copy);
}

/* Whatever was met before, where what was remembered was in vain. */
Test(shape, members_in_no_order)
{
	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct many m;

		many_made(&m, 400, seed, make_loose);
		cr_assert_gt(m.area.n, 4 * STOPS_STRETCH);
		for (size_t from = 0; from < 500; from += 31) {
			reader_within(m.pair.fast.reader, slice_of(m.area.p + from, m.area.n - from));
			for (size_t i = 0; i < m.n; i++)
				many_read(&m, i);
		}
		for (size_t i = 0; i < m.n; i++)
			compare_exactly(&m, i);
		many_free(&m);
	}
}

static void compare_changed(void *ctx, struct slice changed)
{
	compare_on_line(ctx, changed);
	compare(ctx, changed);
}

Test(shape, members_in_no_order_changed_at_every_place)
{
	struct many m;

	many_made(&m, 300, 9, make_loose);
	reader_within(m.pair.fast.reader, buf_view(&m.area));
	for (size_t i = 0; i < m.n; i++)
		many_read(&m, i);
	for (size_t i = 0, changed = 0; i < m.n && changed < 20; i++) {
		const struct slice record = many_record(&m, i);
		struct buf text = BUF_INIT;

		if (record.n > 700)
			continue;
		buf_slice(&text, record);
		buf_str(&text, ROOM);
		change_everywhere(buf_view(&text), compare_changed, &m.pair);
		buf_free(&text);
		changed++;
	}
	many_free(&m);
}

/* As many shapes as are remembered by turns: all records are read by them; of more than these, some. */
Test(shape, shapes_by_turns)
{
	enum { REMEMBERED = 8 };

	for (size_t kinds = 2; kinds <= SHAPED; kinds++) {
		struct many m;
		size_t by_shape = 0;

		many_shaped(&m, 400, 0, kinds, 30, kinds);
		reader_within(m.pair.fast.reader, buf_view(&m.area));
		for (size_t i = 0; i < m.n; i++)
			by_shape += many_read(&m, i);
		if (kinds <= REMEMBERED)
			cr_assert_gt(by_shape, m.n - 2 * REMEMBERED, "%zu of %zu with %zu kinds", by_shape, m.n, kinds);
		else
			cr_assert_gt(by_shape, m.n / 4, "%zu of %zu with %zu kinds", by_shape, m.n, kinds);
		many_free(&m);
	}
}

/* A line with junk behind its object, one with an object that is none, one that ends too early: read on its line, and then as a whole. */
Test(shape, a_line_that_is_read_twice)
{
	static const char *const behind[] = { "", " ", "x", "}", ",", "{}", "\"", " \t\r" };
	struct reading r;

	reading_begin(&r, shaped[0]);
	for (size_t i = 0; i < SHAPED; i++) {
		for (size_t k = 0; k < sizeof behind / sizeof *behind; k++) {
			struct buf area = BUF_INIT;

			buf_str(&area, shaped[i]);
			buf_str(&area, behind[k]);
			const size_t line = area.n;

			buf_str(&area, "\n{\"w01\":\"the next line\",\"w02\":\"which is long enough for all that is looked at\"}\n");
			reader_within(r.pair.fast.reader, buf_view(&area));
			for (unsigned round = 0; round < 3; round++) {
				compare_on_line(&r.pair, buf_view(&area));
				compare(&r.pair, slice_of(area.p, line));
				compare(&r.pair, slice_of(area.p, line - 1));
			}
			reader_within(r.pair.fast.reader, slice_of(NULL, 0));
			buf_free(&area);
		}
	}
	pair_free(&r.pair);
}

/* What is read from nowhere (no area) with room for shapes behind it does not exist; it is read all the same. */
Test(shape, texts_of_their_own)
{
	struct pair p;

	pair_init(&p);
	for (unsigned round = 0; round < 40; round++) {
		for (size_t i = 0; i < SHAPED; i++) {
			const struct slice text = slice_str(shaped[i]);
			char *const copy = exactly(text, 0);

			cr_assert_eq(compare(&p, slice_of(copy, text.n)), READ_OK);
			free(copy);
		}
	}
	pair_free(&p);
}
