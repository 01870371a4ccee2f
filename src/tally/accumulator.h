/*
 * accumulator.h - what a command keeps of the records, seen from the scan: one interface for all kinds.
 *
 * A kind is one constant entry. The scan asks each kind what must be read, makes one accumulator of it for each worker, adds
 * every record that the selection leaves, and merges all into that of the first worker: what is common to an accumulator one
 * after the other, its parts (partitions by the hash of the device, say) by all workers at once. Everything that is kept must
 * be commutative (sums, minima, maxima, sets): the result does not depend on how the input was shared out. A new kind of
 * question is a new kind here and needs nothing of the scan.
 */
#ifndef DPSLOG_TALLY_ACCUMULATOR_H
#define DPSLOG_TALLY_ACCUMULATOR_H

#include "record/record.h"

struct pool;

/* What all accumulators of a run are told. */
struct accumulator_terms {
	const struct fields *fields;
	uint64_t seed;               /* of all hashes */
	size_t memory;               /* bytes that one accumulator of one worker may take before it spills, if it can; 0: no limit */
	struct pool *pool;           /* for large tables */
};

struct accumulator_kind {
	/*
	 * The selection is about how records went: nothing of the plan that is a device's state is kept. Returns whether there was
	 * any. NULL: there is none.
	 */
	bool (*stateless)(void *plan);
	/* Adds what must be read for it. */
	void (*want)(const void *plan, struct wants *w);
	/* Once the table of fields is made. NULL: nothing to do. */
	void (*bind)(void *plan, const struct accumulator_terms *terms);
	/* The plan outlives it. */
	void *(*make)(const void *plan);
	void (*free)(void *accumulator);
	/* A finished log record that the base selection left; `counted`: the outcome selection left it, too. */
	void (*add)(void *accumulator, struct record *r, bool counted);
	/* A finished metric record. NULL: it takes none. */
	void (*add_metric)(void *accumulator, struct record *r);
	/*
	 * What it has to say of the block of records that was added last, if the plan of the scan has it speak: comes out in the
	 * order of the input. The caller takes the text; the accumulator goes on with what it is left. NULL: it never speaks.
	 */
	struct buf *(*said)(void *accumulator);
	/* Nothing further is wanted: the reading may stop. Asked of one worker, who reads alone. NULL: never. */
	bool (*has_enough)(const void *accumulator);
	/* After the last record, before merging. NULL: nothing waits. */
	void (*settle)(void *accumulator);
	/* Adds all of `from` but its parts; it is freed later. Both of one plan, and settled. */
	void (*merge)(void *into, void *from);
	/*
	 * How many parts there are, 0 for none, and the adding of one, after merge. Different parts are added by different threads
	 * at once, so this may change nothing that another part looks at.
	 */
	size_t parts;
	void (*merge_part)(void *into, void *from, size_t part);
};

/* One that a command asks for. */
struct accumulator_wish {
	const struct accumulator_kind *kind;
	void *plan;
};

#endif
