/*
 * output.h - where a result goes: standard output, or a file that appears whole or not at all.
 *
 * Renderers append to `text` and call output_pass now and then (after each row); what has gathered is then written. The
 * first error is kept in `error` and everything after it is dropped, so that no renderer has to look: who opened the
 * output asks once, at the end. An output is owned by its opener, who ends it with output_close or output_discard.
 */
#ifndef DPSLOG_REPORT_OUTPUT_H
#define DPSLOG_REPORT_OUTPUT_H

#include "base/buf.h"

struct output {
	struct buf text;   /* what is not written yet */
	int error;         /* errno of the first failure, 0 without one; EPIPE: the reader of a pipe went away */
	int fd;
	char *path;        /* the file that is to appear; NULL if written in place (standard output, a device, a pipe) */
	char *temporary;   /* io_create_for's */
	bool owned;        /* fd was opened here; false for standard output */
};

/*
 * To the file `path`, or to standard output if path is NULL or "-". A symbolic link is followed, a device or a pipe is written
 * in place. On failure false, with the errno in out->error; the output is usable all the same (it drops what it gets).
 */
bool output_open(struct output *out, const char *path);
/* Writes what has gathered once it is worth a system call. */
void output_pass(struct output *out);
/* Ends a line, and passes it on. */
void output_line(struct output *out);
/*
 * Writes the rest and makes the file appear, unless there was an error: then nothing appears and an older file stays as it
 * was. Also what a file system tells only when a file is closed is an error. Standard output stays open. Returns out->error.
 */
int output_close(struct output *out);
/* Ends the output without a file appearing. */
void output_discard(struct output *out);

#endif
