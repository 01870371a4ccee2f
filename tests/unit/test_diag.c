/*
 * test_diag.c - what is said does not depend on who says it when; and the ledger's sums and statuses.
 */
#include <criterion/criterion.h>

#include <pthread.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/time.h"

static void report(struct diag *d, const char *file, const char *member, enum reason reason, uint64_t byte, const char *text)
{
	const struct problem p = {
		.file = file, .member = member, .reason = reason, .byte = byte, .line = 0, .text = text, .count = 1
	};

	diag_problem(d, &p);
}

Test(diag, nothing)
{
	struct diag *d = diag_new();
	const struct diag_problem_row *rows;
	const char *const *notes;

	cr_expect_eq(diag_problems(d, &rows), 0);
	cr_expect_eq(diag_notes(d, &notes), 0);
	diag_free(d);
	diag_free(NULL);
}

Test(diag, order)
{
	struct diag *d = diag_new();
	const struct diag_problem_row *rows;

	report(d, "b", "", REASON_SYNTAX, 1, NULL);
	report(d, "a", "x", REASON_SYNTAX, 1, NULL);
	report(d, "a", "", REASON_DEPTH, 1, NULL);
	report(d, "a", "", REASON_SYNTAX, 9, NULL);
	report(d, "a", "", REASON_SYNTAX, DIAG_NOWHERE, NULL);
	report(d, "a", NULL, REASON_SYNTAX, 2, NULL);
	report(d, NULL, "", REASON_OPEN, DIAG_NOWHERE, NULL);
	cr_assert_eq(diag_problems(d, &rows), 7);
	cr_expect_null(rows[0].file);
	cr_expect_eq(rows[0].reason, REASON_OPEN);
	cr_expect(rows[1].byte == 2 && rows[2].byte == 9 && rows[3].byte == DIAG_NOWHERE);
	cr_expect_eq(rows[4].reason, REASON_DEPTH);
	cr_expect_str_eq(rows[4].member, "");
	cr_expect_str_eq(rows[5].member, "x");
	cr_expect_str_eq(rows[6].file, "b");
	for (size_t i = 0; i < 7; i++)
		cr_expect(rows[i].count == 1 && !rows[i].more, "%zu", i);
	diag_free(d);
}

/* As if it had been said there. */
Test(diag, move)
{
	struct diag *d = diag_new(), *from = diag_new();
	const struct diag_problem_row *rows;
	const char *const *notes;

	report(d, "a", "", REASON_SYNTAX, 3, NULL);
	diag_note(d, "both");
	for (uint64_t byte = 0; byte < 2 * DIAG_KEPT; byte++)
		report(from, "a", "", REASON_SYNTAX, byte, "words");
	report(from, NULL, "", REASON_OPEN, DIAG_NOWHERE, NULL);
	diag_note(from, "both");
	diag_note(from, "100 %% new");
	diag_move(d, from);
	cr_assert_eq(diag_problems(d, &rows), 1 + DIAG_KEPT + 1);
	cr_expect_null(rows[0].file);
	cr_expect_str_eq(rows[1].text, "words");
	for (uint64_t i = 0; i < DIAG_KEPT; i++)
		cr_expect_eq(rows[1 + i].byte, i < 4 ? i : 3);
	cr_expect(rows[1 + DIAG_KEPT].more);
	cr_expect_eq(rows[1 + DIAG_KEPT].count, 2 * DIAG_KEPT + 1 - DIAG_KEPT);
	cr_assert_eq(diag_notes(d, &notes), 2);
	cr_expect_str_eq(notes[0], "100 % new");
	cr_expect_str_eq(notes[1], "both");
	diag_free(d);
}

Test(diag, text)
{
	struct diag *d = diag_new();
	const struct diag_problem_row *rows;
	char own[] = "own words";

	report(d, "a", "", REASON_QUOTE, 1, NULL);
	report(d, "a", "", REASON_QUOTE, 2, own);
	own[0] = 'X'; /* it was copied */
	cr_assert_eq(diag_problems(d, &rows), 2);
	cr_expect_str_eq(rows[0].text, reason_table[REASON_QUOTE].text);
	cr_expect_str_eq(rows[1].text, "own words");
	diag_free(d);
}

Test(diag, the_smallest_places_are_kept)
{
	static const uint64_t bytes[] = { 50, 10, 90, 30, 70, 20, 80, 40, 60, 5, DIAG_NOWHERE };
	struct diag *d = diag_new();
	const struct diag_problem_row *rows;

	for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
		report(d, "a", "", REASON_SYNTAX, bytes[i], i % 2 == 0 ? "odd" : NULL);
	cr_assert_eq(diag_problems(d, &rows), DIAG_KEPT + 1);
	cr_expect(rows[0].byte == 5 && rows[1].byte == 10 && rows[2].byte == 20 && rows[3].byte == 30 && rows[4].byte == 40);
	cr_expect(rows[DIAG_KEPT].more);
	cr_expect_eq(rows[DIAG_KEPT].count, 6);
	cr_expect_eq(rows[DIAG_KEPT].byte, DIAG_NOWHERE);
	diag_free(d);
}

