/*
 * cmd_history.c - the story of one device, or of the few that a glob matches.
 */
#include "base/escape.h"
#include "cli/cli.h"
#include "cli/messages.h"
#include "cli/run.h"
#include "report/history.h"
#include "report/number.h"

enum { NAMED_MOST_OF_MANY = 5 };

static void write_json(struct run *r, struct output *out, const struct history *h)
{
	struct json j;

	json_begin_document(&j, out, "history");
	json_member_text(&j, "id", slice_str(r->options->subject));
	history_json(&j, h);
	json_key(&j, "input");
	run_json_input(r, &j);
	json_end_document(&j);
}

static int write_history(struct run *r, const struct history *h)
{
	const struct options *o = r->options;
	struct output out;
	struct buf zone = BUF_INIT;

	buf_slice(&zone, o->time_zone.name);
	output_open(&out, o->output);
	if (o->format == FORMAT_JSON)
		write_json(r, &out, h);
	else
		history_text(&out, h, (struct history_text_options){ o->width, o->color, o->time_zone.zone, buf_cstr(&zone) });
	buf_free(&zone);
	return cli_output_status(o->output, output_close(&out));
}

/* More match than can be told. */
static int say_too_many(const struct history *h, const char *id)
{
	struct buf text = BUF_INIT;

	number_of(&text, h->matching, "device matches '", "devices match '");
	escape_text(&text, slice_str(id));
	buf_str(&text, "', among them");
	for (size_t i = 0; i < NAMED_MOST_OF_MANY; i++) {
		buf_str(&text, i == 0 ? " " : ", ");
		escape_text(&text, h->devices[i].cells[ROSTER_DEVICE].text);
	}
	buf_printf(&text, "; at most %d stories are told", EVENTS_DEVICES_MOST);
	const int status = message_usage(&command_history, buf_view(&text));

	buf_free(&text);
	return status;
}

static int tell(struct run *r, const struct history *h)
{
	const char *id = r->options->subject;

	if (h->matching > EVENTS_DEVICES_MOST)
		return say_too_many(h, id);
	if (h->matching == 0)
		diag_note(r->diag, "no record is of a device '%s'", id);
	return write_history(r, h);
}

static int history_run(const struct options *o)
{
	struct run r;
	struct tally_plan tally = { 0 };
	struct events_plan events;
	struct history h;

	run_begin(&r, o);
	history_want(&tally, &events, slice_str(o->subject));
	plan_wish(&r.plan, &tally_kind, &tally);
	plan_wish(&r.plan, &events_kind, &events);
	int status = run_read(&r);

	if (status != STATUS_GOOD)
		return run_end(&r, status);
	status = run_temporary_status(history_make(&h, r.result.kept[0], r.result.kept[1]));
	if (status == STATUS_GOOD)
		status = tell(&r, &h);
	history_free(&h);
	return run_end(&r, status);
}

static const char *const history_options[] = { "since", "until", "now", "category", "operation", "format", "output",
	"time-zone", "color", NULL };

const struct command command_history = {
	.name = "history",
	.summary = "the story of one device: what it did, its states and sessions, and how its neighbours are",
	.subject = "ID",
	.groups = OPTION_BIT(OPTION_RUNNING),
	.options = history_options,
	.formats = FORMAT_BIT(FORMAT_TEXT) | FORMAT_BIT(FORMAT_JSON),
	.on_terminal = FORMAT_TEXT,
	.elsewhere = FORMAT_TEXT,
	.run = history_run,
};
