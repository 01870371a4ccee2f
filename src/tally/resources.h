/*
 * resources.h - which resource a record is of, as a number: resources are joined however their id is spelled.
 *
 * A key is the id in upper case, `/SEGMENT` for each; of records without a resourceId NUL, type, NUL, name, in upper case. Keys are
 * numbered in the order of arrival, and stay where they are until resources_free.
 */
#ifndef DPSLOG_TALLY_RESOURCES_H
#define DPSLOG_TALLY_RESOURCES_H

#include "record/record.h"
#include "tally/dict.h"

enum { RESOURCES_MEMO = 16 };

struct resources {
	struct dict keys;
	/* the last ids of their kind as they were logged: exports repeat them on every line */
	struct resource_memo {
		struct buf text;
		uint32_t number;
	} memo[RESOURCES_MEMO];
	struct buf scratch;
};

void resources_free(struct resources *rs);
/* The number of a key, which is added if it is new. */
uint32_t resources_add(struct resources *rs, struct slice key, uint64_t seed);
/* The number of the resource of a finished record. */
uint32_t resources_of(struct resources *rs, const struct record *r, uint64_t seed);

#endif
