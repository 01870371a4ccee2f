/*
 * spill.h - tallies that do not fit into memory: leaving it, and being looked at piece by piece.
 *
 * A tally that is over its memory writes its devices and cells as a run (runs.h), ordered by device and outcome, and begins
 * anew. At the end all runs are read merged, into a small tally at a time. Nothing of this can be told from the result.
 */
#ifndef DPSLOG_TALLY_SPILL_H
#define DPSLOG_TALLY_SPILL_H

#include "tally/tally.h"

/* Writes all devices and cells to temporary files and forgets them. */
void tally_spill(struct tally *t);
/* Something was spilled: its partitions are not all there is of it. */
bool tally_is_spilled(const struct tally *t);
/* errno of what failed with the temporary files; 0: nothing did. What is in them is worth nothing then. */
int tally_error(const struct tally *t);

/*
 * All devices and cells of a tally, each in one piece: a partition of it, or of the small tally that a piece of what was spilled
 * is read into. A device whose cells are very many can be in several pieces, in each as a whole but for its cells, unless
 * `whole` forbids it.
 */
struct tally_pieces;

struct tally_pieces *tally_pieces_new(struct tally *t, bool whole);
/* The next piece: a partition, and the tally that it is one of; until the next call. False: there is none. */
bool tally_pieces_next(struct tally_pieces *p, const struct tally **t, size_t *part);
void tally_pieces_free(struct tally_pieces *p);

#endif
