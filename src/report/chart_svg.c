/*
 * chart_svg.c - charts as one SVG document: steps that are as long as their buckets, one panel below the other.
 *
 * Places are counted in tenths of a pixel. How wide a text becomes is not known here, so it is taken for wider than the
 * usual fonts have it. A panel is written before the document's head, which must tell the height.
 */
#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "report/chart_parts.h"
#include "report/chart_style.h"
#include "report/number.h"
#include "report/width.h"

enum {
	WIDTH_LEAST = 240, MARGIN = 16, RIGHT = 28,
	LETTER = 7,              /* pixels of a character, at most */
	LETTER_TITLE = 10,
	LINE = 18,
	PANEL_GAP = 12,
	SWATCH = 22,
	STRIP = 12,              /* a row of firings */
	HITS_MOST = 400,         /* columns that tell their values */
	HIT_VALUES_MOST = 6000
};

struct panel {
	const struct chart *chart;
	const struct chart_options *options;
	struct buf *out;
	struct axis axis;
	size_t width;                      /* of the document */
	size_t left, right, top, bottom;   /* of the plot */
	size_t columns;
	size_t *lower, *upper;             /* of the series being drawn: edges in each column; EDGE_NONE: no value */
	size_t *picks;                     /* of stacked series: the bucket that a column shows; EDGE_NONE: none has a value */
	struct decimal *stack;             /* what lies below the series being drawn */
	size_t y;                          /* how far the panel has come */
};

#define EDGE_NONE SIZE_MAX

/* ---- small things ---- */

static void tenths(struct buf *b, size_t n)
{
	buf_u64(b, n / 10);
	if (n % 10 != 0)
		buf_printf(b, ".%u", (unsigned)(n % 10));
}

static void number_attribute(struct buf *b, const char *name, size_t n)
{
	buf_printf(b, " %s=\"", name);
	tenths(b, n);
	buf_byte(b, '"');
}

static void rectangle(struct buf *b, const char *class, size_t x, size_t y, size_t width, size_t height)
{
	buf_printf(b, "<rect class=\"%s\"", class);
	number_attribute(b, "x", x);
	number_attribute(b, "y", y);
	number_attribute(b, "width", width);
	number_attribute(b, "height", height);
}

static void line(struct buf *b, const char *class, size_t x1, size_t y1, size_t x2, size_t y2)
{
	buf_printf(b, "<line class=\"%s\"", class);
	number_attribute(b, "x1", x1);
	number_attribute(b, "y1", y1);
	number_attribute(b, "x2", x2);
	number_attribute(b, "y2", y2);
	buf_str(b, "/>\n");
}

/* Words in whole pixels, cut to `letters`; anchor NULL: they begin at x. What is cut stands whole under the pointer. */
static void text(struct buf *b, const char *class, const char *anchor, size_t x, size_t y, struct slice words,
	size_t letters)
{
	struct buf shown = BUF_INIT;

	buf_printf(b, "<text class=\"%s\" x=\"%zu\" y=\"%zu\"", class, x, y);
	if (anchor != NULL)
		buf_printf(b, " text-anchor=\"%s\"", anchor);
	buf_byte(b, '>');
	width_cut(&shown, words, letters);
	escape_xml(b, buf_view(&shown));
	if (shown.n != words.n || width_of(words) > letters) {
		buf_str(b, "<title>");
		escape_xml(b, words);
		buf_str(b, "</title>");
	}
	buf_str(b, "</text>\n");
	buf_free(&shown);
}

static size_t room(const struct panel *p)
{
	return p->width - 2 * MARGIN;
}

/* Where a column begins; k == columns: where the last one ends. */
static size_t column_x(const struct panel *p, size_t k)
{
	return p->left * 10 + (p->right - p->left) * 10 * k / p->columns;
}

static size_t time_x(const struct panel *p, int64_t t)
{
	const struct decimal past = { t - p->chart->start }, all = { chart_end(p->chart) - p->chart->start };

	return p->left * 10 + (size_t)axis_scale(past, all, (p->right - p->left) * 10);
}

