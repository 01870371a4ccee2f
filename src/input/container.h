/*
 * container.h - one path as a row of plain sources: itself, decompressed, or the members of the archive that it is.
 *
 * What a file is, is decided by its first bytes alone: gzip, zstd, bzip2, xz, tar, zip, in each other up to four deep; UTF-16 with
 * a BOM is turned into UTF-8; Avro, Parquet, xlsx and encrypted zip are named and skipped. Members come one after the other;
 * a source's stream must be closed before the next is asked for.
 * The container says what went wrong to the diagnostic sink itself, and counts nothing: the caller counts the items.
 */
#ifndef DPSLOG_INPUT_CONTAINER_H
#define DPSLOG_INPUT_CONTAINER_H

#include "input/paths.h"
#include "input/stream.h"

struct container;

enum item_kind {
	ITEM_SOURCE,   /* `stream` is to be read and closed by the caller */
	ITEM_SKIPPED,  /* `reason` says why; the sentence (if it is worth one) is in the diagnostic sink already */
	ITEM_FAILED,
	ITEM_END       /* nothing more; `reason` is REASONS, or why the archive itself is damaged */
};

struct item {
	enum item_kind kind;
	enum reason reason;
	struct stream *stream;
	const char *file;      /* for messages; lives as long as the container */
	const char *member;    /* "" for the file itself, else "a.tar: b/c.json"; lives until the next item */
	bool is_member;        /* of an archive: counted under members, not files */
	bool named;            /* the file was named by the user and this is the file itself */
};

struct container_limits {
	uint64_t expansion;    /* bytes that one member or compressed file may decode to; 0: no limit */
};

/*
 * Opens the path. Never NULL: what cannot be opened comes as one ITEM_FAILED. `compressed` (may be NULL) is advanced by
 * the bytes taken from the file as they are taken.
 */
struct container *container_open(const struct path *path, const struct container_limits *limits, struct diag *diag,
                                 _Atomic uint64_t *compressed);
void container_next(struct container *c, struct item *out);
/* True if the path turned out to be an archive (tar or zip): then the file itself is counted apart from its members. */
bool container_is_archive(const struct container *c);
void container_close(struct container *c);

#endif
