/*
 * decoders.h - the kinds of stream that stand above another one.
 *
 * Each function takes over `below`, which must be at its first byte, and never returns NULL: what
 * is wrong with the data comes out when they are read.
 */
#ifndef DPSLOG_INPUT_DECODERS_H
#define DPSLOG_INPUT_DECODERS_H

#include "input/stream.h"

struct stream *gzip_open(struct stream *below);
struct stream *zstd_open(struct stream *below);
struct stream *bzip2_open(struct stream *below);
struct stream *xz_open(struct stream *below);
/*
 * UTF-16 with a byte order mark, which decides the order and is not handed on, as UTF-8. What is no
 * character becomes one byte FF, which no UTF-8 has, so that the reader of records repairs and
 * counts it as it does everywhere.
 */
struct stream *utf16_open(struct stream *below);

#endif
