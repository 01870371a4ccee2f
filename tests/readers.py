#!/usr/bin/env python3
"""The two readers must be indistinguishable: the same bytes out and the same ledger, whatever comes in.

    readers.py --dpslog BIN [--seed N]

Records as exports hold them are changed in one byte at every place, cut, and written with keys reordered, doubled, in other
case, with escapes and other forms of numbers; each set goes once through the fast reader and once through yajl alone. So do tables
of CSV with one byte changed in each, which `yajl` reads byte by byte.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

from counts import Counts

RECORDS = [
    {'time': '2026-11-02T03:14:07.5Z', 'resourceId': '/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/D',
     'operationName': 'AttestationAttempt', 'category': 'DeviceOperations', 'resultType': 'ClientError', 'resultSignature': '401',
     'resultDescription': 'Unauthorized "401002"\n', 'durationMs': 226, 'level': 'Error', 'location': 'westeurope',
     'properties': json.dumps({'id': 'press-1', 'type': 'Registration', 'protocol': 'Mqtt'})},
    {'time': '2026-11-02T03:15:07Z', 'resourceId': '/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/H',
     'operationName': 'deviceConnect', 'category': 'Connections', 'level': 4, 'x': [1, {'y': [None, True]}],
     'properties': {'deviceId': 'n\u00e4her-\U0001F600', 'authType': json.dumps({'scope': 'device'}), 'statusCode': None}},
    {'TimeGenerated': '2026-11-02T03:16:07Z', 'Category': 'Connections', 'ResultType': 404104, 'properties_deviceId_s': 'None',
     'AdditionalFields': json.dumps({'properties': json.dumps({'deviceId': 'deep', 'statusCode': '404'})})},
]
BYTES = b'"\\{}[]:, \t0a1.e-N\x00\x0b\x1f\x7f\x80\xc3\xed\xff'
KEYS = ['device,resultType,code', 'enrollment,protocol,sdkVersion,message', 'minute,level,location,properties.authType']


def changed(record, rng):
    text = json.dumps(record, ensure_ascii=False, separators=(',', ':')).encode()
    for at in range(len(text)):
        yield text[:at] + bytes([rng.choice(BYTES)]) + text[at + 1:]
        yield text[:at] + text[at + 1:]
        yield text[:at] + bytes([rng.choice(BYTES)]) + text[at:]
        if at % 7 == 0:
            yield text[:at]


def rewritten(record, rng):
    """Other ways to write the same, or nearly."""
    for _ in range(120):
        members = list(record.items())
        rng.shuffle(members)
        members += rng.sample(members, rng.randrange(3))
        out = []
        for name, value in members:
            name = ''.join('\\u%04x' % ord(c) if rng.random() < 0.03 else rng.choice((c.upper(), c, c, c)) for c in name)
            text = json.dumps(value, ensure_ascii=rng.random() < 0.5)
            if rng.random() < 0.1:
                text = rng.choice(['-0', '1E+2', '1.50', '01', '1.', '+1', 'null', 'nul', '""', '" "', '"None"', '"\\ud800"', '"\\u0000"', '{}', '[]'])
            out.append('%s"%s"%s:%s%s' % (rng.choice(['', ' ', '\t']), name, rng.choice(['', ' ']), rng.choice(['', ' ']), text))
        yield ('{' + ','.join(out) + '}' + rng.choice(['', ' ', ','])).encode('utf-8', 'surrogatepass')


def tables(rng):
    """CSV: a table for each place, changed there."""
    header = b'TimeGenerated [UTC],Category,ResultType,ResultDescription,properties_s,Level\r\n'
    rows = [b'"11/2/2026, 3:14:07 AM",DeviceOperations,ClientError,"Unauthorized ""401002""\nn\xc3\xa4her","{""id"":""press-1""}",Error\r\n',
            b'2026-11-02T03:15:07Z,DeviceOperations,Success,,"{""id"":""press-2"",""type"":""Registration""}",\n',
            b'"30/2/2026, 3:16:07",DeviceOperations,ServerError,a"b,"","Error"\n']
    for good in (rows[:2], rows):
        body = b''.join(good)
        for at in range(len(body)):
            other = bytes([rng.choice(b'",;\r\n\xc3/3')])
            for put, past in ((b'"', 0), (b'a', 0), (other, rng.randrange(2)), (b'', rng.choice((1, len(body))))):
                yield header + body + body[:at] + put + body[at + past:] + rng.choice((b'', body))


def run(program, path, keys, reader):
    ledger = path + '.ledger'
    done = subprocess.run([program, 'failures', '-f', 'csv', '--all', '--by', keys, '--reader', reader, '--ledger', ledger, path],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    with open(ledger, 'rb') as file:
        return done.returncode, done.stdout, done.stderr, file.read()


def main():
    parser = argparse.ArgumentParser(description='Compares the two readers.')
    parser.add_argument('--dpslog', required=True)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    counts = Counts()

    def compare(path, keys, what):
        same = run(options.dpslog, path, keys, 'auto') == run(options.dpslog, path, keys, 'yajl')
        counts.check('seed %d, %s, --by %s' % (options.seed, what, keys), same)

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'records')
        for record in RECORDS:
            for make in (changed, rewritten):
                lines = [line for line in make(record, rng) if b'\n' not in line]
                for glue, ends in ((b'\n', (b'', b'\n')), (b',', (b'{"records":[', b']}'))):
                    with open(path, 'wb') as file:
                        file.write(ends[0] + glue.join(lines) + ends[1])
                    for keys in KEYS:
                        compare(path, keys, 'record %d, %s, %r' % (RECORDS.index(record), make.__name__, glue))
        os.mkdir(path + 's')
        for i, table in enumerate(tables(rng)):
            with open(os.path.join(path + 's', '%d.csv' % i), 'wb') as file:
                file.write(table)
        for keys in KEYS:
            compare(path + 's', keys, 'tables')
    print('seed %d' % options.seed)
    return counts.end()


if __name__ == '__main__':
    sys.exit(main())
