"""Pictures as they are drawn, against stored ones; `python -m tests.figures.test_pictures` stores them anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.figures.preview import FIGURES, svg

PICTURES = Path(__file__).parents[1] / "pictures"
STORED = (
    ("survival_by_grade", "light", 700),
    ("survival_by_site", "dark", 420),
    ("survival_everybody", "light", 1100),
    ("forest", "light", 700),
    ("toxicity_paper", "light", 700),
    ("response_grade", "dark", 420),
    ("shift", "light", 420),
    ("flow", "light", 700),
    ("schoenfeld", "dark", 700),
)
_NUMBER = re.compile(r"-?\d+\.\d+")


def drawn(name: str, theme: str, width: int) -> str:
    """A picture with its numbers to a tenth of a pixel, one element a line: what machines may differ in is left out."""
    rounded = _NUMBER.sub(
        lambda found: f"{float(found[0]):.1f}".replace("-0.0", "0.0"), svg(FIGURES[name](theme), width)
    )
    return rounded.replace("><", ">\n<") + "\n"


def path(name: str, theme: str, width: int) -> Path:
    return PICTURES / f"{name}-{theme}-{width}.svg"


@pytest.mark.parametrize(("name", "theme", "width"), STORED, ids=lambda one: str(one))
def test_picture_is_the_stored_one(name: str, theme: str, width: int) -> None:
    assert drawn(name, theme, width) == path(name, theme, width).read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [420, 700, 1100])
@pytest.mark.parametrize("name", ["survival_six", "forest", "toxicity_highest", "response", "shift", "flow"])
def test_picture_is_as_wide_as_asked_so_nothing_is_cut(name: str, width: int) -> None:
    found = re.search(r'<svg[^>]* width="([\d.]+)"', svg(FIGURES[name]("light"), width))
    assert found is not None
    assert float(found[1]) == pytest.approx(width, abs=1)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for one in STORED:
        path(*one).write_text(drawn(*one), encoding="utf-8")
