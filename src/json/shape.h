/*
 * shape.h - records that differ only in their values.
 *
 * Most records of an export are one of a few: the same names in the same order, and nothing in their strings but plain text. What
 * stands between their values is always the same bytes, and the values begin and end at the same numbers of stops (stops.h). So an
 * object that was read member by member leaves its shape; of the next one that fits it, every byte is known to be one of these, or
 * of a plain string, or of a scalar, which is looked at. Nothing is decided from byte to byte, and no step waits for the one before.
 *
 * Shapes are those of one sink whose keys have fixed places.
 */
#ifndef DPSLOG_JSON_SHAPE_H
#define DPSLOG_JSON_SHAPE_H

#include "json/event.h"
#include "json/stops.h"

enum step_kind {
	STEP_STRING,    /* a plain one, between its quotes; may be in an object inside a string */
	STEP_SCALAR,
	STEP_OPEN,      /* an object begins */
	STEP_EMBEDDED,  /* an object inside a string begins */
	STEP_TOLD       /* its string ends */
};

/* One step of reading an object; `place` may be none, or `level` LEVEL_NOWHERE. */
struct step {
	enum step_kind kind;
	int place, level;
	const char *from, *to;
};

enum { TRAIL_MOST = 64 };

/* The steps of reading one object, to learn from. */
struct trail {
	size_t n;
	bool lost;       /* something in it has no shape */
	struct step steps[TRAIL_MOST];
};

static inline void trail_add(struct trail *t, struct step step)
{
	t->lost |= t->n == TRAIL_MOST;
	if (!t->lost)
		t->steps[t->n++] = step;
}

struct shapes;

struct shapes *shapes_new(const struct simd *simd);
void shapes_free(struct shapes *s);
/* The object at `level` from `begin` to `end` was read that way: its shape is remembered, if it has one. */
void shapes_learn(struct shapes *s, int level, const char *begin, const char *end, const struct trail *trail);
/* Whether it pays to look for the shape of the next object: where none was found many times, only now and then. */
bool shapes_wanted(struct shapes *s);
/*
 * Reads the object at p, which the text's stops are asked about and which must end at `end` or before it, if it has a shape. Behind it; NULL: it has
 * none, and nothing was told. *newline is set if there is one in it.
 */
const char *shapes_read(struct shapes *s, struct stops *stops, const char *p, const char *end, int level, const struct event_sink *sink,
                        bool *newline);
/* It has none, and is read otherwise: whether it pays to learn it. */
bool shapes_unknown(struct shapes *s);

#endif
