/*
 * condition.c - conditions read word by word, and written so that they read back as the same.
 */
#include "insight/condition.h"

#include "base/time.h"

static const char metric_marks[] = " \t._/\\:%-,|", space_marks[] = "._/-";

struct cursor {
	struct slice s;
	size_t at;
	struct arena *arena;
	struct buf *error;
};

/* A word, a comma, or what stands between quotes. */
struct token {
	struct slice text;
	size_t from;             /* where it begins */
	bool quoted;
};

static bool fail(struct cursor *c, size_t at, const char *expected)
{
	const struct slice rest = slice_trim(slice_of(c->s.p + at, c->s.n - at));

	buf_printf(c->error, "expected %s", expected);
	if (rest.n == 0) {
		buf_str(c->error, " at its end");
		return false;
	}
	buf_str(c->error, " at '");
	buf_slice(c->error, rest);
	buf_byte(c->error, '\'');
	return false;
}

static void skip_blanks(struct cursor *c)
{
	while (c->at < c->s.n && ascii_is_space(c->s.p[c->at]))
		c->at++;
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* Up to the same quote as the one here; false: it does not end. */
static bool take_quoted(struct cursor *c, struct slice *out)
{
	const char *from = c->s.p + c->at + 1;
	const char *end = memchr(from, c->s.p[c->at], c->s.n - c->at - 1);

	if (end == NULL)
		return false;
	*out = slice_of(from, (size_t)(end - from));
	c->at = (size_t)(end - c->s.p) + 1;
	return true;
}

/* False at the end, and where a quote does not end. */
static bool take_token(struct cursor *c, struct token *t)
{
	skip_blanks(c);
	*t = (struct token){ .from = c->at };
	if (c->at == c->s.n)
		return false;
	t->quoted = is_quote(c->s.p[c->at]);
	if (t->quoted)
		return take_quoted(c, &t->text);
	if (c->s.p[c->at] == ',')
		c->at++;
	else
		while (c->at < c->s.n && c->s.p[c->at] != ',' && !ascii_is_space(c->s.p[c->at]))
			c->at++;
	t->text = slice_of(c->s.p + t->from, c->at - t->from);
	return true;
}

static bool is_word(const struct token *t, const char *word)
{
	return !t->quoted && slice_eq_nocase(t->text, slice_str(word));
}

/* Takes the next token if it is that word. */
static bool take_word(struct cursor *c, const char *word)
{
	const size_t before = c->at;
	struct token t;

	if (take_token(c, &t) && is_word(&t, word))
		return true;
	c->at = before;
	return false;
}

/* ---- the metric ---- */

static bool only(struct slice s, const char *marks)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) && (s.p[i] == '\0' || strchr(marks, s.p[i]) == NULL))
			return false;
	return s.n > 0;
}

static bool take_aggregation(struct cursor *c, struct condition *out)
{
	struct token t;
	const size_t before = c->at;
	const int found = take_token(c, &t) && !t.quoted ? spelling_find_sign(aggregation_words, t.text) : -1;
	struct buf words = BUF_INIT;

	if (found >= 0) {
		out->aggregation = (enum aggregation)found;
		return true;
	}
	spelling_list_signs(aggregation_words, &words);
	fail(c, before, buf_cstr(&words));
	buf_free(&words);
	return false;
}

/* `ns.name`: what stands before the last dot, if it can be a namespace. */
static void split_name(struct slice name, struct condition *out)
{
	size_t dot = name.n;

	while (dot > 0 && name.p[dot - 1] != '.')
		dot--;
	out->metric = name;
	if (dot < 2 || dot == name.n || !only(slice_of(name.p, dot - 1), space_marks))
		return;
	out->space = slice_of(name.p, dot - 1);
	out->metric = slice_trim(slice_of(name.p + dot, name.n - dot));
}

static bool is_operator(char c)
{
	return c == '<' || c == '>' || c == '=' || c == '!';
}

static bool take_metric(struct cursor *c, struct condition *out)
{
	static const char expected[] = "the name of a metric (in quotes, if it holds dots or other marks)";
	size_t from;
	struct slice bare;

	skip_blanks(c);
	from = c->at;
	while (c->at < c->s.n && !is_operator(c->s.p[c->at]) && !is_quote(c->s.p[c->at]))
		c->at++;
	bare = slice_trim(slice_of(c->s.p + from, c->at - from));
	if (c->at == c->s.n || !is_quote(c->s.p[c->at])) {
		split_name(bare, out);
		return only(bare, metric_marks) || fail(c, from, expected);
	}
	if (bare.n > 0 && (bare.n < 2 || bare.p[bare.n - 1] != '.' || !only(slice_of(bare.p, bare.n - 1), space_marks)))
		return fail(c, from, expected);
	out->space = slice_of(bare.p, bare.n > 0 ? bare.n - 1 : 0);
	return (take_quoted(c, &out->metric) && out->metric.n > 0) || fail(c, from, expected);
}

