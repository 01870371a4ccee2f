/*
 * hops.c - members in a small open table, each with its last hops.
 */
#include "json/hops.h"

#include <stdlib.h>

#include "base/mem.h"

static void forget_all(struct hop_member *m)
{
	for (int i = 0; i < HOP_WAYS; i++)
		m->ways[i] = (struct hop){ .kind = HOP_UNKNOWN, .expected = 1 };
	m->trust = HOP_TRUST_MOST;
}

struct hops *hops_new(bool learning)
{
	struct hops *h = mem_zalloc(sizeof *h);

	forget_all(&h->members[0]);
	h->n = learning ? 1 : HOP_MEMBERS;
	return h;
}

void hops_free(struct hops *h)
{
	free(h);
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

struct hop_member *hops_member(struct hops *h, int level, bool in_string, struct slice name, bool *known)
{
	*known = false;
	if (name.n > HOP_NAME_MOST)
		return hops_none(h);
	char text[HOP_NAME_MOST] = { 0 };
	size_t at;

	memcpy(text, name.p, name.n);
	struct hop_member *m = hops_probe(h, level, in_string, text, (unsigned)name.n, &at);

	*known = m != NULL;
	if (m != NULL)
		return m;
	m = add_member(h, level, in_string, name);
	h->slots[at] = (uint16_t)(m - h->members);
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
	for (int i = 0; i < HOP_WAYS; i++)
		if (hop_fits(&m->ways[i], p) || (m->ways[i].n > 2 * SIMD_NEAR && memcmp(p, m->ways[i].text, m->ways[i].n) == 0))
			return &m->ways[i];
	return NULL;
}

void hops_learn(struct hops *h, struct hop_member *from, struct slice bytes, enum hop_kind kind, struct hop_member *to)
{
	const bool fits = bytes.n <= 2 * SIMD_NEAR;
	struct hop *const hop = &from->ways[from->next_way];

	if (from == hops_none(h) || to == hops_none(h) || bytes.n > HOP_MOST)
		return;
	from->next_way = (uint8_t)((from->next_way + 1) % HOP_WAYS);
	*hop = (struct hop){ .near = fits ? (uint32_t)((UINT64_C(1) << bytes.n) - 1) : 0, .n = bytes.n, .kind = (uint8_t)kind, .to = to };
	hop->expected = fits ? hop->near : 1;
	memcpy(hop->text, bytes.p, bytes.n);
	for (size_t i = 0; i < bytes.n; i++) {
		hop->stops += simd_is_stop(bytes.p[i]);
		hop->newline |= bytes.p[i] == '\n';
	}
}
