#!/usr/bin/env python3
"""Runs every part of the tests on one or more builds and ends with one line: N passed, N failed.

    suite.py [--long] [--part NAME]... [--list] BUILD[:sanitized]...

BUILD is a folder in which `make check-programs` has been run. A sanitized build leaves out what does not depend on the
build and takes fewer seeds. A part is a program that prints `N passed, N failed` (or Criterion's synthesis) last; lines of it
that begin with `skipped:` are shown, everything else only if it fails. Nothing depends on the locale, the time zone or the
user's settings.

The records that are published elsewhere are read in place: DPSLOG_PUBLIC_SAMPLES is the folder, beside the checkout
if it is not set. Tests that need it are skipped, with a word, where it is absent.
"""

import argparse
import concurrent.futures
import glob
import os
import signal
import subprocess
import sys
import threading
import time

import counts

TESTS = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(TESTS)
TIMEOUT = 1500
LINES_SHOWN = 200

# How much is done, on an ordinary build and on a sanitized one, which takes ten times as long to start: it reads every form in one container.
AMOUNTS = {
    'checker': (['--seeds', '1'], ['--only', '1/*/gz_in_tar']),
    'prefixes': (['--every', '3'], ['--every', '20']),
    'memory': ([], ['--budgets', '1']),
    'seeds': (['--seeds', '120'], ['--seeds', '40']),
    'where': (['--count', '1500'], ['--count', '100']),
    'kql-language': (['--count', '3000'], []),
    'damage': ([], ['--every', '40', '--flips', '8']),
    'fuzz': (['--size', '400'], ['--size', '150', '--every', '10']),
}
# With --long, instead:
LONG_AMOUNTS = {
    'checker': (['--seeds', '2'], ['--only', '1/*/gz_in_tar']),
    'prefixes': ([], ['--every', '7']),
    'memory': ([], ['--budgets', '1,200K']),
    'kql-language': (['--count', '10000'], []),
}
FUZZ_TARGETS = ('framer', 'kql', 'readers', 'record', 'rules')


