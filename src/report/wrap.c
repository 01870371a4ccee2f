/*
 * wrap.c - running text broken into lines.
 */
#include "report/wrap.h"

#include "report/width.h"

void wrap_text(struct buf *out, struct slice text, size_t at, size_t left, size_t width)
{
	for (size_t i = 0; i < text.n;) {
		const size_t n = slice_find(slice_of(text.p + i, text.n - i), SLICE(" "));
		const struct slice word = slice_of(text.p + i, n);
		const size_t columns = width_of(word);

		if (i > 0 && at + 1 + columns > width) {
			buf_byte(out, '\n');
			width_pad(out, left);
			at = left;
		} else if (i > 0) {
			buf_byte(out, ' ');
			at++;
		}
		buf_slice(out, word);
		at += columns;
		i += n + 1;
	}
	buf_byte(out, '\n');
}
