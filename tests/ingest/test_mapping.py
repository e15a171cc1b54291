"""Headers to fields: accents, case, languages, units; stated mappings; what is ambiguous."""

import shlex

import pytest

from core.dictionary import TABLES
from core.fields import FIELDS, TABLE_FIELDS
from core.ingest import read_source, resolve
from core.ingest.assignment import remedy
from core.ingest.headers import candidates, plain
from tests.ingest.files import TODAY, cells, one_problem, read, refused, write


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Ki-67 (%)", "ki67_percent"),
        ("KI67", "ki67_percent"),
        ("Sexe", "sex"),
        ("geslacht", "sex"),
        ("Date de décès", "death_date"),
        ("DATE DE DECES", "death_date"),
        ("Overlijdensdatum", "death_date"),
        ("date.of.death", "death_date"),
        ("Albumine", "albumin_g_l"),
        ("Hémoglobine (g/dL)", "haemoglobin_g_dl"),
        ("Leeftijd (jaar)", "age_years"),
        ("Tumeur primitive", "primary_site"),
        ("datum laatste contact", "last_contact_date"),
        ("OS (days)", "os_days"),
        ("PFS (months)", "pfs_months"),
        ("Date of death (dd/mm/yyyy)", "death_date"),
    ],
)
def test_header_of_three_languages(tmp_path, header, name):
    assert read(tmp_path, f'patient_id,"{header}"\nP1,\n').mapping[name] == header


def test_header_every_name_and_synonym_of_the_dictionary_is_known():
    for table in TABLES:
        for field in TABLE_FIELDS[table].values():
            names = [field.name, *(one for many in field.synonyms.values() for one in many)]
            for name in names:
                assert field.name in {one.name for one, _ in candidates(table, name)}, (table, name)


def test_header_plain_form():
    assert plain("Ki-67  (%)") == "ki 67"
    assert plain("Décès") == "deces"
    assert plain("CgA_µg_L") == "cga ug l"


def test_header_unit_converts_and_is_listed(tmp_path):
    ingested = read(
        tmp_path, "patient_id;creatinine (µmol/L);Albumin [g/dL];hb_mmol_l;CgA (ng/mL)\nP1;88,4;3,9;8,0;120\n"
    )
    assert cells(ingested, "creatinine_mg_dl") == [pytest.approx(1.0)]
    assert cells(ingested, "albumin_g_l") == [pytest.approx(39.0)]
    assert cells(ingested, "haemoglobin_g_dl") == [pytest.approx(12.89, abs=0.01)]
    assert cells(ingested, "cga_ug_l") == [120.0]
    assert (
        "courses: 'creatinine (µmol/L)': converted from µmol/L to mg/dL: 88.4 µmol/L -> 1 mg/dL (1 cell)."
        in ingested.changes
    )
    assert "courses: 'Albumin [g/dL]': converted from g/dL to g/L: 3.9 g/dL -> 39 g/L (1 cell)." in ingested.changes
    assert not [change for change in ingested.changes if "CgA" in change]


def test_header_of_unknown_unit_is_kept_aside(tmp_path):
    ingested = read(tmp_path, "patient_id,sodium (mg/dL)\nP1,300\n")
    problem = one_problem(ingested)
    assert (problem.severity, problem.code, problem.column) == ("warning", "unknown_unit", "sodium (mg/dL)")
    assert "sodium_mmol_l" not in ingested.mapping
    assert cells(ingested, "sodium_mg_dl") == [300]


def test_header_that_may_be_two_fields_is_asked_about(tmp_path):
    text = "patient_id,OS time,os_event\nP1,12,1\n"
    ingested = read(tmp_path, text)
    (asked,) = ingested.questions
    assert (asked.key, asked.column, asked.example) == ("courses.OS time.field", "OS time", "12")
    assert asked.text == "Is the column 'OS time' OS time, days or OS time, months?"
    assert [one.value for one in asked.choices] == ["os_days", "os_months", "none"]
    assert (asked.answer, asked.given) == ("", False)
    assert cells(ingested, "os_time") == [12]
    answered = read(tmp_path, text, answers={"courses.OS time.field": "os_months"})
    assert cells(answered, "os_months") == [12.0]
    assert [(one.key, one.answer, one.given) for one in answered.questions] == [
        ("courses.OS time.field", "os_months", True)
    ]


