/*
 * test_report.c - the renderers: exact bytes for small views, and what happens when output cannot be written.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/time.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/ledger_json.h"
#include "report/number.h"
#include "report/order.h"
#include "report/output.h"
#include "report/table.h"
#include "report/width.h"

#define T0 INT64_C(1793589247000000) /* 2026-11-02T03:14:07Z */

enum { COLUMNS = 5 };

static const struct column columns[COLUMNS] = {
	{ "device", "DEVICE", COLUMN_TEXT },
	{ "failures", "FAILURES", COLUMN_COUNT },
	{ "failure_rate", NULL, COLUMN_RATE },
	{ "last_failure", "LAST", COLUMN_TIME },
	{ "state", "STATE", COLUMN_WORD },
};

struct row {
	struct slice device;
	uint64_t failures, records;
	int64_t last;
	struct slice state;
};

static void make_row(void *ctx, uint64_t i, struct cell *cells)
{
	const struct row *rows = ctx;

	cells[0].text = rows[i].device;
	cells[1].count = rows[i].failures;
	cells[2].rate.num = rows[i].failures;
	cells[2].rate.den = rows[i].records;
	cells[3].time = rows[i].last;
	cells[4].text = rows[i].state;
}

static struct view view_of(struct row *rows, size_t n)
{
	return (struct view){ .columns = columns, .n_columns = COLUMNS, .n_rows = n, .row = make_row, .ctx = rows };
}

/* Small results stay in the buffer, so a sink without a descriptor shows them. */
static struct output nowhere(void)
{
	return (struct output){ .fd = -1 };
}

static void expect(struct output *out, const char *expected)
{
	cr_assert_str_eq(buf_cstr(&out->text), expected);
	cr_assert_eq(out->error, 0);
	output_discard(out);
}

static struct row two[] = {
	{ SLICE("press-0417"), 12, 12, T0, SLICE("failing") },
	{ SLICE("=cmd,\"x\""), 81204, 1018190, TIME_NONE, SLICE("recovered") },
};

Test(csv, exact_bytes)
{
	struct output out = nowhere();
	struct view v = view_of(two, 2);

	cr_assert_eq(csv_write(&out, &v, (struct csv_options){ .header = true, .guard = true }), 1);
	expect(&out, "device,failures,failure_rate,last_failure,state\n"
		     "press-0417,12,1.000000,2026-11-02T03:14:07.000000Z,failing\n"
		     "\"'=cmd,\"\"x\"\"\",81204,0.079753,,recovered\n");
}

Test(csv, raw_and_without_header)
{
	struct output out = nowhere();
	struct view v = view_of(two + 1, 1);

	cr_assert_eq(csv_write(&out, &v, (struct csv_options){ .header = false, .guard = false }), 0);
	expect(&out, "\"=cmd,\"\"x\"\"\",81204,0.079753,,recovered\n");
}

static void one_text(void *ctx, uint64_t i, struct cell *cells)
{
	const struct slice *texts = ctx;

	cells[0].text = texts[i];
}

static struct view texts_of(struct slice *texts, size_t n)
{
	return (struct view){ .columns = columns, .n_columns = 1, .n_rows = n, .row = one_text, .ctx = texts };
}

/* A blank line would be passed over by readers. */
Test(csv, a_lone_empty_cell_is_quoted)
{
	struct slice texts[] = { SLICE(""), SLICE("a"), { NULL, 0 } };
	struct output out = nowhere();
	struct view v = texts_of(texts, 3);

	csv_write(&out, &v, (struct csv_options){ 0 });
	expect(&out, "\"\"\na\n\"\"\n");
}

/* ---- on several threads ---- */

