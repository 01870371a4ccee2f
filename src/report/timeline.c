/*
 * timeline.c - from lines to bands, from bands and buckets to rows.
 */
#include "report/timeline.h"

#include <stdlib.h>

#include "base/mem.h"
#include "report/timeline_impl.h"
#include "tally/dict.h"

const int64_t timeline_spans[] = { 0, TIME_MINUTE, 5 * TIME_MINUTE, 15 * TIME_MINUTE, 30 * TIME_MINUTE, TIME_HOUR,
	2 * TIME_HOUR, 3 * TIME_HOUR, 4 * TIME_HOUR, 6 * TIME_HOUR, 12 * TIME_HOUR, TIME_DAY };

const struct slice timeline_aggregations[AGGREGATIONS] = {
	[AGGREGATION_AVERAGE] = { "average", 7 }, [AGGREGATION_MINIMUM] = { "minimum", 7 },
	[AGGREGATION_MAXIMUM] = { "maximum", 7 }, [AGGREGATION_TOTAL] = { "total", 5 }, [AGGREGATION_COUNT] = { "count", 5 },
};

enum { SPANS = sizeof timeline_spans / sizeof *timeline_spans };

/* ---- buckets ---- */

static uint64_t buckets_of(const struct timeline_wish *w, int64_t every)
{
	if (w->first == TIME_NONE || w->last == TIME_NONE || w->last < w->first)
		return 0;
	return (uint64_t)((time_floor(w->last, every) - time_floor(w->first, every)) / every) + 1;
}

static void find_buckets(struct timeline *t)
{
	size_t i = 1;

	t->every = t->wish.every;
	if (t->every == 0) {
		while (i + 1 < SPANS && buckets_of(&t->wish, timeline_spans[i]) > t->wish.buckets)
			i++;
		t->every = timeline_spans[i];
	}
	t->n_buckets = buckets_of(&t->wish, t->every);
	t->start = t->n_buckets == 0 ? TIME_NONE : time_floor(t->wish.first, t->every);
}

/* ---- metrics in their order ---- */

struct named_metric {
	struct slice name;
	uint32_t number;
};

static int by_name(const void *a, const void *b)
{
	return slice_cmp(((const struct named_metric *)a)->name, ((const struct named_metric *)b)->name);
}

static bool is_known(const struct series_plan *p, size_t metric)
{
	return metric < p->n_metrics && metric_of_logs(&p->metrics[metric]);
}

/* t->metrics: the numbers of the metrics that may have rows. */
static void find_metrics(struct timeline *t)
{
	const size_t all = t->wish.present ? series_metrics(t->s) : t->plan->n_metrics;
	struct named_metric *named = mem_array(all, sizeof *named);

	for (size_t i = 0; i < all; i++)
		named[i] = (struct named_metric){ series_metric(t->s, i), (uint32_t)i };
	if (t->wish.present && all > 1)
		qsort(named, all, sizeof *named, by_name);
	t->metrics = mem_array(all, sizeof *t->metrics);
	t->n_metrics = all;
	for (size_t i = 0; i < all; i++)
		t->metrics[i] = named[i].number;
	free(named);
}

/* ---- bands ---- */

static struct band *add_band(struct timeline *t, struct band band)
{
	if (t->n_bands == t->bands_cap) {
		t->bands_cap = mem_grow(t->bands_cap, t->n_bands + 1);
		t->bands = mem_rearray(t->bands, t->bands_cap, sizeof *t->bands);
	}
	if (t->n_bands >= POINT_LINES_MOST)
		mem_fail(SIZE_MAX);
	t->bands[t->n_bands] = band;
	return &t->bands[t->n_bands++];
}

/* What makes a band: the metric's place and the values of the dimensions, which is the tuple but for its resource. */
static uint32_t band_of(struct timeline *t, struct dict *keys, struct buf *key, uint32_t rank, const struct series_line *l)
{
	bool added;

	key->n = 0;
	buf_add(key, &rank, sizeof rank);
	for (size_t i = 0; i < t->plan->n_dimensions; i++) {
		const struct slice value = series_value(t->s, l->tuple, i);
		const uint32_t n = (uint32_t)value.n;

		buf_add(key, &n, sizeof n);
		buf_slice(key, value);
	}
	const uint32_t number = dict_add(keys, buf_view(key), dict_hash(buf_view(key), t->plan->seed), &added);

	if (added)
		add_band(t, (struct band){ .rank = rank, .metric = l->metric, .tuple = l->tuple });
	return number;
}

