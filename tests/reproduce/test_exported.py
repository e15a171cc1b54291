"""Scripts and Methods text on the command line."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile

import pytest

from tests.command import run
from tests.oracle.reproduce_cases import parsed


def test_zip_holds_scripts_that_print_the_numbers_of_the_analysis(tmp_path):
    answer = run("export", "--what", "km-os", "--strata", "grade", "--output", tmp_path / "os.zip")
    assert (answer.status, answer.err) == (0, "")
    assert "Synthetic patients." in answer.out
    with zipfile.ZipFile(tmp_path / "os.zip") as found:
        found.extractall(tmp_path)
    script = tmp_path / "km-os" / "km-os.py"
    done = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, timeout=120, check=True)
    numbers, found = parsed(done.stdout.decode()), run("analyse", "--strata", "grade").json
    assert numbers["All, median"] == pytest.approx(found["endpoints"]["os"]["median"], rel=1e-9)
    assert numbers["Log-rank, p"] == pytest.approx(found["strata"]["os"]["logrank"]["p"], rel=1e-9)
    for one in found["strata"]["os"]["groups"]:
        assert numbers[f"Group {one['level']}, events"] == one["events"]


def test_analysis_of_a_zip_has_no_identifiers(tmp_path):
    run("export", "--what", "cox-pfs", "--output", tmp_path / "pfs.zip")
    with zipfile.ZipFile(tmp_path / "pfs.zip") as found:
        rows = list(csv.reader(io.StringIO(found.read("cox-pfs/analysis.csv").decode())))
    assert rows[0][:3] == ["row", "pfs_days", "pfs_event"]
    assert [one[0] for one in rows[1:]] == [str(number) for number in range(1, 111)]


@pytest.mark.parametrize("ending", ["txt", "md"])
def test_methods_text_is_written(tmp_path, ending):
    output = tmp_path / f"methods.{ending}"
    answer = run("export", "--what", "methods-text", "--select", "grade=2", "--strata", "sex", "--output", output)
    assert answer.status == 0
    said = output.read_text(encoding="utf-8")
    found = run("analyse", "--select", "grade=2", "--strata", "sex").json
    assert "62 of 110 patients: grade 2" in said
    for one in found["strata"]["pfs"]["groups"]:
        assert f"(n = {one['n']}, {one['events']} events)" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("methods-text", "--output", "m.pdf"), ".txt or .md"),
        (("methods-text", "--min-cell", "5", "--output", "m.txt"), "--round-to 5"),
        (("km-os", "--round-to", "5", "--output", "m.zip"), "small groups are hidden"),
        (("malignancies", "--output", "m.zip"), "there is no script"),
    ],
)
def test_what_cannot_be_written_is_refused_in_a_sentence(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    answer = run("export", "--what", *arguments)
    assert answer.status == 2
    assert said in answer.err
    assert not list(tmp_path.iterdir())
