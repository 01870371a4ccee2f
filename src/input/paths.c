/*
 * paths.c - arguments, lists and walks as one row of files.
 *
 * What was found is kept, so that a second reading takes exactly the files of the first, whatever
 * has appeared since.
 */
#include "input/paths.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "input/errno_words.h"
#include "input/stream_impl.h"

enum { LIST_BLOCK = 64 << 10 };

/* A folder that is being walked. */
struct folder {
	const char *name;
	struct io_name *names; /* as io_list gives them; entries are freed as they are passed */
	size_t at, n;
};

/* The device and inode of a file that was found. */
struct identity {
	uint64_t device, inode;
	bool used;
};

struct paths {
	const char **given;    /* arguments, then what lists hold */
	size_t given_at, given_n, given_cap;
	struct folder *folders; /* the open ones, the innermost last */
	size_t folders_n, folders_cap;
	struct path *found;
	size_t found_at, found_n, found_cap;
	struct identity *seen; /* open addressing, at most half full */
	size_t seen_n, seen_cap;
	bool seen_stdin, twice;
	uint64_t bytes;        /* of the files found that are to be read */
	bool sizeless;         /* one of them has no size */
	struct arena text;     /* names that were not given as arguments */
};

static void give(struct paths *p, const char *name)
{
	if (p->given_n == p->given_cap) {
		p->given_cap = mem_grow(p->given_cap, p->given_n + 1);
		p->given = mem_rearray(p->given, p->given_cap, sizeof *p->given);
	}
	p->given[p->given_n++] = name;
}

struct paths *paths_new(const char *const *names, size_t n)
{
	struct paths *p = mem_zalloc(sizeof *p);

	for (size_t i = 0; i < n; i++)
		give(p, names[i]);
	return p;
}

