/*
 * chart_style.c - the looks of SVG charts.
 *
 * The colours are those of Okabe and Ito, which the colour-blind tell apart, made darker or lighter until each stands out
 * from its paper by at least three to one. Rules are plain classes, without variables, for the sake of simple viewers.
 */
#include "report/chart_style.h"

static const struct {
	const char *light, *dark;
} colors[] = {
	{ "#0072b2", "#56b4e9" }, { "#d55e00", "#ff9248" }, { "#007f5f", "#2fd3a3" }, { "#b0478a", "#e79ac6" },
	{ "#8a6d00", "#f0c93a" }, { "#3f3f9f", "#a9a6ff" }, { "#5f6670", "#b4bcc6" }, { "#a3292f", "#ff8585" },
};

static const char *const dashes[] = { "", "7 3", "3 2", "10 3 2 3", "14 4", "5 2 1 2 1 2", "1 4", "10 2 4 2" };

/* Strokes of an 8 by 8 tile. */
static const char *const hatches[] = {
	"", "M0 8L8 0M-2 2L2-2M6 10L10 6", "M0 2H8M0 6H8", "M0 0L8 8M-2 6L2 10M6-2L10 2", "M2 0V8M6 0V8",
	"M0 8L8 0M0 0L8 8", "M1 4H3M5 0H7M5 8H7", "M0 4H8M4 0V8",
};

enum {
	COLORS = sizeof(colors) / sizeof(colors[0]),
	DASHES = sizeof(dashes) / sizeof(dashes[0]),
	HATCHES = sizeof(hatches) / sizeof(hatches[0])
};

/* The ninth series has the first colour again, but another dash and hatch. */
static size_t second_look(size_t series, size_t looks)
{
	return (series + series / COLORS) % looks;
}

static void palette(struct buf *out, bool dark)
{
	static const char *const rules[][3] = {
		{ ".paper", "fill:#fff", "fill:#15181c" },
		{ ".hatch", "stroke:#fff", "stroke:#15181c" },
		{ "text", "fill:#1d2228;stroke:#fff", "fill:#e8ebee;stroke:#15181c" },
		{ ".soft", "fill:#59626c", "fill:#a8b1bb" },
		{ ".grid", "stroke:#e1e5e9", "stroke:#2d343c" },
		{ ".axis", "stroke:#59626c", "stroke:#a8b1bb" },
		{ ".halo", "stroke:#fff", "stroke:#15181c" },
		{ ".limit", "stroke:#1d2228", "stroke:#e8ebee" },
		{ ".fired", "fill:#c8102e", "fill:#ff6b6b" },
		{ ".hit:hover", "fill:#1d2228", "fill:#e8ebee" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		buf_printf(out, ".dpslog-chart %s{%s}\n", rules[i][0], rules[i][dark ? 2 : 1]);
	for (size_t i = 0; i < COLORS; i++) {
		const char *const color = dark ? colors[i].dark : colors[i].light;

		buf_printf(out, ".dpslog-chart .line%zu{stroke:%s} .dpslog-chart .fill%zu{fill:%s}\n", i, color, i, color);
	}
}

void chart_style_sheet(struct buf *out)
{
	buf_str(out, "<style>\n"
		".dpslog-chart{font-family:system-ui,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,\"DejaVu Sans\",sans-serif;"
		"font-size:12px}\n"
		".dpslog-chart text{stroke-width:3px;stroke-linejoin:round;paint-order:stroke}\n"
		".dpslog-chart .title{font-size:15px;font-weight:600}\n"
		".dpslog-chart .tick{font-size:11px;font-variant-numeric:tabular-nums}\n"
		".dpslog-chart .date{font-weight:600}\n"
		".dpslog-chart .grid,.dpslog-chart .axis{stroke-width:1;shape-rendering:crispEdges}\n"
		".dpslog-chart .line{fill:none;stroke-width:2;stroke-linejoin:round}\n"
		".dpslog-chart .tint{fill-opacity:.22}\n"
		".dpslog-chart .hatch{fill:none;stroke-width:1.2;stroke-opacity:.65}\n"
		".dpslog-chart .limit{fill:none;stroke-width:1.25;stroke-dasharray:6 3}\n"
		".dpslog-chart .halo{fill:none;stroke-width:4;stroke-opacity:.6}\n"
		".dpslog-chart .shade{fill-opacity:.13}\n"
		".dpslog-chart .hit{fill:none;fill-opacity:.1;pointer-events:all}\n");
	palette(out, false);
	buf_str(out, "@media screen and (prefers-color-scheme:dark){\n");
	palette(out, true);
	buf_str(out, "}\n</style>\n");
}

void chart_style_hatches(struct buf *out, size_t n)
{
	buf_str(out, "<defs>\n");
	for (size_t i = 0; i < n && i < (size_t)COLORS * HATCHES; i++)
		buf_printf(out, "<pattern id=\"dpslog-hatch%zu\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
			"<rect class=\"fill%zu\" width=\"8\" height=\"8\"/><path class=\"hatch\" d=\"%s\"/></pattern>\n",
			i, i % COLORS, hatches[second_look(i, HATCHES)]);
	buf_str(out, "</defs>\n");
}

void chart_style_line(struct buf *out, size_t series)
{
	const char *const dash = dashes[second_look(series, DASHES)];

	buf_printf(out, " class=\"line line%zu\"", series % COLORS);
	if (*dash != '\0')
		buf_printf(out, " stroke-dasharray=\"%s\"", dash);
}

void chart_style_area(struct buf *out, size_t series)
{
	buf_printf(out, " fill=\"url(#dpslog-hatch%zu)\"", series % ((size_t)COLORS * HATCHES));
}
