/*
 * history_json.c - stories as dpslog-json(5) describes them.
 */
#include "report/history.h"

static void span(struct json *j, const char *name, int64_t microseconds)
{
	json_key(j, name);
	if (microseconds == TIME_NONE)
		json_null(j);
	else
		json_u64(j, (uint64_t)(microseconds / TIME_SECOND));
}

static void time_member(struct json *j, const char *name, int64_t t)
{
	json_key(j, name);
	json_time(j, t);
}

static void steps(struct json *j, const struct history_device *d)
{
	static const char *const names[HISTORY_KEYS] = { "service", "resource", "category", "operationName", "resultType", "code" };

	json_key(j, "timeline");
	json_begin_array(j, true);
	for (size_t i = 0; i < d->n_steps; i++) {
		const struct history_step *s = &d->steps[i];

		json_begin_object(j);
		time_member(j, "from", s->from);
		time_member(j, "to", s->to);
		span(j, "gap_s", s->gap);
		json_member_u64(j, "records", s->records);
		json_key(j, "failure");
		json_bool(j, s->failure);
		for (size_t k = 0; k < HISTORY_KEYS; k++)
			json_member_text(j, names[k], s->key[k]);
		json_member_text(j, "meaning", s->meaning);
		json_member_u64(j, "sessions", s->sessions);
		json_member_text(j, "end_resultType", s->end_result);
		json_member_text(j, "end_code", s->end_code);
		json_member_text(j, "end_meaning", s->end_meaning);
		json_member_text(j, "state", slice_str(state_name(s->state)));
		json_end_object(j);
	}
	json_end_array(j);
}

static void sessions(struct json *j, const struct history_device *d)
{
	json_key(j, "sessions");
	json_begin_array(j, true);
	for (size_t i = 0; i < d->n_sessions; i++) {
		const struct history_session *s = &d->sessions[i];

		json_begin_object(j);
		time_member(j, "from", s->from);
		time_member(j, "to", s->to);
		span(j, "duration_s", s->to - s->from);
		json_member_text(j, "resource", s->resource);
		json_member_text(j, "code", s->code);
		json_end_object(j);
	}
	json_end_array(j);
}

static void neighbours(struct json *j, const struct history_device *d)
{
	static const char *const names[HISTORY_NEIGHBOURS] = { "enrollment", "location" };
	static const enum state order[] = { STATE_FAILING, STATE_NEVER, STATE_RECOVERED, STATE_HEALTHY };

	json_key(j, "neighbours");
	json_begin_object(j);
	for (size_t i = 0; i < HISTORY_NEIGHBOURS; i++) {
		json_key(j, names[i]);
		json_begin_object(j);
		for (size_t k = 0; k < sizeof order / sizeof *order; k++)
			json_member_u64(j, state_name(order[k]), d->neighbours[i].states[order[k]]);
		json_end_object(j);
	}
	json_end_object(j);
}

void history_json(struct json *j, const struct history *h)
{
	json_key(j, "devices");
	json_begin_array(j, true);
	for (size_t i = 0; i < h->n; i++) {
		const struct history_device *d = &h->devices[i];

		json_begin_object(j);
		for (size_t k = 0; k < ROSTER_COLUMNS; k++) {
			json_key(j, roster_columns[k].name);
			json_cell(j, roster_columns[k].type, &d->cells[k]);
		}
		json_member_u64(j, "told", d->told);
		steps(j, d);
		sessions(j, d);
		neighbours(j, d);
		json_end_object(j);
	}
	json_end_array(j);
}
