/*
 * fast.c - reading the ordinary.
 *
 * What it asks yajl for: a name with an escape, an escape of a surrogate, text that is no UTF-8, an envelope, too much depth,
 * and anything that is wrong. None of these is worth a second copy of a rule.
 *
 * An object inside a string (properties as most services log them) is read in place: there a quote is `\"`, and what stands in
 * its strings may be escaped once more. Only what is the same before and after decoding is told of it; where an inner string
 * that somebody wants has an escape, the whole string is left to be decoded and read as a text of its own.
 */
#include "json/fast.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "json/frame.h"
#include "json/hops.h"
#include "json/reader.h"

struct fast {
	const struct simd *simd;
	struct hops *hops;
	const struct event_sink *sink;   /* whose hops they are; NULL: nobody's yet */
	enum slow_why why;
	struct slice whole;
};

struct cursor {
	const struct simd *simd;
	const struct event_sink *sink;
	struct hops *hops;     /* NULL: this sink's are not remembered */
	const char *p, *end;
	const char *readable;  /* not before the end: up to there bytes may be looked at */
	unsigned depth;
	bool in_string;        /* in an object inside a string */
	bool newline;          /* one was passed between tokens */
	bool high;             /* in_string: a byte above ASCII was passed */
	enum slow_why why;     /* if it turns out not to be ordinary */
};

struct string {
	struct slice text;     /* between the quotes */
	bool escaped;
};

/* Not ordinary, for this reason. */
static bool leave(struct cursor *c, enum slow_why why)
{
	c->why = why;
	return false;
}

/* ---- tokens ---- */

static void skip_space(struct cursor *c)
{
	/* inside a string white space other than blanks is written as an escape: not ordinary */
	if (c->in_string) {
		while (c->p < c->end && *c->p == ' ')
			c->p++;
		return;
	}
	for (; c->p < c->end && ascii_is_space(*c->p); c->p++)
		c->newline |= *c->p == '\n';
}

/* White space, then this character. */
static bool take(struct cursor *c, char wanted)
{
	skip_space(c);
	if (c->p == c->end || *c->p != wanted)
		return false;
	c->p++;
	return true;
}

/* White space, then a quote. */
static bool take_quote(struct cursor *c)
{
	return (!c->in_string || take(c, '\\')) && (c->in_string ? c->p < c->end && *c->p++ == '"' : take(c, '"'));
}

static const char *next_stop(const struct cursor *c, const char *p)
{
	const size_t n = (size_t)(c->end - p);

	if (n >= SIMD_NEAR) {
		const unsigned near = simd_string_stop_near(p);

		if (near < SIMD_NEAR)
			return p + near;
	}
	return p + c->simd->string_stop(p, n);
}

/* The escape at c->p, which is a backslash. Surrogates are yajl's. */
static bool take_escape(struct cursor *c)
{
	if (c->end - c->p < 2)
		return false;
	if (c->p[1] != 'u') {
		if (memchr("\"\\/bfnrt", c->p[1], 8) == NULL)
			return false;
		c->p += 2;
		return true;
	}
	if (c->end - c->p < 6)
		return false;
	if ((c->p[2] | 0x20) == 'd')
		return leave(c, SLOW_SURROGATE);
	for (int i = 2; i < 6; i++)
		if (ascii_hex(c->p[i]) < 0)
			return false;
	c->p += 6;
	return true;
}

/* The rest of a string that is not inside another. */
static bool take_plain_string(struct cursor *c, struct string *out)
{
	const char *start = c->p;
	bool high = false;

	out->escaped = false;
	for (;;) {
		c->p = next_stop(c, c->p);
		if (c->p == c->end)
			return false;
		if (*c->p == '"')
			break;
		if (*c->p == '\\') {
			out->escaped = true;
			if (!take_escape(c))
				return false;
		} else if ((unsigned char)*c->p >= 0x80) {
			high = true;
			c->p++;
		} else {
			return false;
		}
	}
	out->text = slice_of(start, (size_t)(c->p - start));
	c->p++;
	return !high || utf8_valid(out->text) || leave(c, SLOW_UTF8);
}