/* Row i of a table that is computed: few counts, and ids that begin alike. */
static void made_row(void *ctx, uint64_t i, struct cell *cells)
{
	const struct slice *ids = ctx;

	cells[0].text = ids[i];
	cells[1].count = i * i % 7 * (i % 11 == 0 ? 100000 : 1);
	cells[2].rate.num = i % 5;
	cells[2].rate.den = 5;
	cells[3].time = i % 3 == 0 ? TIME_NONE : T0 + (int64_t)(i % 100);
	cells[4].text = SLICE("failing");
}

enum { MADE = 20011 };

static struct slice *made_ids(void)
{
	struct slice *ids = mem_array(MADE, sizeof *ids);

	for (size_t i = 0; i < MADE; i++) {
		char text[32];
		const int n = snprintf(text, sizeof text, i % 50 == 0 ? "=%zu" : "device-of-the-fleet-%zu", i * 7919 % MADE);

		ids[i] = slice_of(mem_copyz(text, (size_t)n), (size_t)n);
	}
	return ids;
}

static void made_ids_free(struct slice *ids)
{
	for (size_t i = 0; i < MADE; i++)
		free((char *)(uintptr_t)ids[i].p);
	free(ids);
}

/* All that was written: to a file in memory, and what waits. */
static struct buf all_of(struct output *out)
{
	struct buf all = BUF_INIT;
	const off_t n = lseek(out->fd, 0, SEEK_END);

	cr_assert_geq(n, 0);
	if (n > 0) {
		cr_assert_eq(pread(out->fd, buf_reserve(&all, (size_t)n), (size_t)n, 0), n);
		all.n = (size_t)n;
	}
	buf_slice(&all, buf_view(&out->text));
	return all;
}

/* As many threads as there may be: the same bytes, and the same cells guarded. */
Test(csv, rows_that_stand_apart)
{
	struct slice *ids = made_ids();

	for (uint64_t n = 0; n <= MADE; n = n * 3 + 1) {
		struct buf expected = BUF_INIT;
		uint64_t expected_guarded = 0;

		for (unsigned threads = 1; threads <= 5; threads++) {
			const struct view v = { .columns = columns, .n_columns = COLUMNS, .n_rows = n, .row = made_row, .ctx = ids, .apart = threads > 1 };
			struct output out = { .fd = memfd_create("out", MFD_CLOEXEC) };
			const uint64_t guarded = csv_write(&out, &v, (struct csv_options){ true, true, threads });
			struct buf all = all_of(&out);

			if (threads == 1) {
				expected = all;
				expected_guarded = guarded;
			} else {
				cr_assert(guarded == expected_guarded && slice_eq(buf_view(&all), buf_view(&expected)), "%u threads, %llu rows", threads,
				          (unsigned long long)n);
				buf_free(&all);
			}
			close(out.fd);
			buf_free(&out.text);
		}
		buf_free(&expected);
	}
	made_ids_free(ids);
}

/* Rows with a long text, and how far they were made ahead of what was written. */
struct long_rows {
	struct slice text;
	int written;
	_Atomic uint64_t made, most_ahead;
};

enum { LONG_ROWS = 3000, LONG_TEXT = 20000, LONG_AHEAD = 1000 };

static void long_row(void *ctx, uint64_t i, struct cell *cells)
{
	struct long_rows *rows = ctx;
	const uint64_t written = (uint64_t)lseek(rows->written, 0, SEEK_END) / LONG_TEXT;
	const uint64_t ahead = atomic_fetch_add(&rows->made, 1) + 1 - written;
	uint64_t most = atomic_load(&rows->most_ahead);

	while (ahead > most && !atomic_compare_exchange_weak(&rows->most_ahead, &most, ahead))
		;
	cells[0].text = rows->text;
	cells[1].count = i;
}

static struct buf long_rows_csv(unsigned threads, uint64_t *most_ahead)
{
	char text[LONG_TEXT];
	struct output out = { .fd = memfd_create("out", MFD_CLOEXEC) };
	struct long_rows rows = { .text = slice_of(text, sizeof text), .written = out.fd };
	const struct view v = { .columns = columns, .n_columns = 2, .n_rows = LONG_ROWS, .row = long_row, .ctx = &rows, .apart = threads > 1 };