static void add_line(struct timeline *t, struct band *b, const struct series_line *l)
{
	b->sources |= (uint8_t)l->source;
	for (size_t i = 0; t->wish.top > 0 && i < l->n; i++) {
		struct measure m;

		series_point(t->s, l, i, &m);
		b->total = decimal_add(b->total, m.total);
	}
}

/* The bands that there are, and of each line the number of its band. */
static uint32_t *find_bands(struct timeline *t)
{
	const uint32_t named = (UINT32_C(1) << t->plan->n_dimensions) - 1;
	size_t n;
	const struct series_line *lines = series_lines(t->s, &n);
	uint32_t *bands = mem_array(n, sizeof *bands);
	struct dict keys = { 0 };
	struct buf key = BUF_INIT;

	memset(bands, 0xff, n * sizeof *bands); /* SERIES_DROPPED */
	for (uint32_t rank = 0; rank < t->n_metrics; rank++) {
		for (size_t r = 0; r < series_resources(t->s); r++) {
			const struct series_choice c = series_choose(t->s, t->metrics[rank], r, named);

			for (size_t i = 0; i < c.n; i++) {
				const uint32_t band = band_of(t, &keys, &key, rank, &c.lines[i]);

				bands[c.lines + i - lines] = band;
				add_line(t, &t->bands[band], &c.lines[i]);
			}
		}
	}
	dict_free(&keys);
	buf_free(&key);
	return bands;
}

/* Without a split a known metric has rows even if nothing was ever measured. */
static void add_empty_bands(struct timeline *t)
{
	bool *found = mem_zalloc(t->n_metrics * sizeof *found);

	for (size_t i = 0; i < t->n_bands; i++)
		found[t->bands[i].rank] = true;
	for (uint32_t rank = 0; rank < t->n_metrics; rank++)
		if (!found[rank] && is_known(t->plan, t->metrics[rank]))
			add_band(t, (struct band){ .rank = rank, .metric = t->metrics[rank], .sources = SERIES_LOGS });
	free(found);
}

static int order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_values(const struct timeline *t, const struct band *a, const struct band *b)
{
	int o = 0;

	for (size_t i = 0; o == 0 && i < t->plan->n_dimensions; i++) {
		const struct slice x = series_value(t->s, a->tuple, i), y = series_value(t->s, b->tuple, i);

		o = t->plan->dimensions[i].timed ? order(band_time(x), band_time(y)) : slice_cmp(x, y);
	}
	return o;
}

/* By the metric, then the largest totals first. */
static int by_total(const void *x, const void *y, void *ctx)
{
	const struct timeline *t = ctx;
	const struct band *a = &t->bands[*(const uint32_t *)x], *b = &t->bands[*(const uint32_t *)y];
	int o = order(a->rank, b->rank);

	if (o == 0)
		o = decimal_cmp(b->total, a->total);
	return o != 0 ? o : compare_values(t, a, b);
}

/* By the metric, the values; the rest comes last. */
static int by_values(const void *x, const void *y, void *ctx)
{
	const struct timeline *t = ctx;
	const struct band *a = &t->bands[*(const uint32_t *)x], *b = &t->bands[*(const uint32_t *)y];
	int o = order(a->rank, b->rank);

	if (o == 0)
		o = order(a->rest, b->rest);
	return o != 0 || a->rest ? o : compare_values(t, a, b);
}

static uint32_t *ordered(struct timeline *t, int (*compare)(const void *, const void *, void *))
{
	uint32_t *numbers = mem_array(t->n_bands, sizeof *numbers);

	for (size_t i = 0; i < t->n_bands; i++)
		numbers[i] = (uint32_t)i;
	if (t->n_bands > 1)
		qsort_r(numbers, t->n_bands, sizeof *numbers, compare, t);
	return numbers;
}

