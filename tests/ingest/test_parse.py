"""Cells to values: yes and no, events, levels, whole numbers, missing words, implausible numbers."""

import pytest

from core.fields import FIELDS, TABLE_FIELDS
from core.ingest.levels import level_words
from core.problems import Problem
from tests.ingest.files import cells, one_problem, read


def column(name, values):
    return f"patient_id\t{name}\n" + "".join(f"P{n}\t{value}\n" for n, value in enumerate(values))


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        *[("yes", "no"), ("Y", "N"), ("TRUE", "False"), ("1", "0"), ("1.0", "0.0"), ("x", "n"), ("+", "-")],
        *[("oui", "NON"), ("o", "n"), ("vrai", "faux"), ("ja", "nee"), ("J", "Neen"), ("waar", "onwaar")],
    ],
)
def test_yes_no_words(tmp_path, yes, no):
    assert cells(read(tmp_path, column("hypertension", [yes, no, ""])), "hypertension") == [True, False, None]


def test_yes_no_words_are_listed_once_with_their_columns(tmp_path):
    text = "patient_id,hypertension,diabetes,functional\nP1,oui,non,yes\nP2,oui,oui,no\n"
    changes = read(tmp_path, text).changes
    assert "courses: 'hypertension', 'diabetes': 'oui' read as yes (3 cells)." in changes
    assert "courses: 'diabetes': 'non' read as no (1 cell)." in changes
    assert not [change for change in changes if "functional" in change]


def test_yes_no_functional_words(tmp_path):
    text = column("functional", ["functional", "non-functional", "fonctionnelle", "niet functioneel"])
    assert cells(read(tmp_path, text), "functional") == [True, False, True, False]


def test_minus_is_missing_unless_plus_stands_beside_it(tmp_path):
    assert cells(read(tmp_path, column("diabetes", ["-", "yes"])), "diabetes") == [None, True]
    assert cells(read(tmp_path, column("fdg_pet", ["-", "+", "pos"])), "fdg_pet") == [
        "negative",
        "positive",
        "positive",
    ]


@pytest.mark.parametrize("codes", [("1", "2"), ("1.0", "2.0")])
def test_event_codes_of_r_are_read_and_listed(tmp_path, codes):
    ingested = read(tmp_path, column("os_event", [*codes, ""]))
    assert cells(ingested, "os_event") == [False, True, None]
    note = "courses: 'os_event': the codes 1 and 2 taken as censored and event, as R does (2 cells)."
    assert note in ingested.changes


@pytest.mark.parametrize("codes", [("0", "1", "2"), ("2",), ("1", "2", "3")])
def test_event_codes_of_three_kinds_are_not_guessed(tmp_path, codes):
    ingested = read(tmp_path, column("os_event", codes))
    failed = [one for one in ingested.problems if one.code == "wrong_type"]
    assert failed[0].message == f"'{failed[0].value}' is not 0 or 1."
    assert {one.value for one in failed} == set(codes) - {"0", "1"}


def test_event_words(tmp_path):
    text = column("os_event", ["dead", "alive", "décédé", "vivant", "overleden", "censored"])
    assert cells(read(tmp_path, text), "os_event") == [True, False, True, False, True, False]


@pytest.mark.parametrize(
    ("cells_", "answers"),
    [
        (["F", "NF", "F", "NF"], [True, False, True, False]),
        (["T", "F", "F", "T"], [True, False, False, True]),
        (["F", "", "", "F"], None),
    ],
)
def test_f_of_functional_is_what_stands_beside_it(tmp_path, cells_, answers):
    ingested = read(tmp_path, column("functional", cells_))
    if answers is None:
        assert [one.value for one in ingested.problems if one.code == "wrong_type"] == ["F", "F"]
    else:
        assert cells(ingested, "functional") == answers


def test_vital_status_words(tmp_path):
    text = column("os_event", ["DCD", "Vivant", "DOD", "NED", "AWD", "perdu de vue"])
    assert cells(read(tmp_path, text), "os_event") == [True, False, True, False, False, False]


