"""Small made-up results to draw: seeded, so that pictures stay the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from core.dictionary import Field
from core.factors import parse_factors
from core.fields import FIELDS, TERM_GROUP, TERMS
from core.figures.provenance import Provenance
from core.figures.survival_result import Survival
from core.flow import Flow, Step
from core.options import PAPER_FACTORS, Options
from core.outcome import Group
from core.prognosis import Prognosis, analyse
from core.response import EVALUABLE, Response, ResponseTable, clopper_pearson
from core.response import METHOD as RESPONSE_METHOD
from core.strata import Strata
from core.survival import EventCounts, event_counts, follow_up, kaplan_meier, log_rank
from core.term_counts import TermToxicity
from core.toxicity import METHOD, Shift, Toxicity

SOURCE = Provenance(
    selection="47 of 110 patients: grade 2; small intestine, pancreas or colon or rectum; CgA at least 1000 ug/L",
    cohort="Demo",
    version=1,
    synthetic=True,
    data_cutoff=date(2024, 7, 31),
    data_cutoff_source="latest date in the data",
)


def times(n: int, median: float, seed: int, censoring: float = 60.0) -> tuple[np.ndarray, np.ndarray]:
    """Whole days and events of n patients with an exponential hazard; `median` and `censoring` in months."""
    rng = np.random.default_rng(seed)
    event_time = rng.exponential(median * 30.4375 / np.log(2), n)
    censored_at = rng.uniform(3 * 30.4375, 2 * censoring * 30.4375, n)
    return np.ceil(np.minimum(event_time, censored_at)), event_time <= censored_at


def group(level: str, n: int, median: float, seed: int, censoring: float = 60.0) -> Group:
    """One group of a figure."""
    counts = event_counts(*times(n, median, seed, censoring))
    return Group(level, counts, kaplan_meier(counts))


def _from(one: Group, day: float) -> Group:
    later = one.counts.time >= day
    counts = EventCounts(one.counts.time[later], one.counts.events[later], one.counts.censored[later])
    return Group(one.level, counts, kaplan_meier(counts))


def survival(
    sizes: Sequence[tuple[str, int, float]],
    endpoint: str = "pfs",
    field: Field | None = None,
    by: str = "",
    **more,
) -> Survival:
    """A figure of groups given as (level, n, median in months)."""
    groups = tuple(group(level, n, median, seed) for seed, (level, n, median) in enumerate(sizes))
    both = [one.counts for one in groups]
    test = log_rank(both) if len(groups) > 1 else None
    whole = event_counts(*times(sum(n for _, n, _ in sizes) or 1, 40, 99))
    return Survival(endpoint, groups, by, field, log_rank=test, follow_up=follow_up(whole), **more)


EVERYBODY = survival([("", 110, 22.0)])
BY_GRADE = survival([("1", 38, 34.0), ("2", 62, 22.0), ("3", 10, 7.0)], "pfs", FIELDS["grade"], "Grade")
BY_SITE = survival(
    [
        ("small intestine", 63, 26.0),
        ("pancreas", 34, 20.0),
        ("colon or rectum", 11, 15.0),
        ("stomach", 2, 9.0),
        ("other", 6, 12.0),
    ],
    "os",
    FIELDS["primary_site"],
    "Primary site",
)
BY_CGA = survival(
    [("<1000", 71, 60.0), (">=1000", 39, 20.0)],
    "os",
    FIELDS["cga_ug_l"],
    "CgA, cut-off 1000 ug/L",
    domain=("<1000", ">=1000"),
)

SIX = survival(
    [(f"Treatment centre {name} of a long name", 18 + 3 * i, 10.0 + 7 * i) for i, name in enumerate("ABCDEF")],
    "ttnt",
    Field("centre", "Treatment centre", "category", "other"),
    "Treatment centre",
)
ONE_PATIENT = survival([("", 1, 12.0)])
NO_EVENTS = survival([("", 12, 1e6)], "os")
TINY = survival([("1", 4, 20.0), ("2", 3, 10.0)], "pfs", FIELDS["grade"], "Grade")
NOT_REACHED = survival([("no", 40, 200.0), ("yes", 25, 15.0)], "os", FIELDS["diabetes"], "Diabetes")
SHORT = survival(
    [
        (
            "",
            30,
            3.0,
        )
    ],
    "ttnt",
)
MANY = survival([("male", 400_000, 30.0), ("female", 600_000, 45.0)], "os", FIELDS["sex"], "Sex")
LANDMARK = replace(BY_CGA, groups=tuple(_from(one, 365.25) for one in BY_CGA.groups), landmark=365.25)
SUPPRESSED = replace(BY_GRADE, min_cell=5)


def _cohort(n: int, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "grade": rng.choice(np.array(["1", "2", "3"], object), n, p=[0.35, 0.56, 0.09]),
        "primary_site": rng.choice(
            np.array(["small intestine", "pancreas", "colon or rectum", "stomach"], object),
            n,
            p=[0.57, 0.31, 0.1, 0.02],
        ),
        "functional": rng.choice(np.array(["no", "yes"], object), n),
        "cga_ug_l": np.exp(rng.normal(6.5, 1.5, n)),
        "alp_u_l": np.exp(rng.normal(4.7, 0.5, n)),
        "sodium_mmol_l": rng.normal(139, 3, n),
        "albumin_g_l": np.where(rng.random(n) < 0.08, np.nan, rng.normal(40, 5, n)),
        "nlr": np.exp(rng.normal(1, 0.5, n)),
        "fdg_pet": rng.choice(np.array(["negative", "positive"], object), n),
        "prior_modalities": rng.integers(1, 6, n).astype(float),
    }


def prognosis(n: int = 110, seed: int = 1) -> Prognosis:
    """Models of the paper's ten factors in made-up patients."""
    data = _cohort(n, seed)
    rng = np.random.default_rng(seed + 100)
    risk = 0.8 * (data["grade"] == "3") + 0.7 * (data["cga_ug_l"] >= 1000) - 0.06 * (data["sodium_mmol_l"] - 139)
    time = np.ceil(rng.exponential(900 * np.exp(-risk.astype(float))))
    censored_at = rng.uniform(100, 2400, n)
    factors = parse_factors(PAPER_FACTORS, FIELDS, Options())
    return analyse(data, np.minimum(time, censored_at), time <= censored_at, factors, FIELDS, Options())


