/*
 * sorted.c - a row as an entry of a sorter: its key orders bytewise as its cells do, its value holds the cells.
 */
#include "report/sorted.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tally/sorter.h"

struct sorted {
	const struct column *columns;
	size_t n_columns;
	struct sorted_by by[SORTED_BY_MOST];
	size_t n_by;
	struct sorter *sorter;
	uint64_t n;
	uint64_t at;               /* the row that comes next */
	int error;                 /* of others */
	struct buf key, value;
};

struct sorted *sorted_new(const struct column *columns, size_t n_columns, const struct sorted_by *by, size_t n_by, size_t memory)
{
	struct sorted *s = mem_zalloc(sizeof *s);

	assert(n_by <= SORTED_BY_MOST);
	s->columns = columns;
	s->n_columns = n_columns;
	memcpy(s->by, by, n_by * sizeof *by);
	s->n_by = n_by;
	s->sorter = sorter_new(memory);
	return s;
}

void sorted_free(struct sorted *s)
{
	if (s == NULL)
		return;
	sorter_free(s->sorter);
	buf_free(&s->key);
	buf_free(&s->value);
	free(s);
}

/* ---- keys ---- */

static void put_number(struct buf *out, uint64_t n)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_byte(out, (char)(n >> shift));
}

/* It ends with two zeros; a zero in it is followed by a one: so a prefix comes before what it begins. */
static void put_text(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		buf_byte(out, s.p[i]);
		if (s.p[i] == '\0')
			buf_byte(out, 1);
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

static void put_key(struct buf *out, enum column_type type, const struct cell *cell)
{
	switch (type) {
	case COLUMN_TEXT:
	case COLUMN_WORD:
	case COLUMN_NUMBER:
		put_text(out, cell->text);
		break;
	case COLUMN_COUNT:
		put_number(out, cell->count);
		break;
	case COLUMN_RATE:
		put_number(out, rate_bits(cell->rate.num, cell->rate.den));
		break;
	case COLUMN_TIME:
		put_number(out, (uint64_t)cell->time ^ (uint64_t)1 << 63);
		break;
	}
}

static void make_key(struct sorted *s, const struct cell *cells)
{
	s->key.n = 0;
	for (size_t i = 0; i < s->n_by; i++) {
		const size_t begin = s->key.n;

		put_key(&s->key, s->columns[s->by[i].column].type, &cells[s->by[i].column]);
		for (size_t k = begin; s->by[i].descending && k < s->key.n; k++)
			s->key.p[k] = (char)~s->key.p[k];
	}
}

/* ---- cells ---- */

static bool is_text(enum column_type type)
{
	return type == COLUMN_TEXT || type == COLUMN_WORD || type == COLUMN_NUMBER;
}

void sorted_add(struct sorted *s, const struct cell *cells)
{
	make_key(s, cells);
	s->value.n = 0;
	buf_add(&s->value, cells, s->n_columns * sizeof *cells);
	for (size_t i = 0; i < s->n_columns; i++)
		if (is_text(s->columns[i].type))
			buf_slice(&s->value, cells[i].text);
	sorter_add(s->sorter, buf_view(&s->key), buf_view(&s->value));
	s->n++;
}

static void row(void *ctx, uint64_t i, struct cell *cells)
{
	struct sorted *s = ctx;
	struct slice key, value = { NULL, 0 };

	if (i < s->at || s->at == 0) {
		sorter_rewind(s->sorter);
		s->at = 0;
	}
	for (bool more = true; more && s->at <= i; s->at++)
		more = sorter_next(s->sorter, &key, &value);
	if (value.p == NULL || sorter_error(s->sorter) != 0) {
		memset(cells, 0, s->n_columns * sizeof *cells); /* the view's error says it */
		return;
	}
	memcpy(cells, value.p, s->n_columns * sizeof *cells);
	const char *text = value.p + s->n_columns * sizeof *cells;

	for (size_t k = 0; k < s->n_columns; k++) {
		if (is_text(s->columns[k].type)) {
			cells[k].text.p = text;
			text += cells[k].text.n;
		}
	}
}

static int error(void *ctx)
{
	const struct sorted *s = ctx;

	return s->error != 0 ? s->error : sorter_error(s->sorter);
}

void sorted_failed(struct sorted *s, int failure)
{
	if (s->error == 0)
		s->error = failure;
}

struct view sorted_view(struct sorted *s, uint64_t top)
{
	const uint64_t n = top > 0 && top < s->n ? top : s->n;

	return (struct view){ s->columns, s->n_columns, n, s->n - n, row, s, error };
}
