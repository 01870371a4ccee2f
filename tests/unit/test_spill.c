/*
 * test_spill.c - what goes beyond memory: runs and their merging, sorting outside of memory, tallies in pieces.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"
#include "random.h"
#include "report/sorted.h"
#include "tally/runs.h"
#include "tally/sorter.h"
#include "tally/spill.h"

static struct slice text_of(const char *text)
{
	return slice_str(text);
}

static void add(struct runs *r, const char *key, const char *value)
{
	runs_add(r, text_of(key), text_of(value));
}

static void expect_next(struct runs *r, const char *expected_key, const char *expected_value)
{
	struct slice key, value;

	cr_assert(runs_next(r, &key, &value));
	cr_assert(slice_eq(key, text_of(expected_key)), "%.*s is not %s", SLICE_ARG(key), expected_key);
	cr_assert(slice_eq(value, text_of(expected_value)));
}

Test(runs, merge_in_the_order_of_keys)
{
	struct runs *r = runs_new(), *other = runs_new();
	struct slice key, value;

	runs_begin(r);
	add(r, "", "empty");
	add(r, "device-1", "a");
	add(r, "device-10", "");
	runs_end(r);
	runs_begin(r);
	runs_end(r); /* an empty run is none */
	runs_begin(other);
	add(other, "device-0", "b");
	add(other, "device-2", "c");
	runs_end(other);
	runs_take(r, other);
	runs_take(r, NULL);
	for (int pass = 0; pass < 2; pass++) {
		runs_rewind(r);
		expect_next(r, "", "empty");
		expect_next(r, "device-0", "b");
		expect_next(r, "device-1", "a");
		expect_next(r, "device-10", "");
		expect_next(r, "device-2", "c");
		cr_assert(!runs_next(r, &key, &value));
		cr_assert(!runs_next(r, &key, &value));
	}
	cr_assert_eq(runs_error(r), 0);
	runs_free(r);
}

Test(runs, nothing_at_all)
{
	struct runs *r = runs_new();
	struct slice key, value;

	runs_rewind(r);
	cr_assert(!runs_next(r, &key, &value));
	runs_free(r);
}

/* More runs than are merged at once, several times over: each number comes out as often as it went in. */
Test(runs, many)
{
	enum { RUNS = 300, EACH = 40 };
	struct runs *r = runs_new();
	struct slice key, value;
	char text[16], last[16] = "";
	uint64_t state = 7, put = 0, got = 0;
	size_t n = 0;

	for (int i = 0; i < RUNS; i++) {
		runs_begin(r);
		for (unsigned k = 0; k < EACH; k++) {
			const unsigned number = k * 100 + (unsigned)(random_next(&state) % 100);

			snprintf(text, sizeof text, "%08u", number);
			add(r, text, "v");
			put += number;
		}
		runs_end(r);
	}
	runs_rewind(r);
	while (runs_next(r, &key, &value)) {
		snprintf(text, sizeof text, "%.*s", SLICE_ARG(key));
		cr_assert(strcmp(last, text) <= 0);
		strcpy(last, text);
		got += strtoul(text, NULL, 10);
		n++;
	}
	cr_assert_eq(n, RUNS * EACH);
	cr_assert_eq(got, put);
	runs_free(r);
}

/* An entry longer than the blocks of the file. */
Test(runs, long_entries)
{
	enum { LONG = 300 * 1024 };
	struct runs *r = runs_new();
	struct buf key = BUF_INIT;
	struct slice k, v;

	for (int i = 0; i < LONG; i++)
		buf_byte(&key, (char)(i * 7));
	runs_begin(r);
	runs_add(r, buf_view(&key), slice_of(key.p, LONG / 2));
	buf_byte(&key, 'x');
	runs_add(r, buf_view(&key), buf_view(&key));
	runs_end(r);
	runs_rewind(r);
	cr_assert(runs_next(r, &k, &v));
	cr_assert(slice_eq(k, slice_of(key.p, LONG)) && slice_eq(v, slice_of(key.p, LONG / 2)));
	cr_assert(runs_next(r, &k, &v));
	cr_assert(slice_eq(k, buf_view(&key)) && slice_eq(v, buf_view(&key)));
	cr_assert(!runs_next(r, &k, &v));
	runs_free(r);
	buf_free(&key);
}

