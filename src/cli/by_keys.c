/*
 * by_keys.c - names of keys to keys, or what is wrong with them.
 */
#include "cli/by_keys.h"

#include "base/escape.h"
#include "cli/cli.h"
#include "cli/messages.h"

static int usage(const struct command *c, struct buf *text)
{
	const int status = message_usage(c, buf_view(text));

	buf_free(text);
	return status;
}

static int unknown_key(const struct command *c, const char *option, struct slice name)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "--%s: no key is called '", option);
	escape_text(&text, name);
	buf_str(&text, "'; keys are");
	for (size_t i = 0; i < key_table_n; i++)
		buf_printf(&text, "%s %s", i == 0 ? "" : ",", key_table[i].name);
	buf_str(&text, ", properties.NAME");
	return usage(c, &text);
}

static int twice(const struct command *c, const char *option, struct slice name)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "--%s: the key '", option);
	escape_text(&text, name);
	buf_str(&text, "' is given twice");
	return usage(c, &text);
}

int by_keys(const struct command *c, const char *option, const struct slice *names, size_t n, struct keys *keys)
{
	*keys = (struct keys){ .device = -1 };
	for (size_t i = 0; i < n; i++) {
		if (keys->n == KEYS_MOST) {
			struct buf text = BUF_INIT;

			buf_printf(&text, "--%s: at most %d keys", option, KEYS_MOST);
			return usage(c, &text);
		}
		struct key *key = &keys->key[keys->n];

		if (!key_find(names[i], key))
			return unknown_key(c, option, names[i]);
		for (size_t k = 0; k < keys->n; k++)
			if (slice_eq_nocase(keys->key[k].name, names[i]))
				return twice(c, option, names[i]);
		if (key->entry == &key_table[0])
			keys->device = (int)keys->n;
		keys->n++;
	}
	return STATUS_GOOD;
}
