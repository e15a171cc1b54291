"""Direct identifiers: national numbers, e-mail addresses, names, telephone numbers, birth dates."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.ingest import read_source
from core.ingest.birth import completed_years
from core.ingest.identifiers import by_header, by_values, in_patient_ids, national_number
from tests.ingest.files import cells, read, refused

OLD, YOUNG, BIS = "85.07.30-033.28", "01.02.03-004.82", "85.47.30-033.17"


def check_digits(first_nine: str, since_2000: bool = False) -> str:
    return f"{97 - int(('2' if since_2000 else '') + first_nine) % 97:02d}"


def test_national_number_check_digits():
    assert check_digits("850730033") == "28"
    assert national_number(OLD)
    assert national_number("85073003328")
    assert national_number("010203004" + check_digits("010203004", since_2000=True))
    assert national_number("854730033" + check_digits("854730033"))
    assert national_number("852730033" + check_digits("852730033"))
    assert not national_number("85073003329")
    assert not national_number("85133003300")
    assert not national_number("185073003328")
    assert national_number(f"see {OLD} there")


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Nom", "a name"),
        ("nom du patient", "a name"),
        ("Voornaam", "a name"),
        ("Last name", "a name"),
        ("Prénom", "a name"),
        ("E-mail", "an e-mail address"),
        ("GSM", "a telephone number"),
        ("telefoonnummer", "a telephone number"),
        ("NISS", "a national number"),
        ("Rijksregisternummer", "a national number"),
        ("Date de naissance", "a birth date"),
        ("geboortedatum", "a birth date"),
        ("DOB", "a birth date"),
        ("Adresse", "an address"),
    ],
)
def test_header_of_an_identifier(header, kind):
    assert by_header(header) == kind


@pytest.mark.parametrize(
    "header", ["patient_id", "drug name", "year of birth", "geboorteland", "number", "nombre de cycles", "date"]
)
def test_header_of_no_identifier(header):
    assert by_header(header) == ""


def test_columns_of_identifiers_are_left_out_and_listed(tmp_path):
    text = (
        "patient_id,Nom,contact,who,tel.,note\n"
        f"P1,Dupont,a@example.org,{OLD},0470 12 34 56,fine\nP2,Smet,b@example.org,,0470 12 34 57,fine\n"
    )
    ingested = read(tmp_path, text)
    assert list(ingested.tables["courses"].columns) == ["line", "patient_id", "note", "course"]
    for change in (
        "courses: 'Nom' holds a name and is left out.",
        "courses: 'contact' holds an e-mail address and is left out.",
        "courses: 'who' holds a national number and is left out.",
        "courses: 'tel.' holds a telephone number and is left out.",
    ):
        assert change in ingested.changes


def test_cells_with_an_identifier_are_emptied_and_not_repeated(tmp_path):
    ingested = read(tmp_path, f"patient_id,note,trial\nP1,fine,NETTER\nP2,write a@example.org,{OLD}\nP3,good,\n")
    assert (cells(ingested, "note"), cells(ingested, "trial")) == (["fine", None, "good"], ["NETTER", None, None])
    found = [one for one in ingested.problems if one.code == "identifier"]
    assert [(one.severity, one.line, one.column, one.value) for one in found] == [
        ("error", 3, "trial", "…"),
        ("error", 3, "note", "…"),
    ]
    assert not any("example.org" in text or "033" in text for one in found for text in (one.message, one.value))


@pytest.mark.parametrize(
    ("ids", "what"),
    [
        (["P1", OLD], "a national number"),
        (["85073003328", "P2"], "a national number"),
        (["a@example.org", "P2"], "an e-mail address"),
        (["Jean Dupont", "Anna De Smet", "P3"], "a name"),
    ],
)
def test_patients_by_identifiers_are_refused(tmp_path, ids, what):
    problem = refused(tmp_path, "patient_id,sex\n" + "".join(f"{one},m\n" for one in ids))[-1]
    assert (problem.code, problem.table, problem.column, problem.value) == (
        "identifying_patient_id",
        "courses",
        "patient_id",
        "",
    )
    assert problem.message == f"The patients in 'patient_id' are identified by {what}, which must not be stored."
    assert problem.line == 2 + next(
        place for place, one in enumerate(ids) if one in (OLD, "85073003328", "a@example.org", "Jean Dupont")
    )


def test_patients_by_eleven_digits_by_chance_are_kept():
    ids = [f"{n:011d}" for n in range(10_000_000_000, 10_000_000_400)]
    assert in_patient_ids(ids) is None
    assert in_patient_ids(["Patient A", "Patient B", "BOR-0001"]) is None


def test_birth_date_becomes_age_and_is_left_out(tmp_path):
    header = "patient_id,Geboortedatum,first_cycle_date,death_date\n"
    text = header + "P1,01/03/1950,2020-02-29,2021-01-01\nP2,28/02/1950,2020-02-29,\nP3,,2020-02-29,\n"
    ingested = read(tmp_path, text)
    assert cells(ingested, "age_years") == [69.0, 70.0, None]
    assert (
        "courses: 'Geboortedatum' holds a birth date; made into the age at the start of the course and left out."
        in ingested.changes
    )
    assert list(ingested.extras) == []
    assert ingested.mapping["age_years"] == "Geboortedatum"


def test_birth_date_without_start_becomes_the_year(tmp_path):
    ingested = read(tmp_path, "patient_id,dob\nP1,1950-03-01\n")
    assert cells(ingested, "birth_year") == [1950]


def test_birth_date_beside_a_stated_age_is_only_left_out(tmp_path):
    ingested = read(tmp_path, "patient_id,age,dob,first_cycle_date\nP1,60,1950-03-01,2020-01-01\n")
    assert cells(ingested, "age_years") == [60.0]
    assert "courses: 'dob' holds a birth date and is left out." in ingested.changes


def test_birth_date_unreadable_is_reported_without_its_value(tmp_path):
    ingested = read(tmp_path, "patient_id,dob,first_cycle_date,death_date\nP1,31/02/1950,2020-01-01,2021-01-01\n")
    (problem,) = ingested.problems
    assert (problem.code, problem.line, problem.column, problem.value) == ("impossible_date", 2, "dob", "")
    assert "1950" not in problem.message


@pytest.mark.parametrize("header", ["ddn", "d_n", "date 3"])
def test_birth_date_under_another_header_is_told_by_its_dates(tmp_path, header):
    rows = "".join(f"P{n},19{50 + n}-03-01,2020-01-01,2021-01-01\n" for n in range(5))
    ingested = read(tmp_path, f"patient_id,{header},first_cycle_date,death_date\n{rows}")
    assert cells(ingested, "age_years") == [69.0, 68.0, 67.0, 66.0, 65.0]
    assert "last_contact_date" not in ingested.tables["courses"].columns
    assert not ingested.problems


def test_last_contact_under_ddn_stays(tmp_path):
    ingested = read(tmp_path, "patient_id,ddn,first_cycle_date\nP1,2021-03-01,2020-01-01\n")
    assert cells(ingested, "last_contact_date") == [date(2021, 3, 1)]


def test_completed_years():
    born = np.array(["1950-03-01", "1952-02-29", "1950-01-01", "NaT"], "datetime64[us]")
    start = np.array(["2020-02-29", "2020-02-28", "2020-01-01", "2020-01-01"], "datetime64[us]")
    ages = completed_years(born, start)
    assert ages[:3].tolist() == [69.0, 67.0, 70.0]
    assert np.isnan(ages[3])


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["Jean Dupont", "Anna De Smet", "Luc Peeters", "Marie-Claire Janssens", "DUBOIS Paul"], "a name"),
        (["Rue de la Loi 16, 1000 Bruxelles", "Grote Markt", "Kerkstraat 5"], "an address"),
        (["0470/12.34.56", "+32 470 12 34 56", "02 123 45 67"], "a telephone number"),
        (["470123456", "486123457", "495123458"], "a telephone number"),
        (["Folfox Avastin"] * 5, ""),
        (["small intestine", "liver bone", "lymph node", "left lung", "right lung"], ""),
        (["CR after PRRT", "seen in week 4", "way 5"], ""),
    ],
)
def test_values_of_an_identifier(values, kind):
    distinct = list(dict.fromkeys(values))
    assert by_values(distinct, [values.count(one) for one in distinct]) == kind


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Nom de naissance", "a name"),
        ("Geb.datum", "a birth date"),
        ("Né(e) le", "a birth date"),
        ("N° registre national", "a national number"),
        ("Rijksregister nr", "a national number"),
        ("N° tél", "a telephone number"),
        ("Domicile", "an address"),
        ("Initiales", "a name"),
    ],
)
def test_header_of_an_identifier_in_belgian_exports(header, kind):
    assert by_header(header) == kind


@pytest.mark.parametrize(
    "header",
    ["N° dossier", "Nº dossier", "No dossier", "Nr. dossier", "Numéro de dossier", "Dossiernummer", "Dossiernr"],
)
def test_patients_by_the_hospitals_number_are_known_and_warned_of(tmp_path, header):
    ingested = read(tmp_path, f"{header};sex\n4711;m\n")
    (problem,) = [one for one in ingested.problems if one.code == "hospital_number"]
    assert (problem.severity, problem.column, problem.value) == ("warning", header, "")
    assert ingested.tables["courses"]["patient_id"].tolist() == ["4711"]


def test_demo_cohort_raises_no_alarm():
    demo = Path(__file__).parents[2] / "data" / "demo"
    ingested = read_source(demo)
    assert (ingested.problems, ingested.questions) == ((), ())
    assert not [one for one in ingested.changes if "left out" in one]


@pytest.mark.parametrize("name", ["lung", "rossi", "larynx", "leukemia", "waltons", "cox_gbsg2"])
def test_packaged_cohorts_raise_no_alarm(name):
    file = Path(__file__).parents[1] / "oracle" / "data" / f"{name}.csv"
    header = file.read_text(encoding="utf-8").splitlines()[0].replace('"', "").split(",")
    ingested = read_source(file, mapping={"os_days": next(one for one in header if one in ("time", "week", "T", "t"))})
    assert not [one for one in ingested.changes if "holds" in one and "left out" in one]
    assert not [one for one in ingested.problems if one.code == "identifier"]
    assert not [one for one in ingested.questions if one.key.endswith((".field", ".column"))]
