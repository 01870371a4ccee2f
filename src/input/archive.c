/*
 * archive.c - tar and zip through libarchive, with what it does not tell found out beside it.
 *
 * Only these two formats are enabled and no filters: its gzip verifies nothing, and of its other
 * formats some take JSON for theirs. A tar comes from a stream, a zip from a file that can be read
 * anywhere.
 *
 * tar: libarchive takes an end of the input for the end of the archive. So the bytes that it is
 * given are watched: behind the last member there must be the block of zeros that ends a tar. Such
 * blocks are read past, since whole archives are glued together, but as a hole in a damaged disk
 * looks the same, it is said.
 *
 * zip: the directory at the end is compared with the members found. Where it is damaged, or a
 * header that it points to, the members are read in a row by their own headers instead.
 */
#include "input/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "input/stream_impl.h"
#include "input/zip_directory.h"

enum {
	BLOCK = STREAM_INPUT, TAR_BLOCK = 512, RING = 2 * BLOCK / TAR_BLOCK,
	ZIP_SIGNATURE = 4, ZIP_RESTARTS = 1000, NAME_TEXT_MAX = 40,
};

/* Of a tar: what was given to libarchive. */
struct tar_watch {
	uint64_t given;          /* bytes */
	uint64_t content;        /* behind the last byte that is not zero */
	bool zero_begins[RING];  /* of the newest blocks: the first byte is zero */
	uint64_t skip_limit;     /* 0: none */
	uint64_t skipped;
	bool skipping;           /* only to get past a member */
	bool skipped_too_much;
};

struct unpack {
	bool is_zip;
	struct stream *below;
	struct archive *archive;
	char *block;             /* BLOCK bytes: what libarchive reads next */
	bool over;               /* nothing more can be read */
	bool inside;             /* a member whose rest must be skipped */
	uint64_t members;
	enum reason damage;      /* REASONS, or the first that was wrong with the archive as a whole */
	bool told;               /* and the stream of a member said so */
	char damage_text[STREAM_TEXT_MAX];
	char number_name[NAME_TEXT_MAX];
	struct tar_watch tar;
	/* zip */
	struct zip_directory directory;
	uint64_t at;             /* where libarchive reads next */
	bool in_a_row;           /* by the headers of the members, not by the directory */
	uint64_t from;           /* where this reader began */
	uint64_t passed;         /* where the header is that comes next, or the data that could not be skipped */
	bool stuck;              /* they could not */
	unsigned restarts;
};

static void damaged(struct unpack *u, enum reason reason, const char *text)
{
	if (u->damage != REASONS)
		return;
	u->damage = reason;
	snprintf(u->damage_text, sizeof u->damage_text, "%s", text);
}

static void check_memory(const struct unpack *u)
{
	if (archive_errno(u->archive) == ENOMEM)
		mem_fail(0);
}

/* The archive cannot be read on: because of the stream below, or, if that is in order, for `text`. */
static void broken(struct unpack *u, const char *text)
{
	const char *why;
	const enum reason below = stream_failure(u->below, &why);

	check_memory(u);
	u->over = true;
	if (u->tar.skipped_too_much)
		damaged(u, REASON_LIMIT, "a member is far above the limit; what follows it was not read");
	else if (below != REASONS)
		damaged(u, below, why);
	else
		damaged(u, REASON_CORRUPT, text);
}

/* ---- the bytes of a member ---- */

struct member {
	struct stream s;
	struct unpack *u;
	const char *p;           /* `left` bytes in libarchive's memory, until its next call */
	size_t left;
	uint64_t at;             /* in the member, behind them */
	uint64_t hole;           /* bytes of holes that were left out */
	bool hole_here;          /* one is to be marked before p */
	bool wrong;              /* libarchive warned; the failure comes behind p */
};

static ssize_t member_fail(struct member *m)
{
	struct unpack *u = m->u;
	const char *why;
	const enum reason below = stream_failure(u->below, &why);

	check_memory(u);
	if (u->is_zip && below == REASONS)
		return stream_fail(&m->s, REASON_CORRUPT, "the data of this member are damaged or cut (zip); "
		                   "what came before was read");
	broken(u, "the tar archive is cut in the middle of this member; what came before was read");
	u->told = true;
	return stream_fail(&m->s, u->damage, "%s", u->damage_text);
}

