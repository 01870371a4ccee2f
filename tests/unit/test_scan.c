/*
 * test_scan.c - pieces of work: a source cut into blocks, problems that get their lines when all blocks are counted, copies that
 * are found by their content; and whole readings of which something comes out.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "base/buf.h"
#include "input/paths.h"
#include "input/stream_impl.h"
#include "random.h"
#include "report/records.h"
#include "scan/block.h"
#include "scan/scan.h"
#include "scan/survey.h"

/* ---- a stream that gives what it has in pieces of any size ---- */

struct pieces {
	struct stream stream;
	struct slice rest;
	size_t most;           /* at a time; 0: all that is asked for */
	uint64_t state;
};

static ssize_t pieces_read(struct stream *s, void *buf, size_t n)
{
	struct pieces *p = (struct pieces *)s;

	if (p->most > 0 && n > p->most)
		n = 1 + random_below(&p->state, p->most);
	if (n > p->rest.n)
		n = p->rest.n;
	if (n > 0)
		memcpy(buf, p->rest.p, n);
	p->rest = slice_of(p->rest.p + n, p->rest.n - n);
	return (ssize_t)n;
}

static struct stream *pieces_open(struct slice text, size_t most)
{
	static const struct stream_class class = { .read = pieces_read };
	struct pieces *p = stream_new(sizeof *p, &class, NULL);

	p->rest = text;
	p->most = most;
	p->state = 1 + most;
	return &p->stream;
}

/* ---- blocks ---- */

struct fixture {
	struct fields *fields;
	struct reader *reader;
	struct cutter cutter;
	struct diag *diag;
};

static void begin(struct fixture *f, size_t max_record)
{
	struct wants w;

	wants_init(&w);
	f->fields = fields_new(&w);
	f->reader = reader_new(true);
	f->cutter = (struct cutter){ .simd = simd_best(), .max_record = max_record, .fields = f->fields, .reader = f->reader };
	f->diag = diag_new();
}

static void end(struct fixture *f)
{
	diag_free(f->diag);
	reader_free(f->reader);
	fields_free(f->fields);
}

/* What became of a source. */
struct cutting {
	struct buf joined;     /* the data of all blocks */
	struct buf shape;      /* blocks and frames, with their places in the source */
	size_t blocks, frames;
	uint64_t start;        /* the byte at which the first block begins: behind a header */
};

static void note_block(struct cutting *c, const struct block *b)
{
	static const char *const forms[] = { [BLOCK_LINES] = "lines", [BLOCK_ROWS] = "rows", [BLOCK_FRAMES] = "frames" };

	buf_printf(&c->shape, "block %u at %llu, %zu bytes, %s, end %d\n", b->number, (unsigned long long)b->byte, b->data.n,
	           forms[b->form], (int)b->end);
	for (size_t i = 0; b->form == BLOCK_FRAMES && i < b->n_frames; i++) {
		const struct block_frame *f = &b->frames[i];

		buf_printf(&c->shape, "frame %d at %llu, %zu bytes, reason %d, count %d, %d %d\n", f->kind,
		           (unsigned long long)b->byte + f->at, f->n, f->reason, f->count, f->final, f->bounded);
	}
	c->frames += b->form == BLOCK_FRAMES ? b->n_frames : 0;
}

static void cut_source(struct fixture *f, struct slice text, size_t most, struct cutting *c)
{
	struct stream *stream = pieces_open(text, most);
	struct leaf *leaf = leaf_new("file", "", false);
	struct block b = { 0 };

	c->joined.n = c->shape.n = c->blocks = c->frames = 0;
	cr_assert_eq(leaf_begin(leaf, stream, &f->cutter), LEAF_GOOD);
	if (leaf->form == LEAF_CSV)
		cr_assert(survey_dates(leaf, &stream, &f->cutter, false, f->diag));
	c->start = leaf->at;
	while (block_take(leaf, stream, &f->cutter, &b)) {
		cr_assert_eq(b.number, c->blocks);
		cr_assert_eq(b.byte, c->start + c->joined.n);
		c->blocks++;
		buf_slice(&c->joined, buf_view(&b.data));
		note_block(c, &b);
	}
	block_free(&b);
	stream_close(stream);
	leaf_done(leaf, NULL);
	leaf_close(leaf, f->diag);
}

