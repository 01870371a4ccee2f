/*
 * test_csvrows.c - regular CSV text read in vectors, against rows and cells found one byte after the other.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "json/csvframe.h"
#include "json/csvrows.h"
#include "random.h"

static uint64_t state;

static unsigned chance(unsigned n)
{
	return (unsigned)random_below(&state, n);
}

static void add_some(struct buf *out, const char *alphabet, unsigned most)
{
	const unsigned kinds = (unsigned)strlen(alphabet);

	for (unsigned n = chance(most); n > 0; n--)
		buf_add(out, &alphabet[chance(kinds)], 1);
}

/* A cell, mostly as it should be; one in `damage` is anything. */
static void add_cell(struct buf *out, unsigned damage)
{
	const unsigned most = chance(20) == 0 ? 300 : 9;

	if (damage > 0 && chance(damage) == 0) {
		add_some(out, "\"\"a,\n\r;", 5);
	} else if (chance(3) == 0) {
		buf_str(out, "\"");
		for (unsigned n = chance(most); n > 0; n--)
			buf_str(out, (const char *const[]){ "\"\"", "a", ",", "\n", "\r", "\xC3\xA9" }[chance(6)]);
		buf_str(out, "\"");
	} else {
		add_some(out, chance(9) == 0 ? "abc\r;\t\x80" : "abc", most);
	}
}

static struct buf table(unsigned rows, unsigned damage)
{
	struct buf out = BUF_INIT;

	while (rows-- > 0) {
		for (unsigned cells = chance(6); cells > 0; cells--) {
			add_cell(&out, damage);
			if (cells > 1)
				buf_str(&out, ",");
		}
		buf_str(&out, (const char *const[]){ "\n", "\n", "\n", "\r\n", "\n\n", "\r\n\r\n" }[chance(6)]);
	}
	return out;
}

/* The text in memory that ends with it, so that a sanitizer sees what is read beyond. */
static struct slice exact(struct slice s, size_t n)
{
	char *copy = mem_alloc(n == 0 ? 1 : n);

	if (n > 0)
		memcpy(copy, s.p, n);
	return slice_of(copy, n);
}

/* Regular rows one by one beside those of csv_next, which sees the whole text; true if each is the same. */
static void compare(const struct simd *simd, struct slice text, uint64_t seed)
{
	struct csv_framer framer = { .delimiter = ',', .max_record = text.n + 1 };
	struct csv_walk rows = { 0 }, only = { 0 };
	struct csv_map map = { 0 };
	const size_t end = csv_map(&map, simd, text, ',');
	struct arena arena = ARENA_INIT;
	struct cells cells = { 0 };
	struct csv_row row, same;
	struct frame f;
	size_t at = 0;

	cr_assert_eq(map.newlines, simd_portable.newlines(text.p, end));
	csv_walk_begin(&only, simd, &map, text.p, CSV_ROWS);
	csv_walk_begin(&rows, simd, &map, text.p, CSV_CELLS);
	while (csv_walk_next(&rows, &row)) {
		cr_assert_eq(csv_next(&framer, text, TEXT_GOES_ON, &at, &f), FRAMER_FRAME);
		cr_assert(f.kind == FRAME_VALUE && f.at == row.at && f.n == row.text.n, "%s, seed %llu: row at %zu, %zu long, not at %zu, %zu",
		          simd->name, (unsigned long long)seed, f.at, f.n, row.at, row.text.n);
		cr_assert(csv_walk_next(&only, &same) && same.at == row.at && same.text.n == row.text.n);
		csv_cells(row.text, ',', &arena, &cells);
		cr_assert_eq(cells.n, row.n, "%s, seed %llu: cells of the row at %zu", simd->name, (unsigned long long)seed, row.at);
		for (size_t i = 0; i < cells.n; i++) {
			cr_assert(slice_eq(csv_cell(row.text, ',', i), csv_row_cell(&row, i)));
			cr_assert(slice_eq(cells.cell[i], csv_cell_text(csv_row_cell(&row, i), &arena)), "%s, seed %llu: cell %zu at %zu",
			          simd->name, (unsigned long long)seed, i, row.at);
		}
		cr_assert_eq(csv_cell(row.text, ',', cells.n).n, 0);
		for (size_t i = 0; i < row.text.n; i++)
			cr_assert(row.high || (unsigned char)row.text.p[i] < 0x80);
	}
	cr_assert(!csv_walk_next(&only, &same));
	/* and nothing of it is left */
	if (csv_next(&framer, text, TEXT_GOES_ON, &at, &f) == FRAMER_FRAME)
		cr_assert(f.at >= end, "%s, seed %llu: a row at %zu", simd->name, (unsigned long long)seed, f.at);
	csv_walk_free(&rows);
	csv_walk_free(&only);
	csv_map_free(&map);
	cells_free(&cells);
	arena_free(&arena);
}

