"""Predicates of --where that are made up, and what they mean: a second implementation, written from dpslog-kql(7).

A predicate is made together with its meaning: each part is its text, its type and a function from a record to its value. So
nothing here reads the language; that is what is tested. Texts are str, numbers int or float, times and spans int in ticks of
100 ns, None is null.
"""

import re
import unicodedata
from datetime import datetime, timedelta

TICKS = {'tick': 1, 'microsecond': 10, 'ms': 10 ** 4, 's': 10 ** 7, 'm': 6 * 10 ** 8, 'h': 36 * 10 ** 9,
         'd': 864 * 10 ** 9}
EPOCH = datetime(1970, 1, 1)
FIRST = (datetime(1, 1, 1) - EPOCH) // timedelta(microseconds=1) * 10
LAST = (datetime.max - EPOCH) // timedelta(microseconds=1) * 10 + 9
LONGS = range(-2 ** 63, 2 ** 63)
TEXT, MEMBER, LONG, REAL, TIME, SPAN, BOOL = 'text', 'member', 'long', 'real', 'datetime', 'timespan', 'bool'


class Part:
    def __init__(self, kind, text, value):
        self.kind = kind
        self.text = text
        self.value = value  # of a record


# ---- text -------------------------------------------------------------------------------------------------------


def fold(text):
    """Unicode's simple folding: one character for one."""
    out = []
    for char in text:
        folded = char.casefold()
        lower = char.lower()
        out.append(folded if len(folded) == 1 else lower if len(lower) == 1 else char)
    return ''.join(out)


def in_term(char):
    return unicodedata.category(char) in ('Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'Nd')


def places(text, needle):
    return [i for i in range(len(text) - len(needle) + 1) if text.startswith(needle, i)]


def begins_term(text, needle, i):
    return not (needle and in_term(needle[0]) and i > 0 and in_term(text[i - 1]))


def ends_term(text, needle, i):
    end = i + len(needle)
    return not (needle and in_term(needle[-1]) and end < len(text) and in_term(text[end]))


WORDS = {
    'contains': lambda t, n: n in t,
    'startswith': str.startswith,
    'endswith': str.endswith,
    'has': lambda t, n: any(begins_term(t, n, i) and ends_term(t, n, i) for i in places(t, n)),
    'hasprefix': lambda t, n: any(begins_term(t, n, i) for i in places(t, n)),
    'hassuffix': lambda t, n: any(ends_term(t, n, i) for i in places(t, n)),
}

# For KQL, and for Python where it is written otherwise.
PATTERNS = [('^press', None), (r'\d{3}', None), ('(?i)MQTT', None), ('é|É', None), ('x$', r'x\Z'), ('^$', r'\A\Z'),
            (r'[^a-z0-9-]', None), (r'\bpress\b', None), ('(a|b)+c?', None), (r'^\w+-\w+$', r'^\w+-\w+\Z'), ('.', None)]


def text_of(part, record):
    """A member that is null is empty text where text is compared."""
    value = part.value(record)
    return '' if value is None else value


# ---- three values -----------------------------------------------------------------------------------------------


def both(values):
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def either(values):
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else False


def negate(value):
    return None if value is None else not value


def equal(a, b):
    if a is None and b is None:
        return None
    return False if a is None or b is None else a == b


def differ(a, b):
    if a is None and b is None:
        return None
    return True if a is None or b is None else a != b


def order(compare):
    return lambda a, b: None if a is None or b is None else compare(a, b)


ORDERS = {'<': order(lambda a, b: a < b), '<=': order(lambda a, b: a <= b), '>': order(lambda a, b: a > b),
          '>=': order(lambda a, b: a >= b)}


# ---- numbers, times ---------------------------------------------------------------------------------------------


def whole(text, limits=LONGS):
    if re.fullmatch(r'[+-]?[0-9]+', text, re.ASCII):
        number = int(text)
    elif re.fullmatch(r'[+-]?0[xX][0-9a-fA-F]+', text):
        number = int(text, 16)
    else:
        return None
    return number if number in limits else None


def decimal(text):
    return float(text) if re.fullmatch(r'[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?', text, re.ASCII) else None


def instant(text):
    match = re.fullmatch(r'(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?(Z|z|[+-]\d\d:\d\d)?)?)?',
                         text, re.ASCII)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(group or 0) for group in match.groups()[:6])
    try:
        time = datetime(year, month, day, hour, minute, second) - EPOCH
    except ValueError:
        return None
    ticks = time // timedelta(microseconds=1) * 10 + int(((match[7] or '') + '000000')[:6]) * 10
    zone = match[8] or 'Z'
    if zone not in 'Zz':
        minutes = int(zone[1:3]) * 60 + int(zone[4:6])
        ticks -= (minutes if zone[0] == '+' else -minutes) * TICKS['m']
    return ticks if FIRST <= ticks <= LAST else None


