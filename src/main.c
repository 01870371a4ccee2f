/*
 * main.c - the order of start-up.
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/cli.h"

/*
 * A program can be started with a standard descriptor closed; the next file that it opens would then take the number, and
 * messages would be written into data. Each is filled with what fails when used, so that lost output is still noticed.
 */
static void fill_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(STATUS_FAILED);
}

/* There is no memory to put a sentence together, and the state of everything is unknown: a literal, and out. */
static void out_of_memory(size_t wanted)
{
	static const char text[] = "dpslog: there is not enough memory; the run was stopped, nothing of it counts\n";

	(void)wanted;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(STATUS_LIMIT);
	_exit(STATUS_LIMIT);
}

int main(int argc, char **argv)
{
	/* Before anything is opened, even by the C library. */
	fill_standard_descriptors();
	/* Before anything allocates. */
	mem_on_failure(out_of_memory);
	/* Names and ids are UTF-8 wherever we run; numbers, times and messages never follow a locale. */
	setlocale(LC_CTYPE, "C.UTF-8");
	/* A reader that goes away is an error of one write, which its output remembers: other outputs are still finished. */
	signal(SIGPIPE, SIG_IGN);
	/* So is a limit for the size of a file. */
	signal(SIGXFSZ, SIG_IGN);

	/* Who asks how far it is must not end it: a thread waits for this one while there is something to say (meter.h). */
	sigset_t asked;

	sigemptyset(&asked);
	sigaddset(&asked, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &asked, NULL);

	return cli_main(argc, argv);
}
