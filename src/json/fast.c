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
#include "json/shape.h"
#include "json/string.h"

struct fast {
	struct hops *hops, *none;        /* that nobody learns from */
	const struct event_sink *sink;   /* whose hops they are; NULL: nobody's yet */
	enum slow_why why;
	struct slice whole;
	struct stops within, apart;      /* of the whole; of a text that does not lie in it */
	struct event_string strings[STRINGS_MOST]; /* that were read and not told yet */
	struct shapes *shapes;           /* of the sink whose hops they are */
	bool unshaped;                   /* the text was tried, and has none that is known */
	struct trail trail;
};

struct cursor {
	const struct event_sink *sink;
	struct hops *hops;     /* empty, and stay so, if this sink's are not remembered */
	struct stops *stops;   /* of the text, and of what may be looked at behind it */
	const char *p, *end;   /* p may be behind the end where a member was read by what is remembered: not a good object */
	unsigned depth;
	bool in_string;        /* in an object inside a string */
	bool newline;          /* one was passed between tokens */
	bool high;             /* a byte above ASCII was passed in a string */
	enum slow_why why;     /* if it turns out not to be ordinary */
	struct event_string *strings, *untold; /* behind those that are not told yet */
	struct trail *trail;   /* NULL: nobody learns from it */
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

/* A string whose opening quote is gone by. */
static bool take_string(struct cursor *c, struct string *out)
{
	if (!string_read(c->stops, c->p, c->end, c->in_string, out, &c->why))
		return false;
	c->p = out->text.p + out->text.n + (c->in_string ? 2 : 1);
	c->high |= out->high;
	return true;
}

/* ---- values ---- */

static bool take_object(struct cursor *c, int level);
static bool take_array(struct cursor *c, bool row);

/* The strings that were read and not told yet: before anything else is told. */
static void tell_strings(struct cursor *c)
{
	if (c->untold > c->strings)
		event_strings(c->sink, c->strings, (size_t)(c->untold - c->strings));
	c->untold = c->strings;
}

/* A step was taken, from here to there. */
static inline void leave_trail(struct cursor *c, enum step_kind kind, int place, int level, const char *from, const char *to)
{
	if (c->trail != NULL)
		trail_add(c->trail, (struct step){ kind, place, level, from, to });
}

static void lose_trail(struct cursor *c)
{
	if (c->trail != NULL)
		c->trail->lost = true;
}

static void tell(struct cursor *c, int place, enum json_type type, struct slice text, unsigned flags)
{
	if (place < 0)
		return;
	tell_strings(c);
	c->sink->value(c->sink->ctx, place, type, text, flags | TEXT_STABLE);
}

static void tell_embedded(struct cursor *c, int level)
{
	tell_strings(c);
	c->sink->embedded(c->sink->ctx, level);
}

static int tell_open(struct cursor *c, int place, enum json_type type)
{
	tell_strings(c);
	return c->sink->open(c->sink->ctx, place, type);
}

static bool take_scalar(struct cursor *c, int place)
{
	const char *start = c->p;

	while (c->p < c->end && (ascii_is_alnum(*c->p) || *c->p == '-' || *c->p == '+' || *c->p == '.'))
		c->p++;
	const struct slice token = slice_of(start, (size_t)(c->p - start));

	if (!frame_is_scalar(token))
		return false;
	leave_trail(c, STEP_SCALAR, place, LEVEL_NOWHERE, start, c->p);
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

	tell_embedded(c, level);
	leave_trail(c, STEP_EMBEDDED, place, level, start, start);
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
		tell_embedded(c, level);
		lose_trail(c);
		c->p = start;
		stops_go(c->stops, start);
		return false;
	}
	leave_trail(c, STEP_TOLD, place, LEVEL_NOWHERE, start, c->p);
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
	leave_trail(c, STEP_STRING, to.place, LEVEL_NOWHERE, s.text.p, s.text.p + s.text.n);
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
		leave_trail(c, STEP_OPEN, to.place, LEVEL_NOWHERE, c->p, c->p);
		return take_object(c, to.place >= 0 ? tell_open(c, to.place, JSON_OBJECT) : LEVEL_NOWHERE);
	case '[':
		if (to.place == PLACE_ENVELOPE && c->sink->envelopes)
			return leave(c, SLOW_ENVELOPE);
		lose_trail(c);
		if (to.place >= 0)
			tell_open(c, to.place, JSON_ARRAY);
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

/* The name of a member, and the colon; which it is, with where its value goes. */
static bool take_name(struct cursor *c, int level, struct hop_member **member)
{
	struct string name;
	bool known = false;

	if (!take_quote(c) || !take_string(c, &name))
		return false;
	if (name.escaped && level != LEVEL_NOWHERE)
		return leave(c, SLOW_NAME);
	if (!take(c, ':'))
		return false;
	*member = name.escaped ? hops_none(c->hops) : hops_member(c->hops, level, c->in_string, name.text, &known);
	if (known)
		return true;
	struct hop_target *const to = &(*member)->target;

	to->place = level == LEVEL_NOWHERE ? PLACE_SKIP : c->sink->key(c->sink->ctx, level, name.text);
	to->inner = to->place >= 0 && c->sink->embeds != NULL && !c->in_string ? c->sink->embeds(c->sink->ctx, to->place) : LEVEL_NOWHERE;
	return true;
}

/*
 * Whether the next hop from that member that is not known is to be looked at, and remembered, though its name may be known: where members stand in
 * no order that, and trying what is remembered, is in vain, only now and then.
 */
static bool is_due(const struct hop_member *from)
{
	return from->strays % (from->trust > 0 ? HOP_STRAYS : HOP_STRAYS_IN_VAIN) == 0;
}

static bool is_worth_keeping(struct hop_member *from)
{
	const bool worth = from->trust > 0 || is_due(from);

	from->strays++;
	from->trust = worth && from->trust == 0 ? 1 : from->trust;
	return worth;
}

/*
 * What was passed since `start` led to that member. Not remembered: text above ASCII in an object inside a string, which is only
 * checked where that string ends.
 */
static void learn(const struct cursor *c, struct hop_member *from, const char *start, enum hop_kind kind, struct hop_member *to)
{
	if (!is_worth_keeping(from))
		return;
	for (const char *p = start; c->in_string && c->high && p < c->p; p++)
		if ((unsigned char)*p >= 0x80)
			return;
	hops_learn(c->hops, from, slice_of(start, (size_t)(c->p - start)), kind, to);
}

/*
 * From behind a value (or, first, from the beginning) to the next one, or to the end of the object: looked at, and remembered from
 * `start` on, where the quote of a string stands.
 */
static enum hop_kind look(struct cursor *c, int level, bool first, const char *start, struct hop_member **member)
{
	struct hop_member *const from = *member;
	enum hop_kind kind = HOP_VALUE;