static void cutting_free(struct cutting *c)
{
	buf_free(&c->joined);
	buf_free(&c->shape);
}

/* However the text arrives: the same blocks, which together are the source. */
static void expect_same(struct fixture *f, struct slice text, struct cutting *whole)
{
	static const size_t sizes[] = { 100, 4096, 70000, 1 << 20 };
	struct cutting c = { 0 };

	cut_source(f, text, 0, whole);
	cr_assert(slice_eq(buf_view(&whole->joined), slice_of(text.p + whole->start, text.n - whole->start)));
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		cut_source(f, text, sizes[i], &c);
		cr_assert(slice_eq(buf_view(&c.shape), buf_view(&whole->shape)), "pieces of at most %zu bytes", sizes[i]);
		cr_assert(slice_eq(buf_view(&c.joined), buf_view(&whole->joined)), "pieces of at most %zu bytes", sizes[i]);
	}
	cutting_free(&c);
}

static void record_line(struct buf *b, unsigned i)
{
	buf_printf(b, "{\"operationName\":\"op\",\"resultType\":\"%u\",\"text\":\"%0*u\"}\n", i, 40 + (int)(i % 200), i);
}

Test(block, lines)
{
	struct buf text = BUF_INIT;
	struct cutting c = { 0 };
	struct fixture f;

	begin(&f, 1 << 16);
	for (unsigned i = 0; text.n < 5u * BLOCK_SIZE / 2; i++)
		record_line(&text, i);
	text.n -= 20; /* the last is cut in its middle */
	expect_same(&f, buf_view(&text), &c);
	cr_expect_eq(c.blocks, 3);
	cr_expect_eq(c.frames, 0, "whole lines need no frames");
	cutting_free(&c);
	buf_free(&text);
	end(&f);
}

/* Runs of other lines, short and longer than a block, between good ones: no block begins inside of one. */
Test(block, runs_between_lines)
{
	struct buf text = BUF_INIT;
	struct cutting c = { 0 };
	struct fixture f;

	begin(&f, 1 << 16);
	for (unsigned i = 0; text.n < 4u * BLOCK_SIZE; i++) {
		record_line(&text, i);
		for (unsigned k = 0; i % 1000 == 999 && k < (i == 3999 ? 9000u : 20u); k++)
			buf_printf(&text, "{\n \"operationName\": \"pretty\",\n \"text\": \"%0200u\"\n}\n", k);
		if (i % 700 == 0)
			buf_str(&text, " {\"operationName\": \"no end\n");
	}
	expect_same(&f, buf_view(&text), &c);
	cr_expect_geq(c.blocks, 4);
	cr_expect_geq(c.frames, 9000);
	cutting_free(&c);
	buf_free(&text);
	end(&f);
}

