/*
 * kql_parse.c - the grammar: by descent, a function for each kind of operand, one for all levels of operators.
 *
 * Levels as in KQL: or, and, then equality (== in between), order (<), sums, products, the operators that are words,
 * signs. Chains of `and` and `or` are one node, so that long ones are not deep.
 */
#include "select/kql_parse.h"

#include "base/escape.h"
#include "select/kql_operators.h"

enum { DEPTH_MOST = 200 };

struct parser {
	struct kql_lexer lexer;
	struct kql_token token;   /* the one that is looked at */
	size_t end;               /* behind the token before it */
	unsigned depth;
};

static struct kql_node *parse_level(struct parser *p, enum kql_level level);

/* ---- nodes ---- */

struct kql_node *kql_node_new(struct arena *a, enum kql_kind kind, size_t at, size_t n)
{
	struct kql_node *node = arena_alloc(a, sizeof *node);

	*node = (struct kql_node){ .kind = kind, .at = at, .n = n, .slot = -1 };
	return node;
}

struct kql_node *kql_node_literal(struct arena *a, const struct kql_token *t, enum kql_type type, struct kql_value v)
{
	struct kql_node *n = kql_node_new(a, NODE_LITERAL, t->at, t->n);

	n->type = type;
	n->value = v;
	n->constant = type != KQL_ARRAY;
	return n;
}

/* Capacities are the powers of two. */
void kql_node_add(struct arena *a, struct kql_node *n, struct kql_node *arg)
{
	if ((n->n_args & (n->n_args - 1)) == 0) {
		struct kql_node **more = arena_alloc(a, (n->n_args == 0 ? 1 : n->n_args * 2) * sizeof *more);

		if (n->n_args > 0)
			memcpy(more, n->args, n->n_args * sizeof *more);
		n->args = more;
	}
	n->args[n->n_args++] = arg;
}

/* ---- tokens ---- */

static bool next(struct parser *p)
{
	p->end = p->token.at + p->token.n;
	return kql_lex(&p->lexer, &p->token);
}

static bool is_symbol(const struct parser *p, const char *symbol)
{
	return p->token.kind == TOKEN_SYMBOL && slice_eq(p->token.text, slice_str(symbol));
}

static struct kql_node *expected(struct parser *p, const char *what)
{
	const size_t n = p->token.n;

	if (p->token.kind == TOKEN_END)
		kql_fail(p->lexer.error, p->token.at, 0, "expected %s, but here it ends", what);
	else
		kql_fail(p->lexer.error, p->token.at, n, "expected %s", what);
	return NULL;
}

static bool take(struct parser *p, const char *symbol, const char *what)
{
	if (is_symbol(p, symbol))
		return next(p);
	expected(p, what);
	return false;
}

static const struct kql_operator *operator_here(const struct parser *p)
{
	return p->token.kind == TOKEN_WORD || p->token.kind == TOKEN_SYMBOL ? kql_operator_find(p->token.text) : NULL;
}

/* ---- operands ---- */

/* Arguments up to the closing parenthesis, which is taken; the opening one is the token. */
static bool parse_list(struct parser *p, struct kql_node *into, bool may_be_empty)
{
	if (!take(p, "(", "( and the values, separated by commas"))
		return false;
	if (may_be_empty && is_symbol(p, ")"))
		return next(p);
	for (;;) {
		struct kql_node *arg = parse_level(p, LEVEL_OR);

		if (arg == NULL)
			return false;
		kql_node_add(p->lexer.arena, into, arg);
		if (!is_symbol(p, ","))
			break;
		if (!next(p))
			return false;
	}
	return take(p, ")", "a comma or the closing parenthesis");
}

static bool bool_word(struct slice word, bool *b)
{
	*b = slice_eq_nocase(word, SLICE("true"));
	return slice_eq(word, SLICE("true")) || slice_eq(word, SLICE("True")) || slice_eq(word, SLICE("TRUE")) ||
	       slice_eq(word, SLICE("false")) || slice_eq(word, SLICE("False")) || slice_eq(word, SLICE("FALSE"));
}

static struct kql_node *parse_word(struct parser *p)
{
	struct arena *a = p->lexer.arena;
	const struct kql_token word = p->token;
	bool b;

	if (kql_operator_find(word.text) != NULL || memchr("!~", word.text.p[0], 2) != NULL)
		return expected(p, "a name, a value or (");
	if (!next(p))
		return NULL;
	if (bool_word(word.text, &b))
		return kql_node_literal(a, &word, KQL_BOOL, kql_bool(b));
	struct kql_node *n = kql_node_new(a, is_symbol(p, "(") ? NODE_CALL : NODE_NAME, word.at, word.n);

