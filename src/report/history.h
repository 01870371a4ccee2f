/*
 * history.h - the story of a device: what it did, folded, with its states, its sessions, and how its neighbours are.
 *
 * Made from a tally as roster_want has it, and the events of the chosen devices; texts are the history's own.
 */
#ifndef DPSLOG_REPORT_HISTORY_H
#define DPSLOG_REPORT_HISTORY_H

#include "report/json.h"
#include "report/roster.h"
#include "tally/events.h"

enum { HISTORY_EVENTS = 1000000 };

/* The keys of an event's outcome, in this order. */
enum history_key { HISTORY_SERVICE, HISTORY_RESOURCE, HISTORY_CATEGORY, HISTORY_OPERATION, HISTORY_RESULT, HISTORY_CODE,
	HISTORY_KEYS };

/* A run of events with equal outcomes, or of several sessions that ended alike. */
struct history_step {
	int64_t from, to;              /* the first and the last of its records */
	int64_t gap;                   /* since the step before, microseconds; TIME_NONE: it is the first */
	uint64_t records;
	bool failure;
	enum state state;              /* after it, of all that came so far */
	bool changed;                  /* it is another than before */
	struct slice key[HISTORY_KEYS];
	struct slice meaning;          /* of the code, a few words */
	uint64_t sessions;             /* so many connects, each with its disconnect, are this one step; 0: it is plain */
	struct slice end_result, end_code, end_meaning; /* of these disconnects */
};

/* From a successful connect to the next disconnect at the same hub, unless another connect comes before it. */
struct history_session {
	int64_t from, to;
	struct slice resource, code;   /* of the disconnect */
};

/* The other devices with the same value, by their states. */
struct history_neighbours {
	struct slice value;            /* empty: the device has none */
	uint64_t states[STATE_FAILING + 1];
};

enum { HISTORY_BY_ENROLLMENT, HISTORY_BY_LOCATION, HISTORY_NEIGHBOURS };

struct history_device {
	struct cell cells[ROSTER_COLUMNS];
	struct history_step *steps;
	struct history_session *sessions;
	size_t n_steps, n_sessions;
	int64_t connected;             /* in all sessions together */
	bool several_resources;        /* of one service: which one must be said */
	uint64_t told;                 /* records in the steps: the newest; others have no time or are too many */
	struct history_neighbours neighbours[HISTORY_NEIGHBOURS];
};

struct history {
	struct arena arena;
	struct history_device *devices; /* bytewise by id */
	size_t n, cap;
	uint64_t matching;             /* devices; more than EVENTS_DEVICES_MOST: only these have stories */
};

/* What must be kept. */
void history_want(struct tally_plan *tally, struct events_plan *events, struct slice glob);
/* 0, or the errno of temporary files that failed. */
int history_make(struct history *h, struct tally *t, const struct events *e);
void history_free(struct history *h);

/* The member `devices` of the JSON document. */
void history_json(struct json *j, const struct history *h);

struct history_text_options {
	size_t width;
	bool color;
	const struct zone *zone;       /* NULL: UTC */
	const char *zone_name;
};
void history_text(struct output *out, const struct history *h, struct history_text_options options);

#endif
