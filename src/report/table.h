/*
 * table.h - a view as an aligned table for people: numbers grouped and to the right, times to the minute, text made harmless
 * and cut to what fits.
 */
#ifndef DPSLOG_REPORT_TABLE_H
#define DPSLOG_REPORT_TABLE_H

#include "base/time.h"
#include "report/output.h"
#include "report/view.h"

struct table_options {
	size_t width;              /* columns to fit into, 0: as wide as it gets */
	bool header;
	bool color;
	const struct zone *zone;   /* NULL: UTC */
};

/*
 * All rows. They are made twice: the first time for the widths, so a view must give the same cells again. If the table is
 * too wide, its header gets two lines, then the widest text columns give way, down to TABLE_LEAST each; if that is not enough, only
 * what is longer than TABLE_WHOLE does, and the lines are longer than asked.
 */
enum { TABLE_LEAST = 8, TABLE_WHOLE = 24 };
void table_write(struct output *out, const struct view *v, struct table_options options);

#endif
