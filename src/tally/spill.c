/*
 * spill.c - a tally as entries of runs, and back.
 *
 * The key of a device is its partition, half its hash, the length of its id, and the id; that of a cell has a byte and the
 * outcome behind it, so the cells of a device follow it. Numbers are big-endian, as the order is bytewise.
 */
#include "tally/spill.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tally/runs.h"

enum {
	KEY_HEAD = 1 + 4 + 4,    /* before the id */
	PIECE_PART = 4,          /* pieces take a fourth of the memory of a tally */
	PIECE_LEAST = 256 * 1024,
	ENTRY_COST = 64          /* of an entry in memory, beside its bytes */
};

/* ---- leaving memory ---- */

/* What is to be ordered: by rank, where ranks have their order from hashes or texts. */
struct ranked {
	uint64_t rank;
	uint32_t number;
};

struct spilling {
	const struct tally *tally;
	struct runs *runs;
	uint32_t *outcome_rank;
	struct buf key, value;
};

static int by_rank(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	return (a->rank > b->rank) - (a->rank < b->rank);
}

static void sort(struct ranked *r, size_t n, int (*compare)(const void *, const void *))
{
	if (n > 1)
		qsort(r, n, sizeof *r, compare);
}

static void put_u32(struct buf *out, uint32_t n)
{
	const uint32_t big = __builtin_bswap32(n);

	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bswap makes it big-endian");
	buf_add(out, &big, sizeof big);
}

/* Its first eight bytes behind the lengths; ties are broken by the whole text. */
static int by_text(const void *x, const void *y, void *ctx)
{
	const struct ranked *a = x, *b = y;

	return slice_cmp(dict_text(ctx, a->number), dict_text(ctx, b->number));
}

/* The place of each outcome among all, bytewise. */
static uint32_t *rank_outcomes(const struct dict *outcomes)
{
	struct ranked *order = mem_array(outcomes->n, sizeof *order);
	uint32_t *rank = mem_array(outcomes->n, sizeof *rank);

	for (uint32_t i = 0; i < outcomes->n; i++)
		order[i] = (struct ranked){ 0, i };
	if (outcomes->n > 1)
		qsort_r(order, outcomes->n, sizeof *order, by_text, (void *)(uintptr_t)outcomes);
	for (uint32_t i = 0; i < outcomes->n; i++)
		rank[order[i].number] = i;
	free(order);
	return rank;
}

static int by_hash_and_text(const void *x, const void *y, void *ctx)
{
	const struct ranked *a = x, *b = y;
	const struct roll *devices = ctx;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	const struct slice s = roll_text(devices, a->number), t = roll_text(devices, b->number);

	return s.n != t.n ? (s.n > t.n) - (s.n < t.n) : slice_cmp(s, t);
}

/* The devices of a partition in the order of their keys. */
static struct ranked *order_devices(const struct roll *devices, uint64_t seed)
{
	struct ranked *order = mem_array(devices->n, sizeof *order);

	for (uint32_t i = 0; i < devices->n; i++)
		order[i] = (struct ranked){ dict_hash(roll_text(devices, i), seed) >> 32, i };
	if (devices->n > 1)
		qsort_r(order, devices->n, sizeof *order, by_hash_and_text, (void *)(uintptr_t)devices);
	return order;
}

/* The cells of a partition in the order of their keys: by the place of the device and that of the outcome. */
static struct ranked *order_cells(const struct spilling *s, const struct partition *p, const struct ranked *devices)
{
	uint32_t *place = mem_array(p->devices.n, sizeof *place);
	struct ranked *order = mem_array(p->n_cells, sizeof *order);

	for (uint32_t i = 0; i < p->devices.n; i++)
		place[devices[i].number] = i;
	for (uint32_t i = 0; i < p->n_cells; i++)
		order[i] = (struct ranked){ (uint64_t)place[partition_cell(p, i)->device] << 32 | s->outcome_rank[partition_cell(p, i)->outcome], i };
	sort(order, p->n_cells, by_rank);
	free(place);
	return order;
}

/* What is kept of a device, as bytes and back. */
static void write_row(const struct tally *t, const struct partition *p, uint32_t device, struct buf *out)
{
	device_rows_write(&p->rows, &t->plan->devices, device, &roll_row(&p->devices, device)->state, &t->values, out);
}

static void read_row(struct tally *t, struct partition *p, uint32_t device, struct slice bytes)
{
	device_rows_read(&p->rows, &t->plan->devices, device, &roll_row(&p->devices, device)->state, bytes, &t->values, t->plan->seed);
}

static void put_device(struct spilling *s, size_t part, const struct partition *p, uint32_t number, uint32_t hash)
{
	const struct slice device = roll_text(&p->devices, number);

	s->key.n = 0;
	buf_byte(&s->key, (char)part);
	put_u32(&s->key, hash);
	put_u32(&s->key, (uint32_t)device.n);
	buf_slice(&s->key, device);
	s->value.n = 0;
	write_row(s->tally, p, number, &s->value);
	if (s->value.n > 0)
		runs_add(s->runs, buf_view(&s->key), buf_view(&s->value));
}

static void put_cell(struct spilling *s, const struct partition *p, const struct tally_cell *c)
{
	const struct tally_count count = partition_count_of(p, c);
	const size_t device_n = s->key.n;

	buf_byte(&s->key, 1);
	buf_slice(&s->key, dict_text(&s->tally->outcomes, c->outcome));
	runs_add(s->runs, buf_view(&s->key), slice_of((const char *)&count, sizeof count));
	s->key.n = device_n;
}

