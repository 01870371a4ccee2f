/*
 * messages.h - what is said on standard error: the only place that writes there, and always harmless text.
 */
#ifndef DPSLOG_CLI_MESSAGES_H
#define DPSLOG_CLI_MESSAGES_H

#include "base/diag.h"
#include "cli/options.h"

/*
 * What a run has to say about its input, a line each: `FILE: MEMBER: line N: what is wrong; skipped, 1 record`. Quiet leaves only
 * what could not be opened or read. What is no loss is said five times for each reason, and then counted, unless verbose.
 */
void messages_format(struct buf *out, struct diag *d, enum verbosity level);
/* The same to standard error. */
void messages_write(struct diag *d, enum verbosity level);

/* `dpslog: ` and a sentence, escaped as a whole, to standard error. */
void message_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Lines that are harmless already, with one write; frees text. */
void message_lines(struct buf *text);
/* That `name` (NULL: standard output) could not be written, and why; nothing for a pipe whose reader went away. */
void message_unwritten(const char *name, int error);
/*
 * A mistake on the command line and where help is; c may be NULL. Lines of the sentence stay lines: what users typed is escaped
 * in it already. Returns the exit status, 2.
 */
int message_usage(const struct command *c, struct slice sentence);

#endif
