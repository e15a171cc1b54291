"""Draw the sample figures to PNG files, to look at them: `python -m tests.figures.preview FOLDER [NAME ...]`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import vl_convert

from core.fields import FIELDS
from core.figures.figure import Figure
from core.figures.flow import flow_figure
from core.figures.forest import forest_figure
from core.figures.response import response_figure
from core.figures.schoenfeld import schoenfeld_figure
from core.figures.shift import shift_figure
from core.figures.survival import survival_figure
from core.figures.theme import FONT_DIRECTORY
from core.figures.toxicity import toxicity_figure
from tests.figures import samples

vl_convert.register_font_directory(str(FONT_DIRECTORY))

PFS = "Progression-free survival"
WIDTHS = (420, 700, 1100)
SURVIVAL = (
    "EVERYBODY",
    "BY_GRADE",
    "BY_SITE",
    "BY_CGA",
    "SIX",
    "ONE_PATIENT",
    "NO_EVENTS",
    "NOT_REACHED",
    "SHORT",
    "MANY",
    "LANDMARK",
    "SUPPRESSED",
)


def _survival(name: str) -> Callable[[str], Figure | str]:
    return lambda theme: survival_figure(getattr(samples, name), samples.SOURCE, theme)


FIGURES: dict[str, Callable[[str], Figure | str]] = {f"survival_{name.lower()}": _survival(name) for name in SURVIVAL}

FIGURES["forest"] = lambda theme: forest_figure(samples.prognosis(), PFS, samples.SOURCE, theme)
FIGURES["forest_small"] = lambda theme: forest_figure(samples.prognosis(24, 3), PFS, samples.SOURCE, theme)

for _notion in ("highest", "delta", "paper"):
    FIGURES[f"toxicity_{_notion}"] = lambda theme, notion=_notion: toxicity_figure(
        samples.TOXICITY, notion, samples.SOURCE, theme
    )

FIGURES["response"] = lambda theme: response_figure(samples.RESPONSE, None, samples.SOURCE, theme)
FIGURES["response_grade"] = lambda theme: response_figure(
    samples.RESPONSE_BY_GRADE, FIELDS["grade"], samples.SOURCE, theme
)
FIGURES["shift"] = lambda theme: shift_figure(samples.SHIFT, samples.SOURCE, theme)

FIGURES["flow"] = lambda theme: flow_figure(samples.FLOW, samples.SOURCE, theme)

FIGURES["schoenfeld"] = lambda theme: schoenfeld_figure(samples.prognosis(), samples.SOURCE, theme)


def png(figure: Figure | str, width: float, scale: float = 1.5) -> bytes:
    """A figure as PNG."""
    if isinstance(figure, str):
        raise ValueError(figure)
    return vl_convert.vegalite_to_png(figure.spec(width), vl_version="6.4", scale=scale)


def svg(figure: Figure | str, width: float) -> str:
    """A figure as SVG."""
    if isinstance(figure, str):
        raise ValueError(figure)
    return vl_convert.vegalite_to_svg(figure.spec(width), vl_version="6.4")


def main(folder: Path, names: list[str]) -> None:
    """Write every figure in both themes and all widths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or list(FIGURES):
        for theme in ("light", "dark"):
            for width in WIDTHS:
                (folder / f"{name}-{theme}-{width}.png").write_bytes(png(FIGURES[name](theme), width))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
