/*
 * test_frame.c - the framer: what is lost does not depend on how the text arrives, nor on what of it was dropped meanwhile.
 */
#include <criterion/criterion.h>

#include "json/frame.h"

enum { LIMIT = 30 };

/* A line for each frame, `value` or what was lost, with its place; a loss that goes on is added to the one before. */
static void frames(struct slice text, size_t step, struct buf *out)
{
	struct framer framer;
	struct frame f = { 0 };
	enum framer_status status;
	size_t from = 0, at = 0, there = 0;
	struct frame lost = { 0 };

	out->n = 0;
	framer_init(&framer, simd_best(), LIMIT, NULL);
	while ((status = framer_next(&framer, slice_of(text.p + from, there - from), there < text.n ? TEXT_GOES_ON : TEXT_SOURCE_ENDS, &at,
	                             &f)) != FRAMER_DONE) {
		if (status == FRAMER_MORE) {
			cr_assert_lt(there, text.n);
			there = text.n - there < step ? text.n : there + step;
			continue;
		}
		f.at += from;
		if (f.kind == FRAME_BAD && f.count == 0)
			lost.n += f.n;
		if (lost.n > 0 && (f.kind != FRAME_BAD || f.count > 0)) {
			buf_printf(out, "%zu +%zu %s\n", lost.at, lost.n, reason_table[lost.reason].name);
			lost.n = 0;
		}
		if (f.kind == FRAME_BAD && f.count > 0)
			lost = f;
		if (f.kind == FRAME_VALUE)
			buf_printf(out, "%zu +%zu value\n", f.at, f.n);
		framer_shift(&framer, at);
		from += at;
		at = 0;
	}
	if (lost.n > 0)
		buf_printf(out, "%zu +%zu %s\n", lost.at, lost.n, reason_table[lost.reason].name);
	framer_free(&framer);
}

static void expect(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;

	for (size_t step = 1; step <= 64; step *= 2) {
		frames(slice_str(text), step, &out);
		cr_expect_str_eq(buf_cstr(&out), expected, "%s, %zu bytes at a time:\n%s", text, step, buf_cstr(&out));
	}
	buf_free(&out);
}

/* Brackets that close nothing but a damaged record are lost with it, as far as the limit on records reaches. */
Test(frame, brackets_behind_a_damaged_record)
{
	expect("{\"a\":]]]]]]]]\n{\"a\":1}", "0 +13 syntax\n14 +7 value\n");
	expect("{\"a\":]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n{\"a\":1}", "0 +30 syntax\n30 +10 syntax\n41 +7 value\n");
}

/* A first record behind one over the limit begins behind a comma, though that comma is gone. */
Test(frame, the_first_record_behind_one_over_the_limit)
{
	expect("{\"a\":\"longer than 30 bytes\",     {\"b\":1}", "0 +33 size\n33 +7 value\n");
	expect("{\"a\":\"longer than 30 bytes;     {\"b\":1}", "0 +39 size\n");
}
