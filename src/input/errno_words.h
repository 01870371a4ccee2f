/*
 * errno_words.h - what the system calls an error, in words that depend on no locale and are safe in
 * threads.
 */
#ifndef DPSLOG_INPUT_ERRNO_WORDS_H
#define DPSLOG_INPUT_ERRNO_WORDS_H

#include <string.h>

/* Constant text, never NULL. */
static inline const char *errno_words(int error)
{
	const char *words = strerrordesc_np(error);

	return words == NULL ? "unknown error" : words;
}

#endif
