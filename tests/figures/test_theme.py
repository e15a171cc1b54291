"""The palette: contrast, colour blindness, greyscale; the same level looks the same everywhere."""

from __future__ import annotations

import tomllib
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from core.dictionary import Field
from core.fields import FIELDS
from core.figures import theme
from core.figures.theme import CATEGORICAL, DARK, DASHES, LIGHT, THEMES, Theme, contrast, on, ramp, readable, styles
from tests.figures.vision import SIMULATED, distance, lightness, seen

BOTH = pytest.mark.parametrize("shown", THEMES.values(), ids=THEMES)
CLOSEST = 12.0
"""CIEDE2000 below which two colours count as alike; a just noticeable difference is about 2.3."""


def test_contrast_of_black_on_white_and_of_a_colour_with_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_distance_of_published_pairs() -> None:
    pairs = [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    for one, other, expected in pairs:
        assert distance(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("colour", CATEGORICAL)
@pytest.mark.parametrize("ground", [LIGHT.ground, DARK.ground])
def test_categorical_colour_holds_three_to_one_on_both_grounds(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3


@pytest.mark.parametrize("kind", SIMULATED)
def test_categorical_colours_stay_apart_for_every_eye(kind: str) -> None:
    closest = min(distance(seen(one, kind), seen(other, kind)) for one, other in combinations(CATEGORICAL, 2))
    assert len(CATEGORICAL) == 6
    assert closest >= CLOSEST


def test_categorical_colours_stay_apart_in_greyscale() -> None:
    tones = sorted(lightness(colour) for colour in CATEGORICAL)
    assert min(b - a for a, b in pairwise(tones)) >= 3.5
    assert abs(lightness(CATEGORICAL[0]) - lightness(CATEGORICAL[1])) >= 12


@BOTH
def test_ramp_is_ordered_in_greyscale_and_visible(shown: Theme) -> None:
    for n in range(2, 7):
        colours = ramp(n, shown.name)
        tones = [lightness(colour) for colour in colours]
        steps = [b - a for a, b in pairwise(tones)]
        assert len(colours) == n
        assert all(step < -4 for step in steps) if shown is LIGHT else all(step > 4 for step in steps)
        assert min(contrast(colour, shown.ground) for colour in colours) >= 3


@BOTH
def test_text_is_readable_on_the_ground(shown: Theme) -> None:
    assert contrast(shown.ink, shown.ground) >= 7
    assert contrast(shown.muted, shown.ground) >= 4.5
    assert contrast(shown.muted, shown.wash) >= 4.5
    assert contrast(shown.rule, shown.ground) >= 3
    for colour in (*CATEGORICAL, *shown.ramp):
        assert contrast(readable(colour, shown.name), shown.ground) >= 4.5


@BOTH
def test_text_on_filled_shapes_is_readable(shown: Theme) -> None:
    for colour in (*CATEGORICAL, *ramp(4, shown.name), *ramp(5, shown.name)):
        assert contrast(on(colour), colour) >= 4.5


def test_grounds_and_font_are_the_page_s_own() -> None:
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    for name, shown in THEMES.items():
        assert config["theme"][name]["backgroundColor"] == shown.ground
        assert theme.FONT in config["theme"]["font"]


def test_level_keeps_its_colour_whatever_is_filtered_away() -> None:
    site = FIELDS["primary_site"]
    everything = styles(site.levels, field=site)
    assert styles(["pancreas"], field=site)["pancreas"] == everything["pancreas"]
    assert [everything[level].colour for level in site.levels] == list(CATEGORICAL[:5])
    assert len({everything[level].dash for level in site.levels}) == 5


def test_ordered_field_takes_the_ramp_of_all_its_levels() -> None:
    grade = FIELDS["grade"]
    assert [one.colour for one in styles(["1", "2", "3"], field=grade).values()] == list(ramp(3))
    assert styles(["3"], "dark", field=grade)["3"].colour == ramp(3, "dark")[2]


def test_response_not_evaluable_stands_outside_the_ramp() -> None:
    shown = styles(FIELDS["recist_response"].levels, field=FIELDS["recist_response"])
    assert [shown[level].colour for level in ("CR", "PR", "SD", "PD")] == list(ramp(4))
    assert shown["not evaluable"] == theme.neutral()


def test_yes_no_and_thresholds_have_fixed_places() -> None:
    assert styles(["yes"], field=FIELDS["functional"])["yes"].colour == CATEGORICAL[1]
    cut = styles([">=1000"], field=FIELDS["cga_ug_l"], domain=("<1000", ">=1000"))
    assert cut[">=1000"].colour == CATEGORICAL[1]


def test_ten_levels_differ_in_colour_or_dash() -> None:
    centre = Field("centre", "Centre", "category", "other", levels=tuple("ABCDEFGHIJ"))
    shown = styles(centre.levels, field=centre)
    assert len({(one.colour, one.dash) for one in shown.values()}) == 10
    assert len(DASHES) == 10


def test_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="'sepia' is not one of light, dark"):
        theme.theme("sepia")
