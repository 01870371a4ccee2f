/*
 * condition.h - conditions as Azure's command line has them.
 *
 *     AGG [NAMESPACE.]METRIC OP NUMBER [where NAME includes VALUE {or VALUE} {and NAME ...}]
 *     AGG [NAMESPACE.]METRIC OP dynamic SENSITIVITY FAILING of PERIODS [since TIME] [where ...]
 *
 * As there, a name without quotes is cut at its last dot. Beyond it: negative thresholds, `startswith`, quotes round
 * dimensions and values.
 */
#ifndef DPSLOG_INSIGHT_CONDITION_H
#define DPSLOG_INSIGHT_CONDITION_H

#include "insight/rule.h"

/* Text goes to the arena. False: error gets what was expected and where, with text of the condition. */
bool condition_parse(struct slice text, struct arena *arena, struct condition *out, struct buf *error);
/* Without the namespace; names are quoted unless they are letters, digits, `_` and blanks, and read back so. */
void condition_format(const struct condition *c, struct buf *out);

#endif
