/*
 * test_record.c - what a record means, rule by rule of dpslog-records(7): VALUES, FIELDS, WHAT COUNTS, WHO, TIMES; and that both
 * readers give the same record.
 */
#include <criterion/criterion.h>

#include "generate.h"
#include "record/record.h"

#define OPERATION "\"operationName\":\"x\","

struct fixture {
	struct fields *fields;
	struct reader *reader;
	struct record record;
};

static void begin_with(struct fixture *f, bool fast)
{
	struct wants w;

	wants_init(&w);
	w.fields = UINT64_MAX;
	w.members = UINT64_MAX;
	cr_assert(wants_member(&w, SLICE("custom")));
	f->fields = fields_new(&w);
	f->reader = reader_new(fast);
	record_init(&f->record, f->fields, f->reader);
}

static void end(struct fixture *f)
{
	record_free(&f->record);
	reader_free(f->reader);
	fields_free(f->fields);
}

static void read_record(struct fixture *f, const char *json)
{
	struct read_error error;

	record_begin(&f->record);
	cr_assert_eq(record_read(&f->record, slice_str(json), true, &error), READ_OK, "%s", json);
	record_finish(&f->record);
}

/* n places for cells called so. */
static void places_of(const struct fixture *f, const char *const *names, size_t n, int *places)
{
	for (size_t i = 0; i < n; i++)
		places[i] = fields_place(f->fields, AT_TOP, slice_str(names[i]));
}

static void read_cells(struct fixture *f, const char *const *names, const char *const *cells, size_t n)
{
	struct slice text[32];
	int places[32];
	const struct row_columns columns = { .places = places, .n = n };

	places_of(f, names, n, places);
	for (size_t i = 0; i < n; i++)
		text[i] = slice_str(cells[i]);
	record_begin(&f->record);
	record_begin_cells(&f->record, slice_of(NULL, 0), &columns, f->record.date_order);
	for (size_t i = 0; i < n; i++)
		if (places[i] >= 0)
			record_take_cell(&f->record, text[i], places[i]);
	record_finish(&f->record);
}

static void expect_text(struct slice found, const char *expected, const char *what, const char *json)
{
	cr_expect(slice_eq(found, slice_str(expected)), "%s is <%.*s>, not <%s>: %s", what, SLICE_ARG(found), expected, json);
}

/* One line: a record, and what one thing of it is. */
struct row {
	const char *json, *expected;
};

typedef struct slice (*asked_fn)(struct record *r);

static void expect_rows(const struct row *rows, size_t n, const char *what, asked_fn asked)
{
	for (int fast = 0; fast < 2; fast++) {
		struct fixture f;

		begin_with(&f, fast);
		for (size_t i = 0; i < n; i++) {
			read_record(&f, rows[i].json);
			expect_text(asked(&f.record), rows[i].expected, what, rows[i].json);
		}
		end(&f);
	}
}

#define EXPECT_ROWS(rows, what, asked) expect_rows(rows, sizeof(rows) / sizeof *(rows), what, asked)

/* ---- VALUES ---- */

static struct slice level_field(struct record *r)
{
	return record_field(r, F_LEVEL);
}

static struct slice custom(struct record *r)
{
	return record_member(r, fields_member(r->fields, SLICE("custom")));
}

Test(record, values)
{
	static const struct row rows[] = {
		{ "{" OPERATION "\"level\":\"a\"}", "a" },
		{ "{" OPERATION "\"level\":\" \\t a b\\r\\n\"}", "a b" },
		{ "{" OPERATION "\"level\":\"\\u0041\\\"\"}", "A\"" },
		{ "{" OPERATION "\"level\":404}", "404" },
		{ "{" OPERATION "\"level\":1e3}", "1e3" },
		{ "{" OPERATION "\"level\":-0.50}", "-0.50" },
		{ "{" OPERATION "\"level\":true}", "true" },
		{ "{" OPERATION "\"level\":false}", "false" },
		{ "{" OPERATION "\"level\":null}", "" },
		{ "{" OPERATION "\"level\":\" \"}", "" },
		{ "{" OPERATION "\"level\":{\"level\":\"x\"}}", "" },
		{ "{" OPERATION "\"level\":[\"x\"]}", "" },
		{ "{" OPERATION "\"LEVEL\":\"a\"}", "a" },
		{ "{" OPERATION "\"x\":{\"level\":\"a\"}}", "" },
		/* None is a text, but in a tabular record it is none */
		{ "{" OPERATION "\"level\":\"None\"}", "None" },
		{ "{" OPERATION "\"level\":\"None\",\"TimeGenerated\":null}", "" },
		{ "{" OPERATION "\"TableName\":\"x\",\"level\":\" None \"}", "" },
		{ "{" OPERATION "\"TableName\":\"x\",\"level\":\"none\"}", "none" },
		{ "{" OPERATION "\"timegenerated [utc]\":\"x\",\"level\":\"None\"}", "" },
		{ "{" OPERATION "\"TimeGenerated [Local Time]\":\"x\",\"level\":\"None\"}", "" },
		{ "{" OPERATION "\"x\":{\"TableName\":\"x\"},\"level\":\"None\"}", "None" },
	};

	EXPECT_ROWS(rows, "level", level_field);
}

