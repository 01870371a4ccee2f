/*
 * chart_text.c - charts for terminals: bars of eighths of a row, in one band for each series, above one axis of times.
 *
 * Bands instead of colours: a series is known by the name that stands above its band. All bands have the same scale. A line
 * has no blanks at its end.
 */
#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "report/bar.h"
#include "report/chart_parts.h"
#include "report/color.h"
#include "report/width.h"
#include "report/wrap.h"

enum { WIDTH_LEAST = 32, BAR_LEAST = 3, BAR_MOST = 6 };

struct picture {
	const struct chart *chart;
	const struct chart_options *options;
	struct output *out;
	struct axis axis;
	size_t rows;           /* of a band, a multiple of the axis's steps */
	size_t gutter;         /* columns of the numbers left of the axis */
	size_t columns;        /* between the axis and the right end */
	size_t bar;            /* columns that a bar takes with the blank behind it; 0: no blanks, and a bar has what there is */
	size_t *heights;       /* in each column of the band that is being written; BAR_GAP: no value */
	bool *fired;           /* columns that a firing touches */
	bool *lines;           /* rows that a threshold lies in */
};

#define BAR_GAP SIZE_MAX

static void end_line(struct picture *p)
{
	struct buf *b = &p->out->text;

	while (b->n > 0 && b->p[b->n - 1] == ' ')
		b->n--;
	buf_byte(b, '\n');
	output_pass(p->out);
}

static void paint(struct picture *p, const char **now, const char *color)
{
	if (!p->options->color || *now == color)
		return;
	if (*now != NULL)
		buf_str(&p->out->text, COLOR_PLAIN);
	if (color != NULL)
		buf_str(&p->out->text, color);
	*now = color;
}

/* The bucket in which a time of the chart lies, at most the last one. */
static size_t bucket_of(const struct chart *c, int64_t t)
{
	const size_t bucket = (size_t)((t - c->start) / c->every);

	return bucket < c->n ? bucket : c->n - 1;
}

/* Of the columns that show a bucket (chart_column) the last, and the first. */
static size_t last_column(const struct picture *p, size_t bucket)
{
	return (size_t)(((unsigned __int128)(bucket + 1) * p->columns + p->chart->n - 1) / p->chart->n) - 1;
}

static size_t first_column(const struct picture *p, size_t bucket)
{
	return p->chart->n > p->columns ? last_column(p, bucket) :
		(size_t)(((unsigned __int128)bucket * p->columns + p->chart->n - 1) / p->chart->n);
}

/* The columns that a firing touches: at least one, none if it lies outside. */
static struct chart_span fired_columns(const struct picture *p, const struct chart_firing *f)
{
	const struct chart *c = p->chart;
	const int64_t end = chart_end(c), to = f->to == TIME_NONE || f->to > end ? end : f->to;

	if (f->from >= end || to < c->start)
		return (struct chart_span){ 0, 0 };
	const int64_t from = f->from < c->start ? c->start : f->from;
	const size_t first = first_column(p, bucket_of(c, from));

	return (struct chart_span){ first, last_column(p, bucket_of(c, to > from ? to - 1 : from)) - first + 1 };
}

/* ---- layout ---- */

static size_t rows_for(size_t series)
{
	static const struct { size_t series, rows; } table[] = { { 1, 10 }, { 2, 6 }, { 4, 4 }, { 8, 3 } };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (series <= table[i].series)
			return table[i].rows;
	return 2;
}

static struct axis axis_of(const struct chart *c, size_t *rows)
{
	*rows = chart_most(c, false).units == 0 && c->n_thresholds == 0 ? 1 : rows_for(c->n_series);
	return chart_axis(c, false, *rows > 4 ? *rows / 2 : *rows);
}

static void mark_firings(struct picture *p)
{
	for (size_t i = 0; i < p->chart->n_firings; i++) {
		const struct chart_span s = fired_columns(p, &p->chart->firings[i]);

		memset(p->fired + s.from, true, s.n);
	}
}

static void mark_thresholds(struct picture *p)
{
	for (size_t i = 0; i < p->chart->n_thresholds; i++) {
		const struct decimal v = p->chart->thresholds[i].value;
		const size_t height = (size_t)axis_scale(v, p->axis.top, 8 * p->rows);

		if (decimal_cmp(v, p->axis.top) <= 0)
			p->lines[height == 0 ? 0 : (height - 1) / 8] = true;
	}
}

static void lay_out(struct picture *p, size_t width)
{
	const struct chart *c = p->chart;
	p->axis = axis_of(c, &p->rows);
	p->rows = p->rows / p->axis.n * p->axis.n;
	/* the gutter, a blank, the axis */
	const size_t room = p->gutter + 2 + WIDTH_LEAST / 4 < width ? width - p->gutter - 2 : WIDTH_LEAST / 4;

	p->bar = room / c->n < BAR_LEAST ? 0 : room / c->n < BAR_MOST ? room / c->n : BAR_MOST;
	p->columns = p->bar > 0 ? p->bar * c->n : room;
	p->heights = mem_array(p->columns, sizeof(*p->heights));
	p->fired = mem_zalloc(p->columns * sizeof(*p->fired));
	p->lines = mem_zalloc(p->rows * sizeof(*p->lines));
	mark_firings(p);
	mark_thresholds(p);
}

