"""What the tests that are programs of their own count: checks that passed and failed."""


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
