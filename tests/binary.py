#!/usr/bin/env python3
"""What the linker made of the program: is it hardened, and can it reach a network or start another program?

    binary.py DPSLOG

A flag that configure dropped without a word shows here. The names of functions are those that the program itself
imports, those of archives that it is linked with included; libraries have others, for their own use. Copies without a
limit are looked for in the sources: the linked archives have some.
"""

import glob
import os
import re
import shutil
import subprocess
import sys

FORBIDDEN = re.compile(r'(?:socket|connect|bind|listen|accept4?|sendto|recvfrom|getaddrinfo|gethostby\w*|system|popen|fork|vfork|'
                       r'exec[lv]\w*|posix_spawnp?|dlopen|gets)')
# Of which each is named in configure.ac; most are linked from archives. The linker, and what sanitizers and gcov bring along.
LIBRARIES = re.compile(r'lib(?:c|m|z|bz2|lzma|zstd|pcre2-8|isal|utf8proc|yajl|archive|nettle|xxhash|pthread|asan|ubsan|gcc_s|rt|dl|gcov)'
                       r'\.so\S*|ld-linux\S*')
UNCHECKED = re.compile(r'\b(?:strcpy|strcat|sprintf|vsprintf|gets)\s*\(')
LITERAL = re.compile(r"'(?:[^'\\\n]|\\.)'" r'|"(?:[^"\\\n]|\\.)*"')


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def checks_of(program):
    headers, dynamic = output_of('readelf', '-hlW', program), output_of('readelf', '-dW', program)
    symbols = output_of('readelf', '--dyn-syms', '-W', program)
    imported = {re.split('@', line.split()[7])[0] for line in symbols.splitlines() if ' UND ' in line and len(line.split()) > 7}
    yield 'position-independent', re.search(r'Type:\s+DYN', headers) and 'INTERP' in headers
    yield 'relocations are read-only', 'GNU_RELRO' in headers
    yield 'and are made at the start', re.search(r'BIND_NOW|FLAGS_1.*NOW', dynamic)
    yield 'the stack is not executable', re.search(r'GNU_STACK\s.*\sRW\s', headers)
    yield 'no segment is writable and executable', not re.search(r'LOAD\s.*\sRWE\s', headers)
    yield 'no text is relocated', 'TEXTREL' not in dynamic
    yield 'no folder is searched for libraries', not re.search(r'RPATH|RUNPATH', dynamic)
    yield 'the stack is protected', '__stack_chk_fail' in imported
    yield 'the C library checks sizes', any(name.endswith('_chk') for name in imported if name != '__stack_chk_fail')
    forbidden = sorted(name for name in imported if FORBIDDEN.fullmatch(name))
    yield 'nothing dangerous is imported: ' + ' '.join(forbidden), not forbidden
    loaded = re.findall(r'\(NEEDED\).*\[(.*)\]', dynamic)
    strange = [name for name in loaded if not LIBRARIES.fullmatch(name)]
    yield 'no library is loaded that configure.ac does not name: ' + ' '.join(strange), loaded and not strange
    sources = glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'src', '**', '*.c'), recursive=True)
    unchecked = [os.path.basename(path) for path in sources if UNCHECKED.search(LITERAL.sub('""', open(path, encoding='utf-8').read()))]
    yield 'no copy without a limit: ' + ' '.join(unchecked), sources and not unchecked


def main():
    if not shutil.which('readelf'):
        print('skipped: there is no readelf\n0 passed, 0 failed')
        return 0
    passed = failed = 0
    for what, holds in checks_of(sys.argv[1]):
        if holds:
            passed += 1
        else:
            failed += 1
            print('FAIL ' + what)
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
