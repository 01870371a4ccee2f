/*
 * kql_node.h - a predicate as a tree, first as it was written, then typed: shared by the files kql_*.c alone.
 *
 * The parser makes nodes; the checker gives each a type and a function that evaluates it, or says what is wrong. All of
 * it lives in the arena of the predicate. Datetimes and timespans are ticks of 100 nanoseconds (kql_time.h).
 */
#ifndef DPSLOG_SELECT_KQL_NODE_H
#define DPSLOG_SELECT_KQL_NODE_H

#include "select/kql.h"
#include "select/kql_text.h"

enum kql_type {
	KQL_BOOL, KQL_LONG, KQL_REAL, KQL_DATETIME, KQL_TIMESPAN,
	KQL_TEXT,     /* a column: never null, missing is "" */
	KQL_MEMBER,   /* of a dynamic: text, null where it is missing; its text is then "" */
	KQL_ARRAY,    /* what split() gives, and dynamic([...]): only to be taken apart */
	KQL_TYPES
};

struct kql_value {
	bool null;
	union {
		bool b;
		int64_t i;         /* KQL_LONG, KQL_DATETIME, KQL_TIMESPAN */
		double r;
		struct slice s;    /* KQL_TEXT, KQL_MEMBER */
	};
};

enum kql_kind {
	NODE_LITERAL,
	NODE_NAME,      /* `text` */
	NODE_PATH,      /* args[0].text, args[0]["text"] */
	NODE_INDEX,     /* args[0][args[1]] */
	NODE_CALL,      /* `text`(args) */
	NODE_OPERATION  /* op(args) */
};

struct kql_node;
struct kql_regex;
struct kql_field;
struct kql_run;

typedef struct kql_value (*kql_eval_fn)(const struct kql_node *n, struct kql_run *run);

struct kql_node {
	enum kql_kind kind;
	size_t at, n;                      /* its place in the text */
	struct slice text;
	const struct kql_operator *op;
	struct kql_node **args;
	size_t n_args;

	/* once checked */
	enum kql_type type;
	bool constant;                     /* `value` is what it is for every record */
	struct kql_value value;
	kql_eval_fn eval;
	const struct kql_field *field;     /* of a name */
	int slot;                          /* of a member, after kql_bind */
	const struct kql_regex *regex, *tail; /* of a pattern; of trim() that for the end */
	struct kql_needle *needles;        /* of a text operation, one for each constant on the right; else NULL */
	int64_t number;                    /* what else the evaluation needs: a group, a part of a date */
};

/* One evaluation. */
struct kql_run {
	struct record *record;             /* NULL while constants are worked out */
	struct arena *arena;
	struct kql_scratch *scratch;
	int64_t now;                       /* ticks */
	bool now_known;
	bool undecided;                    /* a pattern gave up, and a null stands for its answer */
	bool lost;                         /* one gave up whose text was wanted */
};

struct kql {
	struct arena arena;
	struct slice text;
	struct kql_node *root;
	struct kql_node members;           /* its args are the nodes of members of properties */
	struct kql_regex *regexes;         /* a list, to be freed */
	uint64_t fields, member_bits;      /* what must be read besides */
	bool needs_now, names_outcome;
	int64_t now;                       /* microseconds, or TIME_NONE */
};

static inline struct kql_value kql_eval(const struct kql_node *n, struct kql_run *run)
{
	return n->constant ? n->value : n->eval(n, run);
}

static inline struct kql_value kql_null(void)
{
	return (struct kql_value){ .null = true };
}

static inline struct kql_value kql_bool(bool b)
{
	return (struct kql_value){ .b = b };
}

static inline struct kql_value kql_long(int64_t i)
{
	return (struct kql_value){ .i = i };
}

static inline struct kql_value kql_real(double r)
{
	return (struct kql_value){ .r = r };
}

static inline struct kql_value kql_text(struct slice s)
{
	return (struct kql_value){ .s = s };
}

/* True alone is kept; null is not. */
static inline bool kql_is_true(struct kql_value v)
{
	return !v.null && v.b;
}

static inline bool kql_is_text(enum kql_type t)
{
	return t == KQL_TEXT || t == KQL_MEMBER;
}

static inline bool kql_is_number(enum kql_type t)
{
	return t == KQL_LONG || t == KQL_REAL;
}

#endif
