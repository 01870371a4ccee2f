/*
 * cmd_alerts.c - would my alert rules have fired: rules from files, the command line and the baseline, checked on the input.
 */
#include <stdlib.h>

#include "base/duration.h"
#include "base/escape.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/messages.h"
#include "cli/rows.h"
#include "cli/values.h"
#include "input/whole.h"
#include "insight/baseline.h"
#include "insight/condition.h"
#include "insight/rule_json.h"
#include "insight/suggest.h"
#include "report/alerts.h"
#include "report/csv.h"
#include "report/number.h"
#include "report/table.h"

static int usage(struct buf *text)
{
	const int status = message_usage(&command_alerts, buf_view(text));

	buf_free(text);
	return status;
}

/* ---- rules ---- */

/* Texts of files stay as long as the rules, which point into nothing of them. */
static int read_files(const struct options *o, struct rules *rules)
{
	struct rule_file *files = mem_array(o->rules.n, sizeof(*files));
	struct buf *texts = mem_array(o->rules.n, sizeof(*texts));
	struct buf why = BUF_INIT;
	size_t n = 0;
	int status = STATUS_GOOD;

	for (size_t i = 0; i < o->rules.n; i++) {
		texts[n] = BUF_INIT;
		if (whole_read(o->rules.items[i].p, &texts[n], &why)) {
			files[n] = (struct rule_file){ o->rules.items[i].p, buf_view(&texts[n]) };
			n++;
		} else {
			message_say("%s: cannot be read (%s)", o->rules.items[i].p, buf_cstr(&why));
			buf_free(&texts[n]);
			why.n = 0;
			status = STATUS_USAGE;
		}
	}
	rules_read(rules, files, n);
	for (size_t i = 0; i < n; i++)
		buf_free(&texts[i]);
	free(texts);
	free(files);
	buf_free(&why);
	return status;
}

static int wrong_value(const char *option, struct slice value, const char *expected)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "--%s: '", option);
	escape_text(&text, value);
	buf_printf(&text, "': expected %s", expected);
	return usage(&text);
}

static int find_times(const struct options *o, struct rule *rule)
{
	static const char span[] = "a span of whole minutes, such as 5m or PT5M";
	uint64_t frequency = rule->frequency, window = rule->window;

	if (o->evaluation_frequency.p != NULL && !duration_parse(o->evaluation_frequency, &frequency))
		return wrong_value("evaluation-frequency", o->evaluation_frequency, span);
	if (o->window_size.p != NULL && !duration_parse(o->window_size, &window))
		return wrong_value("window-size", o->window_size, span);
	if (rule_frequency_wrong(frequency) != NULL)
		return wrong_value("evaluation-frequency", o->evaluation_frequency, rule_frequency_wrong(frequency));
	if (rule_window_wrong(window, frequency) != NULL)
		return wrong_value("window-size", o->window_size.p != NULL ? o->window_size : SLICE("5m"),
		                   rule_window_wrong(window, frequency));
	rule->frequency = (unsigned)frequency;
	rule->window = (unsigned)window;
	return STATUS_GOOD;
}

static int find_conditions(const struct options *o, struct rules *rules, struct rule *rule)
{
	if (o->conditions.n > CONDITIONS_MOST) {
		struct buf text = BUF_INIT;

		buf_printf(&text, "--condition: at most %d conditions", CONDITIONS_MOST);
		return usage(&text);
	}
	rule->conditions = arena_alloc(&rules->arena, o->conditions.n * sizeof(*rule->conditions));
	for (; rule->n_conditions < o->conditions.n; rule->n_conditions++) {
		struct buf why = BUF_INIT, text = BUF_INIT;

		if (condition_parse(o->conditions.items[rule->n_conditions], &rules->arena, &rule->conditions[rule->n_conditions], &why))
			continue;
		buf_str(&text, "--condition: ");
		escape_text(&text, buf_view(&why));
		buf_free(&why);
		return usage(&text);
	}
	return STATUS_GOOD;
}

/* The rule of the command line. */
static int add_condition(const struct options *o, struct rules *rules)
{
	struct rule rule = RULE_INIT;
	int status;

	rule.name = o->name.n > 0 ? o->name : SLICE("condition");
	if (o->severity.given && o->severity.n > SEVERITY_MOST) {
		struct buf text = BUF_INIT;

		buf_printf(&text, "--severity: expected a number from 0 to %d", SEVERITY_MOST);
		return usage(&text);
	}
	if (o->severity.given)
		rule.severity = (unsigned)o->severity.n;
	status = find_conditions(o, rules, &rule);
	if (status == STATUS_GOOD)
		status = find_times(o, &rule);
	if (status == STATUS_GOOD)
		rules_add(rules, &rule);
	return status;
}

