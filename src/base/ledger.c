/*
 * ledger.c - counters, and the two tables of words that go with them.
 */
#include "base/ledger.h"

#include "base/time.h"

const struct reason_entry reason_table[REASONS] = {
	[REASON_SYNTAX] = { "syntax", REASON_MALFORMED, 1, "not valid JSON" },
	[REASON_DEPTH] = { "depth", REASON_MALFORMED, 1, "nested too deeply" },
	[REASON_SIZE] = { "size", REASON_MALFORMED, 1, "larger than the limit for a record" },
	[REASON_CUT_AT_END] = { "cut_at_end", REASON_MALFORMED, 1, "the last record is cut off" },
	[REASON_ROW_WIDTH] = { "row_width", REASON_MALFORMED, 1, "the row has another number of cells than the header" },
	[REASON_QUOTE] = { "quote", REASON_MALFORMED, 1, "a quote in the wrong place" },
	[REASON_NUL] = { "nul", REASON_MALFORMED, 1, "NUL bytes" },
	[REASON_ENVELOPE] = { "envelope", REASON_MALFORMED, 1, "the array or object around the records is broken" },
	[REASON_ENCODING] = { "encoding", REASON_MALFORMED, 1, "not text in a known encoding" },

	[REASON_FOREIGN] = { "foreign", REASON_SKIPPED, 0, "no log of this service" },
	[REASON_EMPTY] = { "empty", REASON_SKIPPED, 0, "empty" },
	[REASON_DUPLICATE] = { "duplicate", REASON_SKIPPED, 0, "the same file was read already" },
	[REASON_SYMLINK] = { "symlink", REASON_SKIPPED, 0, "a symbolic link, not followed" },
	[REASON_SPECIAL] = { "special", REASON_SKIPPED, 0, "not a regular file" },
	[REASON_UNSUPPORTED] = { "unsupported", REASON_SKIPPED, 1, "in a form that is not supported" },
	[REASON_ENCRYPTED] = { "encrypted", REASON_SKIPPED, 1, "encrypted" },
	[REASON_NESTED] = { "nested", REASON_SKIPPED, 1, "archives nested too deeply" },
	[REASON_DIRECTORY] = { "directory", REASON_SKIPPED, 0, "a directory" },
	[REASON_STOPPED] = { "stopped", REASON_SKIPPED, 0, "not read to its end, because enough was found" },

	[REASON_OPEN] = { "open", REASON_FAILED, 3, "cannot be opened" },
	[REASON_READ] = { "read", REASON_FAILED, 3, "cannot be read" },
	[REASON_CORRUPT] = { "corrupt", REASON_FAILED, 1, "the compressed data or the archive is damaged" },
	[REASON_LIMIT] = { "limit", REASON_FAILED, 1, "over the limit for the size of its content" },
};

const char *const note_names[NOTES] = {
	[NOTE_REPAIRED] = "repaired",
	[NOTE_PROPERTIES_UNREADABLE] = "properties_unreadable",
	[NOTE_NO_DEVICE] = "no_device",
	[NOTE_NO_CODE] = "no_code",
	[NOTE_UNTIMED] = "untimed",
	[NOTE_DUPLICATE_FILES] = "duplicate_files",
	[NOTE_GUARDED_CELLS] = "guarded_cells",
	[NOTE_PARTIAL_RESULTS] = "partial_results",
	[NOTE_UNDECIDED] = "undecided",
};

enum reason reason_find(struct slice name)
{
	for (unsigned i = 0; i < REASONS; i++)
		if (slice_eq(name, slice_str(reason_table[i].name)))
			return (enum reason)i;
	return REASONS;
}

void ledger_init(struct ledger *l)
{
	*l = (struct ledger){ .first = TIME_NONE, .last = TIME_NONE };
}

static void units_merge(struct ledger_units *into, const struct ledger_units *from)
{
	into->found += from->found;
	into->read += from->read;
	into->damaged += from->damaged;
	into->corrupt += from->corrupt;
	for (size_t i = 0; i < REASONS; i++)
		into->because[i] += from->because[i];
}

void ledger_merge(struct ledger *into, const struct ledger *from)
{
	units_merge(&into->files, &from->files);
	units_merge(&into->members, &from->members);
	into->compressed += from->compressed;
	into->decoded += from->decoded;
	into->record_bytes += from->record_bytes;
	into->between += from->between;
	into->malformed_bytes += from->malformed_bytes;
	into->cut += from->cut;
	for (size_t i = 0; i < REASONS; i++)
		into->malformed[i] += from->malformed[i];
	into->log += from->log;
	into->metric += from->metric;
	into->other += from->other;
	into->filtered += from->filtered;
	into->failures += from->failures;
	into->successes += from->successes;
	for (size_t i = 0; i < NOTES; i++)
		into->notes[i] += from->notes[i];
	ledger_time(into, from->first);
	ledger_time(into, from->last);
}

void ledger_time(struct ledger *l, int64_t time)
{
	if (time == TIME_NONE)
		return;
	if (l->first == TIME_NONE || time < l->first)
		l->first = time;
	if (time > l->last) /* TIME_NONE is less than any */
		l->last = time;
}

uint64_t ledger_malformed(const struct ledger *l)
{
	uint64_t n = 0;

	for (size_t i = 0; i < REASONS; i++)
		n += l->malformed[i];
	return n;
}

uint64_t ledger_seen(const struct ledger *l)
{
	return ledger_malformed(l) + l->log + l->metric + l->other;
}

uint64_t ledger_units_sum(const struct ledger_units *u, enum reason_kind kind)
{
	uint64_t n = 0;

	for (size_t i = 0; i < REASONS; i++)
		if (reason_table[i].kind == kind)
			n += u->because[i];
	return n;
}

static uint64_t losses_of(const struct ledger *l, enum reason r)
{
	uint64_t n = l->malformed[r] + l->files.because[r] + l->members.because[r];

	if (r == REASON_CORRUPT)
		n += l->files.corrupt + l->members.corrupt;
	return n;
}

int ledger_status(const struct ledger *l, uint64_t tolerated, uint64_t named_foreign)
{
	const uint64_t damaged = l->files.damaged + l->members.damaged;
	bool explained = false; /* damage has some reason, tolerated or not */
	int status = 0;

	for (unsigned i = 0; i < REASONS; i++) {
		const int asked = reason_table[i].status;
		const bool counts = asked > 1 || (tolerated >> i & 1) == 0;
		const uint64_t n = losses_of(l, (enum reason)i);

		if (n > 0 && counts && asked > status)
			status = asked;
		if (n > 0 && asked > 0)
			explained = true;
	}
	if (named_foreign > 0 && (tolerated >> REASON_FOREIGN & 1) == 0 && status == 0)
		status = 1;
	if (((damaged > 0 && !explained) || l->notes[NOTE_PARTIAL_RESULTS] > 0) && status == 0)
		status = 1;
	return status;
}