/* The last that has a value; if none has one, the last. */
Test(record, equal_names)
{
	static const struct row rows[] = {
		{ "{" OPERATION "\"level\":\"a\",\"level\":\"b\"}", "b" },
		{ "{" OPERATION "\"level\":\"a\",\"Level\":\"b\"}", "b" },
		{ "{" OPERATION "\"level\":\"a\",\"level\":null}", "a" },
		{ "{" OPERATION "\"level\":\"a\",\"level\":\" \"}", "a" },
		{ "{" OPERATION "\"level\":\"a\",\"level\":\" None\"}", "a" },
		{ "{" OPERATION "\"level\":null,\"level\":\"None\"}", "None" },
		{ "{" OPERATION "\"level\":\"None\",\"level\":null}", "" },
		{ "{" OPERATION "\"level\":\"a\",\"level\":0}", "0" },
		{ "{" OPERATION "\"level\":\"a\",\"level\":false}", "false" },
		{ "{" OPERATION "\"level\":\"a\",\"level\":{}}", "" },
		{ "{" OPERATION "\"level\":\"a\",\"level\":[]}", "" },
		{ "{" OPERATION "\"level\":\"a\",\"level\":\"b\",\"level\":\"\"}", "b" },
	};
	static const struct row members[] = {
		{ "{" OPERATION "\"properties\":{\"custom\":\"a\",\"CUSTOM\":\"b\"}}", "b" },
		{ "{" OPERATION "\"properties\":{\"custom\":\"a\",\"custom\":null}}", "a" },
		{ "{" OPERATION "\"properties\":{\"custom\":\"a\"},\"properties\":{\"custom\":\"b\"}}", "b" },
		{ "{" OPERATION "\"properties\":{\"custom\":\"a\"},\"properties\":{}}", "" },
		{ "{" OPERATION "\"properties\":{\"custom\":\"a\"},\"properties\":null}", "a" },
		{ "{" OPERATION "\"properties\":{\"custom\":\"a\"},\"properties\":\"\"}", "a" },
	};

	EXPECT_ROWS(rows, "level", level_field);
	EXPECT_ROWS(members, "custom", custom);
}

/* ---- FIELDS ---- */

static struct slice time_text(struct record *r)
{
	static char text[TIME_TEXT_MAX];

	if (r->time == TIME_NONE)
		return SLICE("none");
	return slice_of(text, time_format(r->time, text));
}

Test(record, the_first_name_of_the_time_that_has_a_value)
{
	static const struct row rows[] = {
		{ "{" OPERATION "\"time\":\"2026-11-02T03:14:07.1234567Z\",\"TimeGenerated\":\"2026-11-03T00:00:00Z\"}",
		  "2026-11-02T03:14:07.123456Z" },
		{ "{" OPERATION "\"TimeGenerated\":\"2026-11-03T00:00:00Z\",\"time\":\"\"}", "2026-11-03T00:00:00.000000Z" },
		{ "{" OPERATION "\"TimeGenerated\":\"None\",\"TimeGenerated [UTC]\":\"2026-11-03T00:00:01Z\"}", "2026-11-03T00:00:01.000000Z" },
		{ "{" OPERATION "\"timestamp\":\"2026-11-03T00:00:02Z\",\"EventTimeString\":\"2026-11-03T00:00:03Z\"}",
		  "2026-11-03T00:00:02.000000Z" },
		{ "{" OPERATION "\"EventTimeString\":\"2026-11-03T00:00:03Z\",\"TimeGenerated [Local Time]\":\"2026-11-03T00:00:04\"}",
		  "2026-11-03T00:00:03.000000Z" },
		{ "{" OPERATION "\"TimeGenerated [Local Time]\":\"2026-11-03T00:00:04\"}", "2026-11-03T00:00:04.000000Z" },
		/* one that is no valid time is the time all the same */
		{ "{" OPERATION "\"time\":\"yesterday\",\"TimeGenerated\":\"2026-11-03T00:00:00Z\"}", "none" },
		{ "{" OPERATION "\"time\":5,\"TimeGenerated\":\"2026-11-03T00:00:00Z\"}", "none" },
		/* an object is none where a text is expected */
		{ "{" OPERATION "\"time\":{},\"TimeGenerated\":\"2026-11-03T00:00:00Z\"}", "2026-11-03T00:00:00.000000Z" },
		{ "{" OPERATION "\"time\":\"2026-11-03T00:00:00+01:00\"}", "2026-11-02T23:00:00.000000Z" },
		/* only in CSV and TSV */
		{ "{" OPERATION "\"time\":\"11/2/2026, 3:14:07 AM\"}", "none" },
		{ "{" OPERATION "\"TimeGenerated\":\"11/2/2026, 3:14:07 AM\"}", "none" },
		{ "{" OPERATION "\"level\":\"x\"}", "none" },
	};

	EXPECT_ROWS(rows, "time", time_text);
}

