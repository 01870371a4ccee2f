/*
 * zstd.c - Zstandard: several frames, skippable ones among them, checksums verified where the
 * writer put them.
 *
 * The window is limited: a frame of a few bytes can ask for gigabytes of memory.
 */
#include "input/decoders.h"

#include <zstd.h>
#include <zstd_errors.h>

#include "base/mem.h"
#include "input/stream_impl.h"

enum { ZSTD_WINDOW_LOG = 27 };

struct zstd {
	struct stream s;
	struct feed in;
	ZSTD_DCtx *context;
	bool inside;           /* a frame */
	bool later;            /* behind the first frame */
	bool full;             /* the last call filled its buffer: more may wait inside */
};

static ssize_t fail(struct zstd *z, size_t status)
{
	switch (ZSTD_getErrorCode(status)) {
	case ZSTD_error_memory_allocation:
		mem_fail(0);
	case ZSTD_error_frameParameter_windowTooLarge:
		return stream_fail(&z->s, REASON_LIMIT, "the zstd data need a window above 128 MiB (zstd --long); "
		                   "decompress them with zstd -d --long=31 first");
	case ZSTD_error_prefix_unknown:
		if (z->later && !z->inside)
			return stream_fail(&z->s, REASON_CORRUPT,
			                   "bytes that are not zstd follow the zstd data; they were left out");
		break;
	case ZSTD_error_checksum_wrong:
		return stream_fail(&z->s, REASON_CORRUPT,
		                   "the zstd data are damaged (checksum is wrong); what came before was read");
	case ZSTD_error_dictionary_wrong:
		return stream_fail(&z->s, REASON_CORRUPT,
		                   "the zstd data need a dictionary; decompress them with zstd -d -D first");
	default:
		break;
	}
	return stream_fail(&z->s, REASON_CORRUPT, "the zstd data are damaged; what came before was read");
}

static ssize_t zstd_read(struct stream *s, void *buf, size_t n)
{
	struct zstd *z = (struct zstd *)s;
	ZSTD_outBuffer out = { buf, n, 0 };

	while (out.pos < n) {
		if (z->in.at == z->in.n && !z->full) {
			if (out.pos > 0)
				break;
			if (!feed_more(&z->in)) {
				if (!z->inside && stream_failure(z->in.below, NULL) == REASONS)
					return 0;
				return feed_cut(&z->in, s, "the zstd data are cut; what came before was read");
			}
		}
		ZSTD_inBuffer in = { z->in.p, z->in.n, z->in.at };
		const size_t status = ZSTD_decompressStream(z->context, &out, &in);

		if (ZSTD_isError(status)) {
			fail(z, status);
			return out.pos > 0 ? (ssize_t)out.pos : -1;
		}
		z->in.at = in.pos;
		z->inside = status != 0;
		z->later = z->later || status == 0;
		z->full = z->inside && out.pos == n;
	}
	return (ssize_t)out.pos;
}

static void zstd_close(struct stream *s)
{
	struct zstd *z = (struct zstd *)s;

	feed_close(&z->in);
	ZSTD_freeDCtx(z->context);
}

static const struct stream_class zstd_class = { .read = zstd_read, .close = zstd_close };

struct stream *zstd_open(struct stream *below)
{
	struct zstd *z = stream_new(sizeof *z, &zstd_class, below);

	feed_open(&z->in, below);
	z->context = ZSTD_createDCtx();
	if (z->context == NULL)
		mem_fail(0);
	ZSTD_DCtx_setParameter(z->context, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
	return &z->s;
}
