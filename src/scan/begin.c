/*
 * begin.c - what kind of source is this? Decided by its first bytes, before any block is taken.
 */
#include "base/utf8.h"
#include "scan/block.h"

enum { PROBE = 64 << 10 };

/* ---- is it ours at all ---- */

static struct slice skip_filling(struct slice s)
{
	for (;;) {
		const struct slice rest = frame_skip_bom(s);

		if (rest.n == s.n && (s.n == 0 || (!ascii_is_space(s.p[0]) && s.p[0] != ',' && s.p[0] != '\0')))
			return s;
		s = rest.n < s.n ? rest : slice_of(s.p + 1, s.n - 1);
	}
}

/* A line that may be the beginning of a value: { or [ in the first column and, behind white space, what can follow there. */
static bool opens_value(struct slice line)
{
	if (line.n == 0 || (line.p[0] != '{' && line.p[0] != '['))
		return false;
	const struct slice rest = slice_trim(slice_of(line.p + 1, line.n - 1));

	if (rest.n == 0)
		return true;
	return line.p[0] == '{' ? rest.p[0] == '"' || rest.p[0] == '}' : rest.p[0] == '{' || rest.p[0] == '[' || rest.p[0] == ']';
}

static bool has_opening_line(struct slice probe)
{
	while (probe.n > 0) {
		const char *newline = memchr(probe.p, '\n', probe.n);
		const size_t n = newline == NULL ? probe.n : (size_t)(newline - probe.p) + 1;

		if (opens_value(slice_of(probe.p, n)))
			return true;
		probe = slice_of(probe.p + n, probe.n - n);
	}
	return false;
}

/* A whole line of scalars is JSON lines, too, though none of ours. */
static bool is_scalar_line(struct slice s)
{
	const char *newline = memchr(s.p, '\n', s.n);
	const struct slice line = slice_trim(slice_of(s.p, newline == NULL ? s.n : (size_t)(newline - s.p)));

	return line.n > 0 && (frame_is_scalar(line) || (line.p[0] == '"' && line.p[line.n - 1] == '"'));
}

enum { STRETCH = 512 };

/* Mostly neither text nor UTF-8: what looks like an opening bracket in it is chance. */
static bool is_binary(struct slice s, const struct simd *simd)
{
	size_t odd = 0, looked = 0;

	/* to where what is left cannot be odd enough */
	for (size_t i = 0; i < s.n && odd + (s.n - i) > s.n / 5;) {
		size_t len = 1;
		bool valid = true;
		const unsigned char c = (unsigned char)s.p[i];
		const bool plain = i >= looked && s.n - i >= STRETCH && simd->plain(s.p + i, STRETCH);

		if (i >= looked)
			looked = i + STRETCH;
		if (plain)
			len = STRETCH;
		else if (c >= 0x80)
			utf8_decode(slice_of(s.p + i, s.n - i), &len, &valid);
		else if (c < 0x20 && c != 0 && c != 0x1b && !ascii_is_space((char)c))
			valid = false;
		odd += valid ? 0 : len;
		i += len;
	}
	return odd > s.n / 5;
}

static bool is_foreign(struct slice probe, const struct simd *simd)
{
	const struct slice s = skip_filling(probe);

	if (s.n == 0)
		return false;
	if (is_binary(s, simd))
		return true;
	/* a hole at the beginning is what a power cut leaves: the text behind it is damage, not another kind of file */
	if (probe.p[0] == '\0')
		return false;
	if (s.p[0] == '{' || s.p[0] == '[')
		return false;
	return !is_scalar_line(s) && !has_opening_line(s);
}

/* ---- lines or a document ---- */

enum { RESERVED_MOST = 64 << 20 };

/* The first line that is not blank, as far as the limit on records: reads into the carry. What was looked at stays behind. */
static struct slice first_line(struct leaf *l, struct stream *stream, size_t max_record)
{
	/* Room for all that may be looked at, taken at once: moved as it grows it would lie in small pages. It is there when it is touched. */
	const size_t long_line = (max_record < RESERVED_MOST ? max_record : (size_t)RESERVED_MOST) + 2 * BLOCK_SIZE;
	size_t from = 0, searched = 0;

	for (;;) {
		const struct slice text = buf_view(&l->carry);

		while (from < text.n && ascii_is_space(text.p[from]))
			from++;
		/* back to the first column of that line */
		size_t start = from;

		while (start > 0 && text.p[start - 1] != '\n')
			start--;
		if (searched < from)
			searched = from;
		const char *newline = searched < text.n ? memchr(text.p + searched, '\n', text.n - searched) : NULL;
		const size_t end = newline == NULL ? text.n : (size_t)(newline - text.p) + 1;

		if (newline != NULL || l->ended || end - start > max_record)
			return slice_of(text.p + start, end - start);
		searched = text.n;
		if (searched >= BLOCK_SIZE && l->carry.cap < long_line)
			(void)buf_reserve(&l->carry, long_line - l->carry.n);
		leaf_read(l, stream, &l->carry, l->carry.n + BLOCK_SIZE);
	}
}

static enum leaf_form lines_or_document(struct slice line, const struct cutter *c)
{
	if (frame_is_unit(c->simd, line, c->max_record))
		return LEAF_LINES;
	line = frame_skip_bom(line);
	return line.n > 0 && (line.p[0] == '{' || line.p[0] == '[') ? LEAF_DOCUMENT : LEAF_LINES;
}

enum leaf_verdict leaf_begin(struct leaf *l, struct stream *stream, const struct cutter *c)
{
	struct slice probe;
	size_t header = 0;

	if (!stream_peek(stream, PROBE, &probe))
		return LEAF_FAILED;
	l->columns = columns_from_csv(probe, c->fields, &header);
	if (l->columns != NULL) {
		l->at = header;
		l->form = LEAF_CSV;
		l->csv = (struct csv_framer){ .delimiter = l->columns->row.delimiter, .max_record = c->max_record };
		content_add(&l->content, slice_of(probe.p, header), UINT64_MAX, 0);
		return LEAF_GOOD;
	}
	if (is_foreign(probe, c->simd))
		return LEAF_FOREIGN;
	l->form = lines_or_document(first_line(l, stream, c->max_record), c);
	if (l->form == LEAF_LINES)
		l->seen = l->carry.n; /* so that the first line, if it is long, is in one block */
	else
		framer_init(&l->framer, c->simd, c->max_record, NULL);
	return LEAF_GOOD;
}
