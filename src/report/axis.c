/*
 * axis.c - round numbers: 1, 2 or 5 times a power of ten; round times: what a clock or a calendar has.
 */
#include "report/axis.h"

#include "report/number.h"

/* ---- values ---- */

struct axis axis_values(struct decimal most, bool whole, size_t ticks)
{
	static const unsigned round[] = { 1, 2, 5 };
	__int128 power = whole || most.units <= 0 ? DECIMAL_ONE : 1, step = power, n = 1;

	if (most.units > 0) {
		for (size_t i = 0; (most.units + step - 1) / step > (__int128)ticks; step = power * round[i])
			if (++i == sizeof(round) / sizeof(round[0])) {
				i = 0;
				power *= 10;
			}
		n = (most.units + step - 1) / step;
	}
	return (struct axis){ { step }, { step * n }, (size_t)n };
}

void axis_label(struct buf *out, const struct axis *a, size_t i)
{
	static const char prefixes[] = "MGTPE";
	__int128 unit = 1000000 * (__int128)DECIMAL_ONE;
	const __int128 value = a->step.units * (__int128)i;
	size_t prefix = 0;

	if (a->top.units < 10 * unit || a->step.units < unit || i == 0) {
		number_decimal(out, (struct decimal){ value });
		return;
	}
	while (prefixes[prefix + 1] != '\0' && a->step.units >= unit * 1000) {
		unit *= 1000;
		prefix++;
	}
	number_decimal(out, (struct decimal){ value / unit * DECIMAL_ONE });
	buf_printf(out, " %c", prefixes[prefix]);
}

uint64_t axis_scale(struct decimal part, struct decimal whole, uint64_t units)
{
	if (part.units <= 0)
		return 0;
	if (part.units >= whole.units)
		return units;
	while (whole.units >> 90 != 0) { /* so that the product fits */
		part.units >>= 1;
		whole.units >>= 1;
	}
	return (uint64_t)((part.units * (__int128)units * 2 + whole.units) / (whole.units * 2));
}

/* ---- times ---- */

enum step_kind { STEP_CLOCK, STEP_DAYS, STEP_MONTHS, STEP_YEARS };

struct step {
	enum step_kind kind;
	unsigned count;          /* of minutes, days, months, years */
};

static const struct step steps[] = {
	{ STEP_CLOCK, 1 }, { STEP_CLOCK, 2 }, { STEP_CLOCK, 5 }, { STEP_CLOCK, 15 }, { STEP_CLOCK, 30 }, { STEP_CLOCK, 60 },
	{ STEP_CLOCK, 120 }, { STEP_CLOCK, 180 }, { STEP_CLOCK, 240 }, { STEP_CLOCK, 360 }, { STEP_CLOCK, 720 },
	{ STEP_DAYS, 1 }, { STEP_DAYS, 2 }, { STEP_DAYS, 7 }, { STEP_DAYS, 14 },
	{ STEP_MONTHS, 1 }, { STEP_MONTHS, 3 }, { STEP_MONTHS, 6 },
	{ STEP_YEARS, 1 }, { STEP_YEARS, 2 }, { STEP_YEARS, 5 }, { STEP_YEARS, 10 }, { STEP_YEARS, 50 }, { STEP_YEARS, 200 },
	{ STEP_YEARS, 1000 },
};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

/* The least time between two ticks, and how long the longest label is. */
static int64_t step_size(const struct step *s, unsigned *label)
{
	static const int64_t sizes[] = { TIME_MINUTE, TIME_DAY, 28 * TIME_DAY, 365 * TIME_DAY };
	static const unsigned labels[] = { 5, 5, 7, 4 };

	*label = labels[s->kind];
	return s->count * sizes[s->kind];
}

/* Year and month of a wall-clock time, counted in months. */
static int64_t month_of(int64_t wall)
{
	char text[TIME_TEXT_MAX];
	const size_t n = time_format_minute(wall, NULL, text); /* YYYY-MM-DD HH:MM */

	if (n != 16)
		return 0;
	return ((text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0') * INT64_C(12) +
		(text[5] - '0') * 10 + text[6] - '0' - 1;
}

/* When a month begins; TIME_NONE beyond the year 9999. */
static int64_t month_start(int64_t month)
{
	struct buf text = BUF_INIT;
	int64_t start;

	buf_printf(&text, "%04d-%02d-01", (int)(month / 12), (int)(month % 12) + 1);
	start = time_parse_option(buf_view(&text), 0);
	buf_free(&text);
	return start;
}

/* The first wall-clock time of the step that is at or after `wall`; TIME_NONE: there is none. */
static int64_t step_at(const struct step *s, int64_t wall)
{
	const int64_t monday = 4 * TIME_DAY; /* 1970-01-05 */
	unsigned label;
	const int64_t size = step_size(s, &label);

	if (s->kind == STEP_CLOCK || s->kind == STEP_DAYS) {
		const int64_t origin = s->kind == STEP_DAYS && s->count % 7 == 0 ? monday : 0;

		return time_floor(wall - origin + size - 1, size) + origin;
	}
	const int64_t count = s->count * (s->kind == STEP_YEARS ? INT64_C(12) : 1);
	int64_t month = month_of(wall);

	month = (month + count - 1) / count * count;
	if (month_start(month) < wall)
		month += count;
	return month_start(month);
}

static const struct step *step_choose(int64_t span, int64_t every, int64_t character)
{
	for (size_t i = 0; i < STEPS; i++) {
		unsigned label;
		const int64_t size = step_size(&steps[i], &label);

		if (size >= every && size / character >= label + 1 && span / size < AXIS_TIMES - 1)
			return &steps[i];
	}
	return &steps[STEPS - 1];
}

static void time_label(struct axis_time *tick, enum step_kind kind, int64_t wall)
{
	enum { CLOCK, DATE, MONTH, YEAR };
	static const struct { unsigned from, n; } parts[] = { { 11, 5 }, { 5, 5 }, { 0, 7 }, { 0, 4 } }; /* of `YYYY-MM-DD HH:MM` */
	char text[TIME_TEXT_MAX];
	size_t part;

	tick->date = time_floor(wall, TIME_DAY) == wall;
	part = kind == STEP_YEARS ? YEAR : kind == STEP_MONTHS ? MONTH : tick->date ? DATE : CLOCK;
	if (time_format_minute(wall, NULL, text) != 16)
		part = CLOCK;
	memcpy(tick->label, text + parts[part].from, parts[part].n);
	tick->label[parts[part].n] = '\0';
}

size_t axis_times(int64_t from, int64_t to, int64_t every, int64_t character, const struct zone *zone,
	struct axis_time *out)
{
	const struct step *step = step_choose(to - from, every, character > 0 ? character : 1);
	const int64_t start = from + zone_offset(zone, from) * TIME_SECOND;
	size_t n = 0;

	for (int64_t wall = step_at(step, start); wall != TIME_NONE && n < AXIS_TIMES; wall = step_at(step, wall + 1)) {
		const int64_t t = zone_to_utc(zone, wall);

		if (t > to)
			break;
		if (t < from || (n > 0 && t <= out[n - 1].time))
			continue; /* where the clock jumps */
		out[n].time = t;
		time_label(&out[n++], step->kind, wall);
	}
	if (n == 0) {
		out[n].time = from;
		time_label(&out[n++], STEP_CLOCK, start);
	}
	return n;
}
