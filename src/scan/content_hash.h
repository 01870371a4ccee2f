/*
 * content_hash.h - the hash of long text: every byte that is read passes it.
 */
#ifndef DPSLOG_SCAN_CONTENT_HASH_H
#define DPSLOG_SCAN_CONTENT_HASH_H

#include "base/slice.h"

/* XXH3, whatever the processor has. */
uint64_t content_hash(struct slice text, uint64_t seed);

#endif
