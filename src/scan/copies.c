/*
 * copies.c - sources sorted by their content.
 */
#include "scan/copies.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "scan/content_hash.h"

struct source {
	struct content content;
	const char *name;
};

struct copies {
	pthread_mutex_t lock;
	struct arena text;
	struct source *sources;
	size_t n, cap;
	const char **names;      /* of the sources, in their order */
	struct copy_group *groups;
};

void content_add(struct content *c, struct slice text, uint64_t number, uint64_t logs)
{
	c->hash += content_hash(text, number); /* numbered, so that the order of the blocks counts though they come in any */
	c->bytes += text.n;
	c->logs += logs;
}

void content_join(struct content *c, const struct content *part)
{
	c->hash += part->hash;
	c->bytes += part->bytes;
	c->logs += part->logs;
}

struct copies *copies_new(void)
{
	struct copies *c = mem_zalloc(sizeof *c);

	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void copies_free(struct copies *c)
{
	if (c == NULL)
		return;
	arena_free(&c->text);
	free(c->sources);
	free(c->names);
	free(c->groups);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static const char *name_of(struct copies *c, const char *file, const char *member)
{
	const size_t a = strlen(file), b = strlen(member);
	char *name = arena_bytes(&c->text, a + 2 + b + 1);

	memcpy(name, file, a + 1);
	if (b > 0) {
		memcpy(name + a, ": ", 2);
		memcpy(name + a + 2, member, b + 1);
	}
	return name;
}

void copies_add(struct copies *c, const char *file, const char *member, const struct content *content)
{
	if (content->logs == 0)
		return;
	pthread_mutex_lock(&c->lock);
	if (c->n == c->cap) {
		c->cap = mem_grow(c->cap, c->n + 1);
		c->sources = mem_rearray(c->sources, c->cap, sizeof *c->sources);
	}
	c->sources[c->n++] = (struct source){ *content, name_of(c, file, member) };
	pthread_mutex_unlock(&c->lock);
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_content(const struct source *a, const struct source *b)
{
	const int order = compare(a->content.bytes, b->content.bytes);

	return order != 0 ? order : compare(a->content.hash, b->content.hash);
}

static int by_content_and_name(const void *a, const void *b)
{
	const struct source *x = a, *y = b;
	const int order = by_content(x, y);

	return order != 0 ? order : strcmp(x->name, y->name);
}

static int by_first_name(const void *a, const void *b)
{
	const struct copy_group *x = a, *y = b;

	return strcmp(x->names[0], y->names[0]);
}

size_t copies_groups(struct copies *c, const struct copy_group **groups)
{
	size_t n = 0;

	free(c->names);
	free(c->groups);
	c->names = mem_array(c->n, sizeof *c->names);
	c->groups = mem_array(c->n, sizeof *c->groups);
	if (c->n > 0)
		qsort(c->sources, c->n, sizeof *c->sources, by_content_and_name);
	for (size_t from = 0, i = 0; i < c->n; i++) {
		c->names[i] = c->sources[i].name;
		if (i + 1 < c->n && by_content(&c->sources[i], &c->sources[i + 1]) == 0)
			continue;
		if (i > from)
			c->groups[n++] = (struct copy_group){ &c->names[from], i - from + 1 };
		from = i + 1;
	}
	if (n > 0)
		qsort(c->groups, n, sizeof *c->groups, by_first_name);
	*groups = c->groups;
	return n;
}