def term(name: str, highest: Sequence[int], delta: Sequence[int] | None, level: str = "") -> TermToxicity:
    """A toxicity row from its counts by highest grade 0-5 and by delta 0-4."""
    n0, n1, n2, n3, n4, n5 = highest
    d = None if delta is None else (delta[0], delta[1], delta[2], delta[3], delta[4], 0)
    return TermToxicity(
        level=level,
        term=name,
        group=TERM_GROUP[name],
        assessed=sum(highest),
        highest=(n0, n1, n2, n3, n4, n5),
        any_grade_highest=sum(highest[1:]),
        any_grade_delta=None if d is None else sum(d[1:]),
        grade_3_4=n3 + n4,
        grade_3_up=n3 + n4 + n5,
        pre_existing=44 if name == "diarrhoea" else 0,
        emergent=0,
        baseline_any=0,
        delta=d,
        delta_missing=None if d is None else 0,
        patterns={"chronic": 44, "single": 10, "transient": 9} if name == "diarrhoea" else {},
        ungraded=0,
        without_limit=0,
        not_followed=0,
    )


def toxicity(rows: Sequence[TermToxicity]) -> Toxicity:
    """Rows of everybody as a result; terms that are not given have not been assessed."""
    given = {row.term: row for row in rows}
    everything = tuple(given.get(name) or term(name, (0,) * 6, (0,) * 5) for name in TERMS)
    return Toxicity(110, everything, None, (), {}, METHOD, ())


