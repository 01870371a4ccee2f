/*
 * fuzz.h - what a fuzz target is, for both of its drivers.
 *
 * A target is a file with LLVMFuzzerTestOneInput, which takes any bytes and ends the process if something is wrong, and with
 * the texts that the bytes are made from. `make check` runs it over changes of these that are the same every time (driver.c);
 * with --enable-fuzzing libFuzzer looks for bytes that reach new code (libfuzzer.c).
 */
#ifndef DPSLOG_TESTS_FUZZ_H
#define DPSLOG_TESTS_FUZZ_H

#include <stdarg.h>

#include "base/buf.h"

struct fuzz_target {
	const char *const *seeds;  /* good texts, NULL behind the last */
	const char *const *words;  /* what matters where it stands in them; the same */
	bool several;              /* the bytes are several texts, FUZZ_NEXT between them */
};
extern const struct fuzz_target fuzz_target;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Separates texts: a control that has no place in any of them. */
enum { FUZZ_NEXT = '\x1e' };
/* Cuts the first text off `rest`. False: there is none left (rest->p is NULL). */
bool fuzz_next_text(struct slice *rest, struct slice *text);

/* Says what is wrong, and aborts. */
_Noreturn void fuzz_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Two descriptions must be the same. */
void fuzz_same(const char *what, struct buf *a, struct buf *b);

/* The state of random.h that belongs to these bytes. */
uint64_t fuzz_state(struct slice bytes);

/* Changes a text in one way or a few, as the target's texts may be changed. */
void fuzz_change(struct buf *text, const struct fuzz_target *target, uint64_t *state);
/* Changes one byte: i is its place and which of the FUZZ_BYTE_WAYS. */
enum { FUZZ_BYTE_WAYS = 3 };
void fuzz_change_byte(struct buf *text, size_t i, uint64_t *state);

/* Records of every form, envelopes and tables, and the words of their language. */
extern const char *const record_seeds[], *const record_words[];

#endif