def in_calendar(ticks):
    return ticks if ticks is not None and FIRST <= ticks <= LAST else None


def known(function):
    """Null if one of the values is."""
    return lambda *values: None if None in values else function(*values)


def bounded(number):
    return number if number in LONGS else None


def truncated(a, b):
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


SUMS = {
    (LONG, '+', LONG): (LONG, lambda a, b: bounded(a + b)), (LONG, '-', LONG): (LONG, lambda a, b: bounded(a - b)),
    (LONG, '*', LONG): (LONG, lambda a, b: bounded(a * b)),
    (LONG, '/', LONG): (LONG, lambda a, b: None if b == 0 else bounded(truncated(a, b))),
    (LONG, '%', LONG): (LONG, lambda a, b: None if b == 0 else a % abs(b)),
    (SPAN, '+', SPAN): (SPAN, lambda a, b: bounded(a + b)), (SPAN, '-', SPAN): (SPAN, lambda a, b: bounded(a - b)),
    (SPAN, '*', LONG): (SPAN, lambda a, b: bounded(a * b)),
    (SPAN, '/', LONG): (SPAN, lambda a, b: None if b == 0 else truncated(a, b)),
    (TIME, '+', SPAN): (TIME, lambda a, b: in_calendar(a + b)), (TIME, '-', SPAN): (TIME, lambda a,
                                                                                    b: in_calendar(a - b)),
    (TIME, '-', TIME): (SPAN, lambda a, b: a - b),
}


# ---- making -----------------------------------------------------------------------------------------------------

FIELDS = [('device', 'device'), ('ResultType', 'resultType'), ('resultSignature', 'resultSignature'), ('code', 'code'),
          ('Level', 'level'), ('Category', 'category'), ('OperationName', 'operationName'), ('location_s', 'location'),
          ('service', 'service'), ('enrollment', 'enrollment'), ('message', 'message'), ('properties_text_s',
                                                                                         'properties.text'),
          ('Resource', 'resource'), ('protocol', 'protocol')]
NUMBERS = [('ResultType', 'resultType'), ('resultSignature', 'resultSignature'), ('code', 'code'),
           ('properties_number_s', 'properties.number'),
           ('tostring(properties.text)', 'properties.text')]
MEMBERS = ['text', 'number', 'protocol', 'deviceId', 'absent', 'when']
ALPHABET = 'abcXYZ019 _-.éÉßſKİıçд٣漢\u0301'