static size_t value_y(const struct panel *p, struct decimal value)
{
	return p->bottom * 10 - (size_t)axis_scale(value, p->axis.top, (p->bottom - p->top) * 10);
}

/* ---- head and legend ---- */

static void head_line(struct panel *p, const char *class, struct buf *words, size_t letter)
{
	p->y += LINE;
	text(p->out, class, NULL, MARGIN, p->y, buf_view(words), room(p) / letter);
	words->n = 0;
}

/* Adds words to a line of the head, or begins another if they do not fit. */
static void head_add(struct panel *p, struct buf *so_far, void (*add)(struct buf *words, const struct panel *p))
{
	struct buf words = BUF_INIT;

	add(&words, p);
	if (so_far->n > 0 && (so_far->n + 2 + words.n) * LETTER > room(p))
		head_line(p, "soft", so_far, LETTER);
	if (so_far->n > 0)
		buf_str(so_far, ", ");
	buf_slice(so_far, buf_view(&words));
	buf_free(&words);
}

static void add_range(struct buf *words, const struct panel *p)
{
	chart_range(words, p->chart, p->options);
}

static void add_each(struct buf *words, const struct panel *p)
{
	chart_each(words, p->chart, p->columns);
}

static void add_peak(struct buf *words, const struct panel *p)
{
	chart_peak_words(words, p->chart, 0, p->options);
}

static void head(struct panel *p)
{
	struct buf words = BUF_INIT;

	chart_heading(&words, p->chart);
	head_line(p, "title", &words, LETTER_TITLE);
	head_add(p, &words, add_range);
	head_add(p, &words, add_each);
	if (p->chart->n_series == 1)
		head_add(p, &words, add_peak);
	if (!chart_has_values(p->chart) && p->chart->n_series != 1)
		buf_str(&words, ", no values");
	head_line(p, "soft", &words, LETTER);
	buf_free(&words);
}

/* Room in the legend for a sign and words: the legend flows, and breaks where an entry does not fit. */
static void legend_place(struct panel *p, size_t *x, size_t letters)
{
	const size_t width = SWATCH + letters * LETTER;

	if (*x == 0 || *x + width > p->width - MARGIN) {
		*x = MARGIN;
		p->y += LINE;
	}
}

static void legend_words(struct panel *p, size_t *x, struct slice words)
{
	const size_t most = (room(p) - SWATCH) / LETTER, columns = width_of(words);

	text(p->out, "name", NULL, *x + SWATCH, p->y, words, most);
	*x += SWATCH + (columns < most ? columns : most) * LETTER + MARGIN;
}

static void legend_series(struct panel *p, size_t *x, size_t series)
{
	struct buf name = BUF_INIT;

	escape_text(&name, p->chart->series[series].name);
	legend_place(p, x, width_of(buf_view(&name)));
	if (p->chart->stacked) {
		buf_printf(p->out, "<rect x=\"%zu\" y=\"%zu\" width=\"16\" height=\"10\"", *x, p->y - 9);
		chart_style_area(p->out, series);
	} else {
		buf_printf(p->out, "<path d=\"M%zu %zuh18\"", *x, p->y - 4);
		chart_style_line(p->out, series);
	}
	buf_str(p->out, "/>\n");
	legend_words(p, x, buf_view(&name));
	buf_free(&name);
}

static void legend_firing(struct panel *p, size_t *x, struct slice name, size_t number)
{
	struct buf words = BUF_INIT;

	if (number > 0)
		buf_printf(&words, "%zu ", number);
	buf_str(&words, "fired: ");
	escape_text(&words, name);
	legend_place(p, x, width_of(buf_view(&words)));
	rectangle(p->out, "fired", *x * 10, (p->y - 7) * 10, 160, 50);
	buf_str(p->out, "/>\n");
	legend_words(p, x, buf_view(&words));
	buf_free(&words);
}

