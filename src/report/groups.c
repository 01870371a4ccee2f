/*
 * groups.c - from cells to rows.
 *
 * With the device among the keys a cell is a group; without it a group is the sum of the cells of an outcome. A row is a
 * reference of eight bytes until it is asked for.
 */
#include "report/groups.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"

struct ref {
	uint32_t part, cell;      /* with the device; else cell is the outcome */
};

struct sum {
	uint64_t records, failures, devices;
	int64_t first_failure, last_failure;
};

struct groups {
	const struct tally *tally;
	const struct keys *keys;
	struct groups_order order;
	struct ref *refs;
	uint64_t n, found;
	struct sum *sums;         /* without the device: of each outcome */
	struct column *columns;
	struct view view;
	char (*times)[TIME_TEXT_MAX]; /* of the keys of the row that was made last */
};

static const struct column rest[GROUP_COLUMNS] = {
	[GROUP_RECORDS] = { "records", NULL, COLUMN_COUNT },
	[GROUP_FAILURES] = { "failures", NULL, COLUMN_COUNT },
	[GROUP_RATE] = { "failure_rate", NULL, COLUMN_RATE },
	[GROUP_DEVICES] = { "devices", NULL, COLUMN_COUNT },
	[GROUP_FIRST] = { "first_failure", NULL, COLUMN_TIME },
	[GROUP_LAST] = { "last_failure", NULL, COLUMN_TIME },
	[GROUP_SUCCESS] = { "last_success", NULL, COLUMN_TIME },
	[GROUP_STATE] = { "state", NULL, COLUMN_WORD },
};

static const enum group_column with_device[] = { GROUP_RECORDS, GROUP_FAILURES, GROUP_RATE, GROUP_FIRST, GROUP_LAST,
	GROUP_SUCCESS, GROUP_STATE };
static const enum group_column without_device[] = { GROUP_RECORDS, GROUP_FAILURES, GROUP_RATE, GROUP_DEVICES, GROUP_FIRST,
	GROUP_LAST };

static size_t rest_of(const struct keys *keys, const enum group_column **columns)
{
	*columns = keys->device >= 0 ? with_device : without_device;
	return keys->device >= 0 ? sizeof with_device / sizeof *with_device : sizeof without_device / sizeof *without_device;
}

const char *const *groups_column_names(bool device)
{
	static const char *const with[] = { "records", "failures", "failure_rate", "first_failure", "last_failure",
		"last_success", "state", NULL };
	static const char *const without[] = { "records", "failures", "failure_rate", "devices", "first_failure",
		"last_failure", NULL };

	return device ? with : without;
}

int groups_column(const struct keys *keys, struct slice name)
{
	const enum group_column *columns;
	const size_t n = rest_of(keys, &columns);

	for (size_t i = 0; i < keys->n; i++)
		if (slice_eq(keys->key[i].name, name))
			return (int)i;
	for (size_t i = 0; i < n; i++)
		if (slice_eq(slice_str(rest[columns[i]].name), name))
			return (int)(keys->n + i);
	return -1;
}

/* ---- asking ---- */

static struct group group_of(const struct groups *g, struct ref ref)
{
	if (g->keys->device < 0) {
		const struct sum *s = &g->sums[ref.cell];

		return (struct group){ .outcome = ref.cell, .records = s->records, .failures = s->failures,
			.devices = s->devices, .first_failure = s->first_failure, .last_failure = s->last_failure,
			.last_success = TIME_NONE };
	}
	const struct partition *p = &g->tally->parts[ref.part];
	const struct tally_cell *c = &p->cells[ref.cell];
	struct group group = { .device = dict_text(&p->devices, c->device), .outcome = c->outcome, .records = c->records,
		.failures = c->failures, .first_failure = c->first_failure, .last_failure = c->last_failure,
		.last_success = TIME_NONE };

	group.devices = group.failures > 0 && group.device.n > 0;
	if (g->tally->plan->devices.states && group.device.n > 0) {
		group.last_success = device_last_success(&p->rows.states[c->device]);
		group.state = device_state_of(&p->rows.states[c->device]);
	}
	return group;
}

static struct slice raw_key(const struct groups *g, const struct group *group, size_t i)
{
	return (int)i == g->keys->device ? group->device : tally_outcome_key(g->tally, group->outcome, i);
}

static int64_t key_time(struct slice raw)
{
	int64_t t;

	memcpy(&t, raw.p, sizeof t);
	return t;
}

struct slice groups_key(const struct groups *g, const struct group *group, size_t i, char *buffer)
{
	const struct slice raw = raw_key(g, group, i);

	if (g->keys->key[i].entry->type != KEY_TIME)
		return raw;
	const int64_t t = key_time(raw);

	return t == TIME_NONE ? slice_of(NULL, 0) : slice_of(buffer, time_format(t, buffer));
}

uint64_t groups_count(const struct groups *g)
{
	return g->n;
}

uint64_t groups_left_out(const struct groups *g)
{
	return g->found - g->n;
}

struct group groups_at(const struct groups *g, uint64_t i)
{
	return group_of(g, g->refs[i]);
}

static struct cell rest_cell(const struct group *group, enum group_column column)
{
	switch (column) {
	case GROUP_RECORDS:
		return (struct cell){ .count = group->records };
	case GROUP_FAILURES:
		return (struct cell){ .count = group->failures };
	case GROUP_RATE:
		return (struct cell){ .rate = { group->failures, group->records } };
	case GROUP_DEVICES:
		return (struct cell){ .count = group->devices };
	case GROUP_FIRST:
		return (struct cell){ .time = group->first_failure };
	case GROUP_LAST:
		return (struct cell){ .time = group->last_failure };
	case GROUP_SUCCESS:
		return (struct cell){ .time = group->last_success };
	default:
		return (struct cell){ .text = slice_str(state_name(group->state)) };
	}
}

