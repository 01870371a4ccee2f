/*
 * order.c - keys of rows, and a quicksort over words of them.
 *
 * Comparing two rows means making both, a dozen misses of the cache where there are millions. So each reference carries eight
 * bytes of its key; rows are made again, for the next eight, only within those whose words are equal. Ranges that lie behind the
 * first `top` are left as they are. The middle of three is a good pivot here: rows lie in the order of seeded hashes.
 */
#include "report/order.h"

#include <stdlib.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/share.h"

enum { WORD = 8 };

/* ---- keys ---- */

static void put_number(struct buf *out, uint64_t n)
{
	const uint64_t big = __builtin_bswap64(n);

	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bswap makes it big-endian");
	buf_add(out, &big, sizeof big);
}

/* How many bytes it has, and these: most counts are small, and what is behind them decides. */
static void put_count(struct buf *out, uint64_t n)
{
	const unsigned bytes = n == 0 ? 0 : 8 - (unsigned)__builtin_clzll(n) / 8;
	const uint64_t big = __builtin_bswap64(n);

	buf_byte(out, (char)bytes);
	buf_add(out, (const char *)&big + sizeof big - bytes, bytes);
}

/* It ends with two zeros; a zero in it is followed by a one: so a text comes before those that it begins. */
static void put_text(struct buf *out, struct slice s)
{
	while (s.n > 0) {
		const char *zero = memchr(s.p, '\0', s.n);
		const size_t n = zero == NULL ? s.n : (size_t)(zero - s.p) + 1;

		buf_add(out, s.p, n);
		if (zero != NULL)
			buf_byte(out, 1);
		s = slice_of(s.p + n, s.n - n);
	}
	buf_add(out, "\0", 2);
}

/* Of numbers that are not negative the bits have the order of the numbers. */
static uint64_t rate_bits(uint64_t num, uint64_t den)
{
	const double rate = den == 0 ? 0 : (double)num / (double)den;
	uint64_t bits;

	memcpy(&bits, &rate, sizeof bits);
	return bits;
}

/* By the first number; none before any. */
static void put_decimal(struct buf *out, struct slice text)
{
	struct decimal d;
	const bool some = decimal_parse(slice_of(text.p, slice_find(text, SLICE(";"))), &d);

	buf_byte(out, some);
	if (!some)
		return;
	put_number(out, (uint64_t)(d.units >> 64) ^ (uint64_t)1 << 63);
	put_number(out, (uint64_t)d.units);
}

static void put_cell(struct buf *out, enum column_type type, const struct cell *cell)
{
	switch (type) {
	case COLUMN_TEXT:
	case COLUMN_WORD:
		put_text(out, cell->text);
		break;
	case COLUMN_COUNT:
		put_count(out, cell->count);
		break;
	case COLUMN_NUMBER:
		put_decimal(out, cell->text);
		break;
	case COLUMN_RATE:
		put_number(out, rate_bits(cell->rate.num, cell->rate.den));
		break;
	case COLUMN_TIME:
		put_number(out, (uint64_t)cell->time ^ (uint64_t)1 << 63);
		break;
	}
}

void order_key(const struct order *o, const struct cell *cells, struct buf *key)
{
	for (size_t i = 0; i < o->n_by; i++) {
		const size_t column = o->by[i].column, begin = key->n;

		put_cell(key, o->columns[column].type, &cells[column]);
		for (size_t k = begin; o->by[i].descending && k < key->n; k++)
			key->p[k] = (char)~key->p[k];
	}
}

/* ---- sorting ---- */

struct sorting {
	const struct order *order;
	const struct order_rows *rows;
	struct order_ref *refs;
	uint64_t top;
	struct cell *cells;
	struct buf key;
};

/* References from..from + n have equal bytes before word `depth`, and that word. */
struct range {
	uint64_t from, n;
	size_t depth;
};

/* Fetches the word of a range; false: the keys end before it, so all are equal. */
static bool fetch(struct sorting *s, struct range r)
{
	const size_t at = r.depth * WORD;
	bool more = false;

	for (uint64_t i = r.from; i < r.from + r.n; i++) {
		uint64_t word = 0;

		s->key.n = 0;
		order_fetch(s->rows, s->refs + r.from, r.n, i - r.from);
		s->rows->row(s->rows->ctx, s->refs[i].ref, s->cells);
		order_key(s->order, s->cells, &s->key);
		for (size_t k = at; k < at + WORD; k++)
			word = word << 8 | (k < s->key.n ? (unsigned char)s->key.p[k] : 0);
		s->refs[i].word = word;
		more |= at < s->key.n;
	}
	return more;
}

static uint64_t pivot_of(const struct order_ref *refs, uint64_t n)
{
	const uint64_t a = refs[0].word, b = refs[n / 2].word, c = refs[n - 1].word;

	if (a < b)
		return b < c ? b : a < c ? c : a;
	return a < c ? a : b < c ? c : b;
}

