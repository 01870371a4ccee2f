/*
 * random.h - numbers that look random and are the same in every run: a failure names its seed, which repeats it.
 */
#ifndef DPSLOG_TESTS_RANDOM_H
#define DPSLOG_TESTS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* The state must not be 0. */
static inline uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Less than n. */
static inline size_t random_below(uint64_t *state, size_t n)
{
	return (size_t)((random_next(state) >> 16) % n);
}

#endif
