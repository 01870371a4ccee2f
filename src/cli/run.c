/*
 * run.c - one run over the input.
 */
#include "cli/run.h"

#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/messages.h"
#include "cli/machine.h"
#include "report/ledger_json.h"
#include "report/number.h"

static struct slices slices_of(const struct option_list *list)
{
	return (struct slices){ list->items, list->n };
}

static int64_t time_of(const struct option_time *t)
{
	return t->kind == OPTION_TIME_AT ? t->us : TIME_NONE;
}

static unsigned jobs_of(const struct options *o)
{
	if (!o->jobs.given || o->jobs.n == 0)
		return machine_processors();
	return o->jobs.n > JOBS_MOST ? (unsigned)JOBS_MOST : (unsigned)o->jobs.n;
}

/*
 * Of the memory that is allowed a fourth is for what every run needs: readers, blocks of input, the buffers of temporary files.
 * Where nobody says how much, half of the machine: the other half is for the page cache and for others.
 */
static size_t memory_of(const struct options *o, unsigned jobs)
{
	const uint64_t all = o->memory.given ? o->memory.n : machine_memory() / 2;
	const uint64_t each = all / 4 * 3 / jobs;

	return each == 0 ? 1 : each > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)each;
}

void run_begin(struct run *r, const struct options *o)
{
	*r = (struct run){ .options = o, .diag = diag_new() };
	r->plan.max_record = o->max_record.given ? (size_t)o->max_record.n : (size_t)RECORD_MOST;
	r->plan.jobs = jobs_of(o);
	r->plan.memory = memory_of(o, r->plan.jobs);
	r->plan.fast = o->reader == READER_AUTO;
	r->plan.limits.expansion = EXPANSION_MOST;
	r->plan.selection = (struct selection){
		.since = time_of(&o->since), .until = time_of(&o->until), .failures = o->failures,
		.devices = { &o->device, o->device.p != NULL }, .results = slices_of(&o->result), .codes = slices_of(&o->code),
		.categories = slices_of(&o->category), .operations = slices_of(&o->operation),
		.wheres = o->where.items, .n_wheres = o->where.n,
	};
	r->a_since = time_of(&o->a_since);
}

/* One reading of everything, with the sign of life that goes with it. */
static void scan(struct run *r, struct scan_plan *plan, struct diag *diag, const char *what, struct scan_result *out)
{
	const bool written = !plan->survey && plan->sink.write != NULL;

	paths_rewind(r->paths);
	meter_begin(&r->meter, r->options, what, written);
	plan->progress = &r->meter.counts;
	scan_run(plan, r->paths, diag, out);
	meter_end(&r->meter);
}

/* One of which nothing is said. */
static void scan_unheard(struct run *r, struct scan_plan *plan, const char *what, struct scan_result *out)
{
	struct diag *unheard = diag_new();

	scan(r, plan, unheard, what, out);
	diag_free(unheard);
}

static void set_now(const struct option_wheres *where, int64_t now)
{
	for (size_t i = 0; i < where->n; i++)
		kql_set_now(where->items[i], now);
}

/* All predicates are told. */
static void tell_now(const struct options *o, int64_t now)
{
	set_now(&o->where, now);
	set_now(&o->a, now);
	set_now(&o->b, now);
}

/* What is further back than times reach is before all of them. */
static void count_back(int64_t *time, const struct option_time *t, int64_t newest)
{
	if (t->kind != OPTION_TIME_BACK)
		return;
	if (__builtin_sub_overflow(newest, t->us, time) || *time == TIME_NONE)
		*time = TIME_NONE + 1;
}

/* Times that count back from the newest record need a reading that only looks for it. */
static void find_newest(struct run *r)
{
	const struct options *o = r->options;
	struct scan_plan survey = r->plan;
	struct scan_result found;

	survey.survey = true;
	survey.selection = (struct selection){ .since = TIME_NONE, .until = TIME_NONE };
	scan_unheard(r, &survey, "looking for the newest record", &found);
	scan_result_free(&found, &survey);
	if (found.newest == TIME_NONE)
		return;
	tell_now(o, found.newest);
	count_back(&r->plan.selection.since, &o->since, found.newest);
	count_back(&r->plan.selection.until, &o->until, found.newest);
	count_back(&r->a_since, &o->a_since, found.newest);
}

static bool where_needs_now(const struct option_wheres *where)
{
	bool asked = false;

	for (size_t i = 0; i < where->n; i++)
		asked |= kql_needs_now(where->items[i]);
	return asked;
}

/* Something counts back from the newest record. */
static bool needs_newest(const struct options *o)
{
	return o->since.kind == OPTION_TIME_BACK || o->until.kind == OPTION_TIME_BACK || o->a_since.kind == OPTION_TIME_BACK ||
	       where_needs_now(&o->where) || where_needs_now(&o->a) || where_needs_now(&o->b);
}

/* A pattern that took too long did not decide about some records. */
static void tell_undecided(const struct run *r)
{
	struct buf text = BUF_INIT;
	const uint64_t n = r->result.ledger.notes[NOTE_UNDECIDED];

	if (n > 0) {
		number_of(&text, n, "record was", "records were");
		diag_note(r->diag, "--where: %s kept although a pattern gave up on %s: it takes too long", buf_cstr(&text), n == 1 ? "it" : "them");
	}
	buf_free(&text);
}

