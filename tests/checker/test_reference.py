#!/usr/bin/env python3
"""Hand-worked examples for every rule that the reference implements.

The reference judges the program, so it must be trusted on its own account: each expectation here was worked out
from the description of the rules, not from a run.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import reading
import reference
import run
from reference import Record, Selection, Table, template

DPS = '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/PROVISIONINGSERVICES/Dps-1'
HUB = '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/hub-1'


def parse(text):
    """The first value of a JSON text, as the reader makes it."""
    return reading.decode_at(reading.decode_text(text.encode() if isinstance(text, str) else text), 0)[0]


def record(text='{}', is_row=False, **members):
    """A record from JSON text, or from members that make a hub log record unless they say otherwise."""
    if members:
        members.setdefault('operationName', 'deviceConnect')
        text = json.dumps(members)
    return Record(parse(text), is_row)


def load(text):
    """What a single source holds."""
    return reference.Input([text.encode() if isinstance(text, str) else text])


def lines(*members):
    return ''.join(json.dumps({'operationName': 'x', **each}) + '\n' for each in members)


def failures(text, by='device', **options):
    """The CSV of `failures` without its header, split into lines."""
    names = ('every', 'top', 'sort')
    selection = Selection(**{name: value for name, value in options.items() if name not in names})
    table = Table(load(text), by.split(','), selection, **{n: v for n, v in options.items() if n in names})
    return table.csv()[0].decode().splitlines()[1:]


class Values(unittest.TestCase):
    def test_numbers_keep_their_text_and_bools_are_words(self):
        entry = record('{"operationName":true,"resultType":1e3,"correlationId":-0.50,"category":404}')
        self.assertEqual(('true', '1e3', '-0.50', '404'),
                         (entry.operation, entry.result_type, entry.key('correlationId'), entry.category))

    def test_large_numbers_are_not_rounded(self):
        self.assertEqual('9' * 5000, record('{"operationName":1,"resultType":%s}' % ('9' * 5000)).result_type)

    def test_objects_and_arrays_are_none(self):
        entry = record('{"operationName":"a","resultType":{"a":1},"category":["x"]}')
        self.assertEqual(('', ''), (entry.key('resultType'), entry.key('category')))

    def test_white_space_is_trimmed_and_blank_is_none(self):
        entry = record(operationName=' \t deviceConnect\r\n', resultType=' \t', category='')
        self.assertEqual(('deviceConnect', None, None), (entry.operation, entry.result_type, entry.category))

    def test_only_four_bytes_are_white_space(self):
        self.assertEqual('\u00a0a\x0b', record(operationName=' \u00a0a\x0b ').operation)

    def test_none_is_a_value_unless_tabular(self):
        self.assertEqual('None', record(resultType='None').result_type)
        self.assertIsNone(record(resultType='None', TimeGenerated='x').result_type)
        self.assertIsNone(record(resultType=' None ', tablename='PrimaryResult').result_type)
        self.assertIsNone(record('{"operationName":"a","resultType":"None"}', is_row=True).result_type)
        entry = record(TimeGenerated='', properties={'deviceId': 'None', 'registrationId': 'r'})
        self.assertEqual('r', entry.device)
        self.assertEqual('None', record(properties={'deviceId': 'None'}).device)

    def test_invalid_utf8_is_one_mark_for_each_maximal_part(self):
        for raw, expected in ((b'\xff', '\ufffd'), (b'\xe2\x82', '\ufffd'), (b'\xe2\x82\xff', '\ufffd\ufffd'),
                              (b'\xed\xa0\x80', '\ufffd' * 3), (b'\xc0\xaf', '\ufffd' * 2),
                              (b'\xf0\x9f\x98', '\ufffd'), (b'\xf5\x80\x80\x80', '\ufffd' * 4)):
            entry = Record(parse(b'{"operationName":"a' + raw + b'b"}'))
            self.assertEqual('a' + expected + 'b', entry.operation)
            self.assertTrue(entry.repaired)

    def test_lone_surrogates_are_one_mark_each(self):
        self.assertEqual('\ufffdA', record(r'{"operationName":"\ud800A"}').operation)
        self.assertEqual('\ufffd\ufffd', record(r'{"operationName":"\udc00\ud800"}').operation)
        self.assertEqual('\ufffd\U00010000', record(r'{"operationName":"\ud800\ud800\udc00"}').operation)
        self.assertFalse(record(r'{"operationName":"\ud83d\ude00"}').repaired)

    def test_repair_is_noted_for_names_and_within_properties(self):
        self.assertTrue(record(r'{"operationName":"a","\ud800":1}').repaired)
        self.assertTrue(record(r'{"operationName":"a","properties":{"x":["\udfff"]}}').repaired)
        self.assertTrue(record(r'{"operationName":"a","properties":"{\"deviceId\":\"\\ud800\"}"}').repaired)

    def test_a_zero_byte_is_a_character(self):
        self.assertEqual('a\0b', record(r'{"operationName":"a\u0000b"}').operation)

    def test_names_ignore_ascii_case_only(self):
        self.assertEqual('x', record('{"OPERATIONNAME":"x"}').operation)
        self.assertEqual('other', record('{"categor\u00ff":"x","\u212aind":1}').kind)

    def test_the_last_of_equal_names_with_a_value_wins(self):
        for text, expected in (('"category":"a","Category":"b"', 'b'), ('"category":"a","Category":null', 'a'),
                               ('"category":"a","CATEGORY":" "', 'a'), ('"category":"a","category":"None"', 'a'),
                               ('"category":null,"category":"None"', 'None'), ('"category":"None","category":""', None),
                               ('"category":"a","category":{}', None), ('"category":"a","category":false', 'false')):
            self.assertEqual(expected, record('{"operationName":"o",%s}' % text).category, text)

    def test_first_alias_with_a_value_wins(self):
        entry = record('{"operationName":"o","location":" ","location_s":"west","time":null,'
                       '"timeStamp":"2026-01-02T03:04:05Z","EventTimeString":"2020-01-01T00:00:00Z"}')
        self.assertEqual('west', entry.key('location'))
        self.assertEqual('2026-01-02T03:04:05.000000Z', reference.format_time(entry.time))
        self.assertIsNone(record(time='yesterday', timeStamp='2026-01-02T03:04:05Z').time)

    def test_caller_address_falls_back_to_the_masked_one(self):
        self.assertEqual('1.2.3.XXX', record(properties={'maskedIpAddress': '1.2.3.XXX'}).key('callerIpAddress'))
        self.assertEqual('a', record(callerIPAddress='a', properties={'maskedIpAddress': 'b'}).key('callerIpAddress'))


class Properties(unittest.TestCase):
    def test_object_string_and_columns(self):
        self.assertEqual('d', record(properties={'DEVICEID': 'd'}).device)
        self.assertEqual('d', record(properties=' {"deviceId":"d"} ').device)
        self.assertEqual('d', record(properties_s='{"deviceId":"d"}').device)
        self.assertEqual('7', record(properties_deviceId_d=7).device)
        self.assertEqual('x', record(Properties_a_b_G='x').key('properties.A_B'))

    def test_the_object_wins_over_columns_where_it_has_a_value(self):
        entry = record(properties={'deviceId': 'a', 'protocol': None}, properties_deviceId_s='b',
                       properties_protocol_s='Mqtt')
        self.assertEqual(('a', 'Mqtt'), (entry.device, entry.key('protocol')))

    def test_numbers_bools_and_arrays_are_no_properties(self):
        for raw in (1, True, [], '', None):
            entry = record(properties=raw, properties_s='{"deviceId":"d"}')
            self.assertEqual(('d', False), (entry.device, entry.unreadable), raw)

    def test_unreadable_text_stops_the_search(self):
        for raw in ("{'deviceId':'x'}", '[1]', 'text', '{"a":1', '"{\\"deviceId\\":\\"x\\"}"', '{"a":NaN}', '{"a":"\t"}'):
            entry = record(properties=raw, properties_s='{"deviceId":"d"}')
            self.assertEqual((None, True, 'log'), (entry.device, entry.unreadable, entry.kind), raw)

    def test_an_empty_object_is_a_value(self):
        entry = record(properties={}, properties_s='{"deviceId":"d"}')
        self.assertEqual((None, False), (entry.device, entry.unreadable))

    def test_additional_fields(self):
        self.assertEqual('d', record(AdditionalFields={'properties': {'deviceId': 'd'}}).device)
        self.assertEqual('d', record(AdditionalFields='{"Properties":"{\\"deviceId\\":\\"d\\"}"}').device)

    def test_a_member_that_holds_json_is_given_as_logged(self):
        text = '{"scope":"device","type":"sas"}'
        self.assertEqual(text, record(properties={'authType': text}).key('properties.authType'))
        self.assertEqual('', record(properties={'authType': {'scope': 'device'}}).key('properties.authType'))

    def test_a_name_is_never_a_path(self):
        self.assertEqual('x', record(properties={'a.b': 'x', 'a': {'b': 'y'}}).key('properties.a.b'))


class Kinds(unittest.TestCase):
    def kind(self, **members):
        return Record(parse(json.dumps(members))).kind

    def test_a_metric_is_a_metric_whatever_else_is_there(self):
        self.assertEqual('metric', self.kind(MetricName='x', operationName='y', resourceId='/PROVIDERS/OTHER/X/y'))
        self.assertEqual('log', self.kind(metricName=' ', operationName='y'))
        self.assertEqual('log', self.kind(metricName='None', operationName='y', TimeGenerated=''))

    def test_one_of_three_members_is_needed(self):
        for name in ('operationName', 'category', 'resultType'):
            self.assertEqual('log', self.kind(**{name: 'x'}))
            self.assertEqual('other', self.kind(**{name: None}))
        self.assertEqual('other', self.kind(resourceId=HUB, level='Error'))

    def test_scalars_are_other(self):
        self.assertEqual(['other'] * 4, [Record(value).kind for value in (None, True, 'x', reading.Number('1'))])

    def test_provider_of_the_resource_id(self):
        self.assertEqual('log', self.kind(category='x', resourceId='//subscriptions/s/providers//Microsoft.Devices/IotHubs/h/'))
        self.assertEqual('other', self.kind(category='x', resourceId=HUB.replace('DEVICES', 'STORAGE')))
        self.assertEqual('other', self.kind(category='x', resourceId='hub-1', ResourceProvider='MICROSOFT.DEVICES'))
        self.assertEqual('other', self.kind(category='x', resourceId='/PROVIDERS/A/B/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/h'))
        self.assertEqual('log', self.kind(category='x', resourceId='', _ResourceId=HUB.lower()))

    def test_provider_column_only_without_a_resource_id(self):
        self.assertEqual('log', self.kind(category='x', ResourceProvider='microsoft.devices'))
        self.assertEqual('other', self.kind(category='x', ResourceProvider='MICROSOFT.STORAGE'))
        self.assertEqual('log', self.kind(category='x', ResourceProvider='MICROSOFT.STORAGE', resourceId=HUB))

    def test_service(self):
        self.assertEqual('dps', record(resourceId=DPS, category='Connections').service)
        self.assertEqual('hub', record(resourceId=HUB.lower(), category='DeviceOperations').service)
        self.assertIsNone(record(resourceId='/PROVIDERS/MICROSOFT.DEVICES/OTHERS/x', ResourceType='IOTHUBS').service)
        self.assertEqual('dps', record(ResourceType='ProvisioningServices').service)
        self.assertEqual('dps', record(resourceId='/PROVIDERS/MICROSOFT.DEVICES', ResourceType='PROVISIONINGSERVICES').service)
        self.assertEqual('dps', record(category='deviceoperations').service)
        self.assertEqual('dps', record(category='ServiceOperations').service)
        self.assertEqual('hub', record(category='x').service)

    def test_resource_is_the_last_segment_in_upper_case(self):
        self.assertEqual('DPS-1', record(resourceId=DPS, Resource='other').resource)
        self.assertEqual('MINE\u00e9', record(Resource='mine\u00e9').resource)


class Who(unittest.TestCase):
    def test_order(self):
        members = {'deviceId': 'a', 'registrationId': 'b', 'id': 'c', 'type': 'registration'}
        top = {'deviceId': 'd', 'registrationId': 'e', 'deviceId_s': 'f', 'registrationId_s': 'g'}
        for expected in 'abcdefg':
            self.assertEqual(expected, record(properties=members, **top).device)
            for source in (members, top):
                for name in [name for name, value in source.items() if value == expected]:
                    del source[name]
        self.assertIsNone(record(properties=members, **top).device)

    def test_id_is_the_device_only_for_registrations(self):
        entry = record(properties={'id': 'r', 'type': 'REGISTRATION'})
        self.assertEqual(('r', None), (entry.device, entry.enrollment))
        entry = record(properties={'id': 'r'}, category='deviceOperations')
        self.assertEqual(('r', None), (entry.device, entry.enrollment))
        entry = record(properties={'id': 'r'}, category='ServiceOperations')
        self.assertEqual((None, 'r'), (entry.device, entry.enrollment))
        entry = record(properties={'id': 'r', 'type': 'EnrollmentGroup'}, category='DeviceOperations')
        self.assertEqual((None, 'r'), (entry.device, entry.enrollment))

    def test_id_is_the_enrollment_where_it_is_not_the_device(self):
        entry = record(properties={'id': 'r', 'deviceId': 'd', 'type': 'Registration'})
        self.assertEqual(('d', 'r'), (entry.device, entry.enrollment))

    def test_ids_keep_their_case(self):
        self.assertEqual(['A,1,1,1.000000,,,,never', 'a,1,1,1.000000,,,,never'],
                         failures(lines({'level': 'Error', 'deviceId': 'a'}, {'level': 'Error', 'deviceId': 'A'})))


class Outcome(unittest.TestCase):
    def failed(self, **members):
        return record(**members).is_failure

    def test_levels(self):
        for raw, word in (('critical', 'Critical'), ('ERROR', 'Error'), (1, 'Critical'), ('2', 'Error')):
            self.assertEqual((True, word), (self.failed(level=raw), record(level=raw).key('level')))
        for raw, word in (('Warning', 'Warning'), (3, 'Warning'), ('Information', 'Informational'),
                          ('informational', 'Informational'), (4, 'Informational'), ('5', 'Verbose'),
                          ('verbose', 'Verbose'), ('Notice', 'Notice'), (6, '6'), (4.5, '4.5'), (0, '0')):
            self.assertEqual((False, word), (self.failed(level=raw), record(level=raw).key('level')))

    def test_result_types(self):
        for good in ('Success', 'succeeded', 'SUCCESSFUL', 'ok', 'Accepted', 'Created', 'Completed', 'Started', 'Start',
                     'InProgress', 'None', '0', 0, 200, '302', '100', 200001, '', None):
            self.assertFalse(self.failed(resultType=good), good)
        for bad in ('Failure', 'ClientError', '404', 404104, '500', '00', '20', '2000', '200.0', 'Success!', '999', True):
            self.assertTrue(self.failed(resultType=bad), bad)

    def test_signatures_and_status_codes(self):
        for bad in ('401', 401, '404 Not Found', '4041', '503x', '4xx', '5XX', 404104):
            self.assertTrue(self.failed(resultSignature=bad), bad)
            self.assertTrue(self.failed(properties={'statusCode': bad}), bad)
        for good in ('', None, 'OK', '200', '4X', '4XXX', ' 4 01', '40', '3XX', '600', 'E401'):
            self.assertFalse(self.failed(resultSignature=good), good)
            self.assertFalse(self.failed(properties={'statusCode': good}), good)

    def code(self, **members):
        return record(**members).code

    def test_a_success_has_no_code(self):
        self.assertIsNone(self.code(resultType='Success', resultDescription='404104'))

    def test_a_six_digit_result_type_is_the_code(self):
        self.assertEqual('404104', self.code(resultType=404104, resultDescription='401002', resultSignature='500'))

    def test_a_number_in_the_description_that_agrees(self):
        self.assertEqual('401002', self.code(resultType='ClientError', resultDescription='x(401002): y'))
        self.assertEqual('401002', self.code(resultType='ClientError', resultSignature=401, resultDescription='401002'))
        self.assertEqual('401002', self.code(resultType='x', resultSignature='401002', resultDescription='401002'))
        self.assertEqual('404104', self.code(resultType='404', resultSignature='401', resultDescription='404104'))
        self.assertEqual('401002', self.code(resultType='x', resultSignature='4xx', resultDescription='_401002_'))
        self.assertEqual('500001', self.code(resultType='x', properties={'statusCode': '5XX', 'errorMessage': '500001'}))

    def test_a_number_that_does_not_agree(self):
        self.assertEqual('404', self.code(resultType='x', resultSignature='404', resultDescription='401002 404001'))
        self.assertEqual('401003', self.code(resultType='x', resultSignature='401003', resultDescription='401002'))
        self.assertIsNone(self.code(resultType='x', resultSignature='5XX', resultDescription='401002'))
        self.assertEqual('429', self.code(resultType='x', resultSignature='5XX', resultDescription='401002',
                                          properties={'statusCode': 429}))

    def test_only_numbers_of_that_kind_are_looked_at(self):
        self.assertEqual('401002', self.code(resultType='x', resultDescription='123456 4010021 a401001 401001a 401002'))
        self.assertIsNone(self.code(resultType='x', resultDescription='iothub404104'))
        self.assertEqual('401002', self.code(resultType='x', resultDescription='none', properties={'errorMessage': '401002'}))
        self.assertEqual('404', self.code(resultType='404', resultDescription='401002', properties={'errorMessage': '404001'}))

    def test_else_the_first_signature_that_is_a_code(self):
        self.assertEqual('404', self.code(resultType='404'))
        self.assertEqual('401', self.code(resultType='ClientError', resultSignature='4XX', properties={'statusCode': '401'}))
        self.assertEqual('401002', self.code(resultType='ClientError', resultSignature='401002'))
        self.assertIsNone(self.code(resultType='ClientError', resultSignature='401 Unauthorized'))
        self.assertIsNone(self.code(level='Error'))


class Messages(unittest.TestCase):
    def check(self, text, expected, device=None):
        self.assertEqual(expected, template(text, device))

    def test_source(self):
        self.assertEqual('', record(operationName='x').key('message'))
        self.assertEqual('a', record(resultDescription='a', properties={'errorMessage': 'b'}).key('message'))
        self.assertEqual('b', record(resultDescription=' ', properties={'errorMessage': 'b'}).key('message'))

    def test_device(self):
        self.check('press-1: press-1.', '<device>: <device>.', 'press-1')
        self.check('press-12 xpress-1', 'press-<n> xpress-<n>', 'press-1')
        self.check('404104', '<device>', '404104')
        self.check('a.b_a.b', '<device>_<device>', 'a.b')

    def test_str(self):
        self.check("id 'a b' and \"c\" ", "id <str> and <str> ")
        self.check("don't say 'no'x 'yes'", "don't say 'no'x <str>")
        self.check("'a 401002 \"b' c\"", '<str> c"')
        self.check('{"a":"b c","n":12}', '{"a":"b c","n":<n>}')
        self.check("'open", "'open")

    def test_guid(self):
        self.check('id 8ad0463c-6427-4479-9DFA-3e8bb7003e9b.', 'id <guid>.')
        self.check('0123456789abcdef 0123456789ABCDEF01', '<guid> <guid>')
        self.check('x0123456789abcdef', 'x<n>abcdef')
        self.check('abcdefabcdefabc abcdefabcdefabcg', 'abcdefabcdefabc abcdefabcdefabcg')
        self.check('1234567890123456', '<guid>')

    def test_time(self):
        self.check('2026-11-02T03:14:07.1234567Z', '<time>')
        self.check('at 2026-11-02 03:14:07+01:00, x', 'at <time>, x')
        self.check('TimeStamp:12/10/2020 06:42:31', 'TimeStamp:<time>')
        self.check('1/9/2026, 9:07:25 AM.', '<time>.')
        self.check('26/02/2025 11:58:34.221\u202fPM!', '<time>!')
        self.check('x2026-11-02T03:14:07Z', 'x<n>-<n>-<n>T<n>:<n>:<n>Z')
        self.check('2026-11-02', '<n>-<n>-<n>')

    def test_ip(self):
        self.check('from 24.9.142.XXX, 10.0.0.1:62289', 'from <ip>, <ip>')
        self.check('1.2.3.4. v1.2.3.4 1.2.3.4.5', '<ip>. v<n>.<n>.<n>.<n> <n>.<n>.<n>.<n>.<n>')
        self.check('10.XXX.XXX.XXX XXX.1.1.1 1.2.3.4567', '<ip> XXX.<n>.<n>.<n> <n>.<n>.<n>.<n>')
        self.check('fe80::1 ::1 2001:db8:0:0:0:0:2:1', '<ip> <ip> <ip>')
        self.check('1:2:3 a::b::c 12345::1 xfe80::1', '<n>:<n>:<n> a::b::c <n>::<n> xfe<n>::<n>')

    def test_n(self):
        self.check('a1b22 404 401002 4010021 999 123456', 'a<n>b<n> 404 401002 <n> <n> <n>')
        self.check('iothub404104', 'iothub404104')


class Times(unittest.TestCase):
    def iso(self, text):
        time = reference.parse_iso(text)
        return None if time is None else reference.format_time(time)

    def test_accepted(self):
        for text, expected in (
                ('2026-11-02T03:14:07Z', '2026-11-02T03:14:07.000000Z'),
                ('2026-11-02t03:14:07.1z', '2026-11-02T03:14:07.100000Z'),
                ('2026-11-02 03:14:07', '2026-11-02T03:14:07.000000Z'),
                ('2026-11-02T03:14:07.12345699999999999999', '2026-11-02T03:14:07.123456Z'),
                ('2026-11-02T03:14:07+05:30', '2026-11-01T21:44:07.000000Z'),
                ('2026-11-02T03:14:07.5-23:59', '2026-11-03T03:13:07.500000Z'),
                ('2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000Z'),
                ('0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'),
                ('9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z')):
            self.assertEqual(expected, self.iso(text))

    def test_refused(self):
        for text in ('2026-11-02', '2026-11-02T03:14:60Z', '2026-11-02T24:00:00Z', '2023-02-29T00:00:00Z',
                     '2026-13-01T00:00:00Z', '2026-11-02T03:14:07+24:00', '2026-11-02T03:14:07+01:60',
                     '2026-11-02T03:14:07 Z', '2026-11-02T03:14Z', '0000-01-01T00:00:00Z', '1700000000',
                     '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00', '2026-11-02T03:14:07+0100', ''):
            self.assertIsNone(self.iso(text), text)

    def csv_times(self, *cells, column='TimeGenerated [UTC]'):
        text = column + ',OperationName\n' + ''.join('"%s",x\n' % cell for cell in cells)
        return [reference.format_time(entry.time) for entry in load(text).logs]

    def test_month_first_unless_something_says_otherwise(self):
        self.assertEqual(['2023-06-09T09:07:25.000000Z', '2023-06-09T00:00:00.000000Z', '2023-06-09T12:00:00.000000Z',
                          '2023-12-31T13:00:00.500000Z'],
                         self.csv_times('6/9/2023, 9:07:25 AM', '6/9/2023 12:00:00\u202fAM', '6/9/2023, 12:00:00 PM',
                                        '12/31/2023, 13:00:00.5'))

    def test_day_first_for_the_whole_file(self):
        self.assertEqual(['2023-09-06T09:07:25.000000Z', '2025-02-26T11:58:34.221000Z', '', '2026-01-02T03:04:05.000000Z'],
                         self.csv_times('6/9/2023, 9:07:25 AM', '26/02/2025, 11:58:34.221', '12/31/2023, 1:00:00',
                                        '2026-01-02T03:04:05Z'))

    def test_portal_times_refused(self):
        self.assertEqual([''] * 5, self.csv_times('6/9/2023, 13:00:00 AM', '6/9/2023, 0:00:00 PM', '2/30/2023, 1:00:00',
                                                  '6/9/23, 1:00:00', '6/9/2023'))

    def test_portal_times_only_in_csv(self):
        self.assertIsNone(record(time='6/9/2023, 9:07:25 AM').time)

    def test_spans(self):
        entry = record(time='1969-12-31T23:59:59.5Z')
        self.assertEqual(['1969-12-31T23:59:00.000000Z', '1969-12-31T23:00:00.000000Z', '1969-12-31T00:00:00.000000Z'],
                         [entry.key(name) for name in ('minute', 'hour', 'day')])
        self.assertEqual('', record(time='never').key('hour'))


class States(unittest.TestCase):
    def state(self, *events):
        """The state after (service, failed, second) events; second None is untimed."""
        device = reference.Device()
        for service, failed, second in events:
            entry = record(resourceId=DPS if service == 'dps' else HUB, resultType='500' if failed else '',
                           time='' if second is None else '2026-01-01T00:00:%02dZ' % second)
            device.add(entry, True)
        return device.state

    def test_states(self):
        for expected, events in (
                ('healthy', [('hub', False, 1)]),
                ('healthy', [('dps', False, None)]),
                ('never', [('hub', True, 1), ('dps', True, None)]),
                ('recovered', [('hub', True, 1), ('hub', False, 2)]),
                ('failing', [('hub', True, 2), ('hub', False, 1)]),
                ('failing', [('hub', True, 2), ('hub', False, 2)]),
                ('failing', [('hub', True, 1), ('dps', False, 2)]),
                ('recovered', [('dps', True, 1), ('hub', False, 2)]),
                ('recovered', [('dps', True, 1), ('dps', False, 2)]),
                ('failing', [('dps', True, 3), ('hub', False, 2), ('hub', True, 1)]),
                ('failing', [('hub', True, 1), ('dps', True, 1), ('dps', False, 2)]),
                ('failing', [('hub', True, None), ('hub', False, 2)]),
                ('failing', [('hub', True, 1), ('hub', False, None)]),
                ('recovered', [('hub', True, None), ('hub', True, 1), ('hub', False, 2), ('hub', False, None)])):
            self.assertEqual(expected, self.state(*events), events)

    def test_services_other_than_dps_count_as_hub(self):
        other = HUB.replace('IOTHUBS', 'OTHERS')
        text = lines({'resourceId': other, 'deviceId': 'd', 'level': 'Error', 'time': '2026-01-01T00:00:00Z'},
                     {'resourceId': HUB, 'deviceId': 'd', 'time': '2026-01-01T00:00:01Z'})
        self.assertEqual(['d,2,1,0.500000,2026-01-01T00:00:00.000000Z,2026-01-01T00:00:00.000000Z,'
                          '2026-01-01T00:00:01.000000Z,recovered'], failures(text))


class Failures(unittest.TestCase):
    def test_order_and_rates(self):
        text = lines(*[{'deviceId': name, 'resultType': kind} for name, kind in
                       (('b', '500'), ('a', '500'), ('c', '500'), ('c', '500'), ('b', ''), ('b', ''), ('z', ''))])
        self.assertEqual(['c,2,2,1.000000,,,,never', 'a,1,1,1.000000,,,,never', 'b,3,1,0.333333,,,,failing'],
                         failures(text))
        self.assertEqual('z,1,0,0.000000,,,,healthy', failures(text, every=True)[-1])
        self.assertEqual(['c,2,2,1.000000,,,,never'], failures(text, top=1))
        self.assertEqual(['a', 'z', 'c', 'b'], [line[0] for line in failures(text, sort='records', every=True)])
        self.assertEqual(['b', 'c', 'a', 'z'], [line[0] for line in failures(text, sort='-records', every=True)])

    def test_columns_without_device(self):
        text = lines({'deviceId': 'a', 'resultType': '500', 'time': '2026-01-01T00:00:02Z'},
                     {'deviceId': 'a', 'resultType': '500', 'time': '2026-01-01T00:00:01Z'},
                     {'deviceId': 'b', 'resultType': '500'}, {'resultType': '500'}, {'deviceId': 'c'})
        self.assertEqual(['500,4,4,1.000000,2,2026-01-01T00:00:01.000000Z,2026-01-01T00:00:02.000000Z'],
                         failures(text, 'resultType'))
        table = Table(load(text), ['hour', 'device'])
        self.assertEqual('hour,device,records,failures,failure_rate,first_failure,last_failure,last_success,state',
                         table.csv()[0].decode().split('\n')[0])

    def test_the_empty_device_has_no_state(self):
        self.assertEqual([',1,1,1.000000,2026-01-01T00:00:02.000000Z,2026-01-01T00:00:02.000000Z,,'],
                         failures(lines({'resultType': '500', 'time': '2026-01-01T00:00:02Z'}, {}), result='500'))

    def test_bytewise_order_of_raw_values(self):
        names = ['\u00e9', 'Z', 'a', '-a', '=', '"', '\U00010000', '\uffff', '']
        text = lines(*[{'category': name, 'resultType': '500'} for name in names])
        cells = [line.rsplit(',', 6)[0] for line in failures(text, 'category')]
        self.assertEqual(['', '""""', "'-a", "'=", 'Z', 'a', '\u00e9', '\uffff', '\U00010000'], cells)

    def test_guard_and_quotes(self):
        names = ['=1+1', '+1', '-1', '@x', 'a,b', 'a"b', 'a\nb', 'a\rb', 'a;b', "'a"]
        table = Table(load(lines(*[{'category': name, 'resultType': '500'} for name in names])), ['category'])
        cells, guarded = table.csv(header=False)
        expected = {"'=1+1", "'+1", "'-1", "'@x", '"a,b"', '"a""b"', '"a\nb"', '"a\rb"', 'a;b', "'a"}
        rest = ',1,1,1.000000,0,,\n'
        self.assertEqual(expected, set(cells.decode().split(rest)[:-1]))
        self.assertEqual(4, guarded)
        self.assertIn(b'\n=1+1,', table.csv(raw=True)[0])
        self.assertEqual(0, table.csv(raw=True)[1])

    def test_key_names_print_as_given(self):
        table = Table(load(''), ['properties.Some', 'code'])
        self.assertEqual(b'properties.Some,code,records,failures,failure_rate,devices,first_failure,last_failure\n',
                         table.csv()[0])


