/*
 * cli.c - from the command line to the command.
 */
#include "cli/cli.h"

#include <errno.h>
#include <signal.h>

#include "cli/completion.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/parse.h"
#include "report/output.h"

int cli_output_status(const char *name, int error)
{
	if (error == 0)
		return STATUS_GOOD;
	if (error == EPIPE && name == NULL)
		return 128 + SIGPIPE;
	message_unwritten(name, error);
	return STATUS_FAILED;
}

static int cli_tell(enum options_outcome outcome, const struct options *o)
{
	struct output out;

	output_open(&out, NULL);
	if (outcome == OPTIONS_VERSION)
		help_version(&out.text);
	else if (outcome == OPTIONS_COMPLETION)
		completion_write(&out.text, (enum shell)o->shell);
	else if (o->command_given)
		help_command(&out.text, o->command);
	else
		help_program(&out.text);
	return cli_output_status(NULL, output_close(&out));
}

static int cli_nothing(void)
{
	struct buf text = BUF_INIT;

	help_usage(&text);
	message_lines(&text);
	return STATUS_USAGE;
}

static int cli_do(enum options_outcome outcome, const struct options *o, const struct buf *error)
{
	switch (outcome) {
	case OPTIONS_HELP:
	case OPTIONS_VERSION:
	case OPTIONS_COMPLETION:
		return cli_tell(outcome, o);
	case OPTIONS_WRONG:
		return message_usage(o->command_given ? o->command : NULL, buf_view(error));
	case OPTIONS_NOTHING:
		return cli_nothing();
	case OPTIONS_RUN:
		break;
	}
	return o->command->run(o);
}

int cli_main(int argc, char **argv)
{
	struct buf error = BUF_INIT;
	struct options o;
	enum options_outcome outcome = options_parse(&o, argc, argv, terminal_ask(), &error);
	int status = cli_do(outcome, &o, &error);

	options_free(&o);
	buf_free(&error);
	return status;
}
