/*
 * explain_text.c - what the catalogue says about codes, for somebody who is in a hurry: what it means, why, what to do, each
 * under its own word, one column of text.
 */
#include "base/escape.h"
#include "report/explain.h"
#include "report/width.h"
#include "report/wrap.h"

#define EXPLAIN_BOLD "\033[1m"
#define EXPLAIN_PLAIN "\033[0m"

/* Longer lines are hard to read; in shorter ones nothing is left of the text beside its margin. */
enum { EXPLAIN_WIDEST = 100, EXPLAIN_NARROWEST = 24, EXPLAIN_LEFT = 2, EXPLAIN_LABEL = 10 };

struct sheet {
	struct buf *text;
	size_t width;
	bool color;
};

struct word_text {
	const char *word, *text;
};

static const struct word_text services[] = {
	{ "dps", "DPS" }, { "hub", "IoT Hub" }, { "any", "DPS and IoT Hub" }, { NULL, NULL },
};

static const struct word_text retries[] = {
	{ "no", "no: the same request fails again until something is changed" },
	{ "yes", "yes, once more" },
	{ "backoff", "yes, with exponential back-off and jitter, honouring retry-after" },
	{ "reconnect", "the client connects again; the SDKs do so by themselves" },
	{ "reread", "after the object was read again and the change applied to that" },
	{ "reregister", "not as it is: mend the credential, then the device registers anew through DPS" },
	{ NULL, NULL },
};

static const struct word_text parties[] = {
	{ "device", "the device (its software)" },
	{ "service", "the service (Azure)" },
	{ "operator", "the operator (configuration, tools, back ends)" },
	{ NULL, NULL },
};

static const char *text_of(const struct word_text *table, struct slice word)
{
	while (table->word != NULL && !slice_eq(slice_str(table->word), word))
		table++;
	return table->text == NULL ? "" : table->text;
}

static void bold(const struct sheet *s, bool on)
{
	if (s->color)
		buf_str(s->text, on ? EXPLAIN_BOLD : EXPLAIN_PLAIN);
}

/* A line that stands out, from column `left` on. */
static void bold_line(const struct sheet *s, size_t left, struct slice text)
{
	width_pad(s->text, left);
	bold(s, true);
	wrap_text(s->text, text, left, EXPLAIN_LEFT, s->width);
	s->text->n--; /* the colour ends before the line does */
	bold(s, false);
	buf_byte(s->text, '\n');
}

static void title(const struct sheet *s, const char *text)
{
	buf_byte(s->text, '\n');
	bold_line(s, EXPLAIN_LEFT, slice_str(text));
}

/* A paragraph, `left` blanks in. */
static void paragraph(const struct sheet *s, size_t left, struct slice text)
{
	width_pad(s->text, left);
	wrap_text(s->text, text, left, left, s->width);
}

/* A list; in one of causes each has a number, since their order means something. */
static void items(const struct sheet *s, const struct code_entry *e, enum codes_field field, bool numbered)
{
	struct slice part;

	for (size_t i = 0; (part = codes_part(e, field, i)).n > 0; i++) {
		width_pad(s->text, EXPLAIN_LEFT);
		if (numbered)
			buf_printf(s->text, "%zu. ", i + 1);
		else
			buf_str(s->text, "-  ");
		wrap_text(s->text, part, EXPLAIN_LEFT + 3, EXPLAIN_LEFT + 3, s->width);
	}
}

/* A word and a text beside it. */
static void beside(const struct sheet *s, const char *label, struct slice text)
{
	width_pad(s->text, EXPLAIN_LEFT);
	bold(s, true);
	buf_str(s->text, label);
	bold(s, false);
	width_pad(s->text, EXPLAIN_LABEL - strlen(label));
	wrap_text(s->text, text, EXPLAIN_LEFT + EXPLAIN_LABEL, EXPLAIN_LEFT + EXPLAIN_LABEL, s->width);
}

/* A name that the line above it says, or none. */
static bool said(const struct code_entry *e, struct slice name)
{
	return slice_eq(name, SLICE("-")) || slice_eq_nocase(name, codes_field(e, CODES_CODE)) ||
	       slice_eq_nocase(name, codes_field(e, CODES_MEANING));
}

/* `401002  Unauthorized  (DPS)`, and under it the names. */
static void head(const struct sheet *s, const struct code_entry *e)
{
	struct buf line = BUF_INIT;
	const bool coded = !slice_eq(codes_field(e, CODES_CODE), SLICE("-"));
	struct slice name;

	buf_slice(&line, coded ? codes_field(e, CODES_CODE) : codes_part(e, CODES_NAME, 0));
	buf_str(&line, "  ");
	buf_slice(&line, codes_field(e, CODES_MEANING));
	buf_printf(&line, "  (%s)", text_of(services, codes_field(e, CODES_SERVICE)));
	bold_line(s, 0, buf_view(&line));
	line.n = 0;
	for (size_t i = coded ? 0 : 1; (name = codes_part(e, CODES_NAME, i)).n > 0; i++) {
		if (said(e, name))
			continue;
		if (line.n > 0)
			buf_str(&line, ", ");
		buf_slice(&line, name);
	}
	if (line.n > 0)
		paragraph(s, EXPLAIN_LEFT, buf_view(&line));
	buf_free(&line);
}

