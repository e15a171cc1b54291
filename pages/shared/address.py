"""What an address says that is not understood: a sentence for each, while the default is shown in its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from core.cohort import CohortVersion
from core.compare import MARKS, published
from core.contrast import parse_against
from core.factors import parse_factors
from core.options import CONF_TYPES, EGFR_EQUATIONS, PFS_RULES, Options
from core.selection import refused
from core.small_groups import HIDDEN
from core.strata import parse_strata
from core.tables.benchmarks import part_of
from core.tables.toxicity import NOTIONS
from pages.shared import decks, session

_MOST = 60
COMPARED = ("series", "paper")


def misread(version: CohortVersion) -> list[str]:
    """
    What of the pages' own parameters is not understood.

    Parameters
    ----------
    version : CohortVersion
        In view; its fields and endpoints decide what can be divided, modelled and shown.

    Returns
    -------
    list of str
        A sentence each; what a person gave is shortened and printable.
    """
    said = []
    for name, check in _checks(version).items():
        value = session.parameter(name)
        if not value:
            continue
        try:
            check(value)
        except ValueError as error:
            why = _clip(str(error), 3 * _MOST)
            said.append(
                f"The address says {name}={_clip(value, _MOST)}, which is not understood, so it is ignored: {why}"
            )
    return said


def _checks(version: CohortVersion) -> Mapping[str, Callable[[str], object]]:
    """Parameter -> what raises ValueError with a sentence for a value that cannot be."""
    fields, options = version.fields, Options()
    views = ("pair", "all", *version.endpoints)

    def groups(value: str) -> None:
        parse_strata(value, fields)

    def factors(value: str) -> None:
        parse_factors([one for one in value.split(",") if one], fields, options)

    def filters(value: str) -> None:
        filterable = [name for name, field in fields.items() if field.filterable]
        for one in value.split(","):
            if one not in filterable:
                raise ValueError(f"'{_clip(one, _MOST)}' is not a field to choose patients by.")

    def slide(value: str) -> None:
        if not all(one.isascii() and one.isdigit() for one in value.split(".", 1)):
            raise ValueError("it is a number, or two with a dot between them.")

    def deck(value: str) -> None:
        if decks.unknown(value):
            raise ValueError("there is no such deck; it was made on another machine, or is gone.")

    def other(value: str) -> None:
        found = parse_against(value, fields, session.PARAMETERS)
        if found is not None and found.problems:
            raise ValueError(" ".join(refused(one) for one in found.problems))

    def horizon(value: str) -> None:
        if session.months(session.TAU) is None:
            least, most = session.LEAST_MONTHS, session.MOST_MONTHS
            raise ValueError(f"it may be a number of months, {least:g} to {most:g}.")

    return {
        session.DECK: deck,
        session.BY: groups,
        session.AGAINST: other,
        session.TAU: horizon,
        session.FACTORS: factors,
        session.FIXED: factors,
        session.FILTERS: filters,
        session.FILTERS_OF_B: filters,
        session.LANDMARK: _one_of(("start", "landmark")),
        session.SURVIVAL_VIEW: _one_of(views),
        session.NOTION: _one_of(NOTIONS),
        session.COMPARED: _one_of(COMPARED),
        session.MARKS: _all_of(MARKS),
        session.PLACE: _one_of({part_of(one.place) for one in published()}),
        session.PFS_RULE: _one_of(PFS_RULES),
        session.EGFR: _one_of(EGFR_EQUATIONS),
        session.CONF_TYPE: _one_of(CONF_TYPES),
        session.HIDE: _one_of((str(HIDDEN),)),
        session.SLIDE: slide,
    }


def _one_of(allowed: Iterable[str]) -> Callable[[str], None]:
    return _all_of(allowed, several=False)


def _all_of(allowed: Iterable[str], *, several: bool = True) -> Callable[[str], None]:
    known: Collection[str] = list(allowed)

    def check(value: str) -> None:
        for one in value.split(",") if several else [value]:
            if one not in known:
                raise ValueError(f"it may be {', '.join(known)}.")

    return check


def _clip(text: str, most: int) -> str:
    printable = "".join(one if one.isprintable() else "?" for one in text[:most])
    return printable + ("..." if len(text) > most else "")
