/*
 * evidence.c - the failures behind firings.
 */
#include "insight/evidence.h"

#include <stdlib.h>

#include "base/mem.h"
#include "insight/codes.h"
#include "insight/dimension.h"
#include "insight/scope.h"

/* One firing. */
struct asked {
	const struct alert_row *row;
	struct evidence_filter filters[CONDITIONS_MOST];
	bool all;                    /* one of the conditions takes everything */
};

struct evidence_question {
	const struct alert_report *report;
	const struct series *series;
	struct asked *asked;
	struct span *spans;          /* of each that is asked */
	size_t *number;              /* of each row: its place among those */
	struct spans_plan plan;
	struct spans *counted;
};

/* ---- which failures ---- */

/* A dynamic rule looks at several windows at once. */
struct alert_minutes evidence_minutes(const struct alert_row *row)
{
	const struct rule *rule = row->rule;
	const struct condition *c = &rule->conditions[0];
	const int64_t earlier = c->is_dynamic ? (int64_t)(c->dynamic.periods - 1) * rule->frequency : 0;

	return (struct alert_minutes){ row->firing.fired_at - rule->window - earlier, row->firing.last_met };
}

static bool is_status(const struct dimension *d)
{
	return slice_eq_nocase(d->name, SLICE("Status"));
}

/* A resultType that no failure is told by. */
static bool is_success(struct slice result)
{
	const struct outcome_fields o = { .level = LEVEL_NONE, .result_type = result };

	return !classify_is_failure(&o);
}

/* Whether what the condition counts are successes alone. */
static bool counts_successes(const struct condition *c, const struct slice *values, const struct metric *m)
{
	bool successes = m->entry->outcome == METRIC_SUCCESSES;

	for (size_t d = 0; d < c->n_dimensions; d++)
		successes |= is_status(&c->dimensions[d]) && is_success(values[d]);
	return successes;
}

struct evidence_filter evidence_filter_of(const struct alert_row *row, size_t condition)
{
	const struct condition *c = &row->rule->conditions[condition];
	const bool high = c->comparison == COMPARE_GREATER || c->comparison == COMPARE_GREATER_EQUAL;
	struct evidence_filter f = { .metric = metric_named(c->metric) };

	f.all = !high || f.metric.entry == NULL || counts_successes(c, row->values[condition], &f.metric);
	return f;
}

/*
 * Whether the record belongs to this value of a dimension. Of a dimension that log records do not have they have every value;
 * ProvisioningServiceName is the resource, which is decided already.
 */
static bool has_value(const struct dimension *d, struct slice value, struct record *r)
{
	struct slice taken;

	if (is_status(d))
		return dimension_take(d, SLICE("Failed"), r->outcome.result_type, &taken) && slice_eq_nocase(taken, value);
	if (slice_eq_nocase(d->name, SLICE("Protocol")))
		return dimension_take(d, record_member(r, P_PROTOCOL), slice_of(NULL, 0), &taken) && slice_eq_nocase(taken, value);
	return true;
}

static bool condition_takes(const struct asked *a, size_t condition, struct record *r)
{
	const struct condition *c = &a->row->rule->conditions[condition];
	const struct metric *m = &a->filters[condition].metric;

	if (metric_candidates(m, 1, record_field(r, F_OPERATION_NAME), record_field(r, F_CATEGORY)) == 0 || !metric_counts(m, r))
		return false;
	for (size_t d = 0; d < c->n_dimensions; d++)
		if (!has_value(&c->dimensions[d], a->row->values[condition][d], r))
			return false;
	return true;
}

/* Once, however many conditions take it. */
static bool takes(const void *ctx, size_t filter, struct record *r)
{
	const struct asked *a = (const struct asked *)ctx + filter;
	bool taken = a->all;

	for (size_t i = 0; !taken && i < a->row->rule->n_conditions; i++)
		taken = condition_takes(a, i, r);
	return taken;
}

/* ---- the question ---- */

static void ask(struct evidence_question *q, const struct alert_row *row)
{
	const size_t n = q->plan.n++;
	const struct alert_minutes minutes = evidence_minutes(row);
	struct asked *a = &q->asked[n];

	*a = (struct asked){ .row = row };
	for (size_t i = 0; i < row->rule->n_conditions; i++) {
		a->filters[i] = evidence_filter_of(row, i);
		a->all |= a->filters[i].all;
	}
	q->spans[n] = (struct span){ minutes.begin, minutes.end, series_resource_key(q->series, row->resource), n };
}

struct evidence_question *evidence_ask(const struct alert_report *report, const struct series *s, struct alert_minutes *minutes)
{
	struct evidence_question *q;

	if (report->fired == 0)
		return NULL;
	q = mem_zalloc(sizeof(*q));
	q->report = report;
	q->series = s;
	q->asked = mem_array(report->fired, sizeof(*q->asked));
	q->spans = mem_array(report->fired, sizeof(*q->spans));
	q->number = mem_array(report->n, sizeof(*q->number));
	*minutes = (struct alert_minutes){ INT64_MAX, INT64_MIN };
	for (size_t i = 0; i < report->n; i++) {
		q->number[i] = q->plan.n;
		if (!alert_row_fired(&report->rows[i]))
			continue;
		ask(q, &report->rows[i]);
		const struct span *span = &q->spans[q->number[i]];

		minutes->begin = span->begin < minutes->begin ? span->begin : minutes->begin;
		minutes->end = span->end > minutes->end ? span->end : minutes->end;
	}
	q->plan.spans = q->spans;
	q->plan.members = FIELD_BIT(P_PROTOCOL);
	q->plan.takes = takes;
	q->plan.ctx = q->asked;
	return q;
}

