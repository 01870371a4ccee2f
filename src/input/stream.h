/*
 * stream.h - bytes in order, however they were packed.
 *
 * A stream hands over decoded bytes; a gzip, a member of a tar, a file and a pipe look alike. A stream owns the stream below
 * it and closes it. One thread at a time.
 *
 * Failures: stream_read returns -1 once and for good, and stream_failure says why (REASON_READ with errno's words: the system
 * failed; REASON_CORRUPT: the container is damaged, cut or fails its checksum; REASON_LIMIT: it expands beyond the limit).
 * Everything delivered before is good.
 */
#ifndef DPSLOG_INPUT_STREAM_H
#define DPSLOG_INPUT_STREAM_H

#include <stdatomic.h>
#include <sys/types.h>

#include "base/diag.h"

struct stream;

/* At most n (> 0) bytes: their number, 0 at the end, -1 failed. Blocks only as the system's read does. */
ssize_t stream_read(struct stream *s, void *buf, size_t n);
/* The next bytes without taking them: at least min(n, what is left), n <= 64 KiB. Valid until the next call. False: failed. */
bool stream_peek(struct stream *s, size_t n, struct slice *out);
enum reason stream_failure(const struct stream *s, const char **text);
/* True if stream_rewind works at once: a plain regular file. */
bool stream_can_rewind(const struct stream *s);
/* Back to the first byte; false: failed. */
bool stream_rewind(struct stream *s);
/*
 * Makes *s rewindable by copying all that is left of it into an unlinked temporary file; *s is replaced. Nothing may have
 * been read (peeks are fine). False: failed (the failure is that of *s; what could be copied can be read).
 */
bool stream_spool(struct stream **s);

/* A copy of what can be read only once, for a second reading. Zero before it is made. */
struct spool {
	bool made;
	int fd;                  /* of an unlinked file; -1 if none could be made */
	uint64_t size;
	enum reason reason;      /* how the original ended: REASONS, or a failure */
	char *text;              /* of the failure */
};

/* Spools the stream (stream_spool) and keeps the copy, or how that failed. */
void spool_make(struct spool *p, struct stream **s);
/* What was kept, from its first byte; the bytes count with `counter` (may be NULL) as they are read. */
struct stream *spool_open(const struct spool *p, _Atomic uint64_t *counter);
void spool_free(struct spool *p);

void stream_close(struct stream *s);

#endif
