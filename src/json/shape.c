/*
 * shape.c - learning shapes, and reading by them.
 *
 * A shape is one or several sections, with a string between each two of them that had an escape or a byte above ASCII in it: how many stops
 * such a string has is not known before. Every place in a section is a stop, by its number from the beginning of the section, and a
 * distance from it.
 */
#include "json/shape.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "json/frame.h"
#include "json/string.h"

enum { SHAPES = 8, SECTIONS_MOST = 12, PIECES_MOST = 80, STOPS_MOST = 1024, REST_MOST = 64, KNOWN_MOST = 256, FILLED_MOST = 4 };

struct spot {
	uint16_t stop;
	int16_t distance;
};

/* A plain string: between the quote that is this stop, and the next one. */
struct span {
	uint16_t stop;
	int place;
};

enum part_kind { PART_BEGIN, PART_SCALAR, PART_OPEN, PART_EMBEDDED, PART_TOLD, PART_ROUGH };

/* What is told before the strings that follow it in its section, and how many these are. PART_BEGIN: nothing. */
struct part {
	enum part_kind kind;
	int place, level;
	unsigned from_section, section;
	struct spot from, to;
	size_t strings;
};

/* The string between two sections, and what it was last, with the quote that ends it: many never change. */
struct rough {
	int place;
	bool in_string;
	struct string known;     /* text.p is NULL */
	size_t stops;
	char text[KNOWN_MOST];
};

struct section {
	size_t n_pieces, n_stops, n_strings;
	size_t room;             /* behind the last stop: what is looked at */
	struct rough rough;      /* behind it, if there is another section */
};

/* Bits of a word of places. */
struct filled {
	unsigned word;
	uint64_t bits;
};

struct shape {
	int level;
	bool newline;
	bool direct;             /* no place has two values: strings may be put into slots */
	bool scalars;            /* there are some, which are looked at */
	struct spot end;         /* in the last section */
	size_t n_stops;          /* as many as there were in the object that it was learned from */
	size_t n_sections, n_pieces, n_strings, n_parts;
	struct simd_piece pieces[PIECES_MOST];
	struct span strings[TRAIL_MOST]; /* that are wanted */
	struct part parts[TRAIL_MOST + 1];
	struct section sections[SECTIONS_MOST];
	struct filled filled[FILLED_MOST]; /* by the strings that are put */
	size_t n_filled;
};

/* Where an object fits its shape. */
struct fit {
	const char *from;        /* stops count from there */
	const uint16_t *first[SECTIONS_MOST]; /* stop of each section */
	struct string rough[SECTIONS_MOST];
};

struct shapes {
	const struct simd *simd;
	size_t n;
	struct shape *order[SHAPES]; /* the last one that was found first */
	unsigned misses;             /* since one was found */
	unsigned unlearned;          /* since one was learned */
	unsigned rest;               /* objects that are not tried */
	struct fit fit;
	struct event_string strings[STRINGS_MOST];
};

struct shapes *shapes_new(const struct simd *simd)
{
	struct shapes *s = mem_zalloc(sizeof *s);

	s->simd = simd;
	return s;
}

void shapes_free(struct shapes *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++)
		free(s->order[i]);
	free(s);
}

/* ---- learning ---- */

struct learner {
	struct shape *shape;
	const char *begin, *end;
	size_t n_stops;
	size_t first;            /* stop of the last section */
	unsigned embedded;       /* the part with which the object inside a string began */
	bool in_string;
	uint16_t stops[STOPS_MOST];
};

static bool find_stops(struct learner *l)
{
	for (const char *p = l->begin; p < l->end; p++) {
		if (!simd_is_stop(*p))
			continue;
		if (l->n_stops == STOPS_MOST)
			return false;
		l->stops[l->n_stops++] = (uint16_t)(p - l->begin);
	}
	return l->end - l->begin <= INT16_MAX && l->n_stops > 0;
}

/* The number of the first stop at p or behind it; that of all stops: none. */
static size_t stop_from(const struct learner *l, const char *p)
{
	size_t i = 0;

	while (i < l->n_stops && l->begin + l->stops[i] < p)
		i++;
	return i;
}

static struct section *section_of(const struct learner *l)
{
	return &l->shape->sections[l->shape->n_sections - 1];
}

/* A place that has its distance from that stop. */
static struct spot spot_of(const struct learner *l, const char *p, size_t stop)
{
	return (struct spot){ (uint16_t)(stop - l->first), (int16_t)(p - l->begin - l->stops[stop]) };
}