/*
 * Backslashes in a string inside a string, at c->p: each two of them are one that the inner string has. *ends: the
 * last stands before a quote that ends the inner string; c->p is then at that backslash. Else c->p is behind what they escape.
 */
static bool take_inner_escape(struct cursor *c, bool *ends)
{
	const char *first = c->p;

	while (c->p < c->end && *c->p == '\\')
		c->p++;
	const size_t run = (size_t)(c->p - first), inner = run / 2;

	*ends = false;
	if (c->p == c->end)
		return false;
	if (run % 2 != 0) {
		if (*c->p != '"')
			return false;
		*ends = inner % 2 == 0;
		c->p += *ends ? -1 : 1;
		return true;
	}
	if (inner % 2 == 0)
		return true;
	return memchr("/bfnrt", *c->p++, 6) != NULL;
}

/* The rest of a string in an object that is inside a string. */
static bool take_inner_string(struct cursor *c, struct string *out)
{
	const char *start = c->p;
	bool ends = false;

	out->escaped = false;
	for (;;) {
		c->p = next_stop(c, c->p);
		if (c->p == c->end)
			return false;
		if (*c->p == '\\') {
			const char *at = c->p;

			if (!take_inner_escape(c, &ends))
				return false;
			out->escaped |= !ends || c->p > at;
			if (ends)
				break;
		} else if ((unsigned char)*c->p >= 0x80) {
			c->high = true;
			c->p++;
		} else {
			return false;
		}
	}
	out->text = slice_of(start, (size_t)(c->p - start));
	c->p += 2;
	return true;
}

/* A string whose opening quote is gone by. */
static bool take_string(struct cursor *c, struct string *out)
{
	return c->in_string ? take_inner_string(c, out) : take_plain_string(c, out);
}

/* ---- values ---- */

static bool take_object(struct cursor *c, int level);
static bool take_array(struct cursor *c, bool row);

static void tell(const struct cursor *c, int place, enum json_type type, struct slice text, unsigned flags)
{
	if (place >= 0)
		c->sink->value(c->sink->ctx, place, type, text, flags | TEXT_STABLE);
}

static bool take_scalar(struct cursor *c, int place)
{
	const char *start = c->p;

	while (c->p < c->end && (ascii_is_alnum(*c->p) || *c->p == '-' || *c->p == '+' || *c->p == '.'))
		c->p++;
	const struct slice token = slice_of(start, (size_t)(c->p - start));

	if (!frame_is_scalar(token))
		return false;
	switch (*start) {
	case 'n':
		tell(c, place, JSON_NULL, slice_of(start, 0), 0);
		return true;
	case 't':
	case 'f':
		tell(c, place, JSON_BOOL, token, 0);
		return true;
	default:
		tell(c, place, JSON_NUMBER, token, 0);
		return true;
	}
}

/*
 * The rest of a string that is an object and nothing else, read in place. False: it is not, or not ordinary; nothing is taken, and
 * what the sink was told of that level is void.
 */
static bool take_embedded(struct cursor *c, int place, int level)
{
	const char *start = c->p;
	const unsigned depth = c->depth;

	c->sink->embedded(c->sink->ctx, level);
	c->in_string = true;
	c->high = false;
	c->depth = 0;
	c->p++;
	const bool good = take_object(c, level) && c->p < c->end && *c->p == '"' &&
		(!c->high || utf8_valid(slice_of(start, (size_t)(c->p - start))));

	c->in_string = false;
	c->depth = depth;
	c->why = SLOW_OTHER;
	if (!good) {
		c->sink->embedded(c->sink->ctx, level);
		c->p = start;
		return false;
	}
	tell(c, place, JSON_STRING, slice_of(start, (size_t)(c->p - start)), TEXT_ESCAPED | TEXT_TOLD);
	c->p++;
	return true;
}