@pytest.mark.parametrize(
    ("name", "values", "levels"),
    [
        ("sex", ["m", "M", "Homme", "man", "V", "f", "Femme", "vrouw"], ["male"] * 4 + ["female"] * 4),
        ("grade", ["G1", "g 2", "Grade 3", "II", "3.0", "graad 1"], ["1", "2", "3", "2", "3", "1"]),
        (
            "primary_site",
            [
                "Small Intestine",
                "jejunum/ileum",
                "midgut",
                "intestin grêle",
                "dunne darm",
                "Pancréas",
                "rectum",
                "maag",
            ],
            ["small intestine"] * 5 + ["pancreas", "colon or rectum", "stomach"],
        ),
        (
            "recist_response",
            ["pr", "Partial response", "RP", "réponse partielle", "RC", "stable disease", "MP", "NE"],
            ["PR", "PR", "PR", "PR", "CR", "SD", "PD", "not evaluable"],
        ),
        (
            "stop_reason",
            ["Completed", "myélotoxicité", "perdu de vue"],
            ["completed", "myelotoxicity", "patient decision or lost"],
        ),
        ("new_treatment_basis", ["Imaging only", "RECIST"], ["imaging-only progression", "RECIST progression"]),
    ],
)
def test_levels_by_other_words(tmp_path, name, values, levels):
    assert cells(read(tmp_path, column(name, values)), name) == levels


def test_levels_changed_are_listed(tmp_path):
    ingested = read(tmp_path, column("sex", ["m", "m", "female"]))
    assert "courses: 'sex': 'm' read as male (2 cells)." in ingested.changes


def test_levels_words_name_one_level_each():
    for table, name in [("courses", name) for name in FIELDS] + [("adverse_events", "term"), ("labs", "analyte")]:
        field = TABLE_FIELDS[table][name]
        words = level_words(table, name)
        assert all(words[key] in field.levels for key in words)


def test_levels_of_analytes_are_those_of_the_headers():
    words = level_words("labs", "analyte")
    assert (words["hb"], words["wbc"], words["plaquettes"], words["natrium"]) == (
        "haemoglobin",
        "leukocytes",
        "platelets",
        "sodium",
    )


def test_level_unknown(tmp_path):
    problem = one_problem(read(tmp_path, column("primary_site", ["heart", "pancreas"])))
    assert problem == Problem(
        "error", "unknown_level", "courses", 2, "primary_site", "heart", "'heart' is not a level of Primary site.",
        "Use one of: small intestine, pancreas, colon or rectum, stomach, other; or leave the cell empty.",
    )  # fmt: skip


def test_grade_7(tmp_path):
    ingested = read(tmp_path, column("grade", ["7", "2"]))
    assert one_problem(ingested) == Problem(
        "error", "unknown_level", "courses", 2, "grade", "7", "'7' is not a level of Grade.",
        "Use one of: 1, 2, 3; or leave the cell empty.",
    )  # fmt: skip
    assert cells(ingested, "grade") == [None, "2"]


@pytest.mark.parametrize("value", ["145", "-1", "100.5"])
def test_ki67_of_145(tmp_path, value):
    ingested = read(tmp_path, column("ki67_percent", [value, "3"]))
    assert one_problem(ingested) == Problem(
        "error", "impossible_value", "courses", 2, "ki67_percent", value,
        f"'{value}' is not possible: Ki-67 is 0 to 100%.", "Correct the value, or leave the cell empty.",
    )  # fmt: skip
    assert cells(ingested, "ki67_percent") == [None, 3.0]


