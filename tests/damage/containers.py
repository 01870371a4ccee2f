#!/usr/bin/env python3
"""Cuts and damages archives of every kind, and checks that nothing is lost without a word.

    containers.py [--dpslog] DPSLOG [--every K] [--flips N] [--seed S] [--all] [--only CASE]

Small archives of the same nine records are made here, so that no binary file is stored. Each is read whole, cut behind each
byte (or each K-th) and with single bits flipped (N places for each, by the seed; --all: every cut and every bit). Always:

  - the program ends by itself with status 0 or 1, in time, and its ledger adds up;
  - with status 0 it has said what it says of the whole archive: never fewer records without a complaint;
  - what lies before a cut, and in other members than the damaged one, is counted (the `floor` of the case);
  - a complaint is clean text.

Not every format can do that. A file that is cut between two members of gzip (frames of zstd, streams of bzip2, xz) is a whole file;
tar has no checksum for content, zstd only if its writer wanted one. Such cases are counted and listed at the end.
A failed case is run alone with --only, as it is printed.
"""

import argparse
import bz2
import gzip
import io
import json
import lzma
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'checker'))
from run import check_ledger  # noqa: E402

MEMBERS = 3
RECORDS = 3  # of each member
TOTAL = MEMBERS * RECORDS
TIMEOUT = 20
EPOCH = (2026, 11, 2, 3, 0, 0)


def record(n):
    return json.dumps({
        'time': '2026-11-02T03:14:%02d.5Z' % n,
        'resourceId': '/SUBSCRIPTIONS/0/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/PLANT',
        'category': 'DeviceOperations', 'operationName': 'Register', 'resultType': '%d' % (401002 + n),
        'properties': {'deviceId': 'press-%04d' % (n * 417)}}, separators=(',', ':'))


def text_of(member):
    return ''.join(record(member * RECORDS + n) + '\n' for n in range(RECORDS)).encode()


TEXTS = [text_of(m) for m in range(MEMBERS)]
WHOLE = b''.join(TEXTS)
NAMES = ['2026/11/%02d/PT1H.json' % (m + 1) for m in range(MEMBERS)]


class Sample:
    """An archive, and what is known of it.

    lines: (offset, records): so many are counted if the archive is cut at the offset or behind it.
    members: (start, end): where the member is, alone; damage there leaves the others.
    ends: cuts that leave a whole file.
    unchecked: (start, end): bytes for which the format has no checksum.
    """

    def __init__(self, name, data, lines=(), members=(), ends=(), unchecked=(), step=1):
        self.name = name
        self.data = data
        self.lines = list(lines)
        self.members = list(members)
        self.ends = {0, *ends}
        self.unchecked = list(unchecked)
        self.step = step

    def floor_of_cut(self, at):
        return max((records for offset, records in self.lines if offset <= at), default=0)

    def floor_of_flip(self, at):
        return TOTAL - RECORDS if any(start <= at < end for start, end in self.members) else 0

    def is_unchecked(self, at):
        return any(start <= at < end for start, end in self.unchecked)


# ---- making them ------------------------------------------------------------------------------------------------


def joined(name, parts, **more):
    """Compressed parts one behind the other."""
    ends = [sum(map(len, parts[:n + 1])) for n in range(len(parts))]
    return Sample(name, b''.join(parts), lines=[(end, RECORDS * (n + 1)) for n, end in enumerate(ends)],
                  ends=ends[:-1], **more)


def gz(data, name=None):
    out = io.BytesIO()
    with gzip.GzipFile(name or '', 'wb', 9, out, mtime=0) as file:
        file.write(data)
    return out.getvalue()


def tar():
    out = io.BytesIO()
    lines, members, contents, count = [], [], [], 0
    with tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT) as archive:
        for name, text in zip(NAMES, TEXTS):
            start = archive.offset
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
            members.append((start, archive.offset))
            contents.append((start + 512, start + 512 + len(text)))
            at = start + 512
            for line in text.splitlines(True):
                at += len(line)
                count += 1
                lines.append((at, count))
        end = archive.offset
    return out.getvalue(), lines, members, contents, end


