/*
 * whole.h - a small file at once: what people write for the program (rules), as opposed to its input.
 */
#ifndef DPSLOG_INPUT_WHOLE_H
#define DPSLOG_INPUT_WHOLE_H

#include "base/buf.h"

enum { WHOLE_MOST = 16 << 20 };

/*
 * Appends the text of the file, without a byte order mark; compressed files and UTF-16 (as PowerShell writes) are decoded.
 * False if it cannot be opened or read, or is larger than WHOLE_MOST: `why` gets a few words.
 */
bool whole_read(const char *path, struct buf *text, struct buf *why);

#endif
