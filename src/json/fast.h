/*
 * fast.h - the fast reader: the ordinary is read here, everything else is left to yajl.
 *
 * A strict subset of JSON: what it accepts, yajl accepts, with the same events. It says `not ordinary` to the rest and has then told
 * the sink something that is void. Where the sink's keys have fixed places (event.h) it remembers what followed what (hops.h), and
 * reads an object inside a string where it stands.
 */
#ifndef DPSLOG_JSON_FAST_H
#define DPSLOG_JSON_FAST_H

#include "json/reader.h"
#include "json/simd.h"

struct fast;

struct fast *fast_new(const struct simd *simd);
void fast_free(struct fast *f);

/* reader_within */
void fast_within(struct fast *f, struct slice whole);
/*
 * Reads an object or an array with all of text, behind which `room` bytes may be looked at; the events are stable. False: not ordinary
 * (fast_why).
 */
bool fast_read(struct fast *f, struct slice text, size_t room, int level, const struct event_sink *sink);
/* Reads the object at the beginning of text, which must end on the line on which it begins; *end is behind it. */
bool fast_read_on_line(struct fast *f, struct slice text, int level, const struct event_sink *sink, size_t *end);
/* Why the last text was not. */
enum slow_why fast_why(const struct fast *f);

#endif