	memset(text, 'x', sizeof text);
	csv_write(&out, &v, (struct csv_options){ true, true, threads });
	struct buf all = all_of(&out);

	*most_ahead = rows.most_ahead;
	close(out.fd);
	buf_free(&out.text);
	return all;
}

/* However long rows are, memory holds few of them that wait to be written. */
Test(csv, long_rows_that_stand_apart)
{
	uint64_t most_ahead;
	struct buf expected = long_rows_csv(1, &most_ahead);

	for (unsigned threads = 2; threads <= 3; threads++) {
		struct buf all = long_rows_csv(threads, &most_ahead);

		cr_assert(slice_eq(buf_view(&all), buf_view(&expected)), "%u threads", threads);
		cr_assert_leq(most_ahead, LONG_AHEAD, "%u threads: %llu rows ahead", threads, (unsigned long long)most_ahead);
		buf_free(&all);
	}
	buf_free(&expected);
}

static void made_cells(void *ctx, uint64_t ref, struct cell *cells)
{
	made_row(ctx, ref, cells);
}

/* The first `top` are the same, in the same order, for every number of threads; the rest is there, in any order. */
Test(order, on_several_threads)
{
	static const uint64_t tops[] = { 0, 1, 100, 5000, MADE };
	struct slice *ids = made_ids();
	struct order_ref *refs = mem_array(MADE, sizeof *refs), *alone = mem_array(MADE, sizeof *alone);

	for (size_t column = 0; column < 4; column++) {
		const struct order order = { columns, COLUMNS, { { column, column % 2 == 1 }, { 0, false } }, 2 };

		for (size_t t = 0; t < sizeof tops / sizeof *tops; t++) {
			const uint64_t top = tops[t] == 0 ? MADE : tops[t];
			uint64_t sum = 0;

			for (uint64_t i = 0; i < MADE; i++)
				alone[i].ref = i;
			order_refs(alone, MADE, tops[t], &order, &(struct order_rows){ made_cells, NULL, ids, 1 });
			for (unsigned threads = 2; threads <= 5; threads += 3) {
				for (uint64_t i = 0; i < MADE; i++)
					refs[i].ref = MADE - 1 - i;
				order_refs(refs, MADE, tops[t], &order, &(struct order_rows){ made_cells, NULL, ids, threads });
				for (uint64_t i = 0; i < top; i++)
					cr_assert_eq(refs[i].ref, alone[i].ref, "column %zu, top %llu, %u threads, row %llu", column,
					             (unsigned long long)tops[t], threads, (unsigned long long)i);
				for (uint64_t i = 0; i < MADE; i++)
					sum += refs[i].ref;
			}
			cr_assert_eq(sum, (uint64_t)MADE * (MADE - 1));
		}
	}
	free(refs);
	free(alone);
	made_ids_free(ids);
}

Test(json, rows_stand_on_lines)
{
	struct output out = nowhere();
	struct view v = view_of(two, 2);
	struct json j;

	json_init(&j, &out);
	json_begin_object(&j);
	json_member_text(&j, "schema", SLICE("dpslog/1"));
	json_key(&j, "by");
	json_begin_array(&j, false);
	json_text(&j, SLICE("a\0\x1b\"\xff"));
	json_u64(&j, UINT64_MAX);
	json_bool(&j, false);
	json_begin_object(&j);
	json_end_object(&j);
	json_end_array(&j);
	json_key(&j, "rows");
	json_rows(&j, &v);
	json_key(&j, "none");
	json_rate(&j, 1, 0);
	json_end_object(&j);
	json_finish(&j);
	expect(&out, "{\"schema\":\"dpslog/1\",\"by\":[\"a\\u0000\\u001b\\\"\xef\xbf\xbd\",18446744073709551615,false,{}],"
		     "\"rows\":[\n"
		     "{\"device\":\"press-0417\",\"failures\":12,\"failure_rate\":1.000000,"
		     "\"last_failure\":\"2026-11-02T03:14:07.000000Z\",\"state\":\"failing\"},\n"
		     "{\"device\":\"=cmd,\\\"x\\\"\",\"failures\":81204,\"failure_rate\":0.079753,"
		     "\"last_failure\":null,\"state\":\"recovered\"}\n"
		     "],\"none\":null}\n");
}

