"""The Kaplan-Meier curves of A and B on one axis."""

from __future__ import annotations

from core.contrast import Compared, ContrastOutcome
from core.figures.figure import Figure
from core.figures.provenance import Provenance
from core.figures.stage import Stage
from core.figures.survival import survival_figure
from core.figures.survival_result import Survival, follow_up_words, least_drawn
from core.formats import plural
from core.options import DAYS_PER_MONTH, Options
from core.strata import CONTRAST_LEVELS


def contrast_figure(
    one: ContrastOutcome,
    compared: Compared,
    source: Provenance | None = None,
    theme_name: str = "light",
    options: Options | None = None,
    *,
    exact: bool = False,
    stage: Stage | None = None,
) -> Figure | str:
    """
    Draw an endpoint of A and B.

    Parameters
    ----------
    one : one endpoint
    compared : who A and B are
    source : selection and cohort, for the text above and below
    theme_name : "light" or "dark"
    options : `min_cell` and `round_to` are heeded
    exact : draw every corner and mark, for a file
    stage : draw it for a room; None = for a page or paper

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
        landmark=one.landmark,
        notes=(
            *(notice.message for notice in one.notices),
            compared.overlap,
            landmark_words(one),
            *(follow_up_words(each, f" of {name}") for name, each in followed),
        ),
        min_group=least_drawn(options),
        min_cell=options.min_cell if options is not None else 0,
        exact=exact,
    )
    return survival_figure(drawn, source, theme_name, stage)


def landmark_words(one: ContrastOutcome) -> str:
    """Who was left out before the landmark; "" without one."""
    if one.landmark is None or one.refusal:
        return ""
    a, b = one.before_landmark
    return (
        f"Landmark at {one.landmark / DAYS_PER_MONTH:.1f} months: {a} of A and {b} of B with the event or censored "
        "before it are left out; the clock runs from the start of the course"
    )


def both_sentences(compared: Compared) -> str:
    """A and B in words, and how many are in both, for one line above a figure, also where its notes are left out."""
    said = f"A: {compared.sentences[0]}. B: {compared.sentences[1]}"
    if not compared.shared:
        return said
    return f"{said}. In both, so left out: {plural(compared.told.both_patients, 'patient')}"