class Selections(unittest.TestCase):
    TEXT = lines({'deviceId': 'd-1', 'resultType': '404104', 'time': '2026-01-01T00:00:01Z', 'category': 'Connections'},
                 {'deviceId': 'd-1', 'time': '2026-01-01T00:00:02Z', 'category': 'Connections'},
                 {'deviceId': 'd-2', 'resultType': 'ClientError', 'resultSignature': '401', 'category': 'Routes'},
                 {'deviceId': 'D-3', 'resultType': 'clienterror', 'resultDescription': '401002',
                  'operationName': 'Register', 'time': '2026-01-01T00:00:03Z'})

    def pick(self, **options):
        return [line.split(',')[0] for line in failures(self.TEXT, 'device', every=True, **options)]

    def test_time(self):
        at = [reference.parse_bound('2026-01-01T00:00:0%dZ' % second) for second in range(5)]
        self.assertEqual(['D-3', 'd-1'], self.pick(since=at[2]))
        self.assertEqual(['d-1'], self.pick(until=at[2]))
        self.assertEqual([], self.pick(since=at[4]))
        self.assertEqual(reference.parse_bound('2026-01-01'), at[0])

    def test_lists_and_globs(self):
        self.assertEqual(['d-1', 'd-2'], self.pick(device='d-*'))
        self.assertEqual(['D-3', 'd-2'], self.pick(device='[dD]-[23]'))
        self.assertEqual(['D-3', 'd-2'], self.pick(result='CLIENTERROR'))
        self.assertEqual(['d-1'], self.pick(result=''))
        self.assertEqual(['D-3', 'd-2'], self.pick(code='401'))
        self.assertEqual(['D-3', 'd-1'], self.pick(code='404104,401002'))
        self.assertEqual(['d-1'], self.pick(code=''))
        self.assertEqual(['d-1'], self.pick(category='CONN*'))
        self.assertEqual(['D-3'], self.pick(category=''))
        self.assertEqual(['D-3'], self.pick(operation='reg?ster,y'))
        self.assertEqual(['D-3', 'd-1', 'd-2'], self.pick(failures=True))

    def test_the_outcome_does_not_touch_the_state(self):
        self.assertEqual(['d-1,1,1,1.000000,2026-01-01T00:00:01.000000Z,2026-01-01T00:00:01.000000Z,'
                          '2026-01-01T00:00:02.000000Z,recovered'], failures(self.TEXT, failures=True, code='404104'))
        self.assertEqual(['d-1,1,1,1.000000,2026-01-01T00:00:01.000000Z,2026-01-01T00:00:01.000000Z,,never'],
                         failures(self.TEXT, until=reference.parse_bound('2026-01-01T00:00:02Z')))

    def test_the_rest_is_filtered(self):
        table = Table(load(self.TEXT), ['device'], Selection(failures=True, category='Connections'))
        self.assertEqual((3, 1, 0), (table.filtered, table.failures, table.successes))


