/*
 * test_devices.c - what is kept of devices: newest values, signs of failures that are expected, and merging.
 */
#include <criterion/criterion.h>

#include "tally/devices.h"

#define T INT64_C(1793589247000000)

static const struct devices_plan plan = { .states = true, .expected = true, .newest.n = 2 };

struct fixture {
	struct dict values;
	struct device_rows rows;
	struct device_state state;
};

static uint32_t value(struct dict *values, const char *text)
{
	bool added;

	return dict_add(values, slice_str(text), dict_hash(slice_str(text), 7), &added) + 1;
}

static void begin(struct fixture *f)
{
	*f = (struct fixture){ .state = DEVICE_STATE_NONE };
	device_rows_begin(&f->rows, NULL, &plan);
}

static void end(struct fixture *f)
{
	device_rows_free(&f->rows, NULL);
	dict_free(&f->values);
}

static void add(struct fixture *f, int64_t time, const char *a, const char *b)
{
	const uint32_t text[] = { a == NULL ? 0 : value(&f->values, a), b == NULL ? 0 : value(&f->values, b) };
	const struct device_event e = { .time = time, .counted = true, .text = text };

	device_rows_add(&f->rows, &plan, 0, &e, &f->values);
}

static void expect_value(const struct fixture *f, size_t i, const char *text)
{
	const uint32_t number = device_rows_newest(&f->rows, 0)->text[i];

	cr_assert_neq(number, 0, "value %zu is none", i);
	const struct slice found = dict_text(&f->values, number - 1);

	cr_expect(slice_eq(found, slice_str(text)), "value %zu is %.*s, not %s", i, SLICE_ARG(found), text);
}

Test(devices, newest_value_of_each_key)
{
	struct fixture f;

	begin(&f);
	add(&f, TIME_NONE, "z", NULL);
	add(&f, T, "b", "x");
	add(&f, T + 1, NULL, "w");
	add(&f, T, "c", NULL);
	add(&f, T, "a", NULL);
	add(&f, TIME_NONE, "zz", "zz");
	expect_value(&f, 0, "c"); /* of equal times the greatest; b and a give way, untimed ones are older */
	expect_value(&f, 1, "w");
	cr_expect_eq(device_rows_newest(&f.rows, 0)->first, T);
	cr_expect_eq(device_rows_newest(&f.rows, 0)->last, T + 1);
	end(&f);
}

Test(devices, newest_value_when_nothing_is_timed)
{
	struct fixture f;

	begin(&f);
	add(&f, TIME_NONE, "b", NULL);
	add(&f, TIME_NONE, "c", NULL);
	add(&f, TIME_NONE, "a", NULL);
	expect_value(&f, 0, "c");
	cr_expect_eq(device_rows_newest(&f.rows, 0)->text[1], 0);
	cr_expect_eq(device_rows_newest(&f.rows, 0)->last, TIME_NONE);
	end(&f);
}

Test(devices, the_same_value_later_keeps_the_later_time)
{
	struct fixture f;

	begin(&f);
	add(&f, T, "a", NULL);
	add(&f, T + 9, "a", NULL);
	add(&f, T + 5, "b", NULL);
	expect_value(&f, 0, "a");
	end(&f);
}

/* Both ways of merging give what adding all to one gives. */
Test(devices, merging_does_not_depend_on_the_order)
{
	static const struct { int64_t time; const char *text; } parts[2][3] = {
		{ { T, "b" }, { T + 2, "a" }, { TIME_NONE, "z" } },
		{ { T + 2, "aa" }, { T + 1, "y" }, { T, "c" } },
	};

	for (int way = 0; way < 2; way++) {
		struct fixture f[2];

		for (int i = 0; i < 2; i++) {
			begin(&f[i]);
			for (int k = 0; k < 3; k++)
				add(&f[i], parts[i][k].time, parts[i][k].text, NULL);
		}
		struct fixture *into = &f[way], *from = &f[1 - way];
		uint32_t map[8];

		for (size_t i = 0; i < from->values.n; i++) {
			const struct slice text = dict_text(&from->values, (uint32_t)i);
			bool added;

			map[i] = dict_add(&into->values, text, dict_hash(text, 7), &added);
		}
		device_rows_merge(&into->rows, &plan, 0, &from->rows, 0, &into->values, map);
		expect_value(into, 0, "aa");
		cr_expect_eq(device_rows_newest(&into->rows, 0)->first, T);
		end(&f[0]);
		end(&f[1]);
	}
}

