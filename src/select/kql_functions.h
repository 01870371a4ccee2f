/*
 * kql_functions.h - the functions of the selection language: one entry of one table for each.
 */
#ifndef DPSLOG_SELECT_KQL_FUNCTIONS_H
#define DPSLOG_SELECT_KQL_FUNCTIONS_H

#include "base/nearest.h"
#include "select/kql_check.h"

struct kql_function {
	const char *name;
	unsigned least, most;    /* arguments; FUNCTION_ANY: no limit */
	/*
	 * What each argument must be, the last letter for all that follow: s text, S a constant text, i a whole number,
	 * I a constant one, n a number, t a datetime, d a timespan, b a condition, a any value, T the name of a type,
	 * which is no expression.
	 */
	const char *params;
	enum kql_type result;
	kql_eval_fn eval;
	/* Further checks, which may change type and eval. NULL: there are none. */
	bool (*check)(struct kql_checker *c, struct kql_node *n);
	const char *usage;
};

enum { FUNCTION_ANY = 64 };

const struct kql_function *kql_function_find(struct slice name);
void kql_functions_offer(struct nearest *n);
/* Checks a call whose arguments are not checked yet. */
bool kql_check_call(struct kql_checker *c, struct kql_node *n);
/* Part i of what split() gives; from the end if i is negative. */
struct kql_value kql_split_part(const struct kql_node *split, int64_t i, struct kql_run *run);
/* parse_json and its other names. */
bool kql_function_parses_json(struct slice name);

/* kql_text_functions.c */
struct kql_value kql_eval_lower(const struct kql_node *n, struct kql_run *run);
struct kql_value kql_eval_upper(const struct kql_node *n, struct kql_run *run);
struct kql_value kql_eval_length(const struct kql_node *n, struct kql_run *run);
struct kql_value kql_eval_substring(const struct kql_node *n, struct kql_run *run);
struct kql_value kql_eval_indexof(const struct kql_node *n, struct kql_run *run);
struct kql_value kql_eval_strcat(const struct kql_node *n, struct kql_run *run);
bool kql_check_strcat(struct kql_checker *c, struct kql_node *n);
bool kql_check_trim(struct kql_checker *c, struct kql_node *n);
bool kql_check_extract(struct kql_checker *c, struct kql_node *n);
bool kql_check_split(struct kql_checker *c, struct kql_node *n);
/* kql_time_functions.c */
struct kql_value kql_eval_ago(const struct kql_node *n, struct kql_run *run);
struct kql_value kql_eval_now(const struct kql_node *n, struct kql_run *run);
struct kql_value kql_eval_startofhour(const struct kql_node *n, struct kql_run *run);
struct kql_value kql_eval_startofday(const struct kql_node *n, struct kql_run *run);
struct kql_value kql_eval_hourofday(const struct kql_node *n, struct kql_run *run);
struct kql_value kql_eval_dayofweek(const struct kql_node *n, struct kql_run *run);
bool kql_check_now(struct kql_checker *c, struct kql_node *n);
bool kql_check_bin(struct kql_checker *c, struct kql_node *n);
bool kql_check_datetime_diff(struct kql_checker *c, struct kql_node *n);

#endif
