/*
 * machine.c - what the kernel says of the machine, and the limits of the control group (version 2; a container's own group is
 * mounted at the root).
 */
#include "cli/machine.h"

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"

/* A small file of the kernel as text; empty if it cannot be read. */
static void read_text(const char *path, char *text, size_t size)
{
	const int fd = io_open_read(path, true);
	const ssize_t n = fd < 0 ? 0 : io_read(fd, text, size - 1);

	if (fd >= 0)
		io_close(fd);
	text[n > 0 ? n : 0] = '\0';
}

/* `quota period` or `max period`, microseconds: processors, rounded up; 0: no limit is known. */
static unsigned quota(void)
{
	char text[64], *end;

	read_text("/sys/fs/cgroup/cpu.max", text, sizeof text);
	const unsigned long allowed = strtoul(text, &end, 10), period = strtoul(end, NULL, 10);

	return end == text || period == 0 ? 0 : (unsigned)((allowed + period - 1) / period);
}

unsigned machine_processors(void)
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

uint64_t machine_memory(void)
{
	char text[64], *end;
	const uint64_t all = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	read_text("/sys/fs/cgroup/memory.max", text, sizeof text);
	const uint64_t limit = strtoull(text, &end, 10);

	return end == text || limit == 0 || limit > all ? all : limit;
}
