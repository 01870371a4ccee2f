/*
 * sorted.h - rows of a view that are more than fit into memory: put in any order, shown in the order that was asked for.
 *
 * For views whose rows cannot be made on demand, because what they are made from is gone by then. Copies all text.
 */
#ifndef DPSLOG_REPORT_SORTED_H
#define DPSLOG_REPORT_SORTED_H

#include "report/order.h"

struct sorted;

/* `memory`: bytes of rows to hold at most. */
struct sorted *sorted_new(const struct order *order, size_t memory);
void sorted_free(struct sorted *s);
void sorted_add(struct sorted *s, const struct cell *cells);
/* What the rows were made from failed with this errno (0: it did not): an error of the view. */
void sorted_failed(struct sorted *s, int error);
/* `top`: how many rows at most, 0: all. Nothing can be added any more. Lives as long as s. */
struct view sorted_view(struct sorted *s, uint64_t top);

#endif
