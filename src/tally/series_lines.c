/*
 * series_lines.c - series in order: their lines, which of them count, and their points in buckets.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "tally/series_impl.h"

struct measure series_narrow(const struct measured_point *p)
{
	struct measure m = { { p->count }, { p->total }, { 0 }, { 0 }, p->minimum != INT64_MAX, p->maximum != INT64_MIN };

	if (m.has_minimum)
		m.minimum.units = p->minimum;
	if (m.has_maximum)
		m.maximum.units = p->maximum;
	return m;
}

/* ---- finishing ---- */

static struct series_line line_of(const struct series *s, enum series_source source, uint32_t number)
{
	struct series_line line = { .source = source, .number = number };

	if (source == SERIES_LOGS) {
		line.tuple = number / (uint32_t)s->plan->n_metrics;
		line.metric = number % (uint32_t)s->plan->n_metrics;
	} else {
		const struct measured_line measured = series_measured(s, number);

		line.tuple = measured.tuple;
		line.metric = measured.metric;
		line.grain = measured.grain;
	}
	line.resource = series_tuple_resource(s, line.tuple);
	return line;
}

/* One line for each stretch of points that have its number. */
static void add_lines(struct series *s, const struct points *p, enum series_source source, size_t *cap)
{
	for (size_t i = 0; i < p->n;) {
		struct series_line line = line_of(s, source, point_line(point_key_at(p, i)));

		line.first = i;
		while (i < p->n && point_line(point_key_at(p, i)) == line.number)
			i++;
		line.n = i - line.first;
		if (s->n_lines == *cap) {
			*cap = mem_grow(*cap, s->n_lines + 1);
			s->lines = mem_rearray(s->lines, *cap, sizeof *s->lines);
		}
		s->lines[s->n_lines++] = line;
	}
}

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_metric(const void *a, const void *b)
{
	const struct series_line *x = a, *y = b;
	int o = order(x->metric, y->metric);

	if (o == 0)
		o = order(x->resource, y->resource);
	if (o == 0)
		o = order(x->source, y->source);
	if (o == 0)
		o = order(x->grain, y->grain);
	return o != 0 ? o : order(x->tuple, y->tuple);
}

void series_finish(struct series *s)
{
	size_t cap = 0;

	points_sort(&s->counted_points);
	points_sort(&s->measured_points);
	points_sort(&s->wide_points);
	add_lines(s, &s->counted_points, SERIES_LOGS, &cap);
	add_lines(s, &s->measured_points, SERIES_METRICS, &cap);
	if (s->n_lines > 1)
		qsort(s->lines, s->n_lines, sizeof *s->lines, by_metric);
}

/* ---- asking ---- */

size_t series_resources(const struct series *s)
{
	return s->resources.keys.n;
}

struct slice series_resource_key(const struct series *s, size_t i)
{
	return dict_text(&s->resources.keys, (uint32_t)i);
}

struct series_resource series_resource(const struct series *s, size_t i)
{
	const struct slice key = series_resource_key(s, i);

	if (key.n == 0 || key.p[0] != '\0') {
		const struct resource_id id = classify_resource_id(key);

		return (struct series_resource){ key, id.type, id.name, s->resource_logs[i] };
	}
	const struct slice rest = slice_of(key.p + 1, key.n - 1);
	const size_t n = slice_find(rest, slice_of("", 1));

	return (struct series_resource){ slice_of(NULL, 0), slice_of(rest.p, n), slice_of(rest.p + n + 1, rest.n - n - 1),
		s->resource_logs[i] };
}

size_t series_metrics(const struct series *s)
{
	return s->plan->n_metrics + s->names.n;
}

struct slice series_metric(const struct series *s, size_t i)
{
	const bool planned = i < s->plan->n_metrics;

	if (planned && (s->plan->metrics[i].entry != NULL || s->spellings[i].p == NULL))
		return s->plan->metrics[i].name;
	return s->spellings[i];
}

