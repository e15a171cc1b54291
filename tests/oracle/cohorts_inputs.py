"""Write 200 random cohorts as one file of courses, and what is asked of each: the whole chain, raw dates to models.

Run from the repository's top: ``python -m tests.oracle.cohorts_inputs``. Existing files get the same content again. The
dates are hard: several on one day, on the first day, deaths before or on the day of a progression, new treatments after
imaging-only progression, second courses, no last contact. A cohort is picked by its column ``cohort``.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
COHORTS = 200
SITES = ("small intestine", "pancreas", "colon or rectum", "stomach", "other")
STRATA = (
    "grade",
    "primary_site",
    "sex",
    "cga_ug_l>=1000",
    "sodium_mmol_l>=135",
    "prior_modalities>3",
    "nlr~median",
    "fdg_pet",
)
FACTORS = (
    "grade",
    "primary_site",
    "functional",
    "cga_ug_l>=1000",
    "albumin_g_l",
    "nlr",
    "fdg_pet",
    "prior_modalities>3",
)
FILTERS: Sequence[tuple[str, str, dict[str, Any]]] = (  # in the product's words, and for R
    ("", "", {}),
    ("grade", "1,2", {"levels": ["1", "2"]}),
    ("grade", "2,~", {"levels": ["2"], "missing": True}),
    ("sex", "male", {"levels": ["male"]}),
    ("primary_site", "pancreas,small%20intestine", {"levels": ["pancreas", "small intestine"]}),
    ("cga_ug_l", "1000..", {"low": 1000}),
    ("cga_ug_l", "..<1000", {"below": 1000}),
    ("cga_ug_l", "50..800,~", {"low": 50, "high": 800, "missing": True}),
    ("nlr", "2..<4", {"low": 2, "below": 4}),
    ("fdg_pet", "~", {"levels": [], "missing": True}),
)


def _maybe(random_: random.Random, value: Any, missing: float = 0.08) -> Any:
    return "" if random_.random() < missing else value


def _course(random_: random.Random, start: date, step: int, risk: float) -> dict[str, Any]:
    """Baseline and dates of one course; `step` makes days coincide."""

    def later(most: int) -> date:
        return start + timedelta(days=random_.randint(0, most // step) * step)

    row: dict[str, Any] = {
        "sex": random_.choice(("male", "female")),
        "grade": _maybe(random_, random_.choice("11222233")),
        "primary_site": random_.choice(SITES[:2] * 3 + SITES),
        "functional": _maybe(random_, random_.choice(("yes", "no"))),
        "fdg_pet": _maybe(random_, random_.choice(("positive", "negative")), 0.15),
        "cga_ug_l": _maybe(random_, random_.choice((1000, 999.5, round(random_.lognormvariate(6.5, 1.5), 1)))),
        "sodium_mmol_l": _maybe(random_, random_.randint(128, 146)),
        "albumin_g_l": _maybe(random_, round(random_.gauss(40, 4), 1)),
        "nlr": _maybe(random_, round(random_.lognormvariate(0.9, 0.5), 2)),
        "prior_modalities": _maybe(random_, random_.randint(0, 6)),
        "first_cycle_date": start.isoformat(),
        "recist_response": _maybe(random_, random_.choice(("CR", "PR", "PR", "SD", "SD", "SD", "PD", "not evaluable"))),
    }
    ends: list[date] = []
    if random_.random() < risk:
        ends.append(later(1500))
        row["progression_date"] = ends[-1].isoformat()
        row["progression_basis"] = _maybe(random_, random_.choice(("RECIST", "clinical")))
    if random_.random() < 0.4:
        ends.append(later(1800))
        row["new_treatment_date"] = ends[-1].isoformat()
        row["new_treatment_basis"] = random_.choice(("imaging-only progression", "RECIST progression", "other", ""))
    if random_.random() < risk:
        died = max([*ends, start]) + timedelta(days=random_.choice((0, 0, step, 30 * step, 40 * step)))
        row["death_date"] = died.isoformat()
        row["last_contact_date"] = _maybe(random_, died.isoformat(), 0.5)
    else:
        row["last_contact_date"] = _maybe(random_, max([*ends, later(2500)]).isoformat(), 0.05)
    return row


def _cohort(number: int) -> list[dict[str, Any]]:
    random_ = random.Random(9000 + number)
    step, risk = random_.choice((1, 1, 7, 30, 90)), random_.choice((0.1, 0.4, 0.7, 0.7, 0.95))
    rows = []
    for patient in range(random_.choice((1, 2, 5, 12, 25, 40, 60))):
        start = date(1996, 1, 1) + timedelta(days=random_.randint(0, 2500))
        named = {"cohort": number, "patient_id": f"C{number:03d}-{patient:02d}"}
        first = _course(random_, start, step, risk)
        rows.append({**named, "course": 1, **first})
        if random_.random() < 0.15 and "death_date" not in first:
            known = [first.get(name) for name in ("progression_date", "new_treatment_date", "last_contact_date")]
            again = max([date.fromisoformat(one) for one in known if one] or [start]) + timedelta(days=step * 10)
            rows.append({**named, "course": 2, **_course(random_, again, step, risk)})
    return rows


def _request(number: int) -> dict[str, Any]:
    random_ = random.Random(5000 + number)
    field, text, meaning = random_.choice(FILTERS[:1] * 4 + FILTERS)
    course = random_.choice((1, 1, 1, 2))
    query = f"cohort={number}&course={course}" + (f"&{field}={text}" if field else "")
    return {
        "cohort": str(number),
        "course": course,
        "query": query,
        "field": field,
        "levels": None,
        "low": None,
        "high": None,
        "below": None,
        "missing": False,
        **meaning,
        "pfs_rule": random_.choice(("paper", "paper", "event", "ignore", "censor-any")),
        "conf_type": random_.choice(("log-log", "log", "plain")),
        "months": sorted(random_.sample((0, 6, 12, 18, 24, 36, 60, 120), 4)),
        "strata": random_.choice(STRATA),
        "factors": sorted(random_.sample(FACTORS, 4), key=FACTORS.index),
    }


def write() -> None:
    """Write the courses and the requests."""
    rows = [row for number in range(COHORTS) for row in _cohort(number)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    with (DATA / "cohorts_courses.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    requests = [_request(number) for number in range(COHORTS)]
    text = ",\n".join(json.dumps(one) for one in requests)
    (DATA / "cohorts_requests.json").write_text(f"[{text}]\n", encoding="utf-8")


if __name__ == "__main__":
    write()
