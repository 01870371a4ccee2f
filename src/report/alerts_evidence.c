/*
 * alerts_evidence.c - the failures behind firings: as cells, as members of JSON, and in words.
 */
#include "base/escape.h"
#include "report/alerts_impl.h"
#include "report/color.h"
#include "report/number.h"
#include "report/width.h"
#include "report/wrap.h"

enum { TEXT_MOST = 5, TEXT_WIDEST = 100 };

/* ---- cells ---- */

/* `TEXT=N`, joined by `;`: what would be taken for either is written as in an address. */
static void add_pair(struct buf *out, struct slice text, uint64_t n)
{
	if (out->n > 0)
		buf_byte(out, ';');
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == ';' || text.p[i] == '=' || text.p[i] == '%')
			buf_printf(out, "%%%02X", (unsigned char)text.p[i]);
		else
			buf_byte(out, text.p[i]);
	buf_byte(out, '=');
	buf_u64(out, n);
}

void alerts_evidence_cells(struct alerts *a, size_t row)
{
	struct evidence e;

	if (a->evidence == NULL || !evidence_of(a->evidence->question, row, &e))
		return;
	buf_u64(&a->failures, e.failures);
	buf_u64(&a->devices, e.devices);
	for (size_t i = 0; i < e.n_codes; i++)
		add_pair(&a->codes, e.codes[i].code, e.codes[i].failures);
	for (size_t i = 0; i < e.n_worst; i++)
		add_pair(&a->worst, e.worst[i].device, e.worst[i].failures);
}

/* ---- the command that shows more ---- */

static void add_time(struct buf *out, const char *option, int64_t t)
{
	char text[TIME_TEXT_MAX];
	size_t n = time_format(t, text);

	/* whole seconds are enough, but for what --since and --until cut */
	if (t % TIME_SECOND == 0)
		n -= sizeof(".000000Z") - 1;
	buf_printf(out, " --%s %.*s%s", option, (int)n, text, t % TIME_SECOND == 0 ? "Z" : "");
}

static void add_command(struct buf *out, const struct alerts_evidence *e, const struct alert_row *row, struct slice paths)
{
	const struct alert_minutes minutes = evidence_minutes(row);
	const int64_t begin = minutes.begin * TIME_MINUTE, end = minutes.end * TIME_MINUTE;
	struct buf where = BUF_INIT;

	buf_str(out, "dpslog failures");
	add_time(out, "since", time_later(begin, e->since));
	add_time(out, "until", time_earlier(end, e->until));
	evidence_where(row, e->series, &where);
	if (where.n > 0) {
		buf_str(out, " --where ");
		escape_shell(out, buf_view(&where));
	}
	buf_slice(out, e->selection);
	buf_slice(out, paths);
	buf_free(&where);
}

/* ---- JSON ---- */

static void write_codes(struct json *j, const struct evidence_code *codes, size_t n, bool whole)
{
	json_key(j, "codes");
	json_begin_array(j, false);
	for (size_t i = 0; i < n; i++) {
		json_begin_object(j);
		json_member_text(j, "code", codes[i].code);
		json_member_u64(j, "failures", codes[i].failures);
		if (whole) {
			json_member_u64(j, "devices", codes[i].devices);
			json_member_text(j, "meaning", codes[i].meaning);
		}
		json_end_object(j);
	}
	json_end_array(j);
}

static void write_worst(struct json *j, const struct evidence *e)
{
	json_key(j, "worst");
	json_begin_array(j, false);
	for (size_t i = 0; i < e->n_worst; i++) {
		json_begin_object(j);
		json_member_text(j, "device", e->worst[i].device);
		json_member_u64(j, "failures", e->worst[i].failures);
		write_codes(j, e->worst[i].codes, e->worst[i].n_codes, false);
		json_end_object(j);
	}
	json_end_array(j);
}

void alerts_evidence_json(struct json *j, const struct alerts *a, uint64_t i)
{
	const size_t row = a->order[i];
	struct buf command = BUF_INIT;
	struct evidence e;

	if (a->evidence == NULL || !evidence_of(a->evidence->question, row, &e))
		return;
	json_member_u64(j, "failures", e.failures);
	json_member_u64(j, "no_device", e.no_device);
	json_member_u64(j, "devices", e.devices);
	write_codes(j, e.codes, e.n_codes, true);
	json_member_u64(j, "more_codes", e.more_codes);
	write_worst(j, &e);
	json_member_u64(j, "more_devices", e.more_devices);
	add_command(&command, a->evidence, &a->report->rows[row], SLICE(" PATH"));
	json_member_text(j, "command", buf_view(&command));
	buf_free(&command);
}

/* ---- in words ---- */

static void add_more(struct buf *out, uint64_t n)
{
	if (n == 0)
		return;
	buf_str(out, " and ");
	number_group(out, n);
	buf_str(out, " more");
}

static void codes_line(struct buf *line, const struct evidence *e)
{
	const size_t n = e->n_codes < TEXT_MOST ? e->n_codes : TEXT_MOST;

	buf_str(line, e->n_codes + e->more_codes == 1 ? "code " : "codes ");
	for (size_t i = 0; i < n; i++) {
		const struct evidence_code *c = &e->codes[i];

		buf_str(line, i == 0 ? "" : ", ");
		escape_text(line, c->code.n > 0 ? c->code : SLICE("(none)"));
		if (c->meaning.n > 0) {
			buf_byte(line, ' ');
			buf_slice(line, c->meaning);
		}
		buf_str(line, ": ");
		number_group(line, c->failures);
	}
	add_more(line, e->n_codes - n + e->more_codes);
}

