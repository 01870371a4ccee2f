/*
 * scanner.h - where does this value end? By brackets and quotes alone, 64 bytes at a time.
 *
 * The scanner knows nothing of JSON but strings, escapes and the nesting of two kinds of brackets; whether what it measured
 * is JSON, the reader says. For a valid value it always finds the end that a parser finds.
 */
#ifndef DPSLOG_JSON_SCANNER_H
#define DPSLOG_JSON_SCANNER_H

#include "base/slice.h"
#include "json/simd.h"

enum scan_result {
	SCAN_CLOSED,    /* *end is behind the value */
	SCAN_OPEN,      /* the text ended first; *end is its length */
	SCAN_MISMATCH,  /* a bracket closes one of the other kind; *end is where it stands */
	SCAN_MEMBER     /* a member that was watched for begins an array; *end is where its `[` stands, *member which */
};

/* Names of members of the outermost object whose arrays stop the scan; up to two; in lower case, ASCII case ignored. NULL: none. */
struct scan_watch {
	struct slice name[2];
};

/*
 * Scans the value that begins at s.p[0], a `{`, `[` or `"`. With `inside`, s instead begins inside an object whose `{` is
 * gone by, outside any string, and the value ends with its `}`.
 */
enum scan_result scanner_value(const struct simd *simd, struct slice s, bool inside, const struct scan_watch *watch,
                               size_t *end, unsigned *member);

#endif
