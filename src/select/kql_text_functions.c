/*
 * kql_text_functions.c - tolower, strlen, substring, trim, split, extract and the rest that makes text of text.
 *
 * Positions are characters. A pattern that gives up leaves its text unknown, and the answer undecided.
 */
#include "base/escape.h"
#include "select/kql_convert.h"
#include "select/kql_functions.h"
#include "select/kql_lex.h"
#include "select/kql_scratch.h"

static struct slice text_of(const struct kql_node *n, size_t i, struct kql_run *run)
{
	return kql_eval(n->args[i], run).s;
}

struct kql_value kql_eval_lower(const struct kql_node *n, struct kql_run *run)
{
	return kql_text(kql_text_lower(text_of(n, 0, run), run->arena));
}

struct kql_value kql_eval_upper(const struct kql_node *n, struct kql_run *run)
{
	return kql_text(kql_text_upper(text_of(n, 0, run), run->arena));
}

struct kql_value kql_eval_length(const struct kql_node *n, struct kql_run *run)
{
	return kql_long(kql_text_length(text_of(n, 0, run)));
}

/* A negative start counts from the end. */
static int64_t start_of(struct slice s, int64_t start)
{
	if (start >= 0)
		return start;
	const int64_t length = kql_text_length(s);

	return start < -length ? 0 : start + length;
}

struct kql_value kql_eval_substring(const struct kql_node *n, struct kql_run *run)
{
	const struct slice s = text_of(n, 0, run);
	const struct kql_value start = kql_eval(n->args[1], run);
	const struct kql_value length = n->n_args > 2 ? kql_eval(n->args[2], run) : kql_long(INT64_MAX);

	if (start.null || length.null)
		return kql_text(slice_of(NULL, 0));
	const size_t at = kql_text_offset(s, start_of(s, start.i));
	const struct slice rest = slice_of(s.p + at, s.n - at);

	return kql_text(slice_of(rest.p, kql_text_offset(rest, length.i)));
}

struct kql_value kql_eval_indexof(const struct kql_node *n, struct kql_run *run)
{
	const struct slice s = text_of(n, 0, run), needle = text_of(n, 1, run);
	const struct kql_value start = n->n_args > 2 ? kql_eval(n->args[2], run) : kql_long(0);

	if (start.null)
		return start;
	const int64_t from = start_of(s, start.i);
	const size_t at = kql_text_offset(s, from);
	const struct slice rest = slice_of(s.p + at, s.n - at);
	const size_t found = needle.n == 0 ? 0 : slice_find(rest, needle);

	if ((found == rest.n && needle.n > 0) || kql_text_length(s) < from)
		return kql_long(-1);
	return kql_long(from + kql_text_length(slice_of(rest.p, found)));
}

/* ---- strcat ---- */

struct kql_value kql_eval_strcat(const struct kql_node *n, struct kql_run *run)
{
	struct slice *pieces = arena_alloc(run->arena, n->n_args * sizeof *pieces);
	size_t length = 0, at = 0;

	for (size_t i = 0; i < n->n_args; i++) {
		pieces[i] = kql_value_text(n->args[i]->type, kql_eval(n->args[i], run), run->arena);
		length += pieces[i].n;
	}
	char *out = arena_bytes(run->arena, length);

	for (size_t i = 0; i < n->n_args; i++) {
		if (pieces[i].n > 0)
			memcpy(out + at, pieces[i].p, pieces[i].n);
		at += pieces[i].n;
	}
	return kql_text(slice_of(out, length));
}

bool kql_check_strcat(struct kql_checker *c, struct kql_node *n)
{
	for (size_t i = 0; i < n->n_args; i++)
		if (kql_convert_to(KQL_TEXT, n->args[i]->type, false) == NULL)
			return kql_fail_node(c, n->args[i], "%s has no certain spelling as text",
			                     kql_type_name(n->args[i]->type));
	return true;
}

/* ---- trim ---- */

static enum kql_found find(struct kql_run *run, const struct kql_regex *r, struct slice text, uint32_t which,
                           struct slice *group)
{
	const enum kql_found found = kql_scratch_find(run, r, text, 0, which, group);

	run->lost |= found == FOUND_UNDECIDED;
	return found;
}

static struct kql_value eval_trim(const struct kql_node *n, struct kql_run *run)
{
	struct slice s = text_of(n, 1, run), match;

	while (s.n > 0 && find(run, n->regex, s, 0, &match) == FOUND_YES && match.n > 0)
		s = slice_of(s.p + match.n, s.n - match.n);
	while (s.n > 0 && find(run, n->tail, s, 0, &match) == FOUND_YES && match.n > 0)
		s = slice_of(s.p, s.n - match.n);
	return kql_text(s);
}

/* Patterns are run on text; a part of a list is dynamic, as Log Analytics has it. */
static bool check_no_part(struct kql_checker *c, const struct kql_node *text)
{
	struct buf source = BUF_INIT;

	if (text->kind != NODE_INDEX)
		return true;
	escape_text(&source, kql_source(c, text));
	kql_fail_node(c, text, "a part of a list is dynamic, and text is expected here: write tostring(%s)",
	              buf_cstr(&source));
	buf_free(&source);
	return false;
}

