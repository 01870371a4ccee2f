/*
 * select.h - which records a command is about.
 *
 * Two predicates over a finished log record: the base (time, device, category, operation, --where), which also decides
 * what counts for the state of a device, and the outcome (failures, results, codes), which does not (dpslog-records(7),
 * DEVICE STATES).
 */
#ifndef DPSLOG_SELECT_SELECT_H
#define DPSLOG_SELECT_SELECT_H

#include "record/record.h"
#include "select/kql.h"

struct slices {
	const struct slice *item;
	size_t n;
};

struct selection {
	int64_t since, until;       /* since is inclusive, until exclusive; TIME_NONE: no such bound */
	bool failures;
	struct slices devices;      /* globs, case matters; any of them */
	struct slices results;      /* case ignored; an empty item is none */
	struct slices codes;        /* three digits also mean the six-digit ones that begin with them */
	struct slices categories, operations; /* globs, case ignored */
	struct kql *const *wheres;  /* predicates; the caller's */
	size_t n_wheres;
};

/* What must be read for it, and where: as kql_want and kql_bind for all its predicates. */
bool select_want(const struct selection *s, struct wants *w);
void select_bind(const struct selection *s, const struct fields *fields);

/* `undecided` counts records that are kept although a pattern gave up on them. */
bool select_base(const struct selection *s, struct record *r, struct kql_scratch *scratch, uint64_t *undecided);
bool select_outcome(const struct selection *s, const struct record *r);
/* A predicate of the base is about how records went: no device has a state then. */
bool select_is_stateless(const struct selection *s);
/* False if every record passes: then nobody need ask. */
bool select_has_base(const struct selection *s);
bool select_has_outcome(const struct selection *s);

#endif
