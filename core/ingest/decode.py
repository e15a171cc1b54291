"""Bytes to text: what kind of file it is, and in which encoding."""

from __future__ import annotations

import codecs
import re

from core.ingest.findings import Findings

_SIGNATURES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"\x1f\x8b\x08": "a gzip archive",
    b"PK\x03\x04": "a zip archive, but not an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel or other Office file (.xls)",
    b"PAR1": "a Parquet file",
    b"{\\rtf": "a Word (RTF) text",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_MARKUP = re.compile(r"\s*(<[!?a-z]|[{\[]\s*[\"{\[])", re.IGNORECASE)
REMEDY = "Save the table as CSV (comma or semicolon separated, UTF-8) or as an Excel workbook (.xlsx)."


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an Excel workbook of the zipped kind, whatever the file is called."""
    return data.startswith(b"PK\x03\x04") and b"xl/" in data


def decode(data: bytes, table: str, file: str, findings: Findings) -> str:
    """Text of a CSV or TSV file.

    Byte order mark, else UTF-16 by its pattern of zero bytes, else UTF-8, else Windows-1252 (listed as a change).

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
    return text


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
            line=text.count("\n", 0, text.index("\0")) + 1,
        )
    return text


def _windows(data: bytes, error: UnicodeDecodeError, table: str, file: str, findings: Findings) -> str:
    """Text that is not UTF-8: Windows-1252, unless most of it is UTF-8 or it cannot be."""
    valid = len(_MULTIBYTE.findall(data))
    other = len(_HIGH.findall(_MULTIBYTE.sub(b"", data)))
    text = data.decode("cp1252", errors="replace")
    control = sum(1 for character in text[:4096] if character < " " and character not in "\t\r\n")
    if valid > other or "\ufffd" in text or control:
        findings.refuse(
            "encoding",
            f"{file} holds a byte here that is neither UTF-8 nor, with the rest of the file, Windows-1252.",
            REMEDY,
            table=table,
            line=_line(data, error.start),
        )
    findings.change(f"{table}: {file} is not UTF-8; read as Windows-1252.")
    return text


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
    return data.count(b"\n", 0, position) + 1