/* ---- failures that are expected ---- */

static void sign(struct fixture *f, int64_t time, enum device_sign sign, unsigned times, bool counted)
{
	const bool dps = sign >= SIGN_CHALLENGED;
	const bool failure = sign != SIGN_CONNECTED && sign != SIGN_ASSIGNED && sign != SIGN_NONE;
	static const uint32_t none[2];
	const struct device_event e = { .time = time, .failure = failure, .dps = dps, .counted = counted, .sign = (uint8_t)sign, .text = none };

	for (unsigned i = 0; i < times; i++) {
		device_state_add(&f->state, failure, dps, time);
		device_rows_add(&f->rows, &plan, 0, &e, &f->values);
	}
}

static struct expected_failures expected(const struct fixture *f)
{
	return device_expected(&f->state, device_rows_signs(&f->rows, 0));
}

Test(devices, renewals_are_the_least_of_four)
{
	struct fixture f;

	begin(&f);
	sign(&f, T, SIGN_RENEWED, 5, true);
	sign(&f, T + 1, SIGN_CLOSED, 4, true);
	cr_expect_eq(expected(&f).renewals, 0, "the device never succeeded");
	sign(&f, T + 2, SIGN_CONNECTED, 9, true);
	cr_expect_eq(expected(&f).renewals, 2, "one renewal in less than five minutes");
	sign(&f, T + 10 * TIME_MINUTE, SIGN_CONNECTED, 1, true);
	cr_expect_eq(expected(&f).renewals, 6, "three renewals in ten minutes");
	sign(&f, T + 60 * TIME_MINUTE, SIGN_CONNECTED, 1, true);
	cr_expect_eq(expected(&f).renewals, 8, "four connections were closed");
	sign(&f, T + 61 * TIME_MINUTE, SIGN_CLOSED, 1, true);
	cr_expect_eq(expected(&f).renewals, 0, "it fails");
	end(&f);
}

Test(devices, challenges_are_spoilt_by_another_failure)
{
	struct fixture f;

	begin(&f);
	sign(&f, T, SIGN_CHALLENGED, 3, true);
	sign(&f, T + 1, SIGN_ASSIGNED, 2, true);
	cr_expect_eq(expected(&f).challenges, 2);
	sign(&f, T, SIGN_REFUSED, 1, true);
	cr_expect_eq(expected(&f).challenges, 0);
	end(&f);
}

Test(devices, no_more_is_expected_than_was_counted)
{
	struct fixture f;

	begin(&f);
	sign(&f, T, SIGN_RENEWED, 1, true);
	sign(&f, T, SIGN_RENEWED, 1, false);
	sign(&f, T + 1, SIGN_CLOSED, 2, false);
	sign(&f, T + 10 * TIME_MINUTE, SIGN_CONNECTED, 2, false);
	cr_expect_eq(expected(&f).renewals, 1);
	end(&f);
}

Test(devices, counts_stop_at_their_largest_value)
{
	struct fixture a, b;

	begin(&a);
	begin(&b);
	device_rows_signs(&a.rows, 0)->seen[SIGN_RENEWED] = UINT32_MAX - 1;
	device_rows_signs(&b.rows, 0)->seen[SIGN_RENEWED] = 7;
	device_rows_merge(&a.rows, &plan, 0, &b.rows, 0, &a.values, NULL);
	cr_expect_eq(device_rows_signs(&a.rows, 0)->seen[SIGN_RENEWED], UINT32_MAX);
	end(&a);
	end(&b);
}
