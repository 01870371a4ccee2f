/*
 * runs.c - runs are chains of blocks in a file; merging needs one block of each in memory.
 *
 * At most MERGED runs are read at once. When as many of one level have gathered they become one run of the next, so an entry is
 * written once for each level (a billion entries of a thousand a run: four times). A block that has been read by such a merge is
 * written again. Of a key only what differs from the key before is stored: keys begin with the device, and follow each other.
 */
#include "tally/runs.h"

#include <errno.h>
#include <stdlib.h>

#include "base/io.h"
#include "base/mem.h"

enum { BLOCK = 64 * 1024, MERGED = 64 };

/* A temporary file of blocks. */
struct block_file {
	int fd;
	uint32_t n_blocks;        /* it has ever had */
	uint32_t *free;           /* of these, those that nobody needs any more */
	size_t n_free, free_cap;
};

struct run {
	struct block_file *file;
	uint32_t *blocks;
	size_t n_blocks, blocks_cap;
	uint64_t size;            /* bytes */
	unsigned level;
};

/* Where a run is being read. */
struct cursor {
	const struct run *run;
	uint64_t at;              /* byte in the run that is next */
	char *block;              /* the one that `at` is in, if any of it was read */
	struct buf key, value;    /* of the entry that is next */
};

struct runs {
	struct block_file **files; /* the first is the one that is written */
	size_t n_files;
	struct run *runs;
	size_t n_runs, runs_cap;
	int error;

	/* writing: the last run */
	char *block;
	size_t filled;
	struct buf last_key, head;

	/* reading */
	struct cursor *cursors;
	struct cursor **heap;     /* by the next key, least first; the top was handed out if `handed` */
	size_t n_cursors, n_heap;
	bool handed;
};

struct runs *runs_new(void)
{
	return mem_zalloc(sizeof(struct runs));
}

static void close_cursors(struct runs *r)
{
	for (size_t i = 0; i < r->n_cursors; i++) {
		free(r->cursors[i].block);
		buf_free(&r->cursors[i].key);
		buf_free(&r->cursors[i].value);
	}
	free(r->cursors);
	free(r->heap);
	r->cursors = NULL;
	r->heap = NULL;
	r->n_cursors = r->n_heap = 0;
}

void runs_free(struct runs *r)
{
	if (r == NULL)
		return;
	close_cursors(r);
	for (size_t i = 0; i < r->n_runs; i++)
		free(r->runs[i].blocks);
	for (size_t i = 0; i < r->n_files; i++) {
		io_close(r->files[i]->fd);
		free(r->files[i]->free);
		free(r->files[i]);
	}
	free(r->files);
	free(r->runs);
	free(r->block);
	buf_free(&r->last_key);
	buf_free(&r->head);
	free(r);
}

int runs_error(const struct runs *r)
{
	return r->error;
}

static void fail(struct runs *r)
{
	if (r->error == 0)
		r->error = errno;
}

/* ---- blocks ---- */

static void add_file(struct runs *r, struct block_file *file)
{
	r->files = mem_rearray(r->files, r->n_files + 1, sizeof(struct block_file *));
	r->files[r->n_files++] = file;
}

/* The file to write to; NULL: it cannot be had. */
static struct block_file *file_of(struct runs *r)
{
	if (r->n_files == 0) {
		struct block_file *file = mem_zalloc(sizeof *file);

		file->fd = io_temporary();
		if (file->fd < 0) {
			fail(r);
			free(file);
			return NULL;
		}
		add_file(r, file);
	}
	return r->files[0];
}

static uint32_t take_block(struct block_file *file)
{
	return file->n_free > 0 ? file->free[--file->n_free] : file->n_blocks++;
}

static void free_run(struct run *run)
{
	struct block_file *file = run->file;

	if (run->n_blocks == 0)
		return;
	if (file->n_free + run->n_blocks > file->free_cap) {
		file->free_cap = mem_grow(file->free_cap, file->n_free + run->n_blocks);
		file->free = mem_rearray(file->free, file->free_cap, sizeof *file->free);
	}
	for (size_t i = 0; i < run->n_blocks; i++)
		file->free[file->n_free++] = run->blocks[i];
	free(run->blocks);
}

/* ---- writing ---- */

