/*
 * alerts.c - firings as rows. Numbers are exact text; those of several conditions are joined by `;`.
 */
#include "report/alerts_impl.h"

#include <stdlib.h>

#include "base/mem.h"
#include "insight/condition.h"

const struct column alerts_columns[ALERTS_COLUMNS] = {
	[ALERTS_RULE] = { "rule", NULL, COLUMN_TEXT },
	[ALERTS_SEVERITY] = { "severity", NULL, COLUMN_COUNT },
	[ALERTS_CONDITION] = { "condition", NULL, COLUMN_TEXT },
	[ALERTS_SERIES] = { "series", NULL, COLUMN_TEXT },
	[ALERTS_STATE] = { "state", NULL, COLUMN_WORD },
	[ALERTS_FIRED_AT] = { "fired_at", "fired at", COLUMN_TIME },
	[ALERTS_RESOLVED_AT] = { "resolved_at", "resolved at", COLUMN_TIME },
	[ALERTS_DURATION] = { "duration_s", "seconds", COLUMN_NUMBER },
	[ALERTS_CHECKS] = { "checks", NULL, COLUMN_NUMBER },
	[ALERTS_PEAK] = { "peak_value", "peak", COLUMN_NUMBER },
	[ALERTS_THRESHOLD] = { "threshold", NULL, COLUMN_NUMBER },
	[ALERTS_NOTE] = { "note", NULL, COLUMN_WORD },
	[ALERTS_FAILURES] = { "failures", NULL, COLUMN_NUMBER },
	[ALERTS_DEVICES] = { "devices", NULL, COLUMN_NUMBER },
	[ALERTS_CODES] = { "codes", NULL, COLUMN_TEXT },
	[ALERTS_WORST] = { "worst", NULL, COLUMN_TEXT },
};

void alerts_condition(const struct rule *rule, struct buf *out)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		if (i > 0)
			buf_str(out, " and ");
		condition_format(&rule->conditions[i], out);
	}
}

static void add_number(struct buf *out, struct decimal d)
{
	char text[DECIMAL_TEXT_MAX];

	if (out->n > 0)
		buf_byte(out, ';');
	buf_add(out, text, decimal_format(d, text));
}

static int64_t time_of(int64_t minute)
{
	return minute == MINUTE_NONE ? TIME_NONE : minute * TIME_MINUTE;
}

/* Ascending. */
static const struct {
	unsigned bit;
	const char *word;
} notes[] = { { ALERT_ASSUMED_ZERO, "assumed_zero" }, { ALERT_ESTIMATED, "estimated" }, { ALERT_PARTIAL, "partial" } };

static void make_firing(struct alerts *a, const struct alert_row *row)
{
	const struct firing *f = &row->firing;

	buf_u64(&a->checks, f->checks);
	if (f->resolved_at != MINUTE_NONE)
		buf_u64(&a->duration, (uint64_t)(f->resolved_at - f->fired_at) * 60);
	for (size_t i = 0; i < row->rule->n_conditions; i++) {
		add_number(&a->peak, fraction_cut(f->peak[i]));
		add_number(&a->threshold, fraction_cut(f->threshold[i]));
	}
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (f->notes & notes[i].bit)
			buf_printf(&a->note, "%s%s", a->note.n > 0 ? ";" : "", notes[i].word);
}

static void make_quiet(struct alerts *a, const struct alert_row *row)
{
	for (size_t i = 0; i < row->rule->n_conditions; i++)
		if (!row->rule->conditions[i].is_dynamic)
			add_number(&a->threshold, row->rule->conditions[i].threshold);
	if (row->no_data)
		buf_str(&a->note, "no_data");
}

