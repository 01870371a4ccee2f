#!/usr/bin/env python3
"""What dpslog must print, worked out a second time.

    reference.py failures --by KEY,... [--all] [--top N] [--sort [-]COLUMN] [--no-header] [--csv-raw] [SELECTION] PATH...
    reference.py devices [--top N] [--sort [-]COLUMN] [--no-header] [--csv-raw] [SELECTION] PATH...
    reference.py records [--fields FIELD,...] [--head N] [--no-header] [--csv-raw] [SELECTION] PATH...
    reference.py ledger [SELECTION] PATH...

SELECTION: --since T --until T --failures --device GLOB --result R,... --code C,... --category C,... --operation O,...

Written from the pages that say what a record means, not from the C code, so that an error has to be made twice
to stay unseen. It is plain on purpose: one function for each rule, no tables to go wrong together. Reading is in
reading.py.
"""

import argparse
import json
import os
import re
import sys
from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction

from reading import BLANKS, Number, Obj, fold, parse_object, read_source, repair, sources_of

# ---- values -----------------------------------------------------------------------------------------------------


def text_of(raw, tabular):
    """The value of a field as text, or None."""
    if isinstance(raw, bool):
        return 'true' if raw else 'false'
    if not isinstance(raw, str):
        return None
    text = repair(str(raw)).strip(BLANKS)
    if text == '' or (tabular and text == 'None' and not isinstance(raw, Number)):
        return None
    return text


def same(text, word):
    """Azure's words are compared without regard to ASCII case."""
    return text is not None and fold(text) == fold(word)


def is_digits(text, *lengths):
    return text is not None and len(text) in lengths and re.fullmatch('[0-9]+', text) is not None


# ---- time -------------------------------------------------------------------------------------------------------

EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)

ISO_TIME = re.compile(r'([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?'
                      r'(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))?')
PORTAL_TIME = re.compile(r'([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}),? ([0-9]{1,2}):([0-9]{2}):([0-9]{2})'
                         r'(?:\.([0-9]+))?(?:[ \u202f]([AaPp][Mm]))?')


def microseconds(year, month, day, hour, minute, second, fraction, offset=timedelta(0)):
    """Microseconds since 1970, or None if there is no such time in the years 1 to 9999."""
    try:
        moment = datetime(year, month, day, hour, minute, second, int((fraction or '')[:6].ljust(6, '0')))
        return (moment - offset - EPOCH) // MICROSECOND
    except (ValueError, OverflowError):
        return None


def parse_iso(text):
    match = ISO_TIME.fullmatch(text)
    if match is None:
        return None
    offset = timedelta(0)
    if match[8]:
        hours, minutes = int(match[9]), int(match[10])
        if hours > 23 or minutes > 59:
            return None
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if match[8] == '-' else 1)
    return microseconds(*(int(match[i]) for i in range(1, 7)), match[7], offset)


def parse_portal(text, day_first):
    match = PORTAL_TIME.fullmatch(text)
    if match is None:
        return None
    first, second, year, hour, minute, seconds = (int(match[i]) for i in range(1, 7))
    day, month = (first, second) if day_first else (second, first)
    if match[8]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[8].upper() == 'PM' else 0)
    return microseconds(year, month, day, hour, minute, seconds, match[7])


def says_day_first(text):
    match = PORTAL_TIME.fullmatch(text or '')
    return match is not None and int(match[1]) > 12


def format_time(time):
    if time is None:
        return ''
    moment = EPOCH + timedelta(microseconds=time)
    return '%04d-%02d-%02dT%02d:%02d:%02d.%06dZ' % (*moment.timetuple()[:6], moment.microsecond)


def format_span(time, seconds):
    """The start of the UTC minute, hour or day."""
    return '' if time is None else format_time(time - time % (seconds * 1000000))


# ---- messages ---------------------------------------------------------------------------------------------------

GUID = re.compile(r'(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16,})(?![0-9A-Za-z])')
LOGGED_TIME = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?'
                         r'(?:Z|[+-][0-9]{2}:[0-9]{2})?'
                         r'|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4},? [0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?'
                         r'(?:[ \u202f]?(?:AM|PM))?')
