/*
 * width.c - display width by Unicode's own tables, the same under every locale.
 */
#include "report/width.h"

#include <utf8proc.h>

#include "base/utf8.h"

/* Printable ASCII is nearly all there is. */
static bool width_is_plain(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	return true;
}

static size_t width_step(struct slice rest, size_t *bytes)
{
	bool valid;
	uint32_t c = utf8_decode(rest, bytes, &valid);
	int width = utf8proc_charwidth((utf8proc_int32_t)c);

	return width > 0 ? (size_t)width : 0;
}

size_t width_of(struct slice s)
{
	size_t columns = 0, bytes;

	if (width_is_plain(s))
		return s.n;
	for (size_t at = 0; at < s.n; at += bytes)
		columns += width_step(slice_of(s.p + at, s.n - at), &bytes);
	return columns;
}

size_t width_cut(struct buf *out, struct slice s, size_t most)
{
	size_t columns = width_of(s), at = 0;

	if (columns <= most) {
		buf_slice(out, s);
		return columns;
	}
	if (most == 0)
		return 0;
	columns = 0;
	while (at < s.n) {
		size_t bytes, step = width_step(slice_of(s.p + at, s.n - at), &bytes);

		if (columns + step > most - 1)
			break;
		columns += step;
		at += bytes;
	}
	buf_add(out, s.p, at);
	buf_str(out, "\u2026");
	return columns + 1;
}

void width_pad(struct buf *out, size_t n)
{
	if (n > 0)
		memset(buf_reserve(out, n), ' ', n);
	out->n += n;
}
