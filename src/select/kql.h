/*
 * kql.h - predicates of the Kusto Query Language over one record.
 *
 * A predicate is compiled once: read, typed, its constants worked out, its patterns compiled. After kql_bind and
 * kql_set_now it is only read, and may be asked by several workers, each with a scratch of its own. It means what the
 * same text means after `| where` in Log Analytics, or does not compile, with a reason: dpslog-kql(7).
 */
#ifndef DPSLOG_SELECT_KQL_H
#define DPSLOG_SELECT_KQL_H

#include "record/record.h"

struct kql;

struct kql_error {
	size_t at, n;            /* the place in the text that it is about, in bytes */
	struct buf text;         /* harmless; kql_error_free's */
};

/* NULL: *error says why, and must be freed. The text is copied. */
struct kql *kql_compile(struct slice text, struct kql_error *error);
void kql_free(struct kql *k);
void kql_error_free(struct kql_error *e);

/* It asks for the time of now. */
bool kql_needs_now(const struct kql *k);
/* Microseconds; TIME_NONE (as without this call): unknown, so that now() is null. */
void kql_set_now(struct kql *k, int64_t now);
/* It names a field that says how a record went: a selection by it leaves no device state. */
bool kql_names_outcome(const struct kql *k);
/* How many members of properties it names. */
size_t kql_members(const struct kql *k);

/* Adds what must be read for it. False: more members than there is room for. */
bool kql_want(const struct kql *k, struct wants *w);
/* Looks up the slots of its members; once the table of fields is made. */
void kql_bind(struct kql *k, const struct fields *fields);

/* What a worker needs to evaluate: where patterns leave their matches. */
struct kql_scratch;
struct kql_scratch *kql_scratch_new(void);
void kql_scratch_free(struct kql_scratch *s);

/* KQL_UNDECIDED: it depends on a pattern that gave up on this record. */
enum kql_answer { KQL_NO, KQL_YES, KQL_UNDECIDED };
/* Of a finished log record. Text that is made on the way lives in the record's scratch. */
enum kql_answer kql_ask(const struct kql *k, struct record *r, struct kql_scratch *s);

#endif
