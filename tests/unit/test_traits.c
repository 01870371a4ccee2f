/*
 * test_traits.c - what devices with a code have in common: counted by device, told only where it is strong.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "insight/traits.h"

struct fixture {
	struct tally_plan plan;
	struct fields *fields;
	struct reader *reader;
	struct record record;
	struct tally *tally;
};

static void begin(struct fixture *f)
{
	static const char *const names[] = { "device", "code", "resultType", "location", "protocol" };
	struct wants w;

	f->plan = (struct tally_plan){ .seed = 5 };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		cr_assert(key_find(slice_str(names[i]), &f->plan.keys.key[f->plan.keys.n++]));
	wants_init(&w);
	tally_kind.want(&f->plan, &w);
	f->fields = fields_new(&w);
	tally_kind.bind(&f->plan, &(struct accumulator_terms){ f->fields, 5, 0, NULL });
	f->reader = reader_new(true);
	record_init(&f->record, f->fields, f->reader);
	f->tally = tally_new(&f->plan);
}

static void end(struct fixture *f)
{
	tally_free(f->tally);
	record_free(&f->record);
	reader_free(f->reader);
	fields_free(f->fields);
}

static void add(struct fixture *f, unsigned device, const char *result, const char *location, const char *protocol)
{
	char text[400];
	struct read_error error;

	snprintf(text, sizeof text, "{\"category\":\"DeviceOperations\",\"operationName\":\"Register\",\"resultType\":\"%s\","
	         "\"location\":\"%s\",\"properties\":{\"deviceId\":\"d%u\",\"protocol\":\"%s\"}}", result, location, device, protocol);
	record_begin(&f->record);
	cr_assert_eq(record_read(&f->record, slice_str(text), true, &error), READ_OK);
	record_finish(&f->record);
	tally_add(f->tally, &f->record, true);
}

/* The trait of 401002 in all of the tally; its texts live in *t. */
static struct trait find(struct fixture *f, struct traits **t)
{
	tally_settle(f->tally);
	*t = traits_new(&f->plan.keys, (struct traits_places){ 1, 2, 3 }, 5);
	for (size_t part = 0; part < PARTITIONS; part++)
		traits_add(*t, f->tally, part);
	return traits_find(*t, SLICE("401002"), SLICE("401002"));
}

/* 100 devices at two locations; those of `failing` of the first have the code, three times each. */
static struct trait fail_at_first(unsigned failing, uint64_t *devices, uint64_t *all)
{
	struct fixture f;
	struct traits *t;

	begin(&f);
	for (unsigned d = 0; d < 100; d++) {
		const char *place = d < 50 ? "north" : "south", *protocol = d % 2 ? "Mqtt" : "Amqp";

		add(&f, d, "Success", place, protocol);
		for (int i = 0; d < failing && i < 3; i++)
			add(&f, d, "401002", place, protocol);
	}
	struct trait found = find(&f, &t);

	*devices = found.devices;
	*all = found.all;
	found.value.n = found.key.n > 0 && slice_eq(found.value, SLICE("north")); /* its text ends with the traits */
	traits_free(t);
	end(&f);
	return found;
}

Test(traits, of_devices_not_of_records)
{
	uint64_t devices, all;
	const struct trait found = fail_at_first(50, &devices, &all);

	cr_expect(slice_eq(found.key, SLICE("location")));
	cr_expect_eq(found.value.n, 1);
	cr_expect_eq(devices, 50);
	cr_expect_eq(found.of, 50);
	cr_expect_eq(all, 50);
	cr_expect_eq(found.of_all, 100);
}

Test(traits, few_devices_prove_nothing)
{
	uint64_t devices, all;

	cr_expect_eq(fail_at_first(9, &devices, &all).key.n, 0);
}

/* All of one location fail, and all others as well: there is nothing to tell. So it is where as many could by chance. */
Test(traits, what_all_have_is_no_trait)
{
	uint64_t devices, all;

	cr_expect_eq(fail_at_first(100, &devices, &all).key.n, 0);
	cr_expect_eq(fail_at_first(20, &devices, &all).key.n, 0);
}
