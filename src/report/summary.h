/*
 * summary.h - what happened, to whom, since when, is it over, what to do: the numbers of one screen, and two renderers.
 */
#ifndef DPSLOG_REPORT_SUMMARY_H
#define DPSLOG_REPORT_SUMMARY_H

#include "base/arena.h"
#include "base/ledger.h"
#include "insight/traits.h"
#include "report/json.h"
#include "tally/tally.h"

enum { SUMMARY_SPANS = 48, SUMMARY_SERVICES = 3 };

struct summary_code {
	struct slice code, result_type, service, meaning;
	uint64_t failures, devices;
	uint64_t of_service[SUMMARY_SERVICES]; /* failures: of no service, dps, hub */
	int64_t first_failure, last_failure;
};

struct summary_device {
	struct slice device, result_type;
	uint64_t failures;
	int64_t last_failure, last_success;
	enum state state;
};

struct summary_advice {
	struct slice code, text, command;
	uint64_t devices;
	struct trait trait;          /* what these devices have in common, if that is strong */
};

struct summary {
	struct arena arena;          /* of all its texts */
	uint64_t records, failures, devices, devices_failing;
	struct expected_failures expected; /* of the failures: an estimate */
	bool stateless;              /* the selection leaves no states, and no last successes */
	uint64_t states[STATE_FAILING + 1];
	int64_t first, last;         /* TIME_NONE: nothing is timed */
	int64_t every, start;        /* of the series; 0 and TIME_NONE without one */
	uint64_t *spans;
	size_t n_spans;
	struct summary_code *codes;
	size_t n_codes;
	struct summary_device *worst;
	size_t n_worst;
	struct summary_advice *advice;
	size_t n_advice;
};

/* What a tally must keep for a summary: keys service, code, resultType; states; expected failures; minutes. */
void summary_want(struct tally_plan *plan);
/*
 * `top`: how many codes and devices, 0: all. Returns the errno of what failed with the temporary files of a tally that was
 * spilled, else 0; to be freed in any case.
 */
int summary_make(struct summary *s, struct tally *t, uint64_t top);
void summary_free(struct summary *s);

/* The members of the JSON document between `command` and `input`. */
void summary_json(struct json *j, const struct summary *s);

struct summary_text_options {
	size_t width;
	bool color;
	const struct zone *zone;     /* NULL: UTC */
	const char *zone_name;
	bool complete;               /* all of the input was read */
};
void summary_text(struct output *out, const struct summary *s, const struct ledger *l, struct summary_text_options options);

/* `4h`, `15m`, `3d`: a span as --every has it. */
void summary_every(struct buf *out, int64_t every);

#endif
