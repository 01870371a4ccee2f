/*
 * kql_literal.c - literals that name their type: datetime(2026-11-02 03:14), int(null), dynamic(["a", "b"]).
 *
 * What stands between the parentheses is no expression. A reader for each type, in one table.
 */
#include "base/escape.h"
#include "select/kql_convert.h"
#include "select/kql_parse.h"
#include "select/kql_time.h"

/* Reads `s`, which is not null; false if it is none of the type. */
typedef bool (*read_fn)(struct slice s, struct kql_value *out);

static bool read_datetime(struct slice s, struct kql_value *out)
{
	return kql_time_datetime(s, &out->i);
}

static bool read_timespan(struct slice s, struct kql_value *out)
{
	return kql_time_timespan(s, &out->i);
}

static bool read_long(struct slice s, struct kql_value *out)
{
	return kql_text_long(s, &out->i);
}

static bool read_int(struct slice s, struct kql_value *out)
{
	return kql_text_long(s, &out->i) && out->i >= INT32_MIN && out->i <= INT32_MAX;
}

static bool read_real(struct slice s, struct kql_value *out)
{
	return kql_text_real(s, &out->r);
}

static bool read_bool(struct slice s, struct kql_value *out)
{
	out->b = slice_eq_nocase(s, SLICE("true")) || slice_eq(s, SLICE("1"));
	return out->b || slice_eq_nocase(s, SLICE("false")) || slice_eq(s, SLICE("0"));
}

/* `convert`: the function that does it to a value. */
static const struct typed {
	const char *names;   /* between blanks */
	enum kql_type type;
	read_fn read;
	const char *convert, *example;
} types[] = {
	{ " datetime date ", KQL_DATETIME, read_datetime, "todatetime", "datetime(2026-11-02 03:14:07.5)" },
	{ " timespan time ", KQL_TIMESPAN, read_timespan, "totimespan", "timespan(1.02:03:04) or 1d" },
	{ " int ", KQL_LONG, read_int, "toint", "int(5)" },
	{ " long ", KQL_LONG, read_long, "tolong", "long(5)" },
	{ " real double ", KQL_REAL, read_real, "todouble", "real(1.5)" },
	{ " bool boolean ", KQL_BOOL, read_bool, "tobool", "bool(true)" },
};

static const struct typed *typed_find(struct slice word)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (kql_text_is_among(types[i].names, word))
			return &types[i];
	return NULL;
}

static struct slice unquoted(struct slice s)
{
	const bool quoted = s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0];

	return quoted ? slice_of(s.p + 1, s.n - 2) : s;
}

static bool is_name(struct slice s)
{
	return s.n > 0 && (ascii_is_alpha(s.p[0]) || s.p[0] == '_');
}

/* ---- dynamic ---- */

static struct kql_node *not_dynamic(struct kql_lexer *l, const struct kql_token *t)
{
	kql_fail(l->error, t->at, t->n,
	         "of dynamic there are dynamic(null), dynamic(\"text\") and lists of texts or numbers: "
	         "dynamic([\"a\", \"b\"])");
	return NULL;
}

/* The values of [a, b, ...]: `inner` stands behind the bracket. */
static struct kql_node *read_array(struct kql_lexer *inner, struct kql_lexer *l, const struct kql_token *t)
{
	struct kql_node *array = kql_node_literal(l->arena, t, KQL_ARRAY, kql_null());
	struct kql_token item;

	for (bool more = true; more;) {
		if (!kql_lex(inner, &item) || (item.kind != TOKEN_TEXT && item.kind != TOKEN_VALUE))
			return not_dynamic(l, t);
		const bool text = item.kind == TOKEN_TEXT;

		kql_node_add(l->arena, array, kql_node_literal(l->arena, &item, text ? KQL_TEXT : item.type,
		                                               text ? kql_text(item.text) : item.value));
		if (!kql_lex(inner, &item) || item.kind != TOKEN_SYMBOL)
			return not_dynamic(l, t);
		more = slice_eq(item.text, SLICE(","));
	}
	const bool closed = slice_eq(item.text, SLICE("]"));

	return closed && kql_lex(inner, &item) && item.kind == TOKEN_END ? array : not_dynamic(l, t);
}

static struct kql_node *read_dynamic(struct kql_lexer *l, const struct kql_token *t)
{
	const size_t start = (size_t)(t->text.p - l->text.p);
	struct kql_error unheard = { 0 };
	struct kql_lexer inner = { slice_of(l->text.p, start + t->text.n), start, l->arena, &unheard };
	struct kql_token first;
	struct kql_node *n;

	if (slice_eq(t->text, SLICE("null")))
		return kql_node_literal(l->arena, t, KQL_MEMBER, kql_null());
	if (!kql_lex(&inner, &first))
		n = not_dynamic(l, t);
	else if (first.kind == TOKEN_SYMBOL && slice_eq(first.text, SLICE("[")))
		n = read_array(&inner, l, t);
	else if (first.kind == TOKEN_TEXT && inner.at == inner.text.n)
		n = kql_node_literal(l->arena, t, KQL_MEMBER, kql_text(first.text));
	else
		n = not_dynamic(l, t);
	kql_error_free(&unheard);
	return n;
}

/* ---- all ---- */

static void not_typed(struct kql_lexer *l, const struct kql_token *t, const struct typed *type)
{
	struct buf word = BUF_INIT, inside = BUF_INIT;

	escape_text(&word, t->word);
	escape_text(&inside, t->text);
	if (t->text.n == 0)
		kql_fail(l->error, t->at, t->n, "%s() needs a value, as %s%s", buf_cstr(&word), type->example,
		         type->type == KQL_DATETIME ? "; the current time is now()" : "");
	else if (is_name(t->text))
		kql_fail(l->error, t->at, t->n, "%s() takes a literal, as %s; to convert a value write %s(%s)",
		         buf_cstr(&word), type->example,
		         type->convert, buf_cstr(&inside));
	else
		kql_fail(l->error, t->at, t->n, "this is no %s; it is written %s", buf_cstr(&word), type->example);
	buf_free(&word);
	buf_free(&inside);
}

struct kql_node *kql_literal(struct kql_lexer *l, const struct kql_token *t)
{
	const struct typed *type = typed_find(t->word);
	struct kql_value v = { 0 };

	if (slice_eq(t->word, SLICE("dynamic")))
		return read_dynamic(l, t);
	if (type == NULL) {
		kql_fail(l->error, t->at, t->n, "%.*s is not supported: compare text or numbers", SLICE_ARG(t->word));
		return NULL;
	}
	if (slice_eq(t->text, SLICE("null")))
		return kql_node_literal(l->arena, t, type->type, kql_null());
	if (!type->read(unquoted(t->text), &v)) {
		not_typed(l, t, type);
		return NULL;
	}
	return kql_node_literal(l->arena, t, type->type, v);
}
