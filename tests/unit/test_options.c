/*
 * test_options.c - command lines: what is accepted, what is said of the rest, and the texts made from the tables.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/ledger.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "base/nearest.h"
#include "cli/parse.h"
#include "cli/values.h"

enum { MOST = 16 };

static const struct terminal piped = { .columns = 80 };
static const struct terminal on_terminal = { .in = true, .out = true, .err = true, .columns = 120 };

struct parsed {
	struct options o;
	struct buf error;
	char *argv[MOST + 1];
	int argc;
};

/* Parses a line whose words are separated by single blanks; free_line afterwards. */
static enum options_outcome parse_on(struct parsed *p, const char *line, struct terminal terminal)
{
	char *copy = strdup(line), *at = copy, *word;

	*p = (struct parsed){ .argc = 0 };
	while ((word = strsep(&at, " ")) != NULL) {
		cr_assert_lt(p->argc, MOST);
		p->argv[p->argc++] = strdup(word);
	}
	free(copy);
	return options_parse(&p->o, p->argc, p->argv, terminal, &p->error);
}

static enum options_outcome parse(struct parsed *p, const char *line)
{
	return parse_on(p, line, piped);
}

static void free_line(struct parsed *p)
{
	options_free(&p->o);
	buf_free(&p->error);
	for (int i = 0; i < p->argc; i++)
		free(p->argv[i]);
}

static void expect_run(struct parsed *p, const char *line)
{
	enum options_outcome outcome = parse(p, line);

	cr_assert_eq(outcome, OPTIONS_RUN, "%s: %s", line, buf_cstr(&p->error));
}

/* A sentence that ends with `...` may go on: lists of commands grow. */
static void expect_wrong(const char *line, const char *sentence)
{
	const size_t n = strlen(sentence);
	const bool more = n > 3 && strcmp(sentence + n - 3, "...") == 0;
	struct parsed p;

	cr_expect_eq(parse(&p, line), OPTIONS_WRONG, "%s", line);
	cr_expect(strncmp(buf_cstr(&p.error), sentence, more ? n - 3 : n + 1) == 0, "%s: %s", line, buf_cstr(&p.error));
	free_line(&p);
}

static void expect_slice(struct slice s, const char *text)
{
	cr_expect(slice_eq(s, slice_str(text)), "'%.*s' is not '%s'", SLICE_ARG(s), text);
}

Test(options, completion_of_a_shell)
{
	struct parsed p;

	cr_expect_eq(parse(&p, "dpslog --completion fish"), OPTIONS_COMPLETION);
	cr_expect_eq(p.o.shell, SHELL_FISH);
	free_line(&p);
	cr_expect_eq(parse_on(&p, "dpslog failures -q --completion=bash x", on_terminal), OPTIONS_COMPLETION);
	cr_expect_eq(p.o.shell, SHELL_BASH);
	free_line(&p);
	expect_wrong("dpslog --completion csh", "--completion: 'csh' is not understood; expected bash, zsh or fish");
	expect_wrong("dpslog --completion", "--completion needs a value: SHELL");
}

Test(options, operands_of_a_command_that_reads_nothing)
{
	struct parsed p;

	cr_expect_eq(parse_on(&p, "dpslog explain", on_terminal), OPTIONS_RUN);
	cr_expect_eq(p.o.n_paths, 0);
	free_line(&p);
	expect_run(&p, "dpslog explain 401 --list -- -x");
	cr_expect_eq(p.o.n_paths, 2);
	cr_expect_str_eq(p.o.paths[1], "-x");
	cr_expect(p.o.list);
	free_line(&p);
	expect_wrong("dpslog explain --ledger x 401", "'--ledger' is not an option of explain; it is one of summary, failures...");
}

Test(options, command_and_paths)
{
	struct parsed p;

	expect_run(&p, "dpslog failures / --all -q a -");
	cr_expect_str_eq(p.o.command->name, "failures");
	cr_expect(p.o.command_given && p.o.all);
	cr_expect_eq(p.o.level, VERBOSITY_QUIET);
	cr_assert_eq(p.o.n_paths, 3);
	cr_expect_str_eq(p.o.paths[0], "/");
	cr_expect_str_eq(p.o.paths[2], "-");
	free_line(&p);

	expect_run(&p, "dpslog / failures");
	cr_expect_str_eq(p.o.command->name, "summary");
	cr_expect_not(p.o.command_given);
	cr_expect_eq(p.o.n_paths, 2);
	free_line(&p);

	expect_run(&p, "dpslog --by code failures");
	cr_expect_str_eq(p.o.command->name, "failures", "a value is no command, options may come first");
	cr_assert_eq(p.o.n_paths, 1);
	cr_expect_str_eq(p.o.paths[0], "-");
	free_line(&p);

	expect_run(&p, "dpslog -- failures -q");
	cr_expect_not(p.o.command_given);
	cr_expect_eq(p.o.n_paths, 2);
	cr_expect_eq(p.o.level, VERBOSITY_NORMAL);
	free_line(&p);

	expect_run(&p, "dpslog failures --files-from list");
	cr_expect_eq(p.o.n_paths, 0);
	free_line(&p);
}

