"""The text forms in which diagnostic logs are exported: each function turns events into one file.

as_* take the events (or the raw records) of one file and return its text. Forms differ on purpose
in what they keep, in the order of names and in their line ends, as the real exports do.
"""

import csv
import io
import json

from sample_story import (
    GROUP, MINUTE, SECOND, SUBSCRIPTION, WORKSPACE, Raw, Rng, iso, iso_short, portal_time,
    resource_id, resource_type,
)


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def blob_record(e, properties=compact):
    """As the diagnostic setting sends it; `properties` says whether as a string or as it is."""
    r = {"time": iso(e.t, 7 if e.dps else 0), "resourceId": resource_id(e.resource)}
    if e.dps:
        version = "October2021" if e.category == "ServiceOperations" else "March2019"
        r |= {"operationName": e.operation, "operationVersion": version, "category": e.category,
              "resultType": e.result, "resultSignature": e.signature,
              "resultDescription": e.description, **e.extra, "level": e.level, "location": e.location,
              "properties": properties(e.properties)}
        return r
    r |= {"operationName": e.operation, "category": e.category, "level": e.level}
    if e.result:
        r |= {"resultType": e.result, "resultDescription": e.description}
    return r | e.extra | {"properties": properties(e.properties), "location": e.location}


def hub_message_record(e):
    """Through Event Hubs the hub's properties are an object, and the order of names is another."""
    if isinstance(e, Raw):
        return e.text
    r = blob_record(e, dict)
    return {"resourceId": r.pop("resourceId"), "operationName": r.pop("operationName"), **r}


def table_row(e, time=iso_short):
    """As a row of the table AzureDiagnostics; what the record lacks is empty."""
    return {
        "TenantId": WORKSPACE, "TimeGenerated": time(e.t), "ResourceId": resource_id(e.resource),
        "Category": e.category, "ResourceGroup": GROUP, "SubscriptionId": SUBSCRIPTION.lower(),
        "ResourceProvider": "MICROSOFT.DEVICES", "Resource": e.resource,
        "ResourceType": resource_type(e.resource), "OperationName": e.operation,
        "OperationVersion": "March2019" if e.dps else "", "ResultType": e.result,
        "ResultSignature": e.signature, "ResultDescription": e.description,
        "DurationMs": e.extra.get("durationMs", ""), "CallerIPAddress": e.extra.get("callerIpAddress", ""),
        "CorrelationId": e.extra.get("correlationId", ""), "Level": e.level, "location_s": e.location,
        "properties_s": compact(e.properties), "SourceSystem": "Azure", "Type": "AzureDiagnostics",
        "_ResourceId": resource_id(e.resource).lower(),
    }


def project(e, names):
    """The columns asked for; properties_NAME_s is a member of the properties as a column of its own."""
    row = table_row(e)
    row |= {f"properties_{name}_s": value or "" for name, value in e.properties.items()}
    return {name: row.get(name, "") for name in names}


# ---- the files ----


def nearly_in_order(events):
    """Records arrive a little out of order; the same little every time."""
    rng = Rng("arrival")
    return [e for _, _, e in sorted((e.t + rng.between(0, 20 * SECOND), i, e)
                                    for i, e in enumerate(sorted(events, key=lambda e: e.t)))]


def messages(events, size):
    """Batches as a hub sends them: at most `size` records, none that waits for minutes."""
    batches, last = [], 0
    for e in nearly_in_order(events):
        if not batches or len(batches[-1]) == size or e.t - last > 4 * MINUTE:
            batches.append([])
        batches[-1].append(e)
        last = e.t
    return batches


def csv_text(header, rows, end="\n", **style):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end, **style)
    if header:
        writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def as_lines(events):
    return "".join(compact(blob_record(e)) + "\n" for e in nearly_in_order(events))


def as_raw_lines(raws):
    return "".join(compact(r.text) + "\n" for r in raws)


def as_document(events):
    records = ",\n".join(compact(blob_record(e)) for e in nearly_in_order(events))
    return '{"records":[\n' + records + "\n]}\n"


def message_texts(events, size):
    return [compact({"records": [hub_message_record(e) for e in m]}) for m in messages(events, size)]


def as_glued_messages(events):
    return "".join(message_texts(events, 7))


def as_message_lines(events):
    return "".join(text + "\n" for text in message_texts(events, 5))


def as_stream_analytics(events):
    """The archiver's columns stand before or after `records`."""
    text = ""
    for k, m in enumerate(messages(events, 4)):
        records = {"records": [blob_record(e) for e in m]}
        partition = {"PartitionId": k % 4}
        seen = {"EventProcessedUtcTime": iso(m[-1].t + 33_417, 7),
                "EventEnqueuedUtcTime": iso(m[-1].t + 21_093, 7)}
        text += compact(partition | records | seen if k % 3 == 2 else records | partition | seen) + "\n"
    return text


# Columns that other resources of the workspace left in the table.
FOREIGN_COLUMNS = (
    "JobId_g RunbookName_s StreamType_s requestUri_s clientInfo_s httpStatusCode_d id_s "
    "identity_claim_appid_g trustedService_s backendPoolName_s ruleName_s listenerName_s "
    "instanceId_s httpMethod_s sslEnabled_s policy_s msg_s database_name_s elapsed_time_d "
    "query_hash_s wait_type_s"
).split()