static int needs_condition(const struct options *o)
{
	const bool given = o->name.p != NULL || o->window_size.p != NULL || o->evaluation_frequency.p != NULL || o->severity.given;
	struct buf text = BUF_INIT;

	if (o->conditions.n > 0 || !given)
		return STATUS_GOOD;
	buf_str(&text, "--name, --severity, --window-size and --evaluation-frequency belong to --condition");
	return usage(&text);
}

/* All rules that the options name; those that are wrong are said. 0, or the exit status. */
static int find_rules(const struct options *o, struct rules *rules)
{
	struct buf text = BUF_INIT;
	int status = needs_condition(o);

	if (status != STATUS_GOOD)
		return status;
	if (o->list_baseline) {
		baseline_add(rules);
		return STATUS_GOOD;
	}
	if (o->rules.n == 0 && o->conditions.n == 0 && !o->baseline) {
		buf_str(&text, "no rule is given: --rules FILE, --condition CONDITION or --baseline");
		return usage(&text);
	}
	status = read_files(o, rules);
	for (size_t i = 0; i < rules->n_problems; i++) {
		message_say("%.*s", SLICE_ARG(rules->problems[i]));
		status = STATUS_USAGE;
	}
	if (o->conditions.n > 0) {
		const int mistake = add_condition(o, rules);

		if (mistake != STATUS_GOOD)
			return mistake;
	}
	if (o->baseline)
		baseline_add(rules);
	return status;
}

/* ---- the rules themselves as the result ---- */

enum { LIST_RULE, LIST_SEVERITY, LIST_CONDITION, LIST_WINDOW, LIST_FREQUENCY, LIST_SOURCE, LIST_DESCRIPTION, LIST_COLUMNS };

static const struct column list_columns[LIST_COLUMNS] = {
	[LIST_RULE] = { "rule", NULL, COLUMN_WORD },
	[LIST_SEVERITY] = { "severity", NULL, COLUMN_COUNT },
	[LIST_CONDITION] = { "condition", NULL, COLUMN_WORD },
	[LIST_WINDOW] = { "window", NULL, COLUMN_WORD },
	[LIST_FREQUENCY] = { "frequency", NULL, COLUMN_WORD },
	[LIST_SOURCE] = { "source", NULL, COLUMN_WORD },
	[LIST_DESCRIPTION] = { "description", NULL, COLUMN_WORD },
};

/* What a rule says, as text: until the next one. */
struct rule_text {
	struct buf condition, window, frequency;
};

static void rule_text_make(struct rule_text *t, const struct rule *rule)
{
	t->condition.n = t->window.n = t->frequency.n = 0;
	alerts_condition(rule, &t->condition);
	duration_format(rule->window, &t->window);
	duration_format(rule->frequency, &t->frequency);
}

static void rule_text_free(struct rule_text *t)
{
	buf_free(&t->condition);
	buf_free(&t->window);
	buf_free(&t->frequency);
}

struct list {
	const struct rules *rules;   /* those of the baseline, in its order */
	struct rule_text text;
};

static void list_row(void *ctx, uint64_t i, struct cell *cells)
{
	struct list *l = ctx;
	const struct rule *rule = &l->rules->items[i];

	rule_text_make(&l->text, rule);
	cells[LIST_RULE].text = rule->name;
	cells[LIST_SEVERITY].count = rule->severity;
	cells[LIST_CONDITION].text = buf_view(&l->text.condition);
	cells[LIST_WINDOW].text = buf_view(&l->text.window);
	cells[LIST_FREQUENCY].text = buf_view(&l->text.frequency);
	cells[LIST_SOURCE].text = slice_str(baseline_table[i].source);
	cells[LIST_DESCRIPTION].text = rule->description;
}

static void list_json(struct output *out, const struct view *view)
{
	struct json j;

	json_begin_document(&j, out, "alerts");
	json_key(&j, "rows");
	json_rows(&j, view);
	json_end_document(&j);
}

static int write_list(const struct options *o, const struct rules *rules)
{
	struct list list = { .rules = rules };
	const struct view view = { list_columns, LIST_COLUMNS, rules->n, 0, list_row, &list, NULL, false };
	struct output out;

	output_open(&out, o->output);
	if (o->format == FORMAT_JSON)
		list_json(&out, &view);
	else if (o->format == FORMAT_CSV)
		csv_write(&out, &view, (struct csv_options){ !o->no_header, false, 1 });
	else
		table_write(&out, &view, (struct table_options){ o->width, !o->no_header, o->color, NULL });
	rule_text_free(&list.text);
	return cli_output_status(o->output, output_close(&out));
}

