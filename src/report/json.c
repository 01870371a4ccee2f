/*
 * json.c - writing JSON into an output.
 */
#include "report/json.h"

#include <assert.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "base/time.h"

static uint32_t json_bit(const struct json *j)
{
	return UINT32_C(1) << j->depth;
}

void json_init(struct json *j, struct output *out)
{
	*j = (struct json){ .out = out };
}

void json_finish(struct json *j)
{
	assert(j->depth == 0 && !j->keyed);
	buf_byte(&j->out->text, '\n');
}

/* What stands between the element before and the one that comes. */
static void json_separate(struct json *j)
{
	struct buf *text = &j->out->text;

	if (j->depth == 0)
		return;
	if ((j->filled & json_bit(j)) != 0)
		buf_byte(text, ',');
	j->filled |= json_bit(j);
	if ((j->lines & json_bit(j)) != 0) {
		output_pass(j->out);
		buf_byte(text, '\n');
	}
}

static struct buf *json_value(struct json *j)
{
	if (j->keyed) {
		j->keyed = false;
	} else {
		assert(j->depth == 0 || (j->array & json_bit(j)) != 0);
		json_separate(j);
	}
	return &j->out->text;
}

static void json_begin(struct json *j, char bracket, bool lines)
{
	uint32_t bit;

	buf_byte(json_value(j), bracket);
	j->depth++;
	assert(j->depth < JSON_DEPTH);
	bit = json_bit(j);
	j->filled &= ~bit;
	j->lines = lines ? j->lines | bit : j->lines & ~bit;
	j->array = bracket == '[' ? j->array | bit : j->array & ~bit;
}

static void json_end(struct json *j, char bracket)
{
	assert(j->depth > 0 && !j->keyed);
	if ((j->lines & j->filled & json_bit(j)) != 0)
		buf_byte(&j->out->text, '\n');
	buf_byte(&j->out->text, bracket);
	j->depth--;
}

void json_begin_object(struct json *j)
{
	json_begin(j, '{', false);
}

void json_end_object(struct json *j)
{
	json_end(j, '}');
}

void json_begin_array(struct json *j, bool lines)
{
	json_begin(j, '[', lines);
}

void json_end_array(struct json *j)
{
	json_end(j, ']');
}

void json_key(struct json *j, const char *name)
{
	assert(j->depth > 0 && !j->keyed && (j->array & json_bit(j)) == 0);
	json_separate(j);
	escape_json(&j->out->text, slice_str(name));
	buf_byte(&j->out->text, ':');
	j->keyed = true;
}

void json_text(struct json *j, struct slice s)
{
	escape_json(json_value(j), s);
}

void json_u64(struct json *j, uint64_t n)
{
	buf_u64(json_value(j), n);
}

void json_number(struct json *j, struct slice s)
{
	if (s.n == 0)
		json_null(j);
	else if (slice_find(s, SLICE(";")) < s.n)
		json_text(j, s);
	else
		buf_slice(json_value(j), s);
}

void json_bool(struct json *j, bool b)
{
	buf_str(json_value(j), b ? "true" : "false");
}

void json_null(struct json *j)
{
	buf_str(json_value(j), "null");
}

void json_rate(struct json *j, uint64_t num, uint64_t den)
{
	if (den == 0)
		json_null(j);
	else
		cell_rate(json_value(j), num, den);
}

void json_time(struct json *j, int64_t t)
{
	char text[TIME_TEXT_MAX];

	if (t == TIME_NONE)
		json_null(j);
	else
		json_text(j, slice_of(text, time_format(t, text)));
}

void json_member_text(struct json *j, const char *name, struct slice s)
{
	json_key(j, name);
	json_text(j, s);
}

void json_member_u64(struct json *j, const char *name, uint64_t n)
{
	json_key(j, name);
	json_u64(j, n);
}

void json_begin_document(struct json *j, struct output *out, const char *command)
{
	json_init(j, out);
	json_begin_object(j);
	json_member_text(j, "schema", SLICE("dpslog/1"));
	json_member_text(j, "command", slice_str(command));
}

void json_end_document(struct json *j)
{
	json_end_object(j);
	json_finish(j);
}

void json_cell(struct json *j, enum column_type type, const struct cell *cell)
{
	switch (type) {
	case COLUMN_TEXT:
	case COLUMN_WORD:
		json_text(j, cell->text);
		break;
	case COLUMN_COUNT:
		json_u64(j, cell->count);
		break;
	case COLUMN_NUMBER:
		json_number(j, cell->text);
		break;
	case COLUMN_RATE:
		json_rate(j, cell->rate.num, cell->rate.den);
		break;
	case COLUMN_TIME:
		json_time(j, cell->time);
		break;
	}
}

void json_rows(struct json *j, const struct view *v)
{
	json_rows_with(j, v, NULL, NULL);
}

void json_rows_with(struct json *j, const struct view *v, void (*more)(struct json *j, const void *ctx, uint64_t i), const void *ctx)
{
	struct cell *cells = mem_array(v->n_columns, sizeof(*cells));

	json_begin_array(j, true);
	for (uint64_t row = 0; row < v->n_rows && j->out->error == 0; row++) {
		v->row(v->ctx, row, cells);
		json_begin_object(j);
		for (size_t i = 0; i < v->n_columns; i++) {
			json_key(j, v->columns[i].name);
			json_cell(j, v->columns[i].type, &cells[i]);
		}
		if (more != NULL)
			more(j, ctx, row);
		json_end_object(j);
	}
	json_end_array(j);
	free(cells);
}
