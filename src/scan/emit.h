/*
 * emit.h - what workers have to say of their blocks, in the order of the input.
 *
 * Sources lie side by side in lanes, in the order in which they were opened; a lane is a row of blocks. What comes out of a
 * block waits until all before it are out. The first lane that is not done is the head: what it says is written at once. The
 * window of what waits is bounded: past it workers leave later lanes and help with the head (emitter_admits), of which
 * somebody always works on the next block, so that nobody waits for ever.
 */
#ifndef DPSLOG_SCAN_EMIT_H
#define DPSLOG_SCAN_EMIT_H

#include "base/buf.h"

enum { EMIT_WINDOW = 32 << 20 };

/* Where it goes; called by one worker at a time. False: nothing more can be written, and the reading may stop. */
struct emit_sink {
	bool (*write)(void *ctx, struct slice text);
	void *ctx;
	size_t window;   /* bytes that may wait; EMIT_WINDOW, but in tests */
};

struct emitter;
struct lane;

struct emitter *emitter_new(struct emit_sink sink);
/* All lanes are ended, all blocks put. */
void emitter_free(struct emitter *e);

/* The lane behind all others. Lanes are the emitter's; one that is ended and out must not be used any more. */
struct lane *emitter_lane(struct emitter *e);
/* A block of the lane was taken: its number in it. By one at a time for each lane. */
uint64_t emitter_take(struct emitter *e, struct lane *lane);
/* The block was worked on; its text is taken over, and `text` is empty then. False: the sink has failed. */
bool emitter_put(struct emitter *e, struct lane *lane, uint64_t number, struct buf *text);
/* No more blocks are taken of the lane. */
void emitter_end(struct emitter *e, struct lane *lane);

enum emit_advice { EMIT_GO_ON, EMIT_HELP_HEAD };
/*
 * Before a block is taken: waits while the window is full and others work for the head. EMIT_HELP_HEAD: nobody does; take from
 * the head's source instead.
 */
enum emit_advice emitter_admits(struct emitter *e, const struct lane *lane);
/* Whether this is the first lane that is not done. */
bool emitter_is_head(struct emitter *e, const struct lane *lane);

#endif
