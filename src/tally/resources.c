/*
 * resources.c - resources of records as numbers.
 */
#include "tally/resources.h"

void resources_free(struct resources *rs)
{
	dict_free(&rs->keys);
	for (size_t i = 0; i < RESOURCES_MEMO; i++)
		buf_free(&rs->memo[i].text);
	buf_free(&rs->scratch);
}

uint32_t resources_add(struct resources *rs, struct slice key, uint64_t seed)
{
	return dict_number(&rs->keys, key, seed);
}

static void add_upper(struct buf *out, struct slice text)
{
	buf_byte(out, '\0');
	for (size_t i = 0; i < text.n; i++)
		buf_byte(out, ascii_upper(text.p[i]));
}

uint32_t resources_of(struct resources *rs, const struct record *r, uint64_t seed)
{
	const struct slice id = record_id(r);
	struct resource_memo *memo = id.n == 0 ? NULL : &rs->memo[(id.n ^ (unsigned char)id.p[id.n - 1]) % RESOURCES_MEMO];

	if (memo != NULL && slice_eq(id, buf_view(&memo->text)))
		return memo->number;
	rs->scratch.n = 0;
	if (memo != NULL) {
		classify_join_id(id, &rs->scratch);
	} else {
		add_upper(&rs->scratch, record_field(r, F_RESOURCE_TYPE));
		add_upper(&rs->scratch, record_field(r, F_RESOURCE));
	}
	const uint32_t number = resources_add(rs, buf_view(&rs->scratch), seed);

	if (memo != NULL) {
		memo->text.n = 0;
		buf_slice(&memo->text, id);
		memo->number = number;
	}
	return number;
}
