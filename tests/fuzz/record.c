/*
 * record.c - a record read by either reader has the same fields and means the same.
 *
 * A text that begins with a brace is read as an object, one that begins with a bracket as a row of a table; there are no others. They
 * are read as texts of their own; and where they lie among the others, each twice, so that it may be read by its shape.
 */
#include "fuzz.h"
#include "record/record.h"

const struct fuzz_target fuzz_target = { record_seeds, record_words, true };

static const char *const columns[] = { "TimeGenerated", "Category", "Resource", "ResultType", "properties_s", "AdditionalFields", "x",
	"properties_deviceId_s" };
enum { COLUMNS = sizeof columns / sizeof *columns };

struct side {
	struct reader *reader;
	struct record record;
	struct buf text;
};

/* ---- a record, written down ---- */

static void line(struct buf *out, const char *name, long long n, struct slice text)
{
	buf_printf(out, "%s %lld %zu <", name, n, text.n);
	buf_slice(out, text);
	buf_str(out, ">\n");
}

static const struct slice nothing = { NULL, 0 };

static void describe_meaning(struct record *r, struct buf *out)
{
	line(out, "time", (long long)r->time, nothing);
	line(out, "service", r->service, record_service(r));
	line(out, "properties", r->properties, nothing);
	line(out, "unreadable", r->properties_unreadable, nothing);
	line(out, "tabular", r->tabular, nothing);
	line(out, "local", r->local_time, nothing);
	line(out, "device", r->failure, r->device);
	line(out, "enrollment", 0, r->enrollment);
	line(out, "code", 0, r->code);
	line(out, "level", (long long)r->outcome.level, record_level(r));
	line(out, "message", 0, record_message(r));
	line(out, "resource", 0, record_resource(r));
	line(out, "provider", 0, r->resource->id.provider);
	line(out, "location", 0, record_location(r));
	line(out, "address", 0, record_caller_ip(r));
	line(out, "id", 0, record_id(r));
}

static void describe(struct record *r, struct buf *out)
{
	line(out, "kind", (long long)r->kind, r->raw);
	line(out, "repaired", r->repaired, nothing);
	if (r->kind == RECORD_OTHER)
		return;
	describe_meaning(r, out);
	/* what a place says that others only ask through it: properties may not have been read, columns are none of a metric's */
	for (int f = 0; f < FIELDS; f++)
		line(out, "field", f, record_field(r, (enum field)f));
	for (int m = 0; m < SLOTS && r->kind == RECORD_LOG; m++)
		line(out, "member", m, record_member(r, m));
	const struct dimension_slots slots = fields_dimension(r->fields, SLICE("ProvisioningServiceName"));

	line(out, "dimension", 0, record_dimension(r, slots));
}

/* ---- both sides ---- */

static void side_init(struct side *s, bool fast, const struct fields *fields)
{
	*s = (struct side){ .reader = reader_new(fast) };
	record_init(&s->record, fields, s->reader);
}

static void side_free(struct side *s)
{
	record_free(&s->record);
	reader_free(s->reader);
	buf_free(&s->text);
}

static void side_read(struct side *s, struct slice text, bool unwraps, const struct row_columns *row)
{
	struct read_error error = { .reason = REASONS };
	struct record *r = &s->record;

	s->text.n = 0;
	record_begin(r);
	const enum read_status status = row == NULL ? record_read(r, text, unwraps, &error) : record_read_row(r, text, row, &error);

	buf_printf(&s->text, "status %d\n", (int)status);
	if (status == READ_BAD)
		buf_printf(&s->text, "reason %d at %zu\n", (int)error.reason, error.at);
	if (status != READ_OK)
		return;
	record_finish(r);
	describe(r, &s->text);
}

static void compare(struct side *fast, struct side *yajl, struct slice text, const struct row_columns *row)
{
	side_read(fast, text, false, row);
	side_read(yajl, text, false, row);
	fuzz_same("the record differs", &fast->text, &yajl->text);
}

static void compare_on_line(struct side *fast, struct side *yajl, struct slice text)
{
	size_t end;

	record_begin(&fast->record);
	if (!record_read_on_line(&fast->record, text, &end))
		return;
	record_finish(&fast->record);
	fast->text.n = 0;
	buf_str(&fast->text, "status 0\n");
	describe(&fast->record, &fast->text);
	side_read(yajl, slice_of(text.p, end), true, NULL);
	fuzz_same("the record at the beginning of the line differs", &fast->text, &yajl->text);
}

static void compare_texts(struct slice all, bool within, const struct fields *fields)
{
	struct side fast, yajl;
	struct slice text;
	int places[COLUMNS];
	const struct row_columns row = { .places = places, .n = COLUMNS };

	for (size_t i = 0; i < COLUMNS; i++)
		places[i] = fields_place(fields, AT_TOP, slice_str(columns[i]));
	side_init(&fast, true, fields);
	side_init(&yajl, false, fields);
	if (within)
		reader_within(fast.reader, all);
	while (fuzz_next_text(&all, &text)) {
		if (text.n == 0 || (text.p[0] != '{' && text.p[0] != '['))
			continue;
		for (int i = 0; i < 1 + within; i++) {
			compare(&fast, &yajl, text, text.p[0] == '[' ? &row : NULL);
			compare_on_line(&fast, &yajl, text);
		}
	}
	side_free(&fast);
	side_free(&yajl);
}

static struct fields *all_fields(void)
{
	struct wants wants;

	wants_init(&wants);
	wants.fields = FIELD_BIT(FIELDS) - 1;
	wants.members = FIELD_BIT(P_NAMED) - 1;
	wants_member(&wants, SLICE("authType"));
	wants_member(&wants, SLICE("n"));
	wants_dimension(&wants, SLICE("ProvisioningServiceName"));
	return fields_new(&wants);
}

static struct fields *few_fields(void)
{
	struct wants wants;

	wants_init(&wants);
	return fields_new(&wants);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct slice all = slice_of((const char *)data, n);
	struct fields *const many = all_fields(), *const few = few_fields();

	compare_texts(all, false, many);
	compare_texts(all, true, many);
	compare_texts(all, true, few);
	fields_free(many);
	fields_free(few);
	return 0;
}
