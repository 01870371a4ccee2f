/*
 * cmd_devices.c - one row for each device: its state, when it was seen, how it went last.
 */
#include "cli/cli.h"
#include "cli/rows.h"
#include "report/roster.h"

/* Where a terminal has fewer columns, the table has only what people look at first. */
enum { DEVICES_WIDE = 200 };

static int devices_run(const struct options *o)
{
	struct run r;
	struct tally_plan tally = { 0 };
	struct roster_order order = { .descending = o->sort.descending };
	int status = rows_order(o, roster_columns, ROSTER_COLUMNS, &order.column);

	if (status != STATUS_GOOD)
		return status;
	run_begin(&r, o);
	roster_want(&tally);
	plan_wish(&r.plan, &tally_kind, &tally);
	status = run_read(&r);
	if (status != STATUS_GOOD)
		return run_end(&r, status);
	struct roster *roster = roster_new(r.result.kept[0], order, o->top.n, r.plan.jobs);
	const bool narrow = o->format == FORMAT_TABLE && o->width > 0 && o->width < DEVICES_WIDE;

	status = rows_write(&r, roster_view(roster, narrow), (struct rows_words){ "device", "devices" }, NULL, NULL);
	roster_free(roster);
	return run_end(&r, status);
}

const struct command command_devices = {
	.name = "devices",
	.summary = "one row for each device: state, first and last seen, last result, protocol, SDK",
	.groups = OPTION_READING,
	.formats = FORMAT_BIT(FORMAT_TABLE) | FORMAT_BIT(FORMAT_CSV) | FORMAT_BIT(FORMAT_JSON),
	.on_terminal = FORMAT_TABLE,
	.elsewhere = FORMAT_CSV,
	.run = devices_run,
};
