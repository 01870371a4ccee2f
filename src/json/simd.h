/*
 * simd.h - the one place that knows vector instructions.
 *
 * A table of functions for each instruction set, chosen once at run time; the portable twin says what each means, and the
 * tests hold the others against it.
 */
#ifndef DPSLOG_JSON_SIMD_H
#define DPSLOG_JSON_SIMD_H

#include <stddef.h>
#include <stdint.h>

/* Bit i is byte i of 64. */
struct simd_masks {
	uint64_t quote;      /* " */
	uint64_t backslash;
	uint64_t open;       /* { [ */
	uint64_t close;      /* } ] */
};

struct simd {
	const char *name;
	/* Exactly 64 readable bytes. */
	void (*classify)(const char *p, struct simd_masks *out);
};

extern const struct simd simd_portable;
/* The best of what this processor has. */
const struct simd *simd_best(void);
/* All that this processor can run, for the tests; NULL-terminated. */
const struct simd *const *simd_all(void);

#endif
