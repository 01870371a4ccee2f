/*
 * number.h - numbers as people read them. Each appends to out. Data formats have their own exact ones.
 */
#ifndef DPSLOG_REPORT_NUMBER_H
#define DPSLOG_REPORT_NUMBER_H

#include "base/buf.h"
#include "base/time.h"
#include "base/decimal.h"

/* `1,712,331` */
void number_group(struct buf *out, uint64_t n);
/* `1,712,331`, `-0.25`: exact. */
void number_decimal(struct buf *out, struct decimal d);
/*
 * part of whole with `places` (0 or 1) decimals, rounded: `8.0 %`. What is neither none nor all is never shown as such:
 * `<0.1 %`, `99.9 %`. Without a whole: `-`.
 */
void number_percent(struct buf *out, uint64_t part, uint64_t whole, unsigned places);
/* Decimal units: `999 B`, `1.1 GB`, `24 MB`. */
void number_bytes(struct buf *out, uint64_t n);
/* A span of microseconds in its two largest units: `4 h`, `1 d 4 h`, `5 min`, `30 s`, `0 s`. */
void number_span(struct buf *out, int64_t microseconds);
/* A time to the minute, `2026-11-02 03:14`, in the zone; NULL: UTC. */
void number_minute(struct buf *out, int64_t t, const struct zone *zone);
/* `1 record`, `1,204 records`: one and many are the nouns. */
void number_of(struct buf *out, uint64_t n, const char *one, const char *many);

#endif
