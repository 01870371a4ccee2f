#!/usr/bin/env python3
"""Compares the rows of `dpslog series` with a second working out, on generated log and metric records, byte for byte.

    series.py --dpslog BIN [--seeds N] [--first-seed S] [--keep DIR]

Written from the pages, not from the C code: every measurement is kept, and added up with fractions when a bucket is asked
for. What a log record means is the reference's. A failure prints the seed and the options, and keeps its input.
"""

import json
import os
import random
import re
import subprocess
import sys
from fractions import Fraction

import reading
import reference
import seeds
from alerts import nine_places, show, upper
from reference import fold, same

MINUTE = 60 * 1000000
SPANS = {'1m': 1, '5m': 5, '15m': 15, '30m': 30, '1h': 60, '2h': 120, '3h': 180, '4h': 240, '6h': 360, '12h': 720, '1d': 1440}
REST = '(rest)'
STANDARD = ['attestationAttempts', 'registrationAttempts', 'deviceAssignments', 'failures']
ATTEMPTS = ('attestationattempt', 'attestationattempts')
REGISTRATIONS = ('registrationattempt', 'registrationattempts', 'register', 'registerdevice')
ASSIGNMENTS = ('deviceassigned', 'deviceassignment', 'deviceassignments', 'assign')


def is_operation(record, names):
    return record.operation is not None and fold(record.operation) in names


def hub_failure(category):
    return lambda r: r.service == 'hub' and r.is_failure and same(r.category, category)


KNOWN = {
    'attestationAttempts': lambda r: is_operation(r, ATTEMPTS),
    'registrationAttempts': lambda r: is_operation(r, REGISTRATIONS),
    'deviceAssignments': lambda r: is_operation(r, ASSIGNMENTS) and not r.is_failure,
    'failures': lambda r: r.is_failure,
    'throttled': lambda r: r.code is not None and r.code[:3] == '429',
    'records': lambda r: True,
    'd2c.telemetry.ingress.sendThrottle': lambda r: r.service == 'hub' and r.code == '429001',
    'd2c.telemetry.egress.dropped': lambda r: r.service == 'hub' and is_operation(r, ('droppedmessage',)),
    'C2DMessagesExpired': lambda r: r.service == 'hub' and is_operation(r, ('messageexpired',)),
    'c2d.methods.failure': hub_failure('DirectMethods'),
    'd2c.twin.update.failure': hub_failure('D2CTwinOperations'),
    'twinQueries.failure': hub_failure('TwinQueries'),
}
SPELLINGS = {fold(name): name for name in KNOWN}
ALWAYS = ('resource', 'service', 'minute', 'hour', 'day', 'provisioningservicename')


# ---- measurements -----------------------------------------------------------------------------------------------


def number_of(record, name):
    text = record.field(name)
    if text is None or re.fullmatch(r'[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?', text) is None:
        return None
    number = nine_places(Fraction(text))
    return number if abs(number) <= 10 ** 18 else None


class Measurement:
    def __init__(self, record, count, total, least=None, most=None, grain=None):
        self.record, self.time = record, record.time
        self.count, self.total, self.least, self.most, self.grain = count, total, least, most, grain


def measurement_of(record):
    count, total = number_of(record, 'count'), number_of(record, 'total')
    if count is None or total is None or record.time is None:
        return None
    grain = grain_of(record.field('timeGrain'))
    if count == 0:
        return Measurement(record, 0, 0, grain=grain)
    return Measurement(record, count, total, number_of(record, 'minimum'), number_of(record, 'maximum'), grain)


def grain_of(text):
    match = re.fullmatch('P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?)?', text or '', re.IGNORECASE)
    minutes = sum(int(n or 0) * f for n, f in zip(match.groups(), (1440, 60, 1))) if match else 0
    return minutes or 1


def resource_of(record):
    segments = record._segments()
    if record.field('resourceId', '_ResourceId') is not None:
        return tuple(upper(segment) for segment in segments)
    return upper(record.field('ResourceType') or ''), upper(record.field('Resource') or ''), None


