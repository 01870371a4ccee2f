/*
 * spans.c - failures within spans.
 *
 * The spans of a resource stand in the order of their begins, and are a balanced tree whose root is the one in the middle: each
 * knows the latest end of its subtree, so that those that hold a minute are found without looking at the others. Records come
 * nearly in the order of time, so the spans of the last minute are remembered.
 */
#include "tally/spans.h"

#include <stdlib.h>

#include "base/mem.h"

struct node {
	int64_t begin, end;
	int64_t latest;          /* end of the subtree */
	uint32_t resource;
	uint32_t span;           /* of the plan */
};

/* `first[r]` .. `first[r + 1]` are the nodes of resource r. */
struct spans_index {
	struct resources resources;
	struct node *nodes;
	size_t *first;
	int64_t begin, end;      /* of all */
};

struct tuple {
	uint32_t span, device, code;
};

struct spans {
	const struct spans_plan *plan;
	struct resources resources; /* those of the index first, under the same numbers */
	struct dict devices, codes, tuples;
	uint64_t *failures;      /* of each tuple */
	size_t failures_cap;
	/* the spans that hold the minute of the last record */
	int64_t minute;
	uint32_t resource;
	uint32_t *held;
	size_t n_held, held_cap;
	/* by spans_finish */
	struct span_count *counts;
	size_t *first;           /* of each span, and behind the last */
};

/* ---- index ---- */

static int by_begin(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	if (x->resource != y->resource)
		return x->resource < y->resource ? -1 : 1;
	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return x->span < y->span ? -1 : x->span > y->span;
}

static size_t middle(size_t from, size_t to)
{
	return from + (to - from) / 2;
}

/* Of the nodes [from, to); the latest end. As deep as the logarithm of their number. */
static int64_t find_latest(struct node *nodes, size_t from, size_t to)
{
	if (from == to)
		return INT64_MIN;
	struct node *root = &nodes[middle(from, to)];
	const int64_t left = find_latest(nodes, from, middle(from, to)), right = find_latest(nodes, middle(from, to) + 1, to);

	root->latest = root->end;
	if (left > root->latest)
		root->latest = left;
	if (right > root->latest)
		root->latest = right;
	return root->latest;
}

static void fill_nodes(struct spans_index *index, const struct spans_plan *p)
{
	index->nodes = mem_array(p->n, sizeof *index->nodes);
	for (size_t i = 0; i < p->n; i++) {
		const struct span *s = &p->spans[i];

		index->nodes[i] = (struct node){ .begin = s->begin, .end = s->end, .span = (uint32_t)i,
			.resource = resources_add(&index->resources, s->resource, p->seed) };
		if (i == 0 || s->begin < index->begin)
			index->begin = s->begin;
		if (i == 0 || s->end > index->end)
			index->end = s->end;
	}
	if (p->n > 1)
		qsort(index->nodes, p->n, sizeof *index->nodes, by_begin);
}

static struct spans_index *index_new(const struct spans_plan *p)
{
	struct spans_index *index = mem_zalloc(sizeof *index);

	fill_nodes(index, p);
	index->first = mem_array(index->resources.keys.n + 1, sizeof *index->first);
	for (size_t r = 0, i = 0; r <= index->resources.keys.n; r++) {
		while (i < p->n && index->nodes[i].resource < r)
			i++;
		index->first[r] = i;
	}
	for (size_t r = 0; r < index->resources.keys.n; r++)
		find_latest(index->nodes, index->first[r], index->first[r + 1]);
	return index;
}

void spans_plan_free(struct spans_plan *p)
{
	if (p->index == NULL)
		return;
	resources_free(&p->index->resources);
	free(p->index->nodes);
	free(p->index->first);
	free(p->index);
	p->index = NULL;
}

/* Adds those of the nodes [from, to) that hold the minute. */
static void find_held(struct spans *s, size_t from, size_t to, int64_t minute)
{
	const struct node *nodes = s->plan->index->nodes, *root = &nodes[middle(from, to)];

	if (from == to || root->latest <= minute)
		return;
	find_held(s, from, middle(from, to), minute);
	if (root->begin > minute)
		return;
	if (root->end > minute) {
		if (s->n_held == s->held_cap) {
			s->held_cap = mem_grow(s->held_cap, s->n_held + 1);
			s->held = mem_rearray(s->held, s->held_cap, sizeof *s->held);
		}
		s->held[s->n_held++] = root->span;
	}
	find_held(s, middle(from, to) + 1, to, minute);
}

static void hold(struct spans *s, uint32_t resource, int64_t minute)
{
	const struct spans_index *index = s->plan->index;

	if (s->resource == resource && s->minute == minute)
		return;
	s->resource = resource;
	s->minute = minute;
	s->n_held = 0;
	if (resource < index->resources.keys.n)
		find_held(s, index->first[resource], index->first[resource + 1], minute);
}

/* ---- as an accumulator ---- */

