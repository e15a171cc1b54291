"""No text lies on another and none is cut: every kind of figure, long names, from a phone to an A0 poster."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from core.dictionary import Field
from core.export.picture import drawn
from core.figures import flow_figure, forest_figure, response_figure, schoenfeld_figure, shift_figure, toxicity_figure
from core.figures.figure import Figure
from core.figures.survival import survival_figure
from core.strata import Strata
from tests.figures import samples
from tests.figures.boxes import boxes, faults

A0 = 3370.0
"""Width of an A0 poster on its side, px: 1189 mm at 72 px to the inch."""
WIDTHS = (420.0, 500.0, 660.0, 700.0, 900.0, 905.0, 1200.0, A0)
"""With those at which the size class changes."""
NAMES = (
    "Bauchspeicheldrüsenschwanzkarzinom mit Leberfernmetastasierung",
    "Tumeur neuroendocrine bien différenciée de l'intestin grêle",
    "Dickdarmschleimhautneuroendokrinkarzinom",
    "Carcinome neuroendocrine à grandes cellules d'origine inconnue",
    "Magenschleimhautneuroendokrintumor",
    "Non précisée par l'établissement d'origine",
)
CENTRE = Field("origin", "Ursprungsorgan laut Überweisungsschreiben", "category", "other")


def survival(n: int, alike: bool) -> Figure:
    """n groups of long names; `alike` curves lie close together."""
    spread = 1.5 if alike else 9.0
    sizes = [(name, 18 + 3 * place, 10.0 + spread * place) for place, name in enumerate(NAMES[:n])]
    result = samples.survival(sizes, "ttnt", CENTRE, CENTRE.label, exact=True)
    made = survival_figure(result, samples.SOURCE)
    assert isinstance(made, Figure)
    return made


def response(n: int) -> Figure | str:
    groups = tuple(samples.response(name, (1, 8, 14 - place, 2), 2, 1) for place, name in enumerate(NAMES[:n]))
    whole = samples.RESPONSE_BY_GRADE
    return response_figure(replace(whole, groups=groups, by=Strata("origin")), CENTRE, samples.SOURCE)


def forest() -> Figure | str:
    found = samples.prognosis()
    renamed = tuple(replace(one, label=NAMES[place % len(NAMES)]) for place, one in enumerate(found.univariable))
    return forest_figure(replace(found, univariable=renamed), "Progression-free survival", samples.SOURCE)


FIGURES = {
    **{f"survival of {n}": lambda n=n: survival(n, False) for n in range(2, 7)},
    **{f"survival of {n} alike": lambda n=n: survival(n, True) for n in range(2, 7)},
    "survival of everybody": lambda: survival_figure(samples.EVERYBODY, samples.SOURCE),
    **{f"response of {n}": lambda n=n: response(n) for n in range(2, 7)},
    "response of everybody": lambda: response_figure(samples.RESPONSE, None, samples.SOURCE),
    "forest": forest,
    "toxicity": lambda: toxicity_figure(samples.TOXICITY, "highest", samples.SOURCE),
    "shift": lambda: shift_figure(samples.SHIFT, samples.SOURCE),
    "flow": lambda: flow_figure(samples.FLOW, samples.SOURCE),
    "schoenfeld": lambda: schoenfeld_figure(samples.prognosis(), samples.SOURCE),
}


@cache
def figure(name: str) -> Figure:
    """One of them, made once for all widths."""
    made = FIGURES[name]()
    assert isinstance(made, Figure)
    return made


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", FIGURES)
def test_no_text_lies_on_another_or_is_cut(name: str, width: float) -> None:
    assert faults(drawn(figure(name), width)) == []


def test_texts_that_do_lie_on_each_other_are_found() -> None:
    made = survival_figure(samples.EVERYBODY, samples.SOURCE)
    assert isinstance(made, Figure)
    svg = drawn(made, 700)
    placed, width, _ = boxes(svg)
    assert len(placed) > 30
    twice = svg.replace("</svg>", '<text transform="translate(2,30)" font-size="15px">Across</text></svg>')
    assert any(one.startswith("overlap: ") and "Across" in one for one in faults(twice))
    outside = svg.replace(
        "</svg>", f'<text transform="translate({width - 5},400)" font-size="12px">Outside</text></svg>'
    )
    assert "cut: Outside" in faults(outside)
