/*
 * framer.c - a text is cut into the same frames, of JSON and of CSV, however it arrives; and each byte is in one frame at most.
 */
#include "../unit/random.h"
#include "fuzz.h"
#include "json/csvframe.h"
#include "json/scanner.h"

static const char *const seeds[] = {
	"{\"a\":[],\"records\":[{\"time\":1,\"b\":\"{]\"}, {\"time\":2}],\"b\":1}\n{\"records\":[{\"time\":3}]}",
	"[{\"time\":1,\"category\":\"x\"},\n{\"time\":2,\"category\":\"y\"},3,\"s\",null,[[4]]]\n{\"time\":3}\n\n{\n \"time\": 4\n},{\"time\":5}",
	"{\"tables\":[{\"name\":\"P\",\"columns\":[{\"name\":\"T\"},{\"name\":\"R\"}],\"rows\":[[\"2026\",\"401\"],[null,\"\\\"{\"]]}],\"e\":{}}",
	"{\"time\":\"1\"}\n{\"time\":\"2\"\n{\"time\":\"3\"}\n\xef\xbb\xbf{\"time\":\"4\"}\nx y\n{\"time\":\"5\"}{\"time\":\"6",
	"time,resultType,properties\r\n2026-11-02,401,\"{\"\"a\"\": 1,\n \"\"b\"\": 2}\"\r\n\r\n2026-11-03,,\"x\"\n\"a\"b,c\n",
	"time\tcategory\n1\tx\n\n2\t\"y\tz\"\n3\t\"open\n4\tlast",
	NULL
};
const struct fuzz_target fuzz_target = { seeds, record_words, false };

/* Text that arrives. */
struct arrival {
	struct slice text;
	enum text_end end;       /* of all of it */
	uint64_t *state;         /* of the cuts; NULL: it is there at once */
	size_t from, there;      /* what may be seen */
};

static struct slice seen(const struct arrival *a)
{
	return slice_of(a->text.p + a->from, a->there - a->from);
}

static enum text_end seen_end(const struct arrival *a)
{
	return a->there < a->text.n ? TEXT_GOES_ON : a->end;
}

static void arrive(struct arrival *a)
{
	static const size_t most[] = { 1, 3, 40, 400 };
	const size_t left = a->text.n - a->there;

	if (left == 0)
		fuzz_failed("more is asked for where there is no more");
	const size_t n = a->state == NULL ? left : 1 + random_below(a->state, most[random_below(a->state, 4)]);

	a->there += n < left ? n : left;
}

/* ---- frames, written down ---- */

/* A loss that goes on is one with what it goes on from. */
struct frames {
	struct buf out;
	size_t behind;           /* the last frame */
	struct frame lost;       /* not written yet; n == 0: none */
};

static void frames_flush(struct frames *f)
{
	if (f->lost.kind == FRAME_BAD)
		buf_printf(&f->out, "%zu +%zu: lost %u, reason %d, %s\n", f->lost.at, f->lost.n, f->lost.count, (int)f->lost.reason,
		           f->lost.text == NULL ? "" : f->lost.text);
	f->lost = (struct frame){ .kind = FRAME_VALUE };
}

static void frames_add(struct frames *f, struct frame frame, size_t from, size_t at, size_t n)
{
	frame.at += from;
	if (frame.at < f->behind || frame.at + frame.n > from + at || from + at > n)
		fuzz_failed("a frame at %zu of %zu bytes, the last one ended at %zu, all of it is at %zu", frame.at, frame.n, f->behind,
		            from + at);
	f->behind = frame.at + frame.n;
	if (frame.kind == FRAME_BAD && frame.count == 0 && f->lost.kind == FRAME_BAD && f->lost.at + f->lost.n == frame.at) {
		f->lost.n += frame.n;
		return;
	}
	frames_flush(f);
	if (frame.kind == FRAME_BAD) {
		f->lost = frame;
		return;
	}
	buf_printf(&f->out, "%zu +%zu: kind %d%s%s <", frame.at, frame.n, (int)frame.kind, frame.final ? ", final" : "",
	           frame.bounded ? ", bounded" : "");
	buf_slice(&f->out, frame.outer);
	buf_str(&f->out, ">\n");
}

