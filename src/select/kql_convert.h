/*
 * kql_convert.h - from one type to another: toint(), todatetime() and the like.
 */
#ifndef DPSLOG_SELECT_KQL_CONVERT_H
#define DPSLOG_SELECT_KQL_CONVERT_H

#include "select/kql_check.h"

/* A whole number: digits with a sign, or 0x and hexadecimal ones. */
bool kql_text_long(struct slice s, int64_t *out);
/* Digits, a fraction, an exponent; neither infinity nor NaN. */
bool kql_text_real(struct slice s, double *out);

/* What evaluates the conversion of a value of type `from`; NULL: there is none. */
kql_eval_fn kql_convert_to(enum kql_type to, enum kql_type from, bool narrow);
/* A value as text: "" for null. Of any type but KQL_REAL and KQL_ARRAY. */
struct slice kql_value_text(enum kql_type type, struct kql_value v, struct arena *a);

#endif
