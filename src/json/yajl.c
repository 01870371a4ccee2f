/*
 * yajl.c - the reader that asks yajl.
 *
 * One fresh handle for each value, its memory from an arena that is emptied before the next: yajl never checks malloc, keeps
 * a buffer as large as the largest string it met, and goes quadratic when a token spans two calls; a whole record in one call
 * and an arena avoid all three. Only yajl_number is used: its integers and doubles overflow and round.
 */
#include "json/reader.h"

#include <stdlib.h>
#include <yajl/yajl_parse.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "json/fast.h"
#include "json/simd.h"

struct reader {
	struct arena memory;          /* yajl's, for one value */
	struct arena mended;          /* texts that had to be repaired, for one record */
	struct buf scratch;
	const struct simd *simd;
	struct fast *fast;            /* asked first; NULL: never */
	struct reader_share share;
	yajl_alloc_funcs alloc;
	/* the value that is being read */
	const struct event_sink *sink;
	struct slice text;
	yajl_handle handle;
	size_t end;                   /* behind the object or array that is the value; 0: it has not ended */
	size_t depth;
	size_t skip;                  /* depth at which stepping over began; 0: not stepping over */
	int place;                    /* of the next value */
	bool in_row;                  /* the outermost value is an array */
	size_t element;
	int levels[READER_DEPTH + 1]; /* the sink's level at each depth */
	enum { STOP_NOT, STOP_ENVELOPE, STOP_DEPTH } stop;
};

/* ---- yajl's memory ---- */

static void *take(void *ctx, size_t n)
{
	struct reader *r = ctx;
	size_t *p = arena_alloc(&r->memory, n + sizeof(size_t) * 2);

	p[0] = n;
	return p + 2;
}

static void *retake(void *ctx, void *old, size_t n)
{
	void *p = take(ctx, n);

	if (old != NULL) {
		const size_t before = ((size_t *)old)[-2];

		memcpy(p, old, before < n ? before : n);
	}
	return p;
}

static void give_back(void *ctx, void *p)
{
	(void)ctx;
	(void)p;
}

/* ---- callbacks ---- */

/* Of a value that begins: where it goes; PLACE_SKIP while stepping over. */
static int next_place(struct reader *r)
{
	if (r->skip > 0)
		return PLACE_SKIP;
	if (r->depth == 1 && r->in_row)
		return r->sink->element == NULL ? PLACE_SKIP : r->sink->element(r->sink->ctx, r->element++);
	const int place = r->place;

	r->place = PLACE_SKIP;
	return place;
}

static int scalar(struct reader *r, enum json_type type, const char *p, size_t n)
{
	const int place = next_place(r);

	if (place >= 0) {
		const bool stable = p >= r->text.p && p + n <= r->text.p + r->text.n;

		r->sink->value(r->sink->ctx, place, type, slice_of(p, n), stable ? TEXT_STABLE : 0);
	}
	return 1;
}

static int on_null(void *ctx)
{
	return scalar(ctx, JSON_NULL, "", 0);
}

static int on_boolean(void *ctx, int value)
{
	return value ? scalar(ctx, JSON_BOOL, "true", 4) : scalar(ctx, JSON_BOOL, "false", 5);
}

static int on_number(void *ctx, const char *p, size_t n)
{
	return scalar(ctx, JSON_NUMBER, p, n);
}

static int on_string(void *ctx, const unsigned char *p, size_t n)
{
	return scalar(ctx, JSON_STRING, (const char *)p, n);
}

static int begin(struct reader *r, enum json_type type)
{
	const int place = r->depth == 0 ? PLACE_SKIP : next_place(r);
	int level = LEVEL_NOWHERE;

	if (place == PLACE_ENVELOPE && type == JSON_ARRAY && r->sink->envelopes) {
		r->stop = STOP_ENVELOPE;
		return 0;
	}
	if (r->depth == READER_DEPTH) {
		r->stop = STOP_DEPTH;
		return 0;
	}
	if (r->depth == 0) {
		r->in_row = type == JSON_ARRAY;
		level = r->levels[0];
	} else if (place >= 0) {
		level = r->sink->open(r->sink->ctx, place, type);
	}
	r->depth++;
	const bool row = r->depth == 1 && r->in_row;

	if (r->skip == 0 && (r->sink == NULL || (level == LEVEL_NOWHERE && !row)))
		r->skip = r->depth;
	r->levels[r->depth] = level;
	return 1;
}

static int end(struct reader *r)
{
	if (r->skip == r->depth)
		r->skip = 0;
	if (--r->depth == 0)
		r->end = yajl_get_bytes_consumed(r->handle);
	return 1;
}

static int on_map_key(void *ctx, const unsigned char *p, size_t n)
{
	struct reader *r = ctx;

	if (r->skip == 0)
		r->place = r->sink->key(r->sink->ctx, r->levels[r->depth], slice_of((const char *)p, n));
	return 1;
}

