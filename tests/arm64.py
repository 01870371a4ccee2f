#!/usr/bin/env python3
"""Is dpslog the same program on arm64?

    arm64.py --dpslog NATIVE --folder DIR

Builds it in DIR with Debian's cross compiler and runs it in an emulator: the unit tests of what is made of vectors, both readers side by
side, and commands over samples, whose output must be that of the native program. The libraries are Debian's for arm64; they are unpacked
below DIR, nothing of them is installed. Without the compiler, the emulator or the network the test is skipped, with a word.
"""

import argparse
import glob
import os
import re
import shutil
import subprocess
import sys

from counts import Counts, counted

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
TRIPLET = 'aarch64-linux-gnu'
COMPILER, EMULATOR = TRIPLET + '-gcc', 'qemu-aarch64'
NEEDED = (COMPILER, EMULATOR, 'apt-get', 'dpkg-deb', 'make', 'pkg-config')
# What all that is read goes through; others take too long in an emulator, which needs fifty times as long.
UNIT_TESTS = '@(simd|scanner|frame|csvframe|csvrows|events|utf8)/*'
COMMANDS = (['failures', '-f', 'csv', '--all'], ['summary'], ['devices', '-f', 'csv'], ['records'], ['failures', '-f', 'csv', '--reader', 'yajl'],
            ['series', '-f', 'csv'])


class Skipped(Exception):
    """Something is missing that this machine need not have."""


def run(command, log, environment=None, cwd=None):
    """Its output goes to the log; whether it went well."""
    with open(log, 'ab') as file:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, env=environment, cwd=cwd,
                              check=False).returncode == 0


def tail(log):
    with open(log, encoding='utf-8', errors='backslashreplace') as file:
        return ''.join(file.readlines()[-40:])


def packages():
    """The libraries that bootstrap installs."""
    with open(os.path.join(TOP, 'bootstrap'), encoding='utf-8') as file:
        lists = re.findall(r"^(?:build|check)_packages='(.*?)'", file.read(), re.MULTILINE | re.DOTALL)
    return [name for name in ' '.join(lists).split() if name.endswith('-dev')]


