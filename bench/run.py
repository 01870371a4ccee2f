#!/usr/bin/env python3
"""Measures dpslog beside other programs: makes the data, compares all answers, runs in turns, and writes tables and a plot.

    run.py [--build DIR] [--out DIR] [--size SIZE] [--runs N] [--only NAME]... [--seed N] [--readme FILE]
           [--peers DIR] [--no-growth] [--no-instructions] [--install] [--list]

Data, result.json and growth.svg go into DIR/bench of the build, or --out; data is removed when its turn is over. --only takes
names of runs or data (bench/rows.py), with wildcards. The status is 1 if an answer was wrong: then nothing else is to be believed.
Whether goals are met does not change it.
"""

import argparse
import csv
import fnmatch
import json
import os
import shutil
import subprocess
import sys

import measure
import peers
import rows
import show

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
UNITS = {'K': 10**3, 'M': 10**6, 'G': 10**9}
# Of the records that instructions are counted on, and of the runs of what is over at once.
CUT_RECORDS = 5000
START_RUNS = 50


def say(text):
    print('bench: ' + text, file=sys.stderr, flush=True)


def size_of(text):
    unit = UNITS.get(text[-1:].upper(), 1)
    return int(float(text[:-1] if unit > 1 else text) * unit)


# ---- the data

