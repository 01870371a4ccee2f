/*
 * table.c - a view as an aligned table, in two passes over its rows: measure, write.
 *
 * A line has no blanks at its end, so that a table in a ticket or a test stays as it was.
 */
#include "report/table.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "report/color.h"
#include "report/number.h"
#include "report/width.h"

enum { TABLE_GAP = 2 };

struct table {
	const struct view *view;
	struct table_options options;
	size_t *widths;
	bool stacked;         /* the header has two lines, since the table would be too wide */
	struct cell *cells;
	struct buf text;      /* one cell */
	char year[4];         /* of the first time that was seen */
	bool years;           /* there are several */
};

static bool table_is_text(enum column_type type)
{
	return type == COLUMN_TEXT || type == COLUMN_WORD;
}

static bool table_is_number(enum column_type type)
{
	return type == COLUMN_COUNT || type == COLUMN_NUMBER || type == COLUMN_RATE;
}

static struct slice table_heading(const struct column *column)
{
	return slice_str(column->heading != NULL ? column->heading : column->name);
}

static struct slice table_clean(struct table *t, struct slice s)
{
	t->text.n = 0;
	escape_text(&t->text, s);
	return buf_view(&t->text);
}

static struct slice table_time(struct table *t, int64_t time)
{
	char text[TIME_TEXT_MAX];
	size_t n = 0;

	if (time != TIME_NONE)
		n = t->years ? time_format_minute(time, t->options.zone, text)
			     : time_format_short(time, t->options.zone, text);
	t->text.n = 0;
	buf_add(&t->text, text, n);
	return buf_view(&t->text);
}

/* The cell as it is shown; valid until the next. */
static struct slice table_cell(struct table *t, enum column_type type, const struct cell *cell)
{
	switch (type) {
	case COLUMN_TEXT:
	case COLUMN_WORD:
	case COLUMN_NUMBER:
		return table_clean(t, cell->text);
	case COLUMN_TIME:
		return table_time(t, cell->time);
	case COLUMN_COUNT:
		t->text.n = 0;
		number_group(&t->text, cell->count);
		break;
	case COLUMN_RATE:
		t->text.n = 0;
		if (cell->rate.den != 0)
			number_percent(&t->text, cell->rate.num, cell->rate.den, 1);
		break;
	}
	return buf_view(&t->text);
}

static void table_note_year(struct table *t, int64_t time)
{
	char text[TIME_TEXT_MAX];

	if (time == TIME_NONE || t->years || time_format_minute(time, t->options.zone, text) < sizeof(t->year))
		return;
	if (t->year[0] == '\0')
		memcpy(t->year, text, sizeof(t->year));
	t->years = memcmp(t->year, text, sizeof(t->year)) != 0;
}

static void table_widen(struct table *t, size_t column, struct slice text)
{
	size_t width = width_of(text);
	size_t most = t->options.width > TABLE_LEAST ? t->options.width : TABLE_LEAST;

	/* A text of a megabyte is cut in any case: it need not be taken back a column at a time. */
	if (table_is_text(t->view->columns[column].type) && t->options.width > 0 && width > most)
		width = most;
	if (width > t->widths[column])
		t->widths[column] = width;
}

static void table_measure_row(struct table *t)
{
	const struct view *v = t->view;

	for (size_t i = 0; i < v->n_columns; i++) {
		if (v->columns[i].type == COLUMN_TIME)
			table_note_year(t, t->cells[i].time);
		else
			table_widen(t, i, table_cell(t, v->columns[i].type, &t->cells[i]));
	}
}

static void table_measure_rows(struct table *t)
{
	const struct view *v = t->view;

	for (size_t i = 0; i < v->n_columns; i++)
		t->widths[i] = 0;
	for (uint64_t row = 0; row < v->n_rows; row++) {
		v->row(v->ctx, row, t->cells);
		table_measure_row(t);
	}
	for (size_t i = 0; i < v->n_columns; i++)
		if (v->columns[i].type == COLUMN_TIME && t->year[0] != '\0')
			table_widen(t, i, table_time(t, 0));
}

/* What of a heading stands in each of the two lines: `last_` and `failure`, `expected` and `(est.)`. */
static struct slice table_heading_part(const struct table *t, const struct column *column, bool lower)
{
	const struct slice whole = table_heading(column);
	size_t cut = t->stacked ? whole.n : 0;

	while (cut > 0 && whole.p[cut - 1] != '_' && whole.p[cut - 1] != ' ')
		cut--;
	return lower ? slice_of(whole.p + cut, whole.n - cut) : slice_trim(slice_of(whole.p, cut));
}

static size_t table_width(const struct table *t)
{
	size_t sum = t->view->n_columns > 0 ? (t->view->n_columns - 1) * TABLE_GAP : 0;

	for (size_t i = 0; i < t->view->n_columns; i++)
		sum += t->widths[i];
	return sum;
}

