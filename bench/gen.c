/*
 * gen.c - writes exports of a made-up fleet, as large as wanted, for measuring.
 *
 *     gen --kind KIND --records N [--devices N] [--seed N] [--files N --dir FOLDER] [--facts FILE]
 *
 * To standard output, or into FOLDER/00000/PT1H.json and so on. The same seed, devices and records give the same
 * records in every form, so that answers can be compared; --facts says what they are. A record is made as raw text by
 * member, and a form writes it: nothing is made twice that differs only in how it looks.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WEEK_BEGINS INT64_C(1793577600) /* 2026-11-02, a Monday */
#define WEEK_US (INT64_C(7) * 86400 * 1000000)

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
	va_list args;

	fputs("gen: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* ---- chance: splitmix64 ---- */

static uint64_t chance(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Below n, n small. */
static uint32_t chance_below(uint64_t *state, uint32_t n)
{
	return (uint32_t)(((chance(state) >> 32) * n) >> 32);
}

/* ---- text: of one record, or of the file; room is made before a record ---- */

enum { RECORD_ROOM = 1 << 14, OUT_ROOM = 1 << 20 };

struct text {
	char *p;
	size_t n;
};

static void add(struct text *t, const char *p, size_t n)
{
	memcpy(t->p + t->n, p, n);
	t->n += n;
}

static void add_str(struct text *t, const char *s)
{
	add(t, s, strlen(s));
}

#define ADD(t, literal) add(t, literal, sizeof(literal) - 1)

static void add_number(struct text *t, uint64_t n, int digits)
{
	for (int i = digits - 1; i >= 0; i--, n /= 10)
		t->p[t->n + (size_t)i] = (char)('0' + n % 10);
	t->n += (size_t)digits;
}

static void add_plain(struct text *t, uint32_t n)
{
	int digits = 1;

	for (uint32_t m = n; m >= 10; m /= 10)
		digits++;
	add_number(t, n, digits);
}

static void add_guid(struct text *t, uint64_t *state)
{
	static const char hex[] = "0123456789abcdef";
	static const int parts[] = { 8, 4, 4, 4, 12 };
	uint64_t bits[2] = { chance(state), chance(state) };
	unsigned at = 0;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (i > 0)
			t->p[t->n++] = '-';
		for (int k = 0; k < parts[i]; k++, at++)
			t->p[t->n++] = hex[bits[at / 16] >> at % 16 * 4 & 15];
	}
}

/* The text of a JSON string. */
static void add_escaped(struct text *t, const char *p, size_t n)
{
	char *out = t->p + t->n;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n') {
			*out++ = '\\';
			*out++ = 'n';
			continue;
		}
		if (p[i] == '"' || p[i] == '\\')
			*out++ = '\\';
		*out++ = p[i];
	}
	t->n = (size_t)(out - t->p);
}

/* ---- a record, member by member ---- */

enum member {
	TIME, RESOURCE, OPERATION, REVISION, CATEGORY, RESULT, SIGNATURE, DESCRIPTION, DURATION, CALLER, CORRELATION,
	LEVEL, LOCATION, PROPERTIES, MEMBERS
};

static const char *const names[MEMBERS] = {
	"time", "resourceId", "operationName", "operationVersion", "category", "resultType", "resultSignature",
	"resultDescription", "durationMs", "callerIpAddress", "correlationId", "level", "location", "properties",
};

/* The orders in which the two services write. */
static const unsigned char dps_order[] = { TIME, RESOURCE, OPERATION, REVISION, CATEGORY, RESULT, SIGNATURE, DESCRIPTION,
	DURATION, CALLER, CORRELATION, LEVEL, LOCATION, PROPERTIES };
static const unsigned char hub_order[] = { TIME, RESOURCE, OPERATION, CATEGORY, LEVEL, RESULT, DESCRIPTION, DURATION,
	PROPERTIES, LOCATION };

struct value {
	const char *p;  /* NULL: the record has no such member */
	size_t n;
};

struct record {
	struct value value[MEMBERS];
	unsigned char order[MEMBERS];
	size_t n;
	int64_t us;     /* since 1970 */
	bool failure;
	struct text text;
};

static void set(struct record *r, enum member m, const char *s)
{
	r->value[m] = (struct value){ s, strlen(s) };
}

/* What was added to the record's text since `from`. */
static void set_since(struct record *r, enum member m, size_t from)
{
	r->value[m] = (struct value){ r->text.p + from, r->text.n - from };
}