static void give_slice(struct paths *p, struct slice s, bool nul)
{
	if (!nul && s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	if (s.n == 0)
		return;
	char *z = arena_bytes(&p->text, s.n + 1);

	memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	give(p, z);
}

/* A NUL ends a name in both kinds of list: no name can hold one. */
static void give_lines(struct paths *p, struct slice s, bool nul)
{
	size_t from = 0;

	for (size_t i = 0; i <= s.n; i++)
		if (i == s.n || s.p[i] == '\0' || (!nul && s.p[i] == '\n')) {
			give_slice(p, slice_of(s.p + from, i - from), nul);
			from = i + 1;
		}
}

bool paths_add_list(struct paths *p, const char *file, bool nul)
{
	const bool is_stdin = strcmp(file, "-") == 0;
	const int fd = is_stdin ? STDIN_FILENO : io_open_read(file, true);
	struct buf text = BUF_INIT;
	ssize_t n;

	if (fd < 0)
		return false;
	file_await(fd);
	while ((n = io_read(fd, buf_reserve(&text, LIST_BLOCK), LIST_BLOCK)) > 0)
		text.n += (size_t)n;
	const int error = errno;

	if (!is_stdin)
		io_close(fd);
	if (n == 0)
		give_lines(p, buf_view(&text), nul);
	buf_free(&text);
	errno = error;
	return n == 0;
}

/* ---- which files were found before ---- */

static size_t place(const struct identity *table, size_t cap, uint64_t device, uint64_t inode)
{
	uint64_t h = (inode ^ device << 32 ^ device >> 32) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(h >> 20) & (cap - 1);

	while (table[i].used && (table[i].device != device || table[i].inode != inode))
		i = (i + 1) & (cap - 1);
	return i;
}

static void grow_seen(struct paths *p)
{
	const size_t cap = p->seen_cap == 0 ? 64 : p->seen_cap * 2;
	struct identity *table = mem_array(cap, sizeof *table);

	memset(table, 0, cap * sizeof *table);
	for (size_t i = 0; i < p->seen_cap; i++)
		if (p->seen[i].used)
			table[place(table, cap, p->seen[i].device, p->seen[i].inode)] = p->seen[i];
	free(p->seen);
	p->seen = table;
	p->seen_cap = cap;
}

/* True if the file came before; from now on it has. */
static bool seen_before(struct paths *p, const struct stat *st)
{
	if (p->seen_n * 2 >= p->seen_cap)
		grow_seen(p);
	struct identity *i = &p->seen[place(p->seen, p->seen_cap, st->st_dev, st->st_ino)];

	if (i->used)
		return true;
	*i = (struct identity){ st->st_dev, st->st_ino, true };
	p->seen_n++;
	return false;
}

/* ---- the walk ---- */

static void add(struct paths *p, const char *name, bool named, enum reason skip, const char *text)
{
	if (p->found_n == p->found_cap) {
		p->found_cap = mem_grow(p->found_cap, p->found_n + 1);
		p->found = mem_rearray(p->found, p->found_cap, sizeof *p->found);
	}
	p->found[p->found_n] = (struct path){
		.name = name, .named = named, .order = (uint32_t)p->found_n, .skip = skip, .text = text,
	};
	if (p->twice && named && skip == REASONS)
		p->found[p->found_n].spool = mem_zalloc(sizeof(struct spool));
	p->found_n++;
}

static void enter(struct paths *p, const char *name, bool named)
{
	struct io_name *names;
	const ssize_t n = io_list(name, &names);

	if (n < 0) {
		add(p, name, named, REASON_OPEN, errno_words(errno));
		return;
	}
	if (p->folders_n == p->folders_cap) {
		p->folders_cap = mem_grow(p->folders_cap, p->folders_n + 1);
		p->folders = mem_rearray(p->folders, p->folders_cap, sizeof *p->folders);
	}
	p->folders[p->folders_n++] = (struct folder){ name, names, 0, (size_t)n };
}

static void leave(struct paths *p)
{
	struct folder *f = &p->folders[--p->folders_n];

	for (; f->at < f->n; f->at++)
		free(f->names[f->at].z);
	free(f->names);
}

/* A file that is to be read, unless it came before. `from`: where reading begins. */
static void add_file(struct paths *p, const char *name, bool named, const struct stat *st, off_t from)
{
	const bool again = seen_before(p, st);

	add(p, name, named, again ? REASON_DUPLICATE : REASONS, NULL);
	if (again)
		return;
	const uint64_t size = S_ISREG(st->st_mode) && st->st_size > from ? (uint64_t)(st->st_size - from) : 0;

	p->found[p->found_n - 1].size = size;
	p->sizeless |= !S_ISREG(st->st_mode);
	p->bytes += size;
}

/* What a name stands for: a folder is entered, anything else is found. */
static void classify(struct paths *p, const char *name, bool named, const struct stat *st)
{
	const bool readable = S_ISREG(st->st_mode) || (named && (S_ISFIFO(st->st_mode) || S_ISCHR(st->st_mode)));

	if (S_ISDIR(st->st_mode))
		enter(p, name, named);
	else if (S_ISLNK(st->st_mode))
		add(p, name, named, REASON_SYMLINK, NULL);
	else if (!readable)
		add(p, name, named, REASON_SPECIAL, NULL);
	else
		add_file(p, name, named, st, 0);
}

static void find_stdin(struct paths *p)
{
	struct stat st;

	if (p->seen_stdin) {
		add(p, "-", true, REASON_DUPLICATE, NULL);
	} else if (io_fstat(STDIN_FILENO, &st) != 0) {
		add(p, "-", true, REASONS, NULL);
	} else {
		const off_t here = S_ISREG(st.st_mode) ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;

		add_file(p, "-", true, &st, here > 0 ? here : 0);
	}
	p->seen_stdin = true;
}

static void find_given(struct paths *p, const char *name)
{
	struct stat st;

	if (strcmp(name, "-") == 0)
		find_stdin(p);
	else if (io_stat(name, &st) != 0)
		add(p, name, true, REASON_OPEN, errno_words(errno));
	else
		classify(p, name, true, &st);
}

static const char *join(struct paths *p, const char *folder, const char *name)
{
	const size_t a = strlen(folder), b = strlen(name);
	const bool slash = a > 0 && folder[a - 1] != '/';
	char *z = arena_bytes(&p->text, a + slash + b + 1);

	memcpy(z, folder, a);
	if (slash)
		z[a] = '/';
	memcpy(z + a + slash, name, b + 1);
	return z;
}

static void find_in_folder(struct paths *p)
{
	struct folder *f = &p->folders[p->folders_n - 1];
	struct stat st;

	if (f->at == f->n) {
		leave(p);
		return;
	}
	const struct io_name found = f->names[f->at++];
	const char *name = join(p, f->name, found.z);

	free(found.z);
	if (found.is_folder)
		enter(p, name, false);
	else if (io_lstat(name, &st) != 0)
		add(p, name, false, REASON_OPEN, errno_words(errno));
	else
		classify(p, name, false, &st);
}

/* Looks further; false if there is nothing more. What it comes to may be no file. */
static bool find(struct paths *p)
{
	if (p->folders_n > 0)
		find_in_folder(p);
	else if (p->given_at < p->given_n)
		find_given(p, p->given[p->given_at++]);
	else
		return false;
	return true;
}

uint64_t paths_size(struct paths *p, bool all)
{
	while (all && find(p))
		;
	return p->sizeless || p->folders_n > 0 || p->given_at < p->given_n ? 0 : p->bytes;
}

/* The next one is found; false if there is none. */
static bool find_next(struct paths *p)
{
	while (p->found_at == p->found_n)
		if (!find(p))
			return false;
	return true;
}

bool paths_next(struct paths *p, struct path *out)
{
	if (!find_next(p))
		return false;
	*out = p->found[p->found_at++];
	return true;
}

bool paths_is_one(const struct paths *p)
{
	struct stat st;

	return p->given_n == 1 && (strcmp(p->given[0], "-") == 0 || io_stat(p->given[0], &st) != 0 || !S_ISDIR(st.st_mode));
}

bool paths_come_again(const struct paths *p)
{
	bool good = p->twice || !p->sizeless;

	for (size_t i = p->given_at; good && !p->twice && i < p->given_n; i++) {
		const char *name = p->given[i];
		struct stat st;

		/* what is not there is not read; what is found in folders are files */
		good = strcmp(name, "-") == 0 ? io_fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode) :
			io_stat(name, &st) != 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode);
	}
	return good;
}

bool paths_next_small(struct paths *p, uint64_t most, struct path *out)
{
	if (!find_next(p))
		return false;
	const struct path *next = &p->found[p->found_at];

	if (next->skip != REASONS || next->size == 0 || next->size > most)
		return false;
	return paths_next(p, out);
}

void paths_twice(struct paths *p)
{
	p->twice = true;
}

void paths_rewind(struct paths *p)
{
	p->found_at = 0;
}

void paths_free(struct paths *p)
{
	if (p == NULL)
		return;
	while (p->folders_n > 0)
		leave(p);
	for (size_t i = 0; i < p->found_n; i++)
		if (p->found[i].spool != NULL) {
			spool_free(p->found[i].spool);
			free(p->found[i].spool);
		}
	free(p->given);
	free(p->folders);
	free(p->found);
	free(p->seen);
	arena_free(&p->text);
	free(p);
}
