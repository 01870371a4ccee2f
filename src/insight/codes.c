/*
 * codes.c - looking things up in the catalogue of error codes.
 *
 * Both tables are sorted when the program is built (gen_codes.awk), so a look-up is a binary
 * search for the first entry that is not less, and the few entries of one code or name follow it.
 */
#include "insight/codes.h"

#include <assert.h>

#include "insight/codes_data.h"

/* Order of two texts without regard to ASCII case, a prefix before what it begins. */
static int compare_nocase(struct slice a, struct slice b)
{
	const size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++) {
		const unsigned char x = (unsigned char)ascii_lower(a.p[i]);
		const unsigned char y = (unsigned char)ascii_lower(b.p[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a.n > b.n) - (a.n < b.n);
}

size_t codes_count(void)
{
	return codes_data_count;
}

const struct code_entry *codes_at(size_t index)
{
	return index < codes_data_count ? &codes_data[index] : NULL;
}

struct slice codes_field(const struct code_entry *entry, enum codes_field field)
{
	assert(entry != NULL && (size_t)field < CODES_FIELDS);
	return entry->cell[field];
}

struct slice codes_part(const struct code_entry *entry, enum codes_field field, size_t index)
{
	struct slice rest = codes_field(entry, field);

	for (;;) {
		const char *bar = memchr(rest.p, '|', rest.n);
		const size_t n = bar == NULL ? rest.n : (size_t)(bar - rest.p);

		if (index == 0)
			return slice_trim(slice_of(rest.p, n));
		if (bar == NULL)
			return SLICE("");
		rest = slice_of(bar + 1, rest.n - n - 1);
		index--;
	}
}

const struct code_entry *codes_first(struct slice code)
{
	size_t low = 0;
	size_t high = codes_data_coded;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (compare_nocase(codes_data[middle].cell[CODES_CODE], code) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == codes_data_coded || !slice_eq_nocase(codes_data[low].cell[CODES_CODE], code))
		return NULL;
	return &codes_data[low];
}

const struct code_entry *codes_after(const struct code_entry *entry)
{
	const size_t next = (size_t)(entry - codes_data) + 1;

	if (next >= codes_data_coded ||
	    !slice_eq(codes_data[next].cell[CODES_CODE], entry->cell[CODES_CODE]))
		return NULL;
	return &codes_data[next];
}

/* Within a code: which entry suits the service better; 0 is best. */
static int distance(const struct code_entry *entry, struct slice service)
{
	const struct slice own = entry->cell[CODES_SERVICE];

	if (slice_eq_nocase(own, service))
		return 0;
	if (slice_eq(own, SLICE("any")))
		return 1;
	return slice_eq(own, SLICE("hub")) ? 2 : 3;
}

const struct code_entry *codes_find(struct slice code, struct slice service)
{
	const struct code_entry *best = codes_first(code);

	if (best == NULL)
		return NULL;
	for (const struct code_entry *e = codes_after(best); e != NULL; e = codes_after(e))
		if (distance(e, service) < distance(best, service))
			best = e;
	return best;
}

static bool is_number_of_code(struct slice code)
{
	return (slice_is_digits(code, 3) || slice_is_digits(code, 6)) &&
	       (code.p[0] == '4' || code.p[0] == '5');
}

const struct code_entry *codes_explain(struct slice code, struct slice service, enum codes_match *how)
{
	enum codes_match match = CODES_EXACT;
	const struct code_entry *entry = codes_find(code, service);

	if (entry == NULL && is_number_of_code(code)) {
		match = CODES_BY_STATUS;
		entry = codes_find(slice_of(code.p, 3), service);
		if (entry == NULL) {
			match = CODES_BY_CLASS;
			entry = codes_find(code.p[0] == '4' ? SLICE("4XX") : SLICE("5XX"), service);
		}
	}
	if (how != NULL)
		*how = entry == NULL ? CODES_UNKNOWN : match;
	return entry;
}

/* The next character of a name that counts, in lower case; -1 at the end. */
static int next_letter(struct slice name, size_t *at)
{
	while (*at < name.n) {
		const char c = name.p[(*at)++];

		if (c != ' ' && c != '.' && c != '-' && c != '_')
			return (unsigned char)ascii_lower(c);
	}
	return -1;
}

/* Order of two names; a prefix comes before what it begins. */
static int compare_names(struct slice a, struct slice b)
{
	size_t i = 0, j = 0;
	int x, y;

	do {
		x = next_letter(a, &i);
		y = next_letter(b, &j);
	} while (x == y && x >= 0);
	return (x > y) - (x < y);
}

/* The place of the first name that is not less. */
static size_t lower_bound_name(struct slice name)
{
	size_t low = 0;
	size_t high = codes_names_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (compare_names(codes_names[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct code_entry *entry_of_name(size_t place, struct slice name)
{
	if (place >= codes_names_count || compare_names(codes_names[place].name, name) != 0)
		return NULL;
	return codes_names[place].entry;
}

const struct code_entry *codes_by_name(struct slice name)
{
	return entry_of_name(lower_bound_name(name), name);
}

const struct code_entry *codes_by_name_after(struct slice name, const struct code_entry *entry)
{
	size_t place = lower_bound_name(name);
	const struct code_entry *e;

	while ((e = entry_of_name(place, name)) != NULL) {
		place++;
		if (e == entry)
			return entry_of_name(place, name);
	}
	return NULL;
}

struct slice codes_name_at(size_t index)
{
	return index < codes_names_count ? codes_names[index].name : slice_of(NULL, 0);
}

struct slice codes_source_page(struct slice title)
{
	for (size_t i = 0; i < codes_sources_count; i++)
		if (slice_eq(codes_sources[i].title, title))
			return codes_sources[i].page;
	return SLICE("");
}
