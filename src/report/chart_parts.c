/*
 * chart_parts.c - scale, columns and words of a chart.
 */
#include "report/chart_parts.h"

#include "base/escape.h"
#include "base/mem.h"
#include "report/number.h"

enum { FIRINGS_TOLD = 20 };

static const struct decimal nothing;

struct decimal chart_drawn(struct decimal value)
{
	const struct decimal most = { (__int128)DECIMAL_MOST * DECIMAL_ONE };

	if (chart_is_gap(value) || value.units < 0)
		return nothing;
	return decimal_cmp(value, most) > 0 ? most : value;
}

size_t chart_peak(const struct chart *c, size_t series, struct chart_span span)
{
	const struct decimal *values = c->series[series].values;
	const size_t end = span.from + span.n;
	size_t most = end;

	for (size_t i = span.from; i < end; i++)
		if (!chart_is_gap(values[i]) && (most == end || decimal_cmp(values[i], values[most]) > 0))
			most = i;
	return most;
}

/* False: no series has a value. */
static bool sum_at(const struct chart *c, size_t i, struct decimal *sum)
{
	bool any = false;

	*sum = nothing;
	for (size_t s = 0; s < c->n_series; s++) {
		any = any || !chart_is_gap(c->series[s].values[i]);
		*sum = decimal_add(*sum, chart_drawn(c->series[s].values[i]));
	}
	return any;
}

size_t chart_peak_sum(const struct chart *c, struct chart_span span)
{
	const size_t end = span.from + span.n;
	size_t at = end;
	struct decimal most = nothing, sum;

	for (size_t i = span.from; i < end; i++)
		if (sum_at(c, i, &sum) && (at == end || decimal_cmp(sum, most) > 0)) {
			at = i;
			most = sum;
		}
	return at;
}

bool chart_has_values(const struct chart *c)
{
	for (size_t s = 0; s < c->n_series; s++)
		if (chart_peak(c, s, (struct chart_span){ 0, c->n }) < c->n)
			return true;
	return false;
}

struct decimal chart_most(const struct chart *c, bool sums)
{
	const struct chart_span all = { 0, c->n };
	struct decimal most = nothing;

	if (sums) {
		const size_t at = chart_peak_sum(c, all);

		if (at < c->n)
			sum_at(c, at, &most);
		return most;
	}
	for (size_t s = 0; s < c->n_series; s++) {
		const size_t at = chart_peak(c, s, all);
		const struct decimal value = at < c->n ? chart_drawn(c->series[s].values[at]) : nothing;

		if (decimal_cmp(value, most) > 0)
			most = value;
	}
	return most;
}

static bool is_whole(const struct chart *c)
{
	for (size_t s = 0; s < c->n_series; s++)
		for (size_t i = 0; i < c->n; i++)
			if (!chart_is_gap(c->series[s].values[i]) && c->series[s].values[i].units % DECIMAL_ONE != 0)
				return false;
	return true;
}

struct axis chart_axis(const struct chart *c, bool sums, size_t ticks)
{
	const struct decimal values = chart_most(c, sums), limit = { values.units * 3 };
	struct decimal most = values;

	for (size_t i = 0; i < c->n_thresholds; i++) {
		const struct decimal t = chart_drawn(c->thresholds[i].value);

		if (decimal_cmp(t, most) > 0 && (decimal_cmp(t, limit) <= 0 || values.units == 0))
			most = t;
	}
	return axis_values(most, is_whole(c), ticks);
}

size_t chart_gutter(const struct axis *a)
{
	size_t most = 0;

	for (size_t i = 0; i <= a->n; i++) {
		struct buf label = BUF_INIT;

		axis_label(&label, a, i);
		if (label.n > most)
			most = label.n;
		buf_free(&label);
	}
	return most;
}

struct chart_span chart_column(const struct chart *c, size_t columns, size_t k)
{
	const size_t from = (size_t)((unsigned __int128)k * c->n / columns);
	const size_t to = (size_t)((unsigned __int128)(k + 1) * c->n / columns);

	return (struct chart_span){ from, to > from ? to - from : 1 };
}

int64_t chart_end(const struct chart *c)
{
	return c->start + (int64_t)c->n * c->every;
}

struct slice *chart_firing_names(const struct chart *c, size_t *n)
{
	struct slice *names;

