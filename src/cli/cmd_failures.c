/*
 * cmd_failures.c - which devices fail with which result: failures grouped by any keys.
 */
#include "base/escape.h"
#include "cli/by_keys.h"
#include "cli/cli.h"
#include "cli/messages.h"
#include "cli/rows.h"
#include "report/groups.h"

/* --by, or its default. 0, or the exit status of a mistake. */
static int find_keys(const struct options *o, struct keys *keys)
{
	static const struct slice standard[] = { { "device", 6 }, { "resultType", 10 } };

	return by_keys(&command_failures, "by", o->by.n > 0 ? o->by.items : standard, o->by.n > 0 ? o->by.n : 2, keys);
}

static int find_order(const struct options *o, const struct keys *keys, struct groups_order *order)
{
	struct buf text = BUF_INIT;

	*order = (struct groups_order){ .column = -1 };
	if (o->sort.column.p == NULL)
		return STATUS_GOOD;
	order->column = groups_column(keys, o->sort.column);
	order->descending = o->sort.descending;
	if (order->column >= 0)
		return STATUS_GOOD;
	for (size_t i = 0; i < keys->n; i++) {
		buf_str(&text, i == 0 ? "" : ", ");
		escape_text(&text, keys->key[i].name);
	}
	for (const char *const *c = groups_column_names(keys->device >= 0); *c != NULL; c++)
		buf_printf(&text, ", %s", *c);
	const int status = rows_no_column(&command_failures, o->sort.column, buf_view(&text));

	buf_free(&text);
	return status;
}

static void say_keys(struct json *j, const void *ctx)
{
	const struct keys *keys = ctx;

	json_key(j, "by");
	json_begin_array(j, false);
	for (size_t i = 0; i < keys->n; i++)
		json_text(j, keys->key[i].name);
	json_end_array(j);
}

static int failures_run(const struct options *o)
{
	struct run r;
	struct tally_plan tally = { 0 };
	struct groups_order order;
	int status = find_keys(o, &tally.keys);

	if (status == STATUS_GOOD)
		status = find_order(o, &tally.keys, &order);
	if (status != STATUS_GOOD)
		return status;
	tally.devices.states = tally.keys.device >= 0;
	run_begin(&r, o);
	plan_wish(&r.plan, &tally_kind, &tally);
	status = run_read(&r);
	if (status != STATUS_GOOD)
		return run_end(&r, status);
	struct groups *groups = groups_new(r.result.kept[0], o->all, order, o->top.n, r.plan.jobs);

	status = rows_write(&r, groups_view(groups), (struct rows_words){ "group", "groups" }, say_keys, &tally.keys);
	groups_free(groups);
	return run_end(&r, status);
}

static const char *const failures_options[] = { "by", "all", NULL };

const struct command command_failures = {
	.name = "failures",
	.summary = "which devices fail with which result: failures grouped by keys",
	.groups = OPTION_READING,
	.options = failures_options,
	.formats = FORMAT_BIT(FORMAT_TABLE) | FORMAT_BIT(FORMAT_CSV) | FORMAT_BIT(FORMAT_JSON),
	.on_terminal = FORMAT_TABLE,
	.elsewhere = FORMAT_CSV,
	.run = failures_run,
};
