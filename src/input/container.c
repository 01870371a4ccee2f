/*
 * container.c - the stack of containers in which the plain sources of one path are found.
 *
 * Compression is looked through where it is met; an archive becomes a level of the stack, and its
 * members are looked at in the same way. So a gz in a tar in a gz needs no code of its own.
 */
#include "input/container.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "input/errno_words.h"
#include "input/sniff.h"
#include "input/stream_impl.h"
#include "input/unpack.h"

enum { CONTAINER_DEPTH = 4 };

/* How a stream is packed. */
struct wrapping {
	unsigned depth;        /* containers around it */
	bool expands;          /* one of them compresses */
};

struct level {
	struct unpack *unpack;
	char *name;            /* of the archive: "" for the file itself, else as members are named */
	struct wrapping inside;
};

struct container {
	const char *file;
	bool named;
	struct container_limits limits;
	struct diag *diag;
	struct stream *first;  /* the file, until it was looked at */
	enum item_kind refusal; /* if there is no first: what comes in its place, and then why */
	enum reason refusal_reason;
	bool begun;
	bool is_archive;
	enum reason end;
	struct level levels[CONTAINER_DEPTH];
	size_t n;
	struct buf member;     /* the name of the item at hand */
};

static void say(struct container *c, enum reason reason, const char *text)
{
	const struct problem p = {
		.file = c->file, .member = buf_cstr(&c->member), .reason = reason, .byte = DIAG_NOWHERE,
		.text = text, .count = 1,
	};

	diag_problem(c->diag, &p);
}

static void refuse(struct container *c, enum item_kind kind, enum reason reason, const char *text)
{
	c->refusal = kind;
	c->refusal_reason = reason;
	if (text != NULL)
		say(c, reason, text);
}

static bool is_readable(const struct stat *st, bool named)
{
	return S_ISREG(st->st_mode) || (named && (S_ISFIFO(st->st_mode) || S_ISCHR(st->st_mode)));
}

/* It was looked at before it was opened, but it may be another one since. */
static void open_descriptor(struct container *c, int fd, bool own, _Atomic uint64_t *compressed)
{
	struct stat st;

	if (io_fstat(fd, &st) != 0) {
		refuse(c, ITEM_FAILED, REASON_OPEN, errno_words(errno));
	} else if (own && !is_readable(&st, c->named)) {
		refuse(c, ITEM_SKIPPED, S_ISDIR(st.st_mode) ? REASON_DIRECTORY : REASON_SPECIAL, NULL);
	} else {
		c->first = file_open_examined(fd, own, &st, compressed);
	}
	if (c->first == NULL && own)
		io_close(fd);
}

struct container *container_open(const struct path *path, const struct container_limits *limits,
                                 struct diag *diag, _Atomic uint64_t *compressed)
{
	struct container *c = mem_zalloc(sizeof *c);
	const bool is_stdin = strcmp(path->name, "-") == 0;

	c->file = is_stdin ? "standard input" : path->name;
	c->named = path->named;
	c->limits = *limits;
	c->diag = diag;
	c->end = REASONS;
	if (path->spool != NULL && path->spool->made) {
		c->first = spool_open(path->spool, compressed);
		return c;
	}
	/* A link found in a walk is not followed, should one have taken the place of a file. */
	const int fd = is_stdin ? STDIN_FILENO : io_open_read(path->name, path->named);

	if (fd < 0)
		refuse(c, ITEM_FAILED, REASON_OPEN, errno_words(errno));
	else
		open_descriptor(c, fd, !is_stdin, compressed);
	if (c->first != NULL && path->spool != NULL && !stream_can_rewind(c->first))
		spool_make(path->spool, &c->first);
	return c;
}

bool container_is_archive(const struct container *c)
{
	return c->is_archive;
}

static void fill(struct container *c, struct item *out, enum item_kind kind, enum reason reason)
{
	const bool is_member = c->n > 0;

	*out = (struct item){
		.kind = kind, .reason = reason, .file = c->file, .member = buf_cstr(&c->member),
		.is_member = is_member, .named = c->named && !is_member,
	};
}

/* An item that is not read; text, if any, is said. Closes s. Returns true: there is an item. */
static bool pass_over(struct container *c, struct stream *s, enum item_kind kind, enum reason reason,
                      const char *text, struct item *out)
{
	if (text != NULL)
		say(c, reason, text);
	stream_close(s);
	fill(c, out, kind, reason);
	return true;
}

/*
 * Makes an archive the innermost level, under the name of the item at hand. Returns whether there
 * is an item instead.
 */
