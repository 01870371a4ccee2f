/*
 * contrast.h - how often each combination of values of some keys occurs in two sets of records.
 *
 * Each record is reduced to the tuple of its keys' values; of each tuple is counted how many records of A and of B have it. What
 * single values and pairs of values have in common with a set follows from the tuples. A key that turns out to have too many
 * values is given up, unless it was named, so what is kept is bounded by the combinations of few values.
 */
#ifndef DPSLOG_TALLY_CONTRAST_H
#define DPSLOG_TALLY_CONTRAST_H

#include "record/keys.h"
#include "select/kql.h"
#include "tally/accumulator.h"
#include "tally/dict.h"

/* Of a key that was not named. */
enum { CONTRAST_VALUES_MOST = 1000 };
/* The value of a key that was given up. */
#define CONTRAST_NOTHING UINT32_MAX

/* Records for which all predicates hold; none: what is not in the other set, or by default the failures and the successes. */
struct contrast_set {
	struct kql *const *wheres;
	size_t n;
};

struct contrast_plan {
	struct keys keys;
	bool named;              /* the keys: none is given up */
	struct contrast_set a, b;
	const int64_t *turn;     /* the sets are narrowed: A to records at or after this time, B to those before; it is there when
				    reading begins. NULL: no such time */
	uint64_t seed;
};

struct contrast_counts {
	uint64_t a, b;
};

struct contrast {
	const struct contrast_plan *plan;
	struct dict values[KEYS_MOST];
	bool given_up[KEYS_MOST];
	struct dict tuples;      /* for each key the number of its value (uint32_t), or CONTRAST_NOTHING */
	struct contrast_counts *counts; /* of each tuple */
	size_t counts_cap;
	struct contrast_counts all;
	struct kql_scratch *scratch;
};

/* Its plan is a struct contrast_plan. */
extern const struct accumulator_kind contrast_kind;

#endif