def read_metric(record):
    """What the reference leaves out of a metric record."""
    record.time_text = record.field(*reference.TIME_ALIASES)
    record.time = reference.parse_iso(record.time_text) if record.time_text else None
    record.category, record.operation = record.field('category'), record.field('operationName')
    record.device = record.result_type = record.code = None
    record.is_failure = False
    record.service = record._service()
    segments = record._segments()
    record.resource = upper((segments[-1] if segments else record.field('Resource')) or '')
    dimensions = record.obj.get('dimensions')
    if isinstance(dimensions, str) and not isinstance(dimensions, reading.Number):
        dimensions = reading.parse_object(reading.repair(dimensions).strip(reading.BLANKS))
    record.dimensions = dimensions if isinstance(dimensions, reading.Obj) else None


def value_of(record, name):
    """The value of a key or dimension; '' is none."""
    lower = fold(name)
    if lower == 'provisioningservicename' and record.service == 'dps' and record.resource:
        return record.resource
    if record.kind == 'log':
        if lower == 'status':
            return 'Failed' if record.is_failure else 'Succeeded'
        known = lower in map(fold, reference.KEYS) or lower.startswith('properties.')
        return record.key(name) if known else ''
    if lower in ('minute', 'hour', 'day'):
        return reference.format_span(record.time, {'minute': 60, 'hour': 3600, 'day': 86400}[lower])
    if lower in ('resource', 'service'):
        return getattr(record, lower) or ''
    inner = reference.text_of(record.dimensions.get(name), record.tabular) if record.dimensions else None
    return inner or record.field(name) or ''


def logs_know(name):
    lower = fold(name)
    return lower in ('status', 'provisioningservicename') or lower in map(fold, reference.KEYS) or lower.startswith('properties.')


# ---- series -----------------------------------------------------------------------------------------------------


