/*
 * fields.c - one table of names, and the hash that finds them without regard to case.
 *
 * The hash takes the length and three characters, so that a lookup costs a few loads and one comparison; in most exports the
 * spelling is that of the table, and the comparison is a memcmp.
 */
#include "record/fields.h"

#include <stdlib.h>

#include "base/mem.h"
#include "json/event.h"

enum { BUCKETS = 512 };

static const struct slice field_names[FIELDS] = {
	[F_TIME] = { "time", 4 },
	[F_TIME_GENERATED] = { "TimeGenerated", 13 },
	[F_TIME_GENERATED_UTC] = { "TimeGenerated [UTC]", 19 },
	[F_TIMESTAMP] = { "timeStamp", 9 },
	[F_EVENT_TIME] = { "EventTimeString", 15 },
	[F_TIME_GENERATED_LOCAL] = { "TimeGenerated [Local Time]", 26 },
	[F_RESOURCE_ID] = { "resourceId", 10 },
	[F_RESOURCE_ID_LOWER] = { "_ResourceId", 11 },
	[F_CATEGORY] = { "category", 8 },
	[F_LEVEL] = { "level", 5 },
	[F_LOCATION] = { "location", 8 },
	[F_LOCATION_S] = { "location_s", 10 },
	[F_CORRELATION_ID] = { "correlationId", 13 },
	[F_OPERATION_NAME] = { "operationName", 13 },
	[F_RESULT_TYPE] = { "resultType", 10 },
	[F_RESULT_SIGNATURE] = { "resultSignature", 15 },
	[F_RESULT_DESCRIPTION] = { "resultDescription", 17 },
	[F_DURATION_MS] = { "durationMs", 10 },
	[F_APPLICATION_ID] = { "applicationId", 13 },
	[F_CALLER_IP] = { "callerIpAddress", 15 },
	[F_PROPERTIES] = { "properties", 10 },
	[F_PROPERTIES_S] = { "properties_s", 12 },
	[F_ADDITIONAL_FIELDS] = { "AdditionalFields", 16 },
	[F_METRIC_NAME] = { "metricName", 10 },
	[F_RESOURCE_PROVIDER] = { "ResourceProvider", 16 },
	[F_RESOURCE_TYPE] = { "ResourceType", 12 },
	[F_RESOURCE] = { "Resource", 8 },
	[F_DEVICE_ID] = { "deviceId", 8 },
	[F_REGISTRATION_ID] = { "registrationId", 14 },
	[F_DEVICE_ID_S] = { "deviceId_s", 10 },
	[F_REGISTRATION_ID_S] = { "registrationId_s", 16 },
	[F_TABLE_NAME] = { "TableName", 9 },
	[F_RECORDS] = { "records", 7 },
	[F_TABLES] = { "tables", 6 },
	[F_COUNT] = { "count", 5 },
	[F_TOTAL] = { "total", 5 },
	[F_MINIMUM] = { "minimum", 7 },
	[F_MAXIMUM] = { "maximum", 7 },
	[F_TIME_GRAIN] = { "timeGrain", 9 },
	[F_DIMENSIONS] = { "dimensions", 10 },
};

static const struct slice member_names[P_NAMED] = {
	[P_DEVICE_ID] = { "deviceId", 8 },
	[P_REGISTRATION_ID] = { "registrationId", 14 },
	[P_ID] = { "id", 2 },
	[P_TYPE] = { "type", 4 },
	[P_PROTOCOL] = { "protocol", 8 },
	[P_SDK_VERSION] = { "sdkVersion", 10 },
	[P_STATUS_CODE] = { "statusCode", 10 },
	[P_ENDPOINT_NAME] = { "endpointName", 12 },
	[P_ERROR_MESSAGE] = { "errorMessage", 12 },
	[P_MASKED_IP] = { "maskedIpAddress", 15 },
};

struct name {
	struct slice text;
	int slot;
	bool wanted;
	struct name *next;
};

struct names {
	struct name *bucket[BUCKETS];
};

_Static_assert(FIELDS + DIMENSIONS_MOST <= SLOTS, "a dimension that is no field has a slot at the top");

struct fields {
	struct names top, members, dimensions;
	struct name field[FIELDS];
	struct name member[SLOTS];
	struct name dimension[DIMENSIONS_MOST]; /* their slots among the members of `dimensions` */
	struct name named[DIMENSIONS_MOST];     /* those that are no field: their slots at the top */
};

static unsigned hash(struct slice s)
{
	if (s.n == 0)
		return 0;
	const unsigned a = (unsigned char)s.p[0] | 0x20, b = (unsigned char)s.p[s.n - 1] | 0x20;
	const unsigned c = (unsigned char)s.p[s.n / 2] | 0x20;

	return ((unsigned)s.n * 37 + a * 11 + b * 5 + c * 3) % BUCKETS;
}

static void names_add(struct names *t, struct name *n, struct slice text, int slot, bool wanted)
{
	struct name **bucket = &t->bucket[hash(text)];

	*n = (struct name){ .text = text, .slot = slot, .wanted = wanted, .next = *bucket };
	*bucket = n;
}

static struct name *names_find(const struct names *t, struct slice text)
{
	for (struct name *n = t->bucket[hash(text)]; n != NULL; n = n->next)
		if (slice_eq(n->text, text) || slice_eq_nocase(n->text, text))
			return n;
	return NULL;
}

void wants_init(struct wants *w)
{
	*w = (struct wants){ .fields = FIELDS_ALWAYS, .members = MEMBERS_ALWAYS };
}