/* ---- the fleet ---- */

enum outcome_kind { GOOD, REFUSED, THROTTLED, UNKNOWN, BROKEN, OUTCOMES };

static const struct outcome {
	const char *dps_result, *signature, *dps_text;
	const char *hub_result, *hub_text, *status, *message;
} outcomes[OUTCOMES] = {
	[GOOD] = { "Success", "", "", NULL, NULL, NULL, "" },
	[REFUSED] = { "ClientError", "401",
		"Attestation failed: the certificate chain of the device does not lead to a verified CA certificate of this "
		"enrollment group (CA certificate not found). ErrorCode: 401002; TrackingId: ",
		"401003", "IotHubUnauthorized", "401",
		"The token of the device has expired or its signature does not match, see https://aka.ms/iothub401003" },
	[THROTTLED] = { "ClientError", "429",
		"Too many requests: the limit of registrations a minute of this service is reached; retry after the time given. "
		"TrackingId: ",
		"429001", "ThrottlingException", "429", "Request is being throttled, retry later" },
	[UNKNOWN] = { "ClientError", "404",
		"Registration not found: there is no enrollment for this id. ErrorCode: 404201; TrackingId: ",
		"404104", "DeviceConnectionClosedRemotely", "404",
		"Device disconnected, see cause and resolution at https://aka.ms/iothub404104" },
	[BROKEN] = { "ServerError", "500", "An internal error occurred while the request was processed. TrackingId: ",
		"500001", "ServerError", "500", "The server encountered an internal error, retry the operation" },
};

/* Storms, in thousandths of the week: of 100 records so many fail this way. The last one that applies. */
static const struct storm {
	uint32_t from, to, percent;
	enum outcome_kind kind;
} storms[] = {
	{ 0, 1000, 2, UNKNOWN },
	{ 160, 200, 55, REFUSED },
	{ 165, 190, 40, THROTTLED },
	{ 600, 610, 30, BROKEN },
};

static const char *const lines[] = { "press", "weld", "pump", "temp", "agv", "kiosk" };
static const char *const places[] = { "westeurope", "northeurope", "centralus" };
static const char *const protocols[] = { "Mqtt", "Amqp", "Http" };
static const char *const sdks[] = { "iothubclient/1.12.0 (Linux; armv7l)", ".NET/1.38.0 (.NET Core 3.1.19; Windows 10; X64)",
	"azure-iot-device/2.12.0 (Python 3.11; Linux)", "az-sdk-c/1.5.0" };
#define RESOURCE_GROUP "/SUBSCRIPTIONS/5B1C0F3A-7D24-4E61-9A38-C2E4D0B7F916/RESOURCEGROUPS/FLEET/PROVIDERS/MICROSOFT.DEVICES/"

enum content { DPS, HUB, MIXED };
enum form { LINES, DOCUMENT, PRETTY, CSV };

struct kind {
	const char *name;
	enum content content;
	enum form form;
	bool shuffled;   /* the order of members differs from record to record */
	bool escapes;    /* in every description */
};

static const struct kind kinds[] = {
	{ .name = "dps" },
	{ .name = "hub", .content = HUB },
	{ .name = "mixed", .content = MIXED },
	{ .name = "shuffled", .shuffled = true },
	{ .name = "escapes", .escapes = true },
	{ .name = "document", .form = DOCUMENT },
	{ .name = "pretty", .form = PRETTY },
	{ .name = "csv", .form = CSV },
};

struct fleet {
	const struct kind *kind;
	uint64_t records, devices, stride, seed;
	uint64_t state, shuffle;       /* of chance; the records do not depend on their order of members */
	int64_t second;                /* of which `clock` is the text */
	char clock[sizeof "2026-11-02T03:14:07"];
};

static uint64_t divisor(uint64_t a, uint64_t b)
{
	return b == 0 ? a : divisor(b, a % b);
}

/* Every device once in each round, in an order without locality. */
static void fleet_init(struct fleet *f)
{
	f->stride = (uint64_t)((double)f->devices * 0.6180339887) | 1;
	while (divisor(f->stride, f->devices) != 1)
		f->stride += 2;
	f->state = f->seed;
	f->shuffle = f->seed + 1;
	f->second = -1;
}

