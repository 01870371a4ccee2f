/*
 * dates.c - hearing one cell after the other.
 */
#include "scan/dates.h"

void dates_hear(struct dates *d, struct slice text)
{
	const enum date_evidence evidence = time_portal_evidence(slice_trim(text));

	if (evidence == DATE_NOT_PORTAL)
		return;
	d->portal = true;
	d->day_first |= evidence == DATE_ONLY_DAY_FIRST;
	d->month_first |= evidence == DATE_ONLY_MONTH_FIRST;
	if (ascii_is_digit(text.p[0]))
		memcpy(d->judged, text.p, DATE_BEGINS);
}

void dates_join(struct dates *d, const struct dates *other)
{
	d->portal |= other->portal;
	d->day_first |= other->day_first;
	d->month_first |= other->month_first;
}

enum date_order dates_order(const struct dates *d)
{
	return d->day_first ? DATE_DAY_FIRST : DATE_MONTH_FIRST;
}

const char *dates_note(const struct dates *d)
{
	if (d->day_first && d->month_first)
		return "dates of both orders occur (D/M and M/D); taken as day first, rows that are impossible so have no time";
	if (d->portal && !d->day_first && !d->month_first)
		return "nothing tells the order of day and month in its dates; taken as month first";
	return NULL;
}
