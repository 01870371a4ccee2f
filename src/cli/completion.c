/*
 * completion.c - what the three scripts have in common: which values an option can have.
 */
#include "cli/completion.h"

#include "base/ledger.h"
#include "insight/codes.h"
#include "record/keys.h"

/* Between two words a blank; words may already hold the text of a script before the first. */
static void add_word(struct buf *words, const char *word)
{
	if (words->n > 0 && words->p[words->n - 1] != '\'' && words->p[words->n - 1] != '(')
		buf_byte(words, ' ');
	buf_str(words, word);
}

static void add_formats(struct buf *words, const struct command *c)
{
	for (unsigned f = 0; f < FORMATS; f++)
		if ((c->formats & FORMAT_BIT(f)) != 0)
			add_word(words, format_table[f].name);
}

static void add_keys(struct buf *words)
{
	for (size_t i = 0; i < key_table_n; i++)
		add_word(words, key_table[i].name);
	add_word(words, "properties.");
}

static void add_reasons(struct buf *words)
{
	for (size_t i = 0; i < REASONS; i++)
		add_word(words, reason_table[i].name);
}

/* Each once, though two services may have it; they follow each other. */
static void add_codes(struct buf *words)
{
	struct slice last = SLICE("");

	for (size_t i = 0; i < codes_count(); i++) {
		const struct slice code = codes_field(codes_at(i), CODES_CODE);

		if (slice_is_digits(code, code.n) && !slice_eq(code, last)) {
			add_word(words, "");
			buf_slice(words, code);
		}
		last = code;
	}
}

enum completion_kind completion_values(struct buf *words, const struct option_entry *e, const struct command *c)
{
	switch (e->type) {
	case OPTION_CHOICE:
	case OPTION_COMPLETION:
		add_word(words, e->words);
		return COMPLETION_WORD;
	case OPTION_FORMAT:
		add_formats(words, c);
		return COMPLETION_WORD;
	case OPTION_REASONS:
		add_reasons(words);
		return COMPLETION_LIST;
	case OPTION_CODES:
		add_codes(words);
		return COMPLETION_LIST;
	case OPTION_FILE:
	case OPTION_FILES:
		return COMPLETION_FILE;
	default:
		break;
	}
	if (e->keys) {
		add_keys(words);
		return COMPLETION_LIST;
	}
	return e->argument == NULL ? COMPLETION_NONE : COMPLETION_FREE;
}

void completion_codes(struct buf *words)
{
	struct slice name, last = SLICE("");

	add_codes(words);
	add_word(words, "4XX 5XX");
	for (size_t i = 0; (name = codes_name_at(i)).p != NULL; i++) {
		if (memchr(name.p, ' ', name.n) == NULL && !slice_eq_nocase(name, last))
			add_word(words, name.p);
		last = name;
	}
}

void completion_escape(struct buf *out, const char *text, const char *special)
{
	for (; *text != '\0'; text++) {
		if (strchr(special, *text) != NULL)
			buf_byte(out, '\\');
		buf_byte(out, *text);
	}
}

void completion_write(struct buf *out, enum shell shell)
{
	static void (*const writers[])(struct buf *out) = {
		[SHELL_BASH] = completion_bash, [SHELL_ZSH] = completion_zsh, [SHELL_FISH] = completion_fish,
	};

	writers[shell](out);
}
