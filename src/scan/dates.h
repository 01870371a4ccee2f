/*
 * dates.h - what the time cells of a CSV say of the order of day and month.
 *
 * The order is decided by all of them: day first if one has a first number above 12, else month first (dpslog-records(7), TIMES). So it
 * is known as soon as one says day first, while month first is certain only behind the last row. What a cell says depends on
 * nothing but the cell, and what several say is an `or`, so rows may be heard in any order, by any number of workers.
 */
#ifndef DPSLOG_SCAN_DATES_H
#define DPSLOG_SCAN_DATES_H

#include <string.h>

#include "base/time.h"

/* Behind these stand both numbers of a portal date, `12/31/`: cells that begin alike say the same, if anything. */
enum { DATE_BEGINS = sizeof "12/31/" - 1 };

struct dates {
	bool portal;               /* there are such dates */
	bool day_first, month_first; /* one fits that order alone */
	char judged[DATE_BEGINS];  /* how the last cell began that said something; zeros: none did */
};

/* The cell, as it stands there or its text, cannot say what was not said before. Most begin as the one before. */
static inline bool dates_know(const struct dates *d, struct slice cell)
{
	const size_t quote = cell.n > 0 && cell.p[0] == '"';

	return cell.n >= quote + DATE_BEGINS && memcmp(cell.p + quote, d->judged, DATE_BEGINS) == 0;
}

/* The text of the time cell of a row that has as many cells as there are columns. */
void dates_hear(struct dates *d, struct slice text);
/* What another has heard. */
void dates_join(struct dates *d, const struct dates *other);
enum date_order dates_order(const struct dates *d);
/* What is to be said of it once all rows were heard; NULL: nothing. */
const char *dates_note(const struct dates *d);

#endif