class Part:
    def __init__(self, name, command, build, weight=1):
        self.name = name
        self.command = command
        self.build = build
        self.weight = weight  # the heavy ones begin first
        self.passed = 0
        self.failed = 0
        self.output = ''
        self.seconds = 0
        self.process = None
        self.alone = ''  # the arguments that run it alone

    def run(self, environment):
        began = time.monotonic()
        try:
            # A session of its own, so that an end takes everything with it that the part has started.
            self.process = subprocess.Popen(self.command, cwd=TOP, env=environment, stdin=subprocess.DEVNULL, text=True,
                                            errors='backslashreplace', stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                            start_new_session=True)
        except OSError as error:
            self.fail(str(error))
            return
        try:
            self.output, _ = self.process.communicate(timeout=TIMEOUT)
            self.count(self.process.returncode)
        except subprocess.TimeoutExpired:
            self.end()
            self.output, _ = self.process.communicate()
            self.fail('not finished after %d seconds' % TIMEOUT)
        self.seconds = time.monotonic() - began

    def end(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    def fail(self, why):
        self.failed += 1
        self.output += '%s: %s\n' % (self.name, why)

    def count(self, status):
        """The last line that counts is believed, unless the exit status tells another story."""
        found = counts.counted(self.output)
        if found:
            self.passed, self.failed = found
        if not found:
            self.fail('ended with status %d and no summary' % status)
        elif status != 0 and self.failed == 0:
            self.fail('ended with status %d though nothing failed' % status)
        elif status == 0 and self.failed:
            self.output += '%s: ended with status 0 though something failed\n' % self.name
        if self.passed + self.failed == 0 and not self.skips():
            self.fail('ran no test')

    def skips(self):
        return [line for line in self.output.splitlines() if line.startswith('skipped:')]


def python(script, *arguments):
    return [sys.executable, '-B', os.path.join(TESTS, script), *arguments]


def unit_tests_of(folder):
    """Python's unittest, with a closing line like that of the others."""
    code = ('import sys, unittest\n'
            'r = unittest.TextTestRunner(stream=sys.stdout).run(unittest.defaultTestLoader.discover(sys.argv[1]))\n'
            'bad = len(r.failures) + len(r.errors) + len(r.unexpectedSuccesses)\n'
            'for test, why in r.skipped: print("skipped: %s: %s" % (test.id(), why))\n'
            'print("%d passed, %d failed" % (r.testsRun - bad - len(r.skipped), bad))\n'
            'sys.exit(bad != 0)\n')
    return [sys.executable, '-B', '-c', code, folder]


def parts_of(build, sanitized, amounts, long):
    program = os.path.join(build, 'dpslog')
    public = public_samples()
    parts = []

    def add(name, command, weight=1):
        parts.append(Part(name, command, build, weight))

    def amount(of):
        return amounts[of][sanitized]

    unit = os.path.join(build, 'tests', 'unit', 'unit')
    if os.path.exists(unit):
        add('unit', [unit, '--ascii', '-j2', '--timeout', '120'], 3)
    else:
        add('unit', ['echo', 'skipped: unit tests: this build has none (no Criterion)'])
    add('cases', python('cases.py', '--dpslog', program), 2)
    add('conformance', python('conformance.py', program, os.path.join(public, 'json-conformance', 'test_parsing')), 4)
    add('readers', python('readers.py', '--dpslog', program), 3)
    add('dates', python('dates.py', '--dpslog', program), 2)
    add('progress', python('progress.py', '--dpslog', program))
    add('threads', python('threads.py', '--dpslog', program), 2)
    add('prefixes', python('prefixes.py', '--dpslog', program, *amount('prefixes')), 4)
    add('memory', python('memory.py', '--dpslog', program, *amount('memory')), 3)
    checker = ['--dpslog', program, *amount('checker'), '--samples', os.path.join(TOP, 'samples')]
    add('checker', python('checker/run.py', *checker), 9)
    add('checker-alerts', python('checker/alerts.py', '--dpslog', program, *amount('seeds')), 2)
    add('checker-series', python('checker/series.py', '--dpslog', program, *amount('seeds')), 2)
    if os.path.isdir(public):
        add('checker-public', python('checker/run.py', '--dpslog', program, '--seeds', '0', '--samples', public), 5)
    for script in sorted(glob.glob(os.path.join(TESTS, 'damage', '*.py'))):
        name = os.path.splitext(os.path.basename(script))[0]
        if not name.startswith('_') and os.access(script, os.X_OK):  # the others are modules
            add('damage-' + name, [sys.executable, '-B', script, '--dpslog', program, *amount('damage')], 6)
    if os.path.exists(os.path.join(build, 'tests', 'fuzz', 'driver.o')):
        for target in FUZZ_TARGETS:
            add('fuzz-' + target, [os.path.join(build, 'tests', 'fuzz', target), *amount('fuzz')], 2)
    else:
        add('fuzz', ['echo', 'skipped: fuzz targets: this build has them for libFuzzer'])
    add('completion', python('completion.py', '--dpslog', program))
    add('kql', python('kql/table.py', '--dpslog', program))
    add('where', python('checker/where.py', '--dpslog', program, *amount('where')), 4)
    add('man-examples', python('man_examples.py', '--dpslog', program))
    if not sanitized:
        add('kql-language', python('kql/language_service.py', '--reasons', os.path.join(build, 'tests', 'kql', 'reasons'),
                                   '--folder', os.path.join(build, 'kusto'), *amount('kql-language')), 8)
        add('tree', python('tree.py'))
        add('binary', python('binary.py', program))
        add('bench', python('bench.py', '--build', build), 4)
        if long:
            add('arm64', python('arm64.py', '--dpslog', program, '--folder', os.path.join(build, 'arm64')), 7)
        add('samples', [sys.executable, '-B', '-c', 'import subprocess, sys\n'
                        'bad = subprocess.call([sys.executable, "-B", *sys.argv[1:]]) != 0\n'
                        'print("%d passed, %d failed" % (not bad, bad))\n'
                        'sys.exit(bad)\n', os.path.join(TESTS, 'tools', 'make_samples.py'), '--check',
                        os.path.join(TOP, 'samples')])
        add('checker-unit', unit_tests_of(os.path.join(TESTS, 'checker')), 2)
    return parts


def public_samples():
    return os.environ.get('DPSLOG_PUBLIC_SAMPLES') or os.path.join(TOP, '..', 'shared', 'samples')


def environment_for(part):
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(('LC_', 'DPSLOG_', 'CRITERION_')) and name not in ('LANG', 'LANGUAGE', 'NO_COLOR', 'TZ')}
    kept.update(
        LC_ALL='C', TZ='UTC', TERM='dumb', PYTHONDONTWRITEBYTECODE='1', PYTHONHASHSEED='0',
        DPSLOG=os.path.join(part.build, 'dpslog'), DPSLOG_PUBLIC_SAMPLES=public_samples(),
        # A status that no command uses, so that a report of a sanitizer is never taken for a loss. Leaks are looked for where
        # there are few runs: it takes half of the time of each.
        ASAN_OPTIONS='exitcode=86:detect_leaks=%d:detect_stack_use_after_return=1' % (part.name in ('unit', 'cases', 'man-examples')),
        LSAN_OPTIONS='print_suppressions=0:suppressions=' + os.path.join(TESTS, 'tools', 'leaks'),
        UBSAN_OPTIONS='exitcode=86:print_stacktrace=1')
    return kept


