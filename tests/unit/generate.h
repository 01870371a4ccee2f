/*
 * generate.h - values at random, the same for the same seed: for comparing what must be the same.
 */
#ifndef DPSLOG_TESTS_GENERATE_H
#define DPSLOG_TESTS_GENERATE_H

#include "base/buf.h"

struct generator {
	struct buf out;   /* the value; the caller's to free */
	uint64_t state;
	size_t odd;       /* one of so many choices is an odd one */
};

/* An object, sometimes an array; valid JSON, but for text that is to be repaired. */
void generate_value(struct generator *g, uint64_t seed);
/* Changes a few places of it. */
void generate_damage(struct generator *g);

#endif
