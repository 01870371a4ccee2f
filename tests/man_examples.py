#!/usr/bin/env python3
"""Do the pages tell the truth? Runs their examples and compares them with the program.

    man_examples.py [--dpslog BIN]

- Lines `$ dpslog ...` in the literal displays of man/*.[157], and `$ dpslog ...` or `$ ./bootstrap run ...` in the code
  blocks of README.md, run from a copy of what they read, samples/. Where output follows, it must be what is printed
  (a line `...` stands for any lines), with status 0; or the words on standard error of a run that prints nothing else.
- `mandoc -T lint -W warning` has nothing to say about a page, nor about those that the build made beside the program.
- Every long option that `dpslog COMMAND --help` prints stands in the command's page or in dpslog(1), and every option
  that a page describes is printed by the help of its command (dpslog(1): of any).
"""

import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

from cases import copy_tree

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROMPT = re.compile(r'\$ (?:dpslog|\./bootstrap run)\b(.*)')
ESCAPES = {'\\e': '\\', '\\\\': '\\', '\\&': '', '\\-': '-', '\\ ': ' ', '\\(aq': "'", '\\(dq': '"', '\\(ga': '`',
           '\\(ha': '^', '\\(ti': '~', '\\(rs': '\\', '\\(en': '\u2013', '\\(em': '\u2014'}
ESCAPE = re.compile(r'\\(?:\(..|\[u([0-9A-Fa-f]{4,6})\]|.)')
TIMEOUT = 120


class Example:
    def __init__(self, where, command):
        self.where = where
        self.command = command
        self.expected = []


def unescape(line):
    def one(match):
        if match.group(1):
            return chr(int(match.group(1), 16))
        return ESCAPES.get(match.group(0), match.group(0))
    return ESCAPE.sub(one, line)


