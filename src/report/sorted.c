/*
 * sorted.c - a row as an entry of a sorter: its key orders bytewise as its cells do, its value holds the cells.
 */
#include "report/sorted.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tally/sorter.h"

struct sorted {
	struct order order;
	struct sorter *sorter;
	uint64_t n;
	uint64_t at;               /* the row that comes next */
	int error;                 /* of others */
	struct buf key, value;
};

struct sorted *sorted_new(const struct order *order, size_t memory)
{
	struct sorted *s = mem_zalloc(sizeof *s);

	s->order = *order;
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

static bool is_text(enum column_type type)
{
	return type == COLUMN_TEXT || type == COLUMN_WORD || type == COLUMN_NUMBER;
}

void sorted_add(struct sorted *s, const struct cell *cells)
{
	s->key.n = 0;
	order_key(&s->order, cells, &s->key);
	s->value.n = 0;
	buf_add(&s->value, cells, s->order.n_columns * sizeof *cells);
	for (size_t i = 0; i < s->order.n_columns; i++)
		if (is_text(s->order.columns[i].type))
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
		memset(cells, 0, s->order.n_columns * sizeof *cells); /* the view's error says it */
		return;
	}
	memcpy(cells, value.p, s->order.n_columns * sizeof *cells);
	const char *text = value.p + s->order.n_columns * sizeof *cells;

	for (size_t k = 0; k < s->order.n_columns; k++) {
		if (is_text(s->order.columns[k].type)) {
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

	return (struct view){ s->order.columns, s->order.n_columns, n, s->n - n, row, s, error, false };
}