static ssize_t member_end(struct member *m)
{
	if (m->hole > 0)
		return stream_fail(&m->s, REASON_CORRUPT, "the member has holes; %" PRIu64 " zeros were left out, "
		                   "the rest was read", m->hole);
	return 0;
}

/*
 * The next bytes: 1, or 0 at the end, or -1. A hole (of a sparse file; it may have any size) is not
 * filled but marked by one NUL, so that the text before and behind it is not taken for one.
 */
static ssize_t next_block(struct member *m)
{
	const void *p;
	size_t n;
	la_int64_t offset;

	do {
		if (m->wrong)
			return member_fail(m);
		const int status = archive_read_data_block(m->u->archive, &p, &n, &offset);

		if (status == ARCHIVE_WARN)
			m->wrong = true;
		else if (status != ARCHIVE_OK && status != ARCHIVE_EOF)
			return member_fail(m);
		if (offset > 0 && (uint64_t)offset > m->at && status != ARCHIVE_WARN) {
			m->hole += (uint64_t)offset - m->at;
			m->at = (uint64_t)offset;
			m->hole_here = n > 0;
		}
		if (status == ARCHIVE_EOF)
			return member_end(m);
	} while (n == 0);
	m->p = p;
	m->left = n;
	m->at += n;
	return 1;
}

static ssize_t member_read(struct stream *s, void *buf, size_t n)
{
	struct member *m = (struct member *)s;

	if (m->left == 0) {
		const ssize_t status = next_block(m);

		if (status <= 0)
			return status;
	}
	if (m->hole_here) {
		m->hole_here = false;
		*(char *)buf = '\0';
		return 1;
	}
	if (n > m->left)
		n = m->left;
	memcpy(buf, m->p, n);
	m->p += n;
	m->left -= n;
	return (ssize_t)n;
}

static const struct stream_class member_class = { .read = member_read };

/* ---- what kind of member it is ---- */

static const char *name_of(struct unpack *u, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	if (name == NULL) /* it cannot be written in the characters of the locale */
		name = archive_entry_pathname_utf8(entry);
	if (name != NULL)
		return name;
	snprintf(u->number_name, sizeof u->number_name, "member %" PRIu64, u->members);
	return u->number_name;
}

static void skip(struct unpacked *out, enum reason reason, const char *text)
{
	out->kind = UNPACK_SKIPPED;
	out->reason = reason;
	out->text = text;
}

/*
 * In a zip one damaged bit makes a folder or a link of a file. Folders have no content, and links
 * none of several lines.
 */
static bool is_disguised(struct archive_entry *entry)
{
	const char *target = archive_entry_symlink(entry);

	return archive_entry_size(entry) > 0 || (target != NULL && strpbrk(target, "\n{\"") != NULL);
}

static void give_unusual(const struct unpack *u, struct archive_entry *entry, struct unpacked *out)
{
	const unsigned type = archive_entry_filetype(entry);

	if (u->is_zip && is_disguised(entry)) {
		out->kind = UNPACK_FAILED;
		out->reason = REASON_CORRUPT;
		out->text = "the zip says that it is no file, but it has content; left out";
	} else if (type == AE_IFDIR) {
		skip(out, REASON_DIRECTORY, NULL);
	} else if (type == AE_IFLNK) {
		skip(out, REASON_SYMLINK, NULL);
	} else {
		skip(out, REASON_SPECIAL, NULL);
	}
}

static bool method_is_read(const struct unpack *u)
{
	const char *format = archive_format_name(u->archive);

	return format == NULL || strstr(format, "(uncompressed)") != NULL || strstr(format, "(deflation)") != NULL;
}

static void give(struct unpack *u, struct archive_entry *entry, struct unpacked *out)
{
	u->members++;
	*out = (struct unpacked){ .kind = UNPACK_MEMBER, .reason = REASONS, .name = name_of(u, entry) };
	if (archive_entry_hardlink(entry) != NULL) {
		skip(out, REASON_DUPLICATE, NULL);
	} else if (archive_entry_filetype(entry) != AE_IFREG) {
		give_unusual(u, entry, out);
	} else if (archive_entry_is_encrypted(entry)) {
		skip(out, REASON_ENCRYPTED,
		     "encrypted, which is not read: unpack it with its password and give the result");
	} else if (u->is_zip && !method_is_read(u)) {
		skip(out, REASON_UNSUPPORTED,
		     "packed by a method that is not read: unpack it and give the result");
	} else {
		struct member *m = stream_new(sizeof *m, &member_class, NULL);

		m->u = u;
		out->stream = &m->s;
	}
}

