/*
 * exec_emulated.c - loaded before all else into an emulated program that starts itself anew, as Criterion does for each test: what it starts is
 * emulated, too. EMULATOR and EMULATED_ROOT are those of the process.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The loader of the emulator itself need not be told what to load. */
static char **without_preload(char *const *environment)
{
	size_t n = 0, kept = 0;

	while (environment[n] != NULL)
		n++;
	char **const out = calloc(n + 1, sizeof *out);

	for (size_t i = 0; out != NULL && i < n; i++)
		if (strncmp(environment[i], "LD_PRELOAD=", strlen("LD_PRELOAD=")) != 0)
			out[kept++] = environment[i];
	return out;
}

int execve(const char *path, char *const argv[], char *const environment[])
{
	const char *const emulator = getenv("EMULATOR"), *const root = getenv("EMULATED_ROOT"), *const self = getenv("LD_PRELOAD");
	char preload[4096] = "LD_PRELOAD=";

	if (emulator == NULL || root == NULL || self == NULL || strlen(self) > sizeof preload / 2)
		return -1;
	const char *const all[] = { emulator, "-0", argv[0], "-L", root, "-E", strcat(preload, self), path, NULL };

	return (int)syscall(SYS_execve, emulator, all, without_preload(environment));
}
