"""Who: person, tumour, sites of metastasis and earlier treatment. Counts of the 110 are Table 1's, to the patient."""

from __future__ import annotations

from collections.abc import Sequence

from data.generator.draw import Draw
from data.generator.people import Patient
from data.generator.roles import Roles

MEN = 49
METASTASES = {
    "liver": 102, "lymph_node": 90, "bone": 62, "peritoneum": 37, "lung_or_pleura": 15, "pancreas": 9,
    "subcutaneous": 5, "muscle": 4, "adrenal_gland": 4, "spleen": 3, "breast": 3, "ovary": 3, "heart_or_pericardium": 3,
    "retro_orbital": 2, "meninx": 1,
}  # fmt: skip
TREATMENTS = {
    "somatostatin_analogs": 101, "surgery": 77, "chemotherapy": 30, "radiotherapy": 19, "embolization": 26,
    "131i_mibg": 1, "everolimus": 30, "radiofrequency_ablation": 7, "interferon_alpha": 1, "sunitinib": 11,
}  # fmt: skip
KI67 = {
    "1": ((1.0, 1.5, 2.0, 2.5), (4, 1, 5, 1)),
    "2": ((3, 4, 5, 6, 8, 10, 12, 15, 18, 20), (3, 3, 5, 2, 3, 4, 2, 3, 1, 1)),
}
KI67_HIGH = (22, 25, 25, 28, 30, 30, 35, 40, 45)
EXCHANGES = 1_500_000
"""Attempts at exchanging earlier treatments between two patients; few fit, as one needs what the other can spare."""


def facts_of_110(patients: Sequence[Patient], roles: Roles) -> None:
    """Fill in what is the same in all courses of the 110, beyond the tumour."""
    draw = Draw("baseline")
    men = {one.key for one in draw.shuffled(patients)[:MEN]}
    for patient in patients:
        patient.facts["sex"] = "male" if patient.key in men else "female"
        give_person(patient, patient.key in roles.renal)
    give_metastases(patients)
    give_treatments(patients)


def give_person(patient: Patient, renal: bool = False) -> None:
    """Age at the first course, hypertension, diabetes."""
    draw = Draw("person", patient.key)
    patient.age = draw.whole(73, 79) if renal else int(min(max(draw.bell(62.5, 10.5), 30), 85))
    patient.facts["hypertension"] = _yes(renal or draw.chance(0.2 + 0.01 * max(patient.age - 40, 0)))
    patient.facts["diabetes"] = _yes(renal or draw.chance(0.16))


def give_tumour(patient: Patient, grade: str, site: str, functional: str) -> None:
    """Grade with a Ki-67 and, in most, mitoses that agree with it."""
    draw = Draw("tumour", patient.key)
    ki67 = draw.pick(KI67_HIGH) if grade == "3" else draw.pick(*KI67[grade])
    mitoses = {"1": draw.whole(0, 1), "2": draw.whole(1, 9), "3": draw.whole(8, 26)}[grade]
    patient.facts |= {
        "grade": grade,
        "ki67_percent": f"{ki67:g}",
        "mitoses_per_2mm2": str(mitoses) if draw.chance(0.7) else "",
        "primary_site": site,
        "functional": functional,
    }


def give_metastases(patients: Sequence[Patient]) -> None:
    """Table 1's counts: ovary and breast in women, pancreas with another primary, nodes wherever the liver is free."""
    for site, count in METASTASES.items():
        fits = [one for one in patients if _may_spread(one, site)]
        certain = [one for one in fits if site == "lymph_node" and not one.has("metastasis_liver")]
        order = certain + sorted(
            (one for one in fits if one not in certain), key=lambda one: (-_leaning(one, site), one.key)
        )
        for rank, patient in enumerate(order):
            patient.facts[f"metastasis_{site}"] = _yes(rank < count)
        for patient in patients:
            patient.facts.setdefault(f"metastasis_{site}", "no")


def _may_spread(patient: Patient, site: str) -> bool:
    if site in ("ovary", "breast"):
        return patient.facts["sex"] == "female"
    return site != "pancreas" or patient.facts["primary_site"] != "pancreas"