static void make_row(void *ctx, uint64_t i, struct cell *cells)
{
	struct alerts *a = ctx;
	const struct alert_row *row = &a->report->rows[a->order[i]];
	const bool firing = alert_row_fired(row);

	a->condition.n = a->duration.n = a->checks.n = a->peak.n = a->threshold.n = a->note.n = 0;
	a->failures.n = a->devices.n = a->codes.n = a->worst.n = 0;
	alerts_condition(row->rule, &a->condition);
	if (firing)
		make_firing(a, row);
	else
		make_quiet(a, row);
	cells[ALERTS_RULE].text = row->rule->name;
	cells[ALERTS_SEVERITY].count = row->rule->severity;
	cells[ALERTS_CONDITION].text = buf_view(&a->condition);
	cells[ALERTS_SERIES].text = row->series;
	cells[ALERTS_STATE].text = slice_str(alert_state_names[row->state]);
	cells[ALERTS_FIRED_AT].time = firing ? time_of(row->firing.fired_at) : TIME_NONE;
	cells[ALERTS_RESOLVED_AT].time = firing ? time_of(row->firing.resolved_at) : TIME_NONE;
	cells[ALERTS_DURATION].text = buf_view(&a->duration);
	cells[ALERTS_CHECKS].text = buf_view(&a->checks);
	cells[ALERTS_PEAK].text = buf_view(&a->peak);
	cells[ALERTS_THRESHOLD].text = buf_view(&a->threshold);
	cells[ALERTS_NOTE].text = buf_view(&a->note);
	if (a->view.n_columns == ALERTS_PLAIN)
		return;
	alerts_evidence_cells(a, a->order[i]);
	cells[ALERTS_FAILURES].text = buf_view(&a->failures);
	cells[ALERTS_DEVICES].text = buf_view(&a->devices);
	cells[ALERTS_CODES].text = buf_view(&a->codes);
	cells[ALERTS_WORST].text = buf_view(&a->worst);
}

/* Cells of the second row would overwrite those of the first: the one that is compared is copied. */
static int compare(const void *x, const void *y, void *ctx)
{
	struct alerts *a = ctx;
	const size_t i = *(const size_t *)x, j = *(const size_t *)y;
	const enum column_type type = alerts_columns[a->ordered.column].type;
	struct cell first[ALERTS_COLUMNS], second[ALERTS_COLUMNS];
	struct buf text = BUF_INIT;
	size_t *const order = a->order;
	size_t rows[2] = { i, j };
	int result;

	a->order = rows;
	make_row(a, 0, first);
	if (type != COLUMN_COUNT && type != COLUMN_TIME) {
		buf_slice(&text, first[a->ordered.column].text);
		first[a->ordered.column].text = buf_view(&text);
	}
	make_row(a, 1, second);
	a->order = order;
	result = cell_compare(type, &first[a->ordered.column], &second[a->ordered.column]);
	buf_free(&text);
	if (result == 0)
		return i < j ? -1 : i > j;
	return a->ordered.descending ? -result : result;
}

struct alerts *alerts_new(const struct alert_report *report, const struct alerts_evidence *evidence, bool columns,
                          struct alerts_order order)
{
	struct alerts *a = mem_zalloc(sizeof(*a));
	const uint64_t shown = order.top > 0 && order.top < report->n ? order.top : report->n;
	const size_t n_columns = columns ? ALERTS_COLUMNS : ALERTS_PLAIN;

	a->report = report;
	a->evidence = evidence;
	a->ordered = order;
	a->view = (struct view){ alerts_columns, n_columns, shown, report->n - shown, make_row, a, NULL, false };
	a->order = mem_array(report->n, sizeof(*a->order));
	for (size_t i = 0; i < report->n; i++)
		a->order[i] = i;
	if (order.column >= 0)
		qsort_r(a->order, report->n, sizeof(*a->order), compare, a);
	return a;
}

void alerts_free(struct alerts *a)
{
	if (a == NULL)
		return;
	buf_free(&a->condition);
	buf_free(&a->duration);
	buf_free(&a->checks);
	buf_free(&a->peak);
	buf_free(&a->threshold);
	buf_free(&a->note);
	buf_free(&a->failures);
	buf_free(&a->devices);
	buf_free(&a->codes);
	buf_free(&a->worst);
	free(a->order);
	free(a);
}

const struct view *alerts_view(const struct alerts *a)
{
	return &a->view;
}