/* A document: every record is a frame, wherever the blocks end; a record above the limit is one loss. */
Test(block, document)
{
	enum { RECORDS = 9000, LIMIT = 1 << 16 };
	struct buf text = BUF_INIT;
	struct cutting c = { 0 };
	struct fixture f;

	begin(&f, LIMIT);
	buf_str(&text, "{\"x\":1,\n\"records\":[\n");
	for (unsigned i = 0; i < RECORDS; i++) {
		buf_printf(&text, "%s{\"operationName\":\n\"op\",\"resultType\":\"%u\",\"text\":\"%0*u\"}", i > 0 ? ",\n" : "", i,
		           i == 4000 ? 2 * LIMIT : 200, i);
	}
	buf_str(&text, "\n]}\n");
	expect_same(&f, buf_view(&text), &c);
	cr_expect_geq(c.blocks, 2);

	size_t values = 0, lost = 0;

	buf_cstr(&c.shape);
	for (const char *p = c.shape.p; (p = strstr(p, "frame ")) != NULL; p += 6) {
		char text_of_kind[24];

		snprintf(text_of_kind, sizeof text_of_kind, "frame %d ", FRAME_VALUE);
		values += strncmp(p, text_of_kind, strlen(text_of_kind)) == 0;
		snprintf(text_of_kind, sizeof text_of_kind, "frame %d ", FRAME_BAD);
		const char *line_end = strchr(p, '\n'), *count = strstr(p, "count 1,");

		lost += strncmp(p, text_of_kind, strlen(text_of_kind)) == 0 && count != NULL && count < line_end;
	}
	cr_expect_eq(values, RECORDS - 1);
	cr_expect_eq(lost, 1);
	cutting_free(&c);
	buf_free(&text);
	end(&f);
}

/* A document on one line is read as far as the limit before it is known to be one; it is handed out in blocks all the same. */
Test(block, document_on_one_line)
{
	struct buf text = BUF_INIT;
	struct cutting c = { 0 };
	struct fixture f;
	size_t records = 0;

	begin(&f, 6 * BLOCK_SIZE);
	buf_str(&text, "{\"records\":[");
	for (; text.n < 8u * BLOCK_SIZE; records++)
		buf_printf(&text, "%s{\"operationName\":\"op\",\"text\":\"%0*zu\"}", records > 0 ? "," : "",
		           records == 9999 ? 3 * BLOCK_SIZE : 200, records);
	buf_str(&text, "]}");
	expect_same(&f, buf_view(&text), &c);
	cr_expect_geq(c.blocks, 5);
	cr_expect_geq(c.frames, records);
	cutting_free(&c);
	buf_free(&text);
	end(&f);
}

static void cut_csv(size_t max_record, bool framed)
{
	struct buf text = BUF_INIT;
	struct cutting c = { 0 };
	struct fixture f;
	size_t rows = 0;

	begin(&f, max_record);
	buf_str(&text, "operationName,resultType,text\r\n");
	for (; text.n < 3u * BLOCK_SIZE / 2; rows++)
		buf_printf(&text, "op,%zu,\"two\nlines, \"\"quoted\"\" %0200zu\"\r\n", rows, rows);
	expect_same(&f, buf_view(&text), &c);
	cr_expect_geq(c.blocks, 2);
	cr_expect_eq(c.frames, framed ? rows : 0);
	cr_expect(c.start >= strlen("operationName,resultType,text") && c.start <= strlen("operationName,resultType,text\r\n"));
	cutting_free(&c);
	buf_free(&text);
	end(&f);
}

Test(block, csv)
{
	cut_csv(1 << 16, true);
	cut_csv(BLOCK_SIZE, false);
}

/* ---- problems of a leaf ---- */

/* Blocks of two lines each; the problem is in the second line of its block. */
static void problem_in(struct leaf *l, uint32_t block, const char *text)
{
	const struct leaf_place place = { .block_byte = 100 * (uint64_t)block, .block = block, .data = "abc\ndef\n", .at = 5 };

	leaf_problem(l, REASON_SYNTAX, &place, text, 1);
}

static bool finish(struct leaf *l, uint32_t block)
{
	const struct leaf_share share = { .block = block, .lines = 2 };

	return leaf_done(l, &share);
}

