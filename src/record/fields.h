/*
 * fields.h - the names that a record's members may have, and where their values go.
 *
 * A place is a level and a slot in it. Level 0 holds the members of the record itself, each alias in a slot of its own; the
 * levels of properties hold the members of the three objects that may be the properties, and of the columns properties_NAME_s.
 * What a command does not want has no place: readers step over it. The table is made once for a command and only read after.
 */
#ifndef DPSLOG_RECORD_FIELDS_H
#define DPSLOG_RECORD_FIELDS_H

#include "base/slice.h"

enum {
	AT_TOP,
	AT_PROPERTIES,        /* properties */
	AT_PROPERTIES_S,      /* properties_s */
	AT_ADDITIONAL,        /* AdditionalFields.properties */
	AT_COLUMNS,           /* properties_NAME_s, _d, _b, _g, _t */
	AT_DIMENSIONS,        /* dimensions, of a metric record */
	LEVELS,
	AT_ADDITIONAL_FIELDS = LEVELS  /* AdditionalFields itself: only its member `properties` has a place, at the top */
};

enum { SLOTS = 64 };

/* Members of the record. Aliases stand in the order in which they are asked. */
enum field {
	F_TIME, F_TIME_GENERATED, F_TIME_GENERATED_UTC, F_TIMESTAMP, F_EVENT_TIME, F_TIME_GENERATED_LOCAL,
	F_RESOURCE_ID, F_RESOURCE_ID_LOWER, F_CATEGORY, F_LEVEL, F_LOCATION, F_LOCATION_S, F_CORRELATION_ID,
	F_OPERATION_NAME, F_RESULT_TYPE, F_RESULT_SIGNATURE, F_RESULT_DESCRIPTION, F_DURATION_MS, F_APPLICATION_ID,
	F_CALLER_IP, F_PROPERTIES, F_PROPERTIES_S, F_ADDITIONAL_PROPERTIES, F_ADDITIONAL_FIELDS, F_METRIC_NAME,
	F_RESOURCE_PROVIDER, F_RESOURCE_TYPE, F_RESOURCE, F_DEVICE_ID, F_REGISTRATION_ID, F_DEVICE_ID_S,
	F_REGISTRATION_ID_S, F_TABLE_NAME, F_RECORDS, F_TABLES,
	/* of metric records; of a log record they would mean nothing, so that only those above tell a table by its header */
	F_COUNT, F_TOTAL, F_MINIMUM, F_MAXIMUM, F_TIME_GRAIN, F_DIMENSIONS,
	FIELDS
};

/* Members of properties that have a meaning; those that a user names (properties.NAME) follow. */
enum member {
	P_DEVICE_ID, P_REGISTRATION_ID, P_ID, P_TYPE, P_PROTOCOL, P_SDK_VERSION, P_STATUS_CODE, P_ENDPOINT_NAME,
	P_ERROR_MESSAGE, P_MASKED_IP,
	P_NAMED
};

enum { NAMED_MOST = SLOTS - P_NAMED, DIMENSIONS_MOST = 16 };

#define FIELD_BIT(f) (UINT64_C(1) << (f))

/* What every command needs: who, when, how it went, whose. */
#define FIELDS_ALWAYS (FIELD_BIT(F_TABLES + 1) - 1 - FIELD_BIT(F_DURATION_MS) - FIELD_BIT(F_LOCATION) - \
	FIELD_BIT(F_LOCATION_S) - FIELD_BIT(F_CORRELATION_ID) - FIELD_BIT(F_APPLICATION_ID) - FIELD_BIT(F_CALLER_IP))
#define MEMBERS_ALWAYS (FIELD_BIT(P_DEVICE_ID) | FIELD_BIT(P_REGISTRATION_ID) | FIELD_BIT(P_ID) | FIELD_BIT(P_TYPE) | \
	FIELD_BIT(P_STATUS_CODE) | FIELD_BIT(P_ERROR_MESSAGE))
/* What a measurement is. */
#define FIELDS_METRIC (FIELD_BIT(F_COUNT) | FIELD_BIT(F_TOTAL) | FIELD_BIT(F_MINIMUM) | FIELD_BIT(F_MAXIMUM) | \
	FIELD_BIT(F_TIME_GRAIN) | FIELD_BIT(F_DIMENSIONS))

/* What must be read: gathered from all that a command asks for. */
struct wants {
	uint64_t fields, members;        /* FIELD_BITs of enum field, of enum member */
	struct slice named[NAMED_MOST];  /* the NAMEs of properties.NAME */
	size_t n_named;
	struct slice dimensions[DIMENSIONS_MOST]; /* names that metric records may carry, in `dimensions` or at the top */
	size_t n_dimensions;
};

/* What every command needs, and nothing else yet. */
void wants_init(struct wants *w);
/* A member of properties by its name; the text must outlive w. False: there are too many. */
bool wants_member(struct wants *w, struct slice name);
/* The same for a dimension of metric records. */
bool wants_dimension(struct wants *w, struct slice name);

struct fields;

/* The names are copied. */
struct fields *fields_new(const struct wants *w);
void fields_free(struct fields *f);

static inline int place_of(int level, int slot)
{
	return level * SLOTS + slot;
}

/* The place of a member called `name` of the object at `level`, or PLACE_SKIP; case is ignored. */
int fields_place(const struct fields *f, int level, struct slice name);
/* The slot of properties.NAME among the members: a known member, or a named one. -1: not in this table. */
int fields_member(const struct fields *f, struct slice name);
/* The slots of a wanted dimension: among the members of `dimensions`, and at the top. */
struct dimension_slots {
	int inner, top;
};
struct dimension_slots fields_dimension(const struct fields *f, struct slice name);
/* Whether a column of this name is one that exports have. */
bool fields_knows(const struct fields *f, struct slice column);
/* Whether such a column alone makes a row a record. */
bool fields_makes_record(struct slice column);

#endif
