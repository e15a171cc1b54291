"""Bytes to text: what kind of file it is, and in which encoding."""

from __future__ import annotations

import codecs
import re
from itertools import islice
from typing import NoReturn

from core.ingest.containers import BINARY_WORKBOOK, OFFICE, SLIDES, WORD
from core.ingest.findings import Findings

_SIGNATURES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"\x1f\x8b\x08": "a gzip archive",
    b"PK\x03\x04": "a damaged zip archive",
    b"\xd0\xcf\x11\xe0": "an Office file that cannot be opened as a workbook",
    b"PAR1": "a Parquet file",
    b"{\\rtf": "a Word (RTF) text",
}
_KINDS = {
    BINARY_WORKBOOK: "a binary Excel workbook (.xlsb)",
    WORD: "a Word document",
    SLIDES: "a PowerPoint presentation",
    OFFICE: "an Office file that cannot be opened as a workbook",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH = bytes(range(0x80, 0x100))
_CONTROLS = bytes(range(0x80, 0xA0))
"""Letters and marks of Windows-1252, and no characters of Latin-9."""
_DIFFERENT = b"\xa4\xa6\xa8\xb4\xb8\xbc\xbd\xbe"
_LETTER = rb"[A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\xff]"
_LATIN_9 = re.compile(
    rb"\xa4|(?<=%(l)s)[\xbd\xa8\xb8]|[\xbd\xa8\xb8\xbc](?=%(l)s)|(?<!%(l)s)[\xa6\xb4\xbe](?=%(l)s)" % {b"l": _LETTER}
)
"""Where the euro sign or a letter of Latin-9 stands as such: oe, s and z with a caron within a word, ..."""
_FRACTION = re.compile(rb"(?<![A-Za-z\xc0-\xff])[\xbc-\xbe](?![A-Za-z\xc0-\xff])")
"""The same bytes as the quarters of Windows-1252, away from letters."""
_ENOUGH = 10_000
_SAMPLE = 2_000_000
_MARKUP = re.compile(r"\s*(<[!?a-z]|[{\[]\s*[\"{\[])", re.IGNORECASE)
REMEDY = "Save the table as CSV (comma or semicolon separated, UTF-8) or as an Excel workbook (.xlsx)."


def decode(data: bytes, table: str, file: str, findings: Findings) -> str:
    """Text of a CSV or TSV file.

    Byte order mark, else UTF-16 by its pattern of zero bytes, else UTF-8, else Windows-1252 or, where the bytes in
    which the two differ say so, Latin-9 (each listed as a change).

    Raises
    ------
    CohortError
        When the bytes are no text, or text of two encodings.
    """
    _refuse_binary(data, table, file, findings)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, table, file, findings)
    pattern = _utf16(data)
    if pattern:
        findings.change(f"{table}: {file} has no byte order mark; read as {pattern.upper()}.")
        return _strict(data, pattern, table, file, findings)
    zero = data.find(b"\0")
    if zero >= 0:
        findings.refuse(
            "nul_byte",
            f"{file} holds a zero byte, which no text file has; it is damaged or not a table.",
            REMEDY,
            table=table,
            line=_line(data, zero),
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _windows(data, error, table, file, findings)
    if _MARKUP.match(text):
        findings.refuse("not_a_table", f"{file} is a web page or JSON, not a table.", REMEDY, table=table)
    return text.removesuffix("\x1a")  # the end mark of old DOS programs


def decode_head(data: bytes) -> str:
    """Text of the first bytes of a file, good enough to see its headers; "" of what is no text."""
    if any(data.startswith(signature) for signature in _SIGNATURES):
        return ""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="ignore")
    pattern = _utf16(data)
    if pattern:
        return data.decode(pattern, errors="ignore")
    if b"\0" in data:
        return ""
    try:
        return data[: data.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def refuse_kind(kind: str, table: str, file: str, findings: Findings) -> NoReturn:
    """Refuse a container that is no table."""
    findings.refuse("not_a_table", f"{file} is {_KINDS[kind]}, not a table.", REMEDY, table=table)


def _refuse_binary(data: bytes, table: str, file: str, findings: Findings) -> None:
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature):
            findings.refuse("not_a_table", f"{file} is {what}, not a table.", REMEDY, table=table)


def _strict(data: bytes, encoding: str, table: str, file: str, findings: Findings) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        findings.refuse(
            "encoding",
            f"{file} says that it is {encoding.upper()}, and byte {error.start:,} cannot be read as that.",
            REMEDY,
            table=table,
        )
    if "\0" in text:
        findings.refuse(
            "nul_byte",
            f"{file} holds a zero character, which no text file has; it is damaged or not a table.",
            REMEDY,
            table=table,
            line=text.count("\n" if "\n" in text else "\r", 0, text.index("\0")) + 1,
        )
    return text


def _windows(data: bytes, error: UnicodeDecodeError, table: str, file: str, findings: Findings) -> str:
    """Text that is not UTF-8: Windows-1252 or Latin-9, unless most of it is UTF-8 or it cannot be."""
    sample = data[max(0, error.start - _SAMPLE) : error.start + _SAMPLE]
    plain = len(sample.translate(None, _HIGH))
    valid = sample.decode("utf-8", errors="ignore")
    of_utf8 = len(valid.encode()) - plain
    other = len(sample) - plain - of_utf8
    latin_9 = _is_latin_9(data)
    text = data.decode("iso8859-15" if latin_9 else "cp1252", errors="replace")
    control = sum(1 for character in text[:4096] if character < " " and character not in "\t\r\n\x1a")
    if len(valid) - plain > other or "\ufffd" in text or control:
        findings.refuse(
            "encoding",
            f"{file} holds a byte here that is neither UTF-8 nor, with the rest of the file, Windows-1252.",
            REMEDY,
            table=table,
            line=_line(data, error.start),
        )
    findings.change(f"{table}: {file} is not UTF-8; read as {'Latin-9 (ISO-8859-15)' if latin_9 else 'Windows-1252'}.")
    return text


def _is_latin_9(data: bytes) -> bool:
    """Whether the bytes that Windows-1252 and Latin-9 read differently are letters and the euro sign of Latin-9."""
    if len(data.translate(None, _CONTROLS)) < len(data) or len(data.translate(None, _DIFFERENT)) == len(data):
        return False
    letters = sum(1 for _ in islice(_LATIN_9.finditer(data), _ENOUGH))
    return letters > sum(1 for _ in islice(_FRACTION.finditer(data), _ENOUGH))


def _utf16(data: bytes) -> str:
    """Name of the UTF-16 whose zero bytes the sample shows, or ""."""
    sample = data[:2000]
    half = len(sample) // 2
    if half < 2:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""


def _line(data: bytes, position: int) -> int:
    ending = b"\n" if b"\n" in data else b"\r"
    return data.count(ending, 0, position) + 1
