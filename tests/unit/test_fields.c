/*
 * test_fields.c - the tables of names: places of fields and members, what is wanted, and the keys that records are grouped by.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "record/keys.h"

static int place(const struct fields *f, const char *name)
{
	return fields_place(f, AT_TOP, slice_str(name));
}

Test(fields, names_in_any_case)
{
	struct wants w;

	wants_init(&w);
	struct fields *f = fields_new(&w);

	cr_expect_eq(place(f, "operationName"), F_OPERATION_NAME);
	cr_expect_eq(place(f, "OperationName"), F_OPERATION_NAME);
	cr_expect_eq(place(f, "OPERATIONNAME"), F_OPERATION_NAME);
	cr_expect_eq(place(f, "timestamp"), F_TIMESTAMP);
	cr_expect_eq(place(f, "_resourceid"), F_RESOURCE_ID_LOWER);
	cr_expect_eq(place(f, "operationName "), PLACE_SKIP);
	cr_expect_eq(place(f, ""), PLACE_SKIP);
	cr_expect_eq(place(f, "foo"), PLACE_SKIP);
	cr_expect_eq(fields_place(f, AT_PROPERTIES, SLICE("DeviceID")), place_of(AT_PROPERTIES, P_DEVICE_ID));
	cr_expect_eq(fields_place(f, AT_PROPERTIES_S, SLICE("deviceId")), place_of(AT_PROPERTIES_S, P_DEVICE_ID));
	cr_expect_eq(fields_place(f, AT_ADDITIONAL_FIELDS, SLICE("Properties")), F_ADDITIONAL_PROPERTIES);
	cr_expect_eq(fields_place(f, AT_ADDITIONAL_FIELDS, SLICE("deviceId")), PLACE_SKIP);
	cr_expect_eq(place(f, "properties_deviceId_s"), place_of(AT_COLUMNS, P_DEVICE_ID));
	cr_expect_eq(place(f, "properties__s"), PLACE_SKIP);
	fields_free(f);
}

/* What nobody asked for has no place; a column is known all the same. */
Test(fields, what_is_not_wanted_is_stepped_over)
{
	struct wants w;

	wants_init(&w);
	struct fields *few = fields_new(&w);

	cr_assert(wants_member(&w, SLICE("custom")));
	cr_assert(wants_member(&w, SLICE("SdkVersion")));
	w.fields |= FIELD_BIT(F_LOCATION);
	struct fields *more = fields_new(&w);

	cr_expect_eq(place(few, "location"), PLACE_SKIP);
	cr_expect_eq(place(more, "location"), F_LOCATION);
	cr_expect(fields_knows(few, SLICE("Location")));
	cr_expect(fields_knows(few, SLICE("properties_anything_s")));
	cr_expect(!fields_knows(few, SLICE("anything")));
	cr_expect_eq(fields_place(few, AT_PROPERTIES, SLICE("sdkVersion")), PLACE_SKIP);
	cr_expect_eq(fields_place(more, AT_PROPERTIES, SLICE("sdkVersion")), place_of(AT_PROPERTIES, P_SDK_VERSION));
	cr_expect_eq(fields_member(more, SLICE("sdkversion")), P_SDK_VERSION);
	cr_expect_eq(fields_member(more, SLICE("CUSTOM")), P_NAMED);
	cr_expect_eq(fields_place(more, AT_PROPERTIES, SLICE("Custom")), place_of(AT_PROPERTIES, P_NAMED));
	cr_expect_eq(fields_member(few, SLICE("custom")), -1);
	fields_free(few);
	fields_free(more);
}

Test(fields, as_many_members_as_fit)
{
	static char names[NAMED_MOST + 1][16];
	struct wants w;

	wants_init(&w);
	for (size_t i = 0; i <= NAMED_MOST; i++) {
		snprintf(names[i], sizeof names[i], "name-%zu", i);
		cr_expect_eq(wants_member(&w, slice_str(names[i])), i < NAMED_MOST, "%zu", i);
	}
	cr_expect(wants_member(&w, SLICE("NAME-0")), "one that is there already");
	struct fields *f = fields_new(&w);

	for (size_t i = 0; i < NAMED_MOST; i++)
		cr_expect_eq(fields_member(f, slice_str(names[i])), (int)(P_NAMED + i));
	fields_free(f);
}

/* FORMS: a header needs one of these four. */
Test(fields, columns_that_make_a_record)
{
	cr_expect(fields_makes_record(SLICE("operationname")));
	cr_expect(fields_makes_record(SLICE("Category")));
	cr_expect(fields_makes_record(SLICE("ResultType")));
	cr_expect(fields_makes_record(SLICE("METRICNAME")));
	cr_expect(!fields_makes_record(SLICE("time")));
	cr_expect(!fields_makes_record(SLICE("level")));
	cr_expect(!fields_makes_record(SLICE("")));
}

/* ---- keys ---- */

