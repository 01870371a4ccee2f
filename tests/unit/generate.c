/*
 * generate.c - values at random: mostly like the records of exports, with oddities that JSON allows, and with damage.
 */
#include "generate.h"

#include "random.h"

static bool odd(struct generator *g)
{
	return random_below(&g->state, g->odd) == 0;
}

static const char *pick(struct generator *g, const char *const *from, size_t n)
{
	return from[random_below(&g->state, n)];
}

#define PICK(g, array) pick(g, array, sizeof(array) / sizeof *(array))

static void blank(struct generator *g)
{
	static const char *const blanks[] = { " ", "\n", "\t", "\r\n", "  ", "" };

	if (odd(g))
		buf_str(&g->out, PICK(g, blanks));
}

static void string(struct generator *g, const char *plain)
{
	static const char *const pieces[] = { "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\ud83d\\ude00", "\\ud800", "\\udc00x",
		"\\u0000", "\xc3\xa9", "\xe2\x80\xaf", "\xf0\x9f\x98\x80", "\xff", "\xed\xa0\x80", "{", "}", "[", ",", ":", "\x7f", " ",
		"\\t\\b\\f\\r", "long text that passes the width of a vector once more, and then again", "{\\\"id\\\":\\\"x\\\"}" };

	buf_byte(&g->out, '"');
	buf_str(&g->out, plain);
	while (odd(g))
		buf_str(&g->out, PICK(g, pieces));
	buf_byte(&g->out, '"');
}

static void number(struct generator *g)
{
	static const char *const numbers[] = { "0", "-0", "12", "-7.25", "1e9", "1E+09", "2.5e-3", "123456789012345678901234567890",
		"404", "1e400", "0.1" };

	buf_str(&g->out, PICK(g, numbers));
}

static void value(struct generator *g, unsigned depth);
static void object(struct generator *g, unsigned depth);

/* An object inside a string, as most services log properties; escapes are sometimes longer than they need be. */
static void embedded(struct generator *g, unsigned depth)
{
	struct generator inner = { .state = g->state, .odd = g->odd };

	object(&inner, depth);
	g->state = inner.state;
	buf_byte(&g->out, '"');
	for (size_t i = 0; i < inner.out.n; i++) {
		const unsigned char c = (unsigned char)inner.out.p[i];

		if (c < 0x20 || (odd(g) && odd(g) && c < 0x80))
			buf_printf(&g->out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			buf_printf(&g->out, "\\%c", c);
		else
			buf_byte(&g->out, (char)c);
	}
	buf_byte(&g->out, '"');
	buf_free(&inner.out);
}

static void object(struct generator *g, unsigned depth)
{
	static const char *const keys[] = { "time", "category", "level", "properties", "deviceId", "id", "type", "a", "resourceId",
		"Category", "operationName", "properties_s", "x y" };
	static const char *const odd_keys[] = { "records", "tables", "", "\\u0069d", "c\\u0061tegory", "\xc3\xa9", "Records", "level",
		"AdditionalFields", "TimeGenerated", "properties_id_s", "properties", "resultType", "statusCode", "metricName" };
	size_t at = random_below(&g->state, 3);

	buf_byte(&g->out, '{');
	for (unsigned n = 0; at < sizeof keys / sizeof *keys; n++) {
		blank(g);
		if (n > 0)
			buf_byte(&g->out, ',');
		blank(g);
		buf_byte(&g->out, '"');
		buf_str(&g->out, odd(g) ? PICK(g, odd_keys) : keys[at]);
		buf_byte(&g->out, '"');
		blank(g);
		buf_byte(&g->out, ':');
		blank(g);
		value(g, depth + 1);
		at += odd(g) ? random_below(&g->state, 5) : 1;
	}
	blank(g);
	buf_byte(&g->out, '}');
}

static void array(struct generator *g, unsigned depth)
{
	const size_t n = random_below(&g->state, 5);

	buf_byte(&g->out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(&g->out, ',');
		blank(g);
		value(g, depth + 1);
		blank(g);
	}
	buf_byte(&g->out, ']');
}

static void value(struct generator *g, unsigned depth)
{
	static const char *const words[] = { "null", "true", "false" };
	static const char *const texts[] = { "2026-11-02T03:14:07Z", "DeviceOperations", "Error", "press-0417", "", "None", "401", "Registration" };

	const size_t choice = random_below(&g->state, odd(g) ? 20 : 14);

	if (choice == 10 && depth < 3)
		embedded(g, depth + 1);
	else if (choice == 11 && depth < 3)
		object(g, depth);
	else if (choice >= 18 && depth < 4)
		array(g, depth);
	else if (choice == 12 || choice >= 16)
		number(g);
	else if (choice >= 13)
		buf_str(&g->out, PICK(g, words));
	else
		string(g, PICK(g, texts));
}

void generate_damage(struct generator *g)
{
	/* those that make or break JSON */
	static const char bytes[] = "\"\\{}[],:0-e.+tfn \n\r\t\v\f\x01\x80\xff\xc3\xed\x7f/u";
	struct buf *b = &g->out;

	for (size_t n = 1 + random_below(&g->state, 3); n > 0 && b->n > 1; n--) {
		const size_t at = random_below(&g->state, b->n), length = 1 + random_below(&g->state, b->n - at);

		switch (random_below(&g->state, 5)) {
		case 0:
			b->p[at] = bytes[random_below(&g->state, sizeof bytes - 1)];
			break;
		case 1: /* without some bytes */
			memmove(b->p + at, b->p + at + 1, b->n - at - 1);
			b->n--;
			break;
		case 2: /* cut */
			b->n = at + 1;
			break;
		case 3: /* a stretch of it once more */
			buf_reserve(b, length);
			buf_add(b, b->p + at, length);
			break;
		default: /* one more byte */
			buf_byte(b, ' ');
			memmove(b->p + at + 1, b->p + at, b->n - at - 1);
			b->p[at] = bytes[random_below(&g->state, sizeof bytes - 1)];
			break;
		}
	}
}

void generate_value(struct generator *g, uint64_t seed)
{
	g->state = seed * UINT64_C(0x9E3779B97F4A7C15);
	g->out.n = 0;
	if (random_below(&g->state, 8) == 0)
		array(g, 0);
	else
		object(g, 0);
}