/* Adds up what --top does not show. `into` has for each band the one that it is part of. */
static void find_rest(struct timeline *t, uint32_t *into)
{
	uint32_t *numbers = ordered(t, by_total);
	const size_t n = t->n_bands;
	uint32_t rest = 0;
	uint64_t shown = 0;

	for (size_t i = 0; i < n; i++) {
		const struct band b = t->bands[numbers[i]];

		shown = i > 0 && t->bands[numbers[i - 1]].rank == b.rank ? shown + 1 : 1;
		into[numbers[i]] = numbers[i];
		if (shown <= t->wish.top)
			continue;
		if (shown == t->wish.top + 1) {
			rest = (uint32_t)t->n_bands;
			add_band(t, (struct band){ .rank = b.rank, .metric = b.metric, .rest = true });
		}
		into[numbers[i]] = rest;
		t->bands[rest].sources |= b.sources;
		t->bands[numbers[i]].hidden = true;
		t->rest++;
	}
	free(numbers);
}

/* The bands in their order, and the points of the lines in buckets of them. */
static void order_bands(struct timeline *t, uint32_t *bands_of_lines, uint32_t *into)
{
	size_t n_lines, kept = 0;
	uint32_t *numbers = ordered(t, by_values);
	uint32_t *place = mem_array(t->n_bands, sizeof *place);
	struct band *bands = mem_array(t->n_bands, sizeof *bands);

	series_lines(t->s, &n_lines);
	for (size_t i = 0; i < t->n_bands; i++) {
		if (t->bands[numbers[i]].hidden)
			continue;
		place[numbers[i]] = (uint32_t)kept;
		bands[kept++] = t->bands[numbers[i]];
	}
	for (size_t i = 0; i < n_lines; i++)
		if (bands_of_lines[i] != SERIES_DROPPED)
			bands_of_lines[i] = place[into[bands_of_lines[i]]];
	series_regroup(t->s, bands_of_lines, t->every);
	free(t->bands);
	free(numbers);
	free(place);
	t->bands = bands;
	t->n_bands = kept;
}

static void make_bands(struct timeline *t)
{
	uint32_t *bands_of_lines = find_bands(t);

	if (t->plan->n_dimensions == 0 && !t->wish.present)
		add_empty_bands(t);
	uint32_t *into = mem_array(t->n_bands, sizeof *into);

	for (size_t i = 0; i < t->n_bands; i++)
		into[i] = (uint32_t)i;
	if (t->wish.top > 0)
		find_rest(t, into);
	order_bands(t, bands_of_lines, into);
	free(bands_of_lines);
	free(into);
}

/* ---- rows ---- */

static struct slice source_word(uint8_t sources)
{
	if (sources == (SERIES_LOGS | SERIES_METRICS))
		return SLICE("logs+metrics");
	return sources == SERIES_METRICS ? SLICE("metrics") : SLICE("logs");
}

struct slice band_value(const struct timeline *t, const struct band *b, size_t dimension, char *time)
{
	if (b->rest)
		return SLICE(TIMELINE_REST);
	const struct slice value = series_value(t->s, b->tuple, dimension);

	if (!t->plan->dimensions[dimension].timed)
		return value;
	return slice_of(time, time_format(band_time(value), time));
}

bool band_measure(const struct timeline *t, size_t band, uint64_t bucket, struct decimal *out)
{
	struct measure m;
	struct fraction value;

	series_bucket(t->s, (uint32_t)band, t->start + (int64_t)bucket * t->every, &m);
	if (!measure_value(&m, t->wish.aggregation, &value))
		return false;
	*out = fraction_cut(value);
	return true;
}

static void fill_row(void *ctx, uint64_t i, struct cell *cells)
{
	struct timeline *t = ctx;
	const uint64_t row = t->order == NULL ? i : t->order[i], bucket = row % t->n_buckets;
	const size_t number = (size_t)(row / t->n_buckets), n = t->plan->n_dimensions;
	const struct band *b = &t->bands[number];
	struct decimal value;

	cells[0].time = t->start + (int64_t)bucket * t->every;
	cells[1].text = series_metric(t->s, b->metric);
	cells[2].text = source_word(b->sources);
	for (size_t k = 0; k < n; k++)
		cells[3 + k].text = band_value(t, b, k, t->times[k]);
	cells[3 + n].text = slice_of(NULL, 0);
	if (band_measure(t, number, bucket, &value))
		cells[3 + n].text = slice_of(t->number, decimal_format(value, t->number));
}

