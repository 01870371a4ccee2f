/*
 * parse.c - reading a command line in two passes: the first finds the command, on which the options that may be there depend;
 * the second takes the options. Last comes what
 * follows from all of them together.
 */
#include "cli/parse.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/escape.h"
#include "base/io.h"
#include "base/ledger.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "cli/values.h"
#include "cli/words.h"
#include "report/width.h"

static void say_quoted(struct buf *error, struct slice s)
{
	buf_byte(error, '\'');
	escape_text(error, s);
	buf_byte(error, '\'');
}

static void say_meant(struct buf *error, const struct nearest *n, const char *before)
{
	if (n->best != NULL)
		buf_printf(error, "; did you mean '%s%s'?", before, n->best);
}

static void say_words(struct buf *error, const char *words)
{
	for (const char *w = words; *w != '\0';) {
		size_t n = strcspn(w, " ");

		if (w != words)
			buf_str(error, w[n] == '\0' ? " or " : ", ");
		buf_add(error, w, n);
		w += n + (w[n] != '\0');
	}
}

static void say_unknown(struct buf *error, const struct words *w, const struct command *c)
{
	buf_str(error, "there is no option ");
	say_quoted(error, w->name);
	if (w->name.n > 2 && w->name.p[1] == '-') {
		struct nearest n = nearest_begin(slice_of(w->name.p + 2, w->name.n - 2));

		for (size_t i = 0; i < option_count; i++)
			if (c == NULL || option_taken(&option_table[i], c))
				nearest_offer(&n, option_table[i].name);
		say_meant(error, &n, "--");
	}
}

static void say_not_taken(struct buf *error, const struct option_entry *e, const struct command *c)
{
	const char *before = "; it is one of ";

	buf_printf(error, "'--%s' is not an option of %s", e->name, c->name);
	for (size_t i = 0; command_table[i] != NULL; i++) {
		if (!option_taken(e, command_table[i]))
			continue;
		buf_str(error, before);
		buf_str(error, command_table[i]->name);
		before = ", ";
	}
}

static void say_no_command(struct buf *error, const char *word)
{
	struct nearest n = nearest_begin(slice_str(word));

	say_quoted(error, slice_str(word));
	buf_str(error, " is neither a command nor an existing path");
	for (size_t i = 0; command_table[i] != NULL; i++)
		nearest_offer(&n, command_table[i]->name);
	say_meant(error, &n, "");
	if (n.best != NULL)
		return;
	buf_str(error, "; the commands are ");
	for (size_t i = 0; command_table[i] != NULL; i++) {
		if (i > 0)
			buf_str(error, command_table[i + 1] == NULL ? " and " : ", ");
		buf_str(error, command_table[i]->name);
	}
}

/* False, as are those below: what a setter returns. */
static bool say_value(struct buf *error, const struct option_entry *e, struct slice value, const char *expected)
{
	buf_printf(error, "--%s: ", e->name);
	say_quoted(error, value);
	buf_printf(error, " is not understood; expected %s", expected);
	return false;
}

static bool say_reason(struct buf *error, const struct option_entry *e, struct slice value)
{
	struct nearest n = nearest_begin(value);

	buf_printf(error, "--%s: there is no reason ", e->name);
	say_quoted(error, value);
	for (size_t i = 0; i < REASONS; i++)
		nearest_offer(&n, reason_table[i].name);
	say_meant(error, &n, "");
	if (n.best != NULL)
		return false;
	buf_str(error, "; expected one of");
	for (size_t i = 0; i < REASONS; i++)
		buf_printf(error, "%s %s", i > 0 ? "," : "", reason_table[i].name);
	return false;
}

static bool say_format(struct buf *error, const struct command *c, struct slice name)
{
	buf_printf(error, "%s has no format ", c->name);
	say_quoted(error, name);
	buf_str(error, "; expected one of ");
	command_formats(error, c);
	return false;
}

static bool set_codes(struct option_list *list, const struct option_entry *e, struct slice value, struct buf *error)
{
	size_t before = list->n;

	value_list(value, list);
	for (size_t i = before; i < list->n; i++)
		if (!value_code(list->items[i]))
			return say_value(error, e, list->items[i],
					 "three or six digits that begin with 4 or 5, such as 401 or 401002");
	return true;
}

static bool set_reasons(uint64_t *set, const struct option_entry *e, struct slice value, struct buf *error)
{
	struct option_list list = { 0 };
	bool good = true;

	value_list(value, &list);
	for (size_t i = 0; i < list.n && good; i++) {
		enum reason reason = reason_find(list.items[i]);

		if (reason == REASONS)
			good = say_reason(error, e, list.items[i]);
		else
			*set |= UINT64_C(1) << reason;
	}
	free(list.items);
	return good;
}

