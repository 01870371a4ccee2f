/*
 * meter.c - runs a command and says what it took.
 *
 *     meter RUNS RESULT COMMAND ARG...
 *
 * Appends a line for each run to the file RESULT: nanoseconds, microseconds of user and of system time, peak memory in KiB,
 * instructions (-1 where the processor or the system does not count them), exit status. The peak of a process begins with that of
 * the one that starts it, so a small program must do this. The command has our standard descriptors.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t microseconds(struct timeval t)
{
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

/* A counter of the instructions of this process and of those that it starts, or -1. */
static int counter_open(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_HARDWARE, .size = sizeof attr, .config = PERF_COUNT_HW_INSTRUCTIONS,
		.inherit = 1, .exclude_kernel = 1, .exclude_hv = 1 };

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static int64_t counter_read(int fd)
{
	int64_t n;

	return fd >= 0 && read(fd, &n, sizeof n) == sizeof n ? n : -1;
}

static int run(char **command, FILE *result)
{
	const int counter = counter_open();
	struct rusage usage;
	pid_t pid;
	int status;
	const int64_t began = now();
	const int error = posix_spawnp(&pid, command[0], NULL, NULL, command, environ);

	if (error != 0) {
		fprintf(stderr, "meter: %s: %s\n", command[0], strerror(error));
		return 127;
	}
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			return 127;
	const int64_t took = now() - began;

	status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	fprintf(result, "%" PRId64 " %" PRId64 " %" PRId64 " %ld %" PRId64 " %d\n", took, microseconds(usage.ru_utime),
	        microseconds(usage.ru_stime), usage.ru_maxrss, counter_read(counter), status);
	if (counter >= 0)
		close(counter);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("usage: meter RUNS RESULT COMMAND ARG...\n", stderr);
		return 2;
	}
	FILE *result = fopen(argv[2], "ae");
	int failed = result == NULL ? 127 : 0;

	for (int i = atoi(argv[1]); i > 0 && failed == 0; i--)
		failed = run(argv + 3, result);
	if (result == NULL || fclose(result) != 0)
		fprintf(stderr, "meter: %s: %s\n", argv[2], strerror(errno));
	return failed;
}
