"""Values of one analyte over the samples of a course: from the baseline to the worst and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from data.generator.draw import Draw

DEPTH = {"after": (0.62, 0.92), "before": (0.3, 0.6), "end": (0.3, 0.62)}
"""How far on the way to the worst value: 5-6 weeks after a cycle, before the next, and at the end of treatment."""
SLOW = {"after": (0.7, 0.95), "before": (0.5, 0.8), "end": (0.55, 0.85)}
"""The same of lymphocytes, which recover slowly."""
LASTING = {"after": (0.85, 0.97), "before": (0.85, 0.97), "end": (0.85, 0.97)}
"""The same without recovery, as in a disease of the marrow."""
Depth = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Sample:
    """One visit to the laboratory; `kind` is older, baseline, after, before, end or later."""

    day: date
    kind: str


def depths(samples: Sequence[Sample], worst_at: int, draw: Draw, depth: Depth = DEPTH) -> list[float]:
    """How far each sample is from the baseline (0) to the worst value (1, at `worst_at`); deeper by the cycle."""
    found = []
    for place, sample in enumerate(samples):
        low, high = depth[sample.kind]
        found.append(draw.between(low, high) * (0.75 + 0.25 * (place + 1) / len(samples)))
    found[worst_at] = 1.0
    return found


def nadir_place(samples: Sequence[Sample], draw: Draw) -> int:
    """Where the worst value lies: 5-6 weeks after a cycle, later cycles more often."""
    after = [place for place, sample in enumerate(samples) if sample.kind == "after"] or [len(samples) - 1]
    return draw.pick(after, range(1, len(after) + 1))


def falling(base: float, worst: float, along: Sequence[float], draw: Draw) -> list[float]:
    """Values from `base` towards `worst`, never below it; `worst` itself where the depth is 1."""
    values = []
    for depth in along:
        noisy = (base - (base - worst) * depth) * draw.bell(1.0, 0.025)
        values.append(worst if depth == 1.0 else max(noisy, worst + 0.02 * abs(base - worst)))
    return values


def rising(base: float, peak: float, along: Sequence[float], draw: Draw) -> list[float]:
    """Values from `base` towards `peak`, never above it; mostly well below, as enzymes rise for a short time."""
    values = []
    for depth in along:
        share = 0.5 * max(depth - 0.3, 0.0)
        noisy = (base + (peak - base) * share) * draw.bell(1.0, 0.05)
        values.append(peak if depth == 1.0 else min(noisy, peak - 0.02 * abs(peak - base)))
    return values


def steady(base: float, low: float, high: float, n: int, draw: Draw, spread: float = 0.08) -> list[float]:
    """`n` values around `base` within low..high."""
    return [min(max(base * draw.bell(1.0, spread), low), high) for _ in range(n)]
