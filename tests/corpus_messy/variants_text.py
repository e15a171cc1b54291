"""Messy text files: encodings, delimiters, line ends, titles, totals, blank and extra columns."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from tests.corpus_messy.cohort import KNOWN
from tests.corpus_messy.files import archive, delimited, save
from tests.corpus_messy.languages import EN, FR, FR_WORDS, NL, NL_WORDS
from tests.corpus_messy.style import PLAIN, Style
from tests.corpus_messy.variant import COURSES, Variant

ENGLISH = Style(headers=EN)
FRENCH = Style(headers=FR, words=FR_WORDS, date="%d/%m/%Y", decimal=",", yes_no=("Non", "Oui"))
DUTCH = Style(headers=NL, words=NL_WORDS, date="%d-%m-%Y", decimal=",", yes_no=("Nee", "Ja"))
N = len(COURSES.courses)
WIDTH = len(COURSES.courses[0])
ECOG = tuple(n % 3 for n in range(N))
REMARKS = tuple(
    ("Œdème des jambes, cœur normal", "vu à l'hôpital ; rien à signaler", None, "dose réduite (5 GBq)")[n % 4]
    for n in range(N)
)
LINES = tuple(("seen twice;\nno change", '1) fatigue\r\n2) "flush"', None)[n % 3] for n in range(N))


def text(rows, name="cohort.csv", encoding="utf-8", **how):
    """A builder of a file that holds these rows."""
    return lambda folder: save(folder, delimited(rows, **how), name, encoding)


def _page(folder: Path) -> Path:
    rows = ENGLISH.rows(COURSES)
    pages = [rows[0], *rows[1:11], rows[0], *rows[11:21], rows[0], *rows[21:]]
    return save(folder, delimited(pages))


def _titled(folder: Path) -> Path:
    rows = FRENCH.rows(COURSES)
    titles = "Service de médecine nucléaire;;;\r\nPRRT 2014-2023, mise à jour du 12/03/2024;;;\r\n\r\n"
    return save(folder, titles + delimited(rows, ";"), encoding="cp1252")


def _footed(folder: Path) -> Path:
    rows = FRENCH.rows(COURSES)
    blank = [""] * WIDTH
    ages = [row["age_years"] for row in COURSES.courses]
    mean = f"{sum(float(str(age)) for age in ages) / N:.1f}".replace(".", ",")
    foot = [
        blank,
        ["Total", str(N), *blank[2:]],
        ["Moyenne", "", "", mean, *blank[4:]],
        ["* Ki-67 mesuré sur la biopsie la plus récente", *blank[1:]],
        ["Source : dossier médical, extrait le 12/03/2024", *blank[1:]],
    ]
    return save(folder, delimited([*rows, *foot], ";"))


def _blanks(folder: Path) -> Path:
    rows = [["", *row[:5], "", *row[5:], "", ""] for row in ENGLISH.rows(COURSES)]
    empty = [""] * len(rows[0])
    spread = [line for number, row in enumerate(rows) for line in ([row, empty] if number % 4 == 0 else [row])]
    return save(folder, delimited(spread))


def _trailing(folder: Path) -> Path:
    rows = DUTCH.rows(COURSES)
    return save(folder, "".join(line + ";;\r\n" for line in delimited(rows, ";").splitlines()), encoding="cp1252")


def _trailing_below(folder: Path) -> Path:
    head, *lines = delimited(ENGLISH.rows(COURSES), ending="\n").splitlines()
    return save(folder, "\n".join([head, *(line + "," for line in lines)]) + "\n")


def _mixed_ends(folder: Path) -> Path:
    lines = delimited(ENGLISH.rows(COURSES), ending="\n").splitlines()
    return save(folder, "".join(line + ("\r\n" if n % 2 else "\n") for n, line in enumerate(lines)))


def _header_breaks(folder: Path) -> Path:
    head, *rows = FRENCH.rows(COURSES)
    broken = [header.replace(" de ", "\nde ").replace(" (", "\n(") for header in head]
    return save(folder, delimited([broken, *rows], ";"))


def _spaces(folder: Path) -> Path:
    rows = [[f"\u00a0{cell} " if cell else cell for cell in row] for row in FRENCH.rows(COURSES)]
    return save(folder, delimited(rows, ";"))


def _folder(folder: Path) -> Path:
    made = folder / "cohorte"
    made.mkdir()
    for table in KNOWN.tables:
        save(made, delimited(FRENCH.rows(KNOWN, table), ";"), f"{table}.csv", "cp1252")
    return made


def _zip(folder: Path, style: Style, names: dict[str, str], encoding: str) -> Path:
    files = {name: delimited(style.rows(KNOWN, table), ";").encode(encoding) for table, name in names.items()}
    return archive(folder / "export.zip", files)


EXTRA = {"ECOG": ECOG, "Remarques": REMARKS}
TEXT: dict[str, Variant] = {
    "canonical": Variant(text(PLAIN.rows(COURSES))),
    "text_called_xls": Variant(text(FRENCH.rows(COURSES), "export.xls", "cp1252", delimiter="\t")),
    "utf8_mark": Variant(text(ENGLISH.rows(COURSES), encoding="utf-8-sig")),
    "french_windows_1252": Variant(text(FRENCH.rows(COURSES), encoding="cp1252", delimiter=";")),
    "dutch_windows_1252": Variant(text(DUTCH.rows(COURSES), encoding="cp1252", delimiter=";")),
    "utf16_tab": Variant(text(FRENCH.rows(COURSES), "cohort.txt", "utf-16", delimiter="\t")),
    "utf16_big_endian": Variant(
        lambda folder: save(folder, b"\xfe\xff" + delimited(DUTCH.rows(COURSES), ";").encode("utf-16-be"))
    ),
    "latin_9": Variant(
        text(replace(FRENCH, extras={"Remarques": REMARKS}).rows(COURSES), encoding="iso-8859-15", delimiter=";"),
        extras={"Remarques": REMARKS},
    ),
    "old_mac_line_ends": Variant(text(ENGLISH.rows(COURSES), ending="\r")),
    "mixed_line_ends": Variant(_mixed_ends),
    "separator_line": Variant(lambda folder: save(folder, "sep=;\r\n" + delimited(FRENCH.rows(COURSES), ";"))),
    "vertical_bar": Variant(text(DUTCH.rows(COURSES), "cohort.txt", delimiter="|")),
    "tab": Variant(text(ENGLISH.rows(COURSES), "cohort.tsv", delimiter="\t", ending="\n")),
    "title_lines": Variant(_titled),
    "pasted_pages": Variant(_page),
    "totals_and_footnotes": Variant(_footed),
    "blank_rows_and_columns": Variant(_blanks),
    "unknown_columns": Variant(text(replace(FRENCH, extras=EXTRA).rows(COURSES), delimiter=";"), extras=EXTRA),
    "quoted_newlines": Variant(
        text(replace(ENGLISH, extras={"Remark": LINES}).rows(COURSES)), extras={"Remark": LINES}
    ),
    "trailing_separators": Variant(_trailing),
    "trailing_separators_below_the_header": Variant(_trailing_below),
    "everything_quoted": Variant(text(FRENCH.rows(COURSES), delimiter=";", quoting=csv.QUOTE_ALL)),
    "single_quoted_header_breaks": Variant(_header_breaks),
    "no_break_spaces_around": Variant(_spaces),
    "columns_in_another_order": Variant(text(replace(FRENCH, shuffle="columns").rows(COURSES), delimiter=";")),
    "rows_in_another_order": Variant(text(replace(DUTCH, shuffle="rows").rows(COURSES), delimiter=";")),
    "folder_of_tables": Variant(_folder, cohort=KNOWN),
    "zip_of_tables": Variant(
        lambda folder: _zip(folder, ENGLISH, {name: f"{name}.csv" for name in KNOWN.tables}, "utf-8"), cohort=KNOWN
    ),
    "zip_of_french_tables_in_a_folder": Variant(
        lambda folder: _zip(
            folder,
            FRENCH,
            {
                "courses": "PRRT/Cures.csv",
                "cycles": "PRRT/Cycles.csv",
                "labs": "PRRT/Laboratoire.csv",
                "adverse_events": "PRRT/Effets indésirables.csv",
            },
            "cp1252",
        ),
        cohort=KNOWN,
    ),
}
