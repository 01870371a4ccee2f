/*
 * spans.h - failures within spans of minutes: of each span how often each device failed with each code.
 *
 * A span is about one resource and takes what its filter takes; spans may overlap by thousands. What is kept is a matter of
 * distinct spans, devices and codes, never of records. While records are added and accumulators merged nothing can be asked;
 * after spans_finish it is only read.
 */
#ifndef DPSLOG_TALLY_SPANS_H
#define DPSLOG_TALLY_SPANS_H

#include "tally/accumulator.h"
#include "tally/resources.h"

struct span {
	int64_t begin, end;      /* minutes since 1970: those from begin up to, but without, end */
	struct slice resource;   /* its key (resources.h) */
	size_t filter;           /* a number that means something to `takes` */
};

/* What is the caller's outlives it. */
struct spans_plan {
	const struct span *spans;
	size_t n;
	uint64_t members;        /* of properties (FIELD_BITs), that `takes` asks for */
	/* Whether a failed record counts in the spans of this filter. Asked by several workers at once. */
	bool (*takes)(const void *ctx, size_t filter, struct record *r);
	const void *ctx;
	/* by bind; spans_plan_free's */
	uint64_t seed;
	struct spans_index *index;
};

void spans_plan_free(struct spans_plan *p);

struct span_count {
	uint32_t device, code;   /* numbers, for spans_device and spans_code; they come in no order that means anything */
	uint64_t failures;
};

struct spans;

/* As an accumulator of the scan; its plan is a struct spans_plan. */
extern const struct accumulator_kind spans_kind;

void spans_finish(struct spans *s);
/* The counts of a span of the plan, by its number. */
const struct span_count *spans_counts(const struct spans *s, size_t span, size_t *n);
/* Empty for failures that name no device. */
struct slice spans_device(const struct spans *s, uint32_t i);
/* The code, where a failure has none its resultType, or empty. */
struct slice spans_code(const struct spans *s, uint32_t i);

#endif
