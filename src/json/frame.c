/*
 * frame.c - the framer: a stack of what it is inside of, one step for each kind.
 *
 * Each step either moves on without a frame (CONTINUE), makes one, or asks for more text. Steps never look behind the text
 * they were given, so that a text that arrives in pieces is framed like one that is there at once: whatever a step decides
 * by "not found" it decides only when the limit or the end of the text has been reached.
 */
#include "json/frame.h"

#include "json/scanner.h"

/* Between framer_next's own statuses: nothing to hand out yet. */
enum { CONTINUE = FRAMER_DONE + 1 };

/* Siblings of `records` are kept up to this size for the check that the envelope is JSON. */
enum { OUTER_MOST = 1 << 20 };

static const struct scan_watch envelope_members = { { { "records", 7 }, { "tables", 6 } } };
static const struct scan_watch table_members = { { { "columns", 7 }, { "rows", 4 } } };

/* One call of framer_next: what the steps need. */
struct step {
	struct framer *f;
	struct slice text;
	enum text_end end;
	size_t *at;
	struct frame *out;
};

void framer_init(struct framer *f, const struct simd *simd, size_t max_record, const struct opening *opening)
{
	f->simd = simd;
	f->max_record = max_record;
	f->levels[0] = (struct framer_level){ .kind = LEVEL_TOP };
	f->depth = 0;
	f->window = 0;
	f->clean = 0;
	f->skipping = false;
	f->before = '\0';
	f->outer = BUF_INIT;
	if (opening != NULL)
		f->opening = *opening;
	else
		f->opening.n = 0;
}

void framer_set_window(struct framer *f, size_t end)
{
	f->window = end;
}

void framer_free(struct framer *f)
{
	buf_free(&f->outer);
}

static size_t minus(size_t a, size_t b)
{
	return a > b ? a - b : 0;
}

void framer_shift(struct framer *f, size_t n)
{
	f->window = minus(f->window, n);
	f->clean = minus(f->clean, n);
}

/* ---- beginnings ---- */

/* Before any value has closed: an object with a quoted key, and a comma or an opening bracket before it. */
static bool is_first_opening(const struct framer *f, struct slice text, size_t at, size_t to)
{
	size_t i = at + 1;

	while (i < to && ascii_is_space(text.p[i]))
		i++;
	if (i == to || text.p[i] != '"')
		return false;
	for (i = at; i > 0 && ascii_is_space(text.p[i - 1]); i--)
		;
	const char before = i > 0 ? text.p[i - 1] : f->before;

	return before == ',' || before == '[';
}

/* What makes it a beginning must stand before `to`, so that the answer does not depend on how much text has arrived. */
static bool is_beginning(const struct framer *f, struct slice text, size_t at, size_t to)
{
	const char before = text.p[at - 1];

	if (before == '\n')
		return true;
	if (f->opening.n == 0)
		return is_first_opening(f, text, at, to);
	return (before == ',' || before == '[' || ascii_is_space(before)) && to - at >= f->opening.n &&
	       memcmp(text.p + at, f->opening.p, f->opening.n) == 0;
}

/* The first beginning in [from, to), from > 0; `to` if there is none. */
static size_t next_beginning(struct framer *f, struct slice text, size_t from, size_t to)
{
	size_t i = from < f->clean ? f->clean : from;

	while (i < to) {
		const char *brace = memchr(text.p + i, '{', to - i);

		if (brace == NULL)
			break;
		i = (size_t)(brace - text.p);
		if (is_beginning(f, text, i, to))
			return i;
		i++;
	}
	if (to > f->clean + OPENING_MAX)
		f->clean = to - OPENING_MAX; /* one that was cut by `to` may be whole for a later `to` */
	return to;
}

/* ---- making frames ---- */

static struct framer_level *inner(const struct step *s)
{
	return &s->f->levels[s->f->depth];
}

static bool push(struct framer *f, struct framer_level level)
{
	if (f->depth == FRAMER_LEVELS)
		return false;
	f->levels[++f->depth] = level;
	return true;
}