/* The same from the last stop before it, or the first at it or behind it. */
static struct spot spot_behind_stop(const struct learner *l, const char *p)
{
	return spot_of(l, p, stop_from(l, p) - 1);
}

static struct spot spot_to_stop(const struct learner *l, const char *p)
{
	return spot_of(l, p, stop_from(l, p));
}

/* What always stands from a to before b; there must be a stop in it, or where it stands is not known. */
static bool add_pieces(struct learner *l, const char *a, const char *b)
{
	struct shape *const s = l->shape;
	struct section *const section = section_of(l);
	const size_t stop = stop_from(l, a);

	if (stop == l->n_stops || l->begin + l->stops[stop] >= b)
		return false;
	s->newline |= memchr(a, '\n', (size_t)(b - a)) != NULL;
	section->n_stops = stop_from(l, b) - l->first;
	for (; a < b; a += SIMD_PIECE) {
		const size_t n = b - a < SIMD_PIECE ? (size_t)(b - a) : (size_t)SIMD_PIECE;

		if (s->n_pieces == PIECES_MOST)
			return false;
		struct simd_piece *piece = &s->pieces[s->n_pieces++];

		section->n_pieces++;
		piece->stop = stop - l->first;
		piece->distance = a - l->begin - l->stops[stop];
		if (piece->distance > 0 && (size_t)piece->distance + SIMD_PIECE > section->room)
			section->room = (size_t)piece->distance + SIMD_PIECE;
		if (stop > 0 && -piece->distance > (ptrdiff_t)piece->stop)
			return false; /* might lie before the object where its strings are shorter */
		memset(piece->ignored, -1, sizeof piece->ignored);
		memset(piece->ignored, 0, n);
		memset(piece->text, 0, sizeof piece->text);
		memcpy(piece->text, a, n);
	}
	return true;
}

static bool add_section(struct learner *l, size_t first)
{
	struct shape *const s = l->shape;

	if (s->n_sections == SECTIONS_MOST)
		return false;
	l->first = first;
	s->sections[s->n_sections++].room = SIMD_PIECE;
	return true;
}

static struct part *add_part(struct learner *l, enum part_kind kind, const struct step *step)
{
	struct shape *const s = l->shape;
	struct part *const part = &s->parts[s->n_parts++];

	*part = (struct part){ .kind = kind, .place = step->place, .level = step->level, .section = (unsigned)s->n_sections - 1 };
	part->from_section = part->section;
	return part;
}

static bool add_string(struct learner *l, const struct step *step)
{
	struct shape *const s = l->shape;
	const size_t end = stop_from(l, step->to);

	if (stop_from(l, step->from) == end) {
		if (step->place >= 0) {
			s->strings[s->n_strings++] = (struct span){ (uint16_t)(end - 1 - l->first), step->place };
			s->parts[s->n_parts - 1].strings++;
			section_of(l)->n_strings++;
		}
		return true;
	}
	/* as many stops as there are in it here there may not be in the next */
	section_of(l)->rough = (struct rough){ .place = step->place, .in_string = l->in_string };
	if (!add_section(l, end))
		return false;
	add_part(l, PART_ROUGH, step);
	return true;
}

static bool add_step(struct learner *l, const struct step *step)
{
	struct shape *const s = l->shape;
	struct part *part;

	switch (step->kind) {
	case STEP_STRING:
		return add_string(l, step);
	case STEP_SCALAR:
		/* from the last stop before it to the first behind it: what lies there is known */
		part = add_part(l, PART_SCALAR, step);
		part->from = spot_behind_stop(l, step->from);
		part->to = spot_to_stop(l, step->to);
		s->scalars = true;
		return true;
	case STEP_OPEN:
		add_part(l, PART_OPEN, step);
		return true;
	case STEP_EMBEDDED:
		part = add_part(l, PART_EMBEDDED, step);
		part->from = spot_behind_stop(l, step->from);
		l->embedded = (unsigned)(part - s->parts);
		l->in_string = true;
		return true;
	case STEP_TOLD:
		part = add_part(l, PART_TOLD, step);
		part->from_section = s->parts[l->embedded].section;
		part->from = s->parts[l->embedded].from;
		part->to = spot_to_stop(l, step->to);
		l->in_string = false;
		return true;
	}
	return false;
}

