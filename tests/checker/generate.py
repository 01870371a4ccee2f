#!/usr/bin/env python3
"""Awkward but valid logs, and the simple damages, in every form and container.

    generate.py SEED FORM CONTAINER N DIRECTORY      writes one input and prints its path
    generate.py --list                               the forms and containers

The same arguments give the same bytes. Every value that the rules treat in a special way occurs: missing, null,
blank and `None`, numbers as strings and the reverse, names in any case and twice, properties in each of their
disguises, other services' records, metrics, invalid text, ids that hurt a CSV, times on and beyond every edge.
What the rules leave open is kept out, so that a difference is always an error of one of the two sides.
"""

import bz2
import gzip
import io
import lzma
import os
import random
import subprocess
import sys
import tarfile
import zipfile
from datetime import datetime, timedelta

from reading import have_zstd

SUBSCRIPTION = '/SUBSCRIPTIONS/AE82FF3B-4BD0-462B-8449-D713DD18E11E/RESOURCEGROUPS/PLANT'
START = datetime(2026, 11, 1, 3, 0, 0)


class Pairs(list):
    """A JSON object: (name, value) pairs, names may repeat."""


class Literal(str):
    """A JSON number as it shall be written."""


class Raw(str):
    """A string whose characters U+DC80 to U+DCFF stand for the bytes 80 to FF, which are not UTF-8 there."""


# ---- writing JSON -----------------------------------------------------------------------------------------------

ESCAPES = {'"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t'}


class Writer:
    """Writes JSON; a style decides on spaces and line ends, chance on escapes that need not be."""

    def __init__(self, rng, indent=None, newline='\n', colon=':', comma=',', fancy=True):
        self.rng = rng
        self.indent = indent
        self.newline = newline
        self.colon = colon
        self.comma = comma
        self.fancy = fancy

    def string(self, text):
        out = []
        for char in text:
            code = ord(char)
            if char in ESCAPES:
                out.append(ESCAPES[char])
            elif 0xdc80 <= code <= 0xdcff and isinstance(text, Raw):
                out.append(char)
            elif code < 0x20 or 0xd800 <= code <= 0xdfff:
                out.append('\\u%04x' % code)
            elif self.fancy and self.rng.random() < 0.01:
                out.append('\\/' if char == '/' else
                           ''.join('\\u%04X' % unit for unit in utf16_units(char)))
            else:
                out.append(char)
        return '"' + ''.join(out) + '"'

    def write(self, value, depth=0):
        if value is None:
            return 'null'
        if isinstance(value, bool):
            return 'true' if value else 'false'
        if isinstance(value, Literal):
            return str(value)
        if isinstance(value, str):
            return self.string(value)
        is_object = isinstance(value, Pairs)
        if is_object:
            parts = [self.string(name) + self.colon + self.write(member, depth + 1) for name, member in value]
        else:
            parts = [self.write(element, depth + 1) for element in value]
        left, right = '{}' if is_object else '[]'
        if self.indent is None or not parts:
            return left + self.comma.join(parts) + right
        inner = self.newline + ' ' * (self.indent * (depth + 1))
        return left + inner + (self.comma.rstrip() + inner).join(parts) + self.newline + ' ' * (self.indent * depth) + right


def utf16_units(char):
    data = char.encode('utf-16-be')
    return [data[i] << 8 | data[i + 1] for i in range(0, len(data), 2)]


# ---- values -----------------------------------------------------------------------------------------------------

PLAIN_IDS = ['press-0417', 'PRESS-0417', 'press-0002', 'sensor-th-2001', 'b89b8439-9cd1-4d98-a2e2-95a6ff6b22a1']
AWKWARD_IDS = ['a,b', 'semi;colon', "it's", 'quo"te', '"', 'new\nline', '=cmd()', '+1', '-dash', '@at', 'tab\tin',
               'n\u00e4her', '\u6f22\u5b57-1', 'emoji-\U0001f600', '\uffff', '404104', '1234', 'x' * 300, 'back\\slash',
               '<device>', 'a.b_c', '%s%n', '{id}', '[0]', 'cr\rin', '\u00a0', "'=quoted", 'caf\u00e9\u0301']
JSON_IDS = ['nul\0in', 'lone\ud800', '\udc00', 'None']

PHRASES = [
    'Device {device} not found', '{device}:{device}', 'x{device}', 'for "{device}"',
    "id 'press 1' and \"other one\"", "don't, can't", "'unended", "say 'no'x, 'yes'", '{{"errorCode":{code},"message":"Invalid"}}',
    'Tracking ID:{guid}-TimeStamp:{us_time}', 'hex 0123456789abcdef and abcdefabcdefabc', 'x{guid}', '{guid}',
    'at {iso_time}, retry', 'at{iso_time}', '{us_time} {iso_time}', '26/02/2025 11:58:34.221', '2026-11-02',
    'from {ip}', 'from {ip}:62289.', '1.2.3.4.5 v1.2.3.4', 'a::1 fe80::1 ::1', '2001:db8:0:0:0:0:2:1', '1:2:3', '12345::1',
    'std::string', '[{ip}]', 'attempt 3 of 12, 1024 bytes', 'a1b22c333', 'iothub{code}', '({code})', 'error {code}, then 500001',
    'x{code}y 401002z', 'ErrorCode:IotHubUnauthorizedAccess;Unauthorized', 'line one\nline two', 'comma, and "quote"',
    '=HYPERLINK("x")', '-1', 'caf\u00e9 7 \u6f22\u5b578', 'DeviceConnectionClosedRemotely', '12', '404', '4010021',
    'see https://aka.ms/iothub404104', 'code {code} (status 429)', '\u20261\u2026', '{device}', '4' * 17, '10.XXX.XXX.XXX']

SUCCESS_TYPES = ['Success', 'success', 'SUCCEEDED', 'OK', '200', Literal('200'), 'Started', '0', Literal('0'), '200001',
                 'None', 'none', 'Completed', 'InProgress', '302', 'Accepted']
FAILURE_TYPES = ['ClientError', 'clienterror', 'Failure', 'ServerError', '404104', Literal('401003'), '401', Literal('503'),
                 '429', '429001', 'Failed', '=1+1', 'a,"b"', '00', '20', '2000', Literal('1e3'), True, '999', 'Success.']
