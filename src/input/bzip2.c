/*
 * bzip2.c - bzip2: one stream or several behind each other. Each block has its CRC and each stream
 * a combined one, both verified by the library.
 */
#include "input/decoders.h"

#include <bzlib.h>

#include "base/mem.h"
#include "input/stream_impl.h"

/* One call to the library, whose counters are 32 bits wide. */
enum { BZIP2_MOST = 1 << 30 };

struct bzip2 {
	struct stream s;
	struct feed in;
	bz_stream state;
	bool inside;           /* a stream; `state` is initialised */
	bool later;            /* behind the first stream */
	bool fresh;            /* nothing of this stream was decoded yet */
};

static ssize_t fail(struct bzip2 *b, int status)
{
	if (status == BZ_MEM_ERROR)
		mem_fail(0);
	if (status == BZ_DATA_ERROR_MAGIC && b->later && b->fresh)
		return stream_fail(&b->s, REASON_CORRUPT,
		                   "bytes that are not bzip2 follow the bzip2 data; they were left out");
	return stream_fail(&b->s, REASON_CORRUPT, "the bzip2 data are damaged; what came before was read");
}

static void begin(struct bzip2 *b)
{
	b->state = (bz_stream){ 0 };
	if (BZ2_bzDecompressInit(&b->state, 0, 0) != BZ_OK)
		mem_fail(0);
	b->inside = true;
	b->fresh = true;
}

static void end(struct bzip2 *b)
{
	if (b->inside)
		BZ2_bzDecompressEnd(&b->state);
	b->inside = false;
	b->later = true;
}

/* One call. False: it needs more input. A failure is in b->s. */
static bool step(struct bzip2 *b, char *out, unsigned room, unsigned *made)
{
	const size_t from = b->in.at;

	if (!b->inside) {
		if (b->in.at == b->in.n)
			return false;
		begin(b);
	}
	b->state.next_in = (char *)b->in.p + b->in.at;
	b->state.avail_in = (unsigned)(b->in.n - b->in.at);
	b->state.next_out = out;
	b->state.avail_out = room;
	const int status = BZ2_bzDecompress(&b->state);

	b->in.at = b->in.n - b->state.avail_in;
	*made = room - b->state.avail_out;
	if (*made > 0)
		b->fresh = false;
	if (status == BZ_STREAM_END) {
		end(b);
		return true;
	}
	if (status != BZ_OK)
		fail(b, status);
	return status == BZ_OK && (*made > 0 || b->in.at != from);
}

static ssize_t bzip2_read(struct stream *s, void *buf, size_t n)
{
	struct bzip2 *b = (struct bzip2 *)s;
	const unsigned room = n > BZIP2_MOST ? (unsigned)BZIP2_MOST : (unsigned)n;
	unsigned done = 0;

	while (done < room) {
		unsigned made = 0;
		const bool on = step(b, (char *)buf + done, room - done, &made);

		done += made;
		if (on)
			continue;
		if (done > 0)
			break;
		if (s->failure != REASONS)
			return -1;
		if (feed_more(&b->in))
			continue;
		if (!b->inside && stream_failure(b->in.below, NULL) == REASONS)
			return 0;
		return feed_cut(&b->in, s, "the bzip2 data are cut; what came before was read");
	}
	return (ssize_t)done;
}

static void bzip2_close(struct stream *s)
{
	struct bzip2 *b = (struct bzip2 *)s;

	end(b);
	feed_close(&b->in);
}

static const struct stream_class bzip2_class = { .read = bzip2_read, .close = bzip2_close };

struct stream *bzip2_open(struct stream *below)
{
	struct bzip2 *b = stream_new(sizeof *b, &bzip2_class, below);

	feed_open(&b->in, below);
	return &b->s;
}
