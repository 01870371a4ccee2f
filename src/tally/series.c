/*
 * series.c - adding records to lines and minutes, and adding series to each other.
 */
#include <stdlib.h>

#include "base/duration.h"
#include "base/mem.h"
#include "tally/series_impl.h"

/* ---- plan ---- */

static bool is_shared(struct slice name)
{
	static const char *const shared[] = { "resource", "service", "minute", "hour", "day" };

	for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
		if (slice_eq_nocase(name, slice_str(shared[i])))
			return true;
	return false;
}

int series_plan_dimension(struct series_plan *p, struct slice name)
{
	struct series_dimension *d = &p->dimensions[p->n_dimensions];
	struct key key;

	for (size_t i = 0; i < p->n_dimensions; i++)
		if (slice_eq_nocase(p->dimensions[i].name, name))
			return (int)i;
	if (p->n_dimensions == DIMENSIONS_MOST)
		return -1;
	*d = (struct series_dimension){ .name = name, .origin = ORIGIN_METRICS };
	if (slice_eq_nocase(name, SLICE("Status"))) {
		d->origin = ORIGIN_STATUS;
	} else if (slice_eq_nocase(name, SLICE("ProvisioningServiceName"))) {
		d->origin = ORIGIN_PROVISIONING;
	} else if (key_find(name, &key)) {
		d->origin = is_shared(name) ? ORIGIN_SHARED : ORIGIN_KEY;
		d->timed = key.entry->type == KEY_TIME;
		d->key = p->keys.n;
		p->keys.key[p->keys.n++] = key; /* KEYS_MOST is at least DIMENSIONS_MOST */
	}
	return (int)p->n_dimensions++;
}

_Static_assert((int)KEYS_MOST >= (int)DIMENSIONS_MOST, "each dimension may be a key");

static void kind_want(const void *plan, struct wants *w)
{
	const struct series_plan *p = plan;

	keys_want(&p->keys, w);
	w->fields |= FIELDS_METRIC;
	for (size_t i = 0; i < p->n_dimensions; i++)
		if (p->dimensions[i].origin != ORIGIN_SHARED)
			wants_dimension(w, p->dimensions[i].name);
}

static void kind_bind(void *plan, const struct accumulator_terms *terms)
{
	struct series_plan *p = plan;

	keys_bind(&p->keys, terms->fields);
	for (size_t i = 0; i < p->n_dimensions; i++)
		p->dimensions[i].slots = fields_dimension(terms->fields, p->dimensions[i].name);
	p->seed = terms->seed;
}

/* ---- life ---- */

static void *kind_make(const void *plan)
{
	struct series *s = mem_zalloc(sizeof *s);

	s->plan = plan;
	points_init(&s->counted_points, sizeof(struct counted_point));
	points_init(&s->measured_points, sizeof(struct measured_point));
	points_init(&s->wide_points, sizeof(struct wide_point));
	s->spelling_cap = s->plan->n_metrics;
	s->spellings = mem_array(s->spelling_cap, sizeof *s->spellings);
	for (size_t i = 0; i < s->spelling_cap; i++)
		s->spellings[i] = slice_of(NULL, 0);
	return s;
}

static void kind_free(void *series)
{
	struct series *s = series;

	resources_free(&s->resources);
	dict_free(&s->names);
	dict_free(&s->tuples);
	dict_free(&s->measured);
	arena_free(&s->text);
	points_free(&s->counted_points);
	points_free(&s->measured_points);
	points_free(&s->wide_points);
	buf_free(&s->scratch);
	buf_free(&s->name);
	free(s->resource_logs);
	free(s->spellings);
	free(s->lines);
	free(s);
}

static uint32_t number_of_text(struct series *s, struct dict *d, struct slice text, bool *added)
{
	return dict_add(d, text, dict_hash(text, s->plan->seed), added);
}

/* ---- resources ---- */

/* The number of a resource that `resources` has; from now on it has a place among those with log records. */
static uint32_t known(struct series *s, uint32_t number)
{
	const size_t had = s->n_resource_logs;

	if (had <= number) {
		s->n_resource_logs = mem_grow(had, s->resources.keys.n);
		s->resource_logs = mem_rearray(s->resource_logs, s->n_resource_logs, sizeof *s->resource_logs);
		memset(s->resource_logs + had, 0, (s->n_resource_logs - had) * sizeof *s->resource_logs);
	}
	return number;
}

static uint32_t resource_of(struct series *s, const struct record *r)
{
	return known(s, resources_of(&s->resources, r, s->plan->seed));
}

/* ---- tuples ---- */

static struct slice provisioning_name(struct record *r)
{
	return r->service == SERVICE_DPS ? record_resource(r) : slice_of(NULL, 0);
}

