/*
 * cmd_records.c - the records themselves: those that were selected, in the order of the input.
 */
#include "base/escape.h"
#include "cli/cli.h"
#include "cli/messages.h"
#include "cli/rows.h"
#include "report/records.h"

static int usage(struct buf *text)
{
	const int status = message_usage(&command_records, buf_view(text));

	buf_free(text);
	return status;
}

static int unknown_field(struct slice name)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "--fields: no field is called '");
	escape_text(&text, name);
	buf_str(&text, "'; fields are");
	for (const char *const *extra = records_extra_names(); *extra != NULL; extra++)
		buf_printf(&text, " %s,", *extra);
	for (size_t i = 0; i < key_table_n; i++)
		buf_printf(&text, " %s,", key_table[i].name);
	buf_str(&text, " properties.NAME");
	return usage(&text);
}

/* --fields, or those of a CSV without it. 0, or the exit status of a mistake. */
static int find_fields(const struct options *o, struct records_plan *plan)
{
	static const char *const standard[] = { "time", "device", "service", "category", "operationName", "resultType", "code",
		"resultDescription" };
	const size_t n = o->fields.n > 0 ? o->fields.n : sizeof standard / sizeof *standard;

	if (n > RECORD_FIELDS_MOST) {
		struct buf text = BUF_INIT;

		buf_printf(&text, "--fields: at most %d fields", RECORD_FIELDS_MOST);
		return usage(&text);
	}
	for (size_t i = 0; i < n; i++) {
		const struct slice name = o->fields.n > 0 ? o->fields.items[i] : slice_str(standard[i]);

		if (!records_add_field(plan, name))
			return unknown_field(name);
	}
	return STATUS_GOOD;
}

static int find_plan(const struct options *o, struct records_plan *plan)
{
	const bool csv = o->format == FORMAT_CSV || !o->format_chosen;

	if (o->count && (o->fields.n > 0 || o->head.given))
		return message_usage(&command_records, SLICE("--count gives a number alone, without --fields and --head"));
	*plan = (struct records_plan){ .keys.device = -1, .guard = !o->csv_raw, .terminal = o->to_terminal,
		.limited = o->head.given, .most = o->head.n };
	if (o->fields.n == 0 && o->format == FORMAT_JSON)
		return STATUS_GOOD;
	plan->form = csv ? RECORDS_CSV : RECORDS_JSON;
	return find_fields(o, plan);
}

static bool write_text(void *ctx, struct slice text)
{
	struct output *out = ctx;

	buf_slice(&out->text, text);
	output_pass(out);
	return out->error == 0;
}

static int count(struct run *r)
{
	const int status = run_read(r);
	const struct ledger *l = &r->result.ledger;
	struct output out;

	if (status != STATUS_GOOD)
		return status;
	output_open(&out, r->options->output);
	buf_u64(&out.text, l->failures + l->successes);
	buf_byte(&out.text, '\n');
	return cli_output_status(r->options->output, output_close(&out));
}

static int list(struct run *r, struct records_plan *plan)
{
	const struct options *o = r->options;
	struct output out;

	output_open(&out, o->output);
	r->plan.sink = (struct emit_sink){ write_text, &out, EMIT_WINDOW };
	r->plan.speaker = plan_wish(&r->plan, &records_kind, plan);
	if (plan->limited)
		r->plan.jobs = 1; /* what was read, and with it the ledger and the status, is then the same every time */
	if (plan->form == RECORDS_CSV && !o->no_header)
		records_header(plan, &out.text);
	const int status = run_read(r);

	if (status != STATUS_GOOD) {
		output_discard(&out);
		return status;
	}
	rows_guarded(r, records_guarded(r->result.kept[r->plan.speaker]));
	return cli_output_status(o->output, output_close(&out));
}

static int records_run(const struct options *o)
{
	struct run r;
	struct records_plan plan;
	const int status = find_plan(o, &plan);

	if (status != STATUS_GOOD)
		return status;
	run_begin(&r, o);
	return run_end(&r, o->count ? count(&r) : list(&r, &plan));
}

static const char *const records_options[] = { "fields", "head", "count", "format", "output", "no-header", "csv-raw", NULL };

const struct command command_records = {
	.name = "records",
	.summary = "the records themselves: those selected, as exported, one a line, in the order of the input",
	.groups = OPTION_BIT(OPTION_SELECTION) | OPTION_BIT(OPTION_RUNNING),
	.options = records_options,
	.formats = FORMAT_BIT(FORMAT_JSON) | FORMAT_BIT(FORMAT_CSV),
	.on_terminal = FORMAT_JSON,
	.elsewhere = FORMAT_JSON,
	.run = records_run,
};
