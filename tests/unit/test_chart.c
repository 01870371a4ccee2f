/*
 * test_chart.c - charts as text and as SVG: exact bytes of small ones, and what must be true of all of them.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "report/bar.h"
#include "report/chart.h"
#include "report/width.h"

#define T0 INT64_C(1793577600000000) /* 2026-11-02T00:00:00Z, a Monday */

typedef void (*draw_fn)(struct output *out, const struct chart *charts, size_t n, struct chart_options options);

static struct buf drawn(draw_fn draw, const struct chart *charts, size_t n, struct chart_options options)
{
	struct output out = { .fd = memfd_create("chart", 0) };
	struct buf all = BUF_INIT;
	const int fd = out.fd;

	draw(&out, charts, n, options);
	cr_assert_eq(output_close(&out), 0);
	const size_t size = (size_t)lseek(fd, 0, SEEK_END);

	cr_assert_eq(pread(fd, buf_reserve(&all, size), size, 0), (ssize_t)size);
	all.n = size;
	close(fd);
	return all;
}

static void expect_text(const struct chart *c, struct chart_options options, const char *expected)
{
	struct buf text = drawn(chart_text, c, 1, options);

	cr_assert_str_eq(buf_cstr(&text), expected, "\n%s", buf_cstr(&text));
	buf_free(&text);
}

static void expect_in_svg(const struct chart *c, const char *const *parts, size_t n, bool there)
{
	struct buf svg = drawn(chart_svg, c, 1, (struct chart_options){ .width = 600 });

	for (size_t i = 0; i < n; i++)
		cr_assert_eq(strstr(buf_cstr(&svg), parts[i]) != NULL, there, "%s in\n%s", parts[i], buf_cstr(&svg));
	buf_free(&svg);
}

#define V(n) { (__int128)(n) * DECIMAL_ONE }

static const struct decimal four[] = { V(0), V(1), V(4), { -((__int128)1 << 126) * 2 } };
static const struct chart_series one_series[] = { { { NULL, 0 }, four } };
static const struct chart four_hours = {
	.title = { "failures", 8 }, .unit = { "total", 5 }, .start = T0, .every = TIME_HOUR, .n = 4,
	.series = one_series, .n_series = 1,
};

Test(bars, nothing_is_blank_and_the_least_is_something)
{
	const struct decimal top = V(1000000), none = V(0), least = V(1), half = V(500000);

	cr_assert_eq(bar_height(none, top, 10), 0);
	cr_assert_eq(bar_height(least, top, 10), 1);
	cr_assert_eq(bar_height(half, top, 10), 40);
	cr_assert_eq(bar_height(top, top, 10), 80);
	cr_assert_str_eq(bar_cell(0, 0), " ");
	cr_assert_str_eq(bar_cell(1, 0), "▁");
	cr_assert_str_eq(bar_cell(9, 0), "█");
	cr_assert_str_eq(bar_cell(9, 1), "▁");
	cr_assert_str_eq(bar_cell(9, 2), " ");
}

Test(chart_text, zero_is_blank_and_a_gap_is_a_dot)
{
	expect_text(&four_hours, (struct chart_options){ .width = 40 },
		"failures, total\n"
		"2026-11-02 00:00 to 2026-11-02 04:00 UTC\n"
		"1 h each\n"
		"most 4 at 11-02 02:00\n"
		"4 ┤            █████\n"
		"  │            █████\n"
		"3 ┤            █████\n"
		"  │            █████\n"
		"2 ┤            █████\n"
		"  │            █████\n"
		"1 ┤      █████ █████\n"
		"  │      █████ █████ ·····\n"
		"0 ┼┬─────┬─────┬─────┬─────\n"
		" 11-02 01:00 02:00 03:00\n"
		"· no value\n");
}

Test(chart_text, rules_need_no_colour)
{
	const struct chart_threshold thresholds[] = { { SLICE("storm"), V(3) }, { SLICE("far"), V(1000) } };
	const struct chart_firing firings[] = { { SLICE("storm"), T0 + 2 * TIME_HOUR, T0 + 3 * TIME_HOUR },
		{ SLICE("slow"), T0 - TIME_DAY, TIME_NONE }, { SLICE("slow"), T0 + TIME_DAY, TIME_NONE } };
	struct chart c = four_hours;

	c.thresholds = thresholds;
	c.n_thresholds = 2;
	c.firings = firings;
	c.n_firings = 3;
	expect_text(&c, (struct chart_options){ .width = 60 },
		"failures, total\n"
		"2026-11-02 00:00 to 2026-11-02 04:00 UTC, 1 h each\n"
		"most 4 at 11-02 02:00\n"
		"4 ┤            █████\n"
		"  │            █████\n"
		"3 ┤╌╌╌╌╌╌╌╌╌╌╌╌█████╌╌╌╌╌╌╌\n"
		"  │            █████\n"
		"2 ┤            █████\n"
		"  │            █████\n"
		"1 ┤      █████ █████\n"
		"  │      █████ █████ ·····\n"
		"0 ┼┬─────┬─────┬─────┬─────\n"
		" 11-02 01:00 02:00 03:00\n"
		" 1             ━━━━━━\n"
		" 2 ━━━━━━━━━━━━━━━━━━━━━━━━\n"
		"╌ threshold storm, 3\n"
		"╌ threshold far, 1,000 (above the chart)\n"
		"━ 1 fired: storm\n"
		"━ 2 fired: slow\n"
		"· no value\n");
}