class Forms(unittest.TestCase):
    A = '{"category":"a"}'
    B = '{"category":"b"}'

    def read(self, data):
        found = load(data)
        self.assertTrue(found.certain)
        return [entry.category for entry in found.logs], found.other, dict(found.malformed)

    def test_json_layouts(self):
        a, b = self.A, self.B
        for text in (a + '\n' + b, a + b, a + '\r\n\r\n' + b + '\r\n', '\ufeff' + a + '\n\ufeff' + b, a + ',\n' + b + ',\n',
                     '[%s,%s]' % (a, b), '[[%s],[[%s]]]' % (a, b), '{"records":[%s,%s]}' % (a, b),
                     '{"x":[1],"RECORDS":[%s]}{"records":[[%s]],"y":{}}' % (a, b),
                     '[{"records":[%s]},%s]' % (a, b), '{\n"records": [\n' + a + '\n]}\n' + b,
                     a.replace('{', '{\n ') + '\n' + b.replace(':', ' :\n')):
            self.assertEqual((['a', 'b'], 0, {}), self.read(text), text)

    def test_scalars_and_empty_objects_are_other(self):
        self.assertEqual((['a'], 4, {}), self.read('[null,1,{}]%s{"records":["x"]}' % self.A))

    def test_records_that_is_no_array_is_an_ordinary_member(self):
        self.assertEqual((['a'], 0, {}), self.read('{"records":1,"category":"a"}'))

    def test_elements_of_records_are_final(self):
        self.assertEqual((['a'], 0, {}), self.read('{"records":[{"records":[%s],"category":"a"}]}' % self.B))

    def test_every_array_of_an_envelope_is_opened(self):
        self.assertEqual((['a', 'b'], 0, {}), self.read('{"records":[%s],"Records":[%s]}' % (self.A, self.B)))
        self.assertEqual((['a', 'b'], 1, {}), self.read(
            '{"records":[%s],"tables":[{"columns":[{"name":"category"}],"rows":[["b"]]},7]}' % self.A))
        self.assertEqual((['a'], 0, {}), self.read('{"records":[%s],"records":null}' % self.A))

    def test_a_file_of_scalars(self):
        self.assertEqual(([], 2, {}), self.read('12 "x"\n'))
        self.assertEqual(([], 0, {}), self.read('some words\n'))

    def test_text_behind_a_closing_quote(self):
        self.assertEqual((['a'], 0, {'quote': 1}), self.read('Category,Level\na,b\n"c"x,d\n'))

    def test_rest_tables(self):
        text = json.dumps({'tables': [
            {'columns': [{'name': 'Category', 'type': 'string'}, {'name': 'ResultType'}],
             'rows': [['a', 'None'], ['b', 404], ['c'], 'x', ['d', None, 1]]},
            {'columns': [{'ColumnName': 'Category'}], 'rows': [['e']]}], 'error': {'code': 'PartialError'}})
        found = load(text)
        self.assertEqual([('a', None), ('b', '404'), ('e', None)], [(r.category, r.result_type) for r in found.logs])
        self.assertEqual(({'row_width': 3}, 1), (dict(found.malformed), found.notes['partial_results']))

    def test_csv(self):
        for text in ('Category,ResultType\na,1\n"b ""x"", y",None\n', 'Category\tResultType\r\na\t1\r\nb "x", y\t\r\n',
                     'sep=;\r\nCategory;ResultType\r\na;1\r\n"b ""x"", y";""\r\n',
                     '#TYPE System.Object\r\n"Category","ResultType"\r\n"a","1"\r\n\r\n"b ""x"", y",""',
                     '\ufeffCategory;ResultType\na;1\nb "x", y;None\n'):
            self.assertEqual([('a', '1'), ('b "x", y', None)],
                             [(entry.category, entry.result_type) for entry in load(text).logs], text)

    def test_csv_cells_may_hold_lines(self):
        self.assertEqual((['a\nb'], 0, {}), self.read('X,Category\n1,"a\nb"\n'))

    def test_equal_columns(self):
        self.assertEqual((['a', 'b'], 0, {}), self.read('Category,Category\na,None\nx,b\n'))

    def test_csv_damage(self):
        self.assertEqual((['a'], 0, {'row_width': 2}), self.read('Category,Level\na,b\nc\nd,e,f\n'))
        self.assertEqual((['a'], 0, {'cut_at_end': 1}), self.read('Category,Level\na,b\nc'))
        self.assertEqual((['a'], 0, {'cut_at_end': 1}), self.read('Category,Level\na,b\nc,"d'))

    def test_utf16(self):
        text = '\ufeff{"category":"\u00e9\U0001f600"}\r\n'
        for encoding in ('utf-16-le', 'utf-16-be'):
            self.assertEqual((['\u00e9\U0001f600'], 0, {}), self.read(text.encode(encoding)))

    def test_damaged_lines(self):
        a, b = self.A, self.B
        for bad in ('{"x":1,}', '{"x":1', '{"x":"1}', 'words', '{"x":NaN}', "{'x':1}"):
            self.assertEqual((['a', 'b'], 0, {'syntax': 1}), self.read('\n'.join((a, bad, b, ''))), bad)

    def test_cut_at_the_end(self):
        a = self.A
        for text in (a + '\n' + a[:-2], '{"records":[%s,%s' % (a, a[:5]), '[%s,{' % a, '{"x":1,"records":[%s,{"a":"b' % a):
            self.assertEqual((['a'], 0, {'cut_at_end': 1}), self.read(text), text)

    def test_ledger(self):
        text = '\n'.join((self.A, '{"metricName":"m"}', '7', '{"x":1,}', '{"resultType":"x","properties":"y"}',
                          r'{"category":"\ud800","deviceId":"d"}'))
        table = Table(load(text), ['device'])
        self.assertEqual({'records': {'seen': 6, 'malformed': {'syntax': 1}, 'log': 3, 'metric': 1, 'other': 1,
                                      'filtered': 0, 'failures': 1, 'successes': 2},
                          'notes': {'no_code': 1, 'no_device': 2, 'properties_unreadable': 1, 'repaired': 1,
                                    'untimed': 3}, 'certain': True}, table.ledger(load(text)))