static enum outcome_kind choose_outcome(struct fleet *f, uint64_t i, bool *storm)
{
	const uint32_t at = (uint32_t)(i * 1000 / f->records), dice = chance_below(&f->state, 100);
	enum outcome_kind kind = GOOD;

	*storm = false;
	for (size_t k = 0; k < sizeof storms / sizeof *storms; k++)
		if (at >= storms[k].from && at < storms[k].to && dice < storms[k].percent) {
			kind = storms[k].kind;
			*storm = k > 0;
		}
	return kind;
}

/* In a storm a tenth of the fleet asks again and again. */
static uint64_t choose_device(struct fleet *f, uint64_t i, bool storm)
{
	if (storm && f->devices >= 10)
		return chance(&f->state) % (f->devices / 10) * 10;
	return (i % f->devices * f->stride + f->seed) % f->devices;
}

static void add_device(struct text *t, uint64_t device)
{
	add_str(t, lines[device % (sizeof lines / sizeof *lines)]);
	t->p[t->n++] = '-';
	add_number(t, device, 7);
}

static void set_time(struct record *r, struct fleet *f, uint64_t i, bool fraction)
{
	const int64_t us = (int64_t)((double)WEEK_US / (double)f->records * (double)i);
	const int64_t second = WEEK_BEGINS + us / 1000000;
	const size_t from = r->text.n;

	if (second != f->second) {
		struct tm tm;

		f->second = second;
		strftime(f->clock, sizeof f->clock, "%Y-%m-%dT%H:%M:%S", gmtime_r(&second, &tm));
	}
	r->us = WEEK_BEGINS * 1000000 + us;
	add(&r->text, f->clock, sizeof f->clock - 1);
	if (fraction) {
		ADD(&r->text, ".");
		add_number(&r->text, (uint64_t)us % 1000000 * 10, 7);
	}
	ADD(&r->text, "Z");
	set_since(r, TIME, from);
}

static void set_order(struct record *r, const unsigned char *order, size_t n)
{
	memcpy(r->order, order, n);
	r->n = n;
}

static void make_description(struct record *r, struct fleet *f, const char *text)
{
	const size_t from = r->text.n;

	if (f->kind->escapes)
		ADD(&r->text, "\"FLEET-DPS\" says:\n");
	add_str(&r->text, text);
	if (*text != '\0')
		add_guid(&r->text, &f->state);
	set_since(r, DESCRIPTION, from);
}

static void make_dps(struct record *r, struct fleet *f, const struct outcome *o, uint64_t device)
{
	struct text *t = &r->text;
	size_t from;

	set_order(r, dps_order, sizeof dps_order);
	set(r, RESOURCE, RESOURCE_GROUP "PROVISIONINGSERVICES/FLEET-DPS");
	set(r, OPERATION, "AttestationAttempt");
	set(r, REVISION, "March2019");
	set(r, CATEGORY, "DeviceOperations");
	set(r, RESULT, o->dps_result);
	set(r, SIGNATURE, o->signature);
	set(r, LEVEL, o->hub_result == NULL ? "Information" : "Error");
	make_description(r, f, o->dps_text);
	from = t->n;
	add_plain(t, 40 + chance_below(&f->state, 400));
	set_since(r, DURATION, from);
	from = t->n;
	ADD(t, "203.0.");
	add_plain(t, chance_below(&f->state, 256));
	ADD(t, ".XXX");
	set_since(r, CALLER, from);
	from = t->n;
	add_guid(t, &f->state);
	set_since(r, CORRELATION, from);
	from = t->n;
	ADD(t, "{\"id\":\"");
	add_device(t, device);
	ADD(t, "\",\"type\":\"Registration\",\"protocol\":\"");
	add_str(t, protocols[device % 3]);
	ADD(t, "\"}");
	set_since(r, PROPERTIES, from);
}