Test(runs, without_a_folder_it_is_an_error)
{
	struct runs *r = runs_new();
	struct slice key, value;

	setenv("TMPDIR", "/absent", 1);
	runs_begin(r);
	add(r, "a", "b");
	runs_end(r);
	cr_assert_eq(runs_error(r), ENOENT);
	runs_begin(r);
	add(r, "c", "d");
	runs_end(r);
	runs_rewind(r);
	cr_assert(!runs_next(r, &key, &value));
	runs_free(r);
}

static void sort_numbers(size_t memory, size_t n)
{
	struct sorter *s = sorter_new(memory);
	struct slice key, value;
	char text[16], last[16];
	uint64_t state = n + 1;

	for (size_t i = 0; i < n; i++) {
		snprintf(text, sizeof text, "%08u", (unsigned)(random_next(&state) % 100000));
		sorter_add(s, text_of(text), slice_of(text, 8));
	}
	for (int pass = 0; pass < 2; pass++) {
		size_t got = 0;

		memset(last, 0, sizeof last);
		for (sorter_rewind(s); sorter_next(s, &key, &value); got++) {
			cr_assert(slice_eq(key, value));
			cr_assert_leq(memcmp(last, key.p, 8), 0);
			memcpy(last, key.p, 8);
		}
		cr_assert_eq(got, n);
	}
	cr_assert_eq(sorter_error(s), 0);
	sorter_free(s);
}

Test(sorter, in_memory_and_outside)
{
	sort_numbers(1 << 20, 0);
	sort_numbers(1 << 20, 1000);
	sort_numbers(4096, 5000);
	sort_numbers(1, 300);
}

