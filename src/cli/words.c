/*
 * words.c - argv taken apart.
 */
#include "cli/words.h"

static const struct option_entry *option_by_name(struct slice name)
{
	for (size_t i = 0; i < option_count; i++)
		if (slice_eq(name, slice_str(option_table[i].name)))
			return &option_table[i];
	return NULL;
}

static const struct option_entry *option_by_letter(char letter)
{
	for (size_t i = 0; i < option_count; i++)
		if (option_table[i].letter != 0 && option_table[i].letter == letter)
			return &option_table[i];
	return NULL;
}

/* A value in an argument of its own. */
static void words_take_value(struct words *w)
{
	if (w->value == NULL && w->option->argument != NULL && w->next < w->argc)
		w->value = w->argv[w->next++];
}

static enum word_kind words_long(struct words *w)
{
	const char *equals = strchr(w->word, '=');

	w->name = equals != NULL ? slice_of(w->word, (size_t)(equals - w->word)) : slice_str(w->word);
	w->value = equals != NULL ? equals + 1 : NULL;
	w->option = option_by_name(slice_of(w->name.p + 2, w->name.n - 2));
	if (w->option == NULL)
		return WORD_UNKNOWN;
	words_take_value(w);
	return WORD_OPTION;
}

static enum word_kind words_short(struct words *w)
{
	w->letter[0] = '-';
	w->letter[1] = *w->bundle++;
	w->name = slice_of(w->letter, 2);
	w->value = NULL;
	w->option = option_by_letter(w->letter[1]);
	if (w->option == NULL) {
		/* What follows the letter may have been its value: it is not looked at. */
		w->bundle = NULL;
		return WORD_UNKNOWN;
	}
	if (w->option->argument != NULL && *w->bundle != '\0') {
		w->value = w->bundle;
		w->bundle = NULL;
	}
	words_take_value(w);
	return WORD_OPTION;
}

enum word_kind words_next(struct words *w)
{
	if (w->bundle != NULL && *w->bundle != '\0')
		return words_short(w);
	if (w->next >= w->argc)
		return WORD_END;
	w->word = w->argv[w->next++];
	if (w->only_operands || w->word[0] != '-' || w->word[1] == '\0')
		return WORD_OPERAND;
	if (strcmp(w->word, "--") == 0) {
		w->only_operands = true;
		return words_next(w);
	}
	if (w->word[1] == '-')
		return words_long(w);
	w->bundle = w->word + 1;
	return words_short(w);
}

struct words words_begin(int argc, char **argv)
{
	return (struct words){ .argv = argv, .argc = argc, .next = 1 };
}
