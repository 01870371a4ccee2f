/*
 * zip_directory.h - what the directory at the end of a zip says, read apart from libarchive, which
 * keeps its doubts to itself.
 */
#ifndef DPSLOG_INPUT_ZIP_DIRECTORY_H
#define DPSLOG_INPUT_ZIP_DIRECTORY_H

#include "input/stream.h"

struct zip_directory {
	bool found;            /* the end record is there */
	bool whole;            /* and the directory has as many entries as it says, and nothing is left over */
	bool workbook;         /* names as in an Excel workbook */
	uint64_t entries;      /* as the end record says */
};

/* s must be a regular file (file_is_regular). Fails only as s does. */
void zip_directory_read(struct stream *s, struct zip_directory *out);

#endif
