/*
 * kql_fields.h - the names that a predicate can use, and how the value of each is got from a record.
 */
#ifndef DPSLOG_SELECT_KQL_FIELDS_H
#define DPSLOG_SELECT_KQL_FIELDS_H

#include "base/nearest.h"
#include "select/kql_node.h"

struct kql_field {
	const char *name;
	enum kql_type type;      /* KQL_TEXT or KQL_DATETIME */
	bool of_outcome;         /* says how a record went */
	uint64_t fields, members; /* what must be read: FIELD_BITs */
	struct slice (*text)(struct record *r); /* in the record or its scratch; NULL for the time */
	/*
	 * Where the field has words of its own: how a literal beside it is written in them, compared with or without
	 * regard to case. NULL: as it is.
	 */
	struct slice (*canonical)(struct slice literal, bool nocase);
};

/* Case is ignored. False: no field has that name. */
bool kql_field_find(struct slice name, struct kql_field *out);
void kql_fields_offer(struct nearest *n);
/*
 * NAME of a column properties_NAME_s, and the type that its suffix gives it: _s and _g text, _d real, _b bool, _t
 * datetime. False: it is no such name.
 */
bool kql_field_column(struct slice name, struct slice *member, enum kql_type *type);
/* A member of properties that is a field of the outcome. */
bool kql_field_is_outcome_member(struct slice member);

#endif
