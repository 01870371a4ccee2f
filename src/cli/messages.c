/*
 * messages.c - what is said on standard error.
 *
 * Each message is put together first and written with one call, so that the lines of two programs on one terminal stay
 * whole. That a message cannot be written changes nothing: there is nowhere to say it.
 */
#include "cli/messages.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io.h"
#include "base/mem.h"
#include "report/number.h"

enum { MESSAGES_OF_A_KIND = 5 };

static void messages_place(struct buf *out, const struct diag_problem_row *row)
{
	if (row->file != NULL) {
		escape_text(out, slice_str(strcmp(row->file, "-") == 0 ? "standard input" : row->file));
		buf_str(out, ": ");
	}
	if (row->member != NULL && *row->member != '\0') {
		escape_text(out, slice_str(row->member));
		buf_str(out, ": ");
	}
	if (row->more)
		return;
	if (row->line != 0)
		buf_printf(out, "line %" PRIu64 ": ", row->line);
	else if (row->byte != DIAG_NOWHERE)
		buf_printf(out, "byte %" PRIu64 ": ", row->byte);
}

static void messages_done(struct buf *out, const struct diag_problem_row *row)
{
	switch (reason_table[row->reason].kind) {
	case REASON_MALFORMED:
		buf_str(out, "; skipped, ");
		number_of(out, row->count, row->more ? "more record" : "record", row->more ? "more records" : "records");
		break;
	case REASON_SKIPPED:
	case REASON_FAILED:
		if (reason_table[row->reason].kind == REASON_SKIPPED)
			buf_str(out, "; skipped");
		if (row->more) {
			buf_str(out, ", ");
			number_group(out, row->count);
			buf_str(out, " more");
		}
		break;
	}
}

static void messages_problem(struct buf *out, const struct diag_problem_row *row)
{
	const char *text = row->text != NULL ? row->text : reason_table[row->reason].text;

	messages_place(out, row);
	escape_text(out, slice_str(text));
	messages_done(out, row);
	buf_byte(out, '\n');
}

static bool messages_wanted(enum reason reason, enum verbosity level, uint64_t said)
{
	const struct reason_entry *entry = &reason_table[reason];

	if (level == VERBOSITY_QUIET)
		return entry->status == 3;
	return entry->status != 0 || level == VERBOSITY_VERBOSE || said < MESSAGES_OF_A_KIND;
}

static void messages_rest(struct buf *out, const uint64_t *unsaid)
{
	for (size_t i = 0; i < REASONS; i++) {
		if (unsaid[i] == 0)
			continue;
		buf_str(out, "dpslog: ");
		number_of(out, unsaid[i], "more was", "more were");
		buf_printf(out, " skipped: %s (--verbose names them)\n", reason_table[i].text);
	}
}

void messages_format(struct buf *out, struct diag *d, enum verbosity level)
{
	const struct diag_problem_row *rows = NULL;
	const char *const *notes = NULL;
	uint64_t said[REASONS] = { 0 }, unsaid[REASONS] = { 0 };
	size_t n = diag_problems(d, &rows);

	for (size_t i = 0; i < n; i++) {
		enum reason reason = rows[i].reason;

		if (messages_wanted(reason, level, said[reason])) {
			messages_problem(out, &rows[i]);
			said[reason]++;
		} else {
			unsaid[reason] += rows[i].count;
		}
	}
	if (level == VERBOSITY_QUIET)
		return;
	messages_rest(out, unsaid);
	n = diag_notes(d, &notes);
	for (size_t i = 0; i < n; i++) {
		buf_str(out, "dpslog: ");
		escape_text(out, slice_str(notes[i]));
		buf_byte(out, '\n');
	}
}

void message_lines(struct buf *text)
{
	if (text->n > 0)
		(void)io_write_all(STDERR_FILENO, text->p, text->n);
	buf_free(text);
}

void messages_write(struct diag *d, enum verbosity level)
{
	struct buf text = BUF_INIT;

	messages_format(&text, d, level);
	message_lines(&text);
}

void message_say(const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;
	char *sentence;

	va_start(args, format);
	if (vasprintf(&sentence, format, args) < 0)
		mem_fail(strlen(format));
	va_end(args);
	buf_str(&text, "dpslog: ");
	escape_text(&text, slice_str(sentence));
	buf_byte(&text, '\n');
	free(sentence);
	message_lines(&text);
}

void message_unwritten(const char *name, int error)
{
	const char *why = strerrordesc_np(error);

	if (error == EPIPE && name == NULL)
		return;
	message_say("%s: cannot be written (%s)", name != NULL ? name : "standard output",
		    why != NULL ? why : "unknown error");
}

int message_usage(const struct command *c, struct slice sentence)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "dpslog: ");
	for (size_t i = 0; i <= sentence.n;) {
		const size_t n = slice_find(slice_of(sentence.p + i, sentence.n - i), SLICE("\n"));

		if (i > 0)
			buf_byte(&text, '\n');
		escape_text(&text, slice_of(sentence.p + i, n));
		i += n + 1;
	}
	buf_printf(&text, "\nTry 'dpslog%s%s --help'.\n", c != NULL ? " " : "", c != NULL ? c->name : "");
	message_lines(&text);
	return 2;
}