static void number_row(void *ctx, uint64_t i, struct cell *cells)
{
	const char *const *numbers = ctx;

	cells[0].text = slice_str(numbers[i]);
}

/* Numbers as exact text: one, none, several. */
Test(numbers, in_every_sink)
{
	static const struct column one[] = { { "value", NULL, COLUMN_NUMBER } };
	static const char *const numbers[] = { "-2.25", "", "250;3", "1000000" };
	struct output csv = nowhere(), table = nowhere(), json = nowhere();
	const struct view v = { one, 1, 4, 0, number_row, (void *)(uintptr_t)numbers, NULL, false };
	struct json j;

	csv_write(&csv, &v, (struct csv_options){ true, true, 1 });
	expect(&csv, "value\n-2.25\n\"\"\n250;3\n1000000\n");
	table_write(&table, &v, (struct table_options){ 0, true, false, NULL });
	expect(&table, "  value\n  -2.25\n\n  250;3\n1000000\n");
	json_init(&j, &json);
	json_rows(&j, &v);
	json_finish(&j);
	expect(&json, "[\n{\"value\":-2.25},\n{\"value\":null},\n{\"value\":\"250;3\"},\n{\"value\":1000000}\n]\n");
}

Test(numbers, order)
{
	static const char *const ascending[] = { "", "-10", "-2.5", "0", "9;1", "10" };

	for (size_t i = 0; i + 1 < sizeof(ascending) / sizeof(ascending[0]); i++) {
		const struct cell a = { .text = slice_str(ascending[i]) }, b = { .text = slice_str(ascending[i + 1]) };

		cr_expect_lt(cell_compare(COLUMN_NUMBER, &a, &b), 0, "%s", ascending[i]);
		cr_expect_gt(cell_compare(COLUMN_NUMBER, &b, &a), 0, "%s", ascending[i]);
	}
}

Test(json, no_rows)
{
	struct output out = nowhere();
	struct view v = view_of(two, 0);
	struct json j;

	json_init(&j, &out);
	json_rows(&j, &v);
	json_finish(&j);
	expect(&out, "[]\n");
}

Test(table, aligned)
{
	struct output out = nowhere();
	struct view v = view_of(two, 2);

	table_write(&out, &v, (struct table_options){ .header = true });
	expect(&out, "DEVICE      FAILURES  failure_rate  LAST         STATE\n"
		     "press-0417        12       100.0 %  11-02 03:14  failing\n"
		     "=cmd,\"x\"      81,204         8.0 %               recovered\n");
}

Test(table, years_appear_when_they_differ)
{
	struct row rows[] = { { SLICE("a"), 1, 1, T0, SLICE("") }, { SLICE("b"), 1, 1, T0 - 366 * TIME_DAY, SLICE("") } };
	struct output out = nowhere();
	struct view v = view_of(rows, 2);

	table_write(&out, &v, (struct table_options){ .header = false });
	expect(&out, "a  1  100.0 %  2026-11-02 03:14\n"
		     "b  1  100.0 %  2025-11-01 03:14\n");
}

