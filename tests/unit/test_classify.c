/*
 * test_classify.c - the rules of FAILURES and CODES, each with its neighbours that are not meant.
 */
#include <criterion/criterion.h>

#include <ctype.h>
#include <stdlib.h>

#include "base/mem.h"
#include "random.h"
#include "record/classify.h"

/* A copy without a byte behind it, so that a sanitizer sees what is read beyond the end. The caller frees its text. */
static struct slice exact(const char *z)
{
	const size_t n = strlen(z);
	char *p = mem_alloc(n);

	memcpy(p, z, n);
	return slice_of(p, n);
}

static void drop(struct slice s)
{
	free((char *)(uintptr_t)s.p);
}

/* ---- resource ids ---- */

static void expect_id(const char *id, const char *provider, const char *type, const char *name)
{
	const struct slice text = exact(id);
	const struct resource_id r = classify_resource_id(text);

	cr_expect(slice_eq(r.provider, slice_str(provider)), "%s: provider", id);
	cr_expect(slice_eq(r.type, slice_str(type)), "%s: type", id);
	cr_expect(slice_eq(r.name, slice_str(name)), "%s: name", id);
	drop(text);
}

Test(classify, resource_id)
{
	expect_id("/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/MYDPS",
		"MICROSOFT.DEVICES", "PROVISIONINGSERVICES", "MYDPS");
	expect_id("/subscriptions/s/providers/microsoft.devices/IotHubs/h", "microsoft.devices", "IotHubs", "h");
	expect_id("//s///PROVIDERS//P//T//N//", "P", "T", "N");
	expect_id("/a/providers/P/T/N/providers/Q/U/M", "P", "T", "M");
	expect_id("PROVIDERS/PROVIDERS/T/N", "PROVIDERS", "T", "N");
	expect_id("/a/PROVIDERS/P", "P", "", "P");
	expect_id("/a/PROVIDERS", "", "", "PROVIDERS");
	expect_id("/a/PROVIDER/P/T", "", "", "T");
	expect_id("/a/MYPROVIDERS/P/T", "", "", "T");
	expect_id("name", "", "", "name");
	expect_id("///", "", "", "");
	expect_id("", "", "", "");
	cr_expect_eq(classify_resource_id(slice_of(NULL, 0)).name.n, 0);
}

/* ---- levels ---- */

static void expect_level(const char *text, enum level want, const char *name)
{
	const enum level got = classify_level(slice_str(text));

	cr_expect_eq(got, want, "%s", text);
	cr_expect(slice_eq(classify_level_name(got, slice_str(text)), slice_str(name)), "%s", text);
}

Test(classify, level)
{
	expect_level("Critical", LEVEL_CRITICAL, "Critical");
	expect_level("Error", LEVEL_ERROR, "Error");
	expect_level("Warning", LEVEL_WARNING, "Warning");
	expect_level("Informational", LEVEL_INFORMATIONAL, "Informational");
	expect_level("Information", LEVEL_INFORMATIONAL, "Informational");
	expect_level("Verbose", LEVEL_VERBOSE, "Verbose");
	expect_level("eRROR", LEVEL_ERROR, "Error");
	expect_level("INFORMATION", LEVEL_INFORMATIONAL, "Informational");
	expect_level("1", LEVEL_CRITICAL, "Critical");
	expect_level("2", LEVEL_ERROR, "Error");
	expect_level("3", LEVEL_WARNING, "Warning");
	expect_level("4", LEVEL_INFORMATIONAL, "Informational");
	expect_level("5", LEVEL_VERBOSE, "Verbose");
	expect_level("", LEVEL_NONE, "");
	expect_level("0", LEVEL_OTHER, "0");
	expect_level("6", LEVEL_OTHER, "6");
	expect_level("02", LEVEL_OTHER, "02");
	expect_level("Errors", LEVEL_OTHER, "Errors");
	expect_level("Erron", LEVEL_OTHER, "Erron");
	expect_level("Warnung", LEVEL_OTHER, "Warnung");
	expect_level("Criticax", LEVEL_OTHER, "Criticax");
	expect_level("Informatiox", LEVEL_OTHER, "Informatiox");
	expect_level("Informationax", LEVEL_OTHER, "Informationax");
}

