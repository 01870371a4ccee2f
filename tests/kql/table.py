#!/usr/bin/env python3
"""Asks dpslog for the records of records.jsonl that each predicate of predicates.tsv selects.

    table.py [--dpslog BIN]

Also every `where` of the public queries for IoT Hub, where they are (DPSLOG_PUBLIC_SAMPLES), must be understood.
"""

import argparse
import glob
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDS = os.path.join(HERE, 'records.jsonl')


def select(dpslog, predicate):
    """The ids of the records, or the reason why the predicate is refused."""
    command = [dpslog, 'failures', '--all', '--by', 'correlationId', '--no-header', '--where', predicate, RECORDS]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    if done.returncode == 2:
        return None, done.stderr.decode()
    if done.returncode != 0:
        raise RuntimeError('status %d: %s' % (done.returncode, done.stderr.decode()))
    return ''.join(sorted(line.split(',')[0] for line in done.stdout.decode().splitlines())), None


def rows():
    with open(os.path.join(HERE, 'predicates.tsv'), encoding='utf-8') as file:
        for line in file.read().splitlines():
            if line and not line.startswith('# '):
                predicate, _, expected = line.partition('\t')
                yield predicate, expected


def wrong(dpslog, predicate, expected):
    selected, reason = select(dpslog, predicate)
    if expected.startswith('refused: '):
        part = expected[len('refused: '):]
        if reason is None:
            return 'is taken, and selects %r' % selected
        return None if part in reason else 'is refused otherwise: %s' % reason
    if reason is not None:
        return 'is refused: %s' % reason
    return None if selected == expected else 'selects %r, not %r' % (selected, expected)


def public_predicates():
    public = os.environ.get('DPSLOG_PUBLIC_SAMPLES') or os.path.join(HERE, '..', '..', '..', 'shared', 'samples')
    for path in sorted(glob.glob(os.path.join(public, 'kql', '*.kql'))):
        with open(path, encoding='utf-8') as file:
            for clause in re.findall(r'^\|\s*where\s+(.*?)\s*$', file.read(), re.MULTILINE):
                yield os.path.basename(path), clause


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--dpslog', default=os.environ.get('DPSLOG', 'build/dpslog'))
    dpslog = os.path.abspath(parser.parse_args().dpslog)
    passed = failed = public = 0
    for predicate, expected in rows():
        why = wrong(dpslog, predicate, expected)
        passed += why is None
        failed += why is not None
        if why is not None:
            print('FAIL %s\n     %s' % (predicate, why))
    for name, clause in public_predicates():
        public += 1
        _, reason = select(dpslog, clause)
        passed += reason is None
        failed += reason is not None
        if reason is not None:
            print('FAIL %s: %s\n     %s' % (name, clause, reason))
    if public == 0:
        print('skipped: the public queries are not there')
    print('%d passed, %d failed' % (passed, failed))
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
