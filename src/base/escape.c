/*
 * escape.c - text of the input made harmless, one function for each kind of sink.
 *
 * All go the same way: runs of bytes that need nothing are copied whole, what stops a run is looked at.
 */
#include "base/escape.h"

#include "base/utf8.h"

/*
 * Characters that are not seen, or that change how others are seen: Unicode's general category Cf, the separators of lines and
 * paragraphs, and the fillers that draw as nothing. Ascending.
 */
static const struct span {
	uint32_t first, last;
} unseen[] = {
	{ 0x00AD, 0x00AD }, { 0x034F, 0x034F }, { 0x0600, 0x0605 }, { 0x061C, 0x061C }, { 0x06DD, 0x06DD },
	{ 0x070F, 0x070F }, { 0x0890, 0x0891 }, { 0x08E2, 0x08E2 }, { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 },
	{ 0x180B, 0x180F }, { 0x200B, 0x200F }, { 0x2028, 0x202E }, { 0x2060, 0x206F }, { 0x3164, 0x3164 },
	{ 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFFB }, { 0x110BD, 0x110BD }, { 0x110CD, 0x110CD },
	{ 0x13430, 0x1343F }, { 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0xE0000, 0xE0FFF },
};

static bool is_unseen(uint32_t c)
{
	size_t low = 0, high = sizeof unseen / sizeof *unseen;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (c < unseen[mid].first)
			high = mid;
		else if (c > unseen[mid].last)
			low = mid + 1;
		else
			return true;
	}
	return false;
}

static const char hex[] = "0123456789ABCDEF";

static void add_byte_escape(struct buf *out, unsigned char c)
{
	const char text[4] = { '\\', 'x', hex[c >> 4], hex[c & 0xF] };

	buf_add(out, text, sizeof text);
}

/* A part of the text that is not plain ASCII: one character, or one invalid part. */
static void add_text_part(struct buf *out, struct slice part, uint32_t code, bool valid)
{
	if (!valid) {
		for (size_t i = 0; i < part.n; i++)
			add_byte_escape(out, (unsigned char)part.p[i]);
	} else if (code < 0xA0) { /* only control characters come here from below */
		add_byte_escape(out, (unsigned char)code);
	} else if (is_unseen(code)) {
		buf_printf(out, "\\u{%04X}", (unsigned)code);
	} else {
		buf_slice(out, part);
	}
}

/* Behind the bytes from i on that a sink takes as they are. */
typedef size_t plain_run(struct slice s, size_t i);
/* Appends a character that is none of these, or an invalid part: its bytes, its code. */
typedef void add_part(struct buf *out, struct slice part, uint32_t code, bool valid);

static inline __attribute__((always_inline)) void escape(struct buf *out, struct slice s, plain_run *run, add_part *add)
{
	for (size_t i = 0; i < s.n;) {
		const size_t end = run(s, i);

		buf_add(out, s.p + i, end - i);
		i = end;
		if (i == s.n)
			break;
		size_t len;
		bool valid;
		const uint32_t code = utf8_decode(slice_of(s.p + i, s.n - i), &len, &valid);

		add(out, slice_of(s.p + i, len), code, valid);
		i += len;
	}
}

static size_t plain_text_run(struct slice s, size_t i)
{
	while (i < s.n && s.p[i] >= 0x20 && s.p[i] < 0x7F)
		i++;
	return i;
}

void escape_text(struct buf *out, struct slice s)
{
	escape(out, s, plain_text_run, add_text_part);
}

static void add_replacement(struct buf *out)
{
	buf_add(out, "\xEF\xBF\xBD", 3);
}

/* As JSON has it: one unit of UTF-16, or two. */
static void add_units(struct buf *out, uint32_t code)
{
	if (code >= 0x10000) {
		buf_printf(out, "\\u%04X", 0xD800 + ((code - 0x10000) >> 10));
		code = 0xDC00 + (code & 0x3FF);
	}
	buf_printf(out, "\\u%04X", (unsigned)code);
}

static void add_terminal_part(struct buf *out, struct slice part, uint32_t code, bool valid)
{
	if (!valid)
		add_replacement(out);
	else if (code < 0xA0 || is_unseen(code)) /* only control characters come here from below */
		add_units(out, code);
	else
		buf_slice(out, part);
}

void escape_terminal(struct buf *out, struct slice s)
{
	escape(out, s, plain_text_run, add_terminal_part);
}

