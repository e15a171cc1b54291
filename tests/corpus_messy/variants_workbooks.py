"""Messy workbooks: XLSX, XLS and ODS with titles, several sheets, two date systems, formula errors, numbers as text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.corpus_messy.cohort import KNOWN
from tests.corpus_messy.files import Formula, Rows, old_workbook, open_document, workbook
from tests.corpus_messy.style import Style
from tests.corpus_messy.variant import COURSES, Variant
from tests.corpus_messy.variants_text import DUTCH, ECOG, ENGLISH, FRENCH, WIDTH, N

SHEETS = {"courses": "Cures", "cycles": "Cycles", "labs": "Labo", "adverse_events": "Effets indésirables"}


def sheets(style: Style, names: dict[str, str] | None = None) -> dict[str, Rows]:
    """Every table of the cohort as a sheet."""
    return {(names or {}).get(table, table): style.cells(KNOWN, table) for table in KNOWN.tables}


def _one(folder: Path, **how) -> Path:
    return workbook(folder / "cohort.xlsx", {"Feuil1": FRENCH.cells(COURSES)}, **how)


def _titled(folder: Path) -> Path:
    rows = [[], [], [], *([None, *row] for row in FRENCH.cells(COURSES))]
    merged = [("Cohorte PRRT - Institut", 0, 1, 12), ("Caractéristiques", 1, 2, 8), ("Biologie", 1, 16, 24)]
    return workbook(folder / "titres.xlsx", {"Feuil1": rows}, merged=merged)


def _footed(folder: Path) -> Path:
    rows = ENGLISH.cells(COURSES)
    foot = [[], ["Total", N], ["Mean", "", "", Formula("=AVERAGE(D2:D31)", 61.2)], ["* as of March 2024"]]
    return workbook(folder / "cohort.xlsx", {"PRRT": [*rows, *foot]})


def _errors(folder: Path) -> Path:
    rows = [
        [Formula("=VLOOKUP(A2,Labs!A:B,2,0)", "#N/A") if cell == "" else cell for cell in row]
        for row in ENGLISH.cells(COURSES)
    ]
    return workbook(folder / "lookup.xlsx", {"PRRT": rows})


def _as_text(folder: Path) -> Path:
    return workbook(folder / "text.xlsx", {"Blad1": DUTCH.rows(COURSES)})


def _with_notes(folder: Path) -> Path:
    notes = [["Codebook"], ["Ki-67", "index on biopsy"], ["CgA", "chromogranin A"]]
    pivot = [["Count of patients", ""], ["male", 14], ["female", 16]]
    return workbook(folder / "all.xlsx", {"Codebook": notes, **sheets(ENGLISH), "Pivot": pivot})


def _blank_columns(folder: Path) -> Path:
    rows = [[*row[:6], "", "", *row[6:]] for row in ENGLISH.cells(COURSES)]
    spread = [*rows[:9], [], [], *rows[9:]]
    return workbook(folder / "gaps.xlsx", {"Sheet1": spread})


def _two_sheets(folder: Path) -> Path:
    text = [["How to fill in"], ["One row per course"]]
    return workbook(folder / "two.xlsx", {"Instructions": text, "Data": ENGLISH.cells(COURSES)})


WORKBOOKS: dict[str, Variant] = {
    "xlsx": Variant(_one),
    "xlsx_1904": Variant(lambda folder: _one(folder, date_1904=True)),
    "xlsx_dates_shown_as_numbers": Variant(lambda folder: _one(folder, date_format="0")),
    "xlsx_merged_titles": Variant(_titled),
    "xlsx_totals": Variant(_footed),
    "xlsx_formula_errors": Variant(_errors, warns=frozenset({"excel_error"})),
    "xlsx_everything_text": Variant(_as_text),
    "xlsx_four_sheets_and_notes": Variant(_with_notes, cohort=KNOWN),
    "xlsx_french_sheets": Variant(
        lambda folder: workbook(folder / "cohorte.xlsx", sheets(FRENCH, SHEETS)), cohort=KNOWN
    ),
    "xlsx_instructions_first": Variant(_two_sheets),
    "xlsx_blank_rows_and_columns": Variant(_blank_columns),
    "xlsx_own_column": Variant(
        lambda folder: workbook(folder / "own.xlsx", {"s": replace(ENGLISH, extras={"ECOG": ECOG}).cells(COURSES)}),
        extras={"ECOG": ECOG},
    ),
    "xls": Variant(lambda folder: old_workbook(folder / "cohort.xls", {"Feuil1": FRENCH.cells(COURSES)})),
    "xls_four_sheets": Variant(lambda folder: old_workbook(folder / "all.xls", sheets(DUTCH)), cohort=KNOWN),
    "ods": Variant(lambda folder: open_document(folder / "cohort.ods", {"Feuille1": FRENCH.cells(COURSES)})),
    "ods_four_sheets": Variant(lambda folder: open_document(folder / "all.ods", sheets(ENGLISH)), cohort=KNOWN),
}
assert len(COURSES.courses[0]) == WIDTH