static bool set_choice(unsigned *choice, const struct option_entry *e, struct slice value, struct buf *error)
{
	if (value_choice(value, e->words, choice))
		return true;
	say_value(error, e, value, "");
	say_words(error, e->words);
	return false;
}

static bool set_format(enum format *format, const struct command *c, struct slice value, struct buf *error)
{
	for (unsigned f = 0; f < FORMATS; f++) {
		if ((c->formats & FORMAT_BIT(f)) != 0 && slice_eq(value, slice_str(format_table[f].name))) {
			*format = (enum format)f;
			return true;
		}
	}
	return say_format(error, c, value);
}

static bool set_sort(struct option_sort *sort, const struct option_entry *e, struct slice value, struct buf *error)
{
	sort->descending = value.n > 0 && value.p[0] == '-';
	sort->column = sort->descending ? slice_of(value.p + 1, value.n - 1) : value;
	return sort->column.n > 0 || say_value(error, e, value, "the name of a column, or - and the name");
}

static bool set_zone(struct option_zone *zone, const struct option_entry *e, struct slice value, struct buf *error)
{
	zone_free(zone->zone);
	zone->name = value;
	zone->zone = zone_open(value);
	return zone->zone != NULL ||
	       say_value(error, e, value, "UTC, an offset such as +02:00, or a name such as Europe/Berlin");
}

static bool set_number(struct option_number *number, const struct option_entry *e, struct slice value, struct buf *error)
{
	number->given = true;
	if (e->type == OPTION_SIZE)
		return value_size(value, &number->n) ||
		       say_value(error, e, value, "a size above 0, such as 4096, 16M (1024) or 16MB (1000)");
	return value_number(value, &number->n) || say_value(error, e, value, "a whole number, 0 or more");
}

/* A name that opens nothing is told at once; whether the file can be opened is told when it is. */
static bool set_file(const char **file, const struct option_entry *e, const char *value, struct buf *error)
{
	*file = value;
	return *value != '\0' || say_value(error, e, slice_str(value), "the name of a file");
}

/* The mistake, the line in which it stands, and a mark under the place. */
static void say_place(struct buf *error, struct slice value, const struct kql_error *e)
{
	size_t start = e->at, end = e->at;
	struct buf part = BUF_INIT;

	while (start > 0 && value.p[start - 1] != '\n')
		start--;
	while (end < value.n && value.p[end] != '\n')
		end++;
	buf_str(error, "\n  ");
	escape_text(error, slice_of(value.p + start, end - start));
	buf_str(error, "\n  ");
	escape_text(&part, slice_of(value.p + start, e->at - start));
	width_pad(error, width_of(buf_view(&part)));
	part.n = 0;
	escape_text(&part, slice_of(value.p + e->at, e->n < end - e->at ? e->n : end - e->at));
	for (size_t i = width_of(buf_view(&part)); i > 1; i--)
		buf_byte(error, '^');
	buf_byte(error, '^');
	buf_free(&part);
}

static bool set_where(struct option_wheres *where, const struct option_entry *e, struct slice value, struct buf *error)
{
	struct kql_error mistake;
	struct kql *k = kql_compile(value, &mistake);

	if (k == NULL) {
		buf_printf(error, "--%s: ", e->name);
		buf_slice(error, buf_view(&mistake.text));
		say_place(error, value, &mistake);
		kql_error_free(&mistake);
		return false;
	}
	where->items = mem_rearray(where->items, where->n + 1, sizeof *where->items);
	where->items[where->n++] = k;
	where->members += kql_members(k);
	if (where->members <= WHERE_MEMBERS_MOST)
		return true;
	buf_printf(error, "--%s: at most %d members of properties", e->name, WHERE_MEMBERS_MOST);
	return false;
}

/* Puts a value where the table says. Times wait: they are read in the zone, which may come after them. */
static bool set_value(struct options *o, const struct words *w, struct buf *error)
{
	const struct option_entry *e = w->option;
	void *field = (char *)o + e->field;
	struct slice value = w->value != NULL ? slice_str(w->value) : (struct slice){ NULL, 0 };

	switch (e->type) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return true;
	case OPTION_VERBOSITY:
		*(enum verbosity *)field = (enum verbosity)e->value;
		return true;
	case OPTION_TEXT:
		*(struct slice *)field = value;
		return true;
	case OPTION_FILE:
		return set_file(field, e, w->value, error);
	case OPTION_LIST:
		value_list(value, field);
		return true;
	case OPTION_TEXTS:
		value_add(field, value);
		return true;
	case OPTION_FILES:
		value_add(field, value);
		return value.n > 0 || say_value(error, e, value, "the name of a file");
	case OPTION_CODES:
		return set_codes(field, e, value, error);
	case OPTION_WHERE:
		return set_where(field, e, value, error);
	case OPTION_REASONS:
		return set_reasons(field, e, value, error);
	case OPTION_TIME:
		((struct option_time *)field)->text = value;
		return true;
	case OPTION_NUMBER:
	case OPTION_SIZE:
		return set_number(field, e, value, error);
	case OPTION_CHOICE:
		return set_choice(field, e, value, error);
	case OPTION_FORMAT:
		return set_format(field, o->command, value, error);
	case OPTION_SORT:
		return set_sort(field, e, value, error);
	case OPTION_ZONE:
		return set_zone(field, e, value, error);
	case OPTION_HELP:
	case OPTION_VERSION:
	case OPTION_COMPLETION:
		break;
	}
	return true;
}

