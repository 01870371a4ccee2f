/*
 * kql_operators.h - the operators of the selection language: one entry of one table for each.
 */
#ifndef DPSLOG_SELECT_KQL_OPERATORS_H
#define DPSLOG_SELECT_KQL_OPERATORS_H

#include "base/nearest.h"
#include "select/kql_check.h"

/*
 * How tightly it binds, the loosest first. Of the middle ones no two may follow each other without parentheses, as in
 * KQL.
 */
enum kql_level { LEVEL_OR, LEVEL_AND, LEVEL_EQUALITY, LEVEL_RELATION, LEVEL_SUM, LEVEL_PRODUCT, LEVEL_WORDS,
                LEVEL_SIGN };

/* What stands on its right. */
enum kql_right { RIGHT_ONE, RIGHT_LIST, RIGHT_RANGE };

/* How two values may stand to each other: the bits of what a comparison holds for. */
enum kql_relation { RELATION_LESS = 1, RELATION_EQUAL = 2, RELATION_GREATER = 4, RELATION_NONE = 8 };

struct kql_operator {
	const char *name;
	enum kql_level level;
	enum kql_right right;
	/* Gives the node its type and what evaluates it; its operands are checked already. */
	bool (*check)(struct kql_checker *c, struct kql_node *n);
	unsigned how;            /* relations, or enum kql_match */
	bool negated;
	bool all;                /* of a list: each must hold */
};

/* The operator of that name between two operands, or NULL. */
const struct kql_operator *kql_operator_find(struct slice name);
/* The sign before an operand. */
extern const struct kql_operator kql_minus, kql_plus;
/* Offers the names of all that are words. */
void kql_operators_offer(struct nearest *n);

#endif
