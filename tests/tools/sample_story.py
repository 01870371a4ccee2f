"""The story of samples/: one week of a made-up fleet, as events, before any export form.

Each function named story_* tells one part and yields its events; sample_forms.py writes them down
and make_samples.py says which goes into which file. Nothing here depends on the clock, the locale,
the order of a dict's hash or the version of Python: the random numbers come from the few lines of
Rng, not from the module `random`.
"""

import datetime
import json
import zlib
from dataclasses import dataclass, field

SEED = 20261102

SUBSCRIPTION = "5B1C0F3A-7D24-4E61-9A38-C2E4D0B7F916"
WORKSPACE = "c07d3e55-18aa-4b0f-8f6e-2b9d61a4e730"
OPERATOR = "3f0a7c92-6d1e-4c58-b2a4-90e5d8137bc6"
GROUP = "FLEET"
DPS, WEU, NEU = "FLEET-DPS", "FLEET-HUB-WEU", "FLEET-HUB-NEU"
HUB_LOCATION = {WEU: "westeurope", NEU: "northeurope"}
PLANT_IP = {WEU: "203.0.113.XXX", NEU: "198.51.100.XXX"}
OFFICE_IP = "192.0.2.XXX"
VAULT = f"/SUBSCRIPTIONS/{SUBSCRIPTION}/RESOURCEGROUPS/{GROUP}/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/FLEET-KV"

BAD_GROUP = "grp-press-2024"
FIRST_FAILURE = "03:14:07.120"  # of press-0417, on Tuesday
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
MONDAY = datetime.datetime(2026, 11, 2)


class Rng:
    """splitmix64, one stream for each part of the story, so that a change in one moves no other."""

    MASK = (1 << 64) - 1

    def __init__(self, name):
        self.state = (SEED << 32 | zlib.crc32(name.encode())) & self.MASK

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & self.MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & self.MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & self.MASK
        return z ^ (z >> 31)

    def between(self, low, high):
        return low + self.bits() % (high - low + 1)

    def shuffled(self, items):
        return [item for _, _, item in sorted((self.bits(), i, x) for i, x in enumerate(items))]

    def guid(self):
        h = f"{self.bits():016x}{self.bits():016x}"
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"


# ---- time: whole milliseconds since Monday 00:00 UTC ----


def at(day, clock):
    hours, minutes, seconds = clock.split(":")
    return day * DAY + int(hours) * HOUR + int(minutes) * MINUTE + round(float(seconds) * SECOND)


def moment(t):
    return MONDAY + datetime.timedelta(milliseconds=t)


def iso(t, digits):
    """RFC 3339 in UTC with that many digits of fraction."""
    fraction = f".{t % SECOND:03d}0000"[: digits + 1] if digits else ""
    return moment(t).strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


def iso_short(t):
    """As Log Analytics writes it: no zeros at the end of the fraction."""
    return iso(t, 3)[:-1].rstrip("0").rstrip(".") + "Z" if t % SECOND else iso(t, 0)


def portal_time(t):
    m = moment(t)
    return f"{m.month}/{m.day}/{m.year}, {(m.hour + 11) % 12 + 1}:{m:%M:%S} {'AM' if m.hour < 12 else 'PM'}"


# ---- the fleet ----


@dataclass(frozen=True)
class Device:
    name: str
    group: str  # its enrollment group; "" if it is enrolled individually
    hub: str
    protocol: str
    sdk: str


C_SDK = "iothubclient/1.12.0 (Linux; armv7l)"
NET_SDK = ".NET/1.42.3 (.NET 8.0.4; Linux; Arm64)"
PY_SDK = "azure-iot-device-iothub-py/2.13.0 (3.11.2;Linux)"
NODE_SDK = "azure-iot-device/1.18.4 (node v20.11.1; Linux; arm64)"


