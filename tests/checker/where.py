#!/usr/bin/env python3
"""Compares what predicates of --where select with what they mean (predicates.py), record by record.

    where.py --dpslog BIN [--count N] [--seed S]

Records and predicates are made up from the seed. A failure prints the predicate, the records that differ, and the seed.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

import predicates
import reference

NOW = 1762225200000000  # 2025-11-04T03:00:00Z
DEVICES = ['press-0417', 'press-0418', 'PRESS_0500', 'gerät-7', 'a.b.c', 'x', 'Köln 9', 'straße', 'STRASSE', 'ſab',
           'Kelvin', 'ab٣', '漢字', '']
TEXTS = ['', '0', '226', '98', '-5', '4.5e2', '0x1f', 'True', 'Mqtt', 'abc-1 def_2', 'version=1.2.3', 'cafe\u0301',
         'café', 'line\nnext', 'x',
         '2025-11-03T12:00:00Z', '2025-11-03', '99999999999', 'İstanbul', "it's", 'a\\b', '"q"']
RESULTS = ['Success', 'ClientError', '0', '200', '401002', '429001', '500', 'Failed', None]
CATEGORIES = ['DeviceOperations', 'Connections', 'D2CTwinOperations', 'Routes']


def make_record(rng, number):
    """One log record as it is exported, in one of several forms."""
    members = {'deviceId': rng.choice(DEVICES), 'protocol': rng.choice(['Mqtt', 'AMQP', None]), 'text': rng.choice(TEXTS)}
    if rng.random() < 0.5:
        members['number'] = rng.choice([0, 5, 226, 1.5, 3000000000, True])
    if rng.random() < 0.3:
        members['when'] = rng.choice(TEXTS)
    if rng.random() < 0.3:
        members['id'] = rng.choice(['grp-1', 'grp-2'])
    kind = rng.choice(['PROVISIONINGSERVICES/D', 'IOTHUBS/hub-one', 'IotHubs/Hub-Two'])
    record = {'resourceId': '/SUBSCRIPTIONS/S-1/resourceGroups/Rg/PROVIDERS/MICROSOFT.DEVICES/' + kind,
              'correlationId': 'r%03d' % number,
              'category': rng.choice(CATEGORIES), 'operationName': rng.choice(['deviceConnect', 'Register',
                                                                               'endpointDead'])}
    if rng.random() < 0.9:
        record['time'] = reference.format_time(NOW - rng.choice([0, 1, 3600 * 10 ** 6,
                                                                 rng.randint(0, 3 * 864 * 10 ** 8)]))
    for name, values in (('resultType', RESULTS), ('resultSignature', ['401', '', None]),
                         ('location', ['westeurope', None]),
                         ('level', ['Error', 'Informational', 'information', 4, None]),
                         ('resultDescription', ['Unauthorized (401002)', 'device \'press-0417\' failed', None])):
        value = rng.choice(values)
        if value is not None:
            record[name] = value
    form = rng.random()
    if form < 0.4:
        record['properties'] = members
    elif form < 0.8:
        record['properties'] = json.dumps(members, ensure_ascii=rng.random() < 0.5)
    else:
        record.update(('properties_%s_s' % name, str(value)) for name, value in members.items() if value is not None)
    return record


def selected(dpslog, predicate, path):
    command = [dpslog, 'failures', '--all', '--by', 'correlationId', '--no-header', '--now', reference.format_time(NOW),
               '--where', predicate, path]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        raise RuntimeError('status %d: %s' % (done.returncode, done.stderr.decode(errors='replace')))
    return {line.split(',')[0] for line in done.stdout.decode().splitlines()}


def difference(dpslog, part, records, path):
    """What is wrong, or None."""
    meant = {record.key('correlationId') for record in records if part.value(record) is True}
    try:
        found = selected(dpslog, part.text, path)
    except RuntimeError as error:
        return str(error)
    if found == meant:
        return None
    return 'too many: %s; too few: %s' % (sorted(found - meant), sorted(meant - found))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--dpslog', default=os.environ.get('DPSLOG', 'build/dpslog'))
    parser.add_argument('--count', type=int, default=1500)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    dpslog = os.path.abspath(options.dpslog)
    passed = failed = varied = 0
    with tempfile.TemporaryDirectory() as folder:
        rng = random.Random(options.seed)
        path = os.path.join(folder, 'records.jsonl')
        with open(path, 'w', encoding='utf-8') as file:
            for number in range(80):
                file.write(json.dumps(make_record(rng, number), ensure_ascii=rng.random() < 0.5) + '\n')
        records = reference.read_paths([path]).logs
        words = TEXTS + DEVICES + CATEGORIES
        maker = predicates.Maker(rng, records, words, NOW)
        for _ in range(options.count):
            part = maker.bool(rng.randint(0, 4))
            wrong = difference(dpslog, part, records, path)
            passed += wrong is None
            failed += wrong is not None
            varied += 0 < sum(part.value(record) is True for record in records) < len(records)
            if wrong is not None:
                print('FAIL (seed %d) %s\n     %s' % (options.seed, part.text, wrong))
    if varied < options.count // 4:
        failed += 1
        print('FAIL only %d of %d predicates hold for some records and not for others' % (varied, options.count))
    print('%d passed, %d failed' % (passed, failed))
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
