"""The Kaplan-Meier curves of A and B on one axis."""

from __future__ import annotations

from core.contrast import Compared, ContrastOutcome
from core.figures.figure import Figure
from core.figures.provenance import Provenance
from core.figures.survival import survival_figure
from core.figures.survival_result import Survival, follow_up_words
from core.options import Options
from core.strata import CONTRAST_LEVELS


def contrast_figure(
    one: ContrastOutcome,
    compared: Compared,
    source: Provenance | None = None,
    theme_name: str = "light",
    options: Options | None = None,
    *,
    exact: bool = False,
) -> Figure | str:
    """
    Draw an endpoint of A and B.

    Parameters
    ----------
    one : one endpoint
    compared : who A and B are
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    options : `min_cell` is heeded
    exact : draw every corner and mark, for a file

    Returns
    -------
    Figure or str
        The sentence to show in place of the figure when no curve can be drawn.
    """
    if one.refusal:
        return one.refusal
    followed = zip(CONTRAST_LEVELS, one.follow_up or (), strict=False)
    drawn = Survival(
        endpoint=one.endpoint,
        groups=one.groups,
        by="A against B",
        domain=CONTRAST_LEVELS,
        log_rank=one.log_rank,
        notes=(compared.overlap, *(follow_up_words(each, f" of {name}") for name, each in followed)),
        min_cell=options.min_cell if options is not None else 0,
        exact=exact,
    )
    return survival_figure(drawn, source, theme_name)


def both_sentences(compared: Compared) -> str:
    """A and B in words, for one line above a figure."""
    return f"A: {compared.sentences[0]}. B: {compared.sentences[1]}"
