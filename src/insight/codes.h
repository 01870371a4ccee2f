/*
 * codes.h - the catalogue of error codes: what each means, why it comes, what to do.
 *
 * The catalogue is codes.tsv, compiled in: constant, sorted, complete (no cell is empty). Nothing
 * here allocates, fails for want of memory or keeps state; every entry and every slice handed out
 * lives as long as the program and is printable ASCII. NULL means "not in the catalogue".
 *
 * A code may have an entry for each service, since the same number means different things at DPS
 * and at a hub.
 */
#ifndef DPSLOG_INSIGHT_CODES_H
#define DPSLOG_INSIGHT_CODES_H

#include <stddef.h>

#include "base/slice.h"

struct code_entry;

/* The columns of codes.tsv, in its order; its head says what stands in each. */
enum codes_field {
	CODES_CODE,
	CODES_SERVICE,
	CODES_NAME,		/* a list; "-" if none is published */
	CODES_MEANING,		/* for a narrow table: at most CODES_MEANING_MAX bytes */
	CODES_SUMMARY,
	CODES_CAUSES,		/* a list, the likeliest first */
	CODES_TELL_APART,	/* a list */
	CODES_ACTION,
	CODES_RETRY,		/* no, yes, backoff, reconnect, reread, reregister */
	CODES_WHO,		/* a list of device, service, operator */
	CODES_LOOK,		/* a dpslog command line */
	CODES_SOURCE,		/* a list */
	CODES_FIELDS
};

#define CODES_MEANING_MAX 28

/* How an entry was found. */
enum codes_match {
	CODES_EXACT,		/* the code itself */
	CODES_BY_STATUS,	/* unknown, explained by its first three digits */
	CODES_BY_CLASS,		/* these are unknown too: explained by entry 4XX or 5XX */
	CODES_UNKNOWN		/* not a code */
};

/*
 * The whole catalogue, ordered by code, within a code by service (any, dps, hub), entries with a
 * name only at the end. codes_at returns NULL for an index that is not below codes_count().
 */
size_t codes_count(void);
const struct code_entry *codes_at(size_t index);

/* A cell of an entry, a list as it stands in the table. */
struct slice codes_field(const struct code_entry *entry, enum codes_field field);

/* The element of a list (a cell that is no list is one element); empty behind the last. */
struct slice codes_part(const struct code_entry *entry, enum codes_field field, size_t index);

/*
 * The entry of exactly this code: of the service ("dps" or "hub", any case), else the one for any
 * service, else the hub's, else DPS's: a record of no known service counts as a hub's. The entry's
 * CODES_SERVICE tells which it was. NULL if the catalogue does not have the code, or if code is
 * not a code.
 */
const struct code_entry *codes_find(struct slice code, struct slice service);

/*
 * As codes_find; a code of three or six digits that the catalogue does not have is explained by
 * its first three digits, then by its first one. *how, if how is not NULL, says so. NULL only for
 * what is not a code, which is three or six digits of which the first is 4 or 5, or 4XX, 5XX.
 */
const struct code_entry *codes_explain(struct slice code, struct slice service, enum codes_match *how);

/*
 * All entries of a code, one after the other: the first, then the one after an entry; NULL behind
 * the last, and after an entry without a code.
 */
const struct code_entry *codes_first(struct slice code);
const struct code_entry *codes_after(const struct code_entry *entry);

/*
 * All entries of a name: the first (for any service, then DPS's, then the hub's), then the one after an entry that this
 * returned for the same name; NULL behind the last. ASCII case, blanks, dots, `-` and `_` say nothing: IoTHubUnauthorized is
 * IotHubUnauthorized. Two services may share a name, and DeviceNotOnline has two codes.
 */
const struct code_entry *codes_by_name(struct slice name);
const struct code_entry *codes_by_name_after(struct slice name, const struct code_entry *entry);

/* All names, in no useful order; each is followed by a NUL. p == NULL for an index that is not below their number. */
struct slice codes_name_at(size_t index);

/* Where a source (an element of CODES_SOURCE) is; empty if there is no page. */
struct slice codes_source_page(struct slice title);

#endif
