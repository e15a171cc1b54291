"""Blood counts during a course: the cells add up, and the worst of each lies in the band of its grade."""

from __future__ import annotations

from collections.abc import Sequence

from data.generator.draw import Draw
from data.generator.haematology import GRADES
from data.generator.trajectory import DEPTH, LASTING, SLOW, Sample, depths, falling, nadir_place

BANDS: dict[str, dict[int, tuple[float, float]]] = {
    "lymphopenia": {0: (1.22, 9.0), 1: (0.82, 1.17), 2: (0.52, 0.78), 3: (0.24, 0.48), 4: (0.11, 0.18)},
    "leukopenia": {0: (4.06, 30.0), 1: (3.06, 3.92), 2: (2.36, 2.95), 3: (1.75, 1.95)},
    "anaemia": {1: (10.2, 12.7), 2: (8.2, 9.8), 3: (7.2, 7.8)},
    "thrombocytopenia": {0: (152, 900), 1: (79, 145), 2: (52, 73), 3: (28, 47), 4: (12, 22)},
}
"""Term -> grade -> values that are safely of that grade (anaemia: grade 1 reaches to the limit of normal)."""
HAEMOGLOBIN_NORMAL = {"male": 13.0, "female": 12.0}
FEWEST_NEUTROPHILS = 1.53
FEWEST_OTHER, MOST_OTHER = 0.12, 0.55
DECIMALS = {"haemoglobin": 1, "leukocytes": 2, "lymphocytes": 3, "neutrophils": 3, "platelets": 0}


def band(term: str, grade: int, sex: str) -> tuple[float, float]:
    """Values safely of this grade."""
    if term != "anaemia" or grade > 1:
        return BANDS[term][grade]
    normal = HAEMOGLOBIN_NORMAL[sex]
    return (normal + 0.1, 20.0) if grade == 0 else (BANDS[term][1][0], normal - 0.2)


def worst_value(term: str, pair: tuple[int, int], base: float, sex: str, draw: Draw) -> float:
    """The worst value of a course with this grade before and this highest grade."""
    before, highest = pair
    low, high = band(term, highest, sex)
    if highest > before:
        return draw.between(low, high)
    return min(max(low, base * draw.between(0.8, 0.97)), base)


def during(
    base: dict[str, float], grades: GRADES, samples: Sequence[Sample], sex: str, recovers: bool, draw: Draw
) -> dict[str, list[str]]:
    """Printed counts at each sample after the first day, by analyte.

    Parameters
    ----------
    base : analyte -> value before the course
    grades : term -> (grade before, highest grade)
    samples : the samples after the first day, in order
    recovers : whether the marrow does between the cycles
    """
    deepest = nadir_place(samples, draw)
    values: dict[str, list[float]] = {}
    for term, analyte in (
        ("anaemia", "haemoglobin"),
        ("thrombocytopenia", "platelets"),
        ("lymphopenia", "lymphocytes"),
    ):
        at = deepest if term == "lymphopenia" else nadir_place(samples, draw)
        worst = worst_value(term, grades[term], base[analyte], sex, draw)
        depth = LASTING if not recovers else SLOW if term == "lymphopenia" else DEPTH
        values[analyte] = falling(base[analyte], worst, depths(samples, at, draw, depth), draw)
    values["lymphocytes"] = [round(value, 2) for value in values["lymphocytes"]]
    worst = worst_value("leukopenia", grades["leukopenia"], base["leukocytes"], sex, draw)
    leukocytes = falling(
        base["leukocytes"], worst, depths(samples, deepest, draw, DEPTH if recovers else LASTING), draw
    )
    fewest = 1.05 if grades["leukopenia"][1] == 3 else FEWEST_NEUTROPHILS
    pairs = zip(leukocytes, values["lymphocytes"], strict=True)
    cells = [_add_up(round(white, 2), lymphocytes, fewest, draw) for white, lymphocytes in pairs]
    values["leukocytes"] = [white for white, _ in cells]
    values["neutrophils"] = [neutrophils for _, neutrophils in cells]
    return {name: [f"{value:.{DECIMALS[name]}f}" for value in column] for name, column in values.items()}


def _add_up(leukocytes: float, lymphocytes: float, fewest: float, draw: Draw) -> tuple[float, float]:
    """Leukocytes and neutrophils beside these lymphocytes; too few neutrophils raise the leukocytes."""
    other = draw.between(0.22, MOST_OTHER)
    neutrophils = leukocytes - lymphocytes - other
    if neutrophils < fewest:
        other = max(leukocytes - lymphocytes - fewest, FEWEST_OTHER)
        neutrophils = max(leukocytes - lymphocytes - other, fewest)
    return round(max(leukocytes, neutrophils + lymphocytes + FEWEST_OTHER), 2), neutrophils
