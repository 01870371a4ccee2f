/*
 * sniff.h - what a stream holds, by its first bytes alone, never by a name.
 *
 * Each form is one entry of the table in sniff.c.
 */
#ifndef DPSLOG_INPUT_SNIFF_H
#define DPSLOG_INPUT_SNIFF_H

#include "input/stream.h"

/* How many bytes a decision needs, if the stream has so many. */
enum { SNIFF_BYTES = 512 };

enum form_role {
	FORM_DECODED,      /* a container of one stream: `open` stands above it */
	FORM_TEXT,         /* the same, but what comes out is text and no container */
	FORM_TAR,
	FORM_ZIP,
	FORM_UNSUPPORTED   /* known, and not read: `sentence` says what to do instead */
};

struct form {
	const char *name;
	enum form_role role;
	struct stream *(*open)(struct stream *below);
	const char *sentence;
};

/* The form that the first bytes belong to; NULL: no container, to be read as it is. */
const struct form *sniff(struct slice head);

/* A zip that turns out to be an Excel workbook: a form that its first bytes do not show. */
extern const struct form sniff_workbook;

#endif
