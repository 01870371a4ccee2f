/*
 * test_meter.c - what is said of how far the reading is, and what it needs to know.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/meter.h"
#include "input/paths.h"

static void expect(struct meter_state state, size_t columns, const char *wanted)
{
	struct buf out = BUF_INIT;

	meter_format(&out, &state, columns);
	cr_expect_str_eq(buf_cstr(&out), wanted);
	cr_expect_leq(out.n, columns);
	buf_free(&out);
}

Test(meter, says_what_is_known)
{
	struct meter_state s = { .bytes = 250000000, .total = 1000000000, .records = 1234, .failures = 1, .us = 2000000 };

	expect(s, 200, "dpslog: 250 MB of 1.0 GB, 125 MB/s, 6 s left, 1,234 records, 1 failure");
	s.what = "looking";
	expect(s, 200, "dpslog: looking: 250 MB of 1.0 GB, 125 MB/s, 6 s left, 1,234 records, 1 failure");
	s.what = NULL;
	s.total = 0;
	expect(s, 200, "dpslog: 250 MB, 125 MB/s, 1,234 records, 1 failure");
	s.total = 1000000000;
	s.ended = true;
	expect(s, 200, "dpslog: 250 MB, 125 MB/s, 2 s, 1,234 records, 1 failure");
}

/* A file that grows can give more than it had when it was found. */
Test(meter, says_no_nonsense)
{
	expect((struct meter_state){ .total = 1000, .us = 1000000 }, 200, "dpslog: 0 B of 1.0 kB, 0 B/s, 0 records, 0 failures");
	expect((struct meter_state){ .bytes = 2000, .total = 1000, .us = 1000000 }, 200,
	       "dpslog: 2.0 kB, 2.0 kB/s, 0 records, 0 failures");
	expect((struct meter_state){ .bytes = 2000 }, 200, "dpslog: 2.0 kB, 0 records, 0 failures");
}

Test(meter, leaves_out_what_does_not_fit)
{
	const struct meter_state s = { .bytes = 250000000, .total = 1000000000, .records = 1234, .failures = 1, .us = 2000000 };

	expect(s, 70, "dpslog: 250 MB of 1.0 GB, 125 MB/s, 6 s left, 1,234 records, 1 failure");
	expect(s, 69, "dpslog: 250 MB of 1.0 GB, 125 MB/s, 6 s left, 1,234 records");
	expect(s, 43, "dpslog: 250 MB of 1.0 GB, 125 MB/s");
	expect(s, 5, "");
}

static void make_file(const char *folder, const char *name, size_t size)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	const int fd = open(path, O_CREAT | O_WRONLY, 0600);

	cr_assert_eq(ftruncate(fd, (off_t)size), 0);
	close(fd);
}

Test(meter, knows_the_size_of_all_files)
{
	char folder[] = "/tmp/dpslog-test-XXXXXX", fifo[200], first[200], command[200];

	cr_assert_not_null(mkdtemp(folder));
	make_file(folder, "a", 1000);
	make_file(folder, "b", 500);
	snprintf(first, sizeof first, "%s/a", folder);
	snprintf(fifo, sizeof fifo, "%s/fifo", folder);
	cr_assert_eq(mkfifo(fifo, 0600), 0);

	struct path path;
	struct paths *p = paths_new((const char *const[]){ folder, first }, 2);

	cr_expect_eq(paths_size(p, false), 0, "nothing is found yet");
	cr_expect_eq(paths_size(p, true), 1500, "a file that is given twice counts once");
	cr_expect(paths_next(p, &path));
	cr_expect_str_eq(path.name, first, "what was found ahead comes all the same");
	paths_free(p);

	p = paths_new((const char *const[]){ first }, 1);
	cr_expect(paths_next(p, &path));
	cr_expect_eq(paths_size(p, false), 1000, "all is found");
	paths_free(p);

	p = paths_new((const char *const[]){ first, fifo }, 2);
	cr_expect_eq(paths_size(p, true), 0, "a pipe has no size");
	paths_free(p);
	snprintf(command, sizeof command, "rm -r %s", folder);
	cr_expect_eq(system(command), 0);
}
