/*
 * kql_parse.h - from the text of a predicate to its tree.
 */
#ifndef DPSLOG_SELECT_KQL_PARSE_H
#define DPSLOG_SELECT_KQL_PARSE_H

#include "select/kql_lex.h"

/* The tree of text, in the arena; NULL: *error says what is wrong. `text` must outlive it. */
struct kql_node *kql_parse(struct slice text, struct arena *arena, struct kql_error *error);

/* datetime(...) and the like. NULL: *error of the lexer. */
struct kql_node *kql_literal(struct kql_lexer *l, const struct kql_token *t);

/* A new node, zeroed but for these. */
struct kql_node *kql_node_new(struct arena *a, enum kql_kind kind, size_t at, size_t n);
struct kql_node *kql_node_literal(struct arena *a, const struct kql_token *t, enum kql_type type, struct kql_value v);
void kql_node_add(struct arena *a, struct kql_node *n, struct kql_node *arg);

#endif