Test(options, ways_to_give_a_value)
{
	static const char *const lines[] = {
		"dpslog failures --format=json /", "dpslog failures --format json /", "dpslog failures -fjson /",
		"dpslog failures -f json /", "dpslog failures -0vfjson /", "dpslog failures -vf json /",
		"dpslog failures -f csv -f json /", "dpslog failures -o x.JSON /",
	};
	struct parsed p;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		expect_run(&p, lines[i]);
		cr_expect_eq(p.o.format, FORMAT_JSON, "%s", lines[i]);
		cr_expect_eq(p.o.n_paths, 1, "%s", lines[i]);
		free_line(&p);
	}
	expect_run(&p, "dpslog failures --device= --result= --by=a, --top=0 --sort -failures");
	cr_expect(p.o.device.p != NULL && p.o.device.n == 0);
	cr_expect_eq(p.o.result.n, 1, "one empty item");
	cr_expect_eq(p.o.by.n, 2);
	cr_expect_eq(p.o.code.n, 0);
	cr_expect(p.o.top.given && p.o.top.n == 0);
	cr_expect(p.o.sort.descending);
	expect_slice(p.o.sort.column, "failures");
	free_line(&p);
}

Test(options, lists_add_up)
{
	struct parsed p;

	expect_run(&p, "dpslog --code 401,429001 --code 404 --tolerate cut_at_end --tolerate empty,open");
	cr_assert_eq(p.o.code.n, 3);
	expect_slice(p.o.code.items[1], "429001");
	expect_slice(p.o.code.items[2], "404");
	cr_expect_eq(p.o.tolerate, UINT64_C(1) << REASON_CUT_AT_END | UINT64_C(1) << REASON_EMPTY |
				   UINT64_C(1) << REASON_OPEN);
	free_line(&p);
}

Test(options, mistakes_say_what_was_meant)
{
	expect_wrong("dpslog sumary", "'sumary' is neither a command nor an existing path; did you mean 'summary'?");
	expect_wrong("dpslog failrues -f table --top x",
		     "'failrues' is neither a command nor an existing path; did you mean 'failures'?");
	expect_wrong("dpslog a\033b", "'a\\x1Bb' is neither a command nor an existing path; the commands are summary, "
				      "failures...");
	expect_wrong("dpslog --sinc 3", "there is no option '--sinc'; did you mean '--since'?");
	expect_wrong("dpslog failures --time UTC", "there is no option '--time'; did you mean '--time-zone'?");
	expect_wrong("dpslog --frobnicate", "there is no option '--frobnicate'");
	expect_wrong("dpslog -qz", "there is no option '-z'");
	expect_wrong("dpslog --by code", "'--by' is not an option of summary; it is one of failures...");
	expect_wrong("dpslog --failures=1", "--failures takes no value");
	expect_wrong("dpslog --help=1", "--help takes no value");
	expect_wrong("dpslog --since", "--since needs a value: TIME");
	expect_wrong("dpslog -o", "--output needs a value: FILE");
	expect_wrong("dpslog --output=", "--output: '' is not understood; expected the name of a file");
	expect_wrong("dpslog --top -1", "--top: '-1' is not understood; expected a whole number, 0 or more");
	expect_wrong("dpslog --color=red", "--color: 'red' is not understood; expected auto, always or never");
	expect_wrong("dpslog -f table", "summary has no format 'table'; expected one of text, json");
	expect_wrong("dpslog failures -o x.html",
		     "--output: failures has no format 'html'; expected one of table, csv, json");
	expect_wrong("dpslog --code 401,200", "--code: '200' is not understood; expected three or six digits that begin "
					      "with 4 or 5, such as 401 or 401002");
	expect_wrong("dpslog --tolerate cut_at_ed",
		     "--tolerate: there is no reason 'cut_at_ed'; did you mean 'cut_at_end'?");
	expect_wrong("dpslog --max-record 0",
		     "--max-record: '0' is not understood; expected a size above 0, such as 4096, 16M (1024) or 16MB (1000)");
	expect_wrong("dpslog --since 7d",
		     "--since: '7d' is not understood; expected a time such as 2026-11-02T03:00:00Z, a date, or -7d");
	expect_wrong("dpslog --now -7d", "--now: expected a time such as 2026-11-02T03:00:00Z or a date");
	expect_wrong("dpslog --sort -", "--sort: '-' is not understood; expected the name of a column, or - and the name");
	expect_wrong("dpslog --time-zone Mars", "--time-zone: 'Mars' is not understood; expected UTC, an offset such as "
						"+02:00, or a name such as Europe/Berlin");
}

