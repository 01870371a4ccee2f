#!/usr/bin/env python3
"""Makes samples/: one week of a made-up fleet, in every text form in which such logs are exported.

The story is told once, as events (sample_story.py); places() gives each event to exactly one file,
written in one form (sample_forms.py), so that the folder as a whole is one archive in which no record
occurs twice. That is why a number can be followed from the story to a report: `--facts` prints what
is true of the events, whatever their form.

    make_samples.py DIR            write the files (README.md and .gitattributes there are kept)
    make_samples.py --check DIR    status 1 unless DIR holds exactly these bytes
    make_samples.py --facts        what the reports must find, as JSON
"""

import argparse
import json
import os
import sys

import sample_forms as forms
from sample_story import (
    DAY, DPS, FRI, MON, NEU, SAT, SECOND, SUN, THU, TUE, VAULT, WED, WEU, Raw, at, iso, moment,
    resource_id, story,
)

KEPT = ("README.md", ".gitattributes")  # written by hand, beside the generated files


# ---- which event goes where ----


def blob(category, resource, t):
    m = moment(t)
    hour = f"y={m:%Y}/m={m:%m}/d={m:%d}/h={m:%H}/m=00"
    return f"storage/insights-{category}/resourceId={resource}/{hour}/PT1H.json"


def events_of(category, start, end, *hubs):
    """The events of a category ("other": the hubs' rarer ones) in [start, end), of all hubs or these."""
    def wanted(e):
        if isinstance(e, Raw) or not start <= e.t < end or (hubs and e.resource not in hubs):
            return False
        if category == "other":
            return not e.dps and e.category != "Connections"
        return e.category == category

    return wanted


def raws_of(part, start, end):
    return lambda e: isinstance(e, Raw) and e.part == part and start <= e.t < end


def either(*tests):
    return lambda e: any(test(e) for test in tests)


def but_not(test, *exceptions):
    return lambda e: test(e) and not any(x(e) for x in exceptions)


def places():
    """(path, how it is written, which events): every event satisfies exactly one of them."""
    end = 7 * DAY

    def attempts(start, until):
        return events_of("DeviceOperations", start, until)

    def connections(start, until, *hubs):
        return events_of("Connections", start, until, *hubs)

    def tuesday(hour):
        return at(TUE, f"{hour:02d}:00:00")

    noon = at(MON, "12:00:00")
    twins_at_3 = events_of("D2CTwinOperations", tuesday(3), tuesday(4), WEU)
    back_at_10 = connections(tuesday(10), tuesday(11), WEU)
    vault_log = blob("logs-auditevent", VAULT, tuesday(2))
    return [
        (blob("logs-deviceoperations", resource_id(DPS), tuesday(3)), forms.as_lines,
         attempts(tuesday(3), tuesday(4))),
        (blob("logs-d2ctwinoperations", resource_id(WEU), tuesday(3)), forms.as_lines, twins_at_3),
        (blob("logs-connections", resource_id(WEU), tuesday(10)), forms.as_lines, back_at_10),
        (vault_log, forms.as_raw_lines, raws_of("neighbour", TUE * DAY, end)),
        (blob("metrics-pt1m", resource_id(DPS), tuesday(10)), forms.as_raw_lines, raws_of("metric", 0, end)),
        ("records/deviceoperations-1102-morning.json", forms.as_document, attempts(0, noon)),
        ("stream-analytics/deviceoperations-1102-afternoon.json", forms.as_stream_analytics,
         attempts(noon, tuesday(3))),
        ("rest/deviceoperations-1103-04.json", forms.as_rest, attempts(tuesday(4), tuesday(5))),
        ("portal/query_data.csv", forms.as_portal_csv, attempts(tuesday(5), tuesday(6))),
        ("kusto/deviceoperations-1103-06-09.csv", forms.as_kusto_csv, attempts(tuesday(6), tuesday(9))),
        ("rest/deviceoperations-1103-09-12.json", forms.as_rest, attempts(tuesday(9), tuesday(12))),
        ("powershell/deviceoperations-1103-1104.csv", forms.as_powershell_csv,
         attempts(tuesday(12), THU * DAY)),
        ("az/deviceoperations-1105.json", forms.as_az_array, attempts(THU * DAY, FRI * DAY)),
        ("powershell/deviceoperations-1106.json", forms.as_powershell_json, attempts(FRI * DAY, SAT * DAY)),
        ("kusto/deviceoperations-1107-1108.jsonl", forms.as_kusto_lines, attempts(SAT * DAY, end)),
        ("pretty/serviceoperations-1102-1108.json", forms.as_pretty, events_of("ServiceOperations", 0, end)),
        ("eventhub/connections-weu-1102.json", forms.as_glued_messages, connections(0, noon, WEU)),
        ("eventhub/connections-neu-1102.jsonl", forms.as_message_lines,
         either(connections(0, noon, NEU), raws_of("neighbour", 0, TUE * DAY))),
        ("eventhub/operations-1102-1108.jsonl", forms.as_message_lines,
         but_not(events_of("other", 0, end), twins_at_3)),
        ("kusto/connections-1102-1103.tsv", forms.as_kusto_tsv,
         but_not(connections(noon, WED * DAY), back_at_10)),
        ("kusto/connections-1104-1105.csv", forms.as_narrow_kusto_csv, connections(WED * DAY, FRI * DAY)),
        ("rest/connections-1106-1107.json", forms.as_old_rest, connections(FRI * DAY, SUN * DAY)),
        ("kusto/connections-1108.jsonl", forms.as_kusto_lines, connections(SUN * DAY, end)),
    ]


