/*
 * ledger_json.h - the ledger as the JSON object of dpslog-json(5): under "input" of every report, and in --ledger FILE.
 */
#ifndef DPSLOG_REPORT_LEDGER_JSON_H
#define DPSLOG_REPORT_LEDGER_JSON_H

#include "base/diag.h"
#include "base/ledger.h"
#include "report/json.h"
#include "scan/copies.h"

enum { LEDGER_JSON_PROBLEMS = 1000 };

/* One object, as the next value of j. `complete`: all of the input was read (nothing tolerated counts as read). */
void ledger_json(struct json *j, const struct ledger *l, struct copies *c, struct diag *d, bool complete);

#endif