static bool in_body(const struct framer *f)
{
	for (size_t i = 1; i <= f->depth; i++)
		if (f->levels[i].kind == LEVEL_BODY)
			return true;
	return false;
}

static void outer_add(struct framer *f, struct slice s)
{
	if (f->outer.n + s.n <= OUTER_MOST)
		buf_slice(&f->outer, s);
	else
		f->outer.n = OUTER_MOST; /* full: no longer a text to be checked */
}

static int bad(struct step *s, size_t to, enum reason reason, const char *text, unsigned count)
{
	*s->out = (struct frame){ .kind = FRAME_BAD, .at = *s->at, .n = to - *s->at, .reason = reason, .text = text,
		.count = count };
	*s->at = to;
	return FRAMER_FRAME;
}

static int value(struct step *s, size_t to, enum frame_kind kind)
{
	if (inner(s)->kind == LEVEL_ROWS && kind != FRAME_ROW) {
		inner(s)->expect = EXPECT_SEPARATOR;
		return bad(s, to, REASON_ROW_WIDTH, "a row of the table is no array", 1);
	}
	*s->out = (struct frame){ .kind = kind, .at = *s->at, .n = to - *s->at, .final = inner(s)->final,
		.bounded = s->f->window > 0 };
	*s->at = to;
	inner(s)->expect = EXPECT_SEPARATOR;
	return FRAMER_FRAME;
}

/* What is lost up to `to` goes on behind it; what was before it may be gone by then. */
static void skip_from(const struct step *s, size_t to)
{
	while (to > 0 && ascii_is_space(s->text.p[to - 1]))
		to--;
	if (to > 0)
		s->f->before = s->text.p[to - 1];
	s->f->skipping = true;
}

/* How far a value at *at may reach: the limit on records, or the end of the text. */
static size_t reach(const struct step *s)
{
	return s->text.n - *s->at > s->f->max_record ? *s->at + s->f->max_record : s->text.n;
}

static bool want_more(const struct step *s)
{
	return s->end == TEXT_GOES_ON && s->text.n - *s->at <= s->f->max_record;
}

/*
 * The value at *at did not close before `give_up`. It ends at the next beginning, and the rest up to give_up is a window;
 * without a beginning all of it is lost: a record over the limit, one cut at the end, or a bracket that fits nothing.
 */
static int unclosed(struct step *s, size_t give_up, bool mismatch)
{
	struct framer *f = s->f;
	const size_t next = next_beginning(f, s->text, *s->at + 1, give_up);

	inner(s)->expect = EXPECT_NEXT;
	if (next < give_up) {
		f->window = give_up;
		return bad(s, next, REASON_SYNTAX, "the record does not end", 1);
	}
	if (mismatch) {
		/* outside of any list the brackets that follow close nothing but this record */
		const size_t most = reach(s);

		while (f->depth == 0 && give_up < most && (s->text.p[give_up] == ']' || s->text.p[give_up] == '}'))
			give_up++;
		if (f->depth == 0 && give_up == most && want_more(s))
			return FRAMER_MORE;
		return bad(s, give_up, REASON_SYNTAX, "a bracket closes what another kind opened", 1);
	}
	if (give_up - *s->at >= f->max_record && (give_up < s->text.n || s->end == TEXT_GOES_ON)) {
		skip_from(s, give_up);
		return bad(s, give_up, REASON_SIZE, NULL, 1);
	}
	if (s->end != TEXT_SOURCE_ENDS)
		return bad(s, give_up, REASON_SYNTAX, "the record does not end", 1);
	f->depth = 0; /* one cut, not another one for each thing that it leaves open */
	return bad(s, give_up, REASON_CUT_AT_END, NULL, 1);
}

/* Inside a window: up to the next beginning, else to the end of the text or the limit. */
static size_t bound(struct step *s, bool *bounded)
{
	struct framer *f = s->f;
	const size_t most = reach(s);

	*bounded = false;
	if (f->window > *s->at) {
		const size_t to = f->window < most ? f->window : most;
		const size_t next = next_beginning(f, s->text, *s->at + 1, to);

		if (next < to) {
			*bounded = true;
			return next;
		}
	}
	f->window = 0; /* nothing in it begins behind this value: back to the ordinary way */
	return most;
}