IP_V4 = re.compile(r'[0-9]{1,3}(?:\.(?:[0-9]{1,3}|XXX)){3}(?::[0-9]{1,5})?(?![0-9A-Za-z])(?!\.[0-9])')
HEX_AND_COLONS = re.compile('[0-9A-Fa-f:]+')
DIGITS = re.compile('[0-9]+')


def is_alnum(char):
    return re.fullmatch('[0-9A-Za-z]', char) is not None


def edge_before(text, pos):
    return pos == 0 or not is_alnum(text[pos - 1])


def edge_after(text, pos):
    return pos == len(text) or not is_alnum(text[pos])


def is_code(digits):
    return is_digits(digits, 3, 6) and digits[0] in '45'


def match_device(text, pos, device):
    if device and text.startswith(device, pos) and edge_before(text, pos) and edge_after(text, pos + len(device)):
        return pos + len(device)
    return None


def match_string(text, pos):
    if text[pos] not in '\'"' or text.startswith('{') or not edge_before(text, pos):
        return None
    end = text.find(text[pos], pos + 1) + 1
    return end if end > 0 and edge_after(text, end) else None


def match_guid(text, pos):
    match = GUID.match(text, pos)
    return match.end() if match and edge_before(text, pos) else None


def match_time(text, pos):
    match = LOGGED_TIME.match(text, pos)
    return match.end() if match and edge_before(text, pos) else None


def match_ip(text, pos):
    if not edge_before(text, pos):
        return None
    match = IP_V4.match(text, pos)
    if match and text[pos - 1:pos] != '.':
        return match.end()
    run = HEX_AND_COLONS.match(text, pos)
    if run is None or text[pos - 1:pos] == ':' or not edge_after(text, run.end()):
        return None
    parts = run.group().split(':')
    if any(len(part) > 4 for part in parts):
        return None
    doubles = len(re.findall('(?=::)', run.group()))
    if doubles == 1 or (doubles == 0 and len(parts) == 8 and all(parts)):
        return run.end()
    return None


def template(text, device):
    """The message with its variable parts replaced."""
    parts = []
    pos = 0
    while pos < len(text):
        for name, end in (('<device>', match_device(text, pos, device)), ('<str>', match_string(text, pos)),
                          ('<guid>', match_guid(text, pos)), ('<time>', match_time(text, pos)),
                          ('<ip>', match_ip(text, pos))):
            if end is not None:
                parts.append(name)
                break
        else:
            digits = DIGITS.match(text, pos)
            end = digits.end() if digits else pos + 1
            parts.append('<n>' if digits and not is_code(digits.group()) else text[pos:end])
        pos = end
    return ''.join(parts)


# ---- records ----------------------------------------------------------------------------------------------------

TIME_ALIASES = ('time', 'TimeGenerated', 'TimeGenerated [UTC]', 'timeStamp', 'EventTimeString',
                'TimeGenerated [Local Time]')
TABULAR_NAMES = ('TimeGenerated', 'TimeGenerated [UTC]', 'TimeGenerated [Local Time]', 'TableName')
SUCCESS_WORDS = frozenset(fold(word) for word in (
    'Success', 'Succeeded', 'Successful', 'OK', 'Accepted', 'Created', 'Completed', 'Started', 'Start',
    'InProgress', 'None', '0'))
LEVELS = {'critical': 'Critical', 'error': 'Error', 'warning': 'Warning', 'informational': 'Informational',
          'information': 'Informational', 'verbose': 'Verbose',
          '1': 'Critical', '2': 'Error', '3': 'Warning', '4': 'Informational', '5': 'Verbose'}


