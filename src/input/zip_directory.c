/*
 * zip_directory.c - the end record of a zip, found from behind, and a walk over the entries that it
 * points to.
 */
#include "input/zip_directory.h"

#include <stdlib.h>

#include "base/mem.h"
#include "input/stream_impl.h"

enum {
	END_SIZE = 22, END_COMMENT_MAX = 0xffff, LOCATOR_SIZE = 20, END64_SIZE = 56,
	ENTRY_SIZE = 46, NAME_MAX_LOOK = 64,
};

static uint64_t number(const unsigned char *p, unsigned bytes)
{
	uint64_t n = 0;

	while (bytes > 0)
		n = n << 8 | p[--bytes];
	return n;
}

static bool read_at(struct stream *s, void *buf, size_t n, uint64_t at)
{
	size_t done = 0;

	while (done < n) {
		const ssize_t got = file_pread(s, (char *)buf + done, n - done, at + done);

		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

/* Where things are. */
struct place {
	uint64_t size, entries;        /* of the directory */
	uint64_t end;                  /* where the records behind it begin */
};

/*
 * A zip too large for the numbers of the end record has a second one, to which a locator before the
 * first points.
 */
static void read_end64(struct stream *s, uint64_t end_at, struct place *out)
{
	unsigned char locator[LOCATOR_SIZE], end[END64_SIZE];

	if (end_at < LOCATOR_SIZE || !read_at(s, locator, sizeof locator, end_at - LOCATOR_SIZE) ||
	    memcmp(locator, "PK\6\7", 4) != 0)
		return;
	const uint64_t at = number(locator + 8, 8);

	if (at > end_at || !read_at(s, end, sizeof end, at) || memcmp(end, "PK\6\6", 4) != 0)
		return;
	out->entries = number(end + 32, 8);
	out->size = number(end + 40, 8);
	out->end = at;
}

static bool find_end(struct stream *s, struct place *out)
{
	const uint64_t size = file_size(s);
	const size_t n = size < END_SIZE + END_COMMENT_MAX ? (size_t)size : (size_t)END_SIZE + END_COMMENT_MAX;
	unsigned char *tail = mem_alloc(n);
	bool found = false;

	if (n >= END_SIZE && read_at(s, tail, n, size - n))
		for (size_t i = n - END_SIZE + 1; i-- > 0 && !found;) {
			const unsigned char *p = tail + i;

			if (memcmp(p, "PK\5\6", 4) != 0)
				continue;
			*out = (struct place){
				.entries = number(p + 10, 2), .size = number(p + 12, 4), .end = size - n + i,
			};
			read_end64(s, out->end, out);
			found = true;
		}
	free(tail);
	return found;
}

static bool name_begins(const char *name, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(name, with, strlen(with)) == 0;
}

/*
 * Entries follow each other from `at`; returns how many there are before something else comes, and
 * where that is.
 */
static uint64_t walk(struct stream *s, uint64_t *at, uint64_t end, bool *workbook)
{
	bool types = false, sheets = false;
	uint64_t entries = 0;

	while (*at + ENTRY_SIZE <= end) {
		unsigned char entry[ENTRY_SIZE + NAME_MAX_LOOK];
		const uint64_t left = end - *at;
		const size_t have = left < sizeof entry ? (size_t)left : sizeof entry;

		if (!read_at(s, entry, have, *at) || memcmp(entry, "PK\1\2", 4) != 0)
			break;
		const size_t name_n = (size_t)number(entry + 28, 2);
		const size_t look = name_n < have - ENTRY_SIZE ? name_n : have - ENTRY_SIZE;
		const char *name = (const char *)entry + ENTRY_SIZE;

		types = types || name_begins(name, look, "[Content_Types].xml");
		sheets = sheets || name_begins(name, look, "xl/");
		*at += ENTRY_SIZE + name_n + number(entry + 30, 2) + number(entry + 32, 2);
		entries++;
	}
	*workbook = types && sheets;
	return entries;
}

void zip_directory_read(struct stream *s, struct zip_directory *out)
{
	struct place p;

	*out = (struct zip_directory){ 0 };
	if (!find_end(s, &p))
		return;
	out->found = true;
	out->entries = p.entries;
	if (p.size > p.end)
		return;
	/*
	 * As libarchive does: the directory ends where the records behind it begin, whatever may
	 * stand before the zip.
	 */
	uint64_t at = p.end - p.size;
	const uint64_t entries = walk(s, &at, p.end, &out->workbook);

	out->whole = entries == p.entries && at == p.end;
}