/* The rest of a string. */
static bool take_text(struct cursor *c, struct hop_target to)
{
	struct string s;

	if (to.inner != LEVEL_NOWHERE && !c->in_string && c->p < c->end && *c->p == '{' && take_embedded(c, to.place, to.inner))
		return true;
	if (!take_string(c, &s))
		return false;
	if (c->in_string && s.escaped && to.place >= 0)
		return false;
	tell(c, to.place, JSON_STRING, s.text, s.escaped ? TEXT_ESCAPED : 0);
	return true;
}

static bool at_quote(const struct cursor *c)
{
	return c->p < c->end && *c->p == (c->in_string ? '\\' : '"');
}

/* A value of any kind, without white space before it. */
static bool take_any(struct cursor *c, struct hop_target to)
{
	if (at_quote(c))
		return take_quote(c) && take_text(c, to);
	if (c->p == c->end)
		return false;
	switch (*c->p) {
	case '{':
		c->p++;
		return take_object(c, to.place >= 0 ? c->sink->open(c->sink->ctx, to.place, JSON_OBJECT) : LEVEL_NOWHERE);
	case '[':
		if (to.place == PLACE_ENVELOPE && c->sink->envelopes)
			return leave(c, SLOW_ENVELOPE);
		if (to.place >= 0)
			c->sink->open(c->sink->ctx, to.place, JSON_ARRAY);
		c->p++;
		return take_array(c, false);
	default:
		return take_scalar(c, to.place);
	}
}

static bool take_element(struct cursor *c, int place)
{
	skip_space(c);
	return take_any(c, (struct hop_target){ place, LEVEL_NOWHERE });
}

/* ---- objects ---- */

/* The name of a member, and the colon; which it is (NULL: nothing is remembered), and where its value goes. */
static bool take_name(struct cursor *c, int level, struct hop_member **member, struct hop_target *to)
{
	struct string name;
	bool added = true;

	if (!take_quote(c) || !take_string(c, &name))
		return false;
	if (name.escaped && level != LEVEL_NOWHERE)
		return leave(c, SLOW_NAME);
	if (!take(c, ':'))
		return false;
	if (c->hops != NULL)
		*member = name.escaped ? hops_none(c->hops) : hops_member(c->hops, level, c->in_string, name.text, &added);
	if (c->hops != NULL && *member != hops_none(c->hops) && !added) {
		*to = (*member)->target;
		return true;
	}
	to->place = level == LEVEL_NOWHERE ? PLACE_SKIP : c->sink->key(c->sink->ctx, level, name.text);
	to->inner = to->place >= 0 && c->sink->embeds != NULL && !c->in_string ? c->sink->embeds(c->sink->ctx, to->place) : LEVEL_NOWHERE;
	if (*member != NULL)
		(*member)->target = *to;
	return true;
}

/*
 * What was passed since `start` led to that member. Not remembered: text above ASCII in an object inside a string, which is only
 * checked where that string ends.
 */
static void learn(const struct cursor *c, struct hop_member *from, const char *start, enum hop_kind kind, struct hop_member *to)
{
	if (c->hops == NULL)
		return;
	for (const char *p = start; c->in_string && c->high && p < c->p; p++)
		if ((unsigned char)*p >= 0x80)
			return;
	hops_learn(c->hops, from, slice_of(start, (size_t)(c->p - start)), kind, to);
}

/* From behind a value (or, first, from the beginning) to the next one, or to the end of the object: looked at, and remembered. */
static enum hop_kind look(struct cursor *c, int level, bool first, struct hop_member **member, struct hop_target *target)
{
	struct hop_member *const from = *member;
	const char *start = c->p;
	enum hop_kind kind = HOP_VALUE;