/* In a zone the year may be another than in UTC: the shown ones count. */
Test(table, years_are_those_of_the_zone)
{
	const int64_t new_year = time_parse(SLICE("2026-12-31T23:30:00Z"));
	struct row rows[] = {
		{ SLICE("a"), 1, 1, new_year, SLICE("") }, { SLICE("b"), 1, 1, new_year + TIME_HOUR, SLICE("") }
	};
	struct zone *east = zone_open(SLICE("+02:00"));
	struct output out = nowhere();
	struct view v = view_of(rows, 2);

	table_write(&out, &v, (struct table_options){ .zone = east });
	expect(&out, "a  1  100.0 %  01-01 01:30\nb  1  100.0 %  01-01 02:30\n");
	zone_free(east);
}

Test(table, colours_only_what_needs_hands)
{
	struct output out = nowhere();
	struct view v = view_of(two, 2);

	table_write(&out, &v, (struct table_options){ .header = false, .color = true });
	expect(&out, "press-0417      12  100.0 %  11-02 03:14  \033[31mfailing\033[0m\n"
		     "=cmd,\"x\"    81,204    8.0 %               recovered\n");
}

Test(table, text_of_the_input_is_harmless)
{
	struct slice texts[] = { SLICE("a\033[31mb\nc"), SLICE("\xc3\xa4\xff\0z") };
	struct output out = nowhere();
	struct view v = texts_of(texts, 2);

	table_write(&out, &v, (struct table_options){ .color = true });
	expect(&out, "a\\x1B[31mb\\x0Ac\n\xc3\xa4\\xFF\\x00z\n");
}

Test(table, wide_and_combining_characters_align)
{
	struct row rows[] = {
		{ SLICE("\xe6\xa9\x9f\xe6\xa2\xb0"), 1, 1, TIME_NONE, SLICE("") }, /* two wide */
		{ SLICE("e\xcc\x81"), 1, 1, TIME_NONE, SLICE("") },                /* e and an accent */
		{ SLICE("abcd"), 1, 1, TIME_NONE, SLICE("") },
	};
	struct output out = nowhere();
	struct view v = view_of(rows, 3);

	table_write(&out, &v, (struct table_options){ 0 });
	expect(&out, "\xe6\xa9\x9f\xe6\xa2\xb0  1  100.0 %\n"
		     "e\xcc\x81     1  100.0 %\n"
		     "abcd  1  100.0 %\n");
}

Test(table, the_widest_text_gives_way)
{
	struct row rows[] = { { SLICE("abcdefghijklmnopqrstuvwxyz"), 1234567, 2000000, T0, SLICE("failing") } };
	struct output out = nowhere();
	struct view v = view_of(rows, 1);

	table_write(&out, &v, (struct table_options){ .width = 60 });
	cr_assert_eq(width_of(slice_of(out.text.p, out.text.n - 1)), 60);
	expect(&out, "abcdefghijklmnopqr\xe2\x80\xa6  1,234,567  61.7 %  11-02 03:14  failing\n");
}

Test(table, numbers_are_never_cut)
{
	struct row rows[] = { { SLICE("abcdefghijklmnopqrstuvwxyz"), UINT64_MAX, 0, T0, SLICE("failing") } };
	struct output out = nowhere();
	struct view v = view_of(rows, 1);

	table_write(&out, &v, (struct table_options){ .width = 10 });
	expect(&out, "abcdefghi\xe2\x80\xa6  18,446,744,073,709,551,615    11-02 03:14  failing\n");
}

/* Where nothing is gained by cutting an id, it is whole; a long text is not. */
Test(table, ids_stay_whole_where_the_table_is_too_wide_all_the_same)
{
	struct row rows[] = {
		{ SLICE("press-0417"), UINT64_MAX, 0, T0, SLICE("recovered") },
		{ SLICE("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"), 1, 0, T0, SLICE("failing") },
	};
	struct output out = nowhere();
	struct view v = view_of(rows, 2);

	table_write(&out, &v, (struct table_options){ .width = 50 });
	expect(&out, "press-0417                18,446,744,073,709,551,615    11-02 03:14  recovered\n"
		     "abcdefghijklmnopqrstuvw\xe2\x80\xa6                           1    11-02 03:14  failing\n");
}

