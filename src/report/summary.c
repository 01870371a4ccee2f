/*
 * summary.c - the numbers of the summary, rolled up partition by partition.
 */
#include "report/summary.h"

#include <stdlib.h>

#include "base/mem.h"
#include "insight/codes.h"
#include "report/groups.h"
#include "tally/spill.h"

enum { ADVICE_MOST = 3, SUMMARY_TRAITS = 3 };
static const char *const trait_keys[SUMMARY_TRAITS] = { "location", "protocol", "sdkVersion" };

static void add_key(struct keys *keys, struct slice name)
{
	key_find(name, &keys->key[keys->n]);
	if (slice_eq(name, SLICE("device")))
		keys->device = (int)keys->n;
	keys->n++;
}

static struct keys keys_of(struct slice a, struct slice b)
{
	struct keys keys = { .device = -1 };

	add_key(&keys, a);
	add_key(&keys, b);
	return keys;
}

void summary_want(struct tally_plan *plan)
{
	plan->keys = keys_of(SLICE("service"), SLICE("code"));
	add_key(&plan->keys, SLICE("resultType"));
	for (size_t i = 0; i < SUMMARY_TRAITS; i++)
		add_key(&plan->keys, slice_str(trait_keys[i]));
	plan->devices.states = plan->devices.expected = true;
	plan->minutes = true;
}

/* ---- devices ---- */

static void count_devices(struct summary *s, const struct partition *p, bool with_states)
{
	uint8_t *seen = mem_zalloc(p->devices.n);

	for (size_t i = 0; i < p->n_cells; i++) {
		s->records += partition_cell(p, i)->records;
		s->failures += partition_cell(p, i)->failures;
		seen[partition_cell(p, i)->device] |= partition_cell(p, i)->failures > 0 ? 3 : 1;
	}
	for (size_t i = 0; i < p->devices.n; i++) {
		const struct device_state *state = &roll_row(&p->devices, i)->state;

		if (seen[i] == 0 || roll_row(&p->devices, i)->id.n == 0)
			continue;
		s->devices++;
		s->devices_failing += seen[i] >> 1;
		s->states[with_states ? device_state_of(state) : STATE_NONE]++;
		const struct expected_failures e = device_row_expected(&p->rows, (uint32_t)i, state);

		s->expected.renewals += e.renewals;
		s->expected.challenges += e.challenges;
	}
	free(seen);
}

static int compare_worst(const void *x, const void *y)
{
	const struct summary_device *a = x, *b = y;
	int order = (a->failures < b->failures) - (a->failures > b->failures);

	if (order == 0)
		order = slice_cmp(a->device, b->device);
	return order != 0 ? order : slice_cmp(a->result_type, b->result_type);
}

/* The `top` worst of one partition join the others; only so many are kept. The empty device is no device, however many groups it has. */
static void add_worst(struct summary *s, const struct tally *t, size_t part, const struct tally_plan *plan, uint64_t top)
{
	struct tally *rolled = tally_rollup(t, part, plan);
	struct groups *g = groups_new(rolled, false, (struct groups_order){ .column = -1 }, 0, 1);
	const uint64_t n = groups_count(g);
	uint64_t added = 0;

	s->worst = mem_rearray(s->worst, s->n_worst + (top > 0 && top < n ? top : n), sizeof *s->worst);
	for (uint64_t i = 0; i < n && (top == 0 || added < top); i++) {
		const struct group group = groups_at(g, i);

		if (group.device.n == 0)
			continue;
		s->worst[s->n_worst++] = (struct summary_device){ arena_copy(&s->arena, group.device),
			arena_copy(&s->arena, groups_key(g, &group, 1, NULL)), group.failures, group.last_failure,
			group.last_success, group.state };
		added++;
	}
	if (s->n_worst > 1)
		qsort(s->worst, s->n_worst, sizeof *s->worst, compare_worst);
	if (top > 0 && s->n_worst > top)
		s->n_worst = (size_t)top;
	groups_free(g);
	tally_free(rolled);
}

/* ---- codes ---- */

