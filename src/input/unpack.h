/*
 * unpack.h - the members of one archive, tar or zip, one after the other.
 *
 * What libarchive passes over in silence is noticed here: an archive without its end, members that
 * the directory of a zip lists and nobody gives, holes, checksums that are wrong.
 */
#ifndef DPSLOG_INPUT_UNPACK_H
#define DPSLOG_INPUT_UNPACK_H

#include "input/stream.h"

struct unpack;

enum unpack_kind {
	UNPACK_MEMBER,   /* `stream` gives its bytes; to be closed before the next is asked for */
	UNPACK_SKIPPED,  /* `reason` */
	UNPACK_FAILED,
	UNPACK_END       /* `reason`: REASONS, or why the archive is damaged (then everything that could be read was given) */
};

struct unpacked {
	enum unpack_kind kind;
	enum reason reason;
	const char *text;      /* a sentence, or NULL: none is needed, or a member's stream has said it */
	const char *name;      /* of the member; until the next */
	struct stream *stream;
};

/*
 * Takes over s, which is at its first byte. `skip_limit` (0: none): so many bytes, at most, are
 * decoded only to get past a member that was not read to its end.
 */
struct unpack *unpack_tar(struct stream *s, uint64_t skip_limit);
/* Takes over s; what is not a plain file is spooled first. */
struct unpack *unpack_zip(struct stream *s);
/* True for a zip that is an Excel workbook. */
bool unpack_is_workbook(const struct unpack *u);
void unpack_next(struct unpack *u, struct unpacked *out);
void unpack_close(struct unpack *u);

#endif
