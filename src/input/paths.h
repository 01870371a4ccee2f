/*
 * paths.h - which files there are: arguments, lists, folders walked in bytewise order.
 *
 * Nothing is opened here but folders. Symbolic links named by the user are followed, those found in a walk are not (a skip).
 * The same file (device and inode, or the same path twice; "-" twice) comes once, again it is a skip. Folder loops cannot
 * happen. Order: arguments as given, a walk bytewise by name within each folder (a folder's own files and sub-folders in one order).
 */
#ifndef DPSLOG_INPUT_PATHS_H
#define DPSLOG_INPUT_PATHS_H

#include "input/stream.h"

struct paths;

struct path {
	const char *name;    /* "-" is standard input; lives as long as the paths */
	bool named;          /* given by the user, not found in a walk */
	uint32_t order;      /* 0, 1, 2 ... as they come */
	enum reason skip;    /* REASONS: to be read; else it is only to be counted (duplicate, symlink, special, open) */
	const char *text;    /* for a failure: errno's words; else NULL */
	uint64_t size;       /* of a regular file when it was found; 0: it is none, or not to be read */
	struct spool *spool; /* keeps a pipe for a second reading (container_open); NULL: there is none */
};

/* argv-like list; the strings must outlive the paths. */
struct paths *paths_new(const char *const *names, size_t n);
/* Adds the paths that a file lists, one a line or NUL-separated ("-" reads standard input). False and errno: not readable. */
bool paths_add_list(struct paths *p, const char *file, bool nul);
/* All of it will be read twice: to be called before the first file is asked for. */
void paths_twice(struct paths *p);
/* The next file, in order; false at the end. Not thread-safe: callers lock. */
bool paths_next(struct paths *p, struct path *out);
/* The same if that is a regular file that is to be read, not empty and of at most so many bytes; else it stays the next. */
bool paths_next_small(struct paths *p, uint64_t most, struct path *out);
/*
 * Bytes of all files that are to be read; 0 if they are not all found (with `all` they are found now) or if one has no size, as a
 * pipe. Not thread-safe.
 */
uint64_t paths_size(struct paths *p, bool all);
/* Whether all of it, found or not, can be read once more: no file is used up by being read, as a pipe is. Not thread-safe. */
bool paths_come_again(const struct paths *p);
/* Whether it is one file and no folder: there is no second one, but what it may hold. Not thread-safe. */
bool paths_is_one(const struct paths *p);
/* From the beginning, for a second reading: exactly the files of the first, found again without walking. */
void paths_rewind(struct paths *p);
void paths_free(struct paths *p);

#endif
