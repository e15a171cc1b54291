"""A selection beside the published series, and beside each number of the paper, as tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.compare import Comparison
from core.formats import NOT_ESTIMABLE, count, median_months
from core.outcome import Outcome
from core.series import ADVERSE, BesideSeries, Series
from core.small_groups import percent_of
from core.tables.table import Table

THIS = "This selection"


def part_of(place: str) -> str:
    """Where in the paper a number stands: "Table 4" of "Table 4, grade"."""
    return re.split("[,;]", place)[0]


def series_tables(found: BesideSeries) -> tuple[Table, ...]:
    """Results, then adverse events, of which series of retreatment publish none; the selection's row first."""
    results = _results_table(found)
    return (results,) if found.retreated else (results, _adverse_table(found))


def _results_table(found: BesideSeries) -> Table:
    lymphopenia = found.toxicity.term("lymphopenia")
    severe = percent_of(lymphopenia.grade_3_4, lymphopenia.assessed)
    rows: list[tuple[str, ...]] = [
        (
            THIS,
            count(found.n),
            _median(found.outcomes.get("pfs")),
            _median(found.outcomes.get("os")),
            _percent(found.response.orr.percent),
            _percent(found.response.dcr.percent),
            _percent(severe),
            _percent(found.mds_percent),
        )
    ]
    notes = []
    for one in found.series:
        values = one.numbers
        name = _name(one)
        pfs = _interval(values, "pfs")
        if not values["pfs_median"] and values["pfs_20_months_percent"]:
            pfs = f"{values['pfs_20_months_percent']}% at 20 months"
        shares = ("orr_percent", "dcr_percent", "lymphopenia_3_4_percent", "mds_percent")
        rows.append((name, values["n"], pfs, _interval(values, "os"), *(values[share] for share in shares)))
        told = ". ".join(part for part in (one.notes, one.source) if part)
        notes.append(f"{told}." if told.startswith(name) else f"{name}: {told}.")
    return Table(
        title="Published series" + (", retreatment" if found.retreated else ""),
        columns=("Series", "n", "Median PFS, months", "Median OS, months", "ORR, %", "DCR, %",
                 "Lymphopenia grade 3\u20134, %", "MDS, %"),
        rows=tuple(rows),
        notes=("Other patients, other definitions: a reading aid, not a test. Empty: not held here.", *notes),
    )  # fmt: skip


def _name(one: Series) -> str:
    """A series by its name; a trial's arm beside it."""
    return f"{one.name}, {one.arm}" if one.arm == "control" or one.name.startswith("NETTER") else one.name


def _adverse_table(found: BesideSeries) -> Table:
    """Adverse events of any grade in percent, the selection first."""
    own = []
    for name in ADVERSE:
        one = found.toxicity.term(name.replace("_", " "))
        own.append(_percent(percent_of(one.any_grade_highest, one.assessed)))
    rows = [(THIS, *own)]
    for one_series in found.series:
        shares = tuple(one_series.numbers[f"{name}_percent"] for name in ADVERSE)
        if any(shares):
            rows.append((_name(one_series), *shares))
    heads = (name.replace("_", " ").capitalize() for name in ADVERSE)
    return Table("Adverse events, any grade, %", ("Series", *heads), tuple(rows))


def comparison_table(found: Sequence[Comparison]) -> Table:
    """Each printed number beside the derived one: place, difference, mark."""
    rows = tuple(
        (
            one.published.place,
            one.published.item,
            one.published.text,
            one.shown or NOT_ESTIMABLE,
            _difference(one),
            one.mark,
        )
        for one in found
    )
    return Table("Compared with the paper", ("Place", "Number", "Printed", "Derived", "Difference", "Mark"), rows)


def _difference(one: Comparison) -> str:
    if one.difference is None:
        return ""
    places = max(one.published.decimals, 0)
    return f"{one.difference:+.{places}f}" if round(one.difference, places) else "0"


def _median(outcome: Outcome | None) -> str:
    if outcome is None or outcome.refusal or not outcome.overall.curve.n:
        return NOT_ESTIMABLE
    return median_months(outcome.overall.curve.median)


def _interval(values: Mapping[str, str], endpoint: str) -> str:
    median, lower, upper = (values[f"{endpoint}_{part}"] for part in ("median", "lower", "upper"))
    return f"{median} ({lower}\u2013{upper})" if lower else median


def _percent(value: float | None) -> str:
    return NOT_ESTIMABLE if value is None else f"{value:.1f}"
