/*
 * traits.c - counting devices by code and trait in one pass over cells that are put in the order of their devices.
 */
#include "insight/traits.h"

#include <stdlib.h>

#include "base/mem.h"

/* What is counted: a tuple of texts, and of whom it was counted last. */
struct counter {
	uint64_t devices;
	uint64_t last;
};

struct traits {
	const struct keys *keys;
	struct traits_places places;
	uint64_t seed;
	struct dict tuples;      /* code, resultType, number of the key, value; for all devices without code and resultType */
	struct counter *counters;
	size_t cap;
	uint64_t stamp;          /* of the device that is looked at */
	struct buf scratch;
};

/* Fewer devices prove nothing, whatever they share. */
enum { TRAIT_DEVICES_LEAST = 10 };

struct traits *traits_new(const struct keys *keys, struct traits_places places, uint64_t seed)
{
	struct traits *t = mem_zalloc(sizeof *t);

	t->keys = keys;
	t->places = places;
	t->seed = seed;
	return t;
}

void traits_free(struct traits *t)
{
	dict_free(&t->tuples);
	free(t->counters);
	buf_free(&t->scratch);
	free(t);
}

static void pack(struct buf *b, struct slice text)
{
	const uint32_t n = (uint32_t)text.n;

	buf_add(b, (const char *)&n, sizeof n);
	buf_slice(b, text);
}

static uint32_t counter_of(struct traits *t, const struct slice *code, size_t key, struct slice value)
{
	const char number = (char)key;
	bool added;

	t->scratch.n = 0;
	buf_add(&t->scratch, &number, 1);
	pack(&t->scratch, value);
	for (size_t i = 0; code != NULL && i < 2; i++)
		pack(&t->scratch, code[i]);
	const struct slice tuple = buf_view(&t->scratch);
	const uint32_t n = dict_add(&t->tuples, tuple, dict_hash(tuple, t->seed), &added);

	if (added && n >= t->cap) {
		t->cap = mem_grow(t->cap, (size_t)n + 1);
		t->counters = mem_rearray(t->counters, t->cap, sizeof *t->counters);
	}
	if (added)
		t->counters[n] = (struct counter){ 0, 0 };
	return n;
}

/* The counters of one outcome: of each trait key that of all devices, and that of the code. */
static void find_counters(struct traits *t, struct slice outcome, uint32_t *of)
{
	const struct slice code[] = { outcome_key(t->keys, outcome, t->places.code),
		outcome_key(t->keys, outcome, t->places.result_type) };

	for (size_t k = t->places.first; k < t->keys->n; k++) {
		*of++ = counter_of(t, NULL, k, outcome_key(t->keys, outcome, k));
		*of++ = counter_of(t, code, k, outcome_key(t->keys, outcome, k));
	}
	*of++ = counter_of(t, NULL, t->keys->n, (struct slice){ "", 0 });
	*of++ = counter_of(t, code, t->keys->n, (struct slice){ "", 0 });
}

static void count(struct traits *t, uint32_t i)
{
	if (t->counters[i].last == t->stamp)
		return;
	t->counters[i].last = t->stamp;
	t->counters[i].devices++;
}

/* The numbers of the cells of a partition, those of one device together; `ends` gets where each device's end. */
static uint32_t *by_device(const struct partition *p, uint32_t *ends)
{
	uint32_t *cells = mem_array(p->n_cells, sizeof *cells);
	uint32_t at = 0;

	for (size_t i = 0; i < p->n_cells; i++)
		ends[partition_cell(p, i)->device]++;
	for (size_t d = 0; d < p->devices.n; d++) {
		const uint32_t n = ends[d];

		ends[d] = at;
		at += n;
	}
	for (size_t i = 0; i < p->n_cells; i++)
		cells[ends[partition_cell(p, i)->device]++] = (uint32_t)i;
	return cells;
}

void traits_add(struct traits *t, const struct tally *piece, size_t part)
{
	const struct partition *p = &piece->parts[part];
	const size_t each = (t->keys->n - t->places.first + 1) * 2;
	uint32_t *of = mem_array(piece->outcomes.n * each, sizeof *of), *ends = mem_zalloc(p->devices.n * sizeof *ends);
	uint32_t *cells = by_device(p, ends);

	for (size_t i = 0; i < piece->outcomes.n; i++)
		find_counters(t, dict_text(&piece->outcomes, (uint32_t)i), of + i * each);
	for (size_t d = 0, at = 0; d < p->devices.n; at = ends[d++]) {
		t->stamp++;
		for (size_t i = at; i < ends[d] && roll_row(&p->devices, d)->id.n > 0; i++) {
			const struct tally_cell *c = partition_cell(p, cells[i]);

			for (size_t k = 0; k < each; k++)
				if (k % 2 == 0 || c->failures > 0)
					count(t, of[c->outcome * each + k]);
		}
	}
	free(cells);
	free(ends);
	free(of);
}

/*
 * At least half of the devices, a fifth more of them than of all, and five standard deviations beyond what as many devices
 * taken at random would show: far enough that none of the many values that are looked at gets there by chance.
 */
static bool is_strong(const struct trait *x)
{
	const double p = (double)x->all / (double)x->of_all, share = (double)x->devices / (double)x->of;

	return x->of >= TRAIT_DEVICES_LEAST && x->devices >= x->of - x->devices && share - p >= 0.2 &&
	       (share - p) * (share - p) >= 25 * p * (1 - p) / (double)x->of;
}

static struct slice unpack(struct slice *rest)
{
	uint32_t n;

	memcpy(&n, rest->p, sizeof n);
	const struct slice text = slice_of(rest->p + sizeof n, n);

	*rest = slice_of(text.p + n, rest->n - sizeof n - n);
	return text;
}

static uint64_t devices_of(struct traits *t, const struct slice *code, size_t key, struct slice value)
{
	return t->counters[counter_of(t, code, key, value)].devices;
}

/* The larger share less that of all devices; then the earlier key, the lesser value. */
static bool is_better(const struct trait *a, const struct trait *b)
{
	const double x = (double)a->devices / (double)a->of - (double)a->all / (double)a->of_all;
	const double y = b->key.n == 0 ? -1 : (double)b->devices / (double)b->of - (double)b->all / (double)b->of_all;

	return x > y || (x >= y && slice_eq(a->key, b->key) && slice_cmp(a->value, b->value) < 0);
}

struct trait traits_find(struct traits *t, struct slice code, struct slice result_type)
{
	const struct slice both[] = { code, result_type }, none = { "", 0 };
	const uint64_t of = devices_of(t, both, t->keys->n, none), of_all = devices_of(t, NULL, t->keys->n, none);
	struct trait best = { .key = none, .value = none };

	for (size_t k = t->places.first; k < t->keys->n; k++) {
		for (uint32_t i = 0; i < t->tuples.n; i++) {
			struct slice rest = dict_text(&t->tuples, i);

			if ((size_t)rest.p[0] != k)
				continue;
			rest = slice_of(rest.p + 1, rest.n - 1);
			const struct slice value = unpack(&rest);

			if (value.n == 0 || rest.n == 0 || !slice_eq(unpack(&rest), code) || !slice_eq(unpack(&rest), result_type))
				continue;
			const struct trait x = { t->keys->key[k].name, value, t->counters[i].devices, of,
				devices_of(t, NULL, k, value), of_all };

			if (is_strong(&x) && is_better(&x, &best))
				best = x;
		}
	}
	return best;
}
