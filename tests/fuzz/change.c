/*
 * change.c - ways to change a text: bytes, words, members, and how the same may be written otherwise.
 *
 * The texts have no common grammar, so a member is what stands between two commas, and an object between two braces. That
 * breaks about as often as it fits, and both are wanted.
 */
#include "../unit/random.h"
#include "fuzz.h"

enum { TEXT_MOST = 1 << 14, REPEATS_MOST = 300 };

struct change {
	struct buf *text;
	const struct fuzz_target *target;
	uint64_t *state;
};

struct stretch {
	size_t from, to;
};

static size_t below(const struct change *c, size_t n)
{
	return n == 0 ? 0 : random_below(c->state, n);
}

static const char *pick(const struct change *c, const char *const *from)
{
	size_t n = 0;

	while (from[n] != NULL)
		n++;
	return from[below(c, n)];
}

/* What stands there is replaced. */
static void replace(struct buf *text, struct stretch old, struct slice by)
{
	struct buf out = BUF_INIT;

	if (text->n + by.n > TEXT_MOST)
		return;
	buf_add(&out, text->p, old.from);
	buf_slice(&out, by);
	buf_add(&out, text->p + old.to, text->n - old.to);
	text->n = 0;
	buf_slice(text, buf_view(&out));
	buf_free(&out);
}

static struct stretch some_stretch(const struct change *c, size_t most)
{
	const size_t from = below(c, c->text->n), left = c->text->n - from;

	return (struct stretch){ from, from + 1 + below(c, (left < most ? left : most) - 1) };
}

/* What stands between two commas, and the second of them. */
static struct stretch some_member(const struct change *c)
{
	struct stretch s = some_stretch(c, 1);

	while (s.from > 0 && c->text->p[s.from - 1] != ',')
		s.from--;
	while (s.to < c->text->n && c->text->p[s.to - 1] != ',')
		s.to++;
	return s;
}

static struct slice text_at(const struct change *c, struct stretch s)
{
	return slice_of(c->text->p + s.from, s.to - s.from);
}

/* ---- the ways ---- */

static char some_byte(uint64_t *state)
{
	static const char bytes[] = "\"\\{}[]:,'() \t\n\r0a1.e-+Nu\x00\x0b\x0c\x1f\x7f\x80\xc3\xed\xff;|=<>/*?";

	return bytes[random_below(state, sizeof bytes - 1)];
}

static void byte_changed(const struct change *c)
{
	fuzz_change_byte(c->text, below(c, c->text->n * FUZZ_BYTE_WAYS), c->state);
}

static void cut(const struct change *c)
{
	c->text->n = below(c, c->text->n) + 1;
}

static void stretch_gone(const struct change *c)
{
	replace(c->text, some_stretch(c, 40), slice_of(NULL, 0));
}

static void stretch_repeated(const struct change *c)
{
	const struct stretch s = some_stretch(c, below(c, 4) == 0 ? 200 : 3);
	const size_t most = below(c, 8) == 0 ? REPEATS_MOST : 2;
	struct buf out = BUF_INIT;

	for (size_t n = 2 + below(c, most); n > 0; n--)
		buf_slice(&out, text_at(c, s));
	replace(c->text, s, buf_view(&out));
	buf_free(&out);
}

static void word_put(const struct change *c)
{
	struct stretch s = some_stretch(c, 8);

	if (below(c, 2) == 0)
		s.to = s.from;
	replace(c->text, s, slice_str(pick(c, c->target->words)));
}

static bool in_token(char b)
{
	return ascii_is_alnum(b) || b == '-' || b == '.' || b == '_' || b == '"' || b == '\'';
}

/* A whole number, name or string. */
static void token_replaced(const struct change *c)
{
	struct stretch s = some_stretch(c, 1);

	while (s.from > 0 && in_token(c->text->p[s.from - 1]))
		s.from--;
	while (s.to < c->text->n && in_token(c->text->p[s.to]))
		s.to++;
	replace(c->text, s, slice_str(pick(c, c->target->words)));
}

static void case_changed(const struct change *c)
{
	const struct stretch s = some_stretch(c, 12);

	for (size_t i = s.from; i < s.to; i++) {
		char *b = &c->text->p[i];

		*b = ascii_lower(*b) == *b ? ascii_upper(*b) : ascii_lower(*b);
	}
}

