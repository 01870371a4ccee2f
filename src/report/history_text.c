/*
 * history_text.c - stories for people.
 */
#include "base/escape.h"
#include "report/history.h"
#include "report/number.h"
#include "report/table.h"

/* ---- who it is ---- */

static void head(struct output *out, const struct history_device *d, const struct history_text_options *o)
{
	static const enum roster_column values[] = { ROSTER_PROTOCOL, ROSTER_SDK_VERSION, ROSTER_ENROLLMENT, ROSTER_LOCATION };
	struct buf *b = &out->text;
	const char *before = "  ";

	escape_text(b, d->cells[ROSTER_DEVICE].text);
	buf_str(b, ": ");
	buf_slice(b, d->cells[ROSTER_STATE].text);
	output_line(out);
	buf_str(b, "  ");
	number_of(b, d->cells[ROSTER_RECORDS].count, "record", "records");
	buf_str(b, ", ");
	number_of(b, d->cells[ROSTER_FAILURES].count, "failure", "failures");
	if (d->cells[ROSTER_EXPECTED].count > 0) {
		buf_str(b, ", about ");
		number_group(b, d->cells[ROSTER_EXPECTED].count);
		buf_str(b, " expected");
	}
	if (d->cells[ROSTER_FIRST_SEEN].time != TIME_NONE) {
		buf_str(b, "; ");
		number_minute(b, d->cells[ROSTER_FIRST_SEEN].time, o->zone);
		buf_str(b, " to ");
		number_minute(b, d->cells[ROSTER_LAST_SEEN].time, o->zone);
		buf_printf(b, " %s", o->zone == NULL ? "UTC" : o->zone_name);
	}
	output_line(out);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		if (d->cells[values[i]].text.n == 0)
			continue;
		buf_printf(b, "%s%s ", before, roster_columns[values[i]].name);
		escape_text(b, d->cells[values[i]].text);
		before = ", ";
	}
	if (*before == ',')
		output_line(out);
}

/* ---- what it did ---- */

enum { STEP_WHEN, STEP_UNTIL, STEP_TIMES, STEP_GAP, STEP_WHAT, STEP_STATE, STEP_COLUMNS };

struct rows {
	const struct history_device *device;
	struct buf gap, what;
};

static void add_part(struct buf *b, struct slice text)
{
	if (text.n == 0)
		return;
	if (b->n > 0)
		buf_byte(b, ' ');
	buf_slice(b, text);
}

static void add_outcome(struct buf *b, struct slice result, struct slice code, struct slice meaning)
{
	if (!slice_eq(result, code))
		add_part(b, result);
	add_part(b, code);
	if (meaning.n > 0) {
		buf_byte(b, ':');
		add_part(b, meaning);
	}
}

static void what(struct buf *b, const struct history_device *d, const struct history_step *s)
{
	b->n = 0;
	add_part(b, s->key[HISTORY_SERVICE]);
	if (d->several_resources)
		add_part(b, s->key[HISTORY_RESOURCE]);
	if (s->sessions > 0) {
		add_part(b, SLICE("sessions, each ended by"));
		add_outcome(b, s->end_code.n > 0 ? s->end_result : SLICE("deviceDisconnect"), s->end_code, s->end_meaning);
		return;
	}
	add_part(b, s->key[HISTORY_OPERATION].n > 0 ? s->key[HISTORY_OPERATION] : s->key[HISTORY_CATEGORY]);
	add_outcome(b, s->key[HISTORY_RESULT], s->key[HISTORY_CODE], s->meaning);
	if (s->failure && s->key[HISTORY_RESULT].n == 0 && s->key[HISTORY_CODE].n == 0)
		add_part(b, SLICE("failed"));
}

static void step_cells(void *ctx, uint64_t i, struct cell *cells)
{
	struct rows *r = ctx;
	const struct history_step *s = &r->device->steps[i];

	r->gap.n = 0;
	if (s->gap != TIME_NONE && s->gap >= TIME_SECOND)
		number_span(&r->gap, s->gap);
	what(&r->what, r->device, s);
	cells[STEP_WHEN].time = s->from;
	cells[STEP_UNTIL].time = s->records > 1 ? s->to : TIME_NONE;
	cells[STEP_TIMES].count = s->sessions > 0 ? s->sessions : s->records;
	cells[STEP_GAP].text = buf_view(&r->gap);
	cells[STEP_WHAT].text = buf_view(&r->what);
	cells[STEP_STATE].text = slice_str(s->changed ? state_name(s->state) : "");
}