def test_implausible_is_kept_with_a_warning(tmp_path):
    ingested = read(tmp_path, column("sodium_mmol_l", ["185", "140"]))
    assert one_problem(ingested) == Problem(
        "warning", "implausible_value", "courses", 2, "sodium_mmol_l", "185",
        "'185' lies outside the plausible range of Sodium, 100 to 180 mmol/L; it is kept.",
        "Check the value and its unit.",
    )  # fmt: skip
    assert cells(ingested, "sodium_mmol_l") == [185.0, 140.0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("age_years", "145"), ("n_cycles", "-1"), ("fatigue_highest_grade", "7"), ("course", "0"), ("os_days", "-5")],
)
def test_impossible_is_not_used(tmp_path, name, value):
    problem = next(one for one in read(tmp_path, column(name, [value])).problems if one.code == "impossible_value")
    assert (problem.severity, problem.line, problem.column, problem.value) == ("error", 2, name, value)


def test_wrong_type_number_and_whole_number(tmp_path):
    ingested = read(tmp_path, "patient_id,age_years,n_cycles\nP1,sixty,4\nP2,61,3.5\nP3,62,4.0\n")
    found = [(one.code, one.line, one.column, one.value, one.message) for one in ingested.problems if one.line]
    assert found == [
        ("wrong_type", 2, "age_years", "sixty", "'sixty' is not a number."),
        ("wrong_type", 3, "n_cycles", "3.5", "'3.5' is not a whole number."),
    ]
    assert cells(ingested, "n_cycles") == [4, None, 4]


def test_course_and_grade_with_their_words(tmp_path):
    ingested = read(tmp_path, "patient_id,course,nausea_highest_grade\nP1,PRRT-2,Grade 3\n")
    assert (cells(ingested, "course"), cells(ingested, "nausea_highest_grade")) == ([2], [3])
    assert "courses: 'course': 'PRRT-2' read as 2 (1 cell)." in ingested.changes


@pytest.mark.parametrize(
    "word", ["", "NA", "N/A", "n.a.", "-", ".", "?", "NULL", "ND", "unknown", "Inconnu", "onbekend", "nan"]
)
def test_missing_words(tmp_path, word):
    row = "\t".join(["P1", *[word] * 5])
    ingested = read(tmp_path, f"patient_id\tsex\tage_years\tmds_date\tdiabetes\ttrial\n{row}\n")
    assert not [one for one in ingested.problems if one.severity == "error"]
    assert [cells(ingested, name) for name in ("sex", "age_years", "mds_date", "diabetes", "trial")] == [[None]] * 5
    listed = [change for change in ingested.changes if "read as missing" in change]
    assert listed == ([f"courses: read as missing: '{word}' (5 cells)."] if word else [])


def test_ids_are_text(tmp_path):
    assert cells(read(tmp_path, "patient_id,sex\n007,m\n1e5,f\n1.0,m\nNone,f\n"), "patient_id") == [
        "007",
        "1e5",
        "1.0",
        "None",
    ]


def test_months_that_are_days(tmp_path):
    text = "patient_id,os_months,os_event\nP1,306,1\nP2,455,1\nP3,1010,0\n"
    ingested = read(tmp_path, text)
    assert one_problem(ingested) == Problem(
        "error", "months_above_400", "courses", 3, "os_months", "455",
        "2 of 3 values of 'os_months' are above 400 months; the column seems to hold days, and none of its values is "
        "used.",
        "Answer the question about it, or map the column to days: os_days = os_months.",
    )  # fmt: skip
    assert cells(ingested, "os_months") == [None, None, None]


def test_months_with_one_typing_error(tmp_path):
    text = "patient_id,pfs_months,pfs_event\n" + "".join(f"P{n},{2100 if n == 5 else n},1\n" for n in range(30))
    ingested = read(tmp_path, text)
    assert one_problem(ingested) == Problem(
        "error", "months_above_400", "courses", 7, "pfs_months", "2100",
        "'2100' is more than 400 months; this looks like days.",
        "If the column holds days, map it to pfs_days; else correct the value.",
    )  # fmt: skip
    assert cells(ingested, "pfs_months")[4:7] == [4.0, None, 6.0]
