/*
 * io.c - the system calls of io.h, each with what it takes to be told the truth by it.
 *
 * Descriptors that do not block (a FIFO opened here, a standard stream that was handed over so) are waited for with poll, so
 * callers see either bytes, the end, or an error.
 */
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/mem.h"

#define FD_FOLDER "/proc/self/fd/"

enum { TRIES = 100 }; /* for a name that nobody has: the first is free unless someone guesses 64 random bits */

/* The call, again while signals interrupt it. */
#define RETRY(type, call) \
	__extension__({ \
		type result_; \
		do \
			result_ = (call); \
		while (result_ == (type)-1 && errno == EINTR); \
		result_; \
	})

int io_open_read(const char *path, bool follow)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW);

	return RETRY(int, open(path, flags));
}

int io_open_write(const char *path)
{
	return RETRY(int, open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY));
}

int io_duplicate(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

/* After -1: true if it was only that nothing was ready, and now something is. */
static bool wait_ready(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (errno != EAGAIN)
		return false;
	return RETRY(int, poll(&p, 1, -1)) > 0;
}

ssize_t io_read(int fd, void *buf, size_t n)
{
	ssize_t got;

	do
		got = RETRY(ssize_t, read(fd, buf, n));
	while (got < 0 && wait_ready(fd, POLLIN));
	return got;
}

ssize_t io_pread(int fd, void *buf, size_t n, off_t at)
{
	return RETRY(ssize_t, pread(fd, buf, n, at));
}

int io_write_all(int fd, const void *buf, size_t n)
{
	const char *p = buf;

	while (n > 0) {
		const ssize_t done = RETRY(ssize_t, write(fd, p, n));

		if (done < 0 && wait_ready(fd, POLLOUT))
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

int io_pwrite_all(int fd, const void *buf, size_t n, off_t at)
{
	const char *p = buf;

	while (n > 0) {
		const ssize_t done = RETRY(ssize_t, pwrite(fd, p, n, at));

		if (done < 0)
			return -1;
		p += done;
		at += done;
		n -= (size_t)done;
	}
	return 0;
}

int io_pread_all(int fd, void *buf, size_t n, off_t at)
{
	char *p = buf;

	while (n > 0) {
		const ssize_t got = io_pread(fd, p, n, at);

		if (got <= 0) {
			errno = got == 0 ? EIO : errno;
			return -1;
		}
		p += got;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

int io_close(int fd)
{
	if (close(fd) == 0 || errno == EINTR) /* on Linux it is closed in any case; a second close may hit another's */
		return 0;
	return -1;
}

int io_stat(const char *path, struct stat *st)
{
	return RETRY(int, stat(path, st));
}

int io_lstat(const char *path, struct stat *st)
{
	return RETRY(int, lstat(path, st));
}

int io_fstat(int fd, struct stat *st)
{
	return RETRY(int, fstat(fd, st));
}

/* dir/NAME with a name that nobody can guess, malloc'd; NULL and errno without randomness. */
static char *unique_name(const char *dir)
{
	uint64_t random;
	char *name;

	if (RETRY(ssize_t, getrandom(&random, sizeof random, 0)) != (ssize_t)sizeof random)
		return NULL;
	if (asprintf(&name, "%s/.dpslog-%016llx", dir, (unsigned long long)random) < 0)
		mem_fail(strlen(dir));
	return name;
}

/* A file of such a name, opened new; *name is malloc'd. -1 and errno, *name then NULL. */
static int create_unique(const char *dir, mode_t mode, char **name)
{
	for (int i = 0; i < TRIES && (*name = unique_name(dir)) != NULL; i++) {
		const int fd = RETRY(int, open(*name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, mode));

		if (fd >= 0)
			return fd;
		const int error = errno;

		free(*name);
		errno = error;
		if (error != EEXIST)
			break;
	}
	*name = NULL;
	return -1;
}

int io_temporary(void)
{
	const char *dir = getenv("TMPDIR");
	char *name;

	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
	int fd = RETRY(int, open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	fd = create_unique(dir, 0600, &name); /* a file system without O_TMPFILE */
	if (fd >= 0) {
		unlink(name);
		free(name);
	}
	return fd;
}

/* What path stands for, symbolic links followed, malloc'd: a link to a file must stay one. */
static char *target_of(const char *path)
{
	char *target = realpath(path, NULL);

	return target == NULL ? mem_strdup(path) : target;
}

static char *folder_of(const char *target)
{
	const char *slash = strrchr(target, '/');

	if (slash == NULL)
		return mem_strdup(".");
	return mem_copyz(target, slash == target ? 1 : (size_t)(slash - target));
}

/* A file without a name, and the one that it is to have for a moment before it takes the place of the older file. */
static int create_nameless(const char *folder, char **name)
{
	if (access(FD_FOLDER, X_OK) != 0) {
		errno = EOPNOTSUPP;
		return -1;
	}
	const int fd = RETRY(int, open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666));

	if (fd < 0)
		return -1;
	*name = unique_name(folder);
	if (*name != NULL)
		return fd;
	io_close(fd);
	errno = EOPNOTSUPP;
	return -1;
}

int io_create_for(const char *path, char **temporary)
{
	struct stat st;

	*temporary = NULL;
	if (io_stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : ENOTSUP;
		return -1;
	}
	char *target = target_of(path);
	char *folder = folder_of(target);
	int fd = create_nameless(folder, temporary);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
		fd = create_unique(folder, 0666, temporary);
	const int error = errno;

	free(folder);
	free(target);
	errno = error;
	return fd;
}

/* Gives the file the name that it was to have; one that was created under it has it already. */
static int give_name(int fd, const char *name)
{
	char self[sizeof FD_FOLDER + 16];
	struct stat st;

	if (io_fstat(fd, &st) != 0)
		return -1;
	if (st.st_nlink > 0)
		return 0;
	snprintf(self, sizeof self, FD_FOLDER "%d", fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

/* A new name in a folder is only there for good once the folder is written. File systems that cannot do that are let be. */
static int sync_folder(const char *target)
{
	char *folder = folder_of(target);
	const int fd = RETRY(int, open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	int result = 0;

	free(folder);
	if (fd < 0)
		return 0; /* a folder that may be written but not read */
	if (RETRY(int, fsync(fd)) != 0 && errno == EIO)
		result = -1;
	io_close(fd);
	return result;
}

int io_commit(int fd, char *temporary, const char *path)
{
	char *target = target_of(path);
	int result = RETRY(int, fsync(fd)) != 0 ? -1 : give_name(fd, temporary);
	int error = errno;

	if (io_close(fd) != 0 && result == 0) {
		result = -1;
		error = errno;
	}
	if (result == 0 && rename(temporary, target) != 0) {
		result = -1;
		error = errno;
	}
	if (result != 0) {
		unlink(temporary);
	} else if (sync_folder(target) != 0) {
		result = -1;
		error = errno;
	}
	free(temporary);
	free(target);
	errno = error;
	return result;
}

void io_discard(int fd, char *temporary)
{
	const int error = errno; /* it is called on the way out of a failure */

	io_close(fd);
	unlink(temporary); /* which most file systems never had */
	free(temporary);
	errno = error;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(((const struct io_name *)a)->z, ((const struct io_name *)b)->z);
}

static void free_names(struct io_name *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i].z);
	free(names);
}

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

ssize_t io_list(const char *path, struct io_name **names)
{
	struct io_name *list = NULL;
	size_t n = 0, cap = 0;
	const struct dirent *entry;
	DIR *dir;

	do
		dir = opendir(path);
	while (dir == NULL && errno == EINTR);
	if (dir == NULL)
		return -1;
	for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
		if (is_dot(entry->d_name))
			continue;
		if (n == cap) {
			cap = mem_grow(cap, n + 1);
			list = mem_rearray(list, cap, sizeof *list);
		}
		list[n++] = (struct io_name){ mem_strdup(entry->d_name), entry->d_type == DT_DIR };
	}
	const int error = errno;

	closedir(dir);
	if (error != 0) {
		free_names(list, n);
		errno = error;
		return -1;
	}
	if (n > 0)
		qsort(list, n, sizeof *list, by_bytes);
	*names = list == NULL ? mem_alloc(sizeof *list) : list;
	return (ssize_t)n;
}