Test(record, other_names_of_fields)
{
	static const struct row locations[] = {
		{ "{" OPERATION "\"location_s\":\"a\"}", "a" },
		{ "{" OPERATION "\"location_s\":\"a\",\"location\":\"b\"}", "b" },
		{ "{" OPERATION "\"location_s\":\"a\",\"location\":\"\"}", "a" },
	};
	static const struct row addresses[] = {
		{ "{" OPERATION "\"callerIpAddress\":\"1.2.3.XXX\",\"properties\":{\"maskedIpAddress\":\"4.5.6.XXX\"}}", "1.2.3.XXX" },
		{ "{" OPERATION "\"properties\":{\"maskedIpAddress\":\"4.5.6.XXX\"}}", "4.5.6.XXX" },
		{ "{" OPERATION "\"properties_maskedIpAddress_s\":\"4.5.6.XXX\"}", "4.5.6.XXX" },
	};

	struct fixture f;

	begin_with(&f, true);
	for (size_t i = 0; i < sizeof locations / sizeof *locations; i++) {
		read_record(&f, locations[i].json);
		expect_text(record_location(&f.record), locations[i].expected, "location", locations[i].json);
	}
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		read_record(&f, addresses[i].json);
		expect_text(record_caller_ip(&f.record), addresses[i].expected, "callerIpAddress", addresses[i].json);
	}
	end(&f);
}

Test(record, local_time_is_said)
{
	struct fixture f;

	begin_with(&f, true);
	read_record(&f, "{" OPERATION "\"TimeGenerated [Local Time]\":\"2026-11-03T00:00:04\"}");
	cr_expect(f.record.local_time);
	read_record(&f, "{" OPERATION "\"TimeGenerated [Local Time]\":\"2026-11-03T00:00:04\",\"time\":\"2026-11-03T00:00:04\"}");
	cr_expect(!f.record.local_time);
	end(&f);
}

/* ---- properties in all their disguises ---- */

Test(record, where_properties_are)
{
	static const struct row rows[] = {
		{ "{" OPERATION "\"properties\":{\"custom\":\"a\"}}", "a" },
		{ "{" OPERATION "\"Properties\":\"{\\\"custom\\\":\\\"a\\\"}\"}", "a" },
		{ "{" OPERATION "\"properties\":\" {\\\"custom\\\" : \\\"a\\\"}\\n\"}", "a" },
		{ "{" OPERATION "\"properties\":\"{\\\"custom\\\":\\\"a\\\\\\\"\\\\u00e9\\\"}\"}", "a\"\xc3\xa9" },
		{ "{" OPERATION "\"properties_s\":\"{\\\"custom\\\":\\\"a\\\"}\"}", "a" },
		{ "{" OPERATION "\"properties_s\":{\"custom\":\"a\"}}", "a" },
		{ "{" OPERATION "\"AdditionalFields\":{\"properties\":{\"custom\":\"a\"}}}", "a" },
		{ "{" OPERATION "\"AdditionalFields\":{\"PROPERTIES\":\"{\\\"custom\\\":\\\"a\\\"}\"}}", "a" },
		{ "{" OPERATION "\"AdditionalFields\":\"{\\\"properties\\\":{\\\"custom\\\":\\\"a\\\"}}\"}", "a" },
		{ "{" OPERATION "\"AdditionalFields\":\"{\\\"properties\\\":\\\"{\\\\\\\"custom\\\\\\\":\\\\\\\"a\\\\\\\"}\\\"}\"}", "a" },
		{ "{" OPERATION "\"AdditionalFields\":{\"custom\":\"a\"}}", "" },
		{ "{" OPERATION "\"AdditionalFields\":{\"properties\":{\"custom\":\"a\"}},\"additionalfields\":8}", "" },
		{ "{" OPERATION "\"AdditionalFields\":{\"properties\":{\"custom\":\"a\"}},\"additionalfields\":[]}", "" },
		{ "{" OPERATION "\"AdditionalFields\":{\"properties\":{\"custom\":\"a\"}},\"additionalfields\":{}}", "" },
		{ "{" OPERATION "\"AdditionalFields\":{\"properties\":{\"custom\":\"a\"}},\"additionalfields\":\"{}\"}", "" },
		{ "{" OPERATION "\"AdditionalFields\":{\"properties\":{\"custom\":\"a\"}},\"additionalfields\":\"x\"}", "" },
		{ "{" OPERATION "\"AdditionalFields\":{\"properties\":{\"custom\":\"a\"}},\"additionalfields\":null}", "a" },
		{ "{" OPERATION "\"AdditionalFields\":{\"properties\":{\"custom\":\"a\"}},\"additionalfields\":\" \"}", "a" },
		{ "{" OPERATION "\"AdditionalFields\":{\"properties\":{\"custom\":\"a\"}},\"additionalfields\":\"None\"}", "a" },
		/* the first that has a value, whatever is in it */
		{ "{" OPERATION "\"properties_s\":{\"custom\":\"b\"},\"properties\":{\"custom\":\"a\"}}", "a" },
		{ "{" OPERATION "\"properties\":{},\"properties_s\":{\"custom\":\"b\"}}", "" },
		{ "{" OPERATION "\"properties\":\"no JSON\",\"properties_s\":{\"custom\":\"b\"}}", "" },
		{ "{" OPERATION "\"properties\":\"[1]\",\"properties_s\":{\"custom\":\"b\"}}", "" },
		/* these have no value */
		{ "{" OPERATION "\"properties\":\" \",\"properties_s\":{\"custom\":\"b\"}}", "b" },
		{ "{" OPERATION "\"properties\":null,\"properties_s\":{\"custom\":\"b\"}}", "b" },
		{ "{" OPERATION "\"properties\":5,\"properties_s\":{\"custom\":\"b\"}}", "b" },
		{ "{" OPERATION "\"properties\":true,\"properties_s\":{\"custom\":\"b\"}}", "b" },
		{ "{" OPERATION "\"properties\":[{\"custom\":\"a\"}],\"properties_s\":{\"custom\":\"b\"}}", "b" },
		{ "{" OPERATION "\"properties\":\"\",\"properties_s\":5,\"AdditionalFields\":{\"properties\":{\"custom\":\"c\"}}}", "c" },
		{ "{" OPERATION "\"TableName\":\"x\",\"properties\":\"None\",\"properties_s\":{\"custom\":\"b\"}}", "b" },
		/* one name, never a path; an object is no text; a string that holds JSON stays as logged */
		{ "{" OPERATION "\"properties\":{\"x\":{\"custom\":\"a\"}}}", "" },
		{ "{" OPERATION "\"properties\":{\"custom\":{\"custom\":\"a\"}}}", "" },
		{ "{" OPERATION "\"properties\":{\"custom\":\"{\\\"a\\\": 1}\"}}", "{\"a\": 1}" },
		{ "{" OPERATION "\"properties\":{\"custom\":42}}", "42" },
		/* columns of properties */
		{ "{" OPERATION "\"properties_custom_s\":\"a\"}", "a" },
		{ "{" OPERATION "\"PROPERTIES_Custom_D\":5}", "5" },
		{ "{" OPERATION "\"properties_custom_b\":true}", "true" },
		{ "{" OPERATION "\"properties_custom_g\":\"a\"}", "a" },
		{ "{" OPERATION "\"properties_custom_t\":\"a\"}", "a" },
		{ "{" OPERATION "\"properties_custom_x\":\"a\"}", "" },
		{ "{" OPERATION "\"properties_custom\":\"a\"}", "" },
		{ "{" OPERATION "\"properties_custom_s\":\"b\",\"properties\":{\"custom\":\"a\"}}", "a" },
		{ "{" OPERATION "\"properties_custom_s\":\"b\",\"properties\":{\"custom\":\"\"}}", "b" },
		{ "{" OPERATION "\"properties_custom_s\":\"b\",\"properties\":\"no JSON\"}", "b" },
		{ "{" OPERATION "\"properties_custom_s\":\"b\",\"properties_custom_d\":null}", "b" },
	};

	EXPECT_ROWS(rows, "custom", custom);
}

