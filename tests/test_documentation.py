"""The README says what the data dictionary and the comparison with the paper say.

`python -m tests.test_documentation` writes both into it again.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from core.compare import Comparison, compare
from core.demo import ensure_demo
from core.documentation import BEGIN, END, dictionary_markdown, with_comparison, with_dictionary
from core.fields import FIELDS, TABLE_FIELDS, TERMS, slug
from core.options import Options
from core.selection import Selection
from core.store import Store

FILE = Path(__file__).parents[1] / "README.md"
README = FILE.read_text(encoding="utf-8")


def compared(store_file: Path) -> list[Comparison]:
    """Every published number beside the demo cohort's."""
    with Store(store_file) as store:
        return list(compare(store, ensure_demo(store), Selection(), Options()))


def test_readme_holds_the_present_comparison(tmp_path):
    renewed = with_comparison(README, compared(tmp_path / "cohorts.duckdb"))
    assert renewed == README, "run `python -m tests.test_documentation`"


def test_readme_holds_the_present_dictionary():
    assert with_dictionary(README) == README, "run `python -m core dictionary` and put its output between the markers"


def test_dictionary_has_a_row_for_every_field():
    text = dictionary_markdown()
    ready = {f"{slug(term)}_{part}" for term in TERMS for part in ("baseline_grade", "highest_grade")}
    rows = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}
    for fields in TABLE_FIELDS.values():
        assert set(fields) - ready <= rows
    assert {"<term>_baseline_grade", "<term>_highest_grade"} <= rows
    assert ready == {name for name, one in FIELDS.items() if one.role == "ready-made toxicity"}


def test_dictionary_row_says_label_type_unit_levels_and_range():
    lines = dictionary_markdown().splitlines()
    assert "| `grade` | Grade | category | 1, 2, 3 | | from Ki-67 and mitoses when not stated |" in lines
    assert "| `ki67_percent` | Ki-67 | number, % | | 0 to 100 | |" in lines
    assert "| `hypertension` | Hypertension | yes/no | | | |" in lines


def test_every_markdown_row_has_six_cells():
    rows = [line for line in dictionary_markdown().splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {7}


@pytest.mark.parametrize("text", ["no markers", BEGIN, END])
def test_readme_without_a_marker_is_told(text):
    with pytest.raises(ValueError, match="lacks the line"):
        with_dictionary(text)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        FILE.write_text(with_comparison(with_dictionary(README), compared(Path(folder) / "c.duckdb")), encoding="utf-8")
