/*
 * traits.h - what the devices with a code have in common that others have not: a location, a protocol, a version.
 *
 * Of each value of each trait key is counted how many devices have a record with it, and of each code how many have a failure
 * with it. A device lies in one partition, so the numbers of the pieces of a tally add up. What is kept is bounded by the
 * distinct outcomes of the tally. dpslog-summary(1) says what counts as strong.
 */
#ifndef DPSLOG_INSIGHT_TRAITS_H
#define DPSLOG_INSIGHT_TRAITS_H

#include "tally/tally.h"

struct traits;

/* Where the code and the trait keys stand among the tally's keys; the trait keys are all from `first` on. */
struct traits_places {
	size_t code, result_type, first;
};

struct trait {
	struct slice key, value; /* key.n == 0: nothing strong */
	uint64_t devices, of;    /* devices with the code and the value, and with the code */
	uint64_t all, of_all;    /* devices with the value, and all: whether or not they fail */
};

struct traits *traits_new(const struct keys *keys, struct traits_places places, uint64_t seed);
/* Texts of what traits_find returned end here. */
void traits_free(struct traits *t);
/* Adds one partition of a piece of the tally. */
void traits_add(struct traits *t, const struct tally *piece, size_t part);
/* The strong trait by which the devices with this code differ most from all; of equal ones the first key, the lesser value. */
struct trait traits_find(struct traits *t, struct slice code, struct slice result_type);

#endif
