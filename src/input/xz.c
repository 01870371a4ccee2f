/*
 * xz.c - xz: one stream or several, padding between them, every check that liblzma knows verified.
 */
#include "input/decoders.h"

#include <lzma.h>

#include "base/mem.h"
#include "input/stream_impl.h"

/* Enough for a dictionary of 128 MiB; xz -9 needs half of it. */
static const uint64_t memory_limit = UINT64_C(160) << 20;

struct xz {
	struct stream s;
	struct feed in;
	lzma_stream state;
};

static ssize_t fail(struct xz *x, lzma_ret status)
{
	switch (status) {
	case LZMA_MEM_ERROR:
		mem_fail(0);
	case LZMA_MEMLIMIT_ERROR:
		return stream_fail(&x->s, REASON_LIMIT, "the xz data need a dictionary above 128 MiB; "
		                   "decompress them with xz -d first");
	case LZMA_BUF_ERROR:
		return feed_cut(&x->in, &x->s, "the xz data are cut; what came before was read");
	case LZMA_UNSUPPORTED_CHECK:
	case LZMA_OPTIONS_ERROR:
		return stream_fail(&x->s, REASON_CORRUPT,
		                   "the xz data are damaged or of a newer kind; what came before was read");
	default:
		return stream_fail(&x->s, REASON_CORRUPT, "the xz data are damaged; what came before was read");
	}
}

static ssize_t xz_read(struct stream *s, void *buf, size_t n)
{
	struct xz *x = (struct xz *)s;

	x->state.next_out = buf;
	x->state.avail_out = n;
	for (;;) {
		x->state.next_in = x->in.p + x->in.at;
		x->state.avail_in = x->in.n - x->in.at;
		const lzma_ret status = lzma_code(&x->state, x->in.end ? LZMA_FINISH : LZMA_RUN);
		const size_t made = n - x->state.avail_out;

		x->in.at = x->in.n - x->state.avail_in;

		const bool hungry = status == LZMA_BUF_ERROR && !x->in.end && x->in.at == x->in.n;

		if (status != LZMA_OK && status != LZMA_STREAM_END && !hungry) {
			fail(x, status);
			return made > 0 ? (ssize_t)made : -1;
		}
		if (made > 0)
			return (ssize_t)made;
		if (status == LZMA_STREAM_END) {
			/* A failure below may have come where a stream was complete. */
			if (stream_failure(x->in.below, NULL) == REASONS)
				return 0;
			return feed_cut(&x->in, s, "");
		}
		if (x->in.at == x->in.n)
			feed_more(&x->in);
	}
}

static void xz_close(struct stream *s)
{
	struct xz *x = (struct xz *)s;

	lzma_end(&x->state);
	feed_close(&x->in);
}

static const struct stream_class xz_class = { .read = xz_read, .close = xz_close };

struct stream *xz_open(struct stream *below)
{
	struct xz *x = stream_new(sizeof *x, &xz_class, below);

	feed_open(&x->in, below);
	x->state = (lzma_stream)LZMA_STREAM_INIT;
	if (lzma_stream_decoder(&x->state, memory_limit,
	                        LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK) != LZMA_OK)
		mem_fail(0);
	return &x->s;
}
