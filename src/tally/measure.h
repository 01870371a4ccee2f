/*
 * measure.h - what is known of a number of measurements: how many, their sum, the least and the greatest.
 *
 * Measures add up, in any order, to that of all of them. A measure of no measurements is all zero.
 */
#ifndef DPSLOG_TALLY_MEASURE_H
#define DPSLOG_TALLY_MEASURE_H

#include "base/decimal.h"

enum aggregation { AGGREGATION_AVERAGE, AGGREGATION_MINIMUM, AGGREGATION_MAXIMUM, AGGREGATION_TOTAL, AGGREGATION_COUNT, AGGREGATIONS };

struct measure {
	struct decimal count, total;
	struct decimal minimum, maximum;
	bool has_minimum, has_maximum;
};

/* Of n log records, each one measurement of the value 1. */
struct measure measure_of_records(uint64_t n);
void measure_add(struct measure *into, const struct measure *m);
/* False: it has none, as an average of no measurements. */
bool measure_value(const struct measure *m, enum aggregation aggregation, struct fraction *out);

#endif