static const struct column columns[] = {
	{ "device", NULL, COLUMN_TEXT }, { "state", NULL, COLUMN_WORD }, { "n", NULL, COLUMN_COUNT }, { "rate", NULL, COLUMN_RATE },
	{ "time", NULL, COLUMN_TIME }, { "value", NULL, COLUMN_NUMBER },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static void random_row(uint64_t *state, char *text, struct cell *cells)
{
	const size_t n = random_next(state) % 4;

	for (size_t i = 0; i < n; i++)
		text[i] = "\0\1a\xff"[random_next(state) % 4];
	cells[0].text = slice_of(text, n);
	cells[1].text = slice_str(random_next(state) % 2 ? "healthy" : "");
	cells[2].count = random_next(state) % 5 == 0 ? UINT64_MAX : random_next(state) % 3;
	cells[3].rate.num = random_next(state) % 4;
	cells[3].rate.den = 4;
	static const char *const numbers[] = { "", "-10", "-2.5;7", "0", "9", "10;-1", "999999999999" };

	cells[5].text = slice_str(numbers[random_next(state) % 7]);
	cells[4].time = random_next(state) % 3 == 0 ? TIME_NONE : (int64_t)(random_next(state) % 7) - 3;
}

/* The bytes of keys must order as cell_compare does, whatever the column, in memory and outside. */
static void order_by(size_t column, bool descending, size_t memory)
{
	const struct order order_of = { columns, COLUMNS, { { column, descending }, { 0, false } }, 2 };
	struct sorted *s = sorted_new(&order_of, memory);
	struct cell cells[COLUMNS], last[COLUMNS];
	uint64_t state = 99;
	char text[4], last_text[4], last_number[16];

	for (int i = 0; i < 500; i++) {
		random_row(&state, text, cells);
		sorted_add(s, cells);
	}
	const struct view v = sorted_view(s, 400);

	cr_assert_eq(v.n_rows, 400);
	cr_assert_eq(v.left_out, 100);
	for (uint64_t i = 0; i < v.n_rows; i++) {
		v.row(v.ctx, i, cells);
		if (i > 0) {
			const int order = cell_compare(columns[column].type, &last[column], &cells[column]);

			cr_assert(descending ? order >= 0 : order <= 0, "column %zu, row %d", column, (int)i);
			cr_assert(order != 0 || cell_compare(COLUMN_TEXT, &last[0], &cells[0]) <= 0);
		}
		memcpy(last, cells, sizeof last);
		memcpy(last_text, cells[0].text.p, cells[0].text.n);
		last[0].text.p = last_text;
		last[1].text = slice_str(cells[1].text.n > 0 ? "healthy" : "");
		memcpy(last_number, cells[5].text.p, cells[5].text.n);
		last[5].text.p = last_number;
	}
	v.row(v.ctx, 0, cells); /* back to the first */
	cr_assert_eq(v.error(v.ctx), 0);
	sorted_free(s);
}

Test(sorted, orders_as_cells_do)
{
	for (size_t column = 0; column < COLUMNS; column++)
		for (int descending = 0; descending < 2; descending++)
			for (size_t memory = 1; memory <= 1 << 20; memory <<= 10)
				order_by(column, descending, memory);
}

/* Every device and cell is in one piece, with all that was added to it before and after each spill. */
Test(spill, pieces_hold_everything_once)
{
	enum { ROUNDS = 5, DEVICES = 5000, OUTCOMES = 3 };
	struct tally_plan plan = { .keys = { .n = 1, .device = 0 }, .devices.states = true, .seed = 5, .memory = 1 };
	struct tally *t = tally_new(&plan);
	const struct tally *piece;
	char text[32];
	size_t part, n_pieces = 0, devices = 0, cells = 0;
	uint64_t records = 0;

	for (int round = 0; round < ROUNDS; round++) {
		for (int d = 0; d < DEVICES; d++) {
			const size_t n = (size_t)snprintf(text, sizeof text, "device-%d", d);
			const uint32_t number = tally_device(t, (size_t)d % PARTITIONS, slice_of(text, n));

			for (int o = 0; o < OUTCOMES; o++) {
				const size_t m = (size_t)snprintf(text, sizeof text, "outcome-%d", o);

				tally_cell_of(t, (size_t)d % PARTITIONS, number, slice_of(text, m))->records += (uint64_t)o + 1;
			}
		}
		tally_spill(t);
	}
	struct tally_pieces *p = tally_pieces_new(t, true);

	while (tally_pieces_next(p, &piece, &part)) {
		n_pieces++;
		devices += piece->parts[part].devices.n;
		cells += piece->parts[part].n_cells;
		for (size_t i = 0; i < piece->parts[part].n_cells; i++) {
			cr_assert_eq(partition_cell(&piece->parts[part], i)->records % ROUNDS, 0);
			records += partition_cell(&piece->parts[part], i)->records;
		}
	}
	cr_assert_eq(tally_error(t), 0);
	cr_assert_gt(n_pieces, 1);
	cr_assert_eq(devices, DEVICES);
	cr_assert_eq(cells, DEVICES * OUTCOMES);
	cr_assert_eq(records, ROUNDS * DEVICES * (1 + 2 + 3));
	tally_pieces_free(p);
	tally_free(t);
}

/* One device with more cells than a piece holds: it goes on in the next, with its state. */
Test(spill, a_device_in_several_pieces)
{
	enum { CELLS = 20000 };
	struct tally_plan plan = { .keys = { .n = 1, .device = 0 }, .devices.states = true, .seed = 5, .memory = 1 };
	struct tally *t = tally_new(&plan);
	const struct tally *piece;
	size_t part, n_pieces = 0, cells = 0;
	char text[32];

	for (int round = 0; round < 2; round++) {
		const uint32_t number = tally_device(t, 3, SLICE("the one"));

		for (int i = 0; i < CELLS; i++) {
			const size_t n = (size_t)snprintf(text, sizeof text, "%d", i);

			tally_cell_of(t, 3, number, slice_of(text, n))->records++;
		}
		roll_row(&t->parts[3].devices, number)->state.hub_success = 1000 + round;
		tally_spill(t);
	}
	struct tally_pieces *p = tally_pieces_new(t, false);

	while (tally_pieces_next(p, &piece, &part)) {
		n_pieces++;
		cr_assert_eq(piece->parts[part].devices.n, 1);
		cr_assert_eq(roll_row(&piece->parts[part].devices, 0)->state.hub_success, 1001);
		cells += piece->parts[part].n_cells;
		for (size_t i = 0; i < piece->parts[part].n_cells; i++)
			cr_assert_eq(partition_cell(&piece->parts[part], i)->records, 2);
	}
	cr_assert_gt(n_pieces, 2);
	cr_assert_eq(cells, CELLS);
	tally_pieces_free(p);
	p = tally_pieces_new(t, true);
	cr_assert(tally_pieces_next(p, &piece, &part));
	cr_assert_eq(piece->parts[part].n_cells, CELLS);
	cr_assert(!tally_pieces_next(p, &piece, &part));
	tally_pieces_free(p);
	tally_free(t);
}
