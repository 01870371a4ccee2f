/*
 * wrap.h - running text broken into lines.
 */
#ifndef DPSLOG_REPORT_WRAP_H
#define DPSLOG_REPORT_WRAP_H

#include "base/buf.h"

/*
 * Appends the words of text (separated by single blanks, harmless already: escape_text), the first from column `at` on, which
 * the line has reached; a word that would pass column `width` begins a line of its own, `left` blanks in. A word that fits
 * nowhere is not cut. Ends with a line feed.
 */
void wrap_text(struct buf *out, struct slice text, size_t at, size_t left, size_t width);

#endif
