/*
 * values.h - reading the values of options: text to number, size, list, time.
 *
 * Each returns false for text that is none; what was expected is the caller's to say.
 */
#ifndef DPSLOG_CLI_VALUES_H
#define DPSLOG_CLI_VALUES_H

#include "cli/options.h"

/* Decimal digits only. */
bool value_number(struct slice s, uint64_t *out);
/* A number of bytes above 0, with K M G T (1024, also KiB) or KB MB GB TB (1000). */
bool value_size(struct slice s, uint64_t *out);
/* A result code to select by: empty, or three or six digits of which the first is 4 or 5. */
bool value_code(struct slice s);
/* Which of the words in `words` (separated by a blank) s is. */
bool value_choice(struct slice s, const char *words, unsigned *out);
void value_add(struct option_list *list, struct slice item);
/* Adds what stands between the commas, trimmed. */
void value_list(struct slice s, struct option_list *list);
/* An RFC 3339 time or a date, in `zone` where it names none; or `-7d`, a span back. */
bool value_time(struct slice s, const struct zone *zone, struct option_time *out);

#endif
