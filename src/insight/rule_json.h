/*
 * rule_json.h - rules from Azure's own JSON.
 *
 * A file is one rule, an array of them (nested as in the portal and in REST, or flat as `az ... list` prints it), an ARM template,
 * or a parameter file, which then fills all templates. Other kinds of alert rules are recognised and become rules that say why
 * they are not evaluated; resources of templates that are no alert rules are passed over.
 */
#ifndef DPSLOG_INSIGHT_RULE_JSON_H
#define DPSLOG_INSIGHT_RULE_JSON_H

#include "insight/rule.h"

struct rule_file {
	const char *path;       /* a rule without a name takes its last part, without .json */
	struct slice text;
};

/*
 * Adds the rules of all files, in order. What is wrong becomes a problem `PATH: PLACE: expected X, found Y`; a rule with a
 * problem is left out, the others are read.
 */
void rules_read(struct rules *rules, const struct rule_file *files, size_t n);

#endif
