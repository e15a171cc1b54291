"""Files that are no table, or a damaged one: kinds, encodings, quotation marks, archives, workbooks, sizes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import struct
import tarfile
import zipfile
from pathlib import Path

from core.ingest import Limits
from tests.corpus_malformed.defect import Defect, content, edited, refusal, table_rows, write_cohort
from tests.corpus_messy.cohort import KNOWN
from tests.corpus_messy.files import archive, delimited, old_workbook, open_document, save, workbook
from tests.corpus_messy.style import PLAIN
from tests.corpus_messy.variant import COURSES
from tests.ingest.files import xlsx

STORED = Path(__file__).with_name("stored")
"""protected.xlsx: a workbook of one made-up row, encrypted with a password by Office's agile scheme."""
TEXT = delimited(PLAIN.rows(COURSES))
SMALL = [["patient_id", "age_years"], ["P1", 60]]
HTML = "<html><body><table><tr><td>patient_id</td><td>age_years</td></tr></table></body></html>"
ARCHIVED = f"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n{HTML}"
SPREADSHEET_2003 = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'
TRANSPORT = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000000000000000000000000000000  "
OPEN_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
TWO_ENCODINGS = TEXT.replace("P010", "é" * 30).encode() + b"\r\nP\xe9\r\n"
WRONG_MARK = b"\xef\xbb\xbf" + TEXT.replace("P010", "Pé").encode("cp1252")
BROKEN_PAIR = b"\xff\xfe" + TEXT.encode("utf-16-le") + b"\x00\xd8\x41\x00"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)


LAUGHED = LAUGHS.encode() + b"<sst><si><t>&d;</t></si></sst>"


def _packed(files: dict[str, bytes], name: str = "cohort.xlsx"):
    return lambda folder: archive(folder / name, files)


def _broken_xlsx(part: str, data: bytes, name: str = "cohort.xlsx"):
    """A workbook with one of its parts replaced; None leaves it out."""

    def build(folder: Path) -> Path:
        whole = workbook(folder / "whole.xlsx", {"courses": SMALL})
        with zipfile.ZipFile(whole) as packed:
            parts = {one: packed.read(one) for one in packed.namelist()}
        parts[part] = data
        whole.unlink()
        return archive(folder / name, {one: some for one, some in parts.items() if some})

    return build


def _cut(make, keep: float, name: str):
    def build(folder: Path) -> Path:
        data = make(folder).read_bytes()
        return save(folder, data[: int(len(data) * keep)], name)

    return build


def _book(folder: Path) -> Path:
    return workbook(folder / "whole.xlsx", {"courses": PLAIN.cells(COURSES)})


def _old(folder: Path) -> Path:
    return old_workbook(folder / "whole.xls", {"courses": PLAIN.cells(COURSES)})


def _open(folder: Path) -> Path:
    return open_document(folder / "whole.ods", {"courses": PLAIN.cells(COURSES)})


def _zipped(folder: Path) -> Path:
    return archive(
        folder / "whole.zip", {f"{one}.csv": delimited(PLAIN.rows(KNOWN, one)).encode() for one in KNOWN.tables}
    )


def _database(folder: Path) -> Path:
    path = folder / "cohort.csv"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE courses (patient_id TEXT)")
    file.close()
    return path


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        entry = tarfile.TarInfo("courses.csv")
        entry.size = len(TEXT)
        packed.addfile(entry, io.BytesIO(TEXT.encode()))
    return out.getvalue()