static bool take_comparison(struct cursor *c, struct condition *out)
{
	const size_t from = c->at;
	struct buf words = BUF_INIT;
	int found;

	skip_blanks(c);
	const size_t begin = c->at;

	while (c->at < c->s.n && is_operator(c->s.p[c->at]))
		c->at++;
	found = spelling_find_sign(comparison_words, slice_of(c->s.p + begin, c->at - begin));
	if (found >= 0) {
		out->comparison = (enum comparison)found;
		return true;
	}
	spelling_list_signs(comparison_words, &words);
	fail(c, from, buf_cstr(&words));
	buf_free(&words);
	return false;
}

/* ---- the threshold ---- */

static bool take_periods(struct cursor *c, unsigned *out)
{
	struct token t;
	const size_t before = c->at;

	if (!take_token(c, &t) || t.quoted || !slice_is_digits(t.text, 1) || t.text.p[0] < '1' || t.text.p[0] > '0' + PERIODS_MOST)
		return fail(c, before, "a number of periods from 1 to 6");
	*out = (unsigned)(t.text.p[0] - '0');
	return true;
}

static bool take_since(struct cursor *c, struct dynamic *d)
{
	struct token t;
	const size_t before = c->at;

	d->since = TIME_NONE;
	if (!take_word(c, "since"))
		return true;
	if (take_token(c, &t))
		d->since = time_parse_option(t.text, 0);
	return d->since != TIME_NONE || fail(c, before, "since and a time such as 2026-11-02T03:00:00Z");
}

static bool take_dynamic(struct cursor *c, struct condition *out)
{
	struct dynamic *d = &out->dynamic;
	struct token t;
	const size_t before = c->at;
	const int found = take_token(c, &t) && !t.quoted ? spelling_find_sign(sensitivity_words, t.text) : -1;

	out->is_dynamic = true;
	if (found < 0)
		return fail(c, before, "a sensitivity, Low, Medium or High");
	d->sensitivity = (enum sensitivity)found;
	if (!take_periods(c, &d->failing))
		return false;
	if (!take_word(c, "of"))
		return fail(c, c->at, "of and a number of periods");
	if (!take_periods(c, &d->periods))
		return false;
	if (d->failing > d->periods)
		return fail(c, before, "no more failing periods than there are periods");
	if (out->comparison != COMPARE_GREATER && out->comparison != COMPARE_LESS && out->comparison != COMPARE_OUTSIDE)
		return fail(c, before, "a number (a dynamic threshold takes >, < or ><)");
	return take_since(c, d);
}

static bool take_threshold(struct cursor *c, struct condition *out)
{
	struct token t;
	const size_t before = c->at;

	if (take_word(c, "dynamic"))
		return take_dynamic(c, out);
	if (!take_token(c, &t) || t.quoted || !decimal_parse(t.text, &out->threshold))
		return fail(c, before, "a number, or dynamic");
	return out->comparison != COMPARE_OUTSIDE || fail(c, before, "dynamic (a number takes =, !=, >, >=, < or <=)");
}

/* ---- dimensions ---- */

static bool is_match(const struct token *t, enum match *match)
{
	const int found = t->quoted ? -1 : spelling_find_sign(match_words, t->text);

	if (found >= 0 && match != NULL)
		*match = (enum match)found;
	return found >= 0;
}

static bool ends_value(const struct token *t)
{
	return is_word(t, ",") || is_word(t, "or") || is_word(t, "and") || is_word(t, "with") || is_match(t, NULL);
}

/* Words up to one that ends them, or what stands between quotes. Empty if there is nothing. */
static bool take_text(struct cursor *c, struct slice *out)
{
	struct token t;
	size_t before = c->at, end = before, from;

	if (!take_token(c, &t) || (!t.quoted && ends_value(&t))) {
		c->at = before;
		return false;
	}
	*out = t.text;
	if (t.quoted)
		return true;
	from = t.from;
	do
		end = before = c->at;
	while (take_token(c, &t) && !t.quoted && !ends_value(&t));
	c->at = before;
	*out = slice_of(c->s.p + from, end - from);
	return true;
}

/* Whether the next words are a dimension and not one more value. */
static bool dimension_follows(const struct cursor *c)
{
	struct cursor ahead = *c;
	struct slice name;
	struct token t;

	return take_text(&ahead, &name) && take_token(&ahead, &t) && is_match(&t, NULL);
}

