"""A against B as tables, from what `core.report.contrast` says of them, so that suppressed counts stay suppressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.figures.names import plain_level, sentence_case
from core.formats import (
    NOT_ESTIMABLE,
    NOT_REACHED,
    REFERENCE,
    count,
    count_percent,
    decimals,
    number,
    p_value,
    percent,
    ratio_with_interval,
    span,
)
from core.options import CONF_TYPES, Options
from core.tables.table import INDENT, Table, footnotes
from core.tables.toxicity import GROUPS

Json = Mapping[str, Any]
AGAINST = "A against B (95% CI)"
SEVERE = "Grade \u2265 3"


def difference_table(one: Json, label: str, options: Options) -> Table:
    """One endpoint: n, events, medians, survival at milestones, restricted means, hazard ratio, tests.

    Parameters
    ----------
    one : of `core.report.contrast.outcome_json`, without a refusal
    label : of the endpoint
    options : its type of interval, and `min_cell`
    """
    a, b = one["groups"]["A"], one["groups"]["B"]
    cox, rmst, test = one["cox"], one["rmst"], one["logrank"]
    shared = cox["proportional_hazards"]
    rows: list[tuple[str, ...]] = [
        ("Patients", _count(a["n"], options), _count(b["n"], options), "", ""),
        ("Events", _count(a["events"], options), _count(b["events"], options), "", ""),
        ("Median, months (95% CI)", _median(a), _median(b), "", ""),
    ]
    for place, found in enumerate(one["milestones"]):
        rows.append(
            (
                f"At {found['month']:g} months, % (95% CI)",
                _survival(a["survival"][place]),
                _survival(b["survival"][place]),
                _points(found),
                "",
            )
        )
    horizon = NOT_ESTIMABLE if rmst["tau"] is None else f"{rmst['tau']:.4g}"
    rows += [
        (
            f"Restricted mean to {horizon} months",
            number(rmst["A"]["mean"], 1),
            number(rmst["B"]["mean"], 1),
            _signed(rmst["difference"], rmst["lower"], rmst["upper"]),
            p_value(rmst["p"]),
        ),
        (
            "Hazard ratio",
            "",
            REFERENCE,
            ratio_with_interval(cox["hr"], cox["lower"], cox["upper"]),
            p_value(cox["p"]),
        ),
        ("Log-rank test", "", "", "", p_value(test["p"])),
        ("Test of proportional hazards", "", "", "", p_value(shared["p"] if shared else None)),
        ("Follow-up, reverse Kaplan-Meier median, months", _followed(a), _followed(b), "", ""),
    ]
    reasons = [(f"{found['month']:g} months", found["reason"]) for found in one["milestones"]]
    reasons += [("Restricted mean", rmst["reason"]), ("Hazard ratio", cox["reason"]), ("Log-rank test", test["reason"])]
    notes = [
        f"Intervals of the curves: {CONF_TYPES[options.conf_type]}. Differences at a time in percentage points, "
        "interval by MOVER from both curves' intervals (Zou and Donner 2008). Restricted means: area under each "
        "curve to the horizon, months, normal interval. Hazard ratio: Cox model, Efron ties.",
        *footnotes(reasons),
        *one["notices"],
    ]
    if shared and shared["p"] < 0.05:
        notes.append(
            "The hazards are not proportional (p < 0.05): the hazard ratio is an average over time; prefer the "
            "differences at a time and of restricted means."
        )
    if any(NOT_REACHED in cell for row in rows for cell in row):
        notes.append("NR: not reached.")
    if one["landmark"] is not None:
        before = ", ".join(
            f"{name}: {_count(group['before_landmark'], options)}" for name, group in (("A", a), ("B", b))
        )
        notes.append(
            f"Landmark at {one['landmark']:.1f} months: who had the event or was censored before it is left out "
            f"({before}); the clock runs from the start of the course."
        )
    lost = [f"{name}: {group['without_time']}" for name, group in (("A", a), ("B", b)) if group["without_time"]]
    if lost:
        notes.append(f"Without a usable time, so not in this table: {', '.join(lost)}.")
    return Table(f"{label}: A against B", ("", "A", "B", AGAINST, "p"), tuple(rows), notes=tuple(notes))


def balance_table(found: Json, n: tuple[int, int], options: Options) -> Table:
    """Characteristics of A and B with standardised differences.

    Parameters
    ----------
    found : of `core.report.contrast.baseline_json`
    n : courses compared
    options : `min_cell`
    """
    rows: list[tuple[str, ...]] = []
    reasons = []
    for one in found["rows"]:
        difference = one["standardised_difference"]
        shown = NOT_ESTIMABLE if difference is None else _minus(f"{difference:.2f}")
        reasons.append((one["label"], one["reason"]))
        head, *more = _characteristic(one, options)
        rows += [(*head, shown), *((*row, "") for row in more)]
    return Table(
        title="Baseline: A against B",
        columns=("Characteristic", *_heads(n), "Standardised difference"),
        rows=tuple(rows),
        notes=(
            "n (% of the courses that state it); median (first to third quartile). Standardised difference: of a "
            "number, difference of means over the pooled standard deviation (Austin 2009); of categories, without a "
            "sign (Yang and Dalton 2012); above 0.1 in size is usually called unbalanced.",
            *footnotes(reasons),
        ),
    )


def rates_table(found: Json, n: tuple[int, int], options: Options) -> Table:
    """Best responses, ORR and DCR of A and B with the difference.

    Parameters
    ----------
    found : of `core.report.contrast.rates_json`
    n : courses compared
    options : `min_cell`
    """
    a, b = found["A"], found["B"]
    rows: list[tuple[str, ...]] = [("Evaluable", _count(a["evaluable"], options), _count(b["evaluable"], options), "")]
    for name in a["counts"]:
        cells = (_share(side["counts"][name], side["evaluable"], options) for side in (a, b))
        rows.append((name, *cells, ""))
    reasons = []
    for key, label in (("orr", "ORR"), ("dcr", "DCR")):
        difference = found["differences"][key]
        rows.append((f"{label}, % (95% CI)", _rate(a[key]), _rate(b[key]), _points(difference)))
        reasons.append((label, difference["reason"]))
    return Table(
        title="Response: A against B",
        columns=("RECIST 1.1", *_heads(n), AGAINST),
        rows=tuple(rows),
        notes=(
            "Percent of evaluable courses. ORR = CR + PR, DCR = CR + PR + SD; intervals of a group after Clopper and "
            "Pearson, of the difference (percentage points) after Newcombe (1998, method 10).",
            *footnotes(reasons),
        ),
    )


def harms_table(found: Sequence[Json], n: tuple[int, int], options: Options) -> Table:
    """Any grade and grade 3 or more of each term in A and in B, with the difference of the latter.

    Parameters
    ----------
    found : of `core.report.contrast.toxicity_json`
    n : courses compared
    options : `min_cell`
    """
    rows: list[tuple[str, ...]] = []
    reasons = []
    for group, title in GROUPS.items():
        terms = [one for one in found if one["group"] == group]
        rows += [(title, *[""] * 7)] * bool(terms)
        for one in terms:
            cells = []
            for side in (one["A"], one["B"]):
                assessed = side["assessed"]
                cells.append(_count(assessed, options))
                cells += [_share(side[key], assessed, options) for key in ("any_grade_highest", "grade_3_up")]
            difference = one["grade_3_up_difference"]
            rows.append((INDENT + sentence_case(one["term"]), *cells, _points(difference)))
            reasons.append((sentence_case(one["term"]), difference["reason"]))
    a, b = _heads(n)
    return Table(
        title="Adverse events: A against B",
        columns=("Term", *["N assessed", "Any grade", SEVERE] * 2, AGAINST),
        spanners=("", a, a, a, b, b, b, "Difference, grade \u2265 3"),
        rows=tuple(rows),
        notes=(
            "CTCAE v5.0, highest grade in the window; a course counts once a term. Percent of the assessed. Difference "
            "in percentage points, interval after Newcombe (1998, method 10), not corrected for the number of terms.",
            *footnotes(reasons),
        ),
    )


def _heads(n: tuple[int, int]) -> tuple[str, str]:
    a, b = (f"{name} (n = {count(one)})" for name, one in zip("AB", n, strict=True))
    return a, b


def _characteristic(one: Json, options: Options) -> list[tuple[str, str, str]]:
    a, b = one["A"], one["B"]
    if "levels" not in a:
        rows = [(one["label"], _spread(a), _spread(b))]
    else:
        pairs = list(zip(a["levels"], b["levels"], strict=True))
        if [left["level"] for left, _ in pairs] == ["no", "yes"]:
            left, right = pairs[1]
            rows = [(one["label"], _share(left["n"], a["n"], options), _share(right["n"], b["n"], options))]
        else:
            rows = [(one["label"], "", "")]
            rows += [
                (
                    INDENT + plain_level(left["level"]),
                    _share(left["n"], a["n"], options),
                    _share(right["n"], b["n"], options),
                )
                for left, right in pairs
            ]
    if a["missing"] != 0 or b["missing"] != 0:
        rows.append((f"{INDENT}Missing", _count(a["missing"], options), _count(b["missing"], options)))
    return rows


def _spread(one: Json) -> str:
    if one["median"] is None:
        return NOT_ESTIMABLE
    places = decimals((one["q1"], one["median"], one["q3"]))
    q1, q3 = number(one["q1"], places), number(one["q3"], places)
    return f"{number(one['median'], places)} ({span(q1, q3)})"


def _count(n: int | None, options: Options) -> str:
    return _hidden(options) if n is None else count(n)


def _share(n: int | None, of: int | None, options: Options) -> str:
    """A count with its percent; where it is not shown "<5" could be wrong, as a larger one can hide a small one."""
    if of == 0:
        return NOT_ESTIMABLE
    if n is None:
        return _hidden(options)
    return count(n) if of is None else count_percent(n, of)


def _hidden(options: Options) -> str:
    return "not shown" if options.min_cell > 1 else NOT_ESTIMABLE


def _median(group: Json) -> str:
    middle, low, high = (group[name] for name in ("median", "median_lower", "median_upper"))
    if middle is None and low is None and high is None:
        return NOT_REACHED if group["n"] else NOT_ESTIMABLE
    return f"{_reached(middle)} ({span(_reached(low), _reached(high))})"


def _reached(value: float | None) -> str:
    return NOT_REACHED if value is None else f"{value:.1f}"


def _survival(one: Json) -> str:
    if one["survival"] is None:
        return NOT_ESTIMABLE
    if one["lower"] is None or one["upper"] is None:
        return percent(one["survival"]).rstrip("%")
    low, high = f"{100 * one['lower']:.1f}", f"{100 * one['upper']:.1f}"
    return f"{percent(one['survival']).rstrip('%')} ({span(low, high)})"


def _rate(one: Json) -> str:
    if one["percent"] is None:
        return NOT_ESTIMABLE
    low, high = f"{one['lower']:.1f}", f"{one['upper']:.1f}"
    return f"{one['percent']:.1f} ({span(low, high)})"


def _followed(group: Json) -> str:
    found = group["follow_up"]
    if found["median_observed"] is None:
        return NOT_ESTIMABLE
    return _reached(found["reverse_km_median"])


def _points(found: Json) -> str:
    values = (found["difference"], found["lower"], found["upper"])
    return _signed(*(None if one is None else 100 * one for one in values))


def _signed(value: float | None, lower: float | None, upper: float | None) -> str:
    if value is None:
        return NOT_ESTIMABLE
    if lower is None or upper is None:
        return _minus(f"{value:.1f}")
    return _minus(f"{value:.1f} ({lower:.1f}, {upper:.1f})")


def _minus(text: str) -> str:
    """The sign typeset, and no sign before a zero."""
    return " ".join(_typeset(part) for part in text.split(" "))


def _typeset(part: str) -> str:
    bare = part.strip("(),")
    return part.replace("-", "" if not float(bare) else "\u2212")
