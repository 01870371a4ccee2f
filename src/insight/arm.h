/*
 * arm.h - values of ARM templates: what `[parameters('x')]` and `[variables('x')]` stand for.
 *
 * Published templates put every value into a parameter. These two functions, alone in their brackets, are known; any other
 * expression stands for nothing.
 */
#ifndef DPSLOG_INSIGHT_ARM_H
#define DPSLOG_INSIGHT_ARM_H

#include "json/tree.h"

struct arm {
	const struct tree *parameters, *variables;  /* of the template; NULL: none */
	const struct tree *const *given;            /* the `parameters` of parameter files; the last that names one holds */
	size_t n_given;
	struct arena *arena;
};

/*
 * The value that stands for t: itself, if it is no expression (`[[` at its beginning is a bracket). NULL: it has none, and
 * `why` gets the reason, with text of the file.
 */
const struct tree *arm_value(const struct arm *arm, const struct tree *t, struct buf *why);

#endif
