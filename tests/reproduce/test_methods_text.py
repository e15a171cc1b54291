"""The Methods paragraph says what was done, with the counts that the command line prints."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.metadata import version as package_version

import pytest

from core.export import CONTENTS
from core.reproduce import methods_file, methods_markdown, methods_text
from core.reproduce.references import REFERENCES, Citations
from tests.command import run
from tests.oracle.reproduce_cases import HOSTILE, Case, hostile_columns

SELECTIONS = (
    {},
    {"query": "grade=2"},
    {"query": "sex=female", "options": {"pfs_rule": "event", "conf_type": "log"}},
    {"query": "course=2"},
)


def text(what: str = "", **case) -> str:
    """The text without references, on one line."""
    said, _, listed = methods_text(Case("km-pfs", **case).look(), what).partition("\n\nReferences\n\n")
    assert listed
    return said.replace("\n\n", " ")


def printed(case: dict, *more: str) -> dict:
    options = [f"--{name.replace('_', '-')}={value}" for name, value in case.get("options", {}).items()]
    answer = run("analyse", "--select", case.get("query", ""), *options, *more)
    assert answer.status == 0
    return answer.json


@pytest.mark.parametrize("case", SELECTIONS)
def test_counts_are_those_of_the_command_line(case):
    said, found = text(**case), printed(case)
    sentence = found["selection"]["sentence"].rstrip(".")
    assert f"The analysis included {sentence[0].lower()}{sentence[1:]}." in said
    for name, label in (("pfs", "Progression-free survival"), ("os", "Overall survival")):
        one, models = found["endpoints"][name], found["cox"][name]["multivariable"]
        assert re.search(
            f"{label} was measured[^.]*\\.[^.]*\\.?[^.]* {one['n']} patients, with {one['events']} event", said
        )
        assert f" {label}: {found['cox'][name]['n']} patients with {found['cox'][name]['events']} events." in said
        if models["factors"]:
            left = f"; {models['missing']} w" if models["missing"] else "."
            assert f", in {models['n']} patients with {models['events']} events{left}" in said
    followed = found["endpoints"]["os"]["follow_up"]
    assert f"{followed['reverse_km_median']:.1f} ({followed['reverse_km_lower']:.1f}–" in said
    assert f"observed time {followed['median_observed']:.1f} months (range {followed['min']:.1f}–" in said
    response = found["response"]
    assert f"in {response['evaluable']} evaluable of {response['n']} courses" in said
    assessed = [one["assessed"] for one in found["toxicity"] if one["assessed"]]
    shown = f"{min(assessed)} to {max(assessed)}" if min(assessed) < max(assessed) else str(max(assessed))
    assert f"for that term: {shown} of {response['n']} courses" in said


def test_demo_by_grade_worked_by_hand():
    said = text("km-pfs", strata="grade")
    for part in (
        "Demo cohort, version 1. Synthetic data: these patients do not exist. Data cut-off 28 September 2024",
        "Eligible were first PRRT courses (PRRT-1) of patients with complete histology",
        "The analysis included all 110 patients.",
        "to the earliest of RECIST or clinical progression and death from any cause",
        "A new treatment after imaging-only progression censored the patient at its start.",
        "It was known of 110 patients, with 86 events.",
        "Kaplan-Meier method [1] with 95% confidence intervals from Greenwood's variance [2], on the log(-log) scale",
        "Grade 1 (n = 38, 27 events), Grade 2 (n = 62, 49 events) and Grade 3 (n = 10, 10 events).",
        "two-sided log-rank test [5], and each two of them with Holm's adjustment [6].",
    ):
        assert part in said
    for absent in ("Cox", "RECIST 1.1", "CTCAE", "landmark"):
        assert absent not in said


def test_choices_change_what_is_said():
    said = text("km-os", query="grade=1,2", strata="cga_ug_l>=1000", landmark=12, options={"conf_type": "plain"})
    assert "In a landmark analysis [4] who had the event or was censored before 12 months was left out" in said
    assert "on the scale of survival itself" in said
    assert "Holm" not in said
    fixed = text("cox-os", factors=("grade", "nlr"), fixed=("nlr", "albumin_g_l"))
    assert "The candidates were grade (reference: 1) and neutrophil-to-lymphocyte ratio (per unit)." in fixed
    assert "the factors of the multivariable model were chosen beforehand" in fixed
    assert "holds neutrophil-to-lymphocyte ratio and albumin, in " in fixed
    assert "p below 0.5 entered" in text("cox-os", options={"entry_p": 0.5})
    assert "CKD-EPI creatinine 2021" in text("toxicity", options={"egfr": "ckd-epi-2021"})
    assert "Any grade is a highest grade of 1 or more." in text("toxicity", notion="highest")
    assert "taken as it stands in the cohort's file" in text("km-os", cohort="lung")


def test_landmark_counts_add_up():
    said = text("km-pfs", landmark=12)
    events, censored, n, later = map(
        int,
        re.search(r"(\d+) events and (\d+) censored before it, (\d+) patients with (\d+) events after", said).groups(),
    )
    assert (events + censored + n, events + later) == (110, 86)


@pytest.mark.parametrize("what", ["", *CONTENTS])
def test_every_content_has_a_text_whose_references_are_cited_in_order(what):
    case = Case("km-pfs", query="grade=3") if what.startswith("contrast") else Case("km-pfs", strata="grade")
    whole = methods_text(case.look(), what)
    said, _, listed = whole.partition("\n\nReferences\n\n")
    cited = [int(number) for mark in re.findall(r"\[([\d,]+)\]", said) for number in mark.split(",")]
    assert list(dict.fromkeys(cited)) == list(range(1, len(listed.splitlines()) + 1))
    assert all(line.partition(". ")[2] in REFERENCES.values() for line in listed.splitlines())
    assert f"lifelines {package_version('lifelines')} [" in said
    assert f"DuckDB {package_version('duckdb')} [" in said
    assert ".." not in said
    assert "  " not in said


def test_hidden_small_groups_leave_only_told_counts():
    case = {"query": "sex=female", "options": {"round_to": 5}}
    exact = printed({"query": "sex=female"})
    for landmark in (None, 12):
        said = text(**case, strata="primary_site", landmark=landmark).partition("Analyses were made")[0]
        assert "Small groups are hidden: counts under 5 are shown as <5" in said
        counts = re.findall(
            r"(?<![\d.<–])(\d+)(?= (?:patients?|events?|courses?|were|was left|evaluable|not|censored)\b)", said
        )
        counts += [one for found in re.findall(r"n = (\d+)|term: (\d+)|\((\d+) evaluable", said) for one in found]
        assert [int(one) for one in counts if one]
        assert not [one for one in counts if one and int(one) % 5]
        assert "range" not in said
    assert exact["endpoints"]["pfs"]["n"] % 5
    assert f"{exact['endpoints']['pfs']['n']} patients" not in said


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({"options": {"min_cell": 5}}, "small|below a minimum cannot be suppressed"),
        ({"query": "age_years=200.."}, "No patient fits this selection."),
        ({"query": "grade=3&sex=female&fdg_pet=negative", "options": {"round_to": 5}}, "No patient|Fewer than 5"),
    ],
)
def test_text_that_cannot_be_written_has_a_reason(case, said):
    with pytest.raises(ValueError, match=said):
        text(**case)


def test_refused_endpoint_is_said_in_words():
    said = text("cox-os", query="course=all")
    assert "Overall survival was not analysed. " in said
    assert "Prognostic factors were not analysed. " in said


def test_hostile_names_stay_on_their_line_and_are_no_markup():
    for name in hostile_columns()[:12]:
        look = Case("km-os", "hostile", strata=name).look()
        whole = methods_text(look, "km-os")
        assert len(whole.split("\n\n")) == 6
        assert all(one.isprintable() or one == "\n" for one in whole)
        assert HOSTILE in whole
        marked = methods_markdown(look, "km-os")
        assert not re.search(r"(?<!\\)(?:\\\\)*[<`*_|$]", marked)
        assert marked.startswith("## Methods\n\n")


def test_file_is_text_or_markdown():
    look = Case("km-os").look()
    assert methods_file("txt", look).decode() == methods_text(look)
    assert methods_file("md", look).decode() == methods_markdown(look)
    with pytest.raises(ValueError, match=r"\.txt or \.md"):
        methods_file("docx", look)


def test_citations_keep_their_number():
    cite = Citations()
    assert (cite("cox"), cite("efron"), cite("efron", "cox"), cite("holm")) == ("[1]", "[2]", "[1,2]", "[3]")
    assert [line.split()[0:2] for line in cite.listed()] == [["1.", "Cox"], ["2.", "Efron"], ["3.", "Holm"]]
    with pytest.raises(KeyError):
        cite("nobody")


def test_comparison_says_who_how_and_to_when():
    look = Case("km-pfs", query="grade=3").look()
    said = methods_text(look, "contrast-os")
    assert "A: 10 of 110 patients: grade 3. B: Everyone else of the same courses: 100 patients." in said
    assert "Progression-free survival was measured" not in said
    printed = run("contrast", "--select", "grade=3", "--against", "rest").json
    tau = printed["endpoints"]["os"]["rmst"]["tau"]
    assert f"is the area under each curve to {tau:g} months." in said
    assert "standardised differences" in methods_text(look, "contrast-baseline")
    assert "Newcombe's 95% interval" in methods_text(look, "contrast-response")
    assert "difference of grade 3 or more and Newcombe's 95% interval" in methods_text(look, "contrast-toxicity")


def test_comparison_that_is_refused_has_no_text():
    look = Case("km-pfs", query="grade=3").look()
    look = replace(look, against=look.selection)
    with pytest.raises(ValueError, match="same"):
        methods_text(look, "contrast-os")
