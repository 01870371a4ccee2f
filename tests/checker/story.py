"""What `history -f json` must say of a device, worked out a second time from the manual page and the records of the reference."""

import re

import reference

KEYS = ('service', 'resource', 'category', 'operationName', 'resultType', 'code')


def glob_of(device):
    """A glob that only this id matches."""
    return re.sub(r'([*?\[\\])', r'\\\1', device)


def time_or_none(time):
    return reference.format_time(time) or None


class Step:
    def __init__(self, record, gap, state):
        self.first = self.last = record
        self.gap = gap
        self.state = state
        self.records = 1
        self.end = None  # the disconnect of folded sessions
        self.sessions = 0

    @property
    def outcome(self):
        return self.first.is_failure, [self.first.key(name) for name in KEYS]

    def is_connect(self):
        return not self.first.is_failure and reference.same(self.first.operation, 'deviceConnect')

    def is_disconnect(self):
        return reference.same(self.first.operation, 'deviceDisconnect')

    def row(self):
        row = {name: self.first.key(name) for name in KEYS}
        row.update({'from': time_or_none(self.first.time), 'to': time_or_none(self.last.time), 'gap_s': self.gap,
                    'records': self.records, 'failure': self.first.is_failure, 'sessions': self.sessions,
                    'end_resultType': self.end.key('resultType') if self.end else '',
                    'end_code': self.end.key('code') if self.end else '', 'state': self.state})
        return row


def steps_of(records):
    """Records in order, with equal outcomes that follow each other folded while the state stays the same."""
    timed = [record for record in records if record.time is not None]
    timed.sort(key=lambda record: (record.time, not record.is_failure, [record.key(name).encode() for name in KEYS]))
    device = reference.Device()
    steps = []
    for record in timed:
        device.add(record, True)
        step = Step(record, None, device.state)
        if steps and steps[-1].outcome == step.outcome and steps[-1].state == step.state:
            steps[-1].last = record
            steps[-1].records += 1
            continue
        if steps:
            step.gap = (record.time - steps[-1].last.time) // 1000000
        steps.append(step)
    return steps


def sessions_of(steps):
    found = []
    connect = None
    for step in steps:
        if step.is_connect():
            connect = step
        elif connect and step.is_disconnect() and step.first.key('resource') == connect.first.key('resource'):
            begin, end = connect.last.time, step.first.time
            found.append({'from': time_or_none(begin), 'to': time_or_none(end), 'duration_s': (end - begin) // 1000000,
                          'resource': step.first.key('resource'), 'code': step.first.key('code')})
            connect = None
    return found


def folded(steps):
    """Two and more connects in a row, each with its disconnect, that went alike are one step."""
    def cycle(place):
        pair = steps[place:place + 2]
        if len(pair) < 2 or any(step.records > 1 for step in pair) or not pair[0].is_connect() or not pair[1].is_disconnect():
            return None
        if pair[0].first.key('resource') != pair[1].first.key('resource'):
            return None
        return [(step.outcome, step.state) for step in pair]

    place = 0
    while place < len(steps):
        step = steps[place]
        first = cycle(place)
        n = 1
        while first is not None and cycle(place + 2 * n) == first:
            n += 1
        if n > 1:
            end = steps[place + 2 * n - 1]
            step.sessions, step.records, step.end = n, 2 * n, end.first
            step.last, step.state = end.last, end.state
            place += 2 * n
        else:
            place += 1
        yield step


def story(data, device):
    """The members `told`, `timeline` (without meanings), `sessions` and `neighbours` of a device."""
    records = [record for record in data.logs if record.device == device]
    steps = steps_of(records)
    told = sum(step.records for step in steps)
    rows = {row[0]: row for row in reference.Roster(data).rows if row[0]}
    neighbours = {}
    for place, name in ((-2, 'enrollment'), (-1, 'location')):
        value = rows[device][place]
        states = [row[1] for key, row in rows.items() if value and key != device and row[place] == value]
        neighbours[name] = {state: states.count(state) for state in ('failing', 'never', 'recovered', 'healthy')}
    return {'told': told, 'sessions': sessions_of(steps), 'timeline': [step.row() for step in folded(steps)],
            'neighbours': neighbours}


def difference(found, data, device):
    """What is wrong with the document of one device, or None."""
    try:
        entry, = found['devices']
        if entry['device'] != device:
            return 'the story of %r is told' % entry['device']
        for row in entry['timeline']:
            del row['meaning'], row['end_meaning']
        for name, value in story(data, device).items():
            if entry[name] != value:
                return '%s of %r:\n      expected %r\n      got      %r' % (name, device, value, entry[name])
    except (KeyError, ValueError, TypeError) as error:
        return '%s: %s' % (type(error).__name__, error)
    return None