def as_portal_csv(events):
    names = [n for n in table_row(events[0]) if n not in ("SubscriptionId", "_ResourceId")]
    names[12:12] = FOREIGN_COLUMNS
    rows = []
    for e in sorted(events, key=lambda e: -e.t):
        row = table_row(e, portal_time)
        rows.append([row.get(name, "") for name in names])
    return csv_text([n.replace("TimeGenerated", "TimeGenerated [UTC]") for n in names], rows)


AZ_COLUMNS = (
    "Category DurationMs Level OperationName Resource ResourceProvider ResourceType ResultDescription "
    "ResultSignature ResultType TimeGenerated location_s properties_s"
).split()


def as_az_array(events):
    rows = []
    for e in sorted(events, key=lambda e: e.t):
        row = {name: value or "None" for name, value in project(e, AZ_COLUMNS).items()}
        rows.append({"TableName": "PrimaryResult"} | row)
    return json.dumps(rows, indent=2, sort_keys=True) + "\n"


REST_COLUMNS = (
    "TimeGenerated Resource ResourceType Category OperationName ResultType ResultSignature "
    "ResultDescription DurationMs Level location_s properties_s"
).split()
REST_TYPES = {"TimeGenerated": "datetime", "DurationMs": "long"}


def rest_rows(events, names):
    for e in nearly_in_order(events):
        row = project(e, names)
        if "DurationMs" in row:
            row["DurationMs"] = int(row["DurationMs"]) if row["DurationMs"] else None
        yield list(row.values())


def as_rest(events):
    columns = [{"name": n, "type": REST_TYPES.get(n, "string")} for n in REST_COLUMNS]
    table = {"name": "PrimaryResult", "columns": columns, "rows": list(rest_rows(events, REST_COLUMNS))}
    return compact({"tables": [table]})


def as_old_rest(events):
    """The first version of the interface had other names for a column's name and type."""
    names = ("TimeGenerated Resource ResourceType Category OperationName ResultType ResultDescription "
             "Level location_s properties_deviceId_s properties_protocol_s").split()
    columns = [{"ColumnName": n, "DataType": "DateTime" if n in REST_TYPES else "String",
                "ColumnType": REST_TYPES.get(n, "string")} for n in names]
    table = {"TableName": "Table_0", "Columns": columns, "Rows": list(rest_rows(events, names))}
    return compact({"Tables": [table]})


POWERSHELL_COLUMNS = (
    "TimeGenerated Resource ResourceType ResourceProvider Category OperationName ResultType "
    "ResultSignature ResultDescription CallerIPAddress Level location_s properties_s"
).split()


def as_powershell_json(events):
    """Windows PowerShell's ConvertTo-Json: two blanks after the colon, ' < > & as escapes."""
    objects = []
    for e in sorted(events, key=lambda e: e.t):
        text = json.dumps(project(e, POWERSHELL_COLUMNS), indent=8, separators=(",", ":  "))
        for character in "'<>&":
            text = text.replace(character, f"\\u{ord(character):04x}")
        objects.append("    " + text.removesuffix("}") + "    }")
    return ("[\n" + ",\n".join(objects) + "\n]\n").replace("\n", "\r\n")


def as_powershell_csv(events):
    rows = [project(e, POWERSHELL_COLUMNS).values() for e in sorted(events, key=lambda e: e.t)]
    return ("\ufeff#TYPE System.Management.Automation.PSCustomObject\r\n"
            + csv_text(POWERSHELL_COLUMNS, rows, "\r\n", quoting=csv.QUOTE_ALL))


def as_kusto_csv(events):
    """A table of one's own with the names of the blobs; the resource only by its name and type."""
    header = ("time resource resourceType category operationName resultType resultSignature "
              "resultDescription level location properties").split()
    rows = [[iso(e.t, 7), e.resource, resource_type(e.resource), e.category, e.operation, e.result,
             e.signature, e.description, e.level, e.location, compact(e.properties)]
            for e in nearly_in_order(events)]
    return csv_text(header, rows)


def as_narrow_kusto_csv(events):
    """Only what a query about connections needs, the device as a column of its own."""
    header = ("time resource resourceType category operationName resultType resultDescription level "
              "location deviceId").split()
    rows = [[iso(e.t, 0), e.resource, resource_type(e.resource), e.category, e.operation, e.result,
             e.description, e.level, e.location, e.device] for e in nearly_in_order(events)]
    return csv_text(header, rows)


def as_kusto_tsv(events):
    names = ("TimeGenerated Resource ResourceType Category OperationName ResultType ResultDescription "
             "Level location_s properties_deviceId_s properties_protocol_s properties_sdkVersion_s").split()
    rows = [names]
    for e in nearly_in_order(events):
        rows.append([iso(e.t, 7), *project(e, names[1:]).values()])
    assert not any(c in cell for row in rows for cell in row for c in '\t\n"'), "TSV has no quotes"
    return "".join("\t".join(row) + "\n" for row in rows)


def as_kusto_lines(events):
    names = ("Resource ResourceType Category OperationName ResultType ResultSignature ResultDescription "
             "Level").split()
    text = ""
    for e in nearly_in_order(events):
        row = {"TimeGenerated": iso(e.t, 7)} | project(e, names)
        text += compact(row | {"location": e.location, "properties": e.properties}) + "\n"
    return text


def as_pretty(events):
    """Objects over several lines, some with nothing between them."""
    text = ""
    for k, e in enumerate(sorted(events, key=lambda e: e.t)):
        text += json.dumps(blob_record(e), indent=2) + ("" if k % 3 == 1 else "\n")
    return text.rstrip("\n") + "\n"
