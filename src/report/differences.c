/*
 * differences.c - from tuples of values to values and pairs of values, and how their shares differ.
 *
 * The difference of two shares, a/A - b/B, has the same denominator in every row; so rows are ordered, and pairs told from their
 * values, by a whole number, aB - bA, and only what is shown is divided.
 */
#include "report/differences.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/time.h"

enum { KEY, VALUE, KEY2, VALUE2, COUNT_A, COUNT_B, SHARE_A, SHARE_B, DIFFERENCE };
enum { NUMBER_MAX = 32 };

/* One value, or a pair of them; as the key of a dictionary. */
struct what {
	uint32_t key, value, key2, value2; /* key2: CONTRAST_NOTHING for one alone */
};

struct difference {
	struct what what;
	struct contrast_counts n;
};

struct differences {
	const struct contrast *contrast;
	int column;
	bool descending;
	struct arena times;           /* of keys that are times: their texts */
	struct slice *values[KEYS_MOST];
	struct dict found;            /* struct what */
	struct contrast_counts *counts;
	size_t counts_cap;
	struct difference *rows;
	uint64_t n;
	char number[NUMBER_MAX];      /* of the row that was made last */
	struct view view;
};

const struct column difference_columns[DIFFERENCE_COLUMNS] = {
	[KEY] = { "key", NULL, COLUMN_TEXT }, [VALUE] = { "value", NULL, COLUMN_TEXT },
	[KEY2] = { "key2", NULL, COLUMN_TEXT }, [VALUE2] = { "value2", NULL, COLUMN_TEXT },
	[COUNT_A] = { "count_a", NULL, COLUMN_COUNT }, [COUNT_B] = { "count_b", NULL, COLUMN_COUNT },
	[SHARE_A] = { "share_a", NULL, COLUMN_RATE }, [SHARE_B] = { "share_b", NULL, COLUMN_RATE },
	[DIFFERENCE] = { "difference", NULL, COLUMN_NUMBER },
};

/* ---- counting ---- */

static struct contrast_counts *counts_of(struct differences *d, struct what w)
{
	const struct slice bytes = slice_of((const char *)&w, sizeof w);
	bool added;
	const uint32_t i = dict_add(&d->found, bytes, dict_hash(bytes, d->contrast->plan->seed), &added);

	if (added) {
		if (d->counts_cap <= i) {
			d->counts_cap = mem_grow(d->counts_cap, (size_t)i + 1);
			d->counts = mem_rearray(d->counts, d->counts_cap, sizeof *d->counts);
		}
		d->counts[i] = (struct contrast_counts){ 0, 0 };
	}
	return &d->counts[i];
}

static void add(struct differences *d, struct what w, struct contrast_counts n)
{
	struct contrast_counts *into = counts_of(d, w);

	into->a += n.a;
	into->b += n.b;
}

static void add_tuple(struct differences *d, const uint32_t *tuple, struct contrast_counts n)
{
	const struct contrast *c = d->contrast;

	for (uint32_t i = 0; i < c->plan->keys.n; i++) {
		if (c->given_up[i])
			continue;
		add(d, (struct what){ i, tuple[i], CONTRAST_NOTHING, 0 }, n);
		for (uint32_t k = i + 1; k < c->plan->keys.n; k++)
			if (!c->given_up[k])
				add(d, (struct what){ i, tuple[i], k, tuple[k] }, n);
	}
}

static uint64_t at_least_one(uint64_t n)
{
	return n == 0 ? 1 : n;
}

/* Of the difference of the shares the numerator; an empty set has shares of 0. */
static __int128 numerator(const struct differences *d, struct contrast_counts n)
{
	const struct contrast_counts *all = &d->contrast->all;

	return (__int128)n.a * at_least_one(all->b) - (__int128)n.b * at_least_one(all->a);
}

/* A pair says something only if it says more than each of its values. */
static bool is_listed(struct differences *d, const struct difference *row)
{
	const struct what w = row->what;
	const __int128 own = numerator(d, row->n);

	if (w.key2 == CONTRAST_NOTHING)
		return true;
	return own > numerator(d, *counts_of(d, (struct what){ w.key, w.value, CONTRAST_NOTHING, 0 })) &&
	       own > numerator(d, *counts_of(d, (struct what){ w.key2, w.value2, CONTRAST_NOTHING, 0 }));
}

static void count(struct differences *d)
{
	const struct contrast *c = d->contrast;
	uint32_t tuple[KEYS_MOST];

	for (size_t i = 0; i < c->tuples.n; i++) {
		memcpy(tuple, dict_text(&c->tuples, (uint32_t)i).p, c->plan->keys.n * sizeof *tuple);
		add_tuple(d, tuple, c->counts[i]);
	}
	d->rows = mem_array(d->found.n, sizeof *d->rows);
	for (size_t i = 0; i < d->found.n; i++) {
		struct difference *row = &d->rows[d->n];

		memcpy(&row->what, dict_text(&d->found, (uint32_t)i).p, sizeof row->what);
		row->n = d->counts[i];
		d->n += is_listed(d, row);
	}
}

