/*
 * duration.c - spans of time in three notations, all in seconds until the end.
 */
#include "base/duration.h"

#include "base/time.h"

/* Beyond this no unit can overflow, and no rule is valid. */
enum { AMOUNT_MOST = 1000000 };

struct unit {
	char letter;
	uint64_t seconds;
};

/* The digits that s begins with, taken off it; false: none, or absurdly many. */
static bool take_amount(struct slice *s, uint64_t *amount)
{
	size_t n = 0;

	*amount = 0;
	for (; n < s->n && ascii_is_digit(s->p[n]) && *amount <= AMOUNT_MOST; n++)
		*amount = *amount * 10 + (uint64_t)(s->p[n] - '0');
	*s = slice_of(s->p + n, s->n - n);
	return n > 0 && *amount <= AMOUNT_MOST;
}

static bool take_byte(struct slice *s, char c)
{
	if (s->n == 0 || ascii_upper(s->p[0]) != c)
		return false;
	*s = slice_of(s->p + 1, s->n - 1);
	return true;
}

/* Amounts with these units, each at most once and in this order, up to the end or a T. */
static bool take_units(struct slice *s, const struct unit *units, size_t n, uint64_t *seconds, bool *any)
{
	size_t u = 0;

	while (s->n > 0 && ascii_upper(s->p[0]) != 'T') {
		uint64_t amount;

		if (!take_amount(s, &amount))
			return false;
		while (u < n && !take_byte(s, units[u].letter))
			u++;
		if (u == n)
			return false;
		*seconds += amount * units[u++].seconds;
		*any = true;
	}
	return true;
}

static bool parse_iso(struct slice s, uint64_t *seconds)
{
	static const struct unit days[] = { { 'W', 7 * 86400 }, { 'D', 86400 } };
	static const struct unit times[] = { { 'H', 3600 }, { 'M', 60 }, { 'S', 1 } };
	bool any = false;

	if (!take_byte(&s, 'P') || !take_units(&s, days, 2, seconds, &any))
		return false;
	if (take_byte(&s, 'T')) {
		any = false;
		if (!take_units(&s, times, 3, seconds, &any))
			return false;
	}
	return any && s.n == 0;
}

static bool take_two_digits(struct slice *s, uint64_t *amount)
{
	return take_byte(s, ':') && s->n >= 2 && slice_is_digits(slice_of(s->p, 2), 2) && take_amount(s, amount) && *amount < 60;
}

/* `[N day[s], ]H:MM:SS` */
static bool parse_clock(struct slice s, uint64_t *seconds)
{
	static const struct slice day[] = { SLICE(" days, "), SLICE(" day, ") };
	uint64_t amount, minutes, rest;

	if (!take_amount(&s, &amount))
		return false;
	for (size_t i = 0; i < 2; i++) {
		if (slice_starts_nocase(s, day[i])) {
			s = slice_of(s.p + day[i].n, s.n - day[i].n);
			*seconds = amount * 86400;
			if (!take_amount(&s, &amount))
				return false;
			break;
		}
	}
	if (!take_two_digits(&s, &minutes) || !take_two_digits(&s, &rest) || s.n > 0)
		return false;
	*seconds += amount * 3600 + minutes * 60 + rest;
	return true;
}

bool duration_parse(struct slice s, uint64_t *minutes)
{
	uint64_t seconds = 0;
	int64_t span;

	if (!parse_iso(s, &seconds)) {
		seconds = 0;
		if (!parse_clock(s, &seconds)) {
			span = time_parse_span(s);
			if (span < 0 || span % TIME_SECOND != 0)
				return false;
			seconds = (uint64_t)(span / TIME_SECOND);
		}
	}
	*minutes = seconds / 60;
	return seconds % 60 == 0;
}

void duration_format(uint64_t minutes, struct buf *out)
{
	const uint64_t days = minutes / 1440, hours = minutes / 60 % 24;

	buf_byte(out, 'P');
	if (days > 0)
		buf_printf(out, "%uD", (unsigned)days);
	if (minutes % 1440 == 0)
		return;
	buf_byte(out, 'T');
	if (hours > 0)
		buf_printf(out, "%uH", (unsigned)hours);
	if (minutes % 60 > 0)
		buf_printf(out, "%uM", (unsigned)(minutes % 60));
}