CODES = ['401002', '404104', '400207', '429001', '500001', '404', '503', '401003', '123456', '4010021']
SIGNATURES = ['401', '404', Literal('404'), '404 Not Found', '4XX', '5xx', '429', '500001', '401002', '4XXX', Literal('500')]
GOOD_SIGNATURES = ['', None, '200', 'OK', 'Started.', Literal('202'), '3XX', 'E401', '40']
LEVELS = ['Information', 'Informational', 'INFORMATION', '4', Literal('4'), 'Warning', Literal('3'), 'Verbose', '5',
          'Notice', Literal('6'), Literal('4.0'), None, '', ' \t', '0', False]
BAD_LEVELS = ['Error', 'error', 'Critical', Literal('1'), '2', 'ERROR', Literal('2')]
CATEGORIES = {'dps': ['DeviceOperations', 'ServiceOperations', 'deviceOperations'],
              'hub': ['Connections', 'Routes', 'DeviceTelemetry', 'connections', 'D2CTwinOperations']}
OPERATIONS = {'dps': ['AttestationAttempt', 'RegistrationAttempt', 'DeviceAssigned', 'Upsert', 'attestationAttempt'],
              'hub': ['deviceConnect', 'deviceDisconnect', 'endpointUnhealthy', 'update', Literal('7')]}
INVALID_TIMES = ['yesterday', '', None, '2026-11-02', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-11-02T24:00:00Z',
                 '2026-11-02T23:59:60Z', '2026-11-02T03:14:07+24:00', '2026-11-02T03:14Z', Literal('1700000000'),
                 '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00', '2026-11-02T03:14:07+0100', False,
                 '2026-11-02T03:14:07 Z', 'UTC timestamp', '2026/11/02T03:14:07Z']
EDGE_TIMES = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.9999999Z', '1969-12-31T23:59:59.999999Z', '2024-02-29T12:00:00Z',
              '2026-11-02T03:14:07.' + '1234567890' * 9 + 'Z', '2026-11-01T23:59:59-00:01', '2026-11-02T00:00:00+23:59']
LOCATIONS = ['westeurope', 'West Europe', '', None, 'centralus', '=west', 'None']
PROTOCOLS = ['Mqtt', 'Http', 'Amqp', None, '', 'mqtt']
SDKS = ['.NET/1.38.0 (.NET Core 3.1.19; Microsoft Windows 10.0.22000; X64; {FF88E933-1C12-457D-A098-A5093B53FBA2})',
        'azure-iot-device-iothub-py', '2021-04-12', Literal('7'), None, 'C + (OSSimplified = Eclipse ThreadX)', '+C', 'a\0b']
OTHER_IDS = ['/SUBSCRIPTIONS/X/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.STORAGE/STORAGEACCOUNTS/LOGS', '/RESOURCE_ID', 'hub-1',
             '/PROVIDERS/A/B/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/PLANT-HUB', '/PROVIDERS']


def choose(rng, weighted):
    """One of (weight, value) pairs."""
    return rng.choices([value for _, value in weighted], [weight for weight, _ in weighted])[0]


def random_guid(rng):
    text = '%032x' % rng.getrandbits(128)
    text = '-'.join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    return text.upper() if rng.random() < 0.3 else text


def random_ip(rng):
    return choose(rng, [(3, '24.9.142.XXX'), (2, '10.0.%d.%d' % (rng.randrange(256), rng.randrange(256))),
                        (1, '87.XXX.XXX.XXX')])


def random_case(rng, name):
    return choose(rng, [(6, name), (1, name.upper()), (1, name.lower()), (1, name[:1].upper() + name[1:])])


def iso_text(rng, moment):
    """One of the spellings of a time."""
    text = moment.strftime('%Y-%m-%d') + choose(rng, [(6, 'T'), (1, ' '), (1, 't')])
    zone, shift = choose(rng, [(6, ('Z', 0)), (1, ('z', 0)), (1, ('', 0)), (1, ('+01:00', 60)), (1, ('-05:30', -330))])
    shifted = moment + timedelta(minutes=shift)
    text = shifted.strftime('%Y-%m-%d') + text[10:] + shifted.strftime('%H:%M:%S')
    digits = choose(rng, [(5, 0), (2, 3), (2, 6), (1, 7), (1, 1), (1, 40)])
    if digits:
        text += '.' + ('%06d' % moment.microsecond + '9' * digits)[:digits]
    return choose(rng, [(12, text + zone), (1, ' ' + text + zone)])


def portal_text(rng, moment, day_first):
    first, second = (moment.day, moment.month) if day_first else (moment.month, moment.day)
    text = '%d/%d/%d' if rng.random() < 0.7 else '%02d/%02d/%d'
    text = text % (first, second, moment.year) + choose(rng, [(3, ', '), (1, ' ')])
    if (rng.random() < 0.2) == day_first:
        text += '%d:%02d:%02d' % ((moment.hour + 11) % 12 + 1, moment.minute, moment.second)
        text += choose(rng, [(3, ' '), (1, '\u202f')]) + ('PM' if moment.hour >= 12 else 'AM')
    else:
        text += '%d:%02d:%02d' % (moment.hour, moment.minute, moment.second)
        text += choose(rng, [(1, ''), (1, '.221'), (1, '.0766240')])
    return text


# ---- the fleet --------------------------------------------------------------------------------------------------


class Fleet:
    """The devices of one input, with a history each, so that every state occurs."""

    HISTORIES = ('healthy', 'never', 'recovered', 'failing', 'tied', 'mixed', 'recovered', 'untimed')

    def __init__(self, rng, as_json, raw_bytes):
        ids = PLAIN_IDS + rng.sample(AWKWARD_IDS, 9)
        if as_json:
            ids += JSON_IDS
        if raw_bytes:
            ids += [Raw('bad\udcff'), Raw('cut\udce2\udc82'), Raw('\udced\udca0\udc80!')]
        rng.shuffle(ids)
        self.rng = rng
        self.devices = [(name, self.HISTORIES[i % len(self.HISTORIES)]) for i, name in enumerate(ids)] + [(None, 'mixed')]
        self.weights = [choose(rng, [(3, 1), (2, 4), (1, 20)]) for _ in self.devices]

    def event(self):
        """(device, failed, moment or None)."""
        device, history = self.rng.choices(self.devices, self.weights)[0]
        failed = {'healthy': False, 'never': True}.get(history, self.rng.random() < 0.5)
        hours = self.rng.randrange(0, 20)
        if history == 'recovered':
            hours += 0 if failed else 24
        elif history == 'failing':
            hours += 24 if failed else 0
        elif history == 'tied':
            return device, failed, START + timedelta(hours=7)
        elif history == 'untimed' and self.rng.random() < 0.6:
            return device, failed, None
        moment = START + timedelta(hours=hours, minutes=self.rng.choice([0, 0, 14, 59]), seconds=self.rng.randrange(60),
                                   days=self.rng.choice([0, 0, 0, 0, 13, 20]), microseconds=self.rng.choice([0, 1, 123456]))
        return device, failed, moment


