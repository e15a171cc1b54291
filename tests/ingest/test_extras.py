"""Columns of a cohort's own: names and inferred types."""

from datetime import date

import pytest

from tests.ingest.files import cells, read


def own(tmp_path, header, values):
    text = f"patient_id\t{header}\n" + "".join(f"P{n}\t{value}\n" for n, value in enumerate(values))
    ingested = read(tmp_path, text)
    (name,) = ingested.extras
    return ingested.extras[name], cells(ingested, name), ingested


@pytest.mark.parametrize(
    ("values", "kind", "read"),
    [
        (["1", "2", "", "30"], "integer", [1, 2, None, 30]),
        (["1.0", "2.0", "NA"], "integer", [1, 2, None]),
        (["1,5", "2", "3"], "number", [1.5, 2.0, 3.0]),
        (["yes", "no", "yes"], "yes_no", [True, False, True]),
        (["0", "1", "1"], "yes_no", [False, True, True]),
        (["oui", "oui", ""], "yes_no", [True, True, None]),
        (["1", "1", "1"], "integer", [1, 1, 1]),
        (["2020-01-05", "", "2031-01-05"], "date", [date(2020, 1, 5), None, date(2031, 1, 5)]),
        (["a", "b", "a", "b", "a"], "category", ["a", "b", "a", "b", "a"]),
        (["a", "b", "c"], "text", ["a", "b", "c"]),
        (["007", "008", "008", "007", "007"], "category", ["007", "008", "008", "007", "007"]),
        (["m", "f", "f", "m", "m"], "category", ["m", "f", "f", "m", "m"]),
        (["", "", ""], "text", [None, None, None]),
        (["=1+1", "=1+1", "@x", "@x", "@x"], "category", ["=1+1", "=1+1", "@x", "@x", "@x"]),
    ],
)
def test_type_is_inferred(tmp_path, values, kind, read):
    field, found, _ = own(tmp_path, "own", values)
    assert (field.type, found, field.role) == (kind, read, "other")


def test_type_number_with_a_few_bad_cells_reports_them(tmp_path):
    field, found, ingested = own(tmp_path, "own", [*map(str, range(19)), "5 cm"])
    assert (field.type, found[-1]) == ("integer", None)
    problem = next(one for one in ingested.problems if one.code == "wrong_type")
    assert (problem.severity, problem.line, problem.column, problem.value) == ("error", 21, "own", "5 cm")


def test_type_number_keeps_limits_with_their_sign(tmp_path):
    field, found, ingested = own(tmp_path, "own", ["<5", "7", "12", "30"])
    assert (field.type, found) == ("integer", [5, 7, 12, 30])
    assert ingested.signs == {"own": {2: "<"}}


def test_type_of_classes_written_as_limits_is_category(tmp_path):
    field, _, ingested = own(tmp_path, "class", ["<5", ">20", ">20"] * 4)
    assert (field.type, field.levels) == ("category", ("<5", ">20"))
    assert ingested.signs == {}


def test_type_number_that_may_be_two_is_asked_about(tmp_path):
    text = "patient_id\town\nP1\t1,234\nP2\t336\n"
    ingested = read(tmp_path, text, answers={"courses.own.decimal": "thousands"})
    assert cells(ingested, "own") == [1234.0, 336.0]
    assert ingested.questions[0].column == "own"


def test_type_category_has_sorted_levels_and_serves_as_covariate(tmp_path):
    field, _, _ = own(tmp_path, "Arm", ["b 10", "b 2", "a"] * 5)
    assert field.levels == ("a", "b 2", "b 10")
    assert (field.label, field.name, field.filterable, field.covariate) == ("Arm", "arm", True, True)


def test_type_text_is_no_filter_and_no_covariate(tmp_path):
    field, _, _ = own(tmp_path, "remark", ["a", "b", "c"])
    assert (field.filterable, field.covariate) == (False, False)


def test_type_of_more_than_twenty_words_is_text(tmp_path):
    assert own(tmp_path, "own", [f"w{n % 21}" for n in range(84)])[0].type == "text"
    assert own(tmp_path, "own", [f"w{n % 20}" for n in range(84)])[0].type == "category"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("ph.ecog", "ph_ecog"),
        ("Étude n° 2", "etude_n_2"),
        ("%%", "column_2"),
        ("line", "line_in_file"),
        ("日本", "column_2"),
    ],
)
def test_name_is_a_slug_and_the_label_the_header(tmp_path, header, name):
    field, _, _ = own(tmp_path, header, ["a", "b"])
    assert (field.name, field.label) == (name, header)


def test_name_is_unique(tmp_path):
    ingested = read(tmp_path, "patient_id,a b,a.b,A-B\nP1,1,2,3\n")
    assert list(ingested.extras) == ["a_b", "a_b_2", "a_b_3"]
    assert [cells(ingested, name) for name in ingested.extras] == [[1], [2], [3]]