Test(record, properties_that_cannot_be_read)
{
	static const struct { const char *json; bool unreadable; } rows[] = {
		{ "{" OPERATION "\"properties\":\"no JSON\"}", true },
		{ "{" OPERATION "\"properties\":\"{\\\"a\\\":}\"}", true },
		{ "{" OPERATION "\"properties\":\"[{}]\"}", true },
		{ "{" OPERATION "\"properties\":\"5\"}", true },
		{ "{" OPERATION "\"properties\":\"None\"}", true },
		{ "{" OPERATION "\"TableName\":\"x\",\"properties\":\"None\"}", false },
		{ "{" OPERATION "\"properties_s\":\"{\"}", true },
		{ "{" OPERATION "\"AdditionalFields\":{\"properties\":\"x\"}}", true },
		{ "{" OPERATION "\"properties\":\"{}\"}", false },
		{ "{" OPERATION "\"properties\":5}", false },
		{ "{" OPERATION "\"properties\":\"\"}", false },
		{ "{" OPERATION "\"properties\":null}", false },
		{ "{" OPERATION "\"x\":\"{\"}", false },
	};

	for (int fast = 0; fast < 2; fast++) {
		struct fixture f;

		begin_with(&f, fast);
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			read_record(&f, rows[i].json);
			cr_expect_eq(f.record.kind, RECORD_LOG, "%s", rows[i].json);
			cr_expect_eq(f.record.properties_unreadable, rows[i].unreadable, "%s", rows[i].json);
		}
		end(&f);
	}
}

Test(record, repaired_text_is_noted)
{
	static const struct { const char *json; bool repaired; } rows[] = {
		{ "{" OPERATION "\"level\":\"\xc3\xa9\"}", false },
		{ "{" OPERATION "\"level\":\"\xc3\"}", true },
		{ "{" OPERATION "\"level\":\"\\ud800\"}", true },
		{ "{" OPERATION "\"unknown\":\"\xff\"}", true },
		{ "{" OPERATION "\"properties\":\"{\\\"id\\\":\\\"\\\\ud800\\\"}\"}", true },
	};

	for (int fast = 0; fast < 2; fast++) {
		struct fixture f;

		begin_with(&f, fast);
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			read_record(&f, rows[i].json);
			cr_expect_eq(f.record.repaired, rows[i].repaired, "%s", rows[i].json);
		}
		end(&f);
	}
}

/* ---- WHAT COUNTS ---- */

static struct slice kind(struct record *r)
{
	static const char *const names[] = { [RECORD_OTHER] = "other", [RECORD_LOG] = "log", [RECORD_METRIC] = "metric" };