static bool path_exists(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 || io_lstat(path, &st) == 0;
}

/* The first operand may be the command. Returns it if it is neither that nor a path, else NULL. */
static const char *parse_command(struct options *o, int argc, char **argv)
{
	struct words w = words_begin(argc, argv);
	enum word_kind kind;

	o->command = command_default;
	do
		kind = words_next(&w);
	while (kind == WORD_OPTION || kind == WORD_UNKNOWN);
	if (kind == WORD_END || w.only_operands)
		return NULL;
	if (command_find(slice_str(w.word)) != NULL) {
		o->command = command_find(slice_str(w.word));
		o->command_given = true;
		return NULL;
	}
	return path_exists(w.word) ? NULL : w.word;
}

/* What selects, for a command line that selects the same; times are known better later. */
static void keep_selected(struct options *o, const struct words *w)
{
	const struct option_entry *e = w->option;

	if (e->group != OPTION_SELECTION || e->field == offsetof(struct options, since) || e->field == offsetof(struct options, until))
		return;
	value_add(&o->selected, slice_str(e->name));
	value_add(&o->selected, w->value != NULL ? slice_str(w->value) : slice_of(NULL, 0));
}

static enum options_outcome parse_option(struct options *o, const struct words *w, struct buf *error)
{
	const struct option_entry *e = w->option;

	if (e->argument == NULL && w->value != NULL) {
		buf_printf(error, "--%s takes no value", e->name);
		return OPTIONS_WRONG;
	}
	if (e->type == OPTION_HELP)
		return OPTIONS_HELP;
	if (e->type == OPTION_VERSION)
		return OPTIONS_VERSION;
	if (e->type == OPTION_COMPLETION && w->value != NULL)
		return set_choice(&o->shell, e, slice_str(w->value), error) ? OPTIONS_COMPLETION : OPTIONS_WRONG;
	if (o->command == NULL)
		return OPTIONS_RUN;
	if (!option_taken(e, o->command)) {
		say_not_taken(error, e, o->command);
		return OPTIONS_WRONG;
	}
	if (e->argument != NULL && w->value == NULL) {
		buf_printf(error, "--%s needs a value: %s", e->name, e->argument);
		return OPTIONS_WRONG;
	}
	if (!set_value(o, w, error))
		return OPTIONS_WRONG;
	keep_selected(o, w);
	return OPTIONS_RUN;
}

/* Without a command only --help and what is no option at all are told, since the rest depends on it. */
static enum options_outcome parse_words(struct options *o, int argc, char **argv, struct buf *error)
{
	struct words w = words_begin(argc, argv);
	bool command_due = o->command_given;
	enum options_outcome outcome = OPTIONS_RUN;

	while (outcome == OPTIONS_RUN) {
		switch (words_next(&w)) {
		case WORD_END:
			return OPTIONS_RUN;
		case WORD_OPERAND:
			if (!command_due)
				o->operands[o->n_paths++] = w.word;
			command_due = false;
			break;
		case WORD_OPTION:
			outcome = parse_option(o, &w, error);
			break;
		case WORD_UNKNOWN:
			say_unknown(error, &w, o->command);
			return OPTIONS_WRONG;
		}
	}
	return outcome;
}

static bool finish_time(const struct options *o, const struct option_entry *e, struct option_time *time,
			struct buf *error)
{
	if (time->text.p == NULL)
		return true;
	if (!value_time(time->text, o->time_zone.zone, time))
		return say_value(error, e, time->text, "a time such as 2026-11-02T03:00:00Z, a date, or -7d");
	return true;
}

