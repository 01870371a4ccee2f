/*
 * test_io.c - files that appear whole or not at all, folders in order, and descriptors that do not block.
 */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

static char dir[] = "/tmp/dpslog-test-io-XXXXXX";

static void enter(void)
{
	cr_assert_not_null(mkdtemp(dir));
	cr_assert_eq(chdir(dir), 0);
}

static void leave(void)
{
	struct io_name *names;
	const ssize_t n = io_list(dir, &names);

	for (ssize_t i = 0; i < n; i++) {
		if (unlink(names[i].z) != 0)
			rmdir(names[i].z);
		free(names[i].z);
	}
	free(names);
	rmdir(dir);
}

TestSuite(io, .init = enter, .fini = leave);

static void put_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	cr_assert_geq(fd, 0);
	cr_assert_eq(io_write_all(fd, text, strlen(text)), 0);
	cr_assert_eq(io_close(fd), 0);
}

static void expect_file(const char *path, const char *want)
{
	char text[64] = "";
	const int fd = io_open_read(path, true);

	cr_assert_geq(fd, 0, "%s", path);
	cr_expect_eq(io_read(fd, text, sizeof text - 1), (ssize_t)strlen(want));
	cr_expect_str_eq(text, want);
	io_close(fd);
}

static ssize_t count_names(void)
{
	struct io_name *names;
	const ssize_t n = io_list(".", &names);

	for (ssize_t i = 0; i < n; i++)
		free(names[i].z);
	free(names);
	return n;
}

Test(io, links_are_followed_only_if_asked)
{
	put_file("file", "x");
	cr_assert_eq(symlink("file", "link"), 0);
	expect_file("link", "x");
	cr_expect_eq(io_open_read("link", false), -1);
	cr_expect_eq(errno, ELOOP);
	cr_expect_eq(io_open_read("missing", true), -1);
	cr_expect_eq(errno, ENOENT);
}