	return slice_str(names[r->kind]);
}

#define DEVICES "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/"

/* Names in an object in a string are mended whether the fast reader has seen their bytes before or not. */
Test(record, repaired_names_are_noted_each_time)
{
	for (int fast = 0; fast < 2; fast++) {
		struct fixture f;

		begin_with(&f, fast);
		for (int i = 0; i < 3; i++) {
			read_record(&f, "{" OPERATION "\"properties\":\"{\\\"de\xffice\\\":\\\"d\\\",\\\"deviceId\\\":\\\"e\\\",\\\"x\\\":\\\"long enough "
			                "for a name to be remembered\\\"}\"}");
			cr_expect(f.record.repaired, "fast %d, record %d", fast, i);
			cr_expect(slice_eq(f.record.device, SLICE("e")));
		}
		end(&f);
	}
}

Test(record, what_counts)
{
	static const struct row rows[] = {
		{ "{}", "other" },
		{ "{\"level\":\"Error\",\"time\":\"2026-11-02T03:14:07Z\"}", "other" },
		{ "{\"operationName\":\"x\"}", "log" },
		{ "{\"category\":\"x\"}", "log" },
		{ "{\"resultType\":0}", "log" },
		{ "{\"operationName\":\"\",\"category\":null,\"resultType\":{}}", "other" },
		{ "{\"metricName\":\"x\"}", "metric" },
		{ "{\"metricName\":\"x\",\"operationName\":\"x\",\"resourceId\":\"/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/V\"}", "metric" },
		{ "{\"metricName\":\" \",\"operationName\":\"x\"}", "log" },
		{ "{" OPERATION "\"resourceId\":\"" DEVICES "IOTHUBS/H\"}", "log" },
		{ "{" OPERATION "\"resourceId\":\"//subscriptions//providers//Microsoft.Devices//IotHubs//h\"}", "log" },
		{ "{" OPERATION "\"_ResourceId\":\"/providers/microsoft.devices\"}", "log" },
		{ "{" OPERATION "\"resourceId\":\"/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/V\"}", "other" },
		{ "{" OPERATION "\"resourceId\":\"no path\"}", "other" },
		{ "{" OPERATION "\"resourceId\":\"/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/V\",\"ResourceProvider\":\"MICROSOFT.DEVICES\"}", "other" },
		{ "{" OPERATION "\"ResourceProvider\":\"Microsoft.Devices\"}", "log" },
		{ "{" OPERATION "\"ResourceProvider\":\"MICROSOFT.KEYVAULT\"}", "other" },
		{ "{" OPERATION "\"ResourceProvider\":\"\"}", "log" },
	};

	EXPECT_ROWS(rows, "kind", kind);
}

static struct slice service(struct record *r)
{
	return record_service(r);
}

Test(record, service_and_resource)
{
	static const struct row services[] = {
		{ "{" OPERATION "\"resourceId\":\"" DEVICES "PROVISIONINGSERVICES/D\",\"category\":\"Connections\"}", "dps" },
		{ "{" OPERATION "\"resourceId\":\"" DEVICES "iotHubs/D\",\"category\":\"DeviceOperations\"}", "hub" },
		{ "{" OPERATION "\"resourceId\":\"" DEVICES "OTHER/D\",\"category\":\"DeviceOperations\"}", "" },
		{ "{" OPERATION "\"ResourceType\":\"ProvisioningServices\"}", "dps" },
		{ "{" OPERATION "\"ResourceType\":\"IOTHUBS\",\"category\":\"DeviceOperations\"}", "hub" },
		{ "{" OPERATION "\"ResourceType\":\"VAULTS\"}", "" },
		{ "{" OPERATION "\"resourceId\":\"/PROVIDERS/MICROSOFT.DEVICES\",\"category\":\"serviceoperations\"}", "dps" },
		{ "{" OPERATION "\"category\":\"DeviceOperations\"}", "dps" },
		{ "{" OPERATION "\"category\":\"Connections\"}", "hub" },
		{ "{\"operationName\":\"x\"}", "hub" },
	};
	static const struct row resources[] = {
		{ "{" OPERATION "\"resourceId\":\"" DEVICES "IOTHUBS/fleet-Hub\",\"Resource\":\"X\"}", "FLEET-HUB" },
		{ "{" OPERATION "\"_ResourceId\":\"" DEVICES "IOTHUBS/h//\"}", "H" },
		{ "{" OPERATION "\"Resource\":\"fleet-dps\"}", "FLEET-DPS" },
		{ "{\"operationName\":\"x\"}", "" },
	};

	EXPECT_ROWS(services, "service", service);
	EXPECT_ROWS(resources, "resource", record_resource);
}

/* ---- WHO ---- */

static struct slice device(struct record *r)
{
	return r->device;
}

static struct slice enrollment(struct record *r)
{
	return r->enrollment;
}

