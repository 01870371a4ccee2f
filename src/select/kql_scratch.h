/*
 * kql_scratch.h - what a worker needs to run patterns.
 */
#ifndef DPSLOG_SELECT_KQL_SCRATCH_H
#define DPSLOG_SELECT_KQL_SCRATCH_H

#include "select/kql_node.h"
#include "select/kql_regex.h"

/* As kql_regex_find; that it gave up is remembered in the run. */
enum kql_found kql_scratch_find(struct kql_run *run, const struct kql_regex *r, struct slice text, size_t from,
                                uint32_t which,
                                struct slice *group);

#endif
