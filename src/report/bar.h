/*
 * bar.h - bars of block characters: eighths of a row, one on the other.
 */
#ifndef DPSLOG_REPORT_BAR_H
#define DPSLOG_REPORT_BAR_H

#include "base/decimal.h"

/* How many eighths of `rows` rows show value of top (> 0): nothing is 0, the least of something is 1. */
size_t bar_height(struct decimal value, struct decimal top, size_t rows);
/* What a bar of that height shows in a row, the lowest is 0: one character, a blank above its end. */
const char *bar_cell(size_t height, size_t row);

#endif
