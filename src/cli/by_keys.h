/*
 * by_keys.h - a list of keys on the command line.
 */
#ifndef DPSLOG_CLI_BY_KEYS_H
#define DPSLOG_CLI_BY_KEYS_H

#include "cli/options.h"
#include "record/keys.h"

/* The keys of `names`, which outlive them; `option` is what they were given to. 0, or the exit status of a mistake, which is said. */
int by_keys(const struct command *c, const char *option, const struct slice *names, size_t n, struct keys *keys);

#endif
