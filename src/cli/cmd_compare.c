/*
 * cmd_compare.c - what the failing ones have in common, or what distinguishes any two sets of records.
 */
#include "base/escape.h"
#include "cli/by_keys.h"
#include "cli/cli.h"
#include "cli/messages.h"
#include "cli/rows.h"
#include "report/differences.h"

/* Keys that only say again how a record went, or of whom it is, explain nothing. */
static const struct slice standard[] = {
	{ "service", 7 }, { "resource", 8 }, { "category", 8 }, { "operationName", 13 }, { "location", 8 }, { "protocol", 8 },
	{ "sdkVersion", 10 }, { "enrollment", 10 }, { "applicationId", 13 },
};

static int find_plan(const struct options *o, struct contrast_plan *plan)
{
	const bool named = o->keys.n > 0;

	*plan = (struct contrast_plan){ .named = named, .a = { o->a.items, o->a.n }, .b = { o->b.items, o->b.n } };
	if (o->where.members + o->a.members + o->b.members > WHERE_MEMBERS_MOST)
		return message_usage(&command_compare, SLICE("--where, --a and --b: they name too many members of properties"));
	return by_keys(&command_compare, "keys", named ? o->keys.items : standard,
	               named ? o->keys.n : sizeof standard / sizeof *standard, &plan->keys);
}

static void tell_given_up(struct run *r, const struct contrast *c)
{
	for (size_t i = 0; i < c->plan->keys.n; i++)
		if (c->given_up[i])
			diag_note(r->diag, "the key %.*s has more than 1,000 values and is left out (--keys with its name takes it)",
			          SLICE_ARG(c->plan->keys.key[i].name));
}

static void say_sets(struct json *j, const void *ctx)
{
	const struct contrast *c = ctx;

	json_member_u64(j, "a", c->all.a);
	json_member_u64(j, "b", c->all.b);
}

static int compare_run(const struct options *o)
{
	struct run r;
	struct contrast_plan plan;
	int column = -1, status = find_plan(o, &plan);

	if (status == STATUS_GOOD)
		status = rows_order(o, difference_columns, DIFFERENCE_COLUMNS, &column);
	if (status != STATUS_GOOD)
		return status;
	run_begin(&r, o);
	if (o->a_since.kind != OPTION_TIME_UNSET)
		plan.turn = &r.a_since;
	plan_wish(&r.plan, &contrast_kind, &plan);
	status = run_read(&r);
	if (status != STATUS_GOOD)
		return run_end(&r, status);
	const struct contrast *c = r.result.kept[0];
	struct differences *d = differences_new(c, column, o->sort.descending, o->top.n);

	tell_given_up(&r, c);
	status = rows_write(&r, differences_view(d), (struct rows_words){ "row", "rows" }, say_sets, c);
	differences_free(d);
	return run_end(&r, status);
}

static const char *const compare_options[] = { "a", "b", "a-since", "keys", NULL };

const struct command command_compare = {
	.name = "compare",
	.summary = "what the failures have in common, or how any two sets of records differ",
	.groups = OPTION_READING,
	.options = compare_options,
	.formats = FORMAT_BIT(FORMAT_TABLE) | FORMAT_BIT(FORMAT_CSV) | FORMAT_BIT(FORMAT_JSON),
	.on_terminal = FORMAT_TABLE,
	.elsewhere = FORMAT_CSV,
	.run = compare_run,
};