static int write_arm(const struct options *o, const struct rules *rules)
{
	struct output out;
	struct json j;

	output_open(&out, o->output);
	json_init(&j, &out);
	alerts_write_arm(&j, rules);
	return cli_output_status(o->output, output_close(&out));
}

/* ---- suggestions ---- */

enum { TRIAL_CONDITION, TRIAL_WINDOW, TRIAL_FREQUENCY, TRIAL_FIRINGS, TRIAL_CHECKS, TRIAL_INCIDENTS, TRIAL_CAUGHT, TRIAL_OTHERS,
	TRIAL_SUGGESTED, TRIAL_COLUMNS };

static const struct column trial_columns[TRIAL_COLUMNS] = {
	[TRIAL_CONDITION] = { "condition", NULL, COLUMN_TEXT },
	[TRIAL_WINDOW] = { "window", NULL, COLUMN_WORD },
	[TRIAL_FREQUENCY] = { "frequency", NULL, COLUMN_WORD },
	[TRIAL_FIRINGS] = { "firings", NULL, COLUMN_COUNT },
	[TRIAL_CHECKS] = { "checks", NULL, COLUMN_COUNT },
	[TRIAL_INCIDENTS] = { "incidents", NULL, COLUMN_COUNT },
	[TRIAL_CAUGHT] = { "caught", NULL, COLUMN_COUNT },
	[TRIAL_OTHERS] = { "others", NULL, COLUMN_COUNT },
	[TRIAL_SUGGESTED] = { "suggested", NULL, COLUMN_WORD },
};

struct trials {
	const struct suggestions *suggestions;
	struct rule_text text;
};

static void trial_row(void *ctx, uint64_t i, struct cell *cells)
{
	struct trials *t = ctx;
	const struct trial *trial = &t->suggestions->trials[i];

	rule_text_make(&t->text, &trial->rule);
	cells[TRIAL_CONDITION].text = buf_view(&t->text.condition);
	cells[TRIAL_WINDOW].text = buf_view(&t->text.window);
	cells[TRIAL_FREQUENCY].text = buf_view(&t->text.frequency);
	cells[TRIAL_FIRINGS].count = trial->firings;
	cells[TRIAL_CHECKS].count = trial->checks;
	cells[TRIAL_INCIDENTS].count = trial->incidents;
	cells[TRIAL_CAUGHT].count = trial->caught;
	cells[TRIAL_OTHERS].count = trial->others;
	cells[TRIAL_SUGGESTED].text = trial->suggested ? SLICE("yes") : SLICE("");
}

static int write_trials(struct run *r, const struct suggestions *s)
{
	struct trials t = { .suggestions = s };
	const uint64_t top = r->options->top.n, n = top > 0 && top < s->n ? top : s->n;
	const struct view view = { trial_columns, TRIAL_COLUMNS, n, s->n - n, trial_row, &t, NULL, false };
	const int status = rows_write(r, &view, (struct rows_words){ "row", "rows" }, NULL, NULL);

	rule_text_free(&t.text);
	return status;
}

/* ---- checking ---- */

static struct alert_span span_of(const struct run *r)
{
	const int64_t first = run_first(r), last = run_last(r);

	if (first == TIME_NONE || last == TIME_NONE)
		return (struct alert_span){ 0, -1 };
	return (struct alert_span){ time_floor(first, TIME_MINUTE) / TIME_MINUTE, time_floor(last, TIME_MINUTE) / TIME_MINUTE };
}

static void say_not_evaluated(struct run *r, const struct alert_report *report, size_t n_rules)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < report->n; i++) {
		const struct alert_row *row = &report->rows[i];

		if (row->state != ALERT_NOT_EVALUATED)
			continue;
		text.n = 0;
		buf_str(&text, "rule '");
		escape_text(&text, row->rule->name);
		buf_str(&text, "' is not evaluated: ");
		escape_text(&text, row->reason);
		diag_note(r->diag, "%s", buf_cstr(&text));
	}
	if (report->not_evaluated > 0)
		diag_note(r->diag, "%zu of %zu rules %s not evaluated", report->not_evaluated, n_rules,
		          report->not_evaluated == 1 ? "was" : "were");
	if (report->advise_total)
		diag_note(r->diag, "a log record is one measurement of the value 1: its average, minimum and maximum are 1, total counts");
	buf_free(&text);
}

/* ---- the failures behind firings ---- */

/* What the rows are written from. */
struct answer {
	const struct alert_report *report;
	const struct alerts *alerts;
};

