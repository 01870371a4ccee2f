/*
 * diag.h - the one sink for what the program has to say about its input.
 *
 * Problems belong to a place (file, member, byte, line) and a reason of the ledger; notes belong to the run. Both are
 * gathered while workers run (every function here may be called from any thread) and come out sorted, so that what is said
 * does not depend on threads: of one reason in one file the first five places are kept, and a count.
 * base knows no terminal: writing them out is cli's.
 */
#ifndef DPSLOG_BASE_DIAG_H
#define DPSLOG_BASE_DIAG_H

#include "base/ledger.h"

struct diag;

enum { DIAG_KEPT = 5 };
#define DIAG_NOWHERE UINT64_MAX

struct diag *diag_new(void);
void diag_free(struct diag *d);

struct problem {
	const char *file;    /* as the user will know it; NULL: the run as a whole. Copied. */
	const char *member;  /* "" if it is the file itself; levels are joined by ": " */
	enum reason reason;
	uint64_t byte;       /* offset in the decoded source, or DIAG_NOWHERE */
	uint64_t line;       /* from 1, or 0 if lines mean nothing */
	const char *text;    /* what was wrong and what was done, without the place; NULL: the table's text */
	uint64_t count;      /* records concerned, at least 1 */
};

void diag_problem(struct diag *d, const struct problem *p);

/* A sentence of the run, without newline; the same sentence is kept once. Escaped for text by the caller (escape_text). */
void diag_note(struct diag *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* All that `from` holds is d's, and `from` is freed. */
void diag_move(struct diag *d, struct diag *from);

/*
 * What was gathered, ordered by file, member, reason, byte (then line and text); notes bytewise. Not while workers run. The
 * strings live as long as d, the arrays until the next call or change.
 */
struct diag_problem_row {
	const char *file, *member, *text;
	enum reason reason;
	uint64_t byte, line;
	uint64_t count;      /* records at this place */
	bool more;           /* true on a row that stands for the `count` further ones of its kind; it has no place */
};
size_t diag_problems(struct diag *d, const struct diag_problem_row **rows);
size_t diag_notes(struct diag *d, const char *const **notes);

#endif