Test(chart_text, one_band_for_each_series)
{
	static const struct decimal a[] = { V(12), V(3) }, b[] = { V(1), V(0) };
	const struct chart_series series[] = { { SLICE("Failed"), a }, { SLICE("a\033[31mb"), b } };
	const struct chart c = { .title = SLICE("x"), .start = T0, .every = TIME_DAY, .n = 2, .series = series, .n_series = 2 };

	expect_text(&c, (struct chart_options){ .width = 0, .color = true },
		"\033[1mx\033[0m\n"
		"2026-11-02 00:00 to 2026-11-04 00:00 UTC, 1 d each\n"
		"Failed  most 12 at 11-02 00:00\n"
		"15 ┤\n"
		"   │▆▆▆▆▆\n"
		"10 ┤█████\n"
		"   │█████\n"
		" 5 ┤█████ ▂▂▂▂▂\n"
		"   │█████ █████\n"
		"a\\x1B[31mb  most 1 at 11-02 00:00\n"
		"15 ┤\n"
		"   │\n"
		"10 ┤\n"
		"   │\n"
		" 5 ┤\n"
		"   │▃▃▃▃▃\n"
		" 0 ┼┬─────┬─────\n"
		"  11-02 11-03\n");
}

Test(chart_text, nothing_to_draw)
{
	struct chart c = four_hours;

	c.n = 0;
	expect_text(&c, (struct chart_options){ .width = 80 },
		"failures, total\n2026-11-02 00:00 to 2026-11-02 00:00 UTC, 1 h each\nno values\n");
	c.n = 1;
	expect_text(&c, (struct chart_options){ .width = 80 },
		"failures, total\n2026-11-02 00:00 to 2026-11-02 01:00 UTC, 1 h each\nall 0\n"
		"1 ┤\n0 ┼┬─────\n 11-02\n");
}

Test(chart_text, the_largest_of_many)
{
	struct decimal *const values = mem_zalloc(10000 * sizeof(*values));
	const struct chart_series series = { SLICE(""), values };
	const struct chart c = { .title = SLICE("x"), .start = T0, .every = TIME_MINUTE, .n = 10000, .series = &series, .n_series = 1 };
	struct buf text;

	values[7777] = decimal_of(5);
	text = drawn(chart_text, &c, 1, (struct chart_options){ .width = 83 });
	cr_assert(strstr(buf_cstr(&text), "1 min each, the largest of up to 125 is drawn\nmost 5 at 11-07 09:37\n") != NULL);
	/* column 62 of 80 (7777 / 125), behind `5 ┤` */
	cr_assert(strstr(buf_cstr(&text), "\n5 ┤                                                              █\n") != NULL);
	buf_free(&text);
	free(values);
}

Test(chart_svg, words_and_rules)
{
	const struct chart_threshold thresholds[] = { { SLICE("storm"), V(3) }, { SLICE("far"), V(1000) } };
	const struct chart_firing firing = { SLICE("<storm>"), T0 + 2 * TIME_HOUR, T0 + 3 * TIME_HOUR };
	static const char *const parts[] = {
		"role=\"img\"", "<title>failures, total</title>",
		("<desc>failures, total, 2026-11-02 00:00 to 2026-11-02 04:00 UTC, 1 h each. most 4 at 11-02 02:00. "
		 "Threshold storm: 3. Threshold far: 1,000. Fired: &lt;storm&gt; from 2026-11-02 02:00 to 2026-11-02 03:00.</desc>"),
		">storm, 3</text>", ">threshold far, 1,000 (above the chart)</text>", ">fired: &lt;storm&gt;</text>",
		"<title>2026-11-02 03:00\nno value</title>", "@media screen and (prefers-color-scheme:dark)",
	};
	static const char *const absent[] = { "<script", "href", "@import", "@font-face", "url(http", "<storm>" };
	struct chart c = four_hours;

	c.thresholds = thresholds;
	c.n_thresholds = 2;
	c.firings = &firing;
	c.n_firings = 1;
	expect_in_svg(&c, parts, sizeof(parts) / sizeof(parts[0]), true);
	expect_in_svg(&c, absent, sizeof(absent) / sizeof(absent[0]), false);
}

