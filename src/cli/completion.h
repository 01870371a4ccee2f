/*
 * completion.h - scripts that complete command lines, made from the tables of commands, options, keys, reasons and codes, so
 * that they know what this very program takes. The build prints and installs them; --completion prints them for a user.
 */
#ifndef DPSLOG_CLI_COMPLETION_H
#define DPSLOG_CLI_COMPLETION_H

#include "cli/options.h"

/* Appends the script for a shell. */
void completion_write(struct buf *out, enum shell shell);

/* ---- for the writers of the three scripts */

/* What may stand as the value of an option. */
enum completion_kind {
	COMPLETION_NONE,   /* it takes no value */
	COMPLETION_FREE,   /* nobody knows */
	COMPLETION_FILE,
	COMPLETION_WORD,   /* one word of a few */
	COMPLETION_LIST    /* some of them, separated by commas */
};

/* Of an option as a command takes it. For the last two kinds those that can be are added to words, separated by blanks. */
enum completion_kind completion_values(struct buf *words, const struct option_entry *e, const struct command *c);
/* The codes and names of the catalogue that are one word, separated by blanks. */
void completion_codes(struct buf *words);
/* Text for a quoted string of the shell: each of the characters in `special` with a backslash before it. */
void completion_escape(struct buf *out, const char *text, const char *special);

void completion_bash(struct buf *out);
void completion_zsh(struct buf *out);
void completion_fish(struct buf *out);

#endif
