/*
 * options.c - the table of options. Help lists them in this order within their groups.
 */
#include "cli/options.h"

#include "base/slice.h"
#include "report/timeline.h"

#define FIELD(member) offsetof(struct options, member)

const struct option_entry option_table[] = {
	{ .name = "since", .argument = "TIME", .type = OPTION_TIME, .group = OPTION_SELECTION, .field = FIELD(since),
	  .help = "records at or after TIME: 2026-11-02T03:00:00Z, a date, or -7d, -36h back from the newest record" },
	{ .name = "until", .argument = "TIME", .type = OPTION_TIME, .group = OPTION_SELECTION, .field = FIELD(until),
	  .help = "records before TIME" },
	{ .name = "now", .argument = "TIME", .type = OPTION_TIME, .group = OPTION_SELECTION, .field = FIELD(now),
	  .help = "count -7d and the like back from TIME" },
	{ .name = "failures", .type = OPTION_FLAG, .group = OPTION_SELECTION, .field = FIELD(failures),
	  .help = "failures only" },
	{ .name = "device", .argument = "GLOB", .type = OPTION_TEXT, .group = OPTION_SELECTION, .field = FIELD(device),
	  .help = "devices whose id matches, as press-*" },
	{ .name = "result", .argument = "RESULT,...", .type = OPTION_LIST, .group = OPTION_SELECTION,
	  .field = FIELD(result), .help = "records with one of these values of resultType" },
	{ .name = "code", .argument = "CODE,...", .type = OPTION_CODES, .group = OPTION_SELECTION, .field = FIELD(code),
	  .help = "failures with one of these codes; 401 also selects 401002" },
	{ .name = "category", .argument = "NAME,...", .type = OPTION_LIST, .group = OPTION_SELECTION,
	  .field = FIELD(category), .help = "records of these categories, as DeviceOperations" },
	{ .name = "operation", .argument = "NAME,...", .type = OPTION_LIST, .group = OPTION_SELECTION,
	  .field = FIELD(operation), .help = "records with these operation names" },
	{ .name = "where", .argument = "PREDICATE", .type = OPTION_WHERE, .group = OPTION_SELECTION, .field = FIELD(where),
	  .help = "records for which a KQL predicate holds, as 'Level == \"Error\" and device startswith \"press-\"'" },

	{ .name = "format", .letter = 'f', .argument = "FORMAT", .type = OPTION_FORMAT, .group = OPTION_OUTPUT,
	  .field = FIELD(format), .help = "how the result is written" },
	{ .name = "output", .letter = 'o', .argument = "FILE", .type = OPTION_FILE, .group = OPTION_OUTPUT,
	  .field = FIELD(output), .help = "write to FILE, whole or not at all; the format follows its extension" },
	{ .name = "top", .argument = "N", .type = OPTION_NUMBER, .group = OPTION_OUTPUT, .field = FIELD(top),
	  .help = "the first N rows, 0 for all (default: 20 on a terminal, else all; summary: 10)" },
	{ .name = "sort", .argument = "COLUMN", .type = OPTION_SORT, .group = OPTION_OUTPUT, .field = FIELD(sort),
	  .help = "order by COLUMN; -COLUMN: descending" },
	{ .name = "time-zone", .argument = "ZONE", .type = OPTION_ZONE, .group = OPTION_OUTPUT, .field = FIELD(time_zone),
	  .help = "for times in tables and text: Europe/Berlin, +02:00 (default: UTC)" },
	{ .name = "color", .argument = "WHEN", .type = OPTION_CHOICE, .group = OPTION_OUTPUT, .field = FIELD(color_when),
	  .words = WHEN_WORDS, .help = "auto, always or never" },
	{ .name = "no-header", .type = OPTION_FLAG, .group = OPTION_OUTPUT, .field = FIELD(no_header),
	  .help = "no line with the names of the columns" },
	{ .name = "csv-raw", .type = OPTION_FLAG, .group = OPTION_OUTPUT, .field = FIELD(csv_raw),
	  .help = "no ' before text that a spreadsheet would run as a formula" },

	{ .name = "by", .argument = "KEY,...", .type = OPTION_LIST, .keys = true, .group = OPTION_COMMAND, .field = FIELD(by),
	  .help = "group by these keys (default: device,resultType)" },
	{ .name = "a", .argument = "PREDICATE", .type = OPTION_WHERE, .group = OPTION_COMMAND, .field = FIELD(a),
	  .help = "the records of A, as for --where (default: those not in B, or the failures)" },
	{ .name = "b", .argument = "PREDICATE", .type = OPTION_WHERE, .group = OPTION_COMMAND, .field = FIELD(b),
	  .help = "the records of B (default: those not in A, or the successes)" },
	{ .name = "a-since", .argument = "TIME", .type = OPTION_TIME, .group = OPTION_COMMAND, .field = FIELD(a_since),
	  .help = "before and after: A has only records at or after TIME, B only those before" },
	{ .name = "keys", .argument = "KEY,...", .type = OPTION_LIST, .group = OPTION_COMMAND, .field = FIELD(keys),
	  .help = "compare the values of these keys" },
	{ .name = "all", .type = OPTION_FLAG, .group = OPTION_COMMAND, .field = FIELD(all),
	  .help = "groups without a failure as well" },
	{ .name = "rules", .argument = "FILE", .type = OPTION_FILES, .group = OPTION_COMMAND, .field = FIELD(rules),
	  .help = "alert rules as Azure's JSON: rules, an ARM template, or the parameters of templates" },
	{ .name = "condition", .argument = "CONDITION", .type = OPTION_TEXTS, .group = OPTION_COMMAND, .field = FIELD(conditions),
	  .help = "a rule as 'total AttestationAttempts > 100 where Status includes Failed'; each further one is one more condition" },
	{ .name = "window-size", .argument = "SPAN", .type = OPTION_TEXT, .group = OPTION_COMMAND, .field = FIELD(window_size),
	  .help = "of that rule: how far each check looks back (default: 5m)" },
	{ .name = "evaluation-frequency", .argument = "SPAN", .type = OPTION_TEXT, .group = OPTION_COMMAND,
	  .field = FIELD(evaluation_frequency), .help = "of that rule: how often it is checked (default: 1m)" },
	{ .name = "severity", .argument = "N", .type = OPTION_NUMBER, .group = OPTION_COMMAND, .field = FIELD(severity),
	  .help = "of that rule: 0 (critical) to 4 (default: 2)" },
	{ .name = "name", .argument = "NAME", .type = OPTION_TEXT, .group = OPTION_COMMAND, .field = FIELD(name),
	  .help = "of that rule (default: condition)" },
	{ .name = "baseline", .type = OPTION_FLAG, .group = OPTION_COMMAND, .field = FIELD(baseline),
	  .help = "the recommended rules" },
	{ .name = "list-baseline", .type = OPTION_FLAG, .group = OPTION_COMMAND, .field = FIELD(list_baseline),
	  .help = "only show the recommended rules" },
	{ .name = "dynamic", .argument = "HOW", .type = OPTION_CHOICE, .group = OPTION_COMMAND, .field = FIELD(dynamic),
	  .words = DYNAMIC_WORDS, .help = "rules with a dynamic threshold: off (not evaluated) or estimate" },
	{ .name = "evidence", .argument = "WHEN", .type = OPTION_CHOICE, .group = OPTION_COMMAND, .field = FIELD(evidence),
	  .words = WHEN_WORDS, .help = "the devices and codes behind each firing, by a second reading: auto (in tables and JSON, if the "
	          "input is no pipe), always (also as CSV) or never" },
	{ .name = "suggest", .type = OPTION_FLAG, .group = OPTION_COMMAND, .field = FIELD(suggest),
	  .help = "thresholds from the past instead: what rules would have caught the incidents, and little else" },
	{ .name = "keep-going", .type = OPTION_FLAG, .group = OPTION_COMMAND, .field = FIELD(keep_going),
	  .help = "check the other rules where some are wrong" },
	{ .name = "metric", .argument = "METRIC,...", .type = OPTION_TEXTS, .group = OPTION_COMMAND, .field = FIELD(metric),
	  .help = "these metrics, or all; NAME=OPERATION,... makes one of these operations "
	          "(default: the three of provisioning, and failures)" },
	{ .name = "every", .argument = "SPAN", .type = OPTION_CHOICE, .words = TIMELINE_SPAN_WORDS, .group = OPTION_COMMAND,
	  .field = FIELD(every), .help = "length of a bucket of time (default: so that there are at most 200)" },
	{ .name = "aggregation", .argument = "AGGREGATION", .type = OPTION_CHOICE, .words = AGGREGATION_WORDS,
	  .group = OPTION_COMMAND, .field = FIELD(aggregation), .help = "what is told of a bucket (default: total)" },
	{ .name = "split", .argument = "KEY,...", .type = OPTION_LIST, .keys = true, .group = OPTION_COMMAND, .field = FIELD(split),
	  .help = "one series for each combination of the values of these keys or dimensions" },
	{ .name = "list", .type = OPTION_FLAG, .group = OPTION_COMMAND, .field = FIELD(list),
	  .help = "all codes and names, a line each" },

	{ .name = "fields", .argument = "FIELD,...", .type = OPTION_LIST, .group = OPTION_COMMAND, .field = FIELD(fields),
	  .help = "only these fields, as CSV or, with -f json, as JSON" },
	{ .name = "head", .argument = "N", .type = OPTION_NUMBER, .group = OPTION_COMMAND, .field = FIELD(head),
	  .help = "the first N records; the reading stops there" },
	{ .name = "count", .type = OPTION_FLAG, .group = OPTION_COMMAND, .field = FIELD(count),
	  .help = "only how many there are" },

	{ .name = "files-from", .argument = "FILE", .type = OPTION_FILE, .group = OPTION_RUNNING,
	  .field = FIELD(files_from), .help = "read also the paths that FILE lists, one a line" },
	{ .name = "null", .letter = '0', .type = OPTION_FLAG, .group = OPTION_RUNNING, .field = FIELD(null),
	  .help = "that list is separated by NUL" },
	{ .name = "ledger", .argument = "FILE", .type = OPTION_FILE, .group = OPTION_RUNNING, .field = FIELD(ledger),
	  .help = "write to FILE, as JSON, what was read and what was not" },
	{ .name = "max-record", .argument = "SIZE", .type = OPTION_SIZE, .group = OPTION_RUNNING,
	  .field = FIELD(max_record), .help = "skip records that are larger, as 16M" },
	{ .name = "jobs", .letter = 'j', .argument = "N", .type = OPTION_NUMBER, .group = OPTION_RUNNING, .field = FIELD(jobs),
	  .help = "read with N threads (default: as many as there are processors); the result is the same" },
	{ .name = "memory", .argument = "SIZE", .type = OPTION_SIZE, .group = OPTION_RUNNING, .field = FIELD(memory),
	  .help = "keep at most so much in memory, the rest in temporary files (default: half of what the machine has)" },
	{ .name = "reader", .argument = "READER", .type = OPTION_CHOICE, .group = OPTION_RUNNING, .field = FIELD(reader),
	  .words = READER_WORDS, .help = "auto: the fast reader, and yajl for the unusual; yajl: only that. The result is the same" },
	{ .name = "progress", .argument = "WHEN", .type = OPTION_CHOICE, .group = OPTION_RUNNING, .field = FIELD(progress),
	  .words = WHEN_WORDS, .help = "say on standard error how far it is: auto (on a terminal), always or never" },
	{ .name = "tolerate", .argument = "REASON,...", .type = OPTION_REASONS, .group = OPTION_RUNNING,
	  .field = FIELD(tolerate), .help = "losses that do not make the exit status 1, as cut_at_end" },
	{ .name = "quiet", .letter = 'q', .type = OPTION_VERBOSITY, .value = VERBOSITY_QUIET, .group = OPTION_RUNNING,
	  .field = FIELD(level), .help = "say only what could not be opened, read or written" },
	{ .name = "verbose", .letter = 'v', .type = OPTION_VERBOSITY, .value = VERBOSITY_VERBOSE, .group = OPTION_RUNNING,
	  .field = FIELD(level), .help = "say also what was passed over without loss" },

	{ .name = "help", .letter = 'h', .type = OPTION_HELP, .group = OPTION_GENERAL, .help = "this text" },
	{ .name = "version", .type = OPTION_VERSION, .group = OPTION_GENERAL, .help = "the version" },
	{ .name = "completion", .argument = "SHELL", .type = OPTION_COMPLETION, .group = OPTION_GENERAL, .field = FIELD(shell),
	  .words = SHELL_WORDS, .help = "print completions for bash, zsh or fish" },
};

const size_t option_count = sizeof(option_table) / sizeof(option_table[0]);

bool option_taken(const struct option_entry *e, const struct command *c)
{
	if (e->group == OPTION_GENERAL || (c->groups & OPTION_BIT(e->group)) != 0)
		return true;
	for (size_t i = 0; c->options != NULL && c->options[i] != NULL; i++)
		if (strcmp(c->options[i], e->name) == 0)
			return true;
	return false;
}
