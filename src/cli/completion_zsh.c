/*
 * completion_zsh.c - the script for zsh: a list of _arguments for each command.
 */
#include "cli/completion.h"

/* Within '...' of an _arguments spec: an apostrophe ends the string and stands outside of it. */
static void text(struct buf *out, const char *words)
{
	for (; *words != '\0'; words++) {
		const char one[2] = { *words, '\0' };

		if (*words == '\'')
			buf_str(out, "'\\''");
		else
			completion_escape(out, one, "[]:\\");
	}
}

static void value(struct buf *out, const struct option_entry *e, const struct command *c)
{
	struct buf words = BUF_INIT;
	const enum completion_kind kind = completion_values(&words, e, c);

	if (kind != COMPLETION_NONE) {
		buf_byte(out, ':');
		text(out, e->argument);
		buf_byte(out, ':');
	}
	if (kind == COMPLETION_FILE)
		buf_str(out, "_files");
	else if (kind == COMPLETION_WORD)
		buf_printf(out, "(%s)", buf_cstr(&words));
	else if (kind == COMPLETION_LIST)
		buf_printf(out, "_values -s , %s %s", e->name, buf_cstr(&words));
	else if (kind == COMPLETION_FREE)
		buf_byte(out, ' ');
	buf_free(&words);
}

static void option(struct buf *out, const struct option_entry *e, const struct command *c)
{
	const bool valued = e->argument != NULL;
	/* What adds to what is there may be given again. */
	const bool again = e->type == OPTION_LIST || e->type == OPTION_TEXTS || e->type == OPTION_FILES || e->type == OPTION_WHERE || e->type == OPTION_CODES || e->type == OPTION_REASONS;

	buf_str(out, "\t\t");
	if (e->letter != 0)
		buf_printf(out, "'(-%c --%s)'{-%c%s,--%s%s}'", e->letter, e->name, e->letter, valued ? "+" : "", e->name,
			   valued ? "=" : "");
	else
		buf_printf(out, "'%s--%s%s", again ? "*" : "", e->name, valued ? "=" : "");
	buf_byte(out, '[');
	text(out, e->help);
	buf_byte(out, ']');
	value(out, e, c);
	buf_str(out, "'\n");
}

static void operands(struct buf *out, const struct command *c)
{
	if (c->operands == NULL) {
		buf_str(out, "		'*:path:_files'\n");
		return;
	}
	buf_str(out, "		'*:code or name:(");
	completion_codes(out);
	buf_str(out, ")'\n");
}

static void command_arguments(struct buf *out, const struct command *c)
{
	buf_printf(out, "	%s)\n		arguments=(\n", c->name);
	for (size_t k = 0; k < option_count; k++)
		if (option_taken(&option_table[k], c))
			option(out, &option_table[k], c);
	operands(out, c);
	buf_str(out, "		)\n		;;\n");
}

void completion_zsh(struct buf *out)
{
	buf_str(out, "#compdef dpslog\n"
		     "# zsh completion for dpslog, printed by dpslog --completion zsh\n\n"
		     "local -a arguments commands\n"
		     "local command= i\n\n"
		     "commands=(\n");
	for (size_t i = 0; command_table[i] != NULL; i++) {
		buf_printf(out, "	'%s:", command_table[i]->name);
		text(out, command_table[i]->summary);
		buf_str(out, "'\n");
	}
	buf_str(out, ")\n"
		     "# The command is taken out of the line: what follows is as if it were the program.\n"
		     "for ((i = 2; i < CURRENT; i++)); do\n"
		     "	if [[ -n ${(M)commands:#${words[i]}:*} ]]; then\n"
		     "		command=${words[i]}\n"
		     "		words[i]=()\n"
		     "		((CURRENT--))\n"
		     "		break\n"
		     "	fi\n"
		     "done\n"
		     "case ${command:-");
	buf_printf(out, "%s} in\n", command_default->name);
	for (size_t i = 0; command_table[i] != NULL; i++)
		command_arguments(out, command_table[i]);
	buf_str(out, "esac\n"
		     "if [[ -z $command ]]; then\n"
		     "	_dpslog_first() { _describe command commands; _files }\n"
		     "	arguments=(${arguments:#\\*:path:_files} '1:command or path:_dpslog_first' '*:path:_files')\n"
		     "fi\n"
		     "_arguments -s -S $arguments\n");
}
