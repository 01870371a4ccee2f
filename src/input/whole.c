/*
 * whole.c - a small file at once.
 */
#include "input/whole.h"

#include <errno.h>

#include "base/io.h"
#include "input/errno_words.h"
#include "input/sniff.h"
#include "input/stream_impl.h"

enum { WHOLE_READ = 64 << 10 };

static bool whole_open(const char *path, struct stream **s, struct buf *why)
{
	const int fd = io_open_read(path, true);

	*s = fd < 0 ? NULL : file_open(fd, true, NULL);
	if (*s != NULL)
		return true;
	buf_str(why, errno_words(errno));
	if (fd >= 0)
		io_close(fd);
	return false;
}

/* What it is by its first bytes: a decoder above it where there is one. */
static bool whole_decode(struct stream **s, struct buf *why)
{
	struct slice head;
	const struct form *form;

	if (!stream_peek(*s, SNIFF_BYTES, &head))
		return true; /* reading will say why */
	form = sniff(head);
	if (form == NULL)
		return true;
	if (form->open == NULL) {
		buf_printf(why, "it is %s, not text", form->name);
		return false;
	}
	*s = form->open(*s);
	return true;
}

static bool whole_take(struct stream *s, struct buf *text, struct buf *why)
{
	const size_t before = text->n;
	ssize_t got;
	const char *failure;

	while ((got = stream_read(s, buf_reserve(text, WHOLE_READ), WHOLE_READ)) > 0) {
		text->n += (size_t)got;
		if (text->n - before > WHOLE_MOST) {
			buf_printf(why, "it is larger than %d MiB", WHOLE_MOST >> 20);
			return false;
		}
	}
	if (got == 0)
		return true;
	stream_failure(s, &failure);
	buf_str(why, failure);
	return false;
}

bool whole_read(const char *path, struct buf *text, struct buf *why)
{
	static const char mark[] = "\xef\xbb\xbf";
	const size_t before = text->n;
	struct stream *s;
	bool good;

	if (!whole_open(path, &s, why))
		return false;
	good = whole_decode(&s, why) && whole_take(s, text, why);
	stream_close(s);
	if (text->n - before >= 3 && memcmp(text->p + before, mark, 3) == 0) {
		text->n -= 3;
		memmove(text->p + before, text->p + before + 3, text->n - before);
	}
	return good;
}
