/*
 * kql_logic.c - and, or: three-valued. False decides an `and`, true an `or`, whatever is null beside it.
 */
#include "select/kql_checks.h"
#include "select/kql_operators.h"

/* The value that decides is looked for; else null if any is null, else its opposite. */
static struct kql_value decide(const struct kql_node *n, struct kql_run *run, bool deciding)
{
	bool any_null = false;

	for (size_t i = 0; i < n->n_args; i++) {
		const struct kql_value v = kql_eval(n->args[i], run);

		if (!v.null && v.b == deciding)
			return v;
		any_null |= v.null;
	}
	return any_null ? kql_null() : kql_bool(!deciding);
}

static struct kql_value eval_and(const struct kql_node *n, struct kql_run *run)
{
	return decide(n, run, false);
}

static struct kql_value eval_or(const struct kql_node *n, struct kql_run *run)
{
	return decide(n, run, true);
}

static bool check_bools(struct kql_checker *c, struct kql_node *n, kql_eval_fn eval)
{
	for (size_t i = 0; i < n->n_args; i++)
		if (n->args[i]->type != KQL_BOOL)
			return kql_fail_node(c, n->args[i],
			                     "%s joins conditions, and this is %s: compare it with something",
				n->op->name,
			                     kql_type_name(n->args[i]->type));
	n->type = KQL_BOOL;
	n->eval = eval;
	return true;
}

bool kql_check_and(struct kql_checker *c, struct kql_node *n)
{
	return check_bools(c, n, eval_and);
}

bool kql_check_or(struct kql_checker *c, struct kql_node *n)
{
	return check_bools(c, n, eval_or);
}
