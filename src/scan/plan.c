/*
 * plan.c - from what a command asks for to the fields that must be read.
 */
#include "scan/plan.h"

#include <sys/random.h>

void plan_finish(struct scan_plan *plan)
{
	uint64_t fields = FIELDS_ALWAYS, members = MEMBERS_ALWAYS;
	struct slice named[NAMED_MOST];
	size_t n = 0;

	keys_want(&plan->tally.keys, &fields, &members, named, &n);
	plan->fields = fields_new(fields, members, named, n);
	keys_bind(&plan->tally.keys, plan->fields);
	/* Without randomness the seed stays what it was: slower against prepared ids, never wrong. */
	if (getrandom(&plan->tally.seed, sizeof plan->tally.seed, GRND_NONBLOCK) != sizeof plan->tally.seed)
		plan->tally.seed = 0;
}

void plan_free(struct scan_plan *plan)
{
	fields_free(plan->fields);
	plan->fields = NULL;
}