/* Headings break behind their last _ or blank before any text is cut. */
Test(table, a_header_of_two_lines)
{
	static const struct column headed[] = {
		{ "device", NULL, COLUMN_TEXT }, { "n", "expected (est.)", COLUMN_COUNT }, { "failure_rate", NULL, COLUMN_RATE },
		{ "last_failure", NULL, COLUMN_TIME }, { "state", NULL, COLUMN_WORD },
	};
	struct row rows[] = { { SLICE("press-0417"), 12, 12, T0, SLICE("failing") } };
	struct output out = nowhere();
	struct view v = view_of(rows, 1);

	v.columns = headed;
	table_write(&out, &v, (struct table_options){ .width = 64, .header = true });
	expect(&out, "device      expected (est.)  failure_rate  last_failure  state\n"
		     "press-0417               12       100.0 %  11-02 03:14   failing\n");
	out.text.n = 0;
	table_write(&out, &v, (struct table_options){ .width = 56, .header = true });
	expect(&out, "            expected  failure_  last_\n"
		     "device        (est.)      rate  failure      state\n"
		     "press-0417        12   100.0 %  11-02 03:14  failing\n");
	out.text.n = 0;
	table_write(&out, &v, (struct table_options){ .width = 51, .header = true });
	expect(&out, "           expected  failure_  last_\n"
		     "device       (est.)      rate  failure      state\n"
		     "press-04\xe2\x80\xa6        12   100.0 %  11-02 03:14  failing\n");
}

Test(width, cuts_between_characters)
{
	struct buf b = BUF_INIT;

	cr_assert_eq(width_cut(&b, SLICE("\xe6\xa9\x9f\xe6\xa2\xb0x"), 4), 3);
	cr_assert_str_eq(buf_cstr(&b), "\xe6\xa9\x9f\xe2\x80\xa6");
	b.n = 0;
	cr_assert_eq(width_cut(&b, SLICE("e\xcc\x81xyz"), 2), 2);
	cr_assert_str_eq(buf_cstr(&b), "e\xcc\x81\xe2\x80\xa6");
	b.n = 0;
	cr_assert_eq(width_cut(&b, SLICE("abc"), 0), 0);
	cr_assert_eq(width_cut(&b, SLICE("abc"), 3), 3);
	cr_assert_str_eq(buf_cstr(&b), "abc");
	buf_free(&b);
}

#define SAYS(call, expected) \
	do { \
		struct buf b = BUF_INIT; \
		call; \
		cr_expect_str_eq(buf_cstr(&b), expected); \
		buf_free(&b); \
	} while (0)

Test(number, for_people)
{
	SAYS(number_group(&b, 0), "0");
	SAYS(number_group(&b, 999), "999");
	SAYS(number_group(&b, 1712331), "1,712,331");
	SAYS(number_group(&b, UINT64_MAX), "18,446,744,073,709,551,615");
	SAYS(number_percent(&b, 136561, 1712331, 1), "8.0 %");
	SAYS(number_percent(&b, 97, 100, 0), "97 %");
	SAYS(number_percent(&b, 1, 1000000, 1), "<0.1 %");
	SAYS(number_percent(&b, 999999, 1000000, 1), "99.9 %");
	SAYS(number_percent(&b, 999, 1000, 0), "99 %");
	SAYS(number_percent(&b, 5, 5, 1), "100.0 %");
	SAYS(number_percent(&b, 0, 5, 1), "0.0 %");
	SAYS(number_percent(&b, UINT64_MAX, UINT64_MAX, 1), "100.0 %");
	SAYS(number_percent(&b, 0, 0, 1), "-");
	SAYS(number_bytes(&b, 999), "999 B");
	SAYS(number_bytes(&b, 1000), "1.0 kB");
	SAYS(number_bytes(&b, 1100000000), "1.1 GB");
	SAYS(number_bytes(&b, 9949), "9.9 kB");
	SAYS(number_bytes(&b, 9950), "10 kB");
	SAYS(number_bytes(&b, 999499), "999 kB");
	SAYS(number_bytes(&b, 999500), "1.0 MB");
	SAYS(number_bytes(&b, UINT64_MAX), "18 EB");
	SAYS(number_span(&b, 4 * TIME_HOUR), "4 h");
	SAYS(number_span(&b, 28 * TIME_HOUR), "1 d 4 h");
	SAYS(number_span(&b, 5 * TIME_MINUTE), "5 min");
	SAYS(number_span(&b, 0), "0 s");
	SAYS(number_of(&b, 1, "record", "records"), "1 record");
	SAYS(number_of(&b, 1204, "record", "records"), "1,204 records");
}