Test(leaf, lines_are_numbered_when_all_blocks_are_there)
{
	enum { BLOCKS = 9 };
	static const uint32_t order[BLOCKS] = { 4, 0, 8, 2, 1, 7, 3, 6, 5 };
	struct diag *diag = diag_new();
	struct leaf *l = leaf_new("file", "member", true);
	const struct diag_problem_row *rows;
	bool last = false;

	for (uint32_t b = 0; b < BLOCKS; b++)
		leaf_hold(l);
	cr_expect(!leaf_done(l, NULL), "the reading side ends first");
	for (size_t i = 0; i < BLOCKS; i++) {
		if (order[i] != 0)
			problem_in(l, order[i], "wrong");
		cr_expect(!last);
		last = finish(l, order[i]);
	}
	cr_expect(last);
	leaf_close(l, diag);

	/* the first five by their place, whatever came first, and the three others as a number */
	cr_assert_eq(diag_problems(diag, &rows), DIAG_KEPT + 1);
	for (size_t i = 0; i < DIAG_KEPT; i++) {
		cr_expect_eq(rows[i].byte, 100 * (i + 1) + 5);
		cr_expect_eq(rows[i].line, 2 * (i + 1) + 2);
		cr_expect_str_eq(rows[i].file, "file");
		cr_expect_str_eq(rows[i].member, "member");
		cr_expect(!rows[i].more);
	}
	cr_expect(rows[DIAG_KEPT].more);
	cr_expect_eq(rows[DIAG_KEPT].count, 3);
	diag_free(diag);
}

/* Many small blocks between large ones: lines before a block are those of all blocks before it. */
Test(leaf, blocks_of_different_sizes)
{
	static const uint32_t lines[] = { 3, 0, 10, 1 };
	struct diag *diag = diag_new();
	struct leaf *l = leaf_new("file", "", false);
	const struct diag_problem_row *rows;
	const struct leaf_place place = { .block_byte = 500, .block = 3, .data = "xyz", .at = 0 };

	for (uint32_t b = 0; b < 4; b++)
		leaf_hold(l);
	leaf_problem(l, REASON_DEPTH, &place, NULL, 1);
	for (uint32_t b = 4; b-- > 0;) {
		const struct leaf_share share = { .block = b, .lines = lines[b] };

		cr_expect(!leaf_done(l, &share));
	}
	cr_expect(leaf_done(l, NULL), "the reading side ends last");
	leaf_close(l, diag);
	cr_assert_eq(diag_problems(diag, &rows), 1);
	cr_expect_eq(rows[0].line, 14);
	diag_free(diag);
}

/* ---- copies ---- */

static struct content content_of(const char *const *blocks, size_t n, bool backwards)
{
	struct content sum = { 0 };

	for (size_t i = 0; i < n; i++) {
		const size_t k = backwards ? n - 1 - i : i;
		struct content part = { 0 };

		content_add(&part, slice_str(blocks[k]), k, 1);
		content_join(&sum, &part);
	}
	return sum;
}

Test(copies, content)
{
	const struct content a = content_of((const char *[]){ "one", "two", "three" }, 3, false);
	const struct content b = content_of((const char *[]){ "one", "two", "three" }, 3, true);
	const struct content c = content_of((const char *[]){ "two", "one", "three" }, 3, false);

	cr_expect(a.hash == b.hash && a.bytes == b.bytes && a.logs == b.logs, "blocks are worked on in any order");
	cr_expect_neq(a.hash, c.hash, "but they stand in one");
	cr_expect_eq(a.bytes, 11);
	cr_expect_eq(a.logs, 3);
}

