/*
 * test_codes.c - the catalogue of error codes: is it whole, does each entry hold what its columns
 * promise, is everything in it found.
 *
 * The documented codes stand here a second time, so that one that is lost or misspelled in
 * codes.tsv shows.
 */
#include <criterion/criterion.h>

#include "base/slice.h"
#include "insight/codes.h"

struct documented {
	const char *code;
	const char *name;
};

/* Codes and names as the hub's pages and SDKs print them. */
static const struct documented hub_codes[] = {
	{ "400000", "GenericBadRequest" }, { "400001", "InvalidProtocolVersion" },
	{ "400002", "DeviceInvalidResultCount" }, { "400003", "InvalidOperation" },
	{ "400004", "ArgumentInvalid" }, { "400005", "ArgumentNull" },
	{ "400006", "IotHubFormatError" }, { "400007", "DeviceStorageEntitySerializationError" },
	{ "400008", "BlobContainerValidationError" }, { "400009", "ImportWarningExistsError" },
	{ "400010", "InvalidSchemaVersion" }, { "400011", "DeviceDefinedMultipleTimes" },
	{ "400012", "DeserializationError" }, { "400013", "BulkRegistryOperationFailure" },
	{ "400014", "DefaultStorageEndpointNotConfigured" },
	{ "400015", "InvalidFileUploadCorrelationId" },
	{ "400016", "ExpiredFileUploadCorrelationId" }, { "400017", "InvalidStorageEndpoint" },
	{ "400018", "InvalidMessagingEndpoint" },
	{ "400019", "InvalidFileUploadCompletionStatus" },
	{ "400020", "InvalidStorageEndpointOrBlob" }, { "400021", "RequestCanceled" },
	{ "400022", "InvalidStorageEndpointProperty" }, { "400023", "EtagDoesNotMatch" },
	{ "400024", "RequestTimedOut" }, { "400025", "UnsupportedOperationOnReplica" },
	{ "400026", "NullMessage" }, { "400027", "ConnectionForcefullyClosedOnNewConnection" },
	{ "400028", "InvalidDeviceScope" },
	{ "400029", "ConnectionForcefullyClosedOnFaultInjection" },
	{ "400030", "ConnectionRejectedOnFaultInjection" },
	{ "400031", "InvalidEndpointAuthenticationType" },
	{ "400032", "ManagedIdentityNotEnabled" }, { "400033", "ContainerDisabled" },
	{ "400035", "InvalidPolicyKey" }, { "400036", "BulkRegenerateDeviceKeyOperationFailure" },
	{ "400100", "InvalidRouteTestInput" }, { "400101", "InvalidSourceOnRoute" },
	{ "400102", "RoutingNotEnabled" }, { "400103", "InvalidContentEncodingOrType" },
	{ "400301", "CannotRegisterModuleToModule" }, { "400302", "TenantHubRoutingNotEnabled" },
	{ "400401", "InvalidConfigurationTargetCondition" },
	{ "400402", "InvalidConfigurationContent" },
	{ "400403", "CannotModifyImmutableConfigurationContent" },
	{ "400404", "InvalidConfigurationCustomMetricsQuery" },
	{ "400501", "InvalidPnPInterfaceDefinition" }, { "400502", "InvalidPnPDesiredProperties" },
	{ "400503", "InvalidPnPReportedProperties" },
	{ "400504", "InvalidPnPWritableReportedProperties" },
	{ "400505", "InvalidDigitalTwinJsonPatch" }, { "400506", "InvalidDigitalTwinPayload" },
	{ "400507", "InvalidDigitalTwinPatch" }, { "400508", "InvalidDigitalTwinPatchPath" },
	{ "401000", "GenericUnauthorized" }, { "401001", "IotHubNotFound" },
	{ "401002", "IotHubUnauthorizedAccess" }, { "401003", "IotHubUnauthorized" },
	{ "401004", "ElasticPoolNotFound" }, { "401100", "SystemModuleModifyUnauthorizedAccess" },
	{ "403000", "GenericForbidden" }, { "403001", "IotHubSuspended" },
	{ "403002", "IotHubQuotaExceeded" }, { "403003", "JobQuotaExceeded" },
	{ "403004", "DeviceMaximumQueueDepthExceeded" }, { "403005", "IotHubMaxCbsTokenExceeded" },
	{ "403006", "DeviceMaximumActiveFileUploadLimitExceeded" },
	{ "403007", "DeviceMaximumQueueSizeExceeded" },
	{ "403008", "RoutingEndpointResponseForbidden" }, { "403009", "InvalidMessageExpiryTime" },
	{ "403010", "OperationNotAvailableInCurrentTier" },
	{ "403011", "KeyEncryptionKeyRevoked" }, { "403012", "DeviceDisabled" },
	{ "403100", "DeviceModelMaxPropertiesExceeded" },
	{ "403101", "DeviceModelMaxIndexablePropertiesExceeded" },
	{ "403800", "DeviceMaximumInflightMethodExceeded" }, { "404000", "GenericNotFound" },
	{ "404001", "DeviceNotFound" }, { "404002", "JobNotFound" },
	{ "404004", "QuotaMetricNotFound" }, { "404005", "SystemPropertyNotFound" },
	{ "404006", "AmqpAddressNotFound" }, { "404007", "RoutingEndpointResponseNotFound" },
	{ "404008", "CertificateNotFound" }, { "404009", "ElasticPoolTenantHubNotFound" },
	{ "404010", "ModuleNotFound" }, { "404011", "AzureTableStoreNotFound" },
	{ "404012", "IotHubFailingOver" }, { "404013", "FeatureNotSupported" },
	{ "404014", "DigitalTwinInterfaceNotFound" }, { "404015", "ContainerNotFound" },
	{ "404101", "QueryStoreClusterNotFound" }, { "404102", "DeviceNotOnline" },
	{ "404103", "DeviceNotOnline" }, { "404104", "DeviceConnectionClosedRemotely" },
	{ "404301", "ConfigurationNotFound" }, { "404302", "GroupNotFound" },
	{ "404401", "DigitalTwinModelNotFound" }, { "404402", "InterfaceNameModelNotFound" },
	{ "405000", "GenericMethodNotAllowed" }, { "405102", "OperationNotAllowedInCurrentState" },
	{ "405103", "ImportDevicesNotSupported" }, { "405104", "BulkAddDevicesNotSupported" },
	{ "408000", "RequestTimeout" }, { "409000", "GenericConflict" },
	{ "409001", "DeviceAlreadyExists" }, { "409002", "LinkCreationConflict" },
	{ "409003", "CallbackSubscriptionConflict" }, { "409101", "ModelAlreadyExists" },
	{ "409102", "DeviceLocked" }, { "409103", "DeviceJobAlreadyExists" },
	{ "409104", "JobAlreadyExists" }, { "409301", "ModuleAlreadyExistsOnDevice" },
	{ "409401", "ConfigurationAlreadyExists" },
	{ "409402", "ApplyConfigurationAlreadyInProgressOnDevice" },
	{ "409501", "DigitalTwinModelAlreadyExists" },
	{ "409502", "DigitalTwinModelExistsWithOtherModelType" },
	{ "409503", "InterfaceNameModelAlreadyExists" }, { "412000", "GenericPreconditionFailed" },
	{ "412001", "PreconditionFailed" }, { "412002", "DeviceMessageLockLost" },
	{ "412003", "JobRunPreconditionFailed" }, { "412004", "InflightMessagesInLink" },
	{ "413000", "GenericRequestEntityTooLarge" }, { "413001", "MessageTooLarge" },
	{ "413002", "TooManyDevices" }, { "413003", "TooManyModulesOnDevice" },
	{ "413101", "ConfigurationCountLimitExceeded" },
	{ "413201", "DigitalTwinModelCountLimitExceeded" },
	{ "413202", "InterfaceNameCompressionModelCountLimitExceeded" },
	{ "415000", "GenericUnsupportedMediaType" }, { "415101", "IncompatibleDataType" },
	{ "429000", "GenericTooManyRequests" }, { "429001", "ThrottlingException" },
	{ "429002", "ThrottleBacklogLimitExceeded" }, { "429003", "ThrottlingBacklogTimeout" },
	{ "429004", "ThrottlingMaxActiveJobCountExceeded" },
	{ "429005", "DeviceThrottlingLimitExceeded" }, { "499000", "ClientClosedRequest" },
	{ "500000", "GenericServerError" }, { "500001", "ServerError" },
	{ "500002", "JobCancelled" }, { "500007", "AzureStorageTimedOut" },
	{ "500008", "GenericTimeout" }, { "500009", "InvalidThrottleParameter" },
	{ "500301", "ModelRepoEndpointError" }, { "500302", "ResolutionError" },
	{ "500401", "UnableToFetchCredentials" }, { "500402", "UnableToFetchTenantInfo" },
	{ "500403", "UnableToShareIdentity" }, { "500501", "UnableToExpandDiscoveryInfo" },
	{ "500502", "UnableToExpandComponentInfo" }, { "500503", "UnableToCompressComponentInfo" },
	{ "500504", "UnableToCompressDiscoveryInfo" }, { "500505", "OrphanDiscoveryDocument" },
	{ "502000", "GenericBadGateway" }, { "503000", "GenericServiceUnavailable" },
	{ "503001", "ServiceUnavailable" }, { "503003", "PartitionNotFound" },
	{ "503004", "IotHubActivationFailed" }, { "503005", "ServerBusy" },
	{ "503006", "IotHubRestoring" }, { "503008", "ReceiveLinkOpensThrottled" },
	{ "503101", "ConnectionUnavailable" }, { "503102", "DeviceUnavailable" },
	{ "503201", "ConfigurationNotAvailable" }, { "503202", "GroupNotAvailable" },
	{ "503301", "HostingServiceNotAvailable" }, { "504000", "GenericGatewayTimeout" },
	{ "504101", "GatewayTimeout" },
};

