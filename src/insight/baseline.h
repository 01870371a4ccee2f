/*
 * baseline.h - recommended rules, built in: Microsoft's for hubs, this program's own for provisioning.
 */
#ifndef DPSLOG_INSIGHT_BASELINE_H
#define DPSLOG_INSIGHT_BASELINE_H

#include "insight/rule.h"

struct baseline_entry {
	const char *name;
	const char *source;         /* who recommends it */
	const char *description;
	const char *target_type;
	unsigned severity, window, frequency;
	const char *conditions[2];  /* as condition_parse reads them; NULL: only one */
};

extern const struct baseline_entry baseline_table[];
extern const size_t baseline_count;

/* Adds all of them. */
void baseline_add(struct rules *rules);

#endif
