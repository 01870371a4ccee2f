#!/usr/bin/env python3
"""The order of day and month in a CSV is decided by all its rows, wherever they stand and however they are read.

    dates.py --dpslog BIN [--seed N]

Tables of several blocks in which one row decides, at the beginning, in the middle or at the end, or which only seems to: it lacks a
cell, or the date stands in another column. What is expected is worked out here. Each table is read as a file, as a pipe, compressed,
as a member, in a folder beside others, and before a pipe, by few and many workers and by both readers.
"""

import argparse
import collections
import csv
import gzip
import io
import json
import os
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import threading

from counts import Counts

ROWS = 4000
TEXT = 'x' * 700   # so that there are several blocks
BOTH, NEITHER = 'dates of both orders occur', 'nothing tells the order'
PORTAL = re.compile(r'(\d\d?)/(\d\d?)/(\d{4}), (\d\d?):(\d\d):(\d\d) ([AP])M')


def portal(rng, first, second):
    return '%d/%d/2026, %d:%02d:%02d %s' % (first, second, rng.randint(1, 12), rng.randrange(60), rng.randrange(60), rng.choice(('AM', 'PM')))


def either(rng, _):
    return portal(rng, rng.randint(1, 12), rng.randint(1, 12))


def month_first(rng, _):
    return portal(rng, rng.randint(1, 12), rng.randint(1, 28))


def day_first(rng, _):
    return portal(rng, rng.randint(1, 28), rng.randint(1, 12))


def iso(rng, _):
    return '2026-%02d-%02dT%02d:%02d:%02dZ' % (rng.randint(1, 12), rng.randint(1, 28), rng.randrange(24), rng.randrange(60), rng.randrange(60))


def none(_, __):
    return ''


def late(first, then, place):
    """`first`, and from a place (of 1) on `then`."""
    return lambda rng, i: (first if i < place * ROWS else then)(rng, i)


def one(usual, odd, place):
    """`odd` in one row."""
    return lambda rng, i: (odd if i == int(place * (ROWS - 1)) else usual)(rng, i)


TABLES = {
    'iso': iso,
    'nothing-tells': either,
    'month-first': month_first,
    'day-first': day_first,
    'day-first-from-the-first-row': one(either, lambda rng, i: portal(rng, 30, 11), 0),
    'day-first-by-the-last-row': one(either, lambda rng, i: portal(rng, 30, 11), 1),
    'day-first-by-one-row': one(either, lambda rng, i: portal(rng, 13, 1), 0.6),
    'month-first-by-the-last-row': one(either, lambda rng, i: portal(rng, 1, 13), 1),
    'late-contradiction': one(month_first, lambda rng, i: portal(rng, 30, 11), 0.9),
    'iso-then-month-first': late(iso, month_first, 0.8),
    'iso-then-day-first': late(iso, day_first, 0.8),
    'month-first-then-day-first': late(month_first, day_first, 0.5),
    'times-in-later-blocks': late(none, day_first, 0.7),
    'no-times': none,
}
# What seems to decide and does not: a row without its last cell, a date in another column.
SEEMING = ('short-row', 'other-column')