def fleet():
    def line(kind, width, first, count, group, hubs, protocol, sdk):
        return [
            Device(f"{kind}-{n:0{width}d}", group, hubs[n % len(hubs)], protocol, sdk)
            for n in range(first, first + count)
        ]

    return {
        "press": line("press", 4, 401, 60, BAD_GROUP, [WEU], "Mqtt", C_SDK),
        "weld": line("weld", 4, 101, 40, "grp-weld", [WEU], "Mqtt", C_SDK),
        "pump": line("pump", 4, 201, 40, "grp-pump", [NEU], "Mqtt", NET_SDK),
        "temp": line("temp", 4, 601, 50, "grp-temp", [WEU, NEU], "Mqtt", PY_SDK),
        "agv": line("agv", 2, 1, 20, "grp-agv", [NEU], "Amqp", NODE_SDK),
        "gw": line("gw", 2, 1, 12, "", [WEU, NEU], "Amqp", NET_SDK),
        "kiosk": line("kiosk", 2, 1, 18, "", [NEU], "Mqtt", NODE_SDK),
        "dock": line("dock", 2, 1, 10, "", [WEU], "Mqtt", C_SDK),
    }


# ---- events ----


@dataclass
class Event:
    part: str  # which part of the story it belongs to
    t: int
    resource: str
    category: str
    operation: str
    location: str
    properties: dict
    level: str = "Information"
    result: str = ""
    signature: str = ""
    description: str = ""
    code: str = ""  # what `code` must be; a failure of the sample without one has "-"
    device: str = ""
    enrollment: str = ""
    extra: dict = field(default_factory=dict)  # durationMs, callerIpAddress ...

    @property
    def dps(self):
        return self.resource == DPS

    @property
    def failed(self):
        return self.code != ""


@dataclass
class Raw:
    """A record that is no log of ours: a metric, or another service's log."""

    part: str
    t: int
    text: dict


def resource_type(resource):
    return "PROVISIONINGSERVICES" if resource == DPS else "IOTHUBS"


def resource_id(resource):
    return (
        f"/SUBSCRIPTIONS/{SUBSCRIPTION}/RESOURCEGROUPS/{GROUP}/PROVIDERS/MICROSOFT.DEVICES/"
        f"{resource_type(resource)}/{resource}"
    )


def attest(rng, part, device, t, signature="", description="", code=""):
    """One attestation at DPS.

    Azure's pages show only the record of an individual enrollment (type Registration, its own id).
    Here a member of a group is logged with the group's id beside its own, so that groups can be told
    apart; whether Azure does so is not documented.
    """
    if device.group:
        properties = {"id": device.group, "type": "EnrollmentGroup", "registrationId": device.name}
    else:
        properties = {"id": device.name, "type": "Registration"}
    properties["protocol"] = device.protocol
    return Event(
        part, t, DPS, "DeviceOperations", "AttestationAttempt", HUB_LOCATION[device.hub], properties,
        level="Error" if code else "Information", result="ClientError" if code else "Success",
        signature=signature, description=description, code=code, device=device.name,
        enrollment=device.group,
        extra={"durationMs": str(rng.between(38, 410)), "callerIpAddress": PLANT_IP[device.hub]},
    )


def refused(rng, device, t, text):
    return attest(rng, "bad certificate", device, t, "401",
                  f"{text} ErrorCode: 401002; TrackingId: {rng.guid()}", "401002")


def throttled(rng, device, t):
    return attest(rng, "throttling", device, t, "429",
                  f"Too many requests; retry after {rng.between(5, 60)} s.", "429")


def operator(rng, t, operation, kind, name, signature="", description="", code=""):
    return Event(
        "operator", t, DPS, "ServiceOperations", operation, "westeurope",
        {"id": name, "type": kind, "protocol": "Http"},
        level="Error" if code else "Information", result="ClientError" if code else "Success",
        signature=signature, description=description, code=code, enrollment=name,
        extra={"durationMs": str(rng.between(60, 240)), "callerIpAddress": OFFICE_IP,
               "correlationId": rng.guid(), "applicationId": OPERATOR},
    )


