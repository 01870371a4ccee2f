/*
 * test_select.c - the selection options over single records (dpslog-records(7), SELECTION; dpslog(1)).
 */
#include <criterion/criterion.h>

#include "select/select.h"

struct fixture {
	struct fields *fields;
	struct reader *reader;
	struct record record;
};

static void begin(struct fixture *f)
{
	struct wants w;

	wants_init(&w);
	f->fields = fields_new(&w);
	f->reader = reader_new(true);
	record_init(&f->record, f->fields, f->reader);
}

static void end(struct fixture *f)
{
	record_free(&f->record);
	reader_free(f->reader);
	fields_free(f->fields);
}

static struct record *record_of(struct fixture *f, const char *json)
{
	struct read_error error;

	record_begin(&f->record);
	cr_assert_eq(record_read(&f->record, slice_str(json), true, &error), READ_OK, "%s", json);
	record_finish(&f->record);
	return &f->record;
}

#define NOTHING { .since = TIME_NONE, .until = TIME_NONE }

static bool base(const struct selection *s, struct record *r)
{
	uint64_t undecided = 0;

	return select_base(s, r, NULL, &undecided);
}

static const char failure[] = "{\"time\":\"2026-11-02T03:14:07Z\",\"category\":\"DeviceOperations\",\"operationName\":\"AttestationAttempt\","
	"\"resultType\":\"ClientError\",\"resultSignature\":\"401\",\"resultDescription\":\"401002\",\"properties\":{\"deviceId\":\"Press-1\"}}";
static const char success[] = "{\"operationName\":\"deviceConnect\"}";

Test(select, nothing_selects_everything)
{
	const struct selection s = NOTHING;
	struct fixture f;

	begin(&f);
	cr_expect(base(&s, record_of(&f, failure)) && select_outcome(&s, &f.record));
	cr_expect(base(&s, record_of(&f, success)) && select_outcome(&s, &f.record));
	cr_expect(!select_has_outcome(&s));
	end(&f);
}

Test(select, time_from_inclusive_until_exclusive)
{
	const int64_t t = time_parse(SLICE("2026-11-02T03:14:07Z"));
	const struct { int64_t since, until; bool in; } cases[] = {
		{ t, TIME_NONE, true }, { t + 1, TIME_NONE, false }, { TIME_NONE, t, false }, { TIME_NONE, t + 1, true }, { t, t + 1, true },
		{ t, t, false }, { t - 1, t, false },
	};
	struct fixture f;

	begin(&f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct selection s = { .since = cases[i].since, .until = cases[i].until };

		cr_expect_eq(base(&s, record_of(&f, failure)), cases[i].in, "case %zu", i);
		cr_expect(!base(&s, record_of(&f, success)), "an untimed record is in no selection by time (case %zu)", i);
	}
	end(&f);
}

static bool by(size_t which, const char *pattern, struct record *r)
{
	const struct slice item = slice_str(pattern);
	const struct slices list = { &item, 1 };
	struct selection s = NOTHING;
	struct slices *const of[] = { &s.devices, &s.categories, &s.operations, &s.results, &s.codes };

	*of[which] = list;
	cr_expect_eq(select_has_outcome(&s), which >= 3);
	return base(&s, r) && select_outcome(&s, r);
}

Test(select, by_pattern_word_and_code)
{
	enum { DEVICE, CATEGORY, OPERATION, RESULT, CODE };
	static const struct { size_t which; const char *pattern; bool failure, success; } cases[] = {
		{ DEVICE, "Press-*", true, false }, { DEVICE, "press-*", false, false }, /* ids byte for byte */
		{ DEVICE, "*", true, true }, { DEVICE, "", false, true }, { DEVICE, "Press", false, false },
		{ CATEGORY, "deviceOPERATIONS", true, false }, { CATEGORY, "device*", true, false }, { CATEGORY, "", false, true },
		{ OPERATION, "attestation*", true, false }, { OPERATION, "[a-d]*", true, true }, { OPERATION, "DEVICECONNECT", false, true },
		{ RESULT, "clienterror", true, false }, { RESULT, "Client*", false, false }, { RESULT, "", false, true },
		{ CODE, "401002", true, false }, { CODE, "401", true, false }, { CODE, "401003", false, false }, { CODE, "40", false, false },
		{ CODE, "4010", false, false }, { CODE, "404", false, false },
	};
	struct fixture f;

	begin(&f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cr_expect_eq(by(cases[i].which, cases[i].pattern, record_of(&f, failure)), cases[i].failure, "case %zu, failure", i);
		cr_expect_eq(by(cases[i].which, cases[i].pattern, record_of(&f, success)), cases[i].success, "case %zu, success", i);
	}
	/* six digits asked for: a record of which only three are known is another */
	cr_expect(!by(CODE, "401002", record_of(&f, "{\"resultType\":\"401\"}")));
	cr_expect(by(CODE, "401", &f.record));
	end(&f);
}

/* Several of one option: any of them; several options: all of them. */
Test(select, several)
{
	const struct slice devices[] = { SLICE("nobody"), SLICE("Press-?") }, codes[] = { SLICE("500"), SLICE("401") };
	struct selection s = NOTHING;
	struct fixture f;

	begin(&f);
	s.devices = (struct slices){ devices, 2 };
	s.codes = (struct slices){ codes, 2 };
	cr_expect(base(&s, record_of(&f, failure)) && select_outcome(&s, &f.record));
	s.codes.n = 1;
	cr_expect(base(&s, &f.record) && !select_outcome(&s, &f.record), "the base does not look at codes");
	s.devices.n = 1;
	cr_expect(!base(&s, &f.record));
	end(&f);
}

Test(select, only_failures)
{
	struct selection s = NOTHING;
	struct fixture f;

	begin(&f);
	s.failures = true;
	cr_expect(select_has_outcome(&s));
	cr_expect(select_outcome(&s, record_of(&f, failure)));
	cr_expect(base(&s, record_of(&f, success)) && !select_outcome(&s, &f.record));
	end(&f);
}
