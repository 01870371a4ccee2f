/*
 * readers.c - the two readers side by side: the same verdict, and to a sink the same.
 *
 * The sink holds what it was told as a record does: by level, void again when it is told so, objects in strings read in place or
 * afterwards. One reader reads all texts, and each of them twice, so that what it remembers of one is used on the next: a text that was
 * read member by member is then read by its shape, if it lies in an area with others behind it.
 */
#include "base/arena.h"
#include "fuzz.h"
#include "json/reader.h"

const struct fuzz_target fuzz_target = { record_seeds, record_words, true };

/* Of the outermost object; of what `properties` and `properties_s` hold; of an object that is looked into. */
enum { TOP, FIRST, SECOND, INNER, LOGS };
enum { PLACES = 16 };

static const char *const names[] = { "properties", "properties_s", "a", "time", "category", "level", "deviceId", "id", "resourceId", "", "x" };

/* A string that may hold an object, as it was told last. */
struct held {
	bool is_string, told;
	struct buf text;
};

struct recorder {
	struct event_sink sink;
	struct reader *reader;
	struct arena arena;
	struct buf logs[LOGS];
	struct held held[2];
	int reading;
};

static int on_key(void *ctx, int level, struct slice name)
{
	(void)ctx;
	if (level == TOP && (slice_eq_nocase(name, SLICE("records")) || slice_eq_nocase(name, SLICE("tables"))))
		return PLACE_ENVELOPE;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_eq_nocase(name, slice_str(names[i])))
			return level * PLACES + (int)i;
	return PLACE_SKIP;
}

static int on_element(void *ctx, size_t i)
{
	(void)ctx;
	return i % 3 == 2 ? PLACE_SKIP : (int)(i % PLACES);
}

static int inner_of(int place)
{
	return place == 0 ? FIRST : place == 1 ? SECOND : place == 2 ? INNER : LEVEL_NOWHERE;
}

static int on_embeds(void *ctx, int place)
{
	(void)ctx;
	return place < 2 ? inner_of(place) : LEVEL_NOWHERE;
}

static void on_embedded(void *ctx, int level)
{
	((struct recorder *)ctx)->logs[level].n = 0;
}

static void hold(struct recorder *r, int place, bool is_string, bool told, struct slice text)
{
	if (place >= 2 || r->reading != TOP)
		return;
	struct held *h = &r->held[place];

	h->is_string = is_string;
	h->told = told;
	h->text.n = 0;
	buf_slice(&h->text, text);
}

static void on_value(void *ctx, int place, enum json_type type, struct slice text, unsigned flags)
{
	struct recorder *r = ctx;
	struct buf *log = &r->logs[place / PLACES];
	const struct slice decoded = event_text(text, flags, &r->arena);

	buf_printf(log, "%d: type %d, %zu bytes <", place, (int)type, decoded.n);
	buf_slice(log, decoded);
	buf_str(log, ">\n");
	hold(r, place, type == JSON_STRING, (flags & TEXT_TOLD) != 0, decoded);
}

/* event.h: not too many, and between quotes. */
static void on_strings(void *ctx, const struct event_string *s, size_t n)
{
	if (n == 0 || n > STRINGS_MOST)
		fuzz_failed("%zu strings at once", n);
	for (size_t i = 0; i < n; i++) {
		const char *const behind = s[i].text.p + s[i].text.n;

		if (s[i].text.p[-1] != '"' || (*behind != '"' && *behind != '\\'))
			fuzz_failed("a string without quotes");
		on_value(ctx, s[i].place, JSON_STRING, s[i].text, TEXT_STABLE);
	}
}

static int on_open(void *ctx, int place, enum json_type type)
{
	struct recorder *r = ctx;
	const int level = type == JSON_OBJECT ? inner_of(place) : LEVEL_NOWHERE;

	buf_printf(&r->logs[place / PLACES], "%d: opens %d\n", place, (int)type);
	hold(r, place, false, false, slice_of(NULL, 0));
	if (level != LEVEL_NOWHERE)
		r->logs[level].n = 0;
	return level;
}

static void on_again(void *ctx)
{
	struct recorder *r = ctx;

	for (int i = 0; i < LOGS; i++)
		if (r->reading == TOP || r->reading == i)
			r->logs[i].n = 0;
	for (int i = 0; i < 2 && r->reading == TOP; i++)
		hold(r, i, false, false, slice_of(NULL, 0));
}

/* ---- one reader ---- */

struct sink_kind {
	bool fixed, embeds, envelopes, strings;
	bool within;   /* texts are read where they lie among the others */
};

static void recorder_init(struct recorder *r, bool fast, struct sink_kind kind)
{
	*r = (struct recorder){ .reader = reader_new(fast), .sink = {
		.key = on_key, .element = on_element, .value = on_value, .open = on_open, .again = on_again, .ctx = r,
		.strings = kind.strings ? on_strings : NULL, .embeds = kind.embeds ? on_embeds : NULL, .embedded = on_embedded, .fixed = kind.fixed, .envelopes = kind.envelopes } };
}

