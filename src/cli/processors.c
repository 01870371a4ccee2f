/*
 * processors.c - the affinity of the process, and the quota of its control group (version 2; a container's own group is
 * mounted at the root).
 */
#include "cli/processors.h"

#include <sched.h>
#include <stdlib.h>

#include "base/io.h"

/* `quota period` or `max period`, microseconds: processors, rounded up; 0: no limit is known. */
static unsigned quota(void)
{
	char text[64], *end;
	const int fd = io_open_read("/sys/fs/cgroup/cpu.max", true);

	if (fd < 0)
		return 0;
	const ssize_t n = io_read(fd, text, sizeof text - 1);

	io_close(fd);
	text[n > 0 ? n : 0] = '\0';
	const unsigned long allowed = strtoul(text, &end, 10), period = strtoul(end, NULL, 10);

	return end == text || period == 0 ? 0 : (unsigned)((allowed + period - 1) / period);
}

unsigned processors_usable(void)
{
	cpu_set_t set;
	const unsigned limit = quota();
	unsigned n = sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;

	if (limit > 0 && limit < n)
		n = limit;
	if (n > JOBS_MOST)
		n = JOBS_MOST;
	return n == 0 ? 1 : n;
}
