/*
 * help.h - what --help and --version say, made from the tables, for 80 columns. Each appends to out.
 */
#ifndef DPSLOG_CLI_HELP_H
#define DPSLOG_CLI_HELP_H

#include "cli/options.h"

void help_program(struct buf *out);
void help_command(struct buf *out, const struct command *c);
/* The short text for somebody who gave nothing to read. */
void help_usage(struct buf *out);
void help_version(struct buf *out);

#endif
