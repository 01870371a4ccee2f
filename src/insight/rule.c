/*
 * rule.c - the words of rules, and what makes a rule valid.
 */
#include "insight/rule.h"

#include <stdlib.h>

#include "base/mem.h"

const struct spelling_entry aggregation_words[] = {
	[AGGREGATION_AVERAGE] = { "Average", "avg" },
	[AGGREGATION_MINIMUM] = { "Minimum", "min" },
	[AGGREGATION_MAXIMUM] = { "Maximum", "max" },
	[AGGREGATION_TOTAL] = { "Total", "total" },
	[AGGREGATION_COUNT] = { "Count", "count" },
	{ NULL, NULL },
};

const struct spelling_entry comparison_words[] = {
	[COMPARE_EQUAL] = { "Equals", "=" },
	[COMPARE_NOT_EQUAL] = { "NotEquals", "!=" },
	[COMPARE_GREATER] = { "GreaterThan", ">" },
	[COMPARE_GREATER_EQUAL] = { "GreaterThanOrEqual", ">=" },
	[COMPARE_LESS] = { "LessThan", "<" },
	[COMPARE_LESS_EQUAL] = { "LessThanOrEqual", "<=" },
	[COMPARE_OUTSIDE] = { "GreaterOrLessThan", "><" },
	{ NULL, NULL },
};

const struct spelling_entry match_words[] = {
	[MATCH_INCLUDE] = { "Include", "includes" },
	[MATCH_EXCLUDE] = { "Exclude", "excludes" },
	[MATCH_STARTS] = { "StartsWith", "startswith" },
	{ NULL, NULL },
};

const struct spelling_entry sensitivity_words[] = {
	[SENSITIVITY_LOW] = { "Low", "Low" },
	[SENSITIVITY_MEDIUM] = { "Medium", "Medium" },
	[SENSITIVITY_HIGH] = { "High", "High" },
	{ NULL, NULL },
};

void rules_free(struct rules *r)
{
	free(r->items);
	free(r->problems);
	arena_free(&r->arena);
	*r = RULES_INIT;
}

void rules_add(struct rules *r, const struct rule *rule)
{
	if (r->n == r->cap) {
		r->cap = mem_grow(r->cap, r->n + 1);
		r->items = mem_rearray(r->items, r->cap, sizeof(*r->items));
	}
	r->items[r->n++] = *rule;
}

void rules_problem(struct rules *r, struct slice sentence)
{
	if (r->n_problems == r->problems_cap) {
		r->problems_cap = mem_grow(r->problems_cap, r->n_problems + 1);
		r->problems = mem_rearray(r->problems, r->problems_cap, sizeof(*r->problems));
	}
	r->problems[r->n_problems++] = arena_copy(&r->arena, sentence);
}

const char *rule_frequency_wrong(uint64_t frequency)
{
	if (frequency > 0 && frequency <= MINUTES_A_DAY && MINUTES_A_DAY % frequency == 0)
		return NULL;
	return "minutes that divide a day, such as PT1M, PT5M or PT1H";
}

const char *rule_window_wrong(uint64_t window, uint64_t frequency)
{
	if (window > MINUTES_A_DAY || window == 0)
		return "at most a day, as P1D";
	return window < frequency ? "at least as long as the evaluation frequency" : NULL;
}