/* Bytes written as escapes, in the forms in which JSON and KQL have them. */
static void bytes_escaped(const struct change *c)
{
	static const struct { const char *before; bool hex; } forms[] = {
		{ "\\u00", true }, { "\\\\u00", true }, { "\\x", true }, { "\\", false }, { "\\\\\\", false },
	};
	const struct stretch s = some_stretch(c, 3);
	const size_t form = below(c, sizeof forms / sizeof *forms);
	struct buf out = BUF_INIT;

	for (size_t i = s.from; i < s.to; i++) {
		buf_str(&out, forms[form].before);
		if (forms[form].hex)
			buf_printf(&out, "%02x", (unsigned char)c->text->p[i]);
		else
			buf_byte(&out, c->text->p[i]);
	}
	replace(c->text, s, buf_view(&out));
	buf_free(&out);
}

static void member_doubled(const struct change *c)
{
	const struct stretch s = some_member(c);
	struct buf out = BUF_INIT;

	buf_slice(&out, text_at(c, s));
	const size_t to = some_member(c).from;

	replace(c->text, (struct stretch){ to, to }, buf_view(&out));
	buf_free(&out);
}

static void members_swapped(const struct change *c)
{
	struct stretch a = some_member(c), b = some_member(c);
	struct buf out = BUF_INIT;

	if (a.from > b.from) {
		const struct stretch first = b;

		b = a;
		a = first;
	}
	if (a.to > b.from)
		return;
	buf_slice(&out, text_at(c, b));
	buf_slice(&out, text_at(c, (struct stretch){ a.to, b.from }));
	buf_slice(&out, text_at(c, a));
	replace(c->text, (struct stretch){ a.from, b.to }, buf_view(&out));
	buf_free(&out);
}

/* An object becomes a string that holds it. */
static void object_quoted(const struct change *c)
{
	struct stretch s = some_stretch(c, 300);
	struct buf out = BUF_INIT;

	while (s.from > 0 && c->text->p[s.from] != '{')
		s.from--;
	while (s.to < c->text->n && c->text->p[s.to - 1] != '}')
		s.to++;
	buf_byte(&out, '"');
	for (size_t i = s.from; i < s.to; i++) {
		if (c->text->p[i] == '"' || c->text->p[i] == '\\')
			buf_byte(&out, '\\');
		buf_byte(&out, c->text->p[i]);
	}
	buf_byte(&out, '"');
	replace(c->text, s, buf_view(&out));
	buf_free(&out);
}

/* A piece of another text. */
static void spliced(const struct change *c)
{
	const struct slice other = slice_str(pick(c, c->target->seeds));
	const size_t from = below(c, other.n), n = 1 + below(c, other.n - from);
	struct stretch s = some_stretch(c, n);

	if (below(c, 2) == 0)
		s.to = s.from;
	replace(c->text, s, slice_of(other.p + from, n));
}

/* One text more behind it. */
static void joined(const struct change *c)
{
	struct buf out = BUF_INIT;

	if (!c->target->several)
		return;
	buf_byte(&out, FUZZ_NEXT);
	buf_str(&out, pick(c, c->target->seeds));
	replace(c->text, (struct stretch){ c->text->n, c->text->n }, buf_view(&out));
	buf_free(&out);
}

/* One of the texts once more, behind all. */
static void text_repeated(const struct change *c)
{
	struct stretch s = some_stretch(c, 1);
	struct buf out = BUF_INIT;

	if (!c->target->several)
		return;
	while (s.from > 0 && c->text->p[s.from - 1] != FUZZ_NEXT)
		s.from--;
	while (s.to < c->text->n && c->text->p[s.to] != FUZZ_NEXT)
		s.to++;
	buf_byte(&out, FUZZ_NEXT);
	buf_slice(&out, text_at(c, s));
	replace(c->text, (struct stretch){ c->text->n, c->text->n }, buf_view(&out));
	buf_free(&out);
}

typedef void change_way(const struct change *c);

static change_way *const ways[] = {
	byte_changed, cut, stretch_gone, stretch_repeated, word_put, token_replaced, case_changed, bytes_escaped, member_doubled,
	members_swapped, object_quoted, spliced, joined, text_repeated,
};

void fuzz_change_byte(struct buf *text, size_t i, uint64_t *state)
{
	const size_t at = i / FUZZ_BYTE_WAYS;
	const char byte = some_byte(state);

	if (at >= text->n)
		return;
	switch (i % FUZZ_BYTE_WAYS) {
	case 0:
		text->p[at] = byte;
		break;
	case 1:
		replace(text, (struct stretch){ at, at + 1 }, slice_of(NULL, 0));
		break;
	default:
		replace(text, (struct stretch){ at, at }, slice_of(&byte, 1));
	}
}

void fuzz_change(struct buf *text, const struct fuzz_target *target, uint64_t *state)
{
	const struct change c = { text, target, state };

	for (size_t n = 1 + below(&c, 4); n > 0; n--) {
		if (text->n == 0)
			buf_str(text, pick(&c, target->seeds));
		ways[below(&c, sizeof ways / sizeof *ways)](&c);
	}
}
