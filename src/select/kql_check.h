/*
 * kql_check.h - from a tree as it was written to one that can be evaluated: names, types, constants.
 */
#ifndef DPSLOG_SELECT_KQL_CHECK_H
#define DPSLOG_SELECT_KQL_CHECK_H

#include "select/kql_lex.h"

struct kql_checker {
	struct kql *k;
	struct kql_error *error;
};

/* Types the whole predicate, which must be a bool. False: *error says why not. */
bool kql_check(struct kql *k, struct kql_error *error);
/* Checks a node and all below it. */
bool kql_check_node(struct kql_checker *c, struct kql_node *n);

/* About a node. Returns false. */
#define kql_fail_node(c, node, ...) kql_fail((c)->error, (node)->at, (node)->n, __VA_ARGS__)
/* As it was written, for a sentence. */
struct slice kql_source(const struct kql_checker *c, const struct kql_node *n);
/* `text`, `a number`, `a datetime` ... */
const char *kql_type_name(enum kql_type t);
/* In the arena. */
struct kql_node *kql_node_copy(struct kql_checker *c, const struct kql_node *n);
/* False, and an error that names `what`, unless n is a constant text. */
bool kql_constant_text(struct kql_checker *c, const struct kql_node *n, const char *what);
/* Compiles n (a constant text) as a pattern. */
const struct kql_regex *kql_check_regex(struct kql_checker *c, const struct kql_node *n);

#endif
