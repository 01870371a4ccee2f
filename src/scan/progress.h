/*
 * progress.h - how far a scan is, for whoever shows it.
 *
 * Workers add to it after each block, so it costs nothing for a record; it is read at any time by another thread. Each number
 * only grows, unless all is read again (scan.h), but two of them need not be of the same instant.
 */
#ifndef DPSLOG_SCAN_PROGRESS_H
#define DPSLOG_SCAN_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct scan_progress {
	_Atomic uint64_t bytes;       /* taken from files, as they lie there */
	_Atomic uint64_t records;     /* log records */
	_Atomic uint64_t failures;    /* of those that are selected */
	_Atomic uint64_t total;       /* bytes of all files; 0: not known (yet) */
	_Atomic bool total_wanted;    /* the reader's to set: worth finding all files before the next is opened */
	_Atomic uint64_t blocks;      /* finished */
	/* Called once, by a worker, when it turns out that there is more than one block; may be NULL. */
	void (*lasting)(struct scan_progress *p);
};

#endif
