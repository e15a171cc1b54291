"""What the browser is given to draw a table from."""

from __future__ import annotations

from core.tables import INDENT, Table
from pages.shared.table import cells


def test_cells_say_each_spanner_once_with_its_width() -> None:
    made = cells(Table("t", ("Factor", "n", "p"), (("Sodium", "3", "<0.001"),), spanners=("", "Alone", "Alone")))
    assert made["spanners"] == [("", 1), ("Alone", 2)]


def test_cells_set_numbers_right_and_levels_within_their_group() -> None:
    rows = (("Grade", "", "24"), (f"{INDENT}2", "0.69 (0.43–1.12)", "NR"), ("Sodium", "—", "3"))
    made = cells(Table("t", ("Factor", "HR (95% CI)", "Months"), rows))
    assert made["numbers"] == [False, True, True]
    assert [row["kind"] for row in made["rows"]] == ["group", "within", ""]
    assert made["rows"][1]["cells"] == ["2", "0.69 (0.43–1.12)", "NR"]


def test_cells_leave_a_column_of_words_on_the_left() -> None:
    made = cells(Table("t", ("Series", "Median"), (("A", "65.2% at 20 months"), ("B", "22.5"))))
    assert made["numbers"] == [False, False]


def test_cells_keep_an_interval_s_name_on_one_line() -> None:
    made = cells(Table("t", ("Factor", "HR (95% CI)"), (("A", "1"),)))
    assert made["columns"][1] == "HR\u00a0(95%\u00a0CI)"


def test_cells_set_numbers_right_despite_a_remark_among_them() -> None:
    rows = (*((f"S{n}", "22.5") for n in range(4)), ("NETTER-1", "65.2% at 20 months"))
    assert cells(Table("t", ("Series", "Median"), rows))["numbers"] == [False, True]
