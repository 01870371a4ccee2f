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

/* Rows that are made from references: kept with what they are made from, or gcc sees through `fetch` and leaves out the call (mem.h). */
struct order_rows {
	/* Makes the cells of a row, those at least that the order looks at. */
	void (*row)(void *ctx, uint64_t ref, struct cell *cells);
	/*
	 * Fetches into the cache what making a row will look at: step 0, and then each of ORDER_STEPS, when what the one before wanted has
	 * arrived. NULL: rows lie close together.
	 */
	void (*fetch)(void *ctx, uint64_t ref, unsigned step);
	void *ctx;
	unsigned threads;         /* that may make rows at once */
};

enum { ORDER_STEPS = 2, ORDER_AHEAD = 8 };

/* Before row i of n is made, one after the other from the first: fetches for those behind it. */
static inline void order_fetch(const struct order_rows *rows, const struct order_ref *refs, uint64_t n, uint64_t i)
{
	for (unsigned step = 0; rows->fetch != NULL && step < ORDER_STEPS; step++) {
		const uint64_t ahead = (ORDER_STEPS - step) * ORDER_AHEAD;

		for (uint64_t k = i == 0 ? 0 : i + ahead; k <= i + ahead && k < n; k++)
			rows->fetch(rows->ctx, refs[k].ref, step);
	}
}

/*
 * Sorts so that the first `top` rows (0: all) are the first in order. Keys must differ unless the order of equals means nothing.
 */
void order_refs(struct order_ref *refs, uint64_t n, uint64_t top, const struct order *o, const struct order_rows *rows);

#endif