/* ---- failures ---- */

static bool fails(const char *result, const char *signature, const char *status)
{
	const struct outcome_fields o = {
		.level = LEVEL_INFORMATIONAL, .result_type = exact(result), .result_signature = exact(signature),
		.status_code = exact(status),
	};
	const bool failure = classify_is_failure(&o);

	drop(o.result_type);
	drop(o.result_signature);
	drop(o.status_code);
	return failure;
}

Test(classify, failure_by_level)
{
	for (int l = LEVEL_NONE; l <= LEVEL_OTHER; l++) {
		const struct outcome_fields o = { .level = (enum level)l, .result_type = SLICE("Success") };

		cr_expect_eq(classify_is_failure(&o), l == LEVEL_CRITICAL || l == LEVEL_ERROR, "%d", l);
	}
}

Test(classify, success_by_result)
{
	static const char *const words[] = {
		"", "Success", "Succeeded", "Successful", "OK", "Accepted", "Created", "Completed", "Started", "Start", "InProgress",
		"None", "0", "SUCCESS", "ok", "inprogress", "nONE", "100", "200", "299", "399", "200000", "100001", "301999",
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		cr_expect_not(fails(words[i], "", ""), "%s", words[i]);
}

Test(classify, failure_by_result)
{
	static const char *const words[] = {
		"ClientError", "Failure", "Failed", "Throttled", "404104", "401", "429", "500", "600", "999", "000", "099", "1", "20",
		"2000", "20000", "2000000", "2xx", "20x", "00", "Succes", "Successs", "Succeedee", "Successfux", "Acceptex", "Createx",
		"Completex", "Startex", "Starx", "InProgresx", "Nonx", "OX", "null", "-1", "true", "S",
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		cr_expect(fails(words[i], "", ""), "%s", words[i]);
}

Test(classify, failure_by_signature_or_status)
{
	static const char *const bad[] = {
		"401", "404104", "500", "4040", "401 Unauthorized", "503.1", "4XX", "5XX", "4xx", "5Xx", "400abc",
	};
	static const char *const good[] = {
		"", "200", "302", "399", "600", "40", "4", "4X", "4XXX", "6XX", "4XY", "40X", "x401", "OK", "None", "Unauthorized 401",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		cr_expect(fails("Success", bad[i], ""), "signature %s", bad[i]);
		cr_expect(fails("", "", bad[i]), "status %s", bad[i]);
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		cr_expect_not(fails("Success", good[i], ""), "signature %s", good[i]);
		cr_expect_not(fails("", "", good[i]), "status %s", good[i]);
	}
}

/* ---- codes ---- */

Test(classify, is_code)
{
	cr_expect(classify_is_code(SLICE("401")));
	cr_expect(classify_is_code(SLICE("599999")));
	cr_expect(classify_is_code(SLICE("404104")));
	cr_expect_not(classify_is_code(SLICE("")));
	cr_expect_not(classify_is_code(SLICE("301")));
	cr_expect_not(classify_is_code(SLICE("600")));
	cr_expect_not(classify_is_code(SLICE("4XX")));
	cr_expect_not(classify_is_code(SLICE("4041")));
	cr_expect_not(classify_is_code(SLICE("40410")));
	cr_expect_not(classify_is_code(SLICE("40410x")));
	cr_expect_not(classify_is_code(SLICE("4041040")));
}

static void expect_code(const char *result, const char *signature, const char *status, const char *description,
	const char *error, const char *want)
{
	const struct outcome_fields o = {
		.result_type = slice_str(result), .result_signature = slice_str(signature), .status_code = slice_str(status),
		.result_description = exact(description), .error_message = exact(error),
	};
	const struct slice got = classify_code(&o);

	cr_expect(slice_eq(got, slice_str(want)), "%s|%s|%s|%s|%s: %.*s, not %s", result, signature, status, description,
		error, SLICE_ARG(got), want);
	drop(o.result_description);
	drop(o.error_message);
}

Test(classify, code_1_result_of_six_digits)
{
	expect_code("404104", "", "", "", "", "404104");
	expect_code("404104", "401", "500", "errorCode:401002", "", "404104");
	expect_code("304104", "", "", "errorCode:401002", "", "401002");
}

Test(classify, code_2_from_text)
{
	expect_code("ClientError", "401", "", "errorCode:401002", "", "401002");
	expect_code("ClientError", "401", "", "", "see 401002.", "401002");
	expect_code("ClientError", "", "", "errorCode:404104", "", "404104");
	expect_code("401", "", "", "errorCode:401002", "", "401002");
	expect_code("ClientError", "4XX", "", "see 404104", "", "404104");
	expect_code("ClientError", "4xx", "", "see 500104", "", "");
	expect_code("ClientError", "5XX", "", "see 500104", "", "500104");
	expect_code("ClientError", "401002", "", "see 401002", "", "401002");
	expect_code("ClientError", "401003", "", "see 401002", "", "401003");
	expect_code("ClientError", "", "404", "see 404104", "", "404104");
}

Test(classify, code_2_the_first_number_alone_is_tried)
{
	expect_code("ClientError", "401", "", "404104 and 401002", "", "401");
	expect_code("ClientError", "401", "", "404104", "401002", "401");
	expect_code("ClientError", "401", "", "304104 and 401002", "", "401002");
	expect_code("ClientError", "401", "", "no number", "401002", "401002");
}

Test(classify, code_2_needs_edges)
{
	expect_code("ClientError", "", "", "x401002", "", "");
	expect_code("ClientError", "", "", "401002x", "", "");
	expect_code("ClientError", "", "", "4010021", "", "");
	expect_code("ClientError", "", "", "1401002", "", "");
	expect_code("ClientError", "", "", "40100", "", "");
	expect_code("ClientError", "", "", "x401002 401003", "", "401003");
	expect_code("ClientError", "", "", "_401002_", "", "401002");
	expect_code("ClientError", "", "", "\xC3\xBC" "401002\xC3\xBC", "", "401002");
	expect_code("ClientError", "", "", "401 401003", "", "401003");
}

/* The first word of six characters that is a code, word by word. */
static void first_code(const char *text, char *code)
{
	code[0] = '\0';
	for (const char *p = text; *p != '\0';) {
		size_t n = 0;

		while (isalnum((unsigned char)p[n]))
			n++;
		if (n == 6 && classify_is_code(slice_of(p, n))) {
			memcpy(code, p, n);
			code[n] = '\0';
			return;
		}
		p += n > 0 ? n : 1;
	}
}

/* Texts of few characters, so that words of six and others that are nearly such stand at every place. */
Test(classify, code_2_wherever_it_stands)
{
	uint64_t state = 3;

	for (unsigned round = 0; round < 200000; round++) {
		char text[40], code[8];
		const size_t n = random_below(&state, sizeof text);

		for (size_t i = 0; i < n; i++)
			text[i] = "4444055 x"[random_below(&state, round % 2 == 0 ? 9 : 8)];
		text[n] = '\0';
		first_code(text, code);
		expect_code("ClientError", "", "", text, "", code);
	}
}

Test(classify, code_2_the_signature_is_the_first_that_says_something)
{
	expect_code("ClientError", "OK", "404", "see 404104", "", "404104");
	expect_code("401", "404", "", "see 404104", "", "401");
	expect_code("4XX", "500", "", "see 500104", "", "500");
	expect_code("ClientError", "401 Unauthorized", "404", "see 404104", "", "404104");
}

Test(classify, code_3_and_4)
{
	expect_code("401", "500", "503", "", "", "401");
	expect_code("ClientError", "500", "503", "", "", "500");
	expect_code("ClientError", "4XX", "503", "", "", "503");
	expect_code("ClientError", "", "429001", "", "", "429001");
	expect_code("ClientError", "401", "", "see 404104", "", "401");
	expect_code("ClientError", "4XX", "", "no route", "", "");
	expect_code("Failure", "", "", "no route", "", "");
	expect_code("", "200", "301", "", "", "");
}
