"""What stands around a table on a page: titles and headers repeated, totals, footnotes. Left out, and listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from core.formats import plural
from core.ingest.findings import Findings
from core.ingest.headers import candidates, plain
from core.problems import LEFT_OUT

Known = Callable[[list[str]], int]
"""Counts the cells of a row that are headers of the data dictionary, or that the mapping names."""
Row = tuple[int, list[str]]
"""The line where a row begins, and its cells; no cells for a line without any character."""

_TOTALS = (
    "total|totals|totaal|totalen|totaux|subtotal|sub total|subtotaal|sous total|eindtotaal|grand total|total general|"
    "algemeen totaal|mean|average|moyenne|moyennes|gemiddelde|gemiddeld|median|mediane|mediaan|"
    "standard deviation|ecart type|standaarddeviatie|standaardafwijking|mean sd|mean s d|moyenne ecart type"
)
_AMBIGUOUS = (
    "sum|somme|som|avg|gem|moy|sd|std|std dev|et|n|nb|min|max|minimum|maximum|range|iqr|count|aantal|nombre|effectif|"
    "q1|q3"
)
_COUNTED = r"(?: (?:patients?|patienten|cases|cas|rows|lignes|rijen|n|aantal|nombre|sd))*(?: n)?(?: [\d ]+)?"
_TOTAL = re.compile(rf"(?:{_TOTALS}){_COUNTED}")
_COUNT = re.compile(
    r"\s*n\s*[=:]\s*[\d ]+\s*|\s*(?:number of|nombre de|aantal) pati[eë]nt(?:s|en)?\s*[=:]?\s*[\d ]*", re.IGNORECASE
)
_MAYBE_TOTAL = frozenset(_AMBIGUOUS.split("|"))
_LIKE_TOTAL = re.compile(
    r"\s*(?:tot|sub|sous|mean|aver|moy|gem|m[eé]d|stand|[eé]cart|eind|grand|alg|number|nombre|aantal|n\s*[=:])",
    re.IGNORECASE,
)
"""Told at once of every row; only what begins so is looked at."""
_NUMBERED = re.compile(r"[^\W\d_]-?\d")
_NUMBER = re.compile(r"[\d\s.,%±-]*\d[\d\s.,%±-]*")
_PAGE = re.compile(r"(?:page|pagina|blz\.?)\s*\d+(?:\s*(?:of|de|van|sur|op|/)\s*\d+)?", re.IGNORECASE)
_NOTE = re.compile(
    r"\s*(?:[*†‡§¹²³]|\(\d\)|\[\d\]|(?:notes?|nota|nb|n\.b\.|remarks?|remarques?|opmerking(?:en)?|legende?|légende|"
    r"legenda|source|bron|abbreviations?|abréviations?|afkortingen|footnotes?|voetnoot|p\.s\.)\s*(?:[:.]|$))",
    re.IGNORECASE,
)
_LONG_NOTE = 40
_SHOWN = 12


@dataclass
class _Found:
    headers: list[int] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)


class Furniture:
    """Takes what is no row of the table out of its rows.

    Nothing is left out in the midst of a table but headers and titles that stand above it as well, page numbers, and
    rows whose patient is "Total" or the like; below the table also footnotes, which fill one cell after an empty row or
    begin as a footnote does, and rows that begin with such a word and are mostly empty, whichever column is the
    patient. A row that may be a patient stays.

    Parameters
    ----------
    table, file : as in `TextTable`
    headers : cells of the header row
    above : rows above the header
    known
    patient : header that the mapping states for the patient
    """

    def __init__(
        self,
        table: str,
        file: str,
        headers: Sequence[str],
        above: Iterable[Sequence[str]],
        known: Known,
        findings: Findings,
        patient: str = "",
    ) -> None:
        self.table, self.file, self.known, self.findings = table, file, known, findings
        self.headers = [header.strip() for header in headers]
        self._names = {header.casefold() for header in self.headers if header}
        self._wide = sum(map(bool, self.headers)) >= 4
        self._titles = {title for row in above if (title := _filled(row))}
        self._place = place_of_patient(table, self.headers, patient)
        self._order: list[int] | None = None
        self._found = _Found()
        self._levels: set[str] = set()  # of an unknown patient's table: words of totals that stand in full rows
        self._after_total = False

    def rows(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows of the table, with lines; rows under a header of another order are put into the first one's.

        Raises
        ------
        CohortError
            Headers are repeated with other names, so that what stands below belongs to other columns.
        """
        waiting: list[tuple[Row, bool]] = []  # what may be furniture by what follows; furniture also at the end
        gap = False
        for line, row in rows:
            if not (gap or waiting or self._after_total) and self._is_plain(row):
                yield line, row
                continue
            if not "".join(row).strip():
                gap = True
                if row:
                    yield line, row
                continue
            if self._is_header(line, row):
                self._leave_out(one for one, _ in waiting)
                waiting, gap = [], False
                continue
            if self._left_out(line, row):
                continue
            if self._order is not None:
                row = [row[place] if place < len(row) else "" for place in self._order]
            begun = any(sure for _, sure in waiting)
            if self._may_be_furniture(row, gap or begun, begun):
                waiting.append(((line, row), True))
                continue
            if _one_text(row) and len(row) > 1:
                waiting.append(((line, row), False))
                continue
            if gap and self._other_table(line, row):
                break
            yield from (one for one, _ in waiting)
            waiting, gap, self._after_total = [], False, False
            yield line, row
        yield from (one for one, sure in waiting if not sure)
        self._leave_out(one for one, sure in waiting if sure)
        self._list()

    def _is_plain(self, row: list[str]) -> bool:
        """Whether a row is told at once to be one of the table: most are."""
        if self._order is not None or len(row) - row.count("") <= 3 or not row[0].strip():
            return False
        cell = row[self._place] if self._place is not None and self._place < len(row) else ""
        return row[0].strip().casefold() not in self._names and bool(cell) and not _LIKE_TOTAL.match(cell)

    def _is_header(self, line: int, row: list[str]) -> bool:
        """Whether the row repeats the header; sets the order of the columns from here on."""
        if _first_text(row).casefold() not in self._names:
            return False
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        given = list(self.headers)
        while given and not given[-1]:
            given.pop()
        if [cell.casefold() for cell in cells] == [header.casefold() for header in given]:
            self._order = None
        elif len(cells) < 2 or self._share(cells) < 0.75 or self.known(row) < 2:
            return False
        elif sorted(map(str.casefold, cells)) == sorted(map(str.casefold, given)) and len(self._names) == len(cells):
            places = {cell.casefold(): place for place, cell in enumerate(cells)}
            self._order = [places[header.casefold()] if header else len(cells) for header in self.headers]
            self.findings.change(
                f"{self.table}: from line {line} of {self.file} on the columns stand in another order; each is read "
                "under its own header."
            )
        else:
            self._refuse(line)
        self._found.headers.append(line)
        return True

    def _share(self, cells: Sequence[str]) -> float:
        filled = [cell for cell in cells if cell]
        return sum(cell.casefold() in self._names for cell in filled) / len(filled)

    def _refuse(self, line: int) -> None:
        self.findings.refuse(
            "other_header",
            f"On this line of {self.file} headers stand again, and not those of the first: what is below belongs to "
            "other columns.",
            "Give both parts the same columns, or put the second part into a file or sheet of its own.",
            table=self.table,
            line=line,
        )

    def _left_out(self, line: int, row: list[str]) -> bool:
        """Whether the row is a title again, a page number or a total, wherever it stands."""
        filled = len(row) - row.count("")
        if filled <= 3 and self._titles and _filled(row) in self._titles:
            self._found.titles.append(line)
            return True
        if filled == 1 and _PAGE.fullmatch("".join(row).strip()):
            self._found.titles.append(line)
            return True
        if self._place is None:
            return False
        cell = row[self._place] if self._place < len(row) else ""
        if _is_total(cell if cell.strip() else _first_text(row)):
            self._found.totals.append(line)
            self._after_total = True
            return True
        return False

    def _may_be_furniture(self, row: list[str], gap: bool, begun: bool) -> bool:
        """Whether the row is a footnote or a statistic, should no row of the table follow; `begun`: after another."""
        if self._is_last_total(row):
            return True
        if not (gap or self._after_total):
            return len(row) - row.count("") == 1 and bool(_NOTE.match(_first_text(row)))
        first = _first_text(row)
        texts = len(row) - row.count("")
        if texts == 1 and _reads_as_note(first, gap):
            return True
        if texts <= 2 and self._wide and begun:
            return True
        return plain(first) in _MAYBE_TOTAL or (gap and row[0].strip() == first and _is_total(first))

    def _is_last_total(self, row: list[str]) -> bool:
        """Whether a row begins with the word of a total and is mostly empty otherwise.

        A word that may be initials also needs a number beside it and nothing else; one that stands in full rows of the
        same table is a level of its first column, such as a total resection.
        """
        cells = [cell.strip() for cell in row]
        place = next(number for number, cell in enumerate(cells) if cell)
        first, others = cells[place], [cell for cell in cells[place + 1 :] if cell]
        maybe = plain(first) in _MAYBE_TOTAL
        if not maybe and not _is_total(first):
            return False
        if 2 * len(others) >= sum(map(bool, self.headers)) - 1:
            self._levels.add(plain(first))
            return False
        if self._place is not None and place < self._place < len(cells) and cells[self._place]:
            return False
        if maybe and not (others and all(_NUMBER.fullmatch(cell) for cell in others)):
            return False
        return plain(first) not in self._levels

    def _other_table(self, line: int, row: list[str]) -> bool:
        """Whether another table begins after a gap: a row of headers that are not this table's."""
        if any(cell.strip()[:1].isdigit() for cell in row) or self.known(row) < 3 or self._share(row) > 0.25:
            return False
        self.findings.warning(
            "second_table",
            self.table,
            line,
            message=f"Another table begins on this line of {self.file}; from here on nothing is read.",
            remedy="Put it into a file or sheet of its own, named after what it holds.",
        )
        return True

    def _leave_out(self, rows: Iterable[Row]) -> None:
        """Rows that waited, now that what follows shows what they are."""
        for line, row in rows:
            first = _first_text(row)
            total = plain(first) in _MAYBE_TOTAL or _is_total(first)
            (self._found.totals if total else self._found.notes).append(line)

    def _list(self) -> None:
        for lines, what in (
            (self._found.headers, "the header repeated"),
            (self._found.titles, "titles and page numbers repeated"),
            (self._found.totals, "totals and other statistics of the table"),
            (self._found.notes, "notes and titles outside the table"),
        ):
            if lines:
                self.findings.change(f"{self.table}: left out of {self.file}, {listed(sorted(lines))}: {what}.")
                leave_out(self.table, sorted(lines), what, self.findings)