/* What a spreadsheet takes for the beginning of a formula, or strips before it looks for one. */
static bool begins_formula(struct slice s)
{
	return s.n > 0 && memchr("=+-@\t\r", s.p[0], 6) != NULL;
}

/* Nothing in it that a cell must escape, guard or repair: most texts are so. */
static bool is_bare(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) && (i == 0 || (s.p[i] != '-' && s.p[i] != '.' && s.p[i] != ' ' && s.p[i] != ':')))
			return false;
	return true;
}

static bool needs_quotes(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\r' || s.p[i] == '\n')
			return true;
	return false;
}

/* Valid text with each quote doubled. */
static void add_quoted(struct buf *out, struct slice s)
{
	while (s.n > 0) {
		const char *quote = memchr(s.p, '"', s.n);

		if (quote == NULL) {
			buf_slice(out, s);
			return;
		}
		const size_t n = (size_t)(quote - s.p) + 1;

		buf_add(out, s.p, n);
		buf_byte(out, '"');
		s = slice_of(s.p + n, s.n - n);
	}
}

bool escape_csv(struct buf *out, struct slice s, bool guard)
{
	struct buf repaired = BUF_INIT;

	if (is_bare(s)) {
		buf_slice(out, s);
		return false;
	}
	const bool guarded = guard && begins_formula(s);
	const bool quoted = needs_quotes(s);

	if (!utf8_valid(s)) {
		utf8_repair(s, &repaired);
		s = buf_view(&repaired);
	}
	if (quoted)
		buf_byte(out, '"');
	if (guarded)
		buf_byte(out, '\'');
	if (quoted)
		add_quoted(out, s);
	else
		buf_slice(out, s);
	if (quoted)
		buf_byte(out, '"');
	buf_free(&repaired);
	return guarded;
}

static void add_json_ascii(struct buf *out, char c)
{
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (size_t i = 0; i + 1 < sizeof shorts; i += 2) {
		if (c == shorts[i]) {
			buf_byte(out, '\\');
			buf_byte(out, shorts[i + 1]);
			return;
		}
	}
	buf_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
}

static size_t plain_json_run(struct slice s, size_t i)
{
	while (i < s.n && s.p[i] >= 0x20 && s.p[i] < 0x7F && s.p[i] != '"' && s.p[i] != '\\')
		i++;
	return i;
}

static void add_json_part(struct buf *out, struct slice part, uint32_t code, bool valid)
{
	if (!valid)
		add_replacement(out);
	else if (code < 0x80)
		add_json_ascii(out, (char)code);
	else if (code == 0x2028 || code == 0x2029) /* ends of lines to JavaScript */
		buf_printf(out, "\\u%04x", (unsigned)code);
	else
		buf_slice(out, part);
}

void escape_json(struct buf *out, struct slice s)
{
	buf_byte(out, '"');
	escape(out, s, plain_json_run, add_json_part);
	buf_byte(out, '"');
}

static const char *xml_reference(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void escape_xml(struct buf *out, struct slice s)
{
	struct buf text = BUF_INIT;

	escape_text(&text, s);
	for (size_t i = 0; i < text.n; i++) {
		const char *const reference = xml_reference(text.p[i]);

		if (reference != NULL) {
			buf_str(out, reference);
		} else if (text.n - i >= 3 && memcmp(text.p + i, "\xEF\xBF", 2) == 0 && (unsigned char)text.p[i + 2] >= 0xBE) {
			buf_str(out, (unsigned char)text.p[i + 2] == 0xBE ? "\\u{FFFE}" : "\\u{FFFF}");
			i += 2;
		} else {
			buf_byte(out, text.p[i]);
		}
	}
	buf_free(&text);
}

/* Characters that mean nothing to a shell, wherever they stand. */
static bool is_plain_shell(char c)
{
	return ascii_is_alnum(c) || (c != '\0' && strchr("%+,-./:=@_", c) != NULL);
}

void escape_shell(struct buf *out, struct slice s)
{
	bool plain = s.n > 0;

	for (size_t i = 0; i < s.n; i++)
		plain &= is_plain_shell(s.p[i]);
	if (plain) {
		buf_slice(out, s);
		return;
	}
	buf_byte(out, '\'');
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\'')
			buf_str(out, "'\\''");
		else
			buf_byte(out, s.p[i]);
	buf_byte(out, '\'');
}