struct spans_plan *evidence_plan(struct evidence_question *q)
{
	return &q->plan;
}

void evidence_counted(struct evidence_question *q, struct spans *counted)
{
	spans_finish(counted);
	q->counted = counted;
}

void evidence_free(struct evidence_question *q)
{
	if (q == NULL)
		return;
	spans_plan_free(&q->plan);
	free(q->asked);
	free(q->spans);
	free(q->number);
	free(q);
}

/* ---- the answer ---- */

/* Failures added up for one device or one code. */
struct sum {
	uint32_t number;
	struct slice text;
	uint64_t failures, devices;
};

static int by_device(const void *a, const void *b)
{
	const struct span_count *x = a, *y = b;

	return x->device < y->device ? -1 : x->device > y->device;
}

static int by_code(const void *a, const void *b)
{
	const struct span_count *x = a, *y = b;

	return x->code < y->code ? -1 : x->code > y->code;
}

static int by_failures(const void *a, const void *b)
{
	const struct sum *x = a, *y = b;

	if (x->failures != y->failures)
		return x->failures > y->failures ? -1 : 1;
	return slice_cmp(x->text, y->text);
}

/* Of the counts in any order, one sum for each code or each device; it sorts them. */
static size_t add_up(const struct spans *s, struct span_count *counts, size_t n, bool codes, struct sum *sums)
{
	size_t found = 0;

	if (n > 1)
		qsort(counts, n, sizeof(*counts), codes ? by_code : by_device);
	for (size_t i = 0; i < n; i++) {
		const uint32_t number = codes ? counts[i].code : counts[i].device;

		if (found == 0 || sums[found - 1].number != number)
			sums[found++] = (struct sum){ number, codes ? spans_code(s, number) : spans_device(s, number), 0, 0 };
		sums[found - 1].failures += counts[i].failures;
		sums[found - 1].devices += spans_device(s, counts[i].device).n > 0;
	}
	if (found > 1)
		qsort(sums, found, sizeof(*sums), by_failures);
	return found;
}

/* The first of the sums as codes; `service` says what they mean. */
static size_t tell_codes(const struct sum *sums, size_t n, struct slice service, struct evidence_code *out)
{
	const size_t told = n < EVIDENCE_MOST ? n : EVIDENCE_MOST;

	for (size_t i = 0; i < told; i++) {
		const struct code_entry *e = codes_explain(sums[i].text, service, NULL);

		out[i] = (struct evidence_code){ sums[i].text, e == NULL ? slice_of("", 0) : codes_field(e, CODES_MEANING),
			sums[i].failures, sums[i].devices };
	}
	return told;
}

static void tell_device(const struct spans *s, struct span_count *counts, size_t n, const struct sum *device, struct slice service,
                        struct sum *sums, struct evidence_device *out)
{
	size_t of_device = 0;

	*out = (struct evidence_device){ .device = device->text, .failures = device->failures };
	for (size_t i = 0; i < n; i++) {
		if (counts[i].device != device->number)
			continue;
		const struct span_count other = counts[of_device];

		counts[of_device++] = counts[i];
		counts[i] = other;
	}
	out->n_codes = tell_codes(sums, add_up(s, counts, of_device, true, sums), service, out->codes);
}

static void tell_devices(const struct spans *s, struct span_count *counts, size_t n, struct slice service, struct sum *sums,
                         struct evidence *out)
{
	struct sum worst[EVIDENCE_MOST];
	const size_t found = add_up(s, counts, n, false, sums);

	for (size_t i = 0; i < found; i++) {
		if (sums[i].text.n == 0)
			out->no_device = sums[i].failures;
		else if (out->devices++ < EVIDENCE_MOST)
			worst[out->n_worst++] = sums[i];
	}
	out->more_devices = out->devices - out->n_worst;
	for (size_t i = 0; i < out->n_worst; i++)
		tell_device(s, counts, n, &worst[i], service, sums, &out->worst[i]);
}

bool evidence_of(const struct evidence_question *q, size_t row, struct evidence *out)
{
	const struct alert_row *asked = &q->report->rows[row];
	struct slice service;
	size_t n;

	*out = (struct evidence){ .failures = 0 };
	if (!alert_row_fired(asked))
		return false;
	const struct span_count *found = spans_counts(q->counted, q->number[row], &n);
	struct span_count *counts = mem_array(n, sizeof(*counts));
	struct sum *sums = mem_array(n, sizeof(*sums));

	if (n > 0)
		memcpy(counts, found, n * sizeof(*counts));
	for (size_t i = 0; i < n; i++)
		out->failures += counts[i].failures;
	service = scope_is_hub(series_resource(q->series, asked->resource)) ? SLICE("hub") : SLICE("dps");
	const size_t codes = add_up(q->counted, counts, n, true, sums);

	out->n_codes = tell_codes(sums, codes, service, out->codes);
	out->more_codes = codes - out->n_codes;
	tell_devices(q->counted, counts, n, service, sums, out);
	free(sums);
	free(counts);
	return true;
}