/* Into those below, at and above a pivot. */
static void part(struct sorting *s, struct range r, struct range parts[3])
{
	struct order_ref *refs = s->refs + r.from;
	const uint64_t pivot = pivot_of(refs, r.n);
	uint64_t below = 0, above = r.n;

	for (uint64_t i = 0; i < above;) {
		const struct order_ref ref = refs[i];

		if (ref.word < pivot) {
			refs[i++] = refs[below];
			refs[below++] = ref;
		} else if (ref.word > pivot) {
			refs[i] = refs[--above];
			refs[above] = ref;
		} else {
			i++;
		}
	}
	parts[0] = (struct range){ r.from, below, r.depth };
	parts[1] = (struct range){ r.from + below, above - below, r.depth + 1 };
	parts[2] = (struct range){ r.from + above, r.n - above, r.depth };
}

/* The largest part is gone on with, so that the stack is as deep as a logarithm at most. */
static void sort(struct sorting *s, struct range r)
{
	while (r.n > 1 && r.from < s->top) {
		struct range parts[3];
		size_t largest = 0;

		part(s, r, parts);
		if (parts[1].n < 2 || parts[1].from >= s->top || !fetch(s, parts[1]))
			parts[1].n = 0;
		for (size_t i = 1; i < 3; i++)
			if (parts[i].n > parts[largest].n)
				largest = i;
		for (size_t i = 0; i < 3; i++)
			if (i != largest)
				sort(s, parts[i]);
		r = parts[largest];
	}
}

/* ---- on several threads ---- */

/* Ranges that are sorted apart from each other. Few rows are not worth a thread. */
enum { RANGES_MOST = 64, RANGE_LEAST = 2048 };

struct ranges {
	const struct sorting *sorting;
	struct range range[RANGES_MOST];
	size_t n;
};

static struct sorting sorting_apart(const struct sorting *s)
{
	struct sorting apart = *s;

	apart.cells = mem_array(s->order->n_columns, sizeof *apart.cells);
	apart.key = BUF_INIT;
	return apart;
}

static void sorting_end(struct sorting *s)
{
	free(s->cells);
	buf_free(&s->key);
}

static void fetch_range(void *ctx, size_t i)
{
	const struct ranges *r = ctx;
	struct sorting s = sorting_apart(r->sorting);

	fetch(&s, r->range[i]);
	sorting_end(&s);
}

static void sort_range(void *ctx, size_t i)
{
	const struct ranges *r = ctx;
	const struct range range = r->range[i];

	if (range.n < 2 || range.from >= r->sorting->top)
		return;
	struct sorting s = sorting_apart(r->sorting);

	if (range.depth == 0 || fetch(&s, range))
		sort(&s, range);
	sorting_end(&s);
}

/* Cuts the largest range in three as long as it is worth it; those of another depth are not fetched yet, and stay as they are. */
static void cut_ranges(struct sorting *s, struct ranges *r, uint64_t least)
{
	for (;;) {
		struct range parts[3];
		size_t largest = RANGES_MOST;

		for (size_t i = 0; i < r->n; i++)
			if (r->range[i].depth == 0 && r->range[i].n > least && (largest == RANGES_MOST || r->range[i].n > r->range[largest].n))
				largest = i;
		if (largest == RANGES_MOST || r->n + 2 > RANGES_MOST)
			return;
		part(s, r->range[largest], parts);
		r->range[largest] = parts[0];
		r->range[r->n++] = parts[1];
		r->range[r->n++] = parts[2];
	}
}

static void sort_apart(struct sorting *s, uint64_t n)
{
	struct ranges r = { .sorting = s };
	const uint64_t each = n / RANGES_MOST + 1;

	for (uint64_t from = 0; from < n; from += each)
		r.range[r.n++] = (struct range){ from, n - from < each ? n - from : each, 0 };
	share_out(s->rows->threads, r.n, fetch_range, &r);
	r.range[0] = (struct range){ 0, n, 0 };
	r.n = 1;
	cut_ranges(s, &r, n / RANGES_MOST < RANGE_LEAST ? (uint64_t)RANGE_LEAST : n / RANGES_MOST);
	share_out(s->rows->threads, r.n, sort_range, &r);
}

void order_refs(struct order_ref *refs, uint64_t n, uint64_t top, const struct order *o, const struct order_rows *rows)
{
	struct sorting s = { .order = o, .rows = rows, .refs = refs, .top = top == 0 ? n : top,
		.cells = mem_array(o->n_columns, sizeof(struct cell)) };
	const struct range all = { 0, n, 0 };

	if (rows->threads > 1 && n > 2 * RANGE_LEAST)
		sort_apart(&s, n);
	else if (n > 1 && fetch(&s, all))
		sort(&s, all);
	sorting_end(&s);
}
