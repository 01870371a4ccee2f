/*
 * groups.h - the groups of a tally as ordered rows, and as a view: the table of `failures`.
 *
 * The tally must outlive the groups; texts are its.
 */
#ifndef DPSLOG_REPORT_GROUPS_H
#define DPSLOG_REPORT_GROUPS_H

#include "report/view.h"
#include "tally/tally.h"

struct group {
	struct slice device;      /* if it is a key */
	struct slice outcome;     /* outcome_key */
	uint64_t records, failures, devices;
	int64_t first_failure, last_failure, last_success; /* TIME_NONE: none */
	enum state state;
};

struct groups;

/* The columns after the keys. */
enum group_column { GROUP_RECORDS, GROUP_FAILURES, GROUP_RATE, GROUP_DEVICES, GROUP_FIRST, GROUP_LAST, GROUP_SUCCESS, GROUP_STATE,
	GROUP_COLUMNS };

struct groups_order {
	int column;               /* index among the view's columns; -1: by failures, descending */
	bool descending;
};

/* Which column of the table is called so, for keys like these; -1: none. Its names are those of the CSV. */
int groups_column(const struct keys *keys, struct slice name);
/* Names of the columns that come after the keys, in order, NULL at the end. */
const char *const *groups_column_names(bool with_device);

/*
 * `all`: also groups without a failure. `top`: how many at most, 0: all. Then the keys ascending, bytewise. `threads`: that may order them.
 * Of a tally that was spilled only the view can be asked.
 */
struct groups *groups_new(struct tally *t, bool all, struct groups_order order, uint64_t top, unsigned threads);
void groups_free(struct groups *g);
uint64_t groups_count(const struct groups *g);
struct group groups_at(const struct groups *g, uint64_t i);
/* The text of key i of a group; for a KEY_TIME the time as text, in `buffer` (TIME_TEXT_MAX bytes). */
struct slice groups_key(const struct groups *g, const struct group *group, size_t i, char *buffer);
/* Lives as long as the groups. */
const struct view *groups_view(struct groups *g);

#endif
