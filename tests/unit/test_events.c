/*
 * test_events.c - events of chosen devices: their order, the newest of many, merging, and too many devices.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tally/events.h"

/* A record with what an event needs; the outcome is its code. */
static void add(void *events, const char *device, int64_t time, const char *code)
{
	struct record r = { .time = time, .failure = *code != '\0', .device = slice_str(device), .code = slice_str(code) };

	events_kind.add(events, &r, true);
}

static struct events_plan plan_of(const char *glob, size_t most)
{
	struct events_plan plan = { .glob = slice_str(glob), .most = most, .keys = { .n = 1, .device = -1 } };

	key_find(SLICE("code"), &plan.keys.key[0]);
	return plan;
}

static void expect_events(const struct events *e, const char *expected)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < e->n; i++) {
		const struct slice code = outcome_key(&e->plan->keys, dict_text(&e->outcomes, e->event[i].outcome), 0);
		const struct slice device = dict_text(&e->devices, e->event[i].device);

		buf_printf(&text, "%.*s@%d:%.*s ", SLICE_ARG(device), (int)e->event[i].time, SLICE_ARG(code));
	}
	cr_expect_str_eq(buf_cstr(&text), expected);
	buf_free(&text);
}

Test(events, order_and_choice)
{
	const struct events_plan plan = plan_of("a*", 100);
	struct events *e = events_kind.make(&plan);

	add(e, "a1", 5, "");
	add(e, "b1", 4, "401");
	add(e, "a1", 5, "500");
	add(e, "a2", 5, "429");
	add(e, "a2", TIME_NONE, "429");
	add(e, "", 1, "429");
	add(e, "a1", 3, "");
	events_settle(e);
	expect_events(e, "a1@3: a2@5:429 a1@5:500 a1@5: ");
	cr_expect_eq(e->devices.n, 2);
	events_kind.free(e);
}

/* What is kept of parts is what is kept of the whole, whichever part comes first. */
Test(events, the_newest_of_many)
{
	const struct events_plan plan = plan_of("*", 3);

	for (int way = 0; way < 2; way++) {
		struct events *part[2] = { events_kind.make(&plan), events_kind.make(&plan) };

		for (int i = 0; i < 40; i++)
			add(part[i % 3 == 0], "d", i * 7 % 40, i % 2 == 0 ? "401" : "");
		events_settle(part[0]);
		events_settle(part[1]);
		cr_expect_eq(part[0]->n, 3);
		events_kind.merge(part[way], part[1 - way]);
		expect_events(part[way], "d@37: d@38:401 d@39: ");
		events_kind.free(part[0]);
		events_kind.free(part[1]);
	}
}

Test(events, too_many_devices)
{
	const struct events_plan plan = plan_of("*", 1000);
	struct events *part[2] = { events_kind.make(&plan), events_kind.make(&plan) };
	char name[16];

	for (int i = 0; i <= EVENTS_DEVICES_MOST; i++) {
		snprintf(name, sizeof name, "d%d", i);
		add(part[i & 1], name, i, "");
	}
	events_settle(part[0]);
	events_settle(part[1]);
	cr_expect_not(events_too_many(part[0]));
	cr_expect_eq(part[0]->n, EVENTS_DEVICES_MOST / 2 + 1);
	events_kind.merge(part[0], part[1]);
	cr_expect(events_too_many(part[0]));
	cr_expect_eq(part[0]->n, 0);
	add(part[0], "d0", 1, "");
	cr_expect_eq(part[0]->n, 0);
	events_kind.free(part[0]);
	events_kind.free(part[1]);
}