size_t timeline_columns(const struct series_plan *plan)
{
	return plan->n_dimensions + 4;
}

struct slice timeline_column(const struct series_plan *plan, size_t i)
{
	static const struct slice before[] = { { "time", 4 }, { "metric", 6 }, { "source", 6 } };

	if (i < 3)
		return before[i];
	return i < 3 + plan->n_dimensions ? plan->dimensions[i - 3].name : SLICE("value");
}

static enum column_type column_type(const struct series_plan *plan, size_t i)
{
	static const enum column_type before[] = { COLUMN_TIME, COLUMN_TEXT, COLUMN_WORD };

	if (i < 3)
		return before[i];
	if (i == 3 + plan->n_dimensions)
		return COLUMN_NUMBER;
	return plan->dimensions[i - 3].timed ? COLUMN_WORD : COLUMN_TEXT;
}

static void make_view(struct timeline *t)
{
	const size_t n = timeline_columns(t->plan);

	t->columns = mem_array(n, sizeof *t->columns);
	for (size_t i = 0; i < n; i++) {
		const struct slice name = timeline_column(t->plan, i);

		t->columns[i] = (struct column){ mem_copyz(name.p, name.n), NULL, column_type(t->plan, i) };
	}
	t->view = (struct view){ .columns = t->columns, .n_columns = n, .n_rows = t->n_bands * t->n_buckets,
		.row = fill_row, .ctx = t };
}

/* ---- another order ---- */

/* A cell's text is gone with the next row: that of a value is kept aside. */
static int by_column(const void *x, const void *y, void *ctx)
{
	struct timeline *t = ctx;
	const uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
	struct cell cells[2][DIMENSIONS_MOST + 4];
	char text[DECIMAL_TEXT_MAX + TIME_TEXT_MAX];
	const size_t column = (size_t)t->wish.sort;

	fill_row(t, a, cells[0]);
	if (column >= 3 && t->columns[column].type != COLUMN_TEXT && cells[0][column].text.n > 0)
		cells[0][column].text.p = memcpy(text, cells[0][column].text.p, cells[0][column].text.n);
	fill_row(t, b, cells[1]);
	const int o = cell_compare(t->columns[column].type, &cells[0][column], &cells[1][column]);

	return o == 0 ? (a > b) - (a < b) : t->wish.descending ? -o : o;
}

static void order_rows(struct timeline *t)
{
	uint64_t *rows = mem_array(t->view.n_rows, sizeof *rows);

	for (uint64_t i = 0; i < t->view.n_rows; i++)
		rows[i] = i;
	if (t->view.n_rows > 1)
		qsort_r(rows, t->view.n_rows, sizeof *rows, by_column, t);
	t->order = rows;
}

/* ---- life ---- */

struct timeline *timeline_new(struct series *s, const struct series_plan *plan, struct timeline_wish wish)
{
	struct timeline *t = mem_zalloc(sizeof *t);

	t->s = s;
	t->plan = plan;
	t->wish = wish;
	find_buckets(t);
	find_metrics(t);
	make_bands(t);
	make_view(t);
	if (wish.sort >= 0)
		order_rows(t);
	return t;
}

void timeline_free(struct timeline *t)
{
	if (t == NULL)
		return;
	timeline_free_charts(t);
	for (size_t i = 0; i < t->view.n_columns; i++)
		free((char *)(uintptr_t)t->columns[i].name);
	free(t->columns);
	free(t->metrics);
	free(t->bands);
	free(t->order);
	free(t);
}

struct slice timeline_every(const struct timeline *t)
{
	const char *word = TIMELINE_SPAN_WORDS;

	for (size_t i = 0; timeline_spans[i] != t->every; i++)
		word += strcspn(word, " ") + 1;
	return slice_of(word, strcspn(word, " "));
}

uint64_t timeline_rest(const struct timeline *t)
{
	return t->rest;
}

const struct view *timeline_view(struct timeline *t)
{
	return &t->view;
}
