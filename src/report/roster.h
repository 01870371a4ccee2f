/*
 * roster.h - one row for each device, ordered: the table of `devices`.
 *
 * The tally must outlive the roster; texts are its. The empty device has a row, so that the numbers add up, but no state.
 */
#ifndef DPSLOG_REPORT_ROSTER_H
#define DPSLOG_REPORT_ROSTER_H

#include "report/view.h"
#include "tally/tally.h"

enum roster_column {
	ROSTER_DEVICE, ROSTER_STATE, ROSTER_RECORDS, ROSTER_FAILURES, ROSTER_EXPECTED, ROSTER_FIRST_SEEN, ROSTER_LAST_SEEN,
	ROSTER_LAST_FAILURE, ROSTER_LAST_SUCCESS, ROSTER_LAST_RESULT, ROSTER_PROTOCOL, ROSTER_SDK_VERSION, ROSTER_ENROLLMENT,
	ROSTER_LOCATION,
	ROSTER_COLUMNS
};

struct roster_order {
	int column;               /* enum roster_column; -1: by failures, descending */
	bool descending;
};

struct roster;

/* The columns by their names in the CSV. */
extern const struct column roster_columns[ROSTER_COLUMNS];
/* What a tally must keep for it. */
void roster_want(struct tally_plan *plan);
/* `top`: how many rows at most, 0: all. Then the device ascending, bytewise. */
struct roster *roster_new(struct tally *t, struct roster_order order, uint64_t top, unsigned threads);
void roster_free(struct roster *r);
/* The cells of all columns of the device that a cell of the tally is of. */
void roster_cells(const struct tally *t, size_t part, size_t cell, struct cell *cells);
/* Lives as long as the roster. `narrow`: only the columns that fit a terminal. */
const struct view *roster_view(struct roster *r, bool narrow);

#endif
