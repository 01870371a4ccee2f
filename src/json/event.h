/*
 * event.h - what a reader tells of a record: keys and values, one at a time, nothing kept.
 *
 * Two readers stand behind this sink, so that the meaning of a record exists once. The sink says of each key whether it wants
 * the value, by a place of its own choosing; values that nobody wants are stepped over.
 */
#ifndef DPSLOG_JSON_EVENT_H
#define DPSLOG_JSON_EVENT_H

#include "base/slice.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_OBJECT, JSON_ARRAY };

/* Places are the sink's: what it answers to a key and gets back with the value. */
#define PLACE_SKIP (-1)
/* Instead of a place: if its value is an array and the sink asks for `envelopes`, stop reading; else PLACE_SKIP. */
#define PLACE_ENVELOPE (-2)

/* The text of a value: */
enum {
	TEXT_STABLE = 1,   /* it lies in the text that was read and lives as long; else it dies with the call */
	TEXT_ESCAPED = 2,  /* a string between its quotes, escapes not yet decoded (json_unescape) */
	TEXT_TOLD = 4      /* a string that is an object, whose members were told at the level of `embeds` */
};

/* Levels are the sink's, too: which object a key is in. The outermost one is given to the reader. */
#define LEVEL_NOWHERE (-1)

enum slot_state {
	SLOT_CLEAN,          /* decoded, and trimmed */
	SLOT_TOLD,           /* TEXT_TOLD: as it stands there, between its quotes */
	SLOT_ROUGH           /* a string as by `strings`, at which nobody looked */
};

/* A value as a sink may keep it, in the place that it has. */
struct event_slot {
	struct slice text;
	enum json_type type;
	enum slot_state state;
};

enum { STRINGS_MOST = 24, SLOTS_A_WORD = 64 };

struct event_string {
	struct slice text;
	int place;
};

struct event_sink {
	/* A key (decoded) of the object at `level`: a place. */
	int (*key)(void *ctx, int level, struct slice name);
	/* The i-th element of the outermost array (a table row): a place. */
	int (*element)(void *ctx, size_t i);
	/* A scalar. `text` is that of a string, the literal of a number, true or false; empty for null. */
	void (*value)(void *ctx, int place, enum json_type type, struct slice text, unsigned flags);
	/*
	 * Several strings, in order, each as by `value` with TEXT_STABLE alone, between their quotes in the text; STRINGS_MOST at most, before
	 * anything else is told. NULL: they are told one by one.
	 */
	void (*strings)(void *ctx, const struct event_string *s, size_t n);
	/*
	 * Slots by place, and a bit of each that has a value. Where there is none, and no other value of that place is in the text, a reader
	 * may put a string there and set the bit instead of telling it, once nothing can be void any more. NULL: there are none.
	 */
	struct event_slot *slots;
	uint64_t *present;
	/* An object or array begins there: the level of its keys, or LEVEL_NOWHERE to step over it (always for arrays). */
	int (*open)(void *ctx, int place, enum json_type type);
	/*
	 * The level of the object that a string at `place` may hold, or LEVEL_NOWHERE. A reader may then read it where it stands: it
	 * says `embedded`, which makes void what was told of that level, tells the members, and then the string with TEXT_TOLD; or
	 * says `embedded` once more and tells the string without. NULL: none.
	 */
	int (*embeds)(void *ctx, int place);
	void (*embedded)(void *ctx, int level);
	/* What was told of this text is void: it is told once more from its beginning. */
	void (*again)(void *ctx);
	void *ctx;
	bool envelopes;
	/* `key`, `open` and `embeds` always answer the same to the same: a reader may remember it. */
	bool fixed;
};

/* Tells strings, by the way that the sink takes them. */
static inline void event_strings(const struct event_sink *sink, const struct event_string *strings, size_t n)
{
	if (sink->strings != NULL)
		sink->strings(sink->ctx, strings, n);
	for (size_t i = 0; i < n && sink->strings == NULL; i++)
		sink->value(sink->ctx, strings[i].place, JSON_STRING, strings[i].text, TEXT_STABLE);
}

#endif