static const char record_text[] = "{\"time\":\"2026-11-02T03:14:07.5Z\",\"resourceId\":\"/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/d\","
	"\"category\":\"DeviceOperations\",\"operationName\":\"Op\",\"resultType\":\"ClientError\",\"resultSignature\":\"401\","
	"\"resultDescription\":\"401002: 7\",\"level\":\"2\",\"location\":\"weu\",\"callerIpAddress\":\"1.2.3.XXX\",\"correlationId\":\"c\","
	"\"applicationId\":\"app\",\"properties\":{\"deviceId\":\"dev\",\"id\":\"group\",\"protocol\":\"Mqtt\",\"sdkVersion\":\"1.2\","
	"\"endpointName\":\"e\",\"Site\":\"s\"}}";

static const struct { const char *key, *text; } expected_keys[] = {
	{ "device", "dev" }, { "enrollment", "group" }, { "service", "dps" }, { "resource", "D" }, { "category", "DeviceOperations" },
	{ "operationName", "Op" }, { "resultType", "ClientError" }, { "resultSignature", "401" }, { "code", "401002" },
	{ "level", "Error" }, { "message", "401002: <n>" }, { "location", "weu" }, { "protocol", "Mqtt" }, { "sdkVersion", "1.2" },
	{ "endpoint", "e" }, { "callerIpAddress", "1.2.3.XXX" }, { "correlationId", "c" }, { "applicationId", "app" },
	{ "minute", "2026-11-02T03:14:00.000000Z" }, { "hour", "2026-11-02T03:00:00.000000Z" }, { "day", "2026-11-02T00:00:00.000000Z" },
	{ "properties.site", "s" }, { "properties.SDKVersion", "1.2" }, { "properties.absent", "" },
};

enum { EXPECTED_KEYS = sizeof expected_keys / sizeof *expected_keys };

/* A key wants what it needs: each alone, from a record of which nothing else is read. */
static void expect_key(size_t i)
{
	struct keys keys = { .n = 1, .device = -1 };
	struct read_error error;
	struct record r;
	struct wants w;

	cr_assert(key_find(slice_str(expected_keys[i].key), &keys.key[0]), "%s", expected_keys[i].key);
	wants_init(&w);
	keys_want(&keys, &w);
	struct fields *fields = fields_new(&w);
	struct reader *reader = reader_new(true);

	keys_bind(&keys, fields);
	record_init(&r, fields, reader);
	record_begin(&r);
	cr_assert_eq(record_read(&r, slice_str(record_text), true, &error), READ_OK);
	record_finish(&r);
	struct slice text = keys_text(&keys, 0, &r);
	char time[TIME_TEXT_MAX];

	if (keys.key[0].entry->type == KEY_TIME) {
		int64_t t;

		cr_assert_eq(text.n, sizeof t);
		memcpy(&t, text.p, sizeof t);
		text = slice_of(time, time_format(t, time));
	}
	cr_expect(slice_eq(text, slice_str(expected_keys[i].text)), "%s is %.*s", expected_keys[i].key, SLICE_ARG(text));
	record_free(&r);
	reader_free(reader);
	fields_free(fields);
}

Test(keys, the_text_of_each)
{
	for (size_t i = 0; i < EXPECTED_KEYS; i++)
		expect_key(i);
}

Test(keys, every_key_of_the_table_is_tested)
{
	for (size_t i = 0; i < key_table_n; i++) {
		bool tested = false;

		for (size_t k = 0; k < EXPECTED_KEYS; k++)
			tested |= strcmp(expected_keys[k].key, key_table[i].name) == 0;
		cr_expect(tested, "%s", key_table[i].name);
	}
}

Test(keys, finding)
{
	struct key k;

	cr_assert(key_find(SLICE("RESULTTYPE"), &k));
	cr_expect_str_eq(k.entry->name, "resultType");
	cr_expect(slice_eq(k.name, SLICE("RESULTTYPE")), "a column is called as the user wrote it");
	cr_assert(key_find(SLICE("Properties.a.b"), &k));
	cr_expect(slice_eq(k.member, SLICE("a.b")), "one name, never a path");
	cr_expect(!key_find(SLICE("properties."), &k));
	cr_expect(!key_find(SLICE("properties"), &k));
	cr_expect(!key_find(SLICE("result"), &k));
	cr_expect(!key_find(SLICE(""), &k));
}

Test(keys, spans_of_an_untimed_record)
{
	struct keys keys = { .n = 1, .device = -1 };
	struct record r = { .time = TIME_NONE };
	int64_t t;

	cr_assert(key_find(SLICE("hour"), &keys.key[0]));
	memcpy(&t, keys_text(&keys, 0, &r).p, sizeof t);
	cr_expect_eq(t, TIME_NONE);
	r.time = -1; /* before 1970, too, a span begins before its records */
	memcpy(&t, keys_text(&keys, 0, &r).p, sizeof t);
	cr_expect_eq(t, -TIME_HOUR);
}
