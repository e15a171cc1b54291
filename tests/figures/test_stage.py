"""Figures made for a room: type of 28 px, nothing cut or overlapping, curves that keep their height, few parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.deck.screens import FIGURE
from core.export.picture import FRAME, ON_SLIDE, SLIDE, drawn
from core.figures.figure import STAGE, STAGE_WIDTH, Figure
from core.figures.flow import flow_figure
from core.figures.forest import forest_parts
from core.figures.forest_rows import blocks_of
from core.figures.response import response_parts
from core.figures.schoenfeld import schoenfeld_parts
from core.figures.shift import shift_figure
from core.figures.stage import Stage
from core.figures.survival import survival_figure
from core.figures.survival_stage import distinct
from core.figures.theme import SMALL_SIZE
from core.figures.toxicity import toxicity_parts
from core.strata import Strata
from tests.figures import samples
from tests.figures.boxes import boxes, faults, smallest
from tests.figures.preview import PFS
from tests.figures.test_labels import CENTRE, NAMES

LEAST = 28.0
"""Height of the smallest type on a screen of 1280 x 720, px."""
STAGES = {"slide": ON_SLIDE, "screen": FIGURE}
SHARES = {1: 0.45, 2: 0.45, 3: 0.45, 4: 0.43, 5: 0.38, 6: 0.33}
"""Share of a slide's height that the curves of so many groups keep, of a selection on two lines."""
SOURCE = replace(samples.SOURCE, stamp="PRRT Cohort Explorer 0.1.0, 25 November 2026. For research.")
Made = Callable[[Stage], tuple[Figure, ...]]


def survival(n: int, alike: bool = False) -> Made:
    names = [(name, 18 + 3 * place, 10.0 + (1.5 if alike else 9) * place) for place, name in enumerate(NAMES[:n])]
    result = samples.survival(names, "ttnt", CENTRE, CENTRE.label, exact=True) if n > 1 else samples.EVERYBODY
    return lambda stage: figures(survival_figure(result, SOURCE, stage=stage))


def figures(made: Figure | str) -> tuple[Figure, ...]:
    assert isinstance(made, Figure)
    return (made,)


def response(n: int) -> Made:
    groups = tuple(samples.response(name, (1, 8, 14 - place, 2), 2, 1) for place, name in enumerate(NAMES[:n]))
    by = Strata("origin") if n else None
    found = replace(samples.RESPONSE_BY_GRADE, groups=groups, by=by)
    return lambda stage: response_parts(found, CENTRE, SOURCE, "light", 0, stage)


def forest(stage: Stage) -> tuple[Figure, ...]:
    found = samples.prognosis()
    renamed = tuple(replace(one, label=NAMES[place % len(NAMES)]) for place, one in enumerate(found.univariable))
    return forest_parts(replace(found, univariable=renamed), PFS, SOURCE, "light", stage)