/* ---- values ---- */

static int object_with_member(struct step *s, size_t bracket, unsigned member, bool table)
{
	struct framer *f = s->f;
	const struct framer_level array = { .kind = table ? LEVEL_ROWS : member == 0 ? LEVEL_RECORDS : LEVEL_TABLES,
		.final = true };

	outer_add(f, slice_of(s->text.p + *s->at, bracket + 1 - *s->at));
	if (!push(f, array)) {
		f->depth--;
		return bad(s, bracket, REASON_DEPTH, NULL, 1);
	}
	*s->at = bracket + 1;
	return CONTINUE;
}

static int step_object(struct step *s)
{
	struct framer *f = s->f;
	const bool plain = inner(s)->final;
	size_t end;
	unsigned member;
	bool bounded;
	const size_t to = bound(s, &bounded);

	if (inner(s)->kind == LEVEL_TABLES && f->depth < FRAMER_LEVELS) {
		inner(s)->expect = EXPECT_SEPARATOR;
		push(f, (struct framer_level){ .kind = LEVEL_BODY, .table = true, .expect = EXPECT_FIRST });
		outer_add(f, SLICE("{"));
		(*s->at)++;
		return CONTINUE;
	}
	const struct slice rest = slice_of(s->text.p + *s->at, to - *s->at);

	switch (scanner_value(f->simd, rest, false, plain ? NULL : &envelope_members, &end, &member)) {
	case SCAN_CLOSED:
		if (opening_set(&f->opening, slice_of(rest.p, end)))
			f->clean = 0;
		return value(s, *s->at + end, FRAME_VALUE);
	case SCAN_MEMBER:
		inner(s)->expect = EXPECT_SEPARATOR;
		if (!in_body(f))
			f->outer.n = 0;
		if (!push(f, (struct framer_level){ .kind = LEVEL_BODY }))
			return bad(s, *s->at + end, REASON_DEPTH, NULL, 1);
		return object_with_member(s, *s->at + end, member, false);
	case SCAN_MISMATCH:
		if (!bounded)
			return unclosed(s, *s->at + end, true);
		break;
	case SCAN_OPEN:
		if (!bounded)
			return want_more(s) ? FRAMER_MORE : unclosed(s, to, false);
		break;
	}
	inner(s)->expect = EXPECT_NEXT;
	return bad(s, to, REASON_SYNTAX, "the record does not end", 1);
}

static int step_string(struct step *s)
{
	size_t end;
	unsigned member;
	const size_t to = reach(s);

	if (scanner_value(s->f->simd, slice_of(s->text.p + *s->at, to - *s->at), false, NULL, &end, &member) == SCAN_CLOSED)
		return value(s, *s->at + end, FRAME_VALUE);
	return want_more(s) ? FRAMER_MORE : unclosed(s, to, false);
}

static bool ends_token(char c)
{
	return ascii_is_space(c) || c == ',' || c == '[' || c == ']' || c == '{' || c == '}' || c == '"' || c == '\0';
}

/* Nothing that belongs here: lost up to the next beginning; at the top a line at most, elsewhere else this one token. */
static int junk(struct step *s)
{
	const size_t most = reach(s);
	const bool top = inner(s)->kind == LEVEL_TOP;
	const char *line_end = top ? memchr(s->text.p + *s->at, '\n', most - *s->at) : NULL;
	const size_t to = line_end != NULL ? (size_t)(line_end - s->text.p) : most;
	const size_t next = next_beginning(s->f, s->text, *s->at + 1, to);
	const enum reason reason = s->text.p[*s->at] == '\0' ? REASON_NUL : REASON_SYNTAX;
	const char *text = reason == REASON_NUL ? NULL : "text that is no JSON";

	if (next < to) {
		inner(s)->expect = EXPECT_NEXT;
		return bad(s, next, reason, text, 1);
	}
	if (line_end == NULL && want_more(s))
		return FRAMER_MORE;
	if (top) {
		if (line_end == NULL && to < s->text.n)
			skip_from(s, to);
		return bad(s, to, reason, text, 1);
	}
	size_t i = *s->at + 1;

	while (i < to && !ends_token(s->text.p[i]))
		i++;
	inner(s)->expect = EXPECT_SEPARATOR;
	return bad(s, i, reason, text, 1);
}