def hub_event(part, device, t, category, operation, properties, code="", name="", **more):
    """A hub's record; hubs log whole seconds, and no resultType on success."""
    return Event(
        part, t - t % SECOND, device.hub, category, operation, HUB_LOCATION[device.hub],
        {"deviceId": device.name, **properties},
        level="Error" if code else "Information", result=code, description=name, code=code,
        device=device.name, extra=more,
    )


def connection(part, device, t, operation, code="", name="", message=""):
    properties = {"sdkVersion": device.sdk} if operation == "deviceConnect" and not code else {}
    properties |= {
        "protocol": device.protocol, "authType": None, "maskedIpAddress": PLANT_IP[device.hub],
        "statusCode": code[:3] or None, "errorMessage": message,
    }
    return hub_event(part, device, t, "Connections", operation, properties, code, name)


def connect(part, device, t):
    return connection(part, device, t, "deviceConnect")


def sas(scope="device"):
    """How a hub logs the kind of authentication: JSON in a string, inside the properties."""
    return json.dumps({"scope": scope, "type": "sas", "issuer": "iothub",
                       "acceptingIpFilterRule": None}, separators=(",", ":"))


# ---- the story ----


def story_operator(rng):
    """At 02:31 on Tuesday a wrong CA goes into the presses' group; at 09:44 the right one is back."""
    yield operator(rng, at(MON, "07:41:03.518"), "Upsert", "EnrollmentGroup", "grp-temp")
    yield operator(rng, at(MON, "09:58:44.207"), "Query", "EnrollmentGroup", "grp-temp")
    yield operator(rng, at(TUE, "02:31:12.094"), "Upsert", "EnrollmentGroup", BAD_GROUP)
    yield operator(rng, at(TUE, "08:57:40.655"), "Get", "EnrollmentGroup", BAD_GROUP)
    yield operator(rng, at(TUE, "08:58:11.330"), "Query", "EnrollmentGroup", BAD_GROUP)
    yield operator(rng, at(TUE, "09:41:20.871"), "Upsert", "EnrollmentGroup", BAD_GROUP, "412",
                   "Precondition failed: the ETag does not match.", "412")
    yield operator(rng, at(TUE, "09:44:30.402"), "Upsert", "EnrollmentGroup", BAD_GROUP)
    yield operator(rng, at(WED, "13:22:05.761"), "Get", "EnrollmentGroup", BAD_GROUP)
    yield operator(rng, at(THU, "14:10:37.249"), "Upsert", "IndividualEnrollment", "dock-10")
    yield operator(rng, at(FRI, "10:05:16.983"), "Query", "EnrollmentGroup", BAD_GROUP)


def presses(lines):
    """(the 16 that did not restart, the 33 and 2 that came back, the 9 that did not)."""
    rng = Rng("presses")
    order = [d for d in rng.shuffled(lines["press"]) if d.name != "press-0417"]
    first = [d for d in lines["press"] if d.name == "press-0417"]
    return order[:16], order[16:49], order[49:51], first + order[51:]


