/*
 * help.c - what --help and --version say.
 */
#include "cli/help.h"

#include "report/width.h"
#include "report/wrap.h"

enum { HELP_COLUMNS = 79, HELP_COMMAND = 14, HELP_OPTION = 29 };

/* Paragraphs, separated by a line feed, each followed by an empty line. */
static void help_paragraphs(struct buf *out, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		wrap_text(out, slice_of(text, n), 0, 0, HELP_COLUMNS);
		buf_byte(out, '\n');
		text += n + (text[n] != '\0');
	}
}

/* `label` in a column that ends at `column`, then text. A label that is too long has a line of its own. */
static void help_item(struct buf *out, struct slice label, size_t column, const char *text)
{
	size_t at = 2 + label.n;

	buf_str(out, "  ");
	buf_slice(out, label);
	if (at + 2 > column) {
		buf_byte(out, '\n');
		at = 0;
	}
	width_pad(out, column - at);
	wrap_text(out, slice_str(text), column, column, HELP_COLUMNS);
}

static void help_option(struct buf *out, const struct option_entry *e)
{
	struct buf label = BUF_INIT;

	if (e->letter != 0)
		buf_printf(&label, "-%c, ", e->letter);
	else
		buf_str(&label, "    ");
	buf_printf(&label, "--%s", e->name);
	if (e->argument != NULL)
		buf_printf(&label, " %s", e->argument);
	help_item(out, buf_view(&label), HELP_OPTION, e->help);
	buf_free(&label);
}

static void help_group(struct buf *out, const struct command *c, enum option_group group, const char *title)
{
	bool first = true;

	for (size_t i = 0; i < option_count; i++) {
		const struct option_entry *e = &option_table[i];

		if (e->group != group || !option_taken(e, c))
			continue;
		if (first)
			buf_printf(out, "\n%s\n", title);
		first = false;
		help_option(out, e);
	}
}

static void help_commands(struct buf *out)
{
	buf_str(out, "\nCommands\n");
	for (size_t i = 0; command_table[i] != NULL; i++)
		help_item(out, slice_str(command_table[i]->name), HELP_COMMAND, command_table[i]->summary);
}

static void help_groups(struct buf *out, const struct command *c)
{
	help_group(out, c, OPTION_SELECTION, "Selection (all that are given must hold)");
	help_group(out, c, OPTION_OUTPUT, "Output");
	help_group(out, c, OPTION_RUNNING, "Running");
	help_group(out, c, OPTION_GENERAL, "General");
}

static void help_status(struct buf *out)
{
	buf_str(out, "\nExit status\n");
	help_item(out, SLICE("0"), 6, "all of the input was read");
	help_item(out, SLICE("1"), 6, "some of it was malformed, damaged or skipped: standard error says what");
	help_item(out, SLICE("2"), 6, "the command line is wrong");
	help_item(out, SLICE("3"), 6, "an input could not be opened or read, or an output not be written");
	help_item(out, SLICE("4"), 6, "a limit stopped the run early");
	help_item(out, SLICE("5"), 6, "an alert rule fired");
}

void help_program(struct buf *out)
{
	buf_str(out, "Usage: dpslog [COMMAND] [OPTION]... [PATH]...\n\n");
	help_paragraphs(out,
		"Finds out from exported diagnostic logs of Azure IoT Hub device provisioning which devices fail, with "
		"which result, since when, and whether it is over.\n"
		"PATH is a file, an archive, a folder, or - for standard input. What is in it decides how it is read, "
		"never its name. Without a command: summary.");
	out->n--; /* the list's own title brings an empty line */
	help_commands(out);
	help_groups(out, command_default);
	help_status(out);
	buf_str(out, "\nOf a single command: dpslog COMMAND --help. In full: man dpslog.\n");
}

static void help_formats(struct buf *out, const struct command *c)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "Formats: ");
	command_formats(&text, c);
	buf_printf(&text, " (default: %s", format_table[c->on_terminal].name);
	if (c->elsewhere != c->on_terminal)
		buf_printf(&text, " on a terminal, %s elsewhere", format_table[c->elsewhere].name);
	buf_byte(&text, ')');
	wrap_text(out, buf_view(&text), 0, 0, HELP_COLUMNS);
	buf_free(&text);
}

void help_command(struct buf *out, const struct command *c)
{
	buf_printf(out, "Usage: dpslog %s [OPTION]... %s%s%s\n\n", c->name, c->subject != NULL ? c->subject : "",
	           c->subject != NULL ? " " : "", c->operands != NULL ? c->operands : "[PATH]...");
	help_paragraphs(out, c->summary);
	if (c->about != NULL)
		help_paragraphs(out, c->about);
	help_formats(out, c);
	help_group(out, c, OPTION_COMMAND, "Of this command");
	help_groups(out, c);
	buf_printf(out, "\nIn full: man dpslog-%s.\n", c->name);
}

void help_usage(struct buf *out)
{
	buf_str(out, "Usage: dpslog [COMMAND] [OPTION]... [PATH]...\n"
		     "There is nothing to read: name files, archives or folders, or send logs to standard input.\n"
		     "    dpslog FOLDER             what happened, on one screen\n"
		     "    dpslog failures FOLDER    which devices fail with which result\n"
		     "Try 'dpslog --help'.\n");
}

void help_version(struct buf *out)
{
	buf_str(out, "dpslog " PACKAGE_VERSION "\n");
}