def literal_lines(path):
    """Lines of the page that are printed as they stand, with their numbers; None between two displays."""
    inside = False
    with open(path, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip('\n')
            if line.startswith('.Bd') and ('-literal' in line or '-unfilled' in line):
                inside = True
            elif line.startswith('.Ed'):
                inside = False
                yield number, None
            elif inside and not line.startswith(('.', "'")):
                yield number, unescape(line)


def code_lines(path):
    """The same for the code blocks of Markdown, fenced or indented by four."""
    fenced = False
    with open(path, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip('\n')
            if line.startswith('```'):
                fenced = not fenced
                yield number, None
            elif fenced:
                yield number, line
            elif line.startswith('    '):
                yield number, line[4:]
            elif line:
                yield number, None


def examples_of(path):
    lines = code_lines if path.endswith('.md') else literal_lines
    found, current = [], None
    for number, line in lines(path):
        prompt = PROMPT.match(line) if line is not None else None
        if line is None:
            current = None
        elif prompt:
            current = Example('%s:%d' % (os.path.relpath(path, TOP), number), 'dpslog' + prompt.group(1))
            found.append(current)
        elif line.startswith('$ '):
            current = None
        elif current and current.command.endswith('\\') and not current.expected:
            current.command = current.command[:-1] + line
        elif current:
            current.expected.append(line)
    for example in found:
        while example.expected and not example.expected[-1].strip():
            example.expected.pop()
    return found


def agrees(expected, text):
    pattern = ''.join('(?:.*\n)*?' if line == '...' else re.escape(line.rstrip()) + ' *\n' for line in expected)
    return re.fullmatch(pattern, text) is not None


def wrong_with(example, environment, place):
    done = subprocess.run(['sh', '-c', example.command], cwd=place, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors='backslashreplace', timeout=TIMEOUT, check=False)
    said = 'status %d\n%s%s' % (done.returncode, done.stdout[:4000], done.stderr[:1000])
    if not example.expected:
        return None if done.returncode == 0 else said
    if done.returncode == 0 and agrees(example.expected, done.stdout):
        return None
    if not done.stdout and agrees(example.expected, done.stderr):
        return None
    return 'the page says\n%s\nthe program says, with %s' % ('\n'.join(example.expected), said)


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def that(self, what, wrong):
        if wrong:
            self.failed += 1
            print('FAIL %s: %s' % (what, wrong))
        else:
            self.passed += 1


def check_examples(checks, pages, program):
    with tempfile.TemporaryDirectory(prefix='dpslog-man-') as root:
        programs, place = os.path.join(root, 'bin'), os.path.join(root, 'top')
        os.mkdir(programs)
        os.mkdir(place)
        os.symlink(program, os.path.join(programs, 'dpslog'))
        if os.path.isdir(os.path.join(TOP, 'samples')):
            copy_tree(os.path.join(TOP, 'samples'), os.path.join(place, 'samples'))
        environment = dict(os.environ, PATH=programs + os.pathsep + os.environ.get('PATH', os.defpath), LC_ALL='C',
                           TZ='UTC', TERM='dumb')
        for page in pages:
            for example in examples_of(page):
                try:
                    wrong = wrong_with(example, environment, place)
                except subprocess.TimeoutExpired:
                    wrong = 'not finished after %d seconds' % TIMEOUT
                checks.that('%s: %s' % (example.where, example.command), wrong)


def check_lint(checks, pages):
    if not shutil.which('mandoc'):
        print('skipped: the style of the pages: there is no mandoc')
        return
    for page in pages:
        done = subprocess.run(['mandoc', '-T', 'lint', '-W', 'warning', page], capture_output=True, text=True, check=False)
        checks.that(os.path.relpath(page, TOP) + ' as mandoc sees it', done.stdout + done.stderr)


def help_options(program, *command):
    done = subprocess.run([program, *command, '--help'], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=TIMEOUT, check=False)
    if done.returncode != 0:
        return None
    return set(re.findall(r'(?<![\w-])--([a-z][a-z0-9-]*)', done.stdout))


def page_options(page, pattern):
    """The long options of a page whose line matches the pattern; `Fl -since` is how mdoc writes --since."""
    with open(page, encoding='utf-8') as file:
        lines = [line for line in file if re.match(pattern, line)]
    return set(re.findall(r'\bFl \\?-([a-z][a-z0-9-]*)', ' '.join(lines)))


def check_options(checks, program):
    main_page = os.path.join(TOP, 'man', 'dpslog.1')
    helps = {main_page: help_options(program)}
    for page in sorted(glob.glob(os.path.join(TOP, 'man', 'dpslog-*.1'))):
        helps[page] = help_options(program, os.path.basename(page)[len('dpslog-'):-len('.1')])
    everything = set().union(*(options for options in helps.values() if options))
    in_main = page_options(main_page, r'\.')
    for page, options in helps.items():
        name = os.path.relpath(page, TOP)
        if options is None:
            checks.that(name, 'its command has no --help')
            continue
        missing = options - page_options(page, r'\.') - in_main
        checks.that('%s has the options of --help' % name, ' '.join('--' + option for option in sorted(missing)))
        known = everything if page == main_page else options
        excess = page_options(page, r'\.It ') - known
        checks.that('--help has the options of %s' % name, ' '.join('--' + option for option in sorted(excess)))


def main():
    parser = argparse.ArgumentParser(description='Checks the pages against the program.')
    parser.add_argument('--dpslog', default=os.environ.get('DPSLOG', os.path.join(TOP, 'build', 'dpslog')), metavar='BIN')
    program = os.path.abspath(parser.parse_args().dpslog)
    pages = sorted(glob.glob(os.path.join(TOP, 'man', '*.[157]')))
    readme = [path for path in [os.path.join(TOP, 'README.md')] if os.path.exists(path)]
    made = sorted(glob.glob(os.path.join(os.path.dirname(program), 'man', '*.[157]')))
    checks = Checks()
    checks.that('the build made dpslog-codes(7)', [] if made else 'it is not beside the program')
    check_examples(checks, pages + readme, program)
    check_lint(checks, pages + made)
    check_options(checks, program)
    print('%d passed, %d failed' % (checks.passed, checks.failed))
    return 1 if checks.failed else 0


if __name__ == '__main__':
    sys.exit(main())