static int step_nuls(struct step *s)
{
	const size_t most = reach(s);
	size_t i = *s->at;

	while (i < most && s->text.p[i] == '\0')
		i++;
	if (i == most && want_more(s))
		return FRAMER_MORE;
	return bad(s, i, REASON_NUL, NULL, 1);
}

static int step_token(struct step *s)
{
	const size_t most = reach(s);
	size_t i = *s->at;

	while (i < most && !ends_token(s->text.p[i]))
		i++;
	if (i == most && want_more(s))
		return FRAMER_MORE;
	if (i > *s->at && frame_is_scalar(slice_of(s->text.p + *s->at, i - *s->at)))
		return value(s, i, FRAME_VALUE);
	if (i == s->text.n && s->end == TEXT_SOURCE_ENDS && s->f->depth > 0)
		return unclosed(s, i, false);
	return junk(s);
}

static int step_row(struct step *s)
{
	size_t end;
	unsigned member;
	const size_t to = reach(s);

	switch (scanner_value(s->f->simd, slice_of(s->text.p + *s->at, to - *s->at), false, NULL, &end, &member)) {
	case SCAN_CLOSED:
		return value(s, *s->at + end, FRAME_ROW);
	case SCAN_MISMATCH:
		return unclosed(s, *s->at + end, true);
	default:
		return want_more(s) ? FRAMER_MORE : unclosed(s, to, false);
	}
}

static int step_value(struct step *s)
{
	switch (s->text.p[*s->at]) {
	case '{':
		if (inner(s)->kind == LEVEL_ROWS)
			break;
		return step_object(s);
	case '[':
		if (inner(s)->kind == LEVEL_ROWS)
			return step_row(s);
		inner(s)->expect = EXPECT_SEPARATOR;
		if (!push(s->f, (struct framer_level){ .kind = LEVEL_ARRAY, .final = inner(s)->final })) {
			inner(s)->expect = EXPECT_FIRST;
			return bad(s, *s->at + 1, REASON_DEPTH, NULL, 1);
		}
		(*s->at)++;
		return CONTINUE;
	case '"':
		return step_string(s);
	case '\0':
		return step_nuls(s);
	default:
		return step_token(s);
	}
	/* an object where a row should be */
	size_t end;
	unsigned member;
	const size_t to = reach(s);

	if (scanner_value(s->f->simd, slice_of(s->text.p + *s->at, to - *s->at), false, NULL, &end, &member) != SCAN_CLOSED)
		return want_more(s) ? FRAMER_MORE : unclosed(s, to, false);
	return value(s, *s->at + end, FRAME_VALUE);
}

/* ---- levels ---- */

static int step_top(struct step *s)
{
	const char c = s->text.p[*s->at];

	if (c == ',') {
		(*s->at)++;
		return CONTINUE;
	}
	if (c == ']' || c == '}') {
		const size_t most = reach(s);
		size_t i = *s->at + 1;

		while (i < most && (s->text.p[i] == ']' || s->text.p[i] == '}'))
			i++;
		if (i == most && want_more(s))
			return FRAMER_MORE;
		return bad(s, i, REASON_SYNTAX, "a bracket closes nothing", 1);
	}
	return step_value(s);
}

static void close_array(struct step *s)
{
	struct framer *f = s->f;

	(*s->at)++;
	if (inner(s)->kind != LEVEL_ARRAY)
		outer_add(f, SLICE("]"));
	f->depth--;
	if (inner(s)->kind == LEVEL_BODY)
		inner(s)->expect = EXPECT_SEPARATOR;
}

