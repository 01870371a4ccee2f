#!/usr/bin/env python3
"""The result does not depend on how much memory there is: the same bytes, the same ledger, the same messages.

    memory.py --dpslog BIN [--seed N] [--budgets SIZE,...]

Made-up records in three shapes (many devices; one device with very many outcomes; few devices) are read by each command with no
limit, and with budgets under which all of it, or some, must be spilled and merged, also several times. What cannot be spilled
must be said, with status 3 and no output.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

from counts import Counts

COMMANDS = [['failures', '-f', 'csv', '--all', '--by', keys] for keys in (
    'device,resultType', 'device', 'resultType', 'correlationId', 'correlationId,device', 'minute,service', 'message,code,device',
    'location,hour', 'properties.protocol,enrollment')] + [
        ['failures', '-f', 'json', '--by', 'device,code', '--top', '7', '--sort=-last_failure'],
        ['failures', '-f', 'table', '--by', 'code,day', '--all', '--sort', 'failure_rate'],
        ['failures', '-f', 'csv', '--by', 'device,day', '--sort', 'state'],
        ['failures', '-f', 'csv', '--by', 'hour,device', '--sort=-hour'],
        ['failures', '-f', 'csv', '--by', 'correlationId,code', '--sort=-devices', '--top', '50'],
        ['devices', '-f', 'csv'], ['devices', '-f', 'csv', '--sort', 'protocol', '--top', '99'],
        ['devices', '-f', 'json', '--sort=-last_seen'], ['devices', '-f', 'table', '--sort', 'expected'],
        ['summary'], ['summary', '-f', 'json', '--top', '0'], ['summary', '-f', 'json', '--top', '3', '--failures']]
RESULTS = [('Success', 'Information', ''), ('Success', 'Information', ''), ('401002', 'Error', 'Unauthorized'),
           ('404104', 'Error', 'DeviceConnectionClosedRemotely'), ('429', 'Warning', "Throttled 'x'"), ('', 'Error', '401003')]


def record(rng, device, i):
    hub = rng.random() < 0.5
    result, level, text = rng.choice(RESULTS)
    properties = {'deviceId': device, 'protocol': rng.choice(['Mqtt', 'Amqp', '']), 'sdkVersion': 'v%d' % rng.randrange(9)}
    if device is None:
        properties = {'id': 'group-%d' % rng.randrange(5), 'type': 'Enrollment'}
    out = {
        'resourceId': '/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.DEVICES/' + ('IOTHUBS/H' if hub else 'PROVISIONINGSERVICES/D'),
        'operationName': rng.choice(['deviceConnect', 'RegistrationAttempt']), 'category': 'Connections', 'level': level,
        'resultType': result, 'resultDescription': text, 'correlationId': '%x' % (i if rng.random() < 0.9 else i // 2),
        'location': rng.choice(['westeurope', 'northeurope', None]), 'properties': json.dumps(properties)}
    if rng.random() > 0.02:
        out['time'] = '2026-11-%02dT%02d:%02d:%02d.%dZ' % (rng.randrange(1, 9), rng.randrange(24), rng.randrange(60),
                                                        rng.randrange(60), rng.randrange(10))
    return json.dumps(out, separators=(',', ':'))


def write(rng, path, devices, n):
    with open(path, 'w', encoding='utf-8') as file:
        for i in range(n):
            file.write(record(rng, devices(rng), i) + '\n')
    return path


def odd_device(rng):
    """Ids that are prefixes of each other, of other bytes, and none."""
    kind = rng.randrange(20)
    if kind == 0:
        return 'd' * rng.randrange(1, 300)
    if kind == 1:
        return 'n\u00e4her\0%d' % rng.randrange(100)
    return None if kind == 2 else 'press-%d' % rng.randrange(6000)


def run(program, command, path, *more, folder='/tmp'):
    ledger = path + '.ledger'
    done = subprocess.run([program, *command, '--ledger', ledger, *more, path], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=300, check=False, env=dict(os.environ, TMPDIR=folder))
    with open(ledger, 'rb') as file:
        return done.returncode, done.stdout, done.stderr, file.read()


def main():
    parser = argparse.ArgumentParser(description='Compares budgets of memory.')
    parser.add_argument('--dpslog', required=True)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--budgets', default='1,40K,200K,1M,3M')
    options = parser.parse_args()
    rng = random.Random(options.seed)
    counts = Counts()

    def count(good, *what):
        counts.check('seed %d: %s' % (options.seed, ' '.join(map(str, what))), good)

    with tempfile.TemporaryDirectory() as folder:
        paths = [write(rng, os.path.join(folder, 'many'), odd_device, 12000),
                 write(rng, os.path.join(folder, 'one'), lambda _: None, 6000),
                 write(rng, os.path.join(folder, 'few'), lambda r: 'press-%d' % r.randrange(40), 3000)]
        for command in COMMANDS:
            for path in paths:
                all_of_it = run(options.dpslog, command, path)
                for budget in options.budgets.split(','):
                    jobs = rng.choice('123')
                    count(run(options.dpslog, command, path, '--memory', budget, '-j', jobs, folder=folder) == all_of_it,
                          *command, os.path.basename(path), '--memory', budget, '-j', jobs)
        count(not [name for name in os.listdir(folder) if name.startswith('.')], 'temporary files were left')
        for command in COMMANDS:
            status, out, said, _ = run(options.dpslog, command, paths[0], '--memory', '1', folder=os.path.join(folder, 'absent'))
            count(status == 3 and not out and b'temporary files' in said and b'No such file' in said, *command,
                  'with no folder for temporary files', status, out[:80], said)
    print('seed %d' % options.seed)
    return counts.end()


if __name__ == '__main__':
    sys.exit(main())
