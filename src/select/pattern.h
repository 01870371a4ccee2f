/*
 * pattern.h - globs for ids and words: * ? and [a-z], [!x] as in the shell; a backslash takes the next character as it is.
 */
#ifndef DPSLOG_SELECT_PATTERN_H
#define DPSLOG_SELECT_PATTERN_H

#include "base/slice.h"

/* All of text matches glob; `nocase` ignores ASCII case. Linear in text times stars at worst. Bytes, not characters. */
bool pattern_glob(struct slice glob, struct slice text, bool nocase);
/* Whether glob holds a character with a meaning of its own. */
bool pattern_is_glob(struct slice glob);

#endif