def make_rows(rng, name):
    rows = []
    for i in range(ROWS):
        time = TABLES.get(name, either)(rng, i)
        rows.append([time, 'DeviceOperations', rng.choice(('ClientError', 'ServerError')), TEXT, 'press-%d' % rng.randrange(50)])
    if name == 'short-row':
        rows[ROWS * 3 // 4] = ['30/11/2026, 1:02:03 AM', 'DeviceOperations', 'ClientError', TEXT]
    elif name == 'other-column':
        rows[ROWS * 3 // 4][3] = '30/11/2026, 1:02:03 AM'
    return rows


def text_of(rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator='\n')
    writer.writerow(['TimeGenerated [UTC]', 'Category', 'ResultType', 'ResultDescription', 'deviceId_s'])
    writer.writerows(rows)
    return out.getvalue().encode()


def minute_of(time, day_first):
    """As it is printed; '' if it is no time."""
    found = PORTAL.fullmatch(time)
    if not found:
        return time[:16] + ':00.000000Z' if time else ''
    first, second, year, hour, minute = (int(n) for n in found.groups()[:5])
    day, month = (first, second) if day_first else (second, first)
    if month > 12:
        return ''
    return '%04d-%02d-%02dT%02d:%02d:00.000000Z' % (year, month, day, hour % 12 + 12 * (found[7] == 'P'), minute)


def expected(rows):
    """Records by minute, and the note that is to be said."""
    good = [row for row in rows if len(row) == 5]
    dates = [found for found in (PORTAL.fullmatch(row[0]) for row in good) if found]
    only_day = any(int(found[1]) > 12 for found in dates)
    only_month = any(int(found[1]) <= 12 and int(found[2]) > 12 for found in dates)
    note = BOTH if only_day and only_month else NEITHER if dates and not only_day and not only_month else None
    return collections.Counter(minute_of(row[0], only_day) for row in good), note


class Tester(Counts):
    def __init__(self, program, folder):
        super().__init__()
        self.program = program
        self.folder = folder

    def run(self, arguments, stdin=None):
        ledger = os.path.join(self.folder, 'ledger')
        done = subprocess.run([self.program, *arguments, '--ledger', ledger], input=stdin,
                              stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True, timeout=300, check=False)
        with open(ledger, encoding='utf-8') as file:
            return done.stdout.decode(), done.stderr.decode(), json.load(file)

    def minutes(self, what, arguments, wanted, stdin=None):
        """Reads and compares the counts by minute, the notes and the bytes of the ledger; returns the ledger."""
        counts, note = wanted
        out, err, ledger = self.run(['failures', '-f', 'csv', '--all', '--by', 'minute', *arguments], stdin)
        table = csv.DictReader(io.StringIO(out))
        self.check(what + ': minutes', {row['minute']: int(row['records']) for row in table} == counts)
        self.check(what + ': notes', (BOTH in err, NEITHER in err) == (note == BOTH, note == NEITHER))
        return ledger

    def table(self, name, rows, other):
        text = text_of(rows)
        wanted = expected(rows)
        paths = {end: os.path.join(self.folder, 'table' + end) for end in ('.csv', '.csv.gz', '.tar')}
        with open(paths['.csv'], 'wb') as file:
            file.write(text)
        with open(paths['.csv.gz'], 'wb') as file:
            file.write(gzip.compress(text, 1))
        with tarfile.open(paths['.tar'], 'w') as tar:
            tar.add(paths['.csv.gz'], 'member.csv.gz')
        ledgers = {}
        for end, path in paths.items():
            for jobs in ('1', '2', '7'):
                ledger = self.minutes('%s, %s, -j %s' % (name, end, jobs), ['-j', jobs, path], wanted)
                self.check('%s, %s, -j %s: ledger' % (name, end, jobs), ledgers.setdefault(end, ledger) == ledger)
            self.minutes('%s, %s, yajl' % (name, end), ['--reader', 'yajl', path], wanted)
        self.minutes(name + ', pipe', ['-'], wanted, text)
        self.minutes(name + ', counting back', ['--since', '-20000d', paths['.csv']], (timed(wanted[0]), wanted[1]))
        self.records(name, paths['.csv'], wanted[0])
        self.beside(name, text, wanted, other)
        self.before_pipe(name, paths['.csv'], wanted, other)

    def records(self, name, path, counts):
        """These come out while the table is read."""
        out, _, _ = self.run(['records', '-f', 'csv', '--fields', 'minute', path])
        minutes = collections.Counter(row['minute'] for row in csv.DictReader(io.StringIO(out)))
        self.check(name + ', records', minutes == counts)

    def beside(self, name, text, wanted, other):
        """In a folder, between files that are read before, after and at the same time."""
        folder = os.path.join(self.folder, 'beside')
        os.makedirs(folder, exist_ok=True)
        for file_name, content in (('a.csv', other[0]), ('b.csv', text), ('c.csv', other[0] + b'\n')):
            with open(os.path.join(folder, file_name), 'wb') as file:
                file.write(content)
        counts = wanted[0] + other[1] + other[1]
        ledger = self.minutes(name + ', in a folder', ['-j', '2', folder], (counts, wanted[1]))
        self.check(name + ', in a folder: records', ledger['records']['log'] == sum(counts.values()))

    def before_pipe(self, name, path, wanted, other):
        """Nothing may be read again then."""
        fifo = os.path.join(self.folder, 'fifo')
        if not os.path.exists(fifo):
            os.mkfifo(fifo)

        def write():
            with open(fifo, 'wb') as file:
                file.write(other[0])
        writer = threading.Thread(target=write)
        writer.start()
        self.minutes(name + ', before a pipe', ['-j', '1', path, fifo], (wanted[0] + other[1], wanted[1]))
        writer.join()


def timed(counts):
    """What a selection by time leaves; one that counts back from nothing leaves all."""
    return collections.Counter({minute: n for minute, n in counts.items() if minute}) or counts


def main():
    parser = argparse.ArgumentParser(description='Tries what decides the order of day and month.')
    parser.add_argument('--dpslog', required=True)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    other = make_rows(rng, 'month-first')[:500]
    with tempfile.TemporaryDirectory() as folder:
        tester = Tester(options.dpslog, folder)
        for name in [*TABLES, *SEEMING]:
            tester.table(name, make_rows(rng, name), (text_of(other), expected(other)[0]))
    print('seed %d' % options.seed)
    return tester.end()


if __name__ == '__main__':
    sys.exit(main())
