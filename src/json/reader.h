/*
 * reader.h - from the bytes of one value to events.
 *
 * A reader belongs to one worker. yajl is the judge of what is JSON; round it stand what it does not check: strict UTF-8 and
 * surrogates (repaired, and counted), depth, vertical tabs and form feeds, and its need for memory that never fails.
 */
#ifndef DPSLOG_JSON_READER_H
#define DPSLOG_JSON_READER_H

#include "base/arena.h"
#include "base/ledger.h"
#include "json/event.h"

struct reader;

enum { READER_DEPTH = 128 };

enum read_status {
	READ_OK,
	READ_ENVELOPE,  /* the sink asked to stop (PLACE_ENVELOPE) */
	READ_BAD
};

struct read_error {
	enum reason reason;
	const char *text;   /* what is wrong, for a sentence; static */
	size_t at;          /* where, in the text */
};

/* `fast`: the fast reader is asked first, and yajl for what that leaves; else yajl for everything. Both give the same. */
struct reader *reader_new(bool fast);
void reader_free(struct reader *r);

/*
 * Texts that lie in `whole` may be looked at, not only read, up to its end: a value that many bytes follow is read more quickly. Until
 * the next call, before which `whole` may neither move nor end; an empty one is none.
 */
void reader_within(struct reader *r, struct slice whole);
/*
 * Reads the one value that `text` holds from its first byte to its last (white space round it allowed). Events go to the sink
 * (NULL: only the verdict), the outermost object at `level`. `*repaired` is set (never cleared) if text had to be mended first.
 * After READ_BAD or READ_ENVELOPE what the sink was told is void. Stable text lives as long as `text`, or until the next
 * reader_begin if it was repaired. May be called again from no callback.
 */
enum read_status reader_read(struct reader *r, struct slice text, int level, const struct event_sink *sink, bool *repaired,
                             struct read_error *error);
/* The same of a text that lies elsewhere, and behind which `room` bytes may be looked at, too. */
enum read_status reader_read_roomy(struct reader *r, struct slice text, size_t room, int level, const struct event_sink *sink, bool *repaired,
                                   struct read_error *error);
/*
 * Reads the object at the beginning of `text`, whatever comes behind it, if it is ordinary and on one line; *end is behind it. False:
 * reader_read is to be asked about the whole line; what the sink was told is void.
 */
bool reader_read_on_line(struct reader *r, struct slice text, int level, const struct event_sink *sink, size_t *end);
/* What the fast reader left to yajl, and why. */
enum slow_why { SLOW_OTHER, SLOW_NAME, SLOW_SURROGATE, SLOW_UTF8, SLOW_ENVELOPE, SLOW_DEPTH, SLOW_WHYS };
extern const char *const slow_words[SLOW_WHYS];

struct reader_share {
	uint64_t texts;             /* that were read: values, rows, objects in strings that were not read in place */
	uint64_t slow[SLOW_WHYS];   /* of them by yajl */
};
void reader_share_add(struct reader_share *sum, const struct reader *r);
/* Frees what the reads of the record before kept: once for each record. */
void reader_begin(struct reader *r);

/* Text that is no JSON, made strict UTF-8: itself, or a mended copy that lives until reader_begin (*repaired is set). */
struct slice reader_mend(struct reader *r, struct slice text, bool *repaired);

/* Decodes the escapes of a string (valid JSON between its quotes, surrogates in pairs) into the arena. */
struct slice json_unescape(struct slice raw, struct arena *arena);
/* The text of a value as an event brought it (flags: TEXT_*), decoded, in the arena. */
struct slice event_text(struct slice text, unsigned flags, struct arena *arena);

#endif
