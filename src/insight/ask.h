/*
 * ask.h - what somebody may mean by a code or a name: all entries of the catalogue that a word asks for.
 */
#ifndef DPSLOG_INSIGHT_ASK_H
#define DPSLOG_INSIGHT_ASK_H

#include "base/buf.h"
#include "insight/codes.h"

enum { CODES_ANSWERS = 8 };

/* Constant entries of the catalogue; `asked` is the caller's text. */
struct codes_answer {
	struct slice asked;
	enum codes_match how;      /* CODES_EXACT for a name too; CODES_UNKNOWN: n is 0 */
	bool by_name;
	const struct code_entry *entry[CODES_ANSWERS]; /* any service, DPS, hub */
	size_t n;
};

/*
 * A code (three or six digits, 4XX, 5xx) asks for the entries of all services. One that is unknown is explained by its first
 * three digits, then by its class, as in codes_explain. Any other word is a name (codes_by_name). False: neither.
 */
bool codes_ask(struct slice word, struct codes_answer *answer);

/* What to look at for an entry of an answer: the catalogue's command, or, for a code that is unknown, one that asks for it. */
void codes_look(struct buf *out, const struct codes_answer *answer, const struct code_entry *entry);

/*
 * The codes of six digits that begin with the three of the entry, in order: the first for after == NULL, then the one after
 * it. NULL behind the last, and for an entry of another kind.
 */
const struct code_entry *codes_within(const struct code_entry *entry, const struct code_entry *after);

#endif
