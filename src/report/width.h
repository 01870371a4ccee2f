/*
 * width.h - how many columns of a terminal a text takes. Wide characters take two, combining ones none.
 *
 * Texts are clean already (escape_text): valid UTF-8 without control or format characters.
 */
#ifndef DPSLOG_REPORT_WIDTH_H
#define DPSLOG_REPORT_WIDTH_H

#include "base/buf.h"

size_t width_of(struct slice s);
/* Appends s, shortened to `most` columns with a final `…` if it is wider; returns the columns taken. */
size_t width_cut(struct buf *out, struct slice s, size_t most);
/* Appends n blanks. */
void width_pad(struct buf *out, size_t n);

#endif
