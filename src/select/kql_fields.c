/*
 * kql_fields.c - the table of names: those of the fields, those of the keys, and the columns of Log Analytics.
 */
#include "select/kql_fields.h"

#include "record/keys.h"

static struct slice either(struct slice a, struct slice b)
{
	return a.n > 0 ? a : b;
}

static struct slice mapped(struct record *r, struct slice s, char (*character)(char))
{
	char *out = arena_bytes(&r->scratch, s.n);

	for (size_t i = 0; i < s.n; i++)
		out[i] = character(s.p[i]);
	return slice_of(out, s.n);
}

static struct slice get_resource_id(struct record *r)
{
	return either(record_field(r, F_RESOURCE_ID), record_field(r, F_RESOURCE_ID_LOWER));
}

/* As Log Analytics writes it. */
static struct slice get_resource_id_lower(struct record *r)
{
	return mapped(r, get_resource_id(r), ascii_lower);
}

/* The segment behind the one that is called `name`. */
static struct slice segment_after(struct slice id, struct slice name)
{
	bool found = false;

	for (size_t i = 0; i < id.n;) {
		const char *slash = memchr(id.p + i, '/', id.n - i);
		const size_t n = slash == NULL ? id.n - i : (size_t)(slash - (id.p + i));
		const struct slice segment = slice_of(id.p + i, n);

		if (found && n > 0)
			return segment;
		found = found || slice_eq_nocase(segment, name);
		i += n + 1;
	}
	return slice_of(NULL, 0);
}

static struct slice get_subscription(struct record *r)
{
	return segment_after(get_resource_id(r), SLICE("SUBSCRIPTIONS"));
}

static struct slice get_resource_group(struct record *r)
{
	return mapped(r, segment_after(get_resource_id(r), SLICE("RESOURCEGROUPS")), ascii_upper);
}

static struct slice get_resource_provider(struct record *r)
{
	return mapped(r, either(r->resource->id.provider, record_field(r, F_RESOURCE_PROVIDER)), ascii_upper);
}

static struct slice get_resource_type(struct record *r)
{
	return mapped(r, either(r->resource->id.type, record_field(r, F_RESOURCE_TYPE)), ascii_upper);
}

static struct slice get_type(struct record *r)
{
	(void)r;
	return SLICE("AzureDiagnostics");
}

static struct slice get_level(struct record *r)
{
	return record_level(r);
}

static struct slice get_location(struct record *r)
{
	return record_location(r);
}

static struct slice get_result_description(struct record *r)
{
	return r->outcome.result_description;
}

static struct slice get_status_code(struct record *r)
{
	return r->outcome.status_code;
}

static struct slice get_error_message(struct record *r)
{
	return r->outcome.error_message;
}

static struct slice get_duration(struct record *r)
{
	return record_field(r, F_DURATION_MS);
}

/* A level that was logged as Information, or as a number, is another word in the record. */
static struct slice canonical_level(struct slice literal, bool nocase)
{
	const struct slice word = SLICE("Information");
	const bool spelled = nocase ? slice_eq_nocase(literal, word) : slice_eq(literal, word);

	return spelled || slice_is_digits(literal, 1) ? classify_level_name(classify_level(literal), literal) : literal;
}

static const struct kql_field field_table[] = {
	{ "TimeGenerated", KQL_DATETIME, false, 0, 0, NULL, NULL },
	{ "time", KQL_DATETIME, false, 0, 0, NULL, NULL },
	{ "timeStamp", KQL_DATETIME, false, 0, 0, NULL, NULL },
	{ "ResourceId", KQL_TEXT, false, 0, 0, get_resource_id, NULL },
	{ "_ResourceId", KQL_TEXT, false, 0, 0, get_resource_id_lower, NULL },
	{ "SubscriptionId", KQL_TEXT, false, 0, 0, get_subscription, NULL },
	{ "ResourceGroup", KQL_TEXT, false, 0, 0, get_resource_group, NULL },
	{ "ResourceProvider", KQL_TEXT, false, 0, 0, get_resource_provider, NULL },
	{ "ResourceType", KQL_TEXT, false, 0, 0, get_resource_type, NULL },
	{ "Type", KQL_TEXT, false, 0, 0, get_type, NULL },
	{ "Level", KQL_TEXT, true, 0, 0, get_level, canonical_level },
	{ "location_s", KQL_TEXT, false, FIELD_BIT(F_LOCATION) | FIELD_BIT(F_LOCATION_S), 0, get_location, NULL },
	{ "ResultDescription", KQL_TEXT, true, 0, 0, get_result_description, NULL },
	{ "statusCode", KQL_TEXT, true, 0, 0, get_status_code, NULL },
	{ "errorMessage", KQL_TEXT, false, 0, 0, get_error_message, NULL },
	{ "DurationMs", KQL_TEXT, false, FIELD_BIT(F_DURATION_MS), 0, get_duration, NULL },
};

enum { FIELD_COUNT = sizeof field_table / sizeof *field_table };

/* The keys that are text are fields as well. */
bool kql_field_find(struct slice name, struct kql_field *out)
{
	struct key key;

	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (slice_eq_nocase(slice_str(field_table[i].name), name)) {
			*out = field_table[i];
			return true;
		}
	}
	if (!key_find(name, &key) || key.entry->type != KEY_TEXT || key.entry->text == NULL)
		return false;
	*out = (struct kql_field){ key.entry->name, KQL_TEXT, key.entry->of_outcome, key.entry->fields, key.entry->members,
		key.entry->text, NULL };
	return true;
}

void kql_fields_offer(struct nearest *n)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		nearest_offer(n, field_table[i].name);
	for (size_t i = 0; i < key_table_n; i++)
		if (key_table[i].type == KEY_TEXT)
			nearest_offer(n, key_table[i].name);
}

bool kql_field_column(struct slice name, struct slice *member, enum kql_type *type)
{
	static const struct { char suffix; enum kql_type type; } suffixes[] = {
		{ 's', KQL_TEXT }, { 'g', KQL_TEXT }, { 'd', KQL_REAL }, { 'b', KQL_BOOL }, { 't', KQL_DATETIME },
	};
	const struct slice prefix = SLICE("properties_");

	if (name.n < prefix.n + 3 || !slice_starts_nocase(name, prefix) || name.p[name.n - 2] != '_')
		return false;
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		if (ascii_lower(name.p[name.n - 1]) == suffixes[i].suffix) {
			*member = slice_of(name.p + prefix.n, name.n - prefix.n - 2);
			*type = suffixes[i].type;
			return true;
		}
	}
	return false;
}

bool kql_field_is_outcome_member(struct slice member)
{
	return slice_eq_nocase(member, SLICE("statusCode"));
}