def _leaning(patient: Patient, site: str) -> float:
    midgut = patient.facts["primary_site"] == "small intestine"
    favoured = {"peritoneum": 0.35, "heart_or_pericardium": 0.6, "retro_orbital": 0.6, "ovary": 0.5, "lymph_node": 0.1}
    return Draw("metastasis", patient.key, site).unit() + (favoured.get(site, 0.0) if midgut else 0.0)


def give_treatments(patients: Sequence[Patient]) -> None:
    """Ten yes/no columns with Table 1's counts whose number per patient is the plan's.

    A first table with both margins (each patient takes the treatments with most places left), then exchanges between
    two patients that keep both margins and bring each treatment to those who would have had it.
    """
    names = list(TREATMENTS)
    places = dict(TREATMENTS)
    had: dict[str, set[str]] = {}
    for patient in sorted(patients, key=lambda one: (-_modalities(one), one.key)):
        most = sorted(names, key=lambda name: (-places[name], name))[: _modalities(patient)]
        had[patient.key] = set(most)
        for name in most:
            places[name] -= 1
    if any(places.values()):
        raise ValueError("plan.csv: the numbers of modalities cannot carry Table 1's treatments.")
    _exchange(patients, names, had)
    for patient in patients:
        for name in names:
            patient.facts[f"prior_{name}"] = _yes(name in had[patient.key])


def _modalities(patient: Patient) -> int:
    return patient.plan.modalities if patient.plan else 0


def _exchange(patients: Sequence[Patient], names: list[str], had: dict[str, set[str]]) -> None:
    draw = Draw("treatments")
    wish = {one.key: {name: treatment_wish(one, name) for name in names} for one in patients}
    keys = [one.key for one in patients]
    for _ in range(EXCHANGES):
        a, b = draw.pick(keys), draw.pick(keys)
        x, y = draw.pick(names), draw.pick(names)
        if x in had[a] and x not in had[b] and y in had[b] and y not in had[a]:
            gain = wish[a][y] + wish[b][x] - wish[a][x] - wish[b][y]
            if gain > 0:
                had[a] ^= {x, y}
                had[b] ^= {x, y}


def treatment_wish(patient: Patient, name: str) -> float:
    """How likely this patient had this treatment, on no particular scale."""
    pancreas = patient.facts["primary_site"] == "pancreas"
    functional, midgut = patient.has("functional"), patient.facts["primary_site"] == "small intestine"
    liver, high = patient.has("metastasis_liver"), patient.facts["grade"] == "3"
    leaning = {
        "somatostatin_analogs": 3.0 * functional + midgut - 2.0 * high,
        "surgery": 1.0 * midgut - high,
        "chemotherapy": 1.5 * pancreas + 2.0 * high + (patient.facts["primary_site"] == "colon or rectum"),
        "radiotherapy": 1.5 * patient.has("metastasis_bone"),
        "embolization": 6.0 * liver + 0.5 * functional,
        "131i_mibg": 8.0 * (functional and midgut),
        "everolimus": 1.2 * pancreas,
        "radiofrequency_ablation": 6.0 * liver,
        "interferon_alpha": 8.0 * (functional and midgut),
        "sunitinib": 9.0 * pancreas,
    }
    return leaning[name] + 1.5 * Draw("treatment", patient.key, name).unit()


def other_facts(patient: Patient, grade: str, site: str, functional: str) -> None:
    """Facts of somebody beyond the 110: first treated elsewhere, or without complete histology (`grade` "")."""
    draw = Draw("baseline", patient.key)
    patient.facts["sex"] = draw.pick(("male", "female"))
    give_person(patient)
    give_tumour(patient, grade or "2", site, functional)
    if not grade:
        patient.facts |= {"grade": "", "ki67_percent": "", "mitoses_per_2mm2": ""}
    for name, count in METASTASES.items():
        spread = name in ("liver", "lymph_node") or (_may_spread(patient, name) and draw.chance(count / 110))
        patient.facts[f"metastasis_{name}"] = _yes(spread)
    for name, count in TREATMENTS.items():
        share = 0.0 if name in ("131i_mibg", "interferon_alpha") else count / 110
        given = name == "somatostatin_analogs" or draw.chance(
            share if name != "sunitinib" or site == "pancreas" else 0.0
        )
        patient.facts[f"prior_{name}"] = _yes(given)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