	if (take(c, '}')) {
		learn(c, from, start, HOP_END, NULL);
		return HOP_END;
	}
	if ((!first && !take(c, ',')) || !take_name(c, level, member, target))
		return HOP_UNKNOWN;
	skip_space(c);
	if (at_quote(c)) {
		if (!take_quote(c))
			return HOP_UNKNOWN;
		kind = target->inner == LEVEL_NOWHERE ? HOP_STRING : HOP_HOLDER;
	}
	learn(c, from, start, kind, *member);
	return c->p == c->end ? HOP_UNKNOWN : kind;
}

/*
 * The rest of a string with nothing in it that needs a look, at p, where SIMD_NEAR bytes and its quote are readable: most are so, and
 * short. Behind it; NULL: it is to be looked at.
 */
static inline const char *take_smooth(const struct cursor *c, const char *p, int place, bool in_string)
{
	size_t n = simd_string_stop_near(p);

	if (n == SIMD_NEAR && c->end - p > SIMD_NEAR)
		n += c->simd->string_stop(p + SIMD_NEAR, (size_t)(c->end - p) - SIMD_NEAR);
	if ((size_t)(c->end - p) <= n + in_string || p[n] != (in_string ? '\\' : '"') || (in_string && p[n + 1] != '"'))
		return NULL;
	tell(c, place, JSON_STRING, slice_of(p, n), 0);
	return p + n + (in_string ? 2 : 1);
}

/* Readable where a hop is tried, so that a short string behind it is, too. */
enum { HOP_ROOM = HOP_MOST + SIMD_NEAR + 2 };

/*
 * look, for another member that is known, written without white space, at p, where HOP_ROOM bytes are readable. Behind the colon,
 * and the quote of a string; NULL: it is to be looked at.
 */
static const char *look_near(const struct cursor *c, const char *p, int level, bool in_string, struct hop_member **member,
                             enum hop_kind *kind)
{
	const unsigned quote = in_string ? 2 : 1;
	const char *const name = p + 1 + quote;
	size_t slot;

	if (p[0] != ',' || p[1] != (in_string ? '\\' : '"') || name[-1] != '"')
		return NULL;
	unsigned n = simd_string_stop_near(name);

	if (n == SIMD_NEAR)
		n += simd_string_stop_near(name + SIMD_NEAR);
	if (name[n] != p[1] || name[n + quote - 1] != '"' || name[n + quote] != ':')
		return NULL;
	struct hop_member *const to = hops_probe(c->hops, level, in_string, name, n, &slot);

	p = name + n + quote + 1;
	if (to == NULL || c->end - p <= (ptrdiff_t)quote || ascii_is_space(*p))
		return NULL;
	if (*p != (in_string ? '\\' : '"'))
		*kind = HOP_VALUE;
	else if (p[quote - 1] == '"')
		*kind = to->target.inner == LEVEL_NOWHERE ? HOP_STRING : HOP_HOLDER;
	else
		return NULL;
	p += *kind == HOP_VALUE ? 0 : quote;
	hop_set(*member, name - 1 - quote, (unsigned)(p - name) + 1 + quote, *kind, to);
	*member = to;
	return p;
}

/*
 * From behind a value to the next one by what is remembered, at p, where HOP_ROOM bytes are readable: behind what led there; NULL: it is
 * to be looked at.
 */
static inline const char *leap(struct cursor *c, const char *p, int level, bool first, bool in_string, struct hop_member **member,
                               enum hop_kind *kind)
{
	const struct hop *const hop = hops_find(*member, p);

	if (hop != NULL && hop->n <= c->end - p) {
		c->newline |= hop->newline;
		*kind = (enum hop_kind)hop->kind;
		*member = hop->to;
		return p + hop->n;
	}
	return hop != NULL || first || *member == hops_none(c->hops) ? NULL : look_near(c, p, level, in_string, member, kind);
}

/*
 * The rest of an object whose brace is gone by; its members go to the sink unless the level is LEVEL_NOWHERE. Most steps are a
 * leap and a smooth string: these are taken here, with the place in a local variable.
 */