Test(copies, groups)
{
	const struct content one = { .hash = 1, .bytes = 10, .logs = 1 }, other = { .hash = 2, .bytes = 10, .logs = 1 };
	const struct content longer = { .hash = 1, .bytes = 11, .logs = 1 }, no_logs = { .hash = 9, .bytes = 10, .logs = 0 };
	struct copies *c = copies_new();
	const struct copy_group *groups;

	copies_add(c, "z", "", &one);
	copies_add(c, "c.tar", "m", &other);
	copies_add(c, "a", "", &one);
	copies_add(c, "single", "", &longer);
	copies_add(c, "e1", "", &no_logs);
	copies_add(c, "e2", "", &no_logs);
	copies_add(c, "b", "", &other);
	copies_add(c, "m", "", &one);
	cr_assert_eq(copies_groups(c, &groups), 2);
	cr_assert_eq(groups[0].n, 3);
	cr_expect_str_eq(groups[0].names[0], "a");
	cr_expect_str_eq(groups[0].names[1], "m");
	cr_expect_str_eq(groups[0].names[2], "z");
	cr_assert_eq(groups[1].n, 2);
	cr_expect_str_eq(groups[1].names[0], "b");
	cr_expect_str_eq(groups[1].names[1], "c.tar: m");
	copies_free(c);
}

/* ---- what comes out while it is read ---- */

enum { PACKED = 3, PACKED_BLOCKS = 5 };

/* The lines of a source, and the same compressed in a file. */
static void pack(struct buf *lines, unsigned source, const char *file)
{
	FILE *f = fopen(file, "wb");

	for (unsigned i = 0; lines->n < (size_t)PACKED_BLOCKS * BLOCK_SIZE; i++)
		buf_printf(lines, "{\"category\":\"DeviceOperations\",\"resultType\":\"%u\",\"resultDescription\":\"%u %0900d\"}\n",
		           400 + source, i, 0);
	const size_t room = ZSTD_compressBound(lines->n);
	char *packed = malloc(room);
	const size_t n = ZSTD_compress(packed, room, lines->p, lines->n, 1);

	cr_assert(f != NULL && !ZSTD_isError(n) && fwrite(packed, 1, n, f) == n && fclose(f) == 0);
	free(packed);
}

static bool hear(void *ctx, struct slice text)
{
	buf_slice(ctx, text);
	return true;
}

static void expect_records(const char *const *files, struct slice lines, unsigned jobs)
{
	struct buf heard = BUF_INIT;
	struct records_plan records = { .form = RECORDS_AS_EXPORTED, .keys.device = -1 };
	struct scan_plan plan = { .sink = { hear, &heard, 1 }, .max_record = RECORD_MOST, .fast = true, .jobs = jobs,
		.selection = { .since = TIME_NONE, .until = TIME_NONE }, .limits.expansion = EXPANSION_MOST };
	struct paths *paths = paths_new(files, PACKED);
	struct diag *diag = diag_new();
	struct scan_result result;

	plan.speaker = plan_wish(&plan, &records_kind, &records);
	plan_finish(&plan);
	scan_run(&plan, paths, diag, &result);
	cr_expect(slice_eq(buf_view(&heard), lines), "%u workers: %zu bytes of %zu", jobs, heard.n, lines.n);
	scan_result_free(&result, &plan);
	plan_free(&plan);
	paths_free(paths);
	diag_free(diag);
	buf_free(&heard);
}

/* Where nothing may wait, a block of what is due that nobody works on would hold up all workers for ever. */
Test(scan, a_window_that_is_always_full, .timeout = 60)
{
	char dir[] = "/tmp/dpslog-test-scan-XXXXXX";
	char names[PACKED][sizeof dir + 2];
	const char *files[PACKED];
	struct buf lines = BUF_INIT;

	cr_assert_not_null(mkdtemp(dir));
	for (unsigned i = 0; i < PACKED; i++) {
		struct buf own = BUF_INIT;

		snprintf(names[i], sizeof names[i], "%s/%u", dir, i);
		files[i] = names[i];
		pack(&own, i, names[i]);
		buf_slice(&lines, buf_view(&own));
		buf_free(&own);
	}
	for (unsigned round = 0; round < 8; round++)
		for (unsigned jobs = 1; jobs <= 5; jobs++)
			expect_records(files, buf_view(&lines), jobs);
	for (unsigned i = 0; i < PACKED; i++)
		unlink(names[i]);
	rmdir(dir);
	buf_free(&lines);
}