static void want(const void *plan, struct wants *w)
{
	w->members |= ((const struct spans_plan *)plan)->members;
}

static void bind(void *plan, const struct accumulator_terms *terms)
{
	struct spans_plan *p = plan;

	p->seed = terms->seed;
	p->index = index_new(p);
}

static void *make(const void *plan)
{
	struct spans *s = mem_zalloc(sizeof *s);
	const struct dict *keys;

	s->plan = plan;
	s->resource = UINT32_MAX;
	keys = &s->plan->index->resources.keys;
	for (size_t i = 0; i < keys->n; i++)
		resources_add(&s->resources, dict_text(keys, (uint32_t)i), s->plan->seed);
	return s;
}

static void free_spans(void *accumulator)
{
	struct spans *s = accumulator;

	resources_free(&s->resources);
	dict_free(&s->devices);
	dict_free(&s->codes);
	dict_free(&s->tuples);
	free(s->failures);
	free(s->held);
	free(s->counts);
	free(s->first);
	free(s);
}

static void count(struct spans *s, struct tuple tuple, uint64_t failures)
{
	const uint32_t i = dict_number(&s->tuples, slice_of((const char *)&tuple, sizeof tuple), s->plan->seed);

	if (s->failures_cap <= i) {
		const size_t had = s->failures_cap;

		s->failures_cap = mem_grow(had, (size_t)i + 1);
		s->failures = mem_rearray(s->failures, s->failures_cap, sizeof *s->failures);
		memset(s->failures + had, 0, (s->failures_cap - had) * sizeof *s->failures);
	}
	s->failures[i] += failures;
}

static void add(void *accumulator, struct record *r, bool counted)
{
	struct spans *s = accumulator;
	const struct spans_plan *p = s->plan;
	struct tuple tuple = { .device = UINT32_MAX };

	if (!counted || !r->failure || r->time == TIME_NONE)
		return;
	const int64_t minute = time_floor(r->time, TIME_MINUTE) / TIME_MINUTE;

	if (minute < p->index->begin || minute >= p->index->end)
		return;
	hold(s, resources_of(&s->resources, r, p->seed), minute);
	for (size_t i = 0; i < s->n_held; i++) {
		tuple.span = s->held[i];
		if (!p->takes(p->ctx, p->spans[tuple.span].filter, r))
			continue;
		if (tuple.device == UINT32_MAX) {
			tuple.device = dict_number(&s->devices, r->device, s->plan->seed);
			tuple.code = dict_number(&s->codes, r->code.n > 0 ? r->code : r->outcome.result_type, s->plan->seed);
		}
		count(s, tuple, 1);
	}
}

static struct tuple tuple_at(const struct spans *s, size_t i)
{
	struct tuple tuple;

	memcpy(&tuple, dict_text(&s->tuples, (uint32_t)i).p, sizeof tuple);
	return tuple;
}

static void merge(void *into_spans, void *from_spans)
{
	struct spans *into = into_spans;
	const struct spans *from = from_spans;

	for (size_t i = 0; i < from->tuples.n; i++) {
		struct tuple tuple = tuple_at(from, i);

		tuple.device = dict_number(&into->devices, dict_text(&from->devices, tuple.device), into->plan->seed);
		tuple.code = dict_number(&into->codes, dict_text(&from->codes, tuple.code), into->plan->seed);
		count(into, tuple, from->failures[i]);
	}
}

const struct accumulator_kind spans_kind = {
	.want = want, .bind = bind, .make = make, .free = free_spans, .add = add, .merge = merge,
};

/* ---- asking ---- */

void spans_finish(struct spans *s)
{
	const size_t n = s->plan->n;
	size_t *next;

	s->first = mem_array(n + 1, sizeof *s->first);
	memset(s->first, 0, (n + 1) * sizeof *s->first);
	for (size_t i = 0; i < s->tuples.n; i++)
		s->first[tuple_at(s, i).span + 1]++;
	for (size_t i = 0; i < n; i++)
		s->first[i + 1] += s->first[i];
	next = mem_array(n, sizeof *next);
	if (n > 0)
		memcpy(next, s->first, n * sizeof *next);
	s->counts = mem_array(s->tuples.n, sizeof *s->counts);
	for (size_t i = 0; i < s->tuples.n; i++) {
		const struct tuple tuple = tuple_at(s, i);

		s->counts[next[tuple.span]++] = (struct span_count){ tuple.device, tuple.code, s->failures[i] };
	}
	free(next);
}

const struct span_count *spans_counts(const struct spans *s, size_t span, size_t *n)
{
	*n = s->first[span + 1] - s->first[span];
	return s->counts + s->first[span];
}

struct slice spans_device(const struct spans *s, uint32_t i)
{
	return dict_text(&s->devices, i);
}

struct slice spans_code(const struct spans *s, uint32_t i)
{
	return dict_text(&s->codes, i);
}