Test(record, device)
{
	static const struct row rows[] = {
		{ "{" OPERATION "\"properties\":{\"deviceId\":\"A\",\"registrationId\":\"B\",\"id\":\"C\",\"type\":\"Registration\"},\"deviceId\":\"D\"}",
		  "A" },
		{ "{" OPERATION "\"properties\":{\"deviceId\":\"\",\"registrationId\":\"B\",\"id\":\"C\",\"type\":\"Registration\"}}", "B" },
		{ "{" OPERATION "\"properties\":{\"id\":\"C\",\"type\":\"registration\"}}", "C" },
		{ "{" OPERATION "\"properties\":{\"id\":\"C\"}}", "" },
		{ "{" OPERATION "\"category\":\"deviceoperations\",\"properties\":{\"id\":\"C\"}}", "C" },
		{ "{" OPERATION "\"category\":\"DeviceOperations\",\"properties\":{\"id\":\"C\",\"type\":\"EnrollmentGroup\"}}", "" },
		{ "{" OPERATION "\"category\":\"ServiceOperations\",\"properties\":{\"id\":\"C\"}}", "" },
		{ "{" OPERATION "\"registrationId\":\"E\",\"deviceId\":\"D\"}", "D" },
		{ "{" OPERATION "\"registrationId_s\":\"G\",\"deviceId_s\":\"F\",\"registrationId\":\"E\"}", "E" },
		{ "{" OPERATION "\"registrationId_s\":\"G\",\"deviceId_s\":\"F\"}", "F" },
		{ "{" OPERATION "\"registrationId_s\":\"G\"}", "G" },
		{ "{" OPERATION "\"properties_deviceId_s\":\"H\"}", "H" },
		{ "{" OPERATION "\"properties\":{\"id\":\"C\",\"type\":\"EnrollmentGroup\"},\"deviceId\":\"D\"}", "D" },
		{ "{" OPERATION "\"properties\":{\"deviceId\":\" dev-\\u0061 \"}}", "dev-a" },
		{ "{" OPERATION "\"properties\":{\"deviceId\":17}}", "17" },
		{ "{\"operationName\":\"x\"}", "" },
	};

	EXPECT_ROWS(rows, "device", device);
}

Test(record, enrollment)
{
	static const struct row rows[] = {
		{ "{" OPERATION "\"properties\":{\"id\":\"plant-7\",\"type\":\"EnrollmentGroup\"}}", "plant-7" },
		{ "{" OPERATION "\"properties\":{\"id\":\"press-0417\",\"type\":\"Registration\"}}", "" },
		{ "{" OPERATION "\"category\":\"DeviceOperations\",\"properties\":{\"id\":\"press-0417\"}}", "" },
		/* rule 1 made the device: the id is the enrollment, whatever its type */
		{ "{" OPERATION "\"properties\":{\"id\":\"C\",\"type\":\"Registration\",\"deviceId\":\"A\"}}", "C" },
		{ "{" OPERATION "\"properties\":{\"deviceId\":\"A\"}}", "" },
	};

	EXPECT_ROWS(rows, "enrollment", enrollment);
}

/* ---- FAILURES, CODES, MESSAGES: that each field reaches its rule (the rules have tests of their own) ---- */

static struct slice outcome(struct record *r)
{
	return r->failure ? SLICE("failure") : SLICE("success");
}

static struct slice code(struct record *r)
{
	return r->code;
}

Test(record, failure_and_code)
{
	static const struct row outcomes[] = {
		{ "{\"operationName\":\"deviceConnect\"}", "success" },
		{ "{" OPERATION "\"level\":2}", "failure" },
		{ "{" OPERATION "\"level\":\"Warning\"}", "success" },
		{ "{\"resultType\":\"Success\"}", "success" },
		{ "{\"resultType\":\"Failure\"}", "failure" },
		{ "{" OPERATION "\"resultSignature\":\"404\"}", "failure" },
		{ "{" OPERATION "\"properties\":{\"statusCode\":\"404\"}}", "failure" },
		{ "{" OPERATION "\"properties\":{\"statusCode\":null}}", "success" },
		{ "{" OPERATION "\"properties_statusCode_d\":500}", "failure" },
		{ "{" OPERATION "\"statusCode\":500}", "success" },
	};
	static const struct row codes[] = {
		{ "{\"resultType\":\"404104\"}", "404104" },
		{ "{\"resultType\":404104,\"resultDescription\":\"401002\"}", "404104" },
		{ "{\"resultType\":\"ClientError\",\"resultSignature\":\"401\",\"resultDescription\":\"errorCode:401002;x\"}", "401002" },
		{ "{\"resultType\":\"ClientError\",\"properties\":{\"statusCode\":\"401\",\"errorMessage\":\"401002: x\"}}", "401002" },
		{ "{\"resultType\":\"ClientError\",\"resultSignature\":\"401\",\"resultDescription\":\"see 404104\"}", "401" },
		{ "{\"resultType\":\"Failure\",\"resultDescription\":\"no route\"}", "" },
		{ "{\"resultType\":\"Success\",\"resultDescription\":\"401002\"}", "" },
	};
	static const struct row messages[] = {
		{ "{" OPERATION "\"resultDescription\":\"401002: device d1 refused after 3 tries\",\"properties\":{\"deviceId\":\"d1\"}}",
		  "401002: device <device> refused after <n> tries" },
		{ "{" OPERATION "\"properties\":{\"errorMessage\":\"try 7\"}}", "try <n>" },
		{ "{" OPERATION "\"resultDescription\":\"a\",\"properties\":{\"errorMessage\":\"b\"}}", "a" },
	};

	EXPECT_ROWS(outcomes, "outcome", outcome);
	EXPECT_ROWS(codes, "code", code);
	EXPECT_ROWS(messages, "message", record_message);
}

