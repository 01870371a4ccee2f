/*
 * utf8.c - what is well-formed UTF-8 and what stands for the rest.
 *
 * One decoder, decode(), knows the table of Unicode 3.9 (3-7); everything else asks it. Logs are nearly all ASCII, so runs
 * of it are passed without looking at single bytes.
 */
#include "base/utf8.h"

enum { BLOCK = 64, WORD = 8, REPLACEMENT = 0xFFFD };

#define HIGH_BITS UINT64_C(0x8080808080808080)

static inline uint64_t load_word(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

/* How many bytes from p on are ASCII: at least all whole words before the first that is not. */
static inline size_t ascii_run(const char *p, size_t n)
{
	size_t i = 0;

	for (; n - i >= BLOCK; i += BLOCK) {
		uint64_t any = 0;

		for (size_t k = 0; k < BLOCK; k += WORD)
			any |= load_word(p + i + k);
		if ((any & HIGH_BITS) != 0)
			break;
	}
	while (n - i >= WORD && (load_word(p + i) & HIGH_BITS) == 0)
		i += WORD;
	while (i < n && (unsigned char)p[i] < 0x80)
		i++;
	return i;
}

struct decoded {
	uint32_t code;
	uint32_t len;
	bool valid;
};

/* The code point at p, n > 0. If invalid, len is that of the maximal subpart: what could have begun a character. */
static inline struct decoded decode(const char *p, size_t n)
{
	const unsigned char lead = (unsigned char)p[0];
	unsigned char low = 0x80, high = 0xBF; /* bounds of the second byte */
	uint32_t code, more;

	if (lead < 0x80)
		return (struct decoded){ lead, 1, true };
	if (lead >= 0xC2 && lead <= 0xDF) {
		more = 1;
		code = lead & 0x1FU;
	} else if ((lead & 0xF0U) == 0xE0) {
		more = 2;
		code = lead & 0x0FU;
		low = lead == 0xE0 ? 0xA0 : 0x80;  /* shorter forms exist below */
		high = lead == 0xED ? 0x9F : 0xBF; /* surrogates above */
	} else if (lead >= 0xF0 && lead <= 0xF4) {
		more = 3;
		code = lead & 0x07U;
		low = lead == 0xF0 ? 0x90 : 0x80;
		high = lead == 0xF4 ? 0x8F : 0xBF; /* U+10FFFF is the last */
	} else {
		return (struct decoded){ REPLACEMENT, 1, false };
	}
	for (uint32_t i = 1; i <= more; i++) {
		const unsigned char c = i < n ? (unsigned char)p[i] : 0;

		if (c < low || c > high)
			return (struct decoded){ REPLACEMENT, i, false };
		code = code << 6 | (c & 0x3FU);
		low = 0x80;
		high = 0xBF;
	}
	return (struct decoded){ code, more + 1, true };
}

bool utf8_valid(struct slice s)
{
	size_t i = 0;

	while (i < s.n) {
		if ((unsigned char)s.p[i] < 0x80) {
			i += ascii_run(s.p + i, s.n - i);
			continue;
		}
		const struct decoded d = decode(s.p + i, s.n - i);

		if (!d.valid)
			return false;
		i += d.len;
	}
	return true;
}

size_t utf8_repair(struct slice s, struct buf *out)
{
	size_t repaired = 0, kept = 0, i = 0;

	while (i < s.n) {
		if ((unsigned char)s.p[i] < 0x80) {
			i += ascii_run(s.p + i, s.n - i);
			continue;
		}
		const struct decoded d = decode(s.p + i, s.n - i);

		if (!d.valid) {
			buf_add(out, s.p + kept, i - kept);
			buf_add(out, "\xEF\xBF\xBD", 3);
			kept = i + d.len;
			repaired++;
		}
		i += d.len;
	}
	if (s.n > kept)
		buf_add(out, s.p + kept, s.n - kept);
	return repaired;
}

uint32_t utf8_decode(struct slice s, size_t *len, bool *valid)
{
	const struct decoded d = decode(s.p, s.n);

	*len = d.len;
	*valid = d.valid;
	return d.code;
}

size_t utf8_encode(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}