Test(diag, one_place_said_twice_is_one_row)
{
	struct diag *d = diag_new();
	const struct diag_problem_row *rows;
	const struct problem p = { .file = "a", .member = "", .reason = REASON_SYNTAX, .byte = 7, .line = 1, .count = 3 };
	struct problem zero = p;

	diag_problem(d, &p);
	diag_problem(d, &p);
	zero.byte = 8;
	zero.count = 0;
	diag_problem(d, &zero);
	cr_assert_eq(diag_problems(d, &rows), 2);
	cr_expect_eq(rows[0].count, 6);
	cr_expect_eq(rows[0].line, 1);
	cr_expect_eq(rows[1].count, 1, "at least one");
	diag_free(d);
}

Test(diag, rows_can_be_asked_for_again)
{
	struct diag *d = diag_new();
	const struct diag_problem_row *rows;

	report(d, "b", "", REASON_SYNTAX, 1, NULL);
	cr_expect_eq(diag_problems(d, &rows), 1);
	report(d, "a", "", REASON_SYNTAX, 1, NULL);
	report(d, "b", "", REASON_SYNTAX, 2, NULL);
	cr_assert_eq(diag_problems(d, &rows), 3);
	cr_expect_str_eq(rows[0].file, "a");
	diag_free(d);
}

Test(diag, notes)
{
	struct diag *d = diag_new();
	const char *const *notes;

	diag_note(d, "b %d", 1);
	diag_note(d, "a");
	diag_note(d, "b %s", "1");
	diag_note(d, "b 2");
	cr_assert_eq(diag_notes(d, &notes), 3);
	cr_expect_str_eq(notes[0], "a");
	cr_expect_str_eq(notes[1], "b 1");
	cr_expect_str_eq(notes[2], "b 2");
	diag_free(d);
}

enum { FILES = 10000, THREADS = 4 };

struct job {
	struct diag *d;
	size_t first;
};

/* All of the files, from another one on: each thread says the same. */
static void *say(void *arg)
{
	const struct job *job = arg;

	for (size_t i = 0; i < FILES; i++) {
		const size_t k = (job->first + i * 7) % FILES;
		char name[32];

		snprintf(name, sizeof name, "file%05zu", k);
		for (uint64_t at = 0; at < 8; at++)
			report(job->d, name, "", REASON_SYNTAX, (at * 5 + i) % 8, NULL);
		if (k % 100 == 0)
			diag_note(job->d, "note %05zu", k);
	}
	return NULL;
}

