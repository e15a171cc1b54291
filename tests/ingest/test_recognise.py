"""Which sheet or file is which table: by name, by headers, by asking."""

import zipfile
from datetime import date

import pytest

from core.ingest import read_source, try_source
from core.problems import CohortError
from tests.ingest.files import TODAY, cells, write, xlsx

COURSES = [["Patient", "Sexe", "Âge", "Ki-67"], ["P1", "F", 60, 3], ["P2", "M", 61, 4]]
CYCLES = [["Patient", "Cycle", "Date"], ["P1", 1, date(2020, 2, 29)]]
LABS = [["Patient", "Date", "Analyte", "Valeur", "Unité"], ["P1", date(2020, 2, 29), "Hb", 13, "g/dL"]]
EVENTS = [["Patiënt", "Bijwerking", "Graad", "Begin"], ["P1", "Diarree", 2, date(2020, 3, 1)]]
TEXTS = {
    "cohorte.csv": "Patient;Sexe;Âge;Ki-67\nP1;F;60;3\nP2;M;61;4\n",
    "cures.csv": "Patient;Cycle;Date\nP1;1;2020-02-29\n",
    "sang.csv": "Patient;Date;Analyte;Valeur;Unité\nP1;2020-02-29;Hb;13;g/dL\n",
}


def archive(path, members: dict[str, str | bytes], method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return path


def unread(ingested) -> list[str]:
    return [change for change in ingested.changes if change.startswith("Not read")]


def test_sheets_are_told_by_their_headers(tmp_path):
    sheets = {"Légende": [["M = homme"]], "Feuil1": EVENTS, "Feuil2": LABS, "Feuil3": COURSES, "Feuil4": CYCLES}
    ingested = read_source(xlsx(tmp_path / "c.xlsx", sheets), today=TODAY)
    assert list(ingested.tables) == ["courses", "cycles", "labs", "adverse_events"]
    assert cells(ingested, "age_years") == [60.0, 61.0]
    assert cells(ingested, "term", "adverse_events") == ["diarrhoea"]
    assert ingested.questions == ()
    assert "labs: read from sheet 'Feuil2', told by its headers." in ingested.changes
    assert unread(ingested) == ["Not read: sheet 'Légende', whose name and headers are those of no further table."]


@pytest.mark.parametrize(
    ("name", "table"), [("Labo", "labs"), ("Bijwerkingen", "adverse_events"), ("Cyclussen", "cycles")]
)
def test_sheets_are_told_by_their_names_in_french_and_dutch(tmp_path, name, table):
    rows = {"labs": LABS, "adverse_events": EVENTS, "cycles": CYCLES}[table]
    ingested = read_source(xlsx(tmp_path / "c.xlsx", {"Courses": COURSES, name: rows}), today=TODAY)
    assert list(ingested.tables) == ["courses", table]


def test_two_sheets_of_courses_are_asked_about_once(tmp_path):
    more = [[*COURSES[0], "Albumine"], ["P7", "F", 70, 5, 38]]
    path = xlsx(tmp_path / "c.xlsx", {"2023": COURSES, "2024": more, "x": [["nothing"]]})
    ingested = read_source(path, today=TODAY)
    (question,) = ingested.questions
    assert (question.key, question.table, question.answer, question.given) == (
        "courses.sheet",
        "courses",
        "2024",
        False,
    )
    assert [choice.value for choice in question.choices] == ["2023", "2024"]
    assert question.choices[1].effect == "sheet '2024' is read (5 headers are known, 2 rows); the other is left out"
    assert cells(ingested, "patient_id") == ["P7"]
    assert "Not read: sheet '2023', courses is read from sheet '2024'." in ingested.changes
    other = read_source(path, today=TODAY, answers={"courses.sheet": "2023"})
    assert (cells(other, "patient_id"), other.questions[0].given) == (["P1", "P2"], True)


def test_a_hidden_copy_is_not_asked_about(tmp_path):
    path = xlsx(tmp_path / "c.xlsx", {"old": COURSES, "Blad1": [*COURSES, ["P3", "M", 70, 5]]})
    data = path.read_bytes()
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'name="old"', b'name="old" state="hidden"')
    ingested = read_source(archive(tmp_path / "h.xlsx", parts), today=TODAY)
    assert (len(data) > 0, ingested.questions, ingested.rows_kept) == (True, (), 3)
    assert unread(ingested) == ["Not read: sheet 'old', which is hidden."]


