"""The Kaplan-Meier figure of an outcome: what `core.outcome` estimated, handed to the drawing."""

from __future__ import annotations

from collections.abc import Mapping

from core.dictionary import Field
from core.figures.figure import Figure
from core.figures.provenance import Provenance
from core.figures.stage import Stage
from core.figures.survival import survival_figure
from core.figures.survival_result import survival
from core.options import Options
from core.outcome import Outcome


def outcome_figure(
    outcome: Outcome,
    fields: Mapping[str, Field],
    source: Provenance | None = None,
    theme_name: str = "light",
    options: Options | None = None,
    *,
    exact: bool = False,
    stage: Stage | None = None,
) -> Figure | str:
    """
    Draw an outcome: its groups where it has some, else everybody.

    Parameters
    ----------
    outcome : one endpoint of one selection
    fields : of the version, for names and colours of levels
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    options : `min_cell` is heeded
    exact : draw every corner and mark, for a file
    stage : draw it for a room; None = for a page or paper

    Returns
    -------
    Figure or str
        The sentence to show in place of the figure when no curve can be drawn.
    """
    drawn = survival(outcome, fields, options, exact=exact)
    return outcome.refusal or survival_figure(drawn, source, theme_name, stage)
