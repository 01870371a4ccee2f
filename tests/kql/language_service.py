#!/usr/bin/env python3
"""Does --where take and refuse what Microsoft's own parser of KQL does?

    language_service.py --reasons BIN --folder DIR [--count N] [--seed S]

Predicates are made up, good ones and spoiled ones, and given to both: to tests/kql/reasons, and to Kusto.Language (the npm
package, installed once into DIR), which knows a table with our columns. Where they differ, the reason must be one of the
classes that dpslog-kql(7) names under EXCEPTIONS. Without npm, node or the network the test is skipped, with a word.
"""

import argparse
import collections
import json
import os
import random
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, 'tests', 'checker'))
import predicates  # pylint: disable=wrong-import-position

PACKAGE = '@kusto/language-service-next@12.4.1'
TEXTS = '''
    ResultType ResultSignature ResultDescription Level Category OperationName location_s CorrelationId DurationMs device code service
    enrollment message Resource protocol properties_text_s properties_s statusCode _ResourceId resultSignature properties_number_s
    '''.split()
COLUMNS = '(TimeGenerated: datetime, properties: dynamic, properties_count_d: real, %s)' % (
    ', '.join(name + ': string' for name in TEXTS))

# What KQL takes and we refuse: the class on the page, and our reason.
REFUSED = [
    ('mixed comparison', r'is text: write|is text, and is compared|is compared with text|takes text, and this is (a|text)|'
                         r'cannot be compared with|a list is not compared'),
    ('dynamic without a type',
     r'two dynamic values|nothing is compared with dynamic\(null\)|text is not calculated with|text has no order|'
                               r'joins conditions, and this is (text|a list)|takes text, and this is null|a part of a list is dynamic'),
    ('whole or nested dynamic',
     r'properties is not compared as a whole|one name, not a path|is read member by member|only properties has members|'
                                r'a member is not called|of dynamic there are|only a list, such as'),
    ('mixed branches', r'its values must be of one type|gives text here and a member'),
    ('unchecked literals',
     r'this is no |takes a literal|needs a value, as|this number is too large|is neither a number nor|the separator is empty'),
    ('patterns', r'the pattern is not understood|the pattern has no group|a pattern must be a text in quotes'),
    ('all columns', r'does not stand for all columns'),
    ('names for values', r"'=' is not an operator here"),
    ('order of bools', r'true and false have no order'),
    ('calculation', r'is not defined for|bin\(\) rounds|a sign stands before'),
    ('conversions', r'does not take|has no certain spelling as text|is expected here'),
    ('further arguments', r'it is written '),
    ('other functions and types', r'there is no function|is not supported: compare text'),
]
# What we take and KQL refuses, by its reason. Of names only the case may differ: then it takes the text with that mended.
CASE = 'names in any case'
TAKEN = [('startofhour', r"The name 'startofhour' does not refer"),
         ('members that are called as keywords', r'^Missing name')]
VOCABULARY = ['matches regex', 'dynamic(["a", "b"])', *'''
    == != <> =~ < >= and or not in !in has !has contains_cs between .. ( ) [ ] , . + - * / % "text" 'x' @"\\d+" 5 1.5 1d true null int(null)
    datetime(2026-11-02) datetime(null) timespan(1d) TimeGenerated ResultType Level properties properties_s NoName properties.a
    properties_count_d toint tostring strlen split ago now() isnull iff case coalesce extract has_any noname bin startofday
    datetime_diff strcat tolower substring indexof parse_json trim tobool column_ifexists ! ~ = | "open AND
    '''.split()]
TOKEN = re.compile(r'''@?"(?:[^"\\]|\\.)*"|@?'(?:[^'\\]|\\.)*\''''
                   r'''|(?:datetime|timespan|dynamic|int|long)\([^()]*\)|!?\w+~?|\.\.|[<>=!]=|=~|!~|<>|\S''')


NAME = re.compile(r'''("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<![.\w])([A-Za-z_]\w*)(?![\w(])''')
SPELLED = {name.lower(): name for name in reversed(['TimeGenerated', 'properties', 'properties_count_d', *TEXTS])}


