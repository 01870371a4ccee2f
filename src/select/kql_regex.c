/*
 * kql_regex.c - which patterns mean the same to KQL and to PCRE2, and running them.
 *
 * The check walks the pattern once and lets through what it knows; PCRE2 then has the word on its syntax. Both search
 * for the leftmost match and prefer what stands first.
 */
#include "select/kql_regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>

#include "base/mem.h"

enum { JIT_STACK = 1 << 20, MATCH_STEPS = 10000000, HEAP_KIB = 64 << 10 };

struct kql_regex {
	pcre2_code *code;
	uint32_t groups;
	struct kql_regex *before;
};

struct kql_regex_scratch {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

/* ---- the dialect ---- */

struct walk {
	struct slice p;
	size_t i;
	const char *refusal;
};

static bool refuse(struct walk *w, size_t at, const char *why)
{
	w->i = at;
	w->refusal = why;
	return false;
}

static char at(const struct walk *w, size_t i)
{
	return i < w->p.n ? w->p.p[i] : '\0';
}

/* Behind `(`: groups, named ones and flags are the same in both; everything else of PCRE2 is not KQL's. */
static bool walk_group(struct walk *w)
{
	size_t i = w->i + 1;

	if (at(w, i) == '*')
		return refuse(w, w->i, "(* begins a verb of PCRE2, which KQL does not have");
	if (at(w, i) != '?') {
		w->i = i;
		return true;
	}
	i++;
	if (at(w, i) == '=' || at(w, i) == '!' || (at(w, i) == '<' && (at(w, i + 1) == '=' || at(w, i + 1) == '!')))
		return refuse(w, w->i, "KQL has no look-around");
	if (at(w, i) == '>')
		return refuse(w, w->i, "KQL has no atomic groups");
	if (at(w, i) == 'C')
		return refuse(w, w->i, "KQL has no callouts");
	if (at(w, i) == 'P' && (at(w, i + 1) == '>' || at(w, i + 1) == '='))
		return refuse(w, w->i, "KQL has neither recursion nor references to groups");
	if (at(w, i) == 'R' || at(w, i) == '&' || at(w, i) == '+' || ascii_is_digit(at(w, i)) ||
	    (at(w, i) == '-' && ascii_is_digit(at(w, i + 1))))
		return refuse(w, w->i, "KQL has no recursion");
	if (at(w, i) == '<' || (at(w, i) == 'P' && at(w, i + 1) == '<')) {
		w->i = i;
		return true; /* a name; PCRE2 reads it */
	}
	while (at(w, i) != '\0' && strchr("imsUx-", at(w, i)) != NULL) {
		if (at(w, i) == 'x' && at(w, i + 1) == 'x')
			return refuse(w, w->i, "xx is a flag of PCRE2 alone");
		i++;
	}
	if (at(w, i) != ':' && at(w, i) != ')')
		return refuse(w, w->i,
		              "this group is none of KQL's: it has (...), (?:...), (?P<name>...), (?<name>...) and the "
		              "flags i m s U x");
	w->i = i;
	return true;
}

/* What may follow a backslash, in a class and outside: the same in both. */
static bool walk_escape(struct walk *w, bool in_class)
{
	const size_t start = w->i++;
	const char c = at(w, w->i);

	if (w->i == w->p.n)
		return refuse(w, start, "a backslash at the end");
	w->i++;
	if (ascii_is_digit(c) || c == 'k' || c == 'g')
		return refuse(w, start,
		              c == '0' ? "octal escapes are not KQL's: write \\x00" : "KQL has no back-references");
	if (c == 'Q' || c == 'E')
		return refuse(w, start, "KQL has no \\Q...\\E: escape each character");
	if (c == 'x' && at(w, w->i) != '{' && !(ascii_is_alnum(at(w, w->i)) && ascii_is_alnum(at(w, w->i + 1))))
		return refuse(w, start, "\\x takes two hexadecimal digits, or {...}");
	if (c == 'b' && at(w, w->i) == '{')
		return refuse(w, start, "\\b{...} is not supported");
	if (ascii_is_alpha(c) && strchr(in_class ? "dDsSwWpPxaftnr" : "dDsSwWpPxaftnrbBAz", c) == NULL)
		return refuse(w, start, "this escape means something else to KQL, or nothing");
	/* \x{e9}, \p{L} */
	if (memchr("xpP", c, 3) != NULL && at(w, w->i) == '{')
		while (w->i < w->p.n && w->p.p[w->i++] != '}')
			;
	if (c == '<' || c == '>')
		return refuse(w, start, "\\< and \\> are not supported: use \\b");
	if ((unsigned char)c >= 0x80)
		return refuse(w, start, "only ASCII characters can be escaped");
	return true;
}

static bool walk_class(struct walk *w)
{
	const size_t start = w->i++;

	if (at(w, w->i) == '^')
		w->i++;
	if (at(w, w->i) == ']') /* the first one is a character */
		w->i++;
	while (w->i < w->p.n && at(w, w->i) != ']') {
		const char c = at(w, w->i), next = at(w, w->i + 1);

		if (c == '[')
			return refuse(w, w->i, "classes within classes are not supported: escape [ with a backslash");
		if (c == next && (c == '&' || c == '~' || (c == '-' && at(w, w->i + 2) != ']')))
			return refuse(w, w->i, "the algebra of classes (&&, --, ~~) is not supported");
		if (c != '\\')
			w->i++;
		else if (!walk_escape(w, true))
			return false;
	}
	if (w->i == w->p.n)
		return refuse(w, start, "a class does not end");
	w->i++;
	return true;
}

/* {n}, {n,}, {n,m}: the place behind it, or 0. */
static size_t counted(const struct walk *w, size_t i)
{
	const size_t start = ++i;

	while (ascii_is_digit(at(w, i)))
		i++;
	if (i == start)
		return 0;
	if (at(w, i) == ',')
		for (i++; ascii_is_digit(at(w, i));)
			i++;
	return at(w, i) == '}' ? i + 1 : 0;
}

static bool walk_repeat(struct walk *w)
{
	const size_t start = w->i;

	w->i++;
	if (w->p.p[start] == '{') {
		w->i = counted(w, start);
		if (w->i == 0)
			return refuse(w, start, "{ does not begin a repetition here: escape it with a backslash");
	}
	if (at(w, w->i) == '+')
		return refuse(w, start, "KQL has no possessive repetition");
	return true;
}

static bool walk_pattern(struct walk *w)
{
	while (w->i < w->p.n) {
		bool good = true;

		switch (w->p.p[w->i]) {
		case '(':
			good = walk_group(w);
			break;
		case '[':
			good = walk_class(w);
			break;
		case '\\':
			good = walk_escape(w, false);
			break;
		case '*':
		case '+':
		case '?':
		case '{':
			good = walk_repeat(w);
			break;
		default:
			w->i++;
		}
		if (!good)
			return false;
	}
	return true;
}

/* ---- compiling ---- */

static pcre2_code *compile(struct slice pattern, struct buf *error, size_t *where)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	int number;
	PCRE2_SIZE offset;