def test_header_two_synonyms_of_one_field_are_asked_about(tmp_path):
    text = "patient_id,mib1,ki67\nP1,3,4\n"
    ingested = read(tmp_path, text)
    (asked,) = ingested.questions
    assert (asked.key, asked.answer, asked.given) == ("courses.ki67_percent.column", "mib1", False)
    assert asked.text == "Which column is Ki-67, %: 'mib1' or 'ki67'?"
    assert [one.value for one in asked.choices] == ["mib1", "ki67", "none"]
    assert "courses: 'mib1' and 'ki67' could each be Ki-67; 'mib1' is taken for it." in ingested.changes
    assert (cells(ingested, "ki67_percent"), cells(ingested, "ki67")) == ([3.0], [4])
    other = read(tmp_path, text, answers={"courses.ki67_percent.column": "ki67"})
    assert (cells(other, "ki67_percent"), cells(other, "mib1")) == ([4.0], [3])
    neither = read(tmp_path, text, answers={"courses.ki67_percent.column": "none"})
    assert "ki67_percent" not in neither.mapping


def test_header_two_of_one_field_are_told_by_their_cells(tmp_path):
    said = read(tmp_path, "patient_id,mib1,ki67\nP1,done,4\nP2,done,5\n")
    assert (said.questions, cells(said, "ki67_percent")) == ((), [4.0, 5.0])
    assert said.changes[0].endswith("could each be Ki-67; 'ki67' is taken for it, the only one whose cells fit.")
    same = read(tmp_path, "patient_id;mib1;ki67\nP1;4,5;4,50\nP2;;5\n")
    assert (same.questions, cells(same, "ki67_percent")) == ((), [4.5, None])
    assert same.changes[0].endswith("'mib1' is taken for it; they say the same wherever both have a value.")


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("Décès", ("oui", "non"), "os_event"),
        ("Décès", ("23/04/2021", ""), "death_date"),
        ("Overleden", ("ja", "nee"), "os_event"),
        ("Overleden", ("25/03/2021", ""), "death_date"),
        ("Progression", ("0", "1"), "pfs_event"),
        ("OS time", ("700", "1200"), "os_days"),
    ],
)
def test_header_that_may_be_two_fields_is_told_by_its_cells(tmp_path, header, values, field):
    ingested = read(tmp_path, f"patient_id,{header}\n" + "".join(f"P{n},{one}\n" for n, one in enumerate(values)))
    assert ingested.mapping[field] == header
    assert ingested.questions == ()


def test_header_own_name_beats_synonym(tmp_path):
    ingested = read(tmp_path, "patient_id,ki67,ki67_percent\nP1,3,4\n")
    assert cells(ingested, "ki67_percent") == [4.0]
    assert ingested.questions == ()
    assert ingested.changes[0] == (
        "courses: 'ki67' and 'ki67_percent' could each be Ki-67; 'ki67_percent' is taken for it, whose header "
        "is the field's name."
    )


@pytest.mark.parametrize(
    ("header", "value", "said"),
    [
        ("Décédé", "Oui", "'Décédé' holds yes and no, so it is read as OS event, not as the date Death."),
        ("Décédé", "2021-02-03", "'Décédé' holds dates, so it is read as Death, not as the yes or no of OS event."),
        (
            "OS time",
            "1500",
            "'OS time' may be OS time (days) or OS time (months) by its name; its values fit OS time (days) alone, "
            "so it is read as that.",
        ),
    ],
)
def test_why_a_column_is_one_of_two_fields_is_said(tmp_path, header, value, said):
    assert f"courses: {said}" in read(tmp_path, f"patient_id,{header}\nP1,{value}\n").changes


def test_header_misspelt_is_taken_when_its_cells_fit(tmp_path):
    ingested = read(tmp_path, "patient_id,frist_cycle_date\nP1,2020-01-01\n")
    assert ingested.mapping["first_cycle_date"] == "frist_cycle_date"
    assert (
        "courses: 'frist_cycle_date' read as First cycle, whose name is nearly the same (89% sure)." in ingested.changes
    )
    column = ingested.columns[1]
    assert (column.how, column.confidence, column.type) == ("similar", 0.89, "date")


