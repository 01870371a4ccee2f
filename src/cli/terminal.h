/*
 * terminal.h - what the three standard descriptors are connected to. Asked once, at the start, and passed as a value: nothing
 * else looks, so that tests can say what they like.
 */
#ifndef DPSLOG_CLI_TERMINAL_H
#define DPSLOG_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

enum { TERMINAL_COLUMNS = 80 };

struct terminal {
	bool in, out, err;   /* is it a terminal */
	size_t columns;      /* of standard output; TERMINAL_COLUMNS where it is none or does not tell */
	size_t err_columns;  /* of standard error */
	bool plain;          /* no colours are wanted (NO_COLOR) or possible (TERM) */
};

struct terminal terminal_ask(void);

#endif