	if (context == NULL)
		mem_fail(1);
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n,
	                                 PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C,
		&number, &offset,
	                                 context);
	pcre2_compile_context_free(context);
	if (code == NULL) {
		char text[128];

		pcre2_get_error_message(number, (PCRE2_UCHAR *)text, sizeof text);
		buf_str(error, text);
		*where = offset > pattern.n ? pattern.n : offset;
	}
	return code;
}

struct kql_regex *kql_regex_new(struct slice pattern, struct buf *error, size_t *where)
{
	struct walk w = { .p = pattern };

	if (!walk_pattern(&w)) {
		buf_str(error, w.refusal);
		*where = w.i;
		return NULL;
	}
	pcre2_code *code = compile(pattern, error, where);

	if (code == NULL)
		return NULL;
	struct kql_regex *r = mem_zalloc(sizeof *r);

	r->code = code;
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &r->groups);
	/* Where there is no JIT the interpreter does the same. */
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return r;
}

struct kql_regex *kql_regex_push(struct kql_regex *r, struct kql_regex *list)
{
	r->before = list;
	return r;
}

void kql_regex_free_list(struct kql_regex *list)
{
	while (list != NULL) {
		struct kql_regex *before = list->before;

		pcre2_code_free(list->code);
		free(list);
		list = before;
	}
}

uint32_t kql_regex_groups(const struct kql_regex *r)
{
	return r->groups;
}

/* ---- running ---- */

struct kql_regex_scratch *kql_regex_scratch_new(void)
{
	struct kql_regex_scratch *s = mem_zalloc(sizeof *s);

	s->data = pcre2_match_data_create(REGEX_GROUPS_MOST + 1, NULL);
	s->context = pcre2_match_context_create(NULL);
	s->stack = pcre2_jit_stack_create(32 << 10, JIT_STACK, NULL);
	if (s->data == NULL || s->context == NULL || s->stack == NULL)
		mem_fail(JIT_STACK);
	pcre2_jit_stack_assign(s->context, NULL, s->stack);
	pcre2_set_match_limit(s->context, MATCH_STEPS);
	pcre2_set_heap_limit(s->context, HEAP_KIB);
	return s;
}

void kql_regex_scratch_free(struct kql_regex_scratch *s)
{
	if (s == NULL)
		return;
	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->context);
	pcre2_jit_stack_free(s->stack);
	free(s);
}

enum kql_found kql_regex_find(const struct kql_regex *r, struct kql_regex_scratch *s, struct slice text, size_t from,
                              uint32_t which,
                              struct slice *group)
{
	const PCRE2_SPTR p = (PCRE2_SPTR)(text.p == NULL ? "" : text.p);
	int n = pcre2_match(r->code, p, text.n, from, PCRE2_NO_UTF_CHECK, s->data, s->context);

	/* The interpreter has more room than the compiled code. */
	if (n == PCRE2_ERROR_JIT_STACKLIMIT)
		n = pcre2_match(r->code, p, text.n, from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, s->data, s->context);
	if (n == PCRE2_ERROR_NOMATCH)
		return FOUND_NO;
	if (n < 0)
		return FOUND_UNDECIDED;
	if (n == 0) /* more groups than there is room for */
		n = REGEX_GROUPS_MOST + 1;
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(s->data);

	if ((int)which < n && ends[2 * which] != PCRE2_UNSET)
		*group = slice_of((const char *)p + ends[2 * which], ends[2 * which + 1] - ends[2 * which]);
	else
		*group = slice_of((const char *)p + ends[1], 0);
	return FOUND_YES;
}
