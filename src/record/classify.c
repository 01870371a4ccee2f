/*
 * classify.c - the meaning of the words and numbers that say how a record went.
 *
 * Called for every record, so that each test begins with the length and the first byte: most values are empty, `Success` or six
 * digits, and none of these is compared with a list of words.
 */
#include "record/classify.h"

/* ---- resource ids ---- */

/* The next segment of *rest that is not empty, taken off; empty at the end. */
static struct slice next_segment(struct slice *rest)
{
	size_t i = 0, end;

	while (i < rest->n && rest->p[i] == '/')
		i++;
	const char *slash = i == rest->n ? NULL : memchr(rest->p + i, '/', rest->n - i);

	end = slash == NULL ? rest->n : (size_t)(slash - rest->p);
	const struct slice segment = slice_of(rest->p + i, end - i);

	*rest = slice_of(rest->p + end, rest->n - end);
	return segment;
}

struct resource_id classify_resource_id(struct slice id)
{
	struct resource_id r = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	int behind = -1; /* segments seen since the first PROVIDERS */

	if (id.n == 0)
		return r;
	for (struct slice s = next_segment(&id); s.n > 0; s = next_segment(&id)) {
		r.name = s;
		if (behind >= 0)
			behind++;
		if (behind == 1)
			r.provider = s;
		else if (behind == 2)
			r.type = s;
		else if (behind < 0 && slice_is_word(s, "PROVIDERS"))
			behind = 0;
	}
	return r;
}

void classify_join_id(struct slice id, struct buf *out)
{
	for (struct slice s = next_segment(&id); s.n > 0; s = next_segment(&id)) {
		buf_byte(out, '/');
		for (size_t i = 0; i < s.n; i++)
			buf_byte(out, ascii_upper(s.p[i]));
	}
}

/* ---- levels ---- */

enum level classify_level(struct slice level)
{
	if (level.n == 0)
		return LEVEL_NONE;
	if (level.n == 1 && level.p[0] >= '1' && level.p[0] <= '5')
		return (enum level)(LEVEL_CRITICAL + (level.p[0] - '1'));
	switch (level.n) {
	case 5:
		return slice_is_word(level, "Error") ? LEVEL_ERROR : LEVEL_OTHER;
	case 7:
		if (slice_is_word(level, "Warning"))
			return LEVEL_WARNING;
		return slice_is_word(level, "Verbose") ? LEVEL_VERBOSE : LEVEL_OTHER;
	case 8:
		return slice_is_word(level, "Critical") ? LEVEL_CRITICAL : LEVEL_OTHER;
	case 11:
		return slice_is_word(level, "Information") ? LEVEL_INFORMATIONAL : LEVEL_OTHER;
	case 13:
		return slice_is_word(level, "Informational") ? LEVEL_INFORMATIONAL : LEVEL_OTHER;
	default:
		return LEVEL_OTHER;
	}
}

struct slice classify_level_name(enum level l, struct slice logged)
{
	switch (l) {
	case LEVEL_CRITICAL:
		return SLICE("Critical");
	case LEVEL_ERROR:
		return SLICE("Error");
	case LEVEL_WARNING:
		return SLICE("Warning");
	case LEVEL_INFORMATIONAL:
		return SLICE("Informational");
	case LEVEL_VERBOSE:
		return SLICE("Verbose");
	case LEVEL_NONE:
	case LEVEL_OTHER:
		break;
	}
	return logged;
}

/* ---- failures ---- */

static bool is_success_word(struct slice s)
{
	switch (s.n) {
	case 1:
		return s.p[0] == '0';
	case 2:
		return slice_is_word(s, "OK");
	case 4:
		return slice_is_word(s, "None");
	case 5:
		return slice_is_word(s, "Start");
	case 7:
		return slice_is_word(s, "Success") || slice_is_word(s, "Started") || slice_is_word(s, "Created");
	case 8:
		return slice_is_word(s, "Accepted");
	case 9:
		return slice_is_word(s, "Succeeded") || slice_is_word(s, "Completed");
	case 10:
		return slice_is_word(s, "Successful") || slice_is_word(s, "InProgress");
	default:
		return false;
	}
}

/* Three or six digits, the first of them not below `first` nor above `last`. */
static inline bool is_status(struct slice s, char first, char last)
{
	return (s.n == 3 || s.n == 6) && s.p[0] >= first && s.p[0] <= last && slice_is_digits(s, s.n);
}

static inline bool result_fails(struct slice s)
{
	return s.n > 0 && !is_success_word(s) && !is_status(s, '1', '3');
}

/* `4XX` or `5XX`. */
static inline bool is_class(struct slice s)
{
	return s.n == 3 && (s.p[0] == '4' || s.p[0] == '5') && (s.p[1] | 0x20) == 'x' && (s.p[2] | 0x20) == 'x';
}

static inline bool status_fails(struct slice s)
{
	if (s.n < 3 || (s.p[0] != '4' && s.p[0] != '5'))
		return false;
	return (ascii_is_digit(s.p[1]) && ascii_is_digit(s.p[2])) || is_class(s);
}

bool classify_is_failure(const struct outcome_fields *o)
{
	return o->level == LEVEL_CRITICAL || o->level == LEVEL_ERROR || result_fails(o->result_type) ||
		status_fails(o->result_signature) || status_fails(o->status_code);
}

/* ---- codes ---- */

bool classify_is_code(struct slice s)
{
	return is_status(s, '4', '5');
}

enum { CODE_DIGITS = 6 };

/* The word round the digit at s.p[i], as far as it matters whether it has six characters. */
static struct slice word_at(struct slice s, size_t i)
{
	size_t start = i, end = i + 1;

	while (start > 0 && i - start < CODE_DIGITS && ascii_is_alnum(s.p[start - 1]))
		start--;
	while (end < s.n && end - start <= CODE_DIGITS && ascii_is_alnum(s.p[end]))
		end++;
	return slice_of(s.p + start, end - start);
}

/* The first code of six digits with an edge on both sides; empty if there is none. One of its digits stands at each sixth place. */
static struct slice code_in_text(struct slice s)
{
	for (size_t i = CODE_DIGITS - 1; i < s.n; i += CODE_DIGITS) {
		if (!ascii_is_digit(s.p[i]))
			continue;
		const struct slice word = word_at(s, i);

		if (word.n == CODE_DIGITS && classify_is_code(word))
			return word;
	}
	return slice_of(NULL, 0);
}

static bool agrees(struct slice code, struct slice signature)
{
	if (signature.n == 0)
		return true;
	if (is_class(signature))
		return code.p[0] == signature.p[0];
	return memcmp(code.p, signature.p, signature.n) == 0; /* all of it, or its first three digits */
}

struct slice classify_code(const struct outcome_fields *o)
{
	const struct slice *const statuses[] = { &o->result_type, &o->result_signature, &o->status_code };
	struct slice signature = { NULL, 0 }, fallback = { NULL, 0 };

	if (o->result_type.n == 6 && classify_is_code(o->result_type))
		return o->result_type;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		const bool code = classify_is_code(*statuses[i]);

		if (signature.n == 0 && (code || is_class(*statuses[i])))
			signature = *statuses[i];
		if (fallback.n == 0 && code)
			fallback = *statuses[i];
	}
	struct slice text = code_in_text(o->result_description);

	if (text.n == 0)
		text = code_in_text(o->error_message);
	return text.n > 0 && agrees(text, signature) ? text : fallback;
}