static void table_measure_header(struct table *t)
{
	for (size_t i = 0; i < t->view->n_columns; i++) {
		table_widen(t, i, table_clean(t, table_heading_part(t, &t->view->columns[i], false)));
		table_widen(t, i, table_clean(t, table_heading_part(t, &t->view->columns[i], true)));
	}
}

static void table_measure(struct table *t)
{
	const size_t size = t->view->n_columns * sizeof(*t->widths);
	size_t *rows = mem_alloc(size);

	table_measure_rows(t);
	if (size > 0)
		memcpy(rows, t->widths, size);
	if (t->options.header)
		table_measure_header(t);
	if (t->options.header && t->options.width > 0 && table_width(t) > t->options.width) {
		if (size > 0)
			memcpy(t->widths, rows, size);
		t->stacked = true;
		table_measure_header(t);
	}
	free(rows);
}

/* Only text of the input is cut: words of our own, numbers and times are short and say nothing when they are cut. */
static bool table_can_be_cut(enum column_type type)
{
	return type == COLUMN_TEXT;
}

static size_t table_least(const struct table *t, size_t column, size_t text)
{
	const size_t width = t->widths[column];

	return table_can_be_cut(t->view->columns[column].type) && width > text ? text : width;
}

/*
 * Takes what is too much from the widest text columns, a column of the terminal at a time. Where that is not enough, ids are left
 * whole: cut, they would help nobody, and the lines break all the same.
 */
static void table_fit(struct table *t)
{
	const struct view *v = t->view;
	size_t sum = table_width(t), least = sum;

	for (size_t i = 0; i < v->n_columns; i++)
		least -= t->widths[i] - table_least(t, i, TABLE_LEAST);
	const size_t text = least <= t->options.width ? TABLE_LEAST : TABLE_WHOLE;

	while (t->options.width > 0 && sum > t->options.width) {
		size_t widest = v->n_columns;

		for (size_t i = 0; i < v->n_columns; i++)
			if (t->widths[i] > table_least(t, i, text) && (widest == v->n_columns || t->widths[i] > t->widths[widest]))
				widest = i;
		if (widest == v->n_columns)
			break;
		t->widths[widest]--;
		sum--;
	}
}

/*
 * Adds one cell; `blanks` are those that are owed from the cells before and are only written if something follows.
 * Returns what is owed after it.
 */
static size_t table_put(struct buf *line, struct slice text, size_t width, bool right, const char *color, size_t blanks)
{
	size_t taken = width_of(text);
	size_t rest = taken < width ? width - taken : 0;

	if (text.n == 0)
		return blanks + width;
	width_pad(line, right ? blanks + rest : blanks);
	if (color != NULL)
		buf_str(line, color);
	taken = width_cut(line, text, width);
	if (color != NULL)
		buf_str(line, COLOR_PLAIN);
	return right || taken >= width ? 0 : width - taken;
}

static void table_header(struct table *t, struct buf *line, bool lower)
{
	const struct view *v = t->view;
	size_t blanks = 0;

	for (size_t i = 0; i < v->n_columns; i++) {
		if (i > 0)
			blanks += TABLE_GAP;
		blanks = table_put(line, table_clean(t, table_heading_part(t, &v->columns[i], lower)), t->widths[i],
				   table_is_number(v->columns[i].type), t->options.color ? COLOR_BOLD : NULL, blanks);
	}
	buf_byte(line, '\n');
}

/* Only words of our own are coloured, and only those that mean that somebody should act. */
static const char *table_color(const struct table *t, enum column_type type, const struct cell *cell)
{
	if (!t->options.color || type != COLUMN_WORD)
		return NULL;
	if (slice_eq(cell->text, SLICE("failing")) || slice_eq(cell->text, SLICE("never")))
		return COLOR_RED;
	return NULL;
}

static void table_row(struct table *t, struct buf *line)
{
	const struct view *v = t->view;
	size_t blanks = 0;

	for (size_t i = 0; i < v->n_columns; i++) {
		enum column_type type = v->columns[i].type;
		struct slice text = table_cell(t, type, &t->cells[i]);

		if (i > 0)
			blanks += TABLE_GAP;
		blanks = table_put(line, text, t->widths[i], table_is_number(type),
				   table_color(t, type, &t->cells[i]), blanks);
	}
	buf_byte(line, '\n');
}

void table_write(struct output *out, const struct view *v, struct table_options options)
{
	struct table t = { .view = v, .options = options };

	t.widths = mem_array(v->n_columns, sizeof(*t.widths));
	t.cells = mem_array(v->n_columns, sizeof(*t.cells));
	table_measure(&t);
	table_fit(&t);
	if (t.stacked)
		table_header(&t, &out->text, false);
	if (options.header)
		table_header(&t, &out->text, true);
	for (uint64_t row = 0; row < v->n_rows && out->error == 0; row++) {
		v->row(v->ctx, row, t.cells);
		table_row(&t, &out->text);
		output_pass(out);
	}
	buf_free(&t.text);
	free(t.cells);
	free(t.widths);
}