/* The pattern of `of` between two pieces that hold it to one end; it is known to be good alone. */
static const struct kql_regex *held(struct kql_checker *c, const struct kql_node *of, const char *before,
                                    const char *after)
{
	struct buf pattern = BUF_INIT;
	struct kql_node wrapped = *of;

	buf_str(&pattern, before);
	buf_slice(&pattern, of->value.s);
	buf_str(&pattern, after);
	wrapped.value.s = buf_view(&pattern);
	const struct kql_regex *r = kql_check_regex(c, &wrapped);

	buf_free(&pattern);
	return r;
}

bool kql_check_trim(struct kql_checker *c, struct kql_node *n)
{
	if (!check_no_part(c, n->args[1]) || kql_check_regex(c, n->args[0]) == NULL)
		return false;
	n->regex = held(c, n->args[0], "\\A(?:", ")");
	n->tail = held(c, n->args[0], "(?:", ")\\z");
	n->eval = eval_trim;
	return n->regex != NULL && n->tail != NULL;
}

/* ---- extract ---- */

static struct kql_value eval_extract(const struct kql_node *n, struct kql_run *run)
{
	struct slice group;

	return find(run, n->regex, text_of(n, 2, run), (uint32_t)n->number, &group) == FOUND_YES ? kql_text(group) :
	       kql_text(slice_of(NULL, 0));
}

/* typeof(long) and the like. */
static bool type_of(struct kql_checker *c, const struct kql_node *n, enum kql_type *type, bool *narrow)
{
	static const struct { struct slice name; enum kql_type type; } types[] = {
		{ { "string", 6 }, KQL_TEXT }, { { "long", 4 }, KQL_LONG }, { { "int", 3 }, KQL_LONG },
			{ { "real", 4 }, KQL_REAL },
		{ { "double", 6 }, KQL_REAL }, { { "bool", 4 }, KQL_BOOL }, { { "datetime", 8 }, KQL_DATETIME },
		{ { "timespan", 8 }, KQL_TIMESPAN },
	};
	const bool call = n->kind == NODE_CALL && slice_eq(n->text, SLICE("typeof")) && n->n_args == 1 &&
		n->args[0]->kind == NODE_NAME;

	for (size_t i = 0; call && i < sizeof types / sizeof *types; i++) {
		if (slice_eq(types[i].name, n->args[0]->text)) {
			*type = types[i].type;
			*narrow = slice_eq(types[i].name, SLICE("int"));
			return true;
		}
	}
	return kql_fail_node(c, n,
	                     "expected typeof(string), typeof(long), typeof(real), typeof(bool), typeof(datetime) or "
	                     "typeof(timespan)");
}

bool kql_check_extract(struct kql_checker *c, struct kql_node *n)
{
	enum kql_type type = KQL_TEXT;
	bool narrow = false;

	if (!check_no_part(c, n->args[2]))
		return false;
	n->regex = kql_check_regex(c, n->args[0]);
	if (n->regex == NULL || (n->n_args > 3 && !type_of(c, n->args[3], &type, &narrow)))
		return false;
	n->number = n->args[1]->value.i;
	if (n->number < 0 || n->number > (int64_t)kql_regex_groups(n->regex) || n->number > REGEX_GROUPS_MOST)
		return kql_fail_node(c, n->args[1], "the pattern has no group %lld", (long long)n->number);
	n->eval = eval_extract;
	n->type = KQL_TEXT;
	if (n->n_args == 3 || type == KQL_TEXT)
		return true;
	/* The text is converted: the node becomes the conversion of what it was. */
	struct kql_node *text = kql_node_copy(c, n);

	text->n_args = 3;
	n->args = arena_alloc(&c->k->arena, sizeof *n->args);
	n->args[0] = text;
	n->n_args = 1;
	n->type = type;
	n->eval = kql_convert_to(type, KQL_TEXT, narrow);
	return true;
}

/* ---- split ---- */

bool kql_check_split(struct kql_checker *c, struct kql_node *n)
{
	if (n->args[1]->constant && n->args[1]->value.s.n == 0)
		return kql_fail_node(c, n->args[1], "the separator is empty");
	return true;
}

/* The i-th part; false if there are fewer, and *count says how many. */
static bool part_at(struct slice s, struct slice separator, int64_t i, struct slice *part, int64_t *count)
{
	for (*count = 0;; ++*count) {
		const size_t n = separator.n == 0 ? s.n : slice_find(s, separator);

		if (*count == i) {
			*part = slice_of(s.p, n);
			return true;
		}
		if (n == s.n) {
			++*count;
			return false;
		}
		s = slice_of(s.p + n + separator.n, s.n - n - separator.n);
	}
}

struct kql_value kql_split_part(const struct kql_node *split, int64_t i, struct kql_run *run)
{
	const struct slice s = text_of(split, 0, run), separator = text_of(split, 1, run);
	struct slice part;
	int64_t count;

	if (i < 0) {
		part_at(s, separator, INT64_MAX, &part, &count);
		i += count;
	}
	return i >= 0 && part_at(s, separator, i, &part, &count) ? kql_text(part) : kql_null();
}
