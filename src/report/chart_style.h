/*
 * chart_style.h - how the series of an SVG chart look: a colour for light and one for dark, a dash for lines and a hatch
 * for areas. Of the first 64 no two look alike, of the first eight not even in grey.
 */
#ifndef DPSLOG_REPORT_CHART_STYLE_H
#define DPSLOG_REPORT_CHART_STYLE_H

#include "base/buf.h"

/* The style sheet, scoped to the class `dpslog-chart`: light, dark where the screen is, light in print. */
void chart_style_sheet(struct buf *out);
/* The hatches of the first n series, as patterns. */
void chart_style_hatches(struct buf *out, size_t n);

/* Attributes, each with a blank before it. */
void chart_style_line(struct buf *out, size_t series);
void chart_style_area(struct buf *out, size_t series);

#endif