	n->text = word.text;
	if (n->kind == NODE_CALL) {
		if (!parse_list(p, n, true))
			return NULL;
		n->n = p->end - n->at;
	} else if (slice_eq(word.text, SLICE("not"))) {
		kql_fail(p->lexer.error, word.at, word.n, "not is a function: write not(...)");
		return NULL;
	}
	return n;
}

/* ['name with blanks'] */
static struct kql_node *parse_bracketed_name(struct parser *p)
{
	const size_t at = p->token.at;

	if (!next(p))
		return NULL;
	if (p->token.kind != TOKEN_TEXT)
		return expected(p, "a name in quotes");
	const struct slice name = p->token.text;

	if (!next(p) || !take(p, "]", "]"))
		return NULL;
	struct kql_node *n = kql_node_new(p->lexer.arena, NODE_NAME, at, p->end - at);

	n->text = name;
	return n;
}

static struct kql_node *parse_parenthesis(struct parser *p)
{
	if (!next(p))
		return NULL;
	struct kql_node *n = parse_level(p, LEVEL_OR);

	if (n == NULL || !take(p, ")", "an operator or the closing parenthesis"))
		return NULL;
	return n;
}

static struct kql_node *parse_primary(struct parser *p)
{
	const struct kql_token t = p->token;
	struct kql_node *n;

	switch (t.kind) {
	case TOKEN_WORD:
		return parse_word(p);
	case TOKEN_TEXT:
		return next(p) ? kql_node_literal(p->lexer.arena, &t, KQL_TEXT, kql_text(t.text)) : NULL;
	case TOKEN_VALUE:
		return next(p) ? kql_node_literal(p->lexer.arena, &t, t.type, t.value) : NULL;
	case TOKEN_TYPED:
		n = kql_literal(&p->lexer, &t);
		return n != NULL && next(p) ? n : NULL;
	case TOKEN_SYMBOL:
		if (is_symbol(p, "("))
			return parse_parenthesis(p);
		if (is_symbol(p, "["))
			return parse_bracketed_name(p);
		break;
	case TOKEN_END:
		break;
	}
	if (is_symbol(p, "*")) {
		kql_fail(p->lexer.error, t.at, t.n, "* does not stand for all columns here: name a field");
		return NULL;
	}
	return expected(p, "a name, a value or (");
}

/* Behind `of`: .name or .['name'] */
static struct kql_node *parse_member(struct parser *p, struct kql_node *of)
{
	struct kql_node *n = kql_node_new(p->lexer.arena, NODE_PATH, of->at, 0);

	kql_node_add(p->lexer.arena, n, of);
	if (!next(p))
		return NULL;
	if (is_symbol(p, "[")) {
		const struct kql_node *name = parse_bracketed_name(p);

		if (name == NULL)
			return NULL;
		n->text = name->text;
	} else if (p->token.kind == TOKEN_WORD && p->token.text.p[0] != '!') {
		n->text = p->token.text;
		if (!next(p))
			return NULL;
	} else {
		return expected(p, "the name of a member");
	}
	n->n = p->end - n->at;
	if (is_symbol(p, "(")) {
		kql_fail(p->lexer.error, p->token.at, 1, "a member is not called: expected an operator or the end");
		return NULL;
	}
	return n;
}

/* Behind `of`: ["name"] or [i] */
static struct kql_node *parse_index(struct parser *p, struct kql_node *of)
{
	struct arena *a = p->lexer.arena;
	struct kql_node *n = kql_node_new(a, NODE_INDEX, of->at, 0), *index;

	kql_node_add(a, n, of);
	if (!next(p))
		return NULL;
	index = parse_level(p, LEVEL_OR);
	if (index == NULL || !take(p, "]", "]"))
		return NULL;
	if (index->kind == NODE_LITERAL && index->type == KQL_TEXT) {
		n->kind = NODE_PATH;
		n->text = index->value.s;
	} else {
		kql_node_add(a, n, index);
	}
	n->n = p->end - n->at;
	return n;
}

static struct kql_node *parse_sign(struct parser *p)
{
	const bool minus = is_symbol(p, "-");
	const size_t at = p->token.at;

	if (minus || is_symbol(p, "+")) {
		if (!next(p))
			return NULL;
		struct kql_node *n = kql_node_new(p->lexer.arena, NODE_OPERATION, at, 0);
		const bool again = is_symbol(p, "-") || is_symbol(p, "+");
		struct kql_node *of = again ? expected(p, "a name, a value or (") : parse_sign(p);

		if (of == NULL)
			return NULL;
		n->op = minus ? &kql_minus : &kql_plus;
		kql_node_add(p->lexer.arena, n, of);
		n->n = p->end - at;
		return n;
	}
	struct kql_node *n = parse_primary(p);