def main():
    parser = argparse.ArgumentParser(description='Runs all tests.')
    parser.add_argument('--part', action='append', metavar='NAME', help='only this part (repeatable)')
    parser.add_argument('--long', action='store_true', help='more seeds, every prefix, and the program for arm64 in an emulator')
    parser.add_argument('--list', action='store_true', help='the names of the parts')
    parser.add_argument('-j', '--jobs', type=int, default=len(os.sched_getaffinity(0)), metavar='N')
    parser.add_argument('-v', '--verbose', action='store_true', help='a line for each part')
    parser.add_argument('builds', nargs='+', metavar='BUILD[:sanitized]')
    options = parser.parse_args()

    amounts = {**AMOUNTS, **LONG_AMOUNTS} if options.long else AMOUNTS
    parts = []
    for build in options.builds:
        folder, colon, kind = build.partition(':')
        if colon and kind != 'sanitized':
            parser.error('%s: what follows the colon can only be `sanitized`' % build)
        of_build = parts_of(os.path.abspath(folder), kind == 'sanitized', amounts, options.long)
        for part in of_build:
            part.alone = ('--long ' if options.long else '') + '--part %s %s%s' % (part.name, os.path.relpath(folder), colon + kind)
        parts += of_build
    if options.part:
        unknown = set(options.part) - {part.name for part in parts}
        if unknown:
            parser.error('no such part: ' + ', '.join(sorted(unknown)))
        parts = [part for part in parts if part.name in options.part]
    if options.list:
        print('\n'.join(dict.fromkeys(part.name for part in parts)))
        return 0

    def interrupted(number, _frame):
        for part in parts:
            part.end()
        print('suite.py: ended by signal %d' % number, file=sys.stderr, flush=True)
        os._exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    talking = threading.Lock()

    def run(part):
        part.run(environment_for(part))
        with talking:
            report(part, options.verbose or sys.stderr.isatty())

    with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
        list(pool.map(run, sorted(parts, key=lambda part: -part.weight)))
    passed, failed = sum(part.passed for part in parts), sum(part.failed for part in parts)
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed or not passed else 0


def report(part, always):
    where = '%s on %s' % (part.name, os.path.basename(part.build))
    if part.failed:
        lines = part.output.splitlines()
        print('---- %s: %d of %d failed' % (where, part.failed, part.passed + part.failed))
        if len(lines) > LINES_SHOWN:
            print('(the last %d of %d lines)' % (LINES_SHOWN, len(lines)))
        print('\n'.join(lines[-LINES_SHOWN:]))
        print('---- to run it alone: %s -B tests/suite.py %s' % (os.path.basename(sys.executable), part.alone), flush=True)
        return
    for line in part.skips():
        print('%s: %s' % (where, line), flush=True)
    if always:
        print('%s: all %d, %.0f s' % (where, part.passed, part.seconds), file=sys.stderr, flush=True)


if __name__ == '__main__':
    sys.exit(main())
