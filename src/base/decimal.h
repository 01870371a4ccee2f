/*
 * decimal.h - numbers as Azure writes them in metrics and rules: decimal, exact, with nine places.
 *
 * A decimal counts billionths in 128 bits; nothing here is floating point, so that sums do not depend on their order and a
 * value stands on the same side of a threshold everywhere. What is parsed is below DECIMAL_MOST either way, so that more
 * numbers can be added than a run can read before a sum could overflow. An average is a fraction: it is compared exactly and
 * cut to nine places only where it is printed.
 */
#ifndef DPSLOG_BASE_DECIMAL_H
#define DPSLOG_BASE_DECIMAL_H

#include "base/slice.h"

struct decimal {
	__int128 units;      /* billionths */
};

/* num / den; den is not 0, but may be negative. */
struct fraction {
	struct decimal num, den;
};

#define DECIMAL_ONE INT64_C(1000000000)
#define DECIMAL_MOST UINT64_C(1000000000000000000)

static inline struct decimal decimal_of(int64_t n)
{
	return (struct decimal){ (__int128)n * DECIMAL_ONE };
}

static inline struct decimal decimal_add(struct decimal a, struct decimal b)
{
	return (struct decimal){ a.units + b.units };
}

static inline int decimal_cmp(struct decimal a, struct decimal b)
{
	return a.units < b.units ? -1 : a.units > b.units;
}

static inline struct fraction fraction_of(struct decimal d)
{
	return (struct fraction){ d, { DECIMAL_ONE } };
}

/*
 * `-12.5`, `+1`, `.5`, `5.`, `1.25E-3`: a sign, digits with a point among them or not, an exponent. Places after the ninth
 * are cut, not rounded. False, and out as it was, for anything else and for numbers above DECIMAL_MOST.
 */
bool decimal_parse(struct slice s, struct decimal *out);

enum { DECIMAL_TEXT_MAX = 48 };

/* Without exponent and trailing zeros (`250`, `2.25`, `-0.5`) into out (DECIMAL_TEXT_MAX bytes), NUL-terminated; the length. */
size_t decimal_format(struct decimal d, char *out);

/* <0, 0, >0, exactly. */
int fraction_cmp(struct fraction a, struct fraction b);
/* Cut to nine places, toward 0; what a decimal cannot hold becomes the largest one of that sign. */
struct decimal fraction_cut(struct fraction f);

#endif