static void timeline(struct output *out, const struct history_device *d, const struct history_text_options *o)
{
	static const struct column columns[STEP_COLUMNS] = {
		{ "when", "WHEN", COLUMN_TIME }, { "until", "UNTIL", COLUMN_TIME }, { "records", "TIMES", COLUMN_COUNT },
		{ "gap", "AFTER", COLUMN_WORD }, { "what", "WHAT", COLUMN_TEXT }, { "state", "NOW", COLUMN_WORD },
	};
	struct rows rows = { .device = d };
	const struct view view = { .columns = columns, .n_columns = STEP_COLUMNS, .n_rows = d->n_steps, .row = step_cells,
		.ctx = &rows };

	if (d->n_steps > 0) {
		output_line(out);
		table_write(out, &view, (struct table_options){ o->width, true, o->color, o->zone });
	}
	if (d->told < d->cells[ROSTER_RECORDS].count) {
		buf_str(&out->text, "  ");
		number_of(&out->text, d->cells[ROSTER_RECORDS].count - d->told, "record has no time or is older than what is told",
		          "records have no time or are older than what is told");
		output_line(out);
	}
	buf_free(&rows.gap);
	buf_free(&rows.what);
}

static void sessions(struct output *out, const struct history_device *d)
{
	int64_t longest = 0;

	if (d->n_sessions == 0)
		return;
	for (size_t i = 0; i < d->n_sessions; i++)
		if (d->sessions[i].to - d->sessions[i].from > longest)
			longest = d->sessions[i].to - d->sessions[i].from;
	output_line(out);
	number_of(&out->text, d->n_sessions, "session", "sessions");
	buf_str(&out->text, " from a connect to its disconnect: ");
	number_span(&out->text, d->connected);
	buf_str(&out->text, " together, the longest ");
	number_span(&out->text, longest);
	output_line(out);
}

/* ---- how the others are ---- */

static void add_states(struct buf *b, const uint64_t *states, uint64_t all)
{
	static const struct { enum state state; const char *words; } shown[] = {
		{ STATE_FAILING, "failing" }, { STATE_NEVER, "never succeeded" }, { STATE_RECOVERED, "recovered" },
		{ STATE_HEALTHY, "healthy" },
	};

	for (size_t i = 0; all > 0 && i < sizeof shown / sizeof *shown; i++) {
		buf_printf(b, "%s%s ", i == 0 ? "; " : ", ", shown[i].words);
		number_group(b, states[shown[i].state]);
	}
}

static void neighbours(struct output *out, const struct history_device *d)
{
	static const char *const names[HISTORY_NEIGHBOURS] = { "enrollment", "location" };
	struct buf *b = &out->text;

	for (size_t i = 0; i < HISTORY_NEIGHBOURS; i++) {
		const struct history_neighbours *n = &d->neighbours[i];
		const uint64_t all = n->states[STATE_FAILING] + n->states[STATE_NEVER] + n->states[STATE_RECOVERED] +
			n->states[STATE_HEALTHY];

		if (n->value.n == 0)
			continue;
		if (i == 0 || d->neighbours[0].value.n == 0)
			output_line(out);
		buf_printf(b, "same %s ", names[i]);
		escape_text(b, n->value);
		buf_str(b, ": ");
		number_of(b, all, "other device", "other devices");
		add_states(b, n->states, all);
		output_line(out);
	}
}

void history_text(struct output *out, const struct history *h, struct history_text_options options)
{
	if (h->n > 1) {
		number_of(&out->text, h->n, "device matches", "devices match");
		buf_byte(&out->text, ':');
		for (size_t i = 0; i < h->n; i++) {
			buf_byte(&out->text, ' ');
			escape_text(&out->text, h->devices[i].cells[ROSTER_DEVICE].text);
		}
		buf_str(&out->text, "\n\n");
	}
	for (size_t i = 0; i < h->n; i++) {
		if (i > 0)
			buf_str(&out->text, "\n\n");
		head(out, &h->devices[i], &options);
		timeline(out, &h->devices[i], &options);
		sessions(out, &h->devices[i]);
		neighbours(out, &h->devices[i]);
	}
}
