/*
 * records.c - records as exports hold them, in each form; and what may stand in their place.
 */
#include "fuzz.h"

#define RESOURCE(type) "\"/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/" type "/FACTORY\""

const char *const record_seeds[] = {
	/* to a storage account; properties as a string, and as an object */
	"{\"time\":\"2026-11-02T03:14:07.5Z\",\"resourceId\":" RESOURCE("PROVISIONINGSERVICES") ",\"category\":\"DeviceOperations\","
	"\"operationName\":\"Register\",\"level\":\"Error\",\"resultType\":\"ClientError\",\"resultSignature\":\"401\","
	"\"resultDescription\":\"Unauthorized \\\"401002\\\"\\n\",\"durationMs\":\"226\",\"location\":\"westeurope\","
	"\"properties\":\"{\\\"id\\\":\\\"press-1\\\",\\\"type\\\":\\\"Registration\\\",\\\"protocol\\\":\\\"Mqtt\\\",\\\"n\\\":-1.5e3}\"}",
	"{\"time\":\"2026-11-02T03:15:07Z\",\"resourceId\":" RESOURCE("IOTHUBS") ",\"operationName\":\"deviceConnect\",\"category\":"
	"\"Connections\",\"level\":4,\"x\":[1,{\"y\":[null,true]}],\"properties\":{\"deviceId\":\"n\xc3\xa4her-\\ud83d\\ude00\","
	"\"statusCode\":null,\"a\":{\"b\":1}}}",
	"{ \"time\" : \"2026-11-02T03:20:00Z\" ,\t\"category\": \"Connections\",\r\n \"properties\": \"{ \\\"deviceId\\\" : \\\"a\\\\/b\\\", "
	"\\\"authType\\\":\\\"{\\\\\\\"scope\\\\\\\":\\\\\\\"hub\\\\\\\"}\\\", \\\"statusCode\\\": 404 }\", \"level\" : -7.5e3 }\n",
	"{\"time\":\"2026-11-02T03:21:00Z\",\"resourceId\":" RESOURCE("IOTHUBS") ",\"operationName\":\"deviceDisconnect\",\"category\":\"Connections\","
	"\"level\":\"Error\",\"resultType\":\"404104\",\"resultDescription\":\"\\u00e9\",\"properties\":\"{\\\"deviceId\\\":\\\"n\xc3\xa4her\\\",\\\"authType\\\":"
	"\\\"{\\\\\\\"scope\\\\\\\":\\\\\\\"hub\\\\\\\"}\\\",\\\"statusCode\\\":404}\",\"location\":\"westeurope\"}\n",
	/* to Log Analytics: resource specific, and AzureDiagnostics */
	"{\"TimeGenerated\":\"2026-11-02T03:16:07Z\",\"Category\":\"Connections\",\"ResultType\":404104,\"Type\":\"IoTHubDistributedTracing\","
	"\"AdditionalFields\":\"{\\\"properties\\\":\\\"{\\\\\\\"deviceId\\\\\\\":\\\\\\\"deep\\\\\\\"}\\\"}\",\"_ResourceId\":\"None\"}",
	"{\"TimeGenerated [UTC]\":\"2026-11-02T03:16:07Z\",\"ResourceProvider\":\"MICROSOFT.DEVICES\",\"OperationName\":\"x\","
	"\"properties_deviceId_s\":\"None\",\"properties_s\":\"{\\\"deviceId\\\":\\\"d\\\"}\",\"deviceId_s\":\" e \",\"AdditionalFields\":"
	"{\"properties\":{\"id\":7,\"errorMessage\":\"429001\"}},\"resultType\":\"\",\"LEVEL\":null}",
	/* a measurement */
	"{\"count\":5,\"total\":1.25,\"minimum\":0,\"maximum\":1,\"resourceId\":" RESOURCE("IOTHUBS") ",\"time\":\"2026-11-02T03:14:00Z\","
	"\"metricName\":\"AttestationAttempts\",\"timeGrain\":\"PT1M\",\"dimensions\":\"{\\\"ProvisioningServiceName\\\":\\\"x\\\"}\"}",
	/* an envelope, a list, a REST table and its rows */
	"{\"a\":[],\"records\":[{\"time\":\"2026-11-02T03:14:07Z\",\"category\":\"Connections\"}, {\"time\":\"2026-11-02T03:14:08Z\"}],\"b\":1}\n",
	"[{\"time\":1,\"category\":\"x\"},\n{\"time\":2,\"category\":\"y\"},3,\"s\",null]\n{\"time\":3}\n\n{\n \"time\": 4\n}\n",
	"{\"tables\":[{\"name\":\"P\",\"columns\":[{\"name\":\"TimeGenerated\",\"type\":\"datetime\"},{\"name\":\"ResultType\"}],"
	"\"rows\":[[\"2026-11-02T03:14:07Z\",\"401002\"],[null,\"{\\\"a\\\":1}\"]]}],\"error\":{\"code\":\"PartialError\"}}",
	"[\"2026-11-02T03:14:07Z\",\"Connections\",\"None\",401002,{\"deviceId\":\"d\"},\"{\\\"deviceId\\\":\\\"d\\\"}\",[1],true]",
	NULL
};

const char *const record_words[] = {
	"null", "true", "false", "nul", "0", "-0", "-", "01", "1.", "1.50", "+1", "1E+2", "1e400", "123456789012345678901234567890",
	"\"\"", "\" \"", "\"None\"", "none", "{}", "[]", "{", "}", "[", "]", ",", ":", "\"", "\\\"", "\\\\\\\"", "\\", "\\u0000", "\\ud800",
	"\\udc00", "\\ud83d\\ude00", "\\u0069", "\\n", "\\/", "\\\\/", "\\\\u0041", "\xc3\xa9", "\xef\xbb\xbf", "\xed\xa0\x80", "\xf0\x9f\x98\x80",
	"\n", "\n{", "\r\n", "\t", "  ", "//", "/*", "\"records\":[", "\"tables\":[", "\"rows\":[", "\"columns\":[", "\"time\":", "\"properties\":",
	"\"properties\":\"{", "\"properties_s\":\"{", "\"AdditionalFields\":", "\"dimensions\":", "\"metricName\":\"m\",", "\"properties\":{",
	"\"a name that is longer than what is remembered of names\":", "\"\":", "\"id\":", "\\\"id\\\":", "\"TimeGenerated\":", "\"TableName\":",
	"{\"time\":", "{\"a\":{\"b\":", "[[[[[[[[", "]]]]]]]]", "                                                                ", NULL
};