Test(chart_svg, firings_at_one_time_are_shaded_once)
{
	const struct chart_firing firings[] = { { SLICE("a"), T0, T0 + 2 * TIME_HOUR }, { SLICE("b"), T0 + TIME_HOUR, TIME_NONE },
		{ SLICE("c"), T0 - 2 * TIME_HOUR, T0 - TIME_HOUR } };
	static const char *const parts[] = {
		"<path class=\"fired shade\" d=\"M31 80H301.5V230H31ZM166.3 80H572V230H166.3Z\"/>",
		">3 fired: c</text>",
	};
	struct chart c = four_hours;

	c.firings = firings;
	c.n_firings = 3;
	expect_in_svg(&c, parts, 2, true);
}

Test(chart_svg, a_gap_breaks_the_line)
{
	static const struct decimal values[] = { V(1), { -((__int128)1 << 126) * 2 }, V(1), V(2) };
	const struct chart_series series[] = { { SLICE("a"), values }, { SLICE("b"), values } };
	struct chart c = four_hours;
	/* two runs each: one bucket, and two with a step between them */
	static const char *const lines[] = { "<path d=\"M31 155H166.2M301.5 155H436.7V80H572\" class=\"line line0\"/>",
		"<path d=\"M31 155H166.2M301.5 155H436.7V80H572\" class=\"line line1\" stroke-dasharray=\"7 3\"/>" };

	c.series = series;
	c.n_series = 2;
	expect_in_svg(&c, lines, 2, true);
}

Test(chart_svg, layers_lie_on_each_other)
{
	static const struct decimal values[] = { V(1), { -((__int128)1 << 126) * 2 }, V(2), V(2) };
	const struct chart_series series[] = { { SLICE("a"), values }, { SLICE("b"), values } };
	static const char *const layers[] = { "<path d=\"M31 192.5H166.2V230H31ZM301.5 155H572V230H301.5Z\" fill=\"url(#dpslog-hatch0)\"/>",
		"<path d=\"M31 155H166.2V192.5H31ZM301.5 80H572V155H301.5Z\" fill=\"url(#dpslog-hatch1)\"/>" };
	struct chart c = four_hours;

	c.series = series;
	c.n_series = 2;
	c.stacked = true;
	expect_in_svg(&c, layers, 2, true);
}

/* ---- what is true of all ---- */

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

static struct decimal any_value(uint64_t *seed)
{
	switch (next(seed) % 12) {
	case 0: return CHART_GAP;
	case 1: return (struct decimal){ (__int128)(~(unsigned __int128)0 >> 1) };
	case 2: return decimal_of(-(int64_t)next(seed));
	case 3: return (struct decimal){ (__int128)next(seed) };
	case 4: return decimal_of((int64_t)next(seed) * 1000000);
	default: return decimal_of((int64_t)(next(seed) % 100));
	}
}

static const struct slice names[] = {
	{ "", 0 }, { "Failed", 6 }, { "]]>&<\"'\xff\x00\x1b", 10 }, { "\xEF\xBF\xBE\xEF\xBF\xBF", 6 }, { "漢字漢字漢字漢字漢字漢字漢字", 42 },
	{ "a name that is longer than anything that fits into a line of the narrowest chart there is, and then some", 103 },
};

enum { NAMES = sizeof(names) / sizeof(names[0]), MOST = 12 };

struct any {
	struct chart chart;
	struct chart_series series[MOST];
	struct chart_threshold thresholds[3];
	struct chart_firing firings[5];
};

static void any_rules(struct any *a, uint64_t *seed)
{
	struct chart *c = &a->chart;

	c->thresholds = a->thresholds;
	c->n_thresholds = next(seed) % 4;
	c->firings = a->firings;
	c->n_firings = next(seed) % 6;
	for (size_t i = 0; i < 3; i++) {
		const struct decimal value = any_value(seed);

		a->thresholds[i] = (struct chart_threshold){ names[next(seed) % NAMES], chart_is_gap(value) ? decimal_of(1) : value };
	}
	for (size_t i = 0; i < 5; i++) {
		const int64_t from = c->start + ((int64_t)(next(seed) % 400) - 100) * c->every / 3;
		const int64_t to = next(seed) % 4 == 0 ? TIME_NONE : from + (int64_t)(next(seed) % 50) * TIME_MINUTE;

		a->firings[i] = (struct chart_firing){ names[next(seed) % NAMES], from, to };
	}
}