class Maker:
    """Makes records. Style 'blob' has Azure Monitor's names, 'table' those of Log Analytics."""

    def __init__(self, rng, as_json=True, raw_bytes=False):
        self.rng = rng
        self.as_json = as_json
        self.raw_bytes = raw_bytes
        self.fleet = Fleet(rng, as_json, raw_bytes)

    def chance(self, probability):
        return self.rng.random() < probability

    # -- parts

    def message(self, device):
        rng = self.rng
        text = rng.choice(PHRASES).format(
            device=device or 'press-0417', code=rng.choice(CODES), guid=random_guid(rng), ip=random_ip(rng),
            iso_time=rng.choice(['2026-11-02T03:14:07.1234567Z', '2020-04-10 05:24:22', '2026-11-02T03:14:07+01:00']),
            us_time=rng.choice(['12/10/2020 06:42:31', '1/9/2026, 9:07:25 AM', '6/9/2023, 9:07:25\u202fPM']))
        if self.chance(0.2):
            text += rng.choice([' ', ', ', ': ', '\n']) + rng.choice(PHRASES[25:30]).format(
                device=device, code=rng.choice(CODES), ip=random_ip(rng))
        return Raw(text) if isinstance(device, Raw) else text

    def outcome(self, failed, device):
        """The fields of how it went: type, signature, description, level, status code, error message."""
        rng = self.rng
        if not failed:
            return {'resultType': choose(rng, [(3, None), (1, ''), (4, rng.choice(SUCCESS_TYPES))]),
                    'resultSignature': rng.choice(GOOD_SIGNATURES), 'level': rng.choice(LEVELS),
                    'resultDescription': choose(rng, [(3, None), (1, ''), (1, self.message(device))]),
                    'statusCode': choose(rng, [(3, None), (1, rng.choice(GOOD_SIGNATURES))]),
                    'errorMessage': choose(rng, [(3, ''), (1, self.message(device))])}
        return {'resultType': choose(rng, [(5, rng.choice(FAILURE_TYPES)), (1, None)]),
                'resultSignature': choose(rng, [(2, None), (4, rng.choice(SIGNATURES)), (1, '')]),
                'level': choose(rng, [(3, rng.choice(BAD_LEVELS)), (1, rng.choice(LEVELS))]),
                'resultDescription': choose(rng, [(1, None), (5, self.message(device))]),
                'statusCode': choose(rng, [(2, None), (2, rng.choice(SIGNATURES))]),
                'errorMessage': choose(rng, [(2, None), (1, ''), (3, self.message(device))])}

    def resource_id(self, service):
        rng = self.rng
        name = rng.choice({'dps': ['PLANT-DPS', 'Plant-Dps-2'], 'hub': ['PLANT-HUB', 'hub2', '=HUB,3']}[service])
        kind = {'dps': 'PROVISIONINGSERVICES', 'hub': 'IOTHUBS'}[service]
        text = '%s/PROVIDERS/MICROSOFT.DEVICES/%s/%s' % (SUBSCRIPTION, kind, name)
        return choose(rng, [(8, text), (2, text.lower()), (1, text.replace('/PROVIDERS/', '//providers//') + '/'),
                            (1, text.replace(kind, 'IOTHUBTENANTS')), (1, SUBSCRIPTION + '/PROVIDERS/MICROSOFT.DEVICES')])

    def identity(self, device, service, category):
        """(members of properties, members at the top level) that name the device."""
        rng = self.rng
        if device is None:
            return choose(rng, [(2, []), (1, [('deviceId', None)]), (1, [('deviceId', ' ')]),
                                (1, [('id', 'group-1'), ('type', 'EnrollmentGroup')])]), []
        if service == 'dps':
            members = choose(rng, [
                (4, [('id', device), ('type', rng.choice(['Registration', 'registration']))]),
                (2, [('id', device)] if category.lower() == 'deviceoperations' else [('registrationId', device)]),
                (1, [('registrationId', device), ('id', 'group, 1'), ('type', 'EnrollmentGroup')]),
                (1, [('deviceId', device), ('id', rng.choice(['group-1', '-group'])), ('type', 'IndividualEnrollment')]),
                (1, [('deviceId', device), ('id', 'group-2'), ('type', 'Registration')])])
        else:
            members = [('deviceId', device)]
            if self.chance(0.2):
                members.append(('registrationId', 'ignored'))
        if self.chance(0.08):
            return [], [(rng.choice(['deviceId', 'registrationId', 'deviceId_s', 'registrationId_s']), device)]
        return members, []

    def properties(self, identity, outcome):
        rng = self.rng
        members = Pairs(identity)
        members.append(('protocol', rng.choice(PROTOCOLS)))
        members.append(('statusCode', outcome['statusCode']))
        members.append(('errorMessage', outcome['errorMessage']))
        for name, values in (('sdkVersion', SDKS), ('endpointName', ['anon-sb-1', None, '@end']),
                             ('maskedIpAddress', ['24.9.142.XXX', '']),
                             ('authType', [None, '{"scope":"device","type":"sas","issuer":"iothub","rule":null}']),
                             ('custom', [Literal('1.50'), True, 'None', 'x', [Literal('1'), 'y'], Pairs([('a', 'b')]), '-7']),
                             ('durationMs', [Literal('6'), '6'])):
            if self.chance(0.5):
                members.append((name, rng.choice(values)))
        return self.scramble(members)

    def scramble(self, members):
        """Order, case, and equal names."""
        rng = self.rng
        members = Pairs((random_case(rng, name) if self.chance(0.1) else name, value) for name, value in members)
        if self.chance(0.4):
            rng.shuffle(members)
        if members and self.chance(0.1):
            name, value = rng.choice(members)
            twin = choose(rng, [(2, None), (1, ''), (1, 'None'), (2, 'twin'), (1, Literal('8')), (1, value)])
            members.insert(rng.randrange(len(members) + 1), (random_case(rng, name), twin))
        return members

    def as_text(self, members):
        if any(isinstance(value, Raw) for _, value in members):
            return Raw(Writer(self.rng).write(members))
        return Writer(self.rng, colon=self.rng.choice([':', ': '])).write(members)

    def dress(self, members):
        """The top-level members that carry these properties."""
        rng = self.rng
        dress = choose(rng, [(8, 'object'), (9, 'string'), (2, 'columns'), (2, 'both'), (1, 'additional'), (1, 'text'),
                             (1, 'none')])
        if dress == 'object':
            return [('properties', members)]
        if dress == 'string':
            return [(rng.choice(['properties', 'properties_s']), self.as_text(members))]
        if dress == 'columns':
            return self.columns(members)
        if dress == 'both':
            half = Pairs(member for member in members if self.chance(0.5))
            rest = [member for member in members if member not in half]
            scalars = [(name, value) for name, value in members if self.chance(0.3)]
            return [('properties', half if self.chance(0.5) else self.as_text(half))] + self.columns(rest + scalars)
        if dress == 'additional':
            inner = Pairs([('location', 'ignored'), ('properties', members if self.chance(0.5) else self.as_text(members))])
            return [('AdditionalFields', inner if self.chance(0.5) else self.as_text(inner))]
        if dress == 'text':
            return [('properties', rng.choice(["{'deviceId':'x'}", 'plain text', '[1]', '{"deviceId":"cut', '7',
                                               '"{\\"deviceId\\":\\"x\\"}"', '{"a":NaN}', '{"a":"raw\ttab"}'])),
                    ('properties_s', '{"deviceId":"never read"}')]
        return [('properties', rng.choice([None, '', '  ', Literal('5'), True, [], Pairs()]))]

    def columns(self, members):
        """properties_NAME_s and its kin; each NAME once, scalars only."""
        out = []
        seen = set()
        for name, value in members:
            if name.lower() not in seen and not isinstance(value, (list, Pairs)):
                seen.add(name.lower())
                suffix = '_d' if isinstance(value, Literal) else '_b' if isinstance(value, bool) else '_s'
                out.append(('properties_' + name + suffix, value))
        return out

    # -- records

    def time_members(self, moment):
        rng = self.rng
        if moment is None:
            return [(rng.choice(['time', 'timeStamp']), rng.choice(INVALID_TIMES))] if self.chance(0.8) else []
        if self.chance(0.03):
            text = rng.choice(EDGE_TIMES)
        else:
            text = iso_text(rng, moment)
        name = choose(rng, [(12, 'time'), (1, 'timeStamp'), (1, 'EventTimeString'), (1, 'TimeGenerated')])
        members = [(name, text)]
        if self.chance(0.1):
            members += [('EventTimeString', '2001-01-01T00:00:00Z')] if name != 'EventTimeString' else [('time', None)]
        return members

    def blob(self):
        """One element of a blob: a log record mostly."""
        rng = self.rng
        if self.chance(0.08):
            return self.stranger()
        device, failed, moment = self.fleet.event()
        service = rng.choice(['dps', 'hub'])
        category = rng.choice(CATEGORIES[service])
        outcome = self.outcome(failed, device)
        identity, top = self.identity(device, service, category)
        members = self.time_members(moment)
        members += choose(rng, [
            (10, [('resourceId', self.resource_id(service))]), (1, [('_ResourceId', self.resource_id(service).lower())]),
            (1, [('resourceId', ''), ('ResourceProvider', 'Microsoft.Devices'), ('Resource', 'column-hub'),
                 ('ResourceType', {'dps': 'PROVISIONINGSERVICES', 'hub': 'IotHubs'}[service])]),
            (1, [])])
        members += [('operationName', rng.choice(OPERATIONS[service])), ('category', category)]
        members += [(name, outcome[name]) for name in ('resultType', 'resultSignature', 'resultDescription', 'level')
                    if outcome[name] is not None or self.chance(0.3)]
        members += [('location', rng.choice(LOCATIONS)), ('durationMs', rng.choice(['226', Literal('226'), '', None])),
                    ('callerIpAddress', rng.choice(['24.18.226.XXX', None, '']))]
        for name in ('correlationId', 'applicationId'):
            if self.chance(0.3):
                members.append((name, rng.choice(['68952383-80c0-436f-a2e3-f8ae9a41c69d', '', 'x;y', random_guid(rng)])))
        if self.chance(0.1):
            members.append((rng.choice(['records', 'tables']), rng.choice([None, 'x', Literal('1'), Pairs()])))
        if self.chance(0.1):
            extra = [Pairs([('deep', [[Pairs()], 'records'])]), '\0', 'a\u2028b', Literal('-1.5E+300')]
            members.append(('identity', rng.choice(extra + ['lone\udfff'] if self.as_json else extra)))
        members += top + self.dress(self.properties(identity, outcome))
        if self.raw_bytes and self.chance(0.05):
            members.append(('other', Raw('\udcc0\udcaf \udcf0\udc9f\udc98')))
        return self.scramble(members)

    def stranger(self):
        """Something that is no log record of the two services."""
        rng = self.rng
        return choose(rng, [
            (3, Pairs([('time', '2026-11-02T03:00:00Z'), ('resourceId', rng.choice(OTHER_IDS)), ('category', 'Routes'),
                       ('operationName', 'GetBlob'), ('resultType', '404104'), ('level', 'Error')])),
            (3, Pairs([('count', Literal('4')), ('total', Literal('9.5')), ('resourceId', self.resource_id('dps')),
                       ('time', '2026-11-02T03:14:00Z'), (random_case(rng, 'metricName'), 'AttestationAttempts'),
                       ('operationName', 'x'), ('resultType', '500')])),
            (1, Pairs([('time', '2026-11-02T03:00:00Z'), ('level', 'Error'), ('operationName', rng.choice([None, '', Pairs()]))])),
            (1, Pairs()),
            (1, Pairs([('category', 'Alerts'), ('ResourceProvider', 'MICROSOFT.WEB'), ('level', 'Error')]))])

    def element(self):
        """An element of an array: a record, seldom a scalar."""
        if self.chance(0.02):
            return self.rng.choice([None, True, Literal('12'), 'text'])
        return self.blob()

    def row(self, time_text, flat):
        """One row of Log Analytics, as a dictionary; `flat` says how properties are held."""
        rng = self.rng
        device, failed, moment = self.fleet.event()
        service = rng.choice(['dps', 'hub'])
        category = rng.choice(CATEGORIES[service])
        outcome = self.outcome(failed, device)
        identity, top = self.identity(device, service, category)
        row = {'TimeGenerated': time_text(moment), 'Category': category, 'OperationName': rng.choice(OPERATIONS[service]),
               'ResourceId': choose(rng, [(8, self.resource_id(service)), (1, None)]), 'ResourceProvider': 'MICROSOFT.DEVICES',
               'ResourceType': {'dps': 'PROVISIONINGSERVICES', 'hub': 'IOTHUBS'}[service], 'Resource': 'column-hub',
               'CallerIPAddress': rng.choice(['24.18.226.XXX', None]), 'DurationMs': rng.choice([Literal('226'), None]),
               'CorrelationId': rng.choice([None, '', 'x;y', '68952383-80c0-436f-a2e3-f8ae9a41c69d']),
               'location_s': rng.choice(LOCATIONS), 'Type': 'AzureDiagnostics', 'ApplicationId': rng.choice([None, 'app']),
               'TenantId': 'w', 'MetricName': None}
        for name in ('resultType', 'resultSignature', 'resultDescription', 'level'):
            row[name[0].upper() + name[1:]] = outcome[name]
        for name, value in top:
            row[name if name.endswith('_s') else name + '_s'] = value
        if self.chance(0.05):
            row['ResourceId'] = rng.choice(OTHER_IDS)
        elif self.chance(0.03):
            row['MetricName'] = 'AttestationAttempts'
        members = self.properties(identity, outcome)
        if flat == 'columns':
            row.update(self.columns_of_table(members))
        elif flat == 'additional':
            row['AdditionalFields'] = self.as_text(Pairs([('properties', members)]))
        elif self.chance(0.05):
            row['properties_s'] = rng.choice(["{'deviceId': None}", '{"deviceId":"cut', 'None', ''])
        else:
            row['properties_s'] = self.as_text(members)
        return row

    def columns_of_table(self, members):
        """Columns have one spelling for the whole table."""
        kinds = {'statuscode': '_s', 'custom': '_g', 'durationms': '_d'}
        out = {}
        for name, value in members:
            if not isinstance(value, (list, Pairs)):
                out['properties_' + name.lower() + kinds.get(name.lower(), '_s')] = value
        return out