class Record:
    """One record. `kind` is 'log', 'metric' or 'other'; the other attributes are those of a log record."""

    def __init__(self, value, is_row=False):
        self.obj = value if isinstance(value, Obj) else None
        self.tabular = is_row or (self.obj is not None and any(self.obj.has(name) for name in TABULAR_NAMES))
        self.unreadable = False
        self.repaired = self.obj is not None and self.obj.repaired
        self.kind = self._kind()
        if self.kind == 'log':
            self._read_properties()
            self._read_fields()

    def field(self, *names):
        """The first of the aliases that has a value."""
        for name in names:
            text = text_of(self.obj.get(name), self.tabular)
            if text is not None:
                return text
        return None

    def member(self, name):
        """A member of properties, else of a column properties_NAME_s."""
        for members in (self.properties, self.columns):
            text = text_of(members.get(name), self.tabular) if members else None
            if text is not None:
                return text
        return None

    def _kind(self):
        if self.obj is None:
            return 'other'
        if self.field('metricName') is not None:
            return 'metric'
        if self.field('operationName') is None and self.field('category') is None and self.field('resultType') is None:
            return 'other'
        if self.field('resourceId', '_ResourceId') is not None:
            own = same(self._provider_and_type()[0], 'MICROSOFT.DEVICES')
        else:
            provider = self.field('ResourceProvider')
            own = provider is None or same(provider, 'MICROSOFT.DEVICES')
        return 'log' if own else 'other'

    def _segments(self):
        return [segment for segment in (self.field('resourceId', '_ResourceId') or '').split('/') if segment]

    def _provider_and_type(self):
        segments = self._segments()
        for i, segment in enumerate(segments):
            if same(segment, 'PROVIDERS'):
                return tuple((segments[i + 1:i + 3] + [None, None])[:2])
        return None, None

    # -- properties

    def _read_properties(self):
        self.properties = self._find_properties()
        self.columns = Obj([(match[1], raw) for name, raw in self.obj.members.items()
                            if (match := re.fullmatch('properties_(.+)_[sdbgt]', name, re.DOTALL))])

    def _find_properties(self):
        candidates = [self.obj.get('properties'), self.obj.get('properties_s')]
        extra = self.obj.get('AdditionalFields')
        if isinstance(extra, str) and not isinstance(extra, Number):
            extra = parse_object(repair(extra))
            extra_repaired = extra is not None and extra.repaired
        else:
            extra_repaired = False
        if isinstance(extra, Obj):
            candidates.append(extra.get('properties'))
        else:
            candidates.append(None)
        for place, raw in enumerate(candidates):
            if place == 2:  # AdditionalFields is read only where the other two have no value
                self.repaired = self.repaired or extra_repaired
            if isinstance(raw, Obj):
                return raw
            if isinstance(raw, str) and not isinstance(raw, Number):
                text = text_of(raw, self.tabular)
                if text is not None:
                    found = parse_object(text)
                    self.unreadable = found is None
                    self.repaired = self.repaired or (found is not None and found.repaired)
                    return found
        return None

    # -- the fields

    def _read_fields(self):
        self.time = None
        self.time_text = self.field(*TIME_ALIASES)
        if self.time_text is not None:
            self.time = parse_iso(self.time_text)
        self.category = self.field('category')
        self.operation = self.field('operationName')
        self.result_type = self.field('resultType')
        self.signature = self.field('resultSignature')
        self.description = self.field('resultDescription')
        level = self.field('level')
        self.level = LEVELS.get(fold(level), level) if level is not None else None
        self.status_code = self.member('statusCode')
        self.error_message = self.member('errorMessage')
        self.service = self._service()
        segments = self._segments()
        resource = segments[-1] if segments else self.field('Resource')
        self.resource = resource and ''.join(c.upper() if 'a' <= c <= 'z' else c for c in resource)
        self._read_identity()
        self.is_failure = self._is_failure()
        self.code = self._code() if self.is_failure else None

    def _service(self):
        kind = self._provider_and_type()[1] or self.field('ResourceType')
        if kind is not None:
            return 'dps' if same(kind, 'PROVISIONINGSERVICES') else 'hub' if same(kind, 'IOTHUBS') else None
        if same(self.category, 'DeviceOperations') or same(self.category, 'ServiceOperations'):
            return 'dps'
        return 'hub'

    def _read_identity(self):
        identity = self.member('id')
        kind = self.member('type')
        is_registration = same(kind, 'Registration') or (kind is None and same(self.category, 'DeviceOperations'))
        self.device = self.member('deviceId') or self.member('registrationId')
        self.enrollment = identity
        if self.device is None and is_registration and identity is not None:
            self.device = identity
            self.enrollment = None
        if self.device is None:
            self.device = self.field('deviceId', 'registrationId', 'deviceId_s', 'registrationId_s')

    def _is_failure(self):
        if self.level in ('Critical', 'Error'):
            return True
        if self.result_type is not None and fold(self.result_type) not in SUCCESS_WORDS:
            if not (is_digits(self.result_type, 3, 6) and self.result_type[0] in '123'):
                return True
        return any(status is not None and re.match(r'[45](?:[0-9]{2}|XX\Z)', status.upper())
                   for status in (self.signature, self.status_code))

    def _code(self):
        if is_digits(self.result_type, 6) and is_code(self.result_type):
            return self.result_type
        statuses = (self.result_type, self.signature, self.status_code)
        number = first_six(self.description) or first_six(self.error_message)
        signature = next((s for s in statuses if is_code(s) or (s is not None and re.fullmatch('[45]XX', s.upper()))),
                         None)
        if number is not None and agrees(number, signature):
            return number
        return next((status for status in statuses if is_code(status)), None)

    @property
    def message(self):
        text = self.description or self.error_message
        return template(text, self.device) if text else None

    # -- keys

    def key(self, name):
        """The value of a key of --by as text; none is the empty text."""
        lower = fold(name)
        if lower.startswith('properties.'):
            return self.member(name[len('properties.'):]) or ''
        if lower in ('minute', 'hour', 'day'):
            return format_span(self.time, {'minute': 60, 'hour': 3600, 'day': 86400}[lower])
        return {
            'device': lambda: self.device,
            'enrollment': lambda: self.enrollment,
            'service': lambda: self.service,
            'resource': lambda: self.resource,
            'category': lambda: self.category,
            'operationname': lambda: self.operation,
            'resulttype': lambda: self.result_type,
            'resultsignature': lambda: self.signature,
            'code': lambda: self.code,
            'level': lambda: self.level,
            'message': lambda: self.message,
            'location': lambda: self.field('location', 'location_s'),
            'protocol': lambda: self.member('protocol'),
            'sdkversion': lambda: self.member('sdkVersion'),
            'endpoint': lambda: self.member('endpointName'),
            'calleripaddress': lambda: self.field('callerIpAddress') or self.member('maskedIpAddress'),
            'correlationid': lambda: self.field('correlationId'),
            'applicationid': lambda: self.field('applicationId'),
        }[lower]() or ''