class Maker:
    """Makes parts of a type, from one source of randomness; `words` are texts, and so are those of the records."""

    def __init__(self, rng, records, words, now):
        self.rng = rng
        self.records = records
        self.words = words
        self.now = now * 10

    def literal(self, text):
        """A string in one of the ways to write it."""
        quote = self.rng.choice('"\'')
        if self.rng.random() < 0.2 and '\n' not in text:
            return '@' + quote + text.replace(quote, quote * 2) + quote
        out = ''
        for char in text:
            if char in '\\\'"':
                out += '\\' + char
            elif char == '\n':
                out += '\\n'
            elif self.rng.random() < 0.1:
                out += '\\u%04x' % ord(char)
            else:
                out += char
        return quote + out + quote

    def needle(self, of):
        """A text to look for in `of`: mostly one that is there, or nearly."""
        rng = self.rng
        text = text_of(of, rng.choice(self.records)) if rng.random() < 0.8 else rng.choice(self.words)
        if rng.random() < 0.5 and text:
            start = rng.randrange(len(text))
            text = text[start:start + rng.randint(0, 6)]
        if rng.random() < 0.3:
            text = rng.choice([text.upper(), text.lower(), text.swapcase(), text + rng.choice(ALPHABET),
                               rng.choice(ALPHABET) + text])
        return text

    def text(self, depth):
        rng = self.rng
        choice = rng.random()
        if depth <= 0 or choice < 0.55:
            name, key = rng.choice(FIELDS)
            name = rng.choice([name, name.lower(), name.upper()]) if rng.random() < 0.2 else name
            return Part(TEXT, name, lambda record: record.key(key))
        if choice < 0.65:
            member = self.member()
            return Part(TEXT, 'tostring(%s)' % member.text, lambda record: text_of(member, record))
        of = self.texts(depth - 1)
        if choice < 0.72:
            start, length = rng.randint(-6, 6), rng.randint(0, 5)
            return Part(TEXT, 'substring(%s, %d, %d)' % (of.text, start, length),
                        lambda record: self.substring(text_of(of, record), start, length))
        if choice < 0.78:
            other = self.texts(0)
            return Part(TEXT, 'strcat(%s, "-", %s)' % (of.text, other.text),
                        lambda record: text_of(of, record) + '-' + text_of(other, record))
        if choice < 0.84:
            other, condition = self.text(depth - 1), self.bool(depth - 1)
            mine = self.text(0)
            return Part(TEXT, 'iff(%s, %s, %s)' % (condition.text, mine.text, other.text),
                        lambda record: (mine if condition.value(record) is True else other).value(record))
        if choice < 0.9:
            mine, other = self.text(0), self.text(0)
            return Part(TEXT, 'coalesce(%s, %s, "none")' % (mine.text, other.text),
                        lambda record: mine.value(record) or other.value(record) or 'none')
        group, of = rng.choice([0, 1]), self.text(depth - 1)
        return Part(TEXT, 'extract(@"([a-z]+)-[0-9]", %d, %s)' % (group, of.text),
                    lambda record: self.extract(text_of(of, record), group))

    @staticmethod
    def substring(text, start, length):
        if start < 0:
            start = max(0, start + len(text))
        return text[start:start + length]

    @staticmethod
    def extract(text, group):
        found = re.search('([a-z]+)-[0-9]', text)
        return found[group] if found else ''

    def member(self):
        name = self.rng.choice(MEMBERS)
        form = self.rng.choice(['properties.%s', 'properties["%s"]', 'parse_json(properties_s).%s',
                                "todynamic(properties_s)['%s']"])
        return Part(MEMBER, form % name, lambda record: record.member(name))

    def split(self):
        of, separator, i = self.text(0), self.rng.choice('-. a'), self.rng.randint(-2, 2)

        def part(record):
            parts = text_of(of, record).split(separator)
            return parts[i] if -len(parts) <= i < len(parts) else None
        return Part(MEMBER, 'split(%s, "%s")[%d]' % (of.text, separator, i), part)

    def texts(self, depth):
        """Text, or what is compared as text."""
        choice = self.rng.random()
        return self.text(depth) if choice < 0.7 else self.member() if choice < 0.9 else self.split()

    def figures(self):
        """Text that often is a number."""
        if self.rng.random() < 0.2:
            return self.texts(0)
        name, key = self.rng.choice(NUMBERS)
        return Part(TEXT, name, lambda record: record.key(key))

    def long(self, depth):
        rng = self.rng
        choice = rng.random()
        if choice < 0.25:
            number = rng.choice([0, 1, 5, 98, 226, 400, 401, 429, 500, 401002, 2 ** 31, rng.randint(0, 1000)])
            return Part(LONG, rng.choice(['%d', '0x%x', 'long(%d)']) % number, lambda record: number)
        if choice < 0.3:
            return Part(LONG, 'int(null)', lambda record: None)
        if choice < 0.75 or depth <= 0:
            of = self.figures()
            name, limits = rng.choice([('toint', range(-2 ** 31, 2 ** 31)), ('tolong', LONGS)])
            return Part(LONG, '%s(%s)' % (name, of.text), lambda record: whole(text_of(of, record), limits))
        if choice < 0.82:
            of = self.texts(depth - 1)
            return Part(LONG, 'strlen(%s)' % of.text, lambda record: len(text_of(of, record)))
        if choice < 0.87:
            of = self.texts(depth - 1)
            needle = self.needle(of)
            return Part(LONG, 'indexof(%s, %s)' % (of.text, self.literal(needle)),
                        lambda record: text_of(of, record).find(needle))
        if choice < 0.92:
            of = self.time(depth - 1)
            return Part(LONG, 'hourofday(%s)' % of.text,
                        lambda record: known(lambda t: t % TICKS['d'] // TICKS['h'])(of.value(record)))
        return self.calculation(LONG, depth)

    def real(self, depth):
        rng = self.rng
        if rng.random() < 0.3:
            number = rng.choice(['0.5', '1.5', '226.0', '1e3', '4.5e2'])
            return Part(REAL, number, lambda record: float(number))
        of = self.figures()
        return Part(REAL, 'todouble(%s)' % of.text, lambda record: decimal(text_of(of, record)))

    def span(self, depth):
        rng = self.rng
        if depth <= 0 or rng.random() < 0.7:
            number, unit = rng.randint(0, 50), rng.choice(list(TICKS))
            return Part(SPAN, '%d%s' % (number, unit), lambda record: number * TICKS[unit])
        if rng.random() < 0.3:
            of = self.time(depth - 1)
            # 1970-01-01 was a Thursday, the fourth day after Sunday
            return Part(SPAN, 'dayofweek(%s)' % of.text,
                        lambda record: known(lambda t: (t // TICKS['d'] + 4) % 7 * TICKS['d'])(of.value(record)))
        return self.calculation(SPAN, depth)

    def time(self, depth):
        rng = self.rng
        choice = rng.random()
        if choice < 0.35 or depth <= 0:
            return Part(TIME, rng.choice(['time', 'TimeGenerated']),
                        lambda record: None if record.time is None else record.time * 10)
        if choice < 0.5:
            return self.moment()
        if choice < 0.6:
            of = self.span(0)
            return Part(TIME, 'ago(%s)' % of.text, lambda record: self.now - of.value(record))
        if choice < 0.65:
            return Part(TIME, 'now()', lambda record: self.now)
        if choice < 0.75:
            of = self.texts(0)
            return Part(TIME, 'todatetime(%s)' % of.text, lambda record: instant(text_of(of, record)))
        if choice < 0.85:
            of, unit, number = self.time(depth - 1), rng.choice('smhd'), rng.choice([1, 5, 7])
            return Part(TIME, 'bin(%s, %d%s)' % (of.text, number, unit),
                        lambda record: known(lambda t: t - (t - FIRST) % (number * TICKS[unit]))(of.value(record)))
        if choice < 0.9:
            of = self.time(depth - 1)
            return Part(TIME, 'startofday(%s)' % of.text,
                        lambda record: known(lambda t: t - t % TICKS['d'])(of.value(record)))
        return self.calculation(TIME, depth)

    def calculation(self, kind, depth):
        (left, sign, right), (_, apply) = self.rng.choice([item for item in SUMS.items() if item[1][0] == kind])
        a, b = self.of(left, depth - 1), self.of(right, depth - 1)
        return Part(kind, '(%s %s %s)' % (a.text, sign, b.text),
                    lambda record: known(apply)(a.value(record), b.value(record)))

    def of(self, kind, depth):
        return {TEXT: self.texts, LONG: self.long, REAL: self.real, TIME: self.time, SPAN: self.span}[kind](depth)

    def number(self, depth):
        return self.long(depth) if self.rng.random() < 0.7 else self.real(depth)

    # -- conditions

    def bool(self, depth):
        rng = self.rng
        if depth <= 0:
            return rng.choice([self.words_condition, self.equality, self.comparison])(0)
        return rng.choice([self.words_condition, self.words_condition, self.equality, self.comparison, self.membership,
                           self.word_list,
                           self.matching, self.between, self.nullness, self.negation, self.junction, self.junction])(depth)

    def words_condition(self, depth):
        rng = self.rng
        of = self.texts(depth - 1)
        name = rng.choice(list(WORDS))
        exact, negated = rng.random() < 0.3, rng.random() < 0.3
        if rng.random() < 0.1:
            needle = self.text(0)
        else:
            word = self.needle(of)
            needle = Part(TEXT, self.literal(word), lambda record: word)
        change = (lambda text: text) if exact else fold
        return Part(BOOL, '%s %s%s%s %s' % (of.text, '!' * negated, name, '_cs' * exact, needle.text),
                    lambda record: WORDS[name](change(text_of(of, record)), change(needle.value(record))) != negated)

    def equality(self, depth):
        rng = self.rng
        kind = rng.choice([TEXT, TEXT, TEXT, LONG, TIME, SPAN])
        if kind == TEXT:
            of = self.texts(depth - 1)
            word = self.needle(of)
            sign = rng.choice(['==', '!=', '=~', '!~', '<>'])
            change = fold if '~' in sign else lambda text: text
            word = self.spelled(word)
            return Part(BOOL, '%s %s %s' % (of.text, sign, self.literal(word)),
                        lambda record: (change(text_of(of, record)) == change(word)) == (sign in ('==', '=~')))
        a, b = self.pair(kind, depth)
        sign, compare = rng.choice([('==', equal), ('!=', differ)])
        return Part(BOOL, '%s %s %s' % (a.text, sign, b.text), lambda record: compare(a.value(record), b.value(record)))

    def pair(self, kind, depth):
        """What is worth to be compared: mostly a field and a literal."""
        if kind == TIME and self.rng.random() < 0.6:
            return Part(TIME, 'time', lambda record: None if record.time is None else record.time * 10), self.moment()
        if kind == SPAN and self.rng.random() < 0.6:
            time, span = self.moment(), self.span(0)
            return Part(SPAN, '%s - time' % time.text,
                        lambda record: known(lambda a, b: a - b)(time.value(record),
                                                                 record.time and record.time * 10)), span
        return (self.number(depth - 1), self.number(0)) if kind == LONG else (self.of(kind, depth - 1), self.of(kind, 0))

    def moment(self):
        rng = self.rng
        moment = EPOCH + timedelta(microseconds=self.now // 10 - rng.randint(0, 3 * 864 * 10 ** 8))
        text = moment.strftime(rng.choice(['%Y-%m-%d', '%Y-%m-%d %H:%M', '%Y-%m-%dT%H:%M:%S', '%Y-%m-%dT%H:%M:%S.%fZ',
                                           '%Y-%m-%d %H:%M:%S+02:00']))
        return Part(TIME, 'datetime(%s)' % text, lambda record: instant(text))

    @staticmethod
    def spelled(word):
        """Of levels, which have several spellings, only those are made that records are shown with."""
        return 'Informational' if word.lower() == 'information' or word in tuple('12345') else word

    def comparison(self, depth):
        kind = self.rng.choice([LONG, LONG, TIME, SPAN])
        a, b = self.pair(kind, depth)
        sign = self.rng.choice(list(ORDERS))
        return Part(BOOL, '%s %s %s' % (a.text, sign, b.text),
                    lambda record: ORDERS[sign](a.value(record), b.value(record)))

    def membership(self, depth):
        rng = self.rng
        negated = rng.random() < 0.4
        if rng.random() < 0.6:
            of = self.texts(depth - 1)
            words = [self.spelled(self.needle(of)) for _ in range(rng.randint(1, 4))]
            listed = ', '.join(self.literal(word) for word in words)
            if rng.random() < 0.2:
                listed = 'dynamic([%s])' % listed
            tilde = rng.random() < 0.5
            change = fold if tilde else lambda text: text
            return Part(BOOL, '%s %sin%s (%s)' % (of.text, '!' * negated, '~' * tilde, listed),
                        lambda record: (change(text_of(of, record)) in [change(word) for word in words]) != negated)
        kind = rng.choice([LONG, TIME])
        of, items = self.of(kind, depth - 1), [self.of(kind, 0) for _ in range(rng.randint(1, 3))]

        def inside(record):
            value, values = of.value(record), [item.value(record) for item in items]
            if value is not None and value in values:
                return not negated
            return None if value is None and None in values else negated
        return Part(BOOL, '%s %sin (%s)' % (of.text, '!' * negated, ', '.join(item.text for item in items)), inside)

    def word_list(self, depth):
        of = self.texts(depth - 1)
        words = [self.needle(of) for _ in range(self.rng.randint(1, 3))]
        name, how = self.rng.choice([('has_any', any), ('has_all', all)])
        return Part(BOOL, '%s %s (%s)' % (of.text, name, ', '.join(self.literal(word) for word in words)),
                    lambda record: how(WORDS['has'](fold(text_of(of, record)), fold(word)) for word in words))

    def matching(self, depth):
        of = self.texts(depth - 1)
        pattern, here = self.rng.choice(PATTERNS)
        return Part(BOOL, '%s matches regex @"%s"' % (of.text, pattern),
                    lambda record: re.search(here or pattern, text_of(of, record)) is not None)

    def between(self, depth):
        rng = self.rng
        negated = rng.random() < 0.3
        kind = rng.choice([LONG, TIME, SPAN])
        of, low = self.of(kind, depth - 1), self.of(kind, 0)
        span = kind == TIME and rng.random() < 0.4
        high = self.of(SPAN if span else kind, 0)

        def inside(record):
            value, first, last = of.value(record), low.value(record), high.value(record)
            if span:
                last = None if first is None or last is None else first + last
            found = both([ORDERS['>='](value, first), ORDERS['<='](value, last)])
            return negate(found) if negated else found
        return Part(BOOL, '%s %sbetween (%s .. %s)' % (of.text, '!' * negated, low.text, high.text), inside)

    def nullness(self, depth):
        rng = self.rng
        of = rng.choice([lambda: self.text(depth - 1), self.member, self.split, lambda: self.long(depth - 1),
                         lambda: self.time(depth - 1)])()
        name = rng.choice(['isnull', 'isnotnull', 'isempty', 'isnotempty'])

        def holds(record):
            value = of.value(record)
            empty = not value if of.kind in (TEXT, MEMBER) else value is None
            null = value is None and of.kind != TEXT
            return {'isnull': null, 'isnotnull': not null, 'isempty': empty, 'isnotempty': not empty}[name]
        return Part(BOOL, '%s(%s)' % (name, of.text), holds)

    def negation(self, depth):
        of = self.bool(depth - 1)
        return Part(BOOL, 'not(%s)' % of.text, lambda record: negate(of.value(record)))

    def junction(self, depth):
        """and binds before or; parentheses where they are needed, and sometimes where they are not."""
        rng = self.rng
        word, join = rng.choice([('and', both), ('or', either)])
        parts = [self.bool(depth - 1) for _ in range(rng.randint(2, 3))]
        texts = ['(%s)' % part.text if getattr(part, 'joined',
                                               word) != word or rng.random() < 0.3 else part.text for part in parts]
        blank = rng.choice([' ', '\n', ' // and so on\n '])
        made = Part(BOOL, (blank + word + ' ').join(texts), lambda record: join([part.value(record) for part in parts]))
        made.joined = word
        return made