struct slice series_value(const struct series *s, uint32_t tuple, size_t dimension)
{
	const char *p = dict_text(&s->tuples, tuple).p + sizeof(uint32_t);

	for (size_t i = 0;; i++) {
		uint32_t n;

		memcpy(&n, p, sizeof n);
		p += sizeof n;
		if (i == dimension)
			return slice_of(p, n);
		p += n;
	}
}

uint64_t series_untimed(const struct series *s)
{
	return s->untimed;
}

const struct series_line *series_lines(const struct series *s, size_t *n)
{
	*n = s->n_lines;
	return s->lines;
}

/* The first line that is not before those of the metric and the resource. */
static size_t first_line(const struct series *s, size_t metric, size_t resource)
{
	const struct series_line wanted = { .metric = (uint32_t)metric, .resource = (uint32_t)resource };
	size_t from = 0, to = s->n_lines;

	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (by_metric(&s->lines[middle], &wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* How many of the lines from `first` on, all of one metric and resource, have this source and grain. */
static size_t count_alike(const struct series *s, size_t first, const struct series_line *like)
{
	size_t n = 0;

	for (; first + n < s->n_lines; n++) {
		const struct series_line *l = &s->lines[first + n];

		if (l->metric != like->metric || l->resource != like->resource || l->source != like->source ||
		    l->grain != like->grain)
			break;
	}
	return n;
}

/* Whether one of these lines of metric records carries the dimension. */
static bool is_carried(const struct series *s, const struct series_line *lines, size_t n, size_t dimension)
{
	const enum series_origin origin = s->plan->dimensions[dimension].origin;

	if (origin == ORIGIN_SHARED || origin == ORIGIN_PROVISIONING)
		return true;
	for (size_t i = 0; i < n; i++)
		if (series_value(s, lines[i].tuple, dimension).n > 0)
			return true;
	return false;
}

const struct series_line *series_source_lines(const struct series *s, size_t metric, size_t resource, enum series_source source,
                                              size_t *n)
{
	struct series_line like = { .metric = (uint32_t)metric, .resource = (uint32_t)resource, .source = SERIES_LOGS };
	size_t first = first_line(s, metric, resource);

	*n = count_alike(s, first, &like);
	if (source == SERIES_METRICS) {
		first += *n;
		like.source = SERIES_METRICS;
		like.grain = first < s->n_lines ? s->lines[first].grain : 0;
		*n = count_alike(s, first, &like);
	}
	return *n == 0 ? NULL : s->lines + first;
}

/* Whether lines of a coarser grain follow these of metric records. */
static bool has_coarser(const struct series *s, const struct series_line *lines, size_t n)
{
	if (n == 0 || lines + n == s->lines + s->n_lines)
		return false;
	return lines[n].metric == lines->metric && lines[n].resource == lines->resource;
}

struct series_choice series_choose(const struct series *s, size_t metric, size_t resource, uint32_t named)
{
	size_t n_logs, n_metrics;
	const struct series_line *logs = series_source_lines(s, metric, resource, SERIES_LOGS, &n_logs);
	const struct series_line *metrics = series_source_lines(s, metric, resource, SERIES_METRICS, &n_metrics);
	struct series_choice c = { .source = SERIES_NONE, .coarser = has_coarser(s, metrics, n_metrics) };
	bool known = true;

	for (size_t i = 0; i < s->plan->n_dimensions; i++) {
		if ((named >> i & 1) == 0)
			continue;
		known = known && s->plan->dimensions[i].origin != ORIGIN_METRICS;
		c.lost = c.lost || (n_metrics > 0 && !is_carried(s, metrics, n_metrics, i));
	}
	if (n_metrics > 0 && !c.lost) {
		c.source = SERIES_METRICS;
		c.lines = metrics;
		c.n = n_metrics;
	} else if (n_logs > 0 && known) {
		c.source = SERIES_LOGS;
		c.lines = logs;
		c.n = n_logs;
	}
	return c;
}

/* Adds all that the points of metric records have under this key. */
static void add_measured(const struct series *s, uint64_t key, struct measure *out)
{
	for (size_t i = points_from(&s->measured_points, key);
	     i < s->measured_points.n && point_key_at(&s->measured_points, i) == key; i++) {
		const struct measure m = series_narrow(points_item(&s->measured_points, i));

		measure_add(out, &m);
	}
	for (size_t i = points_from(&s->wide_points, key); i < s->wide_points.n && point_key_at(&s->wide_points, i) == key; i++)
		measure_add(out, &((const struct wide_point *)points_item(&s->wide_points, i))->measure);
}

int64_t series_point(const struct series *s, const struct series_line *l, size_t i, struct measure *out)
{
	if (l->source == SERIES_LOGS) {
		const struct counted_point *p = points_item(&s->counted_points, l->first + i);

		*out = measure_of_records(p->n);
		return point_time(p->key);
	}
	const uint64_t key = point_key_at(&s->measured_points, l->first + i);

	*out = (struct measure){ .has_minimum = false };
	add_measured(s, key, out);
	return point_time(key);
}

/* ---- buckets ---- */

/* New keys for points that stay. `group` has one for each line of this source, by its number. */
static void rekey(struct points *p, const uint32_t *group, int64_t every)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		const uint64_t old = point_key_at(p, i);
		const uint32_t line = group[point_line(old)];

		if (line == SERIES_DROPPED)
			continue;
		const uint64_t key = point_key(line, time_floor(point_time(old), every));

		memmove(points_item(p, kept), points_item(p, i), p->item);
		memcpy(points_item(p, kept++), &key, sizeof key);
	}
	p->n = kept;
	points_sort(p);
}

/* Counts of one bucket become one. */
static void fold_counted(struct points *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct counted_point *from = points_item(p, i);
		struct counted_point *into = kept == 0 ? NULL : points_item(p, kept - 1);

		if (into != NULL && into->key == from->key)
			into->n += from->n;
		else
			memmove(points_item(p, kept++), from, p->item);
	}
	p->n = kept;
}

