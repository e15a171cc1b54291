"""Malformed cells: every field with a wrong value, dates that cannot be, numbers out of range, identifiers."""

from __future__ import annotations

from core.fields import TABLE_FIELDS
from core.ingest.plausible import possible_range
from tests.corpus_malformed.defect import Defect, cells, column, refusal, table_rows, write_cohort
from tests.corpus_messy.cohort import KNOWN
from tests.ingest.files import TODAY

_WRONG = {
    "number": ("twelve", ("wrong_type",)),
    "integer": ("1.5", ("wrong_type",)),
    "yes_no": ("perhaps", ("wrong_type", "unknown_level")),
    "category": ("zzz", ("unknown_level",)),
    "date": ("soon", ("wrong_type",)),
}
_WRONG_DATES = {
    "of no calendar": ("2019-02-30", "impossible_date"),
    "of a 13th month": ("2019-13-01", "impossible_date"),
    "of the year 20": ("0020-01-01", "impossible_date"),
    "of the year 1019": ("1019-01-15", "impossible_date"),
    "without day": ("2019-03", "incomplete_date"),
    "to come": ("2031-01-01", "future_date"),
    "of two dates": ("2019-01-01 or 2019-02-01", "wrong_type"),
}
_DATES = ("first_cycle_date", "progression_date", "death_date", "last_contact_date")
_WRONG_NUMBERS = {
    "two commas": "1,2,3",
    "two signs": "--5",
    "overflow": "1e999",
    "hexadecimal": "0x1F",
    "range": "30-35",
    "letters after": "35 about",
    "fraction": "1/2",
    "infinity": "inf",
    "reversed thousands": "1,23.4",
    "letter O": "3O",
}


def _of_type() -> dict[str, Defect]:
    """Every field of every table of the known cohort with a value that its type does not have."""
    found = {}
    for table, rows in KNOWN.tables.items():
        for name in rows[0]:
            kind = TABLE_FIELDS[table][name].type
            if kind in _WRONG:
                value, codes = _WRONG[kind]
                found[f"{table}.{name} of the wrong type"] = cells({name: value}, *codes, table=table)
    return found


def _out_of_range() -> dict[str, Defect]:
    """Every number below what is possible, and above what is plausible."""
    found = {}
    for name in KNOWN.courses[0]:
        field = TABLE_FIELDS["courses"][name]
        if not field.numeric:
            continue
        low, high = possible_range(field, TODAY)
        if low is not None:
            found[f"{name} below the possible"] = cells({name: f"{low - 1:g}"}, "impossible_value")
        top = field.plausible[1] if field.plausible else None
        if top is not None:
            codes = ("impossible_value",) if high is not None and top + 7 > high else ("implausible_value",)
            found[f"{name} above the plausible"] = cells({name: f"{top + 7:.0f}"}, *codes)
    return found


def _people() -> dict[str, Defect]:
    """Direct identifiers: left out or refused, and never repeated."""
    names = ["Dupont Jean", "Smet Marie", "Peeters Luc", "Janssens An", "Maes Tom"]
    number = "85.07.30-033.28"

    def patients(make) -> Defect:
        def build(folder):
            rows = table_rows()
            for place, row in enumerate(rows[1:]):
                row[0] = make(place)
            return write_cohort(folder, "courses", rows)

        return refusal(build, "identifying_patient_id")

    return {
        "patients by name": patients(lambda n: f"{names[n % 5]}{'abcdefgh'[n // 5]}"),
        "patients by national number": patients(lambda n: number),
        "patients by e-mail": patients(lambda n: f"p{n}@example.org"),
        "one patient by e-mail": cells({"patient_id": "jean@example.org"}, refused=True, hidden=("jean@example.org",)),
        "one patient by national number": cells({"patient_id": number}, refused=True, hidden=(number,)),
        "column of names": column("Nom", lambda n: names[n % 5], listed="a name", hidden=tuple(names), column=""),
        "column of first names": column("Voornaam", lambda n: "Marieke", listed="a name", hidden=("Marieke",)),
        "column of e-mails": column(
            "Kontakt", lambda n: f"q{n}@example.org", listed="an e-mail address", hidden=("q1@example.org",)
        ),
        "column of telephone numbers": column(
            "Joignable au", lambda n: f"0470 12 34 {n:02d}", listed="a telephone number", hidden=("0470 12 34 05",)
        ),
        "column of national numbers": column("Ref", lambda n: number, listed="a national number", hidden=(number,)),
        "column of addresses": column("Adresse", lambda n: "Rue Haute 1", listed="an address", hidden=("Rue Haute",)),
        "column of birth dates": column(
            "Date de naissance", lambda n: f"19{40 + n}-03-02", listed="a birth date", hidden=("1945-03-02",)
        ),
        "column of birth dates by value": column(
            "D1", lambda n: f"19{40 + n}-03-02", listed="a birth date", hidden=("1945-03-02",)
        ),
        "e-mail in a remark": cells(
            {"Remark": "write to jean@example.org"}, "identifier", hidden=("jean@example.org",), value=None
        ),
        "national number in a remark": cells({"Remark": f"nr {number}"}, "identifier", hidden=(number,), value=None),
        "birth date that is none": cells(
            {"Date de naissance": "1950-02-31"}, listed="a birth date", hidden=("1950-02-31",)
        ),
    }


CELLS: dict[str, Defect] = {
    **_of_type(),
    **_out_of_range(),
    **{
        f"{name} {what}": cells({name: value}, code)
        for name in _DATES
        for what, (value, code) in _WRONG_DATES.items()
    },
    **{f"albumin of {what}": cells({"albumin_g_l": value}) for what, value in _WRONG_NUMBERS.items()},
    **_people(),
}  # fmt: skip
