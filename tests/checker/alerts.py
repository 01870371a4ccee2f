#!/usr/bin/env python3
"""Compares the rows of `dpslog alerts` with a second evaluation, on generated records and rules.

    alerts.py --dpslog BIN [--seeds N] [--first-seed S] [--keep DIR]

Every window is added up anew from the measurements, with fractions; what a log record means is the reference's.
A failure prints the seed, and keeps its input and rules.
"""

import csv
import io
import json
import os
import random
import shlex
import subprocess
import sys
from fractions import Fraction

import reading
import reference
import seeds
from reference import fold, same

DAY = 1440
COMPARE = {'Equals': lambda a, b: a == b, 'NotEquals': lambda a, b: a != b, 'GreaterThan': lambda a, b: a > b,
           'GreaterThanOrEqual': lambda a, b: a >= b, 'LessThan': lambda a, b: a < b, 'LessThanOrEqual': lambda a, b: a <= b}
SIGNS = {'Equals': '=', 'NotEquals': '!=', 'GreaterThan': '>', 'GreaterThanOrEqual': '>=', 'LessThan': '<', 'LessThanOrEqual': '<='}
AGGREGATIONS = {'Average': 'avg', 'Minimum': 'min', 'Maximum': 'max', 'Total': 'total', 'Count': 'count'}
MATCHES = {'Include': 'includes', 'Exclude': 'excludes', 'StartsWith': 'startswith'}
LOGGED = {'attestationattempts': ('attestationattempt', 'attestationattempts'),
          'registrationattempts': ('registrationattempt', 'registrationattempts', 'register', 'registerdevice'),
          'deviceassignments': ('deviceassigned', 'deviceassignment', 'deviceassignments', 'assign'),
          'failures': None, 'throttled': None, 'records': None}
HEADER = 'rule,severity,condition,series,state,fired_at,resolved_at,duration_s,checks,peak_value,threshold,note'
EVIDENCE = ['failures', 'devices', 'codes', 'worst']
TOLD = 10  # of codes and of devices


def upper(text):
    return ''.join(c.upper() if c.isascii() else c for c in text)


# ---- what was measured ------------------------------------------------------------------------------------------


def nine_places(number):
    """Cut to nine places, toward 0."""
    scaled = Fraction(number) * 10 ** 9
    return Fraction(int(scaled), 10 ** 9)


