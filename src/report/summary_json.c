/*
 * summary_json.c - the summary as dpslog-json(5) describes it.
 */
#include "report/summary.h"

static void totals(struct json *j, const struct summary *s)
{
	json_key(j, "totals");
	json_begin_object(j);
	json_member_u64(j, "records", s->records);
	json_member_u64(j, "failures", s->failures);
	json_member_u64(j, "expected", s->expected.renewals + s->expected.challenges);
	json_key(j, "failure_rate");
	json_rate(j, s->failures, s->records > 0 ? s->records : 1);
	json_member_u64(j, "devices", s->devices);
	json_member_u64(j, "devices_failing", s->devices_failing);
	json_key(j, "first");
	json_time(j, s->first);
	json_key(j, "last");
	json_time(j, s->last);
	json_end_object(j);
	json_key(j, "states");
	if (s->stateless) {
		json_null(j);
		return;
	}
	json_begin_object(j);
	json_member_u64(j, "failing", s->states[STATE_FAILING]);
	json_member_u64(j, "never", s->states[STATE_NEVER]);
	json_member_u64(j, "recovered", s->states[STATE_RECOVERED]);
	json_member_u64(j, "healthy", s->states[STATE_HEALTHY]);
	json_end_object(j);
}

static void series(struct json *j, const struct summary *s)
{
	struct buf every = BUF_INIT;

	json_key(j, "series");
	json_begin_object(j);
	json_key(j, "every");
	if (s->n_spans > 0) {
		summary_every(&every, s->every);
		json_text(j, buf_view(&every));
	} else {
		json_null(j);
	}
	json_key(j, "start");
	json_time(j, s->start);
	json_key(j, "values");
	json_begin_array(j, false);
	for (size_t i = 0; i < s->n_spans; i++)
		json_u64(j, s->spans[i]);
	json_end_array(j);
	json_end_object(j);
	buf_free(&every);
}

static void codes(struct json *j, const struct summary *s)
{
	json_key(j, "codes");
	json_begin_array(j, true);
	for (size_t i = 0; i < s->n_codes; i++) {
		const struct summary_code *c = &s->codes[i];

		json_begin_object(j);
		json_member_text(j, "code", c->code);
		json_member_text(j, "resultType", c->result_type);
		json_member_u64(j, "failures", c->failures);
		json_member_u64(j, "devices", c->devices);
		json_key(j, "first_failure");
		json_time(j, c->first_failure);
		json_key(j, "last_failure");
		json_time(j, c->last_failure);
		json_member_text(j, "meaning", c->meaning);
		json_end_object(j);
	}
	json_end_array(j);
}

static void devices(struct json *j, const struct summary *s)
{
	json_key(j, "devices");
	json_begin_array(j, true);
	for (size_t i = 0; i < s->n_worst; i++) {
		const struct summary_device *d = &s->worst[i];

		json_begin_object(j);
		json_member_text(j, "device", d->device);
		json_member_text(j, "resultType", d->result_type);
		json_member_u64(j, "failures", d->failures);
		json_key(j, "last_failure");
		json_time(j, d->last_failure);
		json_key(j, "last_success");
		json_time(j, d->last_success);
		json_member_text(j, "state", slice_str(state_name(d->state)));
		json_end_object(j);
	}
	json_end_array(j);
}

static void common(struct json *j, const struct trait *t)
{
	if (t->key.n == 0) {
		json_null(j);
		return;
	}
	json_begin_object(j);
	json_member_text(j, "key", t->key);
	json_member_text(j, "value", t->value);
	json_member_u64(j, "devices", t->devices);
	json_key(j, "share");
	json_rate(j, t->devices, t->of);
	json_key(j, "share_of_all");
	json_rate(j, t->all, t->of_all);
	json_end_object(j);
}

static void advice(struct json *j, const struct summary *s)
{
	json_key(j, "advice");
	json_begin_array(j, true);
	for (size_t i = 0; i < s->n_advice; i++) {
		json_begin_object(j);
		json_member_text(j, "code", s->advice[i].code);
		json_member_text(j, "text", s->advice[i].text);
		json_member_text(j, "command", s->advice[i].command);
		json_key(j, "common");
		common(j, &s->advice[i].trait);
		json_end_object(j);
	}
	json_end_array(j);
}

void summary_json(struct json *j, const struct summary *s)
{
	totals(j, s);
	series(j, s);
	codes(j, s);
	devices(j, s);
	advice(j, s);
}
