/*
 * file.c - the bottom of every stream: a file, a pipe, a temporary file.
 *
 * Regular files are read by offset and only up to the size that they had when they were opened, so
 * that a file that grows while it is read ends, and one that shrinks is noticed. They are never
 * mapped: a mapped file that is cut kills the process.
 */
#include "input/stream_impl.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "input/errno_words.h"

struct file {
	struct stream s;
	int fd;
	bool own;
	bool regular;          /* has a size and is read by offset */
	bool waiting;          /* nothing was read yet */
	uint64_t base;         /* where in the file its first byte is */
	uint64_t size, at;     /* of a regular file, from base */
	_Atomic uint64_t *counter;
	uint64_t counted;
	enum reason last;      /* REASONS, or how it fails at its end: a spooled copy ends as its original did */
	char last_text[STREAM_TEXT_MAX];
};

static void count(struct file *f, uint64_t n)
{
	if (f->counter == NULL)
		return;
	if (f->regular && n > f->size - f->counted)
		n = f->size - f->counted;
	f->counted += n;
	*f->counter += n;
}

static ssize_t read_regular(struct file *f, void *buf, size_t n)
{
	if (f->at == f->size)
		return f->last == REASONS ? 0 : stream_fail(&f->s, f->last, "%s", f->last_text);
	const ssize_t got = file_pread(&f->s, buf, n, f->at);

	if (got > 0)
		f->at += (uint64_t)got;
	return got;
}

void file_await(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct stat st;

	if (io_fstat(fd, &st) != 0 || !S_ISFIFO(st.st_mode))
		return;
	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		;
}

static ssize_t read_pipe(struct file *f, void *buf, size_t n)
{
	if (f->waiting)
		file_await(f->fd);
	f->waiting = false;
	const ssize_t got = io_read(f->fd, buf, n);

	if (got < 0)
		return stream_fail(&f->s, REASON_READ, "%s", errno_words(errno));
	count(f, (uint64_t)got);
	return got;
}

static ssize_t file_read(struct stream *s, void *buf, size_t n)
{
	struct file *f = (struct file *)s;

	return f->regular ? read_regular(f, buf, n) : read_pipe(f, buf, n);
}

static void file_close(struct stream *s)
{
	struct file *f = (struct file *)s;

	if (f->own)
		io_close(f->fd);
}

static const struct stream_class file_class = {
	.read = file_read,
	.close = file_close,
};

struct stream *file_open_examined(int fd, bool own, const struct stat *st, _Atomic uint64_t *counter)
{
	struct file *f = stream_new(sizeof *f, &file_class, NULL);

	f->fd = fd;
	f->own = own;
	f->counter = counter;
	f->last = REASONS;
	f->waiting = true;
	/* Standard input may be a file of which a shell has read the first lines. */
	const off_t here = !S_ISREG(st->st_mode) ? -1 : own ? 0 : lseek(fd, 0, SEEK_CUR);

	if (here >= 0 && st->st_size > 0) {
		f->regular = true;
		f->base = (uint64_t)here;
		f->size = here < st->st_size ? (uint64_t)(st->st_size - here) : 0;
	}
	return &f->s;
}

struct stream *file_open(int fd, bool own, _Atomic uint64_t *counter)
{
	struct stat st;

	return io_fstat(fd, &st) != 0 ? NULL : file_open_examined(fd, own, &st, counter);
}

struct stream *file_open_spooled(int fd, uint64_t size, enum reason reason, const char *text, _Atomic uint64_t *counter)
{
	struct file *f = stream_new(sizeof *f, &file_class, NULL);

	f->fd = fd;
	f->own = true;
	f->regular = true;
	f->size = size;
	f->counter = counter;
	f->last = reason;
	if (reason != REASONS)
		memcpy(f->last_text, text, strnlen(text, sizeof f->last_text - 1));
	return &f->s;
}

int file_duplicate(const struct stream *s)
{
	return io_duplicate(((const struct file *)s)->fd);
}

enum reason file_coming_failure(const struct stream *s, const char **text)
{
	const struct file *f = (const struct file *)s;

	if (s->class != &file_class || f->last == REASONS)
		return REASONS;
	*text = f->last_text;
	return f->last;
}

bool file_is_regular(const struct stream *s)
{
	return s->class == &file_class && ((const struct file *)s)->regular;
}

uint64_t file_size(const struct stream *s)
{
	return ((const struct file *)s)->size;
}

void file_rewind(struct stream *s)
{
	((struct file *)s)->at = 0;
}

ssize_t file_pread(struct stream *s, void *buf, size_t n, uint64_t at)
{
	struct file *f = (struct file *)s;

	if (at >= f->size)
		return 0;
	if (n > f->size - at)
		n = (size_t)(f->size - at);
	const ssize_t got = io_pread(f->fd, buf, n, (off_t)(f->base + at));

	if (got < 0)
		return stream_fail(s, REASON_READ, "%s", errno_words(errno));
	if (got == 0)
		return stream_fail(s, REASON_READ, "the file became shorter while it was read");
	count(f, (uint64_t)got);
	return got;
}

void file_count_all(struct stream *s)
{
	struct file *f = (struct file *)s;

	count(f, f->size - f->counted);
}
