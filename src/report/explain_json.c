/*
 * explain_json.c - what the catalogue says about codes, as data.
 */
#include "report/explain.h"

/* Where the table says that there is nothing, data holds nothing. */
static struct slice or_empty(struct slice s)
{
	return slice_eq(s, SLICE("-")) ? SLICE("") : s;
}

static void list(struct json *j, const char *name, const struct code_entry *e, enum codes_field field)
{
	struct slice part;

	json_key(j, name);
	json_begin_array(j, false);
	for (size_t i = 0; (part = or_empty(codes_part(e, field, i))).n > 0; i++)
		json_text(j, part);
	json_end_array(j);
}

static void within(struct json *j, const struct code_entry *e)
{
	json_key(j, "codes_within");
	json_begin_array(j, false);
	for (const struct code_entry *c = codes_within(e, NULL); c != NULL; c = codes_within(e, c))
		json_text(j, codes_field(c, CODES_CODE));
	json_end_array(j);
}

static void sources(struct json *j, const struct code_entry *e)
{
	struct slice title;

	json_key(j, "sources");
	json_begin_array(j, false);
	for (size_t i = 0; (title = codes_part(e, CODES_SOURCE, i)).n > 0; i++) {
		json_begin_object(j);
		json_member_text(j, "title", title);
		json_member_text(j, "page", codes_source_page(title));
		json_end_object(j);
	}
	json_end_array(j);
}

static void entry(struct json *j, const struct codes_answer *answer, const struct code_entry *e)
{
	struct buf look = BUF_INIT;

	codes_look(&look, answer, e);
	json_begin_object(j);
	json_member_text(j, "code", or_empty(codes_field(e, CODES_CODE)));
	json_member_text(j, "service", codes_field(e, CODES_SERVICE));
	list(j, "names", e, CODES_NAME);
	json_member_text(j, "meaning", codes_field(e, CODES_MEANING));
	json_member_text(j, "summary", codes_field(e, CODES_SUMMARY));
	list(j, "causes", e, CODES_CAUSES);
	list(j, "tell_apart", e, CODES_TELL_APART);
	json_member_text(j, "action", codes_field(e, CODES_ACTION));
	json_member_text(j, "retry", codes_field(e, CODES_RETRY));
	list(j, "concerns", e, CODES_WHO);
	json_member_text(j, "look", buf_view(&look));
	within(j, e);
	sources(j, e);
	json_end_object(j);
	buf_free(&look);
}

void explain_json(struct json *j, const struct codes_answer *answer)
{
	static const char *const words[] = {
		[CODES_EXACT] = "code", [CODES_BY_STATUS] = "status", [CODES_BY_CLASS] = "class",
	};

	json_begin_object(j);
	json_member_text(j, "asked", answer->asked);
	json_member_text(j, "found_by", slice_str(answer->by_name ? "name" : words[answer->how]));
	json_key(j, "entries");
	json_begin_array(j, true);
	for (size_t i = 0; i < answer->n; i++)
		entry(j, answer, answer->entry[i]);
	json_end_array(j);
	json_end_object(j);
}

static void list_row(void *ctx, uint64_t i, struct cell *cells)
{
	const struct code_entry *e = codes_at((size_t)i);

	(void)ctx;
	cells[0].text = or_empty(codes_field(e, CODES_CODE));
	cells[1].text = or_empty(codes_part(e, CODES_NAME, 0));
	cells[2].text = codes_field(e, CODES_SERVICE);
	cells[3].text = codes_field(e, CODES_MEANING);
}

struct view explain_list(void)
{
	static const struct column columns[] = {
		{ "code", "CODE", COLUMN_WORD }, { "name", "NAME", COLUMN_WORD },
		{ "service", "SERVICE", COLUMN_WORD }, { "meaning", "MEANING", COLUMN_WORD },
	};

	return (struct view){ .columns = columns, .n_columns = sizeof(columns) / sizeof(columns[0]), .n_rows = codes_count(),
		.row = list_row };
}
