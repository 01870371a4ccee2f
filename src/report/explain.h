/*
 * explain.h - what the catalogue says about codes, for people and as data; and the catalogue as a list.
 */
#ifndef DPSLOG_REPORT_EXPLAIN_H
#define DPSLOG_REPORT_EXPLAIN_H

#include "insight/ask.h"
#include "report/json.h"

struct explain_text_options {
	size_t width;   /* columns to fit into; 0: 80 */
	bool color;
};

/* An answer for people; a line feed stands between two. */
void explain_text(struct output *out, const struct codes_answer *answer, struct explain_text_options options);
/* An answer as an object. */
void explain_json(struct json *j, const struct codes_answer *answer);
/* The whole catalogue, a row for each entry: code, name (the first), service, meaning. */
struct view explain_list(void);

#endif