KEYS = ('device', 'enrollment', 'service', 'resource', 'category', 'operationName', 'resultType', 'resultSignature',
        'code', 'level', 'message', 'location', 'protocol', 'sdkVersion', 'endpoint', 'callerIpAddress',
        'correlationId', 'applicationId', 'minute', 'hour', 'day')


def first_six(text):
    """The first six-digit code with no letter or digit next to it."""
    found = re.search('(?<![0-9A-Za-z])[45][0-9]{5}(?![0-9A-Za-z])', text or '')
    return found.group() if found else None


def agrees(number, signature):
    if signature is None:
        return True
    if signature[1:].upper() == 'XX':
        return number[0] == signature[0]
    return signature in (number[:3], number)


# ---- input ------------------------------------------------------------------------------------------------------


class Input:
    """Everything that was read: the log records, and the numbers of the rest."""

    def __init__(self, blobs):
        self.logs = []
        self.metric = 0
        self.other = 0
        self.malformed = Counter()
        self.notes = Counter()
        self.certain = True
        for data in blobs:
            self._add(read_source(data))

    def _add(self, source):
        records = [Record(value, is_row) for value, is_row in source.items]
        logs = [record for record in records if record.kind == 'log']
        if source.is_csv:
            resolve_portal_times(records)
        self.logs += logs
        self.metric += sum(record.kind == 'metric' for record in records)
        self.other += sum(record.kind == 'other' for record in records)
        self.malformed += source.malformed
        self.notes += source.notes
        self.certain = self.certain and source.certain
        self.notes += Counter({
            'repaired': sum(record.repaired for record in logs),
            'properties_unreadable': sum(record.unreadable for record in logs),
            'no_device': sum(record.device is None for record in logs),
            'no_code': sum(record.is_failure and record.code is None for record in logs),
            'untimed': sum(record.time is None for record in logs)})


def resolve_portal_times(records):
    """The D/M and M/D dates of one CSV: the order is that of the whole file."""
    cells = [record.field(*TIME_ALIASES) for record in records if record.obj is not None]
    day_first = any(says_day_first(cell) for cell in cells)
    for record in records:
        if record.kind == 'log' and record.time is None and record.time_text is not None:
            record.time = parse_portal(record.time_text, day_first)


