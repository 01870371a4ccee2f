"""Other programs on the same data. Those that can answer the question, or a part of it, are asked it and their answers compared.

The question is: which devices fail with which resultType, how often, first and last. dpslog says more than that (records, rates,
states, last successes), the others are asked no more than this.
"""

import csv
import os
import shutil
import subprocess
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))

# command(files, bench): its arguments; answer(path of its output): rows like those of dpslog, or a number of failures.
# stdin: the one file is its standard input. slow: its first run is enough. own_time: it says itself how long it took.
Peer = namedtuple('Peer', 'name program command answer stdin slow own_time', defaults=(None, False, False, False))

JQ = '''reduce (inputs | select(.resultType != "Success")) as $r ({};
    .[($r.properties | fromjson | .id) + "," + $r.resultType] |= (
        if . == null then [1, $r.time, $r.time] else [.[0] + 1, ([.[1], $r.time] | min), ([.[2], $r.time] | max)] end))
    | to_entries[] | [.key, .value[]] | join(",")'''

MILLER = ['--ijsonl', '--ocsv', '-S', '--headerless-csv-output', 'filter', '$resultType != "Success"', 'then', 'json-parse',
          '-f', 'properties', 'then', 'put', '$device = $properties["id"]', 'then', 'stats1', '-a', 'count,min,max', '-f', 'time', '-g',
          'device,resultType']

SQL = '''copy (select json_extract_string(properties, '$.id'), resultType, count(*), min(time), max(time) from %s
    where resultType <> 'Success' group by all) to '%s' (format csv, header false)'''
DECLARED = "read_json('%s', format='newline_delimited', columns={time: 'VARCHAR', resultType: 'VARCHAR', properties: 'VARCHAR'})"
GUESSED = "read_json_auto('%s')"


def time_of(text):
    """Times as dpslog writes them; DuckDB has made a timestamp of its own of some."""
    date, clock = text.replace(' ', 'T').rstrip('Z').split('T')
    whole, _, fraction = clock.partition('.')
    return '%sT%s.%sZ' % (date, whole, (fraction + '000000')[:6])


def rows_of(path):
    with open(path, newline='', encoding='utf-8') as file:
        return {(device, result): (int(n), time_of(first), time_of(last)) for device, result, n, first, last in csv.reader(file)}


def number_of(path):
    with open(path, encoding='utf-8') as file:
        return int(file.read().split()[0])


def duckdb(source):
    def command(files, bench):
        return ['node', os.path.join(HERE, 'duckdb.mjs'), bench.peers, SQL % (source % files[0], bench.output)]
    return command


def unpack_each(program):
    return lambda files, bench: ['sh', '-c', 'for file; do %s -dc "$file" || exit 1; done' % program, 'sh', *files]


PEERS = {peer.name: peer for peer in (
    Peer('wc', 'wc', lambda files, bench: ['wc', '-l', *files]),
    Peer('cat', 'cat', lambda files, bench: ['cat', *files]),
    Peer('true', 'true', lambda files, bench: [shutil.which('true')]),
    Peer('igzip', 'igzip', unpack_each('igzip')),
    Peer('zstd', 'zstd', unpack_each('zstd')),
    Peer('json_verify', 'json_verify', lambda files, bench: ['json_verify', '-q', '-s'], stdin=True),
    Peer('grep', 'grep', lambda files, bench: ['grep', '-cv', '"resultType":"Success"', *files], number_of),
    Peer('jq', 'jq', lambda files, bench: ['jq', '-rn', JQ, *files], rows_of, slow=True),
    Peer('miller', 'mlr', lambda files, bench: ['mlr', *MILLER, *files], rows_of, slow=True),
    Peer('duckdb', 'node', duckdb(DECLARED), rows_of, own_time=True),
    Peer('duckdb_auto', 'node', duckdb(GUESSED), rows_of, own_time=True),
)}

SHOWN = {'wc': '`wc -l`', 'igzip': '`igzip -dc`', 'zstd': '`zstd -dc`', 'json_verify': '`json_verify -s`', 'grep': '`grep -c`',
         'duckdb': 'DuckDB, columns declared', 'duckdb_auto': 'DuckDB, `read_json_auto`', 'miller': 'Miller'}


def shown(name):
    return SHOWN.get(name, '`%s`' % name)


def install_duckdb(folder):
    os.makedirs(folder, exist_ok=True)
    subprocess.run(['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', folder,
                    '@duckdb/node-api'], check=True, stdout=subprocess.DEVNULL)


def why_missing(peer, folder):
    """None if it is there."""
    if shutil.which(peer.program) is None:
        return '%s is not installed' % peer.program
    if peer.name.startswith('duckdb') and not os.path.isdir(os.path.join(folder, 'node_modules', '@duckdb')):
        return '@duckdb/node-api is not in %s (--install puts it there)' % folder
    return None
