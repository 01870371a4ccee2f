/*
 * roster.c - from the rows of a tally by device to a table.
 *
 * A row is a reference of eight bytes until it is asked for; sorting asks only for the cell that it compares.
 */
#include "report/roster.h"

#include <stdlib.h>

#include "base/mem.h"
#include "report/sorted.h"
#include "tally/spill.h"

struct roster {
	const struct tally *tally;
	struct order order;
	struct order_rows rows;
	struct order_ref *refs;   /* partition << 32 | cell */
	uint64_t n, found;
	struct column columns[ROSTER_COLUMNS]; /* of the view */
	enum roster_column shown[ROSTER_COLUMNS];
	struct view view;
	struct sorted *sorted;    /* the rows of a tally that was spilled */
	struct view all;          /* all of its columns */
};

const struct column roster_columns[ROSTER_COLUMNS] = {
	[ROSTER_DEVICE] = { "device", NULL, COLUMN_TEXT },
	[ROSTER_STATE] = { "state", NULL, COLUMN_WORD },
	[ROSTER_RECORDS] = { "records", NULL, COLUMN_COUNT },
	[ROSTER_FAILURES] = { "failures", NULL, COLUMN_COUNT },
	[ROSTER_EXPECTED] = { "expected", "expected (est.)", COLUMN_COUNT },
	[ROSTER_FIRST_SEEN] = { "first_seen", NULL, COLUMN_TIME },
	[ROSTER_LAST_SEEN] = { "last_seen", NULL, COLUMN_TIME },
	[ROSTER_LAST_FAILURE] = { "last_failure", NULL, COLUMN_TIME },
	[ROSTER_LAST_SUCCESS] = { "last_success", NULL, COLUMN_TIME },
	[ROSTER_LAST_RESULT] = { "last_result", NULL, COLUMN_TEXT },
	[ROSTER_PROTOCOL] = { "protocol", NULL, COLUMN_TEXT },
	[ROSTER_SDK_VERSION] = { "sdkVersion", NULL, COLUMN_TEXT },
	[ROSTER_ENROLLMENT] = { "enrollment", NULL, COLUMN_TEXT },
	[ROSTER_LOCATION] = { "location", NULL, COLUMN_TEXT },
};

/* What people look at first. */
static const enum roster_column narrow_columns[] = { ROSTER_DEVICE, ROSTER_STATE, ROSTER_FAILURES, ROSTER_EXPECTED,
	ROSTER_LAST_FAILURE, ROSTER_LAST_SUCCESS, ROSTER_LAST_RESULT };

/* The keys whose newest values are columns, in the order of these. */
static const char *const newest_keys[] = { "resultType", "protocol", "sdkVersion", "enrollment", "location" };

enum { NEWEST_KEYS = sizeof newest_keys / sizeof *newest_keys };
_Static_assert(NEWEST_KEYS <= (int)NEWEST_MOST && ROSTER_LAST_RESULT + (int)NEWEST_KEYS == (int)ROSTER_COLUMNS,
               "columns of newest values");

void roster_want(struct tally_plan *plan)
{
	struct devices_plan *d = &plan->devices;

	plan->keys.device = 0;
	plan->keys.n = 1;
	key_find(SLICE("device"), &plan->keys.key[0]);
	d->states = d->expected = true;
	d->newest.device = -1;
	for (d->newest.n = 0; d->newest.n < NEWEST_KEYS; d->newest.n++)
		key_find(slice_str(newest_keys[d->newest.n]), &d->newest.key[d->newest.n]);
}

/* ---- cells ---- */

static struct slice newest_value(const struct tally *t, const struct device_newest *d, size_t i)
{
	return d->text[i] == 0 ? slice_of(NULL, 0) : dict_text(&t->values, d->text[i] - 1);
}

static uint64_t expected_of(const struct partition *p, uint32_t device)
{
	const struct expected_failures e = device_row_expected(&p->rows, device, &roll_row(&p->devices, device)->state);

	return e.renewals + e.challenges;
}

static struct cell cell_of(const struct tally *t, uint64_t ref, enum roster_column column)
{
	const struct partition *p = &t->parts[ref >> 32];
	const struct tally_cell *c = partition_cell(p, (uint32_t)ref);
	const struct device_rows *rows = &p->rows;
	const struct device_state *state = &roll_row(&p->devices, c->device)->state;
	const struct slice device = roll_text(&p->devices, c->device);
	const bool known = device.n > 0 && t->plan->devices.states;

	switch (column) {
	case ROSTER_DEVICE:
		return (struct cell){ .text = device };
	case ROSTER_STATE:
		return (struct cell){ .text = slice_str(state_name(known ? device_state_of(state) : STATE_NONE)) };
	case ROSTER_RECORDS:
		return (struct cell){ .count = c->records };
	case ROSTER_FAILURES:
		return (struct cell){ .count = c->failures };
	case ROSTER_EXPECTED:
		return (struct cell){ .count = device.n == 0 ? 0 : expected_of(p, c->device) };
	case ROSTER_FIRST_SEEN:
		return (struct cell){ .time = device_rows_newest(rows, c->device)->first };
	case ROSTER_LAST_SEEN:
		return (struct cell){ .time = device_rows_newest(rows, c->device)->last };
	case ROSTER_LAST_FAILURE:
		return (struct cell){ .time = partition_count_of(p, c).times.last };
	case ROSTER_LAST_SUCCESS:
		return (struct cell){ .time = device.n == 0 ? TIME_NONE : device_last_success(state) };
	default:
		return (struct cell){ .text = newest_value(t, device_rows_newest(rows, c->device), (size_t)(column - ROSTER_LAST_RESULT)) };
	}
}

