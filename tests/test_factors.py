"""Prognostic factors: how they are written, and the levels and columns they become."""

import numpy as np
import pytest

from core.dictionary import Field
from core.factors import MAX_LEVELS, PER_UNIT, Factor, design, parse_factors
from core.fields import FIELDS
from core.options import PAPER_FACTORS, Options
from core.terms import term

GRADE, CGA = FIELDS["grade"], FIELDS["cga_ug_l"]


def test_parse_paper_factors():
    factors = parse_factors(",".join(PAPER_FACTORS), FIELDS)
    assert [one.key for one in factors] == list(PAPER_FACTORS)
    assert factors[3] == Factor("cga_ug_l", cut=1000.0)
    assert factors[9] == Factor("prior_modalities", cut=3.0, op=">")


def test_parse_spaces_sequence_and_options():
    options = Options(levels=(("grade", ("2", "1")),), categorical=("prior_modalities",))
    factors = parse_factors([" grade ", "cga_ug_l >= 2.50", "", "prior_modalities"], FIELDS, options)
    assert factors == (
        Factor("grade", levels=("2", "1")),
        Factor("cga_ug_l", cut=2.5),
        Factor("prior_modalities", categorical=True),
    )
    assert factors[1].key == "cga_ug_l>=2.5"
    assert parse_factors("", FIELDS) == ()


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("gade", "'gade' is not a field"),
        ("grade>=2", "takes no cut-off"),
        ("cga_ug_l>=high", "'high' is not a finite number"),
        ("cga_ug_l>=inf", "'inf' is not a finite number"),
        ("cga_ug_l<1000", "write a field"),
        ("cga_ug_l>=1>=2", "write a field"),
        ("grade,nlr,grade", "'grade' is given twice"),
        ("death_date", "cannot stand in a model"),
        ("patient_id", "cannot stand in a model"),
    ],
)
def test_parse_refuses(written, named):
    with pytest.raises(ValueError, match=named):
        parse_factors(written, FIELDS)


def test_factor_checks_itself():
    with pytest.raises(ValueError, match="neither"):
        Factor("nlr", cut=3, op="<")
    with pytest.raises(ValueError, match="categorical too"):
        Factor("nlr", cut=3, categorical=True)
    with pytest.raises(ValueError, match="has no cut-off"):
        _ = Factor("nlr").cut_levels


def test_design_category_keeps_dictionary_order_and_empty_levels():
    made = design(Factor("grade"), np.array(["3", "1", None, "3"], dtype=object), GRADE)
    assert (made.levels, made.reference) == (("1", "2", "3"), "1")
    assert made.code.tolist() == [2, 0, -1, 2]
    assert made.missing.tolist() == [False, False, True, False]
    assert made.columns == pytest.approx(np.array([[0, 1], [0, 0], [np.nan, np.nan], [0, 1]]), nan_ok=True)
    assert (made.name(2), made.key) == ("Grade 3", "grade")


def test_design_other_reference():
    made = design(Factor("grade", levels=("2", "3")), ["1", "2", "3"], GRADE)
    assert (made.levels, made.reference) == (("2", "3", "1"), "2")
    assert made.columns.tolist() == [[0, 1], [0, 0], [1, 0]]
    with pytest.raises(ValueError, match="'4' is not one of its levels: 1, 2, 3"):
        design(Factor("grade", levels=("4",)), ["1"], GRADE)


def test_design_reference_of_the_field():
    stage = Field("stage", "Stage", "category", "other", levels=("I", "II", "III"), reference="II")
    made = design(Factor("stage"), ["I", "II", "III"], stage)
    assert (made.levels, made.reference) == (("I", "II", "III"), "II")
    assert made.columns.tolist() == [[1, 0], [0, 0], [0, 1]]


def test_design_level_outside_the_dictionary_comes_last():
    made = design(Factor("grade"), ["x", "2"], GRADE)
    assert made.levels == ("1", "2", "3", "x")


def test_design_free_column_takes_its_own_levels():
    arm = Field("arm", "Arm", "category", "other")
    made = design(Factor("arm", levels=("placebo", "drug")), np.array(["drug", "other", None], dtype=object), arm)
    assert (made.levels, made.reference) == (("placebo", "drug", "other"), "placebo")
    assert made.code.tolist() == [1, 2, -1]


