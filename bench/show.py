"""What was measured, for people: the tables of README and a plot of how cost grows."""

import datetime
import math
import platform

import peers
from measure import median, ratio
from rows import GB, GOALS, GROWTH, MIB, RUNS, BESIDE

BEGIN, END = '<!-- bench: begin -->', '<!-- bench: end -->'


def processor():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        names = [line.split(':', 1)[1].strip() for line in file if line.startswith('model name')]
    return '%d x %s' % (len(names), names[0]) if names else platform.machine()


def seconds(value):
    return '%.2g ms' % (value * 1000) if value < 0.01 else '%.3f s' % value


def short(value):
    return '%.2f' % value if value < 10 else '%.0f' % value


def reference(name):
    peer, at, _ = name.partition('@')
    return peers.shown(peer) if at else 'the first row' if name == 'first' else name


class Row:
    """A goal and what came of it. `ratio` is None where a run is missing."""

    def __init__(self, goal, results):
        self.goal = goal
        self.result = results.groups.get(RUNS[goal.run].data, {}).get(goal.run)
        self.ratio = self.met = None
        if not self.result:
            return
        if goal.against is None:
            most = goal.most(results.answers[goal.run]) if callable(goal.most) else goal.most
            self.most, self.aim, self.ratio = most, goal.aim, median(self.result, 'peak')
        else:
            others = results.groups[RUNS[goal.run].data].get(goal.against)
            if not others:
                return
            self.most, self.aim = goal.most, goal.aim
            self.ratio = ratio(self.result, others) / results.bytes_ratio(goal.run, goal.against)
        self.met = self.ratio <= self.most

    def cells(self, results):
        size = results.size_of(self.goal.run)
        took = median(self.result, 'seconds')
        form = short if self.goal.against else lambda n: '%.0f MiB' % (n / MIB)
        instructions = results.instructions.get(self.goal.run)
        return [self.goal.work or 'the same', seconds(took), '%.2f' % (size / took / GB) if size else '',
                reference(self.goal.against) if self.goal.against else '',
                form(self.ratio), form(self.most), form(self.aim) if self.aim else '', 'yes' if self.met else 'no',
                '%.0f' % (median(self.result, 'peak') / MIB),
                '%.2f' % (median(self.result, 'cpu') / size * GB) if size else '',
                '%.1f' % instructions if instructions else '']


def table(header, rows):
    lines = [header, ['---'] * len(header), *rows]
    return ['| %s |' % ' | '.join(line) for line in lines]


def goals(results):
    rows = [row for row in (Row(goal, results) for goal in GOALS) if row.ratio is not None]
    return rows, table(['work', 'time', 'GB/s', 'against', 'ratio', 'at most', 'aim', 'met', 'peak MiB', 'cpu s/GB', 'instr/byte'],
                       [row.cells(results) for row in rows])


def beside(results):
    """All that ran on the first row's data, fastest first."""
    first = results.groups.get('dps', {})
    names = [name for name in first if name in ('first', 'one-thread') or name in BESIDE or name.endswith('@dps')]
    rows = []
    for name in sorted(names, key=lambda name: median(first[name], 'seconds')):
        label = {'first': '**dpslog**', 'one-thread': 'dpslog -j1'}.get(name) or peers.shown(name.partition('@')[0])
        rows.append([label, seconds(median(first[name], 'seconds')), short(ratio(first[name], first['first'])) if 'first' in first else '',
                     '%.0f' % (median(first[name], 'peak') / MIB)])
    return table(['program', 'time', 'of dpslog', 'peak MiB'], rows) if rows else []


def section(results):
    head = '%s, %s, %s GB of made-up exports in the page cache, medians of %d interleaved runs.' % (
        datetime.date.today().isoformat(), processor(), '%g' % (results.size / GB), results.rounds)
    return [head, '', *beside(results), '', *goals(results)[1]]


def write_readme(path, results):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit('%s has no lines %s and %s' % (path, BEGIN, END))
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\n'.join([before + BEGIN, *section(results), END + after]))


# ---- the plot: a panel for each axis, seconds of processor time for each GB

WIDTH, HEIGHT, LEFT, TOP, ROOM = 230, 170, 34, 26, 22


def label(value):
    for unit, letter in ((10**6, 'M'), (10**3, 'k')):
        if value >= unit:
            return '%.3g%s' % (value / unit, letter)
    return '%d' % value if value >= 10 else '%.2g' % value


def panel(at, name, points, most):
    inner = WIDTH - LEFT - 16
    height = HEIGHT - TOP - ROOM
    low, high = math.log(points[0][0]), math.log(points[-1][0])

    def x(value):
        return at + LEFT + (inner * (math.log(value) - low) / (high - low) if high > low else 0)

    def y(value):
        return TOP + height * (1 - value / most)

    yield '<text x="%d" y="14" font-weight="bold">%s</text>' % (at + LEFT, name)
    for value in (0, most / 2, most):
        yield '<path d="M%.1f %.1fh%d" stroke="#ddd"/>' % (at + LEFT, y(value), inner)
        yield '<text x="%.1f" y="%.1f" text-anchor="end">%.2g</text>' % (at + LEFT - 4, y(value) + 4, value)
    for value, _ in points:
        yield '<text x="%.1f" y="%d" text-anchor="middle">%s</text>' % (x(value), HEIGHT - 6, label(value))
    yield '<polyline fill="none" stroke="#06c" stroke-width="2" points="%s"/>' % ' '.join(
        '%.1f,%.1f' % (x(value), y(cost)) for value, cost in points)
    for value, cost in points:
        yield '<circle cx="%.1f" cy="%.1f" r="3" fill="#06c"><title>%.3f</title></circle>' % (x(value), y(cost), cost)


def scale(most):
    """The next round number."""
    power = 10 ** math.floor(math.log10(most or 1))
    return next(step * power for step in (1, 2, 3, 4, 6, 8, 10) if step * power >= most)


def growth(results):
    """For each axis what is known of it."""
    for name, runs in GROWTH:
        points = []
        for run in runs:
            samples = results.groups.get(RUNS[run].data, {}).get(run)
            if samples:
                points.append((results.place_of(run, name), median(samples, 'cpu') / results.size_of(run) * GB))
        if points:
            yield name, points


def plot(results):
    panels = list(growth(results))
    if not panels:
        return None
    most = scale(max(cost for _, points in panels for _, cost in points))
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">' % (
        WIDTH * len(panels), HEIGHT + 16), '<rect width="100%" height="100%" fill="#fff"/>']
    for i, (name, points) in enumerate(panels):
        out += panel(i * WIDTH, name, points, most)
    out.append('<text x="%d" y="%d">seconds of processor time for each GB</text></svg>' % (LEFT, HEIGHT + 12))
    return '\n'.join(out) + '\n'