	if (take(c, '}')) {
		learn(c, from, start, HOP_END, NULL);
		return HOP_END;
	}
	if ((!first && !take(c, ',')) || !take_name(c, level, member))
		return HOP_UNKNOWN;
	skip_space(c);
	if (at_quote(c)) {
		if (!take_quote(c))
			return HOP_UNKNOWN;
		kind = (*member)->target.inner == LEVEL_NOWHERE ? HOP_STRING : HOP_HOLDER;
	}
	learn(c, from, start, kind, *member);
	return c->p == c->end ? HOP_UNKNOWN : kind;
}

/* The hop at p, where HOP_MOST bytes are readable, if it is not the member's first; NULL: it is to be looked at. */
static __attribute__((noinline)) const struct hop *leap(struct hop_member *from, const char *p)
{
	const struct hop *const hop = from->trust > 0 ? hops_find_other(from, p) : NULL;

	if (hop != NULL)
		from->trust = (uint8_t)(from->trust < HOP_TRUST_MOST - HOP_TRUST ? from->trust + HOP_TRUST : HOP_TRUST_MOST);
	else if (from->trust > 0)
		from->trust--;
	return hop;
}

/*
 * A string that is not told yet; behind it, if it is wanted. It is written in any case, and no branch asks: where members stand in no order that
 * would be a guess.
 */
static inline struct event_string *put_string(struct event_string *at, const char *text, const char *end, int place)
{
	at->text.p = text;
	at->text.n = (size_t)(end - text);
	at->place = place;
	return at + ((unsigned)~place >> 31);
}

/* How far an object was read. */
struct walk {
	const char *p, *behind;      /* the quote that ends a string (or, first, where the object begins), and behind it; or behind what `kind` says */
	const uint16_t *stop;        /* the stop at p; or behind what `kind` says */
	struct hop_member *member;
	struct event_string *untold;
	enum hop_kind kind;          /* what was reached, if it is not a string that ends at the next stop; else HOP_UNKNOWN */
};

/* Whether the first n of 8 bytes stand at p, where as many are readable. (A constant of n bytes would be put together first, and waited for.) */
static inline bool stands(const char *p, const char bytes[8], size_t n)
{
	uint64_t there, wanted;

	memcpy(&there, p, sizeof there);
	memcpy(&wanted, bytes, sizeof wanted);
	return ((there ^ wanted) & (UINT64_MAX >> (64 - 8 * n))) == 0;
}

/* What stands before the name of a member: in an object that begins, behind a string, behind another value. */
enum lead { LEAD_BEGINNING, LEAD_STRING, LEAD_VALUE, LEADS };

/*
 * Members that stand in no order, one after the other: of known names, written without white space, and most of them strings that end at the next stop.
 * Their names are looked up at once, since trying what is remembered would be in vain; now and then it is left to leap and look, who may learn of an order.
 */
static inline __attribute__((always_inline)) void wander(const struct cursor *c, int level, const char *begin, struct walk *walk, bool in_string)
{
	static const char leads[2][LEADS][8] = { { "\"", "\",\"", ",\"" }, { "\\\"", "\\\",\\\"", ",\\\"" } };
	static const char colons[2][8] = { "\":\"", "\\\":\\\"" };
	const size_t quote = in_string ? 2 : 1, between = 2 * quote + 1; /* bytes of `","` and `":"` */
	const char *const colon = colons[in_string];
	const char *const from = c->stops->from, *const last = c->stops->end - HOP_MOST;
	const uint16_t *const end = c->stops->at + c->stops->n;
	struct walk w = *walk;
	enum lead lead = w.p == begin ? LEAD_BEGINNING : w.p < w.behind ? LEAD_STRING : LEAD_VALUE;

	/* so many stops that the last one of a name and a string is in the text, with what follows its backslash */
	while (w.p <= last && (size_t)(end - w.stop) > 5 * quote && w.untold < c->strings + STRINGS_MOST) {
		const size_t ended = lead == LEAD_STRING ? quote : 0, n = ended + quote + (lead != LEAD_BEGINNING);
		const char *const name = w.p + n;
		const uint16_t *const stop = w.stop + ended + quote;
		const char *const behind = from + stop[0], *const text = behind + between, *const text_end = from + stop[2 * quote];
		size_t slot;

		if (w.p > walk->p && (w.member->trust > 0 || is_due(w.member)))
			break;
		if (behind - name > HOP_NAME_MOST || !stands(w.p, leads[in_string][lead], n) || !stands(behind, colon, quote + 1)) {
			if (w.p[ended] == '}')
				w = (struct walk){ w.p, w.p + ended + 1, w.stop + ended, w.member, w.untold, HOP_END };
			break;
		}
		struct hop_member *const to = hops_probe(c->hops, level, in_string, name, (unsigned)(behind - name), &slot);

		if (to == NULL)
			break;
		if (!stands(behind, colon, between)) {
			w = (struct walk){ w.p, text - quote, stop + quote, to, w.untold, HOP_VALUE };
			break;
		}
		if (to->target.inner != LEVEL_NOWHERE || *text_end != colon[0] || (in_string && text_end[1] != '"')) {
			w = (struct walk){ w.p, text, stop + 2 * quote, to, w.untold, to->target.inner == LEVEL_NOWHERE ? HOP_STRING : HOP_HOLDER };
			break;
		}
		w.member->strays++;
		w.untold = put_string(w.untold, text, text_end, to->target.place);
		w.member = to;
		w.stop = stop + 2 * quote;
		w.p = text_end;
		w.behind = text_end + quote;
		lead = LEAD_STRING;
	}
	*walk = w;
}

static __attribute__((noinline)) void wander_plain(const struct cursor *c, int level, const char *begin, struct walk *walk)
{
	wander(c, level, begin, walk, false);
}

static __attribute__((noinline)) void wander_inner(const struct cursor *c, int level, const char *begin, struct walk *walk)
{
	wander(c, level, begin, walk, true);
}

/*
 * Members from a place behind a value, or from the beginning of the object, on: most steps are a hop and a string that ends at the next stop. These are taken
 * here, with all that moves in local variables, to where a value of another kind, or nothing that is known, stands.
 */
static inline __attribute__((always_inline)) void pass_members(struct cursor *c, int level, const char *begin, struct walk *walk, bool in_string)
{
	const struct stops *const s = c->stops;
	const char *const from = s->from, *const last = s->end - HOP_MOST;
	const uint16_t *const end = s->at + s->n;
	struct event_string *const full = c->strings + STRINGS_MOST;
	const ptrdiff_t quote = in_string ? 2 : 1;
	const char mark = in_string ? '\\' : '"';
	struct walk w = *walk;
	bool newline = false;

	while (w.p <= last) {
		const struct hop *const hop = hop_fits(&w.member->ways[0], w.p) ? &w.member->ways[0] : leap(w.member, w.p);

		if (hop == NULL) {
			struct walk further = w;

			if (c->trail != NULL || is_due(w.member))
				break;
			(in_string ? wander_inner : wander_plain)(c, level, begin, &further);
			const bool moved = further.stop > w.stop;

			w = further;
			if (!moved || w.kind != HOP_UNKNOWN || w.untold == full)
				break;
			continue;
		}
		w.behind = w.p + hop->n;
		w.stop += hop->stops;
		newline |= hop->newline;
		w.member = hop->to;
		w.kind = (enum hop_kind)hop->kind;
		if (w.kind != HOP_STRING || end - w.stop < quote)
			break;
		w.p = from + *w.stop;
		if (*w.p != mark || (in_string && w.p[1] != '"') || w.untold == full)
			break;
		w.untold = put_string(w.untold, w.behind, w.p, w.member->target.place);
		leave_trail(c, STEP_STRING, w.member->target.place, LEVEL_NOWHERE, w.behind, w.p);
		w.behind = w.p + quote;
		w.kind = HOP_UNKNOWN;
	}
	c->newline |= newline;
	*walk = w;
}

/* The value of a member that was reached by a hop. */
static bool take_reached(struct cursor *c, enum hop_kind kind, struct hop_target to)
{
	if (kind != HOP_VALUE)
		return take_text(c, to);
	skip_space(c); /* what was remembered may have had less of it */
	return take_any(c, to);
}

/* The rest of an object whose brace is gone by; its members go to the sink unless the level is LEVEL_NOWHERE. */
static inline __attribute__((always_inline)) bool take_members(struct cursor *c, int level, bool in_string)
{
	struct stops *const s = c->stops;
	const char *const begin = c->p;
	struct walk w = { .p = begin, .behind = begin, .member = hops_beginning(c->hops, level, in_string) };

	for (;;) {
		const uint16_t *const end = s->at + s->n;

		w.stop = s->at + stops_pass(s, w.p);
		w.untold = c->untold;
		w.kind = HOP_UNKNOWN;
		pass_members(c, level, begin, &w, in_string);
		c->untold = w.untold;
		c->p = w.behind;
		s->i = (uint32_t)((w.stop < end ? w.stop : end) - s->at);
		if (c->p > c->end)
			return false;
		if (w.untold == c->strings + STRINGS_MOST)
			tell_strings(c);
		if (w.kind == HOP_UNKNOWN)
			w.kind = look(c, level, w.behind == begin, w.p, &w.member);
		if (w.kind == HOP_END)
			return true;
		if (w.kind == HOP_UNKNOWN || !take_reached(c, w.kind, w.member->target))
			return false;
		/* what leads to a number may also lead to a string; what may follow a string must not follow a number */
		w.behind = c->p;
		w.p = c->p[-1] == '"' ? c->p - (in_string ? 2 : 1) : c->p;
		if (w.p == c->p && w.p < c->end && *w.p == (in_string ? '\\' : '"'))
			return false;
		stops_go(s, w.p);
	}
}

static bool take_plain_members(struct cursor *c, int level)
{
	return take_members(c, level, false);
}

static bool take_inner_members(struct cursor *c, int level)
{
	return take_members(c, level, true);
}

static bool take_object(struct cursor *c, int level)
{
	if (++c->depth > READER_DEPTH)
		return leave(c, SLOW_DEPTH);
	if (!(c->in_string ? take_inner_members(c, level) : take_plain_members(c, level)))
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

	f->within.simd = f->apart.simd = simd;
	f->none = hops_new(false);
	return f;
}

void fast_free(struct fast *f)
{
	if (f == NULL)
		return;
	shapes_free(f->shapes);
	hops_free(f->hops);
	hops_free(f->none);
	free(f);
}

void fast_within(struct fast *f, struct slice whole)
{
	f->whole = whole;
	stops_begin(&f->within, whole.p, whole.p + whole.n);
}

/* The stops of a text, and of so much behind it. */
static inline struct stops *stops_of(struct fast *f, struct slice text, size_t room)
{
	if (text.p >= f->whole.p && text.p + text.n <= f->whole.p + f->whole.n && f->whole.n > 0) {
		stops_go(&f->within, text.p);
		return &f->within;
	}
	stops_begin(&f->apart, text.p, text.p + text.n + room);
	return &f->apart;
}

/* The memory is that of the first sink whose keys have fixed places. */
static bool remembers(struct fast *f, const struct event_sink *sink)
{
	if (f->sink == NULL && sink != NULL && sink->fixed) {
		f->sink = sink;
		f->hops = hops_new(true);
		f->shapes = shapes_new(f->within.simd);
	}
	return f->sink == sink && sink != NULL;
}

static void cursor_begin(struct cursor *c, struct fast *f, struct slice text, struct stops *stops, const struct event_sink *sink)
{
	c->sink = sink;
	c->hops = remembers(f, sink) ? f->hops : f->none;
	c->stops = stops;
	c->p = text.p;
	c->end = text.p + text.n;
	c->depth = 0;
	c->in_string = c->newline = c->high = false;
	c->why = SLOW_OTHER;
	c->strings = c->untold = f->strings;
	c->trail = NULL;
}

/* The object with which the text begins, by its shape: behind it; NULL: it has none. */
static inline const char *read_by_shape(struct fast *f, struct slice text, int level, struct stops *stops, const struct event_sink *sink, bool *newline)
{
	if (!remembers(f, sink))
		return NULL;
	f->unshaped = shapes_wanted(f->shapes);
	return f->unshaped ? shapes_read(f->shapes, stops, text.p, text.p + text.n, level, sink, newline) : NULL;
}

/* The object at the cursor, of which no shape is known, member by member. */
static bool read_by_member(struct fast *f, struct cursor *c, int level)
{
	const char *const begin = c->p++;

	if (c->hops == f->hops && f->unshaped && shapes_unknown(f->shapes)) {
		f->trail.n = 0;
		f->trail.lost = false;
		c->trail = &f->trail;
	}
	if (!take_object(c, level))
		return false;
	tell_strings(c);
	if (c->trail != NULL)
		shapes_learn(f->shapes, level, begin, c->p, c->trail);
	return true;
}

static bool read_with(struct fast *f, struct slice text, int level, struct stops *stops, const struct event_sink *sink)
{
	struct cursor c;
	bool good = false;

	cursor_begin(&c, f, text, stops, sink);
	skip_space(&c);
	if (c.p < c.end && *c.p == '{') {
		good = read_by_member(f, &c, sink == NULL ? LEVEL_NOWHERE : level);
	} else if (c.p < c.end && *c.p == '[') {
		c.p++;
		good = take_array(&c, sink != NULL);
		tell_strings(&c);
	}
	skip_space(&c);
	f->why = c.why;
	return good && c.p == c.end;
}

bool fast_read(struct fast *f, struct slice text, size_t room, int level, const struct event_sink *sink)
{
	struct stops *const stops = stops_of(f, text, room);
	const char *const end = text.p + text.n;
	bool newline = false;

	f->unshaped = false;
	if (text.n > 0 && *text.p == '{') {
		const char *behind = read_by_shape(f, text, level, stops, sink, &newline);

		if (behind != NULL) {
			f->why = SLOW_OTHER;
			return behind == end || slice_trim(slice_of(behind, (size_t)(end - behind))).n == 0;
		}
	}
	return read_with(f, text, level, stops, sink);
}

enum slow_why fast_why(const struct fast *f)
{
	return f->why;
}

/* Apart: where there is a shape no cursor is wanted. */
static __attribute__((noinline)) bool read_line_by_member(struct fast *f, struct slice text, int level, struct stops *stops, const struct event_sink *sink, size_t *end)
{
	struct cursor c;

	cursor_begin(&c, f, text, stops, sink);
	if (!read_by_member(f, &c, level))
		return false;
	*end = (size_t)(c.p - text.p);
	return !c.newline;
}

bool fast_read_on_line(struct fast *f, struct slice text, int level, const struct event_sink *sink, size_t *end)
{
	bool newline = false;

	if (text.n == 0 || *text.p != '{')
		return false;
	struct stops *const stops = stops_of(f, text, 0);
	const char *const behind = read_by_shape(f, text, level, stops, sink, &newline);

	if (behind == NULL)
		return read_line_by_member(f, text, level, stops, sink, end);
	*end = (size_t)(behind - text.p);
	return !newline;
}
