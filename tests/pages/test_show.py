"""Tables as HTML: heads under spanners, numbers to the right, and cells that are never markup."""

from __future__ import annotations

from core.tables import INDENT, Table
from pages.shared.show import table_html


def test_table_html_cell_is_never_markup() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    made = table_html(Table(f'"{hostile}', (hostile, "n"), ((hostile, "&"),), spanners=("", hostile)))
    assert "<img" not in made
    assert made.count("&lt;img") == 4
    assert 'aria-label="&quot;&lt;img' in made
    assert "<td>&amp;</td>" in made


def test_table_html_says_each_spanner_once_over_its_columns() -> None:
    made = table_html(Table("t", ("Factor", "n", "p"), (("Sodium", "3", "<0.001"),), spanners=("", "Alone", "Alone")))
    assert '<th class="over" colspan="2" scope="colgroup">Alone</th>' in made


def test_table_html_sets_numbers_right_and_levels_within_their_group() -> None:
    rows = (("Grade", "", "NR"), (f"{INDENT}1", "0.86 (0.79\u20130.94)", "22.5 (19.7\u2013NR)"))
    made = table_html(Table("t", ("Factor", "HR (95% CI)", "Months"), rows))
    assert '<th class="group" scope="row">Grade</th>' in made
    assert '<th class="within" scope="row">1</th>' in made
    assert '<td class="number">0.86 (0.79\u20130.94)</td><td class="number">22.5 (19.7\u2013NR)</td>' in made
    assert "HR\u00a0(95%\u00a0CI)" in made


def test_table_html_leaves_a_column_of_words_on_the_left() -> None:
    made = table_html(Table("t", ("Series", "Median"), (("A", "65.2% at 20 months"), ("B", "22.5"))))
    assert "<td>22.5</td>" in made
