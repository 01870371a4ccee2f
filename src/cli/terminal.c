/*
 * terminal.c - asking the system what the standard descriptors are.
 */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool terminal_is_plain(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return (no_color != NULL && *no_color != '\0') || term == NULL || strcmp(term, "dumb") == 0;
}

static size_t columns_of(int fd, bool is_terminal)
{
	struct winsize size;

	return is_terminal && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : TERMINAL_COLUMNS;
}

struct terminal terminal_ask(void)
{
	struct terminal t = {
		.in = isatty(STDIN_FILENO) == 1,
		.out = isatty(STDOUT_FILENO) == 1,
		.err = isatty(STDERR_FILENO) == 1,
		.plain = terminal_is_plain(),
	};

	t.columns = columns_of(STDOUT_FILENO, t.out);
	t.err_columns = columns_of(STDERR_FILENO, t.err);
	return t;
}
