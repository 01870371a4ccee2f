/*
 * gzip.c - gzip through ISA-L, which is many times faster than zlib on logs and verifies CRC and
 * length of each member.
 *
 * A file may hold several members, and zeros behind them (tapes, block devices). Anything else
 * behind the last member is damage, reported after all that is good was handed over.
 */
#include "input/decoders.h"

#include <isa-l/igzip_lib.h>

#include "input/stream_impl.h"

enum phase { GZIP_BETWEEN, GZIP_HEADER, GZIP_INSIDE, GZIP_BROKEN };

/* One call to ISA-L, whose counters are 32 bits wide. */
enum { GZIP_MOST = 1 << 30 };

struct gzip {
	struct stream s;
	struct feed in;
	enum phase phase;
	bool later;            /* behind the first member */
	const char *broken;    /* what is wrong, once the last good bytes are out */
	/*
	 * Of the member that is being read. ISA-L can read headers by itself, but forgets the flags
	 * of one that comes in two pieces.
	 */
	struct isal_gzip_header header;
	struct inflate_state state;
};

static const char text_cut[] = "the gzip data are cut; what came before was read";
static const char text_behind[] = "bytes that are not gzip follow the gzip data; they were left out";

static const char *words(const struct gzip *g, int status)
{
	if (g->later && status == ISAL_INVALID_WRAPPER)
		return text_behind;
	if (status == ISAL_INCORRECT_CHECKSUM)
		return "the gzip data are damaged (checksum or length is wrong); what came before was read";
	if (status == ISAL_UNSUPPORTED_METHOD || status == ISAL_INVALID_WRAPPER)
		return "the header of the gzip data is damaged; what came before was read";
	return "the gzip data are damaged; what came before was read";
}

/*
 * ISA-L decodes the beginning of each call into a buffer of its own; after an error good bytes are
 * left in it.
 */
static ssize_t drain(struct gzip *g, void *buf, size_t n)
{
	struct inflate_state *state = &g->state;
	size_t left = (size_t)(state->tmp_out_valid - state->tmp_out_processed);

	if (left == 0)
		return stream_fail(&g->s, REASON_CORRUPT, "%s", g->broken);
	if (left > n)
		left = n;
	memcpy(buf, state->tmp_out_buffer + state->tmp_out_processed, left);
	state->tmp_out_processed += (int32_t)left;
	return (ssize_t)left;
}

static void begin_member(struct gzip *g)
{
	isal_inflate_reset(&g->state);
	g->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
	isal_gzip_header_init(&g->header);
	g->phase = GZIP_HEADER;
}

/* At the place where a member may begin, with input at hand. */
static void look_for_member(struct gzip *g)
{
	while (g->in.at < g->in.n && g->in.p[g->in.at] == 0)
		g->in.at++;
	if (g->in.at < g->in.n)
		begin_member(g);
}

/* One step with what is at hand. False: it needs more input. */
static bool step(struct gzip *g)
{
	struct inflate_state *state = &g->state;
	const uint32_t room = state->avail_out;
	const size_t from = g->in.at;
	int status;

	if (g->phase == GZIP_BETWEEN) {
		look_for_member(g);
		return g->phase != GZIP_BETWEEN;
	}
	state->next_in = g->in.p + g->in.at;
	state->avail_in = (uint32_t)(g->in.n - g->in.at);
	status = g->phase == GZIP_HEADER ? isal_read_gzip_header(state, &g->header) : isal_inflate(state);
	g->in.at = g->in.n - state->avail_in;
	if (status < 0) {
		g->broken = words(g, status);
		g->phase = GZIP_BROKEN;
		return true;
	}
	if (g->phase == GZIP_HEADER) {
		if (status == ISAL_DECOMP_OK)
			g->phase = GZIP_INSIDE;
		return status == ISAL_DECOMP_OK;
	}
	if (state->block_state == ISAL_BLOCK_FINISH) {
		g->phase = GZIP_BETWEEN;
		g->later = true;
		return true;
	}
	return state->avail_out != room || g->in.at != from;
}

static ssize_t gzip_read(struct stream *s, void *buf, size_t n)
{
	struct gzip *g = (struct gzip *)s;
	const uint32_t room = n > GZIP_MOST ? (uint32_t)GZIP_MOST : (uint32_t)n;

	g->state.next_out = buf;
	g->state.avail_out = room;
	while (g->phase != GZIP_BROKEN && g->state.avail_out > 0) {
		if (step(g))
			continue;
		if (g->state.avail_out < room)
			break;
		if (feed_more(&g->in))
			continue;
		if (g->phase == GZIP_BETWEEN && stream_failure(g->in.below, NULL) == REASONS)
			return 0;
		return feed_cut(&g->in, s, text_cut);
	}
	if (g->state.avail_out < room)
		return (ssize_t)(room - g->state.avail_out);
	return drain(g, buf, n);
}

static void gzip_close(struct stream *s)
{
	feed_close(&((struct gzip *)s)->in);
}

static const struct stream_class gzip_class = { .read = gzip_read, .close = gzip_close };

struct stream *gzip_open(struct stream *below)
{
	struct gzip *g = stream_new(sizeof *g, &gzip_class, below);

	feed_open(&g->in, below);
	isal_inflate_init(&g->state);
	begin_member(g);
	return &g->s;
}