static void say_counts(struct json *j, const void *ctx)
{
	const struct alert_report *report = ((const struct answer *)ctx)->report;

	json_member_u64(j, "fired", report->fired);
	json_key(j, "not_evaluated");
	json_begin_array(j, true);
	for (size_t i = 0; i < report->n; i++) {
		if (report->rows[i].state != ALERT_NOT_EVALUATED)
			continue;
		json_begin_object(j);
		json_member_text(j, "rule", report->rows[i].rule->name);
		json_member_text(j, "reason", report->rows[i].reason);
		json_end_object(j);
	}
	json_end_array(j);
}

static void say_evidence(struct json *j, const void *ctx, uint64_t i)
{
	alerts_evidence_json(j, ((const struct answer *)ctx)->alerts, i);
}

static void tell_evidence(struct output *out, const void *ctx, struct table_options options)
{
	alerts_evidence_text(out, ((const struct answer *)ctx)->alerts, options);
}

static void add_shell_word(struct buf *out, struct slice word)
{
	buf_byte(out, ' ');
	escape_shell(out, word);
}

/* The options of this command line that select, for another one. */
static void add_selection(const struct options *o, struct buf *out)
{
	for (size_t i = 0; i < o->selected.n; i += 2) {
		buf_str(out, " --");
		buf_slice(out, o->selected.items[i]);
		if (o->selected.items[i + 1].p != NULL)
			add_shell_word(out, o->selected.items[i + 1]);
	}
}

/* The input as it was given; many paths would hide the rest. */
static void add_paths(const struct options *o, struct buf *out)
{
	enum { PATHS_MOST = 3 };

	if (o->n_paths > PATHS_MOST || o->files_from != NULL) {
		buf_str(out, " PATH");
		return;
	}
	for (size_t i = 0; i < o->n_paths; i++)
		add_shell_word(out, slice_str(o->paths[i]));
}

/* Whether the answer has columns for it: those of CSV are agreed upon, so only on request. */
static bool has_evidence_columns(const struct options *o)
{
	return o->evidence == WHEN_ALWAYS && o->format == FORMAT_CSV;
}

/* Whether the answer shall have it. */
static bool wants_evidence(const struct options *o)
{
	return o->evidence == WHEN_ALWAYS || (o->evidence == WHEN_AUTO && o->format != FORMAT_CSV);
}

/* Whether it can be had; if not, how, is said. */
static bool can_have_evidence(struct run *r, const struct alert_report *report)
{
	if (!wants_evidence(r->options) || report->fired == 0)
		return false;
	if (run_can_read_again(r))
		return true;
	diag_note(r->diag, "the devices and codes behind firings need a second reading, which a pipe doesn't give "
	                   "(--evidence always keeps a copy of it, --evidence never leaves them out)");
	return false;
}

/* The second reading: only what can count is selected. */
static void find_evidence(struct run *r, struct evidence_question *q, struct alert_minutes minutes, struct scan_plan *plan,
                          struct scan_result *found)
{
	*plan = run_plan_again(r);
	plan->selection.since = time_later(plan->selection.since, minutes.begin * TIME_MINUTE);
	plan->selection.until = time_earlier(plan->selection.until, minutes.end * TIME_MINUTE);
	plan_wish(plan, &spans_kind, evidence_plan(q));
	run_read_again(r, plan, "looking for the failures behind firings", found);
	evidence_counted(q, found->kept[0]);
}

static int write_rows(struct run *r, const struct alert_report *report, const struct alerts_evidence *evidence, int column)
{
	const struct options *o = r->options;
	struct alerts *alerts = alerts_new(report, evidence, has_evidence_columns(o),
	                                   (struct alerts_order){ column, o->sort.descending, o->top.n });
	const struct answer answer = { report, alerts };
	const int status = rows_write_with(r, alerts_view(alerts), (struct rows_words){ "row", "rows" },
	                                   (struct rows_more){ say_counts, say_evidence, tell_evidence, &answer });

	alerts_free(alerts);
	return status;
}

static int write_with_evidence(struct run *r, const struct alert_report *report, const struct series *series, int column)
{
	struct alert_minutes minutes;
	struct evidence_question *q = evidence_ask(report, series, &minutes);
	struct buf selection = BUF_INIT, paths = BUF_INIT;
	struct scan_plan plan;
	struct scan_result found;
	int status;

	find_evidence(r, q, minutes, &plan, &found);
	add_selection(r->options, &selection);
	add_paths(r->options, &paths);
	const struct alerts_evidence evidence = { q, series, r->plan.selection.since, r->plan.selection.until, buf_view(&selection),
		buf_view(&paths) };

	status = write_rows(r, report, &evidence, column);
	scan_result_free(&found, &plan);
	plan_free(&plan);
	evidence_free(q);
	buf_free(&selection);
	buf_free(&paths);
	return status;
}