static struct slice dimension_of_log(const struct series_plan *p, const struct series_dimension *d, struct record *r)
{
	switch (d->origin) {
	case ORIGIN_KEY:
	case ORIGIN_SHARED:
		return keys_text(&p->keys, d->key, r);
	case ORIGIN_STATUS:
		return r->failure ? SLICE("Failed") : SLICE("Succeeded");
	case ORIGIN_PROVISIONING:
		return provisioning_name(r);
	case ORIGIN_METRICS:
		break;
	}
	return slice_of(NULL, 0);
}

static struct slice dimension_of_metric(const struct series_plan *p, const struct series_dimension *d, struct record *r)
{
	if (d->origin == ORIGIN_SHARED)
		return keys_text(&p->keys, d->key, r);
	const struct slice name = d->origin == ORIGIN_PROVISIONING ? provisioning_name(r) : slice_of(NULL, 0);

	return name.n > 0 ? name : record_dimension(r, d->slots);
}

static uint32_t tuple_of(struct series *s, struct record *r, uint32_t resource)
{
	const struct series_plan *p = s->plan;
	bool added;

	s->scratch.n = 0;
	buf_add(&s->scratch, &resource, sizeof resource);
	for (size_t i = 0; i < p->n_dimensions; i++) {
		const struct series_dimension *d = &p->dimensions[i];
		const struct slice text = r->kind == RECORD_METRIC ? dimension_of_metric(p, d, r) : dimension_of_log(p, d, r);
		const uint32_t n = (uint32_t)text.n;

		buf_add(&s->scratch, &n, sizeof n);
		buf_slice(&s->scratch, text);
	}
	return number_of_text(s, &s->tuples, buf_view(&s->scratch), &added);
}

uint32_t series_tuple_resource(const struct series *s, uint32_t tuple)
{
	uint32_t resource;

	memcpy(&resource, dict_text(&s->tuples, tuple).p, sizeof resource);
	return resource;
}

/* ---- log records ---- */

/* The number of a line of log records; what is beyond would not fit any memory. */
static uint32_t counted_line(const struct series *s, uint32_t tuple, size_t metric)
{
	const uint64_t line = (uint64_t)tuple * s->plan->n_metrics + metric;

	if (line >= POINT_LINES_MOST)
		mem_fail(SIZE_MAX);
	return (uint32_t)line;
}

static uint64_t candidates(struct series *s, const struct record *r)
{
	const struct slice operation = record_field(r, F_OPERATION_NAME), category = record_field(r, F_CATEGORY);
	const struct series_plan *p = s->plan;

	if (operation.n + category.n > MEMO_TEXT)
		return metric_candidates(p->metrics, p->n_metrics, operation, category);
	const size_t at = operation.n * 5 + category.n + (operation.n > 0 ? (unsigned char)operation.p[operation.n - 1] : 0);
	struct series_memo *m = &s->memo[at % MEMO];

	if (!m->used || !slice_eq(operation, slice_of(m->text, m->operation)) ||
	    !slice_eq(category, slice_of(m->text + m->operation, m->category))) {
		*m = (struct series_memo){ .operation = (uint8_t)operation.n, .category = (uint8_t)category.n, .used = true };
		if (operation.n > 0)
			memcpy(m->text, operation.p, operation.n);
		if (category.n > 0)
			memcpy(m->text + operation.n, category.p, category.n);
		m->candidates = metric_candidates(p->metrics, p->n_metrics, operation, category);
	}
	return m->candidates;
}

static void count(struct series *s, uint32_t line, int64_t time, uint64_t n)
{
	bool added;
	struct counted_point *p = points_at(&s->counted_points, point_key(line, time), &added);

	p->n += n;
}

static void kind_add(void *series, struct record *r, bool counted)
{
	struct series *s = series;
	uint32_t tuple = UINT32_MAX;

	if (!counted)
		return;
	const uint32_t resource = resource_of(s, r);

	s->resource_logs[resource] = true;
	for (uint64_t set = candidates(s, r); set != 0; set &= set - 1) {
		const size_t metric = (size_t)__builtin_ctzll(set);

		if (!metric_counts(&s->plan->metrics[metric], r))
			continue;
		if (r->time == TIME_NONE) {
			s->untimed++;
			return;
		}
		if (tuple == UINT32_MAX)
			tuple = tuple_of(s, r, resource);
		count(s, counted_line(s, tuple, metric), r->time, 1);
	}
}

/* ---- metric records ---- */

