/*
 * series.h - measurements by minute: of each metric, of each resource, of each combination of values of the dimensions that a
 * command names.
 *
 * Such a combination of one source is a line. Lines of log records need only a count for a minute; those of metric records have
 * count, total, minimum and maximum. What is there is a matter of minutes that something was measured in, never of records.
 *
 * While records are added and accumulators merged nothing can be asked. series_finish puts everything in order; from then on
 * it is only read, from any thread, but for series_regroup, which is the end of the lines.
 */
#ifndef DPSLOG_TALLY_SERIES_H
#define DPSLOG_TALLY_SERIES_H

#include "record/keys.h"
#include "record/metric.h"
#include "tally/accumulator.h"
#include "tally/measure.h"

enum series_origin {
	ORIGIN_KEY,              /* a key of log records; a metric record has it as a dimension of that name */
	ORIGIN_SHARED,           /* a key that every record has: resource, service, minute, hour, day */
	ORIGIN_STATUS,           /* of log records `Succeeded` or `Failed` */
	ORIGIN_PROVISIONING,     /* ProvisioningServiceName: the resource, for DPS only */
	ORIGIN_METRICS           /* only metric records have it */
};

/* What lines are told apart by. */
struct series_dimension {
	struct slice name;       /* as given */
	enum series_origin origin;
	size_t key;              /* in the plan's keys, where it has one */
	bool timed;              /* its text is an int64_t (KEY_TIME) */
	struct dimension_slots slots;
};

/* What a command wants measured. Metrics and names are the caller's and outlive it. */
struct series_plan {
	const struct metric *metrics;
	size_t n_metrics;        /* at most METRICS_MOST */
	bool all;                /* also every other metric that metric records name */
	struct series_dimension dimensions[DIMENSIONS_MOST];
	size_t n_dimensions;
	struct keys keys;        /* series_plan_dimension's */
	uint64_t seed;
};

/* Adds a key or a dimension, whatever its case; its number, or -1 if there are too many. The same one twice is one. */
int series_plan_dimension(struct series_plan *p, struct slice name);

enum series_source { SERIES_NONE = 0, SERIES_LOGS = 1, SERIES_METRICS = 2 };

struct series_resource {
	struct slice id;         /* in upper case, `/SEGMENT` for each; empty: records without a resourceId */
	struct slice type, name; /* in upper case */
	bool logs;               /* there are selected log records of it, measured or not */
};

struct series_line {
	uint32_t metric, resource, tuple;
	uint32_t grain;          /* minutes, of metric records */
	enum series_source source;
	uint32_t number;         /* among the lines of its source */
	size_t first, n;         /* its points */
};

struct series;

/* As an accumulator of the scan; its plan is a struct series_plan. */
extern const struct accumulator_kind series_kind;

void series_finish(struct series *s);

/*
 * Resources, and metrics behind those of the plan, are numbered in the order of arrival: no output may depend on it.
 */
size_t series_resources(const struct series *s);
struct series_resource series_resource(const struct series *s, size_t i);
/* Its key (resources.h), as long as the series. */
struct slice series_resource_key(const struct series *s, size_t i);
size_t series_metrics(const struct series *s);
/* As it is printed: in the table's spelling, or the bytewise least that was logged, or as asked. */
struct slice series_metric(const struct series *s, size_t i);
/* The value of a dimension in a line's tuple. */
struct slice series_value(const struct series *s, uint32_t tuple, size_t dimension);
/* How many selected records had no time, and are measurements of no minute. */
uint64_t series_untimed(const struct series *s);

/* All lines, ordered by metric, resource, source, grain. */
const struct series_line *series_lines(const struct series *s, size_t *n);
/*
 * Which lines measure a metric of a resource. The source is its metric records, those of the finest grain, if there are any
 * and each of the dimensions in `named` (a bit for each) is carried by one of them; else its log records, if they know them
 * all; else none.
 */
struct series_choice {
	enum series_source source;
	const struct series_line *lines;
	size_t n;
	bool coarser;            /* there are metric records of a coarser grain, which don't count */
	bool lost;               /* there are metric records, but without a dimension that is named */
};
struct series_choice series_choose(const struct series *s, size_t metric, size_t resource, uint32_t named);
/* The lines of one source, of metric records those of the finest grain, whether they are the choice or not; NULL if none. */
const struct series_line *series_source_lines(const struct series *s, size_t metric, size_t resource, enum series_source source,
                                              size_t *n);
/* Point i of a line: the start of the minute. */
int64_t series_point(const struct series *s, const struct series_line *l, size_t i, struct measure *out);

/*
 * Puts lines together: `group` has a number for each line, SERIES_DROPPED for those that don't count, and all points of a
 * group in a bucket of this length become one, in place. Lines and points cannot be asked any more, buckets can.
 */
#define SERIES_DROPPED UINT32_MAX
void series_regroup(struct series *s, const uint32_t *group, int64_t every);
/* What was measured in the bucket of a group that begins there. False: nothing. */
bool series_bucket(const struct series *s, uint32_t group, int64_t start, struct measure *out);

size_t series_size(const struct series *s);

#endif
