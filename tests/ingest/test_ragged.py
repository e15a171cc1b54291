"""Rows with fewer cells than the header: none of their values may shift into another column."""

import pytest

from tests.ingest.files import cells, read

HEAD = "patient_id,sex,age_years,first_cycle_date,sodium_mmol_l,albumin_g_l,trial\n"
FULL = [
    f"P{n},{'mf'[n % 2]},{50 + n % 20},2020-01-{n % 28 + 1:02d},{136 + n % 8},{36 + n % 8},LuMEN\n" for n in range(40)
]


def short_rows(ingested) -> list[tuple]:
    return [(one.severity, one.line) for one in ingested.problems if one.code == "short_row"]


def test_short_row_that_ends_early_is_read(tmp_path):
    ingested = read(tmp_path, HEAD + "".join(FULL) + "P99,m,61,2020-03-01,140\n")
    assert short_rows(ingested) == [("warning", 42)]
    assert cells(ingested, "sodium_mmol_l")[-1] == 140.0
    assert cells(ingested, "albumin_g_l")[-1] is None


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("P99,m,2020-03-01,140,38,LuMEN", "age_years"),
        ("P99,m,61 2020-03-01,140,38,LuMEN", "age_years"),
        ("P99,61,2020-03-01,140,38,LuMEN", "sex"),
        ("P99,m,61,140,38,LuMEN", "first_cycle_date"),
        ("P99,m,61,2020-03-01,38,LuMEN", "sodium_mmol_l"),
        ("P99,m,61,2020-03-01,140,LuMEN", "albumin_g_l"),
    ],
)
def test_short_row_with_a_cell_missing_within_shifts_nothing(tmp_path, row, column):
    ingested = read(tmp_path, HEAD + "".join(FULL[:20]) + row + "\n" + "".join(FULL[20:]))
    assert short_rows(ingested) == [("error", 22)]
    problem = next(one for one in ingested.problems if one.code == "short_row")
    assert f"'{column}' does not look like that column" in problem.message
    place = cells(ingested, "patient_id").index("P99")
    for name in ("sex", "age_years", "first_cycle_date", "sodium_mmol_l", "albumin_g_l", "trial"):
        assert cells(ingested, name)[place] is None


def test_short_row_after_an_empty_column_names_the_right_one(tmp_path):
    text = "patient_id,,age_years,first_cycle_date\nP1,,60,2020-01-01\nP2,,61,2020-01-02\nP3,,2020-01-03\n"
    ingested = read(tmp_path, text)
    assert short_rows(ingested) == [("error", 4)]


def test_row_names_of_r_without_a_header_shift_nothing(tmp_path):
    ingested = read(tmp_path, "patient_id,age_years\n1,P1,60\n2,P2,61\n")
    assert cells(ingested, "patient_id") == ["P1", "P2"]
    assert cells(ingested, "age_years") == [60.0, 61.0]
