/*
 * block.h - cutting a source into pieces of work.
 *
 * A block is what one worker takes at a time: whole lines (cut behind a line that stands for itself, so that no run of other
 * lines is ever cut), whole rows of regular CSV text, or frames that the framer found in the source's turn. Blocks are about a mebibyte; how they are cut
 * has no influence on what is read (dpslog-records(7), FRAMING).
 */
#ifndef DPSLOG_SCAN_BLOCK_H
#define DPSLOG_SCAN_BLOCK_H

#include "json/csvrows.h"
#include "scan/leaf.h"

enum { BLOCK_SIZE = 1 << 20 };

/* A frame in a block; places are in the block's data. */
struct block_frame {
	size_t at, n;
	uint8_t kind;                  /* enum frame_kind */
	uint8_t reason;                /* of a FRAME_BAD */
	uint8_t count;
	bool final, bounded;
	const char *text;
	const struct columns *columns; /* of a row */
	struct slice outer;            /* of a FRAME_OUTER: in the block's arena */
};

enum block_form { BLOCK_LINES, BLOCK_ROWS, BLOCK_FRAMES };

struct block {
	struct leaf *leaf;
	uint32_t number;
	uint64_t byte;                 /* offset of the data in the source */
	struct buf data;
	enum block_form form;
	enum text_end end;             /* what comes behind the last line */
	const struct columns *columns; /* of BLOCK_ROWS, as is */
	struct csv_map map;            /* of their text */
	struct block_frame *frames;    /* of BLOCK_FRAMES */
	size_t n_frames, frames_cap;
	struct opening opening;        /* of the last value before it */
	struct arena arena;
};

void block_free(struct block *b);
/* The frame as the worker wants it; `shift` is added to its place, columns are for rows. `outer` stays where it is. */
struct block_frame block_frame_of(const struct frame *f, size_t shift, const struct columns *columns);

/* What a block is cut with. */
struct cutter {
	const struct simd *simd;
	size_t max_record;
	bool plain;                    /* nothing in vectors where there is a plain way */
	const struct fields *fields;
	struct reader *reader;         /* of the worker that cuts: for the columns of tables */
};

enum leaf_verdict { LEAF_GOOD, LEAF_FOREIGN, LEAF_FAILED };

/*
 * Looks at the beginning of a stream and decides the form of the leaf. LEAF_FOREIGN: nothing in it looks like an export.
 * LEAF_FAILED: the stream failed (stream_failure) before anything could be seen. What a LEAF_CSV still lacks is survey.h's to give.
 */
enum leaf_verdict leaf_begin(struct leaf *l, struct stream *stream, const struct cutter *c);

/* Reads until `data` holds `want` bytes or the stream ends: never fewer, so that blocks do not depend on how text arrives. */
void leaf_read(struct leaf *l, struct stream *stream, struct buf *data, size_t want);

/*
 * The next block of the leaf; false if there is none left. A stream that fails ends the leaf there (stream_failure says so);
 * what came before is good.
 */
bool block_take(struct leaf *l, struct stream *stream, const struct cutter *c, struct block *b);

#endif