static void concerns(const struct sheet *s, const struct code_entry *e)
{
	struct buf line = BUF_INIT;
	struct slice part;

	for (size_t i = 0; (part = codes_part(e, CODES_WHO, i)).n > 0; i++) {
		if (i > 0)
			buf_str(&line, ", then ");
		buf_str(&line, text_of(parties, part));
	}
	beside(s, "CONCERNS", buf_view(&line));
	buf_free(&line);
}

static void within(const struct sheet *s, const struct code_entry *e)
{
	struct buf line = BUF_INIT;

	for (const struct code_entry *c = codes_within(e, NULL); c != NULL; c = codes_within(e, c)) {
		if (line.n > 0)
			buf_byte(&line, ' ');
		buf_slice(&line, codes_field(c, CODES_CODE));
	}
	if (line.n > 0)
		beside(s, "SEE ALSO", buf_view(&line));
	buf_free(&line);
}

static void sources(const struct sheet *s, const struct code_entry *e)
{
	struct slice part;

	title(s, "SOURCE");
	for (size_t i = 0; (part = codes_part(e, CODES_SOURCE, i)).n > 0; i++) {
		paragraph(s, EXPLAIN_LEFT, part);
		if (codes_source_page(part).n > 0)
			paragraph(s, EXPLAIN_LEFT, codes_source_page(part));
	}
}

/* The command stands alone and whole, so that it can be copied. */
static void look(const struct sheet *s, const struct codes_answer *a, const struct code_entry *e)
{
	title(s, "LOOK AT");
	width_pad(s->text, EXPLAIN_LEFT);
	codes_look(s->text, a, e);
	buf_byte(s->text, '\n');
}

static void entry(const struct sheet *s, const struct codes_answer *a, const struct code_entry *e)
{
	const bool one = codes_part(e, CODES_CAUSES, 1).n == 0;

	head(s, e);
	buf_byte(s->text, '\n');
	paragraph(s, EXPLAIN_LEFT, codes_field(e, CODES_SUMMARY));
	title(s, one ? "LIKELY CAUSE" : "LIKELY CAUSES, THE LIKELIEST FIRST");
	items(s, e, CODES_CAUSES, !one);
	title(s, one ? "HOW TO TELL" : "TO TELL THEM APART");
	items(s, e, CODES_TELL_APART, false);
	title(s, "WHAT TO DO");
	paragraph(s, EXPLAIN_LEFT, codes_field(e, CODES_ACTION));
	buf_byte(s->text, '\n');
	beside(s, "RETRY", slice_str(text_of(retries, codes_field(e, CODES_RETRY))));
	concerns(s, e);
	within(s, e);
	look(s, a, e);
	sources(s, e);
}

/* What must be known before the entries: that they are not quite what was asked, or that there are two. */
static void preface(const struct sheet *s, const struct codes_answer *a)
{
	struct buf line = BUF_INIT;

	if (a->how != CODES_EXACT) {
		escape_text(&line, a->asked);
		buf_str(&line, " is not in the catalogue. This is what its first ");
		buf_str(&line, a->how == CODES_BY_STATUS ? "three digits say." : "digit says.");
	} else if (!a->by_name && a->n > 1) {
		escape_text(&line, a->asked);
		buf_str(&line, " means one thing at DPS, another at a hub. Which of them logged it:");
	}
	if (line.n > 0)
		wrap_text(s->text, buf_view(&line), 0, 0, s->width);
	if (line.n > 0 && a->how == CODES_EXACT) {
		buf_str(s->text, "  dpslog failures --code ");
		escape_text(s->text, a->asked);
		buf_str(s->text, " --by service PATH\n");
	}
	if (line.n > 0)
		buf_byte(s->text, '\n');
	buf_free(&line);
}

void explain_text(struct output *out, const struct codes_answer *answer, struct explain_text_options options)
{
	size_t width = options.width == 0 ? 80 : options.width;

	if (width > EXPLAIN_WIDEST)
		width = EXPLAIN_WIDEST;
	if (width < EXPLAIN_NARROWEST)
		width = EXPLAIN_NARROWEST;
	const struct sheet s = { &out->text, width, options.color };

	preface(&s, answer);
	for (size_t i = 0; i < answer->n; i++) {
		if (i > 0)
			buf_byte(s.text, '\n');
		entry(&s, answer, answer->entry[i]);
		output_pass(out);
	}
}
