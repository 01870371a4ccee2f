#!/usr/bin/env python3
"""Is what dpslog takes for JSON exactly what JSON is? Asked with a published suite of 318 small files.

    conformance.py DPSLOG DIR

DIR holds files y_* (JSON: must be accepted), n_* (must be rejected) and i_* (free). Each is given to the program as
    line      between two good records, each on its own line; a file that holds newlines as it is
    document  alone
    element   of an array, between two good records
Accepted means that the ledger has nothing malformed. Rejected means that it has, or that the file was refused with
status 1. The good records must come through wherever lines keep them apart. Nothing may crash, hang, or break the
equation of the ledger's bytes.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

# Not JSON texts, yet legal where values may follow each other: a comma behind a value, two values, nothing at all.
LEGAL_BY_FRAMING = (
    'n_array_comma_after_close.json',
    'n_single_space.json',
    'n_structure_UTF8_BOM_no_data.json',
    'n_structure_double_array.json',
    'n_structure_no_data.json',
    'n_structure_object_with_trailing_garbage.json',
)
FORMS = ('line', 'document', 'element')
TIMEOUT = 30


def good(number):
    return json.dumps({
        'time': '2026-11-02T03:14:%02d.0000000Z' % number, 'category': 'DeviceOperations',
        'resourceId': '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/P',
        'operationName': 'AttestationAttempt', 'resultType': 'Success', 'level': 'Information',
        'properties': json.dumps({'registrationId': 'good-%d' % number}),
    }).encode()


def build(form, content):
    if form == 'line':
        return good(1) + b'\n' + content + b'\n' + good(2) + b'\n'
    if form == 'element':
        return b'[' + good(1) + b',' + content + b',' + good(2) + b']\n'
    return content


def ask(program, name, form, content, root):
    """What is wrong, or None."""
    base = os.path.join(root, '%s.%s' % (name, form))
    ledger_path = base + '.ledger'
    with open(base, 'wb') as file:
        file.write(build(form, content))
    try:
        done = subprocess.run([program, 'failures', '--all', '-f', 'csv', '--ledger', ledger_path, base],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return 'not finished after %d seconds' % TIMEOUT
    said = done.stderr.decode(errors='backslashreplace')[:500]
    if done.returncode not in (0, 1):
        return 'status %d\n%s' % (done.returncode, said)
    with open(ledger_path, 'rb') as file:
        ledger = json.load(file)
    os.unlink(ledger_path)
    os.unlink(base)
    return judge(name, form, done.returncode, ledger, said)


def judge(name, form, status, ledger, said):
    size = ledger['bytes']
    parts = size['records'] + size['between'] + size['malformed'] + size['cut']
    if size['decoded'] != parts:
        return 'bytes: %d decoded, but the parts are %d' % (size['decoded'], parts)
    malformed = ledger['records']['malformed']
    lost = sum(malformed.values())
    if form == 'line' and ledger['records']['log'] != 2:
        return '%d of the 2 good records came through\n%s' % (ledger['records']['log'], said)
    if lost and status == 0:
        return 'malformed %s, but status 0' % malformed
    legal = name.startswith('y_') or (form != 'element' and name in LEGAL_BY_FRAMING)
    if legal and lost:
        return 'rejected: %s\n%s' % (malformed, said)
    if name.startswith('n_') and not legal and not lost and not (form == 'document' and status == 1):
        return 'accepted'
    return None


def main():
    if len(sys.argv) != 3:
        sys.exit('usage: conformance.py DPSLOG DIR')
    program, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    if not os.path.isdir(folder):
        print('skipped: %s is absent' % os.path.relpath(folder))
        print('0 passed, 0 failed')
        return 0
    names = sorted(name for name in os.listdir(folder) if name[:2] in ('y_', 'n_', 'i_'))
    passed = failed = 0
    for name in LEGAL_BY_FRAMING:
        if name not in names:
            print('FAIL %s is listed as an exception, but is not in the suite' % name)
            failed += 1

    with tempfile.TemporaryDirectory(prefix='dpslog-conformance-') as root:
        def run(task):
            name, form = task
            with open(os.path.join(folder, name), 'rb') as file:
                content = file.read()
            try:
                return ask(program, name, form, content, root)
            except (OSError, ValueError, KeyError) as error:
                return '%s: %s' % (type(error).__name__, error)

        tasks = [(name, form) for name in names for form in FORMS]
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for (name, form), wrong in zip(tasks, pool.map(run, tasks)):
                if wrong is None:
                    passed += 1
                else:
                    failed += 1
                    print('FAIL %s as %s: %s' % (name, form, wrong))
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