/* ---- order ---- */

static int order_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_key(const struct groups *g, const struct group *a, const struct group *b, size_t i)
{
	const struct slice x = raw_key(g, a, i), y = raw_key(g, b, i);

	return g->keys->key[i].entry->type == KEY_TIME ? order_of(key_time(x), key_time(y)) : slice_cmp(x, y);
}

static int compare_column(const struct groups *g, const struct group *a, const struct group *b)
{
	const enum group_column *columns;

	rest_of(g->keys, &columns);
	if (g->order.column < (int)g->keys->n)
		return compare_key(g, a, b, (size_t)g->order.column);
	const enum group_column column = columns[(size_t)g->order.column - g->keys->n];
	const struct cell x = rest_cell(a, column), y = rest_cell(b, column);

	return cell_compare(rest[column].type, &x, &y);
}

static int compare(const void *x, const void *y, void *ctx)
{
	const struct groups *g = ctx;
	const struct group a = group_of(g, *(const struct ref *)x), b = group_of(g, *(const struct ref *)y);
	int order = g->order.column < 0 ? (b.failures > a.failures) - (b.failures < a.failures) : compare_column(g, &a, &b);

	if (g->order.column >= 0 && g->order.descending)
		order = -order;
	for (size_t i = 0; order == 0 && i < g->keys->n; i++)
		order = compare_key(g, &a, &b, i);
	return order;
}

/* ---- making ---- */

static void add_ref(struct groups *g, size_t *cap, struct ref ref)
{
	if (g->found == *cap) {
		*cap = mem_grow(*cap, g->found + 1);
		g->refs = mem_rearray(g->refs, *cap, sizeof *g->refs);
	}
	g->refs[g->found++] = ref;
}

static void find_cells(struct groups *g, bool all)
{
	size_t cap = 0;

	for (uint32_t part = 0; part < PARTITIONS; part++)
		for (size_t i = 0; i < g->tally->parts[part].n_cells; i++)
			if (all || g->tally->parts[part].cells[i].failures > 0)
				add_ref(g, &cap, (struct ref){ part, (uint32_t)i });
}

static void add_cell(struct sum *s, const struct partition *p, const struct tally_cell *c)
{
	s->records += c->records;
	s->failures += c->failures;
	if (c->failures > 0 && dict_text(&p->devices, c->device).n > 0)
		s->devices++;
	if (c->first_failure != TIME_NONE && (s->first_failure == TIME_NONE || c->first_failure < s->first_failure))
		s->first_failure = c->first_failure;
	if (c->last_failure > s->last_failure)
		s->last_failure = c->last_failure;
}

static void find_sums(struct groups *g, bool all)
{
	const struct tally *t = g->tally;
	size_t cap = 0;

	g->sums = mem_array(t->outcomes.n, sizeof *g->sums);
	for (size_t i = 0; i < t->outcomes.n; i++)
		g->sums[i] = (struct sum){ 0, 0, 0, TIME_NONE, TIME_NONE };
	for (size_t part = 0; part < PARTITIONS; part++)
		for (size_t i = 0; i < t->parts[part].n_cells; i++)
			add_cell(&g->sums[t->parts[part].cells[i].outcome], &t->parts[part], &t->parts[part].cells[i]);
	for (size_t i = 0; i < t->outcomes.n; i++)
		if (g->sums[i].failures > 0 || (all && g->sums[i].records > 0))
			add_ref(g, &cap, (struct ref){ 0, (uint32_t)i });
}

static void fill_row(void *ctx, uint64_t row, struct cell *cells)
{
	struct groups *g = ctx;
	const struct group group = groups_at(g, row);
	const enum group_column *columns;
	const size_t n = rest_of(g->keys, &columns);
	size_t at = 0;

	for (; at < g->keys->n; at++)
		cells[at].text = groups_key(g, &group, at, g->times[at]);
	for (size_t i = 0; i < n; i++)
		cells[at++] = rest_cell(&group, columns[i]);
}

static void make_columns(struct groups *g)
{
	const enum group_column *columns;
	const size_t n = rest_of(g->keys, &columns);

	g->columns = mem_array(g->keys->n + n, sizeof *g->columns);
	g->times = mem_array(g->keys->n + 1, sizeof *g->times);
	for (size_t i = 0; i < g->keys->n; i++)
		g->columns[i] = (struct column){ mem_copyz(g->keys->key[i].name.p, g->keys->key[i].name.n), NULL,
			g->keys->key[i].entry->type == KEY_TIME ? COLUMN_WORD : COLUMN_TEXT };
	for (size_t i = 0; i < n; i++)
		g->columns[g->keys->n + i] = rest[columns[i]];
	g->view = (struct view){ g->columns, g->keys->n + n, g->n, groups_left_out(g), fill_row, g };
}

struct groups *groups_new(const struct tally *t, bool all, struct groups_order order, uint64_t top)
{
	struct groups *g = mem_zalloc(sizeof *g);

	g->tally = t;
	g->keys = &t->plan->keys;
	g->order = order;
	if (g->keys->device >= 0)
		find_cells(g, all);
	else
		find_sums(g, all);
	if (g->found > 1)
		qsort_r(g->refs, g->found, sizeof *g->refs, compare, g);
	g->n = top > 0 && top < g->found ? top : g->found;
	make_columns(g);
	return g;
}

void groups_free(struct groups *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < g->keys->n; i++)
		free((char *)(uintptr_t)g->columns[i].name);
	free(g->columns);
	free(g->times);
	free(g->sums);
	free(g->refs);
	free(g);
}

const struct view *groups_view(struct groups *g)
{
	return &g->view;
}
