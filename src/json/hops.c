/*
 * hops.c - members in a small open table, each with its last hop.
 */
#include "json/hops.h"

#include "base/mem.h"

struct hops *hops_new(void)
{
	struct hops *h = mem_zalloc(sizeof *h);

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

uint16_t hops_member(struct hops *h, int level, bool in_string, struct slice name, bool *added)
{
	*added = false;
	if (name.n > HOP_NAME_MOST)
		return 0;
	const bool beginning = name.p == NULL;
	size_t at = slot_of(level, in_string, name);

	for (; h->slots[at] != 0; at = (at + 1) & (HOP_SLOTS - 1)) {
		const struct hop_member *m = &h->members[h->slots[at]];

		if (m->level == level && m->in_string == in_string && (m->name_n == UINT8_MAX) == beginning &&
		    (beginning || slice_eq(slice_of(m->name, m->name_n), name)))
			return h->slots[at];
	}
	if (h->n == HOP_MEMBERS)
		return 0;
	struct hop_member *m = &h->members[h->n];

	*m = (struct hop_member){ .level = level, .in_string = in_string,
		.name_n = beginning ? UINT8_MAX : (uint8_t)name.n };
	if (name.n > 0)
		memcpy(m->name, name.p, name.n);
	*added = true;
	return h->slots[at] = h->n++;
}

void hops_learn(struct hops *h, uint16_t from, struct slice bytes, enum hop_kind kind, uint16_t to)
{
	struct hop *hop = &h->members[from].hop;
	unsigned char mask[HOP_MOST] = { 0 };

	hop->kind = HOP_UNKNOWN;
	if (from == 0 || (to == 0 && kind != HOP_END) || bytes.n > HOP_MOST)
		return;
	memset(mask, 0xff, bytes.n);
	memset(hop->text, 0, sizeof hop->text);
	memcpy(hop->text, bytes.p, bytes.n);
	memcpy(hop->mask, mask, sizeof mask);
	hop->n = (uint8_t)bytes.n;
	hop->kind = (uint8_t)kind;
	hop->newline = memchr(bytes.p, '\n', bytes.n) != NULL;
	hop->to = to;
}