static void spill_partition(struct spilling *s, size_t part)
{
	const struct partition *p = &s->tally->parts[part];
	struct ranked *devices = order_devices(&p->devices, s->tally->plan->seed);
	struct ranked *cells = order_cells(s, p, devices);
	size_t at = 0;

	for (size_t i = 0; i < p->devices.n; i++) {
		put_device(s, part, p, devices[i].number, (uint32_t)devices[i].rank);
		for (; at < p->n_cells && partition_cell(p, cells[at].number)->device == devices[i].number; at++)
			put_cell(s, p, partition_cell(p, cells[at].number));
	}
	free(devices);
	free(cells);
}

void tally_spill(struct tally *t)
{
	if (t->runs == NULL)
		t->runs = runs_new();
	struct spilling s = { .tally = t, .runs = t->runs, .outcome_rank = rank_outcomes(&t->outcomes) };

	runs_begin(t->runs);
	for (size_t part = 0; part < PARTITIONS; part++)
		spill_partition(&s, part);
	free(s.outcome_rank);
	buf_free(&s.key);
	buf_free(&s.value);
	tally_empty(t);
	runs_end(t->runs);
}

bool tally_is_spilled(const struct tally *t)
{
	return t->runs != NULL;
}

int tally_error(const struct tally *t)
{
	return t->runs == NULL ? 0 : runs_error(t->runs);
}

/* ---- pieces ---- */

struct tally_pieces {
	struct tally *tally;
	size_t part;              /* the next one, of a tally that is all in memory */
	bool whole;
	size_t most;              /* of a piece, roughly, in bytes */
	struct tally *piece;
	struct slice key, value;  /* the entry that is next, if `more` */
	bool more;
	struct buf last;          /* the key before */
	struct buf row;           /* of a device that goes on in the next piece */
};

struct tally_pieces *tally_pieces_new(struct tally *t, bool whole)
{
	struct tally_pieces *p = mem_zalloc(sizeof *p);

	p->tally = t;
	p->whole = whole;
	p->most = t->plan->memory / PIECE_PART < PIECE_LEAST ? PIECE_LEAST : t->plan->memory / PIECE_PART;
	if (t->runs != NULL) {
		tally_spill(t);
		runs_rewind(t->runs);
		p->more = runs_next(t->runs, &p->key, &p->value);
	}
	return p;
}

static size_t device_key_size(struct slice key)
{
	uint32_t n;

	memcpy(&n, key.p + KEY_HEAD - sizeof n, sizeof n);
	return KEY_HEAD + __builtin_bswap32(n);
}

static struct slice key_device(struct slice key)
{
	return slice_of(key.p + KEY_HEAD, device_key_size(key) - KEY_HEAD);
}

/* The piece is full and may end before the entry that is next. */
static bool ends_here(const struct tally_pieces *p, size_t size)
{
	const struct slice last = buf_view(&p->last);

	if (size < p->most || last.n == 0 || slice_eq(p->key, last))
		return false;
	return !p->whole || !slice_eq(key_device(p->key), key_device(last));
}

static uint32_t take_entry(struct tally_pieces *p, uint32_t device)
{
	struct tally *t = p->piece;
	const size_t device_n = device_key_size(p->key);

	if (p->last.n == 0 || !slice_eq(key_device(p->key), key_device(buf_view(&p->last))))
		device = tally_device(t, 0, key_device(p->key));
	if (p->key.n == device_n) {
		read_row(t, &t->parts[0], device, p->value);
	} else {
		struct tally_count count;

		memcpy(&count, p->value.p, sizeof count);
		partition_add(&t->parts[0], tally_cell_of(t, 0, device, slice_of(p->key.p + device_n + 1, p->key.n - device_n - 1)), &count);
	}
	return device;
}

/* The device of the last entry goes on: its row must be in the next piece as well. */
static void keep_row(struct tally_pieces *p, uint32_t device)
{
	p->row.n = 0;
	if (p->more && slice_eq(key_device(p->key), key_device(buf_view(&p->last))))
		write_row(p->piece, &p->piece->parts[0], device, &p->row);
	else
		p->last.n = 0;
}

static uint32_t begin_piece(struct tally_pieces *p)
{
	struct tally *t = tally_new(p->tally->plan);
	uint32_t device = 0;

	if (p->last.n > 0) {
		device = tally_device(t, 0, key_device(p->key));
		if (p->row.n > 0)
			read_row(t, &t->parts[0], device, buf_view(&p->row));
	}
	tally_free(p->piece);
	p->piece = t;
	return device;
}

static bool read_piece(struct tally_pieces *p)
{
	size_t size = 0;

	if (!p->more)
		return false;
	uint32_t device = begin_piece(p);

	while (p->more && !ends_here(p, size)) {
		device = take_entry(p, device);
		size += p->key.n + p->value.n + ENTRY_COST;
		p->last.n = 0;
		buf_slice(&p->last, p->key);
		p->more = runs_next(p->tally->runs, &p->key, &p->value);
	}
	keep_row(p, device);
	return true;
}

bool tally_pieces_next(struct tally_pieces *p, const struct tally **t, size_t *part)
{
	if (p->tally->runs != NULL) {
		*t = p->piece;
		*part = 0;
		if (!read_piece(p))
			return false;
		*t = p->piece;
		return true;
	}
	*t = p->tally;
	*part = p->part;
	return p->part++ < PARTITIONS;
}

void tally_pieces_free(struct tally_pieces *p)
{
	if (p == NULL)
		return;
	tally_free(p->piece);
	buf_free(&p->last);
	buf_free(&p->row);
	free(p);
}