class Series:
    def __init__(self, records, options):
        self.options = options
        self.times = [r.time for r in records if r.time is not None]
        selection = reference.Selection(**options.get('selection', {}))
        chosen = [r for r in records if selection.base(r) and selection.outcome(r)]
        self.logs = [r for r in chosen if r.kind == 'log']
        self.metrics = [r for r in chosen if r.kind == 'metric']
        self.split = options.get('split', [])
        self.span()

    def span(self):
        since, until = (self.options.get('selection', {}).get(name) for name in ('since', 'until'))
        first = since if since is not None else min(self.times, default=None)
        last = until - 1 if until is not None else max(self.times, default=None)
        self.starts = []
        for name, minutes in SPANS.items():
            if self.options.get('every', name) != name:
                continue
            every = minutes * MINUTE
            if first is None or last is None or last < first:
                return
            n = last // every - first // every + 1
            if n <= 200 or name in (self.options.get('every'), '1d'):
                self.every, self.starts = every, range(first - first % every, last + 1, every)
                return

    def asked(self):
        """name as asked -> what log records it has; None: none."""
        defined = self.options.get('defined', {})
        found = {}
        for name in self.options.get('metrics', [] if defined else STANDARD):
            if name == 'all':
                names = {fold(r.field('metricName')) for r in self.metrics} | set(SPELLINGS)
                found.update({name: KNOWN.get(SPELLINGS.get(name)) for name in names})
            else:
                found[fold(name)] = KNOWN.get(SPELLINGS.get(fold(name)))
        for name, operations in defined.items():
            found[fold(name)] = lambda r, o=[fold(operation) for operation in operations]: is_operation(r, o)
        return found

    def spelling(self, name):
        logged = [r.field('metricName') for r in self.metrics if fold(r.field('metricName')) == name]
        asked = [n for n in [*self.options.get('metrics', []), *self.options.get('defined', {})] if fold(n) == name]
        return SPELLINGS.get(name) or min(logged, key=str.encode, default=None) or asked[0]

    def chosen(self, name, counts):
        """(source, measurements) of each resource that is not left out."""
        logs, metrics = {}, {}
        for r in self.logs:
            if counts is not None and counts(r) and r.time is not None:
                logs.setdefault(resource_of(r), []).append(Measurement(r, 1, 1, 1, 1))
        for r in self.metrics:
            measured = measurement_of(r) if fold(r.field('metricName')) == name else None
            if measured:
                metrics.setdefault(resource_of(r), []).append(measured)
        for resource in set(logs) | set(metrics):
            exported = metrics.get(resource, [])
            finest = min((m.grain for m in exported), default=None)
            exported = [m for m in exported if m.grain == finest]
            if exported and all(fold(key) in ALWAYS or any(value_of(m.record, key) for m in exported) for key in self.split):
                yield 'metrics', exported
            elif resource in logs and all(logs_know(key) for key in self.split):
                yield 'logs', logs[resource]

    def bands(self, name, counts):
        """values -> [sources, measurements], in order."""
        found = {}
        for source, measurements in self.chosen(name, counts):
            for m in measurements:
                band = found.setdefault(tuple(value_of(m.record, key) for key in self.split), [set(), []])
                band[0].add(source)
                band[1].append(m)
        if not found and not self.split and counts is not None and 'all' not in self.options.get('metrics', []):
            found[()] = [{'logs'}, []]
        top = self.options.get('top', 0)
        order = [tuple(value.encode() for value in values) for values in found]
        ranked = [v for _, v in sorted(zip(order, found), key=lambda p: (-sum(m.total for m in found[p[1]][1]), p[0]))]
        shown = sorted(ranked[:top] if top else ranked, key=lambda values: tuple(value.encode() for value in values))
        rows = [(values, *found[values]) for values in shown]
        if top and len(ranked) > top:
            rest = [found[values] for values in ranked[top:]]
            rows.append(((REST,) * len(self.split), set().union(*(b[0] for b in rest)), [m for b in rest for m in b[1]]))
        return rows

    def rows(self):
        asked = self.asked()
        names = sorted(asked, key=lambda n: self.spelling(n).encode()) if 'all' in self.options.get('metrics', []) else asked
        for name in names:
            for values, sources, measurements in self.bands(name, asked[name]):
                buckets = {}
                for m in measurements if self.starts else []:
                    buckets.setdefault(m.time - m.time % self.every, []).append(m)
                for start in self.starts:
                    yield [reference.format_time(start), cell(self.spelling(name)), '+'.join(sorted(sources)),
                           *(value if fold(key) in ('minute', 'hour', 'day') else cell(value)
                             for key, value in zip(self.split, values)),
                           self.value(buckets.get(start, []))]

    def value(self, measured):
        count, total = sum(m.count for m in measured), sum(m.total for m in measured)
        kind = self.options.get('aggregation', 'total')
        if kind in ('total', 'count'):
            return show(total if kind == 'total' else count)
        if kind == 'average':
            return show(Fraction(total) / Fraction(count)) if count != 0 else ''
        bounds = [b for m in measured if (b := m.least if kind == 'minimum' else m.most) is not None]
        return show((min if kind == 'minimum' else max)(bounds)) if bounds else ''

    def text(self):
        header = ['time', 'metric', 'source', *self.split, 'value']
        return ''.join(','.join(row) + '\n' for row in [header, *self.rows()])


def cell(text):
    return reference.quote(("'" if reference.needs_guard(text) else '') + text)


# ---- what is generated ------------------------------------------------------------------------------------------

PREFIX = '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/'
RESOURCES = ['MICROSOFT.DEVICES/PROVISIONINGSERVICES/ONE', 'MICROSOFT.DEVICES/PROVISIONINGSERVICES/TWO', 'MICROSOFT.DEVICES/IOTHUBS/ONE',
             'MICROSOFT.DEVICES/ELASTICPOOLS/P', None, None, None]
OPERATIONS = ['AttestationAttempt', 'AttestationAttempts', 'RegisterDevice', 'Register', 'Assign', 'DeviceAssigned', 'droppedMessage',
              'messageExpired', 'deviceConnect', 'Upsert']
CATEGORIES = ['DeviceOperations', 'DirectMethods', 'D2CTwinOperations', 'TwinQueries', 'Connections']
NAMES = ['AttestationAttempts', 'RegistrationAttempts', 'DeviceAssignments', 'dailyMessageQuotaUsed', 'failures', '=sum', 'a,"b"',
         'd2c.telemetry.egress.dropped', 'twinQueries.failure', '\u00e9t\u00e9', 'C2DMessagesExpired']


