/*
 * measure.c - sums of measurements.
 */
#include "tally/measure.h"

struct measure measure_of_records(uint64_t n)
{
	const struct decimal all = { (__int128)n * DECIMAL_ONE };

	if (n == 0)
		return (struct measure){ .has_minimum = false };
	return (struct measure){ .count = all, .total = all, .minimum = decimal_of(1), .maximum = decimal_of(1),
		.has_minimum = true, .has_maximum = true };
}

void measure_add(struct measure *into, const struct measure *m)
{
	into->count = decimal_add(into->count, m->count);
	into->total = decimal_add(into->total, m->total);
	if (m->has_minimum && (!into->has_minimum || decimal_cmp(m->minimum, into->minimum) < 0))
		into->minimum = m->minimum;
	if (m->has_maximum && (!into->has_maximum || decimal_cmp(m->maximum, into->maximum) > 0))
		into->maximum = m->maximum;
	into->has_minimum |= m->has_minimum;
	into->has_maximum |= m->has_maximum;
}

bool measure_value(const struct measure *m, enum aggregation aggregation, struct fraction *out)
{
	switch (aggregation) {
	case AGGREGATION_AVERAGE:
		*out = (struct fraction){ m->total, m->count };
		return m->count.units != 0;
	case AGGREGATION_MINIMUM:
		*out = fraction_of(m->minimum);
		return m->has_minimum;
	case AGGREGATION_MAXIMUM:
		*out = fraction_of(m->maximum);
		return m->has_maximum;
	case AGGREGATION_COUNT:
		*out = fraction_of(m->count);
		return true;
	case AGGREGATION_TOTAL:
	case AGGREGATIONS:
		break;
	}
	*out = fraction_of(m->total);
	return true;
}
