#!/usr/bin/env python3
"""Compares dpslog with the reference, byte for byte, and checks every ledger.

    run.py --dpslog BIN [--seeds N] [--first-seed S] [--samples DIR] [--only SEED/FORM/CONTAINER] [--keep DIR]

Every form in every container is generated for each seed and read by both. The keys and options of `failures`
rotate over the cases, so that each occurs with each kind of input. Inputs of failed cases are kept.
"""

import argparse
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
import zlib

import generate
import reading
import reference
import story

TIMEOUT = 120
SMALL, LARGE = 24, 200

KEY_SETS = ['device,resultType', 'resultType,resultSignature,code', 'device', 'service,resource,category,operationName',
            'message', 'level,location,protocol,sdkVersion', 'device,message,code', 'enrollment,device', 'minute,service',
            'endpoint,callerIpAddress', 'hour', 'correlationId,applicationId,device', 'day,device,service',
            'properties.custom,properties.authType', 'properties.TYPE,properties.id,device', 'code,level', 'resource,device',
            'message,service']

OPTION_SETS = [
    [], ['--all', '--top', '3'], ['--failures'], ['--since', '2026-11-01T12:00:00Z', '--all'],
    ['--until', '2026-11-02T03:30:00+01:00', '--all'], ['--since', '2026-11-02', '--until', '2026-11-15', '--all'],
    ['--device', 'press-*', '--all'], ['--device', '*[0-9a-f]?', '--all'], ['--result', 'clienterror,404104'],
    ['--result', '', '--all'], ['--code', '401'], ['--code', '404104,429'], ['--code', '', '--all'],
    ['--category', 'DeviceOperations,conn*', '--all'], ['--operation', 'attestationattempt,?pSERT,device*'],
    ['--csv-raw', '--all'], ['--no-header', '--top', '5'], ['--sort=-records', '--all'], ['--top', '0'],
    ['--failures', '--category', 'Routes,', '--code', '404,503', '--since', '2026-11-01'],
    ['--sort', 'failures', '--top', '7', '--all']]

DEVICE_SETS = [
    [], ['--top', '3'], ['--failures'], ['--since', '2026-11-01T12:00:00Z'], ['--code', '401'], ['--code', '404104,401003'],
    ['--result', 'clienterror,404104'], ['--category', 'DeviceOperations,conn*'], ['--sort=-expected'], ['--sort', 'last_seen'],
    ['--sort', 'location', '--no-header'], ['--csv-raw', '--sort=-state'], ['--device', '*[0-9a-f]?', '--sort', 'last_result']]

COMPARE_SETS = [[], ['--top', '7'], ['--keys', 'code,device,hour'], ['--keys', 'message,properties.custom', '--csv-raw'],
                ['--failures'], ['--sort', 'share_b'], ['--sort=-value2'], ['--since', '2026-11-01T12:00:00Z', '-j', '3'],
                ['--keys', 'sdkVersion,location,service', '--sort', 'difference'], ['--result', 'clienterror,'],
                ['--a-since', '2026-11-02T03:30:00+01:00', '-j', '2'],
                ['--a-since', '2026-11-01', '--failures', '--keys', 'code,resultType,sdkVersion']]

LINE_SETS = [[], ['-j', '1'], ['-j', '3'], ['-j', '7', '--failures'], ['--code', '401,404104', '-j', '2'],
             ['--fields', 'time,device,code,resultDescription'], ['--fields', 'properties.custom', '--no-header', '-j', '5'],
             ['--fields', 'message,Hour,durationMs,resourceId,enrollment', '--csv-raw'], ['--since', '2026-11-01T12:00:00Z'],
             ['--device', '*[0-9a-f]?', '--fields', 'device', '-j', '4']]

SELECTING = ('--since', '--until', '--failures', '--device', '--result', '--code', '--category', '--operation')


# ---- the ledger -------------------------------------------------------------------------------------------------