def story_presses(rng, lines):
    """They restart in the night, present certificates that DPS no longer trusts, and are refused."""
    part = "bad certificate"
    spared, cured, reflashed, lost = presses(lines)
    for device in spared + cured + reflashed + lost:
        yield connect(part, device, at(MON, "21:30:00") + rng.between(0, HOUR))

    unknown, invalid = "CA certificate not found.", "Invalid certificate."
    affected = lost[:1] + rng.shuffled(lost[1:] + reflashed + cured)
    last = {}
    for k, device in enumerate(affected):
        yield connection(part, device, at(TUE, "03:12:02") + k * 2 * SECOND, "deviceDisconnect")
        t = at(TUE, FIRST_FAILURE) + (k * 9 * SECOND + rng.between(0, 4000) if k else 0)
        yield refused(rng, device, t, unknown)
        last[device] = t
    for device in rng.shuffled(affected)[:24]:
        last[device] += 50 * MINUTE + rng.between(0, 55 * MINUTE)
        yield refused(rng, device, last[device], unknown)
    for device in rng.shuffled(affected)[:34]:
        yield refused(rng, device, at(TUE, "05:20:00") + rng.between(0, 4 * HOUR + 20 * MINUTE), unknown)

    for k, device in enumerate(cured):
        t = at(TUE, "09:46:00") + k // 2 * 240 * SECOND + rng.between(0, 60 * SECOND)
        if k % 5 == 2:
            yield throttled(rng, device, t - rng.between(20 * SECOND, 80 * SECOND))
        yield attest(rng, part, device, t)
        yield connect(part, device, t + rng.between(3 * SECOND, 15 * SECOND))

    for device in lost + reflashed:
        yield refused(rng, device, at(TUE, "09:50:00") + rng.between(0, 90 * MINUTE), invalid)
        yield refused(rng, device, at(TUE, "18:00:00") + rng.between(0, 40 * MINUTE), invalid)
        yield refused(rng, device, at(WED, "06:00:00") + rng.between(0, 40 * MINUTE), invalid)
    for device, clock in zip(reflashed, ("13:34:20.610", "13:51:47.095")):
        yield attest(rng, part, device, at(WED, clock))
        yield connect(part, device, at(WED, clock) + 6 * SECOND)
    for day, clock in ((WED, "18:00:00"), (THU, "06:00:00"), (THU, "18:00:00"), (FRI, "06:00:00"),
                       (FRI, "18:00:00"), (SAT, "12:00:00"), (SUN, "12:00:00")):
        for device in lost:
            yield refused(rng, device, at(day, clock) + rng.between(0, 40 * MINUTE), invalid)
    for device in lost[:2]:
        yield hub_event(part, device, at(TUE, "06:31:10") + rng.between(0, MINUTE), "DirectMethods", "invoke",
                        {"sdkVersion": "2021-04-12", "requestSize": "44", "responseSize": "0",
                         "statusCode": "404", "requestName": "reportState", "direction": "c2d",
                         "errorMessage": "The device is not online."}, "404103", "DeviceNotOnline")
    expired = hub_event(part, lost[1], at(WED, "04:12:09"), "C2DCommands", "messageExpired",
                        {"messageId": "shift-plan-31", "messageSizeInBytes": "612", "protocol": "Mqtt",
                         "deliveryCount": "0", "ttl": 7200, "maskedIpAddress": PLANT_IP[WEU],
                         "statusCode": "4XX"})
    expired.level, expired.code = "Error", "-"
    yield expired


def story_storm(rng, lines):
    """A minute later DPS throttles whoever comes; hours of it, in both regions, until 11:02."""
    part = "throttling"
    hit = rng.shuffled(lines["weld"])[:28] + rng.shuffled(lines["pump"])[:24]
    for k, device in enumerate(rng.shuffled(hit)):
        early = k < 25
        t = at(TUE, "03:15:08.440") + (k * 41 * SECOND + rng.between(0, 20_000) if k else 0)
        if not early:
            t = at(TUE, "04:05:00") + (k - 25) * 13 * MINUTE + rng.between(0, 8 * MINUTE)
        for _ in range(rng.between(1, 3) if early else rng.between(1, 2)):
            yield throttled(rng, device, t)
            t += rng.between(20 * MINUTE, 75 * MINUTE) if early else rng.between(4 * MINUTE, 30 * MINUTE)
        if k == len(hit) - 1:
            yield throttled(rng, device, at(TUE, "11:02:41.875"))
            t = at(TUE, "11:06:12.300")
        yield attest(rng, part, device, t)
        yield connect(part, device, t + rng.between(3 * SECOND, 15 * SECOND))
    calm = [d for d in lines["weld"] + lines["pump"] if d not in hit]
    for k, device in enumerate(calm):
        yield connect("everyday", device, at(WED + k % 3, "08:00:00") + rng.between(0, 8 * HOUR))


def renewing(lines):
    return lines["temp"] + [d for d in lines["agv"] if d.name != "agv-07"][:12]


