/*
 * tally.h - the accumulators: everything that is kept of the records.
 *
 * Every record is reduced to a device, an outcome (the tuple of the keys that the command groups by, the device left out) and a
 * time, and added. All sums, minima and maxima: the result does not depend on the order, and tallies of parts merge into that
 * of the whole. Devices and cells lie in 64 partitions by the hash of the device, so that merging goes partition by partition,
 * on all workers. A tally belongs to one worker. What it may not keep in memory waits in temporary files: who looks at the
 * devices and cells of a whole tally does so piece by piece (spill.h).
 */
#ifndef DPSLOG_TALLY_TALLY_H
#define DPSLOG_TALLY_TALLY_H

#include "record/keys.h"
#include "tally/accumulator.h"
#include "tally/partition.h"

enum { PARTITIONS = 64 };

/* What a command wants kept. */
struct tally_plan {
	struct keys keys;       /* the groups */
	struct devices_plan devices;
	bool minutes;           /* records and failures by minute */
	size_t memory;          /* bytes that one tally may take until it spills (spill.h); 0: no limit */
	uint64_t seed;          /* of the hashes; the same for all tallies that are merged */
	struct pool *pool;      /* what tables are from; NULL: malloc */
};

struct minute_counts {
	uint64_t records, failures;
};

/*
 * A record on its way into its partition. Records wait in a batch, so that the memory that each of them needs (slot, row, cell: a miss
 * of the cache each, with many devices) is fetched for all before it is used for one.
 */
struct tally_pending {
	uint64_t hash;          /* of the device */
	struct partition *part;
	struct roll_id device;  /* its text in `pending_text` if it is far */
	uint32_t number, outcome;
	struct device_event event; /* its texts in `pending_values` */
};

enum { TALLY_BATCH = 256, OUTCOMES_RECENT = 4 };

struct tally {
	const struct tally_plan *plan;
	struct tally_pending pending[TALLY_BATCH];
	uint32_t pending_values[TALLY_BATCH][NEWEST_MOST];
	size_t n_pending;
	struct arena pending_text;
	struct partition parts[PARTITIONS];
	struct dict outcomes;         /* for each key but the device: length (uint32_t) and text */
	uint32_t recent[OUTCOMES_RECENT]; /* those that were met lately: numbers plus 1 */
	unsigned next_recent;         /* which is forgotten for the next */
	struct slice texts[KEYS_MOST]; /* of the record that is added */
	struct dict values;           /* texts of the newest values of devices */
	uint32_t last_value[NEWEST_MOST]; /* of the record before, for each key: number plus 1 */
	struct dict minutes;          /* the start of the minute, int64_t */
	struct minute_counts *minute_counts;
	size_t minute_cap;
	int64_t last_minute;          /* of the record before, */
	uint32_t last_number;         /* and its number plus 1; 0: there was none */
	int64_t first, last;          /* of the records counted in minutes; TIME_NONE: none is timed */
	struct buf scratch;
	struct runs *runs;            /* what was spilled; NULL: nothing */
	uint32_t *outcome_map, *value_map; /* while it is merged into another: the numbers there */
};

/* As an accumulator of the scan; its plan is a struct tally_plan. */
extern const struct accumulator_kind tally_kind;

/* The plan must outlive it. */
struct tally *tally_new(const struct tally_plan *plan);
void tally_free(struct tally *t);
/*
 * Adds a finished log record that the base selection left; `counted`: the outcome selection left it, too. It may wait in the
 * batch: tally_settle before the tally is merged or looked at.
 */
void tally_add(struct tally *t, struct record *r, bool counted);
void tally_settle(struct tally *t);
/*
 * Adds all of `from`: first all but the partitions, then these, in any order and by any thread; the memory of what was added
 * is given back. Same plan, both settled.
 */
void tally_merge(struct tally *into, struct tally *from);
void tally_merge_part(struct tally *into, struct tally *from, size_t part);

/*
 * One partition of t, grouped by fewer keys: those of `plan`, each of which (but the device) is one of t's. What `plan`
 * wants of devices t has, too; newest values are left out. The caller frees it.
 */
struct tally *tally_rollup(const struct tally *t, size_t part, const struct tally_plan *plan);

/* Appends the outcome of a record: of each key but the device its length and its text. */
void outcome_pack(const struct keys *keys, struct record *r, struct buf *out);
/* The text of key i (not the device) in an outcome, which is a text of `outcomes`. */
struct slice outcome_key(const struct keys *keys, struct slice outcome, size_t i);
size_t tally_size(const struct tally *t);

/* Fetches into the cache, in two steps, what is asked of a cell and its device. */
MEM_FETCHES tally_fetch(const struct tally *t, size_t part, size_t cell, unsigned step)
{
	const struct partition *const p = &t->parts[part];
	const struct tally_cell *const c = partition_cell(p, cell);

	if (step == 0) {
		__builtin_prefetch(c);
		return;
	}
	__builtin_prefetch(roll_row(&p->devices, c->device));
	if (c->times > 0)
		__builtin_prefetch(partition_times(p, c));
}

/* A device and one of its cells, added if they are new; the cell until another one is. */
uint32_t tally_device(struct tally *t, size_t part, struct slice device);
struct tally_cell *tally_cell_of(struct tally *t, size_t part, uint32_t device, struct slice outcome);
/* Forgets all devices, cells, outcomes and values. */
void tally_empty(struct tally *t);

#endif
