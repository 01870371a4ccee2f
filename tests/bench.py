#!/usr/bin/env python3
"""Does what measures measure right? Every row runs on little data, the answers of all programs agree, and a wrong one is noticed.

    bench.py --build BUILD

How fast anything is, is no matter here.
"""

import argparse
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCH = os.path.join(TOP, 'bench')
sys.path.insert(0, BENCH)
import rows  # noqa: E402
import show  # noqa: E402
from counts import Counts  # noqa: E402

SIZE = '1M'
RECORDS = 300
KINDS = sorted({data.kind for data in rows.DATA.values()})


def generated(build, folder, kind, seed):
    """The text and what the generator says of it."""
    facts = os.path.join(folder, 'facts')
    text = subprocess.run([os.path.join(build, 'bench', 'gen'), '--kind', kind, '--records', str(RECORDS), '--devices', '50', '--seed',
                           str(seed), '--facts', facts], stdout=subprocess.PIPE, check=True).stdout
    with open(facts, encoding='ascii') as file:
        return text, json.load(file)


def records_of(kind, text):
    """As the standard library reads them: a resultType, or None, for each."""
    text = text.decode()
    if kind == 'csv':
        return [row['ResultType'] for row in csv.DictReader(io.StringIO(text))]
    if kind == 'document':
        records = json.loads(text)['records']
    elif kind == 'pretty':
        records = json.loads('[' + text.replace('\n}\n{', '\n},\n{') + ']')
    else:
        records = [json.loads(line) for line in text.splitlines()]
    for record in records:
        json.loads(record['properties'])
    return [record.get('resultType') for record in records]


def check_generator(counts, build, folder):
    for kind in KINDS:
        text, facts = generated(build, folder, kind, 1)
        found = records_of(kind, text)
        failures = sum(result not in ('Success', None) for result in found)
        counts.check('%s: what the generator says of it' % kind,
                     facts == {'bytes': len(text), 'records': len(found), 'failures': failures}, facts)
        counts.check('%s: the same seed, the same bytes' % kind, generated(build, folder, kind, 1)[0] == text)
        counts.check('%s: another seed, others' % kind, generated(build, folder, kind, 2)[0] != text)


def measured(build, out, peers, *arguments):
    return subprocess.run([sys.executable, '-B', os.path.join(BENCH, 'run.py'), '--build', build, '--out', out, '--size', SIZE, '--runs',
                           '1', '--no-instructions', '--peers', peers, *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


def missing_in(text):
    return [line for line in text.splitlines() if line.startswith('missing: ')]


def check_all_rows(counts, build, folder, peers):
    readme = os.path.join(folder, 'README.md')
    with open(readme, 'w', encoding='utf-8') as file:
        file.write('before\n%s\nold\n%s\nafter\n' % (show.BEGIN, show.END))
    done = measured(build, folder, peers, '--readme', readme)
    counts.check('every row runs and every answer agrees', done.returncode == 0, done.stderr + done.stdout)
    missing = missing_in(done.stdout)
    for line in missing:
        print('skipped: bench: ' + line.partition(': ')[2])
    with open(readme, encoding='utf-8') as file:
        text = file.read()
    for goal in rows.GOALS:
        program = goal.against and goal.against.partition('@')[0].replace('igzip', 'igzip ')
        if goal.work and not any(program and program.strip() in line for line in missing):
            counts.check('there is a row for %s' % goal.work, '\n| %s |' % goal.work in text, text)
    counts.check('only what is between the lines is replaced',
                 text.startswith('before\n' + show.BEGIN) and text.endswith(show.END + '\nafter\n') and '\nold\n' not in text, text)
    plot = xml.etree.ElementTree.parse(os.path.join(folder, 'growth.svg'))
    lines = [line.get('points').split() for line in plot.iter('{http://www.w3.org/2000/svg}polyline')]
    counts.check('the plot has every point', [len(line) for line in lines] == [len(runs) for _, runs in rows.GROWTH], lines)
    left = [name for name in os.listdir(folder) if name.startswith('data-')]
    counts.check('the data is removed', not left, left)


def check_wrong_answer(counts, build, folder, peers):
    """A program that leaves out some of its answer."""
    fake = os.path.join(folder, 'build')
    os.makedirs(fake)
    os.symlink(os.path.join(build, 'bench'), os.path.join(fake, 'bench'))
    for what, body, row in (('its answer', '| grep -v 000', 'first'), ('its count', '--code 401', 'first'),
                            ('the failures of compare', '| grep -v ^service', 'compare'),
                            ('the failures of series', '| grep -v failures,', 'series')):
        with open(os.path.join(fake, 'dpslog'), 'w', encoding='ascii') as file:
            file.write('#!/bin/sh\n%s "$@" %s\n' % (os.path.join(build, 'dpslog'), body))
        os.chmod(file.name, 0o755)
        done = measured(fake, os.path.join(folder, 'wrong'), peers, '--only', row, '--no-growth')
        counts.check('a program that is wrong in %s is noticed' % what, done.returncode == 1 and 'WRONG' in done.stderr,
                     done.stderr + done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--build', required=True)
    build = os.path.abspath(parser.parse_args().build)
    counts = Counts()
    peers = os.path.join(build, 'bench', 'out', 'peers')
    with tempfile.TemporaryDirectory() as folder:
        check_generator(counts, build, folder)
        check_all_rows(counts, build, folder, peers)
        check_wrong_answer(counts, build, folder, peers)
    return counts.end()


if __name__ == '__main__':
    sys.exit(main())