	*n = 0;
	if (c->n_firings == 0)
		return NULL;
	names = mem_array(c->n_firings, sizeof(*names));
	for (size_t i = 0; i < c->n_firings; i++) {
		size_t k = 0;

		while (k < *n && !slice_eq(names[k], c->firings[i].name))
			k++;
		if (k == *n)
			names[(*n)++] = c->firings[i].name;
	}
	return names;
}

/* ---- words ---- */

void chart_heading(struct buf *out, const struct chart *c)
{
	escape_text(out, c->title);
	if (c->unit.n > 0) {
		buf_str(out, ", ");
		escape_text(out, c->unit);
	}
}

void chart_range(struct buf *out, const struct chart *c, const struct chart_options *o)
{
	number_minute(out, c->start, o->zone);
	buf_str(out, " to ");
	number_minute(out, chart_end(c), o->zone);
	buf_byte(out, ' ');
	if (o->zone_name.n > 0)
		escape_text(out, o->zone_name);
	else
		buf_str(out, "UTC");
}

void chart_each(struct buf *out, const struct chart *c, size_t columns)
{
	number_span(out, c->every);
	buf_str(out, " each");
	if (columns < c->n) {
		buf_str(out, ", the largest of up to ");
		number_group(out, (c->n - 1) / columns + 1);
		buf_str(out, " is drawn");
	}
}

void chart_peak_words(struct buf *out, const struct chart *c, size_t series, const struct chart_options *o)
{
	const size_t at = chart_peak(c, series, (struct chart_span){ 0, c->n });
	const int64_t t = c->start + (int64_t)at * c->every;
	char text[TIME_TEXT_MAX];

	if (at == c->n) {
		buf_str(out, "no values");
		return;
	}
	if (c->series[series].values[at].units == 0) {
		buf_str(out, "all 0");
		return;
	}
	buf_str(out, "most ");
	number_decimal(out, c->series[series].values[at]);
	buf_str(out, " at ");
	if (chart_end(c) - c->start < 300 * TIME_DAY) /* then the year needs no saying */
		buf_add(out, text, time_format_short(t, o->zone, text));
	else
		number_minute(out, t, o->zone);
}

void chart_threshold_words(struct buf *out, const struct chart_threshold *t, const struct axis *a)
{
	if (t->name.n > 0) {
		escape_text(out, t->name);
		buf_str(out, ", ");
	}
	number_decimal(out, t->value);
	if (decimal_cmp(t->value, a->top) > 0)
		buf_str(out, " (above the chart)");
}

void chart_firing_words(struct buf *words, const struct chart_firing *f, const struct chart_options *o)
{
	escape_text(words, f->name);
	buf_str(words, " from ");
	number_minute(words, f->from, o->zone);
	if (f->to == TIME_NONE) {
		buf_str(words, " on");
		return;
	}
	buf_str(words, " to ");
	number_minute(words, f->to, o->zone);
}

static void describe_rules(struct buf *words, const struct chart *c, const struct chart_options *o)
{
	for (size_t i = 0; i < c->n_thresholds; i++) {
		buf_str(words, " Threshold ");
		escape_text(words, c->thresholds[i].name);
		buf_str(words, c->thresholds[i].name.n > 0 ? ": " : "");
		number_decimal(words, c->thresholds[i].value);
		buf_byte(words, '.');
	}
	for (size_t i = 0; i < c->n_firings && i < FIRINGS_TOLD; i++) {
		buf_str(words, " Fired: ");
		chart_firing_words(words, &c->firings[i], o);
		buf_byte(words, '.');
	}
	if (c->n_firings > FIRINGS_TOLD) {
		buf_str(words, " Fired ");
		number_of(words, c->n_firings - FIRINGS_TOLD, "more time.", "more times.");
	}
}

void chart_describe(struct buf *words, const struct chart *c, const struct chart_options *o)
{
	chart_heading(words, c);
	buf_str(words, c->stacked ? ", stacked areas, " : c->n_series > 1 ? ", lines, " : ", ");
	chart_range(words, c, o);
	buf_str(words, ", ");
	chart_each(words, c, c->n == 0 ? 1 : c->n);
	buf_byte(words, '.');
	for (size_t s = 0; s < c->n_series; s++) {
		buf_byte(words, ' ');
		escape_text(words, c->series[s].name);
		buf_str(words, c->series[s].name.n > 0 ? ": " : "");
		chart_peak_words(words, c, s, o);
		buf_byte(words, '.');
	}
	describe_rules(words, c, o);
}
