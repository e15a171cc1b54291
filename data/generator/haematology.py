"""Blood counts: who has which grade before and at worst, such that Tables 2 and 3 come out, and the counts at baseline.

The pairs below are one solution of the paper's counts: highest grades 3 and 4 of its text, delta of its Table 3, and
what both force (every grade 3 leukopenia from baseline 0, both grade 3 anaemias from baseline 1 or more ...). In each
term more than five patients have a baseline grade that did not worsen.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from data.generator.draw import Draw
from data.generator.people import Patient
from data.generator.roles import Roles

Pair = tuple[int, int]
PAIRS: dict[str, dict[Pair, int]] = {
    "lymphopenia": {
        (0, 4): 1, (1, 4): 3, (0, 3): 29, (1, 3): 20, (2, 3): 1, (0, 2): 12, (1, 2): 6, (0, 1): 20,
        (0, 0): 8, (1, 1): 6, (2, 2): 1,
    },
    "leukopenia": {(0, 3): 3, (0, 2): 18, (1, 2): 4, (0, 1): 9, (1, 1): 7, (0, 0): 66},
    "anaemia": {(1, 3): 2, (0, 2): 3, (1, 2): 12, (0, 1): 26, (1, 1): 17, (2, 2): 2, (0, 0): 45},
    "thrombocytopenia": {(1, 4): 1, (0, 3): 2, (0, 2): 6, (1, 2): 4, (0, 1): 40, (1, 1): 7, (0, 0): 47},
}  # fmt: skip
"""Term -> (grade before, highest grade) -> patients, of the 107."""
LEUKOCYTES = {(0, 0): (5.3, 8.6), (0, 1): (4.5, 6.2), (0, 2): (4.2, 5.6), (0, 3): (4.2, 5.4)}
LEUKOCYTES_LOW = (3.3, 3.85)
LYMPHOCYTES = {0: (1.2, 3.2), 1: (0.8, 1.19), 2: (0.5, 0.79)}
OTHER_CELLS, MOST_OTHER_CELLS = (0.35, 0.75), 1.3
"""Monocytes, eosinophils, basophils."""
FEWEST_NEUTROPHILS = 1.55
FEWEST = {0: 4.05, 1: 3.05}
"""Leukocytes before the course, by the grade of leukopenia before it."""
HAEMOGLOBIN = {
    "male": {0: (13.2, 15.9), 1: (10.8, 12.8), 2: (8.6, 9.8)},
    "female": {0: (12.2, 14.9), 1: (10.6, 11.8), 2: (8.6, 9.8)},
}
PLATELETS = {0: (165, 385), 1: (98, 146)}
GRADES = dict[str, Pair]


def deal(patients: Sequence[Patient], roles: Roles) -> dict[str, GRADES]:
    """Grade before and highest grade of each patient with blood counts, by term."""
    assessed = [one for one in patients if one.key not in roles.no_blood_counts]
    dealt: dict[str, GRADES] = {one.key: {} for one in assessed}
    low = _low_leukocytes(assessed, roles)
    _deal_lymphopenia(assessed, roles, low, dealt)
    _deal_leukopenia(assessed, roles, low, dealt)
    _deal_simple("anaemia", assessed, dealt, {roles.early_mds: (1, 3)}, _anaemia_wish)
    fixed = {
        roles.early_mds: (1, 4),
        roles.myelotoxic[0]: (0, 3),
        roles.myelotoxic[1]: (0, 3),
        roles.myelotoxic[2]: (0, 2),
    }
    _deal_simple("thrombocytopenia", assessed, dealt, fixed, _thrombocytopenia_wish)
    return dealt


def _ratio(patient: Patient) -> float:
    return float(patient.plan.values["nlr"]) if patient.plan else 2.5


def _special(patient: Patient, roles: Roles) -> bool:
    return patient.key == roles.early_mds or patient.key in roles.myelotoxic


def _low_leukocytes(assessed: Sequence[Patient], roles: Roles) -> set[str]:
    """Patients with leukopenia of grade 1 before: those whose ratio lets all counts be credible."""
    n = sum(count for (before, _), count in PAIRS["leukopenia"].items() if before == 1)
    fits = [one for one in assessed if not _special(one, roles) and 1.2 <= _ratio(one) <= 2.75]
    fits.sort(key=lambda one: (Draw("low leukocytes", one.key).unit(), one.key))
    return {one.key for one in fits[:n]}


def _deal_lymphopenia(assessed: Sequence[Patient], roles: Roles, low: set[str], dealt: dict[str, GRADES]) -> None:
    pairs = PAIRS["lymphopenia"]
    counts = {grade: sum(n for (before, _), n in pairs.items() if before == grade) for grade in (0, 1, 2)}
    before = {
        key: 1 if ratio >= 1.75 else 0 for key, ratio in ((one.key, _ratio(one)) for one in assessed) if key in low
    }
    rest = [one for one in assessed if one.key not in low]
    rest.sort(key=lambda one: (-_ratio(one) * Draw("lymphocytes", one.key).between(0.85, 1.15), one.key))
    highest = [one for one in rest if not _special(one, roles)][: counts[2]]
    before |= {one.key: 2 for one in highest}
    rest = [one for one in rest if one not in highest]
    places = counts[1] - sum(before[key] == 1 for key in low)
    before |= {one.key: int(rank < places) for rank, one in enumerate(rest)}
    for grade in (0, 1, 2):
        members = [one for one in assessed if before[one.key] == grade]
        worst = sorted((high for (base, high), n in pairs.items() if base == grade for _ in range(n)), reverse=True)
        members.sort(key=lambda one: (not _special(one, roles), Draw("lymphopenia", one.key).unit()))
        for patient, high in zip(members, worst, strict=True):
            dealt[patient.key]["lymphopenia"] = (grade, high)


def _deal_leukopenia(assessed: Sequence[Patient], roles: Roles, low: set[str], dealt: dict[str, GRADES]) -> None:
    """The deeper leukopenias to patients with deep lymphopenia and few neutrophils, so that the cells add up."""
    pairs = PAIRS["leukopenia"]

    def lymphopenia(one: Patient) -> int:
        return dealt[one.key]["lymphopenia"][1]

    def order(one: Patient) -> tuple[object, ...]:
        return -min(lymphopenia(one), 3), _ratio(one) * Draw("leukopenia", one.key).between(0.6, 1.6)

    poor = sorted((one for one in assessed if one.key in low), key=order)
    for rank, patient in enumerate(poor):
        dealt[patient.key]["leukopenia"] = (1, 2) if rank < pairs[1, 2] else (1, 1)
    fixed = [roles.early_mds, roles.myelotoxic[2]]
    rest = sorted((one for one in assessed if one.key not in low), key=lambda one: (one.key not in fixed, *order(one)))
    worst = sorted((high for (base, high), n in pairs.items() if base == 0 for _ in range(n)), reverse=True)
    for patient, high in zip(rest, worst, strict=True):
        dealt[patient.key]["leukopenia"] = (0, high)


def _deal_simple(
    term: str, assessed: Sequence[Patient], dealt: dict[str, GRADES], fixed: dict[str, Pair], wish
) -> None:
    """Deal the pairs of a term by a wish: those with the highest get a grade before, and the worst grades."""
    left = dict(PAIRS[term])
    for key, pair in fixed.items():
        dealt[key][term] = pair
        left[pair] -= 1
    rest = sorted((one for one in assessed if one.key not in fixed), key=lambda one: (-wish(one), one.key))
    with_grade = sum(n for (before, _), n in left.items() if before)
    for members, graded in ((rest[:with_grade], True), (rest[with_grade:], False)):
        pairs = [pair for pair, n in left.items() if bool(pair[0]) is graded for _ in range(n)]
        shuffled = Draw(term, graded).shuffled(pairs)
        for patient, pair in zip(members, shuffled, strict=True):
            dealt[patient.key][term] = pair


def _anaemia_wish(one: Patient) -> float:
    values = one.plan.values if one.plan else {}
    albumin = float(values.get("albumin_g_l") or 40)
    return Draw("anaemia wish", one.key).unit() + 0.05 * (40 - albumin) + 0.2 * one.has("metastasis_bone")


def _thrombocytopenia_wish(one: Patient) -> float:
    return Draw("thrombocytopenia wish", one.key).unit() + 0.2 * one.has("prior_chemotherapy")


def baseline_counts(patient: Patient, grades: GRADES, nlr: str, draw: Draw) -> dict[str, str]:
    """Blood counts before the course, as printed, in the bands of their grades; the ratio is the plan's exactly.

    Raises
    ------
    ValueError
        When no counts within the bands have the ratio.
    """
    sex, ratio = patient.facts["sex"], Fraction(nlr)
    other = draw.between(*OTHER_CELLS)
    leukopenia, lymphopenia = grades.get("leukopenia", (0, 0)), grades.get("lymphopenia")
    wanted = draw.between(*(LEUKOCYTES_LOW if leukopenia[0] else LEUKOCYTES[leukopenia]))
    low, high = LYMPHOCYTES[lymphopenia[0]] if lymphopenia else (0.5, 3.2)
    lymphocytes = Fraction(0)
    while not lymphocytes:
        least = max(low, FEWEST_NEUTROPHILS / float(ratio), (FEWEST[leukopenia[0]] - other) / (1 + float(ratio)))
        wish = min(max((wanted - other) / (1 + float(ratio)), least), high)
        lymphocytes = whole_ratio(wish, least, high, ratio)
        other += 0.0 if lymphocytes else 0.1
        if other > MOST_OTHER_CELLS:
            raise ValueError(f"{patient.key}: no counts of grades {grades} have the ratio {nlr}.")
    neutrophils = lymphocytes * ratio
    haemoglobin = draw.within(*HAEMOGLOBIN[sex][grades.get("anaemia", (0, 0))[0]])
    return {
        "haemoglobin_g_dl": f"{haemoglobin:.1f}",
        "leukocytes_1e9_l": f"{float(lymphocytes + neutrophils) + other:.2f}",
        "neutrophils_1e9_l": f"{float(neutrophils):.3f}",
        "lymphocytes_1e9_l": f"{float(lymphocytes):.3f}",
        "platelets_1e9_l": str(round(draw.within(*PLATELETS[grades.get("thrombocytopenia", (0, 0))[0]]))),
    }


def whole_ratio(wanted: float, low: float, high: float, ratio: Fraction) -> Fraction:
    """The lymphocyte count nearest to `wanted` in low..high with both in whole cells per microlitre; 0 = none."""
    cells = [
        n for n in range(int(low * 1000), int(high * 1000) + 1) if low * 1000 <= n and (n * ratio).denominator == 1
    ]
    return Fraction(min(cells, key=lambda n: (abs(n - wanted * 1000), n), default=0), 1000)
