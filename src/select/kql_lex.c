/*
 * kql_lex.c - cutting a predicate into tokens, as Kusto's own lexer does.
 *
 * A type's name before a parenthesis begins a literal that runs to the closing one, whatever stands in it:
 * datetime(2026-11-02 03:14). `!in`, `in~` and `matches regex` are one token each, with nothing between their parts but
 * the one blank.
 */
#include "select/kql_lex.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "select/kql_time.h"

bool kql_fail(struct kql_error *e, size_t at, size_t n, const char *format, ...)
{
	va_list args;
	char *sentence;

	if (e->text.n > 0)
		return false;
	va_start(args, format);
	if (vasprintf(&sentence, format, args) < 0)
		mem_fail(strlen(format));
	va_end(args);
	e->at = at;
	e->n = n;
	escape_text(&e->text, slice_str(sentence));
	free(sentence);
	return false;
}

static char peek(const struct kql_lexer *l, size_t ahead)
{
	return l->at + ahead < l->text.n ? l->text.p[l->at + ahead] : '\0';
}

static void skip_space(struct kql_lexer *l)
{
	while (l->at < l->text.n) {
		if (peek(l, 0) == '/' && peek(l, 1) == '/')
			while (l->at < l->text.n && peek(l, 0) != '\n')
				l->at++;
		else if (ascii_is_space(peek(l, 0)))
			l->at++;
		else
			return;
	}
}

static bool is_word(char c)
{
	return ascii_is_alnum(c) || c == '_';
}

static size_t word_end(struct slice s, size_t at)
{
	while (at < s.n && is_word(s.p[at]))
		at++;
	return at;
}

/* ---- strings ---- */

/* `digits` hexadecimal digits at *i, as a character; false if they are not there or it is none. */
static bool take_hex(struct slice s, size_t *i, int digits, struct buf *out)
{
	uint32_t c = 0;
	char utf8[4];

	for (int k = 0; k < digits; k++, ++*i) {
		const int h = *i < s.n ? ascii_hex(s.p[*i]) : -1;

		if (h < 0)
			return false;
		c = c << 4 | (uint32_t)h;
	}
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return false;
	buf_add(out, utf8, utf8_encode(c, utf8));
	return true;
}

static void take_octal(struct slice s, size_t *i, struct buf *out)
{
	uint32_t c = 0;
	char utf8[4];

	for (int k = 0; k < 3 && *i < s.n && s.p[*i] >= '0' && s.p[*i] <= '7'; k++, ++*i)
		c = c * 8 + (uint32_t)(s.p[*i] - '0');
	buf_add(out, utf8, utf8_encode(c, utf8));
}

/* What follows a backslash at *i. */
static bool take_escape(struct slice s, size_t *i, struct buf *out)
{
	static const char from[] = "abfnrtv\\\"'", to[] = "\a\b\f\n\r\t\v\\\"'";
	const char c = *i < s.n ? s.p[*i] : '\0';
	const char *simple = c == '\0' ? NULL : strchr(from, c);

	if (simple != NULL) {
		buf_byte(out, to[simple - from]);
		++*i;
		return true;
	}
	if (c >= '0' && c <= '7') {
		take_octal(s, i, out);
		return true;
	}
	++*i;
	return (c == 'x' && take_hex(s, i, 2, out)) || (c == 'u' && take_hex(s, i, 4, out)) ||
	       (c == 'U' && take_hex(s, i, 8, out));
}

/* A string from its quote on; in a verbatim one a doubled quote is one, and a backslash is a backslash. */
static bool lex_quoted(struct kql_lexer *l, bool verbatim, struct buf *out)
{
	const size_t start = l->at;
	const char quote = l->text.p[l->at++];

	while (l->at < l->text.n) {
		const size_t here = l->at;
		const char c = l->text.p[l->at++];

		if (c == quote && verbatim && peek(l, 0) == quote)
			l->at++;
		else if (c == quote)
			return true;
		else if (c == '\n' || c == '\r')
			return kql_fail(l->error, here, 1, "a string cannot go on in the next line: write \\n");
		if (c != '\\' || verbatim)
			buf_byte(out, c);
		else if (!take_escape(l->text, &l->at, out))
			return kql_fail(l->error, here, l->at > l->text.n ? 1 : l->at - here,
			                "this escape is none of a string's: write \\\\ for a backslash, or @\"...\" "
			                "for text without escapes");
	}
	return kql_fail(l->error, start, l->text.n - start, "this string does not end: %c is missing", quote);
}

/* ```...``` or ~~~...~~~ */
static bool lex_block(struct kql_lexer *l, struct buf *out)
{
	const size_t start = l->at;
	const struct slice fence = slice_of(l->text.p + start, 3), rest = slice_of(fence.p + 3, l->text.n - start - 3);
	const size_t n = slice_find(rest, fence);

	if (n == rest.n)
		return kql_fail(l->error, start, l->text.n - start, "this string does not end: %.3s is missing",
		                fence.p);
	buf_add(out, rest.p, n);
	l->at = start + 6 + n;
	return true;
}

