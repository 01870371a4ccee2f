/*
 * select.h - which records a command is about.
 *
 * Two predicates over a finished log record: the base (time, device, category, operation), which also decides what counts
 * for the state of a device, and the outcome (failures, results, codes), which does not (dpslog-records(7), DEVICE STATES).
 */
#ifndef DPSLOG_SELECT_SELECT_H
#define DPSLOG_SELECT_SELECT_H

#include "record/record.h"

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
};

bool select_base(const struct selection *s, const struct record *r);
bool select_outcome(const struct selection *s, const struct record *r);
/* False if every record passes: then nobody need ask. */
bool select_has_outcome(const struct selection *s);

#endif