static int compare_codes(const void *x, const void *y)
{
	const struct summary_code *a = x, *b = y;
	int order = (a->failures < b->failures) - (a->failures > b->failures);

	if (order == 0)
		order = slice_cmp(a->code, b->code);
	return order != 0 ? order : slice_cmp(a->result_type, b->result_type);
}

static struct summary_code *code_row(struct summary *s, struct slice code, struct slice result_type)
{
	for (size_t i = 0; i < s->n_codes; i++)
		if (slice_eq(s->codes[i].code, code) && slice_eq(s->codes[i].result_type, result_type))
			return &s->codes[i];
	if ((s->n_codes & (s->n_codes + 1)) == 0)
		s->codes = mem_rearray(s->codes, s->n_codes * 2 + 2, sizeof *s->codes);
	s->codes[s->n_codes] = (struct summary_code){ .code = arena_copy(&s->arena, code),
		.result_type = arena_copy(&s->arena, result_type), .first_failure = TIME_NONE, .last_failure = TIME_NONE };
	return &s->codes[s->n_codes++];
}

/* Devices lie in one partition each, so their numbers add up over the partitions. */
static void add_codes(struct summary *s, const struct tally *t, size_t part, const struct tally_plan *plan)
{
	struct tally *rolled = tally_rollup(t, part, plan);
	struct groups *g = groups_new(rolled, false, (struct groups_order){ .column = -1 }, 0, 1);

	for (uint64_t i = 0; i < groups_count(g); i++) {
		const struct group group = groups_at(g, i);
		struct summary_code *c = code_row(s, groups_key(g, &group, 0, NULL), groups_key(g, &group, 1, NULL));

		c->failures += group.failures;
		c->devices += group.devices;
		if (group.first_failure != TIME_NONE && (c->first_failure == TIME_NONE || group.first_failure < c->first_failure))
			c->first_failure = group.first_failure;
		if (group.last_failure > c->last_failure)
			c->last_failure = group.last_failure;
	}
	groups_free(g);
	tally_free(rolled);
}

static const char *const service_names[SUMMARY_SERVICES] = { "", "dps", "hub" };

static size_t service_number(struct slice name)
{
	size_t i = SUMMARY_SERVICES - 1;

	while (i > 0 && !slice_eq(slice_str(service_names[i]), name))
		i--;
	return i;
}

static void add_services(struct summary *s, const struct tally *t, size_t part)
{
	const struct partition *p = &t->parts[part];
	const struct keys *keys = &t->plan->keys;
	uint64_t *failures = mem_zalloc(t->outcomes.n * sizeof *failures);

	for (size_t i = 0; i < p->n_cells; i++)
		failures[partition_cell(p, i)->outcome] += partition_cell(p, i)->failures;
	for (size_t i = 0; i < t->outcomes.n; i++) {
		const struct slice outcome = dict_text(&t->outcomes, (uint32_t)i);

		if (failures[i] > 0)
			code_row(s, outcome_key(keys, outcome, 1), outcome_key(keys, outcome, 2))
				->of_service[service_number(outcome_key(keys, outcome, 0))] += failures[i];
	}
	free(failures);
}

/* The service that saw most of the failures of a code: the same number means different things to each. */
static void find_services(struct summary *s)
{
	for (size_t k = 0; k < s->n_codes; k++) {
		struct summary_code *c = &s->codes[k];
		size_t most = 0;

		for (size_t i = 1; i < SUMMARY_SERVICES; i++)
			if (c->of_service[i] > c->of_service[most])
				most = i;
		c->service = slice_str(service_names[most]);
		const struct code_entry *e = codes_explain(c->code, c->service, NULL);

		c->meaning = e == NULL ? slice_of("", 0) : codes_field(e, CODES_MEANING);
	}
}

/* ---- advice ---- */

static struct slice advice_command(struct summary *s, struct slice code)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "dpslog explain ");
	buf_slice(&text, code);
	const struct slice copy = arena_copy(&s->arena, buf_view(&text));

	buf_free(&text);
	return copy;
}