static bool is_fence(const struct kql_lexer *l, size_t ahead)
{
	const char c = peek(l, ahead);

	return (c == '`' || c == '~') && peek(l, ahead + 1) == c && peek(l, ahead + 2) == c;
}

/* How many characters stand before the quote of a string: h and @. SIZE_MAX: no string begins here. */
static size_t string_prefix(const struct kql_lexer *l)
{
	size_t n = peek(l, 0) == 'h' || peek(l, 0) == 'H';

	if (is_fence(l, n))
		return n;
	n += peek(l, n) == '@';
	return peek(l, n) == '"' || peek(l, n) == '\'' ? n : SIZE_MAX;
}

/* Strings that follow each other are one. */
static bool lex_strings(struct kql_lexer *l, struct kql_token *t)
{
	struct buf out = BUF_INIT;
	bool good = true;
	size_t prefix;

	while (good && (prefix = string_prefix(l)) != SIZE_MAX) {
		const bool verbatim = prefix > 0 && l->text.p[l->at + prefix - 1] == '@';

		l->at += prefix;
		good = is_fence(l, 0) ? lex_block(l, &out) : lex_quoted(l, verbatim, &out);
		t->n = l->at - t->at;
		skip_space(l);
	}
	l->at = t->at + t->n;
	t->kind = TOKEN_TEXT;
	t->text = arena_copy(l->arena, buf_view(&out));
	buf_free(&out);
	return good;
}

/* ---- numbers ---- */

static bool digits_value(struct slice s, int base, int64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < s.n; i++)
		if (__builtin_mul_overflow(*out, (int64_t)base, out) ||
		    __builtin_add_overflow(*out, (int64_t)ascii_hex(s.p[i]), out))
			return false;
	return s.n > 0;
}

static double real_value(struct slice s)
{
	char *z = mem_copyz(s.p, s.n);
	const double r = strtod(z, NULL);

	free(z);
	return r;
}

static void set_long(struct kql_token *t, int64_t i)
{
	t->type = KQL_LONG;
	t->value = kql_long(i);
}

static bool set_real(struct kql_lexer *l, struct kql_token *t, size_t end)
{
	l->at = end;
	t->n = end - t->at;
	t->type = KQL_REAL;
	t->value = kql_real(real_value(slice_of(l->text.p + t->at, t->n)));
	return true;
}

/* 0x1f; `end`: behind its letters and digits. */
static bool lex_hex(struct kql_lexer *l, struct kql_token *t, size_t end)
{
	const struct slice digits = slice_of(l->text.p + t->at + 2, end - t->at - 2);
	int64_t i;

	l->at = end;
	t->n = end - t->at;
	for (size_t k = 0; k < digits.n; k++)
		if (ascii_hex(digits.p[k]) < 0)
			return kql_fail(l->error, t->at, t->n, "this is no number");
	if (!digits_value(digits, 16, &i))
		return kql_fail(l->error, t->at, t->n, "this number is too large");
	set_long(t, i);
	return true;
}

/* Behind the exponent that begins at `e`; e if there is none. */
static size_t exponent_end(struct slice s, size_t e)
{
	size_t digits = e + 1;

	if (e >= s.n || ascii_lower(s.p[e]) != 'e')
		return e;
	digits += digits < s.n && (s.p[digits] == '+' || s.p[digits] == '-');
	size_t end = digits;

	while (end < s.n && ascii_is_digit(s.p[end]))
		end++;
	return end > digits && word_end(s, end) == end ? end : e;
}

/* A point behind digits; `..` is the word of a range, and a name behind the point that of a member. */
static bool is_fraction(struct slice s, size_t at)
{
	if (at >= s.n || s.p[at] != '.')
		return false;
	return at + 1 == s.n || ascii_is_digit(s.p[at + 1]) || (s.p[at + 1] != '.' && !is_word(s.p[at + 1]));
}

/* Digits, perhaps a fraction, an exponent, or a unit of time. */
static bool lex_number(struct kql_lexer *l, struct kql_token *t)
{
	const struct slice s = l->text;
	size_t end = l->at;
	int64_t i;

	t->kind = TOKEN_VALUE;
	while (end < s.n && ascii_is_digit(s.p[end]))
		end++;
	if (end == l->at + 1 && s.p[l->at] == '0' && end < s.n && ascii_lower(s.p[end]) == 'x' &&
	    word_end(s, end) > end + 1)
		return lex_hex(l, t, word_end(s, end));
	const bool fraction = is_fraction(s, end);

	if (fraction)
		for (end++; end < s.n && ascii_is_digit(s.p[end]);)
			end++;
	if (exponent_end(s, end) > end)
		return set_real(l, t, exponent_end(s, end));
	const size_t tail = word_end(s, end);

	if (tail == end && fraction)
		return set_real(l, t, end);
	l->at = tail;
	t->n = tail - t->at;
	if (tail > end) {
		t->type = KQL_TIMESPAN;
		t->value = kql_long(0);
		return kql_time_span(slice_of(s.p + t->at, end - t->at), slice_of(s.p + end, tail - end),
		                     &t->value.i) ||
		       kql_fail(l->error, t->at, t->n,
		                "this is neither a number nor a span of time such as 1.5h, 30m, 10s, 100ms");
	}
	if (!digits_value(slice_of(s.p + t->at, t->n), 10, &i))
		return kql_fail(l->error, t->at, t->n, "this number is too large");
	set_long(t, i);
	return true;
}