@pytest.mark.parametrize("values", [[True, False, None], ["yes", "no", None], [np.True_, np.False_, np.nan]])
def test_design_yes_no(values):
    made = design(Factor("functional"), np.array(values, dtype=object), FIELDS["functional"])
    assert (made.levels, made.reference) == (("no", "yes"), "no")
    assert made.code.tolist() == [1, 0, -1]


def test_design_number_is_per_unit():
    made = design(Factor("cga_ug_l"), [10.0, np.nan, np.inf], CGA)
    assert (made.levels, made.reference) == ((PER_UNIT,), None)
    assert made.code.tolist() == [0, -1, -1]
    assert made.columns[:, 0] == pytest.approx([10, np.nan, np.nan], nan_ok=True)
    assert made.name(0) == CGA.label


@pytest.mark.parametrize(
    ("op", "levels", "code"),
    [(">=", ("<1000", ">=1000"), [0, 1, 1, -1]), (">", ("<=1000", ">1000"), [0, 0, 1, -1])],
)
def test_design_cut(op, levels, code):
    made = design(Factor("cga_ug_l", cut=1000, op=op), [999.9, 1000, 1000.1, np.nan], CGA)
    assert (made.levels, made.reference) == (levels, levels[0])
    assert made.code.tolist() == code


def test_design_cut_with_the_upper_group_as_reference():
    made = design(Factor("cga_ug_l", cut=1000, levels=(">=1000",)), [1.0, 2000], CGA)
    assert (made.levels, made.reference) == ((">=1000", "<1000"), ">=1000")
    assert made.code.tolist() == [1, 0]


def test_design_categorical_number():
    made = design(Factor("prior_modalities", categorical=True), [2.0, 10, np.nan, 2], FIELDS["prior_modalities"])
    assert (made.levels, made.reference) == (("2", "10"), "2")
    assert made.code.tolist() == [0, 1, -1, 0]


def test_design_of_nobody():
    made = design(Factor("arm"), np.array([], dtype=object), Field("arm", "Arm", "category", "other"))
    assert (made.levels, made.reference, made.columns.shape) == ((), None, (0, 0))
    assert design(Factor("grade"), np.array([], dtype=object), GRADE).levels == ("1", "2", "3")


def term_of(values: list, event: list, one: Field = GRADE, **factor) -> object:
    made = design(Factor(one.name, **factor), np.array(values, dtype=object), one)
    return term(made, ~made.missing, np.arange(1.0, len(values) + 1), np.array(event, dtype=bool))


def test_term_level_without_events():
    one = term_of(["1", "2", "3", "1", "2", "3"], [1, 0, 1, 1, 0, 1])
    assert (one.reference, one.fitted, one.eventless, one.counted, one.reason) == (0, (2,), (1,), 1, None)
    assert one.remaining.tolist() == [True, False, True, True, False, True]
    assert one.columns[:, 0] == pytest.approx([0, np.nan, 1, 0, np.nan, 1], nan_ok=True)
    assert one.names == ("Grade 3",)


def test_term_reference_without_events_needs_another_base():
    one = term_of(["2", "3", "2", "3", "1"], [1, 1, 1, 1, 0])
    assert (one.reference, one.fitted, one.eventless) == (0, (2,), (0,))
    assert one.counted == 1


def test_term_eventless_level_gone_before_the_first_event_does_not_count():
    assert term_of(["2", "1", "3", "1", "3"], [0, 1, 1, 1, 1]).counted == 0


def test_term_reference_without_patients_moves():
    assert term_of(["2", "3", "2", "3"], [1, 1, 1, 1]).reference == 1
    assert term_of(["2", "3", "2", "3"], [0, 1, 0, 1]).reference == 2


@pytest.mark.parametrize(
    ("values", "event", "said"),
    [
        ([None, None], [1, 1], "no patients with this value"),
        (["1", "2"], [1, 0], "fewer than two events"),
        (["2", "2"], [1, 1], "all patients are at one level, 2"),
    ],
)
def test_term_reason(values, event, said):
    one = term_of(values, event)
    assert said in one.reason
    assert one.fitted == ()


def test_term_too_many_levels_is_text():
    names = [f"level {i}" for i in range(MAX_LEVELS + 1)]
    one = term_of(names, [1] * len(names), Field("note", "Note", "text", "other"))
    assert one.reason == f"Not estimable: {MAX_LEVELS + 1} levels; a factor may have {MAX_LEVELS}."
