/*
 * hops.c - members in a small open table, each with its last hops.
 */
#include "json/hops.h"

#include "base/mem.h"

static void forget(struct hop *hop)
{
	*hop = (struct hop){ .n = UINT8_MAX, .kind = HOP_UNKNOWN, .bits = UINT64_MAX };
}

static void forget_all(struct hop_member *m)
{
	for (int i = 0; i < HOP_WAYS; i++)
		forget(&m->ways[i]);
}

struct hops *hops_new(void)
{
	struct hops *h = mem_zalloc(sizeof *h);

	forget_all(&h->members[0]);
	h->n = 1;
	return h;
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
	forget_all(m);
	if (name.n > 0)
		memcpy(m->name, name.p, name.n);
	return m;
}

struct hop_member *hops_member(struct hops *h, int level, bool in_string, struct slice name, bool *added)
{
	*added = false;
	if (name.n > HOP_NAME_MOST)
		return hops_none(h);
	char text[HOP_NAME_MOST] = { 0 };
	size_t at;

	memcpy(text, name.p, name.n);
	struct hop_member *m = hops_probe(h, level, in_string, text, (unsigned)name.n, &at);

	if (m != NULL)
		return m;
	m = add_member(h, level, in_string, name);
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

const struct hop *hops_find_other(const struct hop_member *m, const char *p)
{
	for (int i = 1; i < HOP_WAYS; i++)
		if (hop_fits(&m->ways[i], p))
			return &m->ways[i];
	return NULL;
}

void hops_learn(struct hops *h, struct hop_member *from, struct slice bytes, enum hop_kind kind, struct hop_member *to)
{
	char text[HOP_MOST] = { 0 };

	if (from == hops_none(h) || to == hops_none(h) || bytes.n > HOP_MOST)
		return;
	memcpy(text, bytes.p, bytes.n);
	hop_set(from, text, (unsigned)bytes.n, kind, to)->newline = memchr(bytes.p, '\n', bytes.n) != NULL;
}
