"""Errors of formulas are missing values that name their line and column."""

import pytest

from core.ingest.formula_errors import is_formula_error
from tests.ingest.files import cells, read

ENGLISH = ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"]
LOCAL = [
    "#N/B",
    "#WAARDE!",
    "#DEEL/0!",
    "#VERW!",
    "#NAAM?",
    "#GETAL!",
    "#LEEG!",
    "#VALEUR!",
    "#NOM?",
    "#NOMBRE!",
    "#NUL!",
]


@pytest.mark.parametrize("error", [*ENGLISH, *LOCAL, "#n/a", "Err:502", "########"])
def test_formula_error_is_missing_and_named(tmp_path, error):
    ingested = read(tmp_path, f"patient_id,nlr,trial\nP1,3,a\nP2,{error},b\nP3,,{error}\n")
    assert cells(ingested, "nlr") == [3.0, None, None]
    assert cells(ingested, "trial") == ["a", "b", None]
    found = [(one.severity, one.line, one.column, one.value) for one in ingested.problems if one.code == "excel_error"]
    assert found == [("warning", 3, "nlr", error), ("warning", 4, "trial", error)]


@pytest.mark.parametrize("text", ["", "#", "#1", "E", "#N/A?", "n/a", "#P12", "##"])
def test_formula_error_is_not_any_number_sign(text):
    assert not is_formula_error(text)


def test_formula_error_as_a_header_is_no_header(tmp_path):
    ingested = read(tmp_path, "patient_id,#REF!,age_years\nP1,5,60\n")
    assert [one.column for one in ingested.problems if one.code == "empty_header"] == ["column 2"]
