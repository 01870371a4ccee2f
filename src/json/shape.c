/*
 * shape.c - learning shapes, and reading by them.
 *
 * Every place in a shape is a stop, by its number from the beginning of the object, and a distance from it.
 */
#include "json/shape.h"

#include <stdlib.h>

#include "base/mem.h"
#include "json/frame.h"

enum { SHAPES = 8, PIECES_MOST = 80, STOPS_MOST = 1024, REST_MOST = 64 };

struct spot {
	uint16_t stop;
	int16_t distance;
};

struct span {
	struct spot from, to;
	int place;
};

/* What is told before the strings that follow, and how many these are. */
struct part {
	enum step_kind kind;  /* STEP_STRING: nothing */
	int place, level;
	struct spot from, to;
	size_t strings;
};

struct shape {
	int level;
	bool newline;
	size_t n_stops;
	size_t room;         /* behind the last stop: what is looked at */
	struct spot end;
	size_t n_pieces, n_strings, n_parts;
	struct simd_piece pieces[PIECES_MOST];
	struct span strings[TRAIL_MOST]; /* that are wanted */
	struct part parts[TRAIL_MOST + 1];
};

struct shapes {
	const struct simd *simd;
	size_t n;
	struct shape *order[SHAPES]; /* the last one that was found first */
	unsigned misses;             /* since one was found */
	unsigned unlearned;          /* since one was learned */
	unsigned rest;               /* objects that are not tried */
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
	uint16_t stops[STOPS_MOST];
};

static bool find_stops(struct learner *l)
{
	struct shape *const s = l->shape;

	for (const char *p = l->begin; p < l->end; p++) {
		if (!simd_is_stop(*p))
			continue;
		if (s->n_stops == STOPS_MOST)
			return false;
		l->stops[s->n_stops++] = (uint16_t)(p - l->begin);
	}
	return l->end - l->begin <= INT16_MAX && s->n_stops > 0;
}

/* The number of the first stop at p or behind it; that of all stops: none. */
static size_t stop_from(const struct learner *l, const char *p)
{
	size_t i = 0;

	while (i < l->shape->n_stops && l->begin + l->stops[i] < p)
		i++;
	return i;
}

static struct spot spot_of(const struct learner *l, const char *p, size_t stop)
{
	return (struct spot){ (uint16_t)stop, (int16_t)(p - l->begin - l->stops[stop]) };
}

/* What always stands from a to before b; there must be a stop in it, or where it stands is not known. */
static bool add_pieces(struct learner *l, const char *a, const char *b)
{
	struct shape *const s = l->shape;
	const size_t stop = stop_from(l, a);

	if (stop == s->n_stops || l->begin + l->stops[stop] >= b)
		return false;
	s->newline |= memchr(a, '\n', (size_t)(b - a)) != NULL;
	for (; a < b; a += SIMD_PIECE) {
		const size_t n = b - a < SIMD_PIECE ? (size_t)(b - a) : (size_t)SIMD_PIECE;

		if (s->n_pieces == PIECES_MOST)
			return false;
		struct simd_piece *piece = &s->pieces[s->n_pieces++];

		piece->stop = stop;
		piece->distance = a - l->begin - l->stops[stop];
		if (piece->distance > 0 && (size_t)piece->distance + SIMD_PIECE > s->room)
			s->room = (size_t)piece->distance + SIMD_PIECE;
		if (stop > 0 && -piece->distance > (ptrdiff_t)stop)
			return false; /* might lie before the object where its strings are shorter */
		memset(piece->ignored, -1, sizeof piece->ignored);
		memset(piece->ignored, 0, n);
		memset(piece->text, 0, sizeof piece->text);
		memcpy(piece->text, a, n);
	}
	return true;
}

/* From the last stop before it to the first behind it: what lies there is known. */
static struct span span_of(const struct learner *l, const struct step *step)
{
	return (struct span){ spot_of(l, step->from, stop_from(l, step->from) - 1), spot_of(l, step->to, stop_from(l, step->to)), step->place };
}

static bool add_step(struct learner *l, const struct step *step)
{
	struct shape *const s = l->shape;
	const bool spans = step->kind == STEP_STRING || step->kind == STEP_SCALAR || step->kind == STEP_TOLD;
	const struct span span = spans ? span_of(l, step) : (struct span){ { 0, 0 }, { 0, 0 }, step->place };

	if (step->kind == STEP_STRING) {
		if (step->place >= 0) {
			s->strings[s->n_strings++] = span;
			s->parts[s->n_parts - 1].strings++;
		}
		/* a stop in it, as many as there are here, may not be in the next */
		return stop_from(l, step->from) == stop_from(l, step->to);
	}
	s->parts[s->n_parts++] = (struct part){ .kind = step->kind, .place = step->place, .level = step->level, .from = span.from, .to = span.to };
	return true;
}

