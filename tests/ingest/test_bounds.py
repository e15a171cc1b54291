"""Files that would take the machine down are refused in a sentence, in little time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from functools import partial

import pytest

from core.ingest import Limits, read_source, try_source
from core.problems import CohortError
from tests.ingest import bombs
from tests.ingest.files import TODAY, read, refused, xlsx
from tests.ingest.sheets import ods, xls

_MEASURED = """
import json, re, sys, time
from pathlib import Path
from core.ingest import try_source
begin = time.process_time()
found = try_source(Path(sys.argv[1]))
seconds = time.process_time() - begin
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps({"codes": [one.code for one in found.problems], "seconds": seconds, "mib": peak}))
"""
_BIG = {
    "a line of 50 MB of Latin bytes": ("x.csv", partial(bombs.one_line, size=50_000_000, cell=b"\xe9;"), "endless_row"),
    "a row of 50 MB on many lines": ("x.csv", partial(bombs.one_line, size=50_000_000, cell=b'"a\n",'), "endless_row"),
    "entities in a sheet": ("x.xlsx", bombs.entity_xlsx, "unsafe_xml"),
    "entities in the styles": ("x.xlsx", partial(bombs.entity_xlsx, part="xl/styles.xml"), "unsafe_xml"),
    "a cell repeated": ("x.ods", partial(bombs.repeating_ods, rows=3_000, columns=2_000), "too_large"),
}
"""What `tests/corpus_bombs` has not: other bytes, other parts of a workbook, a size just above the bound."""


@pytest.mark.parametrize("case", _BIG)
def test_bomb_is_refused_within_5_seconds_and_500_mib(tmp_path, case):
    name, make, code = _BIG[case]
    path = make(tmp_path / name)
    done = subprocess.run([sys.executable, "-c", _MEASURED, str(path)], capture_output=True, check=True, text=True)
    found = json.loads(done.stdout)
    assert found["codes"] == [code]
    assert found["seconds"] < 5
    assert found["mib"] < 500


def test_old_workbook_of_two_far_cells_is_refused(tmp_path):
    rows = [["a"], *([] for _ in range(65_533)), [*([None] * 255), "x"]]
    path = xls(tmp_path / "far.xls", {"s": rows})
    outcome = try_source(path, today=TODAY)
    assert isinstance(outcome, CohortError)
    assert outcome.problems[0].message == "The used cells of a sheet of far.xls span 16,776,960 cells."


def test_rows_of_the_longest_length_are_read(tmp_path):
    wide = ",".join(f"own{n}" for n in range(990))
    text = f"patient_id,trial,{wide}\nP1,{'x' * 100_000}," + ",".join(["y" * 3_000] * 990) + "\n"
    assert read(tmp_path, text).rows_kept == 1


def test_row_without_end_names_the_line_where_it_begins(tmp_path):
    (problem,) = refused(tmp_path, "patient_id,trial\nP1,a\nP2," + "b,c\t" * 1_100_000 + "\n")
    assert (problem.code, problem.table, problem.line) == ("endless_row", "courses", 3)


def test_part_named_twice_is_refused(tmp_path):
    path = xlsx(tmp_path / "c.xlsx", {"s": bombs.ROWS})
    with zipfile.ZipFile(path, "a") as book, pytest.warns(UserWarning, match="Duplicate name"):
        book.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    outcome = try_source(path, today=TODAY)
    assert [one.message for one in outcome.problems] == ["c.xlsx is damaged: it holds two parts of one name."]


def test_zip_bounds(tmp_path):
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w") as out:
        for number in range(1_001):
            out.writestr(f"{number}.txt", "")
    assert [one.code for one in try_source(path, today=TODAY).problems] == ["too_large"]
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("courses.csv", "patient_id,age_years\n" + "P1,60\n" * 100)
    with pytest.raises(CohortError) as refusal:
        read_source(path, today=TODAY, limits=Limits(file_bytes=500))
    assert [one.code for one in refusal.value.problems] == ["too_large"]


@pytest.mark.parametrize("keep", [4, 40, 100, -30])
@pytest.mark.parametrize("kind", ["zip", "ods", "xls"])
def test_damaged_container_is_refused(tmp_path, kind, keep):
    path = tmp_path / f"c.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("courses.csv", "patient_id,age_years\n" + "P1,60\n" * 500)
    elif kind == "ods":
        ods(path, {"s": bombs.ROWS})
    else:
        xls(path, {"s": bombs.ROWS})
    data = path.read_bytes()[:keep]
    path.write_bytes(data)
    outcome = try_source(path, today=TODAY)
    assert isinstance(outcome, CohortError)
    assert outcome.problems[-1].code in ("damaged", "not_a_table")


def test_zip_with_a_password_is_refused(tmp_path):
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("courses.csv", "patient_id\nP1\n")
    data = bytearray(path.read_bytes())
    for place in (6, data.index(b"PK\1\2") + 8):
        data[place] |= 1
    path.write_bytes(bytes(data))
    assert [one.message for one in try_source(path, today=TODAY).problems] == ["z.zip is protected by a password."]


def test_old_workbook_whose_cells_share_a_long_text_is_refused(tmp_path):
    rows = [["a" * 32_000 if place else f"P{row}" for place in range(2)] for row in range(2_000)]
    path = xls(tmp_path / "c.xls", {"s": [["patient_id", "trial"], *rows]})
    assert read_source(path, today=TODAY).rows_kept == 2_000
    with pytest.raises(CohortError) as refusal:
        read_source(path, today=TODAY, limits=Limits(inflated_bytes=60_000_000))
    assert [one.code for one in refusal.value.problems] == ["too_large"]


def test_old_workbook_of_many_texts_is_measured_exactly(tmp_path):
    rows = [[f"P{row}", ("é" if row % 3 else "€") * (row % 700)] for row in range(3_000)]
    path = xls(tmp_path / "c.xls", {"s": [["patient_id", "trial"], *rows]})
    text = sum(len(cell) for row in rows for cell in row) + len("patient_idtrial")
    assert read_source(path, today=TODAY, limits=Limits(inflated_bytes=text)).rows_kept == 3_000
    with pytest.raises(CohortError):
        read_source(path, today=TODAY, limits=Limits(inflated_bytes=text - 1))
