/*
 * scope.h - which resources a rule is about.
 */
#ifndef DPSLOG_INSIGHT_SCOPE_H
#define DPSLOG_INSIGHT_SCOPE_H

#include "insight/rule.h"
#include "tally/series.h"

/*
 * By leading segments of the resource id, where a resource has none by the last segment of a scope that is a resource; and by the
 * type that the rule or the condition's namespace names, which a resource without a type may always be. Without regard to case.
 */
bool scope_takes(const struct rule *rule, const struct condition *c, struct series_resource r);
/* A hub, or what may be one. */
bool scope_is_hub(struct series_resource r);

#endif
