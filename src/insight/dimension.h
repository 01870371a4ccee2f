/*
 * dimension.h - under which value of a rule's dimension a record counts.
 */
#ifndef DPSLOG_INSIGHT_DIMENSION_H
#define DPSLOG_INSIGHT_DIMENSION_H

#include "insight/rule.h"

/* `*`: every value. */
bool dimension_is_star(struct slice value);
/*
 * The value under which a record with this one counts; `other`: what else it may be called, or empty. False: the dimension does
 * not take it.
 */
bool dimension_take(const struct dimension *d, struct slice value, struct slice other, struct slice *out);

#endif