static const char *const statuses[] = {
	"400", "401", "403", "404", "405", "409", "412", "413",
	"415", "429", "499", "500", "502", "503", "504",
};

static const char *const dps_codes[] = {
	"400207", "400208", "400209", "401000", "401002", "403101",
	"404201", "404202", "404204", "409203", "429101",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct slice text(const struct code_entry *e, enum codes_field field)
{
	return codes_field(e, field);
}

static bool is(const struct code_entry *e, enum codes_field field, const char *expected)
{
	return slice_eq(text(e, field), slice_str(expected));
}

/* Is the word one of the blank-separated words? */
static bool is_one_of(struct slice word, const char *words)
{
	while (*words != '\0') {
		const size_t n = strcspn(words, " ");

		if (slice_eq(word, slice_of(words, n)))
			return true;
		words += n;
		words += strspn(words, " ");
	}
	return false;
}

static bool has_name(const struct code_entry *e, struct slice name)
{
	for (size_t i = 0; codes_part(e, CODES_NAME, i).n > 0; i++)
		if (slice_eq_nocase(codes_part(e, CODES_NAME, i), name))
			return true;
	return false;
}

Test(codes, every_documented_hub_code_is_there_by_number_and_name)
{
	cr_assert_eq(COUNT(hub_codes), 170);
	for (size_t i = 0; i < COUNT(hub_codes); i++) {
		const struct slice code = slice_str(hub_codes[i].code);
		const struct slice name = slice_str(hub_codes[i].name);
		const struct code_entry *e = codes_find(code, SLICE("hub"));

		cr_assert_not_null(e, "%s", hub_codes[i].code);
		cr_assert(is(e, CODES_CODE, hub_codes[i].code), "%s", hub_codes[i].code);
		cr_assert(is(e, CODES_SERVICE, "hub"), "%s", hub_codes[i].code);
		cr_assert(has_name(e, name), "%s %s", hub_codes[i].code, hub_codes[i].name);

		const struct code_entry *found = codes_by_name(name);

		while (found != NULL && found != e)
			found = codes_by_name_after(name, found);
		cr_assert_eq(found, e, "%s", hub_codes[i].name);
	}
}

Test(codes, every_status_has_an_entry_for_dps_and_one_for_the_hub)
{
	for (size_t i = 0; i < COUNT(statuses); i++) {
		const struct slice code = slice_str(statuses[i]);

		cr_assert(is(codes_find(code, SLICE("dps")), CODES_SERVICE, "dps"), "%s", statuses[i]);
		cr_assert(is(codes_find(code, SLICE("hub")), CODES_SERVICE, "hub"), "%s", statuses[i]);
	}
}

Test(codes, every_known_dps_code_is_there)
{
	for (size_t i = 0; i < COUNT(dps_codes); i++) {
		const struct code_entry *e = codes_find(slice_str(dps_codes[i]), SLICE("dps"));

		cr_assert(e != NULL && is(e, CODES_SERVICE, "dps"), "%s", dps_codes[i]);
	}
	cr_assert(is(codes_by_name(SLICE("dps_hub_error_no_hub")), CODES_CODE, "400208"));
	cr_assert(is(codes_by_name(SLICE("DPS_HUB_ERROR_UNAUTH")), CODES_CODE, "400209"));
}

Test(codes, no_cell_and_no_element_of_a_list_is_empty)
{
	for (size_t i = 0; i < codes_count(); i++) {
		const struct code_entry *e = codes_at(i);

		for (int f = 0; f < CODES_FIELDS; f++) {
			const struct slice cell = text(e, (enum codes_field)f);
			size_t bars = 0;

			cr_assert_gt(cell.n, 0, "entry %zu, column %d", i, f);
			cr_assert(slice_eq(cell, slice_trim(cell)), "entry %zu, column %d", i, f);
			for (size_t k = 0; k < cell.n; k++) {
				cr_assert(cell.p[k] >= ' ' && cell.p[k] <= '~',
					  "entry %zu, column %d", i, f);
				bars += cell.p[k] == '|';
			}
			for (size_t k = 0; k <= bars; k++)
				cr_assert_gt(codes_part(e, (enum codes_field)f, k).n, 0,
					     "entry %zu, column %d", i, f);
			cr_assert_eq(codes_part(e, (enum codes_field)f, bars + 1).n, 0);
		}
	}
	cr_assert_null(codes_at(codes_count()));
}

Test(codes, the_short_columns_hold_words_from_their_lists)
{
	for (size_t i = 0; i < codes_count(); i++) {
		const struct code_entry *e = codes_at(i);
		const struct slice code = text(e, CODES_CODE);

		cr_assert(is_one_of(text(e, CODES_SERVICE), "any dps hub"), "entry %zu", i);
		cr_assert_leq(text(e, CODES_MEANING).n, CODES_MEANING_MAX, "entry %zu", i);
		cr_assert(is_one_of(text(e, CODES_RETRY),
				    "no yes backoff reconnect reread reregister"), "entry %zu", i);
		for (size_t k = 0; codes_part(e, CODES_WHO, k).n > 0; k++)
			cr_assert(is_one_of(codes_part(e, CODES_WHO, k),
					    "device service operator"), "entry %zu", i);
		cr_assert(slice_is_digits(code, 3) || slice_is_digits(code, 6) ||
			  is_one_of(code, "4XX 5XX -"), "entry %zu", i);
	}
}

Test(codes, sentences_begin_and_end_as_such)
{
	for (size_t i = 0; i < codes_count(); i++) {
		const struct code_entry *e = codes_at(i);
		const struct slice summary = text(e, CODES_SUMMARY);
		const struct slice action = text(e, CODES_ACTION);

		cr_assert_eq(summary.p[summary.n - 1], '.', "entry %zu", i);
		cr_assert_eq(slice_find(summary, SLICE(". ")), summary.n,
			     "entry %zu: more than one sentence", i);
		cr_assert_eq(action.p[action.n - 1], '.', "entry %zu", i);
		cr_assert(ascii_is_alpha(text(e, CODES_MEANING).p[0]), "entry %zu", i);
	}
}

Test(codes, nothing_stands_twice)
{
	for (size_t i = 0; i < codes_count(); i++) {
		const struct code_entry *a = codes_at(i);

		for (size_t j = i + 1; j < codes_count(); j++) {
			const struct code_entry *b = codes_at(j);
			const struct slice code = text(a, CODES_CODE);

			if (!slice_eq(text(a, CODES_SERVICE), text(b, CODES_SERVICE)))
				continue;
			cr_assert(slice_eq(code, SLICE("-")) || !slice_eq(code, text(b, CODES_CODE)),
				  "entries %zu and %zu", i, j);
			/* The documentation gives one name to two numbers, and some names also without a number. */
			if (has_name(a, SLICE("DeviceNotOnline")) || slice_eq(text(b, CODES_CODE), SLICE("-")))
				continue;
			for (size_t k = 0; codes_part(a, CODES_NAME, k).n > 0; k++) {
				const struct slice name = codes_part(a, CODES_NAME, k);

				cr_assert(slice_eq(name, SLICE("-")) || !has_name(b, name),
					  "%.*s", SLICE_ARG(name));
			}
		}
	}
}

Test(codes, the_list_is_ordered_and_each_entry_finds_itself)
{
	for (size_t i = 0; i < codes_count(); i++) {
		const struct code_entry *e = codes_at(i);
		const struct slice code = text(e, CODES_CODE);

		if (slice_eq(code, SLICE("-")))
			continue;
		cr_assert_eq(codes_find(code, text(e, CODES_SERVICE)), e, "entry %zu", i);
		if (i > 0)
			cr_assert_leq(slice_cmp(text(codes_at(i - 1), CODES_CODE), code), 0,
				      "entry %zu", i);
	}
	cr_assert(is(codes_at(codes_count() - 1), CODES_CODE, "-"));
	cr_assert(is(codes_at(0), CODES_CODE, "400"));
}

Test(codes, each_name_finds_its_entry_in_any_case)
{
	for (size_t i = 0; i < codes_count(); i++) {
		const struct code_entry *e = codes_at(i);

		for (size_t k = 0; codes_part(e, CODES_NAME, k).n > 0; k++) {
			const struct slice name = codes_part(e, CODES_NAME, k);
			const struct code_entry *found;
			char shouted[128];

			if (slice_eq(name, SLICE("-")))
				continue;
			cr_assert_lt(name.n, sizeof(shouted));
			for (size_t c = 0; c < name.n; c++)
				shouted[c] = ascii_upper(name.p[c]);
			found = codes_by_name(slice_of(shouted, name.n));
			while (found != NULL && found != e)
				found = codes_by_name_after(name, found);
			cr_assert_eq(found, e, "%.*s", SLICE_ARG(name));
		}
	}
}

Test(codes, find_prefers_the_service_then_any_then_the_hub)
{
	cr_assert(is(codes_find(SLICE("401002"), SLICE("dps")), CODES_SERVICE, "dps"));
	cr_assert(is(codes_find(SLICE("401002"), SLICE("HUB")), CODES_SERVICE, "hub"));
	cr_assert(is(codes_find(SLICE("401002"), SLICE("")), CODES_SERVICE, "hub"));
	cr_assert(is(codes_find(SLICE("408"), SLICE("dps")), CODES_SERVICE, "any"));
	cr_assert(is(codes_find(SLICE("404104"), SLICE("dps")), CODES_SERVICE, "hub"));
	cr_assert(is(codes_find(SLICE("400207"), SLICE("hub")), CODES_SERVICE, "dps"));
	cr_assert(is(codes_find(SLICE("4xx"), SLICE("hub")), CODES_CODE, "4XX"));
}

Test(codes, find_refuses_what_is_no_code)
{
	static const char *const others[] = {
		"", "-", "4", "40", "4000", "400999", "4000000", "999", "401002 ", "Unauthorized", "~",
	};

	for (size_t i = 0; i < COUNT(others); i++)
		cr_assert_null(codes_find(slice_str(others[i]), SLICE("hub")), "'%s'", others[i]);
	cr_assert_null(codes_find(slice_of("401\0", 4), SLICE("hub")));
	cr_assert_null(codes_find(slice_of(NULL, 0), slice_of(NULL, 0)));
	cr_assert(is(codes_find(slice_of("401002", 3), SLICE("dps")), CODES_CODE, "401"));
}

static void check_explain(const char *code, const char *service, const char *entry,
			  enum codes_match match)
{
	enum codes_match how = CODES_UNKNOWN;
	const struct code_entry *e = codes_explain(slice_str(code), slice_str(service), &how);

	cr_assert_eq(how, match, "%s", code);
	if (entry == NULL)
		cr_assert_null(e, "%s", code);
	else
		cr_assert(e != NULL && is(e, CODES_CODE, entry), "%s", code);
	cr_assert_eq(codes_explain(slice_str(code), slice_str(service), NULL), e, "%s", code);
}

Test(codes, explain_says_how_it_found_the_entry)
{
	check_explain("401002", "dps", "401002", CODES_EXACT);
	check_explain("429", "dps", "429", CODES_EXACT);
	check_explain("401999", "dps", "401", CODES_BY_STATUS);
	check_explain("503999", "hub", "503", CODES_BY_STATUS);
	check_explain("408001", "hub", "408", CODES_BY_STATUS);
	check_explain("418001", "hub", "4XX", CODES_BY_CLASS);
	check_explain("599", "dps", "5XX", CODES_BY_CLASS);
	check_explain("5xx", "hub", "5XX", CODES_EXACT);
	check_explain("200", "hub", NULL, CODES_UNKNOWN);
	check_explain("4010", "hub", NULL, CODES_UNKNOWN);
	check_explain("40100x", "hub", NULL, CODES_UNKNOWN);
	check_explain("-", "any", NULL, CODES_UNKNOWN);
	check_explain("", "", NULL, CODES_UNKNOWN);
	cr_assert(is(codes_explain(SLICE("401999"), SLICE("dps"), NULL), CODES_SERVICE, "dps"));
}

Test(codes, all_entries_of_a_code_follow_each_other)
{
	const struct code_entry *e = codes_first(SLICE("401002"));

	cr_assert(is(e, CODES_SERVICE, "dps"));
	e = codes_after(e);
	cr_assert(is(e, CODES_SERVICE, "hub"));
	cr_assert_null(codes_after(e));
	cr_assert_null(codes_after(codes_first(SLICE("5XX"))));
	cr_assert_null(codes_after(codes_at(codes_count() - 2)));
	cr_assert_null(codes_after(codes_at(codes_count() - 1)));
}

Test(codes, names_are_found_whatever_their_case)
{
	const struct slice both = SLICE("iothubunauthorizedaccess");
	const struct slice online = SLICE("DeviceNotOnline");
	const struct code_entry *e;

	cr_assert(is(codes_by_name(SLICE("IoTHubUnauthorized")), CODES_CODE, "401003"));
	cr_assert(is(codes_by_name(SLICE("IOTHUBUNAUTHORIZED")), CODES_CODE, "401003"));
	cr_assert(is(codes_by_name(SLICE("InternalServerError")), CODES_CODE, "500"));
	cr_assert(is(codes_by_name(SLICE("GatewayTimeout")), CODES_CODE, "504"));
	cr_assert(is(codes_by_name(SLICE("ca certificate not found")), CODES_CODE, "401002"));
	cr_assert(is(codes_by_name(SLICE("CACertificate_Not-Found.")), CODES_CODE, "401002"));
	cr_assert(is(codes_by_name(SLICE("badrequest")), CODES_CODE, "400"));

	e = codes_by_name(both);
	cr_assert(is(e, CODES_SERVICE, "dps"));
	e = codes_by_name_after(both, e);
	cr_assert(is(e, CODES_SERVICE, "hub"));
	cr_assert_null(codes_by_name_after(both, e));

	e = codes_by_name(online);
	cr_assert(is(e, CODES_CODE, "404102"));
	cr_assert(is(codes_by_name_after(online, e), CODES_CODE, "404103"));

	cr_assert_null(codes_by_name(SLICE("")));
	cr_assert_null(codes_by_name(SLICE("-")));
	cr_assert_null(codes_by_name(SLICE(" ._-")));
	cr_assert_null(codes_by_name(SLICE("IotHub")));
	cr_assert_null(codes_by_name(SLICE("zzz")));
	cr_assert_null(codes_by_name(slice_of("ServiceUnavailable\0", 19)));
}

Test(codes, every_source_is_one_of_the_list)
{
	cr_assert(slice_eq(codes_source_page(SLICE("Troubleshoot Azure IoT Hub error codes")),
			   SLICE("https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes")));
	cr_assert_eq(codes_source_page(SLICE("Error reports and tests of the Azure IoT SDKs (no documentation page)")).n, 0);
	cr_assert_eq(codes_source_page(SLICE("")).n, 0);
}

Test(codes, all_names_can_be_listed)
{
	size_t n = 0;

	for (struct slice name = codes_name_at(0); name.p != NULL; name = codes_name_at(++n)) {
		cr_assert_not_null(codes_by_name(name), "%s", name.p);
		cr_assert_eq(strlen(name.p), name.n);
	}
	cr_assert_gt(n, 200);
}

Test(codes, quotes_of_the_table_survive_the_compiler)
{
	const struct slice causes = text(codes_find(SLICE("401002"), SLICE("dps")), CODES_CAUSES);

	cr_assert_lt(slice_find(causes, SLICE("(\"Invalid certificate\")")), causes.n);
}
