/*
 * state.c - states of devices.
 */
#include "tally/state.h"

void device_state_add(struct device_state *d, bool failure, bool dps, int64_t time)
{
	if (failure) {
		d->seen |= dps ? SEEN_DPS_FAILURE : SEEN_HUB_FAILURE;
		if (dps)
			d->dps_failure = time_later(d->dps_failure, time);
		else
			d->hub_failure = time_later(d->hub_failure, time);
		return;
	}
	d->seen |= SEEN_SUCCESS;
	if (dps)
		d->dps_success = time_later(d->dps_success, time);
	else
		d->hub_success = time_later(d->hub_success, time);
}

void device_state_merge(struct device_state *into, const struct device_state *from)
{
	into->hub_success = time_later(into->hub_success, from->hub_success);
	into->hub_failure = time_later(into->hub_failure, from->hub_failure);
	into->dps_success = time_later(into->dps_success, from->dps_success);
	into->dps_failure = time_later(into->dps_failure, from->dps_failure);
	into->seen |= from->seen;
}

/* One side has recovered: its newest failure is known and a success that counts for it is newer. */
static bool is_over(int64_t failure, int64_t success)
{
	return failure != TIME_NONE && success != TIME_NONE && success > failure;
}

enum state device_state_of(const struct device_state *d)
{
	if ((d->seen & (SEEN_HUB_FAILURE | SEEN_DPS_FAILURE)) == 0)
		return STATE_HEALTHY;
	if ((d->seen & SEEN_SUCCESS) == 0)
		return STATE_NEVER;
	if ((d->seen & SEEN_HUB_FAILURE) != 0 && !is_over(d->hub_failure, d->hub_success))
		return STATE_FAILING;
	if ((d->seen & SEEN_DPS_FAILURE) != 0 && !is_over(d->dps_failure, device_last_success(d)))
		return STATE_FAILING;
	return STATE_RECOVERED;
}

const char *state_name(enum state s)
{
	static const char *const names[] = { "", "healthy", "never", "recovered", "failing" };

	return names[s];
}

int64_t device_last_success(const struct device_state *d)
{
	return time_later(d->hub_success, d->dps_success);
}
