/*
 * sniff.c - the table of forms and their magic numbers.
 */
#include "input/sniff.h"

#include "input/decoders.h"

enum { MAGICS = 3, TAR_BLOCK = 512, TAR_CHECKSUM = 148, TAR_CHECKSUM_LENGTH = 8, TAR_MAGIC = 257 };

static bool is_skippable_frame(struct slice head);
static bool is_bzip2(struct slice head);
static bool is_tar(struct slice head);

struct known {
	struct form form;
	struct slice magic[MAGICS];       /* any of these begins it */
	bool (*test)(struct slice head);  /* or this says so */
};

#define UNPACK_FIRST "which is not read: unpack it and give the result"

/* The longer of two magics that begin alike stands first. */
static const struct known table[] = {
	{ { "gzip", FORM_DECODED, gzip_open, NULL }, { SLICE("\x1f\x8b") }, NULL },
	{ { "zstd", FORM_DECODED, zstd_open, NULL }, { SLICE("\x28\xb5\x2f\xfd") }, is_skippable_frame },
	{ { "bzip2", FORM_DECODED, bzip2_open, NULL }, { { NULL, 0 } }, is_bzip2 },
	{ { "xz", FORM_DECODED, xz_open, NULL }, { SLICE("\xfd" "7zXZ\0") }, NULL },
	{ { "zip", FORM_ZIP, NULL, NULL }, { SLICE("PK\3\4"), SLICE("PK\5\6"), SLICE("PK\7\10") }, NULL },
	{ { "tar", FORM_TAR, NULL, NULL }, { { NULL, 0 } }, is_tar },
	{ { "utf-32", FORM_UNSUPPORTED, NULL, "UTF-32 text, which is not read: convert it to UTF-8" },
	  { SLICE("\xff\xfe\0\0"), SLICE("\0\0\xfe\xff") }, NULL },
	{ { "utf-16", FORM_TEXT, utf16_open, NULL }, { SLICE("\xff\xfe"), SLICE("\xfe\xff") }, NULL },
	{ { "avro", FORM_UNSUPPORTED, NULL,
	    "an Avro file, as Event Hubs capture writes, which is not read: "
	    "export the logs to a storage account, which holds them as JSON" },
	  { SLICE("Obj\1") }, NULL },
	{ { "parquet", FORM_UNSUPPORTED, NULL,
	    "a Parquet file, which is not read: export the logs as JSON or CSV" },
	  { SLICE("PAR1") }, NULL },
	{ { "7z", FORM_UNSUPPORTED, NULL, "a 7z archive, " UNPACK_FIRST }, { SLICE("7z\xbc\xaf\x27\x1c") }, NULL },
	{ { "rar", FORM_UNSUPPORTED, NULL, "a RAR archive, " UNPACK_FIRST }, { SLICE("Rar!\x1a\7") }, NULL },
	{ { "lz4", FORM_UNSUPPORTED, NULL, "an lz4 file, " UNPACK_FIRST }, { SLICE("\x04\x22\x4d\x18") }, NULL },
	{ { "compress", FORM_UNSUPPORTED, NULL, "a file of compress (.Z), " UNPACK_FIRST },
	  { SLICE("\x1f\x9d") }, NULL },
};

const struct form sniff_workbook = {
	"xlsx", FORM_UNSUPPORTED, NULL, "an Excel workbook, which is not read: save its sheet as CSV UTF-8"
};

static bool begins(struct slice head, struct slice magic)
{
	return magic.n > 0 && head.n >= magic.n && memcmp(head.p, magic.p, magic.n) == 0;
}

/* zstd's, numbered 0 to 15; pzstd begins its files with one. */
static bool is_skippable_frame(struct slice head)
{
	return head.n >= 8 && ((unsigned char)head.p[0] & 0xf0U) == 0x50 &&
	       memcmp(head.p + 1, "\x2a\x4d\x18", 3) == 0;
}

/*
 * BZh, a level, and the magic of a block or of the end: three letters and a digit alone could begin
 * a text.
 */
static bool is_bzip2(struct slice head)
{
	const char *p = head.p;

	return head.n >= 10 && memcmp(p, "BZh", 3) == 0 && p[3] >= '1' && p[3] <= '9' &&
	       (memcmp(p + 4, "1AY&SY", 6) == 0 || memcmp(p + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

/* The number in octal that a header gives as the sum of its bytes, or -1. */
static long stated_sum(struct slice head)
{
	const char *p = head.p + TAR_CHECKSUM, *end = p + TAR_CHECKSUM_LENGTH;
	long sum = 0;

	while (p < end && *p == ' ')
		p++;
	if (p == end || *p < '0' || *p > '7')
		return -1;
	for (; p < end && *p >= '0' && *p <= '7'; p++)
		sum = sum * 8 + (*p - '0');
	return p == end || *p == ' ' || *p == '\0' ? sum : -1;
}

static bool sum_is_right(struct slice head)
{
	const long stated = stated_sum(head);
	long sum = 0;

	if (stated < 0)
		return false;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		const bool inside = i >= TAR_CHECKSUM && i < TAR_CHECKSUM + TAR_CHECKSUM_LENGTH;

		sum += inside ? ' ' : (unsigned char)head.p[i];
	}
	return sum == stated;
}

/*
 * A header with its magic, damaged or cut as it may be, or an old one without magic whose sum is
 * right. A block of NULs is neither: files that begin so have lost their beginning in a crash, and
 * what follows must be looked at.
 */
static bool is_tar(struct slice head)
{
	if (head.n < TAR_MAGIC + 5 || head.p[0] == '\0')
		return false;
	if (memcmp(head.p + TAR_MAGIC, "ustar", 5) == 0)
		return true;
	return head.n >= TAR_BLOCK && sum_is_right(head);
}

const struct form *sniff(struct slice head)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		const struct known *k = &table[i];

		for (size_t m = 0; m < MAGICS; m++)
			if (begins(head, k->magic[m]))
				return &k->form;
		if (k->test != NULL && k->test(head))
			return &k->form;
	}
	return NULL;
}