static int step_separator(struct step *s)
{
	const struct framer *f = s->f;
	const char c = s->text.p[*s->at];

	switch (c) {
	case ',':
		inner(s)->expect = EXPECT_NEXT;
		(*s->at)++;
		if (inner(s)->kind == LEVEL_TABLES)
			outer_add(s->f, SLICE(","));
		return CONTINUE;
	case ']':
		close_array(s);
		return CONTINUE;
	case '}':
		if (f->levels[f->depth - 1].kind != LEVEL_BODY)
			return bad(s, *s->at + 1, REASON_SYNTAX, "a bracket closes nothing", 1);
		bad(s, *s->at, REASON_SYNTAX, "the list of records is not closed", 1);
		(*s->at)--;
		close_array(s);
		return FRAMER_FRAME;
	case '{':
	case '[':
	case '"':
		inner(s)->expect = EXPECT_NEXT;
		return bad(s, *s->at, REASON_SYNTAX, "a comma between two records is missing", 1);
	default:
		return junk(s);
	}
}

static int step_array(struct step *s)
{
	const char c = s->text.p[*s->at];

	if (inner(s)->expect == EXPECT_SEPARATOR)
		return step_separator(s);
	if (c == ']') {
		const bool dangling = inner(s)->expect == EXPECT_NEXT;

		inner(s)->expect = EXPECT_SEPARATOR;
		if (dangling)
			return bad(s, *s->at, REASON_SYNTAX, "a comma with nothing behind it", 1);
		close_array(s);
		return CONTINUE;
	}
	if (c == ',')
		return bad(s, *s->at + 1, REASON_SYNTAX, "a comma with nothing before it", 1);
	if (c == '}')
		return step_separator(s);
	return step_value(s);
}

static int leave_body(struct step *s, size_t to, const char *text)
{
	s->f->depth--;
	return bad(s, to, REASON_ENVELOPE, text, 1);
}

/* The source ends inside of a body: one loss, however deep it is. */
static int cut_body(struct step *s, size_t to)
{
	s->f->depth = 0;
	return bad(s, to, REASON_CUT_AT_END, NULL, 1);
}

/* Behind a closed array: `}` or `,` and a key, or this object is damaged and what follows is not of it. */
static int check_body(struct step *s)
{
	size_t i = *s->at;

	if (s->text.p[i] == ',')
		for (i++; i < s->text.n && ascii_is_space(s->text.p[i]); i++)
			;
	if (i == s->text.n && want_more(s))
		return FRAMER_MORE;
	if (i == s->text.n)
		return s->end == TEXT_SOURCE_ENDS ? cut_body(s, i) : leave_body(s, i, NULL);
	if (s->text.p[i] != (i == *s->at ? '}' : '"'))
		return leave_body(s, *s->at, NULL);
	inner(s)->expect = EXPECT_NEXT;
	return CONTINUE;
}

static int close_body(struct step *s, size_t to)
{
	struct framer *f = s->f;

	outer_add(f, slice_of(s->text.p + *s->at, to - *s->at));
	f->depth--;
	if (in_body(f)) {
		*s->at = to;
		return CONTINUE;
	}
	const struct slice outer = f->outer.n < OUTER_MOST ? buf_view(&f->outer) : slice_of(NULL, 0);

	*s->out = (struct frame){ .kind = FRAME_OUTER, .at = *s->at, .n = to - *s->at, .outer = outer };
	*s->at = to;
	f->outer.n = 0;
	return FRAMER_FRAME;
}

static int step_columns(struct step *s, size_t bracket)
{
	size_t end;
	unsigned member;
	const struct slice rest = slice_of(s->text.p + bracket, reach(s) - bracket);

	if (scanner_value(s->f->simd, rest, false, NULL, &end, &member) != SCAN_CLOSED)
		return want_more(s) ? FRAMER_MORE : leave_body(s, bracket, NULL);
	outer_add(s->f, slice_of(s->text.p + *s->at, bracket + end - *s->at));
	*s->at = bracket;
	value(s, bracket + end, FRAME_COLUMNS); /* leaves the body expecting `}` or `,` */
	return FRAMER_FRAME;
}