/* The groups of one source, by the number of the line in it. */
static uint32_t *groups_of(const struct series *s, enum series_source source, const uint32_t *group)
{
	uint32_t most = 0;
	uint32_t *groups;

	for (size_t i = 0; i < s->n_lines; i++)
		if (s->lines[i].source == source && s->lines[i].number > most)
			most = s->lines[i].number;
	groups = mem_array((size_t)most + 1, sizeof *groups);
	for (size_t i = 0; i < s->n_lines; i++)
		if (s->lines[i].source == source)
			groups[s->lines[i].number] = group[i];
	return groups;
}

void series_regroup(struct series *s, const uint32_t *group, int64_t every)
{
	uint32_t *counted = groups_of(s, SERIES_LOGS, group), *measured = groups_of(s, SERIES_METRICS, group);

	rekey(&s->counted_points, counted, every);
	fold_counted(&s->counted_points);
	rekey(&s->measured_points, measured, every);
	rekey(&s->wide_points, measured, every);
	free(counted);
	free(measured);
	free(s->lines);
	s->lines = NULL;
	s->n_lines = 0;
}

bool series_bucket(const struct series *s, uint32_t group, int64_t start, struct measure *out)
{
	const uint64_t key = point_key(group, start);
	const size_t counted = points_from(&s->counted_points, key), measured = points_from(&s->measured_points, key);
	bool any = measured < s->measured_points.n && point_key_at(&s->measured_points, measured) == key;

	*out = (struct measure){ .has_minimum = false };
	add_measured(s, key, out);
	if (counted < s->counted_points.n && point_key_at(&s->counted_points, counted) == key) {
		const struct counted_point *p = points_item(&s->counted_points, counted);
		const struct measure m = measure_of_records(p->n);

		measure_add(out, &m);
		any = true;
	}
	return any;
}
