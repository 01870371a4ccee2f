/*
 * leaf.h - one plain source on its way through the workers: its form, and what was wrong with it.
 *
 * A leaf is made when its stream is opened and ends when the stream has ended and every block of it has been worked on: then
 * its problems get line numbers (blocks are counted as they come, lines in them when they are read) and it is counted as read
 * or damaged. The fields of the reading side are those of the worker whose turn it is with the source, those of the working side to the leaf's own.
 */
#ifndef DPSLOG_SCAN_LEAF_H
#define DPSLOG_SCAN_LEAF_H

#include <pthread.h>

#include "base/diag.h"
#include "input/stream.h"
#include "json/frame.h"
#include "scan/columns.h"
#include "scan/copies.h"
#include "scan/dates.h"

enum leaf_form { LEAF_LINES, LEAF_DOCUMENT, LEAF_CSV };

struct leaf {
	/* fixed */
	char *file, *member;
	bool is_member;
	/* reading: in the source's turn */
	enum leaf_form form;
	struct framer framer;        /* of a document, or of the run of lines that is being read */
	bool in_run;                 /* LEAF_LINES: inside a run that did not fit a block */
	size_t gate;                 /* in a run: bytes that are known to belong to it */
	bool gate_in_line;           /* the gate stands inside a line that is no unit, whatever follows */
	struct opening opening;      /* of the last value before the next block */
	struct csv_framer csv;       /* of a LEAF_CSV */
	struct columns *columns;     /* the newest */
	enum date_order date_order;
	bool guessed;                /* by its first rows: `dates` hears all of them as they are read */
	struct buf carry;            /* read, but not handed out: from `handed` on */
	size_t handed;
	size_t seen;                 /* of that, what the framer has seen: the next block has it all */
	bool ended;                  /* the stream has no more */
	uint64_t at;                 /* offset in the source of what was not handed out */
	uint32_t blocks;             /* handed out */
	/* working: under `lock` */
	pthread_mutex_t lock;
	uint32_t outstanding;        /* blocks not finished, and one for the reading side */
	uint32_t *lines;             /* of each block */
	size_t lines_cap;
	struct content content;      /* of the finished blocks, and the header of a table */
	struct dates dates;          /* of the finished blocks, if its order was guessed */
	bool damaged;
	enum reason failure;         /* why its stream ended early, or REASONS */
	_Atomic bool said_local_time;
	struct leaf_problem {
		uint64_t byte, count;
		uint32_t block, line;    /* the line within its block, from 0 */
		const char *text;
	} problems[REASONS][DIAG_KEPT];
	uint32_t kept[REASONS];
	uint64_t more[REASONS];      /* further ones */
};

struct leaf *leaf_new(const char *file, const char *member, bool is_member);

/* A place in a block. */
struct leaf_place {
	uint64_t block_byte;     /* offset of the block in the source */
	uint32_t block;
	const char *data;        /* of the block */
	size_t at;
};

/* A sentence about the leaf, without loss: its name is put before it. Thread-safe. */
void leaf_note(const struct leaf *l, struct diag *diag, const char *sentence);
/* Something is wrong there. Thread-safe; `text` is static. */
void leaf_problem(struct leaf *l, enum reason reason, const struct leaf_place *place, const char *text, uint64_t count);
/* A block of it is handed out. */
void leaf_hold(struct leaf *l);
/* A finished block. */
struct leaf_share {
	uint32_t block, lines;
	struct content content;
	struct dates dates;
};
/* A block is finished; or, with NULL, the reading side is. True: it was the last. */
bool leaf_done(struct leaf *l, const struct leaf_share *share);
/* The last one calls this: hands the problems to the sink and frees the leaf. */
void leaf_close(struct leaf *l, struct diag *diag);

#endif