static struct slice level_word(struct record *r)
{
	return record_level(r);
}

Test(record, level_as_a_word)
{
	static const struct row rows[] = {
		{ "{" OPERATION "\"level\":\"error\"}", "Error" },
		{ "{" OPERATION "\"level\":\"Information\"}", "Informational" },
		{ "{" OPERATION "\"level\":4}", "Informational" },
		{ "{" OPERATION "\"level\":\"Loud\"}", "Loud" },
		{ "{\"operationName\":\"x\"}", "" },
	};

	EXPECT_ROWS(rows, "level", level_word);
}

/* ---- rows ---- */

Test(record, a_row_of_a_csv)
{
	static const char *const names[] = { "TimeGenerated [UTC]", "operationName", "ResultType", "properties_s", "unknown", "properties_custom_s" };
	static const char *const cells[] = { "11/2/2026, 3:14:07.123 AM", " x ", "None", "{\"deviceId\":\"d\"}", "y", "None" };
	struct fixture f;

	begin_with(&f, true);
	f.record.date_order = DATE_MONTH_FIRST;
	read_cells(&f, names, cells, sizeof cells / sizeof *cells);
	cr_expect_eq(f.record.kind, RECORD_LOG);
	expect_text(time_text(&f.record), "2026-11-02T03:14:07.123000Z", "time", "");
	expect_text(record_field(&f.record, F_OPERATION_NAME), "x", "operationName", "");
	expect_text(record_field(&f.record, F_RESULT_TYPE), "", "resultType", "");
	expect_text(f.record.device, "d", "device", "");
	expect_text(custom(&f.record), "", "custom", "");
	f.record.date_order = DATE_DAY_FIRST;
	read_cells(&f, names, cells, sizeof cells / sizeof *cells);
	expect_text(time_text(&f.record), "2026-02-11T03:14:07.123000Z", "time", "day first");
	/* the record after it knows nothing of the row */
	read_record(&f, "{\"operationName\":\"None\",\"time\":\"11/2/2026, 3:14:07 AM\"}");
	expect_text(record_field(&f.record, F_OPERATION_NAME), "None", "operationName", "");
	cr_expect_eq(f.record.time, TIME_NONE);
	end(&f);
}

/* Of two columns that are called the same the last that has a value counts: neither blank nor `None`. */
Test(record, equal_columns)
{
	static const struct { const char *first, *second, *expected; } rows[] = {
		{ "a", "b", "b" },
		{ "a", "", "a" },
		{ "a", " \t ", "a" },
		{ "a", "None", "a" },
		{ "a", " None ", "a" },
		{ "a", "none", "none" },
		{ "", " b ", "b" },
		{ "\t", " b ", "b" },
		{ " None", "b", "b" },
		{ " ", "None", "" },
		{ "None", " ", "" },
		{ " a ", "  ", "a" },
		{ "", "", "" },
	};
	static const char *const names[] = { "operationName", "level", "Level" };
	struct fixture f;

	begin_with(&f, true);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *const cells[] = { "o", rows[i].first, rows[i].second };

		read_cells(&f, names, cells, 3);
		expect_text(record_field(&f.record, F_LEVEL), rows[i].expected, rows[i].first, rows[i].second);
	}
	end(&f);
}

Test(record, a_row_of_a_rest_table)
{
	static const char *const names[] = { "TimeGenerated", "unknown", "resultType", "properties" };

	for (int fast = 0; fast < 2; fast++) {
		int places[4];
		const struct row_columns columns = { .places = places, .n = 4 };
		struct read_error error;
		struct fixture f;

		begin_with(&f, fast);
		places_of(&f, names, 4, places);
		record_begin(&f.record);
		cr_assert_eq(record_read_row(&f.record, SLICE("[\"2026-11-02T03:14:07Z\",{\"a\":[1]},401002,\"{\\\"deviceId\\\":\\\"d\\\"}\"]"),
		                             &columns, &error), READ_OK);
		record_finish(&f.record);
		expect_text(time_text(&f.record), "2026-11-02T03:14:07.000000Z", "time", "");
		expect_text(f.record.code, "401002", "code", "");
		expect_text(f.record.device, "d", "device", "");
		cr_expect(f.record.failure);

		record_begin(&f.record);
		cr_assert_eq(record_read_row(&f.record, SLICE("[null,1,\"None\",{\"deviceId\":\"e\"}]"), &columns, &error), READ_OK);
		record_finish(&f.record);
		cr_expect_eq(f.record.kind, RECORD_OTHER);

		record_begin(&f.record);
		cr_expect_eq(record_read_row(&f.record, SLICE("[1,2,3]"), &columns, &error), READ_BAD);
		cr_expect_eq(error.reason, REASON_ROW_WIDTH);
		record_begin(&f.record);
		cr_expect_eq(record_read_row(&f.record, SLICE("[1,2,3,4,5]"), &columns, &error), READ_BAD);
		cr_expect_eq(error.reason, REASON_ROW_WIDTH);
		record_begin(&f.record);
		cr_expect_eq(record_read_row(&f.record, SLICE("[1,2,3,}"), &columns, &error), READ_BAD);
		cr_expect_eq(error.reason, REASON_SYNTAX);
		end(&f);
	}
}

