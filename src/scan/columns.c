/*
 * columns.c - headers of CSV text and of REST tables.
 */
#include "scan/columns.h"

#include <stdlib.h>

#include "base/mem.h"

/* The names are copied. */
static struct columns *columns_new(const struct slice *names, size_t n, const struct fields *fields)
{
	struct columns *c = mem_zalloc(sizeof *c);
	int best = SLOTS;

	int *places = mem_array(n, sizeof *places);

	c->row = (struct row_columns){ .places = places, .names = mem_array(n, sizeof *c->row.names), .n = n };
	c->row.wanted = mem_array(n, sizeof *c->row.wanted);
	c->time = -1;
	for (size_t i = 0; i < n; i++) {
		c->row.names[i] = arena_copy(&c->text, slice_trim(names[i]));
		places[i] = fields_place(fields, AT_TOP, c->row.names[i]);
		if (places[i] == F_RECORDS || places[i] == F_TABLES)
			places[i] = PLACE_SKIP;
		if (places[i] >= F_TIME && places[i] <= F_TIME_GENERATED_LOCAL && places[i] < best) {
			best = places[i];
			c->time = (int)i;
		}
		if (places[i] >= 0)
			c->row.wanted[c->row.n_wanted++] = (struct wanted_column){ i, places[i] };
	}
	c->local_time = best == F_TIME_GENERATED_LOCAL;
	return c;
}

/* One known column among several makes a header; a line of one word is one only if that makes records. */
static bool is_header(const struct cells *cells, const struct fields *fields)
{
	if (cells->n == 1)
		return fields_makes_record(slice_trim(cells->cell[0]));
	for (size_t i = 0; i < cells->n; i++)
		if (fields_knows(fields, slice_trim(cells->cell[i])))
			return true;
	return false;
}

static bool begins_nocase(struct slice s, const char *prefix)
{
	return slice_starts_nocase(s, slice_str(prefix));
}

/* The next line that is neither blank nor a mark of Excel or PowerShell; its end, or 0 if there is none. */
static size_t header_line(struct slice text, size_t *from)
{
	for (size_t i = 0; i < text.n;) {
		const char *newline = memchr(text.p + i, '\n', text.n - i);
		const size_t end = newline == NULL ? text.n : (size_t)(newline - text.p);
		const struct slice line = slice_trim(slice_of(text.p + i, end - i));

		if (line.n > 0 && !begins_nocase(line, "sep=") && !begins_nocase(line, "#TYPE") &&
		    !begins_nocase(line, "\"sep=")) {
			*from = i;
			return end;
		}
		i = end + 1;
	}
	return 0;
}

struct columns *columns_from_csv(struct slice text, const struct fields *fields, size_t *end)
{
	static const char delimiters[] = ",;\t";
	struct arena arena = ARENA_INIT;
	struct cells cells = { 0 };
	struct columns *found = NULL;

	const struct slice rest = frame_skip_bom(text);
	size_t line = 0;
	const size_t stop = header_line(rest, &line);
	const char first = stop > line ? rest.p[line] : '{';

	for (size_t i = 0; found == NULL && first != '{' && first != '[' && i < sizeof delimiters - 1; i++) {
		struct frame row;
		size_t at = line;

		struct csv_framer framer = { .delimiter = delimiters[i], .max_record = stop + 1 };

		if (csv_next(&framer, slice_of(rest.p, stop), TEXT_SOURCE_ENDS, &at, &row) != FRAMER_FRAME ||
		    row.kind != FRAME_VALUE)
			continue;
		csv_cells(slice_of(rest.p + row.at, row.n), delimiters[i], &arena, &cells);
		if (!is_header(&cells, fields))
			continue;
		found = columns_new(cells.cell, cells.n, fields);
		found->row.delimiter = delimiters[i];
		*end = (text.n - rest.n) + stop;
	}
	cells_free(&cells);
	arena_free(&arena);
	return found;
}

/* ---- REST ---- */

/* The names in an array of objects with `name` or `ColumnName`. */
struct names {
	struct arena arena;
	struct cells list;
	bool bad;
};

enum { AT_COLUMN = 1, PLACE_NAME = 0, PLACE_COLUMN = 1 };

static int on_key(void *ctx, int level, struct slice name)
{
	(void)ctx;
	(void)level;
	return slice_eq_nocase(name, SLICE("name")) || slice_eq_nocase(name, SLICE("ColumnName")) ? PLACE_NAME : PLACE_SKIP;
}

static int on_element(void *ctx, size_t i)
{
	struct names *names = ctx;

	if (i >= names->list.cap) {
		names->list.cap = mem_grow(names->list.cap, i + 1);
		names->list.cell = mem_rearray(names->list.cell, names->list.cap, sizeof *names->list.cell);
	}
	names->list.cell[i] = slice_of(NULL, 0);
	names->list.n = i + 1;
	return PLACE_COLUMN;
}

static void on_value(void *ctx, int place, enum json_type type, struct slice text, unsigned flags)
{
	struct names *names = ctx;

	if (place == PLACE_NAME && type == JSON_STRING && names->list.n > 0)
		names->list.cell[names->list.n - 1] = event_text(text, flags, &names->arena);
}

static int on_open(void *ctx, int place, enum json_type type)
{
	(void)ctx;
	return place == PLACE_COLUMN && type == JSON_OBJECT ? AT_COLUMN : LEVEL_NOWHERE;
}

struct columns *columns_from_json(struct slice array, const struct fields *fields, struct reader *reader)
{
	struct names names = { 0 };
	const struct event_sink sink = { .key = on_key, .element = on_element, .value = on_value, .open = on_open, .ctx = &names };
	struct read_error error;
	struct columns *found = NULL;
	bool repaired = false;

	reader_begin(reader);
	if (reader_read(reader, array, LEVEL_NOWHERE, &sink, &repaired, &error) == READ_OK)
		found = columns_new(names.list.cell, names.list.n, fields);
	cells_free(&names.list);
	arena_free(&names.arena);
	return found;
}

void columns_add(struct columns **list, struct columns *newer)
{
	if (newer == NULL)
		return;
	newer->older = *list;
	*list = newer;
}

void columns_free(struct columns *c)
{
	while (c != NULL) {
		struct columns *older = c->older;

		free(c->row.places);
		free(c->row.names);
		free(c->row.wanted);
		arena_free(&c->text);
		free(c);
		c = older;
	}
}
