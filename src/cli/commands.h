/*
 * commands.h - what a command is, and which there are.
 *
 * Each command is one file cmd_NAME.c that defines one constant entry; commands.c lists them. Parsing, help, completions
 * and the test of the man pages follow from the entries.
 */
#ifndef DPSLOG_CLI_COMMANDS_H
#define DPSLOG_CLI_COMMANDS_H

#include "base/buf.h"

struct options;

enum format { FORMAT_UNSET, FORMAT_TEXT, FORMAT_TABLE, FORMAT_CSV, FORMAT_JSON, FORMAT_HTML, FORMAT_ARM, FORMAT_SVG, FORMATS };
#define FORMAT_BIT(format) (1U << (format))

struct format_entry {
	const char *name;
	const char *extension; /* which names of files ask for it, with the dot */
};

extern const struct format_entry format_table[FORMATS];

struct command {
	const char *name;
	const char *summary;          /* one line for the list of commands, without a full stop */
	const char *about;            /* what it answers and how, for --help: paragraphs separated by "\n"; NULL: none */
	const char *subject;          /* what help calls the first operand, which is no path; NULL: there is none */
	const char *operands;         /* what help calls the words that it takes; NULL: paths of input */
	unsigned groups;              /* OPTION_BIT of the groups of options that it takes (options.h) */
	const char *const *options;   /* long names of further ones that it takes, NULL at the end; or NULL */
	unsigned formats;             /* FORMAT_BIT of each that it offers */
	enum format on_terminal;      /* its formats where neither -f nor the name of the output says one */
	enum format elsewhere;
	/* Does it all; returns the exit status. */
	int (*run)(const struct options *o);
};

extern const struct command command_alerts, command_compare, command_devices, command_explain, command_failures,
	command_history, command_records, command_series, command_summary;

/* In the order of help, NULL at the end. */
extern const struct command *const command_table[];
/* The one that runs where none is named. */
extern const struct command *const command_default;

/* NULL if there is none of that name. */
const struct command *command_find(struct slice name);
/* What a command offers as `table, csv, json`. */
void command_formats(struct buf *out, const struct command *c);

#endif
