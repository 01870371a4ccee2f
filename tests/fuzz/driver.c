/*
 * driver.c - runs a fuzz target over changes of its seeds, the same ones every time.
 *
 *     NAME [--size N] [--every N] [--seed N]    N changes of each seed at random, and each byte (every Nth) changed
 *     NAME FILE...                              only these bytes
 *
 * Each seed is run in a process of its own, so that what goes wrong, in whatever way, is known with the bytes that did it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit/random.h"
#include "fuzz.h"

enum { INPUT_MOST = 1 << 16, SECONDS_MOST = 20 };

struct options {
	uint64_t seed;
	size_t size, every;
};

/* What the process of a seed is doing, seen by its parent. */
struct shared {
	size_t n;
	char input[INPUT_MOST];
};

/* Memory that ends where the text ends: what is read beyond it is found by the sanitizer. */
static void run_exactly(struct slice text)
{
	uint8_t *copy = malloc(text.n == 0 ? 1 : text.n);

	if (copy == NULL)
		abort();
	if (text.n > 0)
		memcpy(copy, text.p, text.n);
	LLVMFuzzerTestOneInput(copy, text.n);
	free(copy);
}

/* Where a target takes several texts, the changed one stands between two that are not. */
static void run_changed(const char *seed, const struct buf *changed, struct shared *shared)
{
	struct buf all = BUF_INIT;

	if (fuzz_target.several) {
		buf_printf(&all, "%s%c", seed, FUZZ_NEXT);
		buf_slice(&all, buf_view(changed));
		buf_printf(&all, "%c%s", FUZZ_NEXT, seed);
	} else {
		buf_slice(&all, buf_view(changed));
	}
	shared->n = all.n < INPUT_MOST ? all.n : INPUT_MOST;
	if (shared->n > 0)
		memcpy(shared->input, all.p, shared->n);
	alarm(SECONDS_MOST);
	run_exactly(slice_of(shared->input, shared->n));
	buf_free(&all);
}

static void run_seed(const char *seed, size_t number, const struct options *o, struct shared *shared)
{
	uint64_t state = (o->seed * 1000 + number) * UINT64_C(0x9E3779B97F4A7C15) | 1;
	const size_t bytes = strlen(seed) * FUZZ_BYTE_WAYS;
	struct buf changed = BUF_INIT;

	buf_str(&changed, seed);
	run_changed(seed, &changed, shared);
	for (size_t i = 0; i < bytes; i += o->every) {
		changed.n = 0;
		buf_str(&changed, seed);
		fuzz_change_byte(&changed, i, &state);
		run_changed(seed, &changed, shared);
	}
	for (size_t i = 0; i < o->size; i++) {
		changed.n = 0;
		buf_str(&changed, seed);
		fuzz_change(&changed, &fuzz_target, &state);
		run_changed(seed, &changed, shared);
	}
	buf_free(&changed);
}

/* As printf takes it. */
static void print_input(const struct shared *shared)
{
	for (size_t i = 0; i < shared->n; i++) {
		const unsigned char c = (unsigned char)shared->input[i];

		if (c == '%')
			fputs("%%", stdout);
		else if (c < 0x20 || c >= 0x7f || c == '\'' || c == '\\')
			printf("\\%03o", c);
		else
			putchar(c);
	}
}

static bool seed_passes(const char *name, size_t number, const struct options *o, struct shared *shared)
{
	int status = 0;

	shared->n = 0;
	fflush(stdout);
	const pid_t child = fork();

	if (child == 0) {
		run_seed(fuzz_target.seeds[number], number, o, shared);
		exit(0);
	}
	if (child > 0 && waitpid(child, &status, 0) == child && status == 0)
		return true;
	printf("FAIL seed %zu, status %#x; to repeat:\nprintf '", number, (unsigned)status);
	print_input(shared);
	printf("' | %s /dev/stdin\n", name);
	return false;
}

static int run_files(char **paths)
{
	struct buf text = BUF_INIT;

	for (; *paths != NULL; paths++) {
		FILE *file = fopen(*paths, "rb");
		size_t n;

		if (file == NULL) {
			perror(*paths);
			return 1;
		}
		text.n = 0;
		while ((n = fread(buf_reserve(&text, BUFSIZ), 1, BUFSIZ, file)) > 0)
			text.n += n;
		fclose(file);
		run_exactly(buf_view(&text));
	}
	buf_free(&text);
	return 0;
}

/* The value of --NAME N, if it is the next argument. */
static bool option(char ***arguments, const char *name, uint64_t *value)
{
	char **a = *arguments, *end;

	if (*a == NULL || strcmp(*a, name) != 0 || a[1] == NULL)
		return false;
	*value = strtoull(a[1], &end, 10);
	*arguments = a + 2;
	return *end == '\0';
}

int main(int argc, char **argv)
{
	uint64_t seed = 1, size = 300, every = 1;
	size_t passed = 0, failed = 0;

	(void)argc;
	for (argv++; option(&argv, "--seed", &seed) || option(&argv, "--size", &size) || option(&argv, "--every", &every);)
		;
	if (*argv != NULL)
		return run_files(argv);
	const struct options o = { .seed = seed, .size = size, .every = every == 0 ? 1 : every };
	struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return 1;
	for (size_t i = 0; fuzz_target.seeds[i] != NULL; i++) {
		const bool good = seed_passes(program_invocation_name, i, &o, shared);

		passed += good;
		failed += !good;
	}
	printf("seed %llu\n%zu passed, %zu failed\n", (unsigned long long)seed, passed, failed);
	return failed > 0;
}
