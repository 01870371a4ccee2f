/*
 * evidence_where.c - the failures behind a firing as a predicate of --where: what evidence.c counts, said in KQL.
 */
#include "insight/evidence.h"

#include "insight/dimension.h"

/* Joins what must hold, or may hold, by a word. */
static void add_word(struct buf *out, size_t from, const char *word)
{
	if (out->n > from)
		buf_str(out, word);
}

static void add_text(struct buf *out, struct slice s)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, s.p[i]);
	}
	buf_byte(out, '"');
}

/* NAME OPERATOR "TEXT" */
static void add_term(struct buf *out, size_t from, const char *term, struct slice text)
{
	add_word(out, from, " and ");
	buf_str(out, term);
	buf_byte(out, ' ');
	add_text(out, text);
}

static void add_operations(struct buf *out, size_t from, const char *operations)
{
	add_word(out, from, " and ");
	buf_str(out, "OperationName in~ (");
	for (const char *w = operations; *w != '\0';) {
		const size_t n = strcspn(w, " ");

		buf_str(out, w == operations ? "" : ", ");
		add_text(out, slice_of(w, n));
		w += n + (w[n] != '\0');
	}
	buf_byte(out, ')');
}

static void add_metric(struct buf *out, size_t from, const struct metric_entry *m)
{
	if (m->hub)
		add_term(out, from, "service ==", SLICE("hub"));
	if (m->operations != NULL)
		add_operations(out, from, m->operations);
	if (m->category != NULL)
		add_term(out, from, "Category =~", slice_str(m->category));
	if (m->outcome == METRIC_THROTTLED)
		add_term(out, from, "code startswith", SLICE("429"));
	if (m->outcome == METRIC_SEND_THROTTLED)
		add_term(out, from, "code ==", SLICE("429001"));
}

/*
 * Status is `Failed` for all of them, unless the rule names their resultType: then that is their value. What comes behind the
 * word that takes `Failed` is not asked any more.
 */
static void add_status(struct buf *out, size_t from, const struct dimension *d, struct slice value)
{
	const struct slice failed = SLICE("Failed");
	const bool starts = d->match == MATCH_STARTS;

	if (!slice_eq_nocase(value, failed)) {
		add_term(out, from, "ResultType =~", value);
		return;
	}
	for (size_t i = 0; i < d->n; i++) {
		const struct slice listed = d->values[i];

		if (d->match != MATCH_EXCLUDE && (dimension_is_star(listed) || (starts && slice_starts_nocase(failed, listed)) ||
		                                  slice_eq_nocase(failed, listed)))
			break;
		add_term(out, from, starts ? "ResultType !startswith" : "ResultType !~", listed);
	}
}

static void add_dimension(struct buf *out, size_t from, const struct dimension *d, struct slice value)
{
	if (slice_eq_nocase(d->name, SLICE("Status")))
		add_status(out, from, d, value);
	else if (slice_eq_nocase(d->name, SLICE("Protocol")))
		add_term(out, from, "protocol =~", value);
}

static void add_resource(struct buf *out, const struct series *s, size_t resource)
{
	const struct series_resource r = series_resource(s, resource);
	bool shared = false;

	if (series_resources(s) < 2)
		return;
	for (size_t i = 0; i < series_resources(s); i++)
		shared |= i != resource && slice_eq(series_resource(s, i).name, r.name);
	if (shared && r.id.n > 0) {
		add_term(out, 0, "ResourceId =~", r.id);
		return;
	}
	add_term(out, 0, "resource ==", r.name);
	if (shared)
		buf_str(out, " and isempty(ResourceId)");
}

/* What any of the conditions takes; nothing if that is everything. */
static void add_conditions(struct buf *out, const struct alert_row *row)
{
	for (size_t i = 0; i < row->rule->n_conditions; i++) {
		const struct condition *c = &row->rule->conditions[i];
		const struct evidence_filter filter = evidence_filter_of(row, i);

		add_word(out, 0, " or ");
		const size_t from = out->n;

		if (!filter.all) {
			add_metric(out, from, filter.metric.entry);
			for (size_t d = 0; d < c->n_dimensions; d++)
				add_dimension(out, from, &c->dimensions[d], row->values[i][d]);
		}
		if (out->n == from) {
			out->n = 0;
			return;
		}
	}
}

void evidence_where(const struct alert_row *row, const struct series *s, struct buf *out)
{
	struct buf conditions = BUF_INIT;

	add_conditions(&conditions, row);
	add_resource(out, s, row->resource);
	if (conditions.n > 0) {
		const bool several = row->rule->n_conditions > 1 && out->n > 0;

		add_word(out, 0, " and ");
		buf_str(out, several ? "(" : "");
		buf_slice(out, buf_view(&conditions));
		buf_str(out, several ? ")" : "");
	}
	buf_free(&conditions);
}
