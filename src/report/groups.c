/*
 * groups.c - from cells to rows.
 *
 * With the device among the keys a cell is a group; without it a group is the sum of the cells of an outcome. A row is a
 * reference of eight bytes until it is asked for. Of a tally that was spilled the groups are made piece by piece, and its rows
 * are sorted outside of memory.
 */
#include "report/groups.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"
#include "report/sorted.h"
#include "tally/sorter.h"
#include "tally/spill.h"

struct sum {
	uint64_t records, failures, devices;
	int64_t first_failure, last_failure;
};

struct groups {
	const struct tally *tally;
	const struct keys *keys;
	struct order order;
	bool by_counts;           /* the order looks at keys and counts only */
	struct order_rows rows;
	struct order_ref *refs;   /* partition << 32 | cell; without the device the outcome */
	uint64_t n, found;
	struct sum *sums;         /* without the device: of each outcome */
	struct column *columns;
	size_t n_columns;
	struct view view;
	char (*times)[TIME_TEXT_MAX]; /* of the keys of the row that was made last */
	struct sorted *sorted;    /* the rows of a tally that was spilled */
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

static struct group group_of_sum(struct slice outcome, const struct sum *s)
{
	return (struct group){ .outcome = outcome, .records = s->records, .failures = s->failures, .devices = s->devices,
		.first_failure = s->first_failure, .last_failure = s->last_failure, .last_success = TIME_NONE };
}

/* What most orders look at: times and state lie elsewhere. */
static struct group counts_of_cell(const struct tally *t, const struct partition *p, const struct tally_cell *c)
{
	struct group group = { .device = roll_text(&p->devices, c->device), .outcome = dict_text(&t->outcomes, c->outcome),
		.records = c->records, .failures = c->failures, .first_failure = TIME_NONE, .last_failure = TIME_NONE, .last_success = TIME_NONE };

	group.devices = group.failures > 0 && group.device.n > 0;
	return group;
}

static struct group group_of_cell(const struct tally *t, const struct partition *p, const struct tally_cell *c)
{
	const struct failure_times times = partition_count_of(p, c).times;
	struct group group = counts_of_cell(t, p, c);

	group.first_failure = times.first;
	group.last_failure = times.last;
	if (t->plan->devices.states && group.device.n > 0) {
		group.last_success = device_last_success(&roll_row(&p->devices, c->device)->state);
		group.state = device_state_of(&roll_row(&p->devices, c->device)->state);
	}
	return group;
}

static struct group group_of(const struct groups *g, uint64_t ref)
{
	const uint32_t i = (uint32_t)ref;

	if (g->keys->device < 0)
		return group_of_sum(dict_text(&g->tally->outcomes, i), &g->sums[i]);
	const struct partition *p = &g->tally->parts[ref >> 32];

	return group_of_cell(g->tally, p, partition_cell(p, i));
}

static struct slice raw_key(const struct groups *g, const struct group *group, size_t i)
{
	return (int)i == g->keys->device ? group->device : outcome_key(g->keys, group->outcome, i);
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

struct group groups_at(const struct groups *g, uint64_t i)
{
	return group_of(g, g->refs[i].ref);
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

/* ---- making ---- */

static void add_ref(struct groups *g, size_t *cap, uint64_t ref)
{
	if (g->found == *cap) {
		*cap = mem_grow(*cap, g->found + 1);
		g->refs = mem_rearray(g->refs, *cap, sizeof *g->refs);
	}
	g->refs[g->found++].ref = ref;
}

static void find_cells(struct groups *g, bool all)
{
	size_t cap = 0;

	for (uint64_t part = 0; part < PARTITIONS; part++)
		for (size_t i = 0; i < g->tally->parts[part].n_cells; i++)
			if (all || partition_cell(&g->tally->parts[part], i)->failures > 0)
				add_ref(g, &cap, part << 32 | i);
}

static const struct sum no_sum = { 0, 0, 0, TIME_NONE, TIME_NONE };

static void add_sum(struct sum *into, const struct sum *s)
{
	into->records += s->records;
	into->failures += s->failures;
	into->devices += s->devices;
	into->first_failure = time_earlier(into->first_failure, s->first_failure);
	into->last_failure = time_later(into->last_failure, s->last_failure);
}

static void add_cell(struct sum *s, const struct partition *p, const struct tally_cell *c)
{
	const bool failing = c->failures > 0 && roll_text(&p->devices, c->device).n > 0;

	const struct tally_count count = partition_count_of(p, c);

	add_sum(s, &(struct sum){ count.records, count.failures, failing, count.times.first, count.times.last });
}

static struct sum *new_sums(const struct tally *t)
{
	struct sum *sums = mem_array(t->outcomes.n, sizeof *sums);

