/*
 * rule.h - alert rules as Azure has them, wherever they came from: its JSON, a condition on the command line, the baseline.
 *
 * A rule that stands here is valid: its durations, words and numbers were checked by who made it. All text lives in the
 * arena of the rules that it belongs to.
 */
#ifndef DPSLOG_INSIGHT_RULE_H
#define DPSLOG_INSIGHT_RULE_H

#include "base/arena.h"
#include "insight/spelling.h"
#include "tally/measure.h"

enum comparison {
	COMPARE_EQUAL, COMPARE_NOT_EQUAL, COMPARE_GREATER, COMPARE_GREATER_EQUAL, COMPARE_LESS, COMPARE_LESS_EQUAL,
	COMPARE_OUTSIDE            /* above or below; only of dynamic thresholds */
};
enum match { MATCH_INCLUDE, MATCH_EXCLUDE, MATCH_STARTS };
enum sensitivity { SENSITIVITY_LOW, SENSITIVITY_MEDIUM, SENSITIVITY_HIGH };

/* Each numbered as its enum: Azure's word, and that of conditions as its command line has them. */
extern const struct spelling_entry aggregation_words[], comparison_words[], match_words[], sensitivity_words[];

struct dimension {
	struct slice name;
	enum match match;
	struct slice *values;      /* at least one; `*` is every value */
	size_t n;
};

struct dynamic {
	enum sensitivity sensitivity;
	unsigned failing, periods; /* so many of the last periods; 1..6, failing <= periods */
	int64_t since;             /* data before it are ignored; TIME_NONE */
};

struct condition {
	struct slice name;         /* of the criterion; may be empty */
	struct slice metric;
	struct slice space;        /* metricNamespace; may be empty */
	enum aggregation aggregation;
	enum comparison comparison;
	bool is_dynamic;
	struct decimal threshold;  /* of a static one */
	struct dynamic dynamic;
	struct dimension *dimensions;
	size_t n_dimensions;
};

enum { CONDITIONS_MOST = 5, SEVERITY_MOST = 4, PERIODS_MOST = 6, MINUTES_A_DAY = 1440 };

struct rule {
	struct slice name, description;
	unsigned severity;
	bool enabled, auto_mitigate;
	unsigned frequency, window; /* minutes: frequency divides a day, frequency <= window <= a day */
	struct slice *scopes;       /* resource ids or their beginnings; none: every resource */
	size_t n_scopes;
	struct slice target_type;   /* may be empty */
	struct condition *conditions;
	size_t n_conditions;
	const char *unsupported;    /* why it cannot be evaluated (a kind of rule that is no metric alert), or NULL; static */
};

/* Rules in the order in which they were given, and what was wrong with those that are not among them. */
struct rules {
	struct arena arena;
	struct rule *items;
	size_t n, cap;
	struct slice *problems;     /* sentences with file and place; they hold text of the input */
	size_t n_problems, problems_cap;
};

#define RULES_INIT ((struct rules){ 0 })
/* What Azure's command line assumes, and every rule that does not say otherwise. */
#define RULE_INIT ((struct rule){ .severity = 2, .enabled = true, .auto_mitigate = true, .frequency = 1, .window = 5 })

void rules_free(struct rules *r);
void rules_add(struct rules *r, const struct rule *rule);
void rules_problem(struct rules *r, struct slice sentence);

/* Why a rule cannot have such a frequency or window (minutes): what was expected, or NULL. */
const char *rule_frequency_wrong(uint64_t frequency);
const char *rule_window_wrong(uint64_t window, uint64_t frequency);

#endif
