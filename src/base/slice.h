/*
 * slice.h - text that somebody else owns.
 *
 * All text from the input is a slice: a pointer and a length. It is not NUL-terminated, a NUL in it is a byte
 * like any other, and it lives as long as the buffer or arena that it points into (each producer says which).
 * An empty slice may have p == NULL. ASCII rules only: letters, digits and case mean the ASCII ones everywhere.
 */
#ifndef DPSLOG_BASE_SLICE_H
#define DPSLOG_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const char *p;
	size_t n;
};

/* A slice of a string literal. */
#define SLICE(literal) ((struct slice){ "" literal, sizeof(literal) - 1 })
/* The two arguments that printf's "%.*s" takes. Only for text that is known to be clean. */
#define SLICE_ARG(s) (int)(s).n, (s).p

static inline struct slice slice_of(const char *p, size_t n)
{
	return (struct slice){ p, n };
}

static inline struct slice slice_str(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool ascii_is_alpha(char c)
{
	return ((unsigned char)c | 0x20U) >= 'a' && ((unsigned char)c | 0x20U) <= 'z';
}

static inline bool ascii_is_alnum(char c)
{
	return ascii_is_digit(c) || ascii_is_alpha(c);
}

/* The value of a hexadecimal digit, in either case; -1: it is none. */
static inline int ascii_hex(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	return ((unsigned char)c | 0x20U) >= 'a' && ((unsigned char)c | 0x20U) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* JSON's and this program's white space: blank, TAB, CR, LF. */
static inline bool ascii_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static inline char ascii_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
}

/* Equal without regard to ASCII case. */
bool slice_eq_nocase(struct slice a, struct slice b);
/* The same for a word in its usual spelling (a literal): most texts are spelled so, and nothing is looked at letter by letter. */
#define slice_is_word(s, literal) slice_is_spelled(s, "" literal, sizeof(literal) - 1)
static inline bool slice_is_spelled(struct slice s, const char *word, size_t n)
{
	return s.n == n && (memcmp(s.p, word, n) == 0 || slice_eq_nocase(s, slice_of(word, n)));
}
/* Bytewise order as memcmp, a prefix before what it begins: <0, 0, >0. */
int slice_cmp(struct slice a, struct slice b);
bool slice_starts_nocase(struct slice s, struct slice prefix);
bool slice_ends_nocase(struct slice s, struct slice suffix);
/* Without white space at both ends. */
struct slice slice_trim(struct slice s);
/* The first place of needle in s, or s.n if it is not there. */
size_t slice_find(struct slice s, struct slice needle);
/* Only digits, and exactly n of them. */
bool slice_is_digits(struct slice s, size_t n);

#endif
