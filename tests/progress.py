#!/usr/bin/env python3
"""What is shown of how far the reading is: on a terminal, elsewhere, and when asked by a signal.

    progress.py --dpslog BIN

The input comes through a pipe that waits, so that nothing depends on the speed of the machine.
"""

import argparse
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

from counts import Counts

RECORD = ('{"time":"2026-11-02T03:14:07Z","category":"DeviceOperations","resultType":"ClientError","level":"Error",'
          '"properties":{"id":"press-%d","type":"Registration"}}\n')
# More than a block, so that some of it has been counted while the rest is waited for.
FIRST, REST = 20000, 5
FIRST_TEXT = ''.join(RECORD % i for i in range(FIRST)).encode()
NUMBERS = re.compile(r'dpslog: [\d.]+ [kM]?B, [\d.]+ [kM]?B/s, ([\d,]+) records, ([\d,]+) failures')
END = re.compile(r'dpslog: [\d.]+ [kM]?B, [\d.]+ [kM]?B/s, [\d ]+(?:s|min), 20,005 records, 20,005 failures\n')
PATIENCE = 60


class Terminal:
    """A terminal that standard error can be: what was written to it, and what then stands in its last line."""

    def __init__(self, columns=80):
        self.ours, self.theirs = os.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
        self.text = ''

    def wait(self, pattern, seconds=PATIENCE):
        """True if it came in time."""
        until = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            if not select.select([self.ours], [], [], max(0, until - time.monotonic()))[0]:
                return False
            self.text += os.read(self.ours, 4096).decode()
        return True

    def close(self):
        """All that is left in it."""
        os.close(self.theirs)
        try:
            while True:
                self.text += os.read(self.ours, 4096).decode()
        except OSError:
            os.close(self.ours)

    def last_line(self):
        cells = []
        for part in self.text.rpartition('\n')[2].split('\r'):
            cells[:len(part)] = part
        return ''.join(cells).rstrip()


class Run:
    """dpslog on a pipe that holds most of the records; the rest comes with end()."""

    def __init__(self, program, err, *arguments):
        self.process = subprocess.Popen([program, 'failures', '--by', 'resultType', *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=err)
        self.process.stdin.write(FIRST_TEXT)
        self.process.stdin.flush()

    def end(self):
        out, _ = self.process.communicate(''.join(RECORD % i for i in range(REST)).encode(), timeout=PATIENCE)
        return self.process.returncode, out.decode().splitlines()[1:]


def check_right(counts, what, answer):
    counts.check('%s: the answer is right' % what,
                 answer[0] == 0 and answer[1] and answer[1][0].startswith('ClientError,20005,20005,'), answer)


def check_terminal(counts, program):
    terminal = Terminal()
    run = Run(program, terminal.theirs)
    counts.check('terminal: a line appears', terminal.wait(NUMBERS), repr(terminal.text))
    counts.check('terminal: it is written over', terminal.wait(r'(?s)dpslog.*\r.*dpslog'), repr(terminal.text))
    check_right(counts, 'terminal', run.end())
    terminal.close()
    counts.check('terminal: nothing is left of it', terminal.last_line() == '' and '\n' not in terminal.text, repr(terminal.text))


def check_narrow(counts, program):
    terminal = Terminal(30)
    run = Run(program, terminal.theirs)
    counts.check('narrow terminal: a line appears', terminal.wait('dpslog'), repr(terminal.text))
    run.end()
    terminal.close()
    counts.check('narrow terminal: no line is too long', max(map(len, terminal.text.split('\r'))) < 30, repr(terminal.text))


def check_silence(counts, program):
    for words in (['--progress', 'never'], ['-q']):
        terminal = Terminal()
        run = Run(program, terminal.theirs, *words)
        counts.check('%s: nothing is shown' % words, not terminal.wait('.', 1.2), repr(terminal.text))
        check_right(counts, ' '.join(words), run.end())
        terminal.close()
        counts.check('%s: nothing at the end' % words, terminal.text == '', repr(terminal.text))
    terminal = Terminal()
    began = time.monotonic()
    subprocess.run([program, 'failures'], input=RECORD.encode() % 1, stdout=subprocess.DEVNULL, stderr=terminal.theirs, check=True)
    at_once = time.monotonic() - began < 0.5
    terminal.close()
    counts.check('what is done at once shows nothing', terminal.text == '' or not at_once, repr(terminal.text))


def check_records(counts, program):
    """They are written while the input is read, and the terminal is theirs. It holds few, so they are read while the input is written."""
    terminal = Terminal()
    process = subprocess.Popen([program, 'records', '--device', 'press-19*', '--progress', 'always'], stdin=subprocess.PIPE,
                               stdout=terminal.theirs, stderr=terminal.theirs)
    seen = threading.Event()

    def feed():
        with process.stdin as pipe:
            pipe.write(FIRST_TEXT)
            pipe.flush()
            seen.wait(PATIENCE)

    feeder = threading.Thread(target=feed)
    feeder.start()
    counts.check('records: nothing is shown meanwhile', not terminal.wait('dpslog: ', 1.2), repr(terminal.text[-300:]))
    seen.set()
    counts.check('records: all are there', terminal.wait('press-19999"'), repr(terminal.text[-300:]))
    counts.check('records: the status is good', process.wait(PATIENCE) == 0)
    feeder.join()
    terminal.close()
    counts.check('records: nothing is between them', 'dpslog: ' not in terminal.text)


def check_elsewhere(counts, program):
    with tempfile.TemporaryFile('w+') as err:
        check_right(counts, 'a file', Run(program, err).end())
        err.seek(0)
        counts.check('a file: nothing is said', err.read() == '')
    with tempfile.TemporaryFile('w+') as err:
        check_right(counts, 'always', Run(program, err, '--progress', 'always').end())
        err.seek(0)
        text = err.read()
        counts.check('always: the last line says all', END.fullmatch(text.splitlines(True)[-1]) and '\r' not in text, text)
    with tempfile.NamedTemporaryFile('w') as file:
        file.write(RECORD % 1)
        file.flush()
        err = subprocess.run([program, 'failures', '--progress', 'always', '--since', '-1d', file.name], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True, check=True).stderr.splitlines()
    counts.check('two readings: each is said',
                 len(err) == 2 and err[0].startswith('dpslog: looking for the newest record: ') and
                 err[1].endswith(' 1 record, 1 failure') and 'looking' not in err[1], err)


def check_signal(counts, program):
    for words in ([], ['--progress', 'never']):
        run = Run(program, subprocess.PIPE, *words)
        answered = ''
        until = time.monotonic() + PATIENCE
        # It may not have counted a block yet when the first signal comes.
        while not re.search(r' [1-9][\d,]* records', answered) and time.monotonic() < until:
            run.process.send_signal(signal.SIGUSR1)
            answered = run.process.stderr.readline().decode()
        counts.check('SIGUSR1 %s: a whole line' % words, NUMBERS.match(answered), answered)
        run.process.stderr.close()
        run.process.stderr = None
        check_right(counts, 'SIGUSR1', run.end())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--dpslog', required=True)
    program = os.path.abspath(parser.parse_args().dpslog)
    counts = Counts()
    for check in (check_terminal, check_narrow, check_silence, check_records, check_elsewhere, check_signal):
        check(counts, program)
    return counts.end()


if __name__ == '__main__':
    sys.exit(main())