def story_hub_throttling(rng, lines):
    """The hubs feel the storm as well: twin requests of devices that stay connected are turned away."""
    for k, device in enumerate(renewing(lines)[:28]):
        t = at(TUE, "03:15:52") + k * 9 * MINUTE + rng.between(0, 5 * MINUTE)
        yield hub_event("throttling", device, t, "D2CTwinOperations", "update",
                        {"protocol": device.protocol, "authenticationType": sas()},
                        "429001", "ThrottlingException", durationMs=str(rng.between(1, 9)))


def story_renewals(rng, lines):
    """Tokens run out and are renewed: two errors and a connection, within a minute, every time."""
    part = "token renewal"
    for k, device in enumerate(renewing(lines)):
        # the last one comes after the storm, so that every device is seen to work again
        days = (TUE, WED, THU, FRI, SAT, SUN)
        times = [at(days[(k * 5 + 1) % 6], "12:00:00") + rng.between(0, 11 * HOUR)]
        if k % 4 == 0 or k % 20 == 3:
            times.append(at(MON, "00:10:00") + rng.between(0, 23 * HOUR))
        for t in times:
            yield connection(part, device, t, "deviceConnect", "401003", "IotHubUnauthorized",
                             "")
            t += rng.between(1, 4) * SECOND
            yield connection(part, device, t, "deviceDisconnect", "404104", "DeviceConnectionClosedRemotely",
                             "Device disconnected, see https://aka.ms/iothub404104")
            yield connect(part, device, t + rng.between(5, 45) * SECOND)


def story_commissioning(rng, lines):
    """Monday morning, a new line of sensors: what it looks like when all is well."""
    for k, device in enumerate(lines["temp"][26:]):
        t = at(MON, "08:02:11") + k * 3 * MINUTE + rng.between(0, 90 * SECOND)
        yield attest(rng, "everyday", device, t)
        yield connect("everyday", device, t + rng.between(3 * SECOND, 9 * SECOND))


def story_tpm(rng, lines):
    """The first answer to a TPM is 401 with a nonce: a step of the protocol, not a failure."""
    part = "TPM challenge"
    for day, clock, devices in ((MON, "13:05:00", lines["gw"]), (THU, "07:30:00", lines["gw"][3:8])):
        for k, device in enumerate(devices):
            t = at(day, clock) + k * 7 * MINUTE + rng.between(0, 5 * MINUTE)
            yield attest(rng, part, device, t, "401",
                         "Authorization required: answer the TPM challenge.", "401")
            t += rng.between(700, 2400)
            yield attest(rng, part, device, t)
            yield connect(part, device, t + rng.between(2 * SECOND, 8 * SECOND))


def story_odd_ones(rng, lines):
    """kiosk-18 was never enrolled; agv-07 provisions well, and its hub does not know it."""
    kiosk, agv = lines["kiosk"][17], lines["agv"][6]
    for k in range(14):
        t = at(MON, "06:10:31.204") + k * 12 * HOUR + rng.between(0, 9 * MINUTE)
        yield attest(rng, "never up", kiosk, t, "404",
                     f"Registration '{kiosk.name}' not found. ErrorCode: 404201", "404201")
    yield connect("unknown to the hub", agv, at(MON, "05:55:12"))
    for k in range(6):
        t = at(WED, "07:02:40.550") + k * 15 * HOUR + rng.between(0, 30 * MINUTE)
        yield attest(rng, "unknown to the hub", agv, t)
        yield connection("unknown to the hub", agv, t + 3 * SECOND, "deviceConnect", "404001",
                         "DeviceNotFound", "Device not registered, see https://aka.ms/iothub404001")


