/*
 * test_tally.c - dictionaries and tallies: what is counted, states of devices, roll-ups, and that parts merge into the whole.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "random.h"
#include "tally/tally.h"

/* ---- dictionaries ---- */

static uint32_t put(struct dict *d, const char *text, uint64_t seed, bool *added)
{
	return dict_add(d, slice_str(text), dict_hash(slice_str(text), seed), added);
}

Test(dict, numbers_in_the_order_of_arrival)
{
	struct dict d = { 0 };
	bool added;

	cr_expect_eq(put(&d, "b", 1, &added), 0);
	cr_expect(added);
	cr_expect_eq(put(&d, "", 1, &added), 1);
	cr_expect_eq(put(&d, "B", 1, &added), 2);
	cr_expect(added);
	cr_expect_eq(put(&d, "b", 1, &added), 0);
	cr_expect(!added);
	cr_expect_eq(put(&d, "", 1, &added), 1);
	cr_expect(!added);
	cr_expect_eq(dict_add(&d, slice_of("b\0x", 3), dict_hash(slice_of("b\0x", 3), 1), &added), 3);
	cr_expect(slice_eq(dict_text(&d, 3), slice_of("b\0x", 3)));
	dict_free(&d);
}

/* Many texts, whether their hashes differ or are all the same: each once, and found again. */
Test(dict, many)
{
	for (int same_hash = 0; same_hash < 2; same_hash++) {
		const unsigned count = same_hash ? 700 : 50000;
		struct dict d = { 0 };
		char text[16];
		bool added;

		for (int pass = 0; pass < 2; pass++) {
			for (unsigned i = 0; i < count; i++) {
				snprintf(text, sizeof text, "text-%u", i);
				const uint64_t hash = same_hash ? 42 : dict_hash(slice_str(text), 7);

				cr_assert_eq(dict_add(&d, slice_str(text), hash, &added), i);
				cr_assert_eq(added, pass == 0);
				cr_assert(slice_eq(dict_text(&d, i), slice_str(text)));
			}
		}
		cr_assert_eq(d.n, count);
		cr_assert_geq(dict_size(&d), count * sizeof *d.entries);
		dict_free(&d);
	}
}

Test(dict, the_seed_decides_the_hash)
{
	cr_expect_neq(dict_hash(SLICE("device"), 1), dict_hash(SLICE("device"), 2));
	cr_expect_eq(dict_hash(SLICE("device"), 1), dict_hash(SLICE("device"), 1));
}

/* ---- rolls ---- */

/* Ids around the length at which they are kept elsewhere, with NULs in them, and hashes that collide in full: each once, and its number stays. */
Test(roll, each_id_once)
{
	enum { IDS = 3000 };

	for (int same_hash = 0; same_hash < 2; same_hash++) {
		struct pool *pool = pool_new();
		struct roll r = { 0 };

		for (unsigned round = 0; round < 2; round++) {
			for (uint32_t i = 0; i < (same_hash ? 300 : IDS); i++) {
				char text[64] = { 0 };

				memcpy(text, &i, sizeof i);
				const struct slice id = slice_of(text, i % 2 == 0 ? 4 + i % 40 : 4 + (i + 1) % 40);
				struct roll_id wanted;
				bool added;

				roll_id_set(&wanted, id);
				cr_assert_eq(roll_add(&r, pool, &wanted, same_hash ? 42 : dict_hash(id, 7), &added), i);
				cr_assert_eq(added, round == 0);
				memset(text, 'x', sizeof text); /* nothing of it is kept */
				memset(text, 0, sizeof text);
				memcpy(text, &i, sizeof i);
				cr_assert(slice_eq(roll_text(&r, i), id), "id %u", i);
				cr_assert_eq((uintptr_t)roll_row(&r, i) % ROLL_LINE, 0);
			}
		}
		cr_expect_geq(roll_size(&r), r.n * sizeof(struct roll_row));
		roll_free(&r, pool);
		pool_free(pool);
	}
}