COLUMNS = ['TenantId', 'TimeGenerated', 'ResourceId', 'Category', 'ResourceProvider', 'Resource', 'ResourceType',
           'OperationName', 'ResultType', 'ResultSignature', 'ResultDescription', 'CorrelationId', 'DurationMs',
           'CallerIPAddress', 'Level', 'ApplicationId', 'location_s', 'deviceId_s', 'registrationId_s', 'MetricName', 'Type']
FLAT_COLUMNS = ['properties_' + name for name in (
    'id_s', 'type_s', 'deviceid_s', 'registrationid_s', 'protocol_s', 'statuscode_s', 'errormessage_s', 'sdkversion_s',
    'endpointname_s', 'maskedipaddress_s', 'authtype_s', 'custom_g', 'durationms_d')]


class TableMaker:
    """Rows under one header."""

    def __init__(self, maker, n, time_text, time_column='TimeGenerated'):
        rng = maker.rng
        self.flat = choose(rng, [(3, 'text'), (2, 'columns'), (1, 'additional')])
        names = COLUMNS + {'text': ['properties_s'], 'columns': FLAT_COLUMNS, 'additional': ['AdditionalFields']}[self.flat]
        if rng.random() < 0.5:
            rng.shuffle(names)
        if rng.random() < 0.2:
            names = names + ['Level', '_ResourceId']
        self.rows = []
        for _ in range(n):
            row = maker.row(time_text, self.flat)
            self.rows.append([row.get(name) for name in names])
            if names[-1] == '_ResourceId':
                self.repeat(maker, names, row)
        self.names = [time_column if name == 'TimeGenerated' else name for name in names]

    def repeat(self, maker, names, row):
        """A second Level column, and an alias that differs."""
        cells = self.rows[-1]
        cells[-1] = (row['ResourceId'] or maker.resource_id('dps')).lower()
        cells[names.index('Level')] = maker.rng.choice([row['Level'], None, 'None', 'Error', ' '])


