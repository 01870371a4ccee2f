/*
 * summary_text.c - the summary for people: 80 columns, no colour needed, the answer first.
 */
#include "base/escape.h"
#include "report/bar.h"
#include "report/number.h"
#include "report/summary.h"
#include "report/table.h"
#include "report/wrap.h"

/* ---- what was read ---- */

static void unread(struct buf *b, const struct ledger *l)
{
	const uint64_t malformed = ledger_malformed(l);
	const uint64_t damaged = l->files.damaged + l->members.damaged;
	const uint64_t failed = ledger_units_sum(&l->files, REASON_FAILED) + ledger_units_sum(&l->members, REASON_FAILED);

	if (malformed > 0) {
		buf_str(b, "; ");
		number_of(b, malformed, "record could not be read", "records could not be read");
	}
	if (malformed == 0 && damaged > 0) {
		buf_str(b, "; ");
		number_of(b, damaged, "file is damaged", "files are damaged");
	}
	if (failed > 0) {
		buf_str(b, "; ");
		number_of(b, failed, "file could not be read", "files could not be read");
	}
	if (malformed == 0 && damaged == 0 && failed == 0)
		buf_str(b, "; not all of it could be read");
}

/* From the first to the last minute, or the one that there is. */
static void minutes(struct buf *b, int64_t first, int64_t last, const struct zone *zone)
{
	number_minute(b, first, zone);
	if (time_floor(first, TIME_MINUTE) == time_floor(last, TIME_MINUTE))
		return;
	buf_str(b, " to ");
	number_minute(b, last, zone);
}

static void head(struct output *out, const struct summary *s, const struct ledger *l, const struct summary_text_options *o)
{
	struct buf *b = &out->text;

	number_of(b, l->files.read + l->files.damaged, "file", "files");
	buf_str(b, ", ");
	number_bytes(b, l->compressed);
	buf_str(b, ", ");
	number_of(b, s->records, "record", "records");
	if (l->filtered > 0) {
		buf_str(b, " selected of ");
		number_group(b, l->log);
	}
	if (o->complete)
		buf_str(b, ", everything was read");
	else
		unread(b, l);
	output_line(out);
	if (s->first != TIME_NONE) {
		minutes(b, s->first, s->last, o->zone);
		buf_byte(b, ' ');
		buf_str(b, o->zone == NULL ? "UTC" : o->zone_name);
		output_line(out);
	}
	output_line(out);
}

/* ---- how bad is it ---- */

static void state(struct buf *b, const char *words, uint64_t n)
{
	buf_printf(b, "%s ", words);
	number_group(b, n);
}

/* Why there is no record. */
static const char *nothing(const struct ledger *l)
{
	if (l->filtered > 0)
		return "no log record is left by the selection";
	if (l->files.found > 0 && l->files.found == l->files.because[REASON_EMPTY])
		return l->files.found == 1 ? "the file is empty" : "all files are empty";
	if (l->files.found > 0 && l->files.found == ledger_units_sum(&l->files, REASON_FAILED))
		return "nothing could be read";
	return "no log record of DPS or IoT Hub";
}

static void headline(struct output *out, const struct summary *s, const struct ledger *l)
{
	struct buf *b = &out->text;

	if (s->records == 0) {
		buf_str(b, nothing(l));
		output_line(out);
		return;
	}
	if (s->failures == 0) {
		buf_str(b, "no failures on ");
		number_of(b, s->devices, "device", "devices");
		output_line(out);
		return;
	}
	number_of(b, s->failures, "failure", "failures");
	buf_str(b, " (");
	number_percent(b, s->failures, s->records, 1);
	buf_str(b, ") on ");
	number_group(b, s->devices_failing);
	buf_str(b, " of ");
	number_of(b, s->devices, "device", "devices");
	output_line(out);
	if (s->stateless)
		return;
	state(b, "  failing now", s->states[STATE_FAILING]);
	state(b, "   never succeeded", s->states[STATE_NEVER]);
	state(b, "   recovered", s->states[STATE_RECOVERED]);
	state(b, "   healthy", s->states[STATE_HEALTHY]);
	output_line(out);
}

/* An estimate is not said to the last digit: three of them. */
static void expected(struct output *out, const struct summary *s)
{
	const struct expected_failures *e = &s->expected;
	const uint64_t n = e->renewals + e->challenges;
	uint64_t unit = 1;

	if (n == 0)
		return;
	while (n / unit >= 1000)
		unit *= 10;
	buf_str(&out->text, "  about ");
	number_group(&out->text, (n + unit / 2) / unit * unit);
	buf_printf(&out->text, " of the failures %s expected (%s%s%s)", n == 1 ? "is" : "are",
	           e->renewals > 0 ? "token renewal" : "", e->renewals > 0 && e->challenges > 0 ? ", " : "",
	           e->challenges > 0 ? "TPM challenge" : "");
	output_line(out);
}