static void give_end(struct unpack *u, struct unpacked *out)
{
	u->over = true;
	*out = (struct unpacked){ .kind = UNPACK_END, .reason = u->damage, .name = "" };
	if (u->damage != REASONS && !u->told)
		out->text = u->damage_text;
}

/* ---- tar ---- */

static void watch(struct tar_watch *w, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i += TAR_BLOCK)
		w->zero_begins[(w->given + i) / TAR_BLOCK % RING] = p[i] == '\0';
	for (size_t i = n; i > 0; i--)
		if (p[i - 1] != '\0') {
			w->content = w->given + i;
			break;
		}
	w->given += n;
}

/*
 * An empty member that every archive is given in front. libarchive decides by the first header
 * whether it takes an archive at all, and a damaged one is no reason to give up the members behind
 * it.
 */
static size_t put_door(char *block)
{
	unsigned sum = 0;

	memset(block, 0, TAR_BLOCK);
	memcpy(block, "door", 4);
	memcpy(block + 100, "0000644", 7);
	memcpy(block + 124, "00000000000", 11);
	memcpy(block + 136, "00000000000", 11);
	memcpy(block + 148, "        ", 8);
	memcpy(block + 156, "0", 1);
	memcpy(block + 257, "ustar\00000", 8);
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += (unsigned char)block[i];
	snprintf(block + 148, 8, "%06o", sum);
	return TAR_BLOCK;
}

/* Blocks are filled, so that all but the last begin at a multiple of 512 bytes. */
static la_ssize_t tar_read(struct archive *a, void *data, const void **p)
{
	struct unpack *u = data;
	struct tar_watch *w = &u->tar;
	size_t n = 0;
	ssize_t got = 0;

	if (w->given == 0)
		n = put_door(u->block);
	while (n < BLOCK && (got = stream_read(u->below, u->block + n, BLOCK - n)) > 0)
		n += (size_t)got;
	if (w->skipping && w->skip_limit > 0) {
		w->skipped += n;
		w->skipped_too_much = w->skipped > w->skip_limit;
	}
	if (w->skipped_too_much || (n == 0 && got < 0)) {
		archive_set_error(a, EIO, "no more");
		return -1;
	}
	watch(w, u->block, n);
	*p = u->block;
	return (la_ssize_t)n;
}

static bool begins_with_zero(const struct tar_watch *w, uint64_t at)
{
	return at < w->given && w->given - at < (uint64_t)RING * TAR_BLOCK && w->zero_begins[at / TAR_BLOCK % RING];
}

/* The input is at its end, and `behind` is where the last member ended: is there what ends a tar? */
static void check_tar_end(struct unpack *u, uint64_t behind)
{
	const struct tar_watch *w = &u->tar;

	if (w->content > behind)
		broken(u, "the tar archive is damaged or cut; what came before was read");
	else if (w->given < behind + TAR_BLOCK)
		broken(u, "the end of the tar archive is missing; the members before it were read");
}

static void skip_rest(struct unpack *u)
{
	u->tar.skipping = true;
	u->tar.skipped = 0;
	if (archive_read_data_skip(u->archive) < ARCHIVE_WARN)
		broken(u, "the tar archive is cut; what came before was read");
	u->tar.skipping = false;
	u->inside = false;
}

static void tar_next(struct unpack *u, struct unpacked *out)
{
	struct archive_entry *entry = NULL;
	int status;

	if (u->inside)
		skip_rest(u);
	if (u->over) {
		give_end(u, out);
		return;
	}
	const uint64_t behind = (uint64_t)archive_filter_bytes(u->archive, 0);

	while ((status = archive_read_next_header(u->archive, &entry)) == ARCHIVE_RETRY)
		damaged(u, REASON_CORRUPT, "headers in the tar archive are damaged; members may be missing");
	if (status == ARCHIVE_OK || status == ARCHIVE_WARN) {
		if (begins_with_zero(&u->tar, behind))
			damaged(u, REASON_CORRUPT, "zeros lie between members of the tar archive (archives glued together, "
			        "or a hole); the rest was read");
		u->inside = true;
		give(u, entry, out);
		return;
	}
	if (stream_failure(u->below, NULL) != REASONS)
		broken(u, "");
	else
		check_tar_end(u, behind);
	give_end(u, out);
}

