/*
 * ledger_json.c - the ledger as JSON. Counters are always there; reasons and notes only where there is something to count.
 */
#include "report/ledger_json.h"

static void ledger_json_reasons(struct json *j, const char *name, const uint64_t *counts, enum reason_kind kind)
{
	json_key(j, name);
	json_begin_object(j);
	for (size_t i = 0; i < REASONS; i++)
		if (counts[i] != 0 && reason_table[i].kind == kind)
			json_member_u64(j, reason_table[i].name, counts[i]);
	json_end_object(j);
}

static void ledger_json_units(struct json *j, const char *name, const struct ledger_units *u)
{
	json_key(j, name);
	json_begin_object(j);
	json_member_u64(j, "found", u->found);
	json_member_u64(j, "read", u->read);
	json_member_u64(j, "damaged", u->damaged);
	ledger_json_reasons(j, "skipped", u->because, REASON_SKIPPED);
	ledger_json_reasons(j, "failed", u->because, REASON_FAILED);
	json_end_object(j);
}

static void ledger_json_bytes(struct json *j, const struct ledger *l)
{
	json_key(j, "bytes");
	json_begin_object(j);
	json_member_u64(j, "compressed", l->compressed);
	json_member_u64(j, "decoded", l->decoded);
	json_member_u64(j, "records", l->record_bytes);
	json_member_u64(j, "between", l->between);
	json_member_u64(j, "malformed", l->malformed_bytes);
	json_member_u64(j, "cut", l->cut);
	json_end_object(j);
}

static void ledger_json_records(struct json *j, const struct ledger *l)
{
	json_key(j, "records");
	json_begin_object(j);
	json_member_u64(j, "seen", ledger_seen(l));
	ledger_json_reasons(j, "malformed", l->malformed, REASON_MALFORMED);
	json_member_u64(j, "log", l->log);
	json_member_u64(j, "metric", l->metric);
	json_member_u64(j, "other", l->other);
	json_member_u64(j, "filtered", l->filtered);
	json_member_u64(j, "failures", l->failures);
	json_member_u64(j, "successes", l->successes);
	json_end_object(j);
}

static void ledger_json_notes(struct json *j, const struct ledger *l)
{
	json_key(j, "notes");
	json_begin_object(j);
	for (size_t i = 0; i < NOTES; i++)
		if (l->notes[i] != 0)
			json_member_u64(j, note_names[i], l->notes[i]);
	json_end_object(j);
}

static void ledger_json_text(struct json *j, const char *name, const char *text)
{
	json_key(j, name);
	if (text == NULL)
		json_null(j);
	else
		json_text(j, slice_str(text));
}

static void ledger_json_place(struct json *j, const char *name, uint64_t n, uint64_t none)
{
	json_key(j, name);
	if (n == none)
		json_null(j);
	else
		json_u64(j, n);
}

static void ledger_json_problem(struct json *j, const struct diag_problem_row *row)
{
	const struct reason_entry *reason = &reason_table[row->reason];

	json_begin_object(j);
	ledger_json_text(j, "file", row->file);
	ledger_json_text(j, "member", row->member != NULL ? row->member : "");
	ledger_json_place(j, "line", row->more ? 0 : row->line, 0);
	ledger_json_place(j, "byte", row->more ? DIAG_NOWHERE : row->byte, DIAG_NOWHERE);
	ledger_json_text(j, "reason", reason->name);
	ledger_json_text(j, "text", row->text != NULL ? row->text : reason->text);
	json_member_u64(j, "count", row->count);
	json_end_object(j);
}

static void ledger_json_problems(struct json *j, struct diag *d)
{
	const struct diag_problem_row *rows = NULL;
	size_t n = diag_problems(d, &rows);

	json_key(j, "problems");
	json_begin_array(j, true);
	for (size_t i = 0; i < n && i < LEDGER_JSON_PROBLEMS; i++)
		ledger_json_problem(j, &rows[i]);
	json_end_array(j);
}

static void ledger_json_copies(struct json *j, struct copies *c)
{
	const struct copy_group *groups;
	const size_t n = copies_groups(c, &groups);

	json_key(j, "copies");
	json_begin_array(j, n > 0);
	for (size_t i = 0; i < n; i++) {
		json_begin_array(j, false);
		for (size_t k = 0; k < groups[i].n; k++)
			json_text(j, slice_str(groups[i].names[k]));
		json_end_array(j);
	}
	json_end_array(j);
}

void ledger_json(struct json *j, const struct ledger *l, struct copies *c, struct diag *d, bool complete)
{
	json_begin_object(j);
	ledger_json_units(j, "files", &l->files);
	ledger_json_units(j, "members", &l->members);
	ledger_json_bytes(j, l);
	ledger_json_records(j, l);
	ledger_json_notes(j, l);
	ledger_json_copies(j, c);
	json_key(j, "first");
	json_time(j, l->first);
	json_key(j, "last");
	json_time(j, l->last);
	json_key(j, "complete");
	json_bool(j, complete);
	ledger_json_problems(j, d);
	json_end_object(j);
}
