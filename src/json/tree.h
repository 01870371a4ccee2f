/*
 * tree.h - a small JSON document as a tree: for what people write (rules), never for records.
 *
 * Comments, as tools that write templates leave them, are passed over; numbers stay text. Everything lives in the arena that
 * the tree was made in.
 */
#ifndef DPSLOG_JSON_TREE_H
#define DPSLOG_JSON_TREE_H

#include "base/arena.h"
#include "base/buf.h"
#include "json/event.h"

struct tree {
	enum json_type type;
	struct slice name;         /* of a member of an object; may be empty there, too */
	struct slice text;         /* a string decoded, the literal of a number, true or false; else empty */
	const struct tree *child;  /* the first member or element */
	const struct tree *next;   /* the next one beside it */
	const struct tree *parent; /* NULL for the outermost value */
	size_t index;              /* among its parent's children */
};

struct tree_error {
	const char *text;          /* what is wrong, for a sentence; static */
	size_t line;               /* from 1 */
};

/* NULL if the text is not one JSON value (comments apart), is nested deeper than records may be, or is not UTF-8. */
const struct tree *tree_parse(struct slice text, struct arena *arena, struct tree_error *error);

/* The last member of that name, without regard to ASCII case; NULL if there is none, or if it is null, or if t is no object. */
const struct tree *tree_member(const struct tree *t, struct slice name);

/* Where t stands: `resources[0].properties.severity`; nothing for the outermost value. Names as they are. */
void tree_path(const struct tree *t, struct buf *out);

#endif