def test_header_misspelt_whose_cells_do_not_fit_is_reported(tmp_path):
    ingested = read(tmp_path, "patient_id,frist_cycle_date\nP1,yes\n")
    problem = one_problem(ingested)
    assert (problem.severity, problem.code, problem.column) == ("warning", "unknown_header", "frist_cycle_date")
    assert problem.message == (
        "The column 'frist_cycle_date' is nearly First cycle, but its cells do not fit; it is kept under its own name."
    )


def test_header_wrong_is_refused(tmp_path):
    (problem,) = refused(tmp_path, "alpha,beta\n1,2\n")
    assert (problem.severity, problem.code, problem.table, problem.line) == ("error", "wrong_header", "courses", None)
    assert problem.message == "None of the headers of courses.csv is known: 'alpha', 'beta'."


def test_stated_mapping_wins_over_headers(tmp_path):
    text = "patient_id,os_days,time,status\nP1,1,100,1\nP2,2,200,0\n"
    ingested = read(tmp_path, text, mapping={"os_days": "time", "os_event": "status"})
    assert ingested.mapping == {"patient_id": "patient_id", "os_days": "time", "os_event": "status"}
    assert cells(ingested, "os_days") == [100.0, 200.0]
    assert cells(ingested, "os_days_in_file") == [1, 2]


def test_stated_mapping_finds_headers_regardless_of_case_and_accents(tmp_path):
    ingested = read(tmp_path, "Numéro,Temps\n1,100\n", mapping={"os_days": "temps", "patient_id": "NUMERO"})
    assert ingested.mapping == {"patient_id": "Numéro", "os_days": "Temps"}


def test_stated_mapping_one_column_for_two_fields(tmp_path):
    mapping = {"os_days": "t", "pfs_days": "t", "os_event": "d", "pfs_event": "d"}
    ingested = read(tmp_path, "t,d\n5,1\n", mapping=mapping)
    assert (cells(ingested, "os_days"), cells(ingested, "pfs_days")) == ([5.0], [5.0])
    assert ingested.extras == {}


def test_stated_mapping_of_an_unknown_field_is_refused(tmp_path):
    problems = refused(tmp_path, "a,b\n1,2\n", mapping={"os_dayz": "a", "labs.worth": "b"})
    assert [one.code for one in problems] == ["unknown_field", "unknown_field"]
    assert problems[0].message == "The mapping names the field 'os_dayz', which the data dictionary does not have."


def test_stated_mapping_of_an_unknown_header_is_refused(tmp_path):
    (problem,) = refused(tmp_path, "a,b\n1,2\n", mapping={"os_days": "time"})
    assert (problem.code, problem.table, problem.column) == ("unknown_header", "courses", "time")
    assert problem.message == (
        "The mapping takes os_days from the column 'time', which is not among the headers of courses.csv: a, b."
    )
    assert problem.remedy == "Write the header as it stands in the file."


def test_stated_mapping_of_another_table(tmp_path):
    write(tmp_path, "patient_id,sex\nP1,m\n")
    write(tmp_path, "patient_id,date,analyte,uitslag,unit\nP1,2020-01-01,Hb,13,g/dL\n", "labs.csv")
    ingested = read_source(tmp_path, mapping={"labs.value": "uitslag"}, today=TODAY)
    assert ingested.mapping["labs.value"] == "uitslag"
    assert cells(ingested, "value", "labs") == [13.0]


def test_columns_that_cannot_be_the_field_are_left_unmapped(tmp_path):
    text = "patient_id,sex\n" + "".join(f"P{n},{n % 2 + 1}\n" for n in range(6))
    ingested = read(tmp_path, text)
    problem = one_problem(ingested)
    assert (problem.severity, problem.code, problem.line, problem.column) == ("warning", "not_the_field", None, "sex")
    assert "6 of 6 cells" in problem.message
    assert ingested.extras["sex_in_file"].label == "sex"
    assert ingested.extras["sex_in_file"].type == "integer"


def test_columns_stated_are_never_left_unmapped(tmp_path):
    text = "patient_id,code\n" + "".join(f"P{n},{n % 2 + 1}\n" for n in range(6))
    ingested = read(tmp_path, text, mapping={"sex": "code"})
    assert [one.code for one in ingested.problems if one.severity == "error"] == ["unanswered_codes"]
    assert cells(ingested, "sex") == [None] * 6


