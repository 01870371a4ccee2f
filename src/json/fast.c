/*
 * fast.c - reading the ordinary.
 *
 * What it asks yajl for: a name with an escape, an escape of a surrogate, text that is no UTF-8, an envelope, too much depth,
 * and anything that is wrong. None of these is worth a second copy of a rule.
 */
#include "json/fast.h"

#include "base/utf8.h"
#include "json/frame.h"
#include "json/reader.h"

struct cursor {
	const struct simd *simd;
	const struct event_sink *sink;
	const char *p, *end;
	unsigned depth;
};

struct string {
	struct slice text;     /* between the quotes */
	bool escaped;
};

static void skip_space(struct cursor *c)
{
	while (c->p < c->end && ascii_is_space(*c->p))
		c->p++;
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
	if (c->end - c->p < 6 || (c->p[2] | 0x20) == 'd')
		return false;
	for (int i = 2; i < 6; i++)
		if (!ascii_is_digit(c->p[i]) && !((c->p[i] | 0x20) >= 'a' && (c->p[i] | 0x20) <= 'f'))
			return false;
	c->p += 6;
	return true;
}

/* A string whose opening quote is gone by. */
static bool take_string(struct cursor *c, struct string *out)
{
	const char *start = c->p;
	bool high = false;

	out->escaped = false;
	for (;;) {
		c->p += c->simd->string_stop(c->p, (size_t)(c->end - c->p));
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
	return !high || utf8_valid(out->text);
}

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

static bool take_value(struct cursor *c, int place)
{
	struct string s;

	skip_space(c);
	if (c->p == c->end)
		return false;
	switch (*c->p) {
	case '"':
		c->p++;
		if (!take_string(c, &s))
			return false;
		tell(c, place, JSON_STRING, s.text, s.escaped ? TEXT_ESCAPED : 0);
		return true;
	case '{':
		c->p++;
		return take_object(c, place >= 0 ? c->sink->open(c->sink->ctx, place, JSON_OBJECT) : LEVEL_NOWHERE);
	case '[':
		if (place == PLACE_ENVELOPE)
			return false;
		if (place >= 0)
			c->sink->open(c->sink->ctx, place, JSON_ARRAY);
		c->p++;
		return take_array(c, false);
	default:
		return take_scalar(c, place);
	}
}

/* The rest of an object whose brace is gone by; its members go to the sink unless the level is LEVEL_NOWHERE. */
static bool take_object(struct cursor *c, int level)
{
	if (++c->depth > READER_DEPTH)
		return false;
	if (!take(c, '}')) {
		do {
			struct string name;
			int place = PLACE_SKIP;

			if (!take(c, '"') || !take_string(c, &name) || (name.escaped && level != LEVEL_NOWHERE))
				return false;
			if (level != LEVEL_NOWHERE)
				place = c->sink->key(c->sink->ctx, level, name.text);
			if (!take(c, ':') || !take_value(c, place))
				return false;
		} while (take(c, ','));
		if (c->p == c->end || *c->p != '}')
			return false;
		c->p++;
	}
	c->depth--;
	return true;
}

/* The rest of an array; the elements of a row go to the sink. */
static bool take_array(struct cursor *c, bool row)
{
	size_t i = 0;

	if (++c->depth > READER_DEPTH)
		return false;
	if (!take(c, ']')) {
		do
			if (!take_value(c, row && c->sink->element != NULL ? c->sink->element(c->sink->ctx, i++) : PLACE_SKIP))
				return false;
		while (take(c, ','));
		if (c->p == c->end || *c->p != ']')
			return false;
		c->p++;
	}
	c->depth--;
	return true;
}

bool fast_read(const struct simd *simd, struct slice text, int level, const struct event_sink *sink)
{
	struct cursor c = { simd, sink, text.p, text.p + text.n, 0 };
	bool good;

	skip_space(&c);
	if (c.p == c.end)
		return false;
	if (*c.p == '{') {
		c.p++;
		good = take_object(&c, sink == NULL ? LEVEL_NOWHERE : level);
	} else if (*c.p == '[') {
		c.p++;
		good = take_array(&c, sink != NULL);
	} else {
		return false;
	}
	skip_space(&c);
	return good && c.p == c.end;
}
