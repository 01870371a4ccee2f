"""What is measured, as tables: the data, the runs, and the goals. A new row is a line in RUNS and one in GOALS."""

import os
from collections import namedtuple

GB = 10**9
MIB = 1 << 20
# Of a record as a line; the number of records follows from the size wanted, and is the same in every form.
RECORD_BYTES = 602

# kind: of the generator. share: of the size wanted. devices: at 1 GB, fewer where there is less. pack: how each file is packed.
# pipe: never on the disk.
Data = namedtuple('Data', 'kind share devices files pack pipe', defaults=('dps', 1, 100_000, 1, None, False))

DATA = {
    'dps': Data(),
    'hub': Data('hub'),
    'document': Data('document'),
    'pretty': Data('pretty'),
    'csv': Data('csv'),
    'escapes': Data('escapes'),
    'mixed': Data('mixed'),
    'shuffled': Data('shuffled'),
    'gz': Data(pack='gz'),
    'zst': Data(pack='zst'),
    'gz8': Data(files=8, pack='gz'),
    'files-100': Data(files=100),
    'files-10000': Data(files=10_000),
    'devices-10k': Data(devices=10_000),
    'devices-1M': Data(devices=1_000_000),
    'devices-10M': Data(share=6, devices=10_000_000),
    'size-0.1': Data(share=0.1),
    'size-10': Data(share=10, pipe=True),
    'empty': Data(share=0),
}

# selects: the answer is about a part of the records. failures: how many an answer that is not that of FAILURES says there are.
Run = namedtuple('Run', 'data arguments selects failures', defaults=(False, None))

FAILURES = ['failures', '-f', 'csv']
# Ten, none of which ever fires: then each is checked to the end, and the exit status is 0.
RULES = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'rules.json')
SOME_TIME = ['--since', '2026-11-03', '--until', '2026-11-07']


def failures_of_series(answer):
    """Of rows time, metric, source, value."""
    return sum(int(row[3]) for row in answer if row[1] == 'failures')


def failures_of_compare(answer):
    """Each record has one service."""
    return sum(int(row[4]) for row in answer if row[0] == 'service' and not row[2])


RUNS = {
    'first': Run('dps', FAILURES),
    'one-thread': Run('dps', FAILURES + ['-j1']),
    'hub': Run('hub', FAILURES),
    'document': Run('document', FAILURES),
    'pretty': Run('pretty', FAILURES),
    'files-100': Run('files-100', FAILURES),
    'files-10000': Run('files-10000', FAILURES),
    'gz': Run('gz', FAILURES),
    'zst': Run('zst', FAILURES),
    'gz8': Run('gz8', FAILURES),
    'devices-10k': Run('devices-10k', FAILURES),
    'devices-1M': Run('devices-1M', FAILURES),
    'devices-10M': Run('devices-10M', FAILURES),
    'csv': Run('csv', FAILURES),
    'five-keys': Run('dps', FAILURES + ['--by', 'device,resultType,code,location,operationName', '--device', 'p*', *SOME_TIME], True),
    'select': Run('dps', FAILURES + ['--device', 'p*', '--code', '401', *SOME_TIME], True),
    'regex': Run('dps', FAILURES + ['--where', 'resultDescription matches regex "ErrorCode: 40[14][0-9]{3}"'], True),
    'escapes': Run('escapes', FAILURES),
    'mixed': Run('mixed', FAILURES),
    'shuffled': Run('shuffled', FAILURES),
    'yajl': Run('dps', FAILURES + ['-j1', '--reader', 'yajl']),
    'records': Run('dps', ['records', '--device', '*03'], True),
    'compare': Run('dps', ['compare', '-f', 'csv'], failures=failures_of_compare),
    'series': Run('dps', ['series', '-f', 'csv'], failures=failures_of_series),
    'alerts': Run('dps', ['alerts', '-f', 'csv', '--rules', RULES]),
    'empty': Run('empty', FAILURES),
    'size-0.1': Run('size-0.1', FAILURES),
    'size-10': Run('size-10', FAILURES),
}


def document_memory(answer):
    """What a document may take: a fixed part, and something for each device and cell."""
    return 32 * MIB + 150 * (len({row[0] for row in answer}) + len(answer))


# The run (of RUNS, or PEER@DATA) may take so many times of what `against` takes, for each byte of what both read; or, without
# `against`, so many bytes of memory (a number, or a function of the answer). aim: what it is worth working for.
Goal = namedtuple('Goal', 'work run against most aim', defaults=(None,))

GOALS = [
    Goal('DPS lines, 100,000 devices', 'first', 'wc@dps', 1.2, 0.8),
    Goal('', 'first', 'duckdb@dps', 0.25),
    Goal('the same on one thread', 'one-thread', 'wc@dps', 2.2, 1.6),
    Goal('', 'one-thread', 'json_verify@dps', 2.0),
    Goal('hub records', 'hub', 'first', 2.0, 1.3),
    Goal('one line `{"records":[...]}`', 'document', 'first', 2.0, 1.3),
    Goal('pretty-printed', 'pretty', 'first', 4.0, 1.3),
    Goal('10,000 files', 'files-10000', 'first', 1.5, 1.2),
    Goal('one gz', 'gz', 'igzip@gz', 1.15, 1.0),
    Goal('one zst', 'zst', 'zstd@zst', 1.15, 1.0),
    Goal('eight gz', 'gz8', 'igzip@gz8', 0.65, 0.5),
    Goal('1 million devices', 'devices-1M', 'first', 2.0),
    Goal('10 million devices, 6 times the size', 'devices-10M', 'first', 3.0),
    Goal('portal CSV', 'csv', 'wc@csv', 3.0, 2.0),
    Goal('by five keys, selected by device and time', 'five-keys', 'first', 1.3),
    Goal('selected by device, time and code', 'select', 'first', 1.0),
    Goal('selected by a regular expression', 'regex', 'first', 1.5),
    Goal('an escape in every description', 'escapes', 'first', 1.5, 1.2),
    Goal('mixed categories', 'mixed', 'first', 1.5, 1.2),
    Goal('order of keys shuffled', 'shuffled', 'first', 2.0, 1.2),
    Goal('`records`, one of a hundred', 'records', 'first', 1.2),
    Goal('`compare`', 'compare', 'first', 2.0),
    Goal('`series`', 'series', 'first', 1.2),
    Goal('`alerts`, ten rules', 'alerts', 'first', 1.2),
    Goal('`--reader yajl`, one thread', 'yajl', 'json_verify@dps', 1.6, 1.3),
    Goal('an empty file', 'empty', 'true@empty', 3.0),
    Goal('memory: DPS lines', 'first', None, 64 * MIB, 32 * MIB),
    Goal('memory: one line `{"records":[...]}`', 'document', None, document_memory),
]

# Measured beside the goals, on the same data.
BESIDE = ['cat@dps', 'grep@dps', 'duckdb_auto@dps', 'miller@dps', 'jq@dps']

# How cost grows: the axis, and runs along it.
GROWTH = [
    ('GB', ['size-0.1', 'first', 'size-10']),
    ('devices', ['devices-10k', 'first', 'devices-1M', 'devices-10M']),
    ('files', ['first', 'files-100', 'files-10000']),
]
