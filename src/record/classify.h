/*
 * classify.h - what Azure's words mean: service, level, failure, code.
 *
 * Pure functions on trimmed values; an empty slice is none. The rules are those of dpslog-records(7), FAILURES and CODES.
 */
#ifndef DPSLOG_RECORD_CLASSIFY_H
#define DPSLOG_RECORD_CLASSIFY_H

#include "base/buf.h"

/* Provider and type are the two segments after the first PROVIDERS (any case), name the last segment; empty ones are ignored. */
struct resource_id {
	struct slice provider, type, name;
};
struct resource_id classify_resource_id(struct slice id);
/* Appends the id as it is compared with others: in upper case, each segment that is not empty behind a slash. */
void classify_join_id(struct slice id, struct buf *out);

enum level { LEVEL_NONE, LEVEL_CRITICAL, LEVEL_ERROR, LEVEL_WARNING, LEVEL_INFORMATIONAL, LEVEL_VERBOSE, LEVEL_OTHER };
enum level classify_level(struct slice level);
/* The canonical word of a level; for LEVEL_OTHER and LEVEL_NONE the text as logged. */
struct slice classify_level_name(enum level l, struct slice logged);

struct outcome_fields {
	enum level level;
	struct slice result_type, result_signature, status_code, result_description, error_message;
};

bool classify_is_failure(const struct outcome_fields *o);
/* The number under which the failure is explained; a part of one of the fields, or empty. Only for failures. */
struct slice classify_code(const struct outcome_fields *o);
/* Three or six digits that begin with 4 or 5. */
bool classify_is_code(struct slice s);

#endif