/* False: it has a value already. */
static bool add_place(struct shape *s, int place)
{
	const unsigned word = (unsigned)place / SLOTS_A_WORD;
	const uint64_t bit = UINT64_C(1) << (unsigned)place % SLOTS_A_WORD;
	size_t i = 0;

	while (i < s->n_filled && s->filled[i].word != word)
		i++;
	if (i == FILLED_MOST || (i < s->n_filled && (s->filled[i].bits & bit) != 0))
		return false;
	if (i == s->n_filled)
		s->filled[s->n_filled++] = (struct filled){ word, 0 };
	s->filled[i].bits |= bit;
	return true;
}

static bool is_put(const struct part *part)
{
	return part->kind == PART_TOLD && part->from_section == part->section;
}

static void find_filled(struct shape *s)
{
	s->direct = true;
	for (size_t i = 0; i < s->n_strings; i++)
		s->direct &= add_place(s, s->strings[i].place);
	for (size_t i = 1; i < s->n_parts; i++)
		if (s->parts[i].place >= 0 && s->parts[i].kind != PART_EMBEDDED)
			s->direct &= add_place(s, s->parts[i].place);
	/* what is told sets its bit itself */
	for (size_t i = 1; i < s->n_parts; i++)
		if (s->parts[i].place >= 0 && !is_put(&s->parts[i]) && s->parts[i].kind != PART_EMBEDDED)
			for (size_t k = 0; k < s->n_filled; k++)
				if (s->filled[k].word == (unsigned)s->parts[i].place / SLOTS_A_WORD)
					s->filled[k].bits &= ~(UINT64_C(1) << (unsigned)s->parts[i].place % SLOTS_A_WORD);
}

static bool learn(struct learner *l, const struct trail *trail)
{
	const char *at = l->begin;

	if (trail->lost || !find_stops(l) || !add_section(l, 0))
		return false;
	add_part(l, PART_BEGIN, &(struct step){ 0 });
	for (size_t i = 0; i < trail->n; i++) {
		const struct step *step = &trail->steps[i];

		if (step->kind == STEP_STRING || step->kind == STEP_SCALAR) {
			if (!add_pieces(l, at, step->from))
				return false;
			at = step->to;
		}
		if (!add_step(l, step))
			return false;
	}
	if (!add_pieces(l, at, l->end))
		return false;
	l->shape->end = spot_of(l, l->end, l->n_stops - 1);
	l->shape->n_stops = l->n_stops;
	find_filled(l->shape);
	return true;
}

/* Moves the i-th to the front. */
static void move_up(struct shapes *s, size_t i)
{
	struct shape *const shape = s->order[i];

	memmove(s->order + 1, s->order, i * sizeof *s->order);
	s->order[0] = shape;
}

void shapes_learn(struct shapes *s, int level, const char *begin, const char *end, const struct trail *trail)
{
	struct learner l = { .shape = mem_zalloc(sizeof *l.shape), .begin = begin, .end = end };

	s->unlearned = 0;
	l.shape->level = level;
	if (!learn(&l, trail)) {
		free(l.shape);
		return;
	}
	if (s->n < SHAPES)
		s->n++;
	else
		free(s->order[SHAPES - 1]);
	s->order[s->n - 1] = l.shape;
	move_up(s, s->n - 1);
}

/* ---- fitting ---- */

bool shapes_wanted(struct shapes *s)
{
	if (s->rest == 0)
		return true;
	s->rest--;
	return false;
}

bool shapes_unknown(struct shapes *s)
{
	s->misses++;
	s->unlearned++;
	if (s->misses > 2 * SHAPES)
		s->rest = s->misses < REST_MOST ? s->misses : (unsigned)REST_MOST;
	return s->n < SHAPES || s->unlearned >= SHAPES;
}

static inline const char *place_at(struct spot spot, const char *from, const uint16_t *first)
{
	return from + first[spot.stop] + spot.distance;
}

/* Whether the string at p is what it was last, and where it ends: the stop there. */
static const uint16_t *known_end(const struct rough *r, const char *p, const uint16_t *stop, const char *end, struct string *out)
{
	const size_t n = r->known.text.n, quote = r->in_string ? 2 : 1;

	if (r->stops == 0 || (size_t)(end - p) < n + quote || memcmp(p, r->text, n + quote) != 0)
		return NULL;
	*out = r->known;
	out->text.p = p;
	return stop + r->stops;
}