Test(io, descriptors_are_not_inherited)
{
	put_file("file", "x");
	const int fd = io_open_read("file", true), temporary = io_temporary();

	cr_expect(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	cr_expect(fcntl(temporary, F_GETFD) & FD_CLOEXEC);
	io_close(fd);
	io_close(temporary);
}

Test(io, pread_and_stat)
{
	struct stat st;
	char c;

	put_file("file", "abc");
	cr_assert_eq(symlink("file", "link"), 0);
	const int fd = io_open_read("file", true);

	cr_expect(io_pread(fd, &c, 1, 2) == 1 && c == 'c');
	cr_expect_eq(io_pread(fd, &c, 1, 3), 0);
	cr_expect(io_fstat(fd, &st) == 0 && st.st_size == 3);
	cr_expect(io_stat("link", &st) == 0 && S_ISREG(st.st_mode));
	cr_expect(io_lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
	io_close(fd);
	cr_expect_eq(io_read(fd, &c, 1), -1);
	cr_expect_eq(errno, EBADF);
	cr_expect_eq(io_close(fd), -1);
}

Test(io, opening_a_fifo_does_not_wait, .timeout = 30)
{
	cr_assert_eq(mkfifo("fifo", 0600), 0);
	const int fd = io_open_read("fifo", true);

	cr_expect_geq(fd, 0);
	io_close(fd);
}

static void *write_later(void *arg)
{
	const int fd = *(const int *)arg;

	usleep(50000);
	io_write_all(fd, "late", 4);
	close(fd);
	return NULL;
}

Test(io, reading_waits_where_the_descriptor_does_not, .timeout = 30)
{
	int ends[2];
	char text[8];
	pthread_t thread;

	cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
	cr_assert_eq(pthread_create(&thread, NULL, write_later, &ends[1]), 0);
	cr_expect_eq(io_read(ends[0], text, sizeof text), 4);
	cr_expect_eq(io_read(ends[0], text, sizeof text), 0);
	pthread_join(thread, NULL);
	io_close(ends[0]);
}

static void *drain(void *arg)
{
	static char text[1 << 16];
	size_t *total = arg;
	ssize_t n;

	while ((n = io_read((int)*total, text, sizeof text)) > 0)
		*(total + 1) += (size_t)n;
	return NULL;
}

Test(io, writing_writes_all, .timeout = 60)
{
	static char text[1 << 20];
	int ends[2];
	pthread_t thread;

	cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
	size_t seen[2] = { (size_t)ends[0], 0 };

	cr_assert_eq(pthread_create(&thread, NULL, drain, seen), 0);
	cr_expect_eq(io_write_all(ends[1], text, sizeof text), 0);
	io_close(ends[1]);
	pthread_join(thread, NULL);
	cr_expect_eq(seen[1], sizeof text);
	signal(SIGPIPE, SIG_IGN);
	io_close(ends[0]);
	cr_expect_eq(io_write_all(open("/dev/full", O_WRONLY), "x", 1), -1);
	cr_expect_eq(errno, ENOSPC);
}

Test(io, temporary_leaves_no_name)
{
	char c;

	setenv("TMPDIR", dir, 1);
	const int fd = io_temporary();

	cr_assert_geq(fd, 0);
	cr_expect_eq(count_names(), 0);
	cr_expect_eq(io_write_all(fd, "x", 1), 0);
	cr_expect(io_pread(fd, &c, 1, 0) == 1 && c == 'x');
	io_close(fd);
	setenv("TMPDIR", "/nonexistent", 1);
	cr_expect_eq(io_temporary(), -1);
	cr_expect_eq(errno, ENOENT);
}

/* Whether files can be without a name here: then whatever ends the program leaves nothing behind. */
static bool nameless_files(void)
{
	const int fd = open(".", O_TMPFILE | O_RDWR, 0600);

	if (fd >= 0)
		io_close(fd);
	return fd >= 0 && access("/proc/self/fd", X_OK) == 0;
}

Test(io, commit_replaces_the_file)
{
	char *temporary;
	struct stat st;

	umask(027);
	put_file("out", "old");
	const int fd = io_create_for("out", &temporary);

	cr_assert_geq(fd, 0);
	cr_assert_eq(io_write_all(fd, "new", 3), 0);
	expect_file("out", "old");
	cr_expect_eq(count_names(), nameless_files() ? 1 : 2);
	cr_expect_eq(io_commit(fd, temporary, "out"), 0);
	expect_file("out", "new");
	cr_expect_eq(count_names(), 1);
	cr_expect(io_stat("out", &st) == 0 && (st.st_mode & 0777) == 0640);
}

Test(io, discard_leaves_nothing)
{
	char *temporary;
	const int fd = io_create_for("out", &temporary);

	cr_assert_geq(fd, 0);
	errno = EIO;
	io_discard(fd, temporary);
	cr_expect_eq(errno, EIO);
	cr_expect_eq(count_names(), 0);
}

Test(io, a_failed_commit_leaves_nothing)
{
	char *temporary;
	const int fd = io_create_for("out", &temporary);

	cr_assert_geq(fd, 0);
	cr_assert_eq(mkdir("out", 0700), 0);
	cr_expect_eq(io_commit(fd, temporary, "out"), -1);
	cr_expect_eq(errno, EISDIR);
	cr_expect_eq(count_names(), 1);
}

Test(io, a_link_stays_a_link)
{
	char *temporary;
	struct stat st;

	put_file("file", "old");
	cr_assert_eq(symlink("file", "link"), 0);
	const int fd = io_create_for("link", &temporary);

	cr_assert_geq(fd, 0);
	cr_assert_eq(io_write_all(fd, "new", 3), 0);
	cr_expect_eq(io_commit(fd, temporary, "link"), 0);
	cr_expect(io_lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
	expect_file("file", "new");
}

Test(io, only_regular_files_are_replaced)
{
	char *temporary = dir;

	cr_expect_eq(io_create_for("/dev/null", &temporary), -1);
	cr_expect_eq(errno, ENOTSUP);
	cr_expect_null(temporary);
	cr_expect_eq(io_create_for(".", &temporary), -1);
	cr_expect_eq(errno, EISDIR);
	cr_expect_eq(io_create_for("missing/out", &temporary), -1);
	cr_expect_eq(errno, ENOENT);
}

Test(io, list_is_in_order_of_bytes)
{
	static const char *const want[] = { ".hidden", "B", "a", "a.b", "a0", "\xC3\xBC" };
	struct io_name *names;

	put_file("a0", "");
	put_file("\xC3\xBC", "");
	put_file("a", "");
	put_file(".hidden", "");
	put_file("B", "");
	put_file("a.b", "");
	cr_assert_eq(io_list(".", &names), 6);
	for (size_t i = 0; i < 6; i++) {
		cr_expect_str_eq(names[i].z, want[i]);
		cr_expect(!names[i].is_folder);
		free(names[i].z);
	}
	free(names);
	cr_expect_eq(io_list("a", &names), -1);
	cr_expect_eq(errno, ENOTDIR);
}