def test_columns_of_another_unit_are_left_unmapped(tmp_path):
    text = "patient_id,sodium\n" + "".join(f"P{n},{350 + n / 10}\n" for n in range(6))
    ingested = read(tmp_path, text)
    assert one_problem(ingested).code == "not_the_field"
    assert ingested.extras["sodium"].type == "number"


def test_resolve_finds_a_field_by_name_header_or_synonym(tmp_path):
    text = "age,sex,ph.ecog\n" + "".join(f"60,{n % 2 + 1},{n % 3}\n" for n in range(8))
    ingested = read(tmp_path, text)
    fields = {"age_years": FIELDS["age_years"], **ingested.extras}
    assert resolve("age_years", fields) == "age_years"
    assert resolve("age", fields) == "age_years"
    assert resolve("sex", fields) == "sex_in_file"
    assert resolve("ph.ecog", fields) == "ph_ecog"
    assert resolve("grade", fields) is None


@pytest.mark.parametrize(
    ("answer", "ages", "own"), [("age", [60, 61], "age (column 3)"), ("age (column 3)", [62, 63], "age")]
)
def test_header_over_two_columns_is_asked_about_and_the_other_one_kept(tmp_path, answer, ages, own):
    text = "patient_id,age,age\nP1,60,62\nP2,61,63\n"
    (question,) = read(tmp_path, text).questions
    assert (question.key, question.answer) == ("courses.age_years.column", "age")
    ingested = read(tmp_path, text, answers={question.key: answer})
    assert cells(ingested, "age_years") == ages
    assert [field.label for field in ingested.extras.values()] == [own]


def test_header_over_two_columns_that_say_the_same_is_not_asked_about(tmp_path):
    assert read(tmp_path, "patient_id,age,age\nP1,60,60\nP2,61,\n").questions == ()


def test_remedy_on_the_command_line_is_quoted_for_a_shell():
    for header in ("date d'entrée", "x'; rm -rf ~; echo '", "$(touch x)", "plain"):
        said = remedy("cycles", TABLE_FIELDS["cycles"]["date"], header)
        option = said[said.index("(--map ") + 1 : -1]
        assert shlex.split(option) == ["--map", f"cycles.date={header}"]


NAMELESS = "Volgnr dossierlijst;course;grade\nSB-01;1;2\nSB-01;2;2\nSB-02;1;1\nSB-03;1;3\n"


def test_column_that_could_name_the_patient_is_asked_about(tmp_path):
    ingested = read(tmp_path, NAMELESS)
    (asked,) = ingested.questions
    assert (asked.key, asked.answer, asked.given) == ("courses.patient_id.column", "none", False)
    assert asked.text == "Does 'Volgnr dossierlijst' name the patient?"
    assert [one.value for one in asked.choices] == ["Volgnr dossierlijst", "none"]
    assert cells(ingested, "patient_id") == ["1", "2", "3", "4"]
    answered = read(tmp_path, NAMELESS, answers={asked.key: "Volgnr dossierlijst"})
    assert cells(answered, "patient_id") == ["SB-01", "SB-01", "SB-02", "SB-03"]
    assert "no_patient_column" not in {one.code for one in answered.problems}
    declined = read(tmp_path, NAMELESS, answers={asked.key: "none"})
    assert cells(declined, "patient_id") == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "column",
    [
        ("1.5", "2.5", "3.5"),  # decimal numbers
        ("13/4/2020", "14/4/2020", "15/4/2020"),  # dates
        ("7", "3", "12"),  # numbers in no order
        ("SB-01", "", "SB-03"),  # not of every row
        ("SB-01", "SB-01", "SB-01"),  # not of its own
        ("no complaints", "well", "tired"),  # words
    ],
)
def test_column_that_names_no_patient_is_not_asked_about(tmp_path, column):
    assert read(tmp_path, "zz;grade\n" + "".join(f"{one};{i}\n" for i, one in enumerate(column, 1))).questions == ()


def test_two_columns_that_could_name_the_patient_are_one_question(tmp_path):
    text = "list;zz;grade\nA1;17;1\nA2;18;2\nA3;19;3\n"
    (asked,) = read(tmp_path, text).questions
    assert asked.text == "Which column names the patient: 'list' or 'zz'?"
    assert [one.value for one in asked.choices] == ["list", "zz", "none"]
    assert cells(read(tmp_path, text, answers={asked.key: "zz"}), "patient_id") == ["17", "18", "19"]
