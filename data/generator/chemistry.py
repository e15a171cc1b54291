"""Liver, albumin and kidney tests: limits of normal, who reacts how, and the values at baseline.

Counts: Table 2 (AST 29, ALT 27, GGT 23 with one grade 3), the text (bilirubin 7 with two grade 3, albumin delta 1 in
six and 2 in three, renal toxicity of grade 3-4 in two). Terms that the paper does not list stay at or below its 10 %.
"""

from __future__ import annotations

from collections.abc import Sequence

from data.generator.draw import Draw
from data.generator.people import Patient
from data.generator.roles import Roles

LIMITS: dict[str, dict[str, tuple[str, str]]] = {
    "haemoglobin": {"male": ("13.0", "17.2"), "female": ("12.0", "15.8")},
    "leukocytes": {"": ("4.00", "10.00")},
    "neutrophils": {"": ("1.500", "7.500")},
    "lymphocytes": {"": ("1.200", "3.600")},
    "platelets": {"": ("150", "400")},
    "ALT": {"male": ("", "45"), "female": ("", "35")},
    "AST": {"male": ("", "40"), "female": ("", "34")},
    "GGT": {"male": ("", "60"), "female": ("", "40")},
    "ALP": {"male": ("40", "130"), "female": ("35", "105")},
    "bilirubin": {"": ("", "1.20")},
    "albumin": {"": ("35.0", "52.0")},
    "creatinine": {"male": ("0.70", "1.20"), "female": ("0.50", "1.00")},
    "CgA": {"": ("", "100")},
    "sodium": {"": ("136.0", "145.0")},
    "CRP": {"": ("", "5.0")},
}
"""Analyte -> sex ("" = both) -> lower and upper limit of normal, as an adult laboratory in Belgium prints them."""
ENZYME_GRADES = {
    "AST": (1,) * 26 + (2,) * 3,
    "ALT": (1,) * 25 + (2,) * 2,
    "GGT": (1,) * 18 + (2,) * 4 + (3,),
    "ALP": (1,) * 8,
}
ABNORMAL = {"AST": 16, "ALT": 12, "GGT": 40}
"""Patients above the upper limit before the course who stay below the relative grade 1."""
ABNORMAL_REACTS = {"AST": 4, "ALT": 3, "GGT": 6}
"""Of the reacting ones, those above the upper limit already before."""
BILIRUBIN_GRADES = (1, 1, 1, 2, 2)
ALBUMIN_DELTAS = (2, 2, 2, 1, 1, 1, 1, 1, 1)
KIDNEY_WORSE, CREATININE_WORSE = 4, 3
KIDNEY_RISE = 1.14
"""Rise of the creatinine that moves a patient at the edge of a kidney grade into the next."""
RENAL_PEAK = {"male": (2.75, 4.6), "female": (2.15, 3.7)}
"""Highest creatinine, mg/dL, of the patient with grade 3 and the one with grade 4."""


def limits(analyte: str, sex: str) -> tuple[str, str]:
    """Lower and upper limit of normal as printed; "" = the laboratory gives none."""
    by_sex = LIMITS[analyte]
    return by_sex.get(sex) or by_sex[""]


def uln(analyte: str, sex: str) -> float:
    """Upper limit of normal."""
    return float(limits(analyte, sex)[1])


def egfr(creatinine: float, age: int, sex: str, equation: int = 2009) -> float:
    """CKD-EPI creatinine equation of 2009 (without race) or 2021, mL/min/1.73 m2."""
    female = sex == "female"
    scale, age_base, above = (141.0, 0.993, -1.209) if equation == 2009 else (142.0, 0.9938, -1.2)
    below = {(2009, True): -0.329, (2009, False): -0.411, (2021, True): -0.241, (2021, False): -0.302}[equation, female]
    scale *= 1.0 if not female else 1.018 if equation == 2009 else 1.012
    share = creatinine / (0.7 if female else 0.9)
    return scale * min(share, 1.0) ** below * max(share, 1.0) ** above * age_base**age


def kidney_grade(creatinine: float, age: int, sex: str) -> tuple[int, int]:
    """Grade of chronic kidney disease by both equations."""
    found = [sum(egfr(creatinine, age, sex, year) < limit for limit in (90, 60, 30, 15)) for year in (2009, 2021)]
    return found[0], found[1]


Targets = dict[str, int]


def deal(patients: Sequence[Patient], roles: Roles) -> dict[str, Targets]:
    """What happens to each patient with liver tests: analyte -> highest grade (albumin: delta); 0 = nothing.

    "before AST" and the like are 1 where the value is above the limit of normal before the course.
    """
    assessed = [one for one in patients if one.key not in roles.no_liver_tests]
    dealt: dict[str, Targets] = {one.key: {} for one in assessed}
    for analyte, grades in ENZYME_GRADES.items():
        wish = {one.key: _enzyme_wish(one, analyte) for one in assessed}
        able = [one for one in assessed if analyte != "ALP" or _low_phosphatase(one)]
        order = sorted(able, key=lambda one: (-wish[one.key], one.key))
        reacting, calm = order[: len(grades)], order[len(grades) :]
        for patient, grade in zip(reacting, Draw("reaction", analyte).shuffled(grades), strict=True):
            dealt[patient.key][analyte] = grade
        if analyte in ABNORMAL:
            for patient in [*reacting[: ABNORMAL_REACTS[analyte]], *calm[: ABNORMAL[analyte]]]:
                dealt[patient.key][f"before {analyte}"] = 1
    for key in roles.deteriorating:
        dealt[key]["bilirubin"] = 3
    rest = [one for one in assessed if one.key not in roles.deteriorating]
    for patient, grade in zip(_first(rest, "bilirubin", len(BILIRUBIN_GRADES)), BILIRUBIN_GRADES, strict=True):
        dealt[patient.key]["bilirubin"] = grade
    _deal_albumin(assessed, dealt)
    kidneys = [one for one in assessed if one.key not in roles.renal]
    for rank, patient in enumerate(_first(kidneys, "kidney", KIDNEY_WORSE + CREATININE_WORSE)):
        dealt[patient.key]["kidney" if rank < KIDNEY_WORSE else "creatinine"] = 1
    for grade, key in enumerate(roles.renal, start=3):
        dealt[key]["renal"] = grade
    return dealt


