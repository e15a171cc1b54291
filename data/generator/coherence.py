"""Rules that make the patients of the plan credible, and the paper's counts; each is checked and named.

Source: counts, Table 1 and the text on PRRT-1 and PRRT-2; rules, the paper's treatment schedule (cycles 10-12 weeks
apart, at most 16; imaging before each cycle and 2-3 months after the last).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from survival_curve import DAYS_PER_MONTH, median_interval

Check = tuple[str, str, str, bool]
"""What, found, wanted, holds."""

COUNTS = {
    "grade": {1: 38, 2: 62, 3: 10},
    "primary_site": {"small intestine": 63, "pancreas": 34, "colon or rectum": 11, "stomach": 2},
    "functional": {"yes": 47, "no": 63},
    "n_cycles": {1: 10, 2: 12, 3: 20, 4: 65, 5: 3},
    "stop_reason": {
        "completed": 68,
        "radiologic progression": 8,
        "myelotoxicity": 3,
        "clinical deterioration": 9,
        "death unrelated to PRRT": 8,
        "partial response": 7,
        "patient decision or lost": 7,
    },
    "recist_response": {"CR": 1, "PR": 22, "SD": 62, "PD": 17, "not evaluable": 8},
}
MEDIANS = {"pfs": "22.5 (19.7-29.0)", "os": "42.3 (34.3-55.0)", "follow-up": "26.4 (0.8-106.4)"}
RETREATMENT_COUNTS = {
    "n_cycles": {1: 2, 2: 7, 3: 3, 4: 5},
    "recist_response": {"PR": 5, "SD": 5, "PD": 3, "not evaluable": 4},
}
RETREATMENT_MEDIANS = {"pfs": "12.2 (11.3-NR)", "os": "28.2 (16.3-NR)", "follow-up": "27.0 (2.2-58.1)"}
TREATMENTS_TOTAL = 303
BETWEEN_SHORTEST, BETWEEN_LONGEST, ASSESSMENT = 70, 112, 60
"""Days between two cycles, and from the last cycle to the assessment of response, 10 and 16 weeks and two months."""
SPREADS = {"sodium_mmol_l": (139, 1.0, 3.0, 0.6), "albumin_g_l": (40, 1.5, 4.0, 0.8)}
"""Mean wanted and its tolerance, standard deviation wanted and its tolerance."""
LIMITS = {
    "sodium_mmol_l": (125, 148),
    "albumin_g_l": (25, 50),
    "nlr": (0.5, 15),
    "cga_ug_l": (15, 40000),
    "alp_u_l": (35, 700),
    "prior_modalities": (0, 7),
}


def _printed(values: np.ndarray) -> str:
    """Median and interval in months, as the paper prints them."""
    middle, low, high = (f"{value:.1f}" if np.isfinite(value) else "NR" for value in values)
    return f"{middle} ({low}-{high})"


def medians(frame: pd.DataFrame, wanted: dict[str, str]) -> Iterator[Check]:
    """Kaplan-Meier medians with log-log limits, plain median and range of follow-up, in months."""
    for endpoint in ("pfs", "os"):
        found = _printed(median_interval(frame[f"{endpoint}_days"].to_numpy(), frame[f"{endpoint}_event"].to_numpy()))
        yield f"median {endpoint.upper()}, months", found, wanted[endpoint], found == wanted[endpoint]
    days = frame["os_days"]
    found = _printed(np.array([days.median(), days.min(), days.max()]) / DAYS_PER_MONTH)
    yield "follow-up, months", found, wanted["follow-up"], found == wanted["follow-up"]


def counts(frame: pd.DataFrame, wanted: dict[str, dict]) -> Iterator[Check]:
    """Patients per level of each column."""
    for column, levels in wanted.items():
        found = frame[column].value_counts().to_dict()
        yield f"counts of {column}", str({level: found.get(level, 0) for level in levels}), str(levels), found == levels


def baseline(plan: pd.DataFrame) -> Iterator[Check]:
    """Earlier treatments, missing values, complete cases, ranges and spreads of the laboratory values."""
    groups = np.bincount(plan["prior_modalities"].clip(2, 5), minlength=6)[2:].tolist()
    yield "modalities <= 2, 3, 4, >= 5", str(groups), "[56, 28, 14, 12]", groups == [56, 28, 14, 12]
    total = int(plan["prior_modalities"].sum())
    yield "earlier treatments", str(total), str(TREATMENTS_TOTAL), total == TREATMENTS_TOTAL
    for column, (low, high) in LIMITS.items():
        values = plan[column].dropna()
        yield (
            f"range of {column}",
            f"{values.min():g} to {values.max():g}",
            f"{low} to {high}",
            values.between(low, high).all(),
        )
    for column, (mean, mean_within, spread, spread_within) in SPREADS.items():
        found = plan[column].mean(), plan[column].std()
        holds = abs(found[0] - mean) <= mean_within and abs(found[1] - spread) <= spread_within
        yield f"mean (SD) of {column}", f"{found[0]:.1f} ({found[1]:.1f})", f"{mean} ({spread:.0f})", holds
    median = plan["nlr"].median()
    yield "median NLR", f"{median:.2f}", "about 2.5", 2.1 <= median <= 2.9
    missing = plan[["fdg_pet", "sodium_mmol_l", "cga_ug_l", "albumin_g_l"]].isna()
    yield (
        "missing FDG, sodium, CgA, albumin",
        str(missing.sum().tolist()),
        "[7, 5, 4, 1]",
        missing.sum().tolist() == [7, 5, 4, 1],
    )
    complete = int((~missing.any(axis=1)).sum()), int((~missing.drop(columns="fdg_pet").any(axis=1)).sum())
    yield "complete for PFS, OS", str(complete), "(99, 102)", complete == (99, 102)


def courses(plan: pd.DataFrame) -> Iterator[Check]:
    """Order of events within each course: numbers of patients that break a rule, all of which must be 0."""
    pfs, os, cycles = plan["pfs_days"], plan["os_days"], plan["n_cycles"]
    kind, reason, response = plan["pfs_kind"], plan["stop_reason"], plan["recist_response"]
    last_earliest = (cycles - 1) * BETWEEN_SHORTEST
    last_latest = (cycles - 1) * BETWEEN_LONGEST
    unrelated = reason == "death unrelated to PRRT"
    exempt = (response == "PD") | reason.isin(["radiologic progression", "clinical deterioration"]) | unrelated
    rules = {
        "days shared by two patients": plan["pfs_days"].duplicated() | plan["os_days"].duplicated(),
        "PFS after the end of follow-up": pfs > os,
        "follow-up ends before the last cycle": os < last_earliest,
        "PFS event and kind disagree": (plan["pfs_event"] == 1) != kind.isin(["progression", "death"]),
        "death as first event at another day than death": (kind == "death") & ((pfs != os) | (plan["os_event"] == 0)),
        "progression on the day of the end of follow-up": (kind == "progression") & (pfs == os),
        "stopped early and completed, or the reverse": (cycles >= 4) != (reason == "completed"),
        "partial response with 1 cycle or without PR": (reason == "partial response")
        & (~cycles.isin([2, 3]) | (response != "PR")),
        "unrelated death with too few or many cycles": unrelated
        & ((cycles >= 4) | (kind != "death") | (os <= last_earliest) | (os > last_latest + 112)),
        "unrelated death with a response": unrelated & (response != "not evaluable"),
        "end of PFS before the response assessment": ~exempt & (pfs < last_earliest + ASSESSMENT),
        "RECIST PD without progression near the end": (response == "PD")
        & ((kind != "progression") | (pfs < last_earliest) | (pfs > (cycles - 1) * 84 + 120)),
        "radiologic progression without RECIST PD": (reason == "radiologic progression") & (response != "PD"),
        "clinical deterioration without an early event": (reason == "clinical deterioration")
        & ((plan["pfs_event"] == 0) | (pfs > last_latest + 120)),
        "first cycle after 23/07/2023 at the latest contact": os > 11 * 365.25,
    }
    for rule, broken in rules.items():
        yield rule, str(int(broken.sum())), "0", not broken.any()
    deaths = int((kind == "death").sum())
    yield "death as first event", str(deaths), "at most 15", deaths <= 15
    imaging = int(((kind == "censored") & (pfs < os)).sum())
    yield "censored at a new treatment", str(imaging), "at most 8", imaging <= 8
    events = int(plan["pfs_event"].sum()), int(plan["os_event"].sum())
    yield "events of PFS, OS", str(events), "(86, 65)", events == (86, 65)


def retreatment(plan: pd.DataFrame, second: pd.DataFrame) -> Iterator[Check]:
    """PRRT-2: counts, medians, and that it follows a progression of its first course and ends with it."""
    yield from counts(second, RETREATMENT_COUNTS)
    yield from medians(second, RETREATMENT_MEDIANS)
    here = second.dropna(subset=["first_course_row"])
    yield "PRRT-2 after PRRT-1 here", str(len(here)), "14", len(here) == 14
    first = plan.set_index("row").loc[here["first_course_row"].astype(int)].reset_index()
    here = here.reset_index(drop=True)
    broken = (
        (here["start_day"] + here["os_days"] != first["os_days"])
        | (here["os_event"] != first["os_event"])
        | (here["start_day"] <= first["pfs_days"])
        | (first["pfs_kind"] != "progression")
    )
    yield "PRRT-2 that do not continue course 1", str(int(broken.sum())), "0", not broken.any()


def all_checks(plan: pd.DataFrame, second: pd.DataFrame) -> list[Check]:
    """Every count and rule of the plan and of the retreatment plan."""
    return [*medians(plan, MEDIANS), *counts(plan, COUNTS), *baseline(plan), *courses(plan), *retreatment(plan, second)]