Test(roll, a_short_id_and_one_with_nuls_behind_it_are_two)
{
	struct pool *const pool = NULL;
	struct roll r = { 0 };
	bool added;
	struct roll_id none, nul, two;

	roll_id_set(&none, slice_of("", 0));
	roll_id_set(&nul, slice_of("\0", 1));
	roll_id_set(&two, slice_of("\0\0", 2));

	cr_expect_eq(roll_add(&r, pool, &none, 1, &added), 0);
	cr_expect_eq(roll_add(&r, pool, &nul, 1, &added), 1);
	cr_expect_eq(roll_add(&r, pool, &two, 1, &added), 2);
	cr_expect(added && r.n == 3 && roll_text(&r, 0).n == 0);
	roll_free(&r, pool);
}

/* ---- tallies ---- */

struct fixture {
	struct tally_plan plan;
	struct fields *fields;
	struct reader *reader;
	struct record record;
};

static void keys_of(struct keys *keys, const char *const *names, size_t n)
{
	*keys = (struct keys){ .n = n, .device = -1 };
	for (size_t i = 0; i < n; i++) {
		cr_assert(key_find(slice_str(names[i]), &keys->key[i]));
		if (strcmp(names[i], "device") == 0)
			keys->device = (int)i;
	}
}

static void begin(struct fixture *f, const char *const *names, size_t n)
{
	struct wants w;

	f->plan = (struct tally_plan){ .minutes = true, .seed = 5, .devices.states = true };
	keys_of(&f->plan.keys, names, n);
	wants_init(&w);
	tally_kind.want(&f->plan, &w);
	f->fields = fields_new(&w);
	tally_kind.bind(&f->plan, &(struct accumulator_terms){ f->fields, 5, 0, NULL });
	f->reader = reader_new(true);
	record_init(&f->record, f->fields, f->reader);
}

static void end(struct fixture *f)
{
	record_free(&f->record);
	reader_free(f->reader);
	fields_free(f->fields);
}

