/*
 * test_csvframe.c - rows and cells of CSV and TSV: quotes, damage, limits; and that it does not matter how the text arrives.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/buf.h"
#include "json/csvframe.h"
#include "random.h"

enum { NO_LIMIT = 1 << 20 };

/* One line for each frame: `row [..]`, `bad REASON COUNT [..]`; then `end AT`. `step`: bytes that arrive at a time. Returns the number of records lost. */
static unsigned frames(struct slice text, char delimiter, size_t max_record, size_t step, struct buf *out)
{
	struct csv_framer c = { .delimiter = delimiter, .max_record = max_record };
	unsigned lost = 0;
	size_t at = 0, there = step < text.n ? step : text.n;

	out->n = 0;
	for (;;) {
		struct frame f = { 0 };
		const enum framer_status status = csv_next(&c, slice_of(text.p, there), there < text.n ? TEXT_GOES_ON : TEXT_SOURCE_ENDS,
		                                           &at, &f);

		if (status == FRAMER_DONE)
			break;
		if (status == FRAMER_MORE) {
			cr_assert_lt(there, text.n);
			there = text.n - there < step ? text.n : there + step;
			continue;
		}
		lost += f.kind == FRAME_BAD ? f.count : 0;
		cr_assert(f.at <= at && f.at + f.n <= at);
		if (f.kind == FRAME_VALUE)
			buf_str(out, "row [");
		else
			buf_printf(out, "bad %s %u [", reason_table[f.reason].name, f.count);
		buf_add(out, text.p + f.at, f.n);
		buf_str(out, "]\n");
	}
	buf_printf(out, "end %zu\n", at);
	return lost;
}

static void expect(const char *text, size_t max_record, const char *expected)
{
	struct buf out = BUF_INIT;

	frames(slice_str(text), ',', max_record, SIZE_MAX / 2, &out);
	cr_expect_str_eq(buf_cstr(&out), expected, "%s:\n%s", text, buf_cstr(&out));
	buf_free(&out);
}

Test(csvframe, rows)
{
	expect("", NO_LIMIT, "end 0\n");
	expect("a,b\nc,d", NO_LIMIT, "row [a,b]\nrow [c,d]\nend 7\n");
	expect("\r\n\na,b\r\n\r\nc\n", NO_LIMIT, "row [a,b]\nrow [c]\nend 12\n");
	expect("a,\"x\ny\",b\nc\n", NO_LIMIT, "row [a,\"x\ny\",b]\nrow [c]\nend 12\n");
	expect("\"x\"\"\n\"\"y\"\r\nc", NO_LIMIT, "row [\"x\"\"\n\"\"y\"]\nrow [c]\nend 12\n");
	/* a quote that is not the first character of a cell is one like any other */
	expect("a\"b,c\nd,e\"\n", NO_LIMIT, "row [a\"b,c]\nrow [d,e\"]\nend 11\n");
}

/* A damaged row costs its first line, no more. */
Test(csvframe, damage)
{
	expect("a,\"b\"x,c\nd,e\n", NO_LIMIT, "bad quote 1 [a,\"b\"x,c]\nrow [d,e]\nend 13\n");
	expect("a,\"b\nc,d\ne,f\n", NO_LIMIT, "bad quote 1 [a,\"b]\nrow [c,d]\nrow [e,f]\nend 13\n");
	expect("a,b\nc,\"d", NO_LIMIT, "row [a,b]\nbad cut_at_end 1 [c,\"d]\nend 8\n");
	expect("a,b\nc,\"d\"x", NO_LIMIT, "row [a,b]\nbad quote 1 [c,\"d\"x]\nend 10\n");
}

