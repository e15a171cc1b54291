"""Count adverse events of grade 3 or more in random cohorts, men against women, for `contrast.R`."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.oracle.toxicity_bruteforce import count
from tests.oracle.toxicity_cohorts import joined_cohorts, random_cohort

FILE = Path(__file__).parent / "data" / "contrast_harms.csv"
SEEDS = range(300, 360)
PATIENTS = 4
"""Patients of each random cohort."""


def cohort() -> dict:
    """The random cohorts as one."""
    return joined_cohorts([random_cohort(seed, PATIENTS) for seed in SEEDS])


def write() -> None:
    """Write term, grade 3 or more and assessed of first courses, of men (1) and of women (2), where both are."""
    rows = cohort()
    first = [row for row in rows["courses"] if row["course"] == 1]
    men, women = (
        count(rows, [row for row in first if row["sex"] == sex], "ckd-epi-2009") for sex in ("male", "female")
    )
    with FILE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("term", "x1", "n1", "x2", "n2"))
        for term, a in men.items():
            b = women[term]
            if a["assessed"] and b["assessed"]:
                writer.writerow((term, a["grade_3_up"], a["assessed"], b["grade_3_up"], b["assessed"]))


if __name__ == "__main__":
    write()