def _protected_zip(folder: Path) -> Path:
    """An archive that says that its file is encrypted."""
    data = bytearray(archive(folder / "a.zip", {"courses.csv": TEXT.encode()}).read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + place
        data[at] |= 1
    return save(folder, bytes(data), "cohort.zip")


def _first_cell(cell: str) -> str:
    """The table with another first cell on line 10."""
    lines = TEXT.split("\r\n")
    lines[9] = cell + lines[9][lines[9].index(",") :]
    return "\r\n".join(lines)


def _folder(files: dict[str, str]):
    def build(folder: Path) -> Path:
        made = folder / "cohort"
        made.mkdir()
        for name, data in files.items():
            save(made, data, name)
        return made

    return build


def _empty_table(folder: Path) -> Path:
    made = write_cohort(folder, "cycles", table_rows("cycles"))
    save(made, "", "labs.csv")
    return made


def _wide(n: int) -> str:
    return ",".join(["patient_id", *(f"c{i}" for i in range(n - 1))]) + "\r\n" + ",".join(["P1"] + ["1"] * (n - 1))


def _nested(folder: Path) -> Path:
    made = folder / "outer"
    (made / "courses.csv").mkdir(parents=True)
    return made


def _unquoted(rows: list[list[str]]) -> list[list[str]]:
    """One row in which a decimal comma has become a separator."""
    row = rows[9]
    return [*rows[:9], [*row[:4], "12", "5", *row[5:]], *rows[10:]]


NO_TABLES: dict[str, Defect] = {
    "empty file": refusal(content(b""), "empty_file"),
    "white space alone": refusal(content(b" \r\n\t\r\n  "), "empty_file"),
    "byte order mark alone": refusal(content(b"\xef\xbb\xbf")),
    "separators alone": refusal(content(b";;;;\r\n;;;;\r\n")),
    "header alone": refusal(content(TEXT.split("\r\n")[0] + "\r\n"), "no_rows"),
    "no header": refusal(content("\r\n".join(TEXT.split("\r\n")[1:]))),
    "headers of something else": refusal(content("song,singer\r\nLa mer,Trenet\r\n"), "wrong_header"),
    "one column of prose": refusal(content("It was the best of times.\r\nIt was the worst of times.\r\n")),
    "PDF": refusal(content(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"), "not_a_table"),
    "PDF called .xlsx": refusal(content(b"%PDF-1.7\n1 0 obj\n", "cohort.xlsx"), "not_a_table"),
    "PNG": refusal(content(b"\x89PNG\r\n\x1a\n" + bytes(range(256))), "not_a_table"),
    "JPEG": refusal(content(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(99), "scan.jpg"), "not_a_table"),
    "GIF": refusal(content(b"GIF89a" + bytes(99)), "not_a_table"),
    "TIFF": refusal(content(b"II*\x00" + bytes(range(256)))),
    "DICOM": refusal(content(bytes(128) + b"DICM" + bytes(range(200)))),
    "gzip": refusal(content(gzip.compress(TEXT.encode(), mtime=0), "cohort.csv.gz"), "not_a_table"),
    "bzip2": refusal(content(bz2.compress(TEXT.encode()))),
    "xz": refusal(content(lzma.compress(TEXT.encode()))),
    "7-Zip": refusal(content(b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(range(256)))),
    "RAR": refusal(content(b"Rar!\x1a\x07\x01\x00" + bytes(range(256)))),
    "tar": refusal(content(_tar())),
    "Parquet": refusal(content(b"PAR1" + bytes(range(256)) + b"PAR1"), "not_a_table"),
    "SQLite": refusal(_database),
    "SPSS": refusal(content(b"$FL2@(#) SPSS DATA FILE" + bytes(60) + struct.pack("<i", 2) + bytes(range(256)))),
    "SAS transport": refusal(content(TRANSPORT)),
    "Stata": refusal(content(b"<stata_dta><header><release>118</release>" + bytes(range(256)))),
    "R data": refusal(content(gzip.compress(b"RDX3\nX\n\x00\x00\x00\x03", mtime=0), "cohort.RData")),
    "Word (RTF)": refusal(content(rb"{\rtf1\ansi patient_id;age_years}"), "not_a_table"),
    "Word (DOCX)": refusal(_packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}, "cohort.docx")),
    "PowerPoint": refusal(_packed({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}, "c.pptx")),
    "programme": refusal(content(b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)))),
    "JSON": refusal(content(b'[{"patient_id": "P1", "age_years": 60}]'), "not_a_table"),
    "JSON lines": refusal(content(b'{"patient_id": "P1"}\n{"patient_id": "P2"}\n'), "not_a_table"),
    "XML": refusal(content(b'<?xml version="1.0"?><courses><course id="P1"/></courses>'), "not_a_table"),
    "web page": refusal(content(f"<!DOCTYPE html>{HTML}"), "not_a_table"),
    "web page saved as .xls": refusal(content(HTML, "export.xls"), "not_a_table"),
    "web archive saved as .xls": refusal(content(ARCHIVED, "export.xls")),
    "XML spreadsheet of 2003": refusal(content(SPREADSHEET_2003, "e.xls"), "not_a_table"),
    "deep XML": refusal(content(b"<a>" * 50_000), "not_a_table"),
    "entity bomb": refusal(content(LAUGHS + "<w>&d;</w>"), "not_a_table"),
    "random bytes": refusal(content(bytes((n * 73 + n // 7) % 256 for n in range(4000)))),
    "zero bytes": refusal(content(bytes(5000))),
    "zero byte in a cell": refusal(content(TEXT.replace("P010", "P0\x0010")), "nul_byte"),
    "Windows-1252 within UTF-8": refusal(content(TWO_ENCODINGS), "encoding"),
    "UTF-8 mark before Windows-1252": refusal(content(WRONG_MARK), "encoding"),
    "UTF-16 of an odd number of bytes": refusal(content(TEXT.encode("utf-16")[:-1]), "encoding"),
    "UTF-16 with a broken pair": refusal(content(BROKEN_PAIR), "encoding"),
    "UTF-32 cut short": refusal(content(TEXT.encode("utf-32")[:-2]), "encoding"),
    "open quotation mark": refusal(content(_first_cell('"P009')), "open_quotes"),
    "quotation mark within a quoted value": refusal(content(_first_cell('"P"9"')), "open_quotes"),
    "cell of 200,000 characters": refusal(content(_first_cell('"' + "x" * 200_000 + '"')), "open_quotes"),
    "1,001 columns": refusal(content(_wide(1001)), "too_many_columns"),
    "too many rows": refusal(content(TEXT), "too_many_rows", limits=Limits(rows=10)),
    "too many bytes": refusal(content(TEXT), "too_large", limits=Limits(file_bytes=1000)),
    "no file": refusal(lambda folder: folder / "nothing.csv", "not_found"),
    "empty folder": refusal(_folder({}), "missing_table"),
    "folder without courses": refusal(_folder({"labs.csv": "patient_id\r\n"}), "missing_table"),
    "folder of two courses": Defect(_folder({"courses.csv": TEXT, "course.tsv": TEXT}), asked="courses"),
    "folder of a folder": refusal(_nested, "missing_table"),
}  # fmt: skip


WORKBOOKS: dict[str, Defect] = {
    **{f"workbook cut at {keep:.0%}": refusal(_cut(_book, keep, "c.xlsx")) for keep in (0.02, 0.2, 0.5, 0.8, 0.99)},
    **{f"old workbook cut at {keep:.0%}": refusal(_cut(_old, keep, "c.xls")) for keep in (0.02, 0.2, 0.5)},
    **{f"open document cut at {keep:.0%}": refusal(_cut(_open, keep, "c.ods")) for keep in (0.02, 0.5, 0.99)},
    **{f"archive cut at {keep:.0%}": refusal(_cut(_zipped, keep, "c.zip")) for keep in (0.02, 0.5, 0.99)},
    "workbook with a wrong beginning": refusal(lambda f: save(f, b"XK" + _book(f).read_bytes()[2:], "c.xlsx")),
    "workbook of protected cells": refusal(lambda f: save(f, (STORED / "protected.xlsx").read_bytes(), "c.xlsx")),
    "protected workbook called .csv": refusal(lambda f: save(f, (STORED / "protected.xlsx").read_bytes())),
    "workbook without sheets": refusal(_broken_xlsx("xl/worksheets/sheet1.xml", b"")),
    "workbook without its list of sheets": refusal(_broken_xlsx("xl/workbook.xml", b"")),
    "workbook of a sheet that is no XML": refusal(_broken_xlsx("xl/worksheets/sheet1.xml", b"\x00\x01\x02 no")),
    "workbook of a sheet cut short": refusal(_broken_xlsx("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row")),
    "workbook of shared texts that lack": refusal(_broken_xlsx("xl/sharedStrings.xml", b"")),
    "workbook with entities": refusal(_broken_xlsx("xl/sharedStrings.xml", LAUGHED)),
    "workbook of deep XML": refusal(_broken_xlsx("xl/worksheets/sheet1.xml", b"<worksheet>" + b"<a>" * 100_000)),
    "workbook of nothing": refusal(_broken_xlsx("xl/workbook.xml", b"<workbook/>")),
    "empty sheet": refusal(lambda f: workbook(f / "c.xlsx", {"courses": []}), "empty_file"),
    "empty old sheet": refusal(lambda f: old_workbook(f / "c.xls", {"courses": []})),
    "empty open sheet": refusal(lambda f: open_document(f / "c.ods", {"courses": []})),
    "sheet of a header alone": refusal(lambda f: workbook(f / "c.xlsx", {"courses": SMALL[:1]}), "no_rows"),
    "sheets of something else": refusal(lambda f: workbook(f / "c.xlsx", {"a": [["x"]], "b": [["y"]]})),
    "two sheets that could be the courses": refusal(lambda f: workbook(f / "c.xlsx", {"a": SMALL, "b": SMALL})),
    "sheet of 1,001 columns": refusal(
        lambda f: workbook(f / "c.xlsx", {"s": [["patient_id", *(f"c{n}" for n in range(1000))], ["P1"] + [1] * 1000]}),
        "too_many_columns",
    ),
    "sheet of too many rows": refusal(_book, "too_many_rows", limits=Limits(rows=10)),
    "old sheet of too many rows": refusal(_old, limits=Limits(rows=10)),
    "open sheet of too many rows": refusal(_open, limits=Limits(rows=10)),
    "sheet with a far cell": refusal(
        lambda f: xlsx(f / "c.xlsx", {"s": [["patient_id", ('<c r="ZZ1048576"><v>1</v></c>',)]]}), "too_large"
    ),
    "workbook that inflates": refusal(_book, "too_large", limits=Limits(inflated_bytes=5_000)),
    "archive that inflates": refusal(_zipped, limits=Limits(inflated_bytes=5_000)),
    "archive of nothing": refusal(_packed({}, "c.zip")),
    "archive of other things": refusal(_packed({"readme.txt": b"Hello.", "logo.png": b"\x89PNG"}, "c.zip")),
    "archive of an archive": refusal(lambda f: archive(f / "c.zip", {"inner.zip": _zipped(f).read_bytes()})),
    "archive with a password": refusal(_protected_zip),
    "archive that climbs out": refusal(_packed({"../../courses.txt.sh": TEXT.encode(), "/etc/x": b"a"}, "c.zip")),
    "archive of two courses": Defect(
        _packed({"a/courses.csv": TEXT.encode(), "b/courses.csv": TEXT.encode()}, "c.zip"), asked="courses"
    ),
    "open document without content": refusal(
        _packed({"mimetype": OPEN_TYPE, "META-INF/manifest.xml": b"<m/>"}, "c.ods")
    ),
    "open document with entities": refusal(
        _packed(
            {"mimetype": OPEN_TYPE, "content.xml": LAUGHS.encode() + b"<w>&d;</w>"},
            "c.ods",
        )
    ),
    "old Office file that is no workbook": refusal(content(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "c.xls")),
}  # fmt: skip

ROWS: dict[str, Defect] = {
    "row too short": edited(lambda rows: [*rows[:9], rows[9][:20], *rows[10:]], "short_row", line=10),
    "row too long": edited(lambda rows: [*rows[:9], ["P9", *rows[9]], *rows[10:]], "long_row", line=10),
    "row of one cell": edited(lambda rows: [*rows[:9], ["P009"], *rows[10:]], "short_row", line=10),
    "header without name": edited(lambda rows: [["" if n == 6 else c for n, c in enumerate(rows[0])], *rows[1:]],
                                  "empty_header", column="column 7"),
    "header twice": edited(
        lambda rows: [["sex" if n == 6 else c for n, c in enumerate(rows[0])], *rows[1:]],
        "duplicate_header", "ambiguous_header", line=None, column="sex",
    ),
    "headers that could be two fields": edited(
        lambda rows: [["OS time" if c == "crp_mg_l" else c for c in rows[0]], *rows[1:]], asked="OS time"
    ),
    "header with a unit unknown": edited(
        lambda rows: [["Albumin (furlong)" if c == "albumin_g_l" else c for c in rows[0]], *rows[1:]],
        "unknown_unit", column="Albumin (furlong)",
    ),
    "empty table beside the courses": Defect(_empty_table, ("empty_file",), table="labs"),
    "decimal commas that are separators": Defect(
        content("patient_id,ki67_percent,age_years\r\nP1,2,5,60\r\nP2,3,5,61\r\n"), ("long_row",), line=2
    ),
    "decimal commas in a file of commas": edited(
        _unquoted, "long_row", line=10
    ),
}  # fmt: skip


STRUCTURE = {**NO_TABLES, **WORKBOOKS, **ROWS}