/* The name as logged: the bytewise least of them is printed. */
static void spell(struct series *s, uint32_t metric, struct slice logged)
{
	struct slice *spelling = &s->spellings[metric];

	if (spelling->p == NULL || slice_cmp(logged, *spelling) < 0)
		*spelling = arena_copy(&s->text, logged);
}

static uint32_t further_metric(struct series *s, struct slice name)
{
	bool added;

	s->name.n = 0;
	for (size_t i = 0; i < name.n; i++)
		buf_byte(&s->name, ascii_lower(name.p[i]));
	const size_t number = s->plan->n_metrics + number_of_text(s, &s->names, buf_view(&s->name), &added);

	if (added && s->spelling_cap <= number) {
		s->spelling_cap = mem_grow(s->spelling_cap, number + 1);
		s->spellings = mem_rearray(s->spellings, s->spelling_cap, sizeof *s->spellings);
	}
	if (added)
		s->spellings[number] = slice_of(NULL, 0);
	return (uint32_t)number;
}

/* The number of a metric by its name; UINT32_MAX: nobody asked for it. */
static uint32_t metric_of(struct series *s, struct slice name)
{
	const struct series_plan *p = s->plan;
	uint32_t number = UINT32_MAX;

	for (size_t i = 0; i < p->n_metrics && number == UINT32_MAX; i++)
		if (slice_eq_nocase(p->metrics[i].name, name))
			number = (uint32_t)i;
	if (number == UINT32_MAX && p->all)
		number = further_metric(s, name);
	if (number != UINT32_MAX)
		spell(s, number, name);
	return number;
}

static bool read_number(const struct record *r, enum field f, struct decimal *out)
{
	return decimal_parse(record_field(r, f), out);
}

/* One measurement, or several that were added up; false: the record has none. */
static bool measure_of_record(const struct record *r, struct measure *m)
{
	*m = (struct measure){ .has_minimum = false };
	if (!read_number(r, F_COUNT, &m->count) || !read_number(r, F_TOTAL, &m->total))
		return false;
	if (m->count.units == 0) {
		m->total = decimal_of(0);
		return true;
	}
	m->has_minimum = read_number(r, F_MINIMUM, &m->minimum);
	m->has_maximum = read_number(r, F_MAXIMUM, &m->maximum);
	return true;
}

static bool fits(struct decimal d)
{
	return d.units < INT64_MAX && d.units > INT64_MIN;
}

/* False, and nothing is added, if it does not fit. */
static bool add_narrow(struct measured_point *p, const struct measure *m)
{
	int64_t count, total;

	if (!fits(m->count) || !fits(m->total) || (m->has_minimum && !fits(m->minimum)) ||
	    (m->has_maximum && !fits(m->maximum)))
		return false;
	if (__builtin_add_overflow(p->count, (int64_t)m->count.units, &count) ||
	    __builtin_add_overflow(p->total, (int64_t)m->total.units, &total))
		return false;
	p->count = count;
	p->total = total;
	if (m->has_minimum && m->minimum.units < p->minimum)
		p->minimum = (int64_t)m->minimum.units;
	if (m->has_maximum && m->maximum.units > p->maximum)
		p->maximum = (int64_t)m->maximum.units;
	return true;
}

static void measure(struct series *s, uint64_t key, const struct measure *m)
{
	bool added;
	struct measured_point *p = points_at(&s->measured_points, key, &added);

	if (added) {
		p->minimum = INT64_MAX;
		p->maximum = INT64_MIN;
	}
	if (!add_narrow(p, m))
		measure_add(&((struct wide_point *)points_at(&s->wide_points, key, &added))->measure, m);
}

static uint32_t measured_line_of(struct series *s, struct measured_line line)
{
	bool added;
	const uint32_t number = number_of_text(s, &s->measured, slice_of((const char *)&line, sizeof line), &added);

	if (number >= POINT_LINES_MOST)
		mem_fail(SIZE_MAX);
	return number;
}

struct measured_line series_measured(const struct series *s, uint32_t number)
{
	struct measured_line line;

	memcpy(&line, dict_text(&s->measured, number).p, sizeof line);
	return line;
}

/* A grain that nobody can read is that of most metrics, as one that is absent. */
static uint32_t grain_of(const struct record *r)
{
	uint64_t minutes;

	if (!duration_parse(record_field(r, F_TIME_GRAIN), &minutes) || minutes == 0 || minutes >= UINT32_MAX)
		return 1;
	return (uint32_t)minutes;
}

