/*
 * records.c - one line for each record.
 */
#include "report/records.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"

struct records {
	const struct records_plan *plan;
	struct buf said;         /* of the block that is being read */
	struct buf line;         /* of one record, on its way to a terminal */
	uint64_t n, guarded;
};

/* ---- fields ---- */

struct record_extra {
	const char *name;
	uint64_t fields;         /* what must be read: FIELD_BITs */
	/* The text; a time is written into `buffer`. */
	struct slice (*text)(const struct record *r, char *buffer);
	bool own;                /* not text of the input: no guard, and null in JSON where there is none */
};

static struct slice get_time(const struct record *r, char *buffer)
{
	return r->time == TIME_NONE ? slice_of(NULL, 0) : slice_of(buffer, time_format(r->time, buffer));
}

static struct slice get_resource_id(const struct record *r, char *buffer)
{
	(void)buffer;
	const struct slice id = record_field(r, F_RESOURCE_ID);

	return id.n > 0 ? id : record_field(r, F_RESOURCE_ID_LOWER);
}

static struct slice get_description(const struct record *r, char *buffer)
{
	(void)buffer;
	return record_field(r, F_RESULT_DESCRIPTION);
}

static struct slice get_duration(const struct record *r, char *buffer)
{
	(void)buffer;
	return record_field(r, F_DURATION_MS);
}

static const struct record_extra extras[] = {
	{ "time", 0, get_time, true },
	{ "resourceId", 0, get_resource_id, false },
	{ "resultDescription", 0, get_description, false },
	{ "durationMs", FIELD_BIT(F_DURATION_MS), get_duration, false },
};

enum { EXTRAS = sizeof extras / sizeof *extras };

const char *const *records_extra_names(void)
{
	static const char *const names[] = { "time", "resourceId", "resultDescription", "durationMs", NULL };

	_Static_assert(sizeof names / sizeof *names == EXTRAS + 1, "a name for each");
	return names;
}

bool records_add_field(struct records_plan *plan, struct slice name)
{
	struct record_field *f = &plan->field[plan->n];

	*f = (struct record_field){ .name = name };
	for (size_t i = 0; i < EXTRAS; i++)
		if (slice_eq_nocase(slice_str(extras[i].name), name))
			f->extra = &extras[i];
	if (f->extra == NULL) {
		if (!key_find(name, &plan->keys.key[plan->keys.n]))
			return false;
		f->key = plan->keys.n++;
	}
	plan->n++;
	return true;
}

/* The text of a key may be a time that is not text yet. */
static struct slice text_of(const struct records_plan *plan, const struct record_field *f, struct record *r, char *buffer)
{
	if (f->extra != NULL)
		return f->extra->text(r, buffer);
	const struct slice text = keys_text(&plan->keys, f->key, r);
	int64_t time;

	if (plan->keys.key[f->key].entry->type != KEY_TIME)
		return text;
	memcpy(&time, text.p, sizeof time);
	return time == TIME_NONE ? slice_of(NULL, 0) : slice_of(buffer, time_format(time, buffer));
}

void records_header(const struct records_plan *plan, struct buf *out)
{
	for (size_t i = 0; i < plan->n; i++) {
		if (i > 0)
			buf_byte(out, ',');
		escape_csv(out, plan->field[i].name, false);
	}
	buf_byte(out, '\n');
}

static void add_csv(struct records *a, struct record *r, struct buf *line)
{
	const struct records_plan *plan = a->plan;
	const size_t begin = line->n;
	char buffer[TIME_TEXT_MAX];

	for (size_t i = 0; i < plan->n; i++) {
		const struct record_field *f = &plan->field[i];
		const bool own = f->extra != NULL && f->extra->own;

		if (i > 0)
			buf_byte(line, ',');
		a->guarded += escape_csv(line, text_of(plan, f, r, buffer), plan->guard && !own);
	}
	/* A row of one empty cell would be a blank line, which readers pass over. */
	if (line->n == begin)
		buf_str(line, "\"\"");
}

static void add_fields(const struct records *a, struct record *r, struct buf *line)
{
	const struct records_plan *plan = a->plan;
	char buffer[TIME_TEXT_MAX];

	for (size_t i = 0; i < plan->n; i++) {
		const struct record_field *f = &plan->field[i];
		const struct slice text = text_of(plan, f, r, buffer);

		buf_byte(line, i == 0 ? '{' : ',');
		escape_json(line, f->name);
		buf_byte(line, ':');
		if (text.n == 0 && f->extra != NULL && f->extra->own)
			buf_str(line, "null");
		else
			escape_json(line, text);
	}
	buf_byte(line, '}');
}

