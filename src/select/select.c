/*
 * select.c - the selection options as predicates.
 */
#include "select/select.h"

#include "select/pattern.h"

static bool any_glob(struct slices patterns, struct slice text, bool nocase)
{
	if (patterns.n == 0)
		return true;
	for (size_t i = 0; i < patterns.n; i++)
		if (pattern_glob(patterns.item[i], text, nocase))
			return true;
	return false;
}

static bool any_equal(struct slices words, struct slice text)
{
	if (words.n == 0)
		return true;
	for (size_t i = 0; i < words.n; i++)
		if (slice_eq_nocase(words.item[i], text))
			return true;
	return false;
}

static bool any_code(struct slices codes, struct slice code)
{
	if (codes.n == 0)
		return true;
	for (size_t i = 0; i < codes.n; i++) {
		const struct slice c = codes.item[i];

		if (slice_eq(c, code) || (c.n == 3 && code.n == 6 && memcmp(c.p, code.p, 3) == 0))
			return true;
	}
	return false;
}

static bool in_time(const struct selection *s, int64_t time)
{
	if (s->since == TIME_NONE && s->until == TIME_NONE)
		return true;
	if (time == TIME_NONE)
		return false;
	return (s->since == TIME_NONE || time >= s->since) && (s->until == TIME_NONE || time < s->until);
}

/* All of them; a predicate that is not decided is no reason to drop a record. */
static bool all_where(const struct selection *s, struct record *r, struct kql_scratch *scratch, uint64_t *undecided)
{
	bool unsure = false;

	for (size_t i = 0; i < s->n_wheres; i++) {
		const enum kql_answer answer = kql_ask(s->wheres[i], r, scratch);

		if (answer == KQL_NO)
			return false;
		unsure |= answer == KQL_UNDECIDED;
	}
	*undecided += unsure;
	return true;
}

bool select_want(const struct selection *s, struct wants *w)
{
	bool room = true;

	for (size_t i = 0; i < s->n_wheres; i++)
		room &= kql_want(s->wheres[i], w);
	return room;
}

void select_bind(const struct selection *s, const struct fields *fields)
{
	for (size_t i = 0; i < s->n_wheres; i++)
		kql_bind(s->wheres[i], fields);
}

bool select_is_stateless(const struct selection *s)
{
	for (size_t i = 0; i < s->n_wheres; i++)
		if (kql_names_outcome(s->wheres[i]))
			return true;
	return false;
}

bool select_has_base(const struct selection *s)
{
	return s->since != TIME_NONE || s->until != TIME_NONE || (s->devices.n | s->categories.n | s->operations.n | s->n_wheres) > 0;
}

bool select_base(const struct selection *s, struct record *r, struct kql_scratch *scratch, uint64_t *undecided)
{
	return in_time(s, r->time) && any_glob(s->devices, r->device, false) &&
	       any_glob(s->categories, record_field(r, F_CATEGORY), true) &&
	       any_glob(s->operations, record_field(r, F_OPERATION_NAME), true) && all_where(s, r, scratch, undecided);
}

bool select_has_outcome(const struct selection *s)
{
	return s->failures || s->results.n > 0 || s->codes.n > 0;
}

bool select_outcome(const struct selection *s, const struct record *r)
{
	return (!s->failures || r->failure) && any_equal(s->results, r->outcome.result_type) && any_code(s->codes, r->code);
}