def iso_times(maker):
    def text(moment):
        if moment is None:
            return maker.rng.choice([value for value in INVALID_TIMES if value is None or type(value) is str])
        return maker.rng.choice(EDGE_TIMES) if maker.chance(0.02) else iso_text(maker.rng, moment)
    return text


def portal_times(maker, day_first):
    def text(moment):
        if moment is None:
            return maker.rng.choice([None, '2/30/2026, 1:00:00', '3/4/26, 1:00:00', 'x', '5/6/2026, 13:00:00 PM', '7/8/2026'])
        if maker.chance(0.1):
            return iso_text(maker.rng, moment)
        if day_first and maker.chance(0.05):
            return '11/27/2026, 4:00:00'
        return portal_text(maker.rng, moment, day_first)
    return text


# ---- forms: (maker, n) -> bytes ---------------------------------------------------------------------------------


def encode(text):
    return text.encode('utf-8', 'surrogateescape')


def spaced(rng):
    return Writer(rng, colon=rng.choice([':', ' : ', ': ']), comma=rng.choice([',', ', ', ' ,']))


def compact(rng):
    return Writer(rng, fancy=False)


def form_lines(maker, n):
    rng = maker.rng
    newline = rng.choice(['\n', '\n', '\r\n'])
    out = ['\ufeff'] if maker.chance(0.2) else []
    out += [newline] if maker.chance(0.1) else []
    written = 0
    while written < n:
        line = spaced(rng).write(maker.blob())
        written += 1
        glue = rng.choice(['', ' ', ',']) if maker.chance(0.05) else ','
        if maker.chance(0.05) or glue != ',':
            line += glue + spaced(rng).write(maker.blob())
            written += 1
        array = '[' + line + ']' if glue == ',' else line
        line = choose(rng, [(20, line), (1, line + ','), (1, ' ' + line), (1, array), (1, line + '  ')])
        out.append(line + newline)
        if maker.chance(0.05):
            out.append(choose(rng, [(2, newline), (1, '  ' + newline), (1, 'null' + newline), (1, '12 "x"' + newline)]))
    if maker.chance(0.3) and out:
        out[-1] = out[-1].rstrip('\r\n')
    return encode(''.join(out))


def envelope(maker, n, writer, siblings=False):
    records = [maker.element() for _ in range(n)]
    if maker.chance(0.1) and records:
        records[:2] = [[*records[:2]]]
    members = Pairs([(choose(maker.rng, [(6, 'records'), (1, 'Records')]), records)])
    if siblings:
        members[0:0] = [('count', Literal('3')), ('nested', Pairs([('level', 'Error')]))]
        members += [('EventProcessedUtcTime', '2026-11-02T00:00:00Z'), ('PartitionId', Literal('1')), ('operationName', 'x')]
    return writer.write(members)