	while (n != NULL && (is_symbol(p, ".") || is_symbol(p, "[")))
		n = is_symbol(p, ".") ? parse_member(p, n) : parse_index(p, n);
	return n;
}

/* ---- operators ---- */

static bool parse_range(struct parser *p, struct kql_node *n)
{
	static const char what[] = "(a .. b)";

	if (!take(p, "(", what))
		return false;
	for (int i = 0; i < 2; i++) {
		struct kql_node *bound = parse_level(p, LEVEL_OR);

		if (bound == NULL)
			return false;
		kql_node_add(p->lexer.arena, n, bound);
		if (i == 0 && !take(p, "..", ".. and the other end of the range"))
			return false;
	}
	return take(p, ")", "the closing parenthesis");
}

static bool parse_right(struct parser *p, struct kql_node *n, enum kql_level level)
{
	switch (n->op->right) {
	case RIGHT_LIST:
		return parse_list(p, n, false);
	case RIGHT_RANGE:
		return parse_range(p, n);
	case RIGHT_ONE:
		break;
	}
	struct kql_node *right = parse_level(p, level + 1);

	if (right == NULL)
		return false;
	kql_node_add(p->lexer.arena, n, right);
	return true;
}

/* Left of an operator, the operator and what is right of it. */
static struct kql_node *parse_operation(struct parser *p, struct kql_node *left, const struct kql_operator *op)
{
	struct kql_node *n = left;

	/* a and b and c are one */
	if (op->level > LEVEL_AND || left->op != op) {
		n = kql_node_new(p->lexer.arena, NODE_OPERATION, left->at, 0);
		n->op = op;
		kql_node_add(p->lexer.arena, n, left);
	}
	if (!next(p) || !parse_right(p, n, op->level))
		return NULL;
	n->n = p->end - n->at;
	return n;
}

static struct kql_node *parse_level(struct parser *p, enum kql_level level)
{
	struct kql_node *n;
	unsigned chain = 0;

	if (p->depth >= DEPTH_MOST) {
		kql_fail(p->lexer.error, p->token.at, p->token.n, "this is nested too deeply");
		return NULL;
	}
	if (level == LEVEL_SIGN)
		return parse_sign(p);
	p->depth += level == LEVEL_OR;
	n = parse_level(p, level + 1);
	for (const struct kql_operator *op; n != NULL && (op = operator_here(p)) != NULL && op->level == level;) {
		if (level > LEVEL_AND && ++chain > DEPTH_MOST) {
			kql_fail(p->lexer.error, p->token.at, p->token.n,
			         "too many operators in a row: use parentheses");
			return NULL;
		}
		if (chain > 1 && (level == LEVEL_EQUALITY || level == LEVEL_RELATION)) {
			kql_fail(p->lexer.error, p->token.at, p->token.n,
			         "comparisons do not follow each other: use parentheses, or and");
			return NULL;
		}
		n = parse_operation(p, n, op);
	}
	p->depth -= level == LEVEL_OR;
	return n;
}

/* What stands where an operator or the end should. */
static void leftover(struct parser *p)
{
	struct buf word = BUF_INIT;

	if (p->token.kind != TOKEN_WORD) {
		expected(p, "an operator or the end");
		return;
	}
	struct nearest near = nearest_begin(p->token.text);

	kql_operators_offer(&near);
	escape_text(&word, p->token.text);
	if (slice_eq(p->token.text, SLICE("not")))
		kql_fail(p->lexer.error, p->token.at, p->token.n,
		         "there is no operator 'not': write !in, !has, or not(...)");
	else if (near.best != NULL)
		kql_fail(p->lexer.error, p->token.at, p->token.n, "there is no operator '%s'; did you mean '%s'?",
		         buf_cstr(&word), near.best);
	else
		kql_fail(p->lexer.error, p->token.at, p->token.n, "expected an operator or the end, not '%s'",
		         buf_cstr(&word));
	buf_free(&word);
}

struct kql_node *kql_parse(struct slice text, struct arena *arena, struct kql_error *error)
{
	struct parser p = { .lexer = { .text = text, .arena = arena, .error = error } };

	if (!next(&p))
		return NULL;
	struct kql_node *n = parse_level(&p, LEVEL_OR);

	if (n != NULL && p.token.kind != TOKEN_END) {
		leftover(&p);
		return NULL;
	}
	return n;
}
