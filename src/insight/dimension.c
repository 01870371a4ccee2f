/*
 * dimension.c - values of dimensions, as rules list them.
 */
#include "insight/dimension.h"

bool dimension_is_star(struct slice value)
{
	return value.n == 1 && value.p[0] == '*';
}

bool dimension_take(const struct dimension *d, struct slice value, struct slice other, struct slice *out)
{
	const bool two = other.n > 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct slice listed = d->values[i];

		if (d->match == MATCH_STARTS && (dimension_is_star(listed) || slice_starts_nocase(value, listed) ||
		                                 (two && slice_starts_nocase(other, listed)))) {
			*out = dimension_is_star(listed) || slice_starts_nocase(value, listed) ? value : other;
			return true;
		}
		if (d->match != MATCH_STARTS && (slice_eq_nocase(value, listed) || (two && slice_eq_nocase(other, listed)))) {
			*out = listed;
			return d->match == MATCH_INCLUDE;
		}
		if (d->match == MATCH_INCLUDE && dimension_is_star(listed)) {
			*out = value;
			return true;
		}
	}
	*out = value;
	return d->match == MATCH_EXCLUDE;
}