static void make_hub(struct record *r, struct fleet *f, const struct outcome *o, uint64_t device)
{
	struct text *t = &r->text;
	const bool failure = o->hub_result != NULL;
	const size_t from = t->n;

	set_order(r, hub_order, sizeof hub_order);
	set(r, RESOURCE, RESOURCE_GROUP "IOTHUBS/FLEET-HUB-WEU");
	set(r, OPERATION, failure ? "deviceDisconnect" : "deviceConnect");
	set(r, CATEGORY, "Connections");
	set(r, LEVEL, failure ? "Error" : "Information");
	if (failure) {
		set(r, RESULT, o->hub_result);
		set(r, DESCRIPTION, o->hub_text);
	}
	ADD(t, "{\"deviceId\":\"");
	add_device(t, device);
	ADD(t, "\",\"sdkVersion\":\"");
	add_str(t, sdks[device % 4]);
	ADD(t, "\",\"protocol\":\"");
	add_str(t, protocols[device % 3]);
	ADD(t, "\",\"authType\":\"{\\\"scope\\\":\\\"device\\\",\\\"type\\\":\\\"sas\\\",\\\"issuer\\\":\\\"iothub\\\","
		"\\\"acceptingIpFilterRule\\\":null}\",\"maskedIpAddress\":\"198.51.");
	add_plain(t, chance_below(&f->state, 256));
	ADD(t, ".XXX\",\"statusCode\":");
	if (failure) {
		ADD(t, "\"");
		add_str(t, o->status);
		ADD(t, "\"");
	} else {
		ADD(t, "null");
	}
	ADD(t, ",\"errorMessage\":\"");
	add_str(t, o->message);
	ADD(t, "\"}");
	set_since(r, PROPERTIES, from);
}

/* The other categories of a hub: twins, methods, a route without a device. */
static void make_other(struct record *r, struct fleet *f, const struct outcome *o, uint64_t device)
{
	static const char *const other[][2] = { { "D2CTwinOperations", "update" }, { "DirectMethods", "invoke" },
		{ "Routes", "endpointUnhealthy" }, { "DeviceTelemetry", "ingress" } };
	const uint32_t which = chance_below(&f->state, sizeof other / sizeof *other);
	struct text *t = &r->text;
	size_t from;

	make_hub(r, f, o, device);
	set(r, CATEGORY, other[which][0]);
	set(r, OPERATION, other[which][1]);
	from = t->n;
	add_plain(t, chance_below(&f->state, 100));
	set_since(r, DURATION, from);
	from = t->n;
	ADD(t, "{\"deviceId\":");
	if (which == 2) {
		ADD(t, "null,\"endpointName\":\"queue-7\",\"messageId\":null");
	} else {
		ADD(t, "\"");
		add_device(t, device);
		ADD(t, "\",\"requestSize\":\"162\",\"responseSize\":\"682\",\"requestName\":\"dock\"");
	}
	ADD(t, ",\"statusCode\":null,\"details\":\"none\"}");
	set_since(r, PROPERTIES, from);
}

static void make_record(struct record *r, struct fleet *f, uint64_t i)
{
	bool storm;
	const enum outcome_kind outcome = choose_outcome(f, i, &storm);
	const uint64_t device = choose_device(f, i, storm);
	const uint32_t service = f->kind->content == MIXED ? chance_below(&f->state, 3) : f->kind->content;

	memset(r->value, 0, sizeof r->value);
	r->text.n = 0;
	r->failure = outcome != GOOD;
	set_time(r, f, i, service == DPS);
	set(r, LOCATION, places[device % 3]);
	if (service == DPS)
		make_dps(r, f, &outcomes[outcome], device);
	else if (service == HUB)
		make_hub(r, f, &outcomes[outcome], device);
	else
		make_other(r, f, &outcomes[outcome], device);
	for (size_t k = r->n; f->kind->shuffled && k > 1; k--) {
		const size_t other = chance_below(&f->shuffle, (uint32_t)k);
		const unsigned char held = r->order[k - 1];

		r->order[k - 1] = r->order[other];
		r->order[other] = held;
	}
}

/* ---- forms ---- */

/* Between members stands a comma and what the form breaks lines with. */
static void write_object(struct text *out, const struct record *r, const char *open, const char *between, const char *colon,
                         const char *close)
{
	const char *before = open;

	for (size_t i = 0; i < r->n; i++) {
		const struct value *v = &r->value[r->order[i]];

		if (v->p == NULL)
			continue;
		add_str(out, before);
		before = between;
		add_str(out, names[r->order[i]]);
		add_str(out, colon);
		if (r->order[i] == DESCRIPTION || r->order[i] == PROPERTIES)
			add_escaped(out, v->p, v->n);
		else
			add(out, v->p, v->n);
		ADD(out, "\"");
	}
	add_str(out, close);
}

static void write_line(struct text *out, const struct record *r, bool first)
{
	(void)first;
	write_object(out, r, "{\"", ",\"", "\":\"", "}\n");
}