static void write_block(struct runs *r)
{
	struct block_file *file = file_of(r);
	struct run *run = &r->runs[r->n_runs - 1];

	if (file == NULL || r->error != 0)
		return;
	if (run->n_blocks == run->blocks_cap) {
		run->blocks_cap = mem_grow(run->blocks_cap, run->n_blocks + 1);
		run->blocks = mem_rearray(run->blocks, run->blocks_cap, sizeof *run->blocks);
	}
	run->file = file;
	run->blocks[run->n_blocks] = take_block(file);
	if (io_pwrite_all(file->fd, r->block, r->filled, (off_t)run->blocks[run->n_blocks] * BLOCK) != 0)
		fail(r);
	run->n_blocks++;
}

static void write_bytes(struct runs *r, const char *p, size_t n)
{
	while (n > 0) {
		const size_t some = n < BLOCK - r->filled ? n : BLOCK - r->filled;

		memcpy(r->block + r->filled, p, some);
		r->filled += some;
		p += some;
		n -= some;
		if (r->filled == BLOCK) {
			write_block(r);
			r->filled = 0;
		}
	}
}

/* Seven bits a byte, the highest set on all but the last. */
static void put_number(struct buf *out, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		buf_byte(out, (char)(n | 0x80));
	buf_byte(out, (char)n);
}

static size_t shared(struct slice a, struct slice b)
{
	const size_t most = a.n < b.n ? a.n : b.n;
	size_t n = 0;

	while (n < most && a.p[n] == b.p[n])
		n++;
	return n;
}

void runs_begin(struct runs *r)
{
	if (r->n_runs == r->runs_cap) {
		r->runs_cap = mem_grow(r->runs_cap, r->n_runs + 1);
		r->runs = mem_rearray(r->runs, r->runs_cap, sizeof *r->runs);
	}
	r->runs[r->n_runs++] = (struct run){ 0 };
	if (r->block == NULL)
		r->block = mem_alloc(BLOCK);
	r->filled = 0;
	r->last_key.n = 0;
}

void runs_add(struct runs *r, struct slice key, struct slice value)
{
	const size_t same = shared(buf_view(&r->last_key), key);

	r->head.n = 0;
	put_number(&r->head, same);
	put_number(&r->head, key.n - same);
	put_number(&r->head, value.n);
	write_bytes(r, r->head.p, r->head.n);
	write_bytes(r, key.p + same, key.n - same);
	write_bytes(r, value.p, value.n);
	r->runs[r->n_runs - 1].size += r->head.n + key.n - same + value.n;
	r->last_key.n = same;
	buf_add(&r->last_key, key.p + same, key.n - same);
}

static void merge_some(struct runs *r, size_t first, size_t n);

static bool level_is_full(const struct runs *r)
{
	if (r->n_runs < MERGED)
		return false;
	for (size_t i = r->n_runs - MERGED; i < r->n_runs; i++)
		if (r->runs[i].level != r->runs[r->n_runs - 1].level)
			return false;
	return true;
}

void runs_end(struct runs *r)
{
	if (r->filled > 0)
		write_block(r);
	r->filled = 0;
	if (r->runs[r->n_runs - 1].size == 0)
		r->n_runs--;
	while (r->error == 0 && level_is_full(r))
		merge_some(r, r->n_runs - MERGED, MERGED);
}

void runs_take(struct runs *r, struct runs *from)
{
	if (from == NULL)
		return;
	r->runs = mem_rearray(r->runs, r->n_runs + from->n_runs, sizeof *r->runs);
	r->runs_cap = r->n_runs + from->n_runs;
	memcpy(r->runs + r->n_runs, from->runs, from->n_runs * sizeof *r->runs);
	r->n_runs += from->n_runs;
	for (size_t i = 0; i < from->n_files; i++)
		add_file(r, from->files[i]);
	if (r->error == 0)
		r->error = from->error;
	from->n_runs = from->n_files = 0;
	runs_free(from);
}

/* ---- reading ---- */

static bool read_bytes(struct runs *r, struct cursor *c, char *p, size_t n)
{
	if (n > c->run->size - c->at) {
		errno = EIO;
		fail(r);
		return false;
	}
	while (n > 0) {
		const size_t in_block = (size_t)(c->at % BLOCK);
		const uint64_t left = c->run->size - (c->at - in_block);
		const size_t have = left < BLOCK ? (size_t)left : (size_t)BLOCK;
		const size_t some = n < have - in_block ? n : have - in_block;

		if (in_block == 0 &&
		    io_pread_all(c->run->file->fd, c->block, have, (off_t)c->run->blocks[c->at / BLOCK] * BLOCK) != 0) {
			fail(r);
			return false;
		}
		memcpy(p, c->block + in_block, some);
		c->at += some;
		p += some;
		n -= some;
	}
	return true;
}

