"""Every layout holds against the Vega-Lite schema; the product compiles them without that check."""

from __future__ import annotations

import altair as alt
import pytest
from jsonschema import ValidationError

from core.figures.figure import Figure
from tests.figures.preview import FIGURES


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", FIGURES)
def test_figure_is_valid_vega_lite(name: str, theme: str) -> None:
    drawn = FIGURES[name](theme)
    assert isinstance(drawn, Figure)
    alt.LayerChart.validate(drawn.spec(700))
    with pytest.raises(ValidationError):
        alt.LayerChart.validate({**drawn.spec(700), "layer": 3})
