"""One endpoint of one selection: groups, landmark, refusals, and what the reader is told."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from core.counts import event_counts
from core.logrank import log_rank
from core.options import DAYS_PER_MONTH, Options
from core.outcome import LANDMARK_DAYS, outcome, outcomes
from core.selection import parse_query
from core.strata import parse_strata
from core.survival import kaplan_meier
from tests.stored import stored

START = date(2020, 1, 1)


def course(number: int, days: float, died: bool, **more: object) -> dict[str, object]:
    """A course that ends after so many days by death or last contact."""
    end = START + timedelta(days=days)
    row = {"patient_id": f"P{number:03}", "course": 1, "first_cycle_date": START, "last_contact_date": end}
    return {**row, "death_date": end if died else None, "progression_date": None, "new_treatment_date": None, **more}


def lived(*courses: dict[str, object]):
    return stored(courses=list(courses))


TIMES = [30, 100, 200, 300, 400, 500, 600, 700]
DIED = [True, False, True, True, False, True, True, False]
SITES = ["pancreas", "stomach", "pancreas", "stomach", "pancreas", "stomach", "pancreas", None]


@pytest.fixture(scope="module")
def cohort():
    rows = [
        course(i, t, d, primary_site=s, nlr=float(i + 1), recist_response="PR" if i > 3 else "PD")
        for i, (t, d, s) in enumerate(zip(TIMES, DIED, SITES, strict=True))
    ]
    return lived(*rows)


def os_of(cohort, query="", strata=None, landmark=None, **options):
    store, version = cohort
    by = parse_strata(strata, version.fields) if strata else None
    return outcome(store, version, parse_query(query, version.fields), "os", Options(**options), by, landmark)


def codes(result):
    return [one.code for one in result.notices]


def test_overall_curve_is_kaplan_meier_of_the_rows(cohort):
    found = os_of(cohort)
    by_hand = kaplan_meier(event_counts(TIMES, DIED))
    assert (found.n, found.overall.curve.n_events) == (8, 5)
    assert found.overall.curve.survival == pytest.approx(by_hand.survival)
    assert found.overall.curve.median == by_hand.median
    assert dict(found.reasons) == {"death": 5, "last contact": 3}
    assert (found.without_time, found.no_time, found.groups) == (0, (), ())


def test_interval_type_and_level_follow_the_options(cohort):
    found = os_of(cohort, conf_type="plain", conf_level=0.9)
    by_hand = kaplan_meier(event_counts(TIMES, DIED), "plain", 0.9)
    assert found.overall.curve.lower == pytest.approx(by_hand.lower)
    assert found.overall.curve.conf_level == 0.9


def test_groups_are_in_the_fields_order_and_leave_missing_out(cohort):
    found = os_of(cohort, strata="primary_site")
    assert [group.level for group in found.groups] == ["pancreas", "stomach"]
    assert [group.counts.n for group in found.groups] == [4, 3]
    assert found.strata_missing == 1
    assert "no_group" in codes(found)
    own = [[i for i, site in enumerate(SITES) if site == level] for level in ("pancreas", "stomach")]
    expected = log_rank([event_counts(np.take(TIMES, i), np.take(DIED, i)) for i in own])
    assert found.log_rank is not None
    assert (found.log_rank.chi2, found.log_rank.p) == (pytest.approx(expected.chi2), pytest.approx(expected.p))
    assert found.pairwise == ()


def test_quartiles_of_the_selection_make_groups_with_pairwise_tests(cohort):
    found = os_of(cohort, strata="nlr~quartiles")
    assert [group.counts.n for group in found.groups] == [2, 2, 2, 2]
    assert len(found.pairwise) == 6
    assert found.strata_label == "Neutrophil-to-lymphocyte ratio by quartiles"
    assert found.groups[0].level == "<2.75"


def test_selection_against_the_rest_compares_with_the_rest_only(cohort):
    found = os_of(cohort, "primary_site=pancreas", "selection")
    assert found.n == 4
    assert [(group.level, group.counts.n) for group in found.groups] == [("selection", 4), ("rest", 3)]
    assert found.strata_missing == 1
    assert found.overall.counts.n == 4


def test_follow_up_is_the_patients_under_every_endpoint(cohort):
    store, version = cohort
    found = outcomes(store, version, parse_query("", version.fields), ("pfs", "os"), Options())
    assert found["pfs"].follow_up == found["os"].follow_up
    assert found["os"].follow_up.median_observed == 350
    assert (found["os"].follow_up.min, found["os"].follow_up.max) == (30, 700)
    alone = outcome(store, version, parse_query("", version.fields), "pfs", Options())
    assert alone.follow_up == found["os"].follow_up


def test_landmark_keeps_the_clock_and_leaves_earlier_ends_out(cohort):
    found = os_of(cohort, landmark=300)
    assert found.before_landmark == (2, 1)
    assert found.overall.counts.n == 5
    assert found.n == 8
    assert found.overall.curve.time.tolist() == [300, 400, 500, 600, 700]
    assert found.overall.curve.survival.tolist() == pytest.approx([0.8, 0.8, 0.8 * 2 / 3, 0.8 / 3, 0.8 / 3])
    notice = next(one for one in found.notices if one.code == "landmark")
    assert notice.rows == 3
    assert notice.message.startswith(
        "Landmark analysis of overall survival at 9.9 months: 3 patients with the event (2)"
    )


def test_landmark_log_rank_is_that_of_those_who_reached_it(cohort):
    found = os_of(cohort, strata="primary_site", landmark=200)
    late = [i for i, time in enumerate(TIMES) if time >= 200 and SITES[i]]
    own = [[i for i in late if SITES[i] == level] for level in ("pancreas", "stomach")]
    expected = log_rank([event_counts(np.take(TIMES, i) - 200, np.take(DIED, i)) for i in own])
    assert found.log_rank.chi2 == pytest.approx(expected.chi2)


def test_default_landmark_is_twelve_months():
    assert LANDMARK_DAYS == 12 * DAYS_PER_MONTH == 365.25


def test_negative_landmark_is_refused(cohort):
    with pytest.raises(ValueError, match="landmark at day -1"):
        os_of(cohort, landmark=-1)


def test_groups_known_later_carry_immortal_time_unless_a_landmark_is_set(cohort):
    told = os_of(cohort, strata="recist_response")
    assert "immortal_time" in codes(told)
    assert any("response" in one and "immortal time" in one for one in told.warnings)
    assert "immortal_time" not in codes(os_of(cohort, strata="recist_response", landmark=200))


def test_selection_known_later_is_told_too(cohort):
    assert "immortal_time" in codes(os_of(cohort, "recist_response=PR"))
    assert "immortal_time" not in codes(os_of(cohort, "primary_site=pancreas"))


def test_small_groups_are_told(cohort):
    found = os_of(cohort, strata="primary_site")
    notice = next(one for one in found.notices if one.code == "small_group")
    assert "pancreas (4), stomach (3)" in notice.message


def test_min_cell_withholds_a_group_and_what_would_give_it_away():
    sites = ["pancreas"] * 6 + ["stomach"] * 2 + ["small intestine"] * 8
    cohort = lived(*(course(i, 10 * i + 5, True, primary_site=site) for i, site in enumerate(sites)))
    found = os_of(cohort, strata="primary_site", min_cell=5)
    assert [group.level for group in found.groups] == ["small intestine"]
    assert found.withheld == ("pancreas", "stomach")
    assert found.log_rank.reason.startswith("A log-rank test needs two groups")
    assert os_of(cohort, strata="primary_site").withheld == ()


def test_min_cell_does_not_let_missing_values_cover_for_a_group():
    sites = ["pancreas"] * 6 + ["stomach"] * 3 + ["small intestine"] * 8 + [None] * 2
    cohort = lived(*(course(i, 10 * i + 5, True, primary_site=site) for i, site in enumerate(sites)))
    found = os_of(cohort, strata="primary_site", min_cell=5)
    # 17 in a model of the site tell that two have none, so that three would follow from 6 and 8
    assert [group.level for group in found.groups] == ["small intestine"]


def test_min_cell_refuses_a_selection_below_it(cohort):
    found = os_of(cohort, "primary_site=stomach", min_cell=5)
    assert found.refusal == "Fewer than 5 patients are selected: their results are not shown."
    assert (found.n, found.overall.counts.n) == (0, 0)


def test_two_courses_of_a_patient_are_refused_with_a_way_out():
    first = course(1, 700, True)
    again = {**first, "course": 2, "first_cycle_date": START + timedelta(days=400)}
    cohort = lived(first, again, course(2, 300, False))
    refused = os_of(cohort, "course=all")
    assert refused.refusal.startswith("1 patient is in this selection with more than one course")
    assert "first selected course of each patient" in refused.refusal
    assert os_of(cohort, "course=all&first=yes").n == 2
    assert os_of(cohort, "course=2").overall.counts.time.tolist() == [300]


def test_rest_with_two_courses_of_a_patient_is_refused():
    first = course(1, 700, True, sex="male")
    again = {**first, "course": 2, "first_cycle_date": START + timedelta(days=400)}
    cohort = lived(first, again, course(2, 300, False, sex="female"))
    assert os_of(cohort, "course=all&sex=female").refusal is None
    assert os_of(cohort, "course=all&sex=female", "selection").refusal is not None


def test_courses_without_a_time_are_counted_with_the_reason():
    rows = [course(1, 100, True), course(2, 50, False), {**course(3, 10, True), "first_cycle_date": None}]
    rows.append({**course(4, 100, False), "last_contact_date": None})
    rows.append({**course(5, 100, True), "death_date": START - timedelta(days=9)})
    found = os_of(lived(*rows))
    assert (found.n, found.without_time) == (2, 3)
    assert dict(found.no_time) == {"no first cycle date": 1, "no last contact": 1, "death before start": 1}
    notice = next(one for one in found.notices if one.code == "no_time")
    assert notice.rows == 3
    assert sum(n for _, n in found.reasons) == found.n


def test_empty_selection_says_so(cohort):
    found = os_of(cohort, "nlr=100..", "primary_site")
    assert codes(found)[0] == "no_patients"
    assert found.groups == ()
    assert found.overall.curve.median.time is None
    assert found.log_rank.reason == "There are no groups."
    assert found.follow_up.median_observed is None


def test_selection_without_events_says_so(cohort):
    found = os_of(cohort, "nlr=8")
    assert codes(found) == ["no_events"]
    assert found.overall.curve.median.reason == "Not reached: survival stays above 50 %."


def test_endpoint_that_the_cohort_lacks_is_refused():
    store, version = lived({"patient_id": "P1", "course": 1, "os_days": 10.0, "os_event": True})
    assert version.endpoints == ("os",)
    with pytest.raises(ValueError, match="Progression-free survival cannot be derived"):
        outcome(store, version, parse_query("", version.fields), "pfs", Options())


def test_cohort_without_overall_survival_has_no_follow_up():
    store, version = lived({"patient_id": "P1", "course": 1, "pfs_days": 10.0, "pfs_event": True})
    assert outcome(store, version, parse_query("", version.fields), "pfs", Options()).follow_up is None


def test_pfs_rule_changes_the_outcome():
    imaging = {"new_treatment_date": START + timedelta(days=100), "new_treatment_basis": "imaging-only progression"}
    store, version = lived(course(1, 500, True, **imaging), course(2, 300, True))
    everybody = parse_query("", version.fields)
    ends = {}
    for rule in ("paper", "event", "ignore"):
        counts = outcome(store, version, everybody, "pfs", Options(pfs_rule=rule)).overall.counts
        ends[rule] = (counts.time.tolist(), counts.events.tolist())
    assert ends == {
        "paper": ([100, 300], [0, 1]),
        "event": ([100, 300], [1, 1]),
        "ignore": ([300, 500], [1, 1]),
    }