static bool read_number(struct runs *r, struct cursor *c, size_t *out)
{
	unsigned char byte = 0x80;

	*out = 0;
	for (unsigned shift = 0; (byte & 0x80) != 0 && shift < 64; shift += 7) {
		if (!read_bytes(r, c, (char *)&byte, 1))
			return false;
		*out |= (size_t)(byte & 0x7F) << shift;
	}
	return true;
}

/* The next entry of a run into its cursor; false at its end, and if it cannot be read. */
static bool read_entry(struct runs *r, struct cursor *c)
{
	size_t same, rest, n;

	if (c->at == c->run->size || r->error != 0)
		return false;
	if (!read_number(r, c, &same) || !read_number(r, c, &rest) || !read_number(r, c, &n))
		return false;
	c->key.n = same;
	if (!read_bytes(r, c, buf_reserve(&c->key, rest), rest))
		return false;
	c->key.n += rest;
	c->value.n = 0;
	if (!read_bytes(r, c, buf_reserve(&c->value, n), n))
		return false;
	c->value.n = n;
	return true;
}

static bool is_before(const struct cursor *a, const struct cursor *b)
{
	return slice_cmp(buf_view(&a->key), buf_view(&b->key)) < 0;
}

/* The cursor at place i goes down to where it belongs. */
static void sift(struct runs *r, size_t i)
{
	struct cursor *c = r->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= r->n_heap)
			break;
		if (child + 1 < r->n_heap && is_before(r->heap[child + 1], r->heap[child]))
			child++;
		if (!is_before(r->heap[child], c))
			break;
		r->heap[i] = r->heap[child];
		i = child;
	}
	r->heap[i] = c;
}

static void open_cursors(struct runs *r, size_t first, size_t n)
{
	close_cursors(r);
	r->cursors = mem_zalloc(n * sizeof *r->cursors);
	r->heap = mem_array(n, sizeof(struct cursor *));
	r->n_cursors = n;
	r->handed = false;
	for (size_t i = 0; i < n; i++) {
		struct cursor *c = &r->cursors[i];

		c->run = &r->runs[first + i];
		c->block = mem_alloc(BLOCK);
		if (read_entry(r, c))
			r->heap[r->n_heap++] = c;
	}
	for (size_t i = r->n_heap / 2; i-- > 0;)
		sift(r, i);
}

bool runs_next(struct runs *r, struct slice *key, struct slice *value)
{
	if (r->handed && r->n_heap > 0) {
		if (!read_entry(r, r->heap[0]))
			r->heap[0] = r->heap[--r->n_heap];
		if (r->n_heap > 0)
			sift(r, 0);
	}
	r->handed = true;
	if (r->n_heap == 0 || r->error != 0)
		return false;
	*key = buf_view(&r->heap[0]->key);
	*value = buf_view(&r->heap[0]->value);
	return true;
}

/* n runs, from the one at `first`, become one, the last. */
static void merge_some(struct runs *r, size_t first, size_t n)
{
	struct run *old = mem_array(n, sizeof *old);
	const unsigned level = r->runs[first].level + 1;
	struct slice key, value;

	memcpy(old, r->runs + first, n * sizeof *old);
	open_cursors(r, first, n);
	for (size_t i = 0; i < n; i++)
		r->cursors[i].run = &old[i];
	memmove(r->runs + first, r->runs + first + n, (r->n_runs - first - n) * sizeof *r->runs);
	r->n_runs -= n;
	runs_begin(r);
	while (runs_next(r, &key, &value))
		runs_add(r, key, value);
	if (r->filled > 0)
		write_block(r);
	r->filled = 0;
	r->runs[r->n_runs - 1].level = level;
	close_cursors(r);
	for (size_t i = 0; i < n; i++)
		free_run(&old[i]);
	free(old);
}

static int by_size(const void *x, const void *y)
{
	const struct run *a = x, *b = y;

	return (a->size > b->size) - (a->size < b->size);
}

void runs_rewind(struct runs *r)
{
	while (r->error == 0 && r->n_runs > MERGED) {
		const size_t n = r->n_runs - MERGED + 1;

		qsort(r->runs, r->n_runs, sizeof *r->runs, by_size);
		merge_some(r, 0, n < MERGED ? n : MERGED);
	}
	open_cursors(r, 0, r->n_runs);
}