static bool enter(struct container *c, struct stream *s, enum form_role role, struct wrapping w,
                  struct item *out)
{
	const uint64_t limit = w.expands ? c->limits.expansion : 0;
	struct unpack *unpack;

	if (role == FORM_ZIP)
		stream_limit(s, limit);
	unpack = role == FORM_ZIP ? unpack_zip(s) : unpack_tar(s, limit);
	if (unpack_is_workbook(unpack)) {
		unpack_close(unpack);
		return pass_over(c, NULL, ITEM_SKIPPED, REASON_UNSUPPORTED, sniff_workbook.sentence, out);
	}
	if (c->n == 0)
		c->is_archive = true;
	w.expands = w.expands || role == FORM_ZIP;
	c->levels[c->n++] = (struct level){ unpack, mem_strdup(buf_cstr(&c->member)), w };
	return false;
}

/*
 * Looks through what is packed, to an item (true) or to an archive, which is entered (false). Takes
 * over s.
 */
static bool look_into(struct container *c, struct stream *s, struct wrapping w, struct item *out)
{
	for (;;) {
		struct slice head;
		const char *text;

		if (!stream_peek(s, SNIFF_BYTES, &head)) {
			const enum reason reason = stream_failure(s, &text);

			return pass_over(c, s, ITEM_FAILED, reason, text, out);
		}
		if (head.n == 0)
			return pass_over(c, s, ITEM_SKIPPED, REASON_EMPTY, NULL, out);
		const struct form *form = sniff(head);

		if (form == NULL || form->role == FORM_TEXT) {
			if (form != NULL)
				s = form->open(s);
			if (w.expands)
				stream_limit(s, c->limits.expansion);
			fill(c, out, ITEM_SOURCE, REASONS);
			out->stream = s;
			return true;
		}
		if (form->role == FORM_UNSUPPORTED)
			return pass_over(c, s, ITEM_SKIPPED, REASON_UNSUPPORTED, form->sentence, out);
		if (w.depth == CONTAINER_DEPTH)
			return pass_over(c, s, ITEM_SKIPPED, REASON_NESTED,
			                 "packed more than four containers deep, which is not read: "
			                 "unpack it first",
			                 out);
		w.depth++;
		if (form->role != FORM_DECODED)
			return enter(c, s, form->role, w, out);
		w.expands = true;
		s = form->open(s);
	}
}

static void set_member(struct container *c, const char *archive, const char *name)
{
	c->member.n = 0;
	if (*archive != '\0') {
		buf_str(&c->member, archive);
		buf_str(&c->member, ": ");
	}
	buf_str(&c->member, name);
}

/*
 * The innermost archive is at its end. True: it was a member itself, and is damaged, which is an
 * item.
 */
static bool leave(struct container *c, const struct unpacked *end, struct item *out)
{
	struct level *level = &c->levels[c->n - 1];

	set_member(c, "", level->name);
	if (end->text != NULL)
		say(c, end->reason, end->text);
	unpack_close(level->unpack);
	free(level->name);
	if (c->n == 1) {
		c->end = end->reason;
	} else if (end->reason != REASONS) {
		c->n--;
		fill(c, out, ITEM_FAILED, end->reason);
		return true;
	}
	c->n--;
	return false;
}

static bool next_member(struct container *c, struct item *out)
{
	const struct level *level = &c->levels[c->n - 1];
	struct unpacked m;

	unpack_next(level->unpack, &m);
	if (m.kind == UNPACK_END)
		return leave(c, &m, out);
	set_member(c, level->name, m.name);
	if (m.kind == UNPACK_MEMBER)
		return look_into(c, m.stream, level->inside, out);
	return pass_over(c, NULL, m.kind == UNPACK_FAILED ? ITEM_FAILED : ITEM_SKIPPED, m.reason, m.text, out);
}

void container_next(struct container *c, struct item *out)
{
	if (!c->begun) {
		struct stream *s = c->first;

		c->begun = true;
		c->first = NULL;
		if (s == NULL) {
			fill(c, out, c->refusal, c->refusal_reason);
			return;
		}
		if (look_into(c, s, (struct wrapping){ 0, false }, out))
			return;
	}
	while (c->n > 0)
		if (next_member(c, out))
			return;
	c->member.n = 0;
	fill(c, out, ITEM_END, c->end);
}

void container_close(struct container *c)
{
	if (c == NULL)
		return;
	stream_close(c->first);
	while (c->n > 0) {
		c->n--;
		unpack_close(c->levels[c->n].unpack);
		free(c->levels[c->n].name);
	}
	buf_free(&c->member);
	free(c);
}
