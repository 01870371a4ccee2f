/*
 * tree.c - yajl's events as a tree. yajl knows comments; its memory is one that never fails.
 */
#include "json/tree.h"

#include <stdlib.h>
#include <yajl/yajl_parse.h>

#include "base/mem.h"
#include "json/reader.h"

struct builder {
	struct arena *arena;
	struct tree *open[READER_DEPTH];       /* the containers that are being read */
	size_t filled[READER_DEPTH];           /* how many members each has */
	const struct tree **end[READER_DEPTH]; /* where the next member of each goes */
	size_t depth;
	const struct tree *root;
	struct slice name;                   /* of the next member */
	bool too_deep;
};

static struct tree *add(struct builder *b, enum json_type type, struct slice text)
{
	struct tree *t = arena_alloc(b->arena, sizeof(*t));

	*t = (struct tree){ .type = type, .text = arena_copy(b->arena, text), .name = b->name };
	b->name = slice_of(NULL, 0);
	if (b->depth == 0) {
		b->root = t;
	} else {
		t->parent = b->open[b->depth - 1];
		t->index = b->filled[b->depth - 1]++;
		*b->end[b->depth - 1] = t;
		b->end[b->depth - 1] = &t->next;
	}
	return t;
}

static int add_scalar(void *ctx, enum json_type type, const char *p, size_t n)
{
	add(ctx, type, slice_of(p, n));
	return 1;
}

static int begin(void *ctx, enum json_type type)
{
	struct builder *b = ctx;
	struct tree *t;

	b->too_deep = b->depth == READER_DEPTH;
	if (b->too_deep)
		return 0;
	t = add(b, type, slice_of(NULL, 0));
	b->open[b->depth] = t;
	b->filled[b->depth] = 0;
	b->end[b->depth++] = &t->child;
	return 1;
}

static int on_end(void *ctx)
{
	((struct builder *)ctx)->depth--;
	return 1;
}

static int on_null(void *ctx)
{
	return add_scalar(ctx, JSON_NULL, NULL, 0);
}

static int on_boolean(void *ctx, int value)
{
	return add_scalar(ctx, JSON_BOOL, value ? "true" : "false", value ? 4 : 5);
}

static int on_number(void *ctx, const char *p, size_t n)
{
	return add_scalar(ctx, JSON_NUMBER, p, n);
}

static int on_string(void *ctx, const unsigned char *p, size_t n)
{
	return add_scalar(ctx, JSON_STRING, (const char *)p, n);
}

static int on_key(void *ctx, const unsigned char *p, size_t n)
{
	struct builder *b = ctx;

	b->name = arena_copy(b->arena, slice_of((const char *)p, n));
	return 1;
}

static int on_object(void *ctx)
{
	return begin(ctx, JSON_OBJECT);
}

static int on_array(void *ctx)
{
	return begin(ctx, JSON_ARRAY);
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null, .yajl_boolean = on_boolean, .yajl_number = on_number, .yajl_string = on_string,
	.yajl_start_map = on_object, .yajl_map_key = on_key, .yajl_end_map = on_end,
	.yajl_start_array = on_array, .yajl_end_array = on_end,
};

/* ---- yajl's memory ---- */

static void *take(void *ctx, size_t n)
{
	(void)ctx;
	return mem_alloc(n);
}

static void *retake(void *ctx, void *p, size_t n)
{
	(void)ctx;
	return mem_realloc(p, n);
}

static void give_back(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

static size_t line_at(struct slice text, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at && i < text.n; i++)
		line += text.p[i] == '\n';
	return line;
}

/* Whether it is JSON; where it is not. */
static bool parse(yajl_handle handle, struct slice text, size_t *at)
{
	/* A comment at the very end wants to see its line end. */
	static const unsigned char line_feed[] = "\n";

	if (yajl_parse(handle, (const unsigned char *)text.p, text.n) != yajl_status_ok) {
		*at = yajl_get_bytes_consumed(handle);
		return false;
	}
	*at = text.n;
	return yajl_parse(handle, line_feed, 1) == yajl_status_ok && yajl_complete_parse(handle) == yajl_status_ok;
}

const struct tree *tree_parse(struct slice text, struct arena *arena, struct tree_error *error)
{
	yajl_alloc_funcs memory = { .malloc = take, .realloc = retake, .free = give_back };
	struct builder b = { .arena = arena };
	yajl_handle handle = yajl_alloc(&callbacks, &memory, &b);
	size_t at;
	bool good;

	yajl_config(handle, yajl_allow_comments, 1);
	good = parse(handle, text, &at);
	yajl_free(handle);
	if (good && b.root != NULL)
		return b.root;
	error->line = line_at(text, at);
	error->text = b.too_deep ? "it is nested too deeply" : slice_trim(text).n == 0 ? "it is empty" : "it is not JSON";
	return NULL;
}

const struct tree *tree_member(const struct tree *t, struct slice name)
{
	const struct tree *found = NULL;

	if (t == NULL || t->type != JSON_OBJECT)
		return NULL;
	for (const struct tree *m = t->child; m != NULL; m = m->next)
		if (slice_eq_nocase(m->name, name))
			found = m;
	return found != NULL && found->type != JSON_NULL ? found : NULL;
}

void tree_path(const struct tree *t, struct buf *out)
{
	if (t == NULL || t->parent == NULL)
		return;
	tree_path(t->parent, out);
	if (t->parent->type == JSON_ARRAY) {
		buf_printf(out, "[%zu]", t->index);
		return;
	}
	if (t->parent->parent != NULL)
		buf_byte(out, '.');
	buf_slice(out, t->name);
}
