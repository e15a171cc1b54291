"""Selections: query to conditions and back, SQL, words."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dictionary import Field
from core.fields import FIELDS
from core.options import Options
from core.selection import (
    DEFAULTS,
    Condition,
    Range,
    Selection,
    mixed_courses_refusal,
    parse_query,
)

AWKWARD = ("a,b", "~", "all", "50%", "a+b", "a b", "x&y=z", "1..2", "é", "<5", "A;'\"", "%2C")
ALL_FIELDS = {
    **FIELDS,
    "centre": Field(name="centre", label="Centre", type="category", role="other", levels=AWKWARD),
    "note": Field(name="note", label="Note", type="text", role="other"),
    "ph.ecog": Field(name="ph.ecog", label="ph.ecog", type="integer", role="other"),
}


def query(text, fields=ALL_FIELDS):
    return parse_query(text, fields)


def test_query_empty_is_the_paper_population():
    assert query("") == query({}) == Selection() == Selection(DEFAULTS)
    assert Selection().query() == ""


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("grade=1,2", Condition("grade", ("1", "2"))),
        ("grade=1&grade=2", Condition("grade", ("1", "2"))),
        ("grade=2,2", Condition("grade", ("2",))),
        ("grade=2,~", Condition("grade", ("2",), missing=True)),
        ("grade=~", Condition("grade", missing=True)),
        ("primary_site=small%20intestine", Condition("primary_site", ("small intestine",))),
        ("primary_site=small+intestine", Condition("primary_site", ("small intestine",))),
        ("primary_site=small intestine,Pancreas", Condition("primary_site", ("small intestine", "pancreas"))),
        ("functional=yes", Condition("functional", ("yes",))),
        ("functional=TRUE,0", Condition("functional", ("yes", "no"))),
        ("cga_ug_l=1000..", Condition("cga_ug_l", ranges=(Range(1000.0, None),))),
        ("cga_ug_l=..1000", Condition("cga_ug_l", ranges=(Range(None, 1000.0),))),
        ("cga_ug_l=..<1000", Condition("cga_ug_l", ranges=(Range(None, 1000.0, True),))),
        ("cga_ug_l=100..<1e3", Condition("cga_ug_l", ranges=(Range(100.0, 1000.0, True),))),
        ("cga_ug_l=-1..0.5", Condition("cga_ug_l", ranges=(Range(-1.0, 0.5),))),
        ("cga_ug_l=..", Condition("cga_ug_l", ranges=(Range(),))),
        ("cga_ug_l=1..2,5..,~", Condition("cga_ug_l", ranges=(Range(1.0, 2.0), Range(5.0, None)), missing=True)),
        ("n_cycles=4,2.0", Condition("n_cycles", ("4", "2"))),
        (
            "first_cycle_date=2015-01-01..<2018-01-01",
            Condition("first_cycle_date", ranges=(Range(date(2015, 1, 1), date(2018, 1, 1), True),)),
        ),
        ("trial=LuMEN", Condition("trial", ("LuMEN",))),
        ("centre=a%2Cb", Condition("centre", ("a,b",))),
        ("centre=a,b,x%26y%3Dz", Condition("centre", ("a,b", "x&y=z"))),
        ("centre=a+b", Condition("centre", ("a+b",))),
        ("centre=%7E,~", Condition("centre", ("~",), missing=True)),
        ("ph.ecog=1", Condition("ph.ecog", ("1",))),
    ],
)
def test_query_condition(text, condition):
    selection = query(text)
    assert selection.problems == ()
    assert selection == Selection((*DEFAULTS, condition))
    assert query(selection.query()) == query(selection.parameters()) == selection


def test_query_defaults_hold_until_named():
    assert query("course=2").conditions == (Condition("course", ("2",)), DEFAULTS[1])
    assert query("course=all").conditions == (DEFAULTS[1],)
    assert query("histology_complete=no&course=all").conditions == (Condition("histology_complete", ("no",)),)
    assert query("course=all&histology_complete=all&grade=1").conditions == (Condition("grade", ("1",)),)
    assert query("course=1") == Selection()
    assert query("grade=all") == Selection()


def test_query_canonical_text():
    assert query("grade=1&course=1").query() == "grade=1"
    assert query("grade=1&course=all").query() == "course=all&grade=1"
    assert query("primary_site=colon+or+rectum").query() == "primary_site=colon%20or%20rectum"
    assert query("cga_ug_l=1e3..").query() == "cga_ug_l=1000.."
    assert query("course=all&first=yes").query() == "course=all&first=yes"


def test_query_without_course_column_has_no_default():
    selection = parse_query("sex=male", {"sex": FIELDS["sex"]})
    assert selection.conditions == (Condition("sex", ("male",)),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("grade=7", "'grade': '7' is none of 1, 2, 3. It was left out."),
        ("grade=", "'grade': no value is given. It was left out."),
        ("grade", "'grade': no value is given. It was left out."),
        ("functional=maybe", "'functional': 'maybe' is not yes or no. It was left out."),
        ("cga_ug_l=high", "'cga_ug_l': 'high' is not a number. It was left out."),
        ("cga_ug_l=nan..", "'cga_ug_l': 'nan' is not a number. It was left out."),
        ("cga_ug_l=inf", "'cga_ug_l': 'inf' is not a number. It was left out."),
        ("cga_ug_l=1_000", "'cga_ug_l': '1_000' is not a number. It was left out."),
        ("cga_ug_l=5..<", "'cga_ug_l': '5..<' lacks its upper bound. It was left out."),
        (
            "cga_ug_l=9..5",
            "'cga_ug_l': '9..5' is empty: its lower bound is not below its upper one. It was left out.",
        ),
        (
            "first_cycle_date=2015-13-01..",
            "'first_cycle_date': '2015-13-01' is not a date such as 2020-12-31. It was left out.",
        ),
        ("first=maybe", "'first': 'maybe' is not yes or no; it was left out."),
        ("colour=red", "This cohort has no field 'colour'; it was left out."),
        ("grad=2", "This cohort has no field 'grad'; it was left out. Did you mean 'grade'?"),
        ("patient_id=P1", "'patient_id' cannot be selected on: it identifies patients, or is free text."),
        ("centre=%00", None),
        ("note=a%00b", "'note': 'a?b' is none of this field's values. It was left out."),
        ("grade=" + "x" * 30_000, "The query is longer than 20,000 characters and was not read."),
        ("grade=" + ",".join("1" * 1_001), "'grade' has more than 1,000 values; it was left out."),
    ],
)
def test_query_problem_is_told_and_the_rest_works(text, problem):
    selection = query(text)
    assert len(selection.problems) == 1
    if problem:
        assert selection.problems == (problem,)
    assert selection == Selection()
    if len(text) < 1_000:
        both = query(f"{text}&sex=female")
        assert both.problems == selection.problems
        assert both.condition("sex") == Condition("sex", ("female",))


def test_query_partly_understood_keeps_what_is():
    selection = query("grade=2,9&cga_ug_l=x,100..")
    assert selection.condition("grade") == Condition("grade", ("2",))
    assert selection.condition("cga_ug_l") == Condition("cga_ug_l", ranges=(Range(100.0, None),))
    assert len(selection.problems) == 2


def test_query_ignores_names_that_belong_to_a_page():
    assert parse_query("strata=grade&sex=male", ALL_FIELDS, ignore={"strata"}).problems == ()


@settings(deadline=None)
@given(st.one_of(st.text(max_size=80), st.dictionaries(st.text(max_size=10), st.text(max_size=30), max_size=4)))
def test_query_hostile_text_never_fails(text):
    selection = query(text)
    clause, values = selection.where(ALL_FIELDS)
    assert clause.count("?") == len(values)
    assert query(selection.query()) == selection


@settings(deadline=None)
@given(
    st.sampled_from([name for name in ALL_FIELDS if ALL_FIELDS[name].filterable]),
    st.text(alphabet="0123456789.~<,-eE+%& '\";all", max_size=25),
)
def test_query_hostile_value_never_fails(name, text):
    selection = query({name: text})
    assert query(selection.query()) == query(selection.parameters()) == selection
    assert selection.sentence(ALL_FIELDS, 1, 2)


def conditions_of(field: Field):
    if field.type == "yes_no":
        values, ranges = st.sampled_from(("yes", "no")), None
    elif field.levels:
        values, ranges = st.sampled_from(field.levels), None
    elif field.numeric:
        numbers = st.one_of(st.integers(-1000, 1000).map(float), st.floats(allow_nan=False, allow_infinity=False))
        values = st.integers(0, 9).map(str)
        ranges = st.builds(bounds, st.none() | numbers, st.none() | numbers, st.booleans())
    elif field.type == "date":
        dates = st.dates()
        values = dates.map(date.isoformat)
        ranges = st.builds(bounds, st.none() | dates, st.none() | dates, st.booleans())
    else:
        values, ranges = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=9), None
    return st.builds(
        lambda value_list, range_list, missing: Condition(field.name, tuple(value_list), tuple(range_list), missing),
        st.lists(values, unique=True, max_size=3),
        st.just([]) if ranges is None else st.lists(ranges, unique=True, max_size=2),
        st.booleans(),
    )


def bounds(low, high, open_above):
    """A range that is not empty, and not open above without a bound."""
    low, high = (low + 0.0 if isinstance(low, float) else low), (high + 0.0 if isinstance(high, float) else high)
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    return Range(low, high, open_above and high is not None and low != high)


SELECTABLE = [one for one in ALL_FIELDS.values() if one.filterable]


@st.composite
def selections(draw):
    chosen = draw(st.lists(st.sampled_from(SELECTABLE), unique_by=lambda one: one.name, max_size=4))
    selection = Selection() if draw(st.booleans()) else Selection(())
    for one in chosen:
        selection = selection.with_condition(draw(conditions_of(one)))
    return Selection(selection.conditions, draw(st.booleans()))


@settings(deadline=None)
@given(selections())
def test_selection_to_query_and_back(selection):
    for written in (selection.query(), selection.parameters()):
        read = query(written)
        assert read == selection
        assert read.problems == ()
        assert read.query() == selection.query()


def test_selection_refuses_two_conditions_on_a_field():
    with pytest.raises(ValueError, match="at most one condition a field"):
        Selection((Condition("grade", ("1",)), Condition("grade", ("2",))))


def test_selection_changes_give_new_selections():
    selection = Selection().with_condition(Condition("grade", ("1",))).with_condition(Condition("sex", ("male",)))
    changed = selection.with_condition(Condition("grade", ("2",)))
    assert [one.field for one in changed.conditions] == ["course", "histology_complete", "grade", "sex"]
    assert changed.condition("grade") == Condition("grade", ("2",))
    assert changed.without("grade").condition("grade") is None
    assert changed.with_condition(Condition("grade")) == changed.without("grade")
    assert changed.without_defaults.conditions == (Condition("grade", ("2",)), Condition("sex", ("male",)))
    assert changed.population == Selection()
    assert selection.condition("grade") == Condition("grade", ("1",))


def test_selection_single_course():
    assert Selection().single_course
    assert query("course=2").single_course
    assert query("course=all&first=yes").single_course
    assert not query("course=1,2").single_course
    assert not query("course=all").single_course
    assert not query("course=1..").single_course


def test_where_is_bound_and_quoted():
    selection = query("grade=1,~&cga_ug_l=10..<20&functional=no&ph.ecog=1..")
    clause, values = selection.where(ALL_FIELDS)
    assert clause == (
        '("course" IN (?)) AND ("histology_complete" IN (?)) AND ("grade" IN (?) OR "grade" IS NULL) AND '
        '(("cga_ug_l" >= ? AND "cga_ug_l" < ?)) AND ("functional" IN (?)) AND (("ph.ecog" >= ?))'
    )
    assert values == [1.0, True, "1", 10.0, 20.0, False, 1.0]
    assert Selection(()).where(ALL_FIELDS) == ("TRUE", [])


def test_where_follows_the_egfr_equation():
    selection = Selection((Condition("egfr", ranges=(Range(60.0),)),))
    assert selection.where(ALL_FIELDS)[0] == '(("egfr_2009" >= ?))'
    assert selection.where(ALL_FIELDS, Options(egfr="ckd-epi-2021"))[0] == '(("egfr_2021" >= ?))'


def test_where_refuses_a_field_of_another_cohort():
    with pytest.raises(ValueError, match="no field 'centre'"):
        query("centre=a,b").where(FIELDS)


@pytest.mark.parametrize(
    ("text", "n", "total", "said"),
    [
        ("", 110, 110, "All 110 patients"),
        ("", 1, 1, "1 patient"),
        ("", 0, 0, "No patients"),
        ("course=2", 17, 17, "All 17 patients, PRRT-2"),
        ("course=~", 0, 110, "0 of 110 courses of 110 patients, course number missing"),
        ("course=2,~", 17, 110, "17 of 110 courses of 110 patients, PRRT-2 or course number missing"),
        (
            "grade=2&primary_site=pancreas&cga_ug_l=1000..",
            9,
            110,
            "9 of 110 patients: grade 2; pancreas; CgA at least 1000 ug/L",
        ),
        ("cga_ug_l=1000..&grade=2", 9, 110, "9 of 110 patients: grade 2; CgA at least 1000 ug/L"),
        ("course=2&grade=3", 1, 17, "1 of 17 patients, PRRT-2: grade 3"),
        ("sex=male", 0, 1, "0 of 1 patient: men"),
        ("grade=2,1", 5, 110, "5 of 110 patients: grade 1 or 2"),
        ("grade=1,2,~", 5, 110, "5 of 110 patients: grade 1, 2 or missing"),
        ("grade=~", 5, 110, "5 of 110 patients: grade missing"),
        ("cga_ug_l=~", 5, 110, "5 of 110 patients: CgA missing"),
        ("cga_ug_l=..", 5, 110, "5 of 110 patients: CgA known"),
        ("ki67_percent=3..20", 5, 110, "5 of 110 patients: Ki-67 3 to 20 %"),
        ("ki67_percent=3..<20", 5, 110, "5 of 110 patients: Ki-67 3 to below 20 %"),
        ("albumin_g_l=..<35", 5, 110, "5 of 110 patients: albumin below 35 g/L"),
        ("albumin_g_l=..35,~", 5, 110, "5 of 110 patients: albumin at most 35 g/L or missing"),
        ("nlr=2.5..", 5, 110, "5 of 110 patients: NLR at least 2.5"),
        ("age_years=70..70", 5, 110, "5 of 110 patients: age 70 years"),
        ("functional=no", 5, 110, "5 of 110 patients: non-functional"),
        ("functional=yes,no", 5, 110, "5 of 110 patients: non-functional or functional"),
        ("metastasis_liver=no", 5, 110, "5 of 110 patients: no liver metastases"),
        ("recist_response=PR,SD", 5, 110, "5 of 110 patients: RECIST response PR or SD"),
        ("trial=LuMEN", 5, 110, "5 of 110 patients: trial LuMEN"),
        ("ph.ecog=1", 5, 110, "5 of 110 patients: ph.ecog 1"),
        ("first_cycle_date=2015-01-01..", 5, 110, "5 of 110 patients: first cycle from 2015-01-01 on"),
        ("first_cycle_date=..<2015-01-01", 5, 110, "5 of 110 patients: first cycle before 2015-01-01"),
        ("course=1,2", 127, 127, "All 127 courses of 110 patients, PRRT-1 or PRRT-2"),
        ("course=all&grade=1", 30, 129, "30 of 129 courses from 110 patients, all PRRT courses: grade 1"),
        ("course=all&first=yes", 114, 114, "All 114 patients, all PRRT courses, first selected course of each"),
        ("histology_complete=all", 113, 113, "All 113 patients, complete histology or not"),
        ("histology_complete=no", 3, 3, "All 3 patients, incomplete histology"),
        ("grade=1", 12_345, 1_000_000, "12,345 of 1,000,000 patients: grade 1"),
    ],
)
def test_sentence(text, n, total, said):
    assert query(text).sentence(ALL_FIELDS, n, total, 110) == said


def test_mixed_courses_refusal_says_how_to_mend():
    text = mixed_courses_refusal(17, "Overall survival")
    assert text == (
        "17 patients are in this selection with more than one course, and overall survival would count a death "
        "more than once. Choose one course, or the first selected course of each patient."
    )
    assert mixed_courses_refusal(1, "Overall survival").startswith("1 patient is in")
