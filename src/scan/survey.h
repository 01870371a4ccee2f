/*
 * survey.h - the order of day and month before a CSV is read.
 */
#ifndef DPSLOG_SCAN_SURVEY_H
#define DPSLOG_SCAN_SURVEY_H

#include "scan/block.h"

/*
 * Gives a LEAF_CSV that has begun its order of dates; its first block comes next. With `guess` only its first rows are looked at
 * (leaf->guessed): the rest is heard while it is read, and may prove a guess of month first wrong. Else the stream is read through
 * once, for which *stream may be replaced by a spooled one. False: the stream failed.
 */
bool survey_dates(struct leaf *l, struct stream **stream, const struct cutter *c, bool guess, struct diag *diag);

#endif