static void add(struct fixture *f, struct tally *t, const char *json, bool counted)
{
	struct read_error error;

	record_begin(&f->record);
	cr_assert_eq(record_read(&f->record, slice_str(json), true, &error), READ_OK, "%s", json);
	record_finish(&f->record);
	tally_add(t, &f->record, counted);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void describe_part(const struct tally *t, size_t part, struct buf *lines)
{
	const struct partition *p = &t->parts[part];
	const struct keys *keys = &t->plan->keys;

	for (size_t i = 0; i < p->n_cells; i++) {
		const struct tally_cell *c = partition_cell(p, i);
		const struct tally_count count = partition_count_of(p, c);

		buf_str(lines, "cell");
		for (size_t k = 0; k < keys->n; k++) {
			buf_byte(lines, ' ');
			buf_slice(lines, (int)k == keys->device ? roll_text(&p->devices, c->device)
			                                        : outcome_key(keys, dict_text(&t->outcomes, c->outcome), k));
		}
		if (keys->device < 0)
			buf_printf(lines, " of %.*s", SLICE_ARG(roll_text(&p->devices, c->device)));
		buf_printf(lines, ": %llu %llu %lld %lld\n", (unsigned long long)count.records, (unsigned long long)count.failures,
		           (long long)count.times.first, (long long)count.times.last);
	}
	for (uint32_t d = 0; t->plan->devices.states && d < p->devices.n; d++)
		buf_printf(lines, "device %.*s: %s %lld\n", SLICE_ARG(roll_text(&p->devices, d)),
		           state_name(device_state_of(&roll_row(&p->devices, d)->state)), (long long)device_last_success(&roll_row(&p->devices, d)->state));
}

/* All that a tally holds as sorted lines: equal for equal tallies, however they came about. */
static void describe(struct tally *t, struct buf *out)
{
	struct buf lines = BUF_INIT;
	char *line[4096], *rest = NULL;
	size_t n = 0;

	tally_settle(t);
	for (size_t part = 0; part < PARTITIONS; part++)
		describe_part(t, part, &lines);
	for (uint32_t i = 0; i < t->minutes.n; i++) {
		int64_t minute;

		memcpy(&minute, dict_text(&t->minutes, i).p, sizeof minute);
		buf_printf(&lines, "minute %lld: %llu %llu\n", (long long)(minute / TIME_MINUTE), (unsigned long long)t->minute_counts[i].records,
		           (unsigned long long)t->minute_counts[i].failures);
	}
	buf_printf(&lines, "span %lld %lld\n", (long long)t->first, (long long)t->last);
	buf_cstr(&lines);
	for (char *l = strtok_r(lines.p, "\n", &rest); l != NULL && n < 4096; l = strtok_r(NULL, "\n", &rest))
		line[n++] = l;
	qsort(line, n, sizeof *line, by_text);
	out->n = 0;
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s\n", line[i]);
	buf_free(&lines);
}

static void expect(struct tally *t, const char *expected)
{
	struct buf out = BUF_INIT;

	describe(t, &out);
	cr_expect_str_eq(buf_cstr(&out), expected, "\n%s", buf_cstr(&out));
	buf_free(&out);
}

static const char *const by_device_and_result[] = { "device", "resultType" };

#define RECORD(device, result, time) "{\"category\":\"Connections\",\"resultType\":\"" result "\",\"time\":\"" time "\",\"deviceId\":\"" device "\"}"

Test(tally, records_failures_and_times)
{
	struct fixture f;

	begin(&f, by_device_and_result, 2);
	struct tally *t = tally_new(&f.plan);

	add(&f, t, RECORD("a", "404104", "1970-01-01T00:01:30Z"), true);
	add(&f, t, RECORD("a", "404104", "1970-01-01T00:00:30Z"), true);
	add(&f, t, RECORD("a", "404104", ""), true); /* untimed: counted, but in no span */
	add(&f, t, RECORD("a", "", "1970-01-01T00:02:00Z"), true);
	add(&f, t, RECORD("b", "404104", "1970-01-01T00:01:59.5Z"), false); /* only its state is asked for */
	add(&f, t, RECORD("", "500", "1970-01-01T00:00:00Z"), true);
	expect(t, "cell  500: 1 1 0 0\n"
	          "cell a 404104: 3 3 30000000 90000000\n"
	          "cell a : 1 0 -9223372036854775808 -9223372036854775808\n"
	          "device : never -9223372036854775808\n"
	          "device a: recovered 120000000\n"
	          "device b: never -9223372036854775808\n"
	          "minute 0: 2 2\nminute 1: 1 1\nminute 2: 1 0\n"
	          "span 0 120000000\n");
	tally_free(t);
	end(&f);
}

static struct slice number_text(char *text, size_t n)
{
	return slice_of(text, (size_t)sprintf(text, "%zu", n));
}

/* Around the number of cells up to which they are a ring, and far beyond: each cell is there once, with all that was added to it. */
Test(tally, devices_have_any_number_of_cells)
{
	enum { DEVICES = 60, ROUNDS = 40000 };
	static unsigned added[DEVICES][DEVICES];
	struct fixture f;
	uint64_t state = 3;
	size_t cells = 0, wanted = 0;

	begin(&f, by_device_and_result, 2);
	f.plan.pool = pool_new();
	struct tally *t = tally_new(&f.plan);

	/* all in one partition; device d has d outcomes */
	for (size_t i = 0; i < ROUNDS; i++) {
		const size_t d = 1 + random_below(&state, DEVICES - 1), o = random_below(&state, d);
		char device[24], outcome[24];
		const uint32_t number = tally_device(t, 5, number_text(device, d));

		partition_add(&t->parts[5], tally_cell_of(t, 5, number, number_text(outcome, o)),
		                &(struct tally_count){ .records = 1, .failures = o % 2, .times = { (int64_t)i, (int64_t)i } });
		wanted += added[d][o]++ == 0;
	}
	for (size_t d = 1; d < DEVICES; d++) {
		for (size_t o = 0; o < d; o++) {
			char device[24], outcome[24];
			const struct tally_cell *c = tally_cell_of(t, 5, tally_device(t, 5, number_text(device, d)), number_text(outcome, o));

			cr_assert_eq(c->records, added[d][o], "device %zu, outcome %zu", d, o);
			cr_assert_eq(c->failures, o % 2 * added[d][o]);
			cells += c->records > 0;
		}
	}
	cr_expect_eq(cells, wanted);
	cr_expect_eq(t->parts[5].n_cells, (size_t)DEVICES * (DEVICES - 1) / 2);
	tally_free(t);
	pool_free(f.plan.pool);
	end(&f);
}

/* ---- DEVICE STATES ---- */

#define DPS "{\"resourceId\":\"/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/D\",\"category\":\"x\",\"deviceId\":\"d\","
#define HUB "{\"resourceId\":\"/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/H\",\"category\":\"x\",\"deviceId\":\"d\","
#define OTHER "{\"resourceId\":\"/PROVIDERS/MICROSOFT.DEVICES/ELSE/H\",\"category\":\"x\",\"deviceId\":\"d\","
#define AT(n) "\"time\":\"2026-11-02T00:00:0" #n "Z\""
#define FAILED "\"resultType\":\"500\","

Test(tally, states_of_devices)
{
	static const struct { const char *records[4], *state; } cases[] = {
		{ { DPS AT(1) "}", HUB AT(2) "}" }, "healthy" },
		{ { DPS FAILED AT(1) "}", DPS FAILED AT(2) "}" }, "never" },
		{ { DPS FAILED AT(1) "}", DPS AT(2) "}" }, "recovered" },
		{ { HUB FAILED AT(1) "}", DPS AT(2) "}" }, "failing" },
		{ { HUB FAILED AT(1) "}", HUB AT(2) "}", DPS FAILED AT(3) "}" }, "failing" },
		{ { HUB FAILED AT(1) "}", DPS FAILED AT(2) "}", HUB AT(3) "}" }, "recovered" },
		/* equal times are failing; so is a comparison for which a time is missing */
		{ { HUB FAILED AT(1) "}", HUB AT(1) "}" }, "failing" },
		{ { HUB FAILED AT(1) "}", HUB "\"time\":\"\"}" }, "failing" },
		{ { HUB FAILED "\"time\":\"\"}", HUB AT(1) "}" }, "failing" },
		{ { HUB FAILED AT(1) "}", HUB FAILED "\"time\":\"\"}", HUB AT(2) "}" }, "recovered" },
		/* what is not of DPS counts as the hub's */
		{ { OTHER FAILED AT(1) "}", DPS AT(2) "}" }, "failing" },
		{ { HUB FAILED AT(1) "}", OTHER AT(2) "}" }, "recovered" },
		{ { HUB AT(1) "}", HUB FAILED AT(2) "}" }, "failing" },
	};
	struct fixture f;

	begin(&f, by_device_and_result, 2);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tally *t = tally_new(&f.plan);
		const size_t part = dict_hash(SLICE("d"), f.plan.seed) % PARTITIONS;

		for (size_t k = 0; k < 4 && cases[i].records[k] != NULL; k++)
			add(&f, t, cases[i].records[k], true);
		tally_settle(t);
		cr_expect_str_eq(state_name(device_state_of(&roll_row(&t->parts[part].devices, 0)->state)), cases[i].state, "case %zu", i);
		tally_free(t);
	}
	end(&f);
}

