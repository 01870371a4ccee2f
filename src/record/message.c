/*
 * message.c - the scan that turns a text into its template.
 *
 * Each match_* says where a variable part that begins at `at` ends, or 0 if none does. All but digits need an edge before them, so
 * that within words nothing else is tried. None looks further than what it then takes or than a place that a later try will not
 * pass again, which keeps the whole linear.
 */
#include "record/message.h"

#include <stdlib.h>

#include "base/mem.h"

enum { SHORT_DEVICE = 256 }; /* up to here comparing anew at each place is as good as linear; real ids have at most 128 */

static inline bool digit_at(struct slice s, size_t i)
{
	return i < s.n && ascii_is_digit(s.p[i]);
}

static inline bool char_at(struct slice s, size_t i, char c)
{
	return i < s.n && s.p[i] == c;
}

static inline bool is_hex(char c)
{
	return ascii_is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static inline bool edge_before(struct slice s, size_t i)
{
	return i == 0 || !ascii_is_alnum(s.p[i - 1]);
}

static inline bool edge_after(struct slice s, size_t i)
{
	return i >= s.n || !ascii_is_alnum(s.p[i]);
}

/* The end of the digits at i, at most `most` of them. */
static size_t skip_digits(struct slice s, size_t i, size_t most)
{
	const size_t limit = s.n - i < most ? s.n : i + most;

	while (i < limit && ascii_is_digit(s.p[i]))
		i++;
	return i;
}

/* ---- <device> ---- */

/*
 * Finds the device in the text from left to right. `borders` is only for long ids, of which a hostile text could hold many
 * beginnings: borders[i] is the length of the longest proper prefix of the id that ends its first i + 1 bytes (Knuth,
 * Morris, Pratt).
 */
struct finder {
	struct slice device;
	size_t *borders;
	size_t read;    /* of the text */
	size_t matched; /* bytes of the id that end at read */
	size_t start;   /* of the last occurrence found */
	bool found;
};

static struct finder finder_init(struct slice device)
{
	struct finder f = { .device = device };

	if (device.n <= SHORT_DEVICE)
		return f;
	f.borders = mem_array(device.n, sizeof *f.borders);
	f.borders[0] = 0;
	for (size_t i = 1, k = 0; i < device.n; i++) {
		while (k > 0 && device.p[i] != device.p[k])
			k = f.borders[k - 1];
		k += device.p[i] == device.p[k];
		f.borders[i] = k;
	}
	return f;
}

/* Whether an occurrence begins at `at`; the places asked for must ascend. */
static bool long_device_at(struct finder *f, struct slice s, size_t at)
{
	const struct slice d = f->device;

	while (f->read < s.n && (!f->found || f->start < at)) {
		if (f->matched == d.n)
			f->matched = f->borders[d.n - 1];
		while (f->matched > 0 && s.p[f->read] != d.p[f->matched])
			f->matched = f->borders[f->matched - 1];
		f->matched += s.p[f->read] == d.p[f->matched];
		f->read++;
		if (f->matched == d.n) {
			f->found = true;
			f->start = f->read - d.n;
		}
	}
	return f->found && f->start == at;
}

static size_t match_device(struct slice s, size_t at, struct finder *f)
{
	const struct slice d = f->device;

	if (d.n == 0 || d.n > s.n - at || s.p[at] != d.p[0])
		return 0;
	if (f->borders == NULL ? memcmp(s.p + at, d.p, d.n) != 0 : !long_device_at(f, s, at))
		return 0;
	return edge_after(s, at + d.n) ? at + d.n : 0;
}

/* ---- <str> ---- */

static size_t match_str(struct slice s, size_t at)
{
	if ((s.p[at] != '\'' && s.p[at] != '"') || s.p[0] == '{')
		return 0;
	const char *quote = memchr(s.p + at + 1, s.p[at], s.n - at - 1);

	if (quote == NULL)
		return 0;
	const size_t end = (size_t)(quote - s.p) + 1;

	return edge_after(s, end) ? end : 0;
}

/* ---- <guid> ---- */

static size_t skip_hex(struct slice s, size_t i)
{
	while (i < s.n && is_hex(s.p[i]))
		i++;
	return i;
}

static size_t match_guid(struct slice s, size_t at)
{
	static const size_t groups[] = { 4, 4, 4, 12 };
	size_t end = skip_hex(s, at);

	if (end - at >= 16)
		return edge_after(s, end) ? end : 0;
	if (end - at != 8)
		return 0;
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		const size_t start = end + 1;

		if (!char_at(s, end, '-'))
			return 0;
		end = skip_hex(s, start);
		if (end - start != groups[i])
			return 0;
	}
	return edge_after(s, end) ? end : 0;
}

/* ---- <time> ---- */

/* Whether the text at `at` has the shape: 0 stands for a digit, everything else for itself. */
static bool has_shape(struct slice s, size_t at, struct slice shape)
{
	if (s.n - at < shape.n)
		return false;
	for (size_t i = 0; i < shape.n; i++) {
		const char c = s.p[at + i];

		if (shape.p[i] == '0' ? !ascii_is_digit(c) : c != shape.p[i])
			return false;
	}
	return true;
}

static size_t skip_fraction(struct slice s, size_t at)
{
	return char_at(s, at, '.') && digit_at(s, at + 1) ? skip_digits(s, at + 1, SIZE_MAX) : at;
}

static size_t match_iso_time(struct slice s, size_t at)
{
	const struct slice date = SLICE("0000-00-00"), clock = SLICE("00:00:00");
	size_t end = at + date.n + 1 + clock.n;

	if (!has_shape(s, at, date) || !(char_at(s, at + date.n, 'T') || char_at(s, at + date.n, ' ')) ||
	    !has_shape(s, at + date.n + 1, clock))
		return 0;
	end = skip_fraction(s, end);
	if (char_at(s, end, 'Z'))
		return end + 1;
	if (has_shape(s, end, SLICE("+00:00")) || has_shape(s, end, SLICE("-00:00")))
		return end + 6;
	return end;
}

