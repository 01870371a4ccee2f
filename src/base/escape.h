/*
 * escape.h - the one place where text of the input is made harmless: one function for each kind of sink.
 *
 * What devices chose (ids, messages), what archives hold (names) and what users typed ends on terminals, in spreadsheets and
 * in JSON. Nothing else in the program writes such text without passing here.
 */
#ifndef DPSLOG_BASE_ESCAPE_H
#define DPSLOG_BASE_ESCAPE_H

#include "base/buf.h"

/*
 * For terminals and every text sink: C0 (also TAB, LF), DEL and C1 as \xNN, bidi controls (U+061C, U+200E/F, U+202A-E,
 * U+2066-9), U+2028/9, zero-width characters (U+200B-D, U+2060, U+FEFF) and other format characters as \u{NNNN}, invalid
 * UTF-8 as \xNN. A backslash stays.
 */
void escape_text(struct buf *out, struct slice s);

/*
 * One CSV cell by RFC 4180: quotes only if it holds , " CR or LF. With `guard`, a cell whose first byte is = + - @ TAB CR gets
 * a leading '. Returns whether the guard was added. Invalid UTF-8 becomes U+FFFD.
 */
bool escape_csv(struct buf *out, struct slice s, bool guard);

/*
 * A JSON string with its quotes: strict UTF-8 out (U+FFFD for invalid parts), all of C0 and DEL escaped, also U+2028/9.
 */
void escape_json(struct buf *out, struct slice s);

/*
 * For the text and the quoted attributes of XML and HTML: as escape_text, then & < > " ' as references. U+FFFE and U+FFFF,
 * which XML has not even as references, as \u{NNNN}. What comes from escape_text may pass again.
 */
void escape_xml(struct buf *out, struct slice s);

/*
 * JSON or CSV on a terminal: control characters (also TAB, LF) and those that escape_text shows otherwise as \uNNNN, beyond
 * U+FFFF as two of them; invalid UTF-8 becomes U+FFFD.
 */
void escape_terminal(struct buf *out, struct slice s);

/* One word of a POSIX shell, in quotes only if it needs them. Control characters stay: a terminal needs escape_text besides. */
void escape_shell(struct buf *out, struct slice s);

#endif