ALL: dict[str, Made] = {
    **{f"survival of {n}": survival(n) for n in range(1, 7)},
    **{f"survival of {n} alike": survival(n, True) for n in range(2, 7)},
    **{f"response of {n}": response(n) for n in range(7)},
    "forest": forest,
    "forest of the paper": lambda stage: forest_parts(samples.prognosis(), PFS, SOURCE, "dark", stage),
    "toxicity": lambda stage: toxicity_parts(samples.TOXICITY, "highest", SOURCE, "light", 0, stage),
    "flow": lambda stage: figures(flow_figure(samples.FLOW, SOURCE, stage=stage)),
    "shift": lambda stage: figures(shift_figure(samples.SHIFT, SOURCE, stage=stage)),
    "schoenfeld": lambda stage: schoenfeld_parts(samples.prognosis(), SOURCE, "light", stage),
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", ALL)
def test_type_is_large_and_nothing_is_cut_or_lies_on_another(name: str, stage: str) -> None:
    place = STAGES[stage]
    made = ALL[name](place)
    assert made
    for one in made:
        svg = drawn(one, STAGE_WIDTH)
        _, wide, high = boxes(svg)
        assert faults(svg) == []
        assert wide == pytest.approx(STAGE_WIDTH, abs=1)
        assert high <= place.height
        assert smallest(svg) >= SMALL_SIZE
    assert SMALL_SIZE * SLIDE[0] / FRAME >= LEAST


@pytest.mark.parametrize("n", SHARES)
def test_curves_keep_their_share_of_a_slide(n: int) -> None:
    (made,) = survival(n)(ON_SLIDE)
    assert made.height / ON_SLIDE.height >= SHARES[n]


@pytest.mark.parametrize(("n", "px"), [(1, 360), (2, 320), (3, 300), (4, 280), (6, 215)])
def test_curves_keep_their_height_before_people(n: int, px: float) -> None:
    """Of 720 px of a screen."""
    (made,) = survival(n)(FIGURE)
    assert made.height * SLIDE[0] / FRAME >= px


def test_more_groups_than_a_slide_has_rows_for_are_drawn_without_numbers_at_risk() -> None:
    result = samples.survival([(f"Centre {place}", 20, 8.0 + 6 * place) for place in range(9)], "os", CENTRE, "Centre")
    made = survival_figure(result, SOURCE, stage=ON_SLIDE)
    assert isinstance(made, Figure)
    svg = drawn(made, STAGE_WIDTH)
    assert faults(svg) == []
    assert made.height / ON_SLIDE.height >= 0.45
    told = [one.text for one in boxes(svg)[0]]
    assert any("more than 6 groups do not fit" in one for one in told)
    assert sum(one.startswith("Centre ") for one in told) == 9


def test_slide_says_who_how_many_which_test_and_where_from() -> None:
    made = survival_figure(samples.BY_GRADE, SOURCE, stage=ON_SLIDE)
    assert isinstance(made, Figure)
    said = " ".join(one.text for one in boxes(drawn(made, STAGE_WIDTH))[0])
    for part in ("Progression-free survival by grade", "47 of 110 patients", "38 patients, ", "Median, months (95% CI)",
                 "Log-rank p", "Demo, version 1", "Synthetic data", "cut-off 31 July 2024"):  # fmt: skip
        assert part in said


def test_before_people_a_figure_has_no_words_that_the_page_says() -> None:
    for name, made in ALL.items():
        for one in made(FIGURE):
            assert not any(one.words(part) for part in ("title", "selection", "fact", "note")), name
            assert set(one.data["text"]["size"]) <= {STAGE}


def test_small_groups_stay_hidden_in_a_room() -> None:
    made = survival_figure(samples.SUPPRESSED, SOURCE, stage=ON_SLIDE)
    assert isinstance(made, Figure)
    assert not [one for one in made.data["risk"]["count"] if one.isdigit() and 0 < int(one) < 5]
    assert made.data["marks"]["months"] == []


def test_every_level_is_in_one_part_and_a_factor_that_goes_on_is_named_again() -> None:
    found = samples.prognosis()
    low = forest_parts(found, PFS, SOURCE, "light", Stage(110, words=False))
    told = [text for one in low for text in one.data["text"]["text"]]
    for block in blocks_of(found):
        for row in block[1:]:
            assert told.count(row.label) == 1
    assert any(one.endswith("(continued)") for one in told)


def test_parts_are_counted_in_their_titles() -> None:
    made = forest(ON_SLIDE)
    titles = [" ".join(one.words("title")) for one in made]
    assert [one.rpartition(" (")[2] for one in titles] == [f"{i} of {len(made)})" for i in range(1, len(made) + 1)]


def test_shortened_names_are_told_apart() -> None:
    names = ["Zentrum für Nuklearmedizin Nord", "Zentrum für Nuklearmedizin Süd", "Other"]
    found = distinct(names, 80)
    assert len(set(found)) == 3
    assert found[2] == "Other"
    assert found[0].endswith("Nord")
