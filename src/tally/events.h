/*
 * events.h - the records of a few chosen devices, in order.
 *
 * Each is kept as a time and the number of its outcome (tally.h). Only so many are kept, the newest; whatever is kept of parts,
 * merged, is what would be kept of the whole, since all events have one order.
 */
#ifndef DPSLOG_TALLY_EVENTS_H
#define DPSLOG_TALLY_EVENTS_H

#include "tally/tally.h"

enum { EVENTS_DEVICES_MOST = 100 };

struct events_plan {
	struct slice glob;      /* which devices */
	struct keys keys;       /* the outcome; without the device */
	size_t most;            /* events kept, of all devices together */
	uint64_t seed;
};

struct event {
	int64_t time;           /* never TIME_NONE: without a time there is no order */
	uint32_t device, outcome; /* numbers in the dictionaries */
	bool failure, dps;
};

struct events {
	const struct events_plan *plan;
	struct dict devices;    /* at most EVENTS_DEVICES_MOST and one: then there are too many, and no events */
	struct dict outcomes;
	struct event *event;
	size_t n, cap;
	struct buf scratch;
};

/* As an accumulator of the scan; its plan is a struct events_plan. Merged events are sorted by time. */
extern const struct accumulator_kind events_kind;

/* Sorts by time, failures before successes, then the outcome bytewise, and keeps no more than the plan allows. */
void events_settle(struct events *e);
bool events_too_many(const struct events *e);

#endif