/* Thresholds have their names beside their lines, unless they are too high to have a line. */
static void legend_threshold(struct panel *p, size_t *x, const struct chart_threshold *t)
{
	struct buf words = BUF_INIT;

	if (decimal_cmp(t->value, p->axis.top) <= 0)
		return;
	buf_str(&words, "threshold ");
	chart_threshold_words(&words, t, &p->axis);
	legend_place(p, x, width_of(buf_view(&words)));
	line(p->out, "limit", *x * 10, (p->y - 4) * 10, (*x + 18) * 10, (p->y - 4) * 10);
	legend_words(p, x, buf_view(&words));
	buf_free(&words);
}

static void legend(struct panel *p, const struct slice *names, size_t n)
{
	const struct chart *c = p->chart;
	size_t x = 0;

	for (size_t s = 0; s < c->n_series && (c->n_series > 1 || c->series[0].name.n > 0); s++)
		legend_series(p, &x, s);
	for (size_t i = 0; i < n; i++)
		legend_firing(p, &x, names[i], n > 1 ? i + 1 : 0);
	for (size_t i = 0; i < c->n_thresholds; i++)
		legend_threshold(p, &x, &c->thresholds[i]);
}

/* ---- axes ---- */

static void value_axis(struct panel *p)
{
	for (size_t i = 0; i <= p->axis.n; i++) {
		const size_t y = value_y(p, (struct decimal){ p->axis.step.units * (__int128)i });
		struct buf label = BUF_INIT;

		axis_label(&label, &p->axis, i);
		line(p->out, i == 0 ? "axis" : "grid", p->left * 10, y, p->right * 10, y);
		text(p->out, "tick soft", "end", p->left - 6, y / 10 + 4, buf_view(&label), label.n);
		buf_free(&label);
	}
}

/* Lines at dates go up to the top. */
static void time_axis(struct panel *p, const struct axis_time *ticks, size_t n, bool below)
{
	for (size_t i = 0; i < n; i++) {
		const size_t x = time_x(p, ticks[i].time);
		const struct slice label = slice_str(ticks[i].label);

		if (!below) {
			if (ticks[i].date)
				line(p->out, "grid", x, p->top * 10, x, p->bottom * 10);
			continue;
		}
		line(p->out, "axis", x, p->bottom * 10, x, p->bottom * 10 + 40);
		text(p->out, ticks[i].date ? "tick date" : "tick soft", "middle", x / 10, p->y + 12, label, label.n);
	}
}

/* ---- values ---- */

/* The edges of a series that stands on the base line by itself. */
static void measure_line(struct panel *p, size_t series)
{
	for (size_t k = 0; k < p->columns; k++) {
		const struct chart_span span = chart_column(p->chart, p->columns, k);
		const size_t at = chart_peak(p->chart, series, span);

		p->lower[k] = p->bottom * 10;
		p->upper[k] = at == span.from + span.n ? EDGE_NONE :
			value_y(p, chart_drawn(p->chart->series[series].values[at]));
	}
}

/* Layers belong together, so a column shows one bucket: that in which all together are largest. */
static void pick(struct panel *p)
{
	for (size_t k = 0; k < p->columns; k++) {
		const struct chart_span span = chart_column(p->chart, p->columns, k);
		const size_t at = chart_peak_sum(p->chart, span);

		p->picks[k] = at == span.from + span.n ? EDGE_NONE : at;
	}
}

/* The edges of a series that lies on those before it. */
static void measure_layer(struct panel *p, size_t series)
{
	for (size_t k = 0; k < p->columns; k++) {
		if (p->picks[k] == EDGE_NONE) {
			p->upper[k] = EDGE_NONE;
			continue;
		}
		p->lower[k] = value_y(p, p->stack[k]);
		p->stack[k] = decimal_add(p->stack[k], chart_drawn(p->chart->series[series].values[p->picks[k]]));
		p->upper[k] = value_y(p, p->stack[k]);
	}
}

/* Columns from `from` on that have values. */
static size_t run_end(const struct panel *p, size_t from)
{
	while (from < p->columns && p->upper[from] != EDGE_NONE)
		from++;
	return from;
}

static void step_to(struct panel *p, char axis, size_t at)
{
	buf_byte(p->out, axis);
	tenths(p->out, at);
}