MALFORMED_REASONS = frozenset(('syntax', 'depth', 'size', 'cut_at_end', 'row_width', 'quote', 'nul', 'envelope', 'encoding'))
SKIP_REASONS = frozenset(('foreign', 'empty', 'duplicate', 'symlink', 'special', 'unsupported', 'encrypted', 'nested',
                          'directory', 'stopped'))
FAIL_REASONS = frozenset(('open', 'read', 'corrupt', 'limit'))
TIME = re.compile('[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z')


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


class LedgerCheck:
    """Collects what is wrong with a ledger; a missing or odd number counts as 0 and is said once."""

    def __init__(self, ledger):
        self.ledger = ledger if isinstance(ledger, dict) else {}
        self.problems = []

    def expect(self, holds, text):
        if not holds:
            self.problems.append(text)

    def part(self, name, kind=dict):
        value = self.ledger.get(name)
        self.expect(isinstance(value, kind), '%s is missing or of another type' % name)
        return value if isinstance(value, kind) else kind()

    def count(self, name, part, member):
        value = part.get(member)
        self.expect(is_count(value), '%s.%s is no count: %r' % (name, member, value))
        return value if is_count(value) else 0

    def sum(self, name, part, member, words):
        """The sum of {reason: n}, whose reasons must be of a closed table and never 0."""
        reasons = part.get(member)
        self.expect(isinstance(reasons, dict), '%s.%s is no object' % (name, member))
        total = 0
        for reason, value in (reasons if isinstance(reasons, dict) else {}).items():
            self.expect(reason in words, '%s.%s: unknown reason %r' % (name, member, reason))
            self.expect(is_count(value) and value > 0, '%s.%s.%s is %r' % (name, member, reason, value))
            total += value if is_count(value) else 0
        return total

    def equal(self, text, left, right):
        self.expect(left == right, '%s: %d is not %d' % (text, left, right))

    def run(self):
        lost = 0
        for name in ('files', 'members'):
            part = self.part(name)
            skipped = self.sum(name, part, 'skipped', SKIP_REASONS)
            failed = self.sum(name, part, 'failed', FAIL_REASONS)
            damaged = self.count(name, part, 'damaged')
            lost += failed + damaged
            self.equal(name + ' = read + damaged + skipped + failed', self.count(name, part, 'found'),
                       self.count(name, part, 'read') + damaged + skipped + failed)
        part = self.part('bytes')
        self.count('bytes', part, 'compressed')
        self.equal('bytes: decoded = records + between + malformed + cut', self.count('bytes', part, 'decoded'),
                   sum(self.count('bytes', part, member) for member in ('records', 'between', 'malformed', 'cut')))
        part = self.part('records')
        malformed = self.sum('records', part, 'malformed', MALFORMED_REASONS)
        log = self.count('records', part, 'log')
        self.equal('records: seen = malformed + log + metric + other', self.count('records', part, 'seen'),
                   malformed + log + self.count('records', part, 'metric') + self.count('records', part, 'other'))
        self.equal('records: log = filtered + failures + successes', log,
                   sum(self.count('records', part, member) for member in ('filtered', 'failures', 'successes')))
        self.expect(malformed == 0 or lost > 0, 'records are malformed, but no file or member is damaged')
        for note, value in self.part('notes').items():
            self.expect(is_count(value) and value > 0, 'notes.%s is %r' % (note, value))
        self.part('copies', object)
        complete = self.ledger.get('complete')
        self.expect(isinstance(complete, bool), 'complete is no bool')
        self.expect(malformed + lost == 0 or complete is not True, 'complete in spite of losses')
        self.times()
        problems = self.part('problems', list)
        self.expect(len(problems) <= 1000, 'more than 1,000 problems')
        for problem in problems:
            self.expect(isinstance(problem, dict) and {'file', 'reason', 'text', 'count'} <= set(problem),
                        'a problem lacks a member: %r' % (problem,))
        return self.problems

    def times(self):
        ends = [self.ledger.get(name, 0) for name in ('first', 'last')]
        for end in ends:
            self.expect(end is None or (isinstance(end, str) and TIME.fullmatch(end)), 'no time: %r' % (end,))
        self.expect((ends[0] is None) == (ends[1] is None), 'only one of first and last is known')
        if all(isinstance(end, str) for end in ends):
            self.expect(ends[0] <= ends[1], 'first is after last')


