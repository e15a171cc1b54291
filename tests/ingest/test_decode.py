"""Bytes to text: marks, encodings, and what is no text."""

import pytest

from tests.ingest.files import cells, read, refused

TEXT = "patient_id,trial\nP1,étude à l’hôpital\nP2,œdème\n"
LATIN = "patient_id,trial\nP1,étude à l\u2019hôpital\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_decode_every_encoding_gives_the_same_cells(tmp_path, encoding):
    ingested = read(tmp_path, TEXT.encode(encoding))
    assert cells(ingested, "trial") == ["étude à l’hôpital", "œdème"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_decode_utf16_without_mark_is_recognised_and_listed(tmp_path, encoding):
    ingested = read(tmp_path, TEXT.encode(encoding))
    assert cells(ingested, "trial") == ["étude à l’hôpital", "œdème"]
    assert f"courses: courses.csv has no byte order mark; read as {encoding.upper()}." in ingested.changes


def test_decode_windows_1252_is_listed(tmp_path):
    assert "courses: courses.csv is not UTF-8; read as Windows-1252." in read(tmp_path, LATIN.encode("cp1252")).changes


def test_decode_utf8_is_not_listed(tmp_path):
    assert not [change for change in read(tmp_path, TEXT.encode()).changes if "read as" in change]


def test_decode_two_encodings_name_the_line(tmp_path):
    (problem,) = refused(tmp_path, LATIN.encode() + "P2,été\n".encode("cp1252"))
    assert (problem.code, problem.table, problem.line) == ("encoding", "courses", 3)


def test_decode_zero_byte_names_the_line(tmp_path):
    (problem,) = refused(tmp_path, b"patient_id,trial\nP1,a\nP2,b\0c\n")
    assert (problem.code, problem.line) == ("nul_byte", 3)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture (PNG)"),
        (b"PK\x03\x04hello", "a damaged zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Office file that cannot be opened as a workbook"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"<html><body>a,b</body></html>", "a web page or JSON"),
        (b'[{"patient_id": "P1", "age": 3}]', "a web page or JSON"),
    ],
)
def test_decode_other_files_are_refused_by_kind(tmp_path, data, what):
    (problem,) = refused(tmp_path, data)
    assert problem.code == "not_a_table"
    assert problem.message == f"courses.csv is {what}, not a table."
    assert problem.remedy.startswith("Save the table as CSV")


def test_decode_pk_in_a_header_is_no_archive(tmp_path):
    assert read(tmp_path, "PK,patient_id\n1,P1\n").rows_kept == 1


@pytest.mark.parametrize("word", ["cœur", "Œdème", "œsophage", "5 €", "Škoda", "Dušan", "Žižek"])
def test_decode_latin_9_by_its_letters(tmp_path, word):
    ingested = read(tmp_path, f"patient_id,trial\nP1,{word}\nP2,été\n".encode("iso8859-15"))
    assert cells(ingested, "trial") == [word, "été"]
    assert "courses: courses.csv is not UTF-8; read as Latin-9 (ISO-8859-15)." in ingested.changes


@pytest.mark.parametrize("word", ["1½", "½ dose", "¼", "cœur à 5 € l’unité", "l´hôpital", "Ÿ – œ"])
def test_decode_windows_1252_by_its_marks(tmp_path, word):
    ingested = read(tmp_path, f"patient_id,trial\nP1,{word}\nP2,été\n".encode("cp1252"))
    assert cells(ingested, "trial") == [word, "été"]
    assert "courses: courses.csv is not UTF-8; read as Windows-1252." in ingested.changes


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "iso8859-15"])
def test_decode_every_encoding_with_every_line_end(tmp_path, encoding, ending):
    text = 'patient_id;trial;albumin_g_l\nP1;hôpital;38,5\nP2;"deux\nlignes";40,1\n'.replace("\n", ending)
    ingested = read(tmp_path, text.encode(encoding))
    assert cells(ingested, "trial") == ["hôpital", f"deux{ending}lignes"]
    assert cells(ingested, "albumin_g_l") == [38.5, 40.1]
    assert cells(ingested, "line") == [2, 3]


def test_decode_end_mark_of_dos_is_no_row(tmp_path):
    assert read(tmp_path, "patient_id,trial\nP1,été\n\x1a".encode("cp1252")).rows_kept == 1


def test_decode_a_damaged_line_of_old_macs_is_named(tmp_path):
    (problem,) = refused(tmp_path, b"patient_id,trial\rP1,a\rP2,b\0c\r")
    assert problem.line == 3