def parts_of(rng, n):
    parts = []
    while n > 0:
        parts.append(min(n, rng.choice([0, 1, 2, 5, 9])))
        n -= parts[-1]
    return parts or [0]


def form_document(maker, n):
    return encode(envelope(maker, n, spaced(maker.rng)))


def form_document_pretty(maker, n):
    return encode(envelope(maker, n, Writer(maker.rng, indent=maker.rng.choice([2, 4]), colon=': ',
                                            newline=maker.rng.choice(['\n', '\r\n'])), siblings=True))


def form_documents_glued(maker, n):
    return encode(''.join(envelope(maker, part, spaced(maker.rng), maker.chance(0.3)) for part in parts_of(maker.rng, n)))


def form_documents_lines(maker, n):
    return encode(''.join(envelope(maker, part, spaced(maker.rng), True) + '\n' for part in parts_of(maker.rng, n)))


def form_documents_siblings(maker, n):
    return encode('\n'.join(envelope(maker, part, spaced(maker.rng), True) + maker.rng.choice(['', ',', '\n'])
                            for part in parts_of(maker.rng, n)))


def form_messages_array(maker, n):
    texts = [envelope(maker, part, spaced(maker.rng), maker.chance(0.5)) for part in parts_of(maker.rng, n)]
    return encode('[' + maker.rng.choice([',', ',\n ']).join(texts) + ']')


def form_array(maker, n):
    return encode(spaced(maker.rng).write([maker.element() for _ in range(n)]) + '\n')


def form_arrays_nested(maker, n):
    return encode(spaced(maker.rng).write([[maker.element() for _ in range(part)] if maker.chance(0.7) else
                                           [[maker.blob()] for _ in range(part)] for part in parts_of(maker.rng, n)]))


def form_glued(maker, n):
    return encode(''.join(spaced(maker.rng).write(maker.blob()) for _ in range(n)))


def form_pretty(maker, n):
    writer = Writer(maker.rng, indent=4, colon=': ')
    return encode(maker.rng.choice(['\n', '', '\n\n']).join(writer.write(maker.blob()) for _ in range(n)) + '\n')


def form_mixed(maker, n):
    out = []
    for part in parts_of(maker.rng, n):
        shape = maker.rng.choice([form_lines, form_document, form_document_pretty, form_array, form_glued, form_pretty,
                                  form_rest, form_az])
        out.append(shape(maker, part))
    return maker.rng.choice([b'\n', b'\n', b'\r\n\xef\xbb\xbf']).join(out)


def stringify(value):
    """az passes every value through str()."""
    if isinstance(value, bool) or value is None:
        return str(value)
    return value if isinstance(value, Raw) else str(value)


def flat_objects(maker, n, convert):
    table = TableMaker(maker, n, iso_times(maker))
    return [Pairs([('TableName', 'PrimaryResult')] * (convert is stringify) +
                  [(name, convert(value)) for name, value in zip(table.names, row)]) for row in table.rows]


def form_az(maker, n):
    return encode(Writer(maker.rng, indent=2, colon=': ').write(flat_objects(maker, n, stringify)) + '\n')