Test(options, help_before_everything_behind_it)
{
	struct parsed p;

	cr_expect_eq(parse(&p, "dpslog failures --help --frobnicate"), OPTIONS_HELP);
	cr_expect_str_eq(p.o.command->name, "failures");
	free_line(&p);
	cr_expect_eq(parse(&p, "dpslog failrues -h"), OPTIONS_HELP);
	cr_expect_not(p.o.command_given);
	free_line(&p);
	cr_expect_eq(parse(&p, "dpslog --version"), OPTIONS_VERSION);
	free_line(&p);
	cr_expect_eq(parse(&p, "dpslog --frobnicate --help"), OPTIONS_WRONG);
	free_line(&p);
	cr_expect_eq(parse(&p, "dpslog -zf failures"), OPTIONS_WRONG);
	cr_expect(p.o.command_given, "what stands behind an unknown letter takes no value");
	free_line(&p);
}

Test(options, nothing_to_read)
{
	struct parsed p;

	cr_expect_eq(parse_on(&p, "dpslog", on_terminal), OPTIONS_NOTHING);
	free_line(&p);
	cr_expect_eq(parse_on(&p, "dpslog failures -q", on_terminal), OPTIONS_NOTHING);
	free_line(&p);
	cr_expect_eq(parse_on(&p, "dpslog -", on_terminal), OPTIONS_RUN);
	free_line(&p);
}

Test(options, what_a_terminal_changes)
{
	struct parsed p;

	cr_expect_eq(parse_on(&p, "dpslog failures /", on_terminal), OPTIONS_RUN);
	cr_expect_eq(p.o.format, FORMAT_TABLE);
	cr_expect_eq(p.o.top.n, 20);
	cr_expect_eq(p.o.width, 120);
	cr_expect(p.o.color && p.o.to_terminal && !p.o.top.given);
	free_line(&p);

	cr_expect_eq(parse_on(&p, "dpslog failures / -o file", on_terminal), OPTIONS_RUN);
	cr_expect_eq(p.o.format, FORMAT_CSV);
	cr_expect_eq(p.o.top.n, 0);
	cr_expect_eq(p.o.width, 0);
	cr_expect(!p.o.color && !p.o.to_terminal);
	free_line(&p);

	expect_run(&p, "dpslog failures / -o - --color always");
	cr_expect_eq(p.o.format, FORMAT_CSV);
	cr_expect(p.o.color && p.o.output == NULL);
	free_line(&p);

	struct terminal plain = on_terminal;
	plain.plain = true;
	cr_expect_eq(parse_on(&p, "dpslog failures /", plain), OPTIONS_RUN);
	cr_expect_not(p.o.color);
	free_line(&p);
}

Test(options, a_txt_file_takes_what_the_command_has)
{
	struct parsed p;

	expect_run(&p, "dpslog failures / -o x.txt");
	cr_expect_eq(p.o.format, FORMAT_TABLE);
	free_line(&p);
	expect_run(&p, "dpslog summary / -o x.txt");
	cr_expect_eq(p.o.format, FORMAT_TEXT);
	free_line(&p);
}

Test(options, times)
{
	const int64_t midnight = time_parse(SLICE("2026-11-02T00:00:00Z"));
	struct parsed p;

	expect_run(&p, "dpslog / --since -1d12h --until 2026-11-02");
	cr_expect_eq(p.o.since.kind, OPTION_TIME_BACK);
	cr_expect_eq(p.o.since.us, 36 * TIME_HOUR);
	cr_expect_eq(p.o.until.kind, OPTION_TIME_AT);
	cr_expect_eq(p.o.until.us, midnight);
	cr_expect_eq(p.o.now.kind, OPTION_TIME_UNSET);
	free_line(&p);

	expect_run(&p, "dpslog / --since -1d --now 2026-11-02");
	cr_expect_eq(p.o.since.kind, OPTION_TIME_AT);
	cr_expect_eq(p.o.since.us, midnight - TIME_DAY);
	free_line(&p);

	expect_run(&p, "dpslog / --since 2026-11-02 --until 2026-11-02T00:00:00Z --time-zone +02:00");
	cr_expect_eq(p.o.since.us, midnight - 2 * TIME_HOUR, "the zone counts though it comes later");
	cr_expect_eq(p.o.until.us, midnight, "a time with a zone is left as it is");
	free_line(&p);
}

