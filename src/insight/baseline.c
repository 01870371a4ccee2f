/*
 * baseline.c - the table of recommended rules.
 */
#include "insight/baseline.h"

#include <assert.h>

#include "insight/condition.h"

#define HUBS "Microsoft.Devices/IotHubs"
#define PROVISIONING "Microsoft.Devices/ProvisioningServices"
#define MICROSOFT "Microsoft: Azure Monitor Baseline Alerts"
#define OURS "dpslog"

const struct baseline_entry baseline_table[] = {
	{ "hub-telemetry-dropped", MICROSOFT, "Messages were dropped by routing because their endpoints are dead.", HUBS, 1, 5, 5,
	  { "total 'd2c.telemetry.egress.dropped' > 0", NULL } },
	{ "hub-daily-quota", MICROSOFT, "More than 90 % of the daily messages of one S1 unit are used.", HUBS, 2, 5, 5,
	  { "max dailyMessageQuotaUsed > 360000", NULL } },
	{ "hub-telemetry-throttled", MICROSOFT, "Telemetry was throttled.", HUBS, 3, 60, 60,
	  { "total 'd2c.telemetry.ingress.sendThrottle' > 0", NULL } },
	{ "dps-attestation-rate", OURS, "More than 80 % of the 1,000 operations a minute that a provisioning service takes.",
	  PROVISIONING, 2, 1, 1, { "total AttestationAttempts > 800", NULL } },
	{ "dps-attestation-failed", OURS, "Devices could not prove who they are.", PROVISIONING, 3, 15, 5,
	  { "total AttestationAttempts > 0 where Status includes Failed", NULL } },
	{ "dps-throttled", OURS, "The provisioning service turned requests away (429).", PROVISIONING, 2, 5, 5,
	  { "total throttled > 0", NULL } },
	{ "dps-nothing-assigned", OURS, "Devices try to register and none is assigned to a hub.", PROVISIONING, 1, 30, 5,
	  { "total RegistrationAttempts > 0", "total DeviceAssignments < 1" } },
};

const size_t baseline_count = sizeof(baseline_table) / sizeof(baseline_table[0]);

static void add(struct rules *rules, const struct baseline_entry *e)
{
	struct rule rule = RULE_INIT;
	struct buf error = BUF_INIT;

	rule.name = slice_str(e->name);
	rule.description = slice_str(e->description);
	rule.target_type = slice_str(e->target_type);
	rule.severity = e->severity;
	rule.window = e->window;
	rule.frequency = e->frequency;
	rule.conditions = arena_alloc(&rules->arena, 2 * sizeof(*rule.conditions));
	for (; rule.n_conditions < 2 && e->conditions[rule.n_conditions] != NULL; rule.n_conditions++) {
		const bool good = condition_parse(slice_str(e->conditions[rule.n_conditions]), &rules->arena,
		                                  &rule.conditions[rule.n_conditions], &error);

		assert(good);
		(void)good;
	}
	buf_free(&error);
	rules_add(rules, &rule);
}

void baseline_add(struct rules *rules)
{
	for (size_t i = 0; i < baseline_count; i++)
		add(rules, &baseline_table[i]);
}
