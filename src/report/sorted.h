/*
 * sorted.h - rows of a view that are more than fit into memory: put in any order, shown in the order that was asked for.
 *
 * For views whose rows cannot be made on demand, because what they are made from is gone by then. Copies all text.
 */
#ifndef DPSLOG_REPORT_SORTED_H
#define DPSLOG_REPORT_SORTED_H

#include "report/view.h"

/* One column to order by, as cell_compare has it. */
struct sorted_by {
	size_t column;
	bool descending;
};

enum { SORTED_BY_MOST = 20 };

struct sorted;

/* `columns` and what they point to must outlive it; of `by` the first decides. `memory`: bytes of rows to hold at most. */
struct sorted *sorted_new(const struct column *columns, size_t n_columns, const struct sorted_by *by, size_t n_by, size_t memory);
void sorted_free(struct sorted *s);
void sorted_add(struct sorted *s, const struct cell *cells);
/* What the rows were made from failed with this errno (0: it did not): an error of the view. */
void sorted_failed(struct sorted *s, int error);
/* `top`: how many rows at most, 0: all. Nothing can be added any more. Lives as long as s. */
struct view sorted_view(struct sorted *s, uint64_t top);

#endif