def mended(text):
    """With the names of columns as the table has them."""
    return NAME.sub(lambda match: match[0] if match[1] else SPELLED.get(match[2].lower(), match[2]), text)


class NoRecord:
    """For what makes predicates: it looks for texts in records."""
    time = 0

    def __init__(self, rng):
        self.rng = rng

    def key(self, _):
        return self.rng.choice(['ClientError', '401002', 'press-0417', 'é', ''])

    member = key


def of_table(text):
    """The time by the name that it has in the table."""
    return re.sub(r'(?<![\w."\'])time(?![\w."\'])', 'TimeGenerated', text)


def good(rng):
    return of_table(predicates.Maker(rng, [NoRecord(rng)], ['a', 'Mqtt', '5'], 0).bool(rng.randint(0, 3)).text)


def spoiled(rng, text):
    tokens = TOKEN.findall(re.sub(r'//.*', '', text))
    for _ in range(rng.choice([1, 1, 1, 2])):
        i = rng.randrange(len(tokens))
        change = rng.random()
        if change < 0.25:
            del tokens[i]
        elif change < 0.35:
            tokens.insert(i, tokens[i])
        elif change < 0.5:
            k = rng.randrange(len(tokens))
            tokens[i], tokens[k] = tokens[k], tokens[i]
        elif change < 0.8:
            tokens[i] = rng.choice(VOCABULARY)
        else:
            tokens.insert(i, rng.choice(VOCABULARY))
        if not tokens:
            return 'true'
    return re.sub(r' ?(\.) ?', r'\1', ' '.join(tokens)).replace('..', ' .. ')


OPERATORS = ['==', '!=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', 'and', 'or', '=~', '!~', 'has', '!has',
             'has_cs', 'contains',
             'startswith', '!endswith_cs', 'hasprefix', '!hassuffix', 'matches regex']
CALLS = '''
    tostring toint tolong todouble toreal tobool todatetime totimespan tolower toupper strlen trim substring strcat extract indexof
    isempty isnotempty isnull isnotnull iff iif case coalesce not ago now bin startofday startofhour hourofday dayofweek datetime_diff
    '''.split()


def mixed(rng):
    """Well formed, of any types: mostly of some that do not go together."""
    maker = predicates.Maker(rng, [NoRecord(rng)], ['a', 'Mqtt', '5'], 0)
    literals = ['5', '1.5', '1h', '"text"', '"day"', '"5"', 'true', 'datetime(2026-11-02)', 'int(null)',
                'dynamic(["a", "b"])', 'dynamic(null)']
    makers = [maker.text, lambda _: maker.member(), maker.long, maker.real, maker.time, maker.span, maker.bool,
              lambda _: maker.split()]

    def part():
        return rng.choice(literals) if rng.random() < 0.4 else '(%s)' % rng.choice(makers)(0).text

    def call():
        return '%s(%s)' % (rng.choice(CALLS), ', '.join(part() for _ in range(rng.choice([1, 1, 2, 2, 3]))))
    form = rng.random()
    if form < 0.45:
        text = '%s %s %s' % (part(), rng.choice(OPERATORS), part())
        text += ' == %s' % part() if rng.random() < 0.3 else ''
    elif form < 0.55:
        text = '%s %s (%s)' % (part(), rng.choice(['in', '!in', 'in~', 'has_any', 'has_all']),
                               ', '.join(part() for _ in range(rng.randint(1, 2))))
    elif form < 0.65:
        text = '%s between (%s .. %s)' % (part(), part(), part())
    elif form < 0.75:
        text = call()
    else:
        text = '%s %s %s' % (call(), rng.choice(OPERATORS[:12]), part())
    return of_table(text)


def babble(rng):
    return ' '.join(rng.choice(VOCABULARY) for _ in range(rng.randint(1, 7)))


def spoiled_good(rng):
    return spoiled(rng, good(rng))


