/*
 * hops.h - what led from one value to the next the last time.
 *
 * Exports are extremely regular: behind the value of one member stand the same bytes as in the record before (`,"category":"`), and
 * they lead to the same member. So the fast reader remembers for each member the bytes that followed its value, and the member
 * that they led to; where they follow again, one comparison stands for a separator, a name, a look-up and a colon. The
 * memory is only a memory: what is remembered was read once in the ordinary way, from the same state, so the bytes say all.
 *
 * It is that of one sink whose keys have fixed places.
 */
#ifndef DPSLOG_JSON_HOPS_H
#define DPSLOG_JSON_HOPS_H

#include "json/event.h"

enum { HOP_WORDS = 6, HOP_MOST = HOP_WORDS * 8, HOP_NAME_MOST = 40, HOP_MEMBERS = 256, HOP_SLOTS = 1024 };

enum hop_kind {
	HOP_UNKNOWN,
	HOP_STRING,      /* to a string: the quote before it is part of the bytes */
	HOP_VALUE,       /* to another value */
	HOP_END          /* to the end of the object, which is part of the bytes */
};

/* The bytes: compared word by word, those behind the last masked out. */
struct hop {
	uint64_t text[HOP_WORDS], mask[HOP_WORDS];
	uint8_t n, kind;
	bool newline;        /* among them */
	uint16_t to;         /* the member that it leads to */
};

/* Where the value of a member goes. */
struct hop_target {
	int place;
	int inner;           /* the level of the object that its string may hold, or LEVEL_NOWHERE */
};

/* A member of the objects at one level, or the beginning of these (no name). */
struct hop_member {
	struct hop hop;      /* from behind its value */
	struct hop_target target;
	int level;
	bool in_string;      /* a member of such an object */
	uint8_t name_n;
	char name[HOP_NAME_MOST];
};

struct hops {
	struct hop_member members[HOP_MEMBERS]; /* the first stands for those that there is no room for */
	uint16_t n;
	uint16_t slots[HOP_SLOTS];
};

struct hops *hops_new(void);
/*
 * The member of that name, made if it is new (*added; then its places are to be set); number 0 if it cannot be remembered. A beginning
 * has p == NULL.
 */
uint16_t hops_member(struct hops *h, int level, bool in_string, struct slice name, bool *added);
/* These bytes led from member `from` to `to`. Too many are not remembered. */
void hops_learn(struct hops *h, uint16_t from, struct slice bytes, enum hop_kind kind, uint16_t to);

static inline uint64_t hop_differs(const struct hop *h, const char *p, int i)
{
	uint64_t word;

	memcpy(&word, p + 8 * i, sizeof word);
	return (word ^ h->text[i]) & h->mask[i];
}

/* Whether the hop's bytes stand at p, where HOP_MOST bytes are readable. Few are longer than half of that. */
static inline bool hop_fits(const struct hop *h, const char *p)
{
	const uint64_t near = hop_differs(h, p, 0) | hop_differs(h, p, 1) | hop_differs(h, p, 2);

	if (near != 0 || h->kind == HOP_UNKNOWN)
		return false;
	return h->n <= HOP_MOST / 2 || (hop_differs(h, p, 3) | hop_differs(h, p, 4) | hop_differs(h, p, 5)) == 0;
}

#endif
