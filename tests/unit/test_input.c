/*
 * test_input.c - which files there are, what bytes come out of them, and what an archive is made
 * of.
 *
 * Archives are made here, by the compressors of the libraries and by hand where they must be odd.
 * Decoders are also fed one byte at a time, which finds what is forgotten between two reads.
 */
#include <criterion/criterion.h>

#include <bzlib.h>
#include <fcntl.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <locale.h>
#include <lzma.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "input/container.h"
#include "input/decoders.h"
#include "input/stream_impl.h"

static char dir[] = "/tmp/dpslog-test-input-XXXXXX";

static void enter(void)
{
	cr_assert_not_null(mkdtemp(dir));
	cr_assert_eq(chdir(dir), 0);
}

static void empty_folder(const char *path)
{
	struct io_name *names;
	const ssize_t n = io_list(path, &names);

	for (ssize_t i = 0; i < n; i++) {
		char *inside;

		cr_assert_geq(asprintf(&inside, "%s/%s", path, names[i].z), 0);
		if (unlink(inside) != 0) {
			empty_folder(inside);
			rmdir(inside);
		}
		free(inside);
		free(names[i].z);
	}
	if (n >= 0)
		free(names);
}

static void leave(void)
{
	empty_folder(dir);
	rmdir(dir);
}

TestSuite(paths, .init = enter, .fini = leave, .timeout = 30);
TestSuite(stream, .init = enter, .fini = leave, .timeout = 30);
TestSuite(container, .init = enter, .fini = leave, .timeout = 30);

static void put_bytes(const char *path, struct slice s)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	cr_assert_geq(fd, 0);
	cr_assert_eq(io_write_all(fd, s.p, s.n), 0);
	io_close(fd);
}

static void put(const char *path, const char *text)
{
	put_bytes(path, slice_str(text));
}

/* Lines of text that do not compress to nothing. */
static struct slice sample(size_t lines)
{
	static struct buf text;
	uint64_t x = 88172645463325252U;

	text.n = 0;
	for (size_t i = 0; i < lines; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		buf_printf(&text, "{\"n\":%zu,\"id\":\"%016llx\"}\n", i, (unsigned long long)x);
	}
	return buf_view(&text);
}

static void expect_same(struct slice got, struct slice want, const char *what)
{
	cr_expect_eq(got.n, want.n, "%s: %zu bytes instead of %zu", what, got.n, want.n);
	cr_expect(slice_eq(got, want), "%s: other bytes", what);
}

/* ---- compressors ---- */

static void add_gzip(struct buf *out, struct slice s)
{
	struct isal_zstream z;

	isal_deflate_init(&z);
	z.end_of_stream = 1;
	z.gzip_flag = IGZIP_GZIP;
	z.next_in = (uint8_t *)(uintptr_t)s.p;
	z.avail_in = (uint32_t)s.n;
	const size_t room = s.n + s.n / 8 + 4096;

	z.next_out = (uint8_t *)buf_reserve(out, room);
	z.avail_out = (uint32_t)room;
	cr_assert_eq(isal_deflate(&z), COMP_OK);
	cr_assert_eq(z.internal_state.state, ZSTATE_END);
	out->n += z.total_out;
}

static void add_zstd(struct buf *out, struct slice s)
{
	const size_t room = ZSTD_compressBound(s.n);
	const size_t n = ZSTD_compress(buf_reserve(out, room), room, s.p, s.n, 3);

	cr_assert_not(ZSTD_isError(n));
	out->n += n;
}

static void add_bzip2(struct buf *out, struct slice s)
{
	unsigned n = (unsigned)(s.n + s.n / 50 + 1000);

	buf_reserve(out, n);
	cr_assert_eq(BZ2_bzBuffToBuffCompress(out->p + out->n, &n, (char *)(uintptr_t)s.p, (unsigned)s.n,
	                                      1, 0, 0), BZ_OK);
	out->n += n;
}

static void add_xz(struct buf *out, struct slice s)
{
	const size_t room = lzma_stream_buffer_bound(s.n);
	size_t n = 0;

	buf_reserve(out, room);
	cr_assert_eq(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, (const uint8_t *)s.p, s.n,
	                                     (uint8_t *)out->p + out->n, &n, room), LZMA_OK);
	out->n += n;
}

struct codec {
	const char *name;
	void (*add)(struct buf *out, struct slice s);
	struct stream *(*open)(struct stream *below);
};

static const struct codec codecs[] = {
	{ "gzip", add_gzip, gzip_open }, { "zstd", add_zstd, zstd_open },
	{ "bzip2", add_bzip2, bzip2_open }, { "xz", add_xz, xz_open },
};

enum { CODECS = sizeof codecs / sizeof codecs[0] };

/* ---- archives by hand ---- */