static int write_report(struct run *r, const struct rules *rules, const struct measured *m, int column)
{
	struct alert_report report = ALERT_REPORT_INIT;
	int status;

	for (size_t i = 0; i < rules->n; i++)
		evaluate_rule(&rules->items[i], m, &report);
	say_not_evaluated(r, &report, rules->n);
	status = can_have_evidence(r, &report) ? write_with_evidence(r, &report, m->series, column)
					       : write_rows(r, &report, NULL, column);
	if (status == STATUS_GOOD && report.fired > 0)
		status = STATUS_FIRED;
	alert_report_free(&report);
	return status;
}

static int check(const struct options *o, const struct rules *rules)
{
	struct run r;
	struct metric metrics[METRICS_MOST];
	struct series_plan plan = { 0 };
	int column, status = rows_order(o, alerts_columns, has_evidence_columns(o) ? ALERTS_COLUMNS : ALERTS_PLAIN, &column);

	if (status != STATUS_GOOD)
		return status;
	if (!evaluate_plan(rules, metrics, &plan)) {
		struct buf text = BUF_INIT;

		buf_printf(&text, "the rules name more than %d metrics or %d dimensions: check them in parts", METRICS_MOST, DIMENSIONS_MOST);
		return usage(&text);
	}
	run_begin(&r, o);
	r.keep = o->evidence == WHEN_ALWAYS;
	plan_wish(&r.plan, &series_kind, &plan);
	status = run_read(&r);
	if (status != STATUS_GOOD)
		return run_end(&r, status);
	series_finish(r.result.kept[0]);
	const struct measured m = { r.result.kept[0], &plan, span_of(&r), o->dynamic == DYNAMIC_ESTIMATE };

	return run_end(&r, write_report(&r, rules, &m, column));
}

static int run_suggest(const struct options *o)
{
	struct run r;
	struct metric metrics[METRICS_MOST];
	struct series_plan plan = { 0 };
	int status;

	suggest_plan(metrics, &plan);
	run_begin(&r, o);
	plan_wish(&r.plan, &series_kind, &plan);
	status = run_read(&r);
	if (status != STATUS_GOOD)
		return run_end(&r, status);
	series_finish(r.result.kept[0]);
	const struct measured m = { r.result.kept[0], &plan, span_of(&r), false };
	struct suggestions *s = suggest(&m);

	if (s->incidents == 0)
		diag_note(r.diag, "the failures show no incident: no threshold is suggested");
	status = o->format == FORMAT_ARM ? write_arm(o, &s->rules) : write_trials(&r, s);
	suggestions_free(s);
	return run_end(&r, status);
}

static int suggest_alone(void)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "--suggest takes no rules and no --sort");
	return usage(&text);
}

static int alerts_run(const struct options *o)
{
	struct rules rules = RULES_INIT;
	int wrong, status;

	if (o->suggest && (o->rules.n > 0 || o->conditions.n > 0 || o->baseline || o->list_baseline || o->sort.column.p != NULL))
		return suggest_alone();
	if (o->suggest)
		return run_suggest(o);
	wrong = status = find_rules(o, &rules);
	if (wrong == STATUS_GOOD || (o->keep_going && rules.n > 0)) {
		if (o->format == FORMAT_ARM)
			status = write_arm(o, &rules);
		else if (o->list_baseline)
			status = write_list(o, &rules);
		else
			status = check(o, &rules);
		if (wrong != STATUS_GOOD && (status == STATUS_GOOD || status == STATUS_LOSS))
			status = wrong;
	}
	rules_free(&rules);
	return status;
}

static const char *const alerts_options[] = { "rules", "condition", "window-size", "evaluation-frequency", "severity", "name",
	"baseline", "list-baseline", "dynamic", "keep-going", "evidence", "suggest", NULL };

const struct command command_alerts = {
	.name = "alerts",
	.summary = "would my alert rules have fired, when, for how long",
	.groups = OPTION_READING,
	.options = alerts_options,
	.formats = FORMAT_BIT(FORMAT_TABLE) | FORMAT_BIT(FORMAT_CSV) | FORMAT_BIT(FORMAT_JSON) | FORMAT_BIT(FORMAT_ARM),
	.on_terminal = FORMAT_TABLE,
	.elsewhere = FORMAT_CSV,
	.run = alerts_run,
};