class Port:
    """The program for arm64, in a folder of its own."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.root = os.path.join(self.folder, 'root')
        self.build = os.path.join(self.folder, 'build')
        self.log = os.path.join(self.folder, 'log')
        self.emulator = shutil.which(EMULATOR)

    def begin(self):
        """What is there serves again, but for another place of the tree or other libraries."""
        marker = os.path.join(self.folder, '.complete')
        key = '%s %s\n' % (TOP, ' '.join(packages()))
        known = ''
        if os.path.exists(marker):
            with open(marker, encoding='utf-8') as file:
                known = file.read()
        if known != key:
            shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.build, exist_ok=True)
        with open(self.log, 'wb'):
            pass
        if known != key:
            self.fetch()
            with open(marker, 'w', encoding='utf-8') as file:
                file.write(key)

    def fetch(self):
        """An apt of its own, which knows of no package that is installed, so that it takes all that they need."""
        state = os.path.join(self.folder, 'apt')
        for part in ('lists/partial', 'archives/partial', 'log'):
            os.makedirs(os.path.join(state, part))
        os.makedirs(self.root)
        configuration = os.path.join(state, 'configuration')
        with open(configuration, 'w', encoding='utf-8') as file:
            file.write('APT::Architecture "arm64";\nAPT::Architectures { "arm64"; };\nAPT::Install-Recommends "false";\n'
                       'APT::Sandbox::User "root";\nDir::State::lists "%(0)s/lists";\nDir::State::status "%(0)s/status";\n'
                       'Dir::State::extended_states "%(0)s/extended";\nDir::Cache "%(0)s";\nDir::Log "%(0)s/log";\n' % {'0': state})
        with open(os.path.join(state, 'status'), 'w', encoding='utf-8'):
            pass
        environment = dict(os.environ, APT_CONFIG=configuration, DEBIAN_FRONTEND='noninteractive')
        for command in (['update'], ['install', '-y', '--download-only', *packages()]):
            if not run(['apt-get', *command], self.log, environment):
                raise Skipped('the libraries for arm64 cannot be had')
        for package in sorted(glob.glob(os.path.join(state, 'archives', '*.deb'))):
            if not run(['dpkg-deb', '-x', package, self.root], self.log):
                raise Skipped('the libraries for arm64 cannot be unpacked')
        shutil.rmtree(state)

    def make(self):
        """Whether it can be built."""
        libraries = os.path.join(self.root, 'usr', 'lib', TRIPLET)
        environment = dict(os.environ, PKG_CONFIG_SYSROOT_DIR=self.root,
                           PKG_CONFIG_LIBDIR='%s/pkgconfig:%s/usr/share/pkgconfig' % (libraries, self.root))
        compiler = '%s --sysroot=%s' % (COMPILER, self.root)
        configured = os.path.exists(os.path.join(self.build, 'Makefile')) or run(
            [os.path.join(TOP, 'configure'), '--host=' + TRIPLET, '--with-criterion', '--enable-werror', 'CC=' + compiler],
            self.log, environment, self.build)
        return configured and run(['make', '-s', '-j2', 'dpslog', 'tests/unit/unit', 'tests/fuzz/readers'], self.log, environment, self.build) and run(
            [*compiler.split(), '-std=gnu17', '-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', self.shim(),
             os.path.join(HERE, 'tools', 'exec_emulated.c')], self.log)

    def shim(self):
        return os.path.join(self.folder, 'exec_emulated.so')

    def command(self, program, *arguments):
        return [self.emulator, '-L', self.root, os.path.join(self.build, program), *arguments]

    def unit_tests(self):
        command = self.command('tests/unit/unit', '--ascii', '-j2', '--timeout', '300', '--filter', UNIT_TESTS)
        return [command[0], '-E', 'LD_PRELOAD=' + self.shim(), *command[1:]]

    def readers(self):
        """Both side by side."""
        return self.command('tests/fuzz/readers', '--size', '20', '--every', '50')


def output_of(command, **options):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=TOP, check=False, **options)


def run_tests(checks, port, command):
    """A program that counts by itself; its status must not tell another story."""
    result = output_of(command, env=dict(os.environ, EMULATOR=port.emulator, EMULATED_ROOT=port.root), stderr=subprocess.STDOUT, text=True,
                       errors='backslashreplace')
    passed, failed = counted(result.stdout) or (0, 0)
    checks.passed += passed
    checks.failed += failed
    if failed or not passed or result.returncode != 0:
        print(result.stdout)
    if not failed and (not passed or result.returncode != 0):
        checks.check(' '.join(command), False, 'ended with status %d' % result.returncode)


def compare(checks, port, native, path):
    """Both programs over the same."""
    for command in COMMANDS:
        arguments = [*command, '-j2', path]
        here, there = (output_of(program, stderr=subprocess.PIPE) for program in
                       ([native, *arguments], port.command('dpslog', *arguments)))
        same = (here.returncode, here.stdout, here.stderr) == (there.returncode, there.stdout, there.stderr)
        checks.check('dpslog ' + ' '.join(arguments), same, 'not as it is here')


def check(options, checks):
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        raise Skipped('not there: ' + ', '.join(missing))
    port = Port(options.folder)
    port.begin()
    if not port.make():
        checks.check('it can be built', False, tail(port.log))
        return
    run_tests(checks, port, port.unit_tests())
    run_tests(checks, port, port.readers())
    compare(checks, port, options.dpslog, 'samples')
    public = os.environ.get('DPSLOG_PUBLIC_SAMPLES', '')
    if os.path.isdir(public):
        compare(checks, port, options.dpslog, public)


def main():
    parser = argparse.ArgumentParser(description='Is dpslog the same program on arm64?')
    parser.add_argument('--dpslog', required=True, help='the native program')
    parser.add_argument('--folder', required=True, help='where it is built')
    options = parser.parse_args()
    checks = Counts()
    try:
        check(options, checks)
    except Skipped as why:
        print('skipped: arm64: %s' % why)
    return checks.end()


if __name__ == '__main__':
    sys.exit(main())