static void add_tar(struct buf *out, const char *name, char type, const char *link, struct slice s, bool ustar)
{
	char h[512] = { 0 };
	unsigned sum = 0;

	snprintf(h, 100, "%s", name);
	snprintf(h + 100, 8, "%07o", 0644);
	snprintf(h + 124, 12, "%011zo", s.n);
	snprintf(h + 136, 12, "%011o", 0);
	memset(h + 148, ' ', 8);
	h[156] = type;
	snprintf(h + 157, 100, "%s", link);
	if (ustar)
		memcpy(h + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof h; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	buf_add(out, h, sizeof h);
	buf_slice(out, s);
	memset(buf_reserve(out, 512), 0, 512);
	out->n += (512 - s.n % 512) % 512;
}

static void add_zeros(struct buf *out, size_t n)
{
	memset(buf_reserve(out, n), 0, n);
	out->n += n;
}

static void add_number(struct buf *out, uint32_t n, unsigned bytes)
{
	for (; bytes > 0; bytes--, n >>= 8)
		buf_byte(out, (char)(n & 0xff));
}

struct zip {
	struct buf body, directory;
	unsigned entries;
};

enum { ZIP_PLAIN = 0, ZIP_ENCRYPTED = 1, ZIP_UTF8 = 0x800 };

/* What the local header and the entry of the directory have in common. */
static void add_zip_common(struct buf *out, unsigned flags, unsigned method, struct slice s, const char *name)
{
	add_number(out, 20, 2);
	add_number(out, flags, 2);
	add_number(out, method, 2);
	add_number(out, 0x21, 2);
	add_number(out, 0x5962, 2);
	add_number(out, crc32_gzip_refl(0, (const uint8_t *)s.p, s.n), 4);
	add_number(out, (uint32_t)s.n, 4);
	add_number(out, (uint32_t)s.n, 4);
	add_number(out, (uint32_t)strlen(name), 2);
	add_number(out, 0, 2);
}

static void add_zip(struct zip *z, const char *name, unsigned flags, unsigned method, unsigned mode,
                    struct slice s)
{
	const uint32_t at = (uint32_t)z->body.n;

	buf_add(&z->body, "PK\3\4", 4);
	add_zip_common(&z->body, flags, method, s, name);
	buf_str(&z->body, name);
	buf_slice(&z->body, s);
	buf_add(&z->directory, "PK\1\2", 4);
	add_number(&z->directory, 3 << 8 | 20, 2);
	add_zip_common(&z->directory, flags, method, s, name);
	add_number(&z->directory, 0, 2);
	add_number(&z->directory, 0, 4);
	add_number(&z->directory, mode << 16, 4);
	add_number(&z->directory, at, 4);
	buf_str(&z->directory, name);
	z->entries++;
}

/* The whole zip, which is in z->body from now on. `listed`: what the end record says. */
static struct slice end_zip(struct zip *z, unsigned listed)
{
	const uint32_t at = (uint32_t)z->body.n;

	buf_slice(&z->body, buf_view(&z->directory));
	buf_add(&z->body, "PK\5\6", 4);
	add_number(&z->body, 0, 4);
	add_number(&z->body, listed, 2);
	add_number(&z->body, listed, 2);
	add_number(&z->body, (uint32_t)z->directory.n, 4);
	add_number(&z->body, at, 4);
	add_number(&z->body, 0, 2);
	buf_free(&z->directory);
	return buf_view(&z->body);
}

/* ---- paths ---- */

static void expect_paths(struct paths *p, const char *want)
{
	struct buf got = BUF_INIT;
	struct path path;

	while (paths_next(p, &path)) {
		buf_printf(&got, "%s%s", path.name, path.named ? "*" : "");
		if (path.skip != REASONS)
			buf_printf(&got, "(%s)", reason_table[path.skip].name);
		cr_expect_eq(path.text != NULL, path.skip == REASON_OPEN, "%s", path.name);
		buf_byte(&got, ' ');
	}
	cr_expect_str_eq(buf_cstr(&got), want);
	buf_free(&got);
}

static void make_folders(void)
{
	mkdir("d", 0755);
	mkdir("d/b", 0755);
	put("d/b/z", "1");
	put("d/b.json", "2");
	put("d/B", "3");
	put("d/.hidden", "4");
	put("d/c", "5");
	put("e", "6");
}

Test(paths, arguments_in_their_order_and_folders_bytewise)
{
	const char *const names[] = { "e", "d" };
	struct paths *p = paths_new(names, 2);

	make_folders();
	expect_paths(p, "e* d/.hidden d/B d/b/z d/b.json d/c ");
	paths_free(p);
}

Test(paths, a_file_comes_once)
{
	const char *const names[] = { "e", "./e", "hard", "d/c", "d/", "-", "-" };
	struct paths *p = paths_new(names, 7);

	make_folders();
	cr_assert_eq(link("e", "hard"), 0);
	expect_paths(p, "e* ./e*(duplicate) hard*(duplicate) d/c* d/.hidden d/B d/b/z d/b.json d/c(duplicate) "
	             "-* -*(duplicate) ");
	paths_free(p);
}

Test(paths, links_are_followed_only_where_the_user_named_them)
{
	const char *const names[] = { "link", "folder", "d", "dangling" };
	struct paths *p = paths_new(names, 4);

	mkdir("d", 0755);
	mkdir("real", 0755);
	put("real/x", "1");
	put("e", "2");
	cr_assert_eq(symlink("e", "link"), 0);
	cr_assert_eq(symlink("real", "folder"), 0);
	cr_assert_eq(symlink(".", "d/loop"), 0);
	cr_assert_eq(symlink("nothing", "dangling"), 0);
	expect_paths(p, "link* folder/x d/loop(symlink) dangling*(open) ");
	paths_free(p);
}

Test(paths, special_files)
{
	const char *const names[] = { "d", "d/fifo", "/dev/null", "none", "d/none/x" };
	struct paths *p = paths_new(names, 5);

	mkdir("d", 0755);
	cr_assert_eq(mkfifo("d/fifo", 0644), 0);
	expect_paths(p, "d/fifo(special) d/fifo* /dev/null* none*(open) d/none/x*(open) ");
	paths_free(p);
}

/* Also what is not found yet counts; what lies in folders is no pipe, or is not read. */
Test(paths, what_can_be_read_again)
{
	static const struct {
		const char *names[3];
		bool again;
	} cases[] = { { { "d", "e", "none" }, true }, { { "e", "d", "fifo" }, false }, { { "fifo", "e", "d" }, false },
		{ { "e", "d", "/dev/null" }, false } };
	struct path path;

	mkdir("d", 0755);
	put("e", "1");
	cr_assert_eq(mkfifo("fifo", 0644), 0);
	cr_assert_eq(mkfifo("d/fifo", 0644), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct paths *p = paths_new(cases[i].names, 3);

		cr_expect_eq(paths_come_again(p), cases[i].again, "%zu", i);
		while (paths_next(p, &path))
			cr_expect_eq(paths_come_again(p), cases[i].again, "%zu", i);
		cr_expect_eq(paths_come_again(p), cases[i].again, "%zu", i);
		paths_free(p);
		p = paths_new(cases[i].names, 3);
		paths_twice(p);
		cr_expect(paths_come_again(p), "pipes are copied");
		paths_free(p);
	}
}

Test(paths, a_list_adds_its_lines)
{
	const char *const names[] = { "e" };
	struct paths *p = paths_new(names, 1);

	make_folders();
	put("lines", "d/c\r\n\nd/B");
	put_bytes("nul", SLICE("d/b/z\0\0d/b.json\0"));
	cr_expect(paths_add_list(p, "lines", false));
	cr_expect(paths_add_list(p, "nul", true));
	cr_expect_not(paths_add_list(p, "missing", true));
	expect_paths(p, "e* d/c* d/B* d/b/z* d/b.json* ");
	paths_free(p);
}

Test(paths, what_is_not_small_stays_the_next)
{
	const char *const names[] = { "e", "d", "empty", "e" };
	struct paths *p = paths_new(names, 4);
	struct path path;

	make_folders();
	put("empty", "");
	put("d/B", "33");
	cr_assert(paths_next_small(p, 1, &path));
	cr_expect_str_eq(path.name, "e");
	cr_expect_eq(path.size, 1);
	cr_assert(paths_next_small(p, 1, &path));
	cr_expect_str_eq(path.name, "d/.hidden");
	cr_expect_not(paths_next_small(p, 1, &path));
	expect_paths(p, "d/B d/b/z d/b.json d/c empty* e*(duplicate) ");
	cr_expect_not(paths_next_small(p, 1, &path));
	paths_rewind(p);
	cr_assert(paths_next_small(p, 1, &path));
	paths_free(p);
}

Test(paths, the_second_reading_finds_what_the_first_found)
{
	const char *const names[] = { "d" };
	struct paths *p = paths_new(names, 1);
	struct path path;

	make_folders();
	cr_assert(paths_next(p, &path));
	paths_rewind(p);
	expect_paths(p, "d/.hidden d/B d/b/z d/b.json d/c ");
	put("d/new", "7");
	unlink("d/c");
	paths_rewind(p);
	expect_paths(p, "d/.hidden d/B d/b/z d/b.json d/c ");
	paths_free(p);
}

/* ---- streams ---- */

/* A stream of bytes in memory that gives `step` of them at a time, and then ends, or fails. */
struct drip {
	struct stream s;
	struct slice left;
	size_t step;
	bool fails;
};

static ssize_t drip_read(struct stream *s, void *buf, size_t n)
{
	struct drip *d = (struct drip *)s;

	if (d->left.n == 0)
		return d->fails ? stream_fail(s, REASON_READ, "the test says so") : 0;
	if (n > d->step)
		n = d->step;
	if (n > d->left.n)
		n = d->left.n;
	memcpy(buf, d->left.p, n);
	d->left.p += n;
	d->left.n -= n;
	return (ssize_t)n;
}

static const struct stream_class drip_class = { .read = drip_read };

static struct stream *drip(struct slice s, size_t step)
{
	struct drip *d = stream_new(sizeof *d, &drip_class, NULL);

	d->left = s;
	d->step = step;
	return &d->s;
}

/* Reads s in pieces of n to its end; returns why it failed. */
static enum reason drain(struct stream *s, size_t n, struct buf *out)
{
	ssize_t got;

	while ((got = stream_read(s, buf_reserve(out, n), n)) > 0)
		out->n += (size_t)got;
	cr_expect_eq(got < 0, stream_failure(s, NULL) != REASONS);
	cr_expect_eq(stream_read(s, buf_reserve(out, n), n), got, "the end stays");
	return stream_failure(s, NULL);
}

/* Reads s to its end, closes it and compares. */
static void expect_stream(struct stream *s, size_t n, struct slice want, enum reason reason, const char *what)
{
	struct buf got = BUF_INIT;
	const enum reason failure = drain(s, n, &got);

	cr_expect_eq(failure, reason, "%s: failed with %d instead of %d", what, (int)failure, (int)reason);
	expect_same(buf_view(&got), want, what);
	buf_free(&got);
	stream_close(s);
}

static struct stream *open_file(const char *path)
{
	struct stream *s = file_open(io_open_read(path, true), true, NULL);

	cr_assert_not_null(s);
	return s;
}

Test(stream, decoders_do_not_care_how_bytes_arrive)
{
	static const size_t steps[][2] = {
		{ 1 << 20, 1 << 20 }, { 1, 1 << 20 }, { 1 << 20, 1 }, { 1, 1 }, { 511, 7 }, { 3, 65536 },
	};
	const struct slice text = sample(9000);

	for (size_t c = 0; c < CODECS; c++) {
		struct buf packed = BUF_INIT;

		codecs[c].add(&packed, slice_of(text.p, 100000));
		codecs[c].add(&packed, slice_of(text.p, 0));
		codecs[c].add(&packed, slice_of(text.p + 100000, text.n - 100000));
		for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
			expect_stream(codecs[c].open(drip(buf_view(&packed), steps[i][0])), steps[i][1], text, REASONS,
			              codecs[c].name);
		buf_free(&packed);
	}
}

Test(stream, damage_comes_after_what_is_good)
{
	const struct slice text = sample(100);

	for (size_t c = 0; c < CODECS; c++) {
		struct buf packed = BUF_INIT;

		codecs[c].add(&packed, text);
		const size_t whole = packed.n;

		buf_str(&packed, "something else that is no archive");
		expect_stream(codecs[c].open(drip(buf_view(&packed), 5)), 1000, text, REASON_CORRUPT, codecs[c].name);
		expect_stream(codecs[c].open(drip(slice_of(packed.p, whole), 5)), 1000, text, REASONS, codecs[c].name);
		packed.n = whole;
		codecs[c].add(&packed, text);
		struct stream *s = codecs[c].open(drip(slice_of(packed.p, packed.n - 1), 1 << 20));
		struct buf got = BUF_INIT;

		cr_expect_eq(drain(s, 100, &got), REASON_CORRUPT, "%s", codecs[c].name);
		cr_expect_geq(got.n, text.n, "%s", codecs[c].name);
		buf_free(&got);
		stream_close(s);
		buf_free(&packed);
	}
}

Test(stream, a_failure_below_is_told_as_it_is)
{
	const struct slice text = sample(100);

	for (size_t c = 0; c < CODECS; c++)
		for (size_t cut = 0; cut < 2; cut++) {
			struct buf packed = BUF_INIT;
			const char *why;

			codecs[c].add(&packed, text);
			struct stream *below = drip(slice_of(packed.p, packed.n - cut * 20), 100);

			((struct drip *)below)->fails = true;
			struct stream *s = codecs[c].open(below);
			struct buf got = BUF_INIT;

			cr_expect_eq(drain(s, 100, &got), REASON_READ, "%s", codecs[c].name);
			stream_failure(s, &why);
			cr_expect_str_eq(why, "the test says so");
			buf_free(&got);
			stream_close(s);
			buf_free(&packed);
		}
}

Test(stream, a_gzip_header_in_pieces_keeps_its_flags)
{
	const struct slice text = SLICE("after a long header\n");
	struct buf plain = BUF_INIT, packed = BUF_INIT;

	add_gzip(&plain, text);
	buf_add(&packed, "\x1f\x8b\x08\x1e\0\0\0\0\0\3", 10); /* with extra field, name, comment and checksum */
	buf_add(&packed, "\5\0extra", 7);
	buf_add(&packed, "name\0comment", 13);
	add_number(&packed, crc32_gzip_refl(0, (const uint8_t *)packed.p, packed.n) & 0xffff, 2);
	buf_add(&packed, plain.p + 10, plain.n - 10);
	for (size_t step = 1; step < 40; step++)
		expect_stream(gzip_open(drip(buf_view(&packed), step)), 100, text, REASONS, "header");
	packed.p[12]++;
	expect_stream(gzip_open(drip(buf_view(&packed), 1)), 100, SLICE(""), REASON_CORRUPT, "damaged header");
	buf_free(&plain);
	buf_free(&packed);
}

Test(stream, zeros_behind_gzip_are_no_damage)
{
	const struct slice text = sample(10);
	struct buf packed = BUF_INIT, twice = BUF_INIT;

	add_gzip(&packed, text);
	add_zeros(&packed, 300000);
	expect_stream(gzip_open(drip(buf_view(&packed), 1000)), 100, text, REASONS, "padding");
	add_gzip(&packed, text);
	buf_slice(&twice, text);
	buf_slice(&twice, text);
	expect_stream(gzip_open(drip(buf_view(&packed), 1000)), 100, buf_view(&twice), REASONS, "a member behind it");
	buf_free(&packed);
	buf_free(&twice);
}

Test(stream, a_zstd_window_above_the_limit_is_refused)
{
	const struct slice frame = SLICE("\x28\xb5\x2f\xfd\x00\x90\x01\x00\x00");
	const char *why;
	struct stream *s = zstd_open(drip(frame, 100));
	char c;

	cr_expect_eq(stream_read(s, &c, 1), -1);
	cr_expect_eq(stream_failure(s, &why), REASON_LIMIT);
	cr_expect_not_null(strstr(why, "128 MiB"));
	stream_close(s);
}

static void expect_utf16(struct slice in, const char *want, enum reason reason)
{
	for (size_t step = 1; step < 4; step++)
		for (size_t room = 1; room < 12; room++)
			expect_stream(utf16_open(drip(in, step)), room, slice_str(want), reason, want);
}

Test(stream, utf16)
{
	static const char want[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\n";

	expect_utf16(SLICE("\xff\xfe" "a\0\xe9\0\xac\x20\x3d\xd8\x00\xde\n\0"), want, REASONS);
	expect_utf16(SLICE("\xfe\xff\0a\0\xe9\x20\xac\xd8\x3d\xde\x00\0\n"), want, REASONS);
	/* Halves of pairs: one byte each that no UTF-8 has, for the repair that counts them. */
	expect_utf16(SLICE("\xff\xfe" "\x3d\xd8" "a\0\x00\xde\x3d\xd8\x3d\xd8\x00\xde"),
	             "\xff" "a\xff\xff\xf0\x9f\x98\x80", REASONS);
	expect_utf16(SLICE("\xff\xfe" "a\0\x3d\xd8"), "a\xff", REASONS);
	expect_utf16(SLICE("\xff\xfe" "a\0b"), "a", REASON_CORRUPT);
}

Test(stream, peeking_takes_nothing)
{
	const struct slice text = sample(9000);
	struct slice head;
	char first[3];

	put_bytes("f", text);
	struct stream *s = open_file("f");

	cr_assert(stream_peek(s, 10, &head));
	cr_expect_geq(head.n, 10);
	cr_expect(memcmp(head.p, text.p, 10) == 0);
	cr_expect_eq(stream_read(s, first, sizeof first), 3);
	cr_assert(stream_peek(s, STREAM_PEEK_MAX, &head));
	cr_expect_eq(head.n, STREAM_PEEK_MAX);
	cr_expect(memcmp(head.p, text.p + 3, head.n) == 0);
	expect_stream(s, 1 << 20, slice_of(text.p + 3, text.n - 3), REASONS, "the rest");
	s = drip(SLICE("abc"), 1);
	cr_assert(stream_peek(s, 100, &head));
	expect_same(head, SLICE("abc"), "all there is");
	expect_stream(s, 2, SLICE("abc"), REASONS, "all there is");
}

Test(stream, bytes_before_a_failure_can_be_peeked_and_read)
{
	struct stream *s = drip(SLICE("abc"), 1);
	struct slice head;

	((struct drip *)s)->fails = true;
	cr_expect(stream_peek(s, 100, &head));
	expect_same(head, SLICE("abc"), "peeked");
	expect_stream(s, 2, SLICE("abc"), REASON_READ, "read");
	s = drip(SLICE(""), 1);
	((struct drip *)s)->fails = true;
	cr_expect_not(stream_peek(s, 100, &head));
	stream_close(s);
}

Test(stream, the_limit_is_met_exactly)
{
	struct slice head;

	for (uint64_t limit = 4; limit <= 6; limit++) {
		struct stream *s = drip(SLICE("abcde"), 2);

		cr_assert(stream_peek(s, 2, &head));
		stream_limit(s, limit);
		if (limit == 4)
			expect_stream(s, 100, SLICE("abcd"), REASON_LIMIT, "one above");
		else
			expect_stream(s, 100, SLICE("abcde"), REASONS, "not above");
	}
}

Test(stream, a_plain_file_can_be_read_again)
{
	const struct slice text = sample(1000);
	struct slice head;
	struct buf got = BUF_INIT;

	put_bytes("f", text);
	struct stream *s = open_file("f");

	cr_expect(stream_can_rewind(s));
	cr_assert(stream_peek(s, 10, &head));
	drain(s, 1000, &got);
	cr_assert(stream_rewind(s));
	expect_stream(s, 777, text, REASONS, "again");
	buf_free(&got);
}

Test(stream, a_file_that_grows_or_shrinks)
{
	char byte;

	put("f", "0123456789");
	struct stream *s = open_file("f");

	cr_expect_eq(stream_read(s, &byte, 1), 1);
	put("f", "0123456789 and more");
	expect_stream(s, 4, SLICE("123456789"), REASONS, "grown");
	s = open_file("f");
	cr_expect_eq(stream_read(s, &byte, 1), 1);
	put("f", "0123");
	expect_stream(s, 4, SLICE("123"), REASON_READ, "shrunk");
}

Test(stream, spooling_makes_it_rewindable)
{
	const struct slice text = sample(20000);
	struct stream *s = drip(text, 1000);
	struct slice head;

	cr_expect_not(stream_can_rewind(s));
	cr_expect_not(stream_rewind(s));
	cr_assert(stream_peek(s, 100, &head));
	cr_assert(stream_spool(&s));
	cr_expect(stream_can_rewind(s));
	for (int i = 0; i < 2; i++) {
		struct buf got = BUF_INIT;

		cr_expect_eq(drain(s, 10000, &got), REASONS);
		expect_same(buf_view(&got), text, "spooled");
		buf_free(&got);
		cr_assert(stream_rewind(s));
	}
	stream_close(s);
}

Test(stream, what_could_be_spooled_can_be_read)
{
	struct stream *s = drip(SLICE("abc"), 1);

	((struct drip *)s)->fails = true;
	cr_expect_not(stream_spool(&s));
	cr_expect_eq(stream_failure(s, NULL), REASON_READ);
	cr_assert(stream_rewind(s));
	expect_stream(s, 2, SLICE("abc"), REASON_READ, "spooled");
	setenv("TMPDIR", "/nowhere/at/all", 1);
	s = drip(SLICE("abc"), 1);
	cr_expect_not(stream_spool(&s));
	expect_stream(s, 2, SLICE(""), REASON_READ, "no folder for it");
}

/* ---- containers ---- */

static const char *short_kind(const struct item *item)
{
	static const char *const words[] = { "", "-", "!", "end" };

	return words[item->kind];
}

/*
 * All of a path as one line: each item as its member, with - before it if it is skipped and ! if it
 * failed, the reason, and the number of bytes of a source.
 */
static void expect_items_under(const char *path, uint64_t limit, const char *want)
{
	const struct path p = { .name = path, .named = true, .skip = REASONS };
	const struct container_limits limits = { .expansion = limit };
	struct diag *diag = diag_new();
	struct container *c = container_open(&p, &limits, diag, NULL);
	struct buf got = BUF_INIT;
	struct item item;

	do {
		struct buf text = BUF_INIT;

		container_next(c, &item);
		if (item.kind == ITEM_SOURCE)
			item.reason = drain(item.stream, 1000, &text);
		buf_printf(&got, "%s%s", short_kind(&item), item.member);
		if (item.reason != REASONS)
			buf_printf(&got, "(%s)", reason_table[item.reason].name);
		if (item.kind == ITEM_SOURCE) {
			buf_printf(&got, "=%zu", text.n);
			stream_close(item.stream);
		}
		buf_str(&got, item.kind == ITEM_END ? "" : " ");
		cr_expect_eq(item.is_member, *item.member != '\0');
		buf_free(&text);
	} while (item.kind != ITEM_END);
	cr_expect_str_eq(buf_cstr(&got), want, "%s: %s\n instead of %s", path, buf_cstr(&got), want);
	buf_free(&got);
	container_close(c);
	diag_free(diag);
}

static void expect_items(const char *path, const char *want)
{
	expect_items_under(path, 0, want);
}

Test(container, what_a_file_is_shows_in_its_bytes)
{
	char v7[2048];
	struct buf tar = BUF_INIT;

	put("text.gz", "{}\n");
	put("none", "");
	put_bytes("obj", SLICE("Obj\1 and so on"));
	put_bytes("par", SLICE("PAR1 and so on"));
	put_bytes("utf32", SLICE("\xff\xfe\0\0a\0\0\0"));
	put_bytes("utf16", SLICE("\xff\xfe" "a\0\xe9\0"));
	expect_items("text.gz", "=3 end");
	expect_items("none", "-(empty) end");
	expect_items("obj", "-(unsupported) end");
	expect_items("par", "-(unsupported) end");
	expect_items("utf32", "-(unsupported) end");
	expect_items("utf16", "=3 end");
	expect_items("missing", "!(open) end");
	expect_items(".", "-(directory) end");
	memset(v7, 0, sizeof v7);
	put_bytes("nul", slice_of(v7, sizeof v7));
	expect_items("nul", "=2048 end");
	add_tar(&tar, "old", '\0', "", SLICE("{}\n"), false);
	add_zeros(&tar, 1024);
	put_bytes("v7", buf_view(&tar));
	expect_items("v7", "old=3 end");
	buf_free(&tar);
}

Test(container, each_codec_is_looked_through)
{
	const struct slice text = sample(100);

	for (size_t c = 0; c < CODECS; c++) {
		struct buf packed = BUF_INIT;
		char want[40];

		snprintf(want, sizeof want, "=%zu end", text.n);
		codecs[c].add(&packed, text);
		put_bytes("f", buf_view(&packed));
		expect_items("f", want);
		put_bytes("f", slice_of(packed.p, 11));
		expect_items("f", "!(corrupt) end");
		packed.n = 0;
		codecs[c].add(&packed, SLICE(""));
		put_bytes("f", buf_view(&packed));
		expect_items("f", "-(empty) end");
		buf_free(&packed);
	}
}

Test(container, four_deep_and_no_deeper)
{
	struct buf level[6] = { BUF_INIT };
	struct zip z = { .entries = 0 };

	add_gzip(&level[0], SLICE("{}\n"));
	add_tar(&level[1], "a.gz", '0', "", buf_view(&level[0]), true);
	add_zeros(&level[1], 1024);
	add_zip(&z, "b.tar", ZIP_PLAIN, 0, 0100644, buf_view(&level[1]));
	add_zip(&z, "c.json", ZIP_PLAIN, 0, 0100644, SLICE("[]"));
	buf_slice(&level[2], end_zip(&z, 2));
	add_xz(&level[3], buf_view(&level[2]));
	add_zstd(&level[4], buf_view(&level[3]));
	put_bytes("3", buf_view(&level[2]));
	put_bytes("4", buf_view(&level[3]));
	put_bytes("5", buf_view(&level[4]));
	expect_items("3", "b.tar: a.gz=3 c.json=2 end");
	expect_items("4", "b.tar: a.gz=3 c.json=2 end");
	expect_items("5", "-b.tar: a.gz(nested) c.json=2 end");
	for (size_t i = 0; i < 6; i++)
		buf_free(&level[i]);
	buf_free(&z.body);
}

#define TAR_MEMBERS "-d/(directory) d/a=1640 -d/none(empty) -d/link(symlink) -d/hard(duplicate) " \
	"-d/fifo(special) d/z=3"

Test(container, members_of_a_tar)
{
	struct buf tar = BUF_INIT;

	add_tar(&tar, "d/", '5', "", SLICE(""), true);
	add_tar(&tar, "d/a", '0', "", sample(50), true);
	add_tar(&tar, "d/none", '0', "", SLICE(""), true);
	add_tar(&tar, "d/link", '2', "a", SLICE(""), true);
	add_tar(&tar, "d/hard", '1', "d/a", SLICE(""), true);
	add_tar(&tar, "d/fifo", '6', "", SLICE(""), true);
	add_tar(&tar, "d/z", '0', "", SLICE("{}\n"), true);
	const size_t end = tar.n;

	add_zeros(&tar, 10240);
	put_bytes("t", buf_view(&tar));
	expect_items("t", TAR_MEMBERS " end");
	put_bytes("t", slice_of(tar.p, end + 700));
	expect_items("t", TAR_MEMBERS " end");
	put_bytes("t", slice_of(tar.p, end + 400));
	expect_items("t", TAR_MEMBERS " end(corrupt)");
	put_bytes("t", slice_of(tar.p, 2000));
	expect_items("t", "-d/(directory) d/a(corrupt)=976 end(corrupt)");
	buf_free(&tar);
}

Test(container, a_tar_with_holes)
{
	struct buf tar = BUF_INIT;

	for (int i = 0; i < 4; i++)
		add_tar(&tar, (const char *[]){ "a", "b", "c", "d" }[i], '0', "", SLICE("{}\n"), true);
	add_zeros(&tar, 1024);
	memset(tar.p + 1024, 0, 1024);
	put_bytes("zeros", buf_view(&tar));
	expect_items("zeros", "a=3 c=3 d=3 end(corrupt)");
	tar.p[2048 + 3] ^= 1;
	tar.p[3] ^= 1;
	put_bytes("headers", buf_view(&tar));
	expect_items("headers", "d=3 end(corrupt)");
	buf_free(&tar);
}

Test(container, a_damaged_tar_in_a_tar_is_one_item)
{
	struct buf inner = BUF_INIT, outer = BUF_INIT;

	add_tar(&inner, "a", '0', "", SLICE("{}\n"), true);
	add_tar(&outer, "in.tar", '0', "", buf_view(&inner), true);
	add_tar(&outer, "b", '0', "", SLICE("{}\n"), true);
	add_zeros(&outer, 1024);
	put_bytes("t", buf_view(&outer));
	expect_items("t", "in.tar: a=3 !in.tar(corrupt) b=3 end");
	buf_free(&inner);
	buf_free(&outer);
}

Test(container, damage_of_the_gzip_around_a_tar_is_told_once)
{
	struct buf tar = BUF_INIT, packed = BUF_INIT;
	const struct path p = { .name = "t", .named = true, .skip = REASONS };
	const struct container_limits limits = { 0 };
	const struct diag_problem_row *rows;
	struct diag *diag = diag_new();
	struct item item;

	add_tar(&tar, "a", '0', "", sample(5000), true);
	add_zeros(&tar, 1024);
	add_gzip(&packed, buf_view(&tar));
	put_bytes("t", slice_of(packed.p, packed.n / 2));
	struct container *c = container_open(&p, &limits, diag, NULL);
	struct buf text = BUF_INIT;

	container_next(c, &item);
	cr_assert_eq(item.kind, ITEM_SOURCE);
	cr_expect_eq(drain(item.stream, 1000, &text), REASON_CORRUPT);
	cr_expect_gt(text.n, 50000);
	stream_close(item.stream);
	container_next(c, &item);
	cr_expect_eq(item.kind, ITEM_END);
	cr_expect_eq(item.reason, REASON_CORRUPT);
	cr_expect_eq(diag_problems(diag, &rows), 0, "the reader of the stream has it to tell");
	container_close(c);
	put_bytes("t", slice_of(packed.p, packed.n - 4));
	c = container_open(&p, &limits, diag, NULL);
	text.n = 0;
	container_next(c, &item);
	cr_expect_eq(drain(item.stream, 1000, &text), REASONS);
	stream_close(item.stream);
	container_next(c, &item);
	cr_expect_eq(item.reason, REASON_CORRUPT, "nobody but the container sees the end of the gzip");
	cr_expect_eq(diag_problems(diag, &rows), 1);
	container_close(c);
	diag_free(diag);
	buf_free(&text);
	buf_free(&tar);
	buf_free(&packed);
}

Test(container, members_of_a_zip)
{
	struct zip z = { .entries = 0 };
	struct buf packed = BUF_INIT;

	add_zip(&z, "d/", ZIP_PLAIN, 0, 040755, SLICE(""));
	add_zip(&z, "d/a", ZIP_PLAIN, 0, 0100644, sample(50));
	add_zip(&z, "d/link", ZIP_PLAIN, 0, 0120777, SLICE("a"));
	add_zip(&z, "d/\xc3\xa9", ZIP_UTF8, 0, 0100644, SLICE("{}\n"));
	add_zip(&z, "d/secret", ZIP_ENCRYPTED, 0, 0100644, SLICE("0123456789abcdef"));
	add_zip(&z, "d/lzma", ZIP_PLAIN, 14, 0100644, SLICE("0123456789abcdef"));
	add_zip(&z, "d/none", ZIP_PLAIN, 0, 0100644, SLICE(""));
	add_zip(&z, "d/hidden", ZIP_PLAIN, 0, 0120644, SLICE("{\"a\":1}\n"));
	put_bytes("z", end_zip(&z, 8));
	static const char want[] = "-d/(directory) d/a=1640 -d/link(symlink) d/\xc3\xa9=3 -d/secret(encrypted) "
	                           "-d/lzma(unsupported) -d/none(empty) !d/hidden(corrupt) end";
	/* Where the locale has no such character the member is read all the same. */
	setlocale(LC_CTYPE, "C");
	expect_items("z", "-d/(directory) d/a=1640 -d/link(symlink) member 4=3 -d/secret(encrypted) "
	             "-d/lzma(unsupported) -d/none(empty) !d/hidden(corrupt) end");
	cr_assert_not_null(setlocale(LC_CTYPE, "C.UTF-8"));
	expect_items("z", want);
	add_gzip(&packed, buf_view(&z.body));
	put_bytes("z", buf_view(&packed));
	expect_items("z", want);
	buf_free(&packed);
	buf_free(&z.body);
}

Test(container, a_zip_whose_directory_is_wrong)
{
	struct zip z = { .entries = 0 };

	add_zip(&z, "a", ZIP_PLAIN, 0, 0100644, SLICE("{}\n"));
	add_zip(&z, "b", ZIP_PLAIN, 0, 0100644, SLICE("[]\n\n"));
	const size_t directory = z.body.n;

	put_bytes("z", end_zip(&z, 3));
	expect_items("z", "a=3 b=4 end(corrupt)");
	put_bytes("z", slice_of(z.body.p, directory));
	expect_items("z", "a=3 b=4 end(corrupt)");
	put_bytes("z", slice_of(z.body.p, directory - 2));
	expect_items("z", "a=3 b(corrupt)=2 end(corrupt)");
	buf_free(&z.body);
}

Test(container, a_damaged_member_of_a_zip_leaves_the_others)
{
	struct zip z = { .entries = 0 };
	size_t at[3];

	for (int i = 0; i < 3; i++) {
		at[i] = z.body.n;
		add_zip(&z, (const char *[]){ "a", "b", "c" }[i], ZIP_PLAIN, 0, 0100644, SLICE("{}\n"));
	}
	end_zip(&z, 3);
	z.body.p[at[0] + 30 + 1] ^= 4;
	put_bytes("z", buf_view(&z.body));
	expect_items("z", "a(corrupt)=3 b=3 c=3 end");
	z.body.p[at[0] + 30 + 1] ^= 4;
	z.body.p[at[1] + 29] ^= 64; /* an extra field that is longer than the file */
	put_bytes("z", buf_view(&z.body));
	expect_items("z", "a=3 c=3 end(corrupt)");
	z.body.p[at[1] + 2] ^= 64; /* and no signature */
	put_bytes("z", buf_view(&z.body));
	expect_items("z", "a=3 c=3 end(corrupt)");
	buf_free(&z.body);
}

Test(container, an_empty_zip_and_a_workbook)
{
	struct zip none = { .entries = 0 }, book = { .entries = 0 };
	struct buf outer = BUF_INIT;

	put_bytes("none", end_zip(&none, 0));
	expect_items("none", "end");
	add_zip(&book, "docProps/app.xml", ZIP_PLAIN, 0, 0100644, SLICE("<a/>"));
	add_zip(&book, "xl/workbook.xml", ZIP_PLAIN, 0, 0100644, SLICE("<a/>"));
	add_zip(&book, "[Content_Types].xml", ZIP_PLAIN, 0, 0100644, SLICE("<a/>"));
	put_bytes("book", end_zip(&book, 3));
	expect_items("book", "-(unsupported) end");
	add_tar(&outer, "book.zip", '0', "", buf_view(&book.body), true);
	add_zeros(&outer, 1024);
	put_bytes("outer", buf_view(&outer));
	expect_items("outer", "-book.zip(unsupported) end");
	buf_free(&none.body);
	buf_free(&book.body);
	buf_free(&outer);
}

Test(container, expansion_is_limited_for_each_member)
{
	const struct slice text = sample(10000);
	struct buf tar = BUF_INIT, packed = BUF_INIT;

	put_bytes("plain", text);
	expect_items_under("plain", 1000, "=348890 end");
	add_gzip(&packed, text);
	put_bytes("gz", buf_view(&packed));
	expect_items_under("gz", 348890, "=348890 end");
	expect_items_under("gz", 348889, "(limit)=348889 end");
	add_tar(&tar, "small", '0', "", slice_of(text.p, 100000), true);
	add_tar(&tar, "large", '0', "", slice_of(text.p, 150000), true);
	add_tar(&tar, "next", '0', "", SLICE("{}\n"), true);
	add_tar(&tar, "huge", '0', "", text, true);
	add_tar(&tar, "lost", '0', "", SLICE("{}\n"), true);
	add_zeros(&tar, 1024);
	packed.n = 0;
	add_gzip(&packed, buf_view(&tar));
	put_bytes("tgz", buf_view(&packed));
	expect_items_under("tgz", 348890, "small=100000 large=150000 next=3 huge=348890 lost=3 end");
	expect_items_under("tgz", 100000, "small=100000 large(limit)=100000 next=3 huge(limit)=100000 lost=3 end");
	buf_free(&tar);
	buf_free(&packed);
}

static void *write_later(void *path)
{
	usleep(50000);
	const int fd = open(path, O_WRONLY);

	io_write_all(fd, "{}\n", 3);
	usleep(50000);
	io_write_all(fd, "[]\n", 3);
	io_close(fd);
	return NULL;
}

Test(container, a_named_fifo_is_waited_for)
{
	pthread_t writer;
	char name[] = "fifo";

	cr_assert_eq(mkfifo(name, 0644), 0);
	cr_assert_eq(pthread_create(&writer, NULL, write_later, name), 0);
	expect_items("fifo", "=6 end");
	pthread_join(writer, NULL);
}

Test(container, bytes_taken_from_files_are_counted)
{
	struct zip z = { .entries = 0 };
	struct buf tar = BUF_INIT, packed = BUF_INIT;
	const struct container_limits limits = { 0 };
	struct diag *diag = diag_new();

	add_zip(&z, "a", ZIP_PLAIN, 0, 0100644, sample(20000));
	put_bytes("0", end_zip(&z, 1));
	add_tar(&tar, "a", '0', "", sample(5000), true);
	add_zeros(&tar, 100000);
	put_bytes("1", buf_view(&tar));
	add_gzip(&packed, buf_view(&tar));
	put_bytes("2", buf_view(&packed));
	for (int i = 0; i < 3; i++) {
		const char name[] = { (char)('0' + i), '\0' };
		const struct path p = { .name = name, .named = true, .skip = REASONS };
		_Atomic uint64_t compressed = 0;
		struct container *c = container_open(&p, &limits, diag, &compressed);
		struct item item;
		struct stat st;

		for (container_next(c, &item); item.kind != ITEM_END; container_next(c, &item)) {
			struct buf text = BUF_INIT;

			drain(item.stream, 100000, &text);
			stream_close(item.stream);
			buf_free(&text);
		}
		cr_expect(container_is_archive(c));
		container_close(c);
		cr_assert_eq(stat(name, &st), 0);
		cr_expect_eq(compressed, (uint64_t)st.st_size, "%s: %llu of %lld", name,
		             (unsigned long long)compressed, (long long)st.st_size);
	}
	diag_free(diag);
	buf_free(&z.body);
	buf_free(&tar);
	buf_free(&packed);
}