class Generator:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.start = 1793577600000000 + self.rng.randrange(3) * 1440 * MINUTE - MINUTE * self.rng.choice([0, 3, 90])
        self.length = self.rng.choice([7, 61, 400, 1440, 3000, 290 * 1440])
        self.grains = self.rng.random() < 0.5
        # few of each in one input, so that much meets in the same place
        self.resources, self.names = (self.rng.sample(all_of, self.rng.randrange(1, 4)) for all_of in (RESOURCES, NAMES))
        self.carrying = self.pick(0, 0.2, 0.8)

    def pick(self, *choices):
        return self.rng.choice(choices)

    def case(self, text):
        return self.pick(text, text, text, text.upper(), text.lower())

    def time(self):
        """Also at the edges of minutes, hours and days, with offsets and fractions, and none."""
        if self.rng.random() < 0.05:
            return self.pick('', 'soon', '2026-02-30T00:00:00Z', None)
        us = self.start + self.rng.randrange(self.length) * MINUTE + self.pick(0, 0, MINUTE - 1, 1, 30 * 1000000, self.rng.randrange(MINUTE))
        text = reference.format_time(us)
        if self.rng.random() < 0.1:
            return reference.format_time(us + 90 * MINUTE)[:-1] + '9+01:30'
        return self.pick(text, text, text[:-1] + '99Z', text.replace('T', ' '), text[:-1])

    def resource(self):
        which = self.rng.choice(self.resources)
        if which is None:
            return self.pick({}, {'ResourceType': self.case('IOTHUBS'), 'Resource': self.case('one')},
                             {'Resource': self.case('Two'), 'ResourceType': self.case('ProvisioningServices')}, {'Resource': 'x'})
        text = self.case(PREFIX + which)
        return {self.pick('resourceId', 'resourceId', '_ResourceId'): self.pick(text, text, text + '/', text.replace('/', '//'), text[1:])}

    def log(self):
        r = self.rng
        record = {'time': self.time(), 'operationName': self.case(r.choice(OPERATIONS)), 'category': self.case(r.choice(CATEGORIES)),
                  'resultType': self.pick('Success', '', '404', '429001', '429', 'ClientError', '401003'), **self.resource()}
        record['properties'] = {'protocol': self.pick('Mqtt', 'Amqp', 'mqtt', None), 'deviceId': 'd-%d' % r.randrange(6)}
        if r.random() < 0.3:
            record['location'] = self.pick('westeurope', '=1+1', 'a,b', '(rest)')
        return record

    def number(self):
        n = self.rng.randrange(0, 12)
        return self.pick(n, n, n, -n, n + 0.25, '%d.5' % n, '1e3', '0.0000000019', 9223372036, 9000000000.5, '1e18', '1e19', '', None, 'x', True)

    def metric(self):
        r = self.rng
        record = {'metricName': self.case(r.choice(self.names)), 'time': self.time(), **self.resource()}
        count = self.pick(0, 1, 2, 3, 1, 2, '4', 2.5, None)
        record.update({'count': count, 'total': self.number(), 'minimum': self.number(), 'maximum': self.number(), 'average': 1})
        if self.grains:
            record['timeGrain'] = self.pick('PT1M', 'pt1m', 'PT5M', 'PT1H', 'P1D', '', 'often')
        for name in ('total', 'minimum', 'count', 'time'):
            if r.random() < 0.1:
                del record[name]
        if r.random() < self.carrying:
            carried = {self.pick('Protocol', 'protocol', 'Status', 'location', 'IotHubName', 'ProvisioningServiceName'):
                       self.pick('Mqtt', 'Failed', 'x', '', None, 3, 'None') for _ in range(r.randrange(1, 3))}
            if r.random() < 0.5:
                record.update(carried)
            else:
                record['dimensions'] = self.pick(carried, carried, json.dumps(carried), 'no', [carried])
        if r.random() < 0.1:
            record['TimeGenerated'] = record.pop('time', None)
        return record

    def records(self):
        share = self.pick(0, 0.2, 0.5, 0.9)
        n = self.rng.randrange(1, 160)
        return [self.metric() if self.rng.random() < share else self.log() for _ in range(n)]

    def options(self):
        r = self.rng
        o = {}
        if r.random() < 0.8:
            known = [*KNOWN, *self.names, 'nosuch', 'all', 'all']
            o['metrics'] = list({fold(n): self.case(n) if n != 'all' else n for n in r.sample(known, r.randrange(1, 6))
                                 if ',' not in n and '=' not in n}.values()) or ['failures']
        if r.random() < 0.2:
            names = [n for n in ('connects', 'throttled', 'dailyMessageQuotaUsed') if fold(n) not in map(fold, o.get('metrics', []))]
            o['defined'] = {r.choice(names): [self.case(op) for op in r.sample(OPERATIONS, r.randrange(1, 3))]}
        if r.random() < 0.7 and self.length <= 3000:
            o['every'] = r.choice(list(SPANS))
        if r.random() < 0.7:
            o['aggregation'] = self.pick('total', 'average', 'minimum', 'maximum', 'count')
        if r.random() < 0.6:
            o['split'] = r.sample(['protocol', 'Status', 'resource', 'service', 'IotHubName', 'ProvisioningServiceName', 'location',
                                   'hour', 'day', 'minute', 'device', 'resultType', 'code', 'properties.deviceId', 'category'],
                                  self.pick(1, 1, 1, 2, 3))
            if r.random() < 0.5:
                o['top'] = self.pick(1, 2, 3, 7)
        o['selection'] = self.selection()
        return o

    def selection(self):
        middle = self.start + self.length * MINUTE // 2
        return self.pick({}, {}, {}, {'since': middle + 1}, {'until': middle}, {'since': middle - 7 * MINUTE, 'until': middle + 5 * MINUTE + 1},
                         {'failures': True}, {'operation': '?*'}, {'device': 'd-[0-2]'}, {'device': '*'}, {'result': ''},
                         {'category': 'DeviceOperations,'}, {'code': '429,404'}, {'since': middle, 'until': middle})