class Material:
    """The files of one kind of data, or what makes them. `facts`: what the generator says of them."""

    def __init__(self, name, bench, records=None):
        self.data = data = rows.DATA[name]
        self.folder = os.path.join(bench.folder, 'data-' + name)
        self.records = records or max(int(bench.size * data.share / rows.RECORD_BYTES), 1 if data.share else 0)
        self.devices = max(int(data.devices * bench.size / rows.GB), 10)
        self.command = [os.path.join(bench.build, 'bench', 'gen'), '--kind', data.kind, '--records', str(self.records), '--devices',
                        str(self.devices), '--seed', str(bench.seed), '--facts', os.path.join(bench.folder, 'facts')]
        self.bench = bench
        self.facts = {'bytes': 0, 'records': 0, 'failures': 0}
        self.paths = []

    def make(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        if not self.records or self.data.pipe:
            self.make_one(['true'])
        elif self.data.files > 1:
            files = min(self.data.files, self.records)
            subprocess.run([*self.command, '--files', str(files), '--dir', self.folder], check=True)
            self.paths = [os.path.join(self.folder, '%05d' % i, 'PT1H.json') for i in range(files)]
            self.read_facts()
        else:
            self.make_one(self.command)
            self.read_facts()
        if self.data.pack:
            self.paths = [self.packed(path) for path in self.paths]

    def make_one(self, command):
        self.paths = [os.path.join(self.folder, 'PT1H.json')]
        with open(self.paths[0], 'wb') as file:
            subprocess.run(command, stdout=file, check=True)

    def read_facts(self):
        with open(os.path.join(self.bench.folder, 'facts'), encoding='ascii') as file:
            self.facts = json.load(file)

    def packed(self, path):
        subprocess.run(['gzip', '-6', path] if self.data.pack == 'gz' else ['zstd', '-q', '-3', '--rm', path], check=True)
        return '%s.%s' % (path, self.data.pack)

    def arguments(self):
        """As dpslog is told of them: a folder is walked."""
        return ['-'] if self.data.pipe else self.paths if len(self.paths) <= 8 else [self.folder]

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


# ---- one run

class Bench:
    def __init__(self, options):
        self.build = os.path.abspath(options.build)
        self.program = os.path.join(self.build, 'dpslog')
        self.folder = os.path.abspath(options.out or os.path.join(options.build, 'bench', 'out'))
        self.size = size_of(options.size)
        self.peers = os.path.abspath(options.peers or os.path.join(self.folder, 'peers'))
        self.rounds = options.runs
        self.seed = options.seed
        os.makedirs(self.folder, exist_ok=True)
        self.meter = measure.Meter(self.build, self.folder)
        self.ledger = os.path.join(self.folder, 'ledger.json')
        self.output = os.path.join(self.folder, 'answer')
        self.materials = {}
        self.groups = {}        # data: {run: samples}
        self.answers = {}       # run: rows of dpslog
        self.instructions = {}  # run: for each byte
        self.wrong = []
        self.missing = {}
        self.checked = set()    # runs whose ledger was looked at

    def material(self, name):
        if name not in self.materials:
            self.materials[name] = Material(name, self)
            say('making %s' % name)
            self.materials[name].make()
        return self.materials[name]

    def size_of(self, run):
        return self.materials[data_of(run)].facts['bytes']

    def place_of(self, run, axis):
        """Where a run stands on an axis of the plot."""
        material = self.materials[data_of(run)]
        return {'GB': material.facts['bytes'] / rows.GB, 'devices': material.devices, 'files': len(material.paths)}[axis]

    def bytes_ratio(self, a, b):
        sizes = self.size_of(a), self.size_of(b)
        return sizes[0] / sizes[1] if all(sizes) else 1

    def take(self, name):
        """Runs it once; what dpslog says of its input is compared each time with what the generator said."""
        material = self.material(data_of(name))
        times = START_RUNS if not material.records else 1
        if '@' in name:
            return self.take_peer(peer_of(name), material, times)
        command = [self.program, *rows.RUNS[name].arguments, *material.arguments()]
        if times > 1 and name in self.checked:
            # To have a ledger on the disk for good takes as long as all the rest of an empty input.
            return self.meter.run(command, output=self.output, times=times)
        command += ['--ledger', self.ledger]
        self.checked.add(name)
        if material.data.pipe:
            with subprocess.Popen(material.command, stdout=subprocess.PIPE) as source:
                sample = self.meter.run(command, source.stdout, self.output)
            material.read_facts()
        else:
            sample = self.meter.run(command, output=self.output, times=times)
        self.check_ledger(name, material)
        return sample

    def take_peer(self, peer, material, times):
        # What only reads must not be made to write; grep, though, does not even read on for /dev/null.
        output = self.output if peer.answer else os.devnull
        stdin = subprocess.DEVNULL
        if peer.stdin:
            stdin = open(material.paths[0], 'rb')  # pylint: disable=consider-using-with
        own = os.path.join(self.folder, 'seconds')
        try:
            sample = self.meter.run(peer.command(material.paths, self), stdin, own if peer.own_time else output, times)
        finally:
            if peer.stdin:
                stdin.close()
        if peer.own_time:
            with open(own, encoding='ascii') as file:
                sample = sample._replace(seconds=float(file.read()))
        return sample

    # ---- are the answers right

    def expect(self, what, right):
        if not right:
            self.wrong.append(what)
            say('WRONG: ' + what)

    def check_ledger(self, name, material):
        with open(self.ledger, encoding='utf-8') as file:
            records = json.load(file)['records']
        self.expect('%s: records, %d of %d' % (name, records['log'], material.facts['records']),
                    records['log'] == material.facts['records'])
        if not rows.RUNS[name].selects:
            self.expect('%s: failures, %d of %d' % (name, records['failures'], material.facts['failures']),
                        records['failures'] == material.facts['failures'])

    def check(self, name):
        """The first run of anything: its answer. What it took is worth less than later runs."""
        sample = self.take(name)
        if '@' in name:
            self.check_peer(peer_of(name))
            return sample
        run = rows.RUNS[name]
        if run.failures is not None:
            self.check_failures(name, run)
        if rows.DATA[run.data].pipe or run.arguments[:len(rows.FAILURES)] != rows.FAILURES:
            return sample
        with open(self.output, newline='', encoding='utf-8') as file:
            self.answers[name] = answer = list(csv.reader(file))[1:]
        if name != 'first' and 'first' in self.answers and same_records(run) and not run.selects:
            cut = len('2026-11-02T03:14:07') if rows.DATA[run.data].kind == 'csv' else None
            self.expect('%s: another answer than that of the first row' % name,
                        shortened(answer, cut) == shortened(self.answers['first'], cut))
        return sample

    def check_failures(self, name, run):
        with open(self.output, newline='', encoding='utf-8') as file:
            found = run.failures(list(csv.reader(file))[1:])
        expected = self.materials[run.data].facts['failures']
        self.expect('%s: its answer has %d failures of %d' % (name, found, expected), found == expected)

    def check_peer(self, peer):
        if peer.answer is None or 'first' not in self.answers:
            return
        found = peer.answer(self.output)
        ours = {(row[0], row[1]): (int(row[3]), row[5], row[6]) for row in self.answers['first']}
        if isinstance(found, int):
            ours = sum(n for n, _, _ in ours.values())
        self.expect('%s: its answer is not ours' % peer.name, found == ours)

    # ---- in turns

    def group(self, data, names):
        """All that reads this data, and what it is compared with, in turns."""
        results = self.groups.setdefault(data, {})
        for name in names:
            first = self.check(name)
            results[name] = [first] if is_slow(name) else []
        for turn in range(self.rounds):
            for name in names:
                if not is_slow(name):
                    results[name].append(self.take(name))
            say('%s: round %d of %d' % (data, turn + 1, self.rounds))

    def count_instructions(self, data, names):
        counted = [name for name in names if '@' not in name and data_of(name) == data]
        if data == 'empty' or rows.DATA[data].pipe or rows.DATA[data].files > 1:
            return
        if all(sample.instructions is not None for name in counted for sample in self.groups[data][name]):
            for name in counted:
                self.instructions[name] = measure.median(self.groups[data][name], 'instructions') / self.size_of(name)
            return
        self.count_by_valgrind(data, counted)

    def count_by_valgrind(self, data, names):
        """On one thread and a cut of the data, less what starting takes."""
        cut = Material(data, self, CUT_RECORDS)
        cut.folder += '-cut'
        cut.make()
        start = measure.count_instructions([self.program, *rows.FAILURES, '-j1', os.devnull])
        for name in names if start else []:
            n = measure.count_instructions([self.program, *rows.RUNS[name].arguments, '-j1', *cut.arguments()])
            if n:
                self.instructions[name] = (n - start) / cut.facts['bytes']
        cut.remove()

    def save(self):
        with open(os.path.join(self.folder, 'result.json'), 'w', encoding='utf-8') as file:
            json.dump({'processor': show.processor(), 'size': self.size, 'rounds': self.rounds, 'instructions': self.instructions,
                       'facts': {name: m.facts for name, m in self.materials.items()},
                       'samples': {data: {name: [s._asdict() for s in samples] for name, samples in runs.items()}
                                   for data, runs in self.groups.items()}}, file, indent=1)
            file.write('\n')
        plot = show.plot(self)
        if plot:
            with open(os.path.join(self.folder, 'growth.svg'), 'w', encoding='utf-8') as file:
                file.write(plot)


def peer_of(name):
    """The peer of PEER@DATA, or None for a run of dpslog."""
    return peers.PEERS[name.partition('@')[0]] if '@' in name else None


def is_slow(name):
    return '@' in name and peer_of(name).slow


def data_of(name):
    return name.partition('@')[2] if '@' in name else rows.RUNS[name].data


def same_records(run):
    """Whether the answer is that of the first row: the same fleet in another form."""
    data, first = rows.DATA[run.data], rows.DATA['dps']
    return data.kind not in ('hub', 'mixed') and (data.share, data.devices) == (first.share, first.devices)


def shortened(answer, cut):
    """Where times have whole seconds only, the state of a device can be another: equal times count as failing."""
    return sorted(answer) if cut is None else sorted([*row[:5], *(text[:cut] for text in row[5:7])] for row in answer)


# ---- all of it

def wanted_groups(options, growth):
    """{data: names}, in the order of the tables; the first row's data comes first, for others are compared with it."""
    groups = {}

    def want(data, *names):
        members = groups.setdefault(data, [])
        members += [name for name in names if name not in members]

    for goal in rows.GOALS:
        if chosen(goal.run, options.only):
            want(data_of(goal.run), *([goal.run, goal.against] if goal.against else [goal.run]))
    if chosen('first', options.only):
        want('dps', *rows.BESIDE)
    for _, runs in rows.GROWTH if growth else []:
        for run in runs:
            if chosen(run, options.only):
                want(data_of(run), run)
    return groups


def chosen(run, only):
    return not only or any(fnmatch.fnmatchcase(run, word) or fnmatch.fnmatchcase(data_of(run), word) for word in only)


def without_missing(bench, names):
    there = []
    for name in names:
        peer = peer_of(name)
        why = peers.why_missing(peer, bench.peers) if peer else None
        if why:
            bench.missing[peer.name] = why
        else:
            there.append(name)
    return there


def measure_all(bench, options):
    groups = wanted_groups(options, not options.no_growth)
    for data, names in groups.items():
        names = without_missing(bench, names)
        bench.group(data, names)
        if not options.no_instructions:
            bench.count_instructions(data, names)
        if data != 'dps':
            bench.material(data).remove()
    for material in bench.materials.values():
        material.remove()


def parsed():
    parser = argparse.ArgumentParser(description='Measures dpslog beside other programs.')
    parser.add_argument('--build', default=os.path.join(TOP, 'build'), help='where dpslog, bench/gen and bench/meter are')
    parser.add_argument('--out', help='where everything is written (default: bench/out in the build)')
    parser.add_argument('--size', default='1G', help='of the first row (default: 1G)')
    parser.add_argument('--runs', type=int, default=5, help='of each, in turns')
    parser.add_argument('--only', action='append', default=[], help='runs or data by name, with wildcards')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--readme', help='write the tables into FILE, between its two lines; not with --only')
    parser.add_argument('--peers', help='where DuckDB is (default: peers in the former)')
    parser.add_argument('--no-growth', action='store_true', help='without what only the plot needs')
    parser.add_argument('--no-instructions', action='store_true')
    parser.add_argument('--install', action='store_true', help='fetch DuckDB with npm into the folder of the data')
    parser.add_argument('--list', action='store_true', help='the names of runs')
    return parser.parse_args()


def main():
    options = parsed()
    if options.list:
        print('\n'.join(rows.RUNS))
        return 0
    bench = Bench(options)
    if options.install and shutil.which('npm'):
        peers.install_duckdb(bench.peers)
    try:
        measure_all(bench, options)
    except measure.Failed as failure:
        say('failed: %s' % failure)
        return 1
    bench.save()
    print('\n'.join(show.section(bench)))
    for why in bench.missing.values():
        print('missing: ' + why)
    if options.readme and not options.only and not bench.wrong:
        show.write_readme(options.readme, bench)
    print('%d wrong answers' % len(bench.wrong))
    return 1 if bench.wrong else 0


if __name__ == '__main__':
    sys.exit(main())