static void kind_add_metric(void *series, struct record *r)
{
	struct series *s = series;
	struct measure m;
	const uint32_t metric = metric_of(s, record_field(r, F_METRIC_NAME));

	if (metric == UINT32_MAX || !measure_of_record(r, &m))
		return;
	if (r->time == TIME_NONE) {
		s->untimed++;
		return;
	}
	const uint32_t tuple = tuple_of(s, r, resource_of(s, r));
	const uint32_t line = measured_line_of(s, (struct measured_line){ tuple, metric, grain_of(r) });

	measure(s, point_key(line, r->time), &m);
}

/* ---- merging ---- */

static uint32_t *merge_resources(struct series *into, const struct series *from)
{
	uint32_t *map = mem_array(from->resources.keys.n, sizeof *map);

	for (size_t i = 0; i < from->resources.keys.n; i++) {
		map[i] = known(into, resources_add(&into->resources, dict_text(&from->resources.keys, (uint32_t)i), into->plan->seed));
		into->resource_logs[map[i]] |= from->resource_logs[i];
	}
	return map;
}

static uint32_t *merge_names(struct series *into, const struct series *from)
{
	const size_t planned = from->plan->n_metrics, n = planned + from->names.n;
	uint32_t *map = mem_array(n, sizeof *map);

	for (size_t i = 0; i < n; i++) {
		map[i] = i < planned ? (uint32_t)i : further_metric(into, dict_text(&from->names, (uint32_t)(i - planned)));
		if (from->spellings[i].p != NULL)
			spell(into, map[i], from->spellings[i]);
	}
	return map;
}

static uint32_t *merge_tuples(struct series *into, const struct series *from, const uint32_t *resources)
{
	uint32_t *map = mem_array(from->tuples.n, sizeof *map);
	bool added;

	for (size_t i = 0; i < from->tuples.n; i++) {
		const struct slice tuple = dict_text(&from->tuples, (uint32_t)i);
		const uint32_t resource = resources[series_tuple_resource(from, (uint32_t)i)];

		into->scratch.n = 0;
		buf_slice(&into->scratch, tuple);
		memcpy(into->scratch.p, &resource, sizeof resource);
		map[i] = number_of_text(into, &into->tuples, buf_view(&into->scratch), &added);
	}
	return map;
}

static void merge_counted(struct series *into, const struct series *from, const uint32_t *tuples)
{
	const size_t metrics = from->plan->n_metrics;

	for (size_t i = 0; i < from->counted_points.n; i++) {
		const struct counted_point *p = points_item(&from->counted_points, i);
		const uint32_t line = point_line(p->key);

		count(into, counted_line(into, tuples[line / metrics], line % metrics), point_time(p->key), p->n);
	}
}

/* Of a point that was merged, under the number of its line in `into`. */
static uint64_t merged_key(uint64_t key, const uint32_t *lines)
{
	return point_key(lines[point_line(key)], point_time(key));
}

static void merge_measured(struct series *into, const struct series *from, const uint32_t *tuples, const uint32_t *names)
{
	uint32_t *lines = mem_array(from->measured.n, sizeof *lines);

	for (size_t i = 0; i < from->measured.n; i++) {
		const struct measured_line line = series_measured(from, (uint32_t)i);

		lines[i] = measured_line_of(into, (struct measured_line){ tuples[line.tuple], names[line.metric], line.grain });
	}
	for (size_t i = 0; i < from->measured_points.n; i++) {
		const struct measured_point *p = points_item(&from->measured_points, i);
		const struct measure m = series_narrow(p);

		measure(into, merged_key(p->key, lines), &m);
	}
	for (size_t i = 0; i < from->wide_points.n; i++) {
		const struct wide_point *p = points_item(&from->wide_points, i);

		measure(into, merged_key(p->key, lines), &p->measure);
	}
	free(lines);
}

static void kind_merge(void *into_series, void *from_series)
{
	struct series *into = into_series, *from = from_series;
	uint32_t *resources = merge_resources(into, from), *names = merge_names(into, from);
	uint32_t *tuples = merge_tuples(into, from, resources);

	into->untimed += from->untimed;
	merge_counted(into, from, tuples);
	points_free(&from->counted_points); /* else all points would be there twice */
	merge_measured(into, from, tuples, names);
	points_free(&from->measured_points);
	points_free(&from->wide_points);
	free(resources);
	free(names);
	free(tuples);
}

const struct accumulator_kind series_kind = {
	.want = kind_want, .bind = kind_bind, .make = kind_make, .free = kind_free, .add = kind_add,
	.add_metric = kind_add_metric, .merge = kind_merge,
};

size_t series_size(const struct series *s)
{
	return sizeof *s + dict_size(&s->resources.keys) + dict_size(&s->names) + dict_size(&s->tuples) + dict_size(&s->measured) +
	       points_size(&s->counted_points) + points_size(&s->measured_points) + points_size(&s->wide_points);
}
