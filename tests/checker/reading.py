"""From paths to records: the reading half of the checker.

The checker is a second implementation of what dpslog promises, written for clarity and for nothing else: a
whole file is held in memory, every value is a Python object, and no shortcut is taken. This half knows files,
archives and the export forms; what a record means is in reference.py.

Damage is handled only as far as the comparison needs it: a line that is no JSON among good ones, a row of the
wrong width, a last record that is cut. Whatever goes beyond clears `Source.certain`, and the caller then
compares less.
"""

import bz2
import codecs
import gzip
import io
import json
import lzma
import os
import re
import shutil
import subprocess
import tarfile
import zipfile
from collections import Counter

BLANKS = ' \t\r\n'
BOM = '\ufeff'
MAX_NESTING = 4
MAX_DEPTH = 128

# Each maximal invalid part of the bytes is decoded to this lone surrogate. UTF-8 cannot hold one, so it marks the
# place until the record it lies in is known; escapes of lone surrogates arrive as others of their kind.
INVALID = '\udcff'
SURROGATE = re.compile('[\ud800-\udfff]')

_LOWER = {upper: upper + 32 for upper in range(ord('A'), ord('Z') + 1)}

codecs.register_error('mark-invalid', lambda error: (INVALID, error.end))


def fold(text):
    """ASCII lower case. str.lower() would also fold other scripts."""
    return text.translate(_LOWER)


def repair(text):
    """One U+FFFD for each invalid part and for each lone surrogate."""
    return SURROGATE.sub('\ufffd', text)


class Number(str):
    """A JSON number: its literal text."""


class Obj:
    """A JSON object or a table row, by lower-case name.

    Of equal names the last wins that is neither null nor a string that is blank or `None`; if there is no such
    one, the last of all. `arrays` has every array with its name, for envelopes. `repaired` says whether any text in it had to be repaired.
    `raw` is the text that it was read from; of a row, what `records` shows for it.
    """

    def __init__(self, pairs, raw=None):
        self.raw = raw
        self.members = {}
        self.arrays = []
        self.repaired = False
        for name, raw in pairs:
            if is_dirty(name) or is_dirty(raw):
                self.repaired = True
            name = fold(repair(name))
            if isinstance(raw, list):
                self.arrays.append((name, raw))
            if not counts_as_value(raw) and counts_as_value(self.members.get(name)):
                continue
            self.members[name] = raw

    def get(self, name):
        return self.members.get(fold(name))

    def has(self, name):
        return fold(name) in self.members


def counts_as_value(raw):
    if raw is None:
        return False
    if isinstance(raw, str) and not isinstance(raw, Number):
        return repair(raw).strip(BLANKS) not in ('', 'None')
    return True


def is_dirty(raw):
    if isinstance(raw, str):
        return SURROGATE.search(raw) is not None
    if isinstance(raw, Obj):
        return raw.repaired
    if isinstance(raw, list):
        return any(is_dirty(element) for element in raw)
    return False


def _refuse_constant(word):
    raise ValueError(word + ' is not JSON')


class Array(list):
    """An array, and in `raws` the text of each element."""

    def __init__(self):
        super().__init__()
        self.raws = []


def _parse_object(text_and_place, *arguments):
    text, place = text_and_place
    value, end = json.decoder.JSONObject(text_and_place, *arguments)
    value.raw = text[place - 1:end]
    return value, end


def _parse_array(text_and_place, scan_once):
    text, place = text_and_place
    array = Array()
    while True:
        place = _skip_blanks(text, place)
        if not array and text[place:place + 1] == ']':
            return array, place + 1
        try:
            value, end = scan_once(text, place)
        except StopIteration:
            raise ValueError('a value is missing') from None
        array.append(value)
        array.raws.append(text[place:end])
        place = _skip_blanks(text, end)
        if text[place:place + 1] == ']':
            return array, place + 1
        if text[place:place + 1] != ',':
            raise ValueError('a comma is missing')
        place += 1


def _skip_blanks(text, place):
    while place < len(text) and text[place] in BLANKS:
        place += 1
    return place


def _decoder():
    decoder = json.JSONDecoder(object_pairs_hook=Obj, parse_float=Number, parse_int=Number,
                               parse_constant=_refuse_constant, strict=True)
    decoder.parse_object = _parse_object
    decoder.parse_array = _parse_array
    decoder.scan_once = json.scanner.py_make_scanner(decoder)
    return decoder


DECODER = _decoder()


def decode_at(text, pos):
    """The JSON value at pos and the place behind it, or None if there is none."""
    try:
        return DECODER.raw_decode(text, pos)
    except (ValueError, RecursionError):
        return None


def parse_object(text):
    """The object that the whole text is, or None."""
    text = text.strip(BLANKS)
    found = decode_at(text, 0)
    if found is None or found[1] != len(text) or not isinstance(found[0], Obj):
        return None
    return found[0]


