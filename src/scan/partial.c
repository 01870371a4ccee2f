/*
 * partial.c - finding `error` in a REST result.
 */
#include "scan/partial.h"

#include "base/buf.h"
#include "base/escape.h"
#include "json/reader.h"

enum { PLACE_TABLES, PLACE_ERROR, PLACE_CODE, PLACE_MESSAGE };
enum { AT_ERROR = PARTIAL_LEVEL + 1 };

static int on_key(void *ctx, int level, struct slice name)
{
	struct partial_result *p = ctx;

	if (level == AT_ERROR) {
		if (slice_eq_nocase(name, SLICE("code")))
			return PLACE_CODE;
		return slice_eq_nocase(name, SLICE("message")) ? PLACE_MESSAGE : PLACE_SKIP;
	}
	if (slice_eq_nocase(name, SLICE("tables")))
		p->tables = true;
	return slice_eq_nocase(name, SLICE("error")) ? PLACE_ERROR : PLACE_SKIP;
}

static void on_value(void *ctx, int place, enum json_type type, struct slice text, unsigned flags)
{
	struct partial_result *p = ctx;

	if (place == PLACE_ERROR)
		p->error = p->error || type != JSON_NULL;
	else if (place == PLACE_CODE)
		p->code = event_text(text, flags, p->arena);
	else if (place == PLACE_MESSAGE)
		p->message = event_text(text, flags, p->arena);
}

static int on_open(void *ctx, int place, enum json_type type)
{
	struct partial_result *p = ctx;

	if (place != PLACE_ERROR)
		return LEVEL_NOWHERE;
	p->error = true;
	return type == JSON_OBJECT ? AT_ERROR : LEVEL_NOWHERE;
}

struct event_sink partial_result_sink(struct partial_result *p)
{
	return (struct event_sink){ .key = on_key, .value = on_value, .open = on_open, .ctx = p };
}

void partial_result_tell(const struct partial_result *p, struct buf *out)
{
	buf_str(out, "the server says that this result is incomplete: ");
	escape_text(out, p->code);
	buf_str(out, p->code.n > 0 && p->message.n > 0 ? ": " : "");
	escape_text(out, p->message);
}
