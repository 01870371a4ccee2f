/*
 * io.h - every system call that moves bytes or names files, in one place that a test can make fail.
 *
 * Each function is the call of its name with EINTR retried, and fails as it does: -1 and errno. Descriptors are opened
 * close-on-exec, never as controlling terminals, and opening never blocks on a FIFO; reading and writing wait where a
 * descriptor does not block. None needs a signal to be safe: close is not retried, Linux has closed the file by then.
 */
#ifndef DPSLOG_BASE_IO_H
#define DPSLOG_BASE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Read-only. `follow` false: a symbolic link is ELOOP. */
int io_open_read(const char *path, bool follow);
/* What is there already and is to be written in place: a device, a named pipe. */
int io_open_write(const char *path);
/* Another descriptor for the same, none of the standard ones. */
int io_duplicate(int fd);
ssize_t io_read(int fd, void *buf, size_t n);
ssize_t io_pread(int fd, void *buf, size_t n, off_t at);
/* All n bytes, or -1. */
int io_write_all(int fd, const void *buf, size_t n);
/* All n bytes at a place, or -1; at the end of the file it is EIO for reading. */
int io_pwrite_all(int fd, const void *buf, size_t n, off_t at);
int io_pread_all(int fd, void *buf, size_t n, off_t at);
int io_close(int fd);
int io_stat(const char *path, struct stat *st);
int io_lstat(const char *path, struct stat *st);
int io_fstat(int fd, struct stat *st);

/* An unlinked temporary file in $TMPDIR or /tmp, read and write; -1 and errno. */
int io_temporary(void);

/*
 * A file that appears whole or not at all (0666 less the umask): until io_commit it has no name, so that whatever ends the
 * program leaves nothing behind (a file system that cannot do that has it under a temporary name in the same folder, which
 * io_discard removes). io_commit makes file and folder last before it returns. `*temporary` is malloc'd by io_create_for
 * (NULL if it fails) and freed by either of them; io_commit closes fd and leaves no temporary file whether it succeeds or
 * fails. A symbolic link stays one: its target is replaced. ENOTSUP from io_create_for: path is a device or the like, which nobody should replace by a file;
 * write to it directly.
 */
int io_create_for(const char *path, char **temporary);
int io_commit(int fd, char *temporary, const char *path);
void io_discard(int fd, char *temporary);

struct io_name {
	char *z;         /* malloc'd */
	bool is_folder;  /* certainly; otherwise it may be one all the same */
};
/*
 * Names in a folder, bytewise ascending, without . and ..; *names is one malloc'd array, never NULL. -1 and errno if the folder
 * cannot be read to its end.
 */
ssize_t io_list(const char *path, struct io_name **names);

#endif