class Containers(unittest.TestCase):
    DATA = b'{"category":"a"}\n'

    def tar(self, *members):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode='w') as archive:
            for name, data in members:
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        return out.getvalue()

    def zip(self, *members):
        out = io.BytesIO()
        with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(name, data)
        return out.getvalue()

    def count(self, data):
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            return len(reference.read_paths([file.name, file.name]).logs)

    def test_compressed(self):
        data = self.DATA
        for packed in (gzip.compress(data) + gzip.compress(data) + b'\0' * 100, bz2.compress(data) + bz2.compress(data),
                       lzma.compress(data) + b'\0' * 4 + lzma.compress(data)):
            self.assertEqual(2, self.count(packed))

    @unittest.skipUnless(reading.have_zstd(), 'no zstd command')
    def test_zstd(self):
        packed = subprocess.run(['zstd', '-qc'], input=self.DATA, stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual(2, self.count(packed * 2))

    def test_archives_in_each_other(self):
        data = self.DATA
        inner = self.tar(('a/PT1H.json', data), ('b/PT1H.json', gzip.compress(data)))
        self.assertEqual(2, self.count(inner))
        self.assertEqual(2, self.count(gzip.compress(inner)))
        self.assertEqual(3, self.count(self.zip(('x.tar', inner), ('y.json', data), ('readme', b'hello\n'))))

    def test_directories(self):
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(folder + '/y=2026')
            for name in ('/b', '/y=2026/a'):
                with open(folder + name, 'wb') as file:
                    file.write(self.DATA)
            os.symlink(folder, folder + '/loop')
            os.link(folder + '/b', folder + '/c')
            self.assertEqual(2, len(reference.read_paths([folder]).logs))


def good_ledger():
    found = {'found': 3, 'read': 1, 'damaged': 1, 'skipped': {'foreign': 1}, 'failed': {}}
    return {'files': found, 'members': {'found': 0, 'read': 0, 'damaged': 0, 'skipped': {}, 'failed': {}},
            'bytes': {'compressed': 9, 'decoded': 10, 'records': 5, 'between': 2, 'malformed': 3, 'cut': 0},
            'records': {'seen': 7, 'malformed': {'syntax': 1}, 'log': 4, 'metric': 1, 'other': 1, 'filtered': 1,
                        'failures': 2, 'successes': 1},
            'notes': {'untimed': 1}, 'copies': [], 'first': None, 'last': None, 'complete': False, 'problems': []}


class Ledgers(unittest.TestCase):
    def test_good(self):
        self.assertEqual([], run.check_ledger(good_ledger()))

    def test_every_number_is_looked_at(self):
        for part in ('files', 'members', 'bytes', 'records'):
            for name, value in good_ledger()[part].items():
                if name == 'compressed':
                    continue
                ledger = good_ledger()
                ledger[part][name] = {**value, 'limit': 1} if isinstance(value, dict) else value + 1
                self.assertTrue(run.check_ledger(ledger), (part, name))

    def test_words_and_members(self):
        for change in (lambda l: l['records'].update(malformed={'strange': 1}), lambda l: l.pop('notes'),
                       lambda l: l['files'].update(skipped={'foreign': 1, 'empty': 0}), lambda l: l.update(complete=True),
                       lambda l: l.update(first='2026-01-01'), lambda l: l['bytes'].update(decoded=-1),
                       lambda l: l['notes'].update(untimed=-1), lambda l: l.update(problems=[{}] * 1001)):
            ledger = good_ledger()
            change(ledger)
            self.assertTrue(run.check_ledger(ledger))


if __name__ == '__main__':
    unittest.main()
