#!/usr/bin/env python3
"""Runs the cases: folders tests/cases/NAME, each a command and what it must print. A bug report becomes one by copying.

    cases.py [--dpslog BIN] [--accept] [NAME]...

    cmd       one or more lines for sh that use `dpslog`; lines with # say what the case is about
    out err   standard output and error, byte for byte; an absent file means nothing
    status    the exit status of the last command; absent means 0
    the rest  input: copied into the folder in which the command runs

In `cmd`, $SAMPLES is a copy of samples/ and $PUBLIC one of the published records that lie beside the checkout
(DPSLOG_PUBLIC_SAMPLES says where; cases that use it are skipped where they are absent); both are relative, so that
messages with file names are the same everywhere.

Where a command writes a ledger (`--ledger FILE`, or JSON with a member `input`), its equations are checked.
--accept writes what was printed as what is expected: read the difference before committing it.
"""

import argparse
import concurrent.futures
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(TESTS)
CASES = os.path.join(TESTS, 'cases')
SAMPLES = os.path.join(TOP, 'samples')
EXPECTATIONS = ('cmd', 'out', 'err', 'status')
LEDGER = re.compile(r'--ledger[ =]([^\s;|&]+)')
RESERVED = ('bin', 'samples', 'public')  # folders beside those in which the cases run
TIMEOUT = 60


def check_ledger(ledger):
    """The checker's; what is wrong with the ledger, as sentences."""
    sys.path.insert(0, os.path.join(TESTS, 'checker'))
    import run  # pylint: disable=import-outside-toplevel
    return run.check_ledger(ledger)


def content_of(path):
    try:
        with open(path, 'rb') as file:
            return file.read()
    except FileNotFoundError:
        return b''


def copy_tree(source, target, **options):
    """A copy that can be written in, whatever the original is (make distcheck takes the right away)."""
    shutil.copytree(source, target, symlinks=True, copy_function=shutil.copyfile, **options)
    for place, _, _ in os.walk(target):
        os.chmod(place, 0o755)


def difference(name, expected, found):
    """Both as lines that a terminal can show, and what differs."""
    def shown(data):
        return [line.encode('unicode_escape').decode() for line in data.decode('utf-8', 'surrogateescape').split('\n')]
    return '\n'.join(difflib.unified_diff(shown(expected), shown(found), name + ' expected', name + ' found', lineterm=''))


class Case:
    def __init__(self, name):
        self.name = name
        self.folder = os.path.join(CASES, name)
        with open(os.path.join(self.folder, 'cmd'), encoding='utf-8') as file:
            self.command = file.read()
        self.found = {}
        self.complaints = []
        self.skipped = None

    def uses(self, variable):
        return re.search(r'\$\{?%s\b' % variable, self.command) is not None

    def run(self, root, programs):
        place = os.path.join(root, self.name)
        copy_tree(self.folder, place, ignore=shutil.ignore_patterns(*EXPECTATIONS))
        environment = {'PATH': programs + os.pathsep + os.environ.get('PATH', os.defpath), 'LC_ALL': 'C', 'TZ': 'UTC',
                       'HOME': place, 'TERM': 'dumb', 'SAMPLES': '../samples', 'PUBLIC': '../public'}
        environment.update((name, value) for name, value in os.environ.items() if name.endswith('SAN_OPTIONS'))
        try:
            done = subprocess.run(['sh', '-c', self.command], cwd=place, env=environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=TIMEOUT, check=False)
        except subprocess.TimeoutExpired:
            self.complaints.append('not finished after %d seconds' % TIMEOUT)
            return
        status = b'' if done.returncode == 0 else b'%d\n' % done.returncode
        self.found = {'out': done.stdout, 'err': done.stderr, 'status': status}
        for ledger in self.ledgers(place):
            self.complaints += ['ledger: ' + error for error in check_ledger(ledger)]

    def ledgers(self, place):
        """What the command wrote as a ledger; a file that is no JSON is a complaint."""
        for name in LEDGER.findall(self.command):
            path = os.path.join(place, name)
            if os.path.isfile(path):
                try:
                    yield json.loads(content_of(path))
                except ValueError as error:
                    self.complaints.append('%s: %s' % (name, error))
        try:
            document = json.loads(self.found['out'])
        except ValueError:
            return
        if isinstance(document, dict) and isinstance(document.get('input'), dict):
            yield document['input']

    def compare(self):
        for name, found in self.found.items():
            expected = content_of(os.path.join(self.folder, name))
            if name == 'status':
                expected, found = expected.strip() or b'0', found.strip() or b'0'
            if expected != found:
                self.complaints.append(difference(name, expected, found))

    def accept(self):
        """What was found becomes what is expected; true if that changed anything."""
        changed = False
        for name, found in self.found.items():
            path = os.path.join(self.folder, name)
            if content_of(path) == found:
                continue
            changed = True
            if found:
                with open(path, 'wb') as file:
                    file.write(found)
            else:
                os.unlink(path)
        return changed


def all_cases():
    if not os.path.isdir(CASES):
        return []
    return sorted(name for name in os.listdir(CASES) if os.path.isfile(os.path.join(CASES, name, 'cmd')))


def prepare(root, program, cases):
    """Copies what the cases read and links the program; those that cannot run get a reason."""
    public = os.environ.get('DPSLOG_PUBLIC_SAMPLES') or os.path.join(TOP, '..', 'shared', 'samples')
    programs = os.path.join(root, 'bin')
    os.mkdir(programs)
    os.symlink(program, os.path.join(programs, 'dpslog'))
    for variable, source, copy in (('SAMPLES', SAMPLES, 'samples'), ('PUBLIC', public, 'public')):
        users = [case for case in cases if case.uses(variable)]
        if not users:
            continue
        if os.path.isdir(source):
            copy_tree(source, os.path.join(root, copy))
        else:
            for case in users:
                case.skipped = '%s is absent' % os.path.relpath(source, TOP)
    return programs


def main():
    parser = argparse.ArgumentParser(description='Runs the cases.')
    parser.add_argument('--dpslog', default=os.environ.get('DPSLOG', os.path.join(TOP, 'build', 'dpslog')), metavar='BIN')
    parser.add_argument('--accept', action='store_true', help='write what was printed as what is expected')
    parser.add_argument('-j', '--jobs', type=int, default=len(os.sched_getaffinity(0)), metavar='N')
    parser.add_argument('names', nargs='*', metavar='NAME')
    options = parser.parse_args()
    program = os.path.abspath(options.dpslog)
    if not os.access(program, os.X_OK):
        parser.error('%s: no such program' % program)
    names = all_cases()
    for name in set(names) & set(RESERVED):
        parser.error('%s: a case cannot have this name' % name)
    wanted = [os.path.basename(name.rstrip('/')) for name in options.names]
    for name in wanted:
        if name not in names:
            parser.error('%s: no such case' % name)
    cases = [Case(name) for name in names if not wanted or name in wanted]

    with tempfile.TemporaryDirectory(prefix='dpslog-cases-') as root:
        programs = prepare(root, program, cases)
        runnable = [case for case in cases if not case.skipped]
        with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
            list(pool.map(lambda case: case.run(root, programs), runnable))

    failed = 0
    for case in cases:
        if case.skipped:
            print('skipped: %s: %s' % (case.name, case.skipped))
            continue
        if options.accept and case.found:
            if case.accept():
                print('accepted: ' + case.name)
        else:
            case.compare()
        if case.complaints:
            failed += 1
            print('FAIL %s\n%s' % (case.name, '\n'.join(case.complaints)))
    print('%d passed, %d failed' % (len(runnable) - failed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