static void fetch_row(void *ctx, uint64_t ref, unsigned step)
{
	const struct roster *r = ctx;
	const struct partition *const p = &r->tally->parts[ref >> 32];

	tally_fetch(r->tally, ref >> 32, (uint32_t)ref, step);
	if (step > 0)
		device_rows_fetch(&p->rows, partition_cell(p, (uint32_t)ref)->device);
}

static void fill_row(void *ctx, uint64_t row, struct cell *cells)
{
	struct roster *r = ctx;

	order_fetch(&r->rows, r->refs, r->n, row);
	for (size_t i = 0; i < r->view.n_columns; i++)
		cells[i] = cell_of(r->tally, r->refs[row].ref, r->shown[i]);
}

static void fill_sorted(void *ctx, uint64_t row, struct cell *cells)
{
	const struct roster *r = ctx;
	struct cell all[ROSTER_COLUMNS];

	r->all.row(r->all.ctx, row, all);
	for (size_t i = 0; i < r->view.n_columns; i++)
		cells[i] = all[r->shown[i]];
}

static int sorted_error(void *ctx)
{
	const struct roster *r = ctx;

	return r->all.error(r->all.ctx);
}

/* ---- making ---- */

static void find_devices(struct roster *r)
{
	size_t n = 0;

	for (size_t part = 0; part < PARTITIONS; part++)
		n += r->tally->parts[part].n_cells;
	r->refs = mem_array(n, sizeof *r->refs);
	for (uint64_t part = 0; part < PARTITIONS; part++)
		for (size_t i = 0; i < r->tally->parts[part].n_cells; i++)
			r->refs[r->found++].ref = part << 32 | i;
}

/* Only the cells that the order looks at. */
static void fill_ordered(void *ctx, uint64_t ref, struct cell *cells)
{
	const struct roster *r = ctx;

	for (size_t i = 0; i < r->order.n_by; i++)
		cells[r->order.by[i].column] = cell_of(r->tally, ref, (enum roster_column)r->order.by[i].column);
}

void roster_cells(const struct tally *t, size_t part, size_t cell, struct cell *cells)
{
	for (size_t i = 0; i < ROSTER_COLUMNS; i++)
		cells[i] = cell_of(t, (uint64_t)part << 32 | cell, (enum roster_column)i);
}

static void make_refs(struct roster *r, uint64_t top)
{
	find_devices(r);
	order_refs(r->refs, r->found, top, &r->order, &r->rows);
	r->n = top > 0 && top < r->found ? top : r->found;
}

/* Of a tally that was spilled the rows are made piece by piece and sorted outside of memory. */
static void make_sorted(struct roster *r, struct tally *t, uint64_t top)
{
	struct tally_pieces *pieces = tally_pieces_new(t, false);
	const struct tally *piece;
	struct cell cells[ROSTER_COLUMNS];
	size_t part;

	r->sorted = sorted_new(&r->order, t->plan->memory / 2);
	while (tally_pieces_next(pieces, &piece, &part)) {
		for (size_t i = 0; i < piece->parts[part].n_cells; i++) {
			roster_cells(piece, part, i, cells);
			sorted_add(r->sorted, cells);
		}
	}
	tally_pieces_free(pieces);
	sorted_failed(r->sorted, tally_error(t));
	r->all = sorted_view(r->sorted, top);
	r->n = r->all.n_rows;
	r->found = r->n + r->all.left_out;
}

struct roster *roster_new(struct tally *t, struct roster_order order, uint64_t top, unsigned threads)
{
	struct roster *r = mem_zalloc(sizeof *r);

	r->tally = t;
	r->order = (struct order){ .columns = roster_columns, .n_columns = ROSTER_COLUMNS, .n_by = 2 };
	r->order.by[0] = (struct order_by){ (size_t)order.column, order.descending };
	if (order.column < 0)
		r->order.by[0] = (struct order_by){ ROSTER_FAILURES, true };
	r->order.by[1] = (struct order_by){ ROSTER_DEVICE, false };
	r->rows = (struct order_rows){ fill_ordered, fetch_row, r, threads };
	if (tally_is_spilled(t))
		make_sorted(r, t, top);
	else
		make_refs(r, top);
	return r;
}

void roster_free(struct roster *r)
{
	if (r == NULL)
		return;
	free(r->refs);
	sorted_free(r->sorted);
	free(r);
}

const struct view *roster_view(struct roster *r, bool narrow)
{
	const size_t n = narrow ? sizeof narrow_columns / sizeof *narrow_columns : (size_t)ROSTER_COLUMNS;

	for (size_t i = 0; i < n; i++) {
		r->shown[i] = narrow ? narrow_columns[i] : (enum roster_column)i;
		r->columns[i] = roster_columns[r->shown[i]];
	}
	r->view = (struct view){ r->columns, n, r->n, r->found - r->n, r->sorted != NULL ? fill_sorted : fill_row, r,
		r->sorted != NULL ? sorted_error : NULL, r->sorted == NULL };
	return &r->view;
}
