"""Response by RECIST 1.1 at the end of the course: counts, objective response, disease control, exact intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scipy.special import betaincinv

from core.cohort import CohortVersion
from core.notice import Notice
from core.options import Options
from core.selection import Selection
from core.small_groups import Below, rounded, rounded_values
from core.sql.names import level_text, table_names
from core.sql.read import stratum
from core.sql.rows import Expression
from core.sql.summaries import read_pairs
from core.store import Store
from core.strata import Strata

EVALUABLE = ("CR", "PR", "SD", "PD")
NOT_EVALUABLE = "not evaluable"
METHOD = "RECIST 1.1, proportions of evaluable courses; Clopper-Pearson (exact, two-sided) interval"


@dataclass(frozen=True)
class Proportion:
    """n of total, in percent, with its interval in percent; None where there is nobody, and why.

    Source: Clopper and Pearson 1934; R `binom.test`.
    """

    n: int
    total: int
    percent: float | None
    lower: float | None
    upper: float | None
    reason: str | None = None


@dataclass(frozen=True)
class Response:
    """The response of one group of courses.

    Parameters
    ----------
    level : group, "" = everybody selected
    n : courses selected
    evaluable : with CR, PR, SD or PD: the denominator
    not_evaluable : stated as such
    missing : not stated
    counts : courses with CR, PR, SD, PD
    orr : objective response, CR + PR
    dcr : disease control, CR + PR + SD
    """

    level: str
    n: int
    evaluable: int
    not_evaluable: int
    missing: int
    counts: Mapping[str, int]
    orr: Proportion
    dcr: Proportion


@dataclass(frozen=True)
class ResponseTable:
    """Response of a selection: everybody, and one entry a level in the order to show.

    `strata_missing` counts courses without a level; they are in `overall` only.
    """

    overall: Response
    groups: tuple[Response, ...]
    by: Strata | None
    strata_missing: int
    conf_level: float
    method: str
    warnings: tuple[Notice, ...]


def clopper_pearson(n: int, total: int, conf_level: float = 0.95) -> Proportion:
    """
    A proportion with its exact interval.

    Parameters
    ----------
    n, total : int
        0 <= n <= total.
    conf_level : float in (0, 1)

    Raises
    ------
    ValueError
        When n is not between 0 and total.
    """
    if not 0 <= n <= total:
        raise ValueError(f"{n} of {total} is not a proportion.")
    if total == 0:
        return Proportion(0, 0, None, None, None, "No course is evaluable.")
    tail = (1 - conf_level) / 2
    lower = float(betaincinv(n, total - n + 1, tail)) if n else 0.0
    upper = float(betaincinv(n + 1, total - n, 1 - tail)) if n < total else 1.0
    return Proportion(n, total, 100 * n / total, 100 * lower, 100 * upper)


def response(
    store: Store, version: CohortVersion, selection: Selection, options: Options, by: Strata | None = None
) -> ResponseTable:
    """
    Count responses, in all and by group, by one GROUP BY.

    Parameters
    ----------
    store, version, selection, options
        `options.conf_level` is the level of the intervals.
    by : Strata, optional
        Any field or cut-off; known at the end of the course or not, a response is no time and carries no immortal time.

    Raises
    ------
    ValueError
        For a field that the version does not have, or strata that cannot be made.
    """
    if by is not None:
        by = store.resolve_strata(version, selection, by, options)
    table = table_names(version.id).analysis
    population, group = (selection, None) if by is None else stratum(by, selection, version.fields, options, table)
    known = "recist_response" in version.fields
    value: Expression = (level_text(version.fields["recist_response"], options), []) if known else ("NULL", [])
    rows = store.selected(version, population, options)
    with store.cursor() as cursor:
        counted = read_pairs(cursor, rows, group, value)
    sizes: dict[str | None, dict[str | None, int]] = {}
    for level, stated, n in counted:
        sizes.setdefault(level, {})[stated] = n
    groups: list[Response] = []
    if by is not None:
        order = by.level_order(version.fields, (level for level in sizes if level is not None))
        groups = [_response(level, sizes[level], options) for level in order]
    everybody = sizes.get(by.pair[0], {}) if by is not None and by.pair else _together(sizes.values())
    overall = _response("", everybody, options)
    left = rounded(sum(n for stated, n in everybody.items() if stated not in EVALUABLE), options)
    missing = rounded(sum(sizes.get(None, {}).values()), options) if by is not None else 0
    notices = _notices(overall, known, left)
    return ResponseTable(overall, tuple(groups), by, missing, options.conf_level, METHOD, notices)


def _together(parts: Iterable[Mapping[str | None, int]]) -> dict[str | None, int]:
    total: dict[str | None, int] = {}
    for part in parts:
        for stated, n in part.items():
            total[stated] = total.get(stated, 0) + n
    return total


def _response(level: str, stated: Mapping[str | None, int], options: Options) -> Response:
    counts = {name: stated.get(name, 0) for name in EVALUABLE}
    evaluable = sum(counts.values())
    responders = counts["CR"] + counts["PR"]
    return Response(
        level=level,
        n=rounded(sum(stated.values()), options),
        evaluable=rounded(evaluable, options),
        not_evaluable=rounded(stated.get(NOT_EVALUABLE, 0), options),
        missing=rounded(stated.get(None, 0), options),
        counts=rounded_values(counts, options),
        orr=_rate(responders, evaluable, options),
        dcr=_rate(responders + counts["SD"], evaluable, options),
    )


def _rate(n: int, total: int, options: Options) -> Proportion:
    """A rate of two counts as they may be told."""
    told, of = rounded(n, options), rounded(total, options)
    others = rounded(total - n, options)  # a share tells its complement
    if any(isinstance(one, Below) for one in (told, of, others)):
        return Proportion(told, of, None, None, None, f"Fewer than {options.round_to}: not shown.")
    return clopper_pearson(told, of, options.conf_level)


def _notices(overall: Response, known: bool, left: int) -> tuple[Notice, ...]:
    if not known:
        return (Notice("no_response", "This cohort states no RECIST response."),)
    if not overall.n:
        return (Notice("no_patients", "No course is selected: there is no response to count."),)
    if not overall.evaluable:
        return (Notice("not_evaluable", "None of the selected courses is evaluable by RECIST 1.1.", overall.n),)
    verb = "is" if left == 1 else "are"
    return (Notice("not_evaluable", f"{left} of {overall.n} courses {verb} not evaluable.", left),) if left else ()
