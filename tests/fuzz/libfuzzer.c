/*
 * libfuzzer.c - a target under libFuzzer: every second change is one of ours, and where there is nothing yet, a seed.
 */
#include "../unit/random.h"
#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t n, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t most, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t most, unsigned seed)
{
	uint64_t state = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
	struct buf text = BUF_INIT;

	if (n > 2 && random_below(&state, 2) == 0)
		return LLVMFuzzerMutate(data, n, most);
	if (n > 2 && random_below(&state, 64) > 0)
		buf_add(&text, data, n);
	fuzz_change(&text, &fuzz_target, &state);
	if (text.n > most)
		text.n = most;
	if (text.n > 0)
		memcpy(data, text.p, text.n);
	n = text.n;
	buf_free(&text);
	return n;
}
