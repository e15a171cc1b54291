"""What stands around a table: titles and headers repeated, totals, footnotes; and that no patient is taken for it."""

import pytest

from tests.ingest.files import cells, read, refused

HEAD = "patient_id,age_years,sex,ki67_percent,albumin_g_l\n"
BODY = "P1,60,m,2,38\nP2,61,f,3,40\n"


def left_out(ingested) -> list[str]:
    """The changes that say what was left out of the file."""
    return [change for change in ingested.changes if "left out of" in change]


def test_header_repeated_between_pages_is_left_out_and_listed(tmp_path):
    ingested = read(tmp_path, HEAD + BODY + HEAD.upper() + "P3,62,m,4,41\n" + HEAD + "P4,63,f,5,42\n")
    assert cells(ingested, "patient_id") == ["P1", "P2", "P3", "P4"]
    assert cells(ingested, "line") == [2, 3, 5, 7]
    assert left_out(ingested) == ["courses: left out of courses.csv, lines 4 and 6: the header repeated."]
    assert [one.code for one in ingested.problems] == ["no_times"]


def test_page_titles_repeated_with_the_header_are_left_out(tmp_path):
    page = "PRRT cohort,,,,\n" + HEAD
    text = (
        page
        + BODY
        + "Page 1/2,,,,\n,,,,\n"
        + page
        + "P3,62,m,4,41\n\nPRRT cohort of 2024,,,,\n"
        + HEAD
        + "P4,1,m,1,1\n"
    )
    ingested = read(tmp_path, text)
    assert cells(ingested, "patient_id") == ["P1", "P2", "P3", "P4"]
    assert left_out(ingested) == [
        "courses: left out of courses.csv, lines 8 and 12: the header repeated.",
        "courses: left out of courses.csv, lines 5 and 7: titles and page numbers repeated.",
        "courses: left out of courses.csv, line 11: notes and titles outside the table.",
    ]


def test_header_repeated_in_another_order_moves_no_value_into_another_column(tmp_path):
    ingested = read(tmp_path, HEAD + BODY + "albumin_g_l,patient_id,ki67_percent,sex,age_years\n41,P3,4,f,62\n")
    assert cells(ingested, "albumin_g_l") == [38.0, 40.0, 41.0]
    assert cells(ingested, "age_years") == [60.0, 61.0, 62.0]
    assert (
        "courses: from line 4 of courses.csv on the columns stand in another order; each is read under its own header."
        in ingested.changes
    )


def test_header_repeated_with_a_column_missing_is_refused(tmp_path):
    (problem,) = refused(tmp_path, HEAD + BODY + "patient_id,age_years,sex,albumin_g_l\nP3,62,m,41\n")
    assert (problem.code, problem.table, problem.line) == ("other_header", "courses", 4)


@pytest.mark.parametrize(
    "row",
    [
        "Total,2,,,",
        "Totaal: 2,,,,",
        "Moyenne,60.5,,2.5,39",
        "Gemiddelde,60.5,,2.5,39",
        "n = 2,,,,",
        "Total (n=2),121,,,",
        ",Total,,,",
        "Médiane,60.5,,2.5,39",
        "Mean ± SD,60.5,,2.5,39",
        "Écart-type,0.7,,0.7,1.4",
        "Nombre de patients : 2,,,,",
    ],
)
def test_totals_are_left_out_and_listed(tmp_path, row):
    ingested = read(tmp_path, HEAD + BODY + row + "\nP3,62,m,4,41\n")
    assert cells(ingested, "patient_id") == ["P1", "P2", "P3"]
    assert left_out(ingested) == ["courses: left out of courses.csv, line 4: totals and other statistics of the table."]


def test_totals_block_below_the_table(tmp_path):
    ingested = read(
        tmp_path, HEAD + BODY + ",,,,\nMean,60.5,,2.5,39\nSD,0.7,,0.7,1.4\nMin,60,,2,38\nMax,61,,3,40\nn,2,2,2,2\n"
    )
    assert cells(ingested, "patient_id") == ["P1", "P2"]
    assert left_out(ingested) == [
        "courses: left out of courses.csv, lines 5, 6, 7, 8 and 9: totals and other statistics of the table."
    ]


def test_totals_of_a_patient_column_that_is_not_the_first(tmp_path):
    text = "centre,patient_id,age_years,sex,ki67_percent\nA,P1,60,m,2\nA,P2,61,f,3\n,,,,\nTotal,2,60.5,,\n"
    assert cells(read(tmp_path, text), "patient_id") == ["P1", "P2"]