static void write_element(struct text *out, const struct record *r, bool first)
{
	if (!first)
		ADD(out, ",");
	write_object(out, r, "{\"", ",\"", "\":\"", "}");
}

static void write_pretty(struct text *out, const struct record *r, bool first)
{
	if (!first)
		ADD(out, "\n");
	write_object(out, r, "{\n  \"", ",\n  \"", "\": \"", "\n}");
}

/* What the portal exports: many columns that are empty, and its own way to write times. */
static const struct column {
	const char *name;
	int member;         /* -1: `text` in every row */
	const char *text;
} columns[] = {
	{ "TenantId", -1, "c07d3e55-18aa-4b0f-8f6e-2b9d61a4e730" }, { "TimeGenerated [UTC]", TIME, NULL },
	{ "ResourceId", RESOURCE, NULL }, { "Category", CATEGORY, NULL }, { "ResourceGroup", -1, "FLEET" },
	{ "ResourceProvider", -1, "MICROSOFT.DEVICES" }, { "Resource", -1, "FLEET-DPS" },
	{ "ResourceType", -1, "PROVISIONINGSERVICES" },
	{ "OperationName", OPERATION, NULL }, { "OperationVersion", REVISION, NULL }, { "ResultType", RESULT, NULL },
	{ "ResultSignature", SIGNATURE, NULL }, { "JobId_g", -1, "" }, { "RunbookName_s", -1, "" }, { "StreamType_s", -1, "" },
	{ "requestUri_s", -1, "" }, { "clientInfo_s", -1, "" }, { "httpStatusCode_d", -1, "" }, { "id_s", -1, "" },
	{ "identity_claim_appid_g", -1, "" }, { "listenerName_s", -1, "" }, { "instanceId_s", -1, "" }, { "httpMethod_s", -1, "" },
	{ "ResultDescription", DESCRIPTION, NULL }, { "DurationMs", DURATION, NULL }, { "CallerIPAddress", CALLER, NULL },
	{ "CorrelationId", CORRELATION, NULL }, { "Level", LEVEL, NULL }, { "location_s", LOCATION, NULL },
	{ "properties_s", PROPERTIES, NULL }, { "SourceSystem", -1, "Azure" }, { "Type", -1, "AzureDiagnostics" },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void add_cell(struct text *out, const char *p, size_t n)
{
	if (memchr(p, '"', n) == NULL && memchr(p, ',', n) == NULL && memchr(p, '\n', n) == NULL) {
		add(out, p, n);
		return;
	}
	ADD(out, "\"");
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '"')
			out->p[out->n++] = '"';
		out->p[out->n++] = p[i];
	}
	ADD(out, "\"");
}

static void add_portal_time(struct text *out, int64_t us)
{
	const int64_t second = us / 1000000;
	struct tm tm;
	char text[40];

	out->n += strftime(text, sizeof text, "%-m/%-d/%Y, %-I:%M:%S %p", gmtime_r(&second, &tm)) + 2;
	snprintf(out->p + out->n - strlen(text) - 2, strlen(text) + 3, "\"%s\"", text);
}

static void write_row(struct text *out, const struct record *r, bool first)
{
	(void)first;
	for (size_t i = 0; i < COLUMNS; i++) {
		if (i > 0)
			ADD(out, ",");
		if (columns[i].member == TIME)
			add_portal_time(out, r->us);
		else if (columns[i].member < 0)
			add_str(out, columns[i].text);
		else if (r->value[columns[i].member].p != NULL)
			add_cell(out, r->value[columns[i].member].p, r->value[columns[i].member].n);
	}
	ADD(out, "\n");
}

static void write_header(struct text *out)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		if (i > 0)
			ADD(out, ",");
		add_str(out, columns[i].name);
	}
	ADD(out, "\n");
}

static const struct form_entry {
	void (*write)(struct text *out, const struct record *r, bool first);
	const char *before, *after;  /* all records */
} forms[] = {
	[LINES] = { write_line, "", "" },
	[DOCUMENT] = { write_element, "{\"records\":[", "]}\n" },
	[PRETTY] = { write_pretty, "", "\n" },
	[CSV] = { write_row, "", "" },
};

/* ---- writing ---- */

struct writer {
	int fd;
	struct text text;
	uint64_t bytes;
};

