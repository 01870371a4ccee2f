/*
 * hops.c - members in a small open table, each with its last hop.
 */
#include "json/hops.h"

#include "base/mem.h"

static void forget(struct hop *hop)
{
	*hop = (struct hop){ .n = UINT8_MAX, .kind = HOP_UNKNOWN, .bits = UINT64_MAX };
}

struct hops *hops_new(void)
{
	struct hops *h = mem_zalloc(sizeof *h);

	forget(&h->members[0].hop);
	h->n = 1;
	return h;
}

static size_t slot_of(int level, bool in_string, struct slice name)
{
	size_t hash = ((size_t)level + 2) * 2 + in_string + 1;

	for (size_t i = 0; i < name.n; i++)
		hash = (hash * 31 + (unsigned char)name.p[i]) & 0xffffff;
	return (hash ^ hash >> 10) & (HOP_SLOTS - 1);
}

struct hop_member *hops_none(struct hops *h)
{
	return &h->members[0];
}

static struct hop_member *add_member(struct hops *h, int level, bool in_string, struct slice name)
{
	if (h->n == HOP_MEMBERS)
		return hops_none(h);
	struct hop_member *m = &h->members[h->n++];

	*m = (struct hop_member){ .level = level, .in_string = in_string, .name_n = (uint8_t)name.n };
	forget(&m->hop);
	if (name.n > 0)
		memcpy(m->name, name.p, name.n);
	return m;
}

struct hop_member *hops_member(struct hops *h, int level, bool in_string, struct slice name, bool *added)
{
	*added = false;
	if (name.n > HOP_NAME_MOST)
		return hops_none(h);
	size_t at = slot_of(level, in_string, name);

	for (; h->slots[at] != 0; at = (at + 1) & (HOP_SLOTS - 1)) {
		struct hop_member *m = &h->members[h->slots[at]];

		if (m->level == level && m->in_string == in_string && slice_eq(slice_of(m->name, m->name_n), name))
			return m;
	}
	struct hop_member *m = add_member(h, level, in_string, name);

	h->slots[at] = (uint16_t)(m - h->members);
	*added = m != hops_none(h);
	return m;
}

struct hop_member *hops_beginning(struct hops *h, int level, bool in_string)
{
	const size_t at = (size_t)(level - LEVEL_NOWHERE);

	if (at >= HOP_LEVELS)
		return hops_none(h);
	if (h->beginnings[at][in_string] == NULL)
		h->beginnings[at][in_string] = add_member(h, level, in_string, slice_of(NULL, 0));
	return h->beginnings[at][in_string];
}

void hops_learn(struct hops *h, struct hop_member *from, struct slice bytes, enum hop_kind kind, struct hop_member *to)
{
	struct hop *hop = &from->hop;

	forget(hop);
	if (from == hops_none(h) || to == hops_none(h) || bytes.n > HOP_MOST)
		return;
	memset(hop->text, 0, sizeof hop->text);
	memcpy(hop->text, bytes.p, bytes.n);
	hop->bits = (UINT64_C(1) << bytes.n) - 1;
	hop->n = (uint8_t)bytes.n;
	hop->kind = (uint8_t)kind;
	hop->newline = memchr(bytes.p, '\n', bytes.n) != NULL;
	hop->to = to;
}