MAKERS = [good, spoiled_good, mixed, good, spoiled_good, mixed, good, spoiled_good, mixed, babble]


def install(folder):
    """The path of the package's folder, or None and why it cannot be had."""
    if not shutil.which('node') or not shutil.which('npm'):
        return 'node and npm are not there'
    if os.path.isdir(os.path.join(folder, 'node_modules', '@kusto', 'language-service-next')):
        return None
    os.makedirs(folder, exist_ok=True)
    done = subprocess.run(['npm', 'install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', PACKAGE],
                          capture_output=True,
                          timeout=300, check=False)
    return None if done.returncode == 0 else 'npm could not install %s' % PACKAGE


def class_of(ours, theirs):
    """The class of a difference, or None."""
    return next((name for name, pattern in (REFUSED if ours else TAKEN) if re.search(pattern, ours or theirs)), None)


def undocumented():
    """Classes that the page does not name."""
    with open(os.path.join(TOP, 'man', 'dpslog-kql.7'), encoding='utf-8') as file:
        section = file.read().partition('.Sh EXCEPTIONS')[2].partition('\n.Sh ')[0]
    return [name for name in [CASE,
                              *(row[0] for row in REFUSED + TAKEN)] if not re.search(r'(?m)\b%s\b' % re.escape(name),
                                                                                     section)]


def ask_kusto(options, asked):
    done = subprocess.run(['node', os.path.join(HERE, 'language_service.js'), os.path.abspath(options.folder), COLUMNS],
                          input=json.dumps(asked).encode(),
                          capture_output=True, timeout=1200, check=True)
    return json.loads(done.stdout)


def ask_both(options, asked):
    """The predicates, each with our reason and with KQL's, and whether only the case of names makes KQL refuse it."""
    done = subprocess.run([options.reasons], input=b''.join(text.encode() + b'\0' for text in asked), capture_output=True,
                          timeout=300, check=True)
    ours, theirs = done.stdout.decode().split('\n')[:-1], ask_kusto(options, asked)
    if len(ours) != len(asked) or len(theirs) != len(asked):
        raise RuntimeError('%d questions, %d and %d answers' % (len(asked), len(ours), len(theirs)))
    doubtful = [i for i, reason in enumerate(theirs) if reason and not ours[i]]
    case = set()
    for i, reason in zip(doubtful, ask_kusto(options, [mended(asked[i]) for i in doubtful])):
        if not reason:
            case.add(i)
    return [(asked[i], ours[i], theirs[i], i in case) for i in range(len(asked))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--reasons', default='build/tests/kql/reasons')
    parser.add_argument('--folder', default='build/kusto')
    parser.add_argument('--count', type=int, default=10000)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    why = install(options.folder)
    if why:
        print('skipped: %s' % why)
        print('0 passed, 0 failed')
        return 0
    rng = random.Random(options.seed)
    asked = []
    for i in range(options.count):
        make = MAKERS[i % len(MAKERS)]
        asked.append(make(rng))
    passed = failed = 0
    classes, agreed = collections.Counter(), collections.Counter()
    for text, ours, theirs, case in ask_both(options, asked):
        name = 'same' if bool(ours) == bool(theirs) else CASE if case else class_of(ours, theirs)
        classes[name] += name not in ('same', None)
        agreed[bool(ours)] += name == 'same'
        passed += name is not None
        failed += name is None
        if name is None:
            print('FAIL (seed %d) %s\n     %s' % (options.seed, text,
                                                  'we refuse it: ' + ours if ours else 'KQL refuses it: ' + theirs))
    for name in undocumented():
        failed += 1
        print('FAIL dpslog-kql(7) does not name the exception: %s' % name)
    if min(agreed[True], agreed[False]) < options.count // 10:
        failed += 1
        print('FAIL too few are taken, or too few refused: %s' % dict(agreed))
    print('both take %d, both refuse %d; exceptions: %s' % (agreed[False], agreed[True],
                                                            ', '.join('%s %d' % row for row in classes.most_common() if row[1])))
    print('%d passed, %d failed' % (passed, failed))
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
