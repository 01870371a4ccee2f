/*
 * scope.c - which resources a rule is about.
 */
#include "insight/scope.h"

#include "record/classify.h"

/* The next segment that is not empty, taken off s; empty at the end. */
static struct slice next_segment(struct slice *s)
{
	size_t begin = 0, end;

	while (begin < s->n && s->p[begin] == '/')
		begin++;
	end = begin;
	while (end < s->n && s->p[end] != '/')
		end++;
	const struct slice segment = slice_of(s->p + begin, end - begin);

	*s = slice_of(s->p + end, s->n - end);
	return segment;
}

static bool begins(struct slice id, struct slice scope)
{
	for (;;) {
		const struct slice want = next_segment(&scope);

		if (want.n == 0)
			return true;
		if (!slice_eq_nocase(next_segment(&id), want))
			return false;
	}
}

/* The last segment of a scope that names a resource; empty for subscriptions and resource groups. */
static struct slice resource_name(struct slice scope)
{
	bool provider = false;
	struct slice last = { NULL, 0 };

	for (;;) {
		const struct slice segment = next_segment(&scope);

		if (segment.n == 0)
			return provider ? last : slice_of(NULL, 0);
		provider |= slice_eq_nocase(segment, SLICE("providers"));
		last = segment;
	}
}

static bool in_scopes(const struct rule *rule, struct series_resource r)
{
	for (size_t i = 0; i < rule->n_scopes; i++) {
		const struct slice scope = slice_trim(rule->scopes[i]);

		if (r.id.n > 0 ? begins(r.id, scope) : r.name.n > 0 && slice_eq_nocase(resource_name(scope), r.name))
			return true;
	}
	return rule->n_scopes == 0;
}

/* `type` is the provider and the type, as `Microsoft.Devices/IotHubs`; a namespace without a slash says nothing. */
static bool is_type(struct series_resource r, struct slice type)
{
	const size_t slash = slice_find(type, SLICE("/"));
	const struct slice provider = classify_resource_id(r.id).provider;

	if (slash == type.n || r.type.n == 0)
		return true;
	return slice_eq_nocase(r.type, slice_of(type.p + slash + 1, type.n - slash - 1)) &&
	       (provider.n == 0 || slice_eq_nocase(provider, slice_of(type.p, slash)));
}

bool scope_takes(const struct rule *rule, const struct condition *c, struct series_resource r)
{
	return in_scopes(rule, r) && is_type(r, rule->target_type) && is_type(r, c->space);
}

bool scope_is_hub(struct series_resource r)
{
	return slice_eq_nocase(r.type, SLICE("IOTHUBS"));
}
