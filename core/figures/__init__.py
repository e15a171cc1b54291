"""Figures: a result goes in, a `Figure` comes out - nothing is fitted, read or stored here.

`figure.spec(width)` is Vega-Lite for files and notebooks, `figure.streamlit()` the arguments for a page,
`figure.alt_text` the figure in words. Where there is nothing to draw, every `..._figure` gives the sentence that is to
stand in the figure's place.
"""

from core.figures.figure import Figure
from core.figures.flow import flow_figure
from core.figures.forest import forest_figure
from core.figures.provenance import Provenance, provenance
from core.figures.response import response_figure
from core.figures.schoenfeld import schoenfeld_figure
from core.figures.shift import shift_figure
from core.figures.survival import survival_figure
from core.figures.survival_result import Survival, alt_text, caption, empty_reason, group_facts, survival
from core.figures.toxicity import toxicity_figure

__all__ = [
    "Figure",
    "Provenance",
    "Survival",
    "alt_text",
    "caption",
    "empty_reason",
    "flow_figure",
    "forest_figure",
    "group_facts",
    "provenance",
    "response_figure",
    "schoenfeld_figure",
    "shift_figure",
    "survival",
    "survival_figure",
    "toxicity_figure",
]
