/*
 * stops.h - the places in a text that a plain string cannot pass over, found a stretch ahead.
 *
 * A stop is a quote, a backslash, a control or a byte above ASCII. The fast reader asks of every string where it ends; asked one
 * after the other, each answer would have to wait for the one before. So the stops of a stretch are found at once, in vectors, and
 * a string's end is the next number in a list.
 */
#ifndef DPSLOG_JSON_STOPS_H
#define DPSLOG_JSON_STOPS_H

#include "json/simd.h"

/* Text and list fit into the nearest cache together. */
enum { STOPS_STRETCH = 16 << 10 };

struct stops {
	const struct simd *simd;
	const char *from, *to;  /* the stretch */
	const char *end;        /* of the text */
	uint32_t n;
	uint32_t i;             /* those before it are passed */
	uint16_t at[STOPS_STRETCH + SIMD_STOPS_ROOM]; /* behind `from`, in order */
};

/* The text that is asked about next, until the next call; it must stay where it is. */
void stops_begin(struct stops *s, const char *text, const char *end);
/* The next stretch begins at p. */
void stops_stretch(struct stops *s, const char *p);
/* p may lie before the last place that was asked about, or outside of the stretch. */
static inline void stops_go(struct stops *s, const char *p)
{
	if (p < s->from || p > s->to) {
		s->from = s->to = p;
		s->n = s->i = 0;
	}
	while (s->i > 0 && s->from + s->at[s->i - 1] >= p)
		s->i--;
}

/* In the stretch: i is the first stop at p or behind it, which is not before the last place that was asked about. */
static inline uint32_t stops_pass(struct stops *s, const char *p)
{
	while (s->i < s->n && s->from + s->at[s->i] < p)
		s->i++;
	return s->i;
}

/* The first stop at p or behind it, wherever p is in the text; its end: none. */
static inline const char *stops_next(struct stops *s, const char *p)
{
	while (stops_pass(s, p) == s->n && s->to < s->end)
		stops_stretch(s, p > s->to ? p : s->to);
	return s->i < s->n ? s->from + s->at[s->i] : s->end;
}

#endif