def show(number):
    number = nine_places(number)
    whole, rest = divmod(abs(number.numerator) * 10 ** 9 // number.denominator, 10 ** 9)
    places = ('%09d' % rest).rstrip('0')
    return ('-' if number < 0 else '') + str(whole) + ('.' + places if places else '')


class Resource:
    def __init__(self, key):
        self.key = key
        self.logs = False
        if isinstance(key, str):
            segments = key.split('/')[1:]
            self.id, self.name, self.segments = key, segments[-1] if segments else '', segments
            place = segments.index('PROVIDERS')
            self.type = '/'.join(segments[place + 1:place + 3])
        else:
            self.id, self.name, self.segments = '', key[1], []
            self.type = 'MICROSOFT.DEVICES/' + key[0]
        self.is_hub = self.type.endswith('IOTHUBS')


class Measured:
    """Measurements as (minute, count, total, minimum, maximum, dimensions, other status) by resource, metric and source."""

    def __init__(self, objects, selection, metrics):
        self.metrics = metrics  # that rules are about: metric records of others have no part in anything
        self.resources = {}
        self.lines = {}
        self.minutes = []  # of all records, selected or not
        self.failed = []  # (minute, resource, record)
        for obj in objects:
            record = reference.Record(obj)
            if record.kind == 'metric':
                record.time = reference.parse_iso(record.field('time') or '')
                record.device = record.result_type = record.code = record.category = record.operation = None
                record.is_failure = False
            minute = None if record.time is None else record.time // 60000000
            if minute is not None:
                self.minutes.append(minute)
            if not selection.selects(record):
                continue
            if record.kind == 'log':
                self.add_log(record, minute)
            elif record.kind == 'metric':
                self.add_metric(obj, record, minute)

    def resource(self, record):
        segments = [upper(s) for s in (record.field('resourceId') or '').split('/') if s]
        key = '/' + '/'.join(segments) if segments else (upper(record.field('ResourceType') or ''), upper(record.field('Resource') or ''))
        return self.resources.setdefault(key, Resource(key))

    def add_log(self, record, minute):
        resource = self.resource(record)
        resource.logs = True
        if minute is None:
            return
        if record.is_failure:
            self.failed.append((minute, resource, record))
        dimensions = {'status': 'Failed' if record.is_failure else 'Succeeded', 'protocol': record.member('protocol') or ''}
        if record.service == 'dps':
            dimensions['provisioningservicename'] = record.resource or ''
        for metric in LOGGED:
            if self.counts(metric, record):
                self.lines.setdefault((resource.key, metric, 'logs', 1), []).append(
                    (minute, 1, 1, 1, 1, dimensions, record.result_type or ''))

    @staticmethod
    def counts(metric, record):
        if metric == 'records':
            return True
        if metric == 'failures':
            return record.is_failure
        if metric == 'throttled':
            return record.is_failure and (record.code or '').startswith('429')
        return fold(record.operation or '') in LOGGED[metric] and not (metric == 'deviceassignments' and record.is_failure)

    def add_metric(self, obj, record, minute):
        def number(name):
            try:
                return nine_places(Fraction(record.field(name)))
            except (TypeError, ValueError):
                return None
        count, total = number('count'), number('total')
        if minute is None or count is None or total is None or fold(record.field('metricName')) not in self.metrics:
            return
        resource = self.resource(record)
        if count == 0:  # a measured 0, whatever else it says
            total = 0
        bounds = (number('minimum'), number('maximum')) if count != 0 else (None, None)
        extra = obj.get('dimensions')
        dimensions = {fold(name): extra.get(name) for name in extra.members} if isinstance(extra, reading.Obj) else {}
        if not resource.is_hub:
            dimensions.setdefault('provisioningservicename', resource.name)
        grain = {'PT1M': 1, 'PT5M': 5, 'PT1H': 60}[record.field('timeGrain') or 'PT1M']
        key = (resource.key, fold(record.field('metricName')), 'metrics', grain)
        self.lines.setdefault(key, []).append((minute, count, total, *bounds, dimensions, ''))

    def choose(self, resource, metric, named):
        """(found at all, source, measurements) of a metric of a resource for a rule that names these dimensions."""
        grains = sorted(key[3] for key in self.lines if key[:3] == (resource.key, metric, 'metrics'))
        logs = self.lines.get((resource.key, metric, 'logs', 1))
        if grains:
            points = self.lines[resource.key, metric, 'metrics', grains[0]]
            if all(name == 'provisioningservicename' or any(point[5].get(name) for point in points) for name in named):
                return True, 'metrics', points
        if logs and all(name in ('status', 'protocol') or (name == 'provisioningservicename' and not resource.is_hub)
                        for name in named):
            return True, 'logs', logs
        return bool(grains or logs), None, []


# ---- rules ------------------------------------------------------------------------------------------------------


def minutes_of(duration):
    return {'PT1M': 1, 'PT5M': 5, 'PT15M': 15, 'PT30M': 30, 'PT1H': 60, 'PT6H': 360, 'P1D': DAY}[duration]


def quoted(name):
    return name if all(c.isascii() and (c.isalnum() or c in '_ ') for c in name) else '"' + name + '"'


def condition_text(condition):
    text = '%s %s %s %s' % (AGGREGATIONS[condition['timeAggregation']], quoted(condition['metricName']),
                            SIGNS[condition['operator']], show(Fraction(str(condition['threshold']))))
    parts = ['%s %s %s' % (quoted(d['name']), MATCHES[d['operator']], ' or '.join(d['values'])) for d in condition['dimensions']]
    return text + (' where ' + ' and '.join(parts) if parts else '')


def value_under(dimension, value, other):
    """The value under which a measurement counts, or None."""
    names = [value] + ([other] if other else [])
    for listed in dimension['values']:
        if dimension['operator'] == 'StartsWith':
            hits = [name for name in names if listed == '*' or fold(name).startswith(fold(listed))]
            if hits:
                return hits[0]
        elif dimension['operator'] == 'Include' and listed == '*':
            return value
        elif any(same(name, listed) for name in names):
            return listed if dimension['operator'] == 'Include' else None
    return value if dimension['operator'] == 'Exclude' else None


def in_scope(rule, condition, resource):
    scopes = rule.get('scopes') or []
    def selects(scope):
        wanted = [upper(segment) for segment in scope.split('/') if segment]
        if resource.segments:
            return resource.segments[:len(wanted)] == wanted
        return 'PROVIDERS' in wanted and wanted[-1] == resource.name
    types = [upper(t) for t in (condition.get('metricNamespace'), rule.get('targetResourceType')) if t and '/' in t]
    return (not scopes or any(map(selects, scopes))) and all(t == resource.type for t in types)


def aggregate(points, how):
    """None: there is no such value."""
    count, total = sum(p[1] for p in points), sum(p[2] for p in points)
    if how == 'Total':
        return Fraction(total)
    if how == 'Count':
        return Fraction(count)
    if how == 'Average':
        return Fraction(total) / count if count else None
    bounds = [p[3] if how == 'Minimum' else p[4] for p in points]
    bounds = [b for b in bounds if b is not None]
    return (min if how == 'Minimum' else max)(bounds) if bounds else None


def code_of(record):
    return record.code or record.result_type or ''


def often(texts):
    """(text, how often), the most frequent first."""
    counts = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))


