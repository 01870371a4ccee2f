/*
 * reasons.c - for each predicate on standard input (each ends with NUL) a line: why it is refused, empty if it is not.
 */
#include <stdio.h>
#include <stdlib.h>

#include "select/kql.h"

static void answer(const char *text, size_t n)
{
	struct kql_error error = { 0 };
	struct kql *k = kql_compile(slice_of(text, n), &error);

	puts(k == NULL ? buf_cstr(&error.text) : "");
	kql_error_free(&error);
	kql_free(k);
}

int main(void)
{
	char *text = NULL;
	size_t capacity = 0;
	ssize_t n;

	while ((n = getdelim(&text, &capacity, '\0', stdin)) > 0)
		answer(text, (size_t)n - (text[n - 1] == '\0'));
	free(text);
	return ferror(stdin) || fflush(stdout) != 0;
}
