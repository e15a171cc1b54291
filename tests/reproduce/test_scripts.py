"""Generated scripts print the product's numbers: Python's are run here, R's answers are stored with what R ran.

After a change of a script or of what it reads, `sh tests/oracle/make reproduce` runs R again.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from core.reproduce import RECIPES, files, recipe
from tests.oracle.reproduce_cases import CASES, STORED, parsed, sha256

BY_R = json.loads(STORED.read_text(encoding="utf-8"))["cases"]
STALE = "The script or its file has changed since R ran it: run `sh tests/oracle/make reproduce`."
SEPARATED = {"random 16, cox-os", "cox-pfs of PRRT-2"}

each_case = pytest.mark.parametrize("name", CASES)


def same(found: dict[str, float | None], what: str, expected: dict[str, float | None]) -> None:
    """Every number, and no other; Cox models are iterated, so theirs are equal to 1e-6."""
    near = 1e-6 if what.startswith(("cox", "forest")) else 1e-8
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        wanted = None if value is None else pytest.approx(value, rel=near, abs=1e-12)
        assert found[name] == wanted, name


@each_case
def test_python_script_prints_the_numbers_of_the_product(name, tmp_path):
    case = CASES[name]
    look = case.look()
    for file, data in files(case.what, look).items():
        (tmp_path / file).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / f"{case.what}.py")],
        capture_output=True,
        timeout=300,
        cwd="/",
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    expected = recipe(case.what, look).numbers
    same(parsed(done.stdout.decode("utf-8")), case.what, expected)
    assert parsed((tmp_path / "numbers.tsv").read_text(encoding="utf-8")) == pytest.approx(expected, rel=1e-14)


@each_case
def test_r_ran_this_script_on_this_file_and_printed_the_numbers_of_the_product(name):
    case, stored = CASES[name], BY_R[name]
    look = case.look()
    made = files(case.what, look)
    assert sha256(made[f"{case.what}.R"]) == stored["script"], STALE
    assert sha256(made["analysis.csv"]) == stored["data"], STALE
    same(stored["printed"], case.what, recipe(case.what, look).numbers)


def test_every_stored_answer_is_of_a_case():
    assert list(BY_R) == list(CASES)


@pytest.mark.parametrize("what", RECIPES)
def test_cases_have_numbers_that_say_something(what):
    known = [value for value in recipe(what, CASES[what].look()).numbers.values() if value is not None]
    assert len(known) > 15
    assert len(set(known)) > 8