static void compare_tables(unsigned rows, unsigned damage)
{
	for (uint64_t seed = 1; seed <= 300; seed++) {
		state = seed;
		struct buf text = table(chance(rows), damage);
		const struct slice some = exact(buf_view(&text), text.n - chance(text.n > 9 ? 9 : 1));

		for (const struct simd *const *simd = simd_all(); *simd != NULL; simd++)
			compare(*simd, some, seed);
		free((void *)(uintptr_t)some.p);
		buf_free(&text);
	}
}

Test(csvrows, good_tables)
{
	compare_tables(9, 0);
	compare_tables(500, 0);
}

Test(csvrows, damaged_tables)
{
	compare_tables(20, 5);
	compare_tables(300, 200);
}

/* All texts of these few bytes. */
Test(csvrows, short_texts)
{
	static const char bytes[] = "a\",\n\r";
	char text[7];

	for (size_t n = 0; n <= sizeof text; n++) {
		size_t all = 1;

		for (size_t i = 0; i < n; i++)
			all *= sizeof bytes - 1;
		for (size_t k = 0; k < all; k++) {
			for (size_t i = 0, left = k; i < n; i++, left /= sizeof bytes - 1)
				text[i] = bytes[left % (sizeof bytes - 1)];
			compare(simd_best(), slice_of(text, n), k);
		}
	}
}

static size_t regular(const char *text)
{
	struct csv_map map = { 0 };
	const size_t end = csv_map(&map, simd_best(), slice_of(text, strlen(text)), ',');

	csv_map_free(&map);
	return end;
}

Test(csvrows, what_is_regular)
{
	cr_expect_eq(regular("a,b\n\"c\",\"d\"\"\n,\"\r\ne"), 17);
	cr_expect_eq(regular("\"\",\"\"\"\"\n"), 8);
	cr_expect_eq(regular("a\"b\n"), 0);
	cr_expect_eq(regular("a\n\"b\"c\nd\n"), 0, "a whole word is given up");
	cr_expect_eq(regular("\"a\"\r,b\n"), 0);
	cr_expect_eq(regular("\"a\n"), 0);
}

/* Doubled quotes anywhere, in cells of every length: undone, with blanks behind; nothing is read beyond the cell. */
Test(csvrows, cell_text)
{
	char blanks[CSV_ROOM];

	memset(blanks, ' ', sizeof blanks);
	for (uint64_t seed = 1; seed <= 20000; seed++) {
		struct arena arena = ARENA_INIT;
		struct buf cell = BUF_INIT, expected = BUF_INIT;
		bool copied = false;

		state = seed;
		const unsigned quotes = 1 + chance(12);

		buf_str(&cell, "\"");
		for (unsigned n = chance(120); n > 0; n--) {
			const bool quote = chance(quotes) == 0;

			buf_str(&cell, quote ? "\"\"" : "a");
			buf_str(&expected, quote ? "\"" : "a");
			copied |= quote;
		}
		buf_str(&cell, "\"");
		const struct slice some = exact(buf_view(&cell), cell.n);
		const struct slice text = csv_cell_text(some, &arena);

		cr_assert(slice_eq(text, buf_view(&expected)), "seed %llu", (unsigned long long)seed);
		cr_assert_eq(arena_holds(&arena, text.p, text.n + CSV_ROOM), copied);
		cr_assert(!copied || memcmp(text.p + text.n, blanks, CSV_ROOM) == 0, "seed %llu", (unsigned long long)seed);
		cr_assert(csv_room(text.n) >= CSV_ROOM_LEAST && csv_room(text.n) <= CSV_ROOM && (text.n + csv_room(text.n)) % 64 == 0);
		free((void *)(uintptr_t)some.p);
		buf_free(&cell);
		buf_free(&expected);
		arena_free(&arena);
	}
}