/* ---- as exported ---- */

/*
 * Valid JSON without its line breaks, which stand between tokens: a string has none that is not escaped. On a terminal TABs
 * there become blanks, since what is escaped would not be JSON.
 */
static void add_joined(struct buf *line, struct slice json, bool terminal)
{
	if (memchr(json.p, '\n', json.n) == NULL && memchr(json.p, '\r', json.n) == NULL && !terminal) {
		buf_slice(line, json);
		return;
	}
	char *to = buf_reserve(line, json.n);
	size_t n = 0;

	for (size_t i = 0; i < json.n; i++)
		if (json.p[i] != '\n' && json.p[i] != '\r')
			to[n++] = json.p[i] == '\t' ? terminal ? ' ' : '\t' : json.p[i];
	line->n += n;
}

/* The end of the element that begins at i: the comma or bracket behind it. */
static size_t element_end(struct slice array, size_t i)
{
	unsigned depth = 0;

	for (bool string = false; i < array.n; i++) {
		const char c = array.p[i];

		if (string && c == '\\')
			i++;
		else if (c == '"')
			string = !string;
		else if (string)
			continue;
		else if (c == '[' || c == '{')
			depth++;
		else if (depth == 0 && (c == ',' || c == ']'))
			break;
		else if (c == ']' || c == '}')
			depth--;
	}
	return i;
}

/* A row of a REST table, or of CSV, as an object. */
static void add_row(struct buf *line, struct record *r, bool terminal)
{
	const struct slice *names = r->columns->names, *cells = record_cells(r);
	size_t at = 1;

	for (size_t i = 0; i < r->columns->n; i++) {
		buf_byte(line, i == 0 ? '{' : ',');
		escape_json(line, names[i]);
		buf_byte(line, ':');
		if (cells != NULL) {
			escape_json(line, cells[i]);
			continue;
		}
		const size_t end = element_end(r->raw, at);

		add_joined(line, slice_trim(slice_of(r->raw.p + at, end - at)), terminal);
		at = end + 1;
	}
	buf_str(line, r->columns->n == 0 ? "{}" : "}");
}

/* ---- the accumulator ---- */

static void add_line(struct records *a, struct record *r, struct buf *line)
{
	switch (a->plan->form) {
	case RECORDS_CSV:
		add_csv(a, r, line);
		return;
	case RECORDS_JSON:
		add_fields(a, r, line);
		return;
	case RECORDS_AS_EXPORTED:
		if (r->columns != NULL)
			add_row(line, r, a->plan->terminal);
		else
			add_joined(line, r->raw, a->plan->terminal);
	}
}

static bool has_enough(const void *accumulator)
{
	const struct records *a = accumulator;

	return a->plan->limited && a->n >= a->plan->most;
}

static void add(void *accumulator, struct record *r, bool counted)
{
	struct records *a = accumulator;

	if (!counted || has_enough(a))
		return;
	a->n++;
	if (a->plan->terminal) {
		a->line.n = 0;
		add_line(a, r, &a->line);
		escape_terminal(&a->said, buf_view(&a->line));
	} else {
		add_line(a, r, &a->said);
	}
	buf_byte(&a->said, '\n');
}

static void want(const void *plan, struct wants *w)
{
	const struct records_plan *p = plan;

	keys_want(&p->keys, w);
	for (size_t i = 0; i < p->n; i++)
		if (p->field[i].extra != NULL)
			w->fields |= p->field[i].extra->fields;
}

static void bind(void *plan, const struct accumulator_terms *terms)
{
	keys_bind(&((struct records_plan *)plan)->keys, terms->fields);
}

static void *make(const void *plan)
{
	struct records *a = mem_zalloc(sizeof *a);

	a->plan = plan;
	return a;
}

static void free_records(void *accumulator)
{
	struct records *a = accumulator;

	buf_free(&a->said);
	buf_free(&a->line);
	free(a);
}

static struct buf *said(void *accumulator)
{
	return &((struct records *)accumulator)->said;
}

static void merge(void *into, void *from)
{
	struct records *a = into;
	const struct records *b = from;

	a->n += b->n;
	a->guarded += b->guarded;
}

const struct accumulator_kind records_kind = {
	.want = want, .bind = bind, .make = make, .free = free_records, .add = add, .said = said, .has_enough = has_enough,
	.merge = merge,
};

uint64_t records_guarded(const struct records *r)
{
	return r->guarded;
}