/* Of an envelope nothing is kept; an element of `records` is a record, whatever members it has. */
Test(record, envelopes)
{
	struct read_error error;
	struct fixture f;

	begin_with(&f, true);
	record_begin(&f.record);
	cr_expect_eq(record_read(&f.record, SLICE("{" OPERATION "\"records\":[{}]}"), true, &error), READ_ENVELOPE);
	record_begin(&f.record);
	cr_expect_eq(record_read(&f.record, SLICE("{" OPERATION "\"Tables\":[]}"), true, &error), READ_ENVELOPE);
	record_begin(&f.record);
	cr_expect_eq(record_read(&f.record, SLICE("{" OPERATION "\"records\":5}"), true, &error), READ_OK);
	record_begin(&f.record);
	cr_expect_eq(record_read(&f.record, SLICE("{" OPERATION "\"records\":[{}]}"), false, &error), READ_OK);
	record_finish(&f.record);
	cr_expect_eq(f.record.kind, RECORD_LOG);
	end(&f);
}

/* ---- the two readers ---- */

/* All that a record says. */
static void describe(struct record *r, struct buf *out)
{
	out->n = 0;
	buf_printf(out, "kind %d, time %lld, service %d, properties %d, unreadable %d, repaired %d, tabular %d, failure %d\n", (int)r->kind,
	           (long long)(r->kind == RECORD_OTHER ? 0 : r->time), r->kind == RECORD_LOG ? (int)r->service : 0,
	           r->kind == RECORD_LOG ? r->properties : 0, r->kind == RECORD_LOG && r->properties_unreadable, r->repaired, r->tabular,
	           r->kind == RECORD_LOG && r->failure);
	for (int f = 0; f < FIELDS; f++) {
		buf_slice(out, record_field(r, (enum field)f));
		buf_byte(out, '|');
	}
	if (r->kind != RECORD_LOG)
		return;
	for (int slot = 0; slot <= P_NAMED; slot++) {
		buf_slice(out, record_member(r, slot));
		buf_byte(out, '|');
	}
	buf_printf(out, "%.*s|%.*s|%.*s", SLICE_ARG(r->device), SLICE_ARG(r->enrollment), SLICE_ARG(r->code));
}

static enum read_status read_and_describe(struct fixture *f, struct slice text, struct buf *out)
{
	struct read_error error;

	record_begin(&f->record);
	const enum read_status status = record_read(&f->record, text, true, &error);

	out->n = 0;
	if (status != READ_OK)
		return status;
	record_finish(&f->record);
	describe(&f->record, out);
	return status;
}

/* Also as the beginning of a line, which is the way of nearly all records. */
static bool read_on_line_and_describe(struct fixture *f, struct slice text, struct buf *out)
{
	size_t end;

	record_begin(&f->record);
	if (!record_read_on_line(&f->record, text, &end) || end != text.n)
		return false;
	record_finish(&f->record);
	describe(&f->record, out);
	return true;
}

static unsigned compare_readers(unsigned count, size_t odd_one_in, unsigned damage_one_in)
{
	struct generator g = { .odd = odd_one_in };
	struct buf fast = BUF_INIT, yajl = BUF_INIT;
	struct fixture a, b;
	unsigned good = 0;

	begin_with(&a, true);
	begin_with(&b, false);
	for (uint64_t seed = 1; seed <= count; seed++) {
		if (seed % 7 == 0) { /* with and without much that the fast reader remembers */
			end(&a);
			begin_with(&a, true);
		}
		generate_value(&g, seed);
		if (seed % damage_one_in == 0)
			generate_damage(&g);
		if (g.out.p[0] != '{')
			continue;
		const enum read_status expected = read_and_describe(&b, buf_view(&g.out), &yajl);
		const enum read_status status = read_and_describe(&a, buf_view(&g.out), &fast);

		good += status == READ_OK;
		cr_assert(status == expected && slice_eq(buf_view(&fast), buf_view(&yajl)), "seed %llu: %.*s\n%d: %s\n%d: %s",
		          (unsigned long long)seed, (int)g.out.n, g.out.p, (int)status, buf_cstr(&fast), (int)expected, buf_cstr(&yajl));
		if (read_on_line_and_describe(&a, buf_view(&g.out), &fast))
			cr_assert(expected == READ_OK && slice_eq(buf_view(&fast), buf_view(&yajl)), "seed %llu, on its line: %.*s\n%s\n%s",
			          (unsigned long long)seed, (int)g.out.n, g.out.p, buf_cstr(&fast), buf_cstr(&yajl));
	}
	buf_free(&g.out);
	buf_free(&fast);
	buf_free(&yajl);
	end(&a);
	end(&b);
	return good;
}

Test(record, both_readers_give_the_same_record)
{
	cr_assert_gt(compare_readers(10000, 200, UINT32_MAX), 7000);
	cr_assert_gt(compare_readers(10000, 10, 3), 2000);
	compare_readers(20000, 30, 1);
}
