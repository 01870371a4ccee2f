/*
 * kql_words.c - the operators on text: contains, has and their kin, has_any, in~, matches regex.
 *
 * They differ only in where a needle must stand (enum kql_match). Needles that are constants are folded once.
 */
#include "base/escape.h"
#include "select/kql_checks.h"
#include "select/kql_operators.h"
#include "select/kql_regex.h"
#include "select/kql_scratch.h"

/* Both sides must be text. */
static bool check_text(struct kql_checker *c, const struct kql_node *n, const struct kql_node *v)
{
	struct buf source = BUF_INIT;

	/* Log Analytics does not take it, as it takes other dynamic values. */
	const bool part = v->kind == NODE_INDEX && v != n->args[0] && n->op->right == RIGHT_ONE;

	if (kql_is_text(v->type) && !(v->constant && v->value.null) && !part)
		return true;
	escape_text(&source, kql_source(c, v));
	if (part)
		kql_fail_node(c, v, "a part of a list is dynamic, and text is expected here: write tostring(%s)",
		              buf_cstr(&source));
	else if (v->type == KQL_ARRAY)
		kql_fail_node(c, v, "%s takes text, and this is a list: take a value of it with [0]", n->op->name);
	else if (kql_is_text(v->type))
		kql_fail_node(c, v, "%s takes text, and this is null", n->op->name);
	else if (v->kind == NODE_LITERAL && v != n->args[0])
		kql_fail_node(c, v, "%s takes text, and this is %s: write \"%s\"", n->op->name, kql_type_name(v->type),
		              buf_cstr(&source));
	else
		kql_fail_node(c, v, "%s takes text, and this is %s: write tostring(%s)", n->op->name,
		              kql_type_name(v->type),
		              buf_cstr(&source));
	buf_free(&source);
	return false;
}

static bool stands(const struct kql_node *n, struct slice text, size_t i, struct kql_run *run)
{
	struct kql_needle made;
	const struct kql_needle *needle = &n->needles[i];

	if (!n->args[i]->constant) {
		made = kql_needle_of(kql_eval(n->args[i], run).s, n->op->how, run->arena);
		needle = &made;
	}
	return kql_text_has(text, needle, n->op->how, run->arena);
}

static struct kql_value eval_words(const struct kql_node *n, struct kql_run *run)
{
	return kql_bool(stands(n, kql_eval(n->args[0], run).s, 1, run) != n->op->negated);
}

/* Any of them, or all. */
static struct kql_value eval_word_list(const struct kql_node *n, struct kql_run *run)
{
	const struct slice text = kql_eval(n->args[0], run).s;

	for (size_t i = 1; i < n->n_args; i++)
		if (stands(n, text, i, run) != n->op->all)
			return kql_bool(!n->op->all != n->op->negated);
	return kql_bool(n->op->all != n->op->negated);
}

static bool check_all(struct kql_checker *c, struct kql_node *n, kql_eval_fn eval)
{
	struct arena *a = &c->k->arena;

	for (size_t i = 0; i < n->n_args; i++)
		if (!check_text(c, n, n->args[i]))
			return false;
	if (n->op->how == (MATCH_START | MATCH_END | MATCH_FOLD))
		kql_canonical(n, true);
	n->needles = arena_alloc(a, n->n_args * sizeof *n->needles);
	for (size_t i = 1; i < n->n_args; i++)
		if (n->args[i]->constant)
			n->needles[i] = kql_needle_of(n->args[i]->value.s, n->op->how, a);
	n->type = KQL_BOOL;
	n->eval = eval;
	return true;
}

bool kql_check_words(struct kql_checker *c, struct kql_node *n)
{
	return check_all(c, n, eval_words);
}

bool kql_check_word_list(struct kql_checker *c, struct kql_node *n)
{
	kql_unfold_lists(c, n);
	return check_all(c, n, eval_word_list);
}

/* ---- patterns ---- */

static struct kql_value eval_matches(const struct kql_node *n, struct kql_run *run)
{
	struct slice whole;

	switch (kql_scratch_find(run, n->regex, kql_eval(n->args[0], run).s, 0, 0, &whole)) {
	case FOUND_YES:
		return kql_bool(true);
	case FOUND_NO:
		return kql_bool(false);
	default:
		return kql_null();
	}
}

bool kql_check_matches(struct kql_checker *c, struct kql_node *n)
{
	if (!check_text(c, n, n->args[0]) || !check_text(c, n, n->args[1]) ||
	    !kql_constant_text(c, n->args[1], "a pattern"))
		return false;
	n->regex = kql_check_regex(c, n->args[1]);
	n->type = KQL_BOOL;
	n->eval = eval_matches;
	return n->regex != NULL;
}
