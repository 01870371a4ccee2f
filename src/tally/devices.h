/*
 * devices.h - what is kept of each device beside its cells and its state: for the failures that are expected of it, and its newest values.
 *
 * A device is one row of a struct device_rows, under its number in the roll of its partition, where its state is. Every part is there
 * only if the plan wants it. Sums (that stop at their largest value), minima and maxima, as all that is kept.
 */
#ifndef DPSLOG_TALLY_DEVICES_H
#define DPSLOG_TALLY_DEVICES_H

#include "base/buf.h"
#include "base/ladder.h"
#include "record/keys.h"
#include "tally/dict.h"
#include "tally/state.h"

enum { NEWEST_MOST = 5 };

/* What a command wants kept of each device. */
struct devices_plan {
	bool states;
	bool expected;          /* counts for device_expected; only with states */
	struct keys newest;     /* of each the newest value, and when it was first and last seen; at most NEWEST_MOST keys */
};

/* Whether there are rows at all. */
static inline bool devices_plan_rows(const struct devices_plan *plan)
{
	return plan->expected || plan->newest.n > 0;
}

/* What of a record counts for the failures that are expected. Services other than dps count as hub. */
enum device_sign {
	SIGN_NONE,
	SIGN_RENEWED,           /* hub: code 401003 */
	SIGN_CLOSED,            /* hub: code 404104 */
	SIGN_CONNECTED,         /* hub: a successful deviceConnect */
	SIGN_CHALLENGED,        /* DPS: code 401 or 401xxx */
	SIGN_REFUSED,           /* DPS: another failure */
	SIGN_ASSIGNED,          /* DPS: a success */
	SIGNS
};

struct device_signs {
	int64_t first, last;           /* of the timed records that the base selection left */
	uint32_t seen[SIGNS];          /* of these */
	uint32_t counted[SIGNS];       /* of those that the outcome selection left, too */
};

/* Of the records that the whole selection left. */
struct device_newest {
	int64_t first, last;           /* TIME_NONE: none is timed */
	int64_t time[NEWEST_MOST];     /* of the newest record that has a value */
	uint32_t text[NEWEST_MOST];    /* its number in the dictionary of values, plus 1; 0: no record has one */
};

/* {0}: empty. Each ladder has n elements, or none if the plan does not want it. */
struct device_rows {
	struct ladder signs;           /* struct device_signs */
	struct ladder newest;          /* struct device_newest */
	size_t n;
};

/* Those of a device; only if they are wanted. They stay where they are until another device is added. */
static inline struct device_signs *device_rows_signs(const struct device_rows *rows, uint32_t number)
{
	return ladder_at(&rows->signs, number, sizeof(struct device_signs));
}

static inline struct device_newest *device_rows_newest(const struct device_rows *rows, uint32_t number)
{
	return ladder_at(&rows->newest, number, sizeof(struct device_newest));
}

/* One record of a device. */
struct device_event {
	int64_t time;
	bool failure, dps, counted;
	uint8_t sign;                  /* enum device_sign */
	const uint32_t *text;          /* of each key of the newest values: number of its text plus 1; 0: none */
};

/* The row of the next device. */
void device_rows_begin(struct device_rows *rows, struct pool *pool, const struct devices_plan *plan);
void device_rows_fetch(const struct device_rows *rows, uint32_t number);
/* `values` holds the texts of events and rows. */
void device_rows_add(struct device_rows *rows, const struct devices_plan *plan, uint32_t number, const struct device_event *e,
                     const struct dict *values);
/* Adds a row of others; `map` gives the number in `values` of each text of theirs. */
void device_rows_merge(struct device_rows *rows, const struct devices_plan *plan, uint32_t number,
                       const struct device_rows *from, uint32_t other, const struct dict *values, const uint32_t *map);
/*
 * A row, and the device's state, as bytes for a while in a file, with texts in the place of their numbers; and adding such ones, whose
 * texts `values` gets.
 */
void device_rows_write(const struct device_rows *rows, const struct devices_plan *plan, uint32_t number, const struct device_state *state,
                       const struct dict *values, struct buf *out);
void device_rows_read(struct device_rows *rows, const struct devices_plan *plan, uint32_t number, struct device_state *state,
                      struct slice bytes, struct dict *values, uint64_t seed);
void device_rows_free(struct device_rows *rows, struct pool *pool);
size_t device_rows_size(const struct device_rows *rows);

enum device_sign device_sign_of(const struct record *r);

struct expected_failures {
	uint64_t renewals;             /* hub: tokens that were renewed */
	uint64_t challenges;           /* DPS: the first half of a TPM attestation */
};

/*
 * EXPECTED FAILURES: an estimate of how many of the failures that were counted a healthy device shows by design. Together
 * never more than were counted.
 */
struct expected_failures device_expected(const struct device_state *d, const struct device_signs *s);
/* Of a row; none where the plan did not want them. */
struct expected_failures device_row_expected(const struct device_rows *rows, uint32_t number, const struct device_state *state);

#endif
