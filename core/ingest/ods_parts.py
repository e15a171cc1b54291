"""The content of an .ods workbook, measured before it is opened; its errors of formulas and cells in percent."""

from __future__ import annotations

import zipfile
from xml.parsers.expat import ParserCreate

from core.ingest.containers import inflate
from core.ingest.findings import Findings
from core.ingest.formula_errors import is_formula_error
from core.ingest.survey import SheetSurvey, check_repetition, check_span
from core.ingest.tabular import Limits

_CELLS = ("table:table-cell", "table:covered-table-cell")
_MOST = 1 << 24


def survey_ods(
    archive: zipfile.ZipFile, packed: int, file: str, limits: Limits, findings: Findings
) -> dict[str, SheetSurvey]:
    """Sheet name -> its survey.

    Raises
    ------
    CohortError
        Larger than allowed, repeated beyond reason, entities in its XML.
    xml.parsers.expat.ExpatError
        Damaged.
    """
    content = _Content(file, limits, findings)
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = content.refuse_entities
    parser.StartElementHandler = content.start
    parser.EndElementHandler = content.end
    parser.CharacterDataHandler = content.data
    for piece in inflate(archive, "content.xml", packed, file, limits, findings):
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    return content.sheets


class _Content:
    """Follows the elements of the content: tables, rows, cells and how often each is repeated."""

    def __init__(self, file: str, limits: Limits, findings: Findings) -> None:
        self.file, self.limits, self.findings = file, limits, findings
        self.sheets: dict[str, SheetSurvey] = {}
        self.sheet = SheetSurvey()
        self.row = self.column = self.last_row = self.last_column = 0
        self.repeat_row = self.repeat = 1
        self.used = self.cells = self.written = self.volume = 0
        self.filled = self.in_cell = False
        self.kind = ""
        self.text: list[str] = []

    def refuse_entities(self, *_: object) -> None:
        """Refuse a document type, which no workbook declares and bombs are made of."""
        self.findings.refuse(
            "unsafe_xml",
            f"{self.file} declares XML entities, which no workbook needs and which can fill the memory; it is not "
            "opened.",
            "Open it in LibreOffice and save it again as .ods or .xlsx.",
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "table:table":
            self.sheet = self.sheets.setdefault(attributes.get("table:name", ""), SheetSurvey())
            self.row = self.last_row = self.last_column = self.used = 0
        elif name == "table:table-row":
            self.column, self.repeat_row = 0, _number(attributes.get("table:number-rows-repeated"))
        elif name in _CELLS:
            self.repeat = _number(attributes.get("table:number-columns-repeated"))
            self.kind = attributes.get("office:value-type", "")
            self.filled, self.in_cell, self.text = bool(self.kind), True, []

    def data(self, text: str) -> None:
        """Text within a cell."""
        if self.in_cell:
            self.text.append(text)
            self.filled = True

    def end(self, name: str) -> None:
        """An element ends."""
        if name in _CELLS:
            self.in_cell = False
            if self.filled:
                self._cell("".join(self.text))
            self.column += self.repeat
        elif name == "table:table-row":
            self.row += self.repeat_row
        elif name == "table:table":
            check_span(self.last_row, self.last_column, max(self.used, 1), self.file, self.limits, self.findings)

    def _cell(self, text: str) -> None:
        number = self.repeat * self.repeat_row
        self.used += number
        self.cells += number
        self.written += 1
        self.volume += len(text) * number
        check_repetition(self.cells, self.written, self.volume, self.file, self.limits, self.findings)
        self.last_row = max(self.last_row, self.row + self.repeat_row)
        self.last_column = max(self.last_column, self.column + self.repeat)
        error = is_formula_error(text.strip())
        if not error and self.kind != "percentage":
            return
        for row in range(self.row, self.row + self.repeat_row):
            for column in range(self.column, self.column + self.repeat):
                if error:
                    self.sheet.error(row, column, text.strip())
                else:
                    self.sheet.percent(row, column)


def _number(text: str | None) -> int:
    return min(int(text), _MOST) if text and text.isascii() and text.isdigit() and text != "0" else 1