static inline bool take_members(struct cursor *c, int level, bool in_string)
{
	struct hop_member *member = c->hops == NULL ? NULL : hops_beginning(c->hops, level, in_string);
	const char *p = c->p;

	for (bool first = true;; first = false) {
		struct hop_target target;
		enum hop_kind kind;
		const char *const value = member != NULL && c->readable - p >= HOP_ROOM ? leap(c, p, level, first, in_string, &member, &kind) : NULL;

		if (value != NULL) {
			p = value;
			if (kind == HOP_END)
				break;
			target = member->target;
			const char *const behind = kind == HOP_STRING ? take_smooth(c, p, target.place, in_string) : NULL;

			if (behind != NULL) {
				p = behind;
				continue;
			}
			c->p = p;
		} else {
			c->p = p;
			kind = look(c, level, first, &member, &target);
			if (kind == HOP_UNKNOWN)
				return false;
			p = c->p;
			if (kind == HOP_END)
				break;
		}
		if (!(kind == HOP_VALUE ? take_any(c, target) : take_text(c, target)))
			return false;
		p = c->p;
	}
	c->p = p;
	return true;
}

static bool take_object(struct cursor *c, int level)
{
	if (++c->depth > READER_DEPTH)
		return leave(c, SLOW_DEPTH);
	if (!(c->in_string ? take_members(c, level, true) : take_members(c, level, false)))
		return false;
	c->depth--;
	return true;
}

/* The rest of an array; the elements of a row go to the sink. */
static bool take_array(struct cursor *c, bool row)
{
	size_t i = 0;

	if (++c->depth > READER_DEPTH)
		return leave(c, SLOW_DEPTH);
	if (!take(c, ']')) {
		do
			if (!take_element(c, row && c->sink->element != NULL ? c->sink->element(c->sink->ctx, i++) : PLACE_SKIP))
				return false;
		while (take(c, ','));
		if (c->p == c->end || *c->p != ']')
			return false;
		c->p++;
	}
	c->depth--;
	return true;
}

/* ---- texts ---- */

struct fast *fast_new(const struct simd *simd)
{
	struct fast *f = mem_zalloc(sizeof *f);

	f->simd = simd;
	return f;
}

void fast_free(struct fast *f)
{
	if (f == NULL)
		return;
	free(f->hops);
	free(f);
}

struct slice fast_within(struct fast *f, struct slice whole)
{
	const struct slice before = f->whole;

	f->whole = whole;
	return before;
}

static struct cursor cursor_of(struct fast *f, struct slice text, const struct event_sink *sink)
{
	struct cursor c = { .simd = f->simd, .sink = sink, .p = text.p, .end = text.p + text.n, .readable = text.p + text.n };
	const char *const end = f->whole.p + f->whole.n;

	if (f->whole.n > 0 && text.p >= f->whole.p && c.end <= end)
		c.readable = end;
	if (sink == NULL || !sink->fixed)
		return c;
	if (f->sink == NULL) {
		f->sink = sink;
		f->hops = hops_new();
	}
	if (f->sink == sink)
		c.hops = f->hops;
	return c;
}

bool fast_read(struct fast *f, struct slice text, int level, const struct event_sink *sink)
{
	struct cursor c = cursor_of(f, text, sink);
	bool good;

	skip_space(&c);
	if (c.p < c.end && *c.p == '{') {
		c.p++;
		good = take_object(&c, sink == NULL ? LEVEL_NOWHERE : level);
	} else if (c.p < c.end && *c.p == '[') {
		c.p++;
		good = take_array(&c, sink != NULL);
	} else {
		good = false;
	}
	skip_space(&c);
	f->why = c.why;
	return good && c.p == c.end;
}

enum slow_why fast_why(const struct fast *f)
{
	return f->why;
}

bool fast_read_on_line(struct fast *f, struct slice text, int level, const struct event_sink *sink, size_t *end)
{
	struct cursor c = cursor_of(f, text, sink);

	if (text.n == 0 || *c.p != '{')
		return false;
	c.p++;
	if (!take_object(&c, level) || c.newline)
		return false;
	*end = (size_t)(c.p - text.p);
	return true;
}
