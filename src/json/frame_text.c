/*
 * frame_text.c - what a text is by itself, whatever stands round it: a scalar, the opening of an object, a line that is one value.
 *
 * Apart from the framer, since workers and readers ask it without one.
 */
#include "json/frame.h"

#include "json/scanner.h"

/* ---- scalars ---- */

static size_t digits(struct slice t, size_t i)
{
	while (i < t.n && ascii_is_digit(t.p[i]))
		i++;
	return i;
}

static bool is_number(struct slice t)
{
	size_t i = t.n > 0 && t.p[0] == '-' ? 1 : 0;
	size_t from = i;

	i = digits(t, i);
	if (i == from || (t.p[from] == '0' && i > from + 1))
		return false;
	if (i < t.n && t.p[i] == '.') {
		from = ++i;
		i = digits(t, i);
		if (i == from)
			return false;
	}
	if (i < t.n && (t.p[i] | 0x20) == 'e') {
		i++;
		if (i < t.n && (t.p[i] == '+' || t.p[i] == '-'))
			i++;
		from = i;
		i = digits(t, i);
		if (i == from)
			return false;
	}
	return i == t.n;
}

bool frame_is_scalar(struct slice t)
{
	return slice_eq(t, SLICE("true")) || slice_eq(t, SLICE("false")) || slice_eq(t, SLICE("null")) || is_number(t);
}

/* ---- openings ---- */

bool opening_set(struct opening *o, struct slice object)
{
	size_t i = 1;

	if (o->n > 0 && object.n > o->n && memcmp(o->p, object.p, o->n) == 0)
		return false;
	while (i < object.n && i < OPENING_MAX && ascii_is_space(object.p[i]))
		i++;
	if (i >= object.n || i >= OPENING_MAX || object.p[i] != '"')
		return false;
	for (i++; i < object.n && i < OPENING_MAX && object.p[i] != '\\'; i++) {
		if (object.p[i] == '"') {
			o->n = i + 1;
			memcpy(o->p, object.p, o->n);
			return true;
		}
	}
	return false;
}

/* ---- lines ---- */

struct slice frame_skip_bom(struct slice s)
{
	return s.n >= 3 && memcmp(s.p, "\xEF\xBB\xBF", 3) == 0 ? slice_of(s.p + 3, s.n - 3) : s;
}

void opening_of_unit(struct opening *o, struct slice line)
{
	o->n = 0;
	line = frame_skip_bom(line);
	if (line.n > 0 && line.p[0] == '{')
		opening_set(o, line);
}

bool frame_is_unit(const struct simd *simd, struct slice line, size_t max_record)
{
	size_t end;
	unsigned member;

	if (line.n > 0 && line.p[line.n - 1] == '\n')
		line.n--;
	if (line.n > max_record)
		return false;
	line = frame_skip_bom(line);
	if (line.n == 0 || (line.p[0] != '{' && line.p[0] != '['))
		return false;
	while (line.n > 0) {
		if (line.p[0] != '{' && line.p[0] != '[')
			return false;
		if (scanner_value(simd, line, false, NULL, &end, &member) != SCAN_CLOSED)
			return false;
		line = slice_of(line.p + end, line.n - end);
		while (line.n > 0 && (ascii_is_space(line.p[0]) || line.p[0] == ','))
			line = slice_of(line.p + 1, line.n - 1);
	}
	return true;
}
