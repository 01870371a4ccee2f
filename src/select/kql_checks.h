/*
 * kql_checks.h - what checks and evaluates each kind of operator: the functions that the table of operators names.
 */
#ifndef DPSLOG_SELECT_KQL_CHECKS_H
#define DPSLOG_SELECT_KQL_CHECKS_H

#include "select/kql_check.h"

/* kql_logic.c */
bool kql_check_and(struct kql_checker *c, struct kql_node *n);
bool kql_check_or(struct kql_checker *c, struct kql_node *n);
/* kql_compare.c */
bool kql_check_equality(struct kql_checker *c, struct kql_node *n);
bool kql_check_order(struct kql_checker *c, struct kql_node *n);
bool kql_check_between(struct kql_checker *c, struct kql_node *n);
bool kql_check_in(struct kql_checker *c, struct kql_node *n);
/* kql_words.c */
bool kql_check_words(struct kql_checker *c, struct kql_node *n);
bool kql_check_word_list(struct kql_checker *c, struct kql_node *n);
bool kql_check_matches(struct kql_checker *c, struct kql_node *n);
/* kql_arithmetic.c */
bool kql_check_plus(struct kql_checker *c, struct kql_node *n);
bool kql_check_minus(struct kql_checker *c, struct kql_node *n);
bool kql_check_times(struct kql_checker *c, struct kql_node *n);
bool kql_check_divide(struct kql_checker *c, struct kql_node *n);
bool kql_check_modulo(struct kql_checker *c, struct kql_node *n);
bool kql_check_sign(struct kql_checker *c, struct kql_node *n);

/* That two operands have types that do not go together, and what to write instead. Returns false. */
bool kql_fail_types(struct kql_checker *c, const struct kql_node *n, const struct kql_node *a,
                    const struct kql_node *b);
/* Of a list on the right: dynamic([...]) is replaced by its values. */
void kql_unfold_lists(struct kql_checker *c, struct kql_node *n);
/* Constants beside a field that has words of its own are written in them. */
void kql_canonical(struct kql_node *n, bool nocase);

#endif