/* A row above the limit is lost as one record, all of its line, and nothing behind it. */
Test(csvframe, too_long)
{
	expect("aaaaaaaa\nb\n", 8, "row [aaaaaaaa]\nrow [b]\nend 11\n");
	expect("\"aaaaaa\"\nb\n", 8, "row [\"aaaaaa\"]\nrow [b]\nend 11\n");
	expect("aaaaaaaa\r\nb\n", 8, "row [aaaaaaaa]\nrow [b]\nend 12\n");
	expect("aaaaaaaa", 8, "row [aaaaaaaa]\nend 8\n");
	expect("aaaaaaaaa", 8, "bad size 1 [aaaaaaaaa]\nend 9\n");
	expect("aaaaaaaaaaaaaaaaaaaaaaaa\nb\n", 8, "bad size 1 [aaaaaaaaaa]\nbad size 0 [aaaaaaaaaaaaaa]\nrow [b]\nend 27\n");
	/* over several lines: the first is lost, the others are rows of their own */
	expect("\"a\nbb\ncc\ndd\"\ne\n", 8, "bad quote 1 [\"a]\nrow [bb]\nrow [cc]\nrow [dd\"]\nrow [e]\nend 15\n");
}

/* The same with the frames of one long line joined, since they may be cut anywhere. */
static unsigned joined_frames(struct slice text, size_t max_record, size_t step, struct buf *rows)
{
	static const char more[] = "]\nbad size 0 [";
	struct buf out = BUF_INIT;
	const unsigned lost = frames(text, ',', max_record, step, &out);

	rows->n = 0;
	for (size_t i = 0; i < out.n;) {
		if (out.n - i >= sizeof more - 1 && memcmp(out.p + i, more, sizeof more - 1) == 0)
			i += sizeof more - 1;
		else
			buf_byte(rows, out.p[i++]);
	}
	buf_free(&out);
	return lost;
}

Test(csvframe, it_does_not_matter_how_the_text_arrives)
{
	static const char alphabet[] = "aaab\"\",,\n\n\r";
	struct buf whole = BUF_INIT, pieces = BUF_INIT;
	char text[120];

	for (uint64_t seed = 1; seed <= 20000; seed++) {
		uint64_t state = seed * UINT64_C(0x9E3779B97F4A7C15);
		const size_t n = random_below(&state, sizeof text), max_record = 4 + random_below(&state, 60);

		for (size_t i = 0; i < n; i++)
			text[i] = alphabet[random_below(&state, sizeof alphabet - 1)];

		const unsigned lost = joined_frames(slice_of(text, n), max_record, n + 1, &whole);
		const unsigned lost_in_pieces = joined_frames(slice_of(text, n), max_record, 1 + random_below(&state, 9), &pieces);

		cr_assert(slice_eq(buf_view(&whole), buf_view(&pieces)) && lost == lost_in_pieces,
		          "seed %llu, limit %zu: %.*s\n---- at once\n%s---- in pieces\n%s", (unsigned long long)seed, max_record,
		          (int)n, text, buf_cstr(&whole), buf_cstr(&pieces));
	}
	buf_free(&whole);
	buf_free(&pieces);
}

static void expect_cells(const char *row, char delimiter, size_t n, const char *const *expected)
{
	struct arena arena = ARENA_INIT;
	struct cells cells = { 0 };

	csv_cells(slice_str(row), delimiter, &arena, &cells);
	cr_assert_eq(cells.n, n, "%s: %zu cells", row, cells.n);
	for (size_t i = 0; i < n; i++)
		cr_expect(slice_eq(cells.cell[i], slice_str(expected[i])), "%s: cell %zu is %.*s", row, i, SLICE_ARG(cells.cell[i]));
	cells_free(&cells);
	arena_free(&arena);
}

Test(csvframe, cells)
{
	expect_cells("", ',', 1, (const char *[]){ "" });
	expect_cells(",", ',', 2, (const char *[]){ "", "" });
	expect_cells("a,,b,", ',', 4, (const char *[]){ "a", "", "b", "" });
	expect_cells("\"a,b\",\"\",c", ',', 3, (const char *[]){ "a,b", "", "c" });
	expect_cells("\"say \"\"no\"\"\",\"\"\"\"", ',', 2, (const char *[]){ "say \"no\"", "\"" });
	expect_cells("a\tb,\"c", '\t', 2, (const char *[]){ "a", "b,\"c" });
	expect_cells("\"x\ny\";2", ';', 2, (const char *[]){ "x\ny", "2" });
	expect_cells("a, \"b\"", ',', 2, (const char *[]){ "a", " \"b\"" });
}