def words_of(options):
    words = []
    if 'metrics' in options:
        words += ['--metric', ','.join(options['metrics'])]
    for name, operations in options.get('defined', {}).items():
        words += ['--metric', name + '=' + ','.join(operations)]
    for name in ('every', 'aggregation'):
        words += ['--' + name, options[name]] if name in options else []
    words += ['--split', ','.join(options['split'])] if 'split' in options else []
    words += ['--top', str(options['top'])] if 'top' in options else []
    for name, value in options['selection'].items():
        words += ['--' + name] + ([] if value is True else [reference.format_time(value) if isinstance(value, int) else value])
    return words


# ---- running ----------------------------------------------------------------------------------------------------


def records_of(records):
    found = [reference.Record(reading.parse_object(json.dumps(record))) for record in records]
    for record in found:
        if record.kind == 'metric':
            read_metric(record)
    return [record for record in found if record.kind != 'other']


def run(program, seed, folder):
    """What is wrong, or None."""
    generator = Generator(seed)
    records = generator.records()
    path = os.path.join(folder, 'export.jsonl')
    with open(path, 'w', encoding='utf-8') as file:
        file.writelines(json.dumps(record) + '\n' for record in records)
    meant = records_of(records)
    for _ in range(4):
        options = generator.options()
        words = words_of(options)
        done = subprocess.run([program, 'series', *words, '-f', 'csv', path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False, timeout=120)
        expected, found = Series(meant, options).text(), done.stdout.decode()
        if found != expected:
            pairs = zip([*expected.split('\n'), None], [*found.split('\n'), None])
            return '%s: %s\n      %s' % (words, next('row %d: expected %r, got %r' % (i, *pair) for i, pair in enumerate(pairs)
                                                   if pair[0] != pair[1]), done.stderr.decode()[-200:])
        if done.returncode != 0:
            return '%s: status %d: %s' % (words, done.returncode, done.stderr.decode()[-200:])
    return None


if __name__ == '__main__':
    sys.exit(seeds.run_seeds('Compares dpslog series with a second working out.', 'series', run, sys.argv[1:]))