def check_ledger(ledger):
    """What is wrong with a ledger, as sentences; an empty list if all of its equations hold."""
    return LedgerCheck(ledger).run()


# ---- one run ----------------------------------------------------------------------------------------------------


class Run:
    """One call of dpslog and what is wrong with it. The first of the arguments may be another command than `failures`."""

    def __init__(self, program, arguments, path, from_stdin=False):
        self.arguments = arguments if arguments[:1] in (['devices'], ['compare'], ['records']) else ['failures', *arguments]
        self.is_raw = self.arguments[0] == 'records' and '--fields' not in self.arguments
        # Every other run has no memory at all, so that everything goes through temporary files.
        words = ' '.join([*self.arguments, os.path.basename(path)])
        spills = self.arguments[0] in ('failures', 'devices') and zlib.crc32(words.encode()) % 2 == 1
        self.command = [program, *self.arguments, *(['--memory', '1'] if spills else []),
                        *([] if self.is_raw else ['-f', 'csv']), '-' if from_stdin else path]
        self.path = path
        self.from_stdin = from_stdin
        self.complaints = []

    def line(self):
        """The command as it can be pasted into a shell."""
        words = ["'" + word.replace("'", "'\\''") + "'" if not word or re.search('[^-A-Za-z0-9_./=:,+]', word) else word
                 for word in self.command]
        return ' '.join(words) + (' < ' + self.path if self.from_stdin else '')

    def execute(self):
        """(status, output, ledger), or None if the program did not come to an end."""
        environment = dict(os.environ, TZ='America/St_Johns', LC_ALL='C')
        with tempfile.TemporaryDirectory() as folder:
            ledger = os.path.join(folder, 'ledger.json')
            command = self.command[:-1] + ['--ledger', ledger, self.command[-1]]
            try:
                with open(self.path if self.from_stdin else os.devnull, 'rb') as stdin:
                    done = subprocess.run(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                          env=environment, timeout=TIMEOUT, check=False)
            except (OSError, subprocess.TimeoutExpired) as error:
                self.complaints.append(str(error))
                return None
            self.check_messages(done.stderr)
            if done.returncode not in (0, 1):
                self.complaints.append('status %d: %s' % (done.returncode, done.stderr.decode(errors='replace')[-300:].strip()))
                return None
            return done.returncode, done.stdout, self.load(ledger)

    def check_messages(self, messages):
        if re.search(rb'[\x00-\x09\x0b-\x1f\x7f]', messages):
            self.complaints.append('standard error holds control characters')
        try:
            messages.decode()
        except UnicodeDecodeError:
            self.complaints.append('standard error is not UTF-8')

    def load(self, path):
        try:
            with open(path, encoding='utf-8') as file:
                return json.load(file, parse_constant=int)
        except (OSError, ValueError) as error:
            self.complaints.append('no ledger: %s' % error)
            return None

    def compare(self, data, named):
        """`named`: a file of the caller's, which may be none of ours; then the status is 0 or 1."""
        result = self.execute()
        if result is None:
            return
        status, output, ledger = result
        options = reference.parse_options(self.arguments)
        table = reference.table_for(data, options)
        expected, guarded = table.csv(not options.no_header, options.csv_raw)
        if self.is_raw:  # the reference does not know the bytes of what is not UTF-8
            output = reading.repair(output.decode('utf-8', 'mark-invalid')).encode()
        self.compare_text(output, expected)
        if ledger is not None:
            self.complaints += check_ledger(ledger)
            if not self.complaints:
                self.compare_ledger(ledger, table.ledger(data), guarded, output)
        lost = bool(data.malformed) or data.notes['partial_results'] > 0
        if data.certain and not named and status != lost:
            self.complaints.append('status %d, expected %d' % (status, lost))

    def compare_text(self, output, expected):
        if output == expected:
            return
        mine, theirs = expected.split(b'\n'), output.split(b'\n')
        place = next((i for i, (a, b) in enumerate(zip(mine, theirs)) if a != b), min(len(mine), len(theirs)))
        self.complaints.append('output differs in line %d\n      expected %r\n      got      %r' % (
            place + 1, b''.join(mine[place:place + 1])[:300], b''.join(theirs[place:place + 1])[:300]))

    def compare_ledger(self, ledger, expected, guarded, output):
        selected = any(argument in SELECTING for argument in self.arguments)
        records, wanted = ledger['records'], expected['records']
        if expected['certain']:
            for name, value in wanted.items():
                if records[name] != value:
                    self.complaints.append('ledger: records.%s is %r, expected %r' % (name, records[name], value))
        if not selected and expected['certain']:
            for name in ('repaired', 'properties_unreadable', 'no_device', 'no_code', 'untimed', 'partial_results'):
                value = ledger['notes'].get(name, 0)
                if value != expected['notes'].get(name, 0):
                    self.complaints.append('ledger: notes.%s is %r, expected %r' % (
                        name, value, expected['notes'].get(name, 0)))
        if ledger['notes'].get('guarded_cells', 0) != guarded:
            self.complaints.append('ledger: notes.guarded_cells is %r, expected %d' % (
                ledger['notes'].get('guarded_cells', 0), guarded))
        if ('--all' in self.arguments or self.arguments[0] == 'devices') and not {'--top', '--no-header'} & set(self.arguments):
            self.compare_sums(records, output)

    def compare_sums(self, records, output):
        csv.field_size_limit(1 << 30)
        rows = list(csv.DictReader(io.StringIO(output.decode(), newline='')))
        for name, total in (('records', records['failures'] + records['successes']), ('failures', records['failures'])):
            found = sum(int(row[name]) for row in rows)
            if found != total:
                self.complaints.append('the rows have %d %s, the ledger %d' % (found, name, total))