static void writer_flush(struct writer *w)
{
	for (size_t done = 0; done < w->text.n;) {
		const ssize_t n = write(w->fd, w->text.p + done, w->text.n - done);

		if (n < 0 && errno != EINTR)
			die("cannot write: %s", strerror(errno));
		done += n < 0 ? 0 : (size_t)n;
	}
	w->bytes += w->text.n;
	w->text.n = 0;
}

static void write_file(struct writer *w, struct fleet *f, struct record *r, uint64_t from, uint64_t to, uint64_t *failures)
{
	const struct form_entry *form = &forms[f->kind->form];

	add_str(&w->text, form->before);
	if (f->kind->form == CSV)
		write_header(&w->text);
	for (uint64_t i = from; i < to; i++) {
		make_record(r, f, i);
		*failures += r->failure;
		form->write(&w->text, r, i == from);
		if (w->text.n > OUT_ROOM)
			writer_flush(w);
	}
	add_str(&w->text, form->after);
	writer_flush(w);
}

static int open_file(const char *folder, uint64_t number)
{
	char *path;

	if (asprintf(&path, "%s/%05" PRIu64, folder, number) < 0 || (mkdir(path, 0777) != 0 && errno != EEXIST))
		die("cannot make a folder in %s: %s", folder, strerror(errno));
	free(path);
	if (asprintf(&path, "%s/%05" PRIu64 "/PT1H.json", folder, number) < 0)
		die("no memory");
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	free(path);
	return fd;
}

struct wanted {
	struct fleet fleet;
	uint64_t files;
	const char *folder, *facts;
};

static void write_all(struct wanted *want)
{
	struct record r = { .text.p = malloc(RECORD_ROOM) };
	struct writer w = { .fd = STDOUT_FILENO, .text.p = malloc(OUT_ROOM + 2 * RECORD_ROOM) };
	const uint64_t n = want->fleet.records;
	uint64_t failures = 0;

	if (r.text.p == NULL || w.text.p == NULL)
		die("no memory");
	for (uint64_t i = 0; i < want->files; i++) {
		if (want->folder != NULL)
			w.fd = open_file(want->folder, i);
		write_file(&w, &want->fleet, &r, n * i / want->files, n * (i + 1) / want->files, &failures);
		if (want->folder != NULL && close(w.fd) != 0)
			die("cannot write: %s", strerror(errno));
	}
	free(r.text.p);
	free(w.text.p);
	if (want->facts == NULL)
		return;
	FILE *facts = fopen(want->facts, "w");

	if (facts == NULL)
		die("%s: %s", want->facts, strerror(errno));
	fprintf(facts, "{\"bytes\":%" PRIu64 ",\"records\":%" PRIu64 ",\"failures\":%" PRIu64 "}\n", w.bytes, n, failures);
	if (fclose(facts) != 0)
		die("%s: %s", want->facts, strerror(errno));
}

/* ---- the command line ---- */

static const struct option options[] = {
	{ "kind", required_argument, NULL, 'k' }, { "records", required_argument, NULL, 'r' },
	{ "devices", required_argument, NULL, 'd' }, { "seed", required_argument, NULL, 's' },
	{ "files", required_argument, NULL, 'f' }, { "dir", required_argument, NULL, 'D' },
	{ "facts", required_argument, NULL, 'F' }, { 0 },
};

static const struct kind *kind_named(const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	die("%s is no kind", name);
}

static uint64_t number(const char *text)
{
	char *end;
	const unsigned long long n = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0')
		die("%s is no number", text);
	return n;
}

static void read_options(struct wanted *want, int argc, char **argv)
{
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (c) {
		case 'k': want->fleet.kind = kind_named(optarg); break;
		case 'r': want->fleet.records = number(optarg); break;
		case 'd': want->fleet.devices = number(optarg); break;
		case 's': want->fleet.seed = number(optarg); break;
		case 'f': want->files = number(optarg); break;
		case 'D': want->folder = optarg; break;
		case 'F': want->facts = optarg; break;
		default: exit(2);
		}
	}
	if (optind < argc || want->fleet.records == 0 || want->fleet.devices == 0 || want->files == 0)
		die("--kind and --records are needed; numbers are above 0");
	if (want->files > 1 && want->folder == NULL)
		die("several files need --dir");
}

int main(int argc, char **argv)
{
	struct wanted want = { .fleet = { .kind = &kinds[0], .devices = 100000, .seed = 1 }, .files = 1 };

	read_options(&want, argc, argv);
	fleet_init(&want.fleet);
	write_all(&want);
	return 0;
}