def tar_sample():
    data, lines, members, contents, end = tar()
    # Padding behind a member and behind the first block of the end holds nothing.
    padding = [(content[1], member[1]) for content, member in zip(contents, members)] + [(end + 512, len(data))]
    return Sample('tar', data, lines=lines, members=members, unchecked=contents + padding, step=7,
                  ends=range(end + 512, len(data)))


def zip_sample(name, method):
    out = io.BytesIO()
    members, lines = [], []
    with zipfile.ZipFile(out, 'w', method) as archive:
        for number, text in enumerate(TEXTS):
            start = out.tell()
            info = zipfile.ZipInfo(NAMES[number], EPOCH)
            info.compress_type = method
            info.external_attr = 0o100644 << 16
            archive.writestr(info, text)
            members.append((start, out.tell()))
            lines.append((out.tell(), RECORDS * (number + 1)))
    return Sample(name, out.getvalue(), lines=lines, members=members)


ZSTD_MAGIC = struct.pack('<I', 0xfd2fb528)


def xxh64(data):
    """XXH64 with seed 0, as zstd's checksum is made of it."""
    p1, p2, p3, p4, p5 = (0x9e3779b185ebca87, 0xc2b2ae3d27d4eb4f, 0x165667b19e3779f9, 0x85ebca77c2b2ae63,
                          0x27d4eb2f165667c5)
    mask = (1 << 64) - 1

    def rotate(n, by):
        return (n << by | n >> (64 - by)) & mask

    def mix(acc, lane):
        return rotate((acc + lane * p2) & mask, 31) * p1 & mask

    at, size = 0, len(data)
    if size >= 32:
        lanes = [(p1 + p2) & mask, p2, 0, -p1 & mask]
        while at + 32 <= size:
            lanes = [mix(acc, lane) for acc, lane in zip(lanes, struct.unpack_from('<4Q', data, at))]
            at += 32
        h = sum(rotate(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18))) & mask
        for lane in lanes:
            h = ((h ^ mix(0, lane)) * p1 + p4) & mask
    else:
        h = p5
    h = (h + size) & mask
    while at + 8 <= size:
        h = (rotate(h ^ mix(0, struct.unpack_from('<Q', data, at)[0]), 27) * p1 + p4) & mask
        at += 8
    if at + 4 <= size:
        h = (rotate(h ^ struct.unpack_from('<I', data, at)[0] * p1 & mask, 23) * p2 + p3) & mask
        at += 4
    for byte in data[at:]:
        h = rotate(h ^ byte * p5 & mask, 11) * p1 & mask
    for shift, factor in ((33, p2), (29, p3), (32, 1)):
        h = (h ^ h >> shift) * factor & mask
    return h


def zstd_stored(data, checksum):
    """One frame of one uncompressed block, which needs no compressor."""
    header = bytes([0x60 | checksum << 2]) + struct.pack('<H', len(data) - 256)  # one segment, size in two bytes
    block = struct.pack('<I', len(data) << 3 | 1)[:3]
    tail = struct.pack('<I', xxh64(data) & 0xffffffff) if checksum else b''
    return ZSTD_MAGIC + header + block + data + tail


def zstd(data, *options):
    return subprocess.run(['zstd', '-qc', '-19', *options], input=data, stdout=subprocess.PIPE, check=True).stdout