# ---- all runs ---------------------------------------------------------------------------------------------------


class Runner:
    def __init__(self, program, keep):
        self.program = program
        self.keep = keep
        self.passed = 0
        self.failed = 0

    def check(self, label, path, argument_sets, from_stdin=False, named=False):
        """Whether all runs over one input passed."""
        try:
            data = reference.read_paths([path])
        except Exception as error:  # the reference must not stop the run
            self.report(label, 'the reference gave up: %r' % error, path)
            return False
        good = True
        for arguments in argument_sets:
            run = Run(self.program, arguments, path, from_stdin)
            try:
                run.compare(data, named)
            except Exception as error:  # an output of a shape that nobody thought of is a failure like another
                run.complaints.append('%s: %s' % (type(error).__name__, error))
            if run.complaints:
                self.report(label, '\n    '.join(run.complaints), run.line())
                good = False
            else:
                self.passed += 1
        return (from_stdin or self.stories(label, path, data)) and good

    def stories(self, label, path, data):
        """Whether the stories of the two devices with most records are right; ids that no command line can hold are left out."""
        counts = Counter(record.device for record in data.logs
                         if record.device and '\0' not in record.device and not record.device.startswith('-'))
        for device, _ in counts.most_common(2):
            command = [self.program, 'history', '-q', '-f', 'json', story.glob_of(device), path]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
            try:
                wrong = story.difference(json.loads(done.stdout), data, device)
            except ValueError as error:
                wrong = 'status %d, no document: %s' % (done.returncode, error)
            if wrong:
                self.report(label, wrong, ' '.join(map(repr, command)))
                return False
            self.passed += 1
        return True

    def report(self, label, text, command):
        self.failed += 1
        print('FAIL %s\n    %s\n    %s' % (label, text, command), flush=True)

    def generated(self, seed, form, container, index):
        size = LARGE if container == 'plain' else SMALL
        keys = KEY_SETS[index % len(KEY_SETS)]
        others = KEY_SETS[(index * 5 + index // len(KEY_SETS) + 3) % len(KEY_SETS)]
        options = OPTION_SETS[(index + index // len(KEY_SETS)) % len(OPTION_SETS)]
        sets = [['--all', '--by', keys], [*options, '--by', others], ['devices', *DEVICE_SETS[index % len(DEVICE_SETS)]],
                ['compare', *COMPARE_SETS[index % len(COMPARE_SETS)]],
                ['records', *LINE_SETS[index % len(LINE_SETS)]], ['records', *LINE_SETS[(index // 7) % len(LINE_SETS)]]]
        if container == 'plain':
            sets += [['--all', '--by', KEY_SETS[(index + i) % len(KEY_SETS)]] for i in range(1, 8)]
            sets += [OPTION_SETS[(index + i) % len(OPTION_SETS)] for i in range(1, 8)]
        folder = os.path.join(self.keep, '%s-%s-%s' % (seed, form, container))
        os.makedirs(folder)
        path = generate.generate(seed, form, container, size, folder)
        label = 'seed %s, %s in %s: run.py --dpslog %s --only %s/%s/%s' % (
            seed, form, container, self.program, seed, form, container)
        if self.check(label, path, sets, from_stdin=container == 'stdin'):
            shutil.rmtree(folder)

    def samples(self, directory):
        index = 0
        # the JSON suite is damaged in ways that only conformance.py judges
        paths = sorted(path for path in reading.files_of([directory]) if 'conformance' not in path)
        for path in paths:
            sets = [['--all', '--by', KEY_SETS[(index + i) % len(KEY_SETS)]] for i in range(3)]
            sets += [['devices'], ['compare'], ['records']]
            self.check('sample', path, sets, named=True)
            index += 1


def main(arguments):
    parser = argparse.ArgumentParser(description='Compares dpslog with the reference.')
    parser.add_argument('--dpslog', required=True, metavar='BIN')
    parser.add_argument('--seeds', type=int, default=1, metavar='N')
    parser.add_argument('--first-seed', type=int, default=1, metavar='S')
    parser.add_argument('--samples', metavar='DIR')
    parser.add_argument('--only', metavar='SEED/FORM/CONTAINER', help='parts may be *')
    parser.add_argument('--keep', metavar='DIR', help='where inputs of failed cases stay')
    options = parser.parse_args(arguments)
    program = os.path.abspath(options.dpslog)
    if not os.access(program, os.X_OK):
        print('%s: no such program' % program)
        print('0 passed, 1 failed')
        return 1
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
    keep = tempfile.mkdtemp(prefix='dpslog-checker-', dir=options.keep)
    runner = Runner(program, keep)
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    wanted = options.only.split('/') if options.only else ['*'] * 3
    if len(wanted) != 3:
        parser.error('--only takes SEED/FORM/CONTAINER')
    if wanted[0] != '*':
        seeds = [int(wanted[0])]
    print('seeds: ' + ' '.join(map(str, seeds)), flush=True)
    possible = generate.containers()
    for seed in seeds:
        index = seed * 7
        for form in generate.FORMS:
            for container in (*generate.SINGLE, *generate.ARCHIVES, *generate.FOLDERS):
                index += 1
                if container in possible and wanted[1] in ('*', form) and wanted[2] in ('*', container):
                    runner.generated(seed, form, container, index)
    if options.samples and not options.only:
        runner.samples(options.samples)
    if not os.listdir(keep):
        os.rmdir(keep)
    print('%d passed, %d failed' % (runner.passed, runner.failed))
    return 1 if runner.failed or not runner.passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