/* Along an edge from one column to another, from left to right; equal steps are one. */
static void edge_forward(struct panel *p, const size_t *edge, size_t from, size_t to)
{
	for (size_t k = from; k < to; k++) {
		if (k > from && edge[k] != edge[k - 1])
			step_to(p, 'V', edge[k]);
		if (k + 1 == to || edge[k + 1] != edge[k])
			step_to(p, 'H', column_x(p, k + 1));
	}
}

static void edge_back(struct panel *p, const size_t *edge, size_t from, size_t to)
{
	for (size_t k = to; k-- > from;) {
		if (k + 1 == to || edge[k] != edge[k + 1])
			step_to(p, 'V', edge[k]);
		if (k == from || edge[k - 1] != edge[k])
			step_to(p, 'H', column_x(p, k));
	}
}

/* The path of all runs: the upper edge, and with `closed` back along the lower one. */
static void path(struct panel *p, bool closed)
{
	buf_str(p->out, "<path d=\"");
	for (size_t k = 0; k < p->columns; k++) {
		const size_t end = run_end(p, k);

		if (end == k)
			continue;
		step_to(p, 'M', column_x(p, k));
		step_to(p, ' ', p->upper[k]);
		edge_forward(p, p->upper, k, end);
		if (closed) {
			edge_back(p, p->lower, k, end);
			buf_byte(p->out, 'Z');
		}
		k = end;
	}
	buf_byte(p->out, '"');
}

static void draw_series(struct panel *p)
{
	const struct chart *c = p->chart;

	if (c->stacked)
		pick(p);
	for (size_t s = 0; s < c->n_series; s++) {
		if (c->stacked) {
			measure_layer(p, s);
			path(p, true);
			chart_style_area(p->out, s);
			buf_str(p->out, "/>\n");
			continue;
		}
		measure_line(p, s);
		if (c->n_series == 1) {
			path(p, true);
			buf_str(p->out, " class=\"tint fill0\"/>\n");
		}
		path(p, false);
		chart_style_line(p->out, s);
		buf_str(p->out, "/>\n");
	}
}

/* ---- rules ---- */

/* Left and right end of a firing, at least two pixels; false: it lies outside. */
static bool firing_place(const struct panel *p, const struct chart_firing *f, size_t *from, size_t *to)
{
	const int64_t end = chart_end(p->chart);

	if (f->from >= end || (f->to != TIME_NONE && f->to < p->chart->start))
		return false;
	*from = time_x(p, f->from);
	*to = f->to == TIME_NONE ? p->right * 10 : time_x(p, f->to);
	if (*to < *from + 20)
		*to = *from + 20;
	return true;
}

/* One path for all, so that firings at the same time are no darker than one. */
static void shades(struct panel *p)
{
	struct buf *b = p->out;
	bool any = false;

	for (size_t i = 0; i < p->chart->n_firings; i++) {
		size_t from, to;

		if (!firing_place(p, &p->chart->firings[i], &from, &to))
			continue;
		buf_str(b, any ? "M" : "<path class=\"fired shade\" d=\"M");
		any = true;
		tenths(b, from);
		buf_printf(b, " %zuH", p->top);
		tenths(b, to);
		buf_printf(b, "V%zuH", p->bottom);
		tenths(b, from);
		buf_byte(b, 'Z');
	}
	buf_str(b, any ? "\"/>\n" : "");
}

/* A row below the plot for each rule. */
static void strips(struct panel *p, const struct slice *names, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		for (size_t i = 0; i < p->chart->n_firings; i++) {
			const struct chart_firing *const f = &p->chart->firings[i];
			struct buf words = BUF_INIT;
			size_t from, to;

			if (!slice_eq(f->name, names[k]) || !firing_place(p, f, &from, &to))
				continue;
			rectangle(p->out, "fired", from, (p->y + 3) * 10, to - from, 50);
			buf_str(p->out, "><title>");
			chart_firing_words(&words, f, p->options);
			escape_xml(p->out, buf_view(&words));
			buf_str(p->out, "</title></rect>\n");
			buf_free(&words);
		}
		if (n > 1) {
			struct buf number = BUF_INIT;

			buf_u64(&number, k + 1);
			text(p->out, "tick soft", "end", p->left - 6, p->y + 9, buf_view(&number), number.n);
			buf_free(&number);
		}
		p->y += STRIP;
	}
}

