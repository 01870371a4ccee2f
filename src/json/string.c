/*
 * string.c - escapes, and how far a string reaches.
 */
#include "json/string.h"

#include "base/utf8.h"

static const char *next_stop(struct stops *s, const char *p, const char *end)
{
	const char *const stop = stops_next(s, p);

	return stop < end ? stop : end;
}

/* Behind the escape at p, which is a backslash; NULL: it is none. Surrogates are yajl's. */
static const char *behind_escape(const char *p, const char *end, enum slow_why *why)
{
	if (end - p < 2)
		return NULL;
	if (p[1] != 'u')
		return memchr("\"\\/bfnrt", p[1], 8) == NULL ? NULL : p + 2;
	if (end - p < 6)
		return NULL;
	if ((p[2] | 0x20) == 'd') {
		*why = SLOW_SURROGATE;
		return NULL;
	}
	for (int i = 2; i < 6; i++)
		if (ascii_hex(p[i]) < 0)
			return NULL;
	return p + 6;
}

static bool read_plain(struct stops *s, const char *p, const char *end, struct string *out, enum slow_why *why)
{
	const char *const start = p;

	for (;;) {
		p = next_stop(s, p, end);
		if (p == end)
			return false;
		if (*p == '"')
			break;
		if (*p == '\\') {
			out->escaped = true;
			p = behind_escape(p, end, why);
			if (p == NULL)
				return false;
		} else if ((unsigned char)*p >= 0x80) {
			out->high = true;
			p++;
		} else {
			return false;
		}
	}
	out->text = slice_of(start, (size_t)(p - start));
	if (!out->high || utf8_valid(out->text))
		return true;
	*why = SLOW_UTF8;
	return false;
}

/*
 * Backslashes in a string inside a string, at p: each two of them are one that the inner string has. *ends: the last stands before a quote
 * that ends the inner string, and is what is returned; else what is behind that which they escape; NULL: nothing good.
 */
static const char *behind_inner_escape(const char *p, const char *end, bool *ends)
{
	const char *const first = p;

	while (p < end && *p == '\\')
		p++;
	const size_t run = (size_t)(p - first), inner = run / 2;

	*ends = false;
	if (p == end)
		return NULL;
	if (run % 2 != 0) {
		*ends = *p == '"' && inner % 2 == 0;
		return *p != '"' ? NULL : *ends ? p - 1 : p + 1;
	}
	if (inner % 2 == 0)
		return p;
	return memchr("/bfnrt", *p, 6) != NULL ? p + 1 : NULL;
}

static bool read_inner(struct stops *s, const char *p, const char *end, struct string *out)
{
	const char *const start = p;
	bool ends = false;

	while (!ends) {
		p = next_stop(s, p, end);
		if (p == end)
			return false;
		if (*p == '\\') {
			const char *const at = p;

			p = behind_inner_escape(p, end, &ends);
			if (p == NULL)
				return false;
			out->escaped |= !ends || p > at;
		} else if ((unsigned char)*p >= 0x80) {
			out->high = true;
			p++;
		} else {
			return false;
		}
	}
	stops_pass(s, p);
	out->text = slice_of(start, (size_t)(p - start));
	return true;
}

bool string_read(struct stops *s, const char *p, const char *end, bool in_string, struct string *out, enum slow_why *why)
{
	out->escaped = out->high = false;
	return in_string ? read_inner(s, p, end, out) : read_plain(s, p, end, out, why);
}