static bool take_values(struct cursor *c, struct dimension *d)
{
	struct slice *values = NULL, value;

	d->n = 0;
	for (;;) {
		const size_t before = c->at;

		if (!take_text(c, &value))
			return fail(c, before, "a value");
		struct slice *more = arena_alloc(c->arena, (d->n + 1) * sizeof(*more));

		if (d->n > 0)
			memcpy(more, values, d->n * sizeof(*more));
		values = more;
		values[d->n++] = arena_copy(c->arena, value);
		d->values = values;
		if (take_word(c, "or"))
			continue;
		const size_t comma = c->at;

		if (take_word(c, ",") && !dimension_follows(c))
			continue;
		c->at = comma;
		return true;
	}
}

static bool take_dimension(struct cursor *c, struct condition *out)
{
	struct dimension d = { .n = 0 };
	struct dimension *all;
	struct token t;
	size_t before = c->at;

	if (!take_text(c, &d.name) || d.name.n == 0)
		return fail(c, before, "the name of a dimension");
	d.name = arena_copy(c->arena, d.name);
	before = c->at;
	if (!take_token(c, &t) || !is_match(&t, &d.match))
		return fail(c, before, "includes, excludes or startswith");
	if (!take_values(c, &d))
		return false;
	all = arena_alloc(c->arena, (out->n_dimensions + 1) * sizeof(*all));
	if (out->n_dimensions > 0)
		memcpy(all, out->dimensions, out->n_dimensions * sizeof(*all));
	all[out->n_dimensions++] = d;
	out->dimensions = all;
	return true;
}

static bool take_dimensions(struct cursor *c, struct condition *out)
{
	if (!take_word(c, "where"))
		return true;
	do
		if (!take_dimension(c, out))
			return false;
	while (take_word(c, "and") || take_word(c, ","));
	return true;
}

bool condition_parse(struct slice text, struct arena *arena, struct condition *out, struct buf *error)
{
	struct cursor c = { .s = slice_trim(text), .arena = arena, .error = error };

	*out = (struct condition){ .dynamic.since = TIME_NONE };
	if (!take_aggregation(&c, out) || !take_metric(&c, out) || !take_comparison(&c, out) || !take_threshold(&c, out) ||
	    !take_dimensions(&c, out))
		return false;
	if (take_word(&c, "with") && !take_word(&c, "skipmetricvalidation"))
		return fail(&c, c.at, "skipmetricvalidation");
	skip_blanks(&c);
	if (c.at < c.s.n)
		return fail(&c, c.at, out->n_dimensions > 0 ? "or, and, or nothing more" : "where, or nothing more");
	out->metric = arena_copy(arena, out->metric);
	out->space = arena_copy(arena, out->space);
	return true;
}

/* ---- writing ---- */

static void write_quoted(struct slice s, struct buf *out)
{
	const char quote = memchr(s.p, '"', s.n) != NULL ? '\'' : '"';

	buf_byte(out, quote);
	buf_slice(out, s);
	buf_byte(out, quote);
}

/* Without quotes it reads back as it is. */
static bool can_stand_bare(struct slice s)
{
	struct cursor c = { .s = s };
	struct slice back;

	return memchr(s.p, '"', s.n) == NULL && memchr(s.p, '\'', s.n) == NULL && take_text(&c, &back) && slice_eq(back, s);
}

static void write_name(struct slice s, struct buf *out)
{
	if (only(s, "_ ") && can_stand_bare(s))
		buf_slice(out, s);
	else
		write_quoted(s, out);
}

static void write_value(struct slice s, struct buf *out)
{
	if (can_stand_bare(s))
		buf_slice(out, s);
	else
		write_quoted(s, out);
}

static void write_dimensions(const struct condition *c, struct buf *out)
{
	for (size_t i = 0; i < c->n_dimensions; i++) {
		const struct dimension *d = &c->dimensions[i];

		buf_str(out, i == 0 ? " where " : " and ");
		write_name(d->name, out);
		buf_printf(out, " %s ", match_words[d->match].sign);
		for (size_t v = 0; v < d->n; v++) {
			if (v > 0)
				buf_str(out, " or ");
			write_value(d->values[v], out);
		}
	}
}

void condition_format(const struct condition *c, struct buf *out)
{
	char number[DECIMAL_TEXT_MAX], time[TIME_TEXT_MAX];

	buf_printf(out, "%s ", aggregation_words[c->aggregation].sign);
	write_name(c->metric, out);
	buf_printf(out, " %s ", comparison_words[c->comparison].sign);
	if (!c->is_dynamic) {
		buf_add(out, number, decimal_format(c->threshold, number));
	} else {
		buf_printf(out, "dynamic %s %u of %u", sensitivity_words[c->dynamic.sensitivity].sign, c->dynamic.failing,
		           c->dynamic.periods);
		if (c->dynamic.since != TIME_NONE) {
			buf_str(out, " since ");
			buf_add(out, time, time_format(c->dynamic.since, time));
		}
	}
	write_dimensions(c, out);
}
