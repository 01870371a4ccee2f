/*
 * options.h - the options there are, and what a command line asked for.
 *
 * One table describes every option; parsing (parse.h), help, the sentence for a mistake and completions follow from it. A new option
 * is one entry in option_table (options.c) and the member of struct options that it fills.
 */
#ifndef DPSLOG_CLI_OPTIONS_H
#define DPSLOG_CLI_OPTIONS_H

#include "base/time.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "select/kql.h"
#include "tally/devices.h"

enum option_group {
	OPTION_SELECTION,
	OPTION_OUTPUT,
	OPTION_RUNNING,
	OPTION_COMMAND,   /* only of the commands that name it */
	OPTION_GENERAL,   /* of every command */
	OPTION_GROUPS
};
#define OPTION_BIT(group) (1U << (group))
#define OPTION_READING (OPTION_BIT(OPTION_SELECTION) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RUNNING))

/* What the value is, and the type of the member that it fills. */
enum option_type {
	OPTION_FLAG,      /* bool; no value */
	OPTION_VERBOSITY,     /* enum verbosity, to `value`; no value */
	OPTION_HELP,      /* nothing: ends parsing */
	OPTION_VERSION,   /* nothing: ends parsing */
	OPTION_COMPLETION, /* unsigned: which of `words`; ends parsing */
	OPTION_TEXT,      /* struct slice */
	OPTION_FILE,      /* const char * */
	OPTION_LIST,      /* struct option_list; a second one adds to the first */
	OPTION_TEXTS,     /* struct option_list of whole values; a second one adds to the first */
	OPTION_FILES,     /* the same, of names of files, each with a NUL behind it */
	OPTION_CODES,     /* struct option_list; each empty or a result code */
	OPTION_REASONS,   /* uint64_t: 1 << enum reason; a second one adds to the first */
	OPTION_WHERE,     /* struct option_wheres; a second one adds to the first */
	OPTION_TIME,      /* struct option_time */
	OPTION_NUMBER,    /* struct option_number */
	OPTION_SIZE,      /* struct option_number, in bytes, above 0 */
	OPTION_CHOICE,    /* unsigned: which of `words` */
	OPTION_FORMAT,    /* enum format */
	OPTION_SORT,      /* struct option_sort */
	OPTION_ZONE       /* struct option_zone */
};

enum verbosity { VERBOSITY_QUIET = -1, VERBOSITY_NORMAL = 0, VERBOSITY_VERBOSE = 1 };
enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };
#define WHEN_WORDS "auto always never"
enum reader_choice { READER_AUTO, READER_YAJL };
#define READER_WORDS "auto yajl"
enum dynamic_choice { DYNAMIC_OFF, DYNAMIC_ESTIMATE };
#define DYNAMIC_WORDS "off estimate"

#define AGGREGATION_WORDS "total average minimum maximum count"

enum shell { SHELL_BASH, SHELL_ZSH, SHELL_FISH };
#define SHELL_WORDS "bash zsh fish"

struct option_entry {
	const char *name;       /* long, without dashes */
	char letter;            /* short, or 0 */
	const char *argument;   /* what help calls its value; NULL: it takes none */
	enum option_type type;
	enum option_group group;
	size_t field;           /* offset in struct options */
	int value;              /* of OPTION_VERBOSITY */
	const char *words;      /* of OPTION_CHOICE and OPTION_COMPLETION, separated by a blank */
	bool keys;              /* of OPTION_LIST: it takes names of keys (record/keys.h) */
	const char *help;
};

extern const struct option_entry option_table[];
extern const size_t option_count;

/* Whether the command has this option. */
bool option_taken(const struct option_entry *e, const struct command *c);

struct option_list {
	struct slice *items;    /* an item may be empty */
	size_t n;               /* 0: the option was not given */
};

/* Compiled predicates. */
/* Members of properties that all predicates of a command line may name, so that keys find room beside them. */
enum { WHERE_MEMBERS_MOST = NAMED_MOST - KEYS_MOST - NEWEST_MOST };

struct option_wheres {
	struct kql **items;
	size_t n, members;      /* `members`: of properties, that they name */
};

enum option_time_kind { OPTION_TIME_UNSET, OPTION_TIME_AT, OPTION_TIME_BACK };

struct option_time {
	enum option_time_kind kind;
	int64_t us;             /* AT: the instant; BACK: how far back from the newest record, or from --now */
	struct slice text;      /* as given */
};

struct option_number {
	bool given;
	uint64_t n;
};

struct option_sort {
	struct slice column;    /* p == NULL: not given */
	bool descending;
};

struct option_zone {
	struct slice name;      /* "UTC" if not given */
	struct zone *zone;      /* NULL: UTC */
};

/*
 * A valid command line. Text and paths point into argv. A slice with p == NULL was not given; one with n == 0 and p is the
 * empty text. Values are checked as far as options can be without knowing the command's tables: the names in `by` and `sort`
 * are the command's to check (message_usage).
 */
struct options {
	const struct command *command;
	bool command_given;          /* false: the default one */
	const char *subject;         /* of a command that has one; else NULL */
	const char *const *paths;    /* never none: "-" stands for no PATH, unless files_from is given. Of a command that reads no
					input: its operands, as many as there are */
	size_t n_paths;

	struct option_time since, until, now;  /* with `now` given, since and until are AT already */
	bool failures;
	struct slice device;
	struct option_list result, code, category, operation;
	struct option_wheres where;
	struct option_list selected; /* the options that select, but since and until, as given: the name of each, and its value
					(p == NULL: it takes none) */

	enum format format;          /* resolved: one that the command has */
	bool format_chosen;          /* by -f or the name of the output */
	const char *output;          /* NULL: standard output */
	struct option_number top;    /* not given: n is the default; n == 0 is all */
	struct option_sort sort;
	struct option_zone time_zone;
	unsigned color_when;
	bool color;                  /* resolved */
	bool no_header;
	bool csv_raw;
	struct option_list by, keys;
	struct option_wheres a, b;   /* the sets of compare */
	struct option_time a_since;  /* as since: AT already if `now` is given */
	struct option_list fields;
	struct option_number head;
	bool count;
	bool all;
	struct option_list metric, split;
	unsigned every;              /* which of timeline_spans */
	unsigned aggregation;        /* which of AGGREGATION_WORDS */
	bool list;
	struct option_list rules, conditions;
	struct slice name, window_size, evaluation_frequency;
	struct option_number severity;
	unsigned dynamic;            /* enum dynamic_choice */
	bool baseline, list_baseline, keep_going, suggest;
	unsigned evidence;           /* enum when */

	const char *files_from;
	bool null;
	const char *ledger;
	struct option_number max_record;
	struct option_number memory;
	struct option_number jobs;   /* 0, as not given: as many as there are processors */
	unsigned reader;             /* enum reader_choice */
	unsigned progress;           /* enum when */
	uint64_t tolerate;
	enum verbosity level;

	unsigned shell;              /* enum shell, of --completion */

	struct terminal terminal;
	bool to_terminal;            /* the result goes to one */
	size_t width;                /* columns to fit into; 0: not to a terminal, no limit */

	const char **operands;       /* options_free's; paths points into it */
};

#endif
