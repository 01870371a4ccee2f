/*
 * cli.h - the program behind its start-up.
 */
#ifndef DPSLOG_CLI_CLI_H
#define DPSLOG_CLI_CLI_H

/* The exit statuses that are ours; 128 + n for a signal. */
enum { STATUS_GOOD = 0, STATUS_LOSS = 1, STATUS_USAGE = 2, STATUS_FAILED = 3, STATUS_LIMIT = 4, STATUS_FIRED = 5 };

/* Reads the command line, does what it asks for, returns the exit status. */
int cli_main(int argc, char **argv);

/*
 * The exit status that an output's error asks for, 0 without one; says so on standard error. `name` is NULL for standard output.
 * The reader of a pipe that went away ends the run as SIGPIPE would, without a word.
 */
int cli_output_status(const char *name, int error);

#endif
