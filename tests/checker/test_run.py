#!/usr/bin/env python3
"""The generator and the runner, tested without the program.

A stand-in made of the reference itself must pass every case; each way of being wrong must be found; and the
generated data must hold what it is meant to hold.
"""

import contextlib
import io
import os
import stat
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import generate
import reading
import reference
import run

STAND_IN = '''#!%s
import json, sys
sys.path.insert(0, %r)
import reference, reading, story
arguments = sys.argv[1:]
if arguments[0] == 'history':
    data = reference.read_paths([arguments[-1]])
    device = next(r.device for r in data.logs if r.device and story.glob_of(r.device) == arguments[-2])
    told = story.story(data, device)
    for row in told['timeline']:
        row.update(meaning='', end_meaning='')
    json.dump({'devices': [{'device': device, **told}]}, sys.stdout)
    sys.exit(0)
at = arguments.index('--ledger')
ledger_path = arguments[at + 1]
del arguments[at:at + 2]
if '-f' in arguments:
    at = arguments.index('-f')
    del arguments[at:at + 2]
path = arguments.pop()
options = reference.parse_options(arguments)
data = reference.Input(reading.unpack(sys.stdin.buffer.read(), 0)) if path == '-' else reference.read_paths([path])
table = reference.table_for(data, options)
output, guarded = table.csv(not options.no_header, options.csv_raw)
part = table.ledger(data)
lost = bool(data.malformed or data.notes['partial_results'])
if guarded:
    part['notes']['guarded_cells'] = guarded
ledger = {'files': {'found': 1, 'read': int(not lost), 'damaged': int(lost), 'skipped': {}, 'failed': {}},
          'members': {'found': 0, 'read': 0, 'damaged': 0, 'skipped': {}, 'failed': {}},
          'bytes': {'compressed': 0, 'decoded': 0, 'records': 0, 'between': 0, 'malformed': 0, 'cut': 0},
          'records': part['records'], 'notes': part['notes'], 'copies': [], 'first': None, 'last': None,
          'complete': not lost, 'problems': []}
status = int(lost)
%s
sys.stdout.buffer.write(output)
json.dump(ledger, open(ledger_path, 'w'))
sys.exit(status)
'''


class Runner(unittest.TestCase):
    def run_with(self, change, only='1/lines_bad/gz'):
        """(status, what was printed) of a run against a stand-in with a flaw."""
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, 'stand-in')
            with open(program, 'w', encoding='utf-8') as file:
                file.write(STAND_IN % (sys.executable, os.path.dirname(os.path.abspath(__file__)), change))
            os.chmod(program, stat.S_IRWXU)
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                status = run.main(['--dpslog', program, '--only', only, '--keep', os.path.join(folder, 'kept')])
            return status, out.getvalue()

    def test_the_reference_agrees_with_itself(self):
        for only in ('1/mixed/*', '1/portal_csv/stdin'):
            status, text = self.run_with('', only)
            self.assertEqual((0, ' 0 failed\n'), (status, text[-10:]), text)

    def test_every_flaw_is_found(self):
        for change, words in (('output += b"\\n"', 'output differs'), ('output = output.replace(b"1", b"2", 1)', 'output differs'),
                              ('ledger["records"]["log"] += 1', 'log'), ('ledger["notes"]["untimed"] = 99', 'notes.untimed'),
                              ('for name in ("seen", "log", "successes"): ledger["records"][name] += 1', 'records.log'),
                              ('ledger["notes"]["guarded_cells"] = 99', 'guarded_cells'),
                              ('ledger["bytes"]["cut"] = 1', 'decoded'), ('status = 0', 'status 0, expected 1'),
                              ('status = 3', 'status 3'), ('sys.exit(1)', 'no ledger'), ('sys.stderr.write(chr(27))', 'control'),
                              ('del ledger["problems"]', 'problems'), ('del ledger["records"]["metric"]', 'metric')):
            status, text = self.run_with(change)
            self.assertEqual(1, status, change)
            self.assertIn(words, text)
            self.assertIn('--only 1/lines_bad/gz', text)

    def test_a_missing_program_is_a_failure(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertEqual(1, run.main(['--dpslog', '/nowhere']))
        self.assertTrue(out.getvalue().endswith('0 passed, 1 failed\n'))

    def test_every_key_and_option_occurs(self):
        named = {name for keys in run.KEY_SETS for name in keys.split(',')}
        self.assertLessEqual(set(reference.KEYS), named)
        given = {word.split('=')[0] for options in run.OPTION_SETS for word in options}
        self.assertLessEqual({*run.SELECTING, '--all', '--top', '--csv-raw', '--no-header', '--sort'}, given)


class Generated(unittest.TestCase):
    def load(self, seed, form, container='plain', n=60):
        with tempfile.TemporaryDirectory() as folder:
            return reference.read_paths([generate.generate(seed, form, container, n, folder)])

    def test_the_same_seed_gives_the_same_bytes(self):
        for form, container in (('lines', 'plain'), ('az', 'zip'), ('portal_csv', 'tar_gz'), ('mixed', 'bz2_streams')):
            copies = set()
            for _ in range(2):
                with tempfile.TemporaryDirectory() as folder:
                    with open(generate.generate(3, form, container, 20, folder), 'rb') as file:
                        copies.add(file.read())
            self.assertEqual(1, len(copies))

    def test_containers_do_not_change_what_is_in_them(self):
        for container in generate.containers():
            data = self.load(5, 'lines', container, 12)
            self.assertTrue(data.certain and len(data.logs) >= 6 and not data.malformed, container)

    def test_every_form_is_read_and_only_damages_are_damaged(self):
        reasons = {'lines_bad': 'syntax', 'lines_cut': 'cut_at_end', 'document_cut': 'cut_at_end', 'array_cut': 'cut_at_end',
                   'csv_width': 'row_width', 'csv_cut': 'cut_at_end', 'rest_partial': 'row_width'}
        for form in generate.FORMS:
            for seed in range(3):
                data = self.load(seed, form)
                self.assertTrue(data.certain, (form, seed))
                self.assertGreaterEqual(len(data.logs), 30, (form, seed))
                expected = {reasons[form]} if form in reasons else set()
                self.assertEqual(expected, set(data.malformed), (form, seed))

    def test_everything_awkward_occurs(self):
        states, services, seen = set(), set(), set()
        messages = ''
        for seed in range(3):
            for form in ('lines', 'document', 'az', 'portal_csv', 'portal_csv_day_first'):
                data = self.load(seed, form, n=150)
                table = reference.Table(data, ['device'], every=True)
                states |= {row[-1] for row in table.rows}
                services |= {record.service for record in data.logs}
                messages += ''.join(record.key('message') for record in data.logs)
                seen |= {note for note, number in data.notes.items() if number}
                seen |= {'metric'} if data.metric else set()
                seen |= {'other'} if data.other else set()
                seen |= {'enrollment'} if any(record.enrollment for record in data.logs) else set()
                seen |= {'guard'} if table.csv()[1] else set()
                seen |= {'no properties'} if any(not record.properties for record in data.logs) else set()
        self.assertEqual({'healthy', 'never', 'recovered', 'failing', ''}, states)
        self.assertEqual({'dps', 'hub', None}, services)
        self.assertEqual({'repaired', 'properties_unreadable', 'no_device', 'no_code', 'untimed', 'metric', 'other',
                          'enrollment', 'guard', 'no properties'}, seen)
        for word in ('<device>', '<str>', '<guid>', '<time>', '<ip>', '<n>'):
            self.assertIn(word, messages)


if __name__ == '__main__':
    unittest.main()