def _first(patients: Sequence[Patient], subject: str, n: int) -> list[Patient]:
    return sorted(patients, key=lambda one: (Draw(subject, one.key).unit(), one.key))[:n]


def _low_phosphatase(one: Patient) -> bool:
    return one.plan is not None and float(one.plan.values["alp_u_l"]) < 0.9 * uln("ALP", one.facts["sex"])


def _enzyme_wish(one: Patient, analyte: str) -> float:
    """Transaminases go together; GGT goes with the alkaline phosphatase."""
    shared = Draw("enzymes", one.key).unit()
    own = Draw("enzymes", one.key, analyte).unit()
    phosphatase = float(one.plan.values["alp_u_l"]) if one.plan else 100.0
    return own + (0.8 * shared if analyte in ("AST", "ALT") else 0.002 * min(phosphatase, 300.0))


def _deal_albumin(assessed: Sequence[Patient], dealt: dict[str, Targets]) -> None:
    """Low values before the course worsen first; two grades down only from a normal value."""
    known = [one for one in assessed if one.plan and one.plan.values["albumin_g_l"]]
    value = {one.key: float(one.plan.values["albumin_g_l"]) for one in known if one.plan}
    low = sorted((one for one in known if 30 <= value[one.key] < 35), key=lambda one: (value[one.key], one.key))
    normal = sorted(
        (one for one in known if value[one.key] >= 35),
        key=lambda one: (value[one.key] + 12 * Draw("albumin", one.key).unit(), one.key),
    )
    twice = ALBUMIN_DELTAS.count(2)
    once = [*low, *normal[twice:]][: ALBUMIN_DELTAS.count(1)]
    for members, delta in ((normal[:twice], 2), (once, 1)):
        for patient in members:
            dealt[patient.key]["albumin"] = delta


def baseline_values(patient: Patient, targets: Targets, draw: Draw, values: dict[str, str]) -> dict[str, str]:
    """Chemistry before the course as printed; `values` are the plan's (ALP, albumin, sodium, CgA)."""
    sex = patient.facts["sex"]
    found = {name: values[name] for name in ("cga_ug_l", "alp_u_l", "sodium_mmol_l", "albumin_g_l")}
    found["cga_uln_ug_l"] = limits("CgA", sex)[1] if found["cga_ug_l"] else ""
    for analyte, column in (("AST", "ast_u_l"), ("ALT", "alt_u_l"), ("GGT", "ggt_u_l")):
        above = targets.get(f"before {analyte}", 0)
        most = 2.2 if analyte == "GGT" else 1.5
        share = draw.between(1.1, most) if above else draw.between(0.35, 0.85)
        found[column] = str(round(share * uln(analyte, sex)))
    found["bilirubin_mg_dl"] = f"{draw.between(0.25, 0.95):.2f}"
    found["creatinine_mg_dl"] = f"{_creatinine(patient, targets, draw):.2f}"
    albumin = float(values["albumin_g_l"] or 40)
    found["crp_mg_l"] = f"{draw.skewed(3.0 if albumin >= 37 else 9.0, 40 if albumin >= 37 else 90):.1f}"
    return found


def _creatinine(patient: Patient, targets: Targets, draw: Draw) -> float:
    sex = patient.facts["sex"]
    if targets.get("renal"):
        wanted = 47 if targets["renal"] == 3 else 38
        return next(n / 100 for n in range(60, 400) if egfr(n / 100, patient.age, sex) < wanted)
    if targets.get("creatinine"):
        return round(draw.between(0.86, 0.93) * uln("creatinine", sex), 2)
    low, high = (0.72, 1.14) if sex == "male" else (0.55, 0.93)
    value = round(draw.between(low, high), 2)
    if targets.get("kidney"):
        able = [n for n in range(int(low * 100), int(high * 100) - 8) if _at_limit(n / 100, patient)]
        value = min(able, key=lambda n: abs(n - value * 100)) / 100 if able else value
    return value


def _at_limit(creatinine: float, patient: Patient) -> bool:
    """Whether a rise by `KIDNEY_RISE` worsens the kidney grade by both equations."""
    sex, age = patient.facts["sex"], patient.age
    now, then = kidney_grade(creatinine, age, sex), kidney_grade(round(creatinine * KIDNEY_RISE, 2), age, sex)
    return then[0] == now[0] + 1 and then[1] == now[1] + 1