Test(ledger, members_and_problems)
{
	struct diag *d = diag_new();
	struct output out = nowhere();
	struct ledger l;
	struct json j;

	ledger_init(&l);
	l.files = (struct ledger_units){ .found = 3, .read = 1, .damaged = 1 };
	l.files.because[REASON_SYMLINK] = 1;
	l.malformed[REASON_SYNTAX] = 2;
	l.log = 5;
	l.failures = 5;
	l.notes[NOTE_UNTIMED] = 4;
	l.first = T0;
	diag_problem(d, &(struct problem){ .file = "b\xff", .reason = REASON_SYNTAX, .byte = 7, .line = 3, .count = 2 });
	diag_problem(d, &(struct problem){ .file = "a", .reason = REASON_SYMLINK, .byte = DIAG_NOWHERE, .count = 1,
					   .text = "other words" });
	struct copies *copies = copies_new();

	copies_add(copies, "c.json", "", &(struct content){ .hash = 1, .bytes = 2, .logs = 1 });
	copies_add(copies, "d.json", "", &(struct content){ .hash = 2, .bytes = 2, .logs = 1 });
	copies_add(copies, "a.tar", "c.json", &(struct content){ .hash = 1, .bytes = 2, .logs = 1 });
	copies_add(copies, "e.json", "", &(struct content){ .hash = 1, .bytes = 2 });
	json_init(&j, &out);
	ledger_json(&j, &l, copies, d, false);
	copies_free(copies);
	json_finish(&j);
	expect(&out, "{\"files\":{\"found\":3,\"read\":1,\"damaged\":1,\"skipped\":{\"symlink\":1},\"failed\":{}},"
		     "\"members\":{\"found\":0,\"read\":0,\"damaged\":0,\"skipped\":{},\"failed\":{}},"
		     "\"bytes\":{\"compressed\":0,\"decoded\":0,\"records\":0,\"between\":0,\"malformed\":0,\"cut\":0},"
		     "\"records\":{\"seen\":7,\"malformed\":{\"syntax\":2},\"log\":5,\"metric\":0,\"other\":0,"
		     "\"filtered\":0,\"failures\":5,\"successes\":0},"
		     "\"notes\":{\"untimed\":4},\"copies\":[\n[\"a.tar: c.json\",\"c.json\"]\n],\"first\":\"2026-11-02T03:14:07.000000Z\",\"last\":null,"
		     "\"complete\":false,\"problems\":[\n"
		     "{\"file\":\"a\",\"member\":\"\",\"line\":null,\"byte\":null,\"reason\":\"symlink\","
		     "\"text\":\"other words\",\"count\":1},\n"
		     "{\"file\":\"b\xef\xbf\xbd\",\"member\":\"\",\"line\":3,\"byte\":7,\"reason\":\"syntax\","
		     "\"text\":\"not valid JSON\",\"count\":2}\n"
		     "]}\n");
	diag_free(d);
}

static char folder[] = "/tmp/test_report_XXXXXX";

static void folder_make(void)
{
	cr_assert_not_null(mkdtemp(folder));
}

