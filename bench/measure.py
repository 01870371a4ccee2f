"""Running a command once and saying what it took; medians and ratios of several such runs."""

import os
import re
import statistics
import subprocess
from collections import namedtuple

# seconds: on the clock; cpu: user and system; peak: bytes; instructions: None where they are not counted.
Sample = namedtuple('Sample', 'seconds cpu peak instructions')

COLLECTED = re.compile(r'Collected : (\d+)')


class Failed(Exception):
    pass


class Meter:
    def __init__(self, build, folder):
        self.program = os.path.join(build, 'bench', 'meter')
        self.result = os.path.join(folder, 'meter')

    def run(self, command, stdin=subprocess.DEVNULL, output=os.devnull, times=1):
        """The mean of so many runs, one after the other. Any status but 0 is an error."""
        if os.path.exists(self.result):
            os.unlink(self.result)
        with open(output, 'wb') as out:
            done = subprocess.run([self.program, str(times), self.result, *command], stdin=stdin, stdout=out, stderr=subprocess.PIPE,
                                  check=False)
        with open(self.result, encoding='ascii') as file:
            lines = [[int(n) for n in line.split()] for line in file]
        if done.returncode != 0 or len(lines) != times or any(line[5] != 0 for line in lines):
            raise Failed('%s\n%s' % (' '.join(command), done.stderr.decode(errors='backslashreplace')))
        mean = [statistics.fmean(column) for column in zip(*lines)]
        return Sample(mean[0] / 1e9, (mean[1] + mean[2]) / 1e6, mean[3] * 1024, mean[4] if mean[4] >= 0 else None)


def count_instructions(command, stdin=None):
    """By valgrind, for machines that do not count them; None without it."""
    try:
        with open(stdin or os.devnull, 'rb') as file:
            done = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', *command], stdin=file,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    except FileNotFoundError:
        return None
    found = COLLECTED.search(done.stderr.decode(errors='replace'))
    return int(found.group(1)) if found and done.returncode == 0 else None


def median(samples, member):
    values = [getattr(sample, member) for sample in samples]
    return None if None in values else statistics.median(values)


def ratio(samples, others):
    """The median of the ratios of runs of one round, which had the same weather. What ran less often is compared as a whole."""
    if len(samples) != len(others):
        return median(samples, 'seconds') / median(others, 'seconds')
    return statistics.median(a.seconds / b.seconds for a, b in zip(samples, others))