@pytest.mark.parametrize(
    "patient", ["SD", "N", "Max", "Min", "T", "Sum", "ET", "TOT1", "N12", "n-110", "Mean-1", "Totti"]
)
@pytest.mark.parametrize("place", ["within", "last"])
def test_patients_whose_id_resembles_a_statistic_stay(tmp_path, patient, place):
    row = f"{patient},62,m,4,41\n"
    text = HEAD + row + BODY if place == "within" else HEAD + BODY + row
    ingested = read(tmp_path, text)
    assert patient in cells(ingested, "patient_id")
    assert left_out(ingested) == []


def test_patients_of_whom_nothing_is_known_stay(tmp_path):
    ingested = read(tmp_path, HEAD + "P0,,,,\nPatient 7,,,,\n" + BODY + "\nP9,,,,\nP10,,,,\n")
    assert cells(ingested, "patient_id") == ["P0", "Patient 7", "P1", "P2", "P9", "P10"]
    assert left_out(ingested) == []


def test_a_last_patient_of_two_words_without_a_gap_stays(tmp_path):
    assert cells(read(tmp_path, HEAD + BODY + "Patient 7,,,,\n"), "patient_id") == ["P1", "P2", "Patient 7"]


def test_first_column_total_without_a_patient_column_is_no_total_row(tmp_path):
    text = "resection,os_days,os_event,age_years\ntotal,100,1,60\npartial,200,0,61\ntotal,300,1,62\n"
    assert read(tmp_path, text).rows_kept == 3


NAMELESS = "centre_file,age_years,sex,ki67_percent,albumin_g_l\n101,60,m,2,38\n102,61,f,3,40\n"


@pytest.mark.parametrize(
    "row",
    ["Total,2,,,", "Totaux,2,,,", "Totaal,2,,,", "som,121,,,", "Moyenne,60.5,,,", "Gemiddelde,60.5,,,", "n=2,,,,",
     ",Total,2,,", "Total,,,,\nMoyenne,60.5,,,"],
)  # fmt: skip
def test_a_last_mostly_empty_total_is_left_out_without_a_patient_column(tmp_path, row):
    ingested = read(tmp_path, NAMELESS + row + "\n")
    assert ingested.rows_kept == 2
    (change,) = left_out(ingested)
    assert change.endswith(": totals and other statistics of the table.")
    assert {one.line for one in ingested.set_aside} == set(range(4, 5 + row.count("\n")))


@pytest.mark.parametrize("rows", ["Total,2,,,\n103,62,m,4,41", "ET,,f,,", "total,62,m,4,41\ntotal,63,,,"])
def test_what_may_be_a_patient_stays_without_a_patient_column(tmp_path, rows):
    ingested = read(tmp_path, NAMELESS + rows + "\n")
    assert ingested.rows_kept == 3 + rows.count("\n")


@pytest.mark.parametrize(
    "below",
    [
        "\nValues in italics were estimated by the treating physician.\n",
        "* estimated,,,,\n",
        "\nNote: one patient was lost,,,,\nSource: hospital records,,,,\n",
        "\nLegend:,,,,\nm,male,,,\nf,female,,,\n",
        ",,,,\nÉtude rétrospective monocentrique,,,,\n",
    ],
)
def test_notes_below_the_table_are_left_out_and_listed(tmp_path, below):
    ingested = read(tmp_path, HEAD + BODY + below)
    assert cells(ingested, "patient_id") == ["P1", "P2"]
    (change,) = left_out(ingested)
    assert change.endswith("notes and titles outside the table.")
    assert [one.code for one in ingested.problems] == ["no_times"]


def test_notes_followed_by_patients_are_rows(tmp_path):
    ingested = read(tmp_path, HEAD + BODY + "\nsecond period of the study,,,,\nP3,62,m,4,41\n")
    assert cells(ingested, "patient_id") == ["P1", "P2", "second period of the study", "P3"]


def test_second_table_below_is_named_and_not_read(tmp_path):
    ingested = read(tmp_path, HEAD + BODY + ",,,,\nGrade,CRP,Diabetes,Hypertension,\nG1,40,36,2,\n")
    assert cells(ingested, "patient_id") == ["P1", "P2"]
    problem = next(one for one in ingested.problems if one.code == "second_table")
    assert (problem.severity, problem.table, problem.line) == ("warning", "courses", 5)


def test_headers_of_two_rows_are_read_together(tmp_path):
    text = "patient_id,Baseline,,\n,age_years,sex,ki67_percent\nP1,60,m,2\n"
    ingested = read(tmp_path, text)
    assert cells(ingested, "patient_id") == ["P1"]
    assert cells(ingested, "ki67_percent") == [2.0]
