/*
 * kql.c - any text is a predicate or is refused with a reason about a place in it, and twice the same; and so are its answers.
 */
#include "base/utf8.h"
#include "fuzz.h"
#include "select/kql.h"

static const char *const seeds[] = {
	"ResultType == 'ClientError' and resulttype != \"x\" or not(code in ('401002', '404'))",
	"properties.protocol =~ 'mqtt' and properties['count'] > 5 and properties_count_d between (1 .. 10)",
	"TimeGenerated between (datetime(2026-11-02) .. 1d) and TimeGenerated > ago(1h) + 2 * 15min - 1tick",
	"ResultDescription matches regex @'(?i)\\b(4\\d{2})[^)]*\\)' and extract('([0-9]+)', 1, ResultDescription) == '401002'",
	"tolower(substring(device, 0, 5)) startswith 'press' and strlen(trim('[ -]+', OperationName)) % 2 == 0",
	"toint(DurationMs) * 1.5 >= 0x1F and iff(isnull(properties.none), true, Level has_cs 'Error')",
	"parse_json(properties_s).protocol has_any ('Mqtt', 'Amqp') and tostring(todynamic(properties_s)['protocol']) !in~ ('x')",
	"split(_ResourceId, '/')[2] contains 's' and array_length(split('a,b', ',')) == 2 // the rest",
	"case(Level == 'Error', 1, Level == '4', 2, 3) < long(-5) or bin(TimeGenerated, 1h) == datetime(2026-11-02T03:00:00Z)",
	"'it\\'s' == h\"it's\" and ```a\"'b``` != 'a\\x41\\u00e9' and dynamic(['a', 1]) has 'a' and coalesce(location, 'x') == 'x'",
	NULL
};
static const char *const words[] = {
	"and", "or", "not(", "(", ")", "[", "]", ",", "..", ".", "==", "!=", "=~", "!~", "<", ">=", "+", "-", "*", "/", "%", "in", "!in", "in~",
	"between", "has", "!has", "has_cs", "has_any", "has_all", "hasprefix", "contains", "contains_cs", "startswith", "endswith_cs", "matches regex",
	"'", "\"", "@'", "h'", "```", "\\", "//", "\n", "null", "true", "false", "dynamic(", "dynamic([1,\"a\",{\"b\":null}])", "datetime(", "datetime(null)",
	"datetime(9999-12-31T23:59:59.9999999Z)", "timespan(", "1d", "1.5h", "1tick", "-1", "0", "0x", "0xffffffffffffffff", "9223372036854775807",
	"-9223372036854775808", "1e308", "1e-400", "real(nan)", "real(+inf)", "int(null)", "now()", "ago(", "bin(", "iff(", "case(", "strlen(",
	"substring(", "split(", "extract(", "replace_string(", "replace_regex(", "trim(", "toint(", "tolong(", "todouble(", "todatetime(", "totimespan(",
	"tostring(", "tobool(", "parse_json(", "isempty(", "isnull(", "isnotnull(", "column_ifexists(", "properties", "properties.x", "properties_x_s",
	"ResultType", "TimeGenerated", "Level", "device", "DurationMs", "_ResourceId", "'((a+)+)+$'", "'(?R)'", "'[[:alpha:]]{1,1000}'", "'\\\\K'",
	"\xc3\xa9", "\xff", "\xe2\x80\xaf", NULL
};
const struct fuzz_target fuzz_target = { seeds, words, false };

/* A predicate, compiled, with what it says of each record. */
struct side {
	struct kql *kql;
	struct buf text;
};

static void refuse(const struct kql_error *error, size_t n, struct buf *out)
{
	if (error->at > n || error->n > n - error->at)
		fuzz_failed("the mistake is said to be at %zu, %zu bytes of %zu", error->at, error->n, n);
	if (error->text.n == 0 || !utf8_valid(buf_view(&error->text)))
		fuzz_failed("no words that can be shown");
	buf_printf(out, "refused at %zu, %zu: ", error->at, error->n);
	buf_slice(out, buf_view(&error->text));
}

static void side_init(struct side *s, struct slice text)
{
	struct kql_error error = { 0 };

	*s = (struct side){ .kql = kql_compile(text, &error) };
	if (s->kql == NULL)
		refuse(&error, text.n, &s->text);
	kql_error_free(&error);
}

static void side_free(struct side *s)
{
	kql_free(s->kql);
	buf_free(&s->text);
}

static void ask_one(struct side *s, const char *text, const struct fields *fields)
{
	struct reader *reader = reader_new(true);
	struct kql_scratch *scratch = kql_scratch_new();
	struct record record;
	struct read_error error;

	record_init(&record, fields, reader);
	record_begin(&record);
	if (record_read(&record, slice_str(text), false, &error) == READ_OK) {
		record_finish(&record);
		if (record.kind == RECORD_LOG)
			buf_printf(&s->text, "%d", (int)kql_ask(s->kql, &record, scratch));
	}
	record_free(&record);
	kql_scratch_free(scratch);
	reader_free(reader);
}

static void ask_all(struct side *s)
{
	struct wants wants;

	if (s->kql == NULL)
		return;
	wants_init(&wants);
	if (!kql_want(s->kql, &wants))
		return;
	struct fields *fields = fields_new(&wants);

	kql_bind(s->kql, fields);
	if (kql_needs_now(s->kql))
		kql_set_now(s->kql, INT64_C(1793588400000000));
	for (size_t i = 0; record_seeds[i] != NULL; i++)
		if (record_seeds[i][0] == '{')
			ask_one(s, record_seeds[i], fields);
	buf_printf(&s->text, ", %d, %zu", kql_names_outcome(s->kql), kql_members(s->kql));
	fields_free(fields);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct slice text = slice_of((const char *)data, n);
	struct side a, b;

	side_init(&a, text);
	side_init(&b, text);
	ask_all(&a);
	ask_all(&b);
	fuzz_same("the same predicate answers otherwise", &a.text, &b.text);
	side_free(&a);
	side_free(&b);
	return 0;
}
