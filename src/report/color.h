/*
 * color.h - what colours a terminal; written only where the caller says that colours are wanted, and never needed to
 * understand.
 */
#ifndef DPSLOG_REPORT_COLOR_H
#define DPSLOG_REPORT_COLOR_H

#define COLOR_BOLD "\033[1m"
#define COLOR_RED "\033[31m"
#define COLOR_YELLOW "\033[33m"
#define COLOR_PLAIN "\033[0m"

#endif
