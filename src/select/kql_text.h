/*
 * kql_text.h - how text is compared: case folding, terms, and where a needle stands in a text.
 *
 * All text is valid UTF-8. Folding is Unicode's simple one, one character to one. A term is a maximal run of letters
 * and digits of any script.
 */
#ifndef DPSLOG_SELECT_KQL_TEXT_H
#define DPSLOG_SELECT_KQL_TEXT_H

#include "base/arena.h"

/* Where the needle must stand, and how it is compared. */
enum kql_match {
	MATCH_START = 1,        /* at the start of the text */
	MATCH_END = 2,          /* at its end */
	MATCH_TERM_BEGINS = 4,  /* where it begins no term goes on */
	MATCH_TERM_ENDS = 8,    /* where it ends no term goes on */
	MATCH_FOLD = 16         /* without regard to case */
};

struct kql_needle {
	struct slice text;      /* folded, if that is how it is compared */
	bool ascii;
	bool begins_in_term, ends_in_term;
};

/* Its text may lie in `s` or in the arena. */
struct kql_needle kql_needle_of(struct slice s, unsigned how, struct arena *a);
/* Whether the needle stands somewhere in `text` as `how` says; the same `how` as that of the needle. */
bool kql_text_has(struct slice text, const struct kql_needle *needle, unsigned how, struct arena *a);

/* Whether word is one of `words`, each of which stands between blanks: " d day days ". */
bool kql_text_is_among(const char *words, struct slice word);

struct slice kql_text_lower(struct slice s, struct arena *a);
struct slice kql_text_upper(struct slice s, struct arena *a);
/* In characters. */
int64_t kql_text_length(struct slice s);
/* The byte at which character i begins; s.n for those behind the end. */
size_t kql_text_offset(struct slice s, int64_t i);

#endif
