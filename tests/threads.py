#!/usr/bin/env python3
"""The result does not depend on how many workers read: the same bytes, the same ledger, the same messages.

    threads.py --dpslog BIN [--seed N]

Sources of several blocks, in lines, in one document and as CSV, with damage at random places (also long runs of it, so that
blocks are cut inside of it), many small files (some hold much), archives, and a pipe that is so slow that blocks are handed to workers who
wait for them.
"""

import argparse
import gzip
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import time

from counts import Counts

SIZE = 4 << 20
COMMANDS = [['failures', '-f', 'csv', '--all', '--by', keys] for keys in ('device,resultType', 'code,minute', 'enrollment')] + [
    ['devices', '-f', 'csv'], ['records'], ['history', 'd-1*7'], ['records', '--failures', '--fields', 'time,device,code'],
    ['series', '--metric', 'all', '--split', 'device,hour']]


def record(rng):
    failed = rng.random() < 0.3
    return json.dumps({
        'time': '2026-11-02T03:%02d:%02dZ' % (rng.randrange(60), rng.randrange(60)), 'operationName': 'AttestationAttempt',
        'category': 'DeviceOperations', 'resultType': 'ClientError' if failed else 'Success',
        'resultDescription': 'Unauthorized 401002' if failed else '', 'filler': 'x' * rng.randrange(400), 'location': rng.choice(['westeurope', 'northeurope']),
        'properties': json.dumps({'id': 'd-%d' % rng.randrange(3000), 'type': 'Registration'})}, separators=(',', ':'))


def records(rng, size):
    out, n = [], 0
    while n < size:
        out.append(record(rng))
        n += len(out[-1])
    return out


def hurt(rng, text):
    at = rng.randrange(1, len(text))
    return text[:at] + rng.choice(['', '"', '{', '}', '\\']) + text[at + 1:]


def damaged(rng, size):
    out = records(rng, size)
    for _ in range(60):
        at = rng.randrange(len(out))
        out[at] = hurt(rng, out[at])
    return out


def lines(rng):
    out = damaged(rng, SIZE)
    for _ in range(3):  # runs that are longer than a block, and pretty-printed records in them
        at = rng.randrange(len(out))
        out[at:at] = ['no JSON %d' % i for i in range(100000)] + json.dumps(json.loads(record(rng)), indent=1).split('\n')
    return '\n'.join(out).encode()


def document(rng):
    return ('{"a":1,"records":[' + ','.join(damaged(rng, SIZE)) + '],"b":2}').encode()


def pretty(rng):
    return '\n'.join(json.dumps(json.loads(r), indent=2) for r in records(rng, SIZE)).encode()


def table(rng):
    out = ['TimeGenerated,Category,ResultType,ResultDescription,deviceId_s']
    while len(out) < 60000:
        row = '2026-11-02T03:%02d:00Z,Connections,%s,"a ""b"",\nc",d-%d' % (rng.randrange(60), rng.choice(['', '404104']), rng.randrange(999))
        out.append(row if rng.random() > 0.001 else row.replace('"', '', 1))
    return '\n'.join(out).encode()


def run(program, path, command, jobs):
    ledger = path + '.ledger'
    done = subprocess.run([program, *command, '-j', str(jobs), '--ledger', ledger, path],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False)
    with open(ledger, 'rb') as file:
        return done.returncode, done.stdout, done.stderr, file.read()


def run_slowly(program, data, command, jobs):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as messages:
        with subprocess.Popen([program, *command, '-j', str(jobs), '-'], stdin=subprocess.PIPE, stdout=out, stderr=messages) as child:
            for at in range(0, len(data), 300_000):
                child.stdin.write(data[at:at + 300_000])
                child.stdin.flush()
                time.sleep(0.02)
            child.stdin.close()
            status = child.wait(timeout=300)
        out.seek(0)
        messages.seek(0)
        return status, out.read(), messages.read()


def many(rng, folder):
    os.mkdir(folder)
    for i in range(200):
        with open(os.path.join(folder, '%03d.json' % i), 'w', encoding='utf-8') as file:
            file.write('\n'.join(damaged(rng, 3000)))
    for i in range(0, 200, 40):
        with open(os.path.join(folder, '%03d.json.gz' % i), 'wb') as file:
            file.write(gzip.compress('\n'.join(damaged(rng, 3000) * 1000).encode(), 9, mtime=0))
    return folder


def archive(rng, path):
    with tarfile.open(path, 'w') as tar:
        for i in range(8):
            data = gzip.compress('\n'.join(damaged(rng, SIZE // 8)).encode(), 1, mtime=0)
            info = tarfile.TarInfo('%d.json.gz' % i)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def main():
    parser = argparse.ArgumentParser(description='Compares numbers of workers.')
    parser.add_argument('--dpslog', required=True)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    counts = Counts()
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for make in (lines, document, pretty, table):
            paths.append(os.path.join(folder, make.__name__))
            with open(paths[-1], 'wb') as file:
                file.write(make(rng))
        paths += [many(rng, os.path.join(folder, 'many')), archive(rng, os.path.join(folder, 'archive.tar'))]
        for path in paths:
            for command in COMMANDS:
                one = run(options.dpslog, path, command, 1)
                for jobs in (2, 7):
                    counts.check('seed %d, %s, %s, -j %d' % (options.seed, os.path.basename(path), ' '.join(command), jobs),
                                 run(options.dpslog, path, command, jobs) == one)
        with open(paths[0], 'rb') as file:
            data = file.read()
        for command in (COMMANDS[0], ['records']):
            one = run_slowly(options.dpslog, data, command, 1)
            for jobs in (2, 7):
                counts.check('seed %d, a slow pipe, %s, -j %d' % (options.seed, ' '.join(command), jobs),
                             run_slowly(options.dpslog, data, command, jobs) == one)
    print('seed %d' % options.seed)
    return counts.end()


if __name__ == '__main__':
    sys.exit(main())
