/*
 * rows.c - one way for every command whose result is rows.
 */
#include "cli/rows.h"

#include "base/escape.h"
#include "cli/cli.h"
#include "cli/messages.h"
#include "report/csv.h"
#include "report/number.h"

static void write_json(struct run *r, struct output *out, const struct view *view, const struct rows_more *more)
{
	struct json j;

	json_begin_document(&j, out, r->options->command->name);
	if (more->members != NULL)
		more->members(&j, more->ctx);
	json_key(&j, "rows");
	json_rows_with(&j, view, more->row, more->ctx);
	json_key(&j, "input");
	run_json_input(r, &j);
	json_end_document(&j);
}

static void write_csv(struct run *r, struct output *out, const struct view *view)
{
	const struct options *o = r->options;
	const uint64_t guarded = csv_write(out, view, (struct csv_options){ !o->no_header, !o->csv_raw, r->plan.jobs });

	rows_guarded(r, guarded);
}

void rows_guarded(struct run *r, uint64_t guarded)
{
	struct buf text = BUF_INIT;

	r->result.ledger.notes[NOTE_GUARDED_CELLS] += guarded;
	if (guarded == 0)
		return;
	number_of(&text, guarded, "cell that a spreadsheet would run as a formula got a leading '",
	          "cells that a spreadsheet would run as a formula got a leading '");
	diag_note(r->diag, "%s (--csv-raw leaves them as they are)", buf_cstr(&text));
	buf_free(&text);
}

static void say_left_out(struct run *r, uint64_t n, struct rows_words words)
{
	struct buf text = BUF_INIT;

	if (n == 0)
		return;
	number_group(&text, n);
	diag_note(r->diag, "%s more %s %s left out (--top 0 shows all)", buf_cstr(&text), n == 1 ? words.one : words.many,
	          n == 1 ? "is" : "are");
	buf_free(&text);
}

static int view_error(const struct view *view)
{
	return view->error == NULL ? 0 : view->error(view->ctx);
}

static void write_table(const struct options *o, struct output *out, const struct view *view, const struct rows_more *more)
{
	const struct table_options options = { o->width, !o->no_header, o->color, o->time_zone.zone };

	table_write(out, view, options);
	if (more->below != NULL)
		more->below(out, more->ctx, options);
}

int rows_write(struct run *r, const struct view *view, struct rows_words words, void (*members)(struct json *j, const void *ctx),
               const void *ctx)
{
	return rows_write_with(r, view, words, (struct rows_more){ .members = members, .ctx = ctx });
}

int rows_write_with(struct run *r, const struct view *view, struct rows_words words, struct rows_more more)
{
	const struct options *o = r->options;
	struct output out;

	if (view_error(view) != 0)
		return run_temporary_status(view_error(view));
	output_open(&out, o->output);
	switch (o->format) {
	case FORMAT_JSON:
		write_json(r, &out, view, &more);
		break;
	case FORMAT_CSV:
		write_csv(r, &out, view);
		break;
	default:
		write_table(o, &out, view, &more);
		break;
	}
	say_left_out(r, view->left_out, words);
	if (view_error(view) != 0) {
		output_discard(&out);
		return run_temporary_status(view_error(view));
	}
	return cli_output_status(o->output, output_close(&out));
}

int rows_order(const struct options *o, const struct column *columns, size_t n, int *column)
{
	struct buf text = BUF_INIT;

	*column = o->sort.column.p == NULL ? -1 : columns_find(columns, n, o->sort.column);
	if (o->sort.column.p == NULL || *column >= 0)
		return STATUS_GOOD;
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "%s%s", i == 0 ? "" : ", ", columns[i].name);
	const int status = rows_no_column(o->command, o->sort.column, buf_view(&text));

	buf_free(&text);
	return status;
}

int rows_no_column(const struct command *c, struct slice name, struct slice columns)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "--sort: no column is called '");
	escape_text(&text, name);
	buf_str(&text, "'; columns are ");
	buf_slice(&text, columns);
	const int status = message_usage(c, buf_view(&text));

	buf_free(&text);
	return status;
}
