/*
 * nearest.h - what somebody meant who mistyped one of a few words.
 */
#ifndef DPSLOG_BASE_NEAREST_H
#define DPSLOG_BASE_NEAREST_H

#include "base/slice.h"

struct nearest {
	struct slice word;
	const char *best;   /* NULL until a word came that is near enough */
	size_t distance;    /* of best, or one more than may be */
};

struct nearest nearest_begin(struct slice word);
/* `candidate` must outlive n. Of equally near ones the first stays. */
void nearest_offer(struct nearest *n, const char *candidate);

#endif
