/*
 * string.h - reading a string, from stop to stop.
 */
#ifndef DPSLOG_JSON_STRING_H
#define DPSLOG_JSON_STRING_H

#include "base/slice.h"
#include "json/reader.h"
#include "json/stops.h"

struct string {
	struct slice text;     /* between the quotes */
	bool escaped;
	bool high;             /* a byte above ASCII is in it */
};

/*
 * The rest of a string at p, behind its opening quote, which must end before `end`; `in_string`: one in an object inside a string, whose
 * quotes are `\"`. After it the stops stand at the quote that ends it. False: it is not ordinary (*why, which may be left as it is).
 */
bool string_read(struct stops *s, const char *p, const char *end, bool in_string, struct string *out, enum slow_why *why);

#endif