def form_rest(maker, n):
    tables = []
    for part in maker.rng.choice([[n], [0, n], [n - n // 3, n // 3]]):
        table = TableMaker(maker, part, iso_times(maker))
        old = maker.chance(0.3)
        columns = [Pairs([('ColumnName' if old else 'name', name), ('DataType' if old else 'type', 'string')])
                   for name in table.names]
        tables.append(Pairs([(maker.rng.choice(['name', 'TableName']), 'Table_0' if old else 'PrimaryResult'),
                             ('columns', columns), ('rows', table.rows)]))
    members = Pairs([('tables', tables)])
    return encode((Writer(maker.rng, indent=2, colon=': ') if maker.chance(0.3) else spaced(maker.rng)).write(members))


def form_rest_partial(maker, n):
    table = TableMaker(maker, n, iso_times(maker))
    for _ in range(2):
        table.rows.insert(maker.rng.randrange(len(table.rows) + 1),
                          maker.rng.choice([[], ['x'], 'no row', [None] * (len(table.names) + 1)]))
    columns = [Pairs([('name', name)]) for name in table.names]
    return encode(spaced(maker.rng).write(Pairs([
        ('tables', [Pairs([('name', 'PrimaryResult'), ('columns', columns), ('rows', table.rows)])]),
        ('error', Pairs([('code', 'PartialError'), ('message', 'The query was cut.')]))])))


def powershell_json(maker, n):
    convert = lambda value: None if value is None else str(value)
    text = Writer(maker.rng, indent=4, colon=':  ', newline='\r\n').write(flat_objects(maker, n, convert))
    return '\ufeff' + text + '\r\n'


def form_powershell_json(maker, n):
    return encode(powershell_json(maker, n))


def form_powershell_json_utf16le(maker, n):
    return powershell_json(maker, n).encode('utf-16-le')


def form_powershell_json_utf16be(maker, n):
    return powershell_json(maker, n).encode('utf-16-be')


def cell_text(value):
    if value is None:
        return ''
    if isinstance(value, bool):
        return str(value)
    return str(value).replace('\0', '')


def csv_cell(rng, value, delimiter, always):
    text = cell_text(value)
    if always or any(char in text for char in delimiter + '"\r\n') or rng.random() < 0.1:
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_text(maker, table, delimiter=',', newline='\n', always=False):
    lines = [delimiter.join(csv_cell(maker.rng, value, delimiter, always) for value in row)
             for row in [table.names] + table.rows]
    if maker.chance(0.3):
        lines.insert(maker.rng.randrange(1, len(lines) + 1), '')
    return newline.join(lines) + newline * maker.rng.choice([0, 1, 1, 1])


def form_portal_csv(maker, n):
    table = TableMaker(maker, n, portal_times(maker, False), 'TimeGenerated [UTC]')
    return encode('\ufeff' * maker.chance(0.5) + csv_text(maker, table, newline=maker.rng.choice(['\n', '\r\n'])))


def form_portal_csv_day_first(maker, n):
    return encode(csv_text(maker, TableMaker(maker, n, portal_times(maker, True), 'TimeGenerated [UTC]')))


def form_portal_csv_local(maker, n):
    times = iso_times(maker) if maker.chance(0.5) else portal_times(maker, maker.chance(0.5))
    return encode(csv_text(maker, TableMaker(maker, n, times, 'TimeGenerated [Local Time]')))


def form_excel_csv(maker, n):
    delimiter = maker.rng.choice([';', ','])
    first = 'sep=%s\r\n' % delimiter if delimiter == ',' or maker.chance(0.6) else ''
    return encode(first + csv_text(maker, TableMaker(maker, n, iso_times(maker)), delimiter, '\r\n'))


def powershell_csv(maker, n):
    text = csv_text(maker, TableMaker(maker, n, iso_times(maker)), newline='\r\n', always=True)
    return '\ufeff' + '#TYPE System.Management.Automation.PSCustomObject\r\n' * maker.chance(0.7) + text


def form_powershell_csv(maker, n):
    return encode(powershell_csv(maker, n))


def form_powershell_csv_utf16le(maker, n):
    return powershell_csv(maker, n).encode('utf-16-le')


def form_powershell_csv_utf16be(maker, n):
    return powershell_csv(maker, n).encode('utf-16-be')


def form_kusto_csv(maker, n):
    return encode(csv_text(maker, TableMaker(maker, n, iso_times(maker)), newline='\r\n'))


def form_kusto_tsv(maker, n):
    return encode(csv_text(maker, TableMaker(maker, n, iso_times(maker)), delimiter='\t'))


def form_kusto_lines(maker, n):
    objects = flat_objects(maker, n, lambda value: value)
    return encode(''.join(spaced(maker.rng).write(each) + '\n' for each in objects))


# -- damages

BAD_LINES = ['{"time":"2026-11-02T03:14:07Z","operationName":"x",}', '{"operationName":\'x\'}',
             '{"operationName":"x" "category":"y"}', '{"operationName":nul}', '{"a":01}', '{"a":+1}', '{"a":.5}', '{"a":NaN}',
             '{"a":"\\x"}', '{"a":"\\u12g4"}', 'not JSON at all', '{"operationName":"raw\ttab"}', '{"a":\x0c1}', '{"a"}',
             '{"category":"x","level":"Error"', '{"category":"x}', '{"category":"x","properties":"{\\"deviceId\\":\\"d',
             '{"a":1,"b":[1,2}', '{,}', '{"a":[1,]}', '{"a":1.}', '{"a":-}', '{"a":Infinity}']


def plain_line(maker):
    """A record as real blobs have it, whose damaged parts can't look like something else."""
    device, failed, moment = maker.fleet.event()
    properties = compact(maker.rng).write(Pairs([('deviceId', device), ('protocol', 'Mqtt')]))
    return compact(maker.rng).write(Pairs([
        ('time', iso_text(maker.rng, moment or START)), ('resourceId', maker.resource_id('hub')),
        ('operationName', 'deviceConnect'), ('category', 'Connections'), ('level', 'Error' if failed else 'Information'),
        ('resultType', '404104' if failed else ''), ('properties', properties), ('location', 'centralus')]))


# (service, operation, resultType, seconds to the next): what a healthy device shows when its token ends, or its TPM is asked
RENEWAL = (('hub', 'deviceConnect', '401003', 4), ('hub', 'deviceDisconnect', '404104', 11), ('hub', 'deviceConnect', '', 3600))
CHALLENGE = (('dps', 'RegistrationAttempt', '401', 2), ('dps', 'RegistrationAttempt', 'Success', 7),
             ('dps', 'DeviceAssigned', 'Success', 60))
TROUBLES = (('dps', 'RegistrationAttempt', '404204', 9), ('hub', 'deviceConnect', '429001', 30), ('hub', 'deviceConnect', '', 5),
            ('hub', 'deviceDisconnect', '404104', 1), ('dps', 'RegistrationAttempt', '401002', 3))


def form_lines_renewals(maker, n):
    """Devices whose failures are expected, some of them with others beside."""
    rng = maker.rng
    lines = []
    while len(lines) < n:
        device = 'temp-%d' % rng.randrange(4 + n // 12)
        moment = START + timedelta(minutes=rng.randrange(7 * 24 * 60))
        steps = list(rng.choice((RENEWAL, RENEWAL, CHALLENGE, RENEWAL[:2], (rng.choice(TROUBLES),))))
        for service, operation, result, seconds in steps * rng.choice((1, 1, 2, 5)):
            record = [('time', iso_text(rng, moment)), ('resourceId', maker.resource_id(service)), ('operationName', operation),
                      ('category', 'Connections' if service == 'hub' else 'DeviceOperations'), ('resultType', result),
                      ('properties', compact(rng).write(Pairs([('deviceId', device), ('protocol', rng.choice(('Mqtt', 'Amqp')))]))),
                      ('location', rng.choice(('westeurope', 'centralus')))]
            lines.append(compact(rng).write(Pairs(record)))
            moment += timedelta(seconds=seconds if rng.random() < 0.8 else 0.02)
    return encode(''.join(line + '\n' for line in lines))


def form_lines_bad(maker, n):
    lines = [plain_line(maker) for _ in range(n + 1)]
    for place in sorted(maker.rng.sample(range(1, n + 1), min(3, n)), reverse=True):
        lines.insert(place, maker.rng.choice(BAD_LINES))
    return encode('\n'.join(lines) + '\n')


def cut(maker, text):
    return text[:maker.rng.randrange(1, len(text))]


def form_lines_cut(maker, n):
    return encode(''.join(plain_line(maker) + '\n' for _ in range(n)) + cut(maker, plain_line(maker)))


def form_document_cut(maker, n):
    return encode('{"count":1,"records":[' + ''.join(plain_line(maker) + ',' for _ in range(n)) + cut(maker, plain_line(maker)))


def form_array_cut(maker, n):
    return encode('[' + ''.join(plain_line(maker) + ',\n' for _ in range(n)) + cut(maker, plain_line(maker)))


def form_csv_width(maker, n):
    table = TableMaker(maker, n, iso_times(maker))
    for _ in range(3):
        row = ['x'] * maker.rng.choice([1, 2, len(table.names) - 1, len(table.names) + 1])
        table.rows.insert(maker.rng.randrange(len(table.rows) + 1), row)
    return encode(csv_text(maker, table).rstrip('\n') + '\n')


def form_csv_cut(maker, n):
    table = TableMaker(maker, n + 1, iso_times(maker))
    # a cell with a line end that is cut looks like a stray quote: that is another damage
    last = [csv_cell(maker.rng, value, ',', False).replace('\n', ' ').replace('\r', ' ') for value in table.rows.pop()]
    width = maker.rng.randrange(2, len(last))
    tail = ','.join(last[:width]) + maker.rng.choice(['', ',"open, and more'])
    return encode(csv_text(maker, table).rstrip('\n') + '\n' + (tail if tail.strip(',') else 'x' + tail))


# Forms in which strings may hold bytes that are not UTF-8; forms in which they may hold what only JSON can say.
FORMS = {name[len('form_'):]: function for name, function in list(globals().items()) if name.startswith('form_')}
RAW_FORMS = ('lines', 'glued')
JSON_FORMS = tuple(name for name in FORMS if 'csv' not in name and 'tsv' not in name and 'utf16' not in name)


# ---- containers: (rng, [blob]) -> bytes -------------------------------------------------------------------------


def zstd(data):
    return subprocess.run(['zstd', '-qc', '-3'], input=data, stdout=subprocess.PIPE, check=True).stdout


def pieces(rng, data):
    """The same bytes in three, cut anywhere."""
    places = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return [data[:places[0]], data[places[0]:places[1]], data[places[1]:]]


def gz(data):
    return gzip.compress(data, 1, mtime=0)


def member_names(rng, blobs):
    """Names as a storage account has them: long, with `=`, the last part always the same."""
    return [('insights-logs-deviceoperations/resourceId=%s/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/PLANT-DPS/'
             'y=2026/m=11/d=02/h=%02d/m=00/PT1H.json' % (SUBSCRIPTION, i)) if rng.random() < 0.5 else
            '%d caf\u00e9 \u0026 x.log' % i for i in range(len(blobs))]


def with_strangers(rng, members):
    """Members that are none of ours are no loss."""
    members = list(members)
    if rng.random() < 0.5:
        members.insert(rng.randrange(len(members) + 1), ('logo.png', b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR' + bytes(range(64))))
    if rng.random() < 0.3:
        members.append(('empty.json', b''))
    return members


def tar(rng, members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=rng.choice([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])) as archive:
        folder = tarfile.TarInfo('insights-logs-deviceoperations')
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def zip_archive(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 2, 3, 14, 6)), data, method)
    return out.getvalue()


def pack_tar(rng, blobs):
    return tar(rng, with_strangers(rng, zip(member_names(rng, blobs), blobs)))


def pack_zip(rng, blobs, method=zipfile.ZIP_DEFLATED):
    return zip_archive(with_strangers(rng, zip(member_names(rng, blobs), blobs)), method)


SINGLE = {
    'plain': lambda rng, data: data,
    'stdin': lambda rng, data: data,
    'gz': lambda rng, data: gz(data),
    'gz_members': lambda rng, data: b''.join(gz(piece) for piece in pieces(rng, data)),
    'gz_padded': lambda rng, data: gz(data) + b'\0' * rng.choice([1, 511, 4096]),
    'zst': lambda rng, data: zstd(data),
    'zst_frames': lambda rng, data: b''.join(zstd(piece) for piece in pieces(rng, data)),
    'bz2': lambda rng, data: bz2.compress(data),
    'bz2_streams': lambda rng, data: b''.join(bz2.compress(piece) for piece in pieces(rng, data)),
    'xz': lambda rng, data: lzma.compress(data),
    'xz_streams': lambda rng, data: (b'\0' * 4).join(lzma.compress(piece) for piece in pieces(rng, data)),
}
ARCHIVES = {
    'tar': pack_tar,
    'tar_gz': lambda rng, blobs: gz(pack_tar(rng, blobs)),
    'tar_zst': lambda rng, blobs: zstd(pack_tar(rng, blobs)),
    'tar_xz': lambda rng, blobs: lzma.compress(pack_tar(rng, blobs)),
    'tar_bz2': lambda rng, blobs: bz2.compress(pack_tar(rng, blobs)),
    'gz_in_tar': lambda rng, blobs: pack_tar(rng, [gz(blob) for blob in blobs]),
    'zip': pack_zip,
    'zip_stored': lambda rng, blobs: pack_zip(rng, blobs, zipfile.ZIP_STORED),
    'gz_in_zip': lambda rng, blobs: pack_zip(rng, [gz(blob) for blob in blobs]),
    'tar_gz_in_zip': lambda rng, blobs: pack_zip(rng, [gz(pack_tar(rng, blobs))]),
    'zip_in_tar': lambda rng, blobs: pack_tar(rng, [pack_zip(rng, blobs)]),
}
FOLDERS = ('folder', 'folder_gz')


def containers():
    """The names of the containers that can be made on this machine."""
    return [name for name in (*SINGLE, *ARCHIVES, *FOLDERS) if have_zstd() or 'zst' not in name]


def generate(seed, form, container, n, directory):
    """Writes about n records of a form in a container below directory; returns the path."""
    rng = random.Random('%s/%s/%s/%s' % (seed, form, container, n))
    maker = Maker(rng, form in JSON_FORMS, form in RAW_FORMS)
    path = os.path.join(directory, '%s-%s-%s' % (form, container, seed))
    count = 1 if container in SINGLE else rng.randrange(1, 4)
    blobs = [FORMS[form](maker, max(1, n // count)) for _ in range(count)]
    if container in ARCHIVES and len(blobs) > 1 and rng.random() < 0.2:
        blobs[1] = blobs[0]
    if container in FOLDERS:
        for i, blob in enumerate(blobs):
            folder = os.path.join(path, 'y=2026', 'h=%02d' % i)
            os.makedirs(folder)
            with open(os.path.join(folder, 'PT1H.json'), 'wb') as file:
                file.write(gz(blob) if container == 'folder_gz' else blob)
        os.symlink('..', os.path.join(path, 'y=2026', 'loop'))
    else:
        data = SINGLE[container](rng, blobs[0]) if container in SINGLE else ARCHIVES[container](rng, blobs)
        with open(path, 'wb') as file:
            file.write(data)
    return path


def main(arguments):
    if arguments == ['--list']:
        print('forms: ' + ' '.join(FORMS))
        print('containers: ' + ' '.join(containers()))
        return 0
    if len(arguments) != 5 or arguments[1] not in FORMS or arguments[2] not in containers() or not arguments[3].isdigit():
        print(__doc__, file=sys.stderr)
        return 2
    seed, form, container, n, directory = arguments
    os.makedirs(directory, exist_ok=True)
    print(generate(seed, form, container, int(n), directory))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
