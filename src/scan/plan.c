/*
 * plan.c - from what a command asks for to the fields that must be read.
 */
#include "scan/plan.h"

#include <assert.h>
#include <sys/random.h>

#include "base/pool.h"

size_t plan_wish(struct scan_plan *plan, const struct accumulator_kind *kind, void *accumulator_plan)
{
	assert(plan->n_wishes < WISHES_MOST);
	plan->wishes[plan->n_wishes] = (struct accumulator_wish){ kind, accumulator_plan };
	return plan->n_wishes++;
}

/* Without randomness it is a constant: slower against prepared ids, never wrong. */
static uint64_t random_seed(void)
{
	uint64_t seed;

	return getrandom(&seed, sizeof seed, GRND_NONBLOCK) == sizeof seed ? seed : 0;
}

void plan_finish(struct scan_plan *plan)
{
	struct wants wants;

	wants_init(&wants);
	if (!select_want(&plan->selection, &wants))
		assert(false && "more members than there is room for: the command line is checked");
	for (size_t i = 0; select_is_stateless(&plan->selection) && i < plan->n_wishes; i++)
		if (plan->wishes[i].kind->stateless != NULL)
			plan->stateless |= plan->wishes[i].kind->stateless(plan->wishes[i].plan);
	for (size_t i = 0; i < plan->n_wishes; i++)
		plan->wishes[i].kind->want(plan->wishes[i].plan, &wants);
	plan->fields = fields_new(&wants);
	select_bind(&plan->selection, plan->fields);
	plan->pool = pool_new();
	const struct accumulator_terms terms = { plan->fields, random_seed(), plan->memory, plan->pool };

	for (size_t i = 0; i < plan->n_wishes; i++)
		if (plan->wishes[i].kind->bind != NULL)
			plan->wishes[i].kind->bind(plan->wishes[i].plan, &terms);
}

void plan_free(struct scan_plan *plan)
{
	fields_free(plan->fields);
	pool_free(plan->pool);
	plan->fields = NULL;
	plan->pool = NULL;
}
