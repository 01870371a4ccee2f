/*
 * order.h - in which order rows are shown: as bytes that order as the rows do, and sorting by them.
 *
 * The key of a row is what its cells are as bytes, column after column as the order names them: two keys compare with memcmp as
 * the cells do (numbers and times by value, TIME_NONE first, texts bytewise), and none begins another.
 */
#ifndef DPSLOG_REPORT_ORDER_H
#define DPSLOG_REPORT_ORDER_H

#include "base/buf.h"
#include "report/view.h"

enum { ORDER_MOST = 20 };

struct order_by {
	size_t column;
	bool descending;
};

/* The first of `by` decides. The columns must outlive it. */
struct order {
	const struct column *columns;
	size_t n_columns;
	struct order_by by[ORDER_MOST];
	size_t n_by;
};

/* Appends the key of a row. */
void order_key(const struct order *o, const struct cell *cells, struct buf *key);

/* A row that is made on demand. */
struct order_ref {
	uint64_t ref;
	uint64_t word;            /* the sorter's */
};

/*
 * Sorts so that the first `top` rows (0: all) are the first in order; `row` makes the cells of a reference. Keys must differ
 * unless the order of equals means nothing.
 */
void order_refs(struct order_ref *refs, uint64_t n, uint64_t top, const struct order *o,
                void (*row)(void *ctx, uint64_t ref, struct cell *cells), void *ctx);

#endif
