/*
 * ask.c - from a word to the entries that it asks for.
 */
#include "insight/ask.h"

#include <assert.h>

static void add(struct codes_answer *a, const struct code_entry *entry)
{
	assert(a->n < CODES_ANSWERS);
	a->entry[a->n++] = entry;
}

bool codes_ask(struct slice word, struct codes_answer *answer)
{
	enum codes_match how;
	const struct code_entry *best = codes_explain(word, SLICE("any"), &how);

	*answer = (struct codes_answer){ .asked = word, .how = how };
	if (best != NULL) {
		const struct code_entry *e = codes_first(codes_field(best, CODES_CODE));

		for (; e != NULL; e = codes_after(e))
			add(answer, e);
		return true;
	}
	for (const struct code_entry *e = codes_by_name(word); e != NULL; e = codes_by_name_after(word, e))
		add(answer, e);
	answer->by_name = answer->n > 0;
	if (answer->by_name)
		answer->how = CODES_EXACT;
	return answer->by_name;
}

void codes_look(struct buf *out, const struct codes_answer *answer, const struct code_entry *entry)
{
	if (answer->how == CODES_EXACT) {
		buf_slice(out, codes_field(entry, CODES_LOOK));
		return;
	}
	buf_str(out, "dpslog failures --code ");
	buf_slice(out, answer->asked);
	buf_str(out, " --by category,operationName,message PATH");
}

/* A code of six digits of this status, and of the same service. */
static bool is_within(const struct code_entry *e, struct slice status, struct slice service)
{
	return slice_is_digits(codes_field(e, CODES_CODE), 6) && slice_starts_nocase(codes_field(e, CODES_CODE), status) &&
	       (slice_eq(service, SLICE("any")) || slice_eq(codes_field(e, CODES_SERVICE), service));
}

const struct code_entry *codes_within(const struct code_entry *entry, const struct code_entry *after)
{
	const struct slice status = codes_field(entry, CODES_CODE), service = codes_field(entry, CODES_SERVICE);

	if (!slice_is_digits(status, 3))
		return NULL;
	for (size_t i = 0; i < codes_count(); i++) {
		const struct code_entry *e = codes_at(i);

		if (is_within(e, status, service) &&
		    (after == NULL || slice_cmp(codes_field(after, CODES_CODE), codes_field(e, CODES_CODE)) < 0))
			return e;
	}
	return NULL;
}
