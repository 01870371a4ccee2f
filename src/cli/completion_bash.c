/*
 * completion_bash.c - the script for bash 4 and newer; it needs nothing of the package bash-completion.
 *
 * The tables become three `case`: which options a command has, which of them take a value, and what the value can be.
 */
#include "cli/completion.h"

/* The command, or nothing for the default one, as a pattern of `case`. */
static void pattern(struct buf *out, const struct command *c)
{
	buf_printf(out, "%s%s", c == command_default ? "'' | " : "", c->name);
}

static void option_pattern(struct buf *out, const struct option_entry *e)
{
	if (e->letter != 0)
		buf_printf(out, "-%c | ", e->letter);
	buf_printf(out, "--%s", e->name);
}

static void commands(struct buf *out, const char *between)
{
	for (size_t i = 0; command_table[i] != NULL; i++)
		buf_printf(out, "%s%s", i > 0 ? between : "", command_table[i]->name);
}

static void options_of(struct buf *out)
{
	buf_str(out, "	case $command in\n");
	for (size_t i = 0; command_table[i] != NULL; i++) {
		buf_byte(out, '\t');
		pattern(out, command_table[i]);
		buf_str(out, ") options='");
		for (size_t k = 0; k < option_count; k++) {
			if (!option_taken(&option_table[k], command_table[i]))
				continue;
			if (option_table[k].letter != 0)
				buf_printf(out, "-%c ", option_table[k].letter);
			buf_printf(out, "--%s ", option_table[k].name);
		}
		out->n--;
		buf_str(out, "' ;;\n");
	}
	buf_str(out, "	esac\n");
}

/* All options with a value, as one pattern; of any command, since the command may not be there yet. */
static void with_value(struct buf *out)
{
	bool first = true;

	for (size_t k = 0; k < option_count; k++) {
		if (option_table[k].argument == NULL)
			continue;
		if (!first)
			buf_str(out, " | ");
		first = false;
		option_pattern(out, &option_table[k]);
	}
}

static void value_of(struct buf *out, const struct option_entry *e, const struct command *c)
{
	struct buf words = BUF_INIT;
	const enum completion_kind kind = completion_values(&words, e, c);

	if (kind == COMPLETION_FILE)
		buf_str(out, "files=1 ;;\n");
	else if (kind == COMPLETION_FREE)
		buf_str(out, "return ;;\n");
	else
		buf_printf(out, "words='%s'%s ;;\n", buf_cstr(&words), kind == COMPLETION_LIST ? " list=1" : "");
	buf_free(&words);
}

static void values(struct buf *out)
{
	for (size_t k = 0; k < option_count; k++) {
		const struct option_entry *e = &option_table[k];

		if (e->argument == NULL)
			continue;
		buf_byte(out, '\t');
		option_pattern(out, e);
		buf_str(out, ")");
		if (e->type != OPTION_FORMAT) {
			buf_byte(out, ' ');
			value_of(out, e, command_default);
			continue;
		}
		buf_str(out, "\n		case $command in\n");
		for (size_t i = 0; command_table[i] != NULL; i++) {
			buf_str(out, "\t\t");
			pattern(out, command_table[i]);
			buf_str(out, ") ");
			value_of(out, e, command_table[i]);
		}
		buf_str(out, "		esac\n		;;\n");
	}
}

static const char begin[] =
	"# bash completion for dpslog, printed by dpslog --completion bash\n\n"
	"_dpslog()\n"
	"{\n"
	"	local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
	"	local command= operand= options= words= list= files= i\n\n"
	"	COMPREPLY=()\n"
	"	# bash takes --name=value for three words\n"
	"	if [[ $cur == = ]]; then\n"
	"		cur=\n"
	"	elif [[ $before == = ]]; then\n"
	"		before=${COMP_WORDS[COMP_CWORD-2]}\n"
	"	fi\n"
	"	for ((i = 1; i < COMP_CWORD; i++)); do\n"
	"		case ${COMP_WORDS[i]} in\n"
	"		";

static const char first_operand[] =
	")\n"
	"			[[ ${COMP_WORDS[i+1]} == = ]] && ((i++))\n"
	"			((i++))\n"
	"			;;\n"
	"		-?*) ;;\n"
	"		*)\n"
	"			operand=${COMP_WORDS[i]}\n"
	"			break\n"
	"			;;\n"
	"		esac\n"
	"	done\n"
	"	case $operand in\n"
	"	";

static const char no_value[] =
	"	*)\n"
	"		if [[ $cur == -* ]]; then\n"
	"			words=$options\n"
	"		elif [[ $command == explain ]]; then\n"
	"			words='";

static const char paths[] =
	"'\n"
	"		else\n"
	"			files=1\n"
	"			[[ -z $operand ]] && words='";

static const char end[] =
	"'\n"
	"		fi\n"
	"		;;\n"
	"	esac\n\n"
	"	local part=$cur front=\n"
	"	if [[ -n $list ]]; then\n"
	"		part=${cur##*,}\n"
	"		front=${cur%\"$part\"}\n"
	"		compopt -o nospace 2>/dev/null\n"
	"	fi\n"
	"	[[ -n $words ]] && mapfile -t COMPREPLY < <(compgen -P \"$front\" -W \"$words\" -- \"$part\")\n"
	"	if [[ -n $files ]]; then\n"
	"		mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"		compopt -o filenames 2>/dev/null\n"
	"	fi\n"
	"}\n\n"
	"complete -F _dpslog dpslog\n";

void completion_bash(struct buf *out)
{
	buf_str(out, begin);
	with_value(out);
	buf_str(out, first_operand);
	commands(out, " | ");
	buf_str(out, ") command=$operand ;;\n"
		     "	esac\n");
	options_of(out);
	buf_str(out, "	case $before in\n");
	values(out);
	buf_str(out, no_value);
	completion_codes(out);
	buf_str(out, paths);
	commands(out, " ");
	buf_str(out, end);
}
