/*
 * spelling.c - closed sets of words.
 */
#include "insight/spelling.h"

static const char *name_of(const struct spelling_entry *e)
{
	return e->name;
}

static const char *sign_of(const struct spelling_entry *e)
{
	return e->sign;
}

static int find(const struct spelling_entry *table, struct slice s, const char *(*text)(const struct spelling_entry *))
{
	for (int i = 0; table[i].name != NULL; i++)
		if (text(&table[i]) != NULL && slice_eq_nocase(s, slice_str(text(&table[i]))))
			return i;
	return -1;
}

static void list(const struct spelling_entry *table, struct buf *out, const char *(*text)(const struct spelling_entry *))
{
	for (size_t i = 0; table[i].name != NULL; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : table[i + 1].name == NULL ? " or " : ", ", text(&table[i]));
}

int spelling_find_name(const struct spelling_entry *table, struct slice s)
{
	return find(table, s, name_of);
}

int spelling_find_sign(const struct spelling_entry *table, struct slice s)
{
	return find(table, s, sign_of);
}

void spelling_list_names(const struct spelling_entry *table, struct buf *out)
{
	list(table, out, name_of);
}

void spelling_list_signs(const struct spelling_entry *table, struct buf *out)
{
	list(table, out, sign_of);
}
