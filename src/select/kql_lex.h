/*
 * kql_lex.h - a predicate as tokens.
 */
#ifndef DPSLOG_SELECT_KQL_LEX_H
#define DPSLOG_SELECT_KQL_LEX_H

#include "select/kql_node.h"

enum kql_token_kind {
	TOKEN_END,
	TOKEN_WORD,     /* a name or an operator that is a word: `text`, as `!in~` or `matches regex` */
	TOKEN_SYMBOL,   /* `text` */
	TOKEN_TEXT,     /* a string: `text` is what it stands for */
	TOKEN_VALUE,    /* a number or span: `type`, `value` */
	TOKEN_TYPED     /* datetime(...) and the like: `word` and, in `text`, what stands between the parentheses */
};

struct kql_token {
	enum kql_token_kind kind;
	size_t at, n;
	struct slice text, word;
	enum kql_type type;
	struct kql_value value;
};

struct kql_lexer {
	struct slice text;
	size_t at;               /* what comes next */
	struct arena *arena;     /* of strings with escapes */
	struct kql_error *error;
};

/* False: *error of the lexer says what is wrong. */
bool kql_lex(struct kql_lexer *l, struct kql_token *t);

/*
 * Sets the error, unless there is one already. Returns false. The text is a format; text of users only through %.*s of
 * escaped text.
 */
bool kql_fail(struct kql_error *e, size_t at, size_t n, const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