static void expect_size(const char *text, bool good, uint64_t expected)
{
	uint64_t n = 0;

	cr_expect_eq(value_size(slice_str(text), &n), good, "%s", text);
	if (good)
		cr_expect_eq(n, expected, "%s", text);
}

Test(values, sizes)
{
	expect_size("4096", true, 4096);
	expect_size("16M", true, 16 << 20);
	expect_size("1k", true, 1024);
	expect_size("2GiB", true, UINT64_C(2) << 30);
	expect_size("2GB", true, 2000000000);
	expect_size("1T", true, UINT64_C(1) << 40);
	expect_size("", false, 0);
	expect_size("0", false, 0);
	expect_size("M", false, 0);
	expect_size("1X", false, 0);
	expect_size("1Mi", false, 0);
	expect_size("-1", false, 0);
	expect_size("1.5M", false, 0);
	expect_size("18446744073709551615", true, UINT64_MAX);
	expect_size("18446744073709551616", false, 0);
	expect_size("16777216T", false, 0);
}

static const char *meant(const char *word)
{
	static const char *const words[] = { "summary", "failures", "devices", "series", "top" };
	struct nearest n = nearest_begin(slice_str(word));

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		nearest_offer(&n, words[i]);
	return n.best != NULL ? n.best : "";
}

Test(nearest, words)
{
	cr_expect_str_eq(meant("sumary"), "summary");
	cr_expect_str_eq(meant("FAILRUES"), "failures");
	cr_expect_str_eq(meant("device"), "devices");
	cr_expect_str_eq(meant("dev"), "devices");
	cr_expect_str_eq(meant("tpo"), "top", "two swapped letters are one slip");
	cr_expect_str_eq(meant("samples/"), "");
	cr_expect_str_eq(meant(""), "");
	cr_expect_str_eq(meant("a-word-that-is-longer-than-any-name-that-there-could-be"), "");
}

/* Whether the option stands there, and not only as the beginning of a longer one. */
static bool names_option(struct slice text, struct slice option)
{
	for (;;) {
		const size_t at = slice_find(text, option);

		if (at == text.n)
			return false;
		text = slice_of(text.p + at + option.n, text.n - at - option.n);
		if (text.n == 0 || (text.p[0] != '-' && !ascii_is_alnum(text.p[0])))
			return true;
	}
}

static void expect_help(const struct command *c)
{
	struct buf text = BUF_INIT;
	size_t begin = 0;

	if (c == NULL)
		help_program(&text);
	else
		help_command(&text, c);
	for (size_t i = 0; i < text.n; i++) {
		cr_expect(text.p[i] == '\n' || (text.p[i] >= ' ' && text.p[i] <= '~'));
		if (text.p[i] != '\n')
			continue;
		cr_expect_lt(i - begin, 80, "too long: %.*s", (int)(i - begin), text.p + begin);
		cr_expect(i == begin || text.p[i - 1] != ' ', "blank at the end: %.*s", (int)(i - begin), text.p + begin);
		begin = i + 1;
	}
	cr_expect_eq(begin, text.n);
	for (size_t i = 0; i < option_count; i++) {
		struct buf name = BUF_INIT;

		buf_printf(&name, "--%s", option_table[i].name);
		cr_expect_eq(names_option(buf_view(&text), buf_view(&name)),
			     option_taken(&option_table[i], c != NULL ? c : command_default), "%s", buf_cstr(&name));
		buf_free(&name);
	}
	buf_free(&text);
}

Test(help, fits_and_names_every_option)
{
	expect_help(NULL);
	for (size_t i = 0; command_table[i] != NULL; i++)
		if (command_table[i]->about == NULL || strstr(command_table[i]->about, "--") == NULL)
			expect_help(command_table[i]);
}