/* What the catalogue says of the codes that failed most, each once. */
static void find_advice(struct summary *s, struct traits *traits)
{
	s->advice = mem_array(ADVICE_MOST, sizeof *s->advice);
	for (size_t i = 0; i < s->n_codes && s->n_advice < ADVICE_MOST; i++) {
		const struct summary_code *c = &s->codes[i];
		const struct code_entry *e = codes_explain(c->code, c->service, NULL);
		bool said = e == NULL;

		for (size_t k = 0; k < s->n_advice; k++)
			said |= slice_eq(s->advice[k].code, c->code);
		if (said)
			continue;
		struct trait trait = traits_find(traits, c->code, c->result_type);

		trait.value = arena_copy(&s->arena, trait.value);
		s->advice[s->n_advice++] = (struct summary_advice){ c->code, codes_field(e, CODES_ACTION),
			advice_command(s, c->code), c->devices, trait };
	}
}

/* ---- the course of time ---- */

static int64_t span_for(int64_t first, int64_t last)
{
	static const int64_t minutes[] = { 1, 5, 15, 30, 60, 120, 180, 240, 360, 720, 1440 };

	for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
		const int64_t span = minutes[i] * TIME_MINUTE;

		if (time_floor(last, span) / span - time_floor(first, span) / span < SUMMARY_SPANS)
			return span;
	}
	for (int64_t days = 2;; days++)
		if (time_floor(last, days * TIME_DAY) / TIME_DAY - time_floor(first, days * TIME_DAY) / TIME_DAY <
		    days * SUMMARY_SPANS)
			return days * TIME_DAY;
}

static void find_series(struct summary *s, const struct tally *t)
{
	s->start = TIME_NONE;
	if (t->first == TIME_NONE)
		return;
	s->every = span_for(t->first, t->last);
	s->start = time_floor(t->first, s->every);
	s->n_spans = (size_t)((time_floor(t->last, s->every) - s->start) / s->every) + 1;
	s->spans = mem_zalloc(s->n_spans * sizeof *s->spans);
	for (size_t i = 0; i < t->minutes.n; i++) {
		int64_t minute;

		memcpy(&minute, dict_text(&t->minutes, (uint32_t)i).p, sizeof minute);
		s->spans[(minute - s->start) / s->every] += t->minute_counts[i].failures;
	}
}

/* ---- all ---- */

int summary_make(struct summary *s, struct tally *t, uint64_t top)
{
	const struct tally_plan by_code = { .keys = keys_of(SLICE("code"), SLICE("resultType")), .seed = t->plan->seed, .pool = t->plan->pool };
	const struct tally_plan by_device = { .keys = keys_of(SLICE("device"), SLICE("resultType")),
		.devices.states = t->plan->devices.states, .seed = t->plan->seed, .pool = t->plan->pool };

	*s = (struct summary){ .first = t->first, .last = t->last, .stateless = !t->plan->devices.states };
	struct traits *traits = traits_new(&t->plan->keys, (struct traits_places){ 1, 2, 3 }, t->plan->seed);
	struct tally_pieces *pieces = tally_pieces_new(t, true);
	const struct tally *piece;
	size_t part;

	while (tally_pieces_next(pieces, &piece, &part)) {
		count_devices(s, &piece->parts[part], piece->plan->devices.states);
		add_codes(s, piece, part, &by_code);
		add_services(s, piece, part);
		traits_add(traits, piece, part);
		add_worst(s, piece, part, &by_device, top);
	}
	tally_pieces_free(pieces);
	if (s->n_codes > 1)
		qsort(s->codes, s->n_codes, sizeof *s->codes, compare_codes);
	find_services(s);
	find_advice(s, traits);
	traits_free(traits);
	if (top > 0 && s->n_codes > top)
		s->n_codes = (size_t)top;
	find_series(s, t);
	return tally_error(t);
}

void summary_free(struct summary *s)
{
	arena_free(&s->arena);
	free(s->spans);
	free(s->codes);
	free(s->worst);
	free(s->advice);
}

void summary_every(struct buf *out, int64_t every)
{
	if (every % TIME_DAY == 0)
		buf_printf(out, "%lldd", (long long)(every / TIME_DAY));
	else if (every % TIME_HOUR == 0)
		buf_printf(out, "%lldh", (long long)(every / TIME_HOUR));
	else
		buf_printf(out, "%lldm", (long long)(every / TIME_MINUTE));
}