def samples():
    yield Sample('gz', gz(WHOLE))
    yield Sample('gz with a name', gz(WHOLE, 'PT1H.json'))
    yield joined('gz of members', [gz(text) for text in TEXTS])
    data, *_ = tar()
    yield Sample('tar.gz', gz(data))
    yield tar_sample()
    yield zip_sample('zip', zipfile.ZIP_DEFLATED)
    yield zip_sample('zip stored', zipfile.ZIP_STORED)
    yield Sample('zst stored', zstd_stored(WHOLE, True), step=3)
    plain = zstd_stored(WHOLE, False)
    yield Sample('zst without checksum', plain, unchecked=[(0, len(plain))], step=3)
    if shutil.which('zstd'):
        yield Sample('zst', zstd(WHOLE, '--check'))
        yield joined('zst of frames', [zstd(text, '--check') for text in TEXTS])
    yield Sample('bz2', bz2.compress(WHOLE))
    yield joined('bz2 of streams', [bz2.compress(text) for text in TEXTS])
    yield Sample('xz', lzma.compress(WHOLE, check=lzma.CHECK_CRC64))
    yield joined('xz of streams', [lzma.compress(text) for text in TEXTS])


# ---- one case ---------------------------------------------------------------------------------------------------


class Runner:
    def __init__(self, program, folder):
        self.program = program
        self.path = os.path.join(folder, 'sample')
        self.ledger = os.path.join(folder, 'ledger.json')
        self.reference = b''
        self.passed = self.failed = 0
        self.limits = {}

    def run(self, data):
        with open(self.path, 'wb') as file:
            file.write(data)
        if os.path.exists(self.ledger):
            os.unlink(self.ledger)
        return subprocess.run([self.program, 'failures', '-f', 'csv', '--ledger', self.ledger, self.path],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=TIMEOUT, check=False)

    def examine(self, data, floor, limit, most):
        """What is wrong. `limit` (or None) names the limit of the format under which a loss may go unnoticed."""
        try:
            done = self.run(data)
        except subprocess.TimeoutExpired:
            return ['not finished after %d seconds' % TIMEOUT]
        if done.returncode not in (0, 1):
            return ['status %d: %s' % (done.returncode, done.stderr[-2000:].decode(errors='backslashreplace'))]
        try:
            with open(self.ledger, encoding='utf-8') as file:
                ledger = json.load(file)
        except (OSError, ValueError) as error:
            return ['no ledger: %s' % error]
        wrong = check_ledger(ledger)
        if wrong:
            return wrong
        return list(self.compare(done, ledger['records']['log'], floor, limit, most))

    def compare(self, done, records, floor, limit, most):
        changed = done.stdout != self.reference
        if done.returncode == 0 and changed:
            if limit is None:
                yield 'status 0, but the output is not that of the whole archive (%d records of %d)' % (records, TOTAL)
            else:
                self.limits[limit] = self.limits.get(limit, 0) + 1
        if records < floor and limit is None:
            yield '%d records, but %d are not touched by the damage' % (records, floor)
        if records > most:
            yield '%d records of %d' % (records, most)
        if done.returncode == 1 and not done.stderr:
            yield 'status 1 without a word'
        if re.search(rb'[\x00-\x09\x0b-\x1f\x7f]', done.stderr):
            yield 'raw bytes on standard error: %r' % done.stderr

    def case(self, name, data, floor, limit, most=TOTAL):
        wrong = self.examine(data, floor, limit, most)
        if wrong:
            self.failed += 1
            print('FAILED --only %r: %s' % (name, '; '.join(wrong)))
        else:
            self.passed += 1


# ---- the cases --------------------------------------------------------------------------------------------------


def whole_case(sample):
    return '%s:whole' % sample.name, sample.data, TOTAL, None


def cut_case(sample, at):
    limit = '%s: cut where a whole file ends' % sample.name if at in sample.ends else None
    return '%s:cut:%d' % (sample.name, at), sample.data[:at], sample.floor_of_cut(at), limit


def flip_case(sample, bit):
    at = bit // 8
    data = bytearray(sample.data)
    data[at] ^= 1 << bit % 8
    limit = '%s: a bit that no checksum covers' % sample.name if sample.is_unchecked(at) else None
    # A member whose length is damaged may run into the next, whose records are then read twice; that is said.
    most = TOTAL + RECORDS * bool(sample.members)
    return '%s:flip:%d' % (sample.name, bit), bytes(data), sample.floor_of_flip(at), limit, most