static void devices_line(struct buf *line, const struct evidence *e)
{
	const size_t n = e->n_worst < TEXT_MOST ? e->n_worst : TEXT_MOST;

	buf_str(line, e->devices == 1 ? "device " : "devices ");
	for (size_t i = 0; i < n; i++) {
		buf_str(line, i == 0 ? "" : ", ");
		escape_text(line, e->worst[i].device);
		buf_str(line, ": ");
		number_group(line, e->worst[i].failures);
	}
	add_more(line, e->devices - n);
}

/* Where a resource is told by its whole id, its name is enough for the eye: the command below has the rest. */
static void add_series(struct buf *out, const struct alerts_evidence *e, const struct alert_row *row)
{
	const struct series_resource r = series_resource(e->series, row->resource);
	struct slice series = row->series;

	if (r.id.n > 0 && slice_ends_nocase(series, r.id)) {
		escape_text(out, slice_of(series.p, series.n - r.id.n));
		series = r.name;
	}
	escape_text(out, series);
}

static void add_times(struct buf *out, const struct firing *f, const struct zone *zone)
{
	number_minute(out, f->fired_at * TIME_MINUTE, zone);
	if (f->resolved_at == MINUTE_NONE) {
		buf_str(out, ", not resolved");
	} else {
		buf_str(out, " to ");
		number_minute(out, f->resolved_at * TIME_MINUTE, zone);
	}
}

/* Behind what stands in the line, which has reached column `at`, or in a line of its own. The column from which it shall stand. */
static size_t make_room(struct buf *out, size_t at, struct slice text, size_t width)
{
	enum { LEFT = 2, GAP = 2 };

	if (at + GAP + width_of(text) <= width) {
		width_pad(out, GAP);
		return at + GAP;
	}
	buf_byte(out, '\n');
	width_pad(out, LEFT);
	return LEFT;
}

/*
 * What the rule is called, and when it was fired, and where: in as many lines as it takes. Text that no line has room for is
 * shortened, as in the table.
 */
static void head(struct buf *out, const struct alerts_evidence *e, const struct alert_row *row, const struct table_options *o)
{
	const size_t width = o->width == 0 ? SIZE_MAX : o->width;
	struct buf name = BUF_INIT, times = BUF_INIT, series = BUF_INIT;

	escape_text(&name, row->rule->name);
	add_times(&times, &row->firing, o->zone);
	add_series(&series, e, row);
	buf_str(out, o->color ? COLOR_BOLD : "");
	size_t at = width_cut(out, buf_view(&name), width);

	buf_str(out, o->color ? COLOR_PLAIN : "");
	at = make_room(out, at, buf_view(&times), width) + times.n;
	buf_slice(out, buf_view(&times));
	if (series.n > 0) {
		at = make_room(out, at, buf_view(&series), width);
		width_cut(out, buf_view(&series), width > at ? width - at : 1);
	}
	buf_byte(out, '\n');
	buf_free(&name);
	buf_free(&times);
	buf_free(&series);
}

static void tell_line(struct buf *out, struct buf *line, size_t width)
{
	buf_str(out, "  ");
	wrap_text(out, buf_view(line), 2, 4, width);
	line->n = 0;
}

static void tell(struct buf *out, const struct evidence *e, size_t width)
{
	struct buf line = BUF_INIT;

	number_of(&line, e->failures, "failure", "failures");
	buf_str(&line, " on ");
	number_of(&line, e->devices, "device", "devices");
	if (e->no_device > 0) {
		buf_str(&line, "; ");
		number_group(&line, e->no_device);
		buf_str(&line, e->no_device == 1 ? " of them names no device" : " of them name no device");
	}
	tell_line(out, &line, width);
	codes_line(&line, e);
	tell_line(out, &line, width);
	if (e->devices > 0) {
		devices_line(&line, e);
		tell_line(out, &line, width);
	}
	buf_free(&line);
}

/* One line, however long, so that it can be copied. */
static void tell_command(struct buf *out, const struct alerts_evidence *e, const struct alert_row *row)
{
	struct buf command = BUF_INIT;

	add_command(&command, e, row, e->paths);
	buf_str(out, "  ");
	escape_text(out, buf_view(&command));
	buf_byte(out, '\n');
	buf_free(&command);
}

void alerts_evidence_text(struct output *out, const struct alerts *a, struct table_options options)
{
	const size_t width = options.width == 0 ? 80 : options.width < TEXT_WIDEST ? options.width : TEXT_WIDEST;

	for (uint64_t i = 0; a->evidence != NULL && i < a->view.n_rows && out->error == 0; i++) {
		const struct alert_row *row = &a->report->rows[a->order[i]];
		struct evidence e;

		if (!evidence_of(a->evidence->question, a->order[i], &e))
			continue;
		buf_byte(&out->text, '\n');
		head(&out->text, a->evidence, row, &options);
		if (e.failures > 0) {
			tell(&out->text, &e, width);
			tell_command(&out->text, a->evidence, row);
		} else {
			buf_str(&out->text, "  no failure in the logs of that time\n");
		}
		output_pass(out);
	}
}
