"""Table 1 and treatment as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.baseline import Baseline, Characteristic
from core.dictionary import Field
from core.figures.names import level_label, plain_level, sentence_case
from core.formats import NOT_ESTIMABLE, count, count_percent, decimals, number, plural, span, suppressed
from core.spread import Spread
from core.tables.table import INDENT, Table
from core.treatment import Treatment

_BRIEF_HEAD = "n (%); median (Q1–Q3)"


def baseline_table(found: Baseline, field: Field | None = None, min_cell: int = 0) -> Table:
    """Characteristics of everybody and of each group: n (%) of those that state it, or median, quartiles and range.

    Parameters
    ----------
    found : characteristics of a selection
    field : that divides the groups, for their names
    min_cell : counts below it are suppressed
    """
    parts: list[Sequence[Characteristic]] = [found.overall, *found.groups.values()]
    rows: list[tuple[str, ...]] = []
    for place, one in enumerate(found.overall):
        head, *more = _rows(one, [part[place] for part in parts], min_cell)
        rows.append((head[0], count(one.n), *head[1:]))
        rows += [(cells[0], "", *cells[1:]) for cells in more]
    notes = [
        "Percentages are of the courses that state the field; missing values stand in their own row. "
        f"Numbers: median (first to third quartile){', range' * _has_range(found)}."
    ]
    if found.strata_missing:
        notes.append(f"{plural(found.strata_missing, 'course')} without a value for the groups are in All only.")
    return Table(
        "Baseline characteristics",
        ("Characteristic", "N stated", *_names(found, field)),
        tuple(rows),
        notes=tuple(notes),
    )


def baseline_in_brief(found: Baseline, field: Field | None = None, min_cell: int = 0) -> Table:
    """The same as a room reads it: without what nobody has, ranges, and the numbers of those who state a field.

    Parameters
    ----------
    found, field, min_cell : as of `baseline_table`
    """
    parts: list[Sequence[Characteristic]] = [found.overall, *found.groups.values()]
    rows: list[tuple[str, ...]] = []
    for place, one in enumerate(found.overall):
        cells = _rows(_without_range(one), [_without_range(part[place]) for part in parts], min_cell)
        rows += [row for row in cells if any(cell not in ("0", NOT_ESTIMABLE) for cell in row[1:])]
    columns = (_BRIEF_HEAD, *_names(found, field))
    return Table("Baseline characteristics", columns, tuple(rows))


def _without_range(one: Characteristic) -> Characteristic:
    return one if one.spread is None else replace(one, spread=one.spread._replace(low=None, high=None))


def _names(found: Baseline, field: Field | None) -> list[str]:
    """Heads of the columns of everybody and of each group."""
    names = [f"All (n = {count(found.n)})"]
    return names + [f"{level_label(level, field)} (n = {count(found.sizes[level])})" for level in found.groups]


def _rows(one: Characteristic, parts: Sequence[Characteristic], min_cell: int) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    if one.spread is not None:
        rows.append((one.label, *(_spread(part) for part in parts)))
    elif [level.level for level in one.levels] == ["no", "yes"]:
        rows.append((one.label, *(count_percent(part.levels[1].n, part.n, min_cell) for part in parts)))
    else:
        rows.append((one.label, *[""] * len(parts)))
        for place, level in enumerate(one.levels):
            cells = (count_percent(part.levels[place].n, part.n, min_cell) for part in parts)
            rows.append((INDENT + plain_level(level.level), *cells))
    if any(part.missing for part in parts):
        missing = (suppressed(min_cell) if 0 < part.missing < min_cell else count(part.missing) for part in parts)
        rows.append((f"{INDENT}Missing", *missing))
    return rows


def _spread(one: Characteristic) -> str:
    spread = one.spread
    if spread is None or spread.median is None:
        return NOT_ESTIMABLE
    places = decimals((spread.q1, spread.median, spread.q3))
    middle, q1, q3, low, high = (
        number(value, places) for value in (spread.median, spread.q1, spread.q3, spread.low, spread.high)
    )
    return f"{middle} ({span(q1, q3)})" + (f", {span(low, high)}" if spread.low is not None else "")


def treatment_table(found: Treatment, fields: Mapping[str, Field]) -> Table:
    """Cycles, reasons to stop, activity and intervals of a selection."""
    stated = found.cycles_stated
    rows: list[tuple[str, ...]] = [("Cycles", "")]
    rows += [(INDENT + one.value, count_percent(one.n, stated)) for one in found.cycles]
    rows += [(f"{INDENT}Missing", count(found.cycles_missing))] * bool(found.cycles_missing)
    stopped = found.stop_stated
    if stopped:
        rows.append((fields["stop_reason"].label, ""))
        rows += [
            (INDENT + sentence_case(one.value), count_percent(one.n, stopped)) for one in found.stop_reasons if one.n
        ]
        rows += [(f"{INDENT}Missing", count(found.stop_missing))] * bool(found.stop_missing)
    activity, interval = found.activity_gbq, found.interval_days
    if activity.median is not None:
        rows.append(_middle("Total activity, GBq", activity, 1))
    if interval is not None and interval.median is not None:
        rows.append(_middle("Days between cycles", interval, 0))
    return Table("Treatment", ("", f"n = {count(found.n)}"), tuple(rows))


def _middle(what: str, spread: Spread, places: int) -> tuple[str, str]:
    """Median and range; the median alone where single patients' values are hidden."""
    middle = number(spread.median, places)
    if spread.low is None:
        return f"{what}: median", middle
    return f"{what}: median, range", f"{middle}, {span(number(spread.low, places), number(spread.high, places))}"


def _has_range(found: Baseline) -> bool:
    return any(one.spread is not None and one.spread.low is not None for one in found.overall)
