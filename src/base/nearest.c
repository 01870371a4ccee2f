/*
 * nearest.c - edit distance with transpositions (each pair swapped once), ASCII case ignored.
 */
#include "base/nearest.h"

enum { NEAREST_LONGEST = 48 };

static size_t nearest_least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Both are at most NEAREST_LONGEST long. Three rows of the usual matrix: this one and the two above it. */
static size_t nearest_distance(struct slice a, struct slice b)
{
	size_t rows[3][NEAREST_LONGEST + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b.n; j++)
		before[j] = above[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *free_row = before;

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			char x = ascii_lower(a.p[i - 1]), y = ascii_lower(b.p[j - 1]);

			row[j] = above[j - 1] + (x == y ? 0 : 1);
			row[j] = nearest_least(row[j], nearest_least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && x == ascii_lower(b.p[j - 2]) && y == ascii_lower(a.p[i - 2]))
				row[j] = nearest_least(row[j], before[j - 2] + 1);
		}
		before = above;
		above = row;
		row = free_row;
	}
	return above[b.n];
}

struct nearest nearest_begin(struct slice word)
{
	/* A third of the letters may be wrong, one in any case. */
	return (struct nearest){ .word = word, .distance = (word.n < 3 ? 1 : (word.n + 1) / 3) + 1 };
}

void nearest_offer(struct nearest *n, const char *candidate)
{
	struct slice c = slice_str(candidate);
	size_t distance;

	if (n->word.n == 0 || n->word.n > NEAREST_LONGEST || c.n > NEAREST_LONGEST)
		return;
	distance = nearest_distance(n->word, c);
	/* An abbreviation is as good as one slip. */
	if (n->word.n >= 3 && slice_starts_nocase(c, n->word))
		distance = nearest_least(distance, 1);
	if (distance < n->distance) {
		n->distance = distance;
		n->best = candidate;
	}
}