def odd_cases(by_name):
    """What is added to an archive, and what takes the place of one."""
    whole = by_name['gz'].data
    yield 'odd:gz and zeros', whole + bytes(1000), TOTAL, None
    for name in ('gz', 'zst stored', 'bz2', 'xz'):
        data = by_name[name].data
        yield 'odd:%s and other bytes' % name, data + b'behind it', TOTAL, None
        yield 'odd:%s and a cut one' % name, data + data[:len(data) // 2], TOTAL, None, 2 * TOTAL
    yield 'odd:zeros', bytes(4096), 0, None
    yield 'odd:zeros before lines', bytes(4096) + b'\n' + WHOLE, TOTAL, None
    tar_data = by_name['tar'].data
    yield 'odd:tar with a hole', tar_data[:512] + bytes(64) + tar_data[576:], TOTAL - 1, None
    first = by_name['tar'].members[1][0]
    yield 'odd:tar with a hole over a member', tar_data[:first] + bytes(
        by_name['tar'].members[1][1] - first) + tar_data[by_name['tar'].members[2][0]:], TOTAL - RECORDS, None
    yield 'odd:zip without its directory', by_name['zip'].data[:by_name['zip'].members[-1][1]], TOTAL, None
    yield 'odd:garbage before a zip', b'PK\3\4' + by_name['zip'].data, 0, None


def silent(name):
    """Cases that are in order: they must give all and status 0."""
    return name.endswith(':whole') or name == 'odd:gz and zeros'


def all_cases(options, generator):
    by_name = {sample.name: sample for sample in samples()}
    for sample in by_name.values():
        yield whole_case(sample)
        step = 1 if options.all else sample.step * options.every
        for at in range(0, len(sample.data), step):
            yield cut_case(sample, at)
        bits = range(8 * len(sample.data))
        if not options.all:
            bits = sorted(generator.sample(bits, min(options.flips, len(bits))))
        for bit in bits:
            yield flip_case(sample, bit)
    yield from odd_cases(by_name)


def find_case(name):
    by_name = {sample.name: sample for sample in samples()}
    kind, _, rest = name.partition(':')
    if kind == 'odd':
        return next(case for case in odd_cases(by_name) if case[0] == name)
    what, _, number = rest.partition(':')
    make = {'cut': cut_case, 'flip': flip_case}.get(what)
    return make(by_name[kind], int(number)) if make else whole_case(by_name[kind])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('program', nargs='?')
    parser.add_argument('--dpslog')
    parser.add_argument('--every', type=int, default=6, metavar='K', help='cut at each K-th byte (default: %(default)s)')
    parser.add_argument('--flips', type=int, default=50, metavar='N', help='for each archive (default: %(default)s)')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--all', action='store_true', help='every cut and every bit')
    parser.add_argument('--only', metavar='CASE')
    options = parser.parse_args()
    program = options.dpslog or options.program
    if not program:
        parser.error('which dpslog?')
    if not options.all and not options.only:
        print('seed %d' % options.seed)
    with tempfile.TemporaryDirectory(prefix='dpslog-damage-') as folder:
        runner = Runner(os.path.abspath(program), folder)
        runner.reference = runner.run(WHOLE).stdout
        if runner.reference.count(b'\n') != TOTAL + 1:
            sys.exit('the records themselves are not read: %r' % runner.reference)
        cases = [find_case(options.only)] if options.only else all_cases(options, random.Random(options.seed))
        for case in cases:
            runner.case(*case)
            if silent(case[0]) and runner.run(case[1]).returncode != 0:
                runner.failed += 1
                print('FAILED --only %r: in order, but the status is not 0' % case[0])
        for limit, count in sorted(runner.limits.items()):
            print('limit of the format: %s: %d' % (limit, count))
        print('%d passed, %d failed' % (runner.passed, runner.failed))
    return runner.failed != 0


if __name__ == '__main__':
    sys.exit(main())
