/*
 * partial.h - a REST result that says of itself that it is incomplete: `error` beside `tables`.
 */
#ifndef DPSLOG_SCAN_PARTIAL_H
#define DPSLOG_SCAN_PARTIAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "json/event.h"

enum { PARTIAL_LEVEL = 0 };

struct partial_result {
	struct arena *arena;       /* for the two texts */
	bool tables, error;        /* which members there are */
	struct slice code, message;
};

/* A sink for the outer object; `p` must outlive it. */
struct event_sink partial_result_sink(struct partial_result *p);
/* Appends that it is incomplete, with the server's words. */
void partial_result_tell(const struct partial_result *p, struct buf *out);

#endif