static int on_start_map(void *ctx)
{
	return begin(ctx, JSON_OBJECT);
}

static int on_start_array(void *ctx)
{
	return begin(ctx, JSON_ARRAY);
}

static int on_end(void *ctx)
{
	return end(ctx);
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null, .yajl_boolean = on_boolean, .yajl_number = on_number, .yajl_string = on_string,
	.yajl_start_map = on_start_map, .yajl_map_key = on_map_key, .yajl_end_map = on_end,
	.yajl_start_array = on_start_array, .yajl_end_array = on_end,
};

/* ---- what yajl does not check ---- */

static int hex4(const char *p)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		const int digit = ascii_hex(p[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* The unit that the escape at t.p[i] stands for, or -1 if there is no \uXXXX. */
static int unit_at(struct slice t, size_t i)
{
	if (t.n - i < 6 || t.p[i] != '\\' || t.p[i + 1] != 'u')
		return -1;
	return hex4(t.p + i + 2);
}

/* Appends t with escapes of lone surrogates made \uFFFD; returns how many. */
static size_t mend_surrogates(struct slice t, struct buf *out)
{
	size_t mended = 0;

	for (size_t i = 0; i < t.n;) {
		if (t.p[i] != '\\' || t.n - i < 2) {
			buf_byte(out, t.p[i++]);
			continue;
		}
		const int unit = unit_at(t, i);

		if (unit >= 0xD800 && unit <= 0xDBFF && i + 6 < t.n) {
			const int low = unit_at(t, i + 6);

			if (low >= 0xDC00 && low <= 0xDFFF) {
				buf_add(out, t.p + i, 12);
				i += 12;
				continue;
			}
		}
		if (unit >= 0xD800 && unit <= 0xDFFF) {
			buf_str(out, "\\uFFFD");
			i += 6;
			mended++;
			continue;
		}
		buf_add(out, t.p + i, 2);
		i += 2;
	}
	return mended;
}

struct slice reader_mend(struct reader *r, struct slice text, bool *repaired)
{
	if (utf8_valid(text))
		return text;
	r->scratch.n = 0;
	utf8_repair(text, &r->scratch);
	*repaired = true;
	return arena_copy(&r->mended, buf_view(&r->scratch));
}

/* The text as yajl may see it: itself, or a mended copy that lives until reader_begin. */
static struct slice mend(struct reader *r, struct slice text, unsigned seen, bool *repaired)
{
	if (seen & SEEN_HIGH)
		text = reader_mend(r, text, repaired);
	if (seen & SEEN_SURROGATE) {
		r->scratch.n = 0;
		if (mend_surrogates(text, &r->scratch) > 0) {
			text = arena_copy(&r->mended, buf_view(&r->scratch));
			*repaired = true;
		}
	}
	return text;
}

/* ---- reading ---- */

struct reader *reader_new(bool fast)
{
	struct reader *r = mem_zalloc(sizeof *r);

	r->simd = simd_best();
	r->fast = fast ? fast_new(r->simd) : NULL;
	r->alloc = (yajl_alloc_funcs){ .malloc = take, .realloc = retake, .free = give_back, .ctx = r };
	return r;
}

void reader_free(struct reader *r)
{
	if (r == NULL)
		return;
	fast_free(r->fast);
	arena_free(&r->memory);
	arena_free(&r->mended);
	buf_free(&r->scratch);
	free(r);
}

void reader_within(struct reader *r, struct slice whole)
{
	if (r->fast != NULL)
		fast_within(r->fast, whole);
}

void reader_begin(struct reader *r)
{
	arena_reset(&r->mended);
}

/* yajl's own words hold bytes of the input; these are ours. */
static void explain(const struct reader *r, size_t consumed, bool ended, struct read_error *error)
{
	error->at = consumed;
	error->reason = r->stop == STOP_DEPTH ? REASON_DEPTH : REASON_SYNTAX;
	if (r->stop == STOP_DEPTH)
		error->text = NULL;
	else
		error->text = ended ? "not JSON (it ends too early)" : "not JSON";
}

static bool blank(struct slice s)
{
	return slice_trim(s).n == 0;
}

static enum read_status parse(struct reader *r, struct slice text, struct read_error *error)
{
	yajl_handle handle = yajl_alloc(&callbacks, &r->alloc, r);

	if (handle == NULL)
		mem_fail(sizeof(struct reader));
	r->handle = handle;
	r->end = 0;
	yajl_config(handle, yajl_dont_validate_strings, 1); /* validated, and mended, before */
	yajl_status status = yajl_parse(handle, (const unsigned char *)text.p, text.n);
	size_t consumed = yajl_get_bytes_consumed(handle);

	if (r->stop == STOP_ENVELOPE)
		return READ_ENVELOPE;
	/* behind the value yajl takes a token that might go on, like a string without its end, for nothing */
	if (status == yajl_status_ok && r->end > 0)
		consumed = r->end;
	if (status == yajl_status_ok && consumed < text.n && !blank(slice_of(text.p + consumed, text.n - consumed)))
		status = yajl_status_error;
	const bool ended = status == yajl_status_ok;

	if (status == yajl_status_ok)
		status = yajl_complete_parse(handle);
	if (status == yajl_status_ok)
		return READ_OK;
	explain(r, consumed, ended, error);
	return READ_BAD;
}

/* What the fast reader left, or was not asked about. */
static enum read_status read_slowly(struct reader *r, struct slice text, int level, const struct event_sink *sink, bool *repaired,
                                    struct read_error *error)
{
	if (r->fast != NULL) {
		if (fast_why(r->fast) != SLOW_ENVELOPE)
			r->share.slow[fast_why(r->fast)]++;
		if (sink != NULL && sink->again != NULL)
			sink->again(sink->ctx);
	}
	const unsigned seen = r->simd->suspicious(text.p, text.n);

	if (seen & SEEN_CONTROL) {
		*error = (struct read_error){ REASON_SYNTAX, "not JSON (a control character)", 0 };
		return READ_BAD;
	}
	/* yajl would stop there, too */
	if (r->fast != NULL && fast_why(r->fast) == SLOW_ENVELOPE)
		return READ_ENVELOPE;
	if (seen & (SEEN_HIGH | SEEN_SURROGATE))
		text = mend(r, text, seen, repaired);
	arena_reset(&r->memory);
	r->sink = sink;
	r->text = text;
	r->depth = 0;
	r->skip = 0;
	r->place = PLACE_SKIP;
	r->in_row = false;
	r->element = 0;
	r->levels[0] = sink == NULL ? LEVEL_NOWHERE : level;
	r->stop = STOP_NOT;
	return parse(r, text, error);
}

enum read_status reader_read_roomy(struct reader *r, struct slice text, size_t room, int level, const struct event_sink *sink, bool *repaired,
                                   struct read_error *error)
{
	r->share.texts += r->fast != NULL;
	if (r->fast != NULL && fast_read(r->fast, text, room, level, sink))
		return READ_OK;
	return read_slowly(r, text, level, sink, repaired, error);
}

enum read_status reader_read(struct reader *r, struct slice text, int level, const struct event_sink *sink, bool *repaired,
                             struct read_error *error)
{
	return reader_read_roomy(r, text, 0, level, sink, repaired, error);
}

bool reader_read_on_line(struct reader *r, struct slice text, int level, const struct event_sink *sink, size_t *end)
{
	if (r->fast == NULL || !fast_read_on_line(r->fast, text, level, sink, end))
		return false;
	r->share.texts++;
	return true;
}

const char *const slow_words[SLOW_WHYS] = {
	[SLOW_OTHER] = "not JSON, scalars, escapes in strings in strings",
	[SLOW_NAME] = "an escape in a name",
	[SLOW_SURROGATE] = "the escape of a surrogate",
	[SLOW_UTF8] = "text that is not UTF-8",
	[SLOW_DEPTH] = "too deep",
};

void reader_share_add(struct reader_share *sum, const struct reader *r)
{
	sum->texts += r->share.texts;
	for (int i = 0; i < SLOW_WHYS; i++)
		sum->slow[i] += r->share.slow[i];
}

/* The escape at raw.p[i] (a backslash), decoded to out; *n bytes. Returns what is behind it. */
static size_t unescape_one(struct slice raw, size_t i, char *out, size_t *n)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char c = raw.p[i + 1];

	if (c != 'u') {
		const char *hit = memchr(from, c, 5);

		*out = hit == NULL ? c : to[hit - from];
		*n = 1;
		return i + 2;
	}
	uint32_t unit = (uint32_t)hex4(raw.p + i + 2);

	i += 6;
	if (unit >= 0xD800 && unit <= 0xDBFF) {
		unit = 0x10000 + ((unit - 0xD800) << 10) + ((uint32_t)hex4(raw.p + i + 2) - 0xDC00);
		i += 6;
	}
	*n = utf8_encode(unit, out);
	return i;
}

struct slice json_unescape(struct slice raw, struct arena *arena)
{
	char *out = arena_bytes(arena, raw.n);
	size_t n = 0;

	for (size_t i = 0; i < raw.n;) {
		const char *slash = memchr(raw.p + i, '\\', raw.n - i);
		const size_t plain = slash == NULL ? raw.n - i : (size_t)(slash - raw.p) - i;
		size_t decoded;

		memcpy(out + n, raw.p + i, plain);
		n += plain;
		i += plain;
		if (i == raw.n)
			break;
		i = unescape_one(raw, i, out + n, &decoded);
		n += decoded;
	}
	return slice_of(out, n);
}

struct slice event_text(struct slice text, unsigned flags, struct arena *arena)
{
	return flags & TEXT_ESCAPED ? json_unescape(text, arena) : arena_copy(arena, text);
}