/* ---- parts and the whole ---- */

static void random_record(uint64_t *state, struct buf *out)
{
	static const char *const results[] = { "", "404104", "401003", "Success", "ClientError" };
	static const char *const types[] = { "IOTHUBS", "PROVISIONINGSERVICES" };
	const size_t time = random_below(state, 100000);

	out->n = 0;
	buf_printf(out, "{\"resourceId\":\"/PROVIDERS/MICROSOFT.DEVICES/%s/R\",\"category\":\"c%zu\",\"deviceId\":\"dev-%zu\",\"resultType\":\"%s\",",
	           types[random_below(state, 2)], random_below(state, 3), random_below(state, 90), results[random_below(state, 5)]);
	if (random_below(state, 10) == 0)
		buf_str(out, "\"time\":null}");
	else
		buf_printf(out, "\"time\":\"2026-11-02T%02zu:%02zu:%02zuZ\"}", time / 3600 % 24, time / 60 % 60, time % 60);
}

static void merge(struct tally *into, struct tally *from)
{
	tally_settle(into);
	tally_settle(from);
	tally_merge(into, from);
	for (size_t part = 0; part < PARTITIONS; part++)
		tally_merge_part(into, from, PARTITIONS - 1 - part);
	tally_free(from);
}

Test(tally, parts_merge_into_the_whole)
{
	static const char *const names[] = { "resultType", "device", "category" };
	enum { PARTS = 5, RECORDS = 3000 };
	struct buf json = BUF_INIT, expected = BUF_INIT, out = BUF_INIT;
	struct fixture f;

	begin(&f, names, 3);
	for (uint64_t seed = 1; seed <= 5; seed++) {
		uint64_t state = seed * UINT64_C(0x9E3779B97F4A7C15);
		struct tally *whole = tally_new(&f.plan), *parts[PARTS];

		for (size_t i = 0; i < PARTS; i++)
			parts[i] = tally_new(&f.plan);
		for (size_t i = 0; i < RECORDS; i++) {
			const bool counted = random_below(&state, 4) > 0;

			random_record(&state, &json);
			add(&f, whole, buf_cstr(&json), counted);
			add(&f, parts[random_below(&state, PARTS)], buf_cstr(&json), counted);
		}
		for (size_t i = 1; i < PARTS; i++)
			merge(parts[0], parts[i]);
		describe(whole, &expected);
		describe(parts[0], &out);
		cr_assert_str_eq(buf_cstr(&out), buf_cstr(&expected), "seed %llu", (unsigned long long)seed);
		tally_free(whole);
		tally_free(parts[0]);
	}
	buf_free(&json);
	buf_free(&expected);
	buf_free(&out);
	end(&f);
}

