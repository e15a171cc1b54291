"""A cohort as the rows of a file: headers, dates, decimal marks, words, units as one department writes them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from core.fields import TABLE_FIELDS
from tests.corpus_messy.cohort import Cohort
from tests.corpus_messy.languages import Words

FIELDS = {name: one for fields in TABLE_FIELDS.values() for name, one in fields.items()}


@dataclass(frozen=True)
class Style:
    """How a file is written.

    Parameters
    ----------
    headers : field -> header; a field that it lacks goes by its canonical name
    date : strftime form, or what makes the text of a date
    decimal, thousands : marks of numbers
    words : field -> level -> as written
    yes_no : as written
    missing : what stands in an empty cell
    factors : field -> multiplies the cohort's number to give the file's (the header says the unit)
    written : field -> makes the text of a value itself, missing ones too
    extras : header -> cell of each row of the courses
    shuffle : order of "rows", of "columns" or of neither is another
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    date: str | Callable[[date], str] = "%Y-%m-%d"
    decimal: str = "."
    thousands: str = ""
    words: Words = field(default_factory=dict)
    yes_no: tuple[str, str] = ("no", "yes")
    missing: str = ""
    factors: Mapping[str, Fraction] = field(default_factory=dict)
    written: Mapping[str, Callable[[object], str]] = field(default_factory=dict)
    extras: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    shuffle: str = ""

    def rows(self, cohort: Cohort, table: str = "courses") -> list[list[str]]:
        """Header and rows of a table as text."""
        return self._all(cohort, table, self.text)

    def cells(self, cohort: Cohort, table: str = "courses") -> list[list[object]]:
        """Header and rows of a table as a workbook holds them: numbers and dates stay what they are."""
        return self._all(cohort, table, self.cell)

    def _all(self, cohort: Cohort, table: str, one: Callable[[str, object], object]) -> list:
        rows = cohort.tables[table]
        names = list(rows[0])
        made = [[self.headers.get(f"{table}.{name}", self.headers.get(name, name)) for name in names]]
        made += [[one(name, row.get(name)) for name in names] for row in rows]
        if table == "courses":
            for header, cells in self.extras.items():
                for row, cell in zip(made, [header, *cells], strict=True):
                    row.append("" if cell is None else cell if one == self.cell else self._plain(cell))
        return self._shuffled(made)

    def _shuffled(self, made: list[list]) -> list[list]:
        drawn = random.Random(3)
        if self.shuffle == "rows":
            body = made[1:]
            drawn.shuffle(body)
            return [made[0], *body]
        if self.shuffle == "columns":
            order = list(range(len(made[0])))
            drawn.shuffle(order)
            return [[row[place] for place in order] for row in made]
        return made

    def text(self, name: str, value: object) -> str:
        """A value as text."""
        if name in self.written:
            return self.written[name](value)
        if value is None:
            return self.missing
        if name in self.words:
            return self.words[name].get(str(value), str(value))
        if name in self.factors and isinstance(value, (int, float)):
            return self._plain(float(Fraction(str(value)) * self.factors[name]))
        return self._plain(value)

    def cell(self, name: str, value: object) -> object:
        """A value as a workbook's cell; "" for an empty one."""
        if name in self.written or name in self.words or isinstance(value, bool) or value is None:
            return self.text(name, value)
        if name in self.factors and isinstance(value, (int, float)):
            return float(Fraction(str(value)) * self.factors[name])
        if name == "grade" and isinstance(value, str):
            return int(value)
        return value

    def _plain(self, value: object) -> str:
        if isinstance(value, bool):
            return self.yes_no[value]
        if isinstance(value, date):
            return value.strftime(self.date) if isinstance(self.date, str) else self.date(value)
        if isinstance(value, (int, float)):
            return self._number(value)
        return str(value)

    def _number(self, value: float) -> str:
        text = str(int(value)) if float(value).is_integer() else repr(value)
        whole, point, rest = text.partition(".")
        if self.thousands and len(whole) > 3:
            whole = f"{int(whole):,}".replace(",", self.thousands)
        return whole + (self.decimal + rest if point else "")


PLAIN = Style()
