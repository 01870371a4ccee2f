/*
 * contrast.c - counting tuples of values in two sets.
 */
#include "tally/contrast.h"

#include <stdlib.h>

#include "base/mem.h"

static void kind_want(const void *plan, struct wants *w)
{
	const struct contrast_plan *p = plan;

	keys_want(&p->keys, w);
	for (size_t i = 0; i < p->a.n; i++)
		kql_want(p->a.wheres[i], w); /* the command line is checked: they fit */
	for (size_t i = 0; i < p->b.n; i++)
		kql_want(p->b.wheres[i], w);
}

static void kind_bind(void *plan, const struct accumulator_terms *terms)
{
	struct contrast_plan *p = plan;

	keys_bind(&p->keys, terms->fields);
	for (size_t i = 0; i < p->a.n; i++)
		kql_bind(p->a.wheres[i], terms->fields);
	for (size_t i = 0; i < p->b.n; i++)
		kql_bind(p->b.wheres[i], terms->fields);
	p->seed = terms->seed;
}

static void *kind_make(const void *plan)
{
	struct contrast *c = mem_zalloc(sizeof *c);

	c->plan = plan;
	c->scratch = kql_scratch_new();
	return c;
}

static void kind_free(void *accumulator)
{
	struct contrast *c = accumulator;

	for (size_t i = 0; i < KEYS_MOST; i++)
		dict_free(&c->values[i]);
	dict_free(&c->tuples);
	free(c->counts);
	kql_scratch_free(c->scratch);
	free(c);
}

static void add_tuple(struct contrast *c, const uint32_t *tuple, struct contrast_counts n)
{
	const struct slice bytes = slice_of((const char *)tuple, c->plan->keys.n * sizeof *tuple);
	bool added;
	const uint32_t i = dict_add(&c->tuples, bytes, dict_hash(bytes, c->plan->seed), &added);

	if (added) {
		if (c->counts_cap <= i) {
			c->counts_cap = mem_grow(c->counts_cap, (size_t)i + 1);
			c->counts = mem_rearray(c->counts, c->counts_cap, sizeof *c->counts);
		}
		c->counts[i] = (struct contrast_counts){ 0, 0 };
	}
	c->counts[i].a += n.a;
	c->counts[i].b += n.b;
}

static uint32_t value_of(struct contrast *c, size_t key, struct slice text)
{
	if (c->given_up[key])
		return CONTRAST_NOTHING;
	const uint32_t value = dict_number(&c->values[key], text, c->plan->seed);

	if (c->plan->named || c->values[key].n <= CONTRAST_VALUES_MOST)
		return value;
	c->given_up[key] = true;
	return CONTRAST_NOTHING;
}

static bool all_hold(struct contrast *c, const struct contrast_set *s, struct record *r)
{
	for (size_t i = 0; i < s->n; i++)
		if (kql_ask(s->wheres[i], r, c->scratch) != KQL_YES)
			return false;
	return true;
}

static struct contrast_counts sets_of(struct contrast *c, struct record *r)
{
	const struct contrast_plan *p = c->plan;
	bool a = r->failure, b = !r->failure;

	if (p->turn != NULL) {
		a = r->time != TIME_NONE && r->time >= *p->turn;
		b = r->time != TIME_NONE && r->time < *p->turn;
		return (struct contrast_counts){ a && all_hold(c, &p->a, r), b && all_hold(c, &p->b, r) };
	}
	if (p->a.n > 0) {
		a = all_hold(c, &p->a, r);
		b = !a;
	}
	if (p->b.n > 0) {
		b = all_hold(c, &p->b, r);
		a = p->a.n > 0 ? a : !b;
	}
	return (struct contrast_counts){ a, b };
}

static void kind_add(void *accumulator, struct record *r, bool counted)
{
	struct contrast *c = accumulator;
	uint32_t tuple[KEYS_MOST];

	if (!counted)
		return;
	const struct contrast_counts n = sets_of(c, r);

	if (n.a + n.b == 0)
		return;
	for (size_t i = 0; i < c->plan->keys.n; i++)
		tuple[i] = value_of(c, i, keys_text(&c->plan->keys, i, r));
	add_tuple(c, tuple, n);
	c->all.a += n.a;
	c->all.b += n.b;
}

static void kind_merge(void *accumulator, void *other)
{
	struct contrast *into = accumulator;
	const struct contrast *from = other;
	uint32_t tuple[KEYS_MOST];

	for (size_t i = 0; i < from->plan->keys.n; i++)
		into->given_up[i] |= from->given_up[i];
	for (size_t t = 0; t < from->tuples.n; t++) {
		memcpy(tuple, dict_text(&from->tuples, (uint32_t)t).p, from->plan->keys.n * sizeof *tuple);
		for (size_t i = 0; i < from->plan->keys.n; i++)
			tuple[i] = tuple[i] == CONTRAST_NOTHING ? tuple[i] : value_of(into, i, dict_text(&from->values[i], tuple[i]));
		add_tuple(into, tuple, from->counts[t]);
	}
	into->all.a += from->all.a;
	into->all.b += from->all.b;
}

const struct accumulator_kind contrast_kind = {
	.want = kind_want, .bind = kind_bind, .make = kind_make, .free = kind_free, .add = kind_add, .merge = kind_merge,
};
