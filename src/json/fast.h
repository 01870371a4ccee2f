/*
 * fast.h - the reader's memory: a strict subset of JSON, read in one pass without copies.
 *
 * It accepts what exports hold nearly always and otherwise says "ask yajl", which then reads the whole text. It never accepts
 * what yajl (with what stands round it) refuses, and where it accepts, the events mean the same: strings with escapes come as
 * they stand (TEXT_ESCAPED).
 */
#ifndef DPSLOG_JSON_FAST_H
#define DPSLOG_JSON_FAST_H

#include "json/event.h"
#include "json/simd.h"

/* False: ask yajl; the sink may have been told something already. */
bool fast_read(const struct simd *simd, struct slice text, int level, const struct event_sink *sink);

#endif