	for (size_t i = 0; i < t->outcomes.n; i++)
		sums[i] = no_sum;
	return sums;
}

static void add_part(struct sum *sums, const struct partition *p)
{
	for (size_t i = 0; i < p->n_cells; i++)
		add_cell(&sums[partition_cell(p, i)->outcome], p, partition_cell(p, i));
}

static bool is_shown(const struct sum *s, bool all)
{
	return s->failures > 0 || (all && s->records > 0);
}

static void find_sums(struct groups *g, bool all)
{
	const struct tally *t = g->tally;
	size_t cap = 0;

	g->sums = new_sums(t);
	for (size_t part = 0; part < PARTITIONS; part++)
		add_part(g->sums, &t->parts[part]);
	for (size_t i = 0; i < t->outcomes.n; i++)
		if (is_shown(&g->sums[i], all))
			add_ref(g, &cap, i);
}

static void fill_cells(struct groups *g, const struct group *group, struct cell *cells)
{
	const enum group_column *columns;
	const size_t n = rest_of(g->keys, &columns);
	size_t at = 0;

	for (; at < g->keys->n; at++)
		cells[at].text = groups_key(g, group, at, g->times[at]);
	for (size_t i = 0; i < n; i++)
		cells[at++] = rest_cell(group, columns[i]);
}

/* Only the cells that the order looks at. */
static void fill_ordered(void *ctx, uint64_t ref, struct cell *cells)
{
	struct groups *g = ctx;
	const struct partition *p = &g->tally->parts[ref >> 32];
	const struct group group = g->by_counts ? counts_of_cell(g->tally, p, partition_cell(p, (uint32_t)ref)) : group_of(g, ref);
	const enum group_column *columns;

	rest_of(g->keys, &columns);
	for (size_t i = 0; i < g->order.n_by; i++) {
		const size_t column = g->order.by[i].column;

		if (column < g->keys->n)
			cells[column].text = groups_key(g, &group, column, g->times[column]);
		else
			cells[column] = rest_cell(&group, columns[column - g->keys->n]);
	}
}

static void fetch_row(void *ctx, uint64_t ref, unsigned step)
{
	tally_fetch(((const struct groups *)ctx)->tally, ref >> 32, (uint32_t)ref, step);
}

static void fill_row(void *ctx, uint64_t row, struct cell *cells)
{
	struct groups *g = ctx;

	order_fetch(&g->rows, g->refs, g->n, row);
	const struct group group = groups_at(g, row);

	fill_cells(g, &group, cells);
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
	g->n_columns = g->keys->n + n;
}

static void set_order(struct groups *g, struct groups_order order)
{
	g->order = (struct order){ .columns = g->columns, .n_columns = g->n_columns, .n_by = g->keys->n + 1 };
	g->order.by[0] = (struct order_by){ (size_t)order.column, order.descending };
	if (order.column < 0)
		g->order.by[0] = (struct order_by){ g->keys->n + GROUP_FAILURES, true };
	for (size_t i = 0; i < g->keys->n; i++)
		g->order.by[i + 1] = (struct order_by){ i, false };
	const size_t first = g->order.by[0].column;

	g->by_counts = g->keys->device >= 0 && (first < g->keys->n || g->columns[first].type == COLUMN_COUNT || g->columns[first].type == COLUMN_RATE);
}

/* All is in memory. */
static void make_refs(struct groups *g, bool all, uint64_t top)
{
	if (g->keys->device >= 0)
		find_cells(g, all);
	else
		find_sums(g, all);
	order_refs(g->refs, g->found, top, &g->order, &g->rows);
	g->n = top > 0 && top < g->found ? top : g->found;
	g->view = (struct view){ g->columns, g->n_columns, g->n, g->found - g->n, fill_row, g, NULL, g->rows.threads > 1 };
}

/* ---- making what is not in memory ---- */

static void add_group(struct groups *g, const struct group *group)
{
	struct cell cells[KEYS_MOST + GROUP_COLUMNS];

	fill_cells(g, group, cells);
	sorted_add(g->sorted, cells);
}

static void add_piece_cells(struct groups *g, const struct tally *t, size_t part, bool all)
{
	const struct partition *p = &t->parts[part];

	for (size_t i = 0; i < p->n_cells; i++) {
		if (!all && partition_cell(p, i)->failures == 0)
			continue;
		const struct group group = group_of_cell(t, p, partition_cell(p, i));

		add_group(g, &group);
	}
}

static void add_piece_sums(struct sorter *sums, const struct tally *t, size_t part)
{
	struct sum *of_piece = new_sums(t);

	add_part(of_piece, &t->parts[part]);
	for (size_t i = 0; i < t->outcomes.n; i++)
		if (of_piece[i].records > 0)
			sorter_add(sums, dict_text(&t->outcomes, (uint32_t)i),
			           slice_of((const char *)&of_piece[i], sizeof of_piece[i]));
	free(of_piece);
}

static void add_outcome(struct groups *g, struct slice outcome, const struct sum *s, bool all)
{
	const struct group group = group_of_sum(outcome, s);

	if (is_shown(s, all))
		add_group(g, &group);
}

/* The sums of all pieces, those of one outcome one after the other. */
static void join_sums(struct groups *g, struct sorter *sums, bool all)
{
	struct buf outcome = BUF_INIT;
	struct sum joined = no_sum, sum;
	struct slice key, value;

	for (sorter_rewind(sums); sorter_next(sums, &key, &value);) {
		if (!slice_eq(key, buf_view(&outcome))) {
			add_outcome(g, buf_view(&outcome), &joined, all);
			joined = no_sum;
			outcome.n = 0;
			buf_slice(&outcome, key);
		}
		memcpy(&sum, value.p, sizeof sum);
		add_sum(&joined, &sum);
	}
	add_outcome(g, buf_view(&outcome), &joined, all);
	buf_free(&outcome);
}

static void make_sorted(struct groups *g, struct tally *t, bool all, uint64_t top)
{
	struct sorter *sums = g->keys->device < 0 ? sorter_new(t->plan->memory / 4) : NULL;
	struct tally_pieces *pieces = tally_pieces_new(t, false);
	const struct tally *piece;
	size_t part;

	g->sorted = sorted_new(&g->order, t->plan->memory / 2);
	while (tally_pieces_next(pieces, &piece, &part)) {
		if (sums != NULL)
			add_piece_sums(sums, piece, part);
		else
			add_piece_cells(g, piece, part, all);
	}
	tally_pieces_free(pieces);
	sorted_failed(g->sorted, tally_error(t));
	if (sums != NULL) {
		join_sums(g, sums, all);
		sorted_failed(g->sorted, sorter_error(sums));
		sorter_free(sums);
	}
	g->view = sorted_view(g->sorted, top);
	g->n = g->view.n_rows;
}

/* The text of a time is made in one place for all rows. */
static bool rows_stand_apart(const struct keys *keys)
{
	for (size_t i = 0; i < keys->n; i++)
		if (keys->key[i].entry->type == KEY_TIME)
			return false;
	return true;
}

struct groups *groups_new(struct tally *t, bool all, struct groups_order order, uint64_t top, unsigned threads)
{
	struct groups *g = mem_zalloc(sizeof *g);

	g->tally = t;
	g->keys = &t->plan->keys;
	/* Cells lie in any order in memory, sums do not. */
	g->rows = (struct order_rows){ fill_ordered, g->keys->device < 0 ? NULL : fetch_row, g, rows_stand_apart(g->keys) ? threads : 1 };
	make_columns(g);
	set_order(g, order);
	if (tally_is_spilled(t))
		make_sorted(g, t, all, top);
	else
		make_refs(g, all, top);
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
	sorted_free(g->sorted);
	free(g);
}

const struct view *groups_view(struct groups *g)
{
	return &g->view;
}
