/*
 * utf16.c - UTF-16 text, as PowerShell and Windows tools write it, as UTF-8.
 */
#include "input/decoders.h"

#include "input/stream_impl.h"

enum { UTF16_BOM = 0xfeff, UTF16_PENDING = 4 };

struct utf16 {
	struct stream s;
	struct feed in;
	bool big;
	bool started;          /* the byte order mark was read */
	uint16_t high;         /* the first half of a pair, or 0 */
	/* What did not fit into a caller's small buffer. */
	unsigned char pending[UTF16_PENDING];
	size_t pending_at, pending_n;
};

static const unsigned char no_character = 0xff;

static size_t put(unsigned char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (unsigned char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (unsigned char)(0xc0 | c >> 6);
		out[1] = (unsigned char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (unsigned char)(0xe0 | c >> 12);
		out[1] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (unsigned char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (unsigned char)(0xf0 | c >> 18);
	out[1] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (unsigned char)(0x80 | (c & 0x3f));
	return 4;
}

/* At most four bytes: a lone half and a character of the first plane, or a whole pair. */
static size_t put_unit(struct utf16 *u, unsigned char *out, uint16_t unit)
{
	const bool low = (unit & 0xfc00) == 0xdc00;
	size_t n = 0;

	if (u->high != 0 && low) {
		const uint32_t c = 0x10000 + ((uint32_t)(u->high & 0x3ff) << 10) + (unit & 0x3ff);

		u->high = 0;
		return put(out, c);
	}
	if (u->high != 0)
		out[n++] = no_character;
	u->high = 0;
	if ((unit & 0xfc00) == 0xd800)
		u->high = unit;
	else if (low)
		out[n++] = no_character;
	else
		n += put(out + n, unit);
	return n;
}

static uint16_t unit_at(const struct utf16 *u, size_t at)
{
	const unsigned char *p = u->in.p + at;

	return (uint16_t)(u->big ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

/* Converts what is at hand while four bytes fit. */
static size_t convert(struct utf16 *u, unsigned char *out, size_t room)
{
	size_t n = 0;

	while (u->in.n - u->in.at >= 2 && room - n >= UTF16_PENDING) {
		const uint16_t unit = unit_at(u, u->in.at);

		u->in.at += 2;
		if (unit < 0x80 && u->high == 0)
			out[n++] = (unsigned char)unit;
		else
			n += put_unit(u, out + n, unit);
	}
	return n;
}

/* The sniffer saw the mark, so two bytes are there. */
static void start(struct utf16 *u)
{
	u->started = true;
	u->big = u->in.p[0] == UTF16_BOM >> 8;
	u->in.at += 2;
}

/* The input has ended: what is left of it. */
static ssize_t finish(struct utf16 *u, unsigned char *out)
{
	if (u->high != 0) {
		u->high = 0;
		out[0] = no_character;
		return 1;
	}
	if (u->in.at < u->in.n || stream_failure(u->in.below, NULL) != REASONS)
		return feed_cut(&u->in, &u->s, "the UTF-16 text ends in the middle of a character; "
		                "what came before was read");
	return 0;
}

static ssize_t utf16_read(struct stream *s, void *buf, size_t n)
{
	struct utf16 *u = (struct utf16 *)s;

	if (u->pending_at < u->pending_n) {
		const size_t left = u->pending_n - u->pending_at;
		const size_t take = left < n ? left : n;

		memcpy(buf, u->pending + u->pending_at, take);
		u->pending_at += take;
		return (ssize_t)take;
	}
	for (;;) {
		if (u->started) {
			const bool small = n < UTF16_PENDING;
			const size_t made = small ? convert(u, u->pending, sizeof u->pending) : convert(u, buf, n);

			if (made > 0 && !small)
				return (ssize_t)made;
			if (made > 0) {
				u->pending_n = made;
				u->pending_at = 0;
				return utf16_read(s, buf, n);
			}
		}
		if (!feed_more(&u->in))
			return finish(u, buf);
		if (!u->started && u->in.n >= 2)
			start(u);
	}
}

static void utf16_close(struct stream *s)
{
	feed_close(&((struct utf16 *)s)->in);
}

static const struct stream_class utf16_class = { .read = utf16_read, .close = utf16_close };

struct stream *utf16_open(struct stream *below)
{
	struct utf16 *u = stream_new(sizeof *u, &utf16_class, below);

	feed_open(&u->in, below);
	return &u->s;
}
