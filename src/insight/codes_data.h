/*
 * codes_data.h - what the generated codes_data.c gives to codes.c; nobody else includes it.
 *
 * codes_data is sorted bytewise by code, within a code by service (any, dps, hub); the entries
 * that have no code stand behind the codes_data_coded others. codes_names is sorted by name as
 * codes_by_name compares, then by service, then as codes_data. All of it is constant and lives as long as the
 * program.
 */
#ifndef DPSLOG_INSIGHT_CODES_DATA_H
#define DPSLOG_INSIGHT_CODES_DATA_H

#include "base/slice.h"
#include "insight/codes.h"

struct code_entry {
	struct slice cell[CODES_FIELDS];
};

struct code_name {
	struct slice name;
	const struct code_entry *entry;
};

struct code_source {
	struct slice title, page;
};

extern const struct code_entry codes_data[];
extern const size_t codes_data_count;
extern const size_t codes_data_coded;
extern const struct code_name codes_names[];
extern const size_t codes_names_count;
extern const struct code_source codes_sources[];
extern const size_t codes_sources_count;

#endif
