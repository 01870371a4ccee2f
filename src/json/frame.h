/*
 * frame.h - cutting a text into records: documents, glued and pretty-printed values, envelopes, tables, and what is damaged.
 *
 * The framer walks over values that may follow each other in any way (dpslog-records(7), FRAMING). It unwraps arrays,
 * `records` and `tables`, so that no document is ever held whole, and hands out one frame at a time: a value that closes,
 * or a stretch that is damaged. The outcome is a function of the bytes alone, however they arrive.
 *
 * Damage is bounded by beginnings: places where a record begins beyond doubt, a `{` in the first column of a line or, behind
 * `,` `[` or white space, the opening bytes (`{`, white space, first key) of the last value that closed. A value that does not
 * close is cut at the next beginning, and up to where the search for its end gave up (the window) every value is.
 */
#ifndef DPSLOG_JSON_FRAME_H
#define DPSLOG_JSON_FRAME_H

#include "base/buf.h"
#include "base/ledger.h"
#include "json/simd.h"

enum frame_kind {
	FRAME_VALUE,    /* one value for the reader */
	FRAME_ROW,      /* a row of a REST table: an array */
	FRAME_COLUMNS,  /* the `columns` of a REST table, before its rows */
	FRAME_OUTER,    /* an envelope or REST result has closed: `outer` is its text without the elements */
	FRAME_BAD       /* damaged: `reason`, `text` */
};

struct frame {
	enum frame_kind kind;
	size_t at, n;          /* where in the text */
	bool final;            /* an element of `records`: not an envelope itself */
	bool bounded;          /* cut inside a window: what the reader refuses is not to be framed again */
	enum reason reason;
	const char *text;      /* what is wrong, for a sentence */
	unsigned count;        /* of a FRAME_BAD: 1, or 0 if it continues the one before */
	struct slice outer;    /* until the next call */
};

/* What comes behind the text. */
enum text_end {
	TEXT_GOES_ON,          /* more of it, later */
	TEXT_RUN_ENDS,         /* something that is framed apart; the source goes on */
	TEXT_SOURCE_ENDS
};

enum framer_status { FRAMER_FRAME, FRAMER_MORE, FRAMER_DONE };

enum { OPENING_MAX = 64, FRAMER_LEVELS = 128 };

/* The opening bytes of the last value that closed: `{`, white space, the first key with its quotes. n == 0: none yet. */
struct opening {
	char p[OPENING_MAX];
	size_t n;
};

struct framer_level {
	enum { LEVEL_TOP, LEVEL_ARRAY, LEVEL_RECORDS, LEVEL_TABLES, LEVEL_ROWS, LEVEL_BODY } kind;
	enum { EXPECT_FIRST, EXPECT_NEXT, EXPECT_SEPARATOR } expect; /* of the kinds that are arrays */
	bool final;             /* what is in it is not unwrapped */
	bool table;             /* LEVEL_BODY: of a table, whose members are columns and rows */
};

struct framer {
	const struct simd *simd;
	size_t max_record;
	struct framer_level levels[FRAMER_LEVELS + 1];
	size_t depth;           /* index of the innermost level */
	struct opening opening;
	size_t window;          /* end of the window in the text; 0: none */
	size_t clean;           /* no beginning before this place; 0: unknown */
	bool skipping;          /* inside a value over the limit */
	char before;            /* skipping: the last byte before the text that is no white space */
	struct buf outer;
};

/* `opening`: of the last value that closed before this text, or NULL. */
void framer_init(struct framer *f, const struct simd *simd, size_t max_record, const struct opening *opening);
/* The whole text is a window: a value that the reader refused. */
void framer_set_window(struct framer *f, size_t end);
void framer_free(struct framer *f);

/*
 * The next frame of text, from *at on, which is moved behind it. FRAMER_MORE (only if the text goes on): call again with the
 * text from *at on and more behind it, at least max_record bytes if there are so many. FRAMER_DONE: *at is at the end.
 */
enum framer_status framer_next(struct framer *f, struct slice text, enum text_end end, size_t *at, struct frame *out);
/* The first n bytes of the text were dropped: places move with it. */
void framer_shift(struct framer *f, size_t n);

/* Remembers the opening of an object that closed; true if it is another than before. */
bool opening_set(struct opening *o, struct slice object);

/* The opening after a line that stands for itself: that of its first object, none if it is an array. */
void opening_of_unit(struct opening *o, struct slice line);

/*
 * A line that stands for itself: it begins with { or [ in its first column (a BOM may come before) and is one or several whole
 * values, commas and white space between and behind them; and, its newline not counted, it is not over the limit.
 */
bool frame_is_unit(const struct simd *simd, struct slice line, size_t max_record);
/* Without a UTF-8 byte order mark at its beginning. */
struct slice frame_skip_bom(struct slice s);
/* Literal, number, true, false, null as JSON has them. */
bool frame_is_scalar(struct slice token);

#endif
