/*
 * sorter.c - entries gather in memory, are sorted, and leave as a run when they are too many.
 */
#include "tally/sorter.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "tally/runs.h"

struct entry {
	uint64_t first;          /* the first eight bytes of the key, as a number: most comparisons end here */
	const char *p;           /* the key, the value behind it */
	size_t key_n, value_n;
};

struct sorter {
	size_t memory;
	struct arena text;
	size_t text_n;           /* bytes in it that are entries */
	struct entry *entries;
	size_t n, cap, at;
	struct runs *runs;       /* NULL: all are in memory */
	bool sorted;
};

struct sorter *sorter_new(size_t memory)
{
	struct sorter *s = mem_zalloc(sizeof *s);

	s->memory = memory;
	return s;
}

void sorter_free(struct sorter *s)
{
	if (s == NULL)
		return;
	arena_free(&s->text);
	free(s->entries);
	runs_free(s->runs);
	free(s);
}

static uint64_t first_bytes(struct slice key)
{
	uint64_t first = 0;

	for (size_t i = 0; i < sizeof first; i++)
		first = first << 8 | (i < key.n ? (unsigned char)key.p[i] : 0);
	return first;
}

static int compare(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return slice_cmp(slice_of(a->p, a->key_n), slice_of(b->p, b->key_n));
}

static void sort(struct sorter *s)
{
	if (s->n > 1)
		qsort(s->entries, s->n, sizeof *s->entries, compare);
}

static void spill(struct sorter *s)
{
	if (s->runs == NULL)
		s->runs = runs_new();
	sort(s);
	runs_begin(s->runs);
	for (size_t i = 0; i < s->n; i++)
		runs_add(s->runs, slice_of(s->entries[i].p, s->entries[i].key_n),
		         slice_of(s->entries[i].p + s->entries[i].key_n, s->entries[i].value_n));
	runs_end(s->runs);
	s->n = s->text_n = 0;
	arena_free(&s->text);
}

void sorter_add(struct sorter *s, struct slice key, struct slice value)
{
	/* Sorting takes as much again for the entries themselves. */
	const size_t more = key.n + value.n + 2 * sizeof *s->entries;

	if (s->n > 0 && s->text_n + more > s->memory)
		spill(s);
	if (s->n == s->cap) {
		s->cap = mem_grow(s->cap, s->n + 1);
		s->entries = mem_rearray(s->entries, s->cap, sizeof *s->entries);
	}
	char *p = arena_bytes(&s->text, key.n + value.n);

	memcpy(p, key.p, key.n);
	if (value.n > 0)
		memcpy(p + key.n, value.p, value.n);
	s->entries[s->n++] = (struct entry){ first_bytes(key), p, key.n, value.n };
	s->text_n += more;
}

void sorter_rewind(struct sorter *s)
{
	s->at = 0;
	if (s->runs == NULL) {
		if (!s->sorted)
			sort(s);
		s->sorted = true;
		return;
	}
	if (s->n > 0) {
		spill(s);
		free(s->entries);
		s->entries = NULL;
		s->cap = 0;
	}
	runs_rewind(s->runs);
}

bool sorter_next(struct sorter *s, struct slice *key, struct slice *value)
{
	if (s->runs != NULL)
		return runs_next(s->runs, key, value);
	if (s->at == s->n)
		return false;
	const struct entry *e = &s->entries[s->at++];

	*key = slice_of(e->p, e->key_n);
	*value = slice_of(e->p + e->key_n, e->value_n);
	return true;
}

int sorter_error(const struct sorter *s)
{
	return s->runs == NULL ? 0 : runs_error(s->runs);
}