def make():
    """path -> bytes, and the events as the files tell them (the portal shows whole seconds)."""
    events, raws = story()
    table = places()
    chosen = [[] for _ in table]
    for e in events + raws:
        where = [i for i, (_, _, wanted) in enumerate(table) if wanted(e)]
        assert len(where) == 1, f"an event for {len(where)} files: {e}"
        if table[where[0]][1] is forms.as_portal_csv:
            e.t -= e.t % SECOND
        chosen[where[0]].append(e)
    distinct = {(e.t, e.resource, e.operation, e.device, e.enrollment, e.code) for e in events}
    assert len(distinct) == len(events), "a record would occur twice"
    files = {path: write(mine).encode() for (path, write, _), mine in zip(table, chosen)}
    return files, events, raws, {path: len(mine) for (path, _, _), mine in zip(table, chosen)}


# ---- what must be found ----


def state(mine):
    """healthy, never, recovered or failing: from the newest success and failure at hub and DPS."""
    def newest(wanted):
        return max((e.t for e in mine if wanted(e)), default=-1)

    if not any(e.failed for e in mine):
        return "healthy"
    if all(e.failed for e in mine):
        return "never"
    hub_failure, dps_failure = newest(lambda e: e.failed and not e.dps), newest(lambda e: e.failed and e.dps)
    hub_success, success = newest(lambda e: not e.failed and not e.dps), newest(lambda e: not e.failed)
    good = (hub_failure < 0 or hub_success > hub_failure) and (dps_failure < 0 or success > dps_failure)
    return "recovered" if good else "failing"


def facts():
    files, events, raws, counts = make()

    def tally(key, of):
        table = {}
        for e in of:
            table.setdefault(key(e), []).append(e)
        return {str(k): {"records": len(v), "failures": sum(e.failed for e in v),
                         "devices": len({e.device for e in v if e.failed} - {""}),
                         "first": iso(min(e.t for e in v), 3), "last": iso(max(e.t for e in v), 3)}
                for k, v in sorted(table.items())}

    devices = {}
    for e in events:
        if e.device:
            devices.setdefault(e.device, []).append(e)
    states = {}
    for name, mine in sorted(devices.items()):
        states.setdefault(state(mine), []).append(name)
    failures = [e for e in events if e.failed]
    return {
        "bytes": sum(map(len, files.values())), "files": counts,
        "log": len(events), "metric": sum(r.part == "metric" for r in raws),
        "other": sum(r.part != "metric" for r in raws), "failures": len(failures),
        "first": iso(min(e.t for e in events), 3), "last": iso(max(e.t for e in events), 3),
        "devices": len(devices), "failed_devices": len({e.device for e in failures} - {""}),
        "states": {k: len(v) for k, v in states.items()},
        "failing": states["failing"], "never": states["never"],
        "parts": tally(lambda e: e.part, events),
        "codes": tally(lambda e: e.code, failures),
        "code,location": tally(lambda e: f"{e.code},{e.location}", failures),
        "code,enrollment": tally(lambda e: f"{e.code},{e.enrollment}", failures),
        "press-0417": tally(lambda e: f"{e.code or 'success'}", devices["press-0417"]),
    }


# ---- the command ----


def write_all(root, files):
    for path, data in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as out:
            out.write(data)


def differences(root, files):
    """Sentences on what in the folder is not as it should be, in the order of the paths."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            full = os.path.join(folder, name)
            found[os.path.relpath(full, root).replace(os.sep, "/")] = full
    for path in sorted(set(files) | set(found)):
        if path in KEPT:
            continue
        if path not in found:
            yield f"{path}: missing"
        elif path not in files:
            yield f"{path}: not one of the samples"
        else:
            with open(found[path], "rb") as there:
                if there.read() != files[path]:
                    yield f"{path}: other bytes"


def main():
    parser = argparse.ArgumentParser(description="Makes samples/, or checks it.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--facts", action="store_true", help="print what the reports must find, as JSON")
    parser.add_argument("dir", metavar="DIR", nargs="?")
    args = parser.parse_args()
    if args.facts:
        print(json.dumps(facts(), indent=1))
        return 0
    if not args.dir:
        parser.error("which folder?")
    files = make()[0]
    if not args.check:
        write_all(args.dir, files)
    wrong = list(differences(args.dir, files))
    for line in wrong:
        print(f"{args.dir}/{line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
