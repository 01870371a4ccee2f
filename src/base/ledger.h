/*
 * ledger.h - what was read, what was not, and why: the numbers always add up.
 *
 * Plain counters, one set for each worker, merged by addition. The equations (dpslog-records(7), LEDGER):
 *     files, members:  found = read + damaged + skipped + failed
 *     bytes:           decoded = records + between + malformed + cut
 *     records:         seen = malformed + log + metric + other;  log = filtered + failures + successes
 * Reasons and notes are closed tables; each is one line of the tables in ledger.c, from which messages, JSON and the
 * exit status follow.
 */
#ifndef DPSLOG_BASE_LEDGER_H
#define DPSLOG_BASE_LEDGER_H

#include "base/slice.h"

enum reason_kind { REASON_MALFORMED, REASON_SKIPPED, REASON_FAILED };

enum reason {
	/* records */
	REASON_SYNTAX, REASON_DEPTH, REASON_SIZE, REASON_CUT_AT_END, REASON_ROW_WIDTH, REASON_QUOTE, REASON_NUL,
	REASON_ENVELOPE, REASON_ENCODING,
	/* files and members that were passed over */
	REASON_FOREIGN, REASON_EMPTY, REASON_DUPLICATE, REASON_SYMLINK, REASON_SPECIAL, REASON_UNSUPPORTED,
	REASON_ENCRYPTED, REASON_NESTED, REASON_DIRECTORY, REASON_STOPPED,
	/* files and members that could not be read */
	REASON_OPEN, REASON_READ, REASON_CORRUPT, REASON_LIMIT,
	REASONS
};

struct reason_entry {
	const char *name;      /* as in the ledger and in --tolerate */
	enum reason_kind kind;
	int status;            /* the exit status that it causes: 0 no loss, 1 a loss, 3 an input failed */
	const char *text;      /* what happened, for a sentence */
};

extern const struct reason_entry reason_table[REASONS];

/* The reason of that name, or REASONS. */
enum reason reason_find(struct slice name);

enum note {
	NOTE_REPAIRED, NOTE_PROPERTIES_UNREADABLE, NOTE_NO_DEVICE, NOTE_NO_CODE, NOTE_UNTIMED, NOTE_DUPLICATE_FILES,
	NOTE_GUARDED_CELLS, NOTE_PARTIAL_RESULTS, NOTE_UNDECIDED,
	NOTES
};

extern const char *const note_names[NOTES];

/* Files, or members of archives. */
struct ledger_units {
	uint64_t found, read, damaged;
	uint64_t corrupt;          /* of the damaged: those whose container was broken; a loss, in no sum */
	uint64_t because[REASONS]; /* skipped and failed, told apart by reason_table[].kind */
};

struct ledger {
	struct ledger_units files, members;
	uint64_t compressed, decoded;                       /* bytes */
	uint64_t record_bytes, between, malformed_bytes, cut; /* the parts of decoded */
	uint64_t malformed[REASONS];                        /* records, by reason */
	uint64_t log, metric, other;
	uint64_t filtered, failures, successes;
	uint64_t notes[NOTES];
	int64_t first, last; /* time of the first and last timed log or metric record; TIME_NONE if there is none */
};

void ledger_init(struct ledger *l);
void ledger_merge(struct ledger *into, const struct ledger *from);
/* Widens first and last; TIME_NONE changes nothing. */
void ledger_time(struct ledger *l, int64_t time);
uint64_t ledger_malformed(const struct ledger *l); /* all reasons */
uint64_t ledger_seen(const struct ledger *l);
uint64_t ledger_units_sum(const struct ledger_units *u, enum reason_kind kind);
/*
 * The exit status that the losses ask for: 3, 1 or 0. Reasons whose bit is set in `tolerated` (1 << reason) do not make it 1.
 * Reasons that are no loss in a walk but are one for a file that the user named (REASON_FOREIGN, REASON_SPECIAL) are
 * counted by the caller in `named_foreign`; REASON_FOREIGN tolerates them. Damage that no reason explains is a loss.
 */
int ledger_status(const struct ledger *l, uint64_t tolerated, uint64_t named_foreign);

#endif