/* ---- bands ---- */

static void measure(struct picture *p, size_t series)
{
	const struct chart *c = p->chart;

	for (size_t k = 0; k < p->columns; k++) {
		const struct chart_span span = chart_column(c, p->columns, k);
		const size_t at = chart_peak(c, series, span);

		p->heights[k] = at == span.from + span.n ? BAR_GAP :
			bar_height(chart_drawn(c->series[series].values[at]), p->axis.top, p->rows);
	}
}

/* The number and the axis left of a row; `tick`: which number stands here, SIZE_MAX: none. */
static void left_of(struct picture *p, size_t tick, const char *axis)
{
	struct buf *b = &p->out->text;
	struct buf label = BUF_INIT;

	if (tick != SIZE_MAX)
		axis_label(&label, &p->axis, tick);
	width_pad(b, p->gutter - label.n);
	buf_slice(b, buf_view(&label));
	buf_byte(b, ' ');
	buf_str(b, axis);
	buf_free(&label);
}

static void cell(struct picture *p, size_t k, size_t row, const char **color)
{
	const size_t height = p->heights[k];
	const bool between = p->bar > 0 && (k + 1) % p->bar == 0;
	const char *text = between ? " " : height == BAR_GAP ? (row == 0 ? "·" : " ") : bar_cell(height, row);
	const bool line = *text == ' ' && p->lines[row];

	if (line)
		text = "╌";
	if (*text != ' ')
		paint(p, color, line ? COLOR_YELLOW : p->fired[k] ? COLOR_RED : NULL);
	buf_str(&p->out->text, text);
}

static void band(struct picture *p, size_t series)
{
	const size_t step = p->rows / p->axis.n;

	measure(p, series);
	for (size_t row = p->rows; row-- > 0;) {
		const bool tick = (row + 1) % step == 0;
		const char *color = NULL;

		left_of(p, tick ? (row + 1) / step : SIZE_MAX, tick ? "┤" : "│");
		for (size_t k = 0; k < p->columns; k++)
			cell(p, k, row, &color);
		paint(p, &color, NULL);
		end_line(p);
	}
}

/* `name  most 1,204 at 11-02 03:15`, in two lines if it must be. */
static void band_head(struct picture *p, size_t series, size_t width)
{
	struct buf *b = &p->out->text;
	struct buf name = BUF_INIT, peak = BUF_INIT;

	escape_text(&name, p->chart->series[series].name);
	chart_peak_words(&peak, p->chart, series, p->options);
	if (name.n > 0) {
		const size_t columns = width_cut(b, buf_view(&name), width);

		if (columns + 2 + peak.n > width)
			end_line(p);
		else
			buf_str(b, "  ");
	}
	wrap_text(b, buf_view(&peak), 0, 0, width);
	output_pass(p->out);
	buf_free(&name);
	buf_free(&peak);
}

/* ---- the axis of times ---- */

static void axis_line(struct picture *p, const struct axis_time *ticks, size_t n)
{
	struct buf *b = &p->out->text;
	size_t tick = 0;

	left_of(p, 0, "┼");
	for (size_t k = 0; k < p->columns; k++) {
		bool here = false;

		for (; tick < n && first_column(p, bucket_of(p->chart, ticks[tick].time)) <= k; tick++)
			here = true;
		buf_str(b, here ? "┬" : "─");
	}
	end_line(p);
}

static void axis_labels(struct picture *p, const struct axis_time *ticks, size_t n, size_t width)
{
	struct buf *b = &p->out->text;
	size_t written = 0;

	for (size_t i = 0; i < n; i++) {
		const size_t length = strlen(ticks[i].label);
		const size_t tick = p->gutter + 2 + first_column(p, bucket_of(p->chart, ticks[i].time));
		size_t at = tick < length / 2 ? 0 : tick - length / 2;

		if (at + length > width)
			at = width - length;
		if (written > 0 && at < written + 1)
			continue;
		width_pad(b, at - written);
		buf_str(b, ticks[i].label);
		written = at + length;
	}
	end_line(p);
}

static void time_axis(struct picture *p, size_t width)
{
	struct axis_time ticks[AXIS_TIMES];
	const struct chart *c = p->chart;
	const int64_t character = (chart_end(c) - c->start) / (int64_t)p->columns;
	const size_t n = axis_times(c->start, chart_end(c) - 1, c->every, character, p->options->zone, ticks);

	axis_line(p, ticks, n);
	axis_labels(p, ticks, n, width);
}

