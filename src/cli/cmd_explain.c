/*
 * cmd_explain.c - what a code or a name means, why it comes, what to do. Reads no input.
 */
#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/messages.h"
#include "base/nearest.h"
#include "report/explain.h"
#include "report/table.h"

static bool only_digits(struct slice word)
{
	return word.n > 0 && slice_is_digits(word, word.n);
}

static void say_nearest(struct buf *text, struct slice word)
{
	struct nearest n = nearest_begin(word);
	struct slice name;

	for (size_t i = 0; (name = codes_name_at(i)).p != NULL; i++)
		nearest_offer(&n, name.p);
	if (n.best != NULL)
		buf_printf(text, "; did you mean '%s'?", n.best);
	else
		buf_str(text, "; --list shows all");
}

static int unknown(struct slice word)
{
	struct buf text = BUF_INIT;

	buf_byte(&text, '\'');
	escape_text(&text, word);
	if (only_digits(word)) {
		buf_str(&text, "' is no code of a failure: those have three or six digits and begin with 4 or 5, "
			       "such as 401 or 401002");
	} else {
		buf_str(&text, "' is no code or name of the catalogue");
		say_nearest(&text, word);
	}
	const int status = message_usage(&command_explain, buf_view(&text));

	buf_free(&text);
	return status;
}

/* Every word must be known before anything is written. 0, or the exit status of a mistake. */
static int ask_all(const struct options *o, struct codes_answer *answers)
{
	if (o->list && o->n_paths > 0)
		return message_usage(&command_explain, SLICE("--list shows the whole catalogue; give it no code or name"));
	if (!o->list && o->n_paths == 0)
		return message_usage(&command_explain, SLICE("name a code or an error, such as 401002, 5xx or "
							     "DeviceNotFound; --list shows all"));
	for (size_t i = 0; i < o->n_paths; i++)
		if (!codes_ask(slice_str(o->paths[i]), &answers[i]))
			return unknown(slice_str(o->paths[i]));
	return STATUS_GOOD;
}

static void write_json(const struct options *o, struct output *out, const struct codes_answer *answers)
{
	const struct view all = explain_list();
	struct json j;

	json_begin_document(&j, out, "explain");
	json_key(&j, o->list ? "rows" : "answers");
	if (o->list) {
		json_rows(&j, &all);
	} else {
		json_begin_array(&j, true);
		for (size_t i = 0; i < o->n_paths; i++)
			explain_json(&j, &answers[i]);
		json_end_array(&j);
	}
	json_end_document(&j);
}

static void write_text(const struct options *o, struct output *out, const struct codes_answer *answers)
{
	const struct view all = explain_list();

	if (o->list)
		table_write(out, &all, (struct table_options){ .width = o->width, .header = true, .color = o->color });
	for (size_t i = 0; i < o->n_paths; i++) {
		if (i > 0)
			buf_str(&out->text, "\n\n");
		explain_text(out, &answers[i], (struct explain_text_options){ o->width, o->color });
	}
}

static int explain_run(const struct options *o)
{
	struct codes_answer *answers = mem_array(o->n_paths + 1, sizeof(*answers));
	int status = ask_all(o, answers);
	struct output out;

	if (status == STATUS_GOOD) {
		output_open(&out, o->output);
		if (o->format == FORMAT_JSON)
			write_json(o, &out, answers);
		else
			write_text(o, &out, answers);
		status = cli_output_status(o->output, output_close(&out));
	}
	free(answers);
	return status;
}

static const char *const explain_options[] = { "list", "format", "output", "color", NULL };

const struct command command_explain = {
	.name = "explain",
	.summary = "what a code or an error means, why it comes, what to do",
	.operands = "CODE|NAME...",
	.options = explain_options,
	.formats = FORMAT_BIT(FORMAT_TEXT) | FORMAT_BIT(FORMAT_JSON),
	.on_terminal = FORMAT_TEXT,
	.elsewhere = FORMAT_TEXT,
	.run = explain_run,
};
