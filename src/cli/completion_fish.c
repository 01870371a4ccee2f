/*
 * completion_fish.c - the script for fish: one `complete` for each option, with the commands that have it.
 */
#include "cli/completion.h"

static void text(struct buf *out, const char *words)
{
	buf_byte(out, '\'');
	completion_escape(out, words, "\\'");
	buf_byte(out, '\'');
}

static void value(struct buf *out, const struct option_entry *e, const struct command *c)
{
	struct buf words = BUF_INIT;

	switch (completion_values(&words, e, c)) {
	case COMPLETION_NONE:
		break;
	case COMPLETION_FREE:
		buf_str(out, " -x");
		break;
	case COMPLETION_FILE:
		buf_str(out, " -r -F");
		break;
	case COMPLETION_WORD:
		buf_printf(out, " -x -a '%s'", buf_cstr(&words));
		break;
	case COMPLETION_LIST:
		buf_printf(out, " -x -a '(__fish_complete_list , \"string split / -- %s\")'", buf_cstr(&words));
		break;
	}
	buf_free(&words);
}

static void option(struct buf *out, const struct option_entry *e, const struct command *c, const char *takers)
{
	buf_printf(out, "complete -c dpslog -n '__dpslog_takes %s' -l %s", takers, e->name);
	if (e->letter != 0)
		buf_printf(out, " -s %c", e->letter);
	value(out, e, c);
	buf_str(out, " -d ");
	text(out, e->help);
	buf_byte(out, '\n');
}

/* One line for all commands that have it; one for each where the values differ. */
static void option_lines(struct buf *out, const struct option_entry *e)
{
	struct buf takers = BUF_INIT;

	for (size_t i = 0; command_table[i] != NULL; i++) {
		if (!option_taken(e, command_table[i]))
			continue;
		if (e->type == OPTION_FORMAT)
			option(out, e, command_table[i], command_table[i]->name);
		buf_printf(&takers, "%s%s", takers.n > 0 ? " " : "", command_table[i]->name);
	}
	if (e->type != OPTION_FORMAT)
		option(out, e, command_default, buf_cstr(&takers));
	buf_free(&takers);
}

static void operands(struct buf *out, const struct command *c)
{
	if (c->operands == NULL)
		return;
	buf_printf(out, "complete -c dpslog -n '__dpslog_takes %s' -f -a '", c->name);
	completion_codes(out);
	buf_str(out, "'\n");
}

void completion_fish(struct buf *out)
{
	buf_str(out, "# fish completion for dpslog, printed by dpslog --completion fish\n\n"
		     "function __dpslog_command\n"
		     "	for word in (commandline -opc)[2..]\n"
		     "		if contains -- $word");
	for (size_t i = 0; command_table[i] != NULL; i++)
		buf_printf(out, " %s", command_table[i]->name);
	buf_str(out, "\n"
		     "			echo $word\n"
		     "			return\n"
		     "		end\n"
		     "	end\n"
		     "end\n\n"
		     "# Whether the command of the line, or the default one, is among these.\n"
		     "function __dpslog_takes\n"
		     "	set -l command (__dpslog_command)\n"
		     "	test -n \"$command\"\n");
	buf_printf(out, "	or set command %s\n", command_default->name);
	buf_str(out, "	contains -- $command $argv\n"
		     "end\n\n");
	for (size_t i = 0; command_table[i] != NULL; i++) {
		buf_printf(out, "complete -c dpslog -n 'test -z (__dpslog_command)' -a %s -d ", command_table[i]->name);
		text(out, command_table[i]->summary);
		buf_byte(out, '\n');
	}
	for (size_t k = 0; k < option_count; k++)
		option_lines(out, &option_table[k]);
	for (size_t i = 0; command_table[i] != NULL; i++)
		operands(out, command_table[i]);
}