/* Whether a name on this line would touch one of the n that are written. */
static bool overlaps(const size_t *places, size_t n, size_t y)
{
	for (size_t i = 0; i < n; i++)
		if (y < places[i] + 13 && places[i] < y + 13)
			return true;
	return false;
}

static void threshold_lines(struct panel *p)
{
	for (size_t i = 0; i < p->chart->n_thresholds; i++) {
		const size_t y = value_y(p, p->chart->thresholds[i].value);

		if (decimal_cmp(p->chart->thresholds[i].value, p->axis.top) > 0)
			continue;
		line(p->out, "halo", p->left * 10, y, p->right * 10, y);
		line(p->out, "limit", p->left * 10, y, p->right * 10, y);
	}
}

/* Above their lines; where lines are close, names give way downward. */
static void threshold_names(struct panel *p)
{
	const struct chart *c = p->chart;
	size_t *const places = mem_array(c->n_thresholds, sizeof(*places));
	size_t n = 0;

	for (size_t i = 0; i < c->n_thresholds; i++) {
		const size_t y = value_y(p, c->thresholds[i].value) / 10;
		struct buf words = BUF_INIT;

		if (decimal_cmp(c->thresholds[i].value, p->axis.top) > 0)
			continue;
		chart_threshold_words(&words, &c->thresholds[i], &p->axis);
		places[n] = y > p->top + 16 ? y - 4 : p->top + 12;
		while (overlaps(places, n, places[n]))
			places[n]++;
		text(p->out, "name", "end", p->right - 4, places[n++], buf_view(&words), (p->right - p->left) / LETTER);
		buf_free(&words);
	}
	free(places);
}

/* ---- values under the pointer ---- */

static void hits(struct panel *p)
{
	const struct chart *c = p->chart;

	if (p->columns != c->n || c->n > HITS_MOST || c->n * c->n_series > HIT_VALUES_MOST)
		return;
	for (size_t k = 0; k < c->n; k++) {
		const size_t x = column_x(p, k);

		rectangle(p->out, "hit", x, p->top * 10, column_x(p, k + 1) - x, (p->bottom - p->top) * 10);
		buf_str(p->out, "><title>");
		number_minute(p->out, c->start + (int64_t)k * c->every, p->options->zone);
		for (size_t s = 0; s < c->n_series; s++) {
			const struct decimal value = c->series[s].values[k];

			buf_byte(p->out, '\n');
			escape_xml(p->out, c->series[s].name);
			buf_str(p->out, c->series[s].name.n > 0 ? ": " : "");
			if (chart_is_gap(value))
				buf_str(p->out, "no value");
			else
				number_decimal(p->out, value);
		}
		buf_str(p->out, "</title></rect>\n");
	}
}

/* ---- a panel ---- */

static size_t plot_height(size_t width)
{
	return width < 560 ? 140 : width > 1120 ? 280 : width / 4;
}

static struct axis axis_of(const struct chart *c, size_t width)
{
	return chart_axis(c, c->stacked, plot_height(width) / 28);
}

/* `gutter`: characters left of the axis, for all panels the same. */
static void lay_out(struct panel *p, size_t gutter)
{
	p->axis = axis_of(p->chart, p->width);
	p->left = MARGIN + gutter * LETTER + 8;
	p->right = p->width - RIGHT;
	p->columns = p->right - p->left < p->chart->n ? p->right - p->left : p->chart->n;
}