static void sparkline(struct output *out, const struct summary *s, const struct summary_text_options *o)
{
	struct buf *b = &out->text;
	size_t most = 0;
	char text[TIME_TEXT_MAX];

	if (s->n_spans < 2 || s->failures == 0)
		return;
	for (size_t i = 0; i < s->n_spans; i++)
		if (s->spans[i] > s->spans[most])
			most = i;
	if (s->spans[most] == 0)
		return;
	output_line(out);
	buf_str(b, "failures, ");
	number_span(b, s->every);
	buf_str(b, " each, most ");
	number_group(b, s->spans[most]);
	buf_str(b, " at ");
	buf_add(b, text, time_format_short(s->start + (int64_t)most * s->every, o->zone, text));
	output_line(out);
	for (size_t i = 0; i < s->n_spans; i++) {
		const struct decimal n = decimal_of((int64_t)s->spans[i]), top = decimal_of((int64_t)s->spans[most]);

		buf_str(b, bar_cell(bar_height(n, top, 1), 0));
	}
	output_line(out);
}

/* ---- tables ---- */

static void code_cells(void *ctx, uint64_t i, struct cell *cells)
{
	const struct summary_code *c = &((const struct summary *)ctx)->codes[i];

	/* an empty line would look like a mistake */
	cells[0].text = c->code.n == 0 && c->result_type.n == 0 ? SLICE("(none)") : c->code;
	cells[1].text = c->result_type;
	cells[2].count = c->failures;
	cells[3].count = c->devices;
	cells[4].time = c->first_failure;
	cells[5].time = c->last_failure;
	cells[6].text = c->meaning;
}

static void device_cells(void *ctx, uint64_t i, struct cell *cells)
{
	const struct summary_device *d = &((const struct summary *)ctx)->worst[i];

	cells[0].text = d->device;
	cells[1].text = d->result_type;
	cells[2].count = d->failures;
	cells[3].time = d->last_failure;
	cells[4].time = d->last_success;
	cells[5].text = slice_str(state_name(d->state));
}

static void tables(struct output *out, const struct summary *s, const struct summary_text_options *o)
{
	static const struct column code_columns[] = {
		{ "code", "CODE", COLUMN_TEXT }, { "resultType", "RESULT", COLUMN_TEXT }, { "failures", "FAILURES", COLUMN_COUNT },
		{ "devices", "DEVICES", COLUMN_COUNT }, { "first_failure", "FIRST", COLUMN_TIME },
		{ "last_failure", "LAST", COLUMN_TIME }, { "meaning", "MEANING", COLUMN_TEXT },
	};
	static const struct column device_columns[] = {
		{ "device", "DEVICE", COLUMN_TEXT }, { "resultType", "RESULT", COLUMN_TEXT },
		{ "failures", "FAILURES", COLUMN_COUNT }, { "last_failure", "LAST FAILURE", COLUMN_TIME },
		{ "last_success", "LAST SUCCESS", COLUMN_TIME }, { "state", "STATE", COLUMN_WORD },
	};
	union { const struct summary *in; void *out; } ctx = { .in = s };
	const struct view codes = { .columns = code_columns, .n_columns = 7, .n_rows = s->n_codes, .row = code_cells, .ctx = ctx.out };
	const struct view devices = { .columns = device_columns, .n_columns = 6, .n_rows = s->n_worst, .row = device_cells, .ctx = ctx.out };
	const struct table_options options = { o->width, true, o->color, o->zone };

	if (s->n_codes > 0) {
		output_line(out);
		table_write(out, &codes, options);
	}
	if (s->n_worst > 0) {
		output_line(out);
		table_write(out, &devices, options);
	}
}

/* ---- what now ---- */

static void advice(struct output *out, const struct summary *s, size_t width)
{
	struct buf *b = &out->text;

	if (s->n_advice == 0)
		return;
	output_line(out);
	buf_str(b, "WHAT TO DO");
	output_line(out);
	for (size_t i = 0; i < s->n_advice; i++) {
		const struct summary_advice *a = &s->advice[i];
		struct buf text = BUF_INIT;

		buf_printf(b, "  %zu  ", i + 1);
		buf_slice(&text, a->code);
		buf_str(&text, " on ");
		number_of(&text, a->devices, "device", "devices");
		if (a->trait.key.n > 0) {
			buf_str(&text, ", ");
			number_percent(&text, a->trait.devices, a->trait.of, 0);
			buf_str(&text, " of them ");
			buf_slice(&text, a->trait.key);
			buf_byte(&text, ' ');
			escape_text(&text, a->trait.value);
		}
		buf_str(&text, ": ");
		buf_slice(&text, a->text);
		wrap_text(b, buf_view(&text), 5, 5, width);
		buf_str(b, "     ");
		buf_slice(b, a->command);
		output_line(out);
		buf_free(&text);
	}
}

void summary_text(struct output *out, const struct summary *s, const struct ledger *l, struct summary_text_options options)
{
	if (options.width == 0)
		options.width = 80;
	head(out, s, l, &options);
	headline(out, s, l);
	expected(out, s);
	sparkline(out, s, &options);
	tables(out, s, &options);
	advice(out, s, options.width < 100 ? options.width : 100);
}