class Source:
    """What one stream of decoded bytes held.

    items      (value, is_row) in input order: an Obj or a scalar; is_row is true for CSV and REST rows
    malformed  reason -> number
    notes      name -> number
    is_csv     the source is CSV or TSV (which alone has the D/M and M/D dates)
    certain    false if damage was met that this reader does not claim to treat as dpslog does
    """

    def __init__(self):
        self.items = []
        self.malformed = Counter()
        self.notes = Counter()
        self.is_csv = False
        self.certain = True


# ---- files and containers ---------------------------------------------------------------------------------------


def files_of(paths):
    """The regular files that the arguments name, walks sorted and without symbolic links, each file once."""
    seen = set()
    for path in paths:
        if os.path.isdir(path):
            found = []
            for folder, folders, names in os.walk(path):
                folders[:] = [name for name in folders if not os.path.islink(os.path.join(folder, name))]
                found += [os.path.join(folder, name) for name in names]
            found = sorted(name for name in found if not os.path.islink(name))
        else:
            found = [path]
        for name in found:
            status = os.stat(name)
            if os.path.isfile(name) and (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                yield name


def sources_of(paths):
    """The decoded bytes of every file and archive member below the paths."""
    for name in files_of(paths):
        with open(name, 'rb') as file:
            yield from unpack(file.read(), 0)


def have_zstd():
    return shutil.which('zstd') is not None


def unpack(data, depth):
    if depth > MAX_NESTING:
        return
    if data.startswith(b'\x1f\x8b'):
        yield from unpack(gzip.decompress(data), depth + 1)
    elif data.startswith(b'\x28\xb5\x2f\xfd'):
        done = subprocess.run(['zstd', '-dcq'], input=data, stdout=subprocess.PIPE, check=True)
        yield from unpack(done.stdout, depth + 1)
    elif re.match(rb'BZh[1-9]1AY&SY', data):
        yield from unpack(bz2.decompress(data), depth + 1)
    elif data.startswith(b'\xfd7zXZ\x00'):
        yield from unpack(unxz(data), depth + 1)
    elif data.startswith((b'PK\x03\x04', b'PK\x05\x06')):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    yield from unpack(archive.read(member), depth + 1)
    elif data[257:262] == b'ustar':
        with tarfile.open(fileobj=io.BytesIO(data), mode='r:') as archive:
            for member in archive:
                if member.isreg():
                    yield from unpack(archive.extractfile(member).read(), depth + 1)
    else:
        yield data


def unxz(data):
    """All streams of an xz file. lzma.decompress() stops at padding between two."""
    parts = []
    while data:
        stream = lzma.LZMADecompressor()
        parts.append(stream.decompress(data))
        data = stream.unused_data.lstrip(b'\x00')
    return b''.join(parts)


# ---- one source -------------------------------------------------------------------------------------------------


def read_source(data):
    source = Source()
    text = decode_text(data)
    if text is None:
        return source
    start = text.lstrip(BLANKS + ',' + BOM)[:1]
    header = None if start in ('{', '[') else find_header(text)
    if header is not None:
        source.is_csv = True
        read_table(source, text, *header)
    elif start in ('{', '[') or re.search(r'^[{\[]', text, re.MULTILINE):
        read_json(source, text)
    elif text.strip(BLANKS + BOM):
        read_sequence(text, source)  # scalars; other text is no log of any kind
    return source


def decode_text(data):
    """The text of a source, or None if it is a form that holds no text."""
    if data.startswith((b'Obj\x01', b'PAR1', b'\x89PNG')):
        return None
    if data.startswith((b'\xff\xfe', b'\xfe\xff')):
        return data.decode('utf-16', 'mark-invalid')
    return data.decode('utf-8', 'mark-invalid')


# ---- JSON -------------------------------------------------------------------------------------------------------


def read_json(source, text):
    """A sequence of values in any layout. Only if it is not one, lines and recovery matter."""
    if read_sequence(text, source):
        return
    first = next(line for line in text.split('\n') if line.strip(BLANKS + BOM)).lstrip(BOM)
    if first[0] not in '{[' or is_unit(first):
        read_lines(source, text)
    else:
        Walk(source, text, at_end=True, is_run=False).run()


def read_sequence(text, source):
    """Values one after another with white space, commas or marks between. False, and nothing kept, if not."""
    values = []
    pos = skip(text, 0)
    while pos < len(text):
        found = decode_at(text, pos)
        if found is None:
            return False
        values.append(found[0])
        pos = skip(text, found[1])
    for value in values:
        take(source, value)
    return True


def skip(text, pos):
    while pos < len(text) and text[pos] in ' \t\r\n,\ufeff':
        pos += 1
    return pos


def take(source, value):
    """A value at top level or in an array: an array and an envelope are opened, anything else is a record."""
    if isinstance(value, list):
        for element in value:
            take(source, element)
    elif isinstance(value, Obj) and any(name in ('records', 'tables') for name, _ in value.arrays):
        for name, array in value.arrays:
            if name == 'records':
                take_final(source, array)
            elif name == 'tables':
                take_tables(source, array)
        if any(name == 'tables' for name, _ in value.arrays) and value.get('error') is not None:
            source.notes['partial_results'] += 1
    else:
        source.items.append((value, False))


def take_final(source, value):
    """An element of `records`: arrays are opened, an object is a record whatever it holds."""
    if isinstance(value, list):
        for element in value:
            take_final(source, element)
    else:
        source.items.append((value, False))


def take_tables(source, tables):
    for table in tables:
        if not isinstance(table, Obj):
            source.items.append((table, False))
            continue
        if not isinstance(table.get('columns'), list):
            source.certain = source.certain and not table.get('rows')
            continue
        names = [column_name(column).strip(BLANKS) for column in table.get('columns')]
        for row in table.get('rows') or []:
            if isinstance(row, list) and len(row) == len(names):
                source.items.append((Obj(zip(names, row), row_text(names, row.raws)), True))
            else:
                source.malformed['row_width'] += 1


def row_text(names, raws):
    """A row as an object; `raws` are JSON."""
    return '{' + ','.join(string_text(name) + ':' + raw for name, raw in zip(names, raws)) + '}'


def string_text(text):
    """A JSON string: ASCII control characters, and what ends a line to JavaScript, are escaped."""
    text = json.dumps(repair(text), ensure_ascii=False)
    return text.replace('\x7f', '\\u007f').replace('\u2028', '\\u2028').replace('\u2029', '\\u2029')


def column_name(column):
    for member in ('name', 'ColumnName'):
        if isinstance(column, Obj) and isinstance(column.get(member), str):
            return column.get(member)
    return ''


def closing(text, pos):
    """The place behind the bracket that closes the one at pos, strings stepped over, or None."""
    depth = 0
    in_string = False
    while pos < len(text):
        char = text[pos]
        if in_string:
            if char == '\\':
                pos += 1
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in '{[':
            depth += 1
        elif char in '}]':
            depth -= 1
            if depth == 0:
                return pos + 1
        pos += 1
    return None


def unit_parts(line):
    """The bracketed values that a line is, by brackets alone, or None if it is something else."""
    line = line.strip('\r')
    if not line or line[0] not in '{[':
        return None
    parts = []
    pos = 0
    while pos < len(line):
        end = closing(line, pos) if line[pos] in '{[' else None
        if end is None:
            return None
        parts.append(line[pos:end])
        pos = skip(line, end)
    return parts


def is_unit(line):
    return unit_parts(line) is not None


def read_lines(source, text):
    """Lines that are whole values each for itself; runs of other lines as documents."""
    run = []
    for line in text.split('\n'):
        parts = unit_parts(line)
        if parts is None:
            if run or line.strip(BLANKS):
                run.append(line)
            continue
        read_run(source, run, at_end=False)
        run = []
        for part in parts:
            found = decode_at(part, 0)
            if found is None:
                source.malformed['syntax'] += 1
            else:
                take(source, found[0])
    read_run(source, run, at_end=True)


def read_run(source, run, at_end):
    text = '\n'.join(run)
    if text.strip(BLANKS) and not read_sequence(text, source):
        if sum(1 for line in run if line.strip(BLANKS)) > 1:
            source.certain = False
        Walk(source, text, at_end, is_run=True).run()


class Stop(Exception):
    """Nothing more can be read from this text."""


class Walk:
    """Reads text that is not whole: what is complete in it is taken, the rest is one malformed record."""

    def __init__(self, source, text, at_end, is_run):
        self.source = source
        self.text = text
        self.at_end = at_end
        self.is_run = is_run

    def run(self):
        pos = skip(self.text, 0)
        try:
            while pos < len(self.text):
                pos = skip(self.text, self.value(pos, 0))
        except Stop:
            pass

    def value(self, pos, depth):
        found = decode_at(self.text, pos)
        if found is not None:
            take(self.source, found[0])
            return found[1]
        if depth > MAX_DEPTH:
            self.source.certain = False
            self.source.malformed['depth'] += 1
            raise Stop
        if self.text[pos] == '[':
            return self.array(pos + 1, lambda place: self.value(place, depth + 1))
        if self.text[pos] == '{':
            return self.object(pos)
        return self.damage(pos)

    def array(self, pos, element):
        pos = skip(self.text, pos)
        while pos < len(self.text) and self.text[pos] != ']':
            pos = skip(self.text, element(pos))
        if pos == len(self.text):
            self.source.certain = False
            raise Stop
        return pos + 1

    def object(self, start):
        """An envelope whose records are read one by one, or else a damaged record."""
        is_envelope = False
        pos = skip(self.text, start + 1)
        while pos < len(self.text) and self.text[pos] == '"':
            name = decode_at(self.text, pos)
            if name is None:
                break
            pos = skip(self.text, name[1])
            if self.text[pos:pos + 1] != ':':
                break
            pos = skip(self.text, pos + 1)
            if fold(name[0]) == 'records' and self.text[pos:pos + 1] == '[':
                pos = self.array(pos + 1, self.record)
                is_envelope = True
            else:
                found = decode_at(self.text, pos)
                if found is None:
                    break
                pos = found[1]
            pos = skip(self.text, pos)
        if is_envelope:
            self.source.certain = False
            raise Stop
        return self.damage(start)

    def record(self, pos):
        found = decode_at(self.text, pos)
        if found is None:
            return self.damage(pos)
        take_final(self.source, found[0])
        return found[1]

    def damage(self, pos):
        end = closing(self.text, pos) if self.text[pos] in '{[' else None
        if end is None:
            cut = self.at_end and self.text[pos] in '{['
            self.source.malformed['cut_at_end' if cut else 'syntax'] += 1
            if not cut and (not self.is_run or '\0' in self.text):
                self.source.certain = False
            raise Stop
        self.source.malformed['syntax'] += 1
        self.source.certain = False
        return end


# ---- CSV and TSV ------------------------------------------------------------------------------------------------

KNOWN_COLUMNS = frozenset((
    'time', 'timegenerated', 'timegenerated [utc]', 'timestamp', 'eventtimestring', 'timegenerated [local time]',
    'resourceid', '_resourceid', 'category', 'level', 'location', 'location_s', 'correlationid', 'operationname',
    'resulttype', 'resultsignature', 'resultdescription', 'durationms', 'applicationid', 'calleripaddress',
    'properties', 'properties_s', 'additionalfields', 'metricname'))


def find_header(text):
    """(header cells, delimiter, place of the first row) of tabular text, or None."""
    pos = 1 if text.startswith(BOM) else 0
    delimiters = [',', '\t', ';']
    while True:
        end = text.find('\n', pos)
        line = text[pos:] if end < 0 else text[pos:end]
        line = line.strip(BLANKS)
        if line.upper().startswith('#TYPE'):
            pass
        elif re.fullmatch(r'"?sep=[^"]"?', line, re.IGNORECASE) or text[pos:pos + 5].lower() == 'sep=\t':
            delimiters = [text[text.index('=', pos) + 1]]
        elif line:
            break
        if end < 0:
            return None
        pos = end + 1
    best = None
    for delimiter in delimiters:
        names, after, _ = read_row(text, pos, delimiter)
        known = sum(fold(name.strip(BLANKS)) in KNOWN_COLUMNS for name in names)
        if known > 0 and (best is None or known > best[0]):
            best = known, [name.strip(BLANKS) for name in names], delimiter, after
    return best and best[1:]


def read_row(text, pos, delimiter):
    """(cells, place behind the row, how it ended: 'line', 'end', 'open' or 'stray')."""
    cells = []
    stray = False
    plain = re.compile('[^%s\n]*' % re.escape(delimiter))
    while True:
        if text[pos:pos + 1] == '"':
            quoted = re.compile('"((?:[^"]|"")*)"').match(text, pos)
            if quoted is None:
                cells.append(text[pos + 1:])
                return cells, len(text), 'open'
            tail = plain.match(text, quoted.end())
            stray = stray or tail.group().rstrip('\r') != ''
            cells.append(quoted.group(1).replace('""', '"'))
            pos = tail.end()
        else:
            cell = plain.match(text, pos)
            cells.append(cell.group())
            pos = cell.end()
        if text[pos:pos + 1] == delimiter:
            pos += 1
        elif pos == len(text):
            return cells, pos, 'stray' if stray else 'end'
        else:
            cells[-1] = cells[-1].removesuffix('\r')
            return cells, pos + 1, 'stray' if stray else 'line'


def read_table(source, text, names, delimiter, pos):
    while pos < len(text):
        cells, pos, ending = read_row(text, pos, delimiter)
        if len(cells) == 1 and not cells[0].strip(BLANKS):
            continue
        if ending == 'open' or (ending == 'end' and len(cells) < len(names)):
            source.malformed['cut_at_end'] += 1
        elif ending == 'stray':
            source.malformed['quote'] += 1
        elif len(cells) != len(names):
            source.malformed['row_width'] += 1
        else:
            raw = row_text([name.strip(BLANKS) for name in names], [string_text(cell) for cell in cells])
            source.items.append((Obj(zip(names, cells), raw), True))
