/*
 * stream.c - what all streams share: peeking, the limit, the end and the failure that stay, and
 * spooling.
 *
 * Bytes that were peeked are handed over first; then the kind reads straight into the caller's
 * buffer, so that a block of decoded text is written once.
 */
#include "input/stream_impl.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/io.h"
#include "base/mem.h"
#include "input/errno_words.h"

void *stream_new(size_t size, const struct stream_class *class, struct stream *below)
{
	struct stream *s = mem_zalloc(size);

	s->class = class;
	s->below = below;
	s->failure = REASONS;
	return s;
}

ssize_t stream_fail(struct stream *s, enum reason reason, const char *format, ...)
{
	va_list args;

	if (s->failure != REASONS)
		return -1;
	s->failure = reason;
	va_start(args, format);
	vsnprintf(s->text, sizeof s->text, format, args);
	va_end(args);
	return -1;
}

void stream_limit(struct stream *s, uint64_t n)
{
	s->limit = n;
	s->given = (uint64_t)(s->peek_end - s->peek_at);
}

/* At the limit the end of the stream is no failure, one byte more is. */
static ssize_t take_past_limit(struct stream *s)
{
	char more;
	const ssize_t n = s->class->read(s, &more, 1);

	if (n > 0)
		stream_fail(s, REASON_LIMIT, "it expands to more than %" PRIu64 " bytes; the rest was left out",
		            s->limit);
	if (n == 0)
		s->ended = true;
	return n == 0 ? 0 : -1;
}

static ssize_t take(struct stream *s, void *buf, size_t n)
{
	if (s->failure != REASONS)
		return -1;
	if (s->ended)
		return 0;
	if (n > SSIZE_MAX)
		n = SSIZE_MAX;
	if (s->limit > 0) {
		if (s->given >= s->limit)
			return take_past_limit(s);
		if (n > s->limit - s->given)
			n = (size_t)(s->limit - s->given);
	}
	const ssize_t got = s->class->read(s, buf, n);

	assert(got >= 0 || s->failure != REASONS);
	if (got > 0)
		s->given += (uint64_t)got;
	else if (got == 0)
		s->ended = true;
	return got;
}

ssize_t stream_read(struct stream *s, void *buf, size_t n)
{
	const size_t waiting = s->peek_end - s->peek_at;

	if (waiting == 0)
		return take(s, buf, n);
	if (n > waiting)
		n = waiting;
	memcpy(buf, s->peeked + s->peek_at, n);
	s->peek_at += n;
	return (ssize_t)n;
}

bool stream_peek(struct stream *s, size_t n, struct slice *out)
{
	assert(n <= STREAM_PEEK_MAX);
	if (s->peeked == NULL)
		s->peeked = mem_alloc(STREAM_PEEK_MAX);
	if (s->peek_end - s->peek_at < n && s->peek_at > 0) {
		memmove(s->peeked, s->peeked + s->peek_at, s->peek_end - s->peek_at);
		s->peek_end -= s->peek_at;
		s->peek_at = 0;
	}
	while (s->peek_end - s->peek_at < n) {
		const ssize_t got = take(s, s->peeked + s->peek_end, STREAM_PEEK_MAX - s->peek_end);

		if (got <= 0)
			break;
		s->peek_end += (size_t)got;
	}
	*out = slice_of(s->peeked + s->peek_at, s->peek_end - s->peek_at);
	return out->n > 0 || s->failure == REASONS;
}

enum reason stream_failure(const struct stream *s, const char **text)
{
	const char *words = s->failure == REASONS ? NULL : s->text;
	const enum reason reason = words == NULL ? file_coming_failure(s, &words) : s->failure;

	if (text != NULL)
		*text = words;
	return reason;
}

bool stream_can_rewind(const struct stream *s)
{
	return file_is_regular(s);
}

bool stream_rewind(struct stream *s)
{
	if (!stream_can_rewind(s))
		return false;
	file_rewind(s);
	s->peek_at = 0;
	s->peek_end = 0;
	s->given = 0;
	s->ended = false;
	s->failure = REASONS;
	return true;
}

void stream_close(struct stream *s)
{
	if (s == NULL)
		return;
	if (s->class->close != NULL)
		s->class->close(s);
	stream_close(s->below);
	free(s->peeked);
	free(s);
}

/*
 * Copies s to its end or failure; returns the number of bytes. False: the copy failed, errno says
 * why.
 */
static bool copy_out(struct stream *s, int fd, uint64_t *size)
{
	char *block = mem_alloc(STREAM_INPUT);
	bool written = true;
	ssize_t n;

	*size = 0;
	while (written && (n = stream_read(s, block, STREAM_INPUT)) > 0) {
		written = io_write_all(fd, block, (size_t)n) == 0;
		if (written)
			*size += (uint64_t)n;
	}
	const int error = errno;

	free(block);
	errno = error;
	return written;
}

bool stream_spool(struct stream **s)
{
	const int fd = io_temporary();
	uint64_t size = 0;

	if (fd < 0) {
		/*
		 * What was peeked is given up as well: a source is whole, or it says where it ends.
		 */
		(*s)->peek_at = (*s)->peek_end;
		stream_fail(*s, REASON_READ, "no temporary file could be made (%s)", errno_words(errno));
		return false;
	}
	if (!copy_out(*s, fd, &size)) {
		(*s)->failure = REASONS;
		stream_fail(*s, REASON_READ, "a temporary file could not be written (%s); the rest was left out",
		            errno_words(errno));
	}
	const char *text;
	const enum reason reason = stream_failure(*s, &text);
	struct stream *copy = file_open_spooled(fd, size, reason, text, NULL);

	stream_close(*s);
	*s = copy;
	return reason == REASONS;
}

void spool_make(struct spool *p, struct stream **s)
{
	const char *text;

	stream_spool(s);
	p->made = true;
	p->reason = stream_failure(*s, &text);
	p->text = p->reason == REASONS ? NULL : mem_strdup(text);
	p->fd = stream_can_rewind(*s) ? file_duplicate(*s) : -1;
	p->size = stream_can_rewind(*s) ? file_size(*s) : 0;
}

struct stream *spool_open(const struct spool *p, _Atomic uint64_t *counter)
{
	return file_open_spooled(p->fd < 0 ? -1 : io_duplicate(p->fd), p->size, p->reason, p->text, counter);
}

void spool_free(struct spool *p)
{
	if (!p->made)
		return;
	if (p->fd >= 0)
		io_close(p->fd);
	free(p->text);
}

/* ---- feed ---- */

void feed_open(struct feed *f, struct stream *below)
{
	*f = (struct feed){ .below = below, .p = mem_alloc(STREAM_INPUT) };
}

bool feed_more(struct feed *f)
{
	const size_t rest = f->n - f->at;

	if (f->end)
		return false;
	assert(rest < STREAM_INPUT);
	if (f->at > 0 && rest > 0)
		memmove(f->p, f->p + f->at, rest);
	f->at = 0;
	f->n = rest;
	const ssize_t got = stream_read(f->below, f->p + rest, STREAM_INPUT - rest);

	if (got <= 0) {
		f->end = true;
		return false;
	}
	f->n += (size_t)got;
	return true;
}

void feed_close(struct feed *f)
{
	free(f->p);
	f->p = NULL;
}

ssize_t feed_cut(const struct feed *f, struct stream *s, const char *text)
{
	const char *why;
	const enum reason reason = stream_failure(f->below, &why);

	if (reason == REASONS)
		return stream_fail(s, REASON_CORRUPT, "%s", text);
	return stream_fail(s, reason, "%s", why);
}
