/*
 * stream_impl.h - what a kind of stream must provide, for the files of this room only.
 *
 * A kind is a struct whose first member is a struct stream, and a constant stream_class. stream.c
 * does the peeking, the limit and the memory of end and failure once for all of them, so that a
 * decoder only decodes.
 */
#ifndef DPSLOG_INPUT_STREAM_IMPL_H
#define DPSLOG_INPUT_STREAM_IMPL_H

#include <sys/stat.h>

#include "input/stream.h"

enum { STREAM_PEEK_MAX = 64 << 10, STREAM_INPUT = 256 << 10, STREAM_TEXT_MAX = 160 };

struct stream_class {
	/*
	 * Up to n (> 0) bytes: their number, 0 at the end, -1 after a stream_fail. Bytes that are
	 * good go out first: a read that has some and then fails calls stream_fail and returns
	 * their number. Never called again after 0 or a failure. Does not wait for more while it
	 * has bytes to give.
	 */
	ssize_t (*read)(struct stream *s, void *buf, size_t n);
	/* Frees what the kind holds, but neither s itself nor the stream below. May be NULL. */
	void (*close)(struct stream *s);
};

struct stream {
	const struct stream_class *class;
	struct stream *below;  /* owned, or NULL */
	char *peeked;          /* NULL, or STREAM_PEEK_MAX bytes of which [peek_at, peek_end) wait to be read */
	size_t peek_at, peek_end;
	uint64_t limit;        /* bytes that it may give, or 0: any number */
	uint64_t given;        /* counted only under a limit */
	enum reason failure;   /* REASONS: none. Bytes peeked before still come first. */
	bool ended;
	char text[STREAM_TEXT_MAX];
};

/*
 * A zeroed object of that size (at least a struct stream), made into a stream above `below` (may be
 * NULL), which it owns.
 */
void *stream_new(size_t size, const struct stream_class *class, struct stream *below);
/* The first failure stays. Returns -1, for `return stream_fail(...)`. */
ssize_t stream_fail(struct stream *s, enum reason reason, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* From now on s fails with REASON_LIMIT instead of giving more than n bytes; 0: no limit. */
void stream_limit(struct stream *s, uint64_t n);

/*
 * The input side of a decoder: a buffer in front of the stream below it. [p + at, p + n) is not yet
 * used.
 */
struct feed {
	struct stream *below;
	unsigned char *p;      /* STREAM_INPUT bytes, owned */
	size_t at, n;
	bool end;              /* below ended or failed: nothing comes any more */
};

void feed_open(struct feed *f, struct stream *below);
/*
 * Moves what is unused to the front and adds what one read below gives. False: nothing was added,
 * below has ended or failed.
 */
bool feed_more(struct feed *f);
void feed_close(struct feed *f);
/*
 * For a decoder whose input ended too early: fails s with the failure below, if that is why, else
 * as corrupt with `text`. Returns -1.
 */
ssize_t feed_cut(const struct feed *f, struct stream *s, const char *text);

/* ---- the bottom: descriptors (file.c) ---- */

/*
 * A stream of an open descriptor. A regular file is read from its current place to the size that it
 * has now; a pipe, and a file whose size the system does not tell, to its end. `own`: it was opened
 * for this, so it stands at its beginning, and is closed with the stream. `counter` (may be NULL)
 * is advanced by what is read. NULL and errno: the descriptor cannot be examined.
 */
struct stream *file_open(int fd, bool own, _Atomic uint64_t *counter);
/* The same if it was examined already; never NULL. */
struct stream *file_open_examined(int fd, bool own, const struct stat *st, _Atomic uint64_t *counter);
/*
 * Before the first read of what may be a FIFO, which is opened without blocking: until it has had a
 * writer.
 */
void file_await(int fd);
/*
 * `size` bytes of an unlinked temporary file, which it owns, and behind them the end, or a failure
 * if reason is not REASONS. `counter` as file_open's.
 */
struct stream *file_open_spooled(int fd, uint64_t size, enum reason reason, const char *text, _Atomic uint64_t *counter);
/* Another descriptor of a file or a spooled copy. */
int file_duplicate(const struct stream *s);
/* That failure, and its text if there is one; of any other stream REASONS. */
enum reason file_coming_failure(const struct stream *s, const char **text);
/*
 * A regular file with a size, or a spooled copy. Only of such a stream the functions below may be
 * asked.
 */
bool file_is_regular(const struct stream *s);
uint64_t file_size(const struct stream *s);
void file_rewind(struct stream *s);
/* As the system's pread; -1 after a stream_fail. Moves nothing that stream_read depends on. */
ssize_t file_pread(struct stream *s, void *buf, size_t n, uint64_t at);
/* Counts what was never read as read, where an archive had no need of every byte. */
void file_count_all(struct stream *s);

#endif
