#!/usr/bin/env python3
"""Is the tree as HACKING.md says? No file is forgotten by the build, no room knows one that comes after it, and what fetches is inlined."""

import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOMS = ('base', 'input', 'json', 'record', 'select', 'tally', 'scan', 'insight', 'report', 'cli')
FUNCTION = re.compile(r'^(\w[^;{}]*\))\n\{\n(.*?)^\}$', re.MULTILINE | re.DOTALL)
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
NAMED = re.compile(r'(?:src|tests/unit|tests/fuzz|man|bench)/[\w./-]+\.(?:[chly157]|awk|tsv|py|mjs)\b')
LISTED = (('src', ('.c', '.h', '.awk', '.tsv')), ('tests/unit', ('.c', '.h')), ('tests/fuzz', ('.c', '.h')),
          ('man', ('.1', '.5', '.7')), ('bench', ('.c', '.py', '.mjs')))


def text_of(path):
    with open(os.path.join(TOP, path), encoding='utf-8') as file:
        return file.read()


def files_below(folder, endings):
    for place, folders, names in os.walk(os.path.join(TOP, folder)):
        folders.sort()
        for name in sorted(names):
            if name.endswith(endings):
                yield os.path.relpath(os.path.join(place, name), TOP)


def check_lists():
    makefile = text_of('Makefile.am')
    made = {path for line in re.findall(r'^\w+_made = (.*)$', makefile, re.MULTILINE) for path in line.split()}
    named = set(NAMED.findall(makefile)) - made
    present = {path for folder, endings in LISTED for path in files_below(folder, endings)} - made
    yield 'every file is named in Makefile.am', sorted(present - named)
    yield 'every file that Makefile.am names is there', sorted(path for path in named if not os.path.exists(os.path.join(TOP, path)))


def check_rooms():
    wrong = []
    for path in files_below('src', ('.c', '.h')):
        room = path.split('/')[1]
        if room not in ROOMS:
            if path != 'src/main.c':
                wrong.append('%s: %s is no room' % (path, room))
            continue
        for included in INCLUDE.findall(text_of(path)):
            other = included.split('/')[0]
            if other not in ROOMS:
                wrong.append('%s: "%s" is not written as room/file.h' % (path, included))
            elif ROOMS.index(other) > ROOMS.index(room):
                wrong.append('%s: includes %s, of a later room' % (path, included))
    yield 'includes go to the same room or to one before it', wrong


def check_fetches():
    """The compiler leaves out the call of a function that only fetches, and no answer is wrong then: it is only slow."""
    found = [(path, head) for path in files_below('src', ('.c', '.h')) for head, body in FUNCTION.findall(text_of(path))
             if '__builtin_prefetch' in body and re.search(r'fetch\w*\(', head)]
    yield 'there are functions that fetch', [] if found else ['src']
    yield 'functions that fetch begin with MEM_FETCHES', ['%s: %s' % each for each in found if not each[1].startswith('MEM_FETCHES ')]


def main():
    passed = failed = 0
    for what, wrong in (*check_lists(), *check_rooms(), *check_fetches()):
        if wrong:
            failed += 1
            print('FAIL %s:\n  %s' % (what, '\n  '.join(wrong)))
        else:
            passed += 1
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
