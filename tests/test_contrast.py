"""Two selections of one stored cohort: who is compared, what is refused, suppression, command line, export."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.analysis import Request
from core.contrast import Contrast, against_text, compared, contrast, parse_against
from core.demo import DEMO_FOLDER, DEMO_NAME
from core.export import Look, content, file
from core.figures.contrast import both_sentences
from core.ingest import read_source
from core.options import Options
from core.outcome import outcome
from core.report.contrast import both_or_neither, contrast_json
from core.selection import Selection, parse_query
from core.store import Store
from core.strata import parse_strata
from tests.command import run
from tests.stored import stored


@pytest.fixture(scope="module")
def demo():
    """Compare queries of the demo cohort."""
    with Store(":memory:") as store:
        version = store.commit(read_source(DEMO_FOLDER), DEMO_NAME)

        def both(a: str, b: str = "rest", **options) -> Contrast:
            chosen = Options(**options)
            found = compared(store, version, parse_query(a, version.fields), parse_against(b, version.fields), chosen)
            return Contrast(store, version, found, chosen)

        yield both


def test_the_rest_is_the_complement_within_the_population_and_as_on_the_survival_page(demo):
    found = demo("grade=3")
    assert found.compared.n == (10, 100)
    assert found.compared.sentences[1] == "Everyone else of the same courses: 100 patients"
    assert found.compared.overlap == "No patient is in both groups."
    a = found.compared.a
    other = outcome(found.store, found.version, a, "os", found.options, parse_strata("selection"))
    mine = found.outcomes(("os",))["os"]
    assert [group.curve.median for group in mine.groups] == [group.curve.median for group in other.groups]
    assert mine.log_rank.p == other.log_rank.p


def test_two_selections_that_complete_each_other_are_the_rest(demo):
    rest, named = (demo("grade=3", b).outcomes(("pfs",))["pfs"] for b in ("rest", "grade=1,2"))
    assert rest.hazard == named.hazard
    assert rest.restricted == named.restricted


def test_who_is_in_both_is_left_out_of_both_everywhere(demo):
    found = demo("grade=2", "cga_ug_l=1000..")
    size = found.compared.size
    assert (size.a_courses, size.b_courses, size.both_patients) == (62, 42, 21)
    assert found.compared.n == (41, 21)
    assert "21 patients are in both groups" in found.compared.overlap
    assert both_sentences(found.compared).endswith(". In both, so left out: 21 patients")
    os = found.outcomes(("os",))["os"]
    assert [group.curve.n for group in os.groups] == [41, 21]
    assert [one.n for one in found.response.groups] == [41, 21]
    assert dict(found.baseline.sizes) == {"A": 41, "B": 21}
    assert dict(found.toxicity.level_sizes) == {"A": 41, "B": 21}
    # A without its part in B is the same as another query says.
    alone = demo("grade=2&cga_ug_l=..<1000,~", "grade=1,3,~&cga_ug_l=1000..").outcomes(("os",))["os"]
    assert os.hazard == alone.hazard


def test_a_patient_with_one_course_in_each_is_in_neither(demo):
    found = demo("course=2", "course=1")
    assert found.compared.size.both_courses == 0
    assert found.compared.size.both_patients == 14
    assert found.compared.n == (3, 96)
    assert "14 patients are in both groups (0 courses in both)" in found.compared.overlap


def test_unknown_is_in_neither_and_counted(demo):
    found = demo("cga_ug_l=1000..")
    assert found.compared.size.neither > 0
    assert sum(found.compared.n) + found.compared.size.neither == 110
    assert f"{found.compared.size.neither} courses are in neither group" in found.compared.overlap


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("", "rest", "A is everybody"),
        ("grade=3", "grade=3", "A and B are the same selection"),
        ("grade=1,2", "grade=2,1", "the same|Every patient of A is in B too"),
        ("grade=3", "?", "Every patient of A is in B too"),
        ("?", "grade=3", "Every patient of B is in A too"),
        ("ki67_percent=99..", "rest", "No patient fits A"),
        ("grade=3", "ki67_percent=99..", "No patient is in B"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(demo, a, b, said):
    found = demo(a, b).compared
    with pytest.raises(ValueError, match=said):
        contrast(None, None, found, Options())  # type: ignore[arg-type]


def test_several_courses_of_one_patient_in_a_group_have_no_survival_but_a_response(demo):
    found = demo("course=all&grade=1", "course=all&grade=2")
    assert "more than one course" in found.outcomes(("os",))["os"].refusal
    assert found.response.groups[0].n == 45
    first = demo("course=all&grade=1&first=yes", "course=all&grade=2&first=yes")
    assert not first.outcomes(("os",))["os"].refusal
    assert first.compared.n == (39, 65)


def test_swapping_a_and_b_flips_every_sign(demo):
    there, back = demo("grade=3", "grade=1"), demo("grade=1", "grade=3")
    one, other = there.outcomes(("os",))["os"], back.outcomes(("os",))["os"]
    assert one.restricted.difference == pytest.approx(-other.restricted.difference)
    assert one.hazard.hr == pytest.approx(1 / other.hazard.hr, rel=1e-6)
    assert there.rates["orr"].difference == pytest.approx(-back.rates["orr"].difference)
    for left, right in zip(there.balance, back.balance, strict=True):
        if left.difference is not None:
            assert abs(left.difference) == pytest.approx(abs(right.difference))


def test_one_patient_against_the_rest_and_no_events():
    rows = [{"patient_id": f"P{i}", "os_days": 100.0 + i, "os_event": False, "grade": "1"} for i in range(6)]
    store, version = stored(courses=[*rows, {"patient_id": "X", "os_days": 50.0, "os_event": False, "grade": "2"}])
    with store:
        a = parse_query("grade=2", version.fields)
        found = Contrast(store, version, compared(store, version, a, None, Options()), Options())
        one = found.outcomes(("os",))["os"]
        assert one.hazard.reason == "Not estimable: no events in A and B."
        assert one.restricted.difference == 0
        assert one.log_rank.reason == "There are no events in any group."
        contrast_json(found, ("os",))
        with pytest.raises(ValueError, match="holds neither its dates"):
            found.outcomes(("pfs",))
        with pytest.raises(ValueError, match="more than zero"):
            found.outcomes(("os",), -1)


def test_a_landmark_is_that_of_the_survival_page(demo):
    found = demo("recist_response=SD")
    mine = found.outcomes(("os",), landmark_days=365.0)["os"]
    a = found.compared.a
    other = outcome(found.store, found.version, a, "os", found.options, parse_strata("selection"), 365.0)
    assert [group.curve.median for group in mine.groups] == [group.curve.median for group in other.groups]
    assert mine.log_rank.p == other.log_rank.p
    assert mine.milestones[0][1].difference is not None
    assert found.outcomes(("os",), landmark_days=400.0)["os"].milestones[0][1].reason == "It lies before the landmark."
    whole = found.outcomes(("os",))["os"]
    left = [one.curve.n - two.curve.n for one, two in zip(whole.groups, mine.groups, strict=True)]
    assert tuple(left) == mine.before_landmark
    with pytest.raises(ValueError, match="landmark"):
        found.outcomes(("os",), landmark_days=-1.0)


def test_known_later_is_said(demo):
    assert [one.code for one in demo("recist_response=PR").known_later] == ["immortal_time"]
    assert not demo("grade=3").known_later
    found = demo("recist_response=PR")
    look = Look(found.store, found.version, found.compared.a, Options(), Request(), date(2026, 3, 5))
    exported = content("contrast-os", look)
    assert "immortal time" in " ".join(exported.tables[0].notes)
    assert "immortal time" in str(exported.figure.data["text"])
    later = content("contrast-os", replace(look, request=Request(landmark_days=365.0)))
    assert "immortal time" not in " ".join(later.tables[0].notes)
    assert "Landmark at 12.0 months" in str(later.figure.data["text"])


def test_b_is_written_and_read_again():
    with Store(":memory:") as store:
        fields = store.commit(read_source(DEMO_FOLDER), DEMO_NAME).fields
    for query in ("", "grade=3", "course=all&primary_site=colon%20or%20rectum,~&cga_ug_l=1000..", "first=yes"):
        b = parse_query(query, fields)
        assert parse_against(against_text(b), fields) == b
    assert parse_against("rest", fields) is None
    assert against_text(None) == "rest"
    assert against_text(Selection()) == "?"


def test_small_groups_are_refused_and_small_cells_hidden_on_both_sides(demo):
    assert "fewer than 20 patients" in demo("grade=3", min_cell=20).compared.refusal
    assert "fewer than 5 patients" in demo("course=2", "course=1", min_cell=5).compared.refusal
    shown = contrast_json(demo("grade=3", "grade=1,2", min_cell=5), ("os",))
    for row in shown["baseline"]["rows"]:
        for left, right in zip(row["A"].get("levels", ()), row["B"].get("levels", ()), strict=True):
            assert (left["n"] is None) == (right["n"] is None)
            assert left["n"] is None or left["n"] == 0 or left["n"] >= 5
        if any(level["n"] is None for level in row["A"].get("levels", ())):
            assert row["standardised_difference"] is None
            assert row["reason"]
    assert shown["response"]["A"]["counts"] == dict.fromkeys(("CR", "PR", "SD", "PD"))
    assert shown["response"]["differences"]["orr"]["difference"] is None
    for one in shown["toxicity"]:
        for key in ("any_grade_highest", "grade_3_4"):
            assert (one["A"][key] is None) == (one["B"][key] is None)


def test_both_or_neither_hides_a_number_that_the_other_lacks():
    options = Options(min_cell=5)
    pair = ({"n": 9, "of": [1, None]}, {"n": None, "of": [2, 3]})
    assert both_or_neither(pair, options) == [{"n": None, "of": [1, None]}, {"n": None, "of": [2, None]}]
    assert both_or_neither(pair, Options()) == list(pair)


def test_command_prints_the_comparison_and_refuses_in_a_sentence():
    answer = run("contrast", "--select", "grade=3", "--against", "grade=1,2", "--tau", "24", "--endpoint", "os")
    assert answer.status == 0
    found = answer.json
    assert list(found["endpoints"]) == ["os"]
    os = found["endpoints"]["os"]
    assert os["rmst"]["tau"] == pytest.approx(24)
    assert os["groups"]["A"]["n"] == 10
    assert os["cox"]["reference"] == "B"
    assert os["milestones"][3]["reason"]
    assert found["groups"]["B"]["query"] == "grade=1,2"
    assert found["overlap"]["patients"] == 0
    hidden = run("contrast", "--select", "grade=2", "--round-to", "5", "--landmark", "12", "--endpoint", "os").json
    groups = hidden["endpoints"]["os"]["groups"]
    assert hidden["endpoints"]["os"]["landmark"] == pytest.approx(12)
    assert all(groups[name][key] % 5 == 0 for name in "AB" for key in ("n", "events"))
    for arguments, said in (
        (("--select", "grade=3", "--against", "grade=3"), "the same selection"),
        (("--select", "grade=3", "--against", "shoe=9"), "no field 'shoe'"),
        ((), "A is everybody"),
    ):
        answer = run("contrast", *arguments)
        assert (answer.status, answer.out) == (2, "")
        assert said in answer.err


def test_export_of_a_comparison_holds_both_sentences(demo, tmp_path):
    found = demo("grade=3", "grade=1")
    look = Look(
        found.store, found.version, found.compared.a, Options(), Request(), date(2026, 3, 5), against=found.compared.b
    )
    for what in ("contrast-os", "contrast-baseline", "contrast-response", "contrast-toxicity"):
        text = file(content(what, look), "csv").decode("utf-8-sig")
        assert "A: 10 of 110 patients: grade 3. B: 38 of 110 patients: grade 1" in text
    assert content("contrast-os", look).figure is not None
    target = tmp_path / "os.csv"
    answer = run("export", "--what", "contrast-os", "--select", "grade=3", "--against", "grade=1", "--output", target)
    assert answer.status == 0
    assert "Hazard ratio" in target.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("a", ["grade=3", "?", "course=all&grade=1", "course=all&first=yes", "first=yes", "course=2"])
@pytest.mark.parametrize("b", ["rest", "grade=1,2", "course=all&grade=1&first=yes", "histology_complete=all&course=2"])
def test_sizes_are_those_of_the_other_pages_and_add_up(demo, a, b):
    found = demo(a, b)
    size, own = found.compared.size, found.compared
    whole = [(own.a, size.a_courses, size.a_patients, size.a_total)]
    if own.b is not None:
        whole.append((own.b, size.b_courses, size.b_patients, size.b_total))
    for one, courses, patients, total in whole:
        counted = found.store.size(found.version, one, found.options)
        assert (courses, patients, total) == (counted.n_courses, counted.n_patients, counted.total)
        ids = found.store.columns(found.version, one, ("patient_id",))["patient_id"]
        assert (courses, patients) == (len(ids), len(set(ids)))
    assert size.both_patients <= min(size.a_patients, size.b_patients)
    if not own.refusal:
        assert dict(found.toxicity.level_sizes) == dict(found.baseline.sizes) == {"A": size.a_left, "B": size.b_left}