static bool learn(struct learner *l, const struct trail *trail)
{
	const char *at = l->begin;

	if (trail->lost || !find_stops(l))
		return false;
	l->shape->n_parts = 1;
	l->shape->room = SIMD_PIECE;
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
	l->shape->end = spot_of(l, l->end, l->shape->n_stops - 1);
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

/* ---- reading ---- */

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

static inline const char *place_at(const struct spot *spot, const char *from, const uint16_t *stops)
{
	return from + stops[spot->stop] + spot->distance;
}

static struct slice text_of(const struct part *part, const char *from, const uint16_t *stops)
{
	const char *const a = place_at(&part->from, from, stops), *const b = place_at(&part->to, from, stops);

	return slice_of(a, b > a ? (size_t)(b - a) : 0);
}

static bool scalars_are_good(const struct shape *shape, const char *from, const uint16_t *stops)
{
	for (size_t i = 1; i < shape->n_parts; i++)
		if (shape->parts[i].kind == STEP_SCALAR && !frame_is_scalar(text_of(&shape->parts[i], from, stops)))
			return false;
	return true;
}

static void tell_scalar(const struct event_sink *sink, int place, struct slice token)
{
	const bool null = token.p[0] == 'n', word = null || token.p[0] == 't' || token.p[0] == 'f';

	sink->value(sink->ctx, place, null ? JSON_NULL : word ? JSON_BOOL : JSON_NUMBER, null ? slice_of(token.p, 0) : token, TEXT_STABLE);
}

static void tell_part(const struct event_sink *sink, const struct part *part, const char *from, const uint16_t *stops)
{
	switch (part->kind) {
	case STEP_STRING:
		return;
	case STEP_SCALAR:
		if (part->place >= 0)
			tell_scalar(sink, part->place, text_of(part, from, stops));
		return;
	case STEP_OPEN:
		if (part->place >= 0)
			sink->open(sink->ctx, part->place, JSON_OBJECT);
		return;
	case STEP_EMBEDDED:
		sink->embedded(sink->ctx, part->level);
		return;
	case STEP_TOLD:
		if (part->place >= 0)
			sink->value(sink->ctx, part->place, JSON_STRING, text_of(part, from, stops), TEXT_STABLE | TEXT_ESCAPED | TEXT_TOLD);
		return;
	}
}

static void tell_strings(struct event_string *out, const struct event_sink *sink, const struct span *span, size_t n, const char *from,
                         const uint16_t *stops)
{
	while (n > 0) {
		const size_t some = n < STRINGS_MOST ? n : (size_t)STRINGS_MOST;

		for (size_t i = 0; i < some; i++, span++) {
			const size_t a = (size_t)(stops[span->from.stop] + span->from.distance);

			out[i].text.p = from + a;
			out[i].text.n = stops[span->to.stop] - a;
			out[i].place = span->place;
		}
		event_strings(sink, out, some);
		n -= some;
	}
}

static void tell(struct shapes *s, const struct shape *shape, const struct event_sink *sink, const char *from, const uint16_t *stops)
{
	const struct span *span = shape->strings;

	for (size_t i = 0; i < shape->n_parts; i++) {
		const struct part *part = &shape->parts[i];

		tell_part(sink, part, from, stops);
		tell_strings(s->strings, sink, span, part->strings, from, stops);
		span += part->strings;
	}
}

/* The stops from p on, as many as the shape has, and behind them as much as will be looked at; NULL: there are less. */
static const uint16_t *stops_for(const struct shape *shape, struct stops *stops, const char *p)
{
	if (stops_pass(stops, p) + shape->n_stops > stops->n) {
		if (p == stops->from || stops->to == stops->end)
			return NULL;
		stops_stretch(stops, p);
		if (shape->n_stops > stops->n)
			return NULL;
	}
	const uint16_t *const first = stops->at + stops->i;
	const char *const last = stops->from + first[shape->n_stops - 1];

	return stops->from + first[shape->pieces[0].stop] + shape->pieces[0].distance != p || (size_t)(stops->end - last) < shape->room ? NULL : first;
}

static bool fits(const struct shapes *s, const struct shape *shape, const char *from, const uint16_t *stops)
{
	return s->simd->fits(from, stops, shape->pieces, shape->n_pieces) && scalars_are_good(shape, from, stops);
}

const char *shapes_read(struct shapes *s, struct stops *stops, const char *p, const char *end, int level, const struct event_sink *sink,
                        bool *newline)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct shape *const shape = s->order[i];
		const uint16_t *const first = shape->level == level ? stops_for(shape, stops, p) : NULL;

		if (first == NULL || place_at(&shape->end, stops->from, first) > end || !fits(s, shape, stops->from, first))
			continue;
		tell(s, shape, sink, stops->from, first);
		*newline |= shape->newline;
		stops->i += (uint32_t)shape->n_stops;
		s->misses = 0;
		if (i > 0)
			move_up(s, i);
		return place_at(&shape->end, stops->from, first);
	}
	return NULL;
}