static void frames_end(struct frames *f, const struct arrival *a, size_t at)
{
	frames_flush(f);
	if (a->from + at != a->text.n)
		fuzz_failed("it is done at %zu of %zu bytes", a->from + at, a->text.n);
}

/* What was framed is sometimes dropped, as blocks are. */
static size_t drop(struct arrival *a, size_t at)
{
	if (a->state == NULL || random_below(a->state, 3) > 0)
		return 0;
	a->from += at;
	return at;
}

static void frame_json(struct arrival a, size_t max_record, bool window, struct frames *out)
{
	struct framer framer;
	struct frame frame = { 0 };
	enum framer_status status;
	size_t at = 0;

	framer_init(&framer, a.state == NULL ? &simd_portable : simd_best(), max_record, NULL);
	if (window)
		framer_set_window(&framer, a.text.n);
	while ((status = framer_next(&framer, seen(&a), seen_end(&a), &at, &frame)) != FRAMER_DONE) {
		if (status == FRAMER_MORE)
			arrive(&a);
		else
			frames_add(out, frame, a.from, at, a.text.n);
		const size_t dropped = drop(&a, at);

		framer_shift(&framer, dropped);
		at -= dropped;
		frame = (struct frame){ 0 };
	}
	frames_end(out, &a, at);
	buf_printf(&out->out, "opening <%.*s>\n", (int)framer.opening.n, framer.opening.p);
	framer_free(&framer);
}

static void frame_csv(struct arrival a, size_t max_record, char delimiter, struct frames *out)
{
	struct csv_framer framer = { .delimiter = delimiter, .max_record = max_record };
	struct frame frame = { 0 };
	enum framer_status status;
	size_t at = 0;

	while ((status = csv_next(&framer, seen(&a), seen_end(&a), &at, &frame)) != FRAMER_DONE) {
		if (status == FRAMER_MORE)
			arrive(&a);
		else
			frames_add(out, frame, a.from, at, a.text.n);
		at -= drop(&a, at);
		frame = (struct frame){ 0 };
	}
	frames_end(out, &a, at);
}

/* ---- all the same ---- */

/* A window is always there at once: what the reader refused. */
enum form { FORM_JSON, FORM_WINDOW, FORM_CSV, FORM_TSV, FORMS };

static void frame(struct arrival a, size_t max_record, enum form form, struct frames *out)
{
	out->out.n = 0;
	out->behind = 0;
	out->lost = (struct frame){ .kind = FRAME_VALUE };
	if (form == FORM_CSV || form == FORM_TSV)
		frame_csv(a, max_record, form == FORM_CSV ? ',' : '\t', out);
	else
		frame_json(a, max_record, form == FORM_WINDOW, out);
}

static void compare(struct slice text, size_t max_record, enum form form, enum text_end end, uint64_t *state)
{
	const struct arrival at_once = { .text = text, .end = end, .there = text.n };
	struct frames whole = { 0 }, pieces = { 0 };

	frame(at_once, max_record, form, &whole);
	frame((struct arrival){ .text = text, .end = end, .state = state, .there = form == FORM_WINDOW ? text.n : 0 }, max_record, form,
	      &pieces);
	if (!slice_eq(buf_view(&whole.out), buf_view(&pieces.out)))
		fuzz_failed("form %d, at most %zu bytes, end %d: at once\n%sin pieces\n%s", (int)form, max_record, (int)end,
		            buf_cstr(&whole.out), buf_cstr(&pieces.out));
	buf_free(&whole.out);
	buf_free(&pieces.out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const size_t limits[] = { 1 << 20, 30, 100, 300 };
	const struct slice text = slice_of((const char *)data, n);
	uint64_t state = fuzz_state(text);

	for (int form = 0; form < FORMS; form++)
		for (int i = 0; i < 4; i++)
			compare(text, limits[random_below(&state, 4)], (enum form)form,
			        form < FORM_CSV && i % 2 == 0 ? TEXT_RUN_ENDS : TEXT_SOURCE_ENDS, &state);
	return 0;
}
