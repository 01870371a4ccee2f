/*
 * alerts_impl.h - what the rows of `alerts` are made of, for alerts.c and alerts_evidence.c.
 */
#ifndef DPSLOG_REPORT_ALERTS_IMPL_H
#define DPSLOG_REPORT_ALERTS_IMPL_H

#include "report/alerts.h"

struct alerts {
	const struct alert_report *report;
	const struct alerts_evidence *evidence; /* NULL: nobody asked */
	struct view view;
	size_t *order;               /* rows of the report */
	struct alerts_order ordered;
	/* of the row that was made last */
	struct buf condition, duration, checks, peak, threshold, note, failures, devices, codes, worst;
};

/* The evidence of a row in the cells of its columns, which are empty; `row` is its number in the report. */
void alerts_evidence_cells(struct alerts *a, size_t row);

#endif
