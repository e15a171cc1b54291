"""Chemistry during a course: enzymes, bilirubin, albumin and creatinine move as dealt, the rest stays where it was."""

from __future__ import annotations

from collections.abc import Sequence

from data.generator.chemistry import KIDNEY_RISE, RENAL_PEAK, Targets, kidney_grade, uln
from data.generator.draw import Draw
from data.generator.people import Patient
from data.generator.trajectory import Sample, depths, falling, nadir_place, rising, steady

X_ULN = {"ALT": {1: (1.15, 2.5), 2: (3.2, 4.6), 3: (5.5, 8.0)}, "GGT": {1: (1.15, 2.2), 2: (2.7, 4.5), 3: (5.5, 8.5)}}
"""Peak in multiples of the upper limit of normal, by grade; AST as ALT, ALP as GGT."""
X_BASELINE = {
    "ALT": {1: (1.6, 2.7), 2: (3.2, 4.6), 3: (5.5, 8.0)},
    "GGT": {1: (2.06, 2.42), 2: (2.7, 4.5), 3: (5.5, 8.5)},
}
"""The same in multiples of an abnormal baseline."""
CALM_RISE = {"ALT": 1.32, "GGT": 1.6}
"""An abnormal baseline without a reaction stays below this multiple of itself."""
FAMILY = {"ALT": "ALT", "AST": "ALT", "GGT": "GGT", "ALP": "GGT"}
BILIRUBIN = {1: (1.55, 1.75), 2: (2.0, 3.3), 3: (4.2, 7.0)}
"""Peak in mg/dL by grade; the upper limit of normal is 1.2."""
ALBUMIN = {1: (31.0, 34.4), 2: (25.5, 29.4)}
"""Lowest albumin in g/L by grade."""
ALBUMIN_NORMAL = 35.2


def enzyme(analyte: str, base: float, grade: int, samples: Sequence[Sample], sex: str, draw: Draw) -> list[str]:
    """ALT, AST, GGT or ALP at each sample, U/L."""
    normal, family = uln(analyte, sex), FAMILY[analyte]
    abnormal = base > normal
    if grade:
        peak = draw.between(*(X_BASELINE if abnormal else X_ULN)[family][grade]) * (base if abnormal else normal)
        values = rising(base, peak, depths(samples, nadir_place(samples, draw), draw), draw)
    else:
        most = CALM_RISE[family] * base if abnormal else 0.96 * normal
        values = steady(base, 0.55 * base, max(most, base), len(samples), draw, 0.11)
    return [str(round(value)) for value in values]


def bilirubin(base: float, grade: int, samples: Sequence[Sample], draw: Draw) -> list[str]:
    """Total bilirubin at each sample, mg/dL."""
    if grade:
        peak = draw.between(*BILIRUBIN[grade])
        values = rising(base, peak, depths(samples, nadir_place(samples, draw), draw), draw)
    else:
        values = steady(base, 0.2, 1.12, len(samples), draw, 0.13)
    return [f"{value:.2f}" for value in values]


def albumin(base: float | None, delta: int, samples: Sequence[Sample], draw: Draw) -> list[str]:
    """Albumin at each sample, g/L; without a fall a low value recovers, but one below 30 stays."""
    if delta:
        before = 1 if base is not None and base < 35 else 0
        worst = draw.between(*ALBUMIN[before + delta])
        values = falling(base or 40.0, worst, depths(samples, nadir_place(samples, draw), draw), draw)
    elif base is not None and base < 30:
        values = steady(base, max(20.5, base * 0.96), 29.8, len(samples), draw, 0.02)
    else:
        values = steady(max(base or 40.0, ALBUMIN_NORMAL + 0.6), ALBUMIN_NORMAL, 51.0, len(samples), draw, 0.025)
    return [f"{value:.1f}" for value in values]


def creatinine(patient: Patient, base: float, targets: Targets, samples: Sequence[Sample], draw: Draw) -> list[str]:
    """Creatinine at each sample, mg/dL; the kidney grade worsens in those dealt to only, by both equations."""
    sex, age = patient.facts["sex"], patient.age
    normal = uln("creatinine", sex)
    if targets.get("renal"):
        peak = RENAL_PEAK[sex][targets["renal"] - 3]
        values = rising(base, peak, depths(samples, len(samples) - 1, draw), draw)
    elif targets.get("creatinine"):
        peak = draw.between(1.08, 1.2) * normal
        values = rising(base, peak, depths(samples, nadir_place(samples, draw), draw), draw)
    elif targets.get("kidney"):
        values = rising(base, base * KIDNEY_RISE, depths(samples, nadir_place(samples, draw), draw), draw)
    else:
        values = [_calm(value, base, age, sex) for value in steady(base, 0.8 * base, 0.98 * normal, len(samples), draw)]
    return [f"{value:.2f}" for value in values]


def _calm(value: float, base: float, age: int, sex: str) -> float:
    """The value, lowered as long as it would be of a worse kidney grade than the baseline."""
    before = kidney_grade(base, age, sex)
    while any(now > then for now, then in zip(kidney_grade(round(value, 2) + 0.004, age, sex), before, strict=True)):
        if value <= base:
            return base
        value -= 0.01
    return value
