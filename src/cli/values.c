/*
 * values.c - reading the values of options.
 */
#include "cli/values.h"

#include "base/mem.h"

bool value_number(struct slice s, uint64_t *out)
{
	uint64_t n = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_digit(s.p[i]) || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(s.p[i] - '0'), &n))
			return false;
	}
	*out = n;
	return true;
}

/* The factor of a unit as GNU programs write it; 0 if it is none. */
static uint64_t value_unit(struct slice unit)
{
	static const char letters[] = "kmgt";
	uint64_t factor = 1, base = 1024;
	const char *at;

	if (unit.n == 0)
		return 1;
	at = memchr(letters, ascii_lower(unit.p[0]), sizeof(letters) - 1);
	if (at == NULL)
		return 0;
	unit = slice_of(unit.p + 1, unit.n - 1);
	if (slice_eq_nocase(unit, SLICE("b")))
		base = 1000;
	else if (unit.n != 0 && !slice_eq_nocase(unit, SLICE("ib")))
		return 0;
	for (const char *l = letters; l <= at; l++)
		factor *= base;
	return factor;
}

bool value_size(struct slice s, uint64_t *out)
{
	size_t digits = 0;
	uint64_t factor, n;

	while (digits < s.n && ascii_is_digit(s.p[digits]))
		digits++;
	factor = value_unit(slice_of(s.p + digits, s.n - digits));
	if (factor == 0 || !value_number(slice_of(s.p, digits), &n) || n == 0)
		return false;
	return !__builtin_mul_overflow(n, factor, out);
}

bool value_code(struct slice s)
{
	if (s.n == 0)
		return true;
	return (slice_is_digits(s, 3) || slice_is_digits(s, 6)) && (s.p[0] == '4' || s.p[0] == '5');
}

bool value_choice(struct slice s, const char *words, unsigned *out)
{
	for (unsigned i = 0;; i++) {
		size_t n = strcspn(words, " ");

		if (slice_eq(s, slice_of(words, n))) {
			*out = i;
			return true;
		}
		if (words[n] == '\0')
			return false;
		words += n + 1;
	}
}

void value_add(struct option_list *list, struct slice item)
{
	list->items = mem_rearray(list->items, list->n + 1, sizeof(*list->items));
	list->items[list->n++] = item;
}

void value_list(struct slice s, struct option_list *list)
{
	for (;;) {
		size_t n = slice_find(s, SLICE(","));

		value_add(list, slice_trim(slice_of(s.p, n)));
		if (n == s.n)
			return;
		s = slice_of(s.p + n + 1, s.n - n - 1);
	}
}

bool value_time(struct slice s, const struct zone *zone, struct option_time *out)
{
	int64_t as_utc, elsewhere;

	if (s.n > 0 && s.p[0] == '-') {
		out->kind = OPTION_TIME_BACK;
		out->us = time_parse_span(slice_of(s.p + 1, s.n - 1));
		return out->us != TIME_NONE;
	}
	out->kind = OPTION_TIME_AT;
	as_utc = time_parse_option(s, 0);
	elsewhere = time_parse_option(s, TIME_HOUR);
	/* Only a text without a zone means another instant when read elsewhere. */
	out->us = as_utc == elsewhere || zone == NULL ? as_utc : zone_to_utc(zone, as_utc);
	return as_utc != TIME_NONE;
}
