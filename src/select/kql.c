/*
 * kql.c - a predicate from its text to its answer.
 */
#include "select/kql.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "select/kql_check.h"
#include "select/kql_parse.h"
#include "select/kql_scratch.h"
#include "select/kql_time.h"

enum { TEXT_MOST = 64 << 10 };

struct kql_scratch {
	struct kql_regex_scratch *regex; /* made when the first pattern is run */
};

static bool compile(struct kql *k, struct kql_error *error)
{
	if (k->text.n > TEXT_MOST)
		return kql_fail(error, 0, 0, "a predicate has at most 64 KiB");
	if (!utf8_valid(k->text))
		return kql_fail(error, 0, 0, "this is not valid UTF-8");
	k->root = kql_parse(k->text, &k->arena, error);
	return k->root != NULL && kql_check(k, error);
}

struct kql *kql_compile(struct slice text, struct kql_error *error)
{
	struct kql *k = mem_zalloc(sizeof *k);

	*error = (struct kql_error){ 0 };
	k->now = TIME_NONE;
	k->text = arena_copy(&k->arena, text);
	if (compile(k, error))
		return k;
	kql_free(k);
	return NULL;
}

void kql_free(struct kql *k)
{
	if (k == NULL)
		return;
	kql_regex_free_list(k->regexes);
	arena_free(&k->arena);
	free(k);
}

void kql_error_free(struct kql_error *e)
{
	buf_free(&e->text);
}

bool kql_needs_now(const struct kql *k)
{
	return k->needs_now;
}

void kql_set_now(struct kql *k, int64_t now)
{
	k->now = now;
}

bool kql_names_outcome(const struct kql *k)
{
	return k->names_outcome;
}

size_t kql_members(const struct kql *k)
{
	return k->members.n_args;
}

bool kql_want(const struct kql *k, struct wants *w)
{
	bool room = true;

	w->fields |= k->fields;
	w->members |= k->member_bits;
	for (size_t i = 0; i < k->members.n_args; i++)
		room &= wants_member(w, k->members.args[i]->text);
	return room;
}

void kql_bind(struct kql *k, const struct fields *fields)
{
	for (size_t i = 0; i < k->members.n_args; i++)
		k->members.args[i]->slot = fields_member(fields, k->members.args[i]->text);
}

/* ---- asking ---- */

struct kql_scratch *kql_scratch_new(void)
{
	return mem_zalloc(sizeof(struct kql_scratch));
}

void kql_scratch_free(struct kql_scratch *s)
{
	if (s == NULL)
		return;
	kql_regex_scratch_free(s->regex);
	free(s);
}

enum kql_found kql_scratch_find(struct kql_run *run, const struct kql_regex *r, struct slice text, size_t from,
                                uint32_t which,
                                struct slice *group)
{
	struct kql_scratch *s = run->scratch;

	if (s->regex == NULL)
		s->regex = kql_regex_scratch_new();
	const enum kql_found found = kql_regex_find(r, s->regex, text, from, which, group);

	run->undecided |= found == FOUND_UNDECIDED;
	return found;
}

enum kql_answer kql_ask(const struct kql *k, struct record *r, struct kql_scratch *s)
{
	struct kql_run run = { .record = r, .arena = &r->scratch, .scratch = s, .now_known = k->now != TIME_NONE };

	if (run.now_known)
		run.now = k->now * TICK_MICROSECOND;
	const struct kql_value v = kql_eval(k->root, &run);

	if (run.lost || (v.null && run.undecided))
		return KQL_UNDECIDED;
	return kql_is_true(v) ? KQL_YES : KQL_NO;
}
