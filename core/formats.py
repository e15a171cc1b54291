"""How numbers are written, after the conventions of oncology journals: results come in, display strings go out.

Times come in days and are printed in months. None is "cannot be given": each function says what it prints then.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

from core.curve import Quantile
from core.options import DAYS_PER_MONTH
from core.small_groups import Below

NOT_REACHED = "NR"
"""A median or the limit of an interval that the curve does not reach."""
NOT_EVALUABLE = "NE"
"""RECIST's not evaluable; never the same as `NOT_REACHED`."""
NOT_ESTIMABLE = "—"
"""A number that cannot be estimated; the reason stands in a footnote."""
REFERENCE = "Reference"
PRESETS = ("journal", "paper")
"""How p-values are written: "journal" as most oncology journals do, "paper" as the cohort's own article does."""
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def months(days: float | None) -> str:
    """A time in months, one decimal: 684.8 days -> "22.5"; None -> "NR"."""
    return NOT_REACHED if days is None else f"{days / DAYS_PER_MONTH:.1f}"


def span(low: str, high: str) -> str:
    """Two written limits as prose has them: "19.7–29.0"."""
    return f"{low}–{high}"


def median_months(median: Quantile) -> str:
    """A median with its interval: "22.5 (19.7–29.0)", "28.2 (16.3–NR)"; "NR" where nothing is reached, an em dash where
    it is hidden."""
    if median.hidden:
        return NOT_ESTIMABLE
    if median.time is None and median.lower is None and median.upper is None:
        return NOT_REACHED
    return f"{months(median.time)} ({span(months(median.lower), months(median.upper))})"


def ratio(value: float | None) -> str:
    """A hazard ratio: two decimals, three significant digits from 10; None -> em dash."""
    if value is None or not math.isfinite(value):
        return NOT_ESTIMABLE
    if value < 0.005:
        return "<0.01"
    if value < 9.995:
        return f"{value:.2f}"
    digits = 1 if value < 99.95 else 0
    return f"{value:.{digits}f}" if value < 999.5 else f"{float(f'{value:.3g}'):.0f}"


def ratio_interval(lower: float | None, upper: float | None) -> str:
    """The limits of a hazard ratio: "0.43–1.12"; em dash where there are none."""
    if lower is None or upper is None:
        return NOT_ESTIMABLE
    return span(ratio(lower), ratio(upper))


def ratio_with_interval(value: float | None, lower: float | None, upper: float | None) -> str:
    """A hazard ratio with its interval, as the journals print it: "0.69 (0.43–1.12)"."""
    if value is None:
        return NOT_ESTIMABLE
    return f"{ratio(value)} ({ratio_interval(lower, upper)})"


def p_value(p: float | None, preset: str = "journal") -> str:
    """A p-value: "<0.001", "0.016", "0.17", ">0.99"; as in the paper "<.0001", "0.1723"; None -> em dash.

    Raises
    ------
    ValueError
        If `preset` is not one of `PRESETS`.
    """
    if preset not in PRESETS:
        raise ValueError(f"preset: '{preset}' is not one of {', '.join(PRESETS)}.")
    if p is None or math.isnan(p):
        return NOT_ESTIMABLE
    if preset == "paper":
        return "<.0001" if p < 0.0001 else f"{p:.4f}"
    if p < 0.001:
        return "<0.001"
    if p > 0.99:
        return ">0.99"
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def p_equation(p: float | None, preset: str = "journal") -> str:
    """A p-value in a sentence: "p = 0.016", "p < 0.001"."""
    text = p_value(p, preset)
    return f"p {text[0]} {text[1:]}" if text[0] in "<>" else f"p = {text}"


def percent(share: float | None) -> str:
    """A share of 0 to 1 as percent, one decimal: 0.2255 -> "22.6%" (a half rounds away from zero); None -> em dash."""
    return NOT_ESTIMABLE if share is None else f"{_half_up(100 * share, 1)}%"


def count_percent(n: int, of: int, min_cell: int = 0) -> str:
    """A count with its percent of a total: "92 (86.0%)"; zero is "0", a count below `min_cell` is "<5"."""
    if 0 < n < min_cell:
        return suppressed(min_cell)
    if n == 0 or of == 0 or isinstance(n, Below) or isinstance(of, Below):
        return count(n)
    return f"{count(n)} ({percent(n / of)})"


def count(n: int) -> str:
    """A whole number with thousands separators: "12,345"."""
    return f"{n:,}"


def short_count(n: int) -> str:
    """A whole number in at most five characters, for narrow columns: 980, "12.3k", "1.20M"."""
    if n < 10_000:
        return str(n)
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if n >= size * 0.9995:
            scaled = n / size
            return f"{scaled:.{2 if scaled < 10 else 1 if scaled < 99.95 else 0}f}{letter}"
    return str(n)


def suppressed(min_cell: int) -> str:
    """What stands for a count too small to show: "<5"."""
    return f"<{min_cell}"


def decimals(values: Iterable[float | None]) -> int:
    """Decimals that suit a set of numbers of one field: 0 when all are whole or from 100 on, 1 from 10 on, else 2."""
    known = [abs(value) for value in values if value is not None and math.isfinite(value)]
    if not known or all(value == int(value) for value in known) or max(known) >= 1000:
        return 0
    middle = sorted(known)[len(known) // 2]
    return 0 if middle >= 100 else 1 if middle >= 10 else 2


def number(value: float | None, places: int) -> str:
    """A measured value with fixed decimals and thousands separators; None -> em dash."""
    if value is None or not math.isfinite(value):
        return NOT_ESTIMABLE
    return f"{value:,.{places}f}"


def day(value: date | None) -> str:
    """A date as "31 July 2024"; None -> em dash."""
    return NOT_ESTIMABLE if value is None else f"{value.day} {MONTH_NAMES[value.month - 1]} {value.year}"


def plural(n: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 patient", "1,204 patients"."""
    return f"{count(n)} {one if n == 1 else many or one + 's'}"


def sentences(parts: Iterable[str]) -> str:
    """Sentences joined by a space, each ending with a full stop; empty ones left out."""
    cleaned = (part.strip() for part in parts)
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in cleaned if part)


def _half_up(value: float, places: int) -> str:
    """Rounded as people do: a half goes away from zero, whatever its binary representation (12.25 -> "12.3")."""
    scale = 10**places
    return f"{math.floor(value * scale + 0.5 + 1e-9) / scale:.{places}f}"
