/*
 * differences.h - what the records of one set have in common beside those of another: the table of `compare`.
 *
 * The contrast must outlive it; texts are its.
 */
#ifndef DPSLOG_REPORT_DIFFERENCES_H
#define DPSLOG_REPORT_DIFFERENCES_H

#include "report/view.h"
#include "tally/contrast.h"

enum { DIFFERENCE_COLUMNS = 9 };

extern const struct column difference_columns[DIFFERENCE_COLUMNS];

struct differences;

/* `column`: to order by; -1: by difference, descending. `top`: how many rows at most, 0: all. */
struct differences *differences_new(const struct contrast *c, int column, bool descending, uint64_t top);
void differences_free(struct differences *d);
/* Lives as long as the differences. */
const struct view *differences_view(struct differences *d);

#endif