/* ---- words ---- */

static const char typed_words[] =
	" datetime date timespan time int long real double bool boolean dynamic guid uuid uniqueid decimal ";

/* The closing parenthesis of the one at `at`; quotes hide what they hold. text.n: there is none. */
static size_t closing(struct slice s, size_t at)
{
	char quote = '\0';

	for (size_t i = at + 1, depth = 1; i < s.n; i++) {
		const char c = s.p[i];

		if (quote != '\0') {
			if (c == '\\')
				i++;
			else if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else {
			depth += c == '(';
			depth -= c == ')';
		}
		if (depth == 0)
			return i;
	}
	return s.n;
}

static bool lex_typed(struct kql_lexer *l, struct kql_token *t, size_t open)
{
	const size_t close = closing(l->text, open);

	if (close == l->text.n)
		return kql_fail(l->error, open, 1, "the parenthesis is not closed");
	t->kind = TOKEN_TYPED;
	t->word = t->text;
	t->text = slice_trim(slice_of(l->text.p + open + 1, close - open - 1));
	l->at = close + 1;
	t->n = l->at - t->at;
	return true;
}

static bool lex_word(struct kql_lexer *l, struct kql_token *t)
{
	const struct slice s = l->text;
	size_t end = word_end(s, l->at + (peek(l, 0) == '!'));

	if (slice_eq(slice_of(s.p + l->at, end - l->at), SLICE("matches")) && s.n - end >= 6 &&
	    memcmp(s.p + end, " regex", 6) == 0 &&
	    word_end(s, end + 1) == end + 6)
		end += 6;
	else if (end < s.n && s.p[end] == '~' && (slice_ends_nocase(slice_of(s.p + l->at, end - l->at), SLICE("in"))))
		end++;
	t->kind = TOKEN_WORD;
	t->text = slice_of(s.p + l->at, end - l->at);
	t->n = t->text.n;
	l->at = end;
	if (!kql_text_is_among(typed_words, t->text))
		return true;
	while (end < s.n && ascii_is_space(s.p[end]))
		end++;
	return end < s.n && s.p[end] == '(' ? lex_typed(l, t, end) : true;
}

static bool lex_symbol(struct kql_lexer *l, struct kql_token *t)
{
	static const char *const symbols[] = { "==", "!=", "=~", "!~", "<=", ">=", "<>", "..", "<", ">", "+", "-", "*", "/",
		"%", "(", ")", "[", "]", ",", "." };
	static const struct { const char *wrong, *hint; } hints[] = {
		{ "&&", "write and" },
		{ "||", "write or" },
		{ "=", "write == to compare" },
		{ "!", "write not(...), or an operator such as != or !has" },
		{ "|", "--where takes one predicate: write and, or give --where again" },
		{ ";", "--where takes one predicate" },
		{ "/*", "comments begin with //" },
	};
	const struct slice rest = slice_of(l->text.p + l->at, l->text.n - l->at);

	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		const struct slice symbol = slice_str(symbols[i]);

		if (rest.n >= symbol.n && memcmp(rest.p, symbol.p, symbol.n) == 0 &&
		    !(rest.n > 1 && rest.p[0] == '/' && rest.p[1] == '*')) {
			t->kind = TOKEN_SYMBOL;
			t->text = symbol;
			t->n = symbol.n;
			l->at += symbol.n;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
		const struct slice wrong = slice_str(hints[i].wrong);

		if (rest.n >= wrong.n && memcmp(rest.p, wrong.p, wrong.n) == 0)
			return kql_fail(l->error, l->at, wrong.n, "'%s' is not an operator here: %s", hints[i].wrong,
			                hints[i].hint);
	}
	size_t len;
	bool valid;

	utf8_decode(rest, &len, &valid);
	return kql_fail(l->error, l->at, len, "'%.*s' has no meaning here", (int)len, rest.p);
}

bool kql_lex(struct kql_lexer *l, struct kql_token *t)
{
	skip_space(l);
	*t = (struct kql_token){ .kind = TOKEN_END, .at = l->at };
	if (l->at == l->text.n)
		return true;
	const char c = peek(l, 0);

	if (string_prefix(l) != SIZE_MAX)
		return lex_strings(l, t);
	if (ascii_is_digit(c))
		return lex_number(l, t);
	if (is_word(c) || (c == '!' && ascii_is_alpha(peek(l, 1))))
		return lex_word(l, t);
	return lex_symbol(l, t);
}