/* ---- cells ---- */

static struct slice time_text(struct differences *d, struct slice raw)
{
	char text[TIME_TEXT_MAX];
	int64_t t;

	memcpy(&t, raw.p, sizeof t);
	return t == TIME_NONE ? slice_of("", 0) : arena_copy(&d->times, slice_of(text, time_format(t, text)));
}

static void name_values(struct differences *d)
{
	const struct contrast *c = d->contrast;

	for (size_t i = 0; i < c->plan->keys.n; i++) {
		d->values[i] = mem_array(c->values[i].n, sizeof *d->values[i]);
		for (uint32_t k = 0; k < c->values[i].n; k++) {
			const struct slice raw = dict_text(&c->values[i], k);

			d->values[i][k] = c->plan->keys.key[i].entry->type == KEY_TIME ? time_text(d, raw) : raw;
		}
	}
}

static struct slice text_of(const struct differences *d, struct what w, int column)
{
	const struct keys *keys = &d->contrast->plan->keys;

	switch (column) {
	case KEY:
		return keys->key[w.key].name;
	case VALUE:
		return d->values[w.key][w.value];
	case KEY2:
		return w.key2 == CONTRAST_NOTHING ? slice_of("", 0) : keys->key[w.key2].name;
	default:
		return w.key2 == CONTRAST_NOTHING ? slice_of("", 0) : d->values[w.key2][w.value2];
	}
}

static void fill_row(void *ctx, uint64_t i, struct cell *cells)
{
	struct differences *d = ctx;
	const struct difference *row = &d->rows[i];
	const struct contrast_counts *all = &d->contrast->all;
	const double share = (double)numerator(d, row->n) / ((double)at_least_one(all->a) * (double)at_least_one(all->b));
	const int n = snprintf(d->number, sizeof d->number, "%.6f", share);

	for (int k = KEY; k <= VALUE2; k++)
		cells[k].text = text_of(d, row->what, k);
	cells[COUNT_A].count = row->n.a;
	cells[COUNT_B].count = row->n.b;
	cells[SHARE_A] = (struct cell){ .rate = { row->n.a, all->a } };
	cells[SHARE_B] = (struct cell){ .rate = { row->n.b, all->b } };
	cells[DIFFERENCE].text = slice_of(d->number, (size_t)n);
	if (slice_eq(cells[DIFFERENCE].text, SLICE("-0.000000")))
		cells[DIFFERENCE].text = SLICE("0.000000");
}

/* ---- order ---- */

static int order_column(const struct differences *d, const struct difference *a, const struct difference *b)
{
	const __int128 x = numerator(d, a->n), y = numerator(d, b->n);

	switch (d->column) {
	case KEY:
	case VALUE:
	case KEY2:
	case VALUE2:
		return slice_cmp(text_of(d, a->what, d->column), text_of(d, b->what, d->column));
	case COUNT_A:
	case SHARE_A:
		return (a->n.a > b->n.a) - (a->n.a < b->n.a);
	case COUNT_B:
	case SHARE_B:
		return (a->n.b > b->n.b) - (a->n.b < b->n.b);
	default:
		return (x > y) - (x < y);
	}
}

static int compare(const void *x, const void *y, void *ctx)
{
	const struct differences *d = ctx;
	const struct difference *a = x, *b = y;
	int order = order_column(d, a, b);

	if (order != 0)
		return d->descending ? -order : order;
	order = (a->what.key2 != CONTRAST_NOTHING) - (b->what.key2 != CONTRAST_NOTHING);
	for (int column = KEY; order == 0 && column <= VALUE2; column++)
		order = slice_cmp(text_of(d, a->what, column), text_of(d, b->what, column));
	return order;
}

struct differences *differences_new(const struct contrast *c, int column, bool descending, uint64_t top)
{
	struct differences *d = mem_zalloc(sizeof *d);

	d->contrast = c;
	d->column = column < 0 ? DIFFERENCE : column;
	d->descending = column < 0 || descending;
	name_values(d);
	count(d);
	if (d->n > 1)
		qsort_r(d->rows, d->n, sizeof *d->rows, compare, d);
	const uint64_t shown = top > 0 && top < d->n ? top : d->n;

	d->view = (struct view){ .columns = difference_columns, .n_columns = DIFFERENCE_COLUMNS, .n_rows = shown,
		.left_out = d->n - shown, .row = fill_row, .ctx = d };
	return d;
}

void differences_free(struct differences *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < KEYS_MOST; i++)
		free(d->values[i]);
	arena_free(&d->times);
	dict_free(&d->found);
	free(d->counts);
	free(d->rows);
	free(d);
}

const struct view *differences_view(struct differences *d)
{
	return &d->view;
}