static void recorder_free(struct recorder *r)
{
	reader_free(r->reader);
	arena_free(&r->arena);
	for (int i = 0; i < LOGS; i++)
		buf_free(&r->logs[i]);
	for (int i = 0; i < 2; i++)
		buf_free(&r->held[i].text);
}

static enum read_status read_at(struct recorder *r, struct slice text, int level, bool *repaired, struct read_error *error)
{
	r->reading = level;
	return reader_read(r->reader, text, level, &r->sink, repaired, error);
}

/* Objects in strings that were not read in place. */
static void read_held(struct recorder *r, bool *repaired)
{
	for (int i = 0; i < 2; i++) {
		struct held *h = &r->held[i];
		struct read_error error;
		const int level = inner_of(i);

		if (!h->is_string || h->told)
			continue;
		r->logs[level].n = 0;
		if (h->text.n == 0 || h->text.p[0] != '{' || read_at(r, buf_view(&h->text), level, repaired, &error) == READ_OK)
			continue;
		r->logs[level].n = 0;
		buf_str(&r->logs[level], "unreadable\n");
	}
}

/* What was told of a text, written down. */
static void describe_told(struct recorder *r, bool embeds, bool repaired, struct buf *out)
{
	if (embeds)
		read_held(r, &repaired);
	for (int i = 0; i < LOGS; i++) {
		buf_printf(out, "level %d\n", i);
		buf_slice(out, buf_view(&r->logs[i]));
	}
	buf_printf(out, "repaired %d\n", repaired);
}

/* What the reader makes of a text. */
static enum read_status describe(struct recorder *r, struct slice text, bool embeds, struct buf *out)
{
	struct read_error error = { .reason = REASONS };
	bool repaired = false;

	out->n = 0;
	arena_reset(&r->arena);
	reader_begin(r->reader);
	r->reading = TOP;
	on_again(r);
	const enum read_status status = read_at(r, text, TOP, &repaired, &error);

	if (status == READ_BAD)
		buf_printf(out, "reason %d, \"%s\" at %zu\n", (int)error.reason, error.text == NULL ? "" : error.text, error.at);
	if (status == READ_OK)
		describe_told(r, embeds, repaired, out);
	return status;
}

/* ---- side by side ---- */

struct pair {
	struct sink_kind kind;
	struct recorder fast, yajl;
	struct buf a, b;
};

static void compare(struct pair *p, struct slice text)
{
	const enum read_status fast = describe(&p->fast, text, p->kind.embeds, &p->a);
	const enum read_status yajl = describe(&p->yajl, text, p->kind.embeds, &p->b);

	if (fast != yajl)
		fuzz_failed("the fast reader says %d, yajl %d", (int)fast, (int)yajl);
	fuzz_same("the fast reader and yajl tell different things", &p->a, &p->b);
}

/* What is read from the beginning of a line is what yajl reads of just that. */
static void compare_on_line(struct pair *p, struct slice line)
{
	size_t end = SIZE_MAX;
	struct recorder *r = &p->fast;

	arena_reset(&r->arena);
	reader_begin(r->reader);
	r->reading = TOP;
	on_again(r);
	if (!reader_read_on_line(r->reader, line, TOP, &r->sink, &end))
		return;
	if (end > line.n || memchr(line.p, '\n', end) != NULL)
		fuzz_failed("the end of a line is passed");
	p->a.n = 0;
	describe_told(r, p->kind.embeds, false, &p->a);
	describe(&p->yajl, slice_of(line.p, end), p->kind.embeds, &p->b);
	fuzz_same("the fast reader and yajl tell different things of the beginning of a line", &p->a, &p->b);
}

static void compare_all(struct pair *p, struct slice all)
{
	const char *const end = all.p + all.n;
	struct slice text;

	if (p->kind.within)
		reader_within(p->fast.reader, all);
	while (fuzz_next_text(&all, &text)) {
		for (int i = 0; i < 2; i++) {
			compare(p, text);
			compare_on_line(p, text);
			compare_on_line(p, slice_of(text.p, (size_t)(end - text.p)));
		}
		/* what stands behind a text may be its end, and is none of it */
		text.n = fuzz_state(text) % (text.n + 1);
		compare(p, text);
		compare_on_line(p, text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct sink_kind kinds[] = { { true, true, true, false, false }, { true, false, false, true, false }, { false, true, false, false, false },
		{ true, true, true, true, true }, { true, false, false, false, true } };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct pair p = { .kind = kinds[i] };

		recorder_init(&p.fast, true, kinds[i]);
		recorder_init(&p.yajl, false, kinds[i]);
		compare_all(&p, slice_of((const char *)data, n));
		recorder_free(&p.fast);
		recorder_free(&p.yajl);
		buf_free(&p.a);
		buf_free(&p.b);
	}
	return 0;
}
