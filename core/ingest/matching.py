"""Headers and cells to fields, what is surest first; what remains open is asked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.dictionary import Field
from core.fields import TABLE_FIELDS
from core.ingest.assignment import STATED, Assignment, fate, listed, remedy, why_read_as
from core.ingest.findings import Findings
from core.ingest.fit import Fit
from core.ingest.header_units import header_parts, unit_factor
from core.ingest.headers import NAME, SIMILAR, candidates, loosely
from core.ingest.identifiers import by_header
from core.ingest.mapping_questions import NONE, ask_patient, ask_what, ask_which, question_key
from core.ingest.similar import TAKEN, similar
from core.ingest.tabular import TextTable

_TAKEN_AS_TEXT = 0.95
_MOST_ASKED = 5
"""Columns among which the patient's is asked for."""


class Matching:
    """Finds the field of each column of a table.

    Parameters
    ----------
    table : the table
    fit : tries its cells
    findings : takes questions, changes and problems
    """

    def __init__(self, table: TextTable, fit: Fit, findings: Findings) -> None:
        self.table, self.fit, self.findings = table, fit, findings
        self.fields = TABLE_FIELDS[table.name]
        self.assignments: list[Assignment] = []
        self._decided = {place for place, column in enumerate(table.columns) if column.made}

    def take(self, assignment: Assignment) -> None:
        """Take an assignment in; what a person states is converted from the unit that the header names."""
        if assignment.how == STATED and not assignment.unit:
            assignment = self._with_factor(assignment)
        self.assignments.append(assignment)
        self._decided.add(assignment.column)

    def take_answers(self) -> None:
        """Take what was answered of single columns: a field, or that it is none.

        Raises
        ------
        CohortError
            Two columns answered to be one field.
        """
        for place, column in enumerate(self.table.columns):
            answer = self.findings.answered(question_key(self.table, place), {NONE, *self.fields})
            if not answer or place in {one.column for one in self.assignments}:
                continue
            self._ask_again(place)
            self._decided.add(place)
            if answer == NONE:
                continue
            if answer in self._taken():
                self.findings.refuse(
                    "unknown_answer",
                    f"The column '{column.header}' is answered to be {self.fields[answer].label}, which another column "
                    "is stated to be.",
                    "Let one column be the field, and answer 'none' for the other.",
                    table=self.table.name,
                    column=column.header,
                )
            self.take(Assignment(place, self.fields[answer], STATED))

    def take_names(self) -> None:
        """Take the columns whose headers are names, labels or synonyms of a field."""
        claims: dict[str, list[Assignment]] = defaultdict(list)
        taken = self._taken()
        for place in self._open():
            claim = self._claim(place)
            if claim is not None and claim.field.name not in taken:
                claims[claim.field.name] += [claim, *self._repeated(claim)]
        for name, rivals in claims.items():
            winner = rivals[0] if len(rivals) == 1 else self._winner(name, rivals)
            if winner is not None:
                self.take(winner)

    def _repeated(self, claim: Assignment) -> list[Assignment]:
        """The claim of a column for each further one under the very same header."""
        made = re.compile(re.escape(self._header(claim)) + r" \(column [0-9]+\)")
        places = [place for place, column in enumerate(self.table.columns)
                  if column.made and place > claim.column and made.fullmatch(column.header)]  # fmt: skip
        return [replace(claim, column=place) for place in places]

    def take_similar(self) -> None:
        """Take or ask about the columns whose headers are nearly a name of a field that no column is."""
        near = {place: self._similar(place) for place in self._open()}
        found = [claims for claims in near.values() if claims]
        for claims in sorted(found, key=lambda claims: -(claims[0].similarity or 0)):
            place = claims[0].column
            if any(one.field.name in self._taken() for one in claims):
                continue
            header = self.table.columns[place].header
            fitting = [one for one in claims if self.fit.fits(place, one.field, one.factor)]
            if not fitting:
                self._nearly(place, claims[0])
            elif len(fitting) == len(claims) == 1 and self._sure(claims[0]):
                self.take(claims[0])
                self.findings.change(
                    f"{self.table.name}: '{header}' read as {claims[0].field.label}, whose name is nearly the same "
                    f"({claims[0].confidence:.0%} sure)."
                )
            else:
                answered = ask_what(self.table, self.fit, place, [one.field for one in fitting], self.findings)
                self._take_answer(answered, fitting)

    def take_patient(self) -> None:
        """Ask which column names the patient where no header tells and some could, by their cells."""
        field = self.fields["patient_id"]
        if self.table.name != "courses" or field.name in self._taken():
            return
        places = [place for place in self._open() if self.fit.names_rows(place)][:_MOST_ASKED]
        place = ask_patient(self.table, self.fit, field, places, self.findings) if places else None
        if place is not None:
            self.take(Assignment(place, field, STATED))

    def _taken(self) -> set[str]:
        return {one.field.name for one in self.assignments}

    def _open(self) -> list[int]:
        return [place for place in range(len(self.table.columns)) if place not in self._decided]

    def _claim(self, place: int) -> Assignment | None:
        """The field a column claims by its header; None when no field, or several, go by it."""
        header = self.table.columns[place].header
        claims, unknown = self._named(place)
        if unknown is not None:
            field, unit = unknown
            self.findings.warning(
                "unknown_unit",
                self.table.name,
                None,
                column=header,
                message=f"The column '{header}' looks like {field.label}, but '{unit}' is not a unit known for it; "
                f"it is {fate(self.table.name)}.",
                remedy=f"Convert the values to {field.unit or 'plain numbers'}, or "
                f"{remedy(self.table.name, field, header)}.",
            )
        if len(claims) <= 1:
            return claims[0] if claims else None
        fitting = [one for one in claims if self.fit.fits(place, one.field, one.factor)]
        if len(fitting) == 1:
            others = [one.field for one in claims if one is not fitting[0]]
            self.findings.change(f"{self.table.name}: {why_read_as(header, fitting[0].field, others)}")
            return fitting[0]
        if fitting:
            answered = ask_what(self.table, self.fit, place, [one.field for one in fitting], self.findings)
            return next((one for one in fitting if one.field.name == answered), None)
        best = min(claims, key=lambda one: one.how)
        surest = [one for one in claims if one.how == best.how]
        if len(surest) == 1:
            return best
        if not self.fit.empty(place):
            self._ambiguous(header, claims)
        return None

    def _named(self, place: int) -> tuple[list[Assignment], tuple[Field, str] | None]:
        """What a header claims to be; and the field of a header whose unit is not known for it."""
        table, header = self.table.name, self.table.columns[place].header
        found = candidates(table, header)
        if found:
            return [Assignment(place, field, how) for field, how in found], None
        unknown = None
        for base, unit in header_parts(header):
            found = candidates(table, base)
            claims = self._in_unit(place, found, unit)
            if claims:
                return claims, None
            if found:
                unknown = (found[0][0], unit)
        if unknown is not None:
            return [], unknown
        for base, unit in (("", ""), *header_parts(header)):
            claims = self._in_unit(place, loosely(table, base or header), unit)
            claims = [one for one in claims if self.fit.fits(place, one.field, one.factor)]
            if claims:
                return claims, None
        return [], None

    def _in_unit(self, place: int, found: Iterable[tuple[Field, int]], unit: str) -> list[Assignment]:
        """Claims of a header from which a unit, or a remark in brackets, was taken off; those that know the unit."""
        claims = [_in_unit(Assignment(place, field, how), unit) for field, how in found]
        return [one for one in claims if one is not None]

    def _with_factor(self, assignment: Assignment) -> Assignment:
        for _, unit in header_parts(self.table.columns[assignment.column].header):
            converted = _in_unit(assignment, unit)
            if converted is not None:
                return converted
        return assignment

    def _similar(self, place: int) -> list[Assignment]:
        """What a header is nearly, the most similar first."""
        header = self.table.columns[place].header
        if by_header(header):
            return []
        for base, unit in ((header, ""), *header_parts(header)):
            claims = [
                _in_unit(Assignment(place, one.field, SIMILAR, similarity=one.score), unit)
                for one in similar(self.table.name, base)
            ]
            known = [one for one in claims if one is not None]
            if known:
                return known
        return []

    def _sure(self, claim: Assignment) -> bool:
        return (claim.similarity or 0) >= (_TAKEN_AS_TEXT if claim.field.type == "text" else TAKEN)

    def _winner(self, name: str, rivals: Sequence[Assignment]) -> Assignment | None:
        """The column that a field takes of those which claim it: told by the cells where these can tell, else asked."""
        headers = [self.table.columns[one.column].header for one in rivals]
        fitting = [one for one in rivals if self.fit.fits(one.column, one.field, one.factor)]
        ranked = sorted(fitting or rivals, key=lambda one: (one.how, self._header(one) != name, one.column))
        best = ranked[0]
        quoted = listed([f"'{one}'" for one in headers], " and ")
        first = f"{self.table.name}: {quoted} could each be {best.field.label}; "
        taken = f"'{self._header(best)}' is taken for it"
        repeated = any(self.table.columns[one.column].made for one in ranked)
        if best.how == NAME and self._header(best) == name and not repeated:
            self.findings.change(f"{first}{taken}, whose header is the field's name.")
            return best
        if len(ranked) == 1:
            self.findings.change(f"{first}{taken}, the only one whose cells fit.")
            return best
        field, pair = best.field, (best.column, best.factor)
        if all(self.fit.agree(field, pair, (other.column, other.factor)) for other in ranked[1:]):
            self.findings.change(f"{first}{taken}; they say the same wherever both have a value.")
            return best
        answered = ask_which(self.table, self.fit, best.field, ranked, self.findings)
        if answered != self._header(best) and answered != NONE:
            best = next(one for one in ranked if self._header(one) == answered)
        what = "none of them" if answered == NONE else f"'{answered}'"
        self.findings.change(f"{first}{what} is taken for it.")
        return None if answered == NONE else best

    def _header(self, claim: Assignment) -> str:
        return self.table.columns[claim.column].header

    def _ask_again(self, place: int) -> None:
        """Ask what would be asked of a column that has been answered, so that the answer can be seen and changed."""
        claims, _ = self._named(place)
        claims = claims or self._similar(place)
        fitting = [one for one in claims if self.fit.fits(place, one.field, one.factor)]
        surely = len(fitting) == 1 and (fitting[0].how != SIMILAR or self._sure(fitting[0]))
        if fitting and not surely:
            ask_what(self.table, self.fit, place, [one.field for one in fitting], self.findings)

    def _take_answer(self, answered: str, claims: Sequence[Assignment]) -> None:
        for one in claims:
            if one.field.name == answered:
                self.take(replace(one, how=STATED, similarity=None))

    def _ambiguous(self, header: str, claims: Sequence[Assignment]) -> None:
        names = [one.field.label for one in claims]
        self.findings.warning(
            "ambiguous_header",
            self.table.name,
            None,
            column=header,
            message=f"The column '{header}' may be {listed(names, ' or ')}, and its cells fit none of them; it is "
            f"{fate(self.table.name)}.",
            remedy=f"If it is {names[0]}, {remedy(self.table.name, claims[0].field, header)}.",
        )

    def _nearly(self, place: int, claim: Assignment) -> None:
        if self.fit.empty(place) or not self._sure(claim):
            return
        header, name = self.table.columns[place].header, claim.field.label
        self.findings.warning(
            "unknown_header",
            self.table.name,
            None,
            column=header,
            message=f"The column '{header}' is nearly {name}, but its cells do not fit; it is {fate(self.table.name)}.",
            remedy=f"If it is {name}, correct the values, or {remedy(self.table.name, claim.field, header)}.",
        )


def _in_unit(assignment: Assignment, unit: str) -> Assignment | None:
    """An assignment whose numbers stand in a unit; None when the unit is not known for the field."""
    if not unit or not assignment.field.numeric:
        return assignment
    factor = unit_factor(assignment.field, unit)
    if factor is None:
        return None
    return replace(assignment, factor=factor, unit=unit if factor != 1.0 else "")
