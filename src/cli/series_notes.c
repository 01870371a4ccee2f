/*
 * series_notes.c - the notes of `series`.
 *
 * There can be as many as there are resources: of each kind the first few are said, in an order that does not depend on that
 * of the input.
 */
#include "cli/series_notes.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "insight/reconcile.h"
#include "report/number.h"

/* The kinds, and what is said of those that are not said. */
enum kind { KIND_DIFFERS, KIND_OUTSIDE, KIND_LOST, KIND_UNKNOWN, KIND_COARSER, KINDS };

static const char *const further[KINDS] = {
	[KIND_DIFFERS] = "log records and metric records differ",
	[KIND_OUTSIDE] = "there are log records before or after the metric records",
	[KIND_LOST] = "metric records lack a dimension of --split",
	[KIND_UNKNOWN] = "nothing tells the dimensions of --split",
	[KIND_COARSER] = "there are metric records of several time grains",
};

struct sentences {
	char **items;
	size_t n, cap;
};

static void add(struct sentences *s, struct buf *text)
{
	if (s->n == s->cap) {
		s->cap = mem_grow(s->cap, s->n + 1);
		s->items = mem_rearray(s->items, s->cap, sizeof *s->items);
	}
	s->items[s->n++] = mem_copyz(text->p, text->n);
	buf_free(text);
}

