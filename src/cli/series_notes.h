/*
 * series_notes.h - what there is to say about the numbers of `series`: where they come from, what is missing, what disagrees.
 */
#ifndef DPSLOG_CLI_SERIES_NOTES_H
#define DPSLOG_CLI_SERIES_NOTES_H

#include "base/diag.h"
#include "report/timeline.h"

/* Of each metric and resource. The series is finished and not yet regrouped. */
void series_notes(struct diag *diag, const struct series *s, const struct series_plan *plan, enum aggregation aggregation);
/* Of so many bands that were added up. */
void series_notes_rest(struct diag *diag, uint64_t rest);

#endif