Test(options, the_table_is_sound)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option_entry *e = &option_table[i];

		cr_expect_not_null(e->help, "%s", e->name);
		cr_expect_eq(e->type == OPTION_CHOICE || e->type == OPTION_COMPLETION, e->words != NULL, "%s", e->name);
		cr_expect_eq(e->type <= OPTION_VERSION, e->argument == NULL, "%s", e->name);
		for (size_t k = 0; k < i; k++) {
			cr_expect_str_neq(e->name, option_table[k].name);
			cr_expect(e->letter == 0 || e->letter != option_table[k].letter, "-%c twice", e->letter);
		}
	}
	for (size_t i = 0; command_table[i] != NULL; i++) {
		const struct command *c = command_table[i];

		cr_expect_neq(c->formats & FORMAT_BIT(c->on_terminal), 0, "%s", c->name);
		cr_expect_neq(c->formats & FORMAT_BIT(c->elsewhere), 0, "%s", c->name);
		for (size_t k = 0; c->options != NULL && c->options[k] != NULL; k++) {
			bool found = false;

			for (size_t n = 0; n < option_count; n++)
				found = found || strcmp(option_table[n].name, c->options[k]) == 0;
			cr_expect(found, "%s names an option '%s' that there is not", c->name, c->options[k]);
		}
	}
}

static void problem(struct diag *d, const char *file, const char *member, enum reason reason, uint64_t line, uint64_t byte,
		    const char *text)
{
	diag_problem(d, &(struct problem){ .file = file, .member = member, .reason = reason, .line = line, .byte = byte,
					   .text = text, .count = 1 });
}

static void expect_messages(struct diag *d, enum verbosity level, const char *expected)
{
	struct buf text = BUF_INIT;

	messages_format(&text, d, level);
	cr_expect_str_eq(buf_cstr(&text), expected);
	buf_free(&text);
}

Test(messages, places_counts_and_levels)
{
	struct diag *d = diag_new();

	problem(d, "a.tar.gz", "2026/11/02/PT1H.json", REASON_SYNTAX, 1207, 99, "not JSON (a string does not end)");
	problem(d, "b\033[2J", "", REASON_OPEN, 0, DIAG_NOWHERE, "cannot be opened (Permission denied)");
	problem(d, "-", "", REASON_NUL, 0, 4096, NULL);
	for (unsigned i = 0; i < 1300; i++)
		problem(d, "c", "", REASON_SIZE, i + 1, i, NULL);
	diag_note(d, "a note");
	expect_messages(d, VERBOSITY_NORMAL,
			"standard input: byte 4096: NUL bytes; skipped, 1 record\n"
			"a.tar.gz: 2026/11/02/PT1H.json: line 1207: not JSON (a string does not end); skipped, 1 record\n"
			"b\\x1B[2J: cannot be opened (Permission denied)\n"
			"c: line 1: larger than the limit for a record; skipped, 1 record\n"
			"c: line 2: larger than the limit for a record; skipped, 1 record\n"
			"c: line 3: larger than the limit for a record; skipped, 1 record\n"
			"c: line 4: larger than the limit for a record; skipped, 1 record\n"
			"c: line 5: larger than the limit for a record; skipped, 1 record\n"
			"c: larger than the limit for a record; skipped, 1,295 more records\n"
			"dpslog: a note\n");
	expect_messages(d, VERBOSITY_QUIET, "b\\x1B[2J: cannot be opened (Permission denied)\n");
	diag_free(d);
}

Test(messages, what_is_no_loss_is_said_five_times)
{
	static const char *const files[] = { "f0", "f1", "f2", "f3", "f4", "f5", "f6" };
	struct diag *d = diag_new();

	for (size_t i = 0; i < 7; i++)
		problem(d, files[i], "", REASON_SYMLINK, 0, DIAG_NOWHERE, NULL);
	expect_messages(d, VERBOSITY_NORMAL,
			"f0: a symbolic link, not followed; skipped\n"
			"f1: a symbolic link, not followed; skipped\n"
			"f2: a symbolic link, not followed; skipped\n"
			"f3: a symbolic link, not followed; skipped\n"
			"f4: a symbolic link, not followed; skipped\n"
			"dpslog: 2 more were skipped: a symbolic link, not followed (--verbose names them)\n");
	expect_messages(d, VERBOSITY_VERBOSE,
			"f0: a symbolic link, not followed; skipped\n"
			"f1: a symbolic link, not followed; skipped\n"
			"f2: a symbolic link, not followed; skipped\n"
			"f3: a symbolic link, not followed; skipped\n"
			"f4: a symbolic link, not followed; skipped\n"
			"f5: a symbolic link, not followed; skipped\n"
			"f6: a symbolic link, not followed; skipped\n");
	diag_free(d);
}