static void plot(struct panel *p, const struct slice *names, size_t n_names)
{
	const struct chart *const c = p->chart;
	const int64_t character = (chart_end(c) - c->start) / (int64_t)((p->right - p->left) / LETTER);
	struct axis_time ticks[AXIS_TIMES];
	const size_t n = axis_times(c->start, chart_end(c), c->every, character, p->options->zone, ticks);

	p->top = p->y + 14;
	p->bottom = p->top + plot_height(p->width);
	p->lower = mem_array(p->columns, sizeof(*p->lower));
	p->upper = mem_array(p->columns, sizeof(*p->upper));
	p->picks = mem_array(p->columns, sizeof(*p->picks));
	p->stack = mem_zalloc(p->columns * sizeof(*p->stack));
	time_axis(p, ticks, n, false);
	value_axis(p);
	shades(p);
	draw_series(p);
	line(p->out, "axis", p->left * 10, p->bottom * 10, p->right * 10, p->bottom * 10);
	threshold_lines(p);
	threshold_names(p);
	hits(p);
	p->y = p->bottom + 4;
	strips(p, names, n_names);
	time_axis(p, ticks, n, true);
	p->y += 16;
	free(p->lower);
	free(p->upper);
	free(p->picks);
	free(p->stack);
}

static void draw(struct panel *p, size_t gutter)
{
	size_t n_names;
	struct slice *names;

	if (!chart_has_values(p->chart)) {
		head(p);
		return;
	}
	names = chart_firing_names(p->chart, &n_names);
	lay_out(p, gutter);
	head(p);
	legend(p, names, n_names);
	plot(p, names, n_names);
	free(names);
}

/* Returns how high they are. */
static size_t panels(struct buf *out, const struct chart *charts, size_t n, const struct chart_options *o, size_t width)
{
	struct panel p = { .options = o, .out = out, .width = width };
	size_t gutter = 0;

	for (size_t i = 0; i < n; i++) {
		const struct axis a = axis_of(&charts[i], width);

		if (chart_gutter(&a) > gutter)
			gutter = chart_gutter(&a);
	}
	for (size_t i = 0; i < n; i++) {
		p.chart = &charts[i];
		p.columns = charts[i].n;
		p.y += PANEL_GAP;
		draw(&p, gutter);
	}
	return p.y + PANEL_GAP;
}

/* ---- the document ---- */

/* Title and description, for those who cannot see it. */
static void words_for_all(struct buf *out, const struct chart *charts, size_t n, const struct chart_options *o)
{
	struct buf words = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_str(&words, i > 0 ? "; " : "");
		chart_heading(&words, &charts[i]);
	}
	buf_str(out, "<title>");
	escape_xml(out, buf_view(&words));
	buf_str(out, "</title>\n<desc>");
	for (size_t i = 0; i < n; i++) {
		words.n = 0;
		chart_describe(&words, &charts[i], o);
		escape_xml(out, buf_view(&words));
		buf_str(out, i + 1 < n ? "\n" : "");
	}
	buf_str(out, "</desc>\n");
	buf_free(&words);
}

static size_t most_layers(const struct chart *charts, size_t n)
{
	size_t most = 0;

	for (size_t i = 0; i < n; i++)
		if (charts[i].stacked && charts[i].n_series > most)
			most = charts[i].n_series;
	return most;
}

void chart_svg(struct output *out, const struct chart *charts, size_t n, struct chart_options options)
{
	const size_t width = options.width == 0 ? 960 : options.width < WIDTH_LEAST ? WIDTH_LEAST : options.width;
	const size_t layers = most_layers(charts, n);
	struct buf body = BUF_INIT;
	const size_t height = panels(&body, charts, n, &options, width);

	buf_printf(&out->text, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"dpslog-chart\" role=\"img\" xml:lang=\"en\" "
		"width=\"%zu\" height=\"%zu\" viewBox=\"0 0 %zu %zu\">\n", width, height, width, height);
	words_for_all(&out->text, charts, n, &options);
	chart_style_sheet(&out->text);
	if (layers > 0)
		chart_style_hatches(&out->text, layers);
	rectangle(&out->text, "paper", 0, 0, width * 10, height * 10);
	buf_str(&out->text, "/>\n");
	buf_slice(&out->text, buf_view(&body));
	buf_str(&out->text, "</svg>\n");
	output_pass(out);
	buf_free(&body);
}