def story_everyday(rng, lines):
    """The rest of the fleet at its daily work, and a queue behind a hub that was full once."""
    part = "everyday"
    for k, device in enumerate(lines["kiosk"][:17] + lines["dock"]):
        days = [MON + k % 5, SAT] if k % 3 == 0 else [MON + k % 5]
        for day in days:
            t = at(day, "07:45:00") + rng.between(0, 75 * MINUTE)
            yield connect(part, device, t)
            if k % 2:
                yield connection(part, device, t + 9 * HOUR + rng.between(0, HOUR), "deviceDisconnect")
    others = [d for d in lines["agv"] if d not in renewing(lines) and d.name != "agv-07"]
    for k, device in enumerate(others):
        yield hub_event(part, device, at(k % 7, "10:15:00") + rng.between(0, HOUR), "DirectMethods", "invoke",
                        {"sdkVersion": "2021-04-12", "requestSize": "162", "responseSize": "682",
                         "statusCode": None, "requestName": "dock", "direction": "c2d", "errorMessage": ""},
                        durationMs=str(rng.between(4, 60)))
    for clock, operation, code, name in (
        ("15:20:33", "endpointUnhealthy", "403004", "DeviceMaximumQueueDepthExceeded"),
        ("15:52:08", "endpointHealthy", "", ""),
    ):
        yield Event(part, at(THU, clock), NEU, "Routes", operation, HUB_LOCATION[NEU],
                    {"deviceId": None, "endpointName": "orders-queue", "messageId": None, "details": name,
                     "routeName": None, "statusCode": code[:3] or None},
                    level="Error" if code else "Information", result=code, description=name, code=code)


def story_neighbours(rng):
    """Other services write into the same storage account; nothing of it belongs in a report."""
    for clock, operation, status in (("02:12:41.220", "CertificateImport", 200),
                                     ("02:13:02.905", "CertificateGet", 200),
                                     ("02:29:50.118", "SecretGet", 403),
                                     ("02:30:14.771", "SecretGet", 200)):
        t = at(TUE, clock)
        yield Raw("neighbour", t, {
            "time": iso(t, 7), "category": "AuditEvent", "operationName": operation,
            "resultType": "Success" if status < 400 else "Forbidden",
            "resultSignature": "OK" if status < 400 else "Forbidden", "resultDescription": "",
            "durationMs": rng.between(9, 90), "callerIPAddress": OFFICE_IP,
            "correlationId": rng.guid(), "identity": {"claim": {"appid": OPERATOR}},
            "properties": {"httpStatusCode": status, "clientInfo": "certificate-tool/3.2"},
            "resourceId": VAULT})
    account = (f"/subscriptions/{SUBSCRIPTION.lower()}/resourceGroups/fleet/providers/"
               "Microsoft.Storage/storageAccounts/fleetlogs")
    for clock, operation in (("09:20:05.010", "PutBlob"), ("12:40:55.640", "GetBlob"),
                             ("16:03:21.433", "GetBlob")):
        t = at(MON, clock)
        yield Raw("neighbour", t, {
            "time": iso(t, 7), "resourceId": account + "/blobServices/default", "category": "StorageRead",
            "operationName": operation, "operationVersion": "2023-11-03", "statusCode": 200,
            "statusText": "Success", "durationMs": rng.between(2, 40), "callerIpAddress": "10.4.0.7:51120",
            "correlationId": rng.guid(), "location": "westeurope", "level": 4})


def story_metrics(events):
    """The metrics of one hour of recovery, as exported: by the minute, without any dimension."""
    minutes = {}
    start, end = at(TUE, "10:00:00"), at(TUE, "11:00:00")
    for e in events:
        if e.category == "DeviceOperations" and start <= e.t < end and not e.failed:
            minutes[e.t // MINUTE] = minutes.get(e.t // MINUTE, 0) + 1
    for minute, n in sorted(minutes.items()):
        for name in ("RegistrationAttempts", "DeviceAssignments"):
            yield Raw("metric", minute * MINUTE, {
                "count": n, "total": n, "minimum": 1, "maximum": 1, "average": 1,
                "resourceId": resource_id(DPS), "time": iso(minute * MINUTE, 7),
                "metricName": name, "timeGrain": "PT1M"})


def story():
    lines = fleet()
    events = list(story_operator(Rng("operator")))
    for tell in (story_presses, story_storm, story_hub_throttling, story_renewals, story_commissioning,
                 story_tpm, story_odd_ones, story_everyday):
        events += tell(Rng(tell.__name__), lines)
    return events, [*story_neighbours(Rng("neighbours")), *story_metrics(events)]
