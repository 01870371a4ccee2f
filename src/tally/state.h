/*
 * state.h - the state of a device: what of its records decides it, and what it is (dpslog-records(7), DEVICE STATES).
 */
#ifndef DPSLOG_TALLY_STATE_H
#define DPSLOG_TALLY_STATE_H

#include "base/time.h"

enum { SEEN_SUCCESS = 1, SEEN_HUB_FAILURE = 2, SEEN_DPS_FAILURE = 4 };

/*
 * The newest records of each kind; times are TIME_NONE while there is no timed one. Services other than dps count as hub. There are many of
 * them, each in a line of the cache with other things: packed.
 */
struct __attribute__((packed, aligned(4))) device_state {
	int64_t hub_success, hub_failure, dps_success, dps_failure;
	uint32_t seen;          /* SEEN_* */
};

#define DEVICE_STATE_NONE ((struct device_state){ TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE, 0 })

enum state { STATE_NONE, STATE_HEALTHY, STATE_NEVER, STATE_RECOVERED, STATE_FAILING };

void device_state_add(struct device_state *d, bool failure, bool dps, int64_t time);
void device_state_merge(struct device_state *into, const struct device_state *from);
enum state device_state_of(const struct device_state *d);
const char *state_name(enum state s);
/* The newest success of either service, or TIME_NONE. */
int64_t device_last_success(const struct device_state *d);

#endif
