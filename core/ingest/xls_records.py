"""The records of an old Excel workbook (.xls): its dates' day zero, size, errors of formulas and cells in percent.

Source: Microsoft, [MS-XLS] Excel Binary File Format, record numbers of BIFF5 and BIFF8.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import olefile

from core.ingest.findings import Findings
from core.ingest.survey import ERROR_CODES, SheetSurvey, check_repetition, check_span
from core.ingest.tabular import Limits

_BOF, _SHEET, _DATES, _FORMAT, _STYLE, _PASSWORD = 0x0809, 0x0085, 0x0022, 0x041E, 0x00E0, 0x002F
_FORMULA, _NUMBER, _LABEL, _ERROR, _RK, _STRING, _RK_ROW, _BLANKS = (
    0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00BD, 0x00BE,
)  # fmt: skip
_CELLS = frozenset({_FORMULA, _NUMBER, _LABEL, _ERROR, _RK, _STRING, _RK_ROW})
_PERCENT_FORMATS = frozenset({9, 10})
_TEXTS, _CONTINUED = 0x00FC, 0x003C
_LONGEST = 32_767


@dataclass
class XlsRecords:
    """What is known of a workbook before it is opened.

    Parameters
    ----------
    from_1904 : its date numbers count from 1904
    protected : its cells are encrypted
    sheets : surveys in the order of the sheets
    """

    from_1904: bool = False
    protected: bool = False
    sheets: list[SheetSurvey] = field(default_factory=list)


def survey_xls(data: bytes, file: str, limits: Limits, findings: Findings) -> XlsRecords:
    """Walk over the records of a workbook.

    Raises
    ------
    CohortError
        A sheet spans more cells than allowed.
    OSError, struct.error, IndexError
        Damaged.
    """
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        stream = container.openstream("Workbook" if container.exists("Workbook") else "Book").read()
    known, starts, percents = _globals(stream)
    if known.protected:
        return known
    shared: list[int] = []
    for start in starts:
        known.sheets.append(_sheet(stream, start, percents, shared, file, limits, findings))
    if len(shared) * _LONGEST > limits.inflated_bytes:
        sizes = np.array(_text_sizes(stream), np.int64)
        places = np.array(shared, np.int64)
        text = int(sizes[places[places < len(sizes)]].sum())
        check_repetition(len(shared), len(shared), text, file, limits, findings)
    return known


def _text_sizes(stream: bytes) -> list[int]:
    """Characters of each text that cells share; a text may be continued in the next record, with its width anew."""
    parts: list[bytes] = []
    for number, body in _records(stream, 0):
        if number == _TEXTS or (number == _CONTINUED and parts):
            parts.append(body)
        elif parts:
            break
    if not parts:
        return []
    sizes: list[int] = []
    part, place = 0, 8
    for _ in range(struct.unpack_from("<I", parts[0], 4)[0]):
        if place >= len(parts[part]):
            part, place = part + 1, 0
        size, flags = struct.unpack_from("<HB", parts[part], place)
        place += 3
        skipped = 0
        if flags & 8:
            skipped += 4 * struct.unpack_from("<H", parts[part], place)[0]
            place += 2
        if flags & 4:
            skipped += struct.unpack_from("<I", parts[part], place)[0]
            place += 4
        sizes.append(size)
        left, width = size, 1 + (flags & 1)
        while left:
            taken = min(left, (len(parts[part]) - place) // width)
            left, place = left - taken, place + taken * width
            if left:
                part, place = part + 1, 1
                width = 1 + (parts[part][0] & 1)
        while skipped > len(parts[part]) - place:
            skipped -= len(parts[part]) - place
            part, place = part + 1, 0
        place += skipped
    return sizes


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Records from here to the end of their part."""
    place, depth = start, 0
    while place + 4 <= len(stream):
        number, size = struct.unpack_from("<HH", stream, place)
        if number == _BOF:
            depth += 1
        elif number == 0x000A:
            depth -= 1
            if depth <= 0:
                return
        yield number, stream[place + 4 : place + 4 + size]
        place += 4 + size


def _globals(stream: bytes) -> tuple[XlsRecords, list[int], frozenset[int]]:
    """What holds for all sheets: the day zero, where they begin, the styles in percent."""
    known, starts = XlsRecords(), []
    formats, styles = set(_PERCENT_FORMATS), []
    for number, body in _records(stream, 0):
        if number == _DATES:
            known.from_1904 = body[:2] == b"\1\0"
        elif number == _PASSWORD:
            known.protected = True
        elif number == _SHEET:
            starts.append(struct.unpack_from("<I", body)[0])
        elif number == _FORMAT and b"%" in body[2:]:
            formats.add(struct.unpack_from("<H", body)[0])
        elif number == _STYLE:
            styles.append(struct.unpack_from("<HH", body)[1])
    return known, starts, frozenset(place for place, one in enumerate(styles) if one in formats)


def _sheet(
    stream: bytes,
    start: int,
    percents: frozenset[int],
    shared: list[int],
    file: str,
    limits: Limits,
    findings: Findings,
) -> SheetSurvey:
    """Survey one sheet; the number of each text that a cell shares is added to `shared`."""
    survey = SheetSurvey()
    rows = columns = used = 0
    for number, body in _records(stream, start):
        if number not in _CELLS:
            continue
        row, column, style = struct.unpack_from("<HHH", body)
        last, used = column, used + 1
        if number == _RK_ROW:
            last = struct.unpack_from("<H", body, len(body) - 2)[0]
            used += last - column
            for place in range(column, last + 1):
                if struct.unpack_from("<H", body, 4 + 6 * (place - column))[0] in percents:
                    survey.percent(row, place)
        elif number == _STRING:
            shared.append(struct.unpack_from("<I", body, 6)[0])
        elif number == _ERROR and body[7]:
            survey.error(row, column, ERROR_CODES.get(body[6], "#N/A"))
        elif number == _FORMULA and body[12:14] == b"\xff\xff":
            if body[6] == 2:
                survey.error(row, column, ERROR_CODES.get(body[8], "#N/A"))
        elif style in percents and number in (_FORMULA, _NUMBER, _RK):
            survey.percent(row, column)
        rows, columns = max(rows, row + 1), max(columns, last + 1)
    check_span(rows, columns, max(used, 1), file, limits, findings)
    return survey
