/*
 * cmd_summary.c - what happened, to whom, since when, is it over, what to do.
 */
#include "cli/cli.h"
#include "cli/run.h"
#include "report/summary.h"

/* In each of its lists: it is one screen. */
enum { SUMMARY_TOP = 10 };

static void write_json(struct run *r, struct output *out, const struct summary *s)
{
	struct json j;

	json_begin_document(&j, out, "summary");
	summary_json(&j, s);
	json_key(&j, "input");
	run_json_input(r, &j);
	json_end_document(&j);
}

static void write_text(struct run *r, struct output *out, const struct summary *s)
{
	const struct options *o = r->options;
	struct buf zone = BUF_INIT;

	buf_slice(&zone, o->time_zone.name);
	summary_text(out, s, &r->result.ledger, (struct summary_text_options){
		.width = o->width, .color = o->color, .zone = o->time_zone.zone, .zone_name = buf_cstr(&zone),
		.complete = run_is_complete(r) });
	buf_free(&zone);
}

static int write_summary(struct run *r, const struct summary *s)
{
	const struct options *o = r->options;
	struct output out;

	output_open(&out, o->output);
	if (o->format == FORMAT_JSON)
		write_json(r, &out, s);
	else
		write_text(r, &out, s);
	return cli_output_status(o->output, output_close(&out));
}

static int summary_run(const struct options *o)
{
	struct run r;
	struct tally_plan tally = { .keys.device = -1 };
	struct summary s;

	run_begin(&r, o);
	summary_want(&tally);
	plan_wish(&r.plan, &tally_kind, &tally);
	int status = run_read(&r);

	if (status != STATUS_GOOD)
		return run_end(&r, status);
	status = run_temporary_status(summary_make(&s, r.result.kept[0], o->top.given ? o->top.n : (uint64_t)SUMMARY_TOP));
	if (status == STATUS_GOOD)
		status = write_summary(&r, &s);
	summary_free(&s);
	return run_end(&r, status);
}

const struct command command_summary = {
	.name = "summary",
	.summary = "what happened, to whom, since when, is it over, what to do",
	.groups = OPTION_READING,
	.formats = FORMAT_BIT(FORMAT_TEXT) | FORMAT_BIT(FORMAT_JSON),
	.on_terminal = FORMAT_TEXT,
	.elsewhere = FORMAT_TEXT,
	.run = summary_run,
};