TOXICITY = toxicity(
    [
        term("lymphopenia", (10, 15, 28, 50, 4, 0), (15, 27, 32, 32, 1)),
        term("thrombocytopenia", (49, 48, 7, 2, 1, 0), (54, 44, 6, 3, 0)),
        term("anaemia", (58, 39, 8, 2, 0, 0), (64, 38, 5, 0, 0)),
        term("leukopenia", (68, 18, 18, 3, 0, 0), (73, 13, 18, 3, 0)),
        term("AST increased", (76, 25, 4, 0, 0, 0), None),
        term("ALT increased", (78, 24, 3, 0, 0, 0), None),
        term("GGT increased", (82, 14, 8, 1, 0, 0), None),
        term("bilirubin increased", (98, 4, 1, 2, 0, 0), None),
        term("chronic kidney disease", (60, 30, 15, 1, 1, 0), (95, 10, 2, 0, 0)),
        term("fatigue", (29, 60, 20, 1, 0, 0), (29, 60, 20, 1, 0)),
        term("diarrhoea", (47, 40, 22, 1, 0, 0), (47, 40, 22, 1, 0)),
        term("abdominal pain", (56, 30, 17, 7, 0, 0), (56, 30, 17, 7, 0)),
        term("alopecia", (60, 50, 0, 0, 0, 0), (60, 50, 0, 0, 0)),
        term("nausea", (69, 30, 10, 1, 0, 0), (69, 30, 10, 1, 0)),
        term("acute pancreatitis", (109, 0, 0, 1, 0, 0), (109, 0, 0, 1, 0)),
    ]
)


def response(level: str, counts: Sequence[int], not_evaluable: int = 0, missing: int = 0) -> Response:
    """Response of one group from its counts of CR, PR, SD, PD."""
    n = sum(counts)
    orr, dcr = clopper_pearson(counts[0] + counts[1], n), clopper_pearson(n - counts[3], n)
    by_name = dict(zip(EVALUABLE, counts, strict=True))
    return Response(level, n + not_evaluable + missing, n, not_evaluable, missing, by_name, orr, dcr)


RESPONSE = ResponseTable(response("", (1, 22, 62, 17), 5, 3), (), None, 0, 0.95, RESPONSE_METHOD, ())
RESPONSE_BY_GRADE = ResponseTable(
    response("", (1, 22, 62, 17), 5, 3),
    (response("1", (1, 8, 24, 2), 2), response("2", (0, 13, 35, 10), 2, 3), response("3", (0, 1, 3, 5), 1)),
    Strata("grade"),
    0,
    0.95,
    RESPONSE_METHOD,
    (),
)
NO_RESPONSE = ResponseTable(response("", (0, 0, 0, 0), 4), (), None, 0, 0.95, RESPONSE_METHOD, ())

_NONE = (0,) * 7
SHIFT = Shift(
    "lymphopenia",
    110,
    107,
    (
        (8, 14, 25, 24, 1, 0, 0),
        (2, 1, 3, 18, 2, 0, 0),
        (0, 0, 0, 6, 1, 0, 0),
        (0, 0, 0, 1, 0, 0, 0),
        _NONE,
        _NONE,
        (0, 0, 0, 1, 0, 0, 3),
    ),
    (72, 26, 7, 1, 0, 0, 4),
)

FLOW = Flow(
    (
        Step("treated", "Patients treated with PRRT", 117, 0, None, None),
        Step("included", "Included", 114, 3, "incomplete histology", "treated"),
        Step("prrt_1", "PRRT-1 here", 110, 4, "first PRRT elsewhere", "included"),
        Step("prrt_2_elsewhere", "First PRRT elsewhere, came for PRRT-2", 3, 0, None, "included"),
        Step("prrt_3_elsewhere", "First PRRT elsewhere, came for PRRT-3", 1, 0, None, "included"),
        Step("prrt_2", "PRRT-2 here", 17, 0, None, "included"),
        Step("prrt_2_of_prrt_1", "PRRT-2 after PRRT-1 here", 14, 0, None, "prrt_2"),
        Step("prrt_2_of_elsewhere", "PRRT-2 after PRRT-1 elsewhere", 3, 0, None, "prrt_2"),
        Step("prrt_3", "PRRT-3 here", 2, 0, None, "included"),
        Step("prrt_3_of_prrt_1", "PRRT-3 after PRRT-1 here", 1, 0, None, "prrt_3"),
        Step("prrt_3_of_elsewhere", "PRRT-3 after PRRT-1 elsewhere", 1, 0, None, "prrt_3"),
        Step("selected", "Selected", 47, 63, "outside the selection", "prrt_1"),
    ),
    117,
)