Test(diag, many_files_from_many_threads, .timeout = 120)
{
	struct diag *d = diag_new();
	const struct diag_problem_row *rows;
	const char *const *notes;
	pthread_t threads[THREADS];
	struct job jobs[THREADS];

	for (size_t i = 0; i < THREADS; i++) {
		jobs[i] = (struct job){ d, i * 1234 };
		cr_assert_eq(pthread_create(&threads[i], NULL, say, &jobs[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	cr_assert_eq(diag_problems(d, &rows), FILES * (DIAG_KEPT + 1));
	for (size_t i = 0; i < FILES; i++) {
		const struct diag_problem_row *row = rows + i * (DIAG_KEPT + 1);
		char name[32];

		snprintf(name, sizeof name, "file%05zu", i);
		cr_assert_str_eq(row->file, name);
		for (size_t k = 0; k < DIAG_KEPT; k++)
			cr_assert(row[k].byte == k && row[k].count == THREADS && !row[k].more, "%s %zu", name, k);
		cr_assert(row[DIAG_KEPT].more && row[DIAG_KEPT].count == 3 * THREADS);
	}
	cr_expect_eq(diag_notes(d, &notes), FILES / 100);
	diag_free(d);
}

/* ---- the ledger ---- */

Test(ledger, tables_are_whole)
{
	for (unsigned i = 0; i < REASONS; i++) {
		cr_assert_not_null(reason_table[i].name);
		cr_assert_not_null(reason_table[i].text);
		cr_expect_eq(reason_find(slice_str(reason_table[i].name)), (enum reason)i, "%s", reason_table[i].name);
		if (reason_table[i].kind == REASON_MALFORMED)
			cr_expect_eq(reason_table[i].status, 1, "%s", reason_table[i].name);
	}
	for (unsigned i = 0; i < NOTES; i++)
		cr_expect_not_null(note_names[i]);
	cr_expect_eq(reason_find(SLICE("")), REASONS);
	cr_expect_eq(reason_find(SLICE("Syntax")), REASONS);
	cr_expect_eq(reason_find(SLICE("cut_at")), REASONS);
}

/* Every counter of the ledger is a number of 64 bits; all but the two times must have been added. */
Test(ledger, merge_adds_every_counter)
{
	enum { WORDS = sizeof(struct ledger) / sizeof(uint64_t) };
	struct ledger sum, one;
	uint64_t words[WORDS];

	for (size_t i = 0; i < WORDS; i++)
		words[i] = i + 1;
	memcpy(&one, words, sizeof one);
	ledger_init(&sum);
	ledger_merge(&sum, &one);
	ledger_merge(&sum, &one);
	cr_expect(sum.first == one.first && sum.last == one.last);
	sum.first = 2 * one.first;
	sum.last = 2 * one.last;
	memcpy(words, &sum, sizeof sum);
	for (size_t i = 0; i < WORDS; i++)
		cr_expect_eq(words[i], 2 * (i + 1), "word %zu", i);
}

Test(ledger, time)
{
	struct ledger l, other;

	ledger_init(&l);
	ledger_time(&l, TIME_NONE);
	cr_expect(l.first == TIME_NONE && l.last == TIME_NONE);
	ledger_time(&l, 5);
	cr_expect(l.first == 5 && l.last == 5);
	ledger_time(&l, -3);
	ledger_time(&l, 2);
	cr_expect(l.first == -3 && l.last == 5);
	ledger_init(&other);
	ledger_merge(&l, &other);
	cr_expect(l.first == -3 && l.last == 5);
	ledger_merge(&other, &l);
	cr_expect(other.first == -3 && other.last == 5);
}

Test(ledger, sums)
{
	struct ledger l;

	ledger_init(&l);
	l.malformed[REASON_SYNTAX] = 2;
	l.malformed[REASON_NUL] = 3;
	l.log = 10;
	l.metric = 20;
	l.other = 30;
	l.files.because[REASON_FOREIGN] = 1;
	l.files.because[REASON_DIRECTORY] = 2;
	l.files.because[REASON_OPEN] = 4;
	l.files.because[REASON_LIMIT] = 8;
	cr_expect_eq(ledger_malformed(&l), 5);
	cr_expect_eq(ledger_seen(&l), 65);
	cr_expect_eq(ledger_units_sum(&l.files, REASON_SKIPPED), 3);
	cr_expect_eq(ledger_units_sum(&l.files, REASON_FAILED), 12);
}

static int status_of(enum reason r, bool malformed, uint64_t tolerated)
{
	struct ledger l;

	ledger_init(&l);
	if (malformed)
		l.malformed[r] = 1;
	else
		l.members.because[r] = 1;
	return ledger_status(&l, tolerated, 0);
}

Test(ledger, status_of_each_reason)
{
	static const enum reason none[] = { REASON_FOREIGN, REASON_EMPTY, REASON_DUPLICATE, REASON_SYMLINK, REASON_SPECIAL,
		REASON_DIRECTORY };
	static const enum reason loss[] = { REASON_UNSUPPORTED, REASON_ENCRYPTED, REASON_NESTED, REASON_CORRUPT, REASON_LIMIT };
	struct ledger l;

	ledger_init(&l);
	cr_expect_eq(ledger_status(&l, 0, 0), 0);
	for (unsigned i = REASON_SYNTAX; i <= REASON_ENCODING; i++) {
		cr_expect_eq(status_of((enum reason)i, true, 0), 1);
		cr_expect_eq(status_of((enum reason)i, true, UINT64_C(1) << i), 0);
		cr_expect_eq(status_of((enum reason)i, true, ~(UINT64_C(1) << i)), 1);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		cr_expect_eq(status_of(none[i], false, 0), 0);
	for (size_t i = 0; i < sizeof loss / sizeof *loss; i++)
		cr_expect_eq(status_of(loss[i], false, 0), 1);
	cr_expect_eq(status_of(REASON_OPEN, false, 0), 3);
	cr_expect_eq(status_of(REASON_READ, false, UINT64_MAX), 3, "a failed input is never tolerated");
}

Test(ledger, status)
{
	const uint64_t cut = UINT64_C(1) << REASON_CUT_AT_END, foreign = UINT64_C(1) << REASON_FOREIGN;
	struct ledger l;

	ledger_init(&l);
	cr_expect_eq(ledger_status(&l, 0, 1), 1, "a named file that is none of ours");
	cr_expect_eq(ledger_status(&l, foreign, 1), 0);
	l.files.damaged = 1;
	l.files.because[REASON_FOREIGN] = 1;
	cr_expect_eq(ledger_status(&l, 0, 0), 1, "damage without a reason; a file of others is none");
	l.malformed[REASON_CUT_AT_END] = 1;
	cr_expect_eq(ledger_status(&l, cut, 0), 0, "all of the damage is tolerated");
	l.files.corrupt = 1;
	cr_expect_eq(ledger_status(&l, cut, 0), 1, "the container was broken as well");
	l.files.because[REASON_OPEN] = 1;
	cr_expect_eq(ledger_status(&l, cut, 0), 3);
	ledger_init(&l);
	l.notes[NOTE_PARTIAL_RESULTS] = 1;
	cr_expect_eq(ledger_status(&l, 0, 0), 1);
	ledger_init(&l);
	l.notes[NOTE_REPAIRED] = l.notes[NOTE_DUPLICATE_FILES] = 1;
	cr_expect_eq(ledger_status(&l, 0, 0), 0);
}