/* ---- rules ---- */

/* The times of one rule's firings under the axis. */
static void firing_row(struct picture *p, struct slice name, size_t number)
{
	struct buf *b = &p->out->text;
	struct buf label = BUF_INIT;
	const char *color = NULL;
	bool *const here = mem_zalloc(p->columns * sizeof(*here));
	size_t end = 0;

	for (size_t i = 0; i < p->chart->n_firings; i++) {
		const struct chart_span s = fired_columns(p, &p->chart->firings[i]);

		if (s.n == 0 || !slice_eq(p->chart->firings[i].name, name))
			continue;
		memset(here + s.from, true, s.n);
		if (s.from + s.n > end)
			end = s.from + s.n;
	}
	if (number > 0)
		buf_printf(&label, "%zu", number);
	width_pad(b, p->gutter + 1 > label.n ? p->gutter + 1 - label.n : 0);
	buf_slice(b, buf_view(&label));
	buf_byte(b, ' ');
	for (size_t k = 0; k < end; k++) {
		paint(p, &color, here[k] ? COLOR_RED : color);
		buf_str(b, here[k] ? "━" : " ");
	}
	paint(p, &color, NULL);
	end_line(p);
	buf_free(&label);
	free(here);
}

static void legend_line(struct picture *p, const char *sign, struct buf *words, size_t width)
{
	buf_str(&p->out->text, sign);
	wrap_text(&p->out->text, buf_view(words), 2, 2, width);
	output_pass(p->out);
	buf_free(words);
}

static bool has_gaps(const struct picture *p)
{
	for (size_t s = 0; s < p->chart->n_series; s++)
		for (size_t i = 0; i < p->chart->n; i++)
			if (chart_is_gap(p->chart->series[s].values[i]))
				return true;
	return false;
}

static void rules_and_legend(struct picture *p, size_t width)
{
	size_t n;
	struct slice *const names = chart_firing_names(p->chart, &n);
	struct buf words = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		firing_row(p, names[i], n > 1 ? i + 1 : 0);
	for (size_t i = 0; i < p->chart->n_thresholds; i++) {
		buf_str(&words, "threshold ");
		chart_threshold_words(&words, &p->chart->thresholds[i], &p->axis);
		legend_line(p, "╌ ", &words, width);
	}
	for (size_t i = 0; i < n; i++) {
		if (n > 1)
			buf_printf(&words, "%zu ", i + 1);
		buf_str(&words, "fired: ");
		escape_text(&words, names[i]);
		legend_line(p, "━ ", &words, width);
	}
	if (has_gaps(p)) {
		buf_str(&words, "no value");
		legend_line(p, "· ", &words, width);
	}
	free(names);
}

/* ---- a chart ---- */

static void head(struct picture *p, size_t width)
{
	struct buf *b = &p->out->text;
	struct buf words = BUF_INIT, each = BUF_INIT;

	chart_heading(&words, p->chart);
	if (p->options->color)
		buf_str(b, COLOR_BOLD);
	wrap_text(b, buf_view(&words), 0, 0, width);
	if (p->options->color) {
		b->n--;
		buf_str(b, COLOR_PLAIN "\n");
	}
	words.n = 0;
	chart_range(&words, p->chart, p->options);
	chart_each(&each, p->chart, p->columns);
	/* in one line, or in one of their own */
	if (words.n + 2 + each.n <= width) {
		buf_str(&words, ", ");
		buf_slice(&words, buf_view(&each));
		each.n = 0;
	}
	wrap_text(b, buf_view(&words), 0, 0, width);
	if (each.n > 0)
		wrap_text(b, buf_view(&each), 0, 0, width);
	buf_free(&words);
	buf_free(&each);
	output_pass(p->out);
}

static void draw(struct picture *p, size_t width)
{
	const struct chart *c = p->chart;

	p->columns = c->n;
	if (!chart_has_values(c)) {
		head(p, width);
		buf_str(&p->out->text, "no values");
		end_line(p);
		return;
	}
	lay_out(p, width);
	head(p, width);
	for (size_t s = 0; s < c->n_series; s++) {
		band_head(p, s, width);
		band(p, s);
	}
	time_axis(p, width);
	rules_and_legend(p, width);
	free(p->heights);
	free(p->fired);
	free(p->lines);
}

void chart_text(struct output *out, const struct chart *charts, size_t n, struct chart_options options)
{
	const size_t width = options.width == 0 ? 80 : options.width < WIDTH_LEAST ? WIDTH_LEAST : options.width;
	struct picture p = { .options = &options, .out = out };

	for (size_t i = 0; i < n; i++) {
		const struct axis a = axis_of(&charts[i], &p.rows);

		if (chart_gutter(&a) > p.gutter) /* the same for all, so that their times stand below each other */
			p.gutter = chart_gutter(&a);
	}
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(&out->text, '\n');
		p.chart = &charts[i];
		draw(&p, width);
	}
}