static struct unpack *unpack_new(struct stream *s, bool is_zip)
{
	struct unpack *u = mem_zalloc(sizeof *u);

	u->is_zip = is_zip;
	u->below = s;
	u->block = mem_alloc(BLOCK);
	u->damage = REASONS;
	return u;
}

static struct archive *reader_new(void)
{
	struct archive *a = archive_read_new();

	if (a == NULL)
		mem_fail(0);
	return a;
}

struct unpack *unpack_tar(struct stream *s, uint64_t skip_limit)
{
	struct unpack *u = unpack_new(s, false);
	struct archive_entry *door;

	u->tar.skip_limit = skip_limit;
	u->archive = reader_new();
	/*
	 * Offered alone; archive_read_set_format would link the readers of all formats, and XML
	 * with them.
	 */
	archive_read_support_format_tar(u->archive);
	archive_read_set_format_option(u->archive, "tar", "read_concatenated_archives", "1");
	if (archive_read_open(u->archive, u, NULL, tar_read, NULL) != ARCHIVE_OK ||
	    archive_read_next_header(u->archive, &door) != ARCHIVE_OK)
		broken(u, "the tar archive is damaged");
	return u;
}

/* ---- zip ---- */

static la_ssize_t zip_read(struct archive *a, void *data, const void **p)
{
	struct unpack *u = data;
	const ssize_t n = file_pread(u->below, u->block, BLOCK, u->at);

	if (n < 0) {
		archive_set_error(a, EIO, "no more");
		return -1;
	}
	u->at += (uint64_t)n;
	*p = u->block;
	return (la_ssize_t)n;
}

static la_int64_t zip_skip(struct archive *a, void *data, la_int64_t n)
{
	struct unpack *u = data;
	const uint64_t size = file_size(u->below);
	const uint64_t left = u->at < size ? size - u->at : 0;

	(void)a;
	if (n < 0)
		return 0;
	if ((uint64_t)n > left)
		n = (la_int64_t)left;
	u->at += (uint64_t)n;
	return n;
}

static la_int64_t zip_seek(struct archive *a, void *data, la_int64_t offset, int whence)
{
	struct unpack *u = data;
	const la_int64_t size = (la_int64_t)file_size(u->below);
	la_int64_t from = 0;

	(void)a;
	if (whence == SEEK_CUR)
		from = (la_int64_t)u->at;
	else if (whence == SEEK_END)
		from = size;
	if (__builtin_add_overflow(from, offset, &from) || from < 0)
		return ARCHIVE_FATAL;
	u->at = (uint64_t)(from > size ? size : from);
	return (la_int64_t)u->at;
}

static bool zip_start(struct unpack *u, bool in_a_row, uint64_t from)
{
	struct archive *a = reader_new();

	archive_read_free(u->archive);
	u->archive = a;
	u->at = from;
	u->from = from;
	u->in_a_row = in_a_row;
	if (in_a_row)
		archive_read_support_format_zip_streamable(a);
	else
		archive_read_support_format_zip_seekable(a);
	archive_read_set_callback_data(a, u);
	archive_read_set_read_callback(a, zip_read);
	archive_read_set_skip_callback(a, zip_skip);
	if (!in_a_row)
		archive_read_set_seek_callback(a, zip_seek);
	return archive_read_open1(a) == ARCHIVE_OK;
}

/*
 * The directory led nowhere: on from the member behind those that were given, by their own headers.
 */
static bool zip_go_on_in_a_row(struct unpack *u)
{
	struct archive_entry *entry;

	if (!zip_start(u, true, 0))
		return false;
	for (uint64_t i = 0; i < u->members; i++)
		if (archive_read_next_header(u->archive, &entry) < ARCHIVE_WARN)
			return false;
	return true;
}

/*
 * The next header of a member at or behind *at. Uses the block, of which libarchive may not be
 * asked any more.
 */
static bool find_local_header(struct unpack *u, uint64_t *at)
{
	ssize_t n;

	while ((n = file_pread(u->below, u->block, BLOCK, *at)) >= ZIP_SIGNATURE) {
		const char *hit = memmem(u->block, (size_t)n, "PK\3\4", ZIP_SIGNATURE);

		if (hit != NULL) {
			*at += (uint64_t)(hit - u->block);
			return true;
		}
		*at += (uint64_t)n - ZIP_SIGNATURE + 1;
	}
	return false;
}

