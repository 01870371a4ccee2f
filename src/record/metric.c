/*
 * metric.c - the table of metrics, and which log records each counts.
 */
#include "record/metric.h"

const struct metric_entry metric_table[] = {
	{ "attestationAttempts", false, METRIC_ANY, NULL, "AttestationAttempt AttestationAttempts" },
	{ "registrationAttempts", false, METRIC_ANY, NULL, "RegistrationAttempt RegistrationAttempts Register RegisterDevice" },
	{ "deviceAssignments", false, METRIC_SUCCESSES, NULL, "DeviceAssigned DeviceAssignment DeviceAssignments Assign" },
	{ "failures", false, METRIC_FAILURES, NULL, NULL },
	{ "throttled", false, METRIC_THROTTLED, NULL, NULL },
	{ "records", false, METRIC_ANY, NULL, NULL },
	{ "d2c.telemetry.ingress.sendThrottle", true, METRIC_SEND_THROTTLED, NULL, NULL },
	{ "d2c.telemetry.egress.dropped", true, METRIC_ANY, NULL, "droppedMessage" },
	{ "C2DMessagesExpired", true, METRIC_ANY, NULL, "messageExpired" },
	{ "c2d.methods.failure", true, METRIC_FAILURES, "DirectMethods", NULL },
	{ "d2c.twin.update.failure", true, METRIC_FAILURES, "D2CTwinOperations", NULL },
	{ "twinQueries.failure", true, METRIC_FAILURES, "TwinQueries", NULL },
};

const size_t metric_table_n = sizeof metric_table / sizeof *metric_table;

struct metric metric_named(struct slice name)
{
	for (size_t i = 0; i < metric_table_n; i++) {
		const struct slice known = slice_str(metric_table[i].name);

		if (slice_eq_nocase(known, name))
			return (struct metric){ .name = known, .entry = &metric_table[i] };
	}
	return (struct metric){ .name = name };
}

bool metric_of_logs(const struct metric *m)
{
	return m->entry != NULL || m->n_operations > 0;
}

static bool is_one_of(struct slice word, const char *words)
{
	for (const char *w = words; *w != '\0';) {
		const size_t n = strcspn(w, " ");

		if (slice_eq_nocase(word, slice_of(w, n)))
			return true;
		w += n + (w[n] != '\0');
	}
	return false;
}

static bool is_candidate(const struct metric *m, struct slice operation, struct slice category)
{
	for (size_t i = 0; i < m->n_operations; i++)
		if (slice_eq_nocase(m->operations[i], operation))
			return true;
	if (m->n_operations > 0 || m->entry == NULL)
		return false;
	return (m->entry->operations == NULL || is_one_of(operation, m->entry->operations)) &&
	       (m->entry->category == NULL || slice_eq_nocase(category, slice_str(m->entry->category)));
}

uint64_t metric_candidates(const struct metric *metrics, size_t n, struct slice operation, struct slice category)
{
	uint64_t set = 0;

	for (size_t i = 0; i < n; i++)
		set |= (uint64_t)is_candidate(&metrics[i], operation, category) << i;
	return set;
}

bool metric_counts(const struct metric *m, const struct record *r)
{
	if (m->n_operations > 0)
		return true;
	if (m->entry->hub && r->service != SERVICE_HUB)
		return false;
	switch (m->entry->outcome) {
	case METRIC_ANY:
		return true;
	case METRIC_SUCCESSES:
		return !r->failure;
	case METRIC_FAILURES:
		return r->failure;
	case METRIC_THROTTLED:
		return r->failure && (r->code.n == 3 || r->code.n == 6) && memcmp(r->code.p, "429", 3) == 0;
	case METRIC_SEND_THROTTLED:
		return r->failure && slice_eq(r->code, SLICE("429001"));
	}
	return false;
}
