/*
 * words.h - argv taken apart into options and operands, by the names and letters of option_table alone: whether an option may
 * be there, and what its value means, is parse.c's.
 */
#ifndef DPSLOG_CLI_WORDS_H
#define DPSLOG_CLI_WORDS_H

#include "cli/options.h"

enum word_kind {
	WORD_END,
	WORD_OPTION,    /* `option`, `name`, `value` */
	WORD_OPERAND,   /* `word` */
	WORD_UNKNOWN    /* an option that there is not: `name` */
};

/* Where in argv we are, and what stands there. */
struct words {
	char **argv;
	int argc;
	int next;               /* the next argument */
	const char *bundle;     /* what is left of a word of short options; NULL or "" if nothing */
	bool only_operands;     /* -- has passed */

	const char *word;       /* an operand; else the argument that the option stands in */
	const struct option_entry *option;
	struct slice name;      /* the option as it was written, with its dashes */
	char letter[2];         /* behind `name` where that is a short option */
	const char *value;      /* NULL: none */
};

struct words words_begin(int argc, char **argv);
/* The next one. Everything it says lives as long as argv, but `name` only until the next call. */
enum word_kind words_next(struct words *w);

#endif