int run_read(struct run *r)
{
	const struct options *o = r->options;

	r->paths = paths_new(o->paths, o->n_paths);
	if (o->files_from != NULL && !paths_add_list(r->paths, o->files_from, o->null)) {
		message_say("%s: the list of files cannot be read (%s)", o->files_from, strerror(errno));
		return STATUS_FAILED;
	}
	plan_finish(&r->plan);
	if (r->plan.stateless)
		diag_note(r->diag, "--where is about how records went: device states, last_success and expected failures are left out");
	const bool relative = o->now.kind != OPTION_TIME_AT && needs_newest(o);

	if (relative || r->keep)
		paths_twice(r->paths);
	if (o->now.kind == OPTION_TIME_AT)
		tell_now(o, o->now.us);
	else if (relative)
		find_newest(r);
	scan(r, &r->plan, r->diag, NULL, &r->result);
	return STATUS_GOOD;
}

bool run_can_read_again(const struct run *r)
{
	return paths_come_again(r->paths);
}

struct scan_plan run_plan_again(const struct run *r)
{
	struct scan_plan plan = r->plan;

	plan.n_wishes = 0;
	plan.fields = NULL;
	plan.pool = NULL;
	return plan;
}

void run_read_again(struct run *r, struct scan_plan *plan, const char *what, struct scan_result *out)
{
	plan_finish(plan);
	scan_unheard(r, plan, what, out);
	if (out->ledger.log != r->result.ledger.log)
		diag_note(r->diag, "the input changed between two readings: what was found by %s may not fit the rest", what);
}

int run_temporary_status(int error)
{
	const char *why = strerrordesc_np(error);

	if (error == 0)
		return STATUS_GOOD;
	message_say("temporary files for what goes beyond --memory cannot be written or read (%s); TMPDIR names the folder",
	            why != NULL ? why : "unknown error");
	return STATUS_FAILED;
}

int64_t run_first(const struct run *r)
{
	const int64_t since = r->plan.selection.since;

	return since != TIME_NONE ? since : r->result.ledger.first;
}

int64_t run_last(const struct run *r)
{
	const int64_t until = r->plan.selection.until;

	return until != TIME_NONE ? until - 1 : r->result.ledger.last;
}

bool run_is_complete(const struct run *r)
{
	return !r->result.stopped && ledger_status(&r->result.ledger, 0, r->result.named_foreign) == STATUS_GOOD;
}

void run_json_input(const struct run *r, struct json *j)
{
	ledger_json(j, &r->result.ledger, r->result.copies, r->diag, run_is_complete(r));
}

static int write_ledger(const struct run *r)
{
	struct output out;
	struct json j;

	output_open(&out, r->options->ledger);
	json_init(&j, &out);
	run_json_input(r, &j);
	json_finish(&j);
	return cli_output_status(r->options->ledger, output_close(&out));
}

/* Of two statuses the one that says more: a signal, failed, limit, fired, usage, loss, good. */
static int worse(int a, int b)
{
	static const int order[] = { STATUS_GOOD, STATUS_LOSS, STATUS_USAGE, STATUS_FIRED, STATUS_LIMIT, STATUS_FAILED };
	enum { STATUSES = sizeof order / sizeof order[0] };
	int at_a = 0, at_b = 0;

	while (at_a < STATUSES && order[at_a] != a)
		at_a++;
	while (at_b < STATUSES && order[at_b] != b)
		at_b++;
	return at_a > at_b ? a : b;
}

/* The first of them; the ledger names all. */
static void tell_copies(struct run *r)
{
	const struct copy_group *groups;
	const size_t n = copies_groups(r->result.copies, &groups);

	for (size_t i = 0; i < n && i < DIAG_KEPT; i++) {
		if (groups[i].n == 2)
			diag_note(r->diag, "%s and %s have the same content; their records count twice", groups[i].names[0],
			          groups[i].names[1]);
		else
			diag_note(r->diag, "%s and %zu others have the same content; their records count %zu times",
			          groups[i].names[0], groups[i].n - 1, groups[i].n);
	}
	if (n > DIAG_KEPT)
		diag_note(r->diag, "there are %zu more groups of files with the same content; `copies` in the ledger names them",
		          n - DIAG_KEPT);
}

/* For those who wonder why it is slower than it should be. */
static void tell_share(struct run *r)
{
	const struct reader_share *s = &r->result.share;
	struct buf text = BUF_INIT;
	uint64_t slow = 0;

	for (int i = 0; i < SLOW_WHYS; i++)
		slow += s->slow[i];
	number_of(&text, s->texts, "text was read", "texts were read");
	buf_str(&text, ", by yajl ");
	number_group(&text, slow);
	for (int i = 0, n = 0; i < SLOW_WHYS; i++) {
		if (s->slow[i] == 0)
			continue;
		buf_str(&text, n++ == 0 ? ": " : ", ");
		number_group(&text, s->slow[i]);
		buf_printf(&text, " (%s)", slow_words[i]);
	}
	diag_note(r->diag, "%s", buf_cstr(&text));
	buf_free(&text);
}

int run_end(struct run *r, int status)
{
	if (r->plan.fields != NULL) {
		tell_copies(r);
		if (r->options->level == VERBOSITY_VERBOSE && r->plan.fast)
			tell_share(r);
		tell_undecided(r);
		if (r->options->ledger != NULL)
			status = worse(status, write_ledger(r));
		messages_write(r->diag, r->options->level);
		status = worse(status, ledger_status(&r->result.ledger, r->options->tolerate, r->result.named_foreign));
	}
	scan_result_free(&r->result, &r->plan);
	if (r->paths != NULL)
		paths_free(r->paths);
	plan_free(&r->plan);
	diag_free(r->diag);
	return status;
}
