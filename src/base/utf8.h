/*
 * utf8.h - strict UTF-8 (no overlong forms, no surrogates, at most U+10FFFF), and its repair.
 */
#ifndef DPSLOG_BASE_UTF8_H
#define DPSLOG_BASE_UTF8_H

#include "base/buf.h"

/* All of it well-formed. ASCII runs are passed at the speed of memory. */
bool utf8_valid(struct slice s);
/*
 * Appends s to out with each maximal invalid part (Unicode 3.9, "substitution of maximal subparts", as Python's
 * errors="replace") as one U+FFFD. Returns how many were replaced.
 */
size_t utf8_repair(struct slice s, struct buf *out);
/* The code point at s.p (s.n > 0) and its length in *len; for an invalid part U+FFFD, the length of that part and *valid false. */
uint32_t utf8_decode(struct slice s, size_t *len, bool *valid);
/* Writes c (a scalar value) to out (4 bytes); returns the length. */
size_t utf8_encode(uint32_t c, char *out);

#endif