/* A name among others, once. False: there is no room. */
static bool add_name(struct slice *names, size_t *n, size_t most, struct slice name)
{
	for (size_t i = 0; i < *n; i++)
		if (slice_eq_nocase(names[i], name))
			return true;
	if (*n == most)
		return false;
	names[(*n)++] = name;
	return true;
}

bool wants_member(struct wants *w, struct slice name)
{
	return add_name(w->named, &w->n_named, NAMED_MOST, name);
}

bool wants_dimension(struct wants *w, struct slice name)
{
	return add_name(w->dimensions, &w->n_dimensions, DIMENSIONS_MOST, name);
}

static struct slice copy_of(struct slice s)
{
	return slice_of(mem_copyz(s.p, s.n), s.n);
}

static void add_dimensions(struct fields *f, const struct wants *w)
{
	for (size_t i = 0; i < w->n_dimensions; i++) {
		const struct slice copy = copy_of(w->dimensions[i]);
		struct name *field = names_find(&f->top, copy);

		names_add(&f->dimensions, &f->dimension[i], copy, (int)i, true);
		if (field != NULL)
			field->wanted = true;
		else
			names_add(&f->top, &f->named[i], copy, FIELDS + (int)i, true);
	}
}

struct fields *fields_new(const struct wants *w)
{
	struct fields *f = mem_zalloc(sizeof *f);
	int slot = P_NAMED;

	for (int i = 0; i < FIELDS; i++)
		if (field_names[i].n > 0)
			names_add(&f->top, &f->field[i], field_names[i], i, w->fields >> i & 1);
	for (int i = 0; i < P_NAMED; i++)
		names_add(&f->members, &f->member[i], member_names[i], i, w->members >> i & 1);
	for (size_t i = 0; i < w->n_named; i++) {
		const struct slice wanted = w->named[i];
		struct name *known = NULL;

		for (int k = 0; k < slot && known == NULL; k++)
			if (slice_eq_nocase(f->member[k].text, wanted))
				known = &f->member[k];
		if (known != NULL)
			known->wanted = true;
		else if (slot < SLOTS) {
			names_add(&f->members, &f->member[slot], copy_of(wanted), slot, true);
			slot++;
		}
	}
	add_dimensions(f, w);
	return f;
}

void fields_free(struct fields *f)
{
	if (f == NULL)
		return;
	for (int i = P_NAMED; i < SLOTS; i++)
		free((char *)(uintptr_t)f->member[i].text.p);
	for (int i = 0; i < DIMENSIONS_MOST; i++)
		free((char *)(uintptr_t)f->dimension[i].text.p);
	free(f);
}

/* NAME of a column properties_NAME_s (_d _b _g _t); empty if it is none. */
static struct slice column_member(struct slice column)
{
	const struct slice prefix = SLICE("properties_");

	if (column.n < prefix.n + 3 || !slice_starts_nocase(column, prefix) || column.p[column.n - 2] != '_')
		return slice_of(NULL, 0);
	if (memchr("sdbgt", ascii_lower(column.p[column.n - 1]), 5) == NULL)
		return slice_of(NULL, 0);
	return slice_of(column.p + prefix.n, column.n - prefix.n - 2);
}

static int member_place(const struct fields *f, int level, struct slice name)
{
	const struct name *n = names_find(&f->members, name);

	return n != NULL && n->wanted ? place_of(level, n->slot) : PLACE_SKIP;
}

int fields_place(const struct fields *f, int level, struct slice name)
{
	if (level == AT_ADDITIONAL_FIELDS)
		return slice_eq_nocase(name, SLICE("properties")) ? place_of(AT_TOP, F_ADDITIONAL_PROPERTIES) : PLACE_SKIP;
	if (level == AT_DIMENSIONS) {
		const struct name *d = names_find(&f->dimensions, name);

		return d == NULL ? PLACE_SKIP : place_of(AT_DIMENSIONS, d->slot);
	}
	if (level != AT_TOP)
		return member_place(f, level, name);
	const struct name *n = names_find(&f->top, name);

	if (n != NULL)
		return n->wanted ? place_of(AT_TOP, n->slot) : PLACE_SKIP;
	if (name.n > 0 && (name.p[0] | 0x20) == 'p') {
		const struct slice member = column_member(name);

		if (member.n > 0)
			return member_place(f, AT_COLUMNS, member);
	}
	return PLACE_SKIP;
}

int fields_member(const struct fields *f, struct slice name)
{
	const struct name *n = names_find(&f->members, name);

	return n == NULL ? -1 : n->slot;
}

struct dimension_slots fields_dimension(const struct fields *f, struct slice name)
{
	const struct name *inner = names_find(&f->dimensions, name), *top = names_find(&f->top, name);

	return (struct dimension_slots){ inner == NULL ? -1 : inner->slot, top == NULL ? -1 : top->slot };
}

bool fields_makes_record(struct slice column)
{
	static const enum field making[] = { F_OPERATION_NAME, F_CATEGORY, F_RESULT_TYPE, F_METRIC_NAME };

	for (size_t i = 0; i < sizeof making / sizeof *making; i++)
		if (slice_eq_nocase(column, field_names[making[i]]))
			return true;
	return false;
}

bool fields_knows(const struct fields *f, struct slice column)
{
	const struct name *n = names_find(&f->top, column);

	return (n != NULL && n->slot <= F_TABLES) || column_member(column).n > 0;
}