/*
 * A header is damaged: on at the next thing that looks like one. Not without end, since each new
 * beginning costs more than the few bytes that ask for it.
 */
static bool zip_go_past_damage(struct unpack *u)
{
	uint64_t at = u->passed;

	if (++u->restarts > ZIP_RESTARTS || !find_local_header(u, &at))
		return false;
	if (!u->stuck) {
		at += ZIP_SIGNATURE; /* of the damaged header */
		if (!find_local_header(u, &at))
			return false;
	}
	return zip_start(u, true, at);
}

static void check_zip_end(struct unpack *u)
{
	char text[STREAM_TEXT_MAX];

	if (!u->in_a_row && u->members != u->directory.entries) {
		snprintf(text, sizeof text,
		         "the directory of the zip lists %" PRIu64 " members, %" PRIu64 " were found",
		         u->directory.entries, u->members);
		damaged(u, REASON_CORRUPT, text);
	}
	if (u->damage == REASONS)
		file_count_all(u->below);
}

/* libarchive says nothing of its place after it has failed, so that is asked before. */
static int zip_next_header(struct unpack *u, struct archive_entry **entry)
{
	u->stuck = false;
	if (u->inside && u->in_a_row)
		u->stuck = archive_read_data_skip(u->archive) < ARCHIVE_WARN;
	u->passed = u->from + (uint64_t)archive_filter_bytes(u->archive, 0);
	u->inside = false;
	return u->stuck ? ARCHIVE_FATAL : archive_read_next_header(u->archive, entry);
}

static void zip_next(struct unpack *u, struct unpacked *out)
{
	static const char by_headers[] =
		"a header or the directory of the zip is damaged; its members were read by their own headers";
	struct archive_entry *entry = NULL;

	while (!u->over) {
		const int status = zip_next_header(u, &entry);

		if (status == ARCHIVE_OK || status == ARCHIVE_WARN) {
			u->inside = true;
			give(u, entry, out);
			return;
		}
		if (status == ARCHIVE_EOF) {
			check_zip_end(u);
			break;
		}
		if (u->damage == REASONS && stream_failure(u->below, NULL) != REASONS) {
			broken(u, "");
			break;
		}
		check_memory(u);
		damaged(u, REASON_CORRUPT, by_headers);
		if (!(u->in_a_row ? zip_go_past_damage(u) : zip_go_on_in_a_row(u)))
			u->over = true;
	}
	give_end(u, out);
}

static void zip_choose(struct unpack *u)
{
	const struct zip_directory *d = &u->directory;

	zip_directory_read(u->below, &u->directory);
	if (u->damage == REASONS && stream_failure(u->below, NULL) != REASONS)
		broken(u, "");
	else if (!d->found)
		damaged(u, REASON_CORRUPT, "the directory at the end of the zip is missing; its members were read by "
		        "their own headers");
	else if (!d->whole)
		damaged(u, REASON_CORRUPT, "the directory of the zip is damaged; its members were read by "
		        "their own headers");
	else if (d->entries == 0)
		u->over = true;
	if (!u->over && !zip_start(u, !d->whole, 0))
		broken(u, "the zip is damaged");
	if (d->whole && d->entries == 0)
		file_count_all(u->below);
}

struct unpack *unpack_zip(struct stream *s)
{
	const char *text = NULL;
	enum reason reason = REASONS;

	if (!file_is_regular(s) && !stream_spool(&s))
		reason = stream_failure(s, &text);
	struct unpack *u = unpack_new(s, true);

	if (reason != REASONS)
		damaged(u, reason, text);
	if (file_is_regular(s))
		zip_choose(u);
	else
		u->over = true;
	return u;
}

/* ---- both ---- */

bool unpack_is_workbook(const struct unpack *u)
{
	return u->is_zip && u->directory.workbook;
}

void unpack_next(struct unpack *u, struct unpacked *out)
{
	if (u->is_zip)
		zip_next(u, out);
	else
		tar_next(u, out);
}

void unpack_close(struct unpack *u)
{
	archive_read_free(u->archive);
	stream_close(u->below);
	free(u->block);
	free(u);
}
