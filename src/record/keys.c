/*
 * keys.c - the table of keys.
 */
#include "record/keys.h"

static struct slice get_device(struct record *r)
{
	return r->device;
}

static struct slice get_enrollment(struct record *r)
{
	return r->enrollment;
}

static struct slice get_service(struct record *r)
{
	return record_service(r);
}

static struct slice get_category(struct record *r)
{
	return record_field(r, F_CATEGORY);
}

static struct slice get_operation(struct record *r)
{
	return record_field(r, F_OPERATION_NAME);
}

static struct slice get_result_type(struct record *r)
{
	return r->outcome.result_type;
}

static struct slice get_result_signature(struct record *r)
{
	return r->outcome.result_signature;
}

static struct slice get_code(struct record *r)
{
	return r->code;
}

static struct slice get_level(struct record *r)
{
	return record_level(r);
}

static struct slice get_location(struct record *r)
{
	return record_location(r);
}

static struct slice get_protocol(struct record *r)
{
	return record_member(r, P_PROTOCOL);
}

static struct slice get_sdk_version(struct record *r)
{
	return record_member(r, P_SDK_VERSION);
}

static struct slice get_endpoint(struct record *r)
{
	return record_member(r, P_ENDPOINT_NAME);
}

static struct slice get_caller_ip(struct record *r)
{
	return record_caller_ip(r);
}

static struct slice get_correlation_id(struct record *r)
{
	return record_field(r, F_CORRELATION_ID);
}

static struct slice get_application_id(struct record *r)
{
	return record_field(r, F_APPLICATION_ID);
}

static struct slice span_of(const struct record *r, int64_t span, int64_t *at)
{
	*at = r->time == TIME_NONE ? TIME_NONE : time_floor(r->time, span);
	return slice_of((const char *)at, sizeof *at);
}

static struct slice get_minute(struct record *r)
{
	return span_of(r, TIME_MINUTE, &r->minute_at);
}

static struct slice get_hour(struct record *r)
{
	return span_of(r, TIME_HOUR, &r->hour_at);
}

static struct slice get_day(struct record *r)
{
	return span_of(r, TIME_DAY, &r->day_at);
}

const struct key_entry key_table[] = {
	{ "device", KEY_TEXT, false, 0, 0, get_device },
	{ "enrollment", KEY_TEXT, false, 0, 0, get_enrollment },
	{ "service", KEY_TEXT, false, 0, 0, get_service },
	{ "resource", KEY_TEXT, false, 0, 0, record_resource },
	{ "category", KEY_TEXT, false, 0, 0, get_category },
	{ "operationName", KEY_TEXT, false, 0, 0, get_operation },
	{ "resultType", KEY_TEXT, true, 0, 0, get_result_type },
	{ "resultSignature", KEY_TEXT, true, 0, 0, get_result_signature },
	{ "code", KEY_TEXT, true, 0, 0, get_code },
	{ "level", KEY_TEXT, true, 0, 0, get_level },
	{ "message", KEY_TEXT, true, 0, 0, record_message },
	{ "location", KEY_TEXT, false, FIELD_BIT(F_LOCATION) | FIELD_BIT(F_LOCATION_S), 0, get_location },
	{ "protocol", KEY_TEXT, false, 0, FIELD_BIT(P_PROTOCOL), get_protocol },
	{ "sdkVersion", KEY_TEXT, false, 0, FIELD_BIT(P_SDK_VERSION), get_sdk_version },
	{ "endpoint", KEY_TEXT, false, 0, FIELD_BIT(P_ENDPOINT_NAME), get_endpoint },
	{ "callerIpAddress", KEY_TEXT, false, FIELD_BIT(F_CALLER_IP), FIELD_BIT(P_MASKED_IP), get_caller_ip },
	{ "correlationId", KEY_TEXT, false, FIELD_BIT(F_CORRELATION_ID), 0, get_correlation_id },
	{ "applicationId", KEY_TEXT, false, FIELD_BIT(F_APPLICATION_ID), 0, get_application_id },
	{ "minute", KEY_TIME, false, 0, 0, get_minute },
	{ "hour", KEY_TIME, false, 0, 0, get_hour },
	{ "day", KEY_TIME, false, 0, 0, get_day },
};

const size_t key_table_n = sizeof key_table / sizeof *key_table;

/* properties.NAME: its text is got by the slot of the key, not by the entry. */
static const struct key_entry named_member = { "properties.NAME", KEY_TEXT, false, 0, 0, NULL };

bool key_find(struct slice name, struct key *out)
{
	const struct slice prefix = SLICE("properties.");

	*out = (struct key){ .name = name, .slot = -1 };
	for (size_t i = 0; i < key_table_n; i++) {
		if (slice_eq_nocase(slice_str(key_table[i].name), name)) {
			out->entry = &key_table[i];
			return true;
		}
	}
	if (name.n <= prefix.n || !slice_starts_nocase(name, prefix))
		return false;
	out->entry = &named_member;
	out->member = slice_of(name.p + prefix.n, name.n - prefix.n);
	return true;
}

void keys_want(const struct keys *k, struct wants *w)
{
	for (size_t i = 0; i < k->n; i++) {
		w->fields |= k->key[i].entry->fields;
		w->members |= k->key[i].entry->members;
		if (k->key[i].member.n > 0)
			wants_member(w, k->key[i].member); /* KEYS_MOST of them fit */
	}
}

void keys_bind(struct keys *k, const struct fields *fields)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->key[i].member.n > 0)
			k->key[i].slot = fields_member(fields, k->key[i].member);
}

struct slice keys_text(const struct keys *k, size_t i, struct record *r)
{
	const struct key *key = &k->key[i];

	return key->entry->text != NULL ? key->entry->text(r) : record_member(r, key->slot);
}