/* It is what will be expected next. */
static void remember(struct rough *r, const struct string *string, size_t stops)
{
	const size_t quote = r->in_string ? 2 : 1;

	r->stops = string->text.n + quote <= KNOWN_MOST ? stops : 0;
	if (r->stops == 0)
		return;
	r->known = *string;
	r->known.text.p = NULL;
	memcpy(r->text, string->text.p, string->text.n + quote);
}

/*
 * The end of the string between two sections, which begins behind the last stop of the first: the stop there, as far as the stretch
 * reaches; NULL: it does not end there, or is not ordinary, or must be decoded to be read.
 */
static const uint16_t *rough_end(struct rough *r, struct stops *s, const uint16_t *opening, struct string *out)
{
	const char *const p = s->from + *opening + 1;
	const uint16_t *stop = known_end(r, p, opening + 1, s->to, out);
	enum slow_why why;

	if (stop == NULL) {
		const char *const end = s->end;

		s->end = s->to; /* no other stretch while this one is in use */
		s->i = (uint32_t)(opening + 1 - s->at);
		const bool good = string_read(s, p, s->to, r->in_string, out, &why) && (!r->in_string || !out->high || utf8_valid(out->text));

		s->end = end;
		if (!good)
			return NULL;
		stop = s->at + s->i;
		remember(r, out, (size_t)(stop - opening - 1));
	}
	return r->in_string && out->escaped && r->place >= 0 ? NULL : stop;
}

static inline struct slice text_of(const struct part *part, const struct fit *fit)
{
	const char *const a = place_at(part->from, fit->from, fit->first[part->from_section]);
	const char *const b = place_at(part->to, fit->from, fit->first[part->section]);

	return slice_of(a, b > a ? (size_t)(b - a) : 0);
}

static bool scalars_are_good(const struct shape *shape, const struct fit *fit)
{
	for (size_t i = 1; i < shape->n_parts; i++)
		if (shape->parts[i].kind == PART_SCALAR && !frame_is_scalar(text_of(&shape->parts[i], fit)))
			return false;
	return true;
}

/* Whether the object at p has the shape, as far as the stretch and the text reach. If not, the stops are those at p as before. */
static bool fits(struct shapes *s, struct shape *shape, struct stops *stops, const char *p, const char *end)
{
	const struct simd_piece *piece = shape->pieces;
	const uint16_t *first = stops->at + stops->i, *const behind = stops->at + stops->n;
	struct fit *const fit = &s->fit;
	const uint32_t i = stops->i;

	fit->from = stops->from;
	for (size_t k = 0;; k++) {
		struct section *const section = &shape->sections[k];

		if ((size_t)(behind - first) < section->n_stops || (size_t)(stops->end - fit->from) - first[section->n_stops - 1] < section->room)
			break;
		if (k == 0 && fit->from + first[piece->stop] + piece->distance != p)
			break;
		if (!s->simd->fits(fit->from, first, piece, section->n_pieces))
			break;
		fit->first[k] = first;
		if (k + 1 == shape->n_sections) {
			if (place_at(shape->end, fit->from, first) <= end && (!shape->scalars || scalars_are_good(shape, fit)))
				return true;
			break;
		}
		first = rough_end(&section->rough, stops, first + section->n_stops - 1, &fit->rough[k + 1]);
		if (first == NULL)
			break;
		piece += section->n_pieces;
	}
	stops->i = i;
	return false;
}

/* Where the stretch holds less than n stops from p on, another one that begins there may hold more. */
static void reach_on(struct stops *stops, const char *p, size_t n)
{
	const bool whole = stops->to > stops->from && (p == stops->from || stops->to == stops->end);

	if (stops_pass(stops, p) + n > stops->n && !whole)
		stops_stretch(stops, p);
}

/* ---- telling ---- */

static void tell_scalar(const struct event_sink *sink, int place, struct slice token)
{
	const bool null = token.p[0] == 'n', word = null || token.p[0] == 't' || token.p[0] == 'f';

	sink->value(sink->ctx, place, null ? JSON_NULL : word ? JSON_BOOL : JSON_NUMBER, null ? slice_of(token.p, 0) : token, TEXT_STABLE);
}

