#!/usr/bin/env python3
"""Every prefix of a small export of each form: what is whole is counted, what is cut is one loss, nothing else happens.

    prefixes.py --dpslog BIN [--every N]

The exports are put together here, so it is known where each record ends.
"""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

DPS = '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/FLEET-DPS'
DESCRIPTIONS = ['errorCode:401002; a "quote", a brace } and a bracket ]', 'caf\u00e9 \\ {"records":[', '']
RECORDS = [{'time': '2026-11-02T03:14:0%dZ' % i, 'resourceId': DPS, 'category': 'DeviceOperations',
            'operationName': 'AttestationAttempt', 'resultType': 'ClientError', 'resultDescription': text,
            'properties': json.dumps({'deviceId': 'press-%d' % i, 'nested': {'a': [1, {'b': '}'}]}})}
           for i, text in enumerate(DESCRIPTIONS)]
COLUMNS = ['TimeGenerated', 'ResourceProvider', 'Category', 'OperationName', 'ResultType', 'ResultDescription']
ROWS = [[r['time'], 'MICROSOFT.DEVICES', r['category'], r['operationName'], r['resultType'], r['resultDescription']]
        for r in RECORDS]


class Form:
    """Pieces of text; a record ends where its piece does. `clean`: where the source may end without a loss."""

    def __init__(self, name):
        self.name = name
        self.data = b''
        self.ends = []
        self.first = 0
        self.clean = {0}

    def add(self, text, clean=False):
        data = text.encode()

        if clean:
            self.clean.update(range(len(self.data) + (0 if not text.strip() else len(data)), len(self.data) + len(data) + 1))
        self.data += data
        return self

    def record(self, text, clean=False):
        if not self.ends:
            self.first = len(self.data)
        self.add(text, clean)
        self.ends.append(len(self.data))
        return self


def lines(name, end):
    form = Form(name)
    for record in RECORDS:
        form.record(json.dumps(record), clean=True).add(end, clean=True)
    return form


def document(name, records, before, between, behind, indent=None, ascii_only=True):
    form = Form(name).add(before)
    for i, record in enumerate(records):
        form.add(between if i > 0 else '').record(json.dumps(record, indent=indent, ensure_ascii=ascii_only))
    form.add(behind)
    form.clean.add(len(form.data))
    return form.add('\n', clean=True)


def documents(name):
    form = Form(name)
    for record in RECORDS:
        form.add('{"records":[').record(json.dumps(record)).add(']}')
        form.clean.add(len(form.data))
        form.add('\n', clean=True)
    return form


def glued(name):
    form = Form(name)
    for record in RECORDS:
        form.record(json.dumps(record, indent=1), clean=True)
    return form


def rest(name):
    columns = [{'name': column, 'type': 'string'} for column in COLUMNS]
    return document(name, ROWS, '{"tables":[{"name":"PrimaryResult","columns":%s,"rows":[' % json.dumps(columns), ',', ']}]}')


def table(name, delimiter):
    form = Form(name).add(delimiter.join(COLUMNS), clean=True).add('\n', clean=True)
    for row in ROWS:
        cells = ['"%s"' % cell.replace('"', '""') for cell in row]
        form.record(delimiter.join(cells)).add('\n')
        form.clean.update((len(form.data) - 1, len(form.data)))
    return form


FORMS = [
    lines('lines', '\n'), lines('crlf-lines', '\r\n'), documents('documents'), glued('glued'),
    document('document', RECORDS, '{"records":[', ',', ']}'),
    document('siblings', RECORDS, '{"a":[1,{"b":"]"}],"records":[', ',', '],"z":{"records":"no"}}', ascii_only=False),
    document('pretty', RECORDS, '{\n  "records": [\n', ',\n', '\n  ]\n}', indent=2),
    document('array', RECORDS, '[', ', ', ']'), document('pretty-array', RECORDS, '[\n', ',\n', '\n]', indent=4),
    rest('rest'), table('csv', ','), table('tsv', '\t'),
]


def check(program, folder, form, n):
    """What is wrong with the first n bytes, or None."""
    path = os.path.join(folder, '%s-%d' % (form.name, n))
    with open(path, 'wb') as file:
        file.write(form.data[:n])
    done = subprocess.run([program, 'failures', '-f', 'json', '--by', 'service', path], capture_output=True, check=False)
    os.unlink(path)
    if done.returncode not in (0, 1):
        return 'status %d: %s' % (done.returncode, done.stderr.decode(errors='replace').strip())
    ledger = json.loads(done.stdout)['input']
    records, malformed = ledger['records'], sum(ledger['records']['malformed'].values())
    whole = sum(end <= n for end in form.ends)
    if n == 0:
        return None if ledger['files']['skipped'] == {'empty': 1} else 'no empty file'
    table_form = form.name in ('csv', 'tsv')
    # Of a table whose header is cut nobody can say what it was.
    if table_form and n < form.data.index(b'\n'):
        return None
    if ledger['files']['skipped']:
        return 'skipped'
    if n < form.first and n not in form.clean:
        # What begins and is cut before its first record may look like an envelope with records in it: one loss, or several.
        return None if records['log'] == 0 and malformed > 0 and done.returncode == 1 else 'a cut beginning is no loss'
    if table_form and records['log'] == whole + 1 and form.data[:n].endswith((b'"', b',', b'\t')):
        return None  # cut where a last cell may end
    if records['log'] != whole:
        return '%d records, not %d' % (records['log'], whole)
    lost = {} if n in form.clean else {'cut_at_end': 1}
    if done.returncode != len(lost) or records['malformed'] != lost:
        return 'status %d, %s malformed, not %s' % (done.returncode, records['malformed'], lost)
    sizes = ledger['bytes']
    if sizes['decoded'] != n or n != sizes['records'] + sizes['between'] + sizes['malformed'] + sizes['cut']:
        return 'bytes do not add up: %s' % sizes
    return None


def main():
    parser = argparse.ArgumentParser(description='Reads every prefix of small exports.')
    parser.add_argument('--dpslog', required=True)
    parser.add_argument('--every', type=int, default=1, metavar='N', help='only every Nth prefix')
    options = parser.parse_args()

    failed = 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        for form in FORMS:
            sizes = range(0, len(form.data) + 1, options.every)
            bad = [(n, wrong) for n, wrong in zip(sizes, pool.map(lambda n, f=form: check(options.dpslog, folder, f, n), sizes))
                   if wrong]
            for n, wrong in bad[:5]:
                print('FAIL %s, the first %d of %d bytes: %s\n     ...%r' % (form.name, n, len(form.data), wrong,
                                                                             form.data[max(0, n - 40):n]))
            failed += bool(bad)
    print('%d passed, %d failed' % (len(FORMS) - failed, failed))
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