def leave_out(table: str, lines: Sequence[int], what: str, findings: Findings) -> None:
    """Note rows that are no rows of the table, each with its line."""
    findings.set_aside(
        LEFT_OUT,
        table,
        lines,
        message=f"The row is left out: {what}.",
        remedy="If it is a patient's, name the patient in it as in the other rows.",
    )


def list_above(table: str, file: str, kind: str, header_line: int, above: Sequence[Row], findings: Findings) -> None:
    """List the rows above the header, which are left out; `kind` is what a row of the file is called."""
    held = [line for line, row in above if any(cell.strip() for cell in row)]
    findings.change(
        f"{table}: {file} has its header on {kind} {header_line}; {plural(len(held), 'row')} above left out."
    )
    leave_out(table, held, "it stands above the header", findings)


def listed(lines: Sequence[int]) -> str:
    """Lines in words: "line 7", "lines 7, 9 and 12"."""
    shown = [str(line) for line in lines[:_SHOWN]]
    if len(lines) > _SHOWN:
        return f"lines {', '.join(shown)} and {len(lines) - _SHOWN:,} more"
    return f"lines {', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else f"line {shown[0]}"


def _first_text(row: Sequence[str]) -> str:
    return next((cell.strip() for cell in row if cell.strip()), "")


def _one_text(row: list[str]) -> bool:
    """Whether a row holds one cell only, of several words: a title, or a patient of whom nothing is known."""
    return len(row) - row.count("") == 1 and " " in _first_text(row)


def _is_total(cell: str) -> bool:
    if len(cell) > 80 or not _LIKE_TOTAL.match(cell) or _NUMBERED.search(cell):
        return False
    return bool(_TOTAL.fullmatch(plain(cell)) or _COUNT.fullmatch(cell))


def _filled(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in row if cell.strip())


def _reads_as_note(text: str, after_gap: bool) -> bool:
    if _NOTE.match(text):
        return True
    return after_gap and (len(text.split()) >= 2 or len(text) > _LONG_NOTE or text.endswith(":"))


def place_of_patient(table: str, headers: Sequence[str], stated: str = "") -> int | None:
    """Place of the column that says which patient a row is; None when no header says so."""
    for place, header in enumerate(headers):
        if stated and plain(header) == plain(stated):
            return place
    for place, header in enumerate(headers):
        if any(one.name == "patient_id" for one, _ in candidates(table, header)):
            return place
    return None
