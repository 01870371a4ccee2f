/*
 * stops.c - finding the stops of a stretch.
 */
#include "json/stops.h"

#include <string.h>

_Static_assert(STOPS_STRETCH <= 64 * SIMD_STOPS_WORDS, "what is found at once");

void stops_begin(struct stops *s, const char *text, const char *end)
{
	s->from = s->to = text;
	s->end = end;
	s->n = s->i = 0;
}

void stops_stretch(struct stops *s, const char *p)
{
	const size_t rest = (size_t)(s->end - p), most = rest < STOPS_STRETCH ? rest : (size_t)STOPS_STRETCH, whole = most / 64 * 64;
	char last[64];

	s->from = p;
	s->to = p + most;
	s->i = 0;
	s->n = (uint32_t)s->simd->stops(p, most / 64, s->at);
	if (whole == most)
		return;
	memset(last, ' ', sizeof last);
	memcpy(last, p + whole, most - whole);
	const uint32_t before = s->n;

	s->n += (uint32_t)s->simd->stops(last, 1, s->at + before);
	for (uint32_t i = before; i < s->n; i++)
		s->at[i] = (uint16_t)(s->at[i] + whole);
}