def test_mapping_tells_a_sheet_of_unknown_headers(tmp_path):
    sheets = {"a": [["who", "how long", "gone", "k"], ["P1", 100, 1, 2]], "b": [["x", "y"], [1, 2]]}
    mapping = {"patient_id": "who", "os_days": "how long", "os_event": "gone"}
    ingested = read_source(xlsx(tmp_path / "c.xlsx", sheets), mapping=mapping, today=TODAY)
    assert cells(ingested, "os_days") == [100.0]


def test_folder_and_zip_of_any_names_give_the_same_cohort(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, text in TEXTS.items():
        write(folder, text, name)
    first = read_source(folder, today=TODAY)
    assert list(first.tables) == ["courses", "cycles", "labs"]
    packed = archive(tmp_path / "all.zip", {f"export/{name}": text for name, text in TEXTS.items()})
    second = read_source(packed, today=TODAY)
    assert second.sha256 == first.sha256
    for table, frame in first.tables.items():
        assert second.tables[table].equals(frame)


def test_folder_of_one_file_is_that_file(tmp_path):
    write(tmp_path, TEXTS["cohorte.csv"], "mes patients.csv")
    write(tmp_path, "", "SYNTHETIC")
    ingested = read_source(tmp_path, today=TODAY)
    assert (ingested.rows_kept, ingested.synthetic) == (2, True)


def test_zip_of_a_workbook_and_a_text(tmp_path):
    book = xlsx(tmp_path / "b.xlsx", {"Blad1": COURSES, "Blad2": CYCLES}).read_bytes()
    ingested = read_source(archive(tmp_path / "z.zip", {"b.xlsx": book, "labs.csv": TEXTS["sang.csv"]}), today=TODAY)
    assert list(ingested.tables) == ["courses", "cycles", "labs"]


def test_zip_ignores_archives_and_what_systems_add_and_shows_names_as_text(tmp_path):
    members = {
        "../../etc/courses.csv": TEXTS["cohorte.csv"],
        "__MACOSX/._courses.csv": b"\0\5\x16\7",
        "inner.zip": b"PK\x05\x06" + b"\0" * 18,
        "C:\\temp\\<b>labs.csv": "not,a,table\n",
        "readme.md": "x",
    }
    ingested = read_source(archive(tmp_path / "z.zip", members), today=TODAY)
    assert ingested.rows_kept == 2
    assert unread(ingested) == [
        "Not read: 'inner.zip', an archive within z.zip.",
        "Not read: '<b>labs.csv', which is not named after a table (courses, cycles, labs, adverse_events).",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["z.zip"]


def test_zip_without_a_table_is_refused(tmp_path):
    outcome = try_source(archive(tmp_path / "z.zip", {"a.md": "x"}), today=TODAY)
    assert isinstance(outcome, CohortError)
    assert [(one.code, one.message) for one in outcome.problems] == [
        ("missing_table", "The zip holds no courses.csv, the one table that is needed, and no file with its headers.")
    ]


def test_workbook_named_after_a_table_with_more_sheets(tmp_path):
    xlsx(tmp_path / "courses.xlsx", {"Blad1": COURSES, "Uitleg": [["M = man"]], "labs": LABS})
    write(tmp_path, TEXTS["cures.csv"], "cycles.csv")
    assert list(read_source(tmp_path, today=TODAY).tables) == ["courses", "cycles", "labs"]
