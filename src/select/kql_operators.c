/*
 * kql_operators.c - the table of operators.
 */
#include "select/kql_operators.h"

#include "select/kql_checks.h"

enum {
	EQ = RELATION_EQUAL,
	NE = RELATION_LESS | RELATION_GREATER | RELATION_NONE,
	LT = RELATION_LESS,
	LE = RELATION_LESS | RELATION_EQUAL,
	GT = RELATION_GREATER,
	GE = RELATION_GREATER | RELATION_EQUAL,
	WHOLE = MATCH_START | MATCH_END,
	TERM = MATCH_TERM_BEGINS | MATCH_TERM_ENDS,
	FOLD = MATCH_FOLD
};

/* An operator that is a word, its opposite, and both with _cs. */
#define WORDS(name, how) \
	{ name, LEVEL_WORDS, RIGHT_ONE, kql_check_words, (how) | FOLD, false, false }, \
	{ "!" name, LEVEL_WORDS, RIGHT_ONE, kql_check_words, (how) | FOLD, true, false }, \
	{ name "_cs", LEVEL_WORDS, RIGHT_ONE, kql_check_words, how, false, false }, \
	{ "!" name "_cs", LEVEL_WORDS, RIGHT_ONE, kql_check_words, how, true, false }

static const struct kql_operator operators[] = {
	{ "or", LEVEL_OR, RIGHT_ONE, kql_check_or, 0, false, false },
	{ "and", LEVEL_AND, RIGHT_ONE, kql_check_and, 0, false, false },
	{ "==", LEVEL_EQUALITY, RIGHT_ONE, kql_check_equality, EQ, false, false },
	{ "!=", LEVEL_EQUALITY, RIGHT_ONE, kql_check_equality, NE, true, false },
	{ "<>", LEVEL_EQUALITY, RIGHT_ONE, kql_check_equality, NE, true, false },
	{ "in", LEVEL_EQUALITY, RIGHT_LIST, kql_check_in, 0, false, false },
	{ "!in", LEVEL_EQUALITY, RIGHT_LIST, kql_check_in, 0, true, false },
	{ "in~", LEVEL_EQUALITY, RIGHT_LIST, kql_check_word_list, WHOLE | FOLD, false, false },
	{ "!in~", LEVEL_EQUALITY, RIGHT_LIST, kql_check_word_list, WHOLE | FOLD, true, false },
	{ "has_any", LEVEL_EQUALITY, RIGHT_LIST, kql_check_word_list, TERM | FOLD, false, false },
	{ "has_all", LEVEL_EQUALITY, RIGHT_LIST, kql_check_word_list, TERM | FOLD, false, true },
	{ "between", LEVEL_EQUALITY, RIGHT_RANGE, kql_check_between, 0, false, false },
	{ "!between", LEVEL_EQUALITY, RIGHT_RANGE, kql_check_between, 0, true, false },
	{ "<", LEVEL_RELATION, RIGHT_ONE, kql_check_order, LT, false, false },
	{ "<=", LEVEL_RELATION, RIGHT_ONE, kql_check_order, LE, false, false },
	{ ">", LEVEL_RELATION, RIGHT_ONE, kql_check_order, GT, false, false },
	{ ">=", LEVEL_RELATION, RIGHT_ONE, kql_check_order, GE, false, false },
	{ "+", LEVEL_SUM, RIGHT_ONE, kql_check_plus, 0, false, false },
	{ "-", LEVEL_SUM, RIGHT_ONE, kql_check_minus, 0, false, false },
	{ "*", LEVEL_PRODUCT, RIGHT_ONE, kql_check_times, 0, false, false },
	{ "/", LEVEL_PRODUCT, RIGHT_ONE, kql_check_divide, 0, false, false },
	{ "%", LEVEL_PRODUCT, RIGHT_ONE, kql_check_modulo, 0, false, false },
	{ "=~", LEVEL_WORDS, RIGHT_ONE, kql_check_words, WHOLE | FOLD, false, false },
	{ "!~", LEVEL_WORDS, RIGHT_ONE, kql_check_words, WHOLE | FOLD, true, false },
	WORDS("contains", 0),
	WORDS("startswith", MATCH_START),
	WORDS("endswith", MATCH_END),
	WORDS("has", TERM),
	WORDS("hasprefix", MATCH_TERM_BEGINS),
	WORDS("hassuffix", MATCH_TERM_ENDS),
	{ "matches regex", LEVEL_WORDS, RIGHT_ONE, kql_check_matches, 0, false, false },
};

const struct kql_operator kql_minus = { "-", LEVEL_SIGN, RIGHT_ONE, kql_check_sign, 0, true, false };
const struct kql_operator kql_plus = { "+", LEVEL_SIGN, RIGHT_ONE, kql_check_sign, 0, false, false };

const struct kql_operator *kql_operator_find(struct slice name)
{
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (slice_eq(slice_str(operators[i].name), name))
			return &operators[i];
	return NULL;
}

void kql_operators_offer(struct nearest *n)
{
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (ascii_is_alpha(operators[i].name[0]) || ascii_is_alpha(operators[i].name[1]))
			nearest_offer(n, operators[i].name);
}
