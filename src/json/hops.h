/*
 * hops.h - what led from one value to the next the last times.
 *
 * Exports are extremely regular: the value of one member is followed by the same bytes as in the record before (`","category":"`, from the
 * quote that ends it), and they lead to the same member. So the fast reader remembers for each member what bytes followed its value, and the member
 * that they led to; where they follow again, one comparison stands for a separator, a name, a look-up and a colon. The
 * memory is only a memory: what is remembered was read once in the ordinary way, from the same state, so the bytes say all.
 *
 * It is that of one sink whose keys have fixed places.
 */
#ifndef DPSLOG_JSON_HOPS_H
#define DPSLOG_JSON_HOPS_H

#include "json/event.h"
#include "json/simd.h"

/* A way that is found is worth so many that are tried in vain. Of so many strays one is remembered. */
enum { HOP_TRUST = 2, HOP_TRUST_MOST = 32, HOP_STRAYS = 8, HOP_STRAYS_IN_VAIN = 64 };

enum { HOP_MOST = 3 * SIMD_NEAR, HOP_NAME_MOST = 2 * SIMD_NEAR, HOP_MEMBERS = 256, HOP_SLOTS = 1024, HOP_LEVELS = 16, HOP_WAYS = 4 };

enum hop_kind {
	HOP_UNKNOWN,
	HOP_STRING,      /* to a string: the quote before it is part of the bytes */
	HOP_HOLDER,      /* to a string that may hold an object: likewise */
	HOP_VALUE,       /* to another value */
	HOP_END          /* to the end of the object, which is part of the bytes */
};

struct hop_member;

/* The bytes, n of them. */
struct hop {
	_Alignas(SIMD_NEAR) char text[HOP_MOST];
	uint32_t near;       /* a bit for each, */
	uint32_t expected;   /* and those that are to be the same; of one that is long or unknown others */
	size_t n, stops;     /* bytes, and those of them that are stops (stops.h) */
	struct hop_member *to; /* the member that it leads to; NULL: to none */
	uint8_t kind;        /* enum hop_kind */
	bool newline;        /* among the bytes */
};

/* Where the value of a member goes. */
struct hop_target {
	int place;
	int inner;           /* the level of the object that its string may hold, or LEVEL_NOWHERE */
};

/* A member of the objects at one level, or the beginning of these (which is in no slot). */
struct hop_member {
	struct hop ways[HOP_WAYS]; /* from behind its value: the last ones that were looked at */
	struct hop_target target;
	uint8_t next_way;    /* which is forgotten for the next */
	uint8_t trust;       /* in its ways: they are tried while there is some */
	uint8_t strays;      /* hops that were not known: all that were looked at, and those to a string that ended at the next stop */
	int level;
	bool in_string;      /* a member of such an object */
	uint8_t name_n;
	_Alignas(SIMD_NEAR) char name[HOP_NAME_MOST];
};

struct hops {
	struct hop_member members[HOP_MEMBERS]; /* the first stands for those that there is no room for */
	uint16_t n;
	uint16_t slots[HOP_SLOTS];
	struct hop_member *beginnings[HOP_LEVELS][2]; /* of the objects at a level; in a string */
};

/* Not `learning`: nothing is remembered, every member is hops_none. */
struct hops *hops_new(bool learning);
void hops_free(struct hops *h);
/* The member for which there is no room: from it nothing is known, and nothing is remembered but the last target. */
struct hop_member *hops_none(struct hops *h);
/* The member of that name, made if it is new, or hops_none; not *known: its target is to be set. */
struct hop_member *hops_member(struct hops *h, int level, bool in_string, struct slice name, bool *known);
/* The beginning of the objects at a level, from where the first member is reached; or hops_none. */
struct hop_member *hops_beginning(struct hops *h, int level, bool in_string);
/* These bytes led from member `from` to `to` (of HOP_END NULL). Too many are not remembered. */
void hops_learn(struct hops *h, struct hop_member *from, struct slice bytes, enum hop_kind kind, struct hop_member *to);

/* Whether the hop's bytes stand at p, where HOP_MOST bytes are readable; not of long ones, which hops_find_other finds. */
static inline bool hop_fits(const struct hop *h, const char *p)
{
	const uint32_t same = simd_same_near(p, h->text) | simd_same_near(p + SIMD_NEAR, h->text + SIMD_NEAR) << SIMD_NEAR;

	return (same & h->near) == h->expected;
}

/* The hop from behind the member's value at p, where HOP_MOST bytes are readable; NULL: none that is remembered. */
const struct hop *hops_find_other(const struct hop_member *m, const char *p);

/* Where the search for a name begins: its first and its last bytes tell one from another. HOP_NAME_MOST bytes are readable. */
static inline size_t hops_slot(int level, bool in_string, const char *name, unsigned n)
{
	const unsigned near = n < 8 ? n : 8;
	const uint64_t mask = n == 0 ? 0 : UINT64_MAX >> (64 - 8 * near);
	const uint64_t where = ((uint64_t)(level - LEVEL_NOWHERE) * 2 + in_string) * 64 + n;
	uint64_t first, last;

	memcpy(&first, name, sizeof first);
	memcpy(&last, name + n - near, sizeof last);
	return (size_t)(((first & mask) ^ (last & mask) * 31 ^ where << 48) * UINT64_C(0x9E3779B97F4A7C15) >> 54) & (HOP_SLOTS - 1);
}

/* The member of a name of n bytes (HOP_NAME_MOST are readable), or NULL, and *slot is where it belongs. */
static inline struct hop_member *hops_probe(struct hops *h, int level, bool in_string, const char *name, unsigned n, size_t *slot)
{
	const uint32_t bits = (uint32_t)((UINT64_C(1) << n) - 1);
	size_t at = hops_slot(level, in_string, name, n);

	for (; h->slots[at] != 0; at = (at + 1) & (HOP_SLOTS - 1)) {
		struct hop_member *m = &h->members[h->slots[at]];
		const uint32_t same = simd_same_near(name, m->name) | simd_same_near(name + SIMD_NEAR, m->name + SIMD_NEAR) << SIMD_NEAR;

		if (m->name_n == n && m->level == level && m->in_string == in_string && (same & bits) == bits)
			return m;
	}
	*slot = at;
	return NULL;
}

#endif