/* Grouped by fewer keys: as if it had been kept so from the beginning. */
Test(tally, a_roll_up_is_what_fewer_keys_would_have_kept)
{
	static const char *const all[] = { "device", "resultType", "category" }, *const fewer[] = { "category", "device" };
	struct buf json = BUF_INIT, expected = BUF_INIT, out = BUF_INIT;
	struct fixture f, g;
	uint64_t state = 11;

	begin(&f, all, 3);
	begin(&g, fewer, 2);
	g.plan.minutes = f.plan.minutes = false;
	struct tally *t = tally_new(&f.plan), *plain = tally_new(&g.plan);

	for (size_t i = 0; i < 2000; i++) {
		random_record(&state, &json);
		add(&f, t, buf_cstr(&json), true);
		add(&g, plain, buf_cstr(&json), true);
	}
	tally_settle(t);
	struct tally *sum = tally_new(&g.plan);

	for (size_t part = 0; part < PARTITIONS; part++)
		merge(sum, tally_rollup(t, part, &g.plan));
	describe(plain, &expected);
	describe(sum, &out);
	cr_expect_str_eq(buf_cstr(&out), buf_cstr(&expected));
	tally_free(sum);
	tally_free(t);
	tally_free(plain);
	buf_free(&json);
	buf_free(&expected);
	buf_free(&out);
	end(&f);
	end(&g);
}
