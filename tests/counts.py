"""What the tests that are programs of their own count: checks that passed and failed."""

import re

SUMMARY = re.compile(r'^(\d+) passed, (\d+) failed$')
CRITERION = re.compile(r'Tested: (\d+) \| Passing: (\d+) \| Failing: (\d+) \| Crashing: (\d+)')


def counted(output):
    """What passed and failed by the last line of a program that counts, ours or Criterion's; None: there is none."""
    for line in reversed(output.splitlines()):
        plain, criterion = SUMMARY.match(line), CRITERION.search(line)
        if plain or criterion:
            numbers = [int(n) for n in (plain or criterion).groups()]
            return (numbers[0], numbers[1]) if plain else (numbers[1], numbers[2] + numbers[3])
    return None


class Counts:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, good, detail=''):
        self.passed += bool(good)
        self.failed += not good
        if not good:
            print('FAIL %s\n%s' % (what, detail))

    def end(self):
        """The last line, and the exit status."""
        print('%d passed, %d failed' % (self.passed, self.failed))
        return 1 if self.failed else 0