static int bytewise(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void say(struct diag *diag, struct sentences *s, enum kind kind)
{
	if (s->n > 1)
		qsort(s->items, s->n, sizeof *s->items, bytewise);
	for (size_t i = 0; i < s->n; i++) {
		if (i < DIAG_KEPT)
			diag_note(diag, "%s", s->items[i]);
		free(s->items[i]);
	}
	if (s->n > DIAG_KEPT)
		diag_note(diag, "%s: %zu more metrics or resources", further[kind], s->n - DIAG_KEPT);
	free(s->items);
}

/* `failures of FLEET-DPS: ` */
static struct buf begin(const struct series *s, size_t metric, size_t resource)
{
	const struct slice name = series_resource(s, resource).name;
	struct buf text = BUF_INIT;

	escape_text(&text, series_metric(s, metric));
	if (name.n > 0) {
		buf_str(&text, " of ");
		escape_text(&text, name);
	}
	buf_str(&text, ": ");
	return text;
}

static void tell_differing(struct sentences *out, const struct series *s, size_t metric, size_t resource,
                           const struct reconciliation *r)
{
	struct buf text = begin(s, metric, resource);

	buf_str(&text, "metric records count, but log records of the same time differ in ");
	number_group(&text, r->differing);
	buf_str(&text, " of ");
	number_of(&text, r->minutes, "minute", "minutes");
	buf_str(&text, " (metric records ");
	number_decimal(&text, r->metrics);
	buf_str(&text, ", log records ");
	number_decimal(&text, r->logs);
	buf_str(&text, ")");
	add(out, &text);
}

static void tell_outside(struct sentences *out, const struct series *s, size_t metric, size_t resource,
                         const struct reconciliation *r)
{
	struct buf text = begin(s, metric, resource);

	buf_str(&text, "metric records count, and there are some from ");
	number_minute(&text, r->first, NULL);
	buf_str(&text, " to ");
	number_minute(&text, r->last, NULL);
	buf_str(&text, " UTC; ");
	number_of(&text, r->outside, "log record", "log records");
	buf_printf(&text, " before or after that %s not counted", r->outside == 1 ? "is" : "are");
	add(out, &text);
}

static void tell(struct sentences *out, const struct series *s, size_t metric, size_t resource, const char *sentence)
{
	struct buf text = begin(s, metric, resource);

	buf_str(&text, sentence);
	add(out, &text);
}

/* Whether anything was measured there. */
static bool look_at(struct sentences *kinds, const struct series *s, size_t metric, size_t resource, uint32_t named)
{
	const struct series_choice c = series_choose(s, metric, resource, named);
	struct reconciliation r;
	size_t logs, metrics;

	series_source_lines(s, metric, resource, SERIES_LOGS, &logs);
	series_source_lines(s, metric, resource, SERIES_METRICS, &metrics);
	if (c.source == SERIES_LOGS && c.lost)
		tell(&kinds[KIND_LOST], s, metric, resource,
		     "log records count, as no metric record carries all that --split names");
	else if (c.source == SERIES_NONE && (logs > 0 || metrics > 0))
		tell(&kinds[KIND_UNKNOWN], s, metric, resource, "left out, as no record carries all that --split names");
	if (c.source != SERIES_METRICS)
		return logs > 0 || metrics > 0;
	if (c.coarser)
		tell(&kinds[KIND_COARSER], s, metric, resource,
		     "there are metric records of several time grains; only those of the finest count");
	const bool both = reconcile(s, metric, resource, &r);

	if (both && r.differing > 0)
		tell_differing(&kinds[KIND_DIFFERS], s, metric, resource, &r);
	if (both && r.outside > 0)
		tell_outside(&kinds[KIND_OUTSIDE], s, metric, resource, &r);
	return true;
}

/* Of a metric that has log records for its source somewhere. */
static void tell_logs(struct diag *diag, const struct series *s, const struct series_plan *plan, size_t metric,
                      enum aggregation aggregation)
{
	const struct metric *m = &plan->metrics[metric];
	struct buf name = BUF_INIT;

	escape_text(&name, series_metric(s, metric));
	if (aggregation != AGGREGATION_TOTAL && aggregation != AGGREGATION_COUNT)
		diag_note(diag, "average, minimum and maximum of what was made from log records are 1; "
		                "total says how many there were");
	if (m->n_operations == 0 && m->entry->hub)
		diag_note(diag, "%s made from log records is an approximation of the exported metric", buf_cstr(&name));
	buf_free(&name);
}

/* A metric without a measurement has rows of zeros if it is known and nothing splits it. */
static void tell_nothing(struct diag *diag, const struct series *s, const struct series_plan *plan, size_t metric)
{
	struct buf name = BUF_INIT;

	escape_text(&name, series_metric(s, metric));
	if (!metric_of_logs(&plan->metrics[metric]))
		diag_note(diag, "%s: no metric is called so, neither of log records nor of metric records", buf_cstr(&name));
	else if (plan->n_dimensions > 0)
		diag_note(diag, "%s: nothing was measured", buf_cstr(&name));
	buf_free(&name);
}

void series_notes(struct diag *diag, const struct series *s, const struct series_plan *plan, enum aggregation aggregation)
{
	const uint32_t named = (UINT32_C(1) << plan->n_dimensions) - 1;
	struct sentences kinds[KINDS] = { 0 };
	struct buf text = BUF_INIT;

	for (size_t m = 0; m < series_metrics(s); m++) {
		bool logs = false, any = false;

		for (size_t r = 0; r < series_resources(s); r++) {
			any = look_at(kinds, s, m, r, named) || any;
			logs = logs || series_choose(s, m, r, named).source == SERIES_LOGS;
		}
		if (logs)
			tell_logs(diag, s, plan, m, aggregation);
		if (!any && !plan->all)
			tell_nothing(diag, s, plan, m);
	}
	for (int k = 0; k < KINDS; k++)
		say(diag, &kinds[k], (enum kind)k);
	if (series_untimed(s) > 0) {
		number_of(&text, series_untimed(s), "record has no time and is", "records have no time and are");
		diag_note(diag, "%s in no bucket", buf_cstr(&text));
	}
	buf_free(&text);
}

void series_notes_rest(struct diag *diag, uint64_t rest)
{
	struct buf text = BUF_INIT;

	if (rest == 0)
		return;
	number_of(&text, rest, "combination of values is added up as", "combinations of values are added up as");
	diag_note(diag, "%s " TIMELINE_REST " (--top 0 shows all)", buf_cstr(&text));
	buf_free(&text);
}