def evidence_cells(evidence):
    """The cells of the columns that tell of the failures behind a firing."""
    if evidence is None:
        return [''] * len(EVIDENCE)
    def cell(items, name):
        return ';'.join('%s=%d' % (item[name].replace('%', '%25').replace(';', '%3B').replace('=', '%3D'), item['failures'])
                        for item in items)
    return [str(evidence['failures']), str(evidence['devices']), cell(evidence['codes'], 'code'), cell(evidence['worst'], 'device')]


class Evaluation:
    def __init__(self, measured, rule):
        self.measured = measured
        self.rule = rule
        self.window = minutes_of(rule['windowSize'])
        self.frequency = minutes_of(rule['evaluationFrequency'])
        self.conditions = rule['criteria']['allOf']
        self.evaluated = False
        self.rows = []

    def series_of(self, condition):
        """[(resource, values of the dimensions, measurements)]"""
        found = {}
        for resource in self.measured.resources.values():
            if not in_scope(self.rule, condition, resource):
                continue
            named = [fold(d['name']) for d in condition['dimensions']]
            for point in self.measured.choose(resource, fold(condition['metricName']), named)[2]:
                values = [value_under(d, point[5].get(name) or '', point[6] if name == 'status' else '')
                          for d, name in zip(condition['dimensions'], named)]
                if None not in values:
                    key = (resource.key, *map(fold, values))
                    entry = found.setdefault(key, (resource, list(values), []))
                    entry[1][:] = [min(a, b) if d['operator'] != 'Include' or a not in d['values'] else a
                                   for d, a, b in zip(condition['dimensions'], entry[1], values)]
                    entry[2].append(point)
        return list(found.values())

    def joined(self):
        chosen = [[]]
        for number, condition in enumerate(self.conditions):
            series = self.series_of(condition)
            chosen = [[*c, s] for c in chosen for s in series if all(self.agree(i, c[i], number, s) for i in range(number))]
        return chosen

    def agree(self, i, a, j, b):
        if a[0] is not b[0]:
            return False
        def single(d):
            return d['operator'] == 'Include' and len(d['values']) == 1 and d['values'] != ['*']
        return all(same(x, y) for d, x in zip(self.conditions[i]['dimensions'], a[1])
                   for e, y in zip(self.conditions[j]['dimensions'], b[1])
                   if same(d['name'], e['name']) and not (single(d) and single(e)))

    def name(self, chosen):
        parts, said, provisioning = [], set(), False
        for condition, (_, values, _) in zip(self.conditions, chosen):
            now = [(fold(d['name']), fold(v)) for d, v in zip(condition['dimensions'], values)]
            parts += ['%s=%s' % (d['name'], v) for d, v, n in zip(condition['dimensions'], values, now) if n not in said]
            said.update(now)
        provisioning = any(name == 'provisioningservicename' for name, _ in said)
        resources = self.measured.resources.values()
        if len(resources) > 1 and not provisioning:
            resource = chosen[0][0]
            shared = sum(r.name == resource.name for r in resources) > 1
            parts.append('resource=' + (resource.id if shared and resource.id else resource.name))
        return ';'.join(parts)

    def check(self, condition, points, t, first, last):
        """(True, False or None, value, notes)"""
        begin, notes = t - self.window, set()
        inside = [p for p in points if begin <= p[0] < t]
        if not inside:
            if not any(begin - DAY <= p[0] < begin for p in points):
                return None, None, notes
            notes.add('assumed_zero')
        value = aggregate(inside, condition['timeAggregation'])
        met = value is not None and COMPARE[condition['operator']](value, nine_places(Fraction(str(condition['threshold']))))
        if begin < first or t > last + 1:
            final = (condition['timeAggregation'] in ('Total', 'Count', 'Maximum') and condition['operator'].startswith('Greater')) or (
                condition['timeAggregation'] == 'Minimum' and condition['operator'].startswith('Less'))
            notes.add('partial')
            return (True if met and final else None), value, notes
        return met, value, notes

    def walk(self, chosen, first, last):
        firings, current, healthy = [], None, 0
        mitigates = self.rule.get('autoMitigate', True)
        t = (first // self.frequency + 1) * self.frequency
        while t < last + 1 + self.frequency:
            results = [self.check(c, s[2], t, first, last) for c, s in zip(self.conditions, chosen)]
            verdicts = [r[0] for r in results]
            met = False if False in verdicts else None if None in verdicts else True
            self.evaluated = self.evaluated or met is not None
            if met:
                healthy = 0
                if current is None:
                    current = {'fired': t, 'resolved': None, 'checks': 0, 'values': [],
                               'notes': set().union(*(r[2] for r in results))}
                    firings.append(current)
                current['checks'] += 1
                current['last'] = t
                current['values'].append([r[1] for r in results])
            elif met is False and current is not None:
                healthy += 1
                if not mitigates:
                    current = None
                elif healthy == 3:
                    current['resolved'] = t
                    current = None
            t += self.frequency
        return firings

    def takes(self, condition, values, record):
        """Whether a failed record of the resource is behind a firing for this condition's sake."""
        metric = fold(condition['metricName'])
        status = [v for d, v in zip(condition['dimensions'], values) if same(d['name'], 'Status')]
        if (not condition['operator'].startswith('Greater') or metric not in LOGGED or metric == 'deviceassignments' or
                any(fold(v) in ('', 'succeeded', 'success') for v in status)):
            return True
        if not self.measured.counts(metric, record):
            return False
        for dimension, value in zip(condition['dimensions'], values):
            if same(dimension['name'], 'Status'):
                found = value_under(dimension, 'Failed', record.result_type or '')
            elif same(dimension['name'], 'Protocol'):
                found = value_under(dimension, record.member('protocol') or '', '')
            else:
                found = value
            if found is None or not same(found, value):
                return False
        return True

    def behind(self, chosen, firing):
        """The failed records behind a firing."""
        return [r for minute, resource, r in self.measured.failed
                if firing['fired'] - self.window <= minute < firing['last'] and resource is chosen[0][0] and
                any(self.takes(c, s[1], r) for c, s in zip(self.conditions, chosen))]

    def evidence(self, chosen, firing):
        """What is told of them, as the JSON has it."""
        records = self.behind(chosen, firing)
        named = [r for r in records if r.device]
        codes, devices = often(map(code_of, records)), often(r.device for r in named)
        return {'failures': len(records), 'no_device': len(records) - len(named), 'devices': len(devices),
                'codes': [{'code': code, 'failures': n, 'devices': len({r.device for r in named if code_of(r) == code})}
                          for code, n in codes[:TOLD]],
                'more_codes': len(codes[TOLD:]),
                'worst': [{'device': device, 'failures': n, 'codes': [
                    {'code': code, 'failures': m} for code, m in often(code_of(r) for r in named if r.device == device)[:TOLD]]}
                          for device, n in devices[:TOLD]],
                'more_devices': len(devices[TOLD:])}

    def peak(self, number, firing):
        values = [v[number] for v in firing['values']]
        operator = self.conditions[number]['operator']
        return max(values) if operator.startswith('Greater') else min(values) if operator.startswith('Less') else values[0]

    def table(self, first, last):
        """[(cells, what is behind the firing or None)]"""
        rule = self.rule
        head = [rule['name'], str(rule['severity']), ' and '.join(map(condition_text, self.conditions))]
        threshold = ';'.join(show(Fraction(str(c['threshold']))) for c in self.conditions)
        if rule.get('enabled') is False:
            return [([*head, '', 'disabled', '', '', '', '', '', threshold, ''], None)]
        rows = []
        for chosen in self.joined():
            for f in self.walk(chosen, first, last):
                over = f['resolved'] is not None
                rows.append((f['fired'], self.name(chosen).encode(), [
                    *head, self.name(chosen), 'resolved' if over else 'fired', reference.format_time(f['fired'] * 60000000),
                    reference.format_time(f['resolved'] * 60000000) if over else '',
                    str((f['resolved'] - f['fired']) * 60) if over else '', str(f['checks']),
                    ';'.join(show(self.peak(i, f)) for i in range(len(self.conditions))), threshold, ';'.join(sorted(f['notes']))],
                    self.evidence(chosen, f)))
        if rows:
            return [row[2:] for row in sorted(rows, key=lambda row: row[:2])]
        state, note = ('ok', '') if self.evaluated else ('ok', 'no_data') if self.is_silent() else ('not evaluated', '')
        return [([*head, '', state, '', '', '', '', '', threshold, note], None)]

    def is_silent(self):
        for condition in self.conditions:
            resources = [r for r in self.measured.resources.values() if in_scope(self.rule, condition, r)]
            metric = fold(condition['metricName'])
            if (metric in LOGGED and not COMPARE[condition['operator']](0, Fraction(str(condition['threshold']))) and
                    any(r.logs for r in resources) and not any(self.measured.choose(r, metric, [])[0] for r in resources)):
                return True
        return False


# ---- generated records and rules --------------------------------------------------------------------------------


ID = '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/'
PLACES = [{'resourceId': ID + 'PROVISIONINGSERVICES/DPS1'}, {'resourceId': '//subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/'
          'ProvisioningServices/Dps2/'}, {'resourceId': ID + 'IOTHUBS/HUB1'}, {'ResourceType': 'IotHubs', 'Resource': 'hub1'}]


RESULTS = ('ClientError', 'clienterror', '401002', '429', '429001', 'Success')
# A metric record has none of these fields.
WHERE = (('device != "a"', lambda r: r.device != 'a'),
         ('device in ("", "a", "d=1", "m", "e%")',
          lambda r: (r.device or '') in ('', 'a', 'd=1', 'm', 'e%')),
         ('code !startswith "429"', lambda r: not (r.code or '').startswith('429')),
         ('OperationName !~ "assign"', lambda r: not same(r.operation or '', 'assign')),
         ('isempty(ResultType) or ResultType =~ "clienterror" or protocol != "Mqtt"',
          lambda r: not r.result_type or same(r.result_type, 'clienterror') or
          (r.member('protocol') if r.kind == 'log' else '') != 'Mqtt'))


class Choice:
    """What the command line selects."""

    def __init__(self, options=None, where=None):
        self.options = options or {}
        self.where = where
        self.selection = reference.Selection(**self.options)

    def selects(self, record):
        return self.selection.base(record) and self.selection.outcome(record) and (self.where is None or self.where[1](record))

    def span(self, minutes):
        """The first and the last minute."""
        since, until = self.selection.since, self.selection.until
        return (min(minutes) if since is None else since // 60000000, max(minutes) if until is None else (until - 1) // 60000000)

    def words(self):
        found = [] if self.where is None else ['--where', self.where[0]]
        for name, value in self.options.items():
            found += ['--' + name, reference.format_time(value) if isinstance(value, int) else value]
        return found


class Generator:
    def __init__(self, seed):
        self.rng = random.Random('alerts-%s' % seed)
        self.places = self.rng.sample(PLACES, self.rng.choice((1, 1, 2, 3)))
        self.start = 1793577600 + self.rng.choice((0, 0, 37, 86400 - 600)) # 2026-11-02
        self.length = self.rng.choice((1, 30, 240, 240, 3200)) * 60
        self.results = self.rng.choice((RESULTS, RESULTS, RESULTS, (*RESULTS, *('4%05d' % n for n in range(1000, 1013)))))

    def time(self):
        second = self.rng.choice((self.rng.randrange(self.length), self.rng.randrange(0, self.length, 60),
                                  self.rng.randrange(0, self.length, 60) + 59, self.length // 2 + self.rng.randrange(120)))
        return reference.format_time((self.start + min(second, self.length - 1)) * 1000000 + self.rng.choice((0, 999999)))

    def log(self):
        rng = self.rng
        record = dict(rng.choice(self.places), time=self.time(), category='DeviceOperations', operationName=rng.choice(
            ('AttestationAttempt', 'attestationAttempts', 'RegistrationAttempt', 'Assign', 'Upsert')))
        if rng.random() < 0.4:
            record['resultType'] = rng.choice(self.results)
        record['properties'] = {'deviceId': rng.choice(('', 'a', 'b;c', 'd=1', 'e%', *'fghijklmno')), 'protocol': rng.choice(('Mqtt', 'MQTT', 'Amqp', ''))}
        if rng.random() < 0.02:
            del record['time']
        return record

    def metric(self):
        rng = self.rng
        count = rng.choice((0, 1, 2, 4, '3', 'n/a'))
        record = dict(rng.choice(self.places), time=self.time(), metricName=rng.choice(('latency', 'Latency', 'AttestationAttempts')),
                      count=count, total=rng.choice((0, 1, 2.25, -1.5, 9.1234567891, 7)),
                      minimum=rng.choice((0.5, -1, 1)), maximum=rng.choice((4, 1, 2.5)))
        if rng.random() < 0.7:
            record['timeGrain'] = rng.choice(('PT1M', 'PT1M', 'PT1M', 'PT1H'))
        if rng.random() < 0.3:
            record['dimensions'] = {'Zone': rng.choice(('a', 'B'))}
        return record

    def records(self):
        rng = self.rng
        metrics = rng.choice((0, 0, 20, 60))
        found = [self.log() for _ in range(rng.choice((3, 40, 150)))] + [self.metric() for _ in range(metrics)]
        rng.shuffle(found)
        return found

    def dimension(self):
        rng = self.rng
        name, values = rng.choice((('Status', ('Failed', 'succeeded', 'ClientError', '401002')), ('Protocol', ('mqtt', 'AMQP', 'Mq')),
                                   ('ProvisioningServiceName', ('dps1', 'DPS2')), ('Zone', ('A', 'b')), ('IotHubName', ('x',))))
        operator = rng.choice(('Include', 'Include', 'Exclude', 'StartsWith'))
        picked = ['*'] if operator == 'Include' and rng.random() < 0.5 else rng.sample(values, rng.randint(1, min(2, len(values))))
        return {'name': rng.choice((name, name, name.lower())), 'operator': operator, 'values': picked}

    def condition(self):
        rng = self.rng
        metric = rng.choice(('AttestationAttempts', 'attestationattempts', 'RegistrationAttempts', 'DeviceAssignments', 'failures',
                             'throttled', 'records', 'latency', 'absent'))
        condition = {'name': 'c', 'metricName': metric, 'timeAggregation': rng.choice(('Total', 'Total', *AGGREGATIONS)),
                     'operator': rng.choice(tuple(COMPARE)), 'threshold': rng.choice((0, 1, 2, 3, '5', 0.5, 2.25, -1)),
                     'dimensions': [] if rng.random() < 0.5 else [self.dimension()]}
        if rng.random() < 0.2 and not same(condition['dimensions'][0]['name'] if condition['dimensions'] else '', 'Protocol'):
            condition['dimensions'].append({'name': 'Protocol', 'operator': 'Include', 'values': ['*']})
        if rng.random() < 0.15:
            condition['metricNamespace'] = rng.choice(('Microsoft.Devices/IotHubs', 'microsoft.devices/provisioningservices'))
        return condition

    def rule(self, number):
        rng = self.rng
        window, frequency = rng.choice((('PT1M', 'PT1M'), ('PT5M', 'PT1M'), ('PT5M', 'PT5M'), ('PT15M', 'PT5M'), ('PT1H', 'PT15M'),
                                        ('PT30M', 'PT30M'), ('PT6H', 'PT1H'), ('P1D', 'PT1H')))
        rule = {'name': 'rule %d' % number, 'severity': rng.randrange(5), 'windowSize': window, 'evaluationFrequency': frequency,
                'criteria': {'allOf': [self.condition() for _ in range(rng.choice((1, 1, 1, 2, 3)))]}}
        if rng.random() < 0.3:
            rule['autoMitigate'] = False
        if rng.random() < 0.05:
            rule['enabled'] = False
        if rng.random() < 0.2:
            rule['scopes'] = [rng.choice(('/subscriptions/S', '/subscriptions/s/resourcegroups/h', ID + 'iothubs/hub1', ID + 'IOTHUBS/HUB'))]
        return rule

    def choice(self):
        """A selection, mostly of a part of the time."""
        rng = self.rng
        times = sorted((self.start + rng.randrange(self.length)) * 1000000 + rng.choice((0, 0, 1)) for _ in range(2))
        options = {name: time for name, time in zip(('since', 'until'), times) if rng.random() < 0.6}
        if rng.random() < 0.3:
            options.update(rng.choice(({'device': '[!b-e]*'}, {'code': '429'}, {'result': 'clienterror,429001,'})))
        return Choice(options, rng.choice(WHERE) if rng.random() < 0.6 else None)


# ---- all runs ---------------------------------------------------------------------------------------------------


def expected_rows(records, rules, choice):
    objects = [reading.parse_object(json.dumps(record)) for record in records]
    metrics = {fold(c['metricName']) for rule in rules if rule.get('enabled') is not False for c in rule['criteria']['allOf']}
    measured = Measured(objects, choice, metrics)
    rows = []
    for rule in rules:
        if measured.minutes:
            rows += Evaluation(measured, rule).table(*choice.span(measured.minutes))
    return rows


def write_logs(generator, records, folder):
    """One file or several; what is long enough has a worker of its own, so they get blank lines."""
    n, blanks = generator.rng.choice(((1, 0), (3, 0), (3, 130 << 10)))
    paths = []
    for i in range(n):
        paths.append(os.path.join(folder, 'logs-%d.jsonl' % i))
        with open(paths[-1], 'w', encoding='utf-8') as file:
            file.writelines(json.dumps(record) + '\n' for record in records[i::n])
            file.write('\n' * blanks)
    return paths


def run(program, seed, folder):
    """What is wrong, or None."""
    generator = Generator(seed)
    records, rules = generator.records(), [generator.rule(i) for i in range(8)]
    logs, path = write_logs(generator, records, folder), os.path.join(folder, 'rules.json')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(rules, file, indent=1)
    for choice in (Choice(), generator.choice()):
        wrong = compare_runs([program, 'alerts', '--rules', path, *choice.words(), *logs], logs, expected_rows(records, rules, choice))
        if wrong is not None:
            return '%s: %s' % (shlex.join(choice.words()) or 'all', wrong)
    return None


def compare_runs(command, logs, expected):
    """What is wrong with what a command tells, or None."""
    fired = any(evidence is not None for _, evidence in expected)
    plain = [HEADER.split(','), *(cells for cells, _ in expected)]
    whole = [[*HEADER.split(','), *EVIDENCE], *(cells + evidence_cells(evidence) for cells, evidence in expected)]
    return (compare([*command, '-f', 'csv'], plain, fired) or
            compare([*command, '-f', 'csv', '--evidence', 'always'], whole, fired) or
            compare_json([*command, '-f', 'json'], [evidence for _, evidence in expected]) or
            compare_commands([*command, '-f', 'json'], logs))


def compare(command, expected, fired):
    """What is wrong with the rows of a run, or None."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120)
    found = list(csv.reader(io.StringIO(done.stdout.decode(), newline='')))
    if found[:1] != expected[:1]:
        return 'status %d: %s' % (done.returncode, done.stderr.decode(errors='replace')[-300:])
    for i, (mine, theirs) in enumerate(zip([*expected, None], [*found, None])):
        if mine != theirs:
            return 'row %d\n      expected %r\n      got      %r' % (i, mine, theirs)
    return None if done.returncode == (5 if fired else 0) else 'status %d' % done.returncode


def output_of(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, timeout=120).stdout


def told_in(row):
    """What a row of the JSON says of the failures behind it, without what is for people; None: nothing."""
    if 'command' not in row:
        return None
    names = ('failures', 'no_device', 'devices', 'codes', 'more_codes', 'worst', 'more_devices')
    told = {name: row[name] for name in names}
    told['codes'] = [{name: code[name] for name in code if name != 'meaning'} for code in told['codes']]
    return told


def compare_json(command, expected):
    """The JSON tells what is expected, whoever reads."""
    output = output_of(command)
    for i, (mine, theirs) in enumerate(zip([*expected, 'end'], [*map(told_in, json.loads(output)['rows']), 'end'])):
        if mine != theirs:
            return 'JSON, row %d\n      expected %r\n      got      %r' % (i, mine, theirs)
    for words in (['-j', '1'], ['-j', '3'], ['--reader', 'yajl']):
        if output_of([*command, *words]) != output:
            return 'the JSON is another one with %s' % ' '.join(words)
    return None


def compare_commands(command, logs):
    """The commands that the JSON names find as many failures: asked of three of the firings."""
    firings = [row for row in json.loads(output_of(command))['rows'] if 'command' in row]
    for row in random.Random(len(firings)).sample(firings, min(3, len(firings))):
        words = []
        for word in shlex.split(row['command']):
            words += {'dpslog': command[:1], 'PATH': logs}.get(word, [word])
        found = sum(group['failures'] for group in json.loads(output_of([*words, '-f', 'json']))['rows'])
        if found != row['failures']:
            return '%d failures, but %d by %s' % (row['failures'], found, row['command'])
    return None


if __name__ == '__main__':
    sys.exit(seeds.run_seeds('Compares dpslog alerts with a second evaluation.', 'alerts', run, sys.argv[1:]))