static int step_body(struct step *s)
{
	struct framer *f = s->f;
	const bool table = inner(s)->table;
	size_t end;
	unsigned member;

	if (inner(s)->expect == EXPECT_SEPARATOR) {
		const int status = check_body(s);

		if (status != CONTINUE)
			return status;
	}
	const size_t to = reach(s);
	const struct slice rest = slice_of(s->text.p + *s->at, to - *s->at);

	switch (scanner_value(f->simd, rest, true, table ? &table_members : &envelope_members, &end, &member)) {
	case SCAN_CLOSED:
		return close_body(s, *s->at + end);
	case SCAN_MEMBER:
		if (table && member == 0)
			return step_columns(s, *s->at + end);
		return object_with_member(s, *s->at + end, member, table);
	case SCAN_MISMATCH:
		return leave_body(s, *s->at + end, NULL);
	default:
		break;
	}
	if (want_more(s))
		return FRAMER_MORE;
	if (s->end != TEXT_SOURCE_ENDS || to < s->text.n)
		return leave_body(s, to, NULL);
	return cut_body(s, to);
}

/* ---- the walk ---- */

static int step_skip(struct step *s)
{
	const size_t next = next_beginning(s->f, s->text, *s->at + 1, s->text.n);
	/* what a beginning may need that has not arrived yet is looked at again */
	const size_t kept = s->end == TEXT_GOES_ON && next == s->text.n ? 2 * OPENING_MAX : 0;

	if (s->text.n - *s->at <= kept)
		return FRAMER_MORE;
	if (next < s->text.n || s->end != TEXT_GOES_ON)
		s->f->skipping = false;
	else
		skip_from(s, next - kept);
	s->f->clean = 0;
	return bad(s, next - kept, REASON_SIZE, NULL, 0);
}

/* White space, and byte order marks where files were joined. CONTINUE, or FRAMER_MORE if a mark may be cut. */
static int skip_blank(struct step *s)
{
	const struct slice t = s->text;
	size_t i = *s->at;

	for (;;) {
		while (i < t.n && ascii_is_space(t.p[i]))
			i++;
		if (i == t.n || t.p[i] != '\xEF' || s->f->depth > 0)
			break;
		if (t.n - i < 3 && s->end == TEXT_GOES_ON) {
			*s->at = i;
			return FRAMER_MORE;
		}
		if (t.n - i < 3 || t.p[i + 1] != '\xBB' || t.p[i + 2] != '\xBF')
			break;
		i += 3;
	}
	if (s->f->depth > 0 && inner(s)->kind == LEVEL_BODY)
		outer_add(s->f, slice_of(t.p + *s->at, i - *s->at));
	*s->at = i;
	return CONTINUE;
}

static int step_end(struct step *s)
{
	struct framer *f = s->f;

	if (s->end == TEXT_GOES_ON)
		return FRAMER_MORE;
	if (f->depth == 0)
		return FRAMER_DONE;
	f->depth = 0;
	return bad(s, *s->at, s->end == TEXT_SOURCE_ENDS ? REASON_CUT_AT_END : REASON_SYNTAX,
	           "the document ends before it is closed", 1);
}

static int step_any(struct step *s)
{
	if (s->f->skipping && *s->at < s->text.n)
		return step_skip(s);
	if (skip_blank(s) == FRAMER_MORE)
		return FRAMER_MORE;
	if (s->f->window > 0 && *s->at >= s->f->window)
		s->f->window = 0;
	if (*s->at == s->text.n)
		return step_end(s);
	switch (inner(s)->kind) {
	case LEVEL_TOP:
		return step_top(s);
	case LEVEL_BODY:
		return step_body(s);
	default:
		return step_array(s);
	}
}

enum framer_status framer_next(struct framer *f, struct slice text, enum text_end end, size_t *at, struct frame *out)
{
	struct step s = { f, text, end, at, out };
	int status;

	do
		status = step_any(&s);
	while (status == CONTINUE);
	return (enum framer_status)status;
}