/* One with a place. */
static void tell_value(const struct event_sink *sink, const struct part *part, const struct fit *fit)
{
	const struct string *const rough = &fit->rough[part->section];

	switch (part->kind) {
	case PART_BEGIN:
	case PART_EMBEDDED:
		return;
	case PART_SCALAR:
		tell_scalar(sink, part->place, text_of(part, fit));
		return;
	case PART_OPEN:
		sink->open(sink->ctx, part->place, JSON_OBJECT);
		return;
	case PART_TOLD:
		sink->value(sink->ctx, part->place, JSON_STRING, text_of(part, fit), TEXT_STABLE | TEXT_ESCAPED | TEXT_TOLD);
		return;
	case PART_ROUGH:
		sink->value(sink->ctx, part->place, JSON_STRING, rough->text, rough->escaped ? TEXT_STABLE | TEXT_ESCAPED : TEXT_STABLE);
		return;
	}
}

static inline void tell_part(const struct event_sink *sink, const struct part *part, const struct fit *fit)
{
	if (part->kind == PART_EMBEDDED)
		sink->embedded(sink->ctx, part->level);
	else if (part->place >= 0)
		tell_value(sink, part, fit);
}

static inline struct slice span_text(const struct span *span, const char *from, const uint16_t *first)
{
	const size_t quote = first[span->stop];

	return slice_of(from + quote + 1, first[span->stop + 1] - quote - 1);
}

static void tell_strings(struct event_string *out, const struct event_sink *sink, const struct span *span, size_t n, const char *from,
                         const uint16_t *first)
{
	while (n > 0) {
		const size_t some = n < STRINGS_MOST ? n : (size_t)STRINGS_MOST;

		for (size_t i = 0; i < some; i++, span++) {
			out[i].text = span_text(span, from, first);
			out[i].place = span->place;
		}
		event_strings(sink, out, some);
		n -= some;
	}
}

static void tell_in_order(struct shapes *s, const struct shape *shape, const struct event_sink *sink)
{
	const struct span *span = shape->strings;

	for (size_t i = 0; i < shape->n_parts; i++) {
		const struct part *part = &shape->parts[i];

		tell_part(sink, part, &s->fit);
		tell_strings(s->strings, sink, span, part->strings, s->fit.from, s->fit.first[part->section]);
		span += part->strings;
	}
}

static bool may_put(const struct shape *shape, const struct event_sink *sink)
{
	bool may = shape->direct && sink->slots != NULL;

	for (size_t i = 0; may && i < shape->n_filled; i++)
		may = (sink->present[shape->filled[i].word] & shape->filled[i].bits) == 0;
	return may;
}

static inline void put(struct event_slot *slot, struct slice text, enum slot_state state)
{
	slot->text.p = text.p;
	slot->text.n = text.n;
	slot->type = JSON_STRING;
	slot->state = state;
}

/* The strings into their slots, the rest told. */
static void put_strings(const struct shape *shape, const struct fit *fit, const struct event_sink *sink)
{
	const struct span *span = shape->strings;
	struct event_slot *const slots = sink->slots;
	const char *const from = fit->from;

	for (size_t i = 1; i < shape->n_parts; i++) {
		const struct part *part = &shape->parts[i];

		if (!is_put(part))
			tell_part(sink, part, fit);
		else if (part->place >= 0)
			put(&slots[part->place], text_of(part, fit), SLOT_TOLD);
	}
	for (size_t k = 0; k < shape->n_sections; k++) {
		const uint16_t *const first = fit->first[k];
		const struct span *const end = span + shape->sections[k].n_strings;

		for (; span < end; span++)
			put(&slots[span->place], span_text(span, from, first), SLOT_ROUGH);
	}
	for (size_t i = 0; i < shape->n_filled; i++)
		sink->present[shape->filled[i].word] |= shape->filled[i].bits;
}

const char *shapes_read(struct shapes *s, struct stops *stops, const char *p, const char *end, int level, const struct event_sink *sink,
                        bool *newline)
{
	reach_on(stops, p, s->n == 0 ? 0 : s->order[0]->n_stops);
	for (size_t i = 0; i < s->n; i++) {
		struct shape *const shape = s->order[i];

		if (shape->level != level || !fits(s, shape, stops, p, end))
			continue;
		if (may_put(shape, sink))
			put_strings(shape, &s->fit, sink);
		else
			tell_in_order(s, shape, sink);
		*newline |= shape->newline;
		stops->i = (uint32_t)(s->fit.first[shape->n_sections - 1] + shape->sections[shape->n_sections - 1].n_stops - stops->at);
		s->misses = 0;
		if (i > 0)
			move_up(s, i);
		return place_at(shape->end, s->fit.from, s->fit.first[shape->n_sections - 1]);
	}
	return NULL;
}
