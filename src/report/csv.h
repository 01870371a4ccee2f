/*
 * csv.h - a view as CSV by RFC 4180 with line feeds: exact times and rates, for programs and spreadsheets.
 */
#ifndef DPSLOG_REPORT_CSV_H
#define DPSLOG_REPORT_CSV_H

#include "report/output.h"
#include "report/view.h"

struct csv_options {
	bool header;   /* column names first */
	bool guard;    /* text of the input that a spreadsheet would run gets a leading ' */
	unsigned threads; /* that may make rows, if these stand apart; 0 is 1 */
};

/* All rows; returns how many cells were guarded. */
uint64_t csv_write(struct output *out, const struct view *v, struct csv_options options);

#endif
