/*
 * arm.c - parameters and variables.
 */
#include "insight/arm.h"

enum { CHAIN_MOST = 16 };   /* of variables that stand for parameters that stand for ... */

static void pass_blanks(struct slice *s)
{
	while (s->n > 0 && ascii_is_space(s->p[0]))
		*s = slice_of(s->p + 1, s->n - 1);
}

static bool pass(struct slice *s, struct slice word)
{
	pass_blanks(s);
	if (!slice_starts_nocase(*s, word))
		return false;
	*s = slice_of(s->p + word.n, s->n - word.n);
	return true;
}

/* `function('name')` and nothing else: the name. */
static bool is_call(struct slice s, struct slice function, struct slice *name)
{
	size_t quote;

	if (!pass(&s, function) || !pass(&s, SLICE("(")) || !pass(&s, SLICE("'")))
		return false;
	quote = slice_find(s, SLICE("'"));
	*name = slice_of(s.p, quote);
	s = slice_of(s.p + quote, s.n - quote);
	if (!pass(&s, SLICE("'")) || !pass(&s, SLICE(")")))
		return false;
	pass_blanks(&s);
	return s.n == 0;
}

static const struct tree *parameter(const struct arm *arm, struct slice name)
{
	const struct tree *found = NULL;

	for (size_t i = 0; i < arm->n_given; i++) {
		const struct tree *given = tree_member(tree_member(arm->given[i], name), SLICE("value"));

		if (given != NULL)
			found = given;
	}
	return found != NULL ? found : tree_member(tree_member(arm->parameters, name), SLICE("defaultValue"));
}

static const struct tree *nothing(struct buf *why, const char *before, struct slice what, const char *after)
{
	buf_str(why, before);
	buf_slice(why, what);
	buf_str(why, after);
	return NULL;
}

/* The value that an expression stands for, itself perhaps another one. */
static const struct tree *step(const struct arm *arm, struct slice expression, struct buf *why)
{
	const struct slice inner = slice_of(expression.p + 1, expression.n - 2);
	const struct tree *found;
	struct slice name;

	if (is_call(inner, SLICE("parameters"), &name)) {
		found = parameter(arm, name);
		return found != NULL ? found : nothing(why, "the parameter '", name, "' has no value (a parameter file can give it)");
	}
	if (is_call(inner, SLICE("variables"), &name)) {
		found = tree_member(arm->variables, name);
		return found != NULL ? found : nothing(why, "the variable '", name, "' has no value");
	}
	return nothing(why, "the expression ", expression, " (only parameters('x') and variables('x') are read)");
}

static const struct tree *unescaped(const struct arm *arm, const struct tree *t)
{
	struct tree *copy = arena_alloc(arm->arena, sizeof(*copy));

	*copy = *t;
	copy->text = slice_of(t->text.p + 1, t->text.n - 1);
	return copy;
}

const struct tree *arm_value(const struct arm *arm, const struct tree *t, struct buf *why)
{
	for (int i = 0; i < CHAIN_MOST; i++) {
		const struct slice s = t->text;

		if (t->type != JSON_STRING || s.n < 2 || s.p[0] != '[')
			return t;
		if (s.p[1] == '[')
			return unescaped(arm, t);
		if (s.p[s.n - 1] != ']')
			return t;
		t = step(arm, s, why);
		if (t == NULL)
			return NULL;
	}
	return nothing(why, "the expression ", t->text, ", which never ends");
}