static void folder_remove(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	cr_assert_eq(system(command), 0);
}

static char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	cr_assert_not_null(f);
	fputs(text, f);
	fclose(f);
}

static void expect_file(const char *path, const char *text)
{
	char got[256] = "";
	FILE *f = fopen(path, "r");

	cr_assert_not_null(f);
	got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
	fclose(f);
	cr_assert_str_eq(got, text);
}

TestSuite(output, .init = folder_make, .fini = folder_remove);

Test(output, appears_whole_at_the_end)
{
	const char *path = in_folder("new.csv");
	struct output out;

	put_file(path, "old");
	cr_assert(output_open(&out, path));
	buf_str(&out.text, "new");
	expect_file(path, "old");
	cr_assert_eq(output_close(&out), 0);
	expect_file(path, "new");
}

Test(output, discarded_leaves_the_old)
{
	const char *path = in_folder("new.csv");
	struct output out;

	put_file(path, "old");
	cr_assert(output_open(&out, path));
	buf_str(&out.text, "new");
	output_discard(&out);
	expect_file(path, "old");
}

Test(output, an_error_leaves_the_old_and_nothing_else)
{
	const char *path = in_folder("new.csv");
	struct output out;

	put_file(path, "old");
	cr_assert(output_open(&out, path));
	buf_str(&out.text, "new");
	out.error = ENOSPC;
	cr_assert_eq(output_close(&out), ENOSPC);
	expect_file(path, "old");
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(rmdir(folder), 0, "a temporary file is left");
	cr_assert_not_null(mkdtemp(strcpy(folder, "/tmp/test_report_XXXXXX")));
}

Test(output, devices_are_written_in_place)
{
	struct output out;

	cr_assert(output_open(&out, "/dev/full"));
	buf_str(&out.text, "x");
	cr_assert_eq(output_close(&out), ENOSPC);
	cr_assert(output_open(&out, "/dev/null"));
	buf_str(&out.text, "x");
	cr_assert_eq(output_close(&out), 0);
	cr_assert_eq(access("/dev/null", W_OK), 0);
}

Test(output, what_cannot_be_opened_is_remembered)
{
	struct output out;

	cr_assert_not(output_open(&out, folder));
	buf_str(&out.text, "x");
	cr_assert_eq(output_close(&out), EISDIR);
	cr_assert_not(output_open(&out, in_folder("no/such/file")));
	output_pass(&out);
	cr_assert_eq(output_close(&out), ENOENT);
}

Test(output, a_reader_that_went_away)
{
	struct output out = nowhere();
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	out.fd = ends[1];
	out.owned = true;
	buf_str(&out.text, "x");
	cr_assert_eq(output_close(&out), EPIPE);
}

Test(output, a_ledger_names_at_most_a_thousand_problems)
{
	const char *path = in_folder("ledger.json");
	struct diag *d = diag_new();
	struct output out;
	struct ledger l;
	struct json j;
	size_t lines = 0;
	FILE *f;

	ledger_init(&l);
	for (unsigned i = 0; i < LEDGER_JSON_PROBLEMS + 5; i++) {
		char name[16];

		snprintf(name, sizeof(name), "f%u", i);
		diag_problem(d, &(struct problem){ .file = name, .reason = REASON_SIZE, .byte = 0, .count = 1 });
	}
	cr_assert(output_open(&out, path));
	struct copies *copies = copies_new();

	json_init(&j, &out);
	ledger_json(&j, &l, copies, d, false);
	copies_free(copies);
	cr_assert_eq(output_close(&out), 0);
	f = fopen(path, "r");
	cr_assert_not_null(f);
	for (int c = getc(f); c != EOF; c = getc(f))
		lines += c == '\n';
	fclose(f);
	cr_assert_eq(lines, LEDGER_JSON_PROBLEMS + 1);
	diag_free(d);
}
