/*
 * share.h - work in parts, shared out among threads.
 */
#ifndef DPSLOG_BASE_SHARE_H
#define DPSLOG_BASE_SHARE_H

#include <stddef.h>

/*
 * Calls part(ctx, i) for each i below n, on up to so many threads, the calling one among them; returns when all are done. A part is one
 * thread's alone; they come in any order. If no thread can be made the calling one does it all.
 */
void share_out(unsigned threads, size_t n, void (*part)(void *ctx, size_t i), void *ctx);

#endif