static bool finish_times(struct options *o, struct buf *error)
{
	struct option_time *relative[] = { &o->since, &o->until, &o->a_since };

	for (size_t i = 0; i < option_count; i++) {
		const struct option_entry *e = &option_table[i];

		if (e->type == OPTION_TIME && !finish_time(o, e, (void *)((char *)o + e->field), error))
			return false;
	}
	if (o->now.kind == OPTION_TIME_BACK) {
		buf_str(error, "--now: expected a time such as 2026-11-02T03:00:00Z or a date");
		return false;
	}
	for (size_t i = 0; i < sizeof relative / sizeof *relative && o->now.kind == OPTION_TIME_AT; i++) {
		if (relative[i]->kind != OPTION_TIME_BACK)
			continue;
		relative[i]->kind = OPTION_TIME_AT;
		if (__builtin_sub_overflow(o->now.us, relative[i]->us, &relative[i]->us) || relative[i]->us == TIME_NONE)
			relative[i]->us = TIME_NONE + 1;
	}
	return true;
}

/* The format that the name of the output asks for: FORMAT_UNSET if it says nothing. */
static enum format format_of_name(const char *path, const struct command *c)
{
	enum format found = FORMAT_UNSET;

	for (unsigned f = 0; f < FORMATS; f++) {
		const char *extension = format_table[f].extension;

		if (extension == NULL || !slice_ends_nocase(slice_str(path), slice_str(extension)))
			continue;
		/* Two formats share .txt: the one that the command has. */
		if (found == FORMAT_UNSET || (c->formats & FORMAT_BIT(f)) != 0)
			found = (enum format)f;
	}
	return found;
}

static bool finish_output(struct options *o, struct buf *error)
{
	if (o->output != NULL && strcmp(o->output, "-") == 0)
		o->output = NULL;
	o->to_terminal = o->terminal.out && o->output == NULL;
	o->width = o->to_terminal ? o->terminal.columns : 0;
	o->color = o->color_when == WHEN_ALWAYS ||
		   (o->color_when == WHEN_AUTO && o->to_terminal && !o->terminal.plain);
	if (!o->top.given)
		o->top.n = o->to_terminal ? 20 : 0;
	if (o->format == FORMAT_UNSET && o->output != NULL)
		o->format = format_of_name(o->output, o->command);
	o->format_chosen = o->format != FORMAT_UNSET;
	if (o->format == FORMAT_UNSET)
		o->format = o->to_terminal ? o->command->on_terminal : o->command->elsewhere;
	if ((o->command->formats & FORMAT_BIT(o->format)) != 0)
		return true;
	buf_str(error, "--output: ");
	return say_format(error, o->command, slice_str(format_table[o->format].name));
}

/* The first operand of a command that has a subject is not a path. */
static bool finish_subject(struct options *o, struct buf *error)
{
	o->paths = o->operands;
	if (o->command->subject == NULL)
		return true;
	if (o->n_paths == 0) {
		buf_printf(error, "%s: the %s is missing, which comes before the paths", o->command->name, o->command->subject);
		return false;
	}
	o->subject = o->operands[0];
	o->paths++;
	o->n_paths--;
	return true;
}

static enum options_outcome finish_paths(struct options *o)
{
	if (o->n_paths == 0 && o->files_from == NULL && o->command->operands == NULL) {
		if (o->terminal.in && !o->list_baseline)
			return OPTIONS_NOTHING;
		o->operands[o->paths - o->operands] = "-";
		o->n_paths++;
	}
	return OPTIONS_RUN;
}

enum options_outcome options_parse(struct options *o, int argc, char **argv, struct terminal terminal, struct buf *error)
{
	const char *neither;
	enum options_outcome outcome;

	*o = (struct options){ .terminal = terminal, .time_zone = { .name = SLICE("UTC") } };
	o->operands = mem_array((size_t)argc + 1, sizeof(*o->operands));
	neither = parse_command(o, argc, argv);
	if (neither != NULL)
		o->command = NULL;
	outcome = parse_words(o, argc, argv, error);
	if (o->command == NULL)
		o->command = command_default;
	if (outcome != OPTIONS_RUN)
		return outcome;
	if (neither != NULL) {
		say_no_command(error, neither);
		return OPTIONS_WRONG;
	}
	if (!finish_times(o, error) || !finish_output(o, error) || !finish_subject(o, error))
		return OPTIONS_WRONG;
	return finish_paths(o);
}

static void free_where(struct option_wheres *where)
{
	for (size_t i = 0; i < where->n; i++)
		kql_free(where->items[i]);
	free(where->items);
}

void options_free(struct options *o)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option_entry *e = &option_table[i];

		if (e->type == OPTION_LIST || e->type == OPTION_TEXTS || e->type == OPTION_FILES || e->type == OPTION_CODES)
			free(((struct option_list *)(void *)((char *)o + e->field))->items);
	}
	free(o->selected.items);
	free_where(&o->where);
	free_where(&o->a);
	free_where(&o->b);
	zone_free(o->time_zone.zone);
	free(o->operands);
	*o = (struct options){ 0 };
}