/* One or two digits and then c, which moves *i behind them. */
static bool skip_short(struct slice s, size_t *i, char c)
{
	const size_t end = skip_digits(s, *i, 2);

	if (end == *i || !char_at(s, end, c))
		return false;
	*i = end + 1;
	return true;
}

static size_t skip_half(struct slice s, size_t at)
{
	size_t i = at;

	if (char_at(s, i, ' '))
		i++;
	else if (has_shape(s, i, SLICE("\xE2\x80\xAF")))
		i += 3;
	return has_shape(s, i, SLICE("AM")) || has_shape(s, i, SLICE("PM")) ? i + 2 : at;
}

static size_t match_portal_time(struct slice s, size_t at)
{
	size_t i = at;

	if (!skip_short(s, &i, '/') || !skip_short(s, &i, '/') || !has_shape(s, i, SLICE("0000")))
		return 0;
	i += 4;
	if (char_at(s, i, ','))
		i++;
	if (!char_at(s, i, ' '))
		return 0;
	i++;
	if (!skip_short(s, &i, ':') || !has_shape(s, i, SLICE("00:00")))
		return 0;
	return skip_half(s, skip_fraction(s, i + 5));
}

static size_t match_time(struct slice s, size_t at)
{
	if (!ascii_is_digit(s.p[at]))
		return 0;
	const size_t end = match_iso_time(s, at);

	return end > 0 ? end : match_portal_time(s, at);
}

/* ---- <ip> ---- */

static size_t match_ipv4(struct slice s, size_t at)
{
	size_t end = skip_digits(s, at, 3);

	if (end == at || (at > 0 && s.p[at - 1] == '.'))
		return 0;
	for (int part = 1; part < 4; part++) {
		const size_t start = end + 1;

		if (!char_at(s, end, '.'))
			return 0;
		end = digit_at(s, start) ? skip_digits(s, start, 3) : has_shape(s, start, SLICE("XXX")) ? start + 3 : start;
		if (end == start)
			return 0;
	}
	if (char_at(s, end, ':') && digit_at(s, end + 1)) {
		const size_t port = skip_digits(s, end + 1, 5);

		if (edge_after(s, port) && !(char_at(s, port, '.') && digit_at(s, port + 1)))
			return port;
	}
	return edge_after(s, end) && !(char_at(s, end, '.') && digit_at(s, end + 1)) ? end : 0;
}

static size_t match_ipv6(struct slice s, size_t at)
{
	size_t end = at, part = 0, parts = 1, doubles = 0;
	bool empty = false, fits = true;

	if (at > 0 && s.p[at - 1] == ':') /* not the beginning of the run, so that none is read twice */
		return 0;
	for (; end < s.n && (s.p[end] == ':' || is_hex(s.p[end])); end++) {
		if (s.p[end] != ':') {
			part++;
			fits = fits && part <= 4;
			continue;
		}
		doubles += end > at && s.p[end - 1] == ':';
		empty = empty || part == 0;
		part = 0;
		parts++;
	}
	empty = empty || part == 0;
	if (!fits || !edge_after(s, end))
		return 0;
	return doubles == 1 || (doubles == 0 && parts == 8 && !empty) ? end : 0;
}

static size_t match_ip(struct slice s, size_t at)
{
	if (s.p[at] != ':' && !is_hex(s.p[at]))
		return 0;
	const size_t end = match_ipv4(s, at);

	return end > 0 ? end : match_ipv6(s, at);
}

/* ---- the scan ---- */

struct part {
	size_t end; /* 0: no variable part here */
	struct slice name;
};

static struct part match_part(struct slice s, size_t at, struct finder *f)
{
	size_t end;

	if ((end = match_device(s, at, f)) > 0)
		return (struct part){ end, SLICE("<device>") };
	if ((end = match_str(s, at)) > 0)
		return (struct part){ end, SLICE("<str>") };
	if ((end = match_guid(s, at)) > 0)
		return (struct part){ end, SLICE("<guid>") };
	if ((end = match_time(s, at)) > 0)
		return (struct part){ end, SLICE("<time>") };
	if ((end = match_ip(s, at)) > 0)
		return (struct part){ end, SLICE("<ip>") };
	return (struct part){ 0, { NULL, 0 } };
}

/* Three or six digits that begin with 4 or 5. */
static bool is_code(struct slice digits)
{
	return (digits.n == 3 || digits.n == 6) && (digits.p[0] == '4' || digits.p[0] == '5');
}

void message_template(struct slice text, struct slice device, struct buf *out)
{
	struct finder f = finder_init(device);
	size_t kept = 0; /* the text before it is in out */

	for (size_t i = 0; i < text.n;) {
		const bool digit = ascii_is_digit(text.p[i]);
		struct part part = { 0, { NULL, 0 } };
		size_t next = i + 1;

		if (edge_before(text, i))
			part = match_part(text, i, &f);
		if (part.end == 0 && digit) {
			next = skip_digits(text, i, SIZE_MAX);
			if (!is_code(slice_of(text.p + i, next - i)))
				part = (struct part){ next, SLICE("<n>") };
		}
		if (part.end > 0) {
			buf_add(out, text.p + kept, i - kept);
			buf_slice(out, part.name);
			next = kept = part.end;
		}
		i = next;
	}
	if (text.n > kept)
		buf_add(out, text.p + kept, text.n - kept);
	free(f.borders);
}
