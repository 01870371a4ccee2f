/*
 * parse.h - from argv to struct options, with a sentence for what is wrong.
 *
 * GNU's conventions: --name=value, --name value, -nvalue, -n value, several short flags in one word, options and paths in any
 * order, -- before what is a path in any case. Names are not abbreviated: a script that does so would break with the next
 * option. Nothing is printed here.
 */
#ifndef DPSLOG_CLI_PARSE_H
#define DPSLOG_CLI_PARSE_H

#include "cli/options.h"

enum options_outcome {
	OPTIONS_RUN,       /* a valid command line */
	OPTIONS_HELP,      /* --help: of `command`, or of the program if none was given */
	OPTIONS_VERSION,
	OPTIONS_COMPLETION, /* for `shell` */
	OPTIONS_WRONG,     /* `error` is a sentence that says what was expected */
	OPTIONS_NOTHING    /* no PATH, and standard input is a terminal */
};

/*
 * Reads a command line. `error` gets one harmless sentence without full stop and newline. `o` is filled as far as was come
 * (command and command_given always); in every case the caller ends it with options_free.
 */
enum options_outcome options_parse(struct options *o, int argc, char **argv, struct terminal terminal, struct buf *error);
void options_free(struct options *o);

#endif
