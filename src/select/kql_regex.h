/*
 * kql_regex.h - the patterns of the selection language, run by PCRE2.
 *
 * KQL's patterns are RE2's with an algebra of classes. PCRE2 is given only those that mean the same to it; everything
 * that it would take to mean something else is refused.
 */
#ifndef DPSLOG_SELECT_KQL_REGEX_H
#define DPSLOG_SELECT_KQL_REGEX_H

#include "base/buf.h"

/* Further groups match, but cannot be asked for. */
enum { REGEX_GROUPS_MOST = 32 };

struct kql_regex;
struct kql_regex_scratch;

/* NULL: what is wrong is added to `error`, at byte *at of the pattern. The caller frees it. */
struct kql_regex *kql_regex_new(struct slice pattern, struct buf *error, size_t *at);
/* With it all that was put before it: regexes are kept in a list. */
struct kql_regex *kql_regex_push(struct kql_regex *r, struct kql_regex *list);
void kql_regex_free_list(struct kql_regex *list);
/* How many groups it has, without that of the whole. */
uint32_t kql_regex_groups(const struct kql_regex *r);

/* For one thread. */
struct kql_regex_scratch *kql_regex_scratch_new(void);
void kql_regex_scratch_free(struct kql_regex_scratch *s);

enum kql_found { FOUND_NO, FOUND_YES, FOUND_UNDECIDED };
/*
 * Searches text from byte `from` on. FOUND_UNDECIDED: it gave up, at a limit for the steps or the memory of one search.
 * *group: what `which` took, empty (at the end of the match) if it took no part; which 0 is the whole.
 */
enum kql_found kql_regex_find(const struct kql_regex *r, struct kql_regex_scratch *s, struct slice text, size_t from,
                              uint32_t which,
                              struct slice *group);

#endif
