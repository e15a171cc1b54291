"""Generated scripts print the product's numbers: Python's are run here, R's answers are stored with what R ran.

After a change of a script or of what it reads, `sh tests/oracle/make reproduce` runs R again.
"""

from __future__ import annotations

import io
import json
import runpy
import subprocess
import sys
import warnings
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path

import pytest

from core.analysis_file import analysis_file
from core.export import CONTENTS
from core.reproduce import RECIPES, WITHOUT, archive, files, recipe
from tests.oracle.reproduce_cases import CASES, STORED, Case, as_stored, parsed, sha256

BY_R = json.loads(STORED.read_text(encoding="utf-8"))["cases"]
STALE = "The script or its file has changed since R ran it: run `sh tests/oracle/make reproduce`."
ON_THEIR_OWN = ("km-pfs by grade", "baseline", "response by grade", "flow", "toxicity", "hostile groups h_4")
"""Cases run as a person runs them, each in a Python of its own; the others in this one, which takes less time."""
WHOLE = (
    *("km-os by site, log", "km-pfs by modalities above 3", "cox-os fixed", "assumptions-os", "response by grade"),
    *("toxicity, delta", "baseline by sodium"),
)
"""Cases whose scripts run on the analysis file itself, too."""

each_case = pytest.mark.parametrize("name", CASES)


@cache
def made(name: str) -> dict[str, bytes]:
    return files(CASES[name].what, CASES[name].look())


@cache
def expected(name: str) -> dict[str, float | None]:
    return recipe(CASES[name].what, CASES[name].look()).numbers


def written(name: str, folder: Path) -> Path:
    """The files of a case, as a person unpacks them; its Python script."""
    for file, data in made(name).items():
        (folder / file).write_bytes(data)
    return folder / f"{CASES[name].what}.py"


def printed(script: Path) -> dict[str, float | None]:
    """What a Python script prints, run within this process."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with warnings.catch_warnings(), redirect_stdout(out), redirect_stderr(io.StringIO()):
        runpy.run_path(str(script), run_name="__main__")
    out.flush()
    return parsed(out.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]


def same(found: dict[str, float | None], what: str, wanted: dict[str, float | None]) -> None:
    """Every number, and no other; Cox models are iterated, so theirs are equal to 1e-6."""
    near = 1e-6 if what.startswith(("cox", "forest", "assumptions")) else 1e-8
    assert found.keys() == wanted.keys()
    far = {
        name: (found[name], value)
        for name, value in wanted.items()
        if found[name] != (None if value is None else pytest.approx(value, rel=near, abs=1e-12))
    }
    assert not far


@each_case
def test_python_script_prints_the_numbers_of_the_product(name, tmp_path):
    same(printed(written(name, tmp_path)), CASES[name].what, expected(name))


@pytest.mark.parametrize("name", ON_THEIR_OWN)
def test_python_script_needs_nothing_of_the_product(name, tmp_path):
    command = [sys.executable, "-I", str(written(name, tmp_path))]
    done = subprocess.run(command, capture_output=True, timeout=120, cwd="/", check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    same(parsed(done.stdout.decode("utf-8")), CASES[name].what, expected(name))


@each_case
def test_r_ran_this_script_on_this_file_and_printed_the_numbers_of_the_product(name):
    case, stored = CASES[name], BY_R[name]
    assert sha256(made(name)[f"{case.what}.R"]) == stored["script"], STALE
    assert sha256(made(name)["analysis.csv"]) == stored["data"], STALE
    names = sorted(expected(name))
    assert as_stored(expected(name))["names"] == stored["names"]
    same(dict(zip(names, stored["values"], strict=True)), case.what, expected(name))


def test_every_stored_answer_is_of_a_case():
    assert list(BY_R) == list(CASES)


@each_case
def test_file_of_numbers_holds_those_of_the_product(name):
    listed = parsed(made(name)["numbers.tsv"].decode())
    assert listed == {name: value and float(f"{value:.15g}") for name, value in expected(name).items()}


@pytest.mark.parametrize("what", RECIPES)
def test_cases_have_numbers_that_say_something(what):
    known = [value for value in expected(what).values() if value is not None]
    assert len(known) > 15
    assert len(set(known)) > 8


@pytest.mark.parametrize("name", WHOLE)
def test_script_prints_the_same_from_the_whole_analysis_file(name, tmp_path):
    look = CASES[name].look()
    script = written(name, tmp_path)
    analysis_file(look.store, look.version, look.selection, look.options).write(tmp_path / "analysis.csv")
    same(printed(script), CASES[name].what, expected(name))


@each_case
def test_no_pseudonym_and_no_date_leaves_with_a_script(name):
    case = CASES[name]
    look = case.look()
    found = look.store.columns(look.version, look.selection, ("patient_id",), look.options)
    header, *rows = made(name)["analysis.csv"].decode().splitlines()
    assert "patient_id" not in header
    assert "_date" not in header
    if case.cohort == "demo":
        everything = b"\n".join(made(name).values()).decode()
        assert rows
        assert not [one for one in found["patient_id"] if one in everything]


def test_every_content_has_a_script_or_says_why_not():
    assert {*RECIPES} | {*WITHOUT} == {*CONTENTS}
    assert not {*RECIPES} & {*WITHOUT}


@pytest.mark.parametrize("what", WITHOUT)
def test_content_without_a_script_says_so_in_a_sentence(what):
    with pytest.raises(ValueError, match=r"^[A-Z].*there is no script.*\.$"):
        files(what, Case(what).look())


@pytest.mark.parametrize("options", [{"round_to": 5}, {"min_cell": 5}])
@pytest.mark.parametrize("what", ["km-pfs", "flow", "treatment"])
def test_rows_of_patients_are_refused_while_small_groups_are_hidden(what, options):
    with pytest.raises(ValueError, match="one row for each course, and small groups are hidden: show all counts"):
        archive(what, Case(what, options=options).look())


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (Case("km-pfs", query="age_years=200.."), "Progression-free survival: no patient fits this selection."),
        (Case("km-pfs", "lung"), "Progression-free survival: the cohort holds neither its dates nor its times."),
        (Case("km-os", query="course=all"), "first selected course of each patient"),
        (Case("assumptions-os", factors=("nlr",), options={"entry_p": 1e-9}), "nothing to test"),
        (Case("toxicity", "lung"), "Nothing of this selection is graded"),
    ],
)
def test_result_that_is_not_there_has_a_reason_instead_of_files(case, said):
    with pytest.raises(ValueError, match=said):
        files(case.what, case.look())


def test_archive_holds_the_files_in_one_folder():
    with zipfile.ZipFile(io.BytesIO(archive("km-os", CASES["km-os"].look()))) as found:
        names = ["README.txt", "analysis.csv", "km-os.R", "km-os.py", "numbers.tsv"]
        assert sorted(found.namelist()) == [f"km-os/{one}" for one in names]
        assert found.read("km-os/README.txt").decode().count("python km-os.py and Rscript km-os.R print the same") == 1