static void any_chart(struct any *a, uint64_t *seed)
{
	static const int64_t lengths[] = { TIME_MINUTE, 5 * TIME_MINUTE, TIME_HOUR, TIME_DAY };
	static const size_t sizes[] = { 0, 1, 2, 3, 24, 96, 200, 1000 };
	struct chart *c = &a->chart;

	*c = (struct chart){
		.title = names[next(seed) % NAMES], .unit = names[next(seed) % NAMES], .start = T0 + (int64_t)(next(seed) % 5000) * TIME_MINUTE,
		.every = lengths[next(seed) % 4], .n = sizes[next(seed) % 8], .series = a->series, .n_series = next(seed) % (MOST + 1),
		.stacked = next(seed) % 2 == 0,
	};
	for (size_t s = 0; s < c->n_series; s++) {
		struct decimal *values = mem_array(c->n, sizeof(*values));

		for (size_t i = 0; i < c->n; i++)
			values[i] = any_value(seed);
		a->series[s] = (struct chart_series){ names[next(seed) % NAMES], values };
	}
	any_rules(a, seed);
}

static void any_free(struct any *a)
{
	union { const struct decimal *in; void *out; } values;

	for (size_t s = 0; s < a->chart.n_series; s++) {
		values.in = a->series[s].values;
		free(values.out);
	}
}

/* No line is too long, none ends in a blank. */
static void check_text(struct buf *text, size_t width, uint64_t seed)
{
	for (size_t i = 0; i < text->n;) {
		const char *const end = memchr(text->p + i, '\n', text->n - i);
		const struct slice line = slice_of(text->p + i, (size_t)(end - text->p) - i);

		cr_assert(line.n == 0 || line.p[line.n - 1] != ' ', "seed %llu: %.*s|", (unsigned long long)seed, SLICE_ARG(line));
		/* words are not cut: these names, the largest number that there can be */
		if (slice_find(line, SLICE("漢")) == line.n && slice_find(line, SLICE("\\x")) == line.n &&
		    slice_find(line, SLICE("170,141,183")) == line.n)
			cr_assert_leq(width_of(line), width, "seed %llu: %.*s|", (unsigned long long)seed, SLICE_ARG(line));
		i += line.n + 1;
	}
}

/* XML by its own rules, as far as this document needs them: elements nest, attributes are quoted, references are known. */
static const char *check_tag(const char *p, const char **stack, size_t *depth)
{
	const bool closes = p[1] == '/';
	const char *const name = p + 1 + closes;
	const size_t n = strcspn(name, " />");

	for (p = name + n; *p != '>' && *p != '/'; p++) {
		if (*p == '"') {
			p += strcspn(p + 1, "\"<") + 1;
			cr_assert_eq(*p, '"');
		}
	}
	if (closes) {
		cr_assert(*depth > 0 && strncmp(stack[*depth - 1], name, n) == 0, "%.40s", name);
		(*depth)--;
	} else if (*p != '/') {
		stack[(*depth)++] = name;
		cr_assert_lt(*depth, 8);
	}
	return p + (*p == '/') + 1;
}

static void check_svg(struct buf *svg, uint64_t seed)
{
	const char *stack[8], *p = buf_cstr(svg);
	size_t depth = 0;

	cr_assert(utf8_valid(buf_view(svg)) && strlen(p) == svg->n, "seed %llu", (unsigned long long)seed);
	do {
		if (*p == '<') {
			p = check_tag(p, stack, &depth);
		} else if (*p == '&') {
			const size_t n = strcspn(p, ";");

			cr_assert(n < 6, "%.20s", p);
			p += n;
		} else {
			cr_assert((unsigned char)*p >= ' ' || *p == '\n');
			cr_assert(strncmp(p, "\xEF\xBF\xBE", 3) != 0 && strncmp(p, "\xEF\xBF\xBF", 3) != 0);
			p++;
		}
	} while (depth > 0);
	cr_assert_str_eq(p, "\n");
}

Test(chart, what_is_true_of_all)
{
	static const size_t widths[] = { 0, 1, 24, 40, 80, 160, 400, 1600 };

	for (uint64_t start = 1; start <= 400; start++) {
		uint64_t seed = start;
		struct any a[2];

		any_chart(&a[0], &seed);
		any_chart(&a[1], &seed);
		const struct chart charts[] = { a[0].chart, a[1].chart };
		const size_t width = widths[next(&seed) % 8];
		const struct chart_options options = { .width = width };
		struct buf text = drawn(chart_text, charts, 2, options), svg = drawn(chart_svg, charts, 2, options);
		struct buf again = drawn(chart_svg, charts, 2, options);

		check_text(&text, width == 0 ? 80 : width < 32 ? 32 : width, start);
		check_svg(&svg, start);
		cr_assert(slice_eq(buf_view(&svg), buf_view(&again)));
		buf_free(&text);
		buf_free(&svg);
		buf_free(&again);
		any_free(&a[0]);
		any_free(&a[1]);
	}
}