def read_paths(paths):
    return Input(sources_of(paths))


# ---- selection --------------------------------------------------------------------------------------------------


def parse_bound(text):
    """--since and --until: a time, or a date. Relative ones are not for this program."""
    time = parse_iso(text + 'T00:00:00Z' if re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', text) else text)
    if time is None:
        raise argparse.ArgumentTypeError('not a time: ' + text)
    return time


def glob_to_regex(pattern, classes):
    """A pattern over bytes: `*`, `?`, and `[...]` if classes. No other character is special."""
    out = b''
    pos = 0
    while pos < len(pattern):
        char = pattern[pos:pos + 1]
        end = pattern.find(b']', pos + 2) if classes and char == b'[' else -1
        if char == b'*':
            out += b'.*'
        elif char == b'?':
            out += b'.'
        elif end > 0:
            inner = pattern[pos + 1:end]
            negated = inner[:1] in (b'!', b'^')
            inner = inner[negated:].replace(b'\\', b'\\\\').replace(b'[', b'\\[').replace(b'^', b'\\^')
            out += b'[' + (b'^' if negated else b'') + inner + b']'
            pos = end
        else:
            out += re.escape(char)
        pos += 1
    return re.compile(out, re.DOTALL)


class Selection:
    """The selection options. `base` decides states, `outcome` as well what is counted."""

    def __init__(self, since=None, until=None, failures=False, device=None, result=None, code=None, category=None,
                 operation=None):
        self.since = since
        self.until = until
        self.failures = failures
        self.device = None if device is None else glob_to_regex(os.fsencode(device), classes=True)
        self.result = split_list(result)
        self.code = split_list(code)
        self.category = split_list(category)
        self.operation = split_list(operation)

    def base(self, record):
        if self.since is not None and (record.time is None or record.time < self.since):
            return False
        if self.until is not None and (record.time is None or record.time >= self.until):
            return False
        if self.device is not None and not self.device.fullmatch((record.device or '').encode()):
            return False
        return matches_word(self.category, record.category) and matches_word(self.operation, record.operation)

    def outcome(self, record):
        if self.failures and not record.is_failure:
            return False
        if self.result is not None and not any(fold(record.result_type or '') == fold(item) for item in self.result):
            return False
        return self.code is None or any(matches_code(item, record.code or '') for item in self.code)


def split_list(text):
    return None if text is None else text.split(',')


def matches_word(items, text):
    if items is None:
        return True
    return any(glob_to_regex(fold(item).encode(), classes=False).fullmatch(fold(text or '').encode())
               for item in items)


def matches_code(item, code):
    return code == item or (is_digits(item, 3) and len(code) == 6 and code.startswith(item))


# ---- failures ---------------------------------------------------------------------------------------------------


class Span:
    """The oldest and the newest of some times; untimed records leave it as it is."""

    def __init__(self):
        self.first = None
        self.last = None

    def add(self, time):
        if time is not None:
            self.first = time if self.first is None else min(self.first, time)
            self.last = time if self.last is None else max(self.last, time)


class Device:
    """What the state of one device follows from, and how many of its failures are expected."""

    def __init__(self):
        self.records = []
        self.failures = Counter()
        self.successes = Counter()
        self.newest_failure = {'dps': Span(), 'hub': Span()}
        self.newest_success = {'dps': Span(), 'hub': Span()}
        self.success = Span()

    def add(self, record, counted):
        self.records.append((record, counted))
        service = 'dps' if record.service == 'dps' else 'hub'
        if record.is_failure:
            self.failures[service] += 1
            self.newest_failure[service].add(record.time)
        else:
            self.successes[service] += 1
            self.newest_success[service].add(record.time)
            self.success.add(record.time)

    @property
    def state(self):
        if not self.failures:
            return 'healthy'
        if not self.successes:
            return 'never'
        for service, success in (('hub', self.newest_success['hub']), ('dps', self.success)):
            if self.failures[service]:
                failure = self.newest_failure[service]
                if success.last is None or failure.last is None or success.last <= failure.last:
                    return 'failing'
        return 'recovered'

    @property
    def expected(self):
        """Of the failures that are counted, those that belong to a pair of a token's end or to a TPM challenge."""
        if self.state != 'recovered':
            return 0
        hub = [pair for pair in self.records if pair[0].service != 'dps']
        dps = [pair for pair in self.records if pair[0].service == 'dps']
        span = Span()
        for record, _ in self.records:
            span.add(record.time)
        minutes = 0 if span.first is None else (span.last - span.first) // 60000000
        renewed = [counted for record, counted in hub if record.code == '401003']
        closed = [counted for record, counted in hub if record.code == '404104']
        connects = sum(not record.is_failure and same(record.operation, 'deviceConnect') for record, _ in hub)
        pairs = min(len(renewed), len(closed), connects, 1 + minutes // 5)
        refused = [(record.code, counted) for record, counted in dps if record.is_failure]
        challenges = 0
        if all(code == '401' or (code is not None and len(code) == 6 and code[:3] == '401') for code, _ in refused):
            challenges = min(len(refused), sum(not record.is_failure for record, _ in dps))
        return (min(pairs, sum(renewed)) + min(pairs, sum(closed)) +
                min(challenges, sum(counted for _, counted in refused)))


class Group:
    def __init__(self):
        self.records = 0
        self.failures = 0
        self.devices = set()
        self.span = Span()

    def add(self, record):
        self.records += 1
        if record.is_failure:
            self.failures += 1
            self.span.add(record.time)
            if record.device is not None:
                self.devices.add(record.device)


class Rows:
    """Rows of a command, in their order, and what the ledger says of them. A command says what `text` and `columns` are."""

    def __init__(self, data, selection):
        self.devices = {}
        self.filtered = 0
        self.failures = 0
        self.successes = 0
        self.rows = []
        selection = selection or Selection()
        for record in data.logs:
            base = selection.base(record)
            counted = base and selection.outcome(record)
            if base and record.device is not None:
                self.devices.setdefault(record.device, Device()).add(record, counted)
            if not counted:
                self.filtered += 1
                continue
            self.failures += record.is_failure
            self.successes += not record.is_failure
            self.add(record)

    def order(self, rows, keys, sort, top):
        """By the first `keys` cells, then a stable sort, which keeps that order among equals."""
        rows.sort(key=lambda row: [cell.encode() for cell in row[:keys]])
        sort = sort or '-failures'
        column = self.columns().index(sort.removeprefix('-'))
        rows.sort(key=lambda row: row[column].encode() if isinstance(row[column], str) else row[column],
                  reverse=sort.startswith('-'))
        self.rows = rows[:top] if top else rows

    def csv(self, header=True, raw=False):
        """(the bytes of the CSV, the number of guarded cells)."""
        lines = [','.join(quote(name) for name in self.columns())] if header else []
        guarded = 0
        for row in self.rows:
            cells = []
            for cell, name in zip(row, self.columns()):
                guard = not raw and name in self.texts() and needs_guard(cell)
                guarded += guard
                cells.append("'" + cell if guard else '%.6f' % cell if isinstance(cell, float) else str(cell))
            lines.append(','.join(quote(cell) for cell in cells) or '""')
        return ''.join(line + '\n' for line in lines).encode(), guarded

    def ledger(self, data):
        """The `records` of the ledger, and `notes`; the notes are those of all log records."""
        malformed = {reason: data.malformed[reason] for reason in sorted(data.malformed)}
        return {'records': {'seen': sum(malformed.values()) + len(data.logs) + data.metric + data.other,
                            'malformed': malformed, 'log': len(data.logs), 'metric': data.metric,
                            'other': data.other, 'filtered': self.filtered, 'failures': self.failures,
                            'successes': self.successes},
                'notes': {name: number for name, number in sorted(data.notes.items()) if number},
                'certain': data.certain}


class Table(Rows):
    """The rows of `failures`."""

    def __init__(self, data, by, selection=None, every=False, top=0, sort=None):
        self.by = by
        self.has_device = 'device' in [fold(name) for name in by]
        self.groups = {}
        super().__init__(data, selection)
        rows = [self._row(keys, group) for keys, group in self.groups.items() if every or group.failures]
        self.order(rows, len(by), sort, top)

    def add(self, record):
        self.groups.setdefault(tuple(record.key(name) for name in self.by), Group()).add(record)

    def texts(self):
        return self.by

    def columns(self):
        if self.has_device:
            return [*self.by, 'records', 'failures', 'failure_rate', 'first_failure', 'last_failure', 'last_success',
                    'state']
        return [*self.by, 'records', 'failures', 'failure_rate', 'devices', 'first_failure', 'last_failure']

    def _row(self, keys, group):
        row = [*keys, group.records, group.failures, group.failures / group.records]
        times = [format_time(group.span.first), format_time(group.span.last)]
        if not self.has_device:
            return row + [len(group.devices)] + times
        device = self.devices.get(keys[[fold(name) for name in self.by].index('device')])
        return row + times + ([format_time(device.success.last), device.state] if device else ['', ''])


class Roster(Rows):
    """The rows of `devices`."""

    NEWEST = ('resultType', 'protocol', 'sdkVersion', 'enrollment', 'location')

    def __init__(self, data, selection=None, top=0, sort=None):
        self.records = {}
        super().__init__(data, selection)
        self.order([self._row(name, records) for name, records in self.records.items()], 1, sort, top)

    def add(self, record):
        self.records.setdefault(record.device or '', []).append(record)

    def texts(self):
        return ['device', 'last_result', *self.NEWEST[1:]]

    def columns(self):
        return ['device', 'state', 'records', 'failures', 'expected', 'first_seen', 'last_seen', 'last_failure',
                'last_success', 'last_result', *self.NEWEST[1:]]

    def _row(self, name, records):
        seen, failed = Span(), Span()
        for record in records:
            seen.add(record.time)
            if record.is_failure:
                failed.add(record.time)
        device = self.devices.get(name)
        return [name, device.state if device else '', len(records), sum(record.is_failure for record in records),
                device.expected if device else 0, format_time(seen.first), format_time(seen.last),
                format_time(failed.last), format_time(device.success.last) if device else '',
                *[self._newest(records, key) for key in self.NEWEST]]

    def _newest(self, records, key):
        """Untimed records are older than all others."""
        values = [(record.time is not None, record.time or 0, record.key(key).encode()) for record in records
                  if record.key(key)]
        return max(values)[2].decode() if values else ''


class Contrast(Rows):
    """The rows of `compare`: the failures and the successes, or with a_since what is after it and what before."""

    STANDARD = ('service', 'resource', 'category', 'operationName', 'location', 'protocol', 'sdkVersion', 'enrollment',
                'applicationId')
    VALUES_MOST = 1000

    def __init__(self, data, selection=None, keys=None, top=0, sort=None, a_since=None):
        self.records = []
        super().__init__(data, selection)
        sides = [self._side(record, a_since) for record in self.records]
        held = [(record, side) for record, side in zip(self.records, sides) if side is not None]
        chosen = keys or [key for key in self.STANDARD if len({record.key(key) for record, _ in held}) <= self.VALUES_MOST]
        self.sizes = [sides.count(0), sides.count(1)]
        self.counts = {}
        for record, side in held:
            values = [(key, record.key(key)) for key in chosen]
            for i, one in enumerate(values):
                for what in [(one,)] + [(one, other) for other in values[i + 1:]]:
                    self.counts.setdefault(what, [0, 0])[side] += 1
        shown = [what for what in self.counts
                 if len(what) == 1 or all(self._difference(what) > self._difference((one,)) for one in what)]
        shown.sort(key=lambda what: (len(what), [text.encode() for one in what for text in one]))
        if sort is None:
            shown.sort(key=self._difference, reverse=True)
        else:
            column = self.columns().index(sort.removeprefix('-'))
            shown.sort(key=lambda what: self._sort_key(what, column), reverse=sort.startswith('-'))
        self.rows = [self._row(what) for what in (shown[:top] if top else shown)]

    def add(self, record):
        self.records.append(record)

    @staticmethod
    def _side(record, a_since):
        """0: of A, 1: of B, None: of neither."""
        if a_since is None:
            return 0 if record.is_failure else 1
        return None if record.time is None else 0 if record.time >= a_since else 1

    def texts(self):
        return ['key', 'value', 'key2', 'value2']

    def columns(self):
        return ['key', 'value', 'key2', 'value2', 'count_a', 'count_b', 'share_a', 'share_b', 'difference']

    def _difference(self, what):
        a, b = (Fraction(n, size or 1) for n, size in zip(self.counts[what], self.sizes))
        return a - b

    def _sort_key(self, what, column):
        if self.columns()[column] == 'difference':
            return self._difference(what)
        cell = self._row(what)[column]
        return cell.encode() if isinstance(cell, str) else cell

    def _row(self, what):
        counts = self.counts[what]
        texts = [*(text for one in what for text in one), '', ''][:4]
        shares = [n / size if size else '' for n, size in zip(counts, self.sizes)]
        difference = float(self._difference(what))
        return [*texts, *counts, *shares, 0.0 if '%.6f' % difference == '-0.000000' else difference]


class Lines(Rows):
    """What `records` writes: the records themselves, or fields of them. Text that is not UTF-8 is repaired."""

    def __init__(self, data, selection=None, fields=None, head=None):
        self.fields = fields
        self.head = head
        super().__init__(data, selection)

    def add(self, record):
        if self.head is None or len(self.rows) < self.head:
            self.rows.append(record)

    def texts(self):
        return [name for name in self.fields if fold(name) not in ('time', 'minute', 'hour', 'day')]

    def columns(self):
        return self.fields

    def csv(self, header=True, raw=False):
        records = self.rows
        if self.fields is None:
            return ''.join(repair(record.obj.raw.replace('\r', '').replace('\n', '')) + '\n'
                           for record in records).encode(), 0
        self.rows = [[self._field(record, name) for name in self.fields] for record in records]
        found = super().csv(header, raw)
        self.rows = records
        return found

    def _field(self, record, name):
        lower = fold(name)
        if lower == 'time':
            return format_time(record.time)
        if lower in ('resultdescription', 'durationms'):
            return record.field(name) or ''
        return record.field('resourceId', '_ResourceId') or '' if lower == 'resourceid' else record.key(name)


def needs_guard(cell):
    return cell.startswith(('=', '+', '-', '@', '\t', '\r'))


def quote(cell):
    if any(char in cell for char in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


# ---- command line -----------------------------------------------------------------------------------------------


def parse_key(text):
    names = text.split(',')
    known = {fold(name) for name in KEYS}
    for name in names:
        if fold(name) not in known and not (fold(name).startswith('properties.') and len(name) > 11):
            raise argparse.ArgumentTypeError('no such key: ' + name)
    return names


def parse_options(arguments):
    parser = argparse.ArgumentParser(description='What dpslog must print.', allow_abbrev=False)
    parser.add_argument('command', choices=('failures', 'devices', 'compare', 'records', 'ledger'))
    parser.add_argument('--by', type=parse_key, default=['device', 'resultType'])
    parser.add_argument('--all', action='store_true')
    parser.add_argument('--top', type=int, default=0)
    parser.add_argument('--sort')
    parser.add_argument('--fields', type=lambda text: text.split(','))
    parser.add_argument('--head', type=int)
    parser.add_argument('-j')
    parser.add_argument('--no-header', action='store_true')
    parser.add_argument('--csv-raw', action='store_true')
    parser.add_argument('--keys', type=parse_key)
    parser.add_argument('--memory')  # changes nothing
    parser.add_argument('--a-since', type=parse_bound)
    parser.add_argument('--since', type=parse_bound)
    parser.add_argument('--until', type=parse_bound)
    parser.add_argument('--failures', action='store_true')
    for name in ('device', 'result', 'code', 'category', 'operation'):
        parser.add_argument('--' + name)
    parser.add_argument('paths', nargs='*', metavar='PATH')
    return parser.parse_args(arguments)


def table_for(data, options):
    selection = Selection(options.since, options.until, options.failures, options.device, options.result,
                          options.code, options.category, options.operation)
    if options.command == 'records':
        return Lines(data, selection, options.fields, options.head)
    if options.command == 'devices':
        return Roster(data, selection, options.top, options.sort)
    if options.command == 'compare':
        return Contrast(data, selection, options.keys, options.top, options.sort, options.a_since)
    return Table(data, options.by, selection, options.all, options.top, options.sort)


def main(arguments):
    options = parse_options(arguments)
    data = read_paths(options.paths)
    table = table_for(data, options)
    if options.command == 'ledger':
        print(json.dumps(table.ledger(data), indent=2))
    else:
        sys.stdout.buffer.write(table.csv(not options.no_header, options.csv_raw)[0])
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
